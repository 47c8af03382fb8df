/*
 * outbox.c: effects outside the database, at least once, each with waits that grow.
 *
 * An effect is claimed before it is carried out: one write counts the attempt and moves the time of the next one. So an effect
 * whose end could not be stored is not repeated at once, and none runs while the writer is away. What it was told (args: an
 * address, a link with a token) is forgotten when it is done. Not for: what effects do.
 */
#include <inttypes.h>

#include "base/log.h"
#include "base/text.h"
#include "engine/app.h"
#include "engine/job_parts.h"
#include "os/os.h"

#define MINUTE      INT64_C(60000)
#define WAIT_FIRST  (1 * MINUTE)
#define WAIT_MAX    (6 * 60 * MINUTE)
#define GIVE_UP     (5 * 24 * 60 * MINUTE)
#define ROUND_MAX   20
#define FORGET_MAX  500
#define EFFECT_MAX  ((size_t)32 * MB)
#define READER_WAIT 1000 /* ms */
#define COLUMNS     "id, kind, effect_key, args, last_error, made_at, since_at, due_at, done_at, given_up_at, attempts"
#define TYPES       "ittttiiiiii"

/* clang-format off */
static const struct query q_add = {
    .name = "outbox.add",
    .sql = "INSERT INTO outbox (id, kind, effect_key, args, made_at, since_at, due_at, attempts) "
           "VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?5, 0) ON CONFLICT DO NOTHING",
    .in = "ittti", .out = "",
};
static const struct query q_due = {
    .name = "outbox.due",
    .sql = "SELECT " COLUMNS " FROM outbox WHERE due_at <= ?1 ORDER BY due_at, id LIMIT ?2",
    .in = "ii", .out = TYPES,
};
static const struct query q_claim = {
    .name = "outbox.claim",
    .sql = "UPDATE outbox SET attempts = attempts + 1, due_at = ?3 WHERE id = ?1 AND attempts = ?2 AND due_at IS NOT NULL",
    .in = "iii", .out = "",
};
static const struct query q_done = {
    .name = "outbox.done",
    .sql = "UPDATE outbox SET due_at = NULL, done_at = ?2, given_up_at = NULL, last_error = NULL, args = '' WHERE id = ?1",
    .in = "ii", .out = "",
};
static const struct query q_failed = {
    .name = "outbox.failed",
    .sql = "UPDATE outbox SET last_error = ?2 WHERE id = ?1 AND due_at IS NOT NULL",
    .in = "it", .out = "",
};
static const struct query q_give_up = {
    .name = "outbox.give_up",
    .sql = "UPDATE outbox SET due_at = NULL, given_up_at = ?2, last_error = COALESCE(?3, last_error) "
           "WHERE id = ?1 AND due_at IS NOT NULL",
    .in = "iit", .out = "",
};
/* A whole kind that cannot be tried now. */
static const struct query q_postpone = {
    .name = "outbox.postpone",
    .sql = "UPDATE outbox SET due_at = ?2 WHERE kind = ?1 AND due_at <= ?3",
    .in = "tii", .out = "",
};
static const struct query q_too_long = {
    .name = "outbox.too_long",
    .sql = "UPDATE outbox SET due_at = NULL, given_up_at = ?2, last_error = 'waited-too-long' "
           "WHERE kind = ?1 AND due_at <= ?2 AND since_at <= ?3",
    .in = "tii", .out = "",
};
static const struct query q_retry = {
    .name = "outbox.retry",
    .sql = "UPDATE outbox SET due_at = ?2, since_at = ?2, given_up_at = NULL, attempts = 0 WHERE id = ?1 AND done_at IS NULL",
    .in = "ii", .out = "",
};
static const struct query q_waiting = {
    .name = "outbox.waiting",
    .sql = "SELECT " COLUMNS " FROM outbox WHERE due_at IS NOT NULL AND id < ?1 ORDER BY id DESC LIMIT ?2",
    .in = "ii", .out = TYPES,
};
static const struct query q_given_up = {
    .name = "outbox.given_up",
    .sql = "SELECT " COLUMNS " FROM outbox WHERE given_up_at IS NOT NULL AND id < ?1 ORDER BY id DESC LIMIT ?2",
    .in = "ii", .out = TYPES,
};
static const struct query q_forget = {
    .name = "outbox.forget",
    .sql = "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE done_at < ?1 ORDER BY done_at, id LIMIT ?2)",
    .in = "ii", .out = "",
};
static const struct query q_forget_given_up = {
    .name = "outbox.forget_given_up",
    .sql = "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE given_up_at < ?1 ORDER BY given_up_at, id LIMIT ?2)",
    .in = "ii", .out = "",
};
static const struct query q_count_waiting = {
    .name = "outbox.count_waiting", .sql = "SELECT COUNT(*) FROM outbox WHERE due_at IS NOT NULL", .in = "", .out = "i",
};
static const struct query q_count_given_up = {
    .name = "outbox.count_given_up", .sql = "SELECT COUNT(*) FROM outbox WHERE given_up_at IS NOT NULL", .in = "", .out = "i",
};
/* clang-format on */

