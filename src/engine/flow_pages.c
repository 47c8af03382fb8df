/*
 * flow_pages.c: the page of a step, and what a record's page shows of its workflow: buttons and clock.
 */
#include "base/date.h"
#include "base/text.h"
#include "engine/acting.h"
#include "engine/history.h"
#include "engine/holiday.h"
#include "engine/refusal.h"
#include "engine/row.h"
#include "engine/task.h"
#include "engine/web.h"
#include "ui/lang.h"
#include "ui/layout.h"

#define REMARK_MAX 2000 /* characters */
#define RADIO_MAX  6

/* One request for a step. */
struct visit_step {
    const struct screen *screen;
    const struct flow *flow; /* the row's own definition */
    const struct record *row;
    const struct flow_step *step;
    const struct flow_choice *choice; /* NULL: not offered */
    const char *reason, *remark;      /* as typed */
    struct ui_error errors[2];
    size_t n_errors;
    int64_t seen; /* revision the person looked at; below the row's when somebody was quicker */
    struct flow_plan plan;
};

/* ---- reading ---- */

static const char *text_of(const struct entity *e, const char *name, const void *row)
{
    const struct field *f = name != NULL ? entity_field(e, name) : NULL;

    return f != NULL && f->type == FIELD_TEXT ? *(const char *const *)((const char *)row + f->offset) : NULL;
}

static const char *detail_path(struct req *r, const struct screen *s, int64_t id)
{
    return url(r, "/kerja/%s/%s/%lld", route_param(r, "gov"), s->slug, (long long)id);
}

static const char *word(const struct req *r, const struct flow *f, const char *verb)
{
    const char *text = flow_word(r, f, verb, "");

    return text != NULL ? text : verb;
}

static const char *state_word(const struct req *r, const struct flow *f, const char *code)
{
    return label_code(r, f->entity, entity_field(f->entity, f->state_field), code);
}

/* 1 when the person may see the record and the step is one of its workflow; 0: 404. */
static int load(struct req *r, struct visit_step *v)
{
    const struct screen *s = screen_of(r);
    const int64_t gov = req_gov(r)->id;
    void *row = arena_alloc(r->arena, s->entity->size);
    const struct flow_choice *choices;
    struct scope scope;
    size_t n, i;
    int e;

    v->screen = s;
    v->row = row;
    v->choice = NULL;
    e = s->flow == NULL ? 0 : row_get(r->db, r->arena, s->entity, gov, route_id(r, "id"), row);
    if (e <= 0)
        return e;
    scope_of(r, screen_permission(r->arena, s, "read"), gov, &scope);
    v->flow = flow_for(s->flow, row);
    v->step = v->flow != NULL ? flow_step(v->flow, route_param(r, "verb")) : NULL;
    if (!scope_holds(&scope, s->entity, row) || v->step == NULL)
        return 0;
    e = flow_choices(r, s->flow, row, &choices, &n);
    for (i = 0; e == 0 && i < n; i++)
        if (choices[i].step == v->step)
            v->choice = &choices[i];
    return e < 0 ? e : 1;
}

/* ---- the page ---- */

static const char *const clock_words[] = {
    [FLOW_RUNS] = "flow.clock-runs", [FLOW_STOPS] = "flow.clock-stops", [FLOW_ENDS] = "flow.clock-ends"};

static void show_outcome(struct req *r, const struct visit_step *v)
{
    const struct flow_state *to = flow_state(v->flow, v->step->to);
    const char *more = flow_word(r, v->flow, v->step->verb, "-text");

    ui_panel_begin(r, T(r, "flow.after"));
    html(r, "<p>%s</p>",
         T2(r, "flow.becomes", state_word(r, v->flow, flow_now(v->flow, v->row)), state_word(r, v->flow, to->code)));
    if (more != NULL)
        html(r, "<p>%s</p>", more);
    if (v->flow->days > 0 || v->flow->days_field != NULL)
        html(r, "<p>%s</p>", T(r, clock_words[to->clock]));
    if (to->days > 0)
        html(r, "<p>%s</p>", T1(r, "flow.stage", say_count(r, to->days)));
    ui_panel_end(r);
}

static const char *error_of(const struct visit_step *v, const char *field)
{
    size_t i;

    for (i = 0; i < v->n_errors; i++)
        if (text_eq(v->errors[i].field, field))
            return v->errors[i].text;
    return NULL;
}

