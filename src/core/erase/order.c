/*
 * order.c: the order, its rules, and the job that carries it out.
 */
#include "base/date.h"
#include "base/json.h"
#include "base/text.h"
#include "core/erase/order.h"
#include "core/person/number.h"
#include "core/user/query.h"
#include "engine/app.h"
#include "engine/attachment.h"
#include "engine/search.h"
#include "ledger/ledger.h"

#define JOB      "erase"
#define SLICE    50
#define WAIT_MS  2000
#define ARTICLES "no-need withdrawn asked unlawful"

/* clang-format off */
static const struct field fields[] = {
    FIELD(struct erase_order, in_gov, .of = &government_entity, .flags = F_PUBLIC | F_INDEXED | F_FIXED),
    FIELD(struct erase_order, subject, .flags = F_REQUIRED | F_PUBLIC | F_FIXED, .max = 60),
    FIELD(struct erase_order, subject_id, .flags = F_REQUIRED | F_PUBLIC | F_FIXED),
    FIELD(struct erase_order, reason, .flags = F_REQUIRED | F_PUBLIC | F_FIXED, .codes = ARTICLES, .max = 20),
    FIELD(struct erase_order, letter, .flags = F_REQUIRED | F_FIXED, .max = 120),
    FIELD(struct erase_order, files, .flags = F_FIXED, .max = 2000),
    FIELD(struct erase_order, status, .flags = F_REQUIRED | F_PUBLIC, .codes = "pending confirmed refused done failed", .max = 20),
    FIELD(struct erase_order, ordered_by, .of = &app_user_entity, .flags = F_PUBLIC),
    FIELD(struct erase_order, confirmed_by, .of = &app_user_entity, .flags = F_PUBLIC),
    FIELD(struct erase_order, done_at, .flags = F_PUBLIC),
};
const struct entity erase_order_entity = ENTITY(struct erase_order, erase_order, fields, .kind = ENTITY_CONTROL);

const struct query q_erase_orders = {
    .name = "erasure.list",
    .sql = "SELECT id FROM erase_order WHERE coalesce(in_gov, 0) = ?1 ORDER BY id DESC LIMIT 100",
    .in = "i", .out = "i",
};
const struct query q_erase_persons = {
    .name = "erasure.persons",
    .sql = "SELECT id, name, nip FROM person WHERE gov = ?1 AND (lower(name) LIKE ?2 OR nip = ?3) ORDER BY name, id LIMIT 20",
    .in = "itt", .out = "itt",
};
/* What an account left behind besides its row: names in the margins, and what opened it. */
static const struct query q_by_history = {
    .name = "erasure.history", .sql = "UPDATE history SET by_name = '[dihapus]' WHERE by_user = ?1", .in = "i", .out = ""};
static const struct query q_for_history = {
    .name = "erasure.history-for", .sql = "UPDATE history SET for_name = '[dihapus]' WHERE for_user = ?1", .in = "i", .out = ""};
static const struct query q_for_job = {
    .name = "erasure.job-for", .sql = "UPDATE job SET for_name = '[dihapus]' WHERE for_user = ?1", .in = "i", .out = ""};
static const struct query q_by_import = {
    .name = "erasure.import", .sql = "UPDATE import_run SET by_name = '[dihapus]' WHERE by_user = ?1", .in = "i", .out = ""};
static const struct query q_by_job = {
    .name = "erasure.job", .sql = "UPDATE job SET by_name = '[dihapus]' WHERE by_user = ?1", .in = "i", .out = ""};
static const struct query q_drafts = {
    .name = "erasure.drafts", .sql = "DELETE FROM form_draft WHERE by_user = ?1", .in = "i", .out = ""};
static const struct query q_sessions = {
    .name = "erasure.sessions", .sql = "DELETE FROM session WHERE holder = ?1", .in = "i", .out = ""};
static const struct query q_credentials = {
    .name = "erasure.credentials", .sql = "DELETE FROM credential WHERE holder = ?1", .in = "i", .out = ""};
static const struct query q_secret = {
    .name = "erasure.secret", .sql = "UPDATE user_secret SET password = NULL, totp = NULL WHERE id = ?1", .in = "i", .out = ""};
/* clang-format on */

static const struct query *const account_queries[] = {&q_by_history, &q_by_import, &q_by_job,      &q_for_history, &q_for_job,
                                                      &q_drafts,     &q_sessions,  &q_credentials, &q_secret};

