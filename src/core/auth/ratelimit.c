/*
 * ratelimit.c: a set-associative table of small counters.
 *
 * A rate needs one number: the time at which the bucket would be full again ("virtual scheduling", as in ATM's generic
 * cell rate algorithm). A take moves it one interval on; it may lie at most burst intervals ahead of now. A slot whose
 * time has passed holds nothing any more, so it needs no clean-up.
 */
#include <pthread.h>
#include <sodium.h>

#include "core/auth/ratelimit.h"
#include "os/os.h"

#define WAYS          8
#define SLOTS_DEFAULT 65536
#define LOCKS         64
#define LOGIN_KIND    RATE_KIND_COUNT /* the login wait's place among the kinds, for hashing */
#define SECOND        INT64_C(1000)
#define MINUTE        (60 * SECOND)

/* clang-format off */
static const struct rate_row rows[] = {
    /*                       name              burst  one every */
    [RATE_LOGIN]          = {"login",          15,     4 * SECOND},
    [RATE_SECOND_FACTOR]  = {"second-factor",   5,    30 * SECOND},
    [RATE_RESET]          = {"reset",           5,     2 * MINUTE},
    [RATE_RESET_ACCOUNT]  = {"reset-account",   3,    20 * MINUTE},
    [RATE_REPORT]         = {"report",          5,     2 * MINUTE},
    [RATE_TRACK]          = {"track",          20,     6 * SECOND},
    [RATE_APPLY]          = {"apply",          20,    30 * SECOND},
    [RATE_SEARCH]         = {"search",         60,     1 * SECOND},
    [RATE_EXPORT]         = {"export",         10,    30 * SECOND},
    [RATE_UPLOAD]         = {"upload",         60,     5 * SECOND},
    [RATE_API]            = {"api",           600,          100},
    [RATE_MISS]           = {"miss",          100,     2 * SECOND},
};
/* clang-format on */
_Static_assert(ARRAY_LEN(rows) == RATE_KIND_COUNT, "a row for each kind");

struct slot {
    uint8_t id[crypto_shorthash_siphashx24_BYTES];
    int64_t until; /* nothing to remember from then on; 0 = empty */
    int64_t wrong; /* login wait: tries so far */
};
_Static_assert(sizeof(struct slot) == 32, "a slot is half a cache line");

struct ratelimit {
    uint8_t key[crypto_shorthash_siphashx24_KEYBYTES];
    size_t sets;
    struct slot *slots; /* sets * WAYS */
    pthread_mutex_t locks[LOCKS];
};

const struct rate_row *rate_row(enum rate_kind kind)
{
    BUG_IF((unsigned)kind >= RATE_KIND_COUNT);
    return &rows[kind];
}

struct ratelimit *ratelimit_create(size_t slots)
{
    struct ratelimit *l = calloc(1, sizeof *l);
    size_t i;

    if (l == NULL)
        memory_gone(sizeof *l);
    l->sets = ((slots == 0 ? SLOTS_DEFAULT : slots) + WAYS - 1) / WAYS;
    l->slots = calloc(l->sets * WAYS, sizeof *l->slots);
    if (l->slots == NULL)
        memory_gone(l->sets * WAYS * sizeof *l->slots);
    os_random(l->key, sizeof l->key);
    for (i = 0; i < LOCKS; i++)
        BUG_IF(pthread_mutex_init(&l->locks[i], NULL) != 0);
    return l;
}

void ratelimit_destroy(struct ratelimit *l)
{
    size_t i;

    if (l == NULL)
        return;
    for (i = 0; i < LOCKS; i++)
        (void)pthread_mutex_destroy(&l->locks[i]);
    free(l->slots);
    free(l);
}

/* A locked set and the id that is looked for in it. */
struct place {
    uint8_t id[crypto_shorthash_siphashx24_BYTES];
    struct slot *set;
    pthread_mutex_t *lock;
};

static void place_lock(struct ratelimit *l, int kind, const char *key, struct place *ret)
{
    char text[256];
    uint64_t h;
    size_t set;
    int n;

    /* an over-long key (nobody has one honestly) counts by its beginning */
    n = snprintf(text, sizeof text, "%d %s", kind, key);
    (void)crypto_shorthash_siphashx24(ret->id, (const uint8_t *)text,
                                      n < (int)sizeof text ? (unsigned long long)n : sizeof text - 1, l->key);
    memcpy(&h, ret->id, sizeof h);
    set = (size_t)(h % l->sets);
    ret->set = l->slots + set * WAYS;
    ret->lock = &l->locks[set % LOCKS];
    (void)pthread_mutex_lock(ret->lock); /* a plain mutex does not fail */
}

