/*
 * actor.c: as whom a work writes. Not for: who asks (web.c), what they may (permit.c).
 */
#include "engine/actor.h"

#include "db/writer.h"

struct actor_mark *actor_act(struct tx *tx, const struct actor_mark *mark)
{
    tx->actor = memcpy(arena_new(tx->arena, struct actor_mark), mark, sizeof *mark);
    return tx->actor;
}