static void show_reasons(struct req *r, const struct visit_step *v)
{
    struct ui_field f = {.name = "alasan", .label = T(r, "flow.reason"), .value = v->reason, .error = error_of(v, "alasan")};
    struct ui_choice *options;
    char **codes;
    size_t n, i;

    if (v->step->reasons == NULL)
        return;
    codes = text_split(r->arena, v->step->reasons, ' ', &n);
    options = arena_array(r->arena, n, struct ui_choice);
    for (i = 0; i < n; i++)
        options[i] = (struct ui_choice){.value = codes[i],
                                        .label = T(r, text_printf(r->arena, "%s.reason-%s", v->flow->name, codes[i]))};
    f.options = options;
    f.n_options = n;
    f.type = n <= RADIO_MAX ? CONTROL_RADIO : CONTROL_SELECT;
    f.choose = n <= RADIO_MAX ? NULL : T(r, "flow.reason-choose");
    ui_field(r, &f);
}

static void show_form(struct req *r, const struct visit_step *v)
{
    const struct ui_field remark = {.type = CONTROL_LONG,
                                    .name = "catatan",
                                    .label = T(r, "flow.remark"),
                                    .hint = T(r, "flow.remark-hint"),
                                    .value = v->remark,
                                    .error = error_of(v, "catatan"),
                                    .optional = !v->step->remark,
                                    .maxlength = REMARK_MAX};
    const struct ui_button buttons[] = {
        {.label = word(r, v->flow, v->step->verb),
         .look = v->step->look == BUTTON_BAD ? BUTTON_BAD_FIRST : BUTTON_FIRST,
         .blocked = v->choice->blocked},
        {.label = T(r, "flow.back"), .href = detail_path(r, v->screen, v->row->id), .look = BUTTON_PLAIN}};

    ui_form_begin(r, NULL, r->http->path, FORM_POST);
    web_once(r);
    ui_hidden(r, "rev", text_printf(r->arena, "%lld", (long long)v->row->rev));
    show_reasons(r, v);
    ui_field(r, &remark);
    ui_buttons(r, buttons, ARRAY_LEN(buttons));
    ui_form_end(r);
}

static const char *changed_fields(struct req *r, const struct entity *e, const struct history *h)
{
    const char *s = "";
    size_t i;

    for (i = 0; i < h->n; i++)
        if (h->changes[i].field != NULL)
            s = text_printf(r->arena, "%s%s%s", s, *s != '\0' ? ", " : "", label_of(r, e, h->changes[i].field));
    return s;
}

/* What others did since the person looked. Values stay on the record's page, where personal ones are masked. */
static int show_quicker(struct req *r, const struct visit_step *v)
{
    struct history *h;
    struct ui_trail_item *items;
    size_t n, i, k = 0;
    int e = history_read(r->db, r->arena, v->screen->entity, v->row->gov, v->row->id, 0, &h, &n);

    if (e < 0)
        return e;
    items = arena_array(r->arena, n + 1, struct ui_trail_item);
    for (i = 0; i < n && h[i].rev > v->seen; i++) {
        const char *done = flow_word(r, v->flow, text_eq(h[i].step, "update") ? "edit" : h[i].step, "-done");

        items[k++] = (struct ui_trail_item){
            .what = done != NULL ? done : h[i].step,
            .when = text_printf(r->arena, "%s · %s", say_moment(r, h[i].at), h[i].by != NULL ? h[i].by : h[i].role),
            .text = T1(r, "flow.changed", changed_fields(r, v->screen->entity, &h[i])),
            .state = TRAIL_NOW};
    }
    ui_note(r, TONE_WARN, T(r, "flow.quicker"), T(r, "flow.quicker-text"));
    ui_trail(r, items, k);
    return 0;
}

