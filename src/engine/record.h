/*
 * record.h: what the pages of one record share: finding it, showing it.
 */
#ifndef ENGINE_RECORD_H
#define ENGINE_RECORD_H

#include "engine/screen.h"

/* The row of the route's {id}, when it is there and within the scope of the route's permission; else the caller answers 404. */
MUST_USE bool row_seen(struct req *r, void **ret);

/* Has its workflow come to an end? Then it is edited no more. */
bool record_ended(const struct screen *s, const void *row);

/*
 * Answers with the proof of the row's latest leaf as NAME.tlog-proof; `open` are columns that are opened, n of them. 404 for
 * rows without a leaf. Who may have it is the caller's to ask.
 */
struct ledger_open_field;
void proof_answer(struct req *r, const struct record *row, const struct ledger_open_field *open, size_t n, const char *name);

/* The record's page; with status 422 the recorded fault stands above it. */
void detail_show(struct req *r, const void *row, int status);

#endif
