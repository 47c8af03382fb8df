/*
 * remind.c: see remind.h.
 */
#include "engine/remind.h"

#include "base/date.h"
#include "base/text.h"

#define SHOWN 20

/* clang-format off */
static const struct query q_put = {
    .name = "reminder.put",
    .sql = "INSERT INTO reminder (gov, record, due, stage, role, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
    .in = "iiitti", .out = "",
};
static const struct query q_read = {
    .name = "reminder.read",
    .sql = "SELECT due, stage, role, at FROM reminder WHERE gov = ?1 AND record = ?2 ORDER BY at, due, stage, role LIMIT ?3",
    .in = "iii", .out = "itti",
};
/* clang-format on */

const struct query *const remind_queries[] = {&q_put, &q_read};
const size_t remind_queries_n = ARRAY_LEN(remind_queries);

int reminder_put(struct tx *tx, int64_t gov, int64_t record, const struct reminder *m)
{
    int64_t n = db_run(tx->db, &q_put, V(gov), V(record), V(m->due), V(m->stage), V(m->role), V(m->at));

    return n < 0 ? (int)n : n > 0;
}

int reminders_read(struct db *db, struct arena *a, int64_t gov, int64_t record, struct reminder **ret, size_t *ret_n)
{
    struct reminder *v = arena_array(a, SHOWN, struct reminder);
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &q_read, V(gov), V(record), V((int64_t)SHOWN));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        v[n++] = (struct reminder){.due = {(int32_t)rows_int(&rows, 0)},
                                   .stage = rows_text(&rows, a, 1),
                                   .role = rows_text(&rows, a, 2),
                                   .at = {rows_int(&rows, 3)}};
        e = 0;
    }
    if (e < 0)
        return e;
    *ret = v;
    *ret_n = n;
    return 0;
}

/* ---- as it is shown ---- */

static const char *role_name(struct req *r, const struct reminder *m)
{
    return T(r, text_printf(r->arena, "role.%s", m->role));
}

static const char *say(struct req *r, const struct reminder *m)
{
    const char *day = say_day_brief(r, instant_date(m->at, r->zone_minutes));

    if (text_eq(m->stage, REMIND_RAISED))
        return T2(r, "remind.raised", role_name(r, m), day);
    return T1(r, text_eq(m->stage, REMIND_LATE) ? "remind.late" : "remind.reminded", day);
}

void reminders_panel(struct req *r, const struct screen *s, const void *row)
{
    const struct record *head = row;
    struct reminder *v;
    size_t n, i;

    if (s->flow == NULL || reminders_read(r->db, r->arena, head->gov, head->id, &v, &n) < 0 || n == 0)
        return;
    html(r, "<p class=\"small\">");
    for (i = 0; i < n; i++)
        html(r, "%s%s", i > 0 ? "; " : "", say(r, &v[i]));
    html(r, "</p>\n");
}

void reminder_tag(struct req *r, int64_t gov, int64_t record)
{
    struct reminder *v;
    size_t n, i;

    if (reminders_read(r->db, r->arena, gov, record, &v, &n) < 0)
        return;
    for (i = n; i > 0; i--)
        if (text_eq(v[i - 1].stage, REMIND_RAISED)) {
            html(r, "<span class=\"small\">%s</span>", T1(r, "remind.raised-tag", role_name(r, &v[i - 1])));
            return;
        }
}
