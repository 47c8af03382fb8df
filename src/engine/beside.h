/*
 * beside.h: the record that comments and attachments stand beside, as a request names it.
 *
 * Not for: what stands there (comment.h, attachment.h).
 */
#ifndef ENGINE_BESIDE_H
#define ENGINE_BESIDE_H

#include "engine/screen.h"
#include "engine/web.h"

struct beside {
    const struct screen *screen;
    int64_t gov; /* of the row; 0 when its entity belongs to none */
    int64_t id;
    const void *row;
};

/*
 * The record of a route /kerja/{gov}/SLUG/{id}/..., within the scope of the route's permission. False when the request has
 * been answered: 404 for what is not there and for what is not theirs, alike.
 */
bool beside_read(struct req *r, struct beside *ret);

/* The same for a row at hand. */
struct beside beside_of(const struct screen *screen, const void *row);

/* The address of the record's page, with "#part" behind it (a literal). */
const char *beside_path(struct req *r, const struct beside *b, const char *part) __attribute__((returns_nonnull));

/* May the one who asks do this ("comment") with the record? */
bool beside_may(const struct req *r, const struct beside *b, const char *act);

/* Comments and attachments as a module: entities, statements, the daily sweep. Their pages are those of each screen. */
extern const struct module attach_module;

#endif
