/*
 * limit.c: what is counted, and by whom.
 */
#include "base/text.h"
#include "core/user/core.h"
#include "core/user/limit.h"
#include "os/os.h"

static const char *counted_by(const struct req *r)
{
    const struct actor *actor = r->actor;

    if (actor == NULL)
        return r->http->address;
    if (actor->session != 0)
        return text_printf(r->arena, "session/%lld", (long long)actor->session);
    return text_printf(r->arena, "user/%lld", (long long)actor->user);
}

static int take(struct req *r, enum rate_kind kind, const char *word)
{
    int64_t wait_ms;
    int e = ratelimit_take(core_of(r->app)->limits, kind, counted_by(r), os_monotonic_us() / 1000, &wait_ms);

    return e < 0 ? fail(r, e, word) : 0;
}

int limit_search(struct req *r)
{
    return take(r, RATE_SEARCH, "limit.search");
}

int limit_export(struct req *r)
{
    return take(r, RATE_EXPORT, "limit.export");
}

int limit_guess(struct req *r, bool missed)
{
    int64_t wait_ms;

    if (missed)
        return take(r, RATE_MISS, "limit.guess");
    if (ratelimit_peek(core_of(r->app)->limits, RATE_MISS, counted_by(r), os_monotonic_us() / 1000, &wait_ms) == 0)
        return 0;
    return fail(r, E_RATE, "limit.guess");
}
