/*
 * doctor_data.c: what doctor sees in the database: structure, ledger, clock, accounts, jobs, outbox, and whether rows and files
 * belong together.
 *
 * Beside a running server, on readers only.
 */
#include <inttypes.h>

#include "base/date.h"
#include "base/text.h"
#include "core/user/admin.h"
#include "db/backup.h"
#include "engine/attachment.h"
#include "ledger/ledger.h"
#include "main/backup.h"
#include "main/doctor.h"
#include "os/os.h"

#define WAIT_MS      5000
#define SLICE        1000
#define NAMED_MAX    5
#define HOUR_MS      INT64_C(3600000)
#define UNSIGNED_MS  (10 * INT64_C(60000)) /* a server signs within seconds */
#define WITNESS_MS   (24 * HOUR_MS)
#define CLOCK_MS     INT64_C(5000) /* as the ledger's own alarm */
#define HEARTBEAT_MS (15 * INT64_C(60000))
#define GIVEN_UP_MS  (30 * 24 * HOUR_MS)

/* clang-format off */
static const struct query q_newest = {.name = "doctor.newest", .in = "", .out = "b",
    .sql = "SELECT body FROM ledger_entry ORDER BY idx DESC LIMIT 1000"};
static const struct query q_logins = {.name = "doctor.logins", .in = "ii", .out = "it",
    .sql = "SELECT id, login FROM app_user WHERE id > ?1 AND voided_at IS NULL AND disabled = 0 AND login IS NOT NULL "
           "ORDER BY id LIMIT ?2"};
static const struct query q_jobs = {.name = "doctor.jobs", .in = "ii", .out = "ii",
    .sql = "SELECT coalesce(CAST(sum(CASE WHEN state = 'running' AND coalesce(heartbeat_at, made_at) < ?1 THEN 1 ELSE 0 END) AS BIGINT), 0), "
           "coalesce(CAST(sum(CASE WHEN state = 'waiting' AND made_at < ?2 THEN 1 ELSE 0 END) AS BIGINT), 0) "
           "FROM job WHERE state IN ('running', 'waiting')"};
static const struct query q_late = {.name = "doctor.outbox-late", .in = "i", .out = "i",
    .sql = "SELECT count(*) FROM outbox WHERE due_at < ?1"};
static const struct query q_given_up = {.name = "doctor.outbox-given-up", .in = "i", .out = "i",
    .sql = "SELECT count(*) FROM outbox WHERE given_up_at >= ?1"};
static const struct query q_files = {.name = "doctor.files", .in = "iti", .out = "iti",
    .sql = "SELECT gov, file, size FROM attachment WHERE file IS NOT NULL AND (gov > ?1 OR (gov = ?1 AND file > ?2)) "
           "ORDER BY gov, file LIMIT ?3"};
static const struct query q_named = {.name = "doctor.named", .in = "it", .out = "i",
    .sql = "SELECT id FROM attachment WHERE gov = ?1 AND file = ?2"};

const struct query *const doctor_queries[] = {&q_newest, &q_logins, &q_jobs, &q_late, &q_given_up, &q_files, &q_named};
const size_t doctor_queries_n = ARRAY_LEN(doctor_queries);
/* clang-format on */

/* ---- helpers ---- */

/* One row of at most two integers. */
static int one_row(struct db *db, const struct query *q, const struct val *in, size_t n, int64_t ret[2])
{
    int e;

    AUTO_ROWS struct rows rows;

    (void)db_select_(&rows, db, q, in, n); /* rows_next() repeats a failure */
    e = rows_next(&rows);
    if (e <= 0)
        return e < 0 ? e : E_STORAGE;
    ret[0] = rows_int(&rows, 0);
    ret[1] = rows.n_cols > 1 ? rows_int(&rows, 1) : 0;
    return 0;
}

static void count_if_any(struct doctor *d, enum doctor_weight weight, const char *word, int64_t n)
{
    if (n > 0)
        doctor_says(d, weight, word, doctor_number(d, n), NULL);
}

/* ---- structure ---- */

static int look_at_structure(struct doctor *d, struct db *db)
{
    const char *why;
    int whole = db_whole(db, d->a, &why);

    if (whole == 0)
        doctor_says(d, DOCTOR_FINDING, "doctor.database", why, NULL);
    if (whole == 2)
        doctor_says(d, DOCTOR_NOTE, "doctor.amcheck", NULL, NULL);
    return whole < 0 ? whole : 0;
}

/* ---- ledger and clock ---- */

