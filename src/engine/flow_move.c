/*
 * flow_move.c: steps in the writer: row, history, leaf, clock, task and event together.
 *
 * Not for: who may (flow_choice.c).
 */
#include "base/date.h"
#include "base/text.h"
#include "engine/app.h"
#include "engine/cause.h"
#include "engine/holiday.h"
#include "engine/job.h"
#include "engine/row.h"
#include "engine/task.h"
#include "os/os.h"

/* clang-format off */
static const struct query q_kept = {
    .name = "flow.kept",
    .sql = "SELECT seq, entered_at, how, days, used, since, stopped, due, stage_days, stage_since, stage_due, promised, ended, took, "
           "task_agency, task_due FROM flow_clock WHERE gov = ?1 AND record = ?2",
    .in = "ii", .out = "iiiiiiiiiiiiitii",
};
static const struct query q_keep = {
    .name = "flow.keep",
    .sql = "INSERT INTO flow_clock (gov, record, seq, entered_at, how, days, used, since, stopped, due, stage_days, stage_since, "
           "stage_due, promised, ended, took, task_agency, task_due) "
           "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
    .in = "iiiiiiiiiiiiiiitii", .out = "",
};
static const struct query q_keep_again = {
    .name = "flow.keep-again",
    .sql = "UPDATE flow_clock SET seq = ?3, entered_at = ?4, how = ?5, days = ?6, used = ?7, since = ?8, stopped = ?9, due = ?10, "
           "stage_days = ?11, stage_since = ?12, stage_due = ?13, promised = ?14, ended = ?15, took = ?16, task_agency = ?17, "
           "task_due = ?18 WHERE gov = ?1 AND record = ?2 AND seq = ?19",
    .in = "iiiiiiiiiiiiiiitiii", .out = "",
};
/* clang-format on */

const struct query *const flow_move_queries[] = {&q_kept, &q_keep, &q_keep_again};
const size_t flow_move_queries_n = ARRAY_LEN(flow_move_queries);

#define ZONE_USUAL 420 /* WIB */

/* ---- fields of the row ---- */

static void *place_of(const struct entity *e, const char *name, enum field_type type, void *row)
{
    const struct field *f = name != NULL ? entity_field(e, name) : NULL;

    return f != NULL && f->type == type ? (char *)row + f->offset : NULL;
}

static const void *value_of(const struct entity *e, const char *name, enum field_type type, const void *row)
{
    const struct field *f = name != NULL ? entity_field(e, name) : NULL;

    return f != NULL && f->type == type ? (const char *)row + f->offset : NULL;
}

static ref ref_of(const struct entity *e, const char *name, const void *row)
{
    const ref *v = value_of(e, name, FIELD_REF, row);

    return v != NULL ? *v : REF_NONE;
}

static const char *text_of(const struct entity *e, const char *name, const void *row)
{
    const char *const *v = value_of(e, name, FIELD_TEXT, row);

    return v != NULL ? *v : NULL;
}

/* The limit of this record: its own field's, else what it began with. */
static int64_t days_of(const struct flow *f, const void *row, int64_t usual)
{
    const int64_t *own = value_of(f->entity, f->days_field, FIELD_INT, row);

    return own != NULL && *own != INT_NONE && *own > 0 ? *own : usual;
}

static void set_due(const struct flow *f, const struct flow_time *t, void *row)
{
    date *due = place_of(f->entity, f->due_field, FIELD_DATE, row);

    if (due != NULL && t->how != FLOW_ENDS) /* the date a decision was measured by stays with it */
        *due = t->due;
}

static struct record *copy_of(struct tx *tx, const struct entity *e, const void *row)
{
    return memcpy(arena_alloc(tx->arena, e->size), row, e->size);
}

/* ---- what is kept ---- */

static date date_at(const struct rows *rows, int col)
{
    return rows_null(rows, col) ? DATE_NONE : (date){(int32_t)rows_int(rows, col)};
}

int flow_kept(struct db *db, struct arena *a, int64_t gov, int64_t record, struct flow_kept *ret)
{
    int found;

    AUTO_ROWS struct rows rows;

    found = db_select(&rows, db, &q_kept, V(gov), V(record));
    if (found == 0)
        found = rows_next(&rows);
    if (found <= 0)
        return found;
    *ret = (struct flow_kept){
        .there = true,
        .seq = rows_int(&rows, 0),
        .entered = {rows_int(&rows, 1)},
        .time = {.how = (enum flow_clock)rows_int(&rows, 2),
                 .days = rows_int(&rows, 3),
                 .used = rows_int(&rows, 4),
                 .from = date_at(&rows, 5),
                 .stopped = date_at(&rows, 6),
                 .due = date_at(&rows, 7),
                 .stage_days = rows_int(&rows, 8),
                 .stage_from = date_at(&rows, 9),
                 .stage_due = date_at(&rows, 10),
                 .promised = date_at(&rows, 11),
                 .ended = date_at(&rows, 12)},
        .took = rows_text(&rows, a, 13),
        .task_agency = rows_null(&rows, 14) ? 0 : rows_int(&rows, 14),
        .task_due = date_at(&rows, 15),
    };
    return 1;
}

