/*
 * notice.c: the table of notices, and the job that forgets old ones.
 */
#include "core/notice/notice.h"

#include "base/date.h"
#include "base/text.h"
#include "core/notice/query.h"
#include "engine/job.h"
#include "engine/param.h"

#define REMOVE_MAX 500
#define DAY_MS     INT64_C(86400000)

/* clang-format off */
#define COLUMNS "id, kind, gov, record, entity, what, word, by_user, due, at, read_at"
#define TYPES   "itiitttiiii"
const struct query q_notice_put = {
    .name = "notice.put",
    .sql = "INSERT INTO notice (person, " COLUMNS ", in_app) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, NULL, ?12) "
           "ON CONFLICT DO NOTHING",
    .in = "iitiitttiiii", .out = "",
};
const struct query q_notice_list = {
    .name = "notice.list",
    .sql = "SELECT " COLUMNS " FROM notice WHERE person = ?1 AND id < ?2 AND in_app = 1 ORDER BY id DESC LIMIT ?3",
    .in = "iii", .out = TYPES,
};
const struct query q_notice_unread = {
    .name = "notice.unread",
    .sql = "SELECT COUNT(*) FROM (SELECT id FROM notice WHERE person = ?1 AND read_at IS NULL AND in_app = 1 ORDER BY id LIMIT ?2) x",
    .in = "ii", .out = "i",
};
const struct query q_notice_read = {
    .name = "notice.read",
    .sql = "UPDATE notice SET read_at = ?3 WHERE person = ?1 AND id = ?2 AND read_at IS NULL",
    .in = "iii", .out = "",
};
const struct query q_notice_read_up_to = {
    .name = "notice.read-up-to",
    .sql = "UPDATE notice SET read_at = ?3 WHERE person = ?1 AND id <= ?2 AND read_at IS NULL",
    .in = "iii", .out = "",
};
const struct query q_notice_read_of = {
    .name = "notice.read-of",
    .sql = "UPDATE notice SET read_at = ?4 WHERE gov = ?2 AND record = ?3 AND person = ?1 AND read_at IS NULL",
    .in = "iiii", .out = "",
};
const struct query q_notice_overtaken = {
    .name = "notice.overtaken",
    .sql = "UPDATE notice SET read_at = ?3 WHERE gov = ?1 AND record = ?2 AND read_at IS NULL AND kind IN ('turn', 'soon', 'late')",
    .in = "iii", .out = "",
};
const struct query q_notice_forget = {
    .name = "notice.forget",
    .sql = "DELETE FROM notice WHERE (person, id) IN (SELECT person, id FROM notice WHERE at < ?1 ORDER BY at, person, id LIMIT ?2)",
    .in = "ii", .out = "",
};
const struct query q_notice_of_person = {
    .name = "notice.since",
    .sql = "SELECT " COLUMNS " FROM notice WHERE person = ?1 AND at > ?2 AND read_at IS NULL ORDER BY id LIMIT ?3",
    .in = "iii", .out = TYPES,
};
/* clang-format on */

/* ---- writing ---- */

int notice_put(struct tx *tx, int64_t person, enum notice_kind kind, const struct cause *c, bool in_app)
{
    return db_send(tx->db, &q_notice_put, V(person), V(c->id), V(notice_kind_code(kind)), V(c->gov), V(c->record), V(c->entity),
                   V(c->what), V(c->word), V((ref){c->by}), V(c->due), V(c->at), V(in_app));
}

int notice_read(struct tx *tx, int64_t person, int64_t id)
{
    return db_send(tx->db, &q_notice_read, V(person), V(id), V(tx->now));
}

int notices_read_up_to(struct tx *tx, int64_t person, int64_t id)
{
    return db_send(tx->db, &q_notice_read_up_to, V(person), V(id), V(tx->now));
}

int notices_read_of(struct tx *tx, int64_t person, int64_t gov, int64_t record)
{
    return db_send(tx->db, &q_notice_read_of, V(person), V(gov), V(record), V(tx->now));
}

int notices_overtaken(struct tx *tx, int64_t gov, int64_t record)
{
    return db_send(tx->db, &q_notice_overtaken, V(gov), V(record), V(tx->now));
}

/* ---- reading ---- */

static enum notice_kind kind_of(const char *code)
{
    size_t i;

    for (i = 0; i < NOTICE_KIND_COUNT; i++)
        if (text_eq(notice_kind_code((enum notice_kind)i), code))
            return (enum notice_kind)i;
    return NOTICE_DECISION;
}

static struct notice take(const struct rows *rows, struct arena *a)
{
    return (struct notice){
        .cause = {.id = rows_int(rows, 0),
                  .gov = rows_int(rows, 2),
                  .record = rows_int(rows, 3),
                  .entity = rows_text(rows, a, 4),
                  .what = rows_text(rows, a, 5),
                  .word = rows_text(rows, a, 6),
                  .by = rows_null(rows, 7) ? 0 : rows_int(rows, 7),
                  .due = rows_null(rows, 8) ? DATE_NONE : (date){(int32_t)rows_int(rows, 8)},
                  .at = {rows_int(rows, 9)}},
        .kind = kind_of(rows_text(rows, a, 1)),
        .unread = rows_null(rows, 10),
    };
}

static int read_some(struct db *db, struct arena *a, const struct query *q, int64_t person, int64_t id, size_t max,
                     struct notice **ret, size_t *ret_n)
{
    struct notice *v = arena_array(a, max, struct notice);
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, q, V(person), V(id), V((int64_t)max));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        v[n++] = take(&rows, a);
        e = 0;
    }
    if (e < 0)
        return e;
    *ret = v;
    *ret_n = n;
    return 0;
}

int notices_read(struct db *db, struct arena *a, int64_t person, int64_t below, size_t max, struct notice **ret, size_t *ret_n)
{
    return read_some(db, a, &q_notice_list, person, below > 0 ? below : INT64_MAX, max, ret, ret_n);
}

int notices_since(struct db *db, struct arena *a, int64_t person, instant after, size_t max, struct notice **ret, size_t *ret_n)
{
    return read_some(db, a, &q_notice_of_person, person, after.v, max, ret, ret_n);
}

int notices_unread(struct db *db, int64_t person, int64_t *ret)
{
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &q_notice_unread, V(person), V((int64_t)NOTICE_COUNTED));
    if (e == 0)
        e = rows_next(&rows);
    if (e < 0)
        return e;
    *ret = e > 0 ? rows_int(&rows, 0) : 0;
    return 0;
}

/* ---- forgetting ---- */

int notice_forget(struct tx *tx, struct job *job)
{
    const int zone = tx->app->zone_minutes;
    struct param_value kept;
    int64_t n;
    int e = param_on(tx->db, tx->arena, 0, &notice_params[NOTICE_DAYS], instant_date(tx->now, zone), &kept);

    if (e < 0)
        return e;
    n = db_run(tx->db, &q_notice_forget, V(tx->now.v - kept.value * DAY_MS), V((int64_t)REMOVE_MAX));
    if (n < 0)
        return (int)n;
    job->done += n;
    return n == REMOVE_MAX;
}