/* When the newest leaf that says it was made: sealed ones, which may be many in a row, have no time. INSTANT_NONE without one.
 */
static int newest_leaf(struct db *db, instant *ret)
{
    struct arena a;
    int e = 0;

    AUTO_ROWS struct rows rows;

    *ret = INSTANT_NONE;
    arena_init(&a, 16 * MB);
    (void)db_select(&rows, db, &q_newest); /* rows_next() repeats a failure */
    while (ret->v == INSTANT_NONE.v && (e = rows_next(&rows)) > 0) {
        struct leaf leaf;

        if (leaf_decode(&a, rows_bytes(&rows, &a, 0), &leaf) == 0 && leaf.ts != NULL && instant_iso_parse(leaf.ts, ret) < 0)
            *ret = INSTANT_NONE; /* `ledger check` says what is wrong */
        arena_reset(&a);
    }
    arena_finish(&a);
    return e < 0 ? e : 0;
}

static void look_at_witnesses(struct doctor *d, const struct ledger_status *s)
{
    if (d->in.policy == NULL)
        doctor_says(d, DOCTOR_NOTE, "doctor.no-policy", NULL, NULL);
    else if (s->cosigned_size < 0)
        doctor_says(d, DOCTOR_FINDING, "doctor.unwitnessed", NULL, NULL);
    else if (s->cosigned_size < s->size && d->now.v - s->cosigned_at.v > WITNESS_MS)
        doctor_says(d, DOCTOR_FINDING, "doctor.witness-old", doctor_number(d, (d->now.v - s->cosigned_at.v) / HOUR_MS), NULL);
}

static int look_at_ledger(struct doctor *d, struct db *db)
{
    struct ledger_status s;
    instant newest;
    int e;

    e = ledger_status(d->app->ledger, db, &s);
    if (e == 0)
        e = newest_leaf(db, &newest);
    if (e < 0)
        return e;
    if (s.mode == LEDGER_HOLD)
        doctor_says(d, DOCTOR_FINDING, "doctor.hold", s.reason, NULL);
    if (s.mode == LEDGER_RUNS && s.size > s.signed_size && newest.v != INSTANT_NONE.v && d->now.v - newest.v > UNSIGNED_MS)
        doctor_says(d, DOCTOR_FINDING, "doctor.unsigned", doctor_number(d, s.size - s.signed_size), NULL);
    if (newest.v != INSTANT_NONE.v && newest.v - d->now.v > CLOCK_MS)
        doctor_says(d, DOCTOR_FINDING, "doctor.clock", doctor_number(d, (newest.v - d->now.v) / 1000), NULL);
    look_at_witnesses(d, &s);
    return 0;
}

/* ---- accounts ---- */

/* Demo logins are named after the roles (design section 5). */
static int look_at_logins(struct doctor *d, struct db *db)
{
    int64_t last = 0;
    int e = 0, n;

    do {
        AUTO_ROWS struct rows rows;

        n = 0;
        (void)db_select(&rows, db, &q_logins, V(last), V(SLICE)); /* rows_next() repeats a failure */
        while ((e = rows_next(&rows)) > 0) {
            const char *login = rows_text(&rows, d->a, 1);

            last = rows_int(&rows, 0);
            n++;
            if (role_find(login) != NULL)
                doctor_says(d, DOCTOR_FINDING, "doctor.demo-login", login, NULL);
        }
    } while (e == 0 && n == SLICE);
    return e;
}

static int look_at_accounts(struct doctor *d, struct db *db)
{
    int64_t open;
    int e;

    if (d->in.demo)
        return 0;
    e = look_at_logins(d, db);
    if (e == 0)
        e = setup_open(db, &open);
    if (e == 0)
        count_if_any(d, DOCTOR_NOTE, "doctor.setup", open);
    return e;
}

/* ---- jobs and outbox ---- */

static int look_at_work(struct doctor *d, struct db *db)
{
    const struct val stuck[] = {V(d->now.v - HEARTBEAT_MS), V(d->now.v - HOUR_MS)}, late = V(d->now.v - HOUR_MS),
                     given_up = V(d->now.v - GIVEN_UP_MS);
    int64_t n[2];
    int e;

    e = one_row(db, &q_jobs, stuck, 2, n);
    if (e < 0)
        return e;
    count_if_any(d, DOCTOR_FINDING, "doctor.job-silent", n[0]);
    count_if_any(d, DOCTOR_FINDING, "doctor.job-waits", n[1]);
    e = one_row(db, &q_late, &late, 1, n);
    if (e < 0)
        return e;
    count_if_any(d, DOCTOR_FINDING, "doctor.outbox-late", n[0]);
    e = one_row(db, &q_given_up, &given_up, 1, n);
    if (e == 0)
        count_if_any(d, DOCTOR_FINDING, "doctor.outbox-given-up", n[0]);
    return e;
}

