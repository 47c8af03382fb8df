/*
 * import_run.c: the rows of import_run and the moves that a run makes. Each move names the state that it follows.
 *
 * Not for: writing the rows of the file (import_job.c).
 */
#include "base/json.h"
#include "base/text.h"
#include "engine/import_parts.h"
#include "engine/job.h"

#define COLUMNS                                                                                                                \
    "gov, id, screen, by_user, by_name, file, size, sha256, plan, state, n_rows, n_new, n_changed, n_same, n_left, n_wrong, "  \
    "n_kept, job, made_at, ended_at, undone_at, error, report"
#define COLUMN_TYPES                                                                                                           \
    "iititt"                                                                                                                   \
    "ibbt"                                                                                                                     \
    "iiiiiii"                                                                                                                  \
    "iiiitt"

static const char *const codes[] = {"waits", "runs", "done", "back", "failed", "undoing", "undone", "dropped", "stuck"};
_Static_assert(ARRAY_LEN(codes) == IMPORT_STATE_COUNT, "a code for each state");

/* clang-format off */
static const struct query q_add = {
    .name = "import.add",
    .sql = "INSERT INTO import_run (gov, id, screen, by_user, by_name, file, size, sha256, plan, state, n_rows, n_new, n_changed, "
           "n_same, n_left, n_wrong, n_kept, made_at, report) "
           "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'waits', ?10, ?11, ?12, ?13, ?14, ?15, 0, ?16, ?17)",
    .in = "iititt" "ibb" "iiiiii" "it", .out = "",
};
static const struct query q_read = {
    .name = "import.read", .sql = "SELECT " COLUMNS " FROM import_run WHERE gov = ?1 AND id = ?2", .in = "ii", .out = COLUMN_TYPES,
};
static const struct query q_list = {
    .name = "import.list",
    .sql = "SELECT " COLUMNS " FROM import_run WHERE gov = ?1 AND screen = ?2 AND (?3 = 0 OR by_user = ?3) ORDER BY id DESC LIMIT ?4",
    .in = "itii", .out = COLUMN_TYPES,
};
static const struct query q_start = {
    .name = "import.start",
    .sql = "UPDATE import_run SET state = 'runs', job = ?3, report = NULL WHERE gov = ?1 AND id = ?2 AND state = 'waits'",
    .in = "iii", .out = "",
};
static const struct query q_drop = {
    .name = "import.drop",
    .sql = "UPDATE import_run SET state = 'dropped', report = NULL, ended_at = ?3 WHERE gov = ?1 AND id = ?2 AND state = 'waits'",
    .in = "iii", .out = "",
};
static const struct query q_undo = {
    .name = "import.undo",
    .sql = "UPDATE import_run SET state = 'undoing', job = ?3, error = NULL WHERE gov = ?1 AND id = ?2 AND state = 'done'",
    .in = "iii", .out = "",
};
static const struct query q_done = {
    .name = "import.done",
    .sql = "UPDATE import_run SET state = 'done', ended_at = ?3 WHERE gov = ?1 AND id = ?2 AND state = 'runs'",
    .in = "iii", .out = "",
};
static const struct query q_back = {
    .name = "import.back",
    .sql = "UPDATE import_run SET state = 'back', job = ?3, error = ?4 WHERE gov = ?1 AND id = ?2 AND state = 'runs'",
    .in = "iiit", .out = "",
};
static const struct query q_stays = {
    .name = "import.stays",
    .sql = "UPDATE import_run SET state = 'done', error = ?3 WHERE gov = ?1 AND id = ?2 AND state = 'undoing'",
    .in = "iit", .out = "",
};
static const struct query q_failed = {
    .name = "import.failed",
    .sql = "UPDATE import_run SET state = 'failed', n_kept = ?3, ended_at = ?4 WHERE gov = ?1 AND id = ?2 AND state = 'back'",
    .in = "iiii", .out = "",
};
static const struct query q_undone = {
    .name = "import.undone",
    .sql = "UPDATE import_run SET state = 'undone', n_kept = ?3, undone_at = ?4 WHERE gov = ?1 AND id = ?2 AND state = 'undoing'",
    .in = "iiii", .out = "",
};
static const struct query q_stuck = {
    .name = "import.stuck",
    .sql = "UPDATE import_run SET state = 'stuck', error = ?3, ended_at = ?4 WHERE gov = ?1 AND id = ?2 "
           "AND state IN ('back', 'undoing')",
    .in = "iiti", .out = "",
};
static const struct query q_forget = {
    .name = "import.forget",
    .sql = "UPDATE import_run SET state = 'dropped', report = NULL, ended_at = ?2 WHERE state = 'waits' AND made_at < ?1",
    .in = "ii", .out = "",
};
static const struct query q_row_add = {
    .name = "import.row-add",
    .sql = "INSERT INTO import_row (gov, run, n, record, rev) VALUES (?1, ?2, ?3, ?4, ?5)",
    .in = "iiiii", .out = "",
};
static const struct query q_rows = {
    .name = "import.rows",
    .sql = "SELECT n, record, rev FROM import_row WHERE gov = ?1 AND run = ?2 AND n < ?3 ORDER BY n DESC LIMIT ?4",
    .in = "iiii", .out = "iii",
};
/* clang-format on */

