/*
 * remind_job.c: every night: reminders before something is due, on the day and when it is late, and raising it to the roles
 * above, one after the other.
 *
 * It walks the tasks by their key, as the job of deadlines does. What a clock does not count (it waits for the applicant) is
 * not reminded of. Each stage is noted once a due date, so a job that runs twice or goes on after a crash tells nobody twice;
 * after nights without server only the present stage is told. A role above that nobody holds is passed over. Days are working
 * days of the government, their numbers are parameters (remind-early-days, remind-days, raise-days), the roles stand in the
 * workflow.
 */
#include "base/date.h"
#include "base/text.h"
#include "core/notice/notice.h"
#include "core/notice/query.h"
#include "core/notice/remind_job.h"
#include "engine/flow.h"
#include "engine/holiday.h"
#include "engine/remind.h"
#include "engine/row.h"
#include "engine/task.h"

#define SLICE     100
#define BACK_DAYS 400 /* what has been late for longer than that has been raised to the last */
#define AHEAD     90  /* days that are looked ahead: more than the most of the parameter */
#define ROLES_MAX 8

/* clang-format off */
const struct query q_remind_tasks = {
    .name = "remind.tasks",
    .sql = "SELECT gov, agency, due, record, kind FROM task WHERE (gov, agency, due, record) > (?1, ?2, ?3, ?4) "
           "AND due <= ?5 AND stopped IS NULL ORDER BY gov, agency, due, record LIMIT ?6",
    .in = "iiiiii", .out = "iiiit",
};
/* clang-format on */

/* What holds for one government on one night. */
struct night {
    int64_t gov;
    bool joint;
    date today;
    struct calendar calendar;
    int64_t early, soon, raise;
};

/* ---- reading ---- */

static int read_slice(struct tx *tx, const struct task_line *from, date until, struct task_line *v, size_t *ret_n)
{
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, tx->db, &q_remind_tasks, V(from->gov), V(from->agency), V(from->due), V(from->record), V(until),
                  V((int64_t)SLICE));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        v[n++] = (struct task_line){rows_int(&rows, 0), rows_int(&rows, 1), rows_int(&rows, 2), rows_int(&rows, 3),
                                    rows_text(&rows, tx->arena, 4)};
        e = 0;
    }
    *ret_n = n;
    return e;
}

/* The workflow and the screen of "licence.2.filed", and the state when its clock runs. */
static const struct flow *flow_of(const struct tx *tx, const char *kind, const struct screen **ret_screen)
{
    const struct app *app = tx->app;
    size_t m, k, i;

    for (m = 0; m < app->n_modules; m++)
        for (k = 0; k < app->modules[m]->n_screens; k++) {
            const struct screen *s = app->modules[m]->screens[k];
            const struct flow *f;

            for (f = s->flow; f != NULL; f = f->older)
                for (i = 0; i < f->n_states; i++)
                    if (text_eq(kind, task_kind(tx->arena, f, f->states[i].code))) {
                        *ret_screen = s;
                        return f->states[i].clock == FLOW_RUNS ? f : NULL;
                    }
        }
    return NULL;
}

static int number(struct tx *tx, int64_t gov, int which, date day, int64_t *ret)
{
    struct param_value v;
    int e = param_on(tx->db, tx->arena, gov, &notice_params[which], day, &v);

    if (e >= 0)
        *ret = v.value;
    return e < 0 ? e : 0;
}

static int night_of(struct tx *tx, const struct flow *f, int64_t gov, struct night *ret)
{
    const struct calendar_rule rule = {.joint_leave_counts = f->joint_leave_counts, .known_by = DATE_NONE};
    struct night n = {.gov = gov, .joint = f->joint_leave_counts};
    int e;

    if (ret->gov == gov && ret->joint == n.joint)
        return 0;
    n.today = instant_date(tx->now, tx->app->zone_of != NULL ? tx->app->zone_of(tx->db, gov) : tx->app->zone_minutes);
    e = calendar_of(tx->db, tx->arena, gov, date_add_days(n.today, -BACK_DAYS), &rule, &n.calendar);
    if (e == 0)
        e = number(tx, gov, NOTICE_REMIND_EARLY, n.today, &n.early);
    if (e == 0)
        e = number(tx, gov, NOTICE_REMIND_DAYS, n.today, &n.soon);
    if (e == 0)
        e = number(tx, gov, NOTICE_RAISE_DAYS, n.today, &n.raise);
    if (e < 0)
        return e;
    *ret = n;
    return 0;
}

static int64_t working_days(const struct night *n, date from, date to)
{
    const date first = date_add_days(n->today, -BACK_DAYS);

    return calendar_between(&n->calendar, from.v < first.v ? first : from, to);
}