const struct query *const outbox_queries[OUTBOX_QUERIES] = {
    &q_add,      &q_due,           &q_claim,          &q_done,   &q_failed,   &q_give_up,  &q_retry,          &q_waiting,
    &q_given_up, &q_count_waiting, &q_count_given_up, &q_forget, &q_postpone, &q_too_long, &q_forget_given_up};

int outbox_add(struct tx *tx, const char *kind, const char *key, const char *args)
{
    int64_t id = os_new_id();

    if (key == NULL)
        key = text_printf(tx->arena, "%" PRId64, id);
    return db_send(tx->db, &q_add, V(id), V(kind), V(key), V(args != NULL ? args : "{}"), V(tx->now));
}

/* ---- reading ---- */

static int take_rows(struct rows *rows, struct arena *a, int e, struct outbox_row *v, size_t *ret_n)
{
    size_t n = 0;

    while (e == 0 && (e = rows_next(rows)) > 0) {
        v[n++] = (struct outbox_row){.id = rows_int(rows, 0),
                                     .kind = rows_text(rows, a, 1),
                                     .key = rows_text(rows, a, 2),
                                     .args = rows_text(rows, a, 3),
                                     .error = rows_text(rows, a, 4),
                                     .made_at = {rows_int(rows, 5)},
                                     .since_at = {rows_int(rows, 6)},
                                     .due_at = {rows_int(rows, 7)},
                                     .done_at = {rows_int(rows, 8)},
                                     .given_up_at = {rows_int(rows, 9)},
                                     .attempts = rows_int(rows, 10)};
        e = 0;
    }
    if (e < 0)
        return e;
    *ret_n = n;
    return 0;
}

int outbox_list(struct db *db, struct arena *a, bool given_up, int64_t below, size_t max, struct outbox_row **ret,
                size_t *ret_n)
{
    int e;

    AUTO_ROWS struct rows rows;

    *ret = arena_array(a, max, struct outbox_row);
    e = db_select(&rows, db, given_up ? &q_given_up : &q_waiting, V(below > 0 ? below : INT64_MAX), V((int64_t)max));
    return take_rows(&rows, a, e, *ret, ret_n);
}

int outbox_count(struct db *db, bool given_up, int64_t *ret)
{
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, given_up ? &q_count_given_up : &q_count_waiting);
    if (e == 0)
        e = rows_next(&rows);
    if (e < 0)
        return e;
    *ret = rows_int(&rows, 0);
    return 0;
}

static int read_due(struct app *app, struct arena *a, struct outbox_row v[static ROUND_MAX], size_t *ret_n)
{
    struct db *db;
    int e = pool_take(app->pool, READER_WAIT, &db);

    if (e < 0)
        return e;
    {
        AUTO_ROWS struct rows rows;

        e = db_select(&rows, db, &q_due, V(os_now()), V((int64_t)ROUND_MAX));
        e = take_rows(&rows, a, e, v, ret_n);
    }
    pool_give(app->pool, db);
    return e;
}

/* ---- one effect ---- */

struct attempt {
    const struct outbox_row *row;
    bool claimed;
    int result;
    const char *error; /* word for the operator */
};

static int64_t wait_after(int64_t attempts)
{
    int64_t wait = WAIT_FIRST;
    int64_t i;

    for (i = 0; i < attempts && wait < WAIT_MAX; i++)
        wait *= 2;
    return wait < WAIT_MAX ? wait : WAIT_MAX;
}