const struct query *const import_queries[IMPORT_QUERIES] = {&q_add,   &q_read,   &q_list,    &q_start,  &q_drop,
                                                            &q_undo,  &q_done,   &q_back,    &q_failed, &q_undone,
                                                            &q_stuck, &q_forget, &q_row_add, &q_rows,   &q_stays};

const char *import_state_code(enum import_state s)
{
    return codes[s];
}

/* ---- reading ---- */

static int take_state(const char *code, enum import_state *ret)
{
    size_t i;

    for (i = 0; i < ARRAY_LEN(codes); i++)
        if (text_eq(code, codes[i])) {
            *ret = (enum import_state)i;
            return 0;
        }
    return E_STORAGE;
}

static int take_hash(const struct rows *rows, struct arena *a, int col, uint8_t ret[static 32])
{
    struct bytes b = rows_bytes(rows, a, col);

    if (b.n != 32)
        return E_STORAGE;
    memcpy(ret, b.p, 32);
    return 0;
}

static int take_run(const struct rows *rows, struct arena *a, struct import_run *ret)
{
    int i;

    *ret = (struct import_run){.gov = rows_int(rows, 0),
                               .id = rows_int(rows, 1),
                               .screen = rows_text(rows, a, 2),
                               .user = rows_int(rows, 3),
                               .by = rows_text(rows, a, 4),
                               .file = rows_text(rows, a, 5),
                               .size = rows_int(rows, 6),
                               .rows = rows_int(rows, 10),
                               .kept = rows_int(rows, 16),
                               .job = rows_null(rows, 17) ? 0 : rows_int(rows, 17),
                               .made_at = {rows_int(rows, 18)},
                               .ended_at = {rows_int(rows, 19)},
                               .undone_at = {rows_int(rows, 20)},
                               .error = rows_text(rows, a, 21),
                               .report = rows_text(rows, a, 22)};
    for (i = 0; i < IMPORT_END_COUNT; i++)
        ret->count[i] = rows_int(rows, 11 + i);
    if (take_hash(rows, a, 7, ret->sha256) < 0 || take_hash(rows, a, 8, ret->plan) < 0)
        return E_STORAGE;
    return take_state(rows_text(rows, a, 9), &ret->state);
}

int import_run_read(struct db *db, struct arena *a, int64_t gov, int64_t id, struct import_run *ret)
{
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &q_read, V(gov), V(id));
    if (e == 0)
        e = rows_next(&rows);
    if (e <= 0)
        return e;
    e = take_run(&rows, a, ret);
    return e < 0 ? e : 1;
}

int import_runs(struct db *db, struct arena *a, int64_t gov, const char *screen, int64_t user, struct import_run **ret,
                size_t *ret_n)
{
    struct import_run *v = arena_array(a, IMPORT_LIST, struct import_run);
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &q_list, V(gov), V(screen), V(user), V((int64_t)IMPORT_LIST));
    while (e == 0 && (e = rows_next(&rows)) > 0)
        e = take_run(&rows, a, &v[n++]);
    if (e < 0)
        return e;
    *ret = v;
    *ret_n = n;
    return 0;
}

int import_rows_below(struct db *db, struct arena *a, int64_t gov, int64_t run, int64_t below, size_t max,
                      struct import_written **ret, size_t *ret_n)
{
    struct import_written *v = arena_array(a, max, struct import_written);
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &q_rows, V(gov), V(run), V(below), V((int64_t)max));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        v[n++] = (struct import_written){rows_int(&rows, 0), rows_int(&rows, 1), rows_int(&rows, 2)};
        e = 0;
    }
    if (e < 0)
        return e;
    *ret = v;
    *ret_n = n;
    return 0;
}