const char *erase_basis(struct arena *a, const struct erase_order *o)
{
    return text_printf(a, "UU 27/2022 pasal %s; erase_order/%lld", text_eq(o->reason.v, "asked") ? "8" : "43",
                       (long long)o->head.id);
}

/* ---- rules ---- */

static int refuse(const char *key, const char **ret_key)
{
    *ret_key = key;
    return E_STATE;
}

int erase_account(struct db *db, struct arena *a, const struct erase_person *p, int64_t *ret)
{
    struct person row;
    int e = 1;

    *ret = p->e == &app_user_entity ? p->id : 0;
    if (p->e == &person_entity) {
        e = row_get(db, a, &person_entity, p->gov, p->id, &row);
        *ret = e > 0 ? row.account.v : 0;
    }
    return e < 0 ? e : 0;
}

/* An account that still opens something cannot lose its name. */
static int account_may(struct db *db, struct arena *a, int64_t user, const char **ret_key)
{
    struct app_user row;
    int e = row_get(db, a, &app_user_entity, 0, user, &row);

    AUTO_ROWS struct rows rows = {0};

    if (e <= 0)
        return e < 0 ? e : refuse("erasure.nobody", ret_key);
    if (!row.disabled)
        return refuse("erasure.account-on", ret_key);
    e = db_select(&rows, db, &q_grants_of, V(user), V((int64_t)1));
    if (e == 0)
        e = rows_next(&rows);
    return e > 0 ? refuse("erasure.account-roles", ret_key) : e;
}

static int person_may(struct db *db, struct arena *a, const struct app *app, const struct erase_order *o, int64_t by,
                      instant now, const char **ret_key, const char **ret_arg)
{
    struct erase_person p;
    struct erase_kept kept;
    int64_t account;
    int e = erase_person_read(db, a, app, o->subject, o->in_gov.v, o->subject_id, &p);

    if (e <= 0)
        return e < 0 ? e : refuse("erasure.nobody", ret_key);
    e = ledger_key_alive(app->ledger, db, p.key);
    if (e <= 0)
        return e < 0 ? e : refuse("erasure.already", ret_key);
    e = erase_account(db, a, &p, &account);
    if (e < 0)
        return e;
    if (account == by && by != 0)
        return refuse("erasure.not-yourself", ret_key);
    if (p.e == &app_user_entity) {
        e = account_may(db, a, account, ret_key);
        if (e < 0)
            return e;
    }
    e = erase_kept(db, a, app, &p, instant_date(now, app->zone_minutes), &kept);
    if (e < 0 || kept.e == NULL)
        return e;
    *ret_arg = kept.basis != NULL ? text_printf(a, "%s, %s", kept.basis, date_iso(a, kept.until))
                                  : text_printf(a, "%s/%lld", kept.e->name, (long long)kept.id);
    return refuse(kept.basis != NULL ? "erasure.kept-by-law" : "erasure.in-work", ret_key);
}

int erase_may(struct db *db, struct arena *a, const struct app *app, const struct erase_order *o, enum erase_step step,
              int64_t by, instant now, const char **ret_key, const char **ret_arg)
{
    *ret_arg = NULL;
    if (step != ERASE_ORDER && !text_eq(o->status.v, "pending"))
        return refuse("erasure.not-pending", ret_key);
    if (step == ERASE_CONFIRM && by == o->ordered_by.v)
        return refuse("erasure.second-person", ret_key);
    return step == ERASE_REFUSE ? 0 : person_may(db, a, app, o, by, now, ret_key, ret_arg);
}

/* ---- storing ---- */

int erase_store(struct tx *tx, const struct erase_plan *p)
{
    static const char *const verbs[] = {[ERASE_ORDER] = "propose", [ERASE_CONFIRM] = "approve", [ERASE_REFUSE] = "refuse"};
    struct actor_mark *mark = tx->actor;
    const char *key, *arg;
    struct record head;
    int64_t job;
    int e;

    e = erase_may(tx->db, tx->arena, tx->app, p->step == ERASE_ORDER ? &p->after : &p->before, p->step, p->by, tx->now, &key,
                  &arg);
    if (e < 0)
        return e;
    if (mark != NULL)
        mark->step = verbs[p->step];
    if (p->step == ERASE_ORDER)
        return row_insert(tx, &erase_order_entity, &p->after, &head);
    e = row_update(tx, &erase_order_entity, &p->before, &p->after, &head);
    if (e < 0 || p->step == ERASE_REFUSE)
        return e;
    return job_start(tx, JOB, p->after.in_gov.v, text_printf(tx->arena, "{\"order\":\"%lld\"}", (long long)head.id), &job);
}

