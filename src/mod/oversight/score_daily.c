/*
 * score_daily.c: late in the evening a snapshot of every open year, one a slice. A day on which no server ran has none: the
 * past is not made up.
 */
#include "base/date.h"
#include "base/text.h"
#include "engine/app.h"
#include "engine/row.h"
#include "mod/oversight/oversight.h"
#include "mod/oversight/score_daily.h"
#include "mod/oversight/score_now.h"

/* clang-format off */
const struct query score_q_open_years = {
    .name = "score.open-years",
    .sql = "SELECT gov, id FROM score_year WHERE status = 'open' AND voided_at IS NULL "
           "AND (gov > ?1 OR (gov = ?1 AND id > ?2)) ORDER BY gov, id LIMIT 1",
    .in = "ii", .out = "ii",
};
const struct query score_q_same_day = {
    .name = "score.same-day",
    .sql = "SELECT inputs_hash, penalty FROM score_snapshot WHERE gov = ?1 AND as_of = ?3 AND year = ?2 AND voided_at IS NULL "
           "ORDER BY id DESC LIMIT 1",
    .in = "iii", .out = "ti",
};
/* clang-format on */

struct place {
    int64_t gov, year;
};

static int place_read(struct arena *a, const char *text, struct place *ret)
{
    size_t n;
    char **parts = text_split(a, text, ' ', &n);

    *ret = (struct place){0, 0};
    if (text_empty(text))
        return 0;
    if (n != 2 || text_int(parts[0], 0, INT64_MAX, &ret->gov) < 0)
        return E_FORMAT;
    return text_int(parts[1], 0, INT64_MAX, &ret->year);
}

/* 1, 0 no more, negative. */
static int next_year(struct db *db, struct place *at)
{
    AUTO_ROWS struct rows rows;
    int e = db_select(&rows, db, &score_q_open_years, V(at->gov), V(at->year));

    if (e == 0)
        e = rows_next(&rows);
    if (e > 0)
        *at = (struct place){rows_int(&rows, 0), rows_int(&rows, 1)};
    return e;
}

/* Does the newest of this day say the same? Then somebody made it by hand, or this slice runs again. 1 yes, 0 no, negative. */
static int is_kept(struct db *db, struct arena *a, const struct score_snapshot *x)
{
    AUTO_ROWS struct rows rows;
    int e = db_select(&rows, db, &score_q_same_day, V(x->head.gov), V(x->year.v), V((int64_t)x->as_of.v));

    if (e == 0)
        e = rows_next(&rows);
    return e <= 0 ? e : text_eq(rows_text(&rows, a, 0), x->inputs_hash) && rows_int(&rows, 1) == x->penalty;
}

/* A template or report that cannot be computed has no snapshot: a gap says so better than a number. 1 stored, 0 not. */
static int keep_day(struct tx *tx, const struct place *at)
{
    struct score_result result;
    struct score_year year;
    struct record head;
    int e = row_get(tx->db, tx->arena, &score_year_entity, at->gov, at->year, &year);

    if (e > 0)
        e = score_now(tx->db, tx->arena, &year, day_of(tx, at->gov), &result);
    if (e == E_INPUT || e == E_FORMAT)
        return 0;
    if (e <= 0)
        return e;
    e = is_kept(tx->db, tx->arena, &result.snapshot);
    if (e != 0)
        return e < 0 ? e : 0;
    e = score_result_store(tx, &result, &head);
    return e < 0 ? e : 1;
}

static int slice(struct tx *tx, struct job *job)
{
    struct place at;
    int e = place_read(tx->arena, job->place, &at);

    if (e == 0)
        e = next_year(tx->db, &at);
    if (e <= 0)
        return e;
    e = keep_day(tx, &at);
    if (e < 0)
        return e;
    job->done += e;
    job->place = text_printf(tx->arena, "%lld %lld", (long long)at.gov, (long long)at.year);
    return 1;
}

const struct job_kind score_daily_job = {
    .name = "score-daily", .permission = "job.operate", .daily_minute = 23 * 60 + 20, .slice = slice};
