/*
 * save.h: a row of a screen is stored: with clock and task when it has a workflow. The one way for form, API and import.
 */
#ifndef ENGINE_SAVE_H
#define ENGINE_SAVE_H

#include "db/writer.h"
#include "engine/screen.h"

/* With what follows from it (screen->saved). `before` is NULL for a new row. As row_insert() and row_update(). */
MUST_USE int save_row(struct tx *tx, const struct screen *s, const void *before, const void *row, struct record *ret_head);

/* As row_void(). */
MUST_USE int save_void(struct tx *tx, const struct screen *s, const void *row, struct record *ret_head);

#endif