/* ---- the job ---- */

struct carrying {
    struct erase_order order;
    struct erase_person person;
    const char *basis;
};

static int64_t order_id(struct arena *a, const struct job *job)
{
    const struct json_in *in;
    const char *text = NULL;
    int64_t id;

    if (json_read(a, job->args, strlen(job->args), 1 * KB, &in, NULL) < 0 || json_get_text(in, "order", &text) <= 0 ||
        text_int(text, 1, INT64_MAX, &id) < 0)
        return 0;
    return id;
}

static int carrying_read(struct db *db, struct arena *a, const struct app *app, const struct job *job, struct carrying *ret)
{
    int found = row_get(db, a, &erase_order_entity, 0, order_id(a, job), &ret->order);

    if (found > 0)
        found = erase_person_read(db, a, app, ret->order.subject, ret->order.in_gov.v, ret->order.subject_id, &ret->person);
    ret->basis = found > 0 ? erase_basis(a, &ret->order) : NULL;
    return found > 0 ? 0 : found < 0 ? found : E_INPUT;
}

static int erase_files(struct tx *tx, const struct carrying *c)
{
    struct attachment file;
    size_t n, i;
    int64_t id;
    int e = 0;
    char **ids = text_split(tx->arena, c->order.files != NULL ? c->order.files : "", ' ', &n);

    for (i = 0; e >= 0 && i < n; i++)
        if (text_int(ids[i], 1, INT64_MAX, &id) == 0 &&
            (e = row_get(tx->db, tx->arena, &attachment_entity, c->person.gov, id, &file)) > 0)
            e = erase_file(tx, &file, c->basis);
    return e < 0 ? e : 0;
}

/* The beginning: what others wrote, while it is still known how the person is called. */
static int slice_texts(struct tx *tx, struct job *job, const struct carrying *c)
{
    const char *key = NULL, *arg;
    struct erase_words words;
    int e = person_may(tx->db, tx->arena, tx->app, &c->order, 0, tx->now, &key, &arg);

    if (e == E_STATE)
        job->error = key;
    if (e == 0)
        e = erase_words(tx->db, tx->arena, tx->app, &c->person, &words);
    if (e == 0)
        e = erase_texts(tx, &c->person, &words, c->basis);
    if (e == 0)
        e = erase_files(tx, c);
    job->place = "rows";
    return e < 0 ? e : 1;
}

static int slice_rows(struct tx *tx, struct job *job, const struct carrying *c)
{
    int e = erase_rows(tx, &c->person, SLICE, c->basis);

    job->place = e == 0 ? "history" : "rows";
    return e < 0 ? e : 1;
}

struct former {
    struct erase_place *v;
    size_t n;
    struct erase_words words;
};

static int slice_history(struct tx *tx, struct job *job, const struct carrying *c)
{
    const struct former *former = job->prepared;
    size_t i, end = (size_t)job->done + SLICE;
    int e = 0;

    BUG_IF(former == NULL);
    for (i = (size_t)job->done; e == 0 && i < former->n && i < end; i++)
        e = erase_history(tx, &c->person, &former->words, &former->v[i], c->basis);
    job->done = (int64_t)i;
    job->place = i >= former->n ? "wrote" : "history";
    return e < 0 ? e : 1;
}

/* Names in the margins of what an account wrote. */
static int slice_wrote(struct tx *tx, struct job *job, const struct carrying *c)
{
    int e = c->person.e == &app_user_entity ? erase_wrote(tx, c->person.id, SLICE, c->basis) : 0;

    job->place = e == 0 ? "last" : "wrote";
    return e < 0 ? e : 1;
}

static int slice_last(struct tx *tx, struct job *job, const struct carrying *c)
{
    struct erase_order after = c->order;
    struct record head;
    size_t i;
    int e = 0;

    for (i = 0; c->person.e == &app_user_entity && e == 0 && i < ARRAY_LEN(account_queries); i++)
        e = db_send(tx->db, account_queries[i], V(c->person.id));
    if (e == 0 && c->person.e == &person_entity)
        e = person_forget(tx, c->person.gov, c->person.id);
    if (e == 0)
        e = erase_last(tx, &c->person, c->basis);
    if (e == 0)
        e = search_optimise(tx);
    after.status.v = "done";
    after.done_at = tx->now;
    if (e == 0)
        e = row_update(tx, &erase_order_entity, &c->order, &after, &head);
    job->place = "forget";
    return e < 0 ? e : 1;
}

