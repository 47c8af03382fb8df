/*
 * ref.h: the rows that a ref may lead to, as far as the reader may see them: what typed codes mean, what a form offers.
 *
 * A row out of the reader's scope does not exist here (security.md Z2). Not for: names of refs in lists (screen.h).
 */
#ifndef ENGINE_REF_H
#define ENGINE_REF_H

#include "engine/screen.h"

/* 1 when the one who asks may see the row `id` of `of`, 0 when it is not there; negative as db_select_(). */
MUST_USE int ref_seen(const struct req *r, const struct entity *of, int64_t gov, int64_t id);

/* The row whose code (screen.code of its entity) it is: 1 and *ret_id, 0 when there is none that the one who asks may see. */
MUST_USE int ref_by_code(const struct req *r, const struct entity *of, int64_t gov, const char *code, int64_t *ret_id);

/* The code of a row, its id in decimal without; what people type for it. NULL when the row is not there. */
const char *ref_code(const struct req *r, const struct entity *of, int64_t gov, int64_t id);

/* "36.71.01 Tangerang", or only the name; NULL when the row is not there or not for the one who asks. */
const char *ref_name(const struct req *r, const struct entity *of, int64_t gov, int64_t id);

/* Has another row than `id` this value in a unique field? 1, 0. */
MUST_USE int ref_taken(struct db *db, struct arena *a, const struct entity *e, const struct field *f, const void *row,
                       int64_t id);

#define REF_CHOICES 20

/*
 * All rows that may be chosen, by code and name: 1, or 0 when there are more than REF_CHOICES and people have to type the
 * code. Voided rows are not offered.
 */
MUST_USE int ref_choices(const struct req *r, const struct entity *of, int64_t gov, struct ui_choice **ret, size_t *ret_n);

#endif
