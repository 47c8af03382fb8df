/*
 * floor.c: the bare floor that the product is compared with: libmicrohttpd and SQL, nothing else. No session, no permission, no
 * scope, no guard, no hashing, no signing, no log, no template.
 *
 *     perf_floor DATABASE PORT        until it is told to end (SIGTERM); prints "ready" when it listens
 *
 *     GET  /ID          one action by its key, 4 KB of HTML
 *     POST /ID          a workflow step: the statements that the product sends for the same step, as traced, on a copy of its
 *                       database; reads in the thread of the request, writes grouped into durable transactions by one writer
 *
 * The database must be a copy: what is written here has no meaning. Not for: the product.
 */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define THREADS    2
#define PAGE       4096
#define GROUP_MAX  256
#define BODY_BYTES 1240 /* of a leaf of this step */
#define SLUG       "kota-tangerang"

/* ---- the statements of a step, as the product sends them ---- */

#define ITEM                                                                                                                   \
    "gov, id, rev, leaf_hash, leaf_idx, record_key, voided_at, plan, number, area, action, output, agency, owners, pic, "      \
    "pic_name, deadline, deadline_text, target, progress, status, claimed_on, accepted_on, note, source, origin"
#define CLOCK                                                                                                                  \
    "seq, entered_at, how, days, used, since, stopped, due, stage_days, stage_since, stage_due, promised, ended, took, "       \
    "task_agency, task_due"

enum {
    ITEM_GOV,
    ITEM_ID,
    ITEM_REV,
    ITEM_HASH,
    ITEM_IDX,
    ITEM_AREA = 9,
    ITEM_ACTION = 10,
    ITEM_AGENCY = 12,
    ITEM_STATUS = 20,
    ITEM_N = 26
};
enum { CLOCK_SEQ, CLOCK_TOOK = 13, CLOCK_AGENCY = 14, CLOCK_DUE = 15, CLOCK_N = 16 };

enum { READ_BEGIN, READ_GOV, READ_ITEM, READ_CLOCK, READ_HOLIDAY, READ_COMMIT, READ_N };
static const char *const read_sql[READ_N] = {
    "BEGIN",
    "SELECT id, code, slug, name, zone FROM government WHERE slug = ?1 AND voided_at IS NULL",
    "SELECT " ITEM " FROM action_item WHERE id = ?1 AND gov = ?2",
    "SELECT " CLOCK " FROM flow_clock WHERE gov = ?1 AND record = ?2",
    "SELECT day, kind, decreed FROM holiday WHERE gov IN (0, ?1) AND day >= ?2 AND voided_at IS NULL",
    "COMMIT",
};

enum { W_BEGIN, W_SAVE, W_LEAF, W_ITEM, W_HISTORY, W_TASK_GONE, W_TASK, W_CLOCK, W_FIND, W_RELEASE, W_COMMIT, W_N };
static const char *const write_sql[W_N] = {
    "BEGIN IMMEDIATE",
    "SAVEPOINT s1",
    "INSERT INTO ledger_entry (idx, body, leaf_hash) VALUES (?1, ?2, ?3)",
    "UPDATE action_item SET rev = ?3, leaf_hash = ?4, leaf_idx = ?5, record_key = ?6, voided_at = ?7, plan = ?8, number = ?9, "
    "area = ?10, action = ?11, output = ?12, agency = ?13, owners = ?14, pic = ?15, pic_name = ?16, deadline = ?17, "
    "deadline_text = ?18, target = ?19, progress = ?20, status = ?21, claimed_on = ?22, accepted_on = ?23, note = ?24, "
    "source = ?25, origin = ?26 WHERE rev = ?27 AND gov = ?1 AND id = ?2",
    "INSERT INTO history (gov, record, rev, entity, at, by_user, by_name, role, step, reason, remark, changed, leaf_idx, "
    "leaf_hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    "DELETE FROM task WHERE gov = ?1 AND agency = ?2 AND due = ?3 AND record = ?4",
    "INSERT INTO task (gov, agency, due, record, kind, title, about, unit, place, owner, wide, since, days, stopped, took) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
    "UPDATE flow_clock SET seq = ?3, entered_at = ?4, how = ?5, days = ?6, used = ?7, since = ?8, stopped = ?9, due = ?10, "
    "stage_days = ?11, stage_since = ?12, stage_due = ?13, promised = ?14, ended = ?15, took = ?16, task_agency = ?17, "
    "task_due = ?18 WHERE gov = ?1 AND record = ?2 AND seq = ?19",
    "INSERT INTO ledger_find (leaf_hash, idx) VALUES (?1, ?2) ON CONFLICT (leaf_hash) DO UPDATE SET idx = excluded.idx",
    "RELEASE SAVEPOINT s1",
    "COMMIT",
};