static void show(struct req *r, const struct visit_step *v, int status)
{
    const struct entity *e = v->screen->entity;
    const char *title = text_of(e, v->flow->title, v->row), *verb = word(r, v->flow, v->step->verb);
    const struct crumb crumbs[] = {{label_many(r, e), url(r, "/kerja/%s/%s", route_param(r, "gov"), v->screen->slug)},
                                   {title, detail_path(r, v->screen, v->row->id)},
                                   {verb, NULL}};
    struct page p = {.shell = SHELL_WORKSPACE,
                     .title = verb,
                     .wrong = v->n_errors > 0,
                     .crumbs = crumbs,
                     .n_crumbs = ARRAY_LEN(crumbs),
                     .here = crumbs[0].href};
    int result = 0;

    buf_clear(r->out);
    r->http->status = status;
    web_page_begin(r, &p);
    ui_head(r, verb, title, NULL, 0);
    ui_errors(r, v->errors, v->n_errors);
    if (v->seen < v->row->rev)
        result = show_quicker(r, v);
    ui_split_begin(r);
    if (v->choice != NULL) {
        show_form(r, v);
    } else {
        const struct ui_button back = {.label = T(r, "flow.back"), .href = detail_path(r, v->screen, v->row->id)};

        html(r, "<p>%s</p>", T1(r, "flow.gone", state_word(r, v->flow, flow_now(v->flow, v->row))));
        ui_buttons(r, &back, 1);
    }
    ui_split_aside(r);
    if (v->choice != NULL)
        show_outcome(r, v);
    ui_split_end(r);
    page_end(r, &p);
    if (result < 0)
        web_refuse(r, result);
}

/* Not offered: another state is a conflict that is shown, the rest is forbidden. */
static void show_or_refuse(struct req *r, const struct visit_step *v, int status)
{
    if (v->choice == NULL && text_has_word(v->step->from, flow_now(v->flow, v->row)) && v->row->voided_at.v == INSTANT_NONE.v)
        web_refuse(r, E_PERMIT);
    else
        show(r, v, v->choice == NULL ? 409 : status);
}

static struct visit_step *begin(struct req *r)
{
    struct visit_step *v = arena_new(r->arena, struct visit_step);
    int found = load(r, v);

    if (found > 0) {
        v->seen = v->row->rev;
        return v;
    }
    if (found < 0)
        web_refuse(r, found);
    else
        r->http->status = 404;
    return NULL;
}

void flow_step_page(struct req *r)
{
    struct visit_step *v = begin(r);

    if (v != NULL)
        show_or_refuse(r, v, 200);
}

/* ---- taking the step ---- */

static void check(struct req *r, struct visit_step *v)
{
    if (v->step->reasons != NULL && (text_empty(v->reason) || !text_has_word(v->step->reasons, v->reason)))
        v->errors[v->n_errors++] = (struct ui_error){"alasan", T(r, "flow.reason-needed")};
    if (v->step->remark && v->remark[0] == '\0')
        v->errors[v->n_errors++] = (struct ui_error){"catatan", T(r, "flow.remark-needed")};
    else if (strlen(v->remark) > REMARK_MAX)
        v->errors[v->n_errors++] = (struct ui_error){"catatan", T(r, "flow.remark-long")};
}

static int apply(struct tx *tx, void *arg)
{
    struct visit_step *v = arg;
    struct record head;

    return workflow_apply(tx, &v->plan, &head);
}

static void after(struct req *r, void *arg, int result)
{
    struct visit_step *v = arg;

    if (result == 0 || result == E_AGAIN) {
        web_redirect(r, detail_path(r, v->screen, v->row->id));
    } else if (result == E_CONFLICT) {
        int found = load(r, v); /* the row as it is now; v->seen stays */

        if (found > 0)
            show(r, v, 409);
        else
            web_refuse(r, found < 0 ? found : result);
    } else {
        web_refuse(r, result);
    }
}

static void show_forbidden(struct req *r, void *arg)
{
    show_or_refuse(r, arg, 403);
}

static void refuse_step(struct req *r, struct visit_step *v)
{
    const char *why = v->seen == v->row->rev ? refusal_of_step(v->flow, v->step, v->row, v->choice) : NULL;

    acting_as(r, v->choice != NULL ? v->choice->grant : NULL);
    if (why != NULL)
        refusal_note(r, &(struct refusal){.entity = v->screen->entity->name,
                                          .id = v->row->id,
                                          .what = v->step->verb,
                                          .why = why,
                                          .answer = show_forbidden,
                                          .arg = v});
    else
        show_or_refuse(r, v, v->seen != v->row->rev ? 409 : 422);
}

