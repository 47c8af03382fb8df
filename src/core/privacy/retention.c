/*
 * retention.c: the daily job, in slices: old sessions go, then every row with a statement is looked at, then the list of the
 * run before is dropped.
 */
#include "base/date.h"
#include "base/json.h"
#include "base/text.h"
#include "core/gov/gov.h"
#include "core/privacy/retention.h"
#include "core/user/session.h"
#include "engine/list.h"
#include "engine/privacy.h"
#include "engine/row.h"

#define MINUTE     (2 * 60 + 35) /* 02.35 */
#define LOT        100
#define REMOVE_MAX 500
#define DAY_MS     INT64_C(86400000)
#define GROUPS_MAX ((size_t)5000)
#define RESULT_MAX ((size_t)16 * KB)

/* clang-format off */
static const struct query q_next_gov = {
    .name = "retention.gov", .sql = "SELECT id FROM government WHERE id > ?1 ORDER BY id LIMIT 1", .in = "i", .out = "i"};
static const struct query q_put = {
    .name = "retention.put",
    .sql = "INSERT INTO retention_past (gov, entity, statement, record, until, job) VALUES (?1, ?2, ?3, ?4, ?5, ?6) "
           "ON CONFLICT (gov, entity, statement, record) DO UPDATE SET until = excluded.until, job = excluded.job",
    .in = "ittiii", .out = "",
};
static const struct query q_drop = {
    .name = "retention.drop",
    .sql = "DELETE FROM retention_past WHERE record IN (SELECT record FROM retention_past WHERE job <> ?1 ORDER BY record LIMIT ?2) AND job <> ?1",
    .in = "ii", .out = "",
};
static const struct query q_sums = {
    .name = "retention.sums",
    .sql = "SELECT statement, COUNT(*) FROM retention_past GROUP BY statement ORDER BY statement",
    .in = "", .out = "ti",
};
static const struct query q_groups = {
    .name = "retention.groups",
    .sql = "SELECT gov, entity, statement, COUNT(*), MIN(until) FROM retention_past WHERE ?1 = 0 OR gov = ?1 "
           "GROUP BY gov, entity, statement ORDER BY gov, entity, statement LIMIT ?2",
    .in = "ii", .out = "ittii",
};
static const struct query q_rows = {
    .name = "retention.rows",
    .sql = "SELECT record, until FROM retention_past WHERE gov = ?1 AND entity = ?2 AND statement = ?3 AND record > ?4 "
           "ORDER BY record LIMIT ?5",
    .in = "ittii", .out = "ii",
};
/* clang-format on */

const struct query *const retention_queries[RETENTION_QUERIES] = {&q_next_gov, &q_put, &q_drop, &q_sums, &q_groups, &q_rows};

/* ---- where the next slice goes on ---- */

/* "STAGE GOV REMOVED CURSOR": stage 0 removes sessions, 1 to n looks through one entity each, n + 1 drops what is old. */
struct spot {
    int64_t stage, gov, removed;
    const char *cursor; /* NULL: from the beginning */
};

static void spot_read(struct arena *a, const char *place, struct spot *ret)
{
    int64_t *const numbers[] = {&ret->stage, &ret->gov, &ret->removed};
    size_t n, i;
    char **parts = text_split(a, place, ' ', &n);

    *ret = (struct spot){0};
    for (i = 0; i < ARRAY_LEN(numbers) && i < n; i++)
        if (text_int(parts[i], 0, INT64_MAX, numbers[i]) < 0)
            return;
    if (n > i && *parts[i] != '\0')
        ret->cursor = parts[i];
}

static const char *spot_text(struct arena *a, const struct spot *s)
{
    return text_printf(a, "%lld %lld %lld %s", (long long)s->stage, (long long)s->gov, (long long)s->removed,
                       s->cursor != NULL ? s->cursor : "");
}

/* ---- sessions ---- */

static int remove_sessions(struct tx *tx, struct spot *s)
{
    const struct privacy *p = entity_field(&session_entity, "address")->privacy;
    int64_t n = sessions_remove(tx, (instant){tx->now.v - p->days * DAY_MS}, REMOVE_MAX);

    if (n < 0)
        return (int)n;
    s->removed += n;
    s->stage += n < REMOVE_MAX;
    return 0;
}

/* ---- rows ---- */

static bool has_statement(const struct entity *e)
{
    size_t i;

    for (i = 0; i < e->n_fields; i++)
        if (e->fields[i].privacy != NULL)
            return e->ledger != LEDGER_NONE;
    return false;
}

bool past_holds(struct arena *a, const struct entity *e, const void *row, const char *statement)
{
    size_t i;

    for (i = 0; i < e->n_fields; i++) {
        const struct field *f = &e->fields[i];
        const char *value = f->privacy != NULL && text_eq(f->privacy->name, statement) ? field_stored(f, row, a) : NULL;

        if (!text_empty(value) && !text_eq(value, ERASED_TEXT))
            return true;
    }
    return false;
}

/* Is it the first field with this statement? Each counts once. */
static bool is_first(const struct entity *e, size_t at)
{
    size_t i;

    for (i = 0; i < at; i++)
        if (e->fields[i].privacy == e->fields[at].privacy)
            return false;
    return e->fields[at].privacy != NULL;
}

struct looking {
    struct tx *tx;
    const struct job *job;
    const struct entity *e;
    date today;
};