/* The settings of the product's connections. */
static const char settings[] = "PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                               "PRAGMA secure_delete=ON; PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-32768;"
                               "PRAGMA foreign_keys=ON;";

/* ---- a step on its way ---- */

struct step {
    struct MHD_Connection *connection;
    struct step *next;
    int64_t id, gov;
    sqlite3_value *item[ITEM_N], *clock[CLOCK_N];
    bool written;
};

static struct {
    const char *path;
    struct MHD_Daemon *daemon;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct step *first, **last;
    bool ends;
    int64_t idx;
} all = {.lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER, .last = &all.first};

static void must(bool good, const char *what)
{
    if (good)
        return;
    (void)fprintf(stderr, "perf_floor: %s\n", what); /* nobody else to tell */
    exit(2);
}

static sqlite3 *open_database(sqlite3_stmt **statements, const char *const *sql, size_t n)
{
    sqlite3 *db;
    size_t i;

    must(sqlite3_open_v2(all.path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK,
         "cannot open the database");
    (void)sqlite3_busy_timeout(db, 5000);
    must(sqlite3_exec(db, settings, NULL, NULL, NULL) == SQLITE_OK, "settings");
    for (i = 0; i < n; i++)
        must(sqlite3_prepare_v3(db, sql[i], -1, SQLITE_PREPARE_PERSISTENT, &statements[i], NULL) == SQLITE_OK,
             "a statement does not fit the schema: trace the product's anew");
    return db;
}

static void run(sqlite3_stmt *s)
{
    must(sqlite3_step(s) == SQLITE_DONE, sqlite3_errmsg(sqlite3_db_handle(s)));
    (void)sqlite3_reset(s);
}

/* ---- reading, in the thread of the request ---- */

static __thread sqlite3_stmt *reads[READ_N];

static void keep_row(sqlite3_stmt *s, sqlite3_value **ret, int n)
{
    int i;

    must(sqlite3_step(s) == SQLITE_ROW, "no such record");
    for (i = 0; i < n; i++)
        ret[i] = sqlite3_value_dup(sqlite3_column_value(s, i));
    (void)sqlite3_reset(s);
}

static void begin_reading(void)
{
    if (reads[0] == NULL)
        (void)open_database(reads, read_sql, READ_N);
    run(reads[READ_BEGIN]);
}

static void read_gov(struct step *x)
{
    (void)sqlite3_bind_text(reads[READ_GOV], 1, SLUG, -1, SQLITE_STATIC);
    must(sqlite3_step(reads[READ_GOV]) == SQLITE_ROW, "no such government");
    x->gov = sqlite3_column_int64(reads[READ_GOV], 0);
    (void)sqlite3_reset(reads[READ_GOV]);
}

static void read_step(struct step *x)
{
    begin_reading();
    read_gov(x);
    (void)sqlite3_bind_int64(reads[READ_ITEM], 1, x->id);
    (void)sqlite3_bind_int64(reads[READ_ITEM], 2, x->gov);
    keep_row(reads[READ_ITEM], x->item, ITEM_N);
    (void)sqlite3_bind_int64(reads[READ_CLOCK], 1, x->gov);
    (void)sqlite3_bind_int64(reads[READ_CLOCK], 2, x->id);
    keep_row(reads[READ_CLOCK], x->clock, CLOCK_N);
    (void)sqlite3_bind_int64(reads[READ_HOLIDAY], 1, x->gov);
    (void)sqlite3_bind_int64(reads[READ_HOLIDAY], 2, 20000);
    while (sqlite3_step(reads[READ_HOLIDAY]) == SQLITE_ROW)
        ;
    (void)sqlite3_reset(reads[READ_HOLIDAY]);
    run(reads[READ_COMMIT]);
}

/* ---- writing, in the writer's thread ---- */

static void bind_i(sqlite3_stmt *s, int at, int64_t v)
{
    (void)sqlite3_bind_int64(s, at, v);
}

static void bind_t(sqlite3_stmt *s, int at, const char *v)
{
    (void)sqlite3_bind_text(s, at, v, -1, SQLITE_STATIC);
}

/* 32 bytes that are spread as a hash is. */
static void hash_of(int64_t idx, uint64_t ret[4])
{
    uint64_t z = (uint64_t)idx;
    int i;

    for (i = 0; i < 4; i++) {
        z += 0x9e3779b97f4a7c15U;
        z ^= z >> 30;
        z *= 0xbf58476d1ce4e5b9U;
        z ^= z >> 27;
        ret[i] = z;
    }
}

static void write_leaf(sqlite3_stmt **w, int64_t idx, const uint64_t hash[4])
{
    static char body[BODY_BYTES];

    bind_i(w[W_LEAF], 1, idx);
    (void)sqlite3_bind_blob(w[W_LEAF], 2, body, sizeof body, SQLITE_STATIC);
    (void)sqlite3_bind_blob(w[W_LEAF], 3, hash, 32, SQLITE_STATIC);
    run(w[W_LEAF]);
    (void)sqlite3_bind_blob(w[W_FIND], 1, hash, 32, SQLITE_STATIC);
    bind_i(w[W_FIND], 2, idx);
    run(w[W_FIND]);
}

static void write_item(sqlite3_stmt *s, const struct step *x, int64_t idx, const uint64_t hash[4])
{
    int64_t rev = sqlite3_value_int64(x->item[ITEM_REV]);
    int i;

    for (i = 0; i < ITEM_N; i++)
        (void)sqlite3_bind_value(s, i + 1, x->item[i]);
    bind_i(s, ITEM_REV + 1, rev + 1);
    (void)sqlite3_bind_blob(s, ITEM_HASH + 1, hash, 32, SQLITE_STATIC);
    bind_i(s, ITEM_IDX + 1, idx);
    bind_t(s, ITEM_STATUS + 1, "in_progress");
    bind_i(s, ITEM_N + 1, rev);
    run(s);
}

static void write_history(sqlite3_stmt *s, const struct step *x, int64_t idx, const uint64_t hash[4])
{
    bind_i(s, 1, x->gov);
    bind_i(s, 2, x->id);
    bind_i(s, 3, sqlite3_value_int64(x->item[ITEM_REV]) + 1);
    bind_t(s, 4, "action_item");
    bind_i(s, 5, 1795526215458);
    bind_i(s, 6, x->gov);
    bind_t(s, 7, "Rina Contoh");
    bind_t(s, 8, "agency_staff");
    bind_t(s, 9, "start");
    bind_t(s, 12, "{\"status\":[\"planned\",\"in_progress\"]}");
    bind_i(s, 13, idx);
    (void)sqlite3_bind_blob(s, 14, hash, 32, SQLITE_STATIC);
    run(s);
}

static void write_task(sqlite3_stmt **w, const struct step *x, const char *took)
{
    sqlite3_stmt *s = w[W_TASK_GONE];

    bind_i(s, 1, x->gov);
    (void)sqlite3_bind_value(s, 2, x->clock[CLOCK_AGENCY]);
    (void)sqlite3_bind_value(s, 3, x->clock[CLOCK_DUE]);
    bind_i(s, 4, x->id);
    run(s);
    s = w[W_TASK];
    bind_i(s, 1, x->gov);
    (void)sqlite3_bind_value(s, 2, x->clock[CLOCK_AGENCY]);
    (void)sqlite3_bind_value(s, 3, x->clock[CLOCK_DUE]);
    bind_i(s, 4, x->id);
    bind_t(s, 5, "action.1.in_progress");
    (void)sqlite3_bind_value(s, 6, x->item[ITEM_ACTION]);
    (void)sqlite3_bind_value(s, 7, x->item[ITEM_AREA]);
    bind_i(s, 11, 1);
    bind_i(s, 12, 1795526215458);
    bind_i(s, 13, 0);
    bind_t(s, 15, took);
    run(s);
}

static void write_clock(sqlite3_stmt *s, const struct step *x, const char *took)
{
    int64_t seq = sqlite3_value_int64(x->clock[CLOCK_SEQ]);
    int i;

    bind_i(s, 1, x->gov);
    bind_i(s, 2, x->id);
    for (i = 0; i < CLOCK_N; i++)
        (void)sqlite3_bind_value(s, i + 3, x->clock[i]);
    bind_i(s, CLOCK_SEQ + 3, seq + 1);
    bind_t(s, CLOCK_TOOK + 3, took);
    bind_i(s, CLOCK_N + 3, seq);
    run(s);
}

static void write_step(sqlite3_stmt **w, struct step *x)
{
    static const char took[] = " start:456527749373253427 ";
    const int64_t idx = all.idx++;
    uint64_t hash[4];

    hash_of(idx, hash);
    run(w[W_SAVE]);
    write_leaf(w, idx, hash);
    write_item(w[W_ITEM], x, idx, hash);
    write_history(w[W_HISTORY], x, idx, hash);
    write_task(w, x, took);
    write_clock(w[W_CLOCK], x, took);
    run(w[W_RELEASE]);
}

static struct step *take_group(void)
{
    struct step *group, *end;
    int n = 1;

    (void)pthread_mutex_lock(&all.lock);
    while (all.first == NULL && !all.ends)
        (void)pthread_cond_wait(&all.wake, &all.lock);
    group = all.first;
    for (end = group; end != NULL && end->next != NULL && n < GROUP_MAX; end = end->next)
        n++;
    if (end != NULL) {
        all.first = end->next;
        end->next = NULL;
        if (all.first == NULL)
            all.last = &all.first;
    }
    (void)pthread_mutex_unlock(&all.lock);
    return group;
}

static void *writer(void *arg)
{
    sqlite3_stmt *w[W_N], *s;
    struct step *group, *x, *next;
    sqlite3 *db = open_database(w, write_sql, W_N);

    must(sqlite3_prepare_v2(db, "SELECT MAX(idx) FROM ledger_entry", -1, &s, NULL) == SQLITE_OK, "no ledger");
    must(sqlite3_step(s) == SQLITE_ROW, "no ledger");
    all.idx = sqlite3_column_int64(s, 0) + 1;
    (void)sqlite3_finalize(s);
    while ((group = take_group()) != NULL) {
        run(w[W_BEGIN]);
        for (x = group; x != NULL; x = x->next)
            write_step(w, x);
        run(w[W_COMMIT]);
        for (x = group; x != NULL; x = next) {
            next = x->next;
            x->written = true;
            MHD_resume_connection(x->connection);
        }
    }
    return arg;
}

static void submit(struct step *x)
{
    MHD_suspend_connection(x->connection);
    (void)pthread_mutex_lock(&all.lock);
    *all.last = x;
    all.last = &x->next;
    (void)pthread_cond_signal(&all.wake);
    (void)pthread_mutex_unlock(&all.lock);
}

/* ---- answering ---- */

static enum MHD_Result answer(struct MHD_Connection *c, unsigned status, size_t n, char *text)
{
    struct MHD_Response *r = MHD_create_response_from_buffer(n, text, MHD_RESPMEM_MUST_COPY);
    enum MHD_Result done;

    (void)MHD_add_response_header(r, status == 303 ? "Location" : "Content-Type",
                                  status == 303 ? "/" : "text/html; charset=utf-8");
    done = MHD_queue_response(c, status, r);
    MHD_destroy_response(r);
    return done;
}

static enum MHD_Result page(struct MHD_Connection *c, int64_t id)
{
    sqlite3_stmt *s;
    struct step x = {.id = id};
    char text[PAGE];
    int n, i;

    begin_reading();
    read_gov(&x);
    s = reads[READ_ITEM];
    bind_i(s, 1, id);
    bind_i(s, 2, x.gov);
    must(sqlite3_step(s) == SQLITE_ROW, "no such record");
    n = snprintf(text, sizeof text, "<!doctype html><title>floor</title><table>");
    for (i = 0; i < ITEM_N && n < PAGE - 512; i++) {
        const char *value = (const char *)sqlite3_column_text(s, i);

        n += snprintf(text + n, sizeof text - (size_t)n, "<tr><td>%.400s\n", value != NULL ? value : "");
    }
    (void)sqlite3_reset(s);
    run(reads[READ_COMMIT]);
    memset(text + n, ' ', sizeof text - (size_t)n);
    return answer(c, 200, sizeof text, text);
}

static enum MHD_Result handle(void *arg, struct MHD_Connection *c, const char *path, const char *method, const char *version,
                              const char *body, size_t *n_body, void **own)
{
    struct step *x = *own;

    (void)arg;
    (void)version;
    (void)body;
    if (*method == 'G')
        return page(c, strtoll(path + 1, NULL, 10));
    if (x == NULL) {
        x = calloc(1, sizeof *x);
        must(x != NULL, "no memory");
        x->connection = c;
        x->id = strtoll(path + 1, NULL, 10);
        *own = x;
        return MHD_YES;
    }
    if (*n_body > 0) {
        *n_body = 0;
        return MHD_YES;
    }
    if (x->written)
        return answer(c, 303, 0, (char[]){""});
    read_step(x);
    submit(x);
    return MHD_YES;
}

static void completed(void *arg, struct MHD_Connection *c, void **own, enum MHD_RequestTerminationCode how)
{
    struct step *x = *own;
    int i;

    (void)arg;
    (void)c;
    (void)how;
    for (i = 0; x != NULL && i < ITEM_N; i++)
        sqlite3_value_free(x->item[i]);
    for (i = 0; x != NULL && i < CLOCK_N; i++)
        sqlite3_value_free(x->clock[i]);
    free(x);
    *own = NULL;
}

int main(int argc, char **argv)
{
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    pthread_t thread;
    sigset_t ends;
    int signal;

    must(argc == 3, "usage: perf_floor DATABASE PORT");
    all.path = argv[1];
    here.sin_port = htons((uint16_t)strtol(argv[2], NULL, 10));
    (void)sigemptyset(&ends); /* these cannot fail with signals that exist */
    (void)sigaddset(&ends, SIGTERM);
    (void)pthread_sigmask(SIG_BLOCK, &ends, NULL);
    must(pthread_create(&thread, NULL, writer, NULL) == 0, "no thread");
    all.daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL,
                                  handle, NULL, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&here, MHD_OPTION_THREAD_POOL_SIZE,
                                  (unsigned)THREADS, MHD_OPTION_NOTIFY_COMPLETED, completed, NULL, MHD_OPTION_END);
    must(all.daemon != NULL, "cannot listen");
    (void)puts("ready");
    (void)fflush(stdout);
    (void)sigwait(&ends, &signal);
    MHD_stop_daemon(all.daemon);
    (void)pthread_mutex_lock(&all.lock);
    all.ends = true;
    (void)pthread_cond_signal(&all.wake);
    (void)pthread_mutex_unlock(&all.lock);
    (void)pthread_join(thread, NULL);
    return 0;
}