void flow_step_post(struct req *r)
{
    struct visit_step *v = begin(r);
    const char *rev, *remark;
    struct actor_mark *mark;
    int e;

    if (v == NULL)
        return;
    rev = http_form(r->http, "rev");
    remark = http_form(r->http, "catatan");
    v->reason = http_form(r->http, "alasan");
    v->remark = text_trim(r->arena, remark != NULL ? remark : "");
    if (rev == NULL || text_int(rev, 1, INT64_MAX, &v->seen) < 0) {
        web_refuse(r, fail(r, E_INPUT, "web.bad-request"));
        return;
    }
    if (v->choice != NULL && v->seen == v->row->rev)
        check(r, v);
    if (v->choice == NULL || v->seen != v->row->rev || v->n_errors > 0 || v->choice->blocked != NULL) {
        refuse_step(r, v);
        return;
    }
    e = flow_plan(r->db, r->arena, req_gov(r)->zone_minutes, v->screen->flow, v->row, v->step->verb, &v->plan);
    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    mark = web_mark(r);
    acting_as(r, v->choice->grant);
    mark->reason = v->step->reasons != NULL ? v->reason : NULL;
    mark->remark = v->remark[0] != '\0' ? v->remark : NULL;
    web_write(r, apply, v, after, NULL);
}

/* ---- on the record's page ---- */

size_t flow_buttons(struct req *r, const struct screen *s, const void *row, struct ui_button **ret)
{
    const struct record *head = row;
    const struct flow_choice *v;
    struct ui_button *buttons;
    size_t n = 0, i;

    if (s->flow == NULL || flow_choices(r, s->flow, row, &v, &n) < 0)
        return 0;
    buttons = arena_array(r->arena, n, struct ui_button);
    for (i = 0; i < n; i++)
        buttons[i] = (struct ui_button){.label = word(r, s->flow, v[i].step->verb),
                                        .href = url(r, "/kerja/%s/%s/%lld/langkah/%s", route_param(r, "gov"), s->slug,
                                                    (long long)head->id, v[i].step->verb),
                                        .look = v[i].step->look,
                                        .blocked = v[i].blocked};
    *ret = buttons;
    return n;
}

static enum ui_clock_state clock_state(const struct flow_time *t, date today)
{
    if (t->how == FLOW_ENDS)
        return CLOCK_DONE;
    if (!date_is_none(t->stopped))
        return CLOCK_STOPPED;
    if (date_is_none(t->from))
        return CLOCK_WAITING;
    return today.v > t->due.v ? CLOCK_LATE : CLOCK_RUNNING;
}

void flow_clock_panel(struct req *r, const struct screen *s, const void *row)
{
    const struct record *head = row;
    const struct flow *f = s->flow != NULL ? flow_for(s->flow, row) : NULL;
    struct calendar_rule rule = {.known_by = DATE_NONE};
    struct calendar calendar;
    struct flow_kept kept;
    struct ui_clock clock;
    date today = instant_date(r->now, r->zone_minutes), from;

    if (f == NULL || flow_kept(r->db, r->arena, head->gov, head->id, &kept) <= 0 || kept.time.days == 0)
        return;
    rule.joint_leave_counts = f->joint_leave_counts;
    from = flow_time_since(&kept.time);
    if (calendar_of(r->db, r->arena, head->gov, date_is_none(from) ? today : from, &rule, &calendar) < 0)
        return;
    clock = (struct ui_clock){.used = (int)flow_time_used(&kept.time, &calendar, today),
                              .total = (int)kept.time.days,
                              .state = clock_state(&kept.time, today),
                              .due = kept.time.due,
                              .since = kept.time.stopped,
                              .soon = !date_is_none(kept.time.stage_due) && kept.time.stage_due.v <= today.v};
    html(r, "<div class=\"panel\">");
    ui_clock(r, &clock);
    if (!date_is_none(kept.time.stage_due))
        html(r, "<p class=\"mute small\">%s</p>", T1(r, "flow.stage-due", say_weekday(r, kept.time.stage_due)));
    if (!date_is_none(kept.time.promised) && !date_is_none(kept.time.due))
        html(r, "<p class=\"small\">%s</p>", T2(r, "flow.promised", say_day(r, kept.time.promised), say_day(r, kept.time.due)));
    html(r, "</div>");
}