static int claim(struct tx *tx, void *arg)
{
    struct attempt *t = arg;
    int64_t n = db_run(tx->db, &q_claim, V(t->row->id), V(t->row->attempts), V(tx->now.v + wait_after(t->row->attempts)));

    t->claimed = n == 1;
    return n < 0 ? (int)n : 0;
}

static int settle(struct tx *tx, void *arg)
{
    const struct attempt *t = arg;

    if (t->result >= 0)
        return db_send(tx->db, &q_done, V(t->row->id), V(tx->now));
    if (t->result == E_BUSY && tx->now.v - t->row->since_at.v < GIVE_UP)
        return db_send(tx->db, &q_failed, V(t->row->id), V(t->error));
    return db_send(tx->db, &q_give_up, V(t->row->id), V(tx->now), V(t->error));
}

static const struct effect_kind *find_kind(const struct app *app, const char *name)
{
    size_t m, i;

    for (m = 0; m < app->n_modules; m++)
        for (i = 0; i < app->modules[m]->n_effects; i++)
            if (text_eq(app->modules[m]->effects[i].name, name))
                return &app->modules[m]->effects[i];
    return NULL;
}

struct postponing {
    const char *kind;
    int64_t ms;
};

static int postpone(struct tx *tx, void *arg)
{
    const struct postponing *p = arg;
    int e = db_send(tx->db, &q_too_long, V(p->kind), V(tx->now), V(tx->now.v - GIVE_UP));

    return e < 0 ? e : db_send(tx->db, &q_postpone, V(p->kind), V(tx->now.v + p->ms), V(tx->now));
}

/* 1 an attempt was made, 0 it was not there any more, negative: the writer is away. */
static int carry_out(struct app *app, const struct outbox_row *row)
{
    const struct effect_kind *kind = find_kind(app, row->kind);
    struct attempt t = {.row = row};
    struct arena a;
    struct postponing p = {.kind = row->kind, .ms = kind != NULL && kind->waits != NULL ? kind->waits(app) : 0};
    int e = p.ms > 0 ? writer_do(app->writer, postpone, &p) : writer_do(app->writer, claim, &t);

    if (e < 0 || !t.claimed)
        return e;
    if (kind == NULL) {
        t.result = E_STATE;
        t.error = "unknown-kind";
    } else {
        arena_init(&a, EFFECT_MAX);
        t.result = kind->run(app, row->key, row->args, &a);
        t.error = result_name(t.result);
        arena_finish(&a);
    }
    if (t.result < 0 && t.result != E_BUSY)
        log_record(LEVEL_WARN, "outbox.given_up", LOG_TEXT("kind", row->kind), LOG_INT("id", row->id),
                   LOG_TEXT("why", t.error));
    e = writer_do(app->writer, settle, &t);
    return e < 0 ? e : 1;
}

int outbox_round(struct app *app)
{
    struct outbox_row v[ROUND_MAX];
    struct arena a;
    int moved = 0, e;
    size_t n = 0, i;

    arena_init(&a, EFFECT_MAX);
    e = read_due(app, &a, v, &n);
    for (i = 0; i < n && e >= 0; i++) {
        e = carry_out(app, &v[i]);
        moved |= e > 0;
    }
    arena_finish(&a);
    return e < 0 ? e : moved;
}

/* ---- the operator ---- */

int outbox_retry(struct tx *tx, int64_t id)
{
    int64_t n = db_run(tx->db, &q_retry, V(id), V(tx->now));

    return n < 0 ? (int)n : n == 0 ? E_STATE : 0;
}

int outbox_give_up(struct tx *tx, int64_t id)
{
    int64_t n = db_run(tx->db, &q_give_up, V(id), V(tx->now), V((const char *)NULL));

    return n < 0 ? (int)n : n == 0 ? E_STATE : 0;
}

int64_t outbox_forget(struct tx *tx, instant before)
{
    return db_run(tx->db, &q_forget, V(before), V((int64_t)FORGET_MAX));
}

int64_t outbox_forget_given_up(struct tx *tx, instant before)
{
    return db_run(tx->db, &q_forget_given_up, V(before), V((int64_t)FORGET_MAX));
}
