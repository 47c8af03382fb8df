/*
 * save.c: with a workflow or without.
 */
#include "engine/flow.h"
#include "engine/row.h"
#include "engine/save.h"

int save_row(struct tx *tx, const struct screen *s, const void *before, const void *row, struct record *ret_head)
{
    int e;

    if (before == NULL)
        e = s->flow != NULL ? workflow_begin(tx, s->flow, row, ret_head) : row_insert(tx, s->entity, row, ret_head);
    else
        e = s->flow != NULL ? workflow_edit(tx, s->flow, before, row, ret_head)
                            : row_update(tx, s->entity, before, row, ret_head);
    return e == 0 && s->saved != NULL ? s->saved(tx, before, row, ret_head) : e;
}

int save_void(struct tx *tx, const struct screen *s, const void *row, struct record *ret_head)
{
    int e = s->flow != NULL ? workflow_void(tx, s->flow, row, ret_head) : row_void(tx, s->entity, row, ret_head);

    return e == 0 && s->voided != NULL ? s->voided(tx, row) : e;
}
