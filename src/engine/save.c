/*
 * save.c: with a workflow or without.
 */
#include "engine/flow.h"
#include "engine/row.h"
#include "engine/save.h"

int save_row(struct tx *tx, const struct screen *s, const void *before, const void *row, struct record *ret_head)
{
    if (before == NULL)
        return s->flow != NULL ? workflow_begin(tx, s->flow, row, ret_head) : row_insert(tx, s->entity, row, ret_head);
    return s->flow != NULL ? workflow_edit(tx, s->flow, before, row, ret_head)
                           : row_update(tx, s->entity, before, row, ret_head);
}

int save_void(struct tx *tx, const struct screen *s, const void *row, struct record *ret_head)
{
    return s->flow != NULL ? workflow_void(tx, s->flow, row, ret_head) : row_void(tx, s->entity, row, ret_head);
}
