/*
 * api.h: rows of screens for programs: REST under /api/v1/{gov}/SLUG, JSON, refusals as problem details (RFC 9457).
 *
 *     GET    .../SLUG?FILTERS          {"items": [...], "next": CURSOR}    the address of the list (list_query.h), read alike
 *     POST   .../SLUG                  201, Location                       Idempotency-Key makes a repetition harmless
 *     GET    .../SLUG/{id}             ETag is the revision
 *     PATCH  .../SLUG/{id}             merge patch (RFC 7396); If-Match with the revision is demanded: 428, 412
 *     POST   .../SLUG/{id}/batal       {"remark": ...}; If-Match           voids
 *     POST   .../SLUG/{id}/langkah/{verb}  {"reason": ..., "remark": ...}; If-Match
 *     GET    .../SLUG/{id}/riwayat     lines of the history
 *
 * Values: whole numbers and booleans as such; amounts in sen, ids and instants (milliseconds) as decimal text, because they
 * may be larger than a JavaScript number holds; dates as YYYY-MM-DD; what is hidden from the one who asks is left out. Same
 * permissions, scopes and rules as the pages.
 */
#ifndef ENGINE_API_H
#define ENGINE_API_H

#include "base/json.h"
#include "engine/screen.h"

void api_list(struct req *r);
void api_get(struct req *r);
void api_create(struct req *r);
void api_change(struct req *r);
void api_void(struct req *r);
void api_step(struct req *r);
void api_history(struct req *r);

/* ---- api_json.c ---- */

/* One row as an object. */
void api_put_row(struct req *r, const struct screen *s, const void *row, struct json_out *j);

/*
 * Members of a JSON object into the row; faults are collected, also "api.unknown" for members that the screen does not take
 * (security.md Z7). E_FORMAT for a body that is no object.
 */
MUST_USE int api_take_row(struct req *r, const struct screen *s, void *row, struct faults *f);

/* Problem details with a line for each fault; status 422, or 400 when a member was unknown. */
void api_refuse_faults(struct req *r, const struct faults *f);

#endif