/* ---- moves ---- */

/* A move that must find its run in the state that it follows. */
static int moved(int64_t n)
{
    return n < 0 ? (int)n : n == 0 ? E_STATE : 0;
}

int import_run_add(struct tx *tx, const struct import_run *run)
{
    return db_send(tx->db, &q_add, V(run->gov), V(run->id), V(run->screen), V(run->user), V(run->by), V(run->file),
                   V(run->size), V(((struct bytes){run->sha256, 32})), V(((struct bytes){run->plan, 32})), V(run->rows),
                   V(run->count[IMPORT_NEW]), V(run->count[IMPORT_CHANGED]), V(run->count[IMPORT_SAME]),
                   V(run->count[IMPORT_LEFT]), V(run->count[IMPORT_WRONG]), V(tx->now), V(run->report));
}

static const char *job_args(struct tx *tx, const struct import_run *run, const char *remark)
{
    struct json_out j;
    struct buf b;

    buf_init(&b, tx->arena, 8 * KB);
    json_out_init(&j, &b);
    json_out_object(&j);
    json_put_int(&j, "run", run->id);
    json_put_text(&j, "remark", remark);
    json_out_end(&j);
    BUG_IF(json_out_done(&j) < 0); /* a number and the name of a file */
    return b.s;
}

int import_run_start(struct tx *tx, const struct import_run *run, const char *remark, int64_t *ret_job)
{
    int e = job_start(tx, IMPORT_JOB, run->gov, job_args(tx, run, remark), ret_job);

    return e < 0 ? e : moved(db_run(tx->db, &q_start, V(run->gov), V(run->id), V(*ret_job)));
}

static int remove_plan(struct tx *tx, const struct import_run *run)
{
    const char *name = import_plan_name(tx->arena, run->id);

    return outbox_add(tx, IMPORT_EFFECT, name, NULL);
}

int import_run_drop(struct tx *tx, const struct import_run *run)
{
    int e = moved(db_run(tx->db, &q_drop, V(run->gov), V(run->id), V(tx->now)));

    return e < 0 ? e : remove_plan(tx, run);
}

int import_run_undo(struct tx *tx, const struct entity *entity, const struct import_run *run, int64_t *ret_job)
{
    int64_t id;
    size_t n = 0;
    int e = import_in_the_way(tx->db, entity, run, 1, &id, &n);

    if (e == 0 && n > 0)
        e = E_STATE;
    if (e == 0)
        e = job_start(tx, IMPORT_BACK_JOB, run->gov, job_args(tx, run, run->file), ret_job);
    return e < 0 ? e : moved(db_run(tx->db, &q_undo, V(run->gov), V(run->id), V(*ret_job)));
}

int import_run_back(struct tx *tx, const struct import_run *run, const char *error)
{
    int64_t job;
    int e = job_start(tx, IMPORT_BACK_JOB, run->gov, job_args(tx, run, run->file), &job);

    return e < 0 ? e : moved(db_run(tx->db, &q_back, V(run->gov), V(run->id), V(job), V(error)));
}

int import_run_done(struct tx *tx, const struct import_run *run)
{
    int e = moved(db_run(tx->db, &q_done, V(run->gov), V(run->id), V(tx->now)));

    return e < 0 ? e : remove_plan(tx, run);
}

int import_run_is_back(struct tx *tx, const struct import_run *run, int64_t kept)
{
    const struct query *q = run->state == IMPORT_UNDOING ? &q_undone : &q_failed;
    int e = moved(db_run(tx->db, q, V(run->gov), V(run->id), V(kept), V(tx->now)));

    return e < 0 ? e : remove_plan(tx, run);
}

int import_run_stuck(struct tx *tx, const struct import_run *run, const char *error)
{
    return moved(db_run(tx->db, &q_stuck, V(run->gov), V(run->id), V(error), V(tx->now)));
}

int import_run_stays(struct tx *tx, const struct import_run *run, const char *error)
{
    return moved(db_run(tx->db, &q_stays, V(run->gov), V(run->id), V(error)));
}

int import_runs_forget(struct tx *tx, instant before)
{
    int64_t n = db_run(tx->db, &q_forget, V(before), V(tx->now));

    return n < 0 ? (int)n : 0;
}

int import_row_add(struct tx *tx, const struct import_run *run, int64_t n, const struct record *head)
{
    return db_send(tx->db, &q_row_add, V(run->gov), V(run->id), V(n), V(head->id), V(head->rev));
}
