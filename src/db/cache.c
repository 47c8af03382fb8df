/*
 * cache.c: the prepared statements of one connection, found by their text, the least used given up first.
 *
 * A text that the engine builds in an arena has another address each time, so the content is compared. The hash is
 * quick and not meant against an enemy: no SQL text comes from a request.
 */
#include "db/driver.h"

static uint64_t mix(uint64_t h, const char *s, size_t n)
{
    uint64_t w;

    while (n >= sizeof w) {
        memcpy(&w, s, sizeof w);
        h = (h ^ w) * UINT64_C(0x9E3779B97F4A7C15);
        h ^= h >> 29;
        s += sizeof w;
        n -= sizeof w;
    }
    w = n;
    memcpy(&w, s, n);
    h = (h ^ w ^ ((uint64_t)n << 56)) * UINT64_C(0x9E3779B97F4A7C15);
    return h ^ (h >> 32);
}

struct look {
    const char *in;
    const char *sql;
    size_t in_n;
    size_t sql_n;
    uint64_t hash;
};

static struct look look_of(const struct db *db, const struct query *q)
{
    struct look k = {.in = q->in};

    k.sql = db->kind == DB_POSTGRESQL && q->sql_pg != NULL ? q->sql_pg : q->sql;
    k.in_n = strlen(k.in);
    k.sql_n = strlen(k.sql);
    k.hash = mix(mix(1, k.in, k.in_n), k.sql, k.sql_n);
    return k;
}

static struct stmt *find(const struct stmt_cache *c, const struct look *k)
{
    struct stmt *s;

    for (s = c->bucket[k->hash % STMT_BUCKETS]; s != NULL; s = s->chain) {
        if (s->hash == k->hash && s->key_n == k->in_n + 1 + k->sql_n && memcmp(s->key, k->in, k->in_n + 1) == 0 &&
            memcmp(s->key + k->in_n + 1, k->sql, k->sql_n) == 0)
            return s;
    }
    return NULL;
}

static void unlink_use(struct stmt_cache *c, struct stmt *s)
{
    *(s->newer != NULL ? &s->newer->older : &c->newest) = s->older;
    *(s->older != NULL ? &s->older->newer : &c->oldest) = s->newer;
    s->newer = s->older = NULL;
}

static void link_newest(struct stmt_cache *c, struct stmt *s)
{
    s->newer = NULL;
    s->older = c->newest;
    *(c->newest != NULL ? &c->newest->newer : &c->oldest) = s;
    c->newest = s;
}

static void unlink_all(struct stmt_cache *c, struct stmt *s)
{
    struct stmt **at = &c->bucket[s->hash % STMT_BUCKETS];

    while (*at != s)
        at = &(*at)->chain;
    *at = s->chain;
    unlink_use(c, s);
    c->n--;
    s->loose = true;
}

static void drop(struct db *db, struct stmt *s)
{
    db->driver->discard(db, s);
    free(s->key);
    free(s->name);
    free(s);
}

static void make_room(struct db *db)
{
    struct stmt *s = db->cache.oldest;

    while (s != NULL && db->cache.n >= STMT_MAX) {
        struct stmt *newer = s->newer;

        if (s->users == 0) {
            unlink_all(&db->cache, s);
            drop(db, s);
        }
        s = newer;
    }
}

static struct stmt *stmt_new(const struct look *k, const char *name)
{
    struct stmt *s = calloc(1, sizeof *s);

    if (s == NULL)
        memory_gone(sizeof *s);
    s->key_n = k->in_n + 1 + k->sql_n;
    s->key = malloc(s->key_n + 1);
    s->name = strdup(name);
    if (s->key == NULL || s->name == NULL)
        memory_gone(s->key_n + 1);
    memcpy(s->key, k->in, k->in_n + 1);
    memcpy(s->key + k->in_n + 1, k->sql, k->sql_n + 1);
    s->hash = k->hash;
    return s;
}

int stmt_take(struct db *db, const struct query *q, struct stmt **ret_stmt)
{
    struct look k = look_of(db, q);
    struct stmt *s = find(&db->cache, &k);
    bool known = s != NULL;
    int e;

    if (known && (s->users == 0 || db->driver->shared_stmts)) {
        if (db->cache.newest != s) {
            unlink_use(&db->cache, s);
            link_newest(&db->cache, s);
        }
        s->users++;
        *ret_stmt = s;
        return 0;
    }

    s = stmt_new(&k, q->name);
    e = db->driver->prepare(db, s, q);
    if (e < 0) {
        drop(db, s);
        return e;
    }
    s->users = 1;
    s->loose = known;
    if (!known) {
        make_room(db);
        s->chain = db->cache.bucket[k.hash % STMT_BUCKETS];
        db->cache.bucket[k.hash % STMT_BUCKETS] = s;
        link_newest(&db->cache, s);
        db->cache.n++;
    }
    *ret_stmt = s;
    return 0;
}

void stmt_give(struct db *db, struct stmt *s)
{
    BUG_IF(s->users == 0);
    s->users--;
    if (s->users == 0 && s->loose)
        drop(db, s);
}

void stmt_forget(struct db *db, struct stmt *s)
{
    if (!s->loose)
        unlink_all(&db->cache, s);
}

void stmt_finish(struct db *db)
{
    while (db->cache.oldest != NULL) {
        struct stmt *s = db->cache.oldest;

        BUG_IF(s->users != 0);
        unlink_all(&db->cache, s);
        drop(db, s);
    }
}