/* Stores it as the one after k->seq, which must still be there. */
static int keep(struct tx *tx, const struct record *head, const struct flow_kept *k)
{
    const struct flow_time *t = &k->time;
    const struct val in[] = {V(head->gov),    V(head->id),        V(k->there ? k->seq + 1 : (int64_t)1),
                             V(k->entered),   V((int64_t)t->how), V(t->days),
                             V(t->used),      V(t->from),         V(t->stopped),
                             V(t->due),       V(t->stage_days),   V(t->stage_from),
                             V(t->stage_due), V(t->promised),     V(t->ended),
                             V(k->took),      V(k->task_agency),  V(k->task_due),
                             V(k->seq)};

    return k->there ? db_send_(tx->db, &q_keep_again, true, in, ARRAY_LEN(in))
                    : db_send_(tx->db, &q_keep, true, in, ARRAY_LEN(in) - 1);
}

static int drop_task(struct tx *tx, const struct record *head, struct flow_kept *k)
{
    int e = 0;

    if (!date_is_none(k->task_due))
        e = task_drop(tx, head->gov, k->task_agency, k->task_due, head->id);
    k->task_due = DATE_NONE;
    k->task_agency = 0;
    return e;
}

/* What ends first: the clock, or the day that was promised; *ret_days: of the limit, 0 when it is none of the clock's. */
static date next_of(const struct flow *f, const void *row, const struct flow_time *t, int64_t *ret_days)
{
    const struct flow_state *now = flow_state(f, flow_now(f, row));
    const date *deadline = now->by_deadline ? value_of(f->entity, f->deadline_field, FIELD_DATE, row) : NULL;
    date next = flow_time_next(t);

    *ret_days = next.v == t->stage_due.v ? t->stage_days : t->days;
    if (deadline == NULL || date_is_none(*deadline) || (!date_is_none(next) && next.v <= deadline->v))
        return next;
    *ret_days = 0;
    return *deadline;
}

static date task_due_of(const struct flow *f, const void *row, const struct flow_time *t)
{
    int64_t days;
    date next = next_of(f, row, t, &days);

    return date_is_none(next) ? TASK_NEVER : next;
}

static int put_task(struct tx *tx, const struct flow *f, const void *row, struct flow_kept *k)
{
    const struct entity *e = f->entity;
    const struct record *head = row;
    int64_t days;
    date next = next_of(f, row, &k->time, &days);
    struct task t = {.gov = head->gov,
                     .agency = ref_of(e, e->agency, row).v,
                     .due = date_is_none(next) ? TASK_NEVER : next,
                     .record = head->id,
                     .kind = task_kind(tx->arena, f, flow_now(f, row)),
                     .title = text_of(e, f->title, row),
                     .about = text_of(e, f->about, row),
                     .unit = ref_of(e, e->unit, row),
                     .place = ref_of(e, e->place, row),
                     .since = k->entered,
                     .days = days,
                     .stopped = k->time.stopped,
                     .took = k->took};
    bool owner;

    task_audience(tx->app, f, flow_now(f, row), &t.wide, &owner);
    if (owner)
        t.owner = ref_of(e, e->owner, row);
    k->task_agency = t.agency;
    k->task_due = t.due;
    return task_put(tx, &t);
}

/* The line of the tasks and the clock, after the row was written. */
static int settle(struct tx *tx, const struct flow *f, const void *row, struct flow_kept *k)
{
    const struct record *head = row;
    int e = drop_task(tx, head, k);

    if (e == 0 && k->time.how != FLOW_ENDS)
        e = put_task(tx, f, row, k);
    return e < 0 ? e : keep(tx, head, k);
}

/* ---- planning ---- */

static struct calendar_rule rule_of(const struct flow *f)
{
    return (struct calendar_rule){.joint_leave_counts = f->joint_leave_counts, .known_by = DATE_NONE};
}

