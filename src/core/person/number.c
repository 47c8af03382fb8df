/*
 * number.c: the blind index, and the job that makes it anew after the keyring got another key.
 */
#include "core/auth/keyring.h"
#include "core/person/mask.h"
#include "core/person/person_pages.h"
#include "core/user/core.h"
#include "engine/row.h"

#define COLUMN "person.nik"

/* clang-format off */
static const struct query q_find = {
    .name = "person.find", .sql = "SELECT person FROM person_number WHERE gov = ?1 AND hash = ?2", .in = "ib", .out = "i"};
static const struct query q_forget = {
    .name = "person.forget", .sql = "DELETE FROM person_number WHERE gov = ?1 AND person = ?2", .in = "ii", .out = ""};
static const struct query q_index = {
    .name = "person.index", .sql = "INSERT INTO person_number (gov, hash, key_id, person) VALUES (?1, ?2, ?3, ?4)", .in = "ibii", .out = ""};
static const struct query q_uses = {
    .name = "person.uses", .sql = "SELECT count(*) FROM person_number WHERE key_id = ?1", .in = "i", .out = "i"};
static const struct query q_old = {
    .name = "person.old", .sql = "SELECT gov, person FROM person_number WHERE key_id <> ?1 ORDER BY gov, person LIMIT ?2", .in = "ii", .out = "ii"};
/* clang-format on */

const struct query *const person_queries[] = {&q_find, &q_forget, &q_index, &q_uses, &q_old};

/* ---- the keyring ---- */

/* The server's, or, in a command that opened no core, the file's: then *ret_own is to be closed. */
static int ring_of(const struct app *app, const struct keyring **ret, struct keyring **ret_own)
{
    int e = 0;

    *ret_own = NULL;
    if (app->core == NULL)
        e = keyring_open(app->data_dir, CORE_KEYRING, ret_own);
    *ret = app->core != NULL ? core_of(app)->keyring : *ret_own;
    return e;
}

static int hash_of(const struct keyring *ring, uint32_t key_id, const char *nik, uint8_t ret[BLIND_INDEX_BYTES])
{
    uint8_t key[KEYRING_KEY_BYTES];
    int e = keyring_key(ring, key_id, KEY_BLIND_INDEX, key);

    if (e == 0)
        e = blind_index(key, COLUMN, nik, ret);
    explicit_bzero(key, sizeof key);
    return e;
}

/* ---- finding ---- */

static int find_with(struct db *db, const struct keyring *ring, int64_t gov, const char *nik, int64_t *ret_person)
{
    uint32_t ids[KEYRING_MAX];
    size_t n = keyring_ids(ring, ids), i;
    int e = 0;

    for (i = 0; e == 0 && i < n; i++) {
        uint8_t hash[BLIND_INDEX_BYTES];

        AUTO_ROWS struct rows rows = {0};

        e = hash_of(ring, ids[i], nik, hash);
        if (e == 0)
            e = db_select(&rows, db, &q_find, V(gov), V(((struct bytes){hash, sizeof hash})));
        if (e == 0)
            e = rows_next(&rows);
        if (e > 0)
            *ret_person = rows_int(&rows, 0);
    }
    return e;
}

int person_find(const struct app *app, struct db *db, int64_t gov, const char *nik, int64_t *ret_person)
{
    const struct keyring *ring;
    struct keyring *own;
    int e = ring_of(app, &ring, &own);

    if (e == 0)
        e = find_with(db, ring, gov, nik, ret_person);
    keyring_close(own);
    return e;
}

int person_numbers_of_key(struct db *db, int64_t key_id, int64_t *ret)
{
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &q_uses, V(key_id));
    if (e == 0)
        e = rows_next(&rows);
    if (e > 0)
        *ret = rows_int(&rows, 0);
    return e < 0 ? e : 0;
}

/* ---- keeping ---- */

/* Sixteen digits: what else may stand there since before the rule finds nobody. */
static bool is_nik(const char *s)
{
    return s != NULL && strlen(s) == 16 && strspn(s, "0123456789") == 16;
}

int person_forget(struct tx *tx, int64_t gov, int64_t person)
{
    return db_send(tx->db, &q_forget, V(gov), V(person));
}

int person_index(struct tx *tx, const struct person *p)
{
    uint8_t *hash = arena_array(tx->arena, BLIND_INDEX_BYTES, uint8_t);
    const struct keyring *ring;
    struct keyring *own;
    int e = person_forget(tx, p->head.gov, p->head.id);

    if (e < 0 || !is_nik(p->nik) || p->head.voided_at.v != INSTANT_NONE.v)
        return e;
    e = ring_of(tx->app, &ring, &own);
    if (e == 0)
        e = hash_of(ring, keyring_newest(ring), p->nik, hash);
    if (e == 0)
        e = db_send(tx->db, &q_index, V(p->head.gov), V(((struct bytes){hash, BLIND_INDEX_BYTES})),
                    V((int64_t)keyring_newest(ring)), V(p->head.id));
    keyring_close(own);
    return e;
}

/* ---- after another key ---- */

#define PAGE 200

struct old {
    int64_t gov, person;
};

static int read_old(struct tx *tx, int64_t newest, struct old v[PAGE], size_t *ret_n)
{
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, tx->db, &q_old, V(newest), V((int64_t)PAGE));
    for (*ret_n = 0; e == 0 && (e = rows_next(&rows)) > 0; e = 0)
        v[(*ret_n)++] = (struct old){rows_int(&rows, 0), rows_int(&rows, 1)};
    return e;
}

int person_index_slice(struct tx *tx, struct job *job)
{
    struct old *v = arena_array(tx->arena, PAGE, struct old);
    const struct keyring *ring;
    struct keyring *own;
    struct person p;
    int64_t newest;
    size_t n, i;
    int e = ring_of(tx->app, &ring, &own);

    if (e < 0)
        return e;
    newest = keyring_newest(ring);
    keyring_close(own);
    e = read_old(tx, newest, v, &n);
    for (i = 0; e == 0 && i < n; i++) {
        e = row_get(tx->db, tx->arena, &person_entity, v[i].gov, v[i].person, &p);
        if (e >= 0)
            e = e > 0 ? person_index(tx, &p) : person_forget(tx, v[i].gov, v[i].person);
    }
    job->done += (int64_t)n;
    return e < 0 ? e : n == PAGE;
}