static int look_at(const struct looking *l, struct arena *a, const void *row)
{
    const struct record *head = row;
    const struct entity *e = l->e;
    date last, until;
    size_t i;
    int result;

    if (!privacy_ended(l->tx->app, e, row))
        return 0;
    result = privacy_last(l->tx->db, l->tx->app, row, &last);
    for (i = 0; result == 0 && last.v != DATE_NONE.v && i < e->n_fields; i++) {
        const struct privacy *p = e->fields[i].privacy;

        if (!is_first(e, i))
            continue;
        until = privacy_add(last, p);
        if (until.v < l->today.v && past_holds(a, e, row, p->name))
            result = db_send(l->tx->db, &q_put, V(head->gov), V(e->name), V(p->name), V(head->id), V(until), V(l->job->id));
    }
    return result;
}

static int look_page(void *arg, struct arena *a, const void *const *rows, size_t n)
{
    int result = 0;
    size_t i;

    for (i = 0; result == 0 && i < n; i++)
        result = look_at(arg, a, rows[i]);
    return result;
}

/* The first government with an id above `above`, 0 for none. */
static int next_gov(struct db *db, int64_t above, int64_t *ret)
{
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &q_next_gov, V(above));
    if (e == 0)
        e = rows_next(&rows);
    *ret = e > 0 ? rows_int(&rows, 0) : 0;
    return e < 0 ? e : 0;
}

static int look_lot(struct tx *tx, struct job *job, const struct entity *e, struct spot *s)
{
    struct looking l = {tx, job, e, instant_date(tx->now, tx->app->zone_minutes)};
    struct list_ask ask = {.entity = e, .scope = scope_all(s->gov), .voided = true, .cursor = s->cursor};
    int64_t n = list_each_next(tx->db, &ask, LOT, look_page, &l, tx->arena, &s->cursor);

    if (n < 0)
        return (int)n;
    job->done += n;
    return 0;
}

static int look_through(struct tx *tx, struct job *job, const struct entity *e, struct spot *s)
{
    const bool of_gov = e->kind == ENTITY_DATA;
    int result = 0;

    if (has_statement(e) && of_gov && s->gov == 0)
        result = next_gov(tx->db, 0, &s->gov);
    if (result == 0 && has_statement(e) && (!of_gov || s->gov != 0))
        result = look_lot(tx, job, e, s);
    if (result == 0 && s->cursor == NULL && of_gov && s->gov != 0)
        result = next_gov(tx->db, s->gov, &s->gov);
    if (result == 0 && s->cursor == NULL && s->gov == 0)
        s->stage++;
    return result;
}

/* ---- the end ---- */

static int put_result(struct tx *tx, struct job *job, const struct spot *s)
{
    struct json_out j;
    struct buf b;
    int e;

    AUTO_ROWS struct rows rows;

    buf_init(&b, tx->arena, RESULT_MAX);
    json_out_init(&j, &b);
    json_out_object(&j);
    json_put_int(&j, "sessions", s->removed);
    e = db_select(&rows, tx->db, &q_sums);
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        json_put_int(&j, rows_text(&rows, tx->arena, 0), rows_int(&rows, 1));
        e = 0;
    }
    json_out_end(&j);
    if (e == 0)
        e = json_out_done(&j);
    job->result = b.s;
    return e;
}

static int drop_old(struct tx *tx, struct job *job, const struct spot *s)
{
    int64_t n = db_run(tx->db, &q_drop, V(job->id), V((int64_t)REMOVE_MAX));

    if (n != 0)
        return n < 0 ? (int)n : 1;
    return put_result(tx, job, s);
}

static int slice(struct tx *tx, struct job *job)
{
    const struct entity *const *all;
    struct spot s;
    size_t n;
    int e;

    all = app_entities(tx->app, tx->arena, &n);
    spot_read(tx->arena, job->place, &s);
    if (s.stage > (int64_t)n)
        return drop_old(tx, job, &s);
    e = s.stage == 0 ? remove_sessions(tx, &s) : look_through(tx, job, all[s.stage - 1], &s);
    if (e < 0)
        return e;
    job->place = spot_text(tx->arena, &s);
    return 1;
}

const struct job_kind retention_job = {
    .name = "retention", .permission = PERMIT_PAST, .daily_minute = MINUTE, .slice = slice, .show = retention_show};

/* ---- reading ---- */

int past_groups(struct db *db, struct arena *a, int64_t gov, struct past_group **ret, size_t *ret_n)
{
    struct past_group *v = arena_array(a, GROUPS_MAX, struct past_group);
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &q_groups, V(gov), V((int64_t)GROUPS_MAX));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        v[n].gov = rows_int(&rows, 0);
        v[n].entity = rows_text(&rows, a, 1);
        v[n].statement = rows_text(&rows, a, 2);
        v[n].n = rows_int(&rows, 3);
        v[n++].since.v = (int32_t)rows_int(&rows, 4);
        e = 0;
    }
    *ret = v;
    *ret_n = n;
    return e;
}

int past_rows(struct db *db, struct arena *a, const struct past_group *g, int64_t after, size_t max, struct past_row **ret,
              size_t *ret_n)
{
    struct past_row *v = arena_array(a, max, struct past_row);
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &q_rows, V(g->gov), V(g->entity), V(g->statement), V(after), V((int64_t)max));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        v[n].record = rows_int(&rows, 0);
        v[n++].until.v = (int32_t)rows_int(&rows, 1);
        e = 0;
    }
    *ret = v;
    *ret_n = n;
    return e;
}