/* From where the clock needs it; one day earlier than today, should the writer's clock and ours differ. */
static int calendar_for(struct db *db, struct arena *a, const struct flow *f, int64_t gov, const struct flow_time *t,
                        date today, struct calendar *ret)
{
    const struct calendar_rule rule = rule_of(f);
    date from = flow_time_since(t);

    return calendar_of(db, a, gov, date_is_none(from) ? date_add_days(today, -1) : from, &rule, ret);
}

int flow_plan(struct db *db, struct arena *a, int zone_minutes, const struct flow *f, const void *row, const char *verb,
              struct flow_plan *ret)
{
    const struct record *head = row;
    struct flow_plan p = {.flow = flow_for(f, row), .row = row, .zone_minutes = zone_minutes};
    int e;

    if (p.flow == NULL || head->voided_at.v != INSTANT_NONE.v)
        return E_STATE;
    p.step = flow_step(p.flow, verb);
    if (p.step == NULL || !text_has_word(p.step->from, flow_now(p.flow, row)))
        return E_STATE;
    e = flow_kept(db, a, head->gov, head->id, &p.kept);
    if (e == 0)
        p.kept = (struct flow_kept){.time = flow_time_new(p.flow->days), .took = "", .task_due = DATE_NONE};
    if (e >= 0)
        e = calendar_for(db, a, p.flow, head->gov, &p.kept.time, instant_date(os_now(), zone_minutes), &p.calendar);
    if (e < 0)
        return e;
    *ret = p;
    return 0;
}

/* ---- writing ---- */

static struct actor_mark mark_of(const struct tx *tx)
{
    const struct actor_mark *mark = tx->actor;

    return mark != NULL ? *mark : (struct actor_mark){.role = "system"};
}

/* What was done for somebody else counts for both. */
static const char *took_by(struct tx *tx, const char *took, const char *verb, const struct actor_mark *mark)
{
    took = task_took_add(tx->arena, took, verb, mark->user);
    return task_took_add(tx->arena, took, verb, mark->behalf.user);
}

static int zone_of(struct tx *tx, int64_t gov)
{
    if (tx->app == NULL)
        return ZONE_USUAL;
    return tx->app->zone_of != NULL ? tx->app->zone_of(tx->db, gov) : tx->app->zone_minutes;
}

static int tell(struct tx *tx, const struct flow *f, const struct record *head, const char *what, const char *verb)
{
    const struct cause c = {
        .gov = head->gov, .record = head->id, .entity = f->entity->name, .what = what, .word = verb, .due = DATE_NONE};

    return cause_add(tx, &c);
}

/* The step itself, with the mark in place. */
static int take_step(struct tx *tx, const struct flow_plan *plan, const struct actor_mark *mark, struct record *ret_head)
{
    const struct flow *f = plan->flow;
    const struct flow_step *step = plan->step;
    const struct flow_state *to = flow_state(f, step->to);
    struct record *after = copy_of(tx, f->entity, plan->row);
    struct flow_kept kept = plan->kept;
    int e;

    ((state *)place_of(f->entity, f->state_field, FIELD_STATE, after))->v = to->code;
    e = step->effect != NULL ? step->effect(tx, after) : 0;
    if (e < 0)
        return e;
    kept.time.days = days_of(f, after, kept.time.days);
    flow_time_enter(&kept.time, &plan->calendar, to->clock, to->days, instant_date(tx->now, plan->zone_minutes));
    kept.entered = tx->now;
    kept.took = took_by(tx, kept.took, step->verb, mark);
    set_due(f, &kept.time, after);
    e = row_update(tx, f->entity, plan->row, after, ret_head);
    if (e < 0)
        return e;
    *after = *ret_head;
    e = settle(tx, f, after, &kept);
    if (e == 0)
        e = tell(tx, f, after, CAUSE_STEP, step->verb);
    return e == 0 && step->event != NULL ? event_emit(tx, step->event, f->entity, after) : e;
}

int workflow_apply(struct tx *tx, const struct flow_plan *plan, struct record *ret_head)
{
    void *before = tx->actor;
    struct actor_mark mark = mark_of(tx);
    int e;

    mark.step = plan->step->verb;
    tx->actor = &mark;
    e = take_step(tx, plan, &mark, ret_head);
    tx->actor = before;
    return e;
}

int workflow_move(struct tx *tx, const struct flow *f, const void *row, const char *verb, struct record *ret_head)
{
    struct flow_plan plan;
    int e = flow_plan(tx->db, tx->arena, zone_of(tx, ((const struct record *)row)->gov), f, row, verb, &plan);

    return e < 0 ? e : workflow_apply(tx, &plan, ret_head);
}