/* ---- rows and files ---- */

struct pairing {
    struct doctor *d;
    struct db *db;
    int64_t lost, orphans;
};

static void found_lost(struct pairing *p, int64_t gov, const char *file)
{
    if (p->lost++ < NAMED_MAX)
        doctor_says(p->d, DOCTOR_FINDING, "doctor.file-lost",
                    text_printf(p->d->a, "files/%" PRId64 "/%.2s/%s", gov, file, file), NULL);
}

/* Each row has its file, of its size. */
static int look_at_rows(struct pairing *p)
{
    int64_t gov = -1;
    const char *file = "";
    struct arena a;
    int e = 0, n;

    arena_init(&a, 16 * MB);
    do {
        AUTO_ROWS struct rows rows;

        n = 0;
        (void)db_select(&rows, p->db, &q_files, V(gov), V(file), V(SLICE)); /* rows_next() repeats a failure */
        while ((e = rows_next(&rows)) > 0) {
            gov = rows_int(&rows, 0);
            file = rows_text(&rows, &a, 1);
            n++;
            AUTO_CLOSE int fd = attachment_open(p->d->app->files_dir, gov, file, rows_int(&rows, 2), &a);

            if (fd < 0)
                found_lost(p, gov, file);
        }
    } while (e == 0 && n == SLICE);
    arena_finish(&a);
    return e;
}

static int is_named(struct pairing *p, int64_t gov, const char *file)
{
    AUTO_ROWS struct rows rows;

    (void)db_select(&rows, p->db, &q_named, V(gov), V(file)); /* rows_next() repeats a failure */
    return rows_next(&rows);
}

/* Each file has its row; a young one may still get it, and the daily sweep takes the others. */
static int look_at_files(struct pairing *p, int dir, int64_t gov, int depth)
{
    struct arena a;
    struct os_entry *v;
    size_t n, i;
    int e;

    arena_init(&a, 64 * MB);
    e = os_list(dir, &a, BACKUP_ENTRIES, &v, &n);
    for (i = 0; e >= 0 && i < n; i++) {
        if (!v[i].is_dir) {
            if (v[i].age_s > 2 * ATTACHMENT_ORPHAN_AGE && (depth != 2 || (e = is_named(p, gov, v[i].name)) == 0))
                p->orphans++;
            continue;
        }
        AUTO_CLOSE int below = os_open_dir_in(dir, v[i].name);

        if (depth == 0 && text_int(v[i].name, 0, INT64_MAX, &gov) < 0)
            gov = -1;
        e = below < 0 ? below : depth < 2 ? look_at_files(p, below, gov, depth + 1) : 0;
    }
    arena_finish(&a);
    return e < 0 ? e : 0;
}

static int look_at_pairs(struct doctor *d, struct db *db)
{
    struct pairing p = {.d = d, .db = db};
    int e;

    e = look_at_rows(&p);
    if (e == 0)
        e = look_at_files(&p, d->app->files_dir, -1, 0);
    if (p.lost > NAMED_MAX)
        doctor_says(d, DOCTOR_FINDING, "doctor.file-lost-more", doctor_number(d, p.lost - NAMED_MAX), NULL);
    count_if_any(d, DOCTOR_FINDING, "doctor.file-orphan", p.orphans);
    return e;
}

/* ---- all ---- */

static const struct {
    const char *what;
    int (*look)(struct doctor *d, struct db *db);
} looks[] = {
    {"structure", look_at_structure}, {"ledger", look_at_ledger}, {"accounts", look_at_accounts},
    {"jobs", look_at_work},           {"files", look_at_pairs},
};

void doctor_data(struct doctor *d)
{
    size_t i;

    for (i = 0; i < ARRAY_LEN(looks); i++) {
        struct db *db;
        int e = pool_take(d->app->pool, WAIT_MS, &db);

        if (e == 0) {
            e = looks[i].look(d, db);
            pool_give(d->app->pool, db);
        }
        if (e >= 0)
            continue;
        (void)cannot("%s: %s", looks[i].what, reason_of(e)); /* said; the looking goes on */
        d->blind = true;
    }
}
