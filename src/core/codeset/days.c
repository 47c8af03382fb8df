/*
 * days.c: a loaded list of holidays becomes rows of `holiday` that count everywhere, each with its leaf.
 *
 * The list speaks for the years it holds: rows of those years that it lacks are voided, rows of other years stay. What runs
 * gets its deadlines anew when anything changed.
 */
#include "base/date.h"
#include "base/text.h"
#include "core/codeset/days.h"
#include "core/codeset/query.h"
#include "engine/holiday.h"
#include "engine/job.h"
#include "engine/row.h"

#define DEADLINES_JOB "deadlines" /* of flow.h */

struct known {
    int64_t id;
    date day;
    const char *name, *kind;
};

static date day_of(const struct code *c)
{
    date day;

    BUG_IF(date_iso_parse(c->code, &day) < 0); /* read as a day */
    return day;
}

/* Rows of the years from `from` to `to`, by day and name. */
static int read_known(struct tx *tx, date from, date to, size_t room, struct known **ret, size_t *ret_n)
{
    struct known *v = arena_array(tx->arena, room, struct known);
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, tx->db, &codeset_days, V(date_of(date_civil(from).year, 1, 1)),
                  V(date_of(date_civil(to).year, 12, 31)));
    while (e >= 0 && (e = rows_next(&rows)) > 0) {
        if (n == room)
            return E_LIMIT;
        v[n++] = (struct known){.id = rows_int(&rows, 0),
                                .day = {(int32_t)rows_int(&rows, 1)},
                                .name = rows_text(&rows, tx->arena, 2),
                                .kind = rows_text(&rows, tx->arena, 3)};
    }
    if (e < 0)
        return e;

    *ret = v;
    *ret_n = n;
    return 0;
}

static int insert_day(struct tx *tx, const struct code *c, const struct codeset_options *o)
{
    struct record head;
    const struct holiday row = {.head = {.gov = HOLIDAY_NATIONAL},
                                .day = day_of(c),
                                .kind = {code_more(c, tx->arena, "kind")},
                                .name = c->name,
                                .basis = o->basis,
                                .decreed = o->valid_from};

    return row_insert(tx, &holiday_entity, &row, &head);
}

static int drop_day(struct tx *tx, const struct known *k)
{
    struct holiday row;
    struct record head;
    int e = row_get(tx->db, tx->arena, &holiday_entity, HOLIDAY_NATIONAL, k->id, &row);

    if (e <= 0)
        return e < 0 ? e : E_CONFLICT;
    return row_void(tx, &holiday_entity, &row, &head);
}

static int change_day(struct tx *tx, const struct known *k, const struct code *c, const struct codeset_options *o)
{
    struct holiday before, after;
    struct record head;
    int e = row_get(tx->db, tx->arena, &holiday_entity, HOLIDAY_NATIONAL, k->id, &before);

    if (e <= 0)
        return e < 0 ? e : E_CONFLICT;
    after = before;
    after.kind.v = code_more(c, tx->arena, "kind");
    after.basis = o->basis;
    return row_update(tx, &holiday_entity, &before, &after, &head);
}

static int compare(const struct known *k, const struct code *c)
{
    date day = day_of(c);

    return k->day.v != day.v ? (k->day.v > day.v) - (k->day.v < day.v) : strcmp(k->name, c->name);
}

int days_store(struct tx *tx, const struct codeset_reader *r, const struct codeset_options *o)
{
    struct known *known;
    size_t n, i = 0, k = 0;
    int64_t written = 0;
    int e = read_known(tx, day_of(&r->rows[0].c), day_of(&r->rows[r->n - 1].c), DAYS_KNOWN_MAX, &known, &n);

    if (o->mark != NULL)
        (void)actor_act(tx, o->mark);
    while (e >= 0 && (i < r->n || k < n)) {
        const struct code *c = &r->rows[i].c;
        int way = i == r->n ? -1 : k == n ? 1 : compare(&known[k], c);
        bool same = way == 0 && text_eq(known[k].kind, code_more(c, tx->arena, "kind"));

        if (!same)
            e = way < 0 ? drop_day(tx, &known[k]) : way > 0 ? insert_day(tx, c, o) : change_day(tx, &known[k], c, o);
        written += !same;
        i += way >= 0;
        k += way <= 0;
    }
    if (e < 0)
        return e;
    return written == 0 ? 0 : job_start_once(tx, DEADLINES_JOB, HOLIDAY_NATIONAL);
}
