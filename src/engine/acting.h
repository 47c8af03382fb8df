/*
 * acting.h: in whose right something is done to a row: in one's own, or in that of somebody who is away (actor.h, behalf).
 *
 * Roles of others only add to one's own: what one may do oneself is never done in another's name. Not for: whether it may be
 * done at all (permit.h), four eyes (flow_choice.c).
 */
#ifndef ENGINE_ACTING_H
#define ENGINE_ACTING_H

#include "engine/permit.h"

/* Does this grant of the one who asks give the permission and reach the row? 1, 0. */
MUST_USE int acting_reaches(const struct req *r, const struct grant *g, const char *permission, const struct entity *e,
                            const void *row);

/* The first grant that does, own ones first; *ret NULL for none. */
MUST_USE int acting_grant(const struct req *r, const char *permission, const struct entity *e, const void *row,
                          const struct grant **ret);

/*
 * The mark of the request says the role and the person of `g` from here on; NULL leaves it as it is. Whoever writes a row calls
 * acting_mark(): of a request without roles of others it costs nothing.
 */
void acting_as(struct req *r, const struct grant *g);
void acting_mark(struct req *r, const char *permission, const struct entity *e, const void *row);

#endif