int workflow_begin(struct tx *tx, const struct flow *f, const void *row, struct record *ret_head)
{
    struct record *head = copy_of(tx, f->entity, row);
    state *now = place_of(f->entity, f->state_field, FIELD_STATE, head);
    int64_t *version = place_of(f->entity, "flow_version", FIELD_INT, head);
    const struct flow_state *first;
    struct flow_kept kept = {.took = "", .task_due = DATE_NONE, .entered = tx->now};
    date today = instant_date(tx->now, zone_of(tx, head->gov));
    struct calendar calendar = {.last = DATE_NONE};
    struct actor_mark mark;
    int e = 0;

    if (now->v == NULL)
        now->v = f->states[0].code;
    if (version != NULL)
        *version = f->version;
    first = flow_state(f, now->v);
    if (first == NULL)
        return E_INPUT;
    kept.time = flow_time_new(days_of(f, head, f->days));
    if (first->clock == FLOW_RUNS && (kept.time.days > 0 || first->days > 0))
        e = calendar_for(tx->db, tx->arena, f, head->gov, &kept.time, today, &calendar);
    if (e < 0)
        return e;
    flow_time_enter(&kept.time, &calendar, first->clock, first->days, today);
    mark = mark_of(tx);
    kept.took = took_by(tx, kept.took, "create", &mark);
    set_due(f, &kept.time, head);
    e = row_insert(tx, f->entity, head, ret_head);
    if (e < 0)
        return e;
    *head = *ret_head;
    e = settle(tx, f, head, &kept);
    return e < 0 ? e : tell(tx, f, head, CAUSE_CREATE, NULL);
}

int workflow_edit(struct tx *tx, const struct flow *f, const void *before, const void *row, struct record *ret_head)
{
    struct record *after = copy_of(tx, f->entity, row);
    struct actor_mark mark;
    struct flow_kept kept;
    int e = row_update(tx, f->entity, before, row, ret_head);

    if (e < 0)
        return e;
    *after = *ret_head;
    e = flow_kept(tx->db, tx->arena, after->gov, after->id, &kept);
    f = flow_for(f, row);
    if (e <= 0 || f == NULL)
        return e;
    mark = mark_of(tx);
    kept.took = took_by(tx, kept.took, "edit", &mark);
    return settle(tx, f, after, &kept);
}

int workflow_void(struct tx *tx, const struct flow *f, const void *row, struct record *ret_head)
{
    const struct record *head = row;
    struct flow_kept kept;
    int e = row_void(tx, f->entity, row, ret_head);

    if (e == 0)
        e = flow_kept(tx->db, tx->arena, head->gov, head->id, &kept);
    if (e <= 0)
        return e;
    kept.time.how = FLOW_ENDS;
    kept.time.from = kept.time.stopped = kept.time.due = kept.time.stage_from = kept.time.stage_due = DATE_NONE;
    kept.time.ended = instant_date(tx->now, zone_of(tx, head->gov));
    return settle(tx, f, row, &kept);
}

int workflow_again(struct tx *tx, const struct flow *f, int64_t gov, int64_t record)
{
    static const struct actor_mark machine = {.role = "system", .step = "recompute"};
    void *before = tx->actor;
    struct record *row = arena_alloc(tx->arena, f->entity->size), *after;
    const struct calendar_rule rule = rule_of(f);
    struct flow_kept kept;
    struct calendar calendar;
    bool moved = false;
    int e = flow_kept(tx->db, tx->arena, gov, record, &kept);

    if (e > 0 && !date_is_none(flow_time_since(&kept.time))) {
        e = calendar_of(tx->db, tx->arena, gov, flow_time_since(&kept.time), &rule, &calendar);
        moved = e == 0 && flow_time_again(&kept.time, &calendar);
        e = e < 0 ? e : 1;
    }
    if (e <= 0 || (!moved && f->deadline_field == NULL))
        return e < 0 ? e : 0;
    e = row_get(tx->db, tx->arena, f->entity, gov, record, row);
    if (e <= 0 || (!moved && kept.task_due.v == task_due_of(f, row, &kept.time).v))
        return e < 0 ? e : 0;
    after = copy_of(tx, f->entity, row);
    set_due(f, &kept.time, after);
    if (memcmp(after, row, f->entity->size) != 0) {
        (void)actor_act(tx, &machine);
        e = row_update(tx, f->entity, row, after, after);
        tx->actor = before;
    }
    e = e < 0 ? e : settle(tx, f, after, &kept);
    return e < 0 ? e : 1;
}
