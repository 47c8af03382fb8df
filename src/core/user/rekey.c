/*
 * rekey.c: counting, sealing anew, retiring; the places of the job are "" or the id sealed last, then "retire".
 */
#include "base/log.h"
#include "base/text.h"
#include "core/auth/secretbox.h"
#include "core/person/number.h"
#include "core/user/query.h"
#include "core/user/rekey.h"
#include "core/user/secret.h"
#include "engine/row.h"
#include "os/os.h"

#define PAGE         200 /* secrets a slice */
#define WAIT_MS      10000
#define BEGUN_MS     (INT64_C(24) * 3600 * 1000)
#define PLACE_RETIRE "retire"

/* ---- what uses which key ---- */

static struct rekey_use *use_of(struct rekey_use *v, size_t n, int64_t id)
{
    size_t i;

    for (i = 0; i < n; i++) {
        if (v[i].id == id)
            return &v[i];
    }
    return NULL;
}

/* A sealed text whose key is not in the ring opens for nobody: it keeps no key. */
static void count_sealed(struct arena *a, const char *sealed, struct rekey_use *v, size_t n, bool begun)
{
    struct rekey_use *use;
    struct bytes bytes;

    if (base64_bytes(a, sealed, &bytes) < 0)
        return;
    use = use_of(v, n, secretbox_key_id(bytes));
    if (use == NULL)
        return;
    if (begun)
        use->begun++;
    else
        use->secrets++;
}

static int count_secrets(struct db *db, struct arena *a, struct rekey_use *v, size_t n)
{
    int64_t after = 0;
    int got, e;

    do {
        AUTO_ROWS struct rows rows;

        got = 0;
        e = db_select(&rows, db, &q_totp_behind, V(after), V((int64_t)PAGE));
        while (e == 0 && (e = rows_next(&rows)) > 0) {
            after = rows_int(&rows, 0);
            count_sealed(a, rows_text(&rows, a, 1), v, n, false);
            got++;
            e = 0;
        }
    } while (e == 0 && got == PAGE);
    return e < 0 ? e : 0;
}

static int count_begun(struct db *db, struct arena *a, instant now, struct rekey_use *v, size_t n)
{
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &q_enrol_begun, V((instant){now.v - BEGUN_MS}));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        count_sealed(a, rows_text(&rows, a, 0), v, n, true);
        e = 0;
    }
    return e;
}

static int count_recovery(struct db *db, struct rekey_use *v, size_t n)
{
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &q_recovery_keys);
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        struct rekey_use *use = use_of(v, n, rows_int(&rows, 0));

        if (use != NULL)
            use->recovery = rows_int(&rows, 1);
        e = 0;
    }
    return e;
}

int rekey_uses(struct db *db, struct arena *a, const struct keyring *ring, instant now, struct rekey_use ret[KEYRING_MAX],
               size_t *ret_n)
{
    uint32_t ids[KEYRING_MAX];
    size_t n = keyring_ids(ring, ids), i;
    int e;

    for (i = 0; i < n; i++)
        ret[i] = (struct rekey_use){.id = ids[i]};
    e = count_secrets(db, a, ret, n);
    if (e == 0)
        e = count_begun(db, a, now, ret, n);
    if (e == 0)
        e = count_recovery(db, ret, n);
    for (i = 0; e == 0 && i < n; i++)
        e = person_numbers_of_key(db, ids[i], &ret[i].numbers);
    if (e == 0)
        *ret_n = n;
    return e;
}

/* ---- the rows of the keys ---- */

static bool among(const uint32_t *ids, size_t n, int64_t id)
{
    size_t i;

    for (i = 0; i < n; i++) {
        if (ids[i] == id)
            return true;
    }
    return false;
}

static int retire_row(struct tx *tx, int64_t id)
{
    struct keyring_key before, after;
    struct record head;
    int e = row_get(tx->db, tx->arena, &keyring_key_entity, 0, id, &before);

    if (e <= 0)
        return e;
    after = before;
    after.retired_at = tx->now;
    return row_update(tx, &keyring_key_entity, &before, &after, &head);
}

#define KNOWN_MAX 256 /* newest rows that are looked at; the file holds at most KEYRING_MAX */

struct known {
    int64_t id, number;
    bool retired;
};

static int read_known(struct tx *tx, struct known known[KNOWN_MAX], size_t *ret_n)
{
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, tx->db, &q_keyring_keys, V((int64_t)KNOWN_MAX));
    for (*ret_n = 0; e == 0 && (e = rows_next(&rows)) > 0; e = 0)
        known[(*ret_n)++] = (struct known){rows_int(&rows, 0), rows_int(&rows, 1), rows_int(&rows, 2) != INT_NONE};
    return e;
}

static int note_new(struct tx *tx, int64_t number)
{
    const struct keyring_key row = {
        .head = {.id = os_new_id()}, .number = number, .made_at = tx->now, .retired_at = INSTANT_NONE};
    struct record head;

    return row_insert(tx, &keyring_key_entity, &row, &head);
}

