/*
 * holiday.c: reading days off.
 */
#include "base/date.h"
#include "engine/holiday.h"

/* clang-format off */
static const struct field holiday_fields[] = {
    FIELD(struct holiday, day, .flags = F_REQUIRED | F_PUBLIC | F_INDEXED),
    FIELD(struct holiday, kind, .flags = F_REQUIRED | F_PUBLIC, .max = 20, .codes = "national joint-leave local"),
    FIELD(struct holiday, name, .flags = F_REQUIRED | F_PUBLIC, .max = 200),
    FIELD(struct holiday, basis, .flags = F_PUBLIC, .max = 300),
    FIELD(struct holiday, decreed, .flags = F_PUBLIC),
};
const struct entity holiday_entity = ENTITY(struct holiday, holiday, holiday_fields);

static const struct query q_holidays = {
    .name = "holiday.from",
    .sql = "SELECT day, kind, decreed FROM holiday WHERE gov IN (0, ?1) AND day >= ?2 AND voided_at IS NULL",
    .in = "ii", .out = "iti",
};
/* clang-format on */

const struct query *const holiday_queries[] = {&q_holidays};
const size_t holiday_queries_n = ARRAY_LEN(holiday_queries);

#define DAYS_FIRST 64

static struct day_off *grown(struct arena *a, const struct day_off *v, size_t n)
{
    struct day_off *more = arena_array(a, n > 0 ? n * 2 : DAYS_FIRST, struct day_off);

    if (n > 0)
        memcpy(more, v, n * sizeof *v);
    return more;
}

int calendar_of(struct db *db, struct arena *a, int64_t gov, date from, const struct calendar_rule *rule, struct calendar *ret)
{
    struct day_off *v = NULL;
    size_t n = 0, room = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &q_holidays, V(gov), V(from));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        if (n == room) {
            v = grown(a, v, n);
            room = n > 0 ? n * 2 : DAYS_FIRST;
        }
        v[n] = (struct day_off){.day = {(int32_t)rows_int(&rows, 0)},
                                .decreed = rows_null(&rows, 2) ? DATE_NONE : (date){(int32_t)rows_int(&rows, 2)}};
        e = day_kind_parse(rows_text(&rows, a, 1), &v[n].kind) < 0 ? E_STORAGE : 0;
        n++;
    }
    if (e < 0)
        return e;
    calendar_build(ret, a, v, n, rule);
    return 0;
}