static const struct {
    const char *place;
    int (*slice)(struct tx *tx, struct job *job, const struct carrying *c);
} stations[] = {
    {"", slice_texts}, {"rows", slice_rows}, {"history", slice_history}, {"wrote", slice_wrote}, {"last", slice_last},
};

static int slice(struct tx *tx, struct job *job)
{
    struct carrying c;
    size_t i;
    int e;

    for (i = 0; i < ARRAY_LEN(stations); i++) {
        if (!text_eq(job->place, stations[i].place))
            continue;
        e = carrying_read(tx->db, tx->arena, tx->app, job, &c);
        return e < 0 ? e : stations[i].slice(tx, job, &c);
    }
    return 0; /* "forget": prepare() did it */
}

static int prepare(struct app *app, struct job *job, struct arena *a)
{
    struct former *former = arena_new(a, struct former);
    struct carrying c;
    struct db *db;
    int e;

    if (text_eq(job->place, "forget"))
        return db_forget(app->address);
    if (!text_eq(job->place, "history") || job->prepared != NULL)
        return 0;
    e = pool_take(app->pool, WAIT_MS, &db);
    if (e < 0)
        return e;
    e = carrying_read(db, a, app, job, &c);
    if (e == 0)
        e = erase_words(db, a, app, &c.person, &former->words);
    if (e == 0)
        e = erase_former(db, a, app, &c.person, &former->words, &former->v, &former->n);
    pool_give(app->pool, db);
    if (e == 0)
        job->prepared = former;
    return e;
}

/* It did not come to its end: the order can be given again, and goes on where this one stopped. */
static int ended(struct tx *tx, const struct job *job, enum job_state how, const char *error)
{
    struct erase_order before, after;
    struct record head;
    int found = row_get(tx->db, tx->arena, &erase_order_entity, 0, order_id(tx->arena, job), &before);

    (void)how;
    (void)error; /* stands on the job's page */
    if (found <= 0 || !text_eq(before.status.v, "confirmed"))
        return found < 0 ? found : 0;
    after = before;
    after.status.v = "failed";
    return row_update(tx, &erase_order_entity, &before, &after, &head);
}

/* ---- the module ---- */

/* clang-format off */
static const struct entity *const entities[] = {&erase_order_entity};
static const struct permit permits[] = {{"erasure.order", "admin data_protection_officer"}};
static const struct job_kind jobs[] = {
    {.name = JOB, .permission = "erasure.order", .daily_minute = -1, .slice = slice, .prepare = prepare, .ended = ended, .lasting = true},
};
static const struct query *const queries[] = {
    &q_erase_orders, &q_erase_persons, &q_by_history, &q_by_import, &q_by_job, &q_for_history, &q_for_job, &q_drafts, &q_sessions, &q_credentials, &q_secret,
};
static const struct route routes[] = {
    ROUTE(GET,  "/kerja/{gov}/penghapusan",              "erasure.order", page_erasures),
    ROUTE(POST, "/kerja/{gov}/penghapusan",              "erasure.order", page_erasures, .reads_only = true, .limits = LIMIT_FORM),
    ROUTE(GET,  "/kerja/{gov}/penghapusan/baru",         "erasure.order", page_erasure_new),
    ROUTE(POST, "/kerja/{gov}/penghapusan/baru",         "erasure.order", page_erasure_order, .limits = LIMIT_FORM),
    ROUTE(GET,  "/kerja/{gov}/penghapusan/{id}",         "erasure.order", page_erasure),
    ROUTE(POST, "/kerja/{gov}/penghapusan/{id}/setujui", "erasure.order", page_erasure_confirm, .limits = LIMIT_FORM),
    ROUTE(POST, "/kerja/{gov}/penghapusan/{id}/tolak",   "erasure.order", page_erasure_refuse, .limits = LIMIT_FORM),
};

const struct module erasure_module = {
    .name = "erasure",
    .entities = entities, .n_entities = ARRAY_LEN(entities),
    .routes = routes, .n_routes = ARRAY_LEN(routes),
    .permits = permits, .n_permits = ARRAY_LEN(permits),
    .jobs = jobs, .n_jobs = ARRAY_LEN(jobs),
    .queries = queries, .n_queries = ARRAY_LEN(queries),
};
/* clang-format on */