static int note_keys(struct tx *tx, const uint32_t *ids, size_t n)
{
    struct known known[KNOWN_MAX];
    size_t n_known, i, k;
    int e = read_known(tx, known, &n_known);

    for (i = 0; e == 0 && i < n_known; i++) {
        if (!known[i].retired && !among(ids, n, known[i].number))
            e = retire_row(tx, known[i].id);
    }
    for (i = n; e == 0 && i-- > 0;) {
        for (k = 0; k < n_known && known[k].number != ids[i]; k++)
            continue;
        if (k == n_known)
            e = note_new(tx, ids[i]);
    }
    return e;
}

int rekey_note(struct tx *tx, const uint32_t *ids, size_t n)
{
    int e = note_keys(tx, ids, n);

    return e < 0 ? e : job_start_once(tx, REKEY_JOB, 0);
}

/* ---- the job ---- */

/* For the slices: the ring as it was when the job began here, and what the file holds once keys have left. */
struct rekeying {
    const struct keyring *ring;
    uint32_t left[KEYRING_MAX];
    size_t n_left;
};

static int reseal(struct tx *tx, const struct keyring *ring, int64_t user, const char *sealed)
{
    const char *fresh;
    int e = totp_reseal(ring, tx->arena, user, sealed, &fresh);

    if (e == E_STATE || e == E_FORMAT) { /* nobody can open it: the person needs a reset, the job goes on */
        log_record(LEVEL_WARN, "rekey.lost", LOG_INT("user", user));
        return 0;
    }
    return e == 1 ? db_send(tx->db, &q_totp_reseal, V(user), V(fresh), V(sealed)) : e;
}

struct sealed_page {
    int64_t id[PAGE];
    const char *sealed[PAGE];
    size_t n;
};

static int read_page(struct tx *tx, int64_t after, struct sealed_page *ret)
{
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, tx->db, &q_totp_behind, V(after), V((int64_t)PAGE));
    for (ret->n = 0; e == 0 && (e = rows_next(&rows)) > 0; e = 0) {
        ret->id[ret->n] = rows_int(&rows, 0);
        ret->sealed[ret->n++] = rows_text(&rows, tx->arena, 1);
    }
    return e;
}

static int seal_slice(struct tx *tx, struct job *job, const struct keyring *ring)
{
    struct sealed_page *page = arena_new(tx->arena, struct sealed_page);
    int64_t after = 0;
    size_t i;
    int e = text_empty(job->place) ? 0 : text_int(job->place, 0, INT64_MAX, &after);

    if (e == 0)
        e = read_page(tx, after, page);
    for (i = 0; e == 0 && i < page->n; i++)
        e = reseal(tx, ring, page->id[i], page->sealed[i]);
    if (e < 0)
        return e;
    job->done += (int64_t)page->n;
    job->place = page->n == PAGE ? text_printf(tx->arena, "%lld", (long long)page->id[PAGE - 1]) : PLACE_RETIRE;
    return 1;
}

static int rekey_slice(struct tx *tx, struct job *job)
{
    const struct rekeying *r = job->prepared;

    return text_eq(job->place, PLACE_RETIRE) ? note_keys(tx, r->left, r->n_left) : seal_slice(tx, job, r->ring);
}

/* Every key but the newest that nothing uses leaves the file. */
static int retire_unused(struct app *app, struct db *db, struct arena *a, const struct keyring *ring, instant now)
{
    struct rekey_use uses[KEYRING_MAX];
    size_t n, i;
    int e = rekey_uses(db, a, ring, now, uses, &n);

    for (i = 1; e == 0 && i < n; i++) {
        if (uses[i].secrets == 0 && uses[i].recovery == 0 && uses[i].begun == 0 && uses[i].numbers == 0)
            e = keyring_retire(app->data_dir, CORE_KEYRING, uses[i].id);
        if (e == E_INPUT) /* it had left before this server began to look */
            e = 0;
    }
    return e;
}

static int read_left(struct app *app, struct rekeying *r)
{
    struct keyring *file;
    int e = keyring_open(app->data_dir, CORE_KEYRING, &file);

    if (e < 0)
        return e;
    r->n_left = keyring_ids(file, r->left);
    keyring_close(file);
    return 0;
}

static int rekey_prepare(struct app *app, struct job *job, struct arena *a)
{
    struct rekeying *r = arena_new(a, struct rekeying);
    struct db *db;
    int e;

    r->ring = core_of(app)->keyring;
    job->prepared = r;
    if (!text_eq(job->place, PLACE_RETIRE))
        return 0;
    e = pool_take(app->pool, WAIT_MS, &db);
    if (e < 0)
        return e;
    e = retire_unused(app, db, a, r->ring, os_now());
    pool_give(app->pool, db);
    return e < 0 ? e : read_left(app, r);
}

const struct job_kind rekey_jobs[1] = {{.name = REKEY_JOB,
                                        .permission = "ledger.operate",
                                        .daily_minute = 165,
                                        .slice = rekey_slice,
                                        .prepare = rekey_prepare,
                                        .lasting = true}};
