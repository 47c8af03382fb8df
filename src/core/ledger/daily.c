/*
 * daily.c: jobs of the ledger.
 */
#include "base/log.h"
#include "base/text.h"
#include "core/codeset/codeset.h"
#include "core/ledger/daily.h"
#include "core/ledger/forms.h"
#include "engine/job.h"
#include "engine/ledger_table.h"
#include "os/os.h"

#define WAIT_MS   10000
#define ARENA_MAX ((size_t)64 * MB)
#define LOGGED    20 /* findings that are logged one by one */

/* ---- check ---- */

struct checking {
    struct ledger_entities entities; /* first: ledger_subject() reads it */
    void (*found)(void *arg, const struct ledger_finding *f);
    void *arg;
};

static void pass_on(void *arg, const struct ledger_finding *f)
{
    struct checking *c = arg;

    if (c->found != NULL)
        c->found(c->arg, f);
}

/* Rows of forms are checked as any; this asks whether the newest is what the program goes by. None yet: no server has run. */
static int64_t check_forms(const struct app *app, struct db *db, struct arena *a, struct checking *c)
{
    struct ledger_finding f = {.fault = LEDGER_LEAF_MISSING,
                               .idx = INT_NONE,
                               .detail = "the program's forms are not logged; the server does it at its start"};
    int64_t newest;
    int e = forms_logged(app, db, &newest);

    if (e != 0 || newest == 0)
        return e < 0 ? e : 0;
    f.rec = text_printf(a, "leaf_forms/%lld", (long long)newest);
    pass_on(c, &f);
    return 1;
}

static int64_t check(const struct app *app, struct db *db, struct arena *a, struct ledger_check *check, struct checking *c)
{
    struct ledger_table *tables;
    struct ledger_set *sets;
    int64_t n, forms;
    int e;

    c->entities.v = app_entities(app, a, &c->entities.n);
    ledger_tables(a, c->entities.v, c->entities.n, &tables, &check->n_tables);
    e = codeset_ledger_sets(db, a, &sets, &check->n_sets);
    if (e < 0)
        return e;
    check->tables = tables;
    check->sets = sets;
    n = ledger_check(app->ledger, db, check);
    forms = n < 0 ? 0 : check_forms(app, db, a, c);
    return forms < 0 ? forms : n + forms;
}

int64_t ledger_check_app(const struct app *app, struct db *db, int64_t since,
                         void (*found)(void *arg, const struct ledger_finding *f), void *arg)
{
    struct checking c = {.found = found, .arg = arg};
    struct ledger_check conf = {.subject = ledger_subject, .found = pass_on, .arg = &c, .since = since};
    struct arena a;
    int64_t n;

    arena_init(&a, ARENA_MAX);
    n = check(app, db, &a, &conf, &c);
    arena_finish(&a);
    return n;
}

/* ---- jobs ---- */

static void log_finding(void *arg, const struct ledger_finding *f)
{
    int *logged = arg;

    if (++*logged <= LOGGED)
        log_record(LEVEL_ERROR, "ledger.finding", LOG_TEXT("fault", ledger_fault_name(f->fault)), LOG_TEXT("rec", f->rec),
                   LOG_TEXT("detail", f->detail), LOG_INT("idx", f->idx));
}

/* All at once beside the writer: it only reads. A crash begins it anew. */
static int check_prepare(struct app *app, struct job *job, struct arena *a)
{
    int logged = 0;
    struct db *db;
    int64_t n;
    int e;

    e = pool_take(app->pool, WAIT_MS, &db);
    if (e < 0)
        return e;
    n = ledger_check_app(app, db, 0, log_finding, &logged);
    pool_give(app->pool, db);
    if (n < 0)
        return (int)n;
    job->result = text_printf(a, "{\"found\":%lld}", (long long)n);
    return 0;
}

static int nothing_left(struct tx *tx, struct job *job)
{
    (void)tx; /* prepare() did the work */
    (void)job;
    return 0;
}

static int seal_slice(struct tx *tx, struct job *job)
{
    int64_t left = ledger_seal_batch(tx);

    (void)job;
    return left < 0 ? (int)left : left > 0;
}

/* A new key is made, and old ones go, outside of transactions: before the first slice. */
static int keys_prepare(struct app *app, struct job *job, struct arena *a)
{
    const instant now = os_now();
    struct db *db;
    int e;

    (void)a;
    if (job->done > 0)
        return 0;
    e = ledger_kek_rotate(app->ledger, now);
    if (e < 0)
        return e;
    e = pool_take(app->pool, WAIT_MS, &db);
    if (e < 0)
        return e;
    e = ledger_kek_destroy(app->ledger, db, now);
    pool_give(app->pool, db);
    return e < 0 ? e : 0;
}

static int keys_slice(struct tx *tx, struct job *job)
{
    int64_t n = ledger_kek_rewrap(tx);

    if (n < 0)
        return (int)n;
    job->done += n;
    return n > 0;
}

/* clang-format off */
static const struct job_kind jobs[] = {
    {.name = "ledger_seal",  .permission = "ledger.operate", .daily_minute = 120, .slice = seal_slice},
    {.name = "ledger_keys",  .permission = "ledger.operate", .daily_minute = 150, .slice = keys_slice, .prepare = keys_prepare},
    {.name = "ledger_check", .permission = "ledger.operate", .daily_minute = 180, .slice = nothing_left, .prepare = check_prepare},
};

static const struct permit permits[] = {
    {"ledger.operate", "operator"},
};
/* clang-format on */

static const struct entity *const entities[] = {&leaf_forms_entity};

static const struct route routes[] = {
    ROUTE(GET, "/ledger/{log}/forms/{hash}", PERMIT_ANYBODY, page_old_forms),
};

const struct module ledger_module = {.name = "ledger",
                                     .entities = entities,
                                     .n_entities = ARRAY_LEN(entities),
                                     .routes = routes,
                                     .n_routes = ARRAY_LEN(routes),
                                     .jobs = jobs,
                                     .n_jobs = ARRAY_LEN(jobs),
                                     .permits = permits,
                                     .n_permits = ARRAY_LEN(permits),
                                     .queries = forms_queries,
                                     .n_queries = ARRAY_LEN(forms_queries)};