static void place_unlock(struct place *p)
{
    (void)pthread_mutex_unlock(p->lock);
}

static struct slot *place_find(const struct place *p)
{
    size_t i;

    for (i = 0; i < WAYS; i++) {
        if (p->set[i].until != 0 && memcmp(p->set[i].id, p->id, sizeof p->id) == 0)
            return &p->set[i];
    }
    return NULL;
}

/* The slot for the id; a new one takes the place of what would be forgotten first. */
static struct slot *place_take(const struct place *p)
{
    struct slot *s = place_find(p), *oldest = &p->set[0];
    size_t i;

    if (s != NULL)
        return s;
    for (i = 1; i < WAYS; i++) {
        if (p->set[i].until < oldest->until)
            oldest = &p->set[i];
    }
    *oldest = (struct slot){0};
    memcpy(oldest->id, p->id, sizeof oldest->id);
    return oldest;
}

/* ---- rates ---- */

/* When the bucket is full again as of now; never further ahead than an empty one, whatever the clock did. */
static int64_t full_at(const struct slot *s, const struct rate_row *row, int64_t now)
{
    int64_t until = s == NULL || s->until < now ? now : s->until;
    int64_t most = now + row->burst * row->every_ms;

    return until < most ? until : most;
}

static int rate(struct ratelimit *l, enum rate_kind kind, const char *key, int64_t now, bool take, int64_t *ret_wait_ms)
{
    const struct rate_row *row = rate_row(kind);
    struct place p;
    int64_t full, wait;

    place_lock(l, (int)kind, key, &p);
    full = full_at(place_find(&p), row, now);
    wait = full + row->every_ms - (now + row->burst * row->every_ms);
    if (wait <= 0 && take)
        place_take(&p)->until = full + row->every_ms;
    place_unlock(&p);

    if (wait <= 0)
        return 0;
    *ret_wait_ms = wait;
    return E_RATE;
}

int ratelimit_take(struct ratelimit *l, enum rate_kind kind, const char *key, int64_t now, int64_t *ret_wait_ms)
{
    return rate(l, kind, key, now, true, ret_wait_ms);
}

int ratelimit_peek(struct ratelimit *l, enum rate_kind kind, const char *key, int64_t now, int64_t *ret_wait_ms)
{
    return rate(l, kind, key, now, false, ret_wait_ms);
}

/* ---- login wait ---- */

int64_t login_wait_ms(int64_t wrong_tries)
{
    int64_t wait = LOGIN_WAIT_FIRST_MS, i;

    if (wrong_tries < LOGIN_WAIT_FROM)
        return 0;
    for (i = LOGIN_WAIT_FROM; i < wrong_tries && wait < LOGIN_WAIT_MAX_MS; i++)
        wait *= 2;
    return wait < LOGIN_WAIT_MAX_MS ? wait : LOGIN_WAIT_MAX_MS;
}

int ratelimit_login_ask(struct ratelimit *l, const char *login, int64_t now, int64_t *ret_wait_ms)
{
    const struct slot *s;
    struct place p;
    int64_t left = 0;

    place_lock(l, LOGIN_KIND, login, &p);
    s = place_find(&p);
    if (s != NULL) {
        int64_t wait = login_wait_ms(s->wrong);

        left = s->until - LOGIN_FORGET_MS - now;
        if (left > wait)
            left = wait;
    }
    place_unlock(&p);

    if (left <= 0)
        return 0;
    *ret_wait_ms = left;
    return E_RATE;
}

void ratelimit_login_wrong(struct ratelimit *l, const char *login, int64_t now)
{
    struct slot *s;
    struct place p;

    place_lock(l, LOGIN_KIND, login, &p);
    s = place_take(&p);
    if (s->until <= now)
        s->wrong = 0;
    s->wrong++;
    s->until = now + login_wait_ms(s->wrong) + LOGIN_FORGET_MS;
    place_unlock(&p);
}

void ratelimit_login_good(struct ratelimit *l, const char *login)
{
    struct slot *s;
    struct place p;

    place_lock(l, LOGIN_KIND, login, &p);
    s = place_find(&p);
    if (s != NULL)
        *s = (struct slot){0};
    place_unlock(&p);
}