/* ---- one line ---- */

struct past {
    struct reminder *v;
    size_t n;
};

/* When it was raised to the role for this due date; DATE_NONE: never. */
static date raised_on(const struct past *p, date due, const char *role, int zone)
{
    size_t i;

    for (i = 0; i < p->n; i++)
        if (p->v[i].due.v == due.v && text_eq(p->v[i].stage, REMIND_RAISED) && text_eq(p->v[i].role, role))
            return instant_date(p->v[i].at, zone);
    return DATE_NONE;
}

static int note(struct tx *tx, const struct task_line *x, const struct screen *s, const char *stage, const char *role,
                const char *what)
{
    const struct reminder m = {.due = {(int32_t)x->due}, .stage = stage, .role = role, .at = tx->now};
    const struct cause c = {.gov = x->gov,
                            .record = x->record,
                            .entity = s->entity->name,
                            .what = what,
                            .word = *role != '\0' ? role : NULL,
                            .due = m.due};
    int e = reminder_put(tx, x->gov, x->record, &m);

    return e > 0 ? cause_add(tx, &c) : e;
}

static int is_held(struct tx *tx, const char *role, const struct task_line *x)
{
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, tx->db, &q_tell_holders, V(x->gov), V(x->agency), V(text_printf(tx->arena, " %s ", role)),
                  V((int64_t)1));
    return e < 0 ? e : rows_next(&rows);
}

/* To the first role above that does not have it yet, when the one before has had it for long enough. */
static int raise_it(struct tx *tx, const struct night *n, const struct task_line *x, const struct screen *s,
                    const struct flow *f)
{
    const int zone = tx->app->zone_of != NULL ? tx->app->zone_of(tx->db, x->gov) : tx->app->zone_minutes;
    struct past p;
    date since = {(int32_t)x->due};
    char **codes;
    size_t count, i;
    int e = reminders_read(tx->db, tx->arena, x->gov, x->record, &p.v, &p.n);

    if (e < 0 || f->raised_to == NULL)
        return e;
    codes = text_split(tx->arena, f->raised_to, ' ', &count);
    for (i = 0; i < count; i++) {
        date had = raised_on(&p, (date){(int32_t)x->due}, codes[i], zone);

        if (!date_is_none(had)) {
            since = had;
            continue;
        }
        if (working_days(n, since, n->today) < n->raise)
            return 0;
        e = is_held(tx, codes[i], x);
        if (e != 0)
            return e < 0 ? e : note(tx, x, s, REMIND_RAISED, codes[i], CAUSE_RAISED);
    }
    return 0;
}

static int remind(struct tx *tx, const struct task_line *x, struct night *n)
{
    const struct screen *s = NULL;
    const struct flow *f = flow_of(tx, x->kind, &s);
    const date due = {(int32_t)x->due};
    int64_t left;
    int e = f != NULL ? night_of(tx, f, x->gov, n) : 0;

    if (e < 0 || f == NULL)
        return e;
    if (due.v == n->today.v)
        return note(tx, x, s, REMIND_TODAY, "", CAUSE_TODAY);
    if (due.v < n->today.v) {
        e = note(tx, x, s, REMIND_LATE, "", CAUSE_LATE);
        return e < 0 ? e : raise_it(tx, n, x, s, f);
    }
    left = working_days(n, n->today, due);
    if (left <= n->soon)
        return note(tx, x, s, REMIND_SOON, "", CAUSE_SOON);
    return left <= n->early ? note(tx, x, s, REMIND_EARLY, "", CAUSE_SOON) : 0;
}

/* ---- the job ---- */

int remind_slice(struct tx *tx, struct job *job)
{
    struct task_line *v = arena_array(tx->arena, SLICE, struct task_line), from;
    struct night night = {.gov = -1};
    void *before = tx->actor;
    size_t n = 0, i;
    int e = task_line_parse(tx->arena, job->place, &from);

    if (e == 0)
        e = read_slice(tx, &from, date_add_days(instant_date(tx->now, tx->app->zone_minutes), AHEAD), v, &n);
    tx->actor = NULL; /* the machine reminds */
    for (i = 0; i < n && e >= 0; i++)
        e = remind(tx, &v[i], &night);
    tx->actor = before;
    if (e < 0)
        return e;
    job->done += (int64_t)n;
    if (n > 0)
        job->place = text_printf(tx->arena, "%lld %lld %lld %lld", (long long)v[n - 1].gov, (long long)v[n - 1].agency,
                                 (long long)v[n - 1].due, (long long)v[n - 1].record);
    return n == SLICE;
}
