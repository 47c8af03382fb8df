/*
 * workday.c: days off of a span of years, a year in numbers, and a count that explains itself.
 */
#include "core/workday/workday.h"

#include "base/date.h"
#include "core/workday/query.h"
#include "db/db.h"

#define SATURDAY 6

/* clang-format off */
const struct query workday_q_off = {
    .name = "workday.off",
    .sql = "SELECT day, kind, name, basis, decreed, gov, id FROM holiday "
           "WHERE gov IN (0, ?1) AND day >= ?2 AND day <= ?3 AND voided_at IS NULL ORDER BY day, gov, id LIMIT ?4",
    .in = "iiii", .out = "itttiii",
};
/* clang-format on */

static int take(const struct rows *rows, struct arena *a, struct off_day *ret)
{
    *ret = (struct off_day){.day = {(int32_t)rows_int(rows, 0)},
                            .name = rows_text(rows, a, 2),
                            .basis = rows_text(rows, a, 3),
                            .decreed = rows_null(rows, 4) ? DATE_NONE : (date){(int32_t)rows_int(rows, 4)},
                            .gov = rows_int(rows, 5),
                            .id = rows_int(rows, 6)};
    return day_kind_parse(rows_text(rows, a, 1), &ret->kind) < 0 ? E_STORAGE : 0;
}

int off_days(struct db *db, struct arena *a, int64_t gov, date from, date to, struct off_day **ret, size_t *ret_n)
{
    struct off_day *v = arena_array(a, OFF_DAYS_MAX, struct off_day);
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &workday_q_off, V(gov), V(from), V(to), V((int64_t)OFF_DAYS_MAX + 1));
    while (e == 0 && (e = rows_next(&rows)) > 0)
        e = n == OFF_DAYS_MAX ? E_LIMIT : take(&rows, a, &v[n++]);
    if (e < 0)
        return e;

    *ret = v;
    *ret_n = n;
    return 0;
}

/* ---- pure ---- */

static bool weekend(date d)
{
    return date_weekday(d) >= SATURDAY;
}

const struct off_day *off_day_on(const struct off_day *v, size_t n, date d)
{
    const struct off_day *best = NULL;
    size_t i;

    for (i = 0; i < n; i++)
        if (v[i].day.v == d.v && (best == NULL || v[i].kind < best->kind))
            best = &v[i];
    return best;
}

void work_year(struct work_year *ret, int year, const struct off_day *v, size_t n)
{
    int month, day;
    size_t i;

    *ret = (struct work_year){.year = year};
    for (i = 0; i < n; i++)
        ret->national = ret->national || (v[i].kind == DAY_NATIONAL && date_civil(v[i].day).year == year);
    for (month = 1; month <= 12; month++)
        for (day = 1; day <= days_in_month(year, month); day++) {
            date d = date_of(year, month, day);
            const struct off_day *off = weekend(d) ? NULL : off_day_on(v, n, d);

            if (off != NULL)
                ret->off[off->kind]++;
            else if (!weekend(d))
                ret->working[month]++;
        }
    for (month = 1; month <= 12; month++)
        ret->working[0] += ret->working[month];
}

/* Without joint leave where that is working time; then what is left is off. */
static struct off_day *kept(struct arena *a, bool joint_leave_counts, const struct off_day *v, size_t n, size_t *ret_n)
{
    struct off_day *some = arena_array(a, n + 1, struct off_day);
    size_t i, k = 0;

    for (i = 0; i < n; i++)
        if (!joint_leave_counts || v[i].kind != DAY_JOINT_LEAVE)
            some[k++] = v[i];
    *ret_n = k;
    return some;
}

static void calendar_from(struct calendar *ret, struct arena *a, const struct off_day *v, size_t n)
{
    const struct calendar_rule rule = {.known_by = DATE_NONE};
    struct day_off *off = arena_array(a, n + 1, struct day_off);
    size_t i;

    for (i = 0; i < n; i++)
        off[i] = (struct day_off){v[i].day, v[i].kind, v[i].decreed};
    calendar_build(ret, a, off, n, &rule);
}

static bool has_national(const struct off_day *v, size_t n, int year)
{
    size_t i;

    for (i = 0; i < n; i++)
        if (v[i].kind == DAY_NATIONAL && date_civil(v[i].day).year == year)
            return true;
    return false;
}

void work_count(struct work_count *ret, struct arena *a, date from, int64_t days, bool joint_leave_counts,
                const struct off_day *v, size_t n)
{
    const struct off_day *some = kept(a, joint_leave_counts, v, n, &n);
    struct calendar c;
    int year;
    date d;

    calendar_from(&c, a, some, n);
    *ret = (struct work_count){.from = from, .days = days, .due = calendar_add(&c, from, days), .whole = true};
    ret->off = arena_array(a, n + 1, const struct off_day *);
    if (date_is_none(ret->due))
        return;
    for (year = date_civil(from).year; year <= date_civil(ret->due).year; year++)
        ret->whole = ret->whole && has_national(some, n, year);
    for (d = date_add_days(from, 1); d.v <= ret->due.v; d = date_add_days(d, 1)) {
        if (weekend(d))
            ret->weekend++;
        else if (!calendar_is_working(&c, d))
            ret->off[ret->n_off++] = off_day_on(some, n, d);
    }
}
