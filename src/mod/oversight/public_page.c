/*
 * public_page.c: the action plan for everybody: each open or closed plan that was handed in, its actions by area, without
 * login and without a person's name. What is an example says so.
 */
#include "base/date.h"
#include "base/text.h"
#include "engine/list.h"
#include "engine/web.h"
#include "mod/oversight/oversight.h"

#define PLANS_SHOWN 10
#define ITEMS_MAX   500 /* of a plan; the list for staff has pages, this table has none */

enum { NUMBER, ACTION, OUTPUT, OWNERS, DEADLINE, TARGET, PROGRESS, STATUS, COLUMNS };

struct items {
    struct action_item *v;
    size_t n;
};

/* The text of a row that outlives the lot it was read in. */
static int keep(void *arg, struct arena *a, const void *const *rows, size_t n)
{
    struct items *to = arg;
    size_t i;

    (void)a;
    for (i = 0; i < n && to->n < ITEMS_MAX; i++)
        to->v[to->n++] = *(const struct action_item *)rows[i];
    return 0;
}

static int by_area(const void *x, const void *y)
{
    const struct action_item *a = x, *b = y;
    int areas = strcmp(a->area, b->area);

    if (areas != 0)
        return areas;
    if (a->number != b->number)
        return a->number < b->number ? -1 : 1;
    return a->head.id < b->head.id ? -1 : 1;
}

/* All actions of a plan, a page of the list after the other so that they live in the request's arena. */
static int read_items(struct req *r, int64_t plan, struct items *ret)
{
    struct list_ask ask = {.entity = &action_item_entity,
                           .scope = scope_all(req_gov(r)->id),
                           .filters = {{entity_field(&action_item_entity, "plan"), LIST_IS, V(plan)}},
                           .n_filters = 1,
                           .limit = LIST_PAGE_MAX};
    struct list_rows rows;
    int e;

    ret->v = arena_array(r->arena, ITEMS_MAX, struct action_item);
    ret->n = 0;
    do {
        e = list_read(r->db, r->arena, &ask, &rows);
        if (e == 0)
            e = keep(ret, r->arena, rows.v, rows.n);
        ask.cursor = rows.next;
    } while (e == 0 && ask.cursor != NULL && ret->n < ITEMS_MAX);
    if (e == 0 && ret->n > 0)
        qsort(ret->v, ret->n, sizeof *ret->v, by_area);
    return e;
}

/* ---- one plan ---- */

/* Of a plan of the past a source may tell what was promised and nothing of what came of it: then nothing is counted. */
static bool is_untold(const struct action_plan *plan, const struct items *items)
{
    size_t i;

    for (i = 0; i < items->n; i++)
        if (items->v[i].progress != INT_NONE || !text_eq(items->v[i].status.v, "planned"))
            return false;
    return text_eq(plan->origin.v, "source");
}

struct standing {
    int64_t accepted, running, late;
};

static struct standing standing_of(const struct req *r, const struct items *items)
{
    date today = instant_date(r->now, r->zone_minutes);
    struct standing s = {0};
    size_t i;

    for (i = 0; i < items->n; i++) {
        s.accepted += text_eq(items->v[i].status.v, "accepted");
        s.running += text_has_word("in_progress claimed_done checked", items->v[i].status.v);
        s.late += action_late(&items->v[i], today);
    }
    return s;
}

static void put_counts(struct req *r, const struct items *items)
{
    struct standing s = standing_of(r, items);

    html(r, "<p><b>%s</b> · %s · %s</p>\n",
         T2(r, "action.count-accepted", say_count(r, s.accepted), say_count(r, (int64_t)items->n)),
         T1(r, "action.count-running", say_count(r, s.running)), T1(r, "action.count-late", say_count(r, s.late)));
}

static void put_item(struct req *r, const struct ui_table *t, const struct action_item *x)
{
    const char *unknown = T(r, "action.unknown");

    ui_row_begin(r, false);
    ui_cell(r, t, NUMBER, x->number != INT_NONE ? say_count(r, x->number) : "");
    ui_cell_begin(r, t, ACTION);
    html(r, "%s", x->action);
    if (text_eq(x->origin.v, "example"))
        ui_sub(r, T(r, "action.example"));
    ui_cell_end(r, t, ACTION);
    ui_cell(r, t, OUTPUT, text_empty(x->output) ? unknown : x->output);
    ui_cell(r, t, OWNERS, text_empty(x->owners) ? unknown : x->owners);
    ui_cell_begin(r, t, DEADLINE);
    action_deadline_cell(r, x);
    ui_cell_end(r, t, DEADLINE);
    ui_cell(r, t, TARGET, action_percent(r, x->target));
    ui_cell(r, t, PROGRESS, action_percent(r, x->progress));
    ui_cell_begin(r, t, STATUS);
    action_status_cell(r, x);
    ui_cell_end(r, t, STATUS);
    ui_row_end(r);
}

static const char *label(struct req *r, const char *field)
{
    return label_of(r, &action_item_entity, entity_field(&action_item_entity, field));
}

static void put_table(struct req *r, const struct action_plan *plan, const struct items *items)
{
    const struct ui_column columns[COLUMNS] = {
        [NUMBER] = {.label = label(r, "number"), .num = true},
        [ACTION] = {.label = label(r, "action"), .head = true},
        [OUTPUT] = {.label = label(r, "output")},
        [OWNERS] = {.label = label(r, "owners")},
        [DEADLINE] = {.label = label(r, "deadline")},
        [TARGET] = {.label = label(r, "target"), .num = true},
        [PROGRESS] = {.label = label(r, "progress"), .num = true},
        [STATUS] = {.label = label(r, "status")},
    };
    const struct ui_table t = {.caption = plan->title, .columns = columns, .n = COLUMNS, .fold = true};
    size_t i;

    ui_table_begin(r, &t);
    for (i = 0; i < items->n; i++) {
        if (i == 0 || !text_eq(items->v[i].area, items->v[i - 1].area))
            ui_row_group(r, &t, items->v[i].area);
        put_item(r, &t, &items->v[i]);
    }
    ui_table_end(r, &t);
}

static const char *decree_of(struct req *r, const struct action_plan *plan)
{
    if (plan->decree_no != NULL)
        return plan->decree_no;
    return T(r, text_eq(plan->origin.v, "example") ? "action.example" : "action.decree-unknown");
}

static int put_plan(struct req *r, const struct action_plan *plan)
{
    const struct field *status = entity_field(&action_plan_entity, "status");
    struct items items;
    int e = read_items(r, plan->head.id, &items);

    if (e < 0)
        return e;
    ui_section_begin(r, plan->code, plan->title);
    if (text_eq(plan->origin.v, "example"))
        ui_note(r, TONE_WARN, T(r, "action.example"), T(r, "action.example-text"));
    html(r, "<p>%lld · %s · %s</p>\n", (long long)plan->year, label_code(r, &action_plan_entity, status, plan->status.v),
         decree_of(r, plan));
    if (plan->source != NULL)
        html(r, "<p class=\"small mute\">%s</p>\n", T1(r, "action.source-of", plan->source));
    if (items.n > 0) {
        if (is_untold(plan, &items))
            html(r, "<p><b>%s</b></p>\n", T1(r, "action.untold", say_count(r, (int64_t)items.n)));
        else
            put_counts(r, &items);
        put_table(r, plan, &items);
    } else {
        html(r, "<p class=\"mute\">%s</p>\n", T(r, "action.none"));
    }
    ui_section_end(r);
    return 0;
}

/* ---- the page ---- */

static int read_plans(struct req *r, struct list_rows *ret)
{
    const struct list_ask ask = {.entity = &action_plan_entity,
                                 .scope = scope_all(req_gov(r)->id),
                                 .order = entity_field(&action_plan_entity, "year"),
                                 .descending = true,
                                 .limit = PLANS_SHOWN};

    return list_read(r->db, r->arena, &ask, ret);
}

static bool is_public(const struct action_plan *p)
{
    return !text_eq(p->status.v, "draft");
}

void action_public_page(struct req *r)
{
    struct page p = {.shell = SHELL_PUBLIC, .title = T(r, "action.public"), .landscape = true};
    struct list_rows plans;
    size_t i, shown = 0;
    int e;

    if (req_gov(r)->id == 0) {
        r->http->status = 404;
        return;
    }
    e = read_plans(r, &plans);
    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    web_page_begin(r, &p);
    ui_head(r, p.title, T(r, "action.public-line"), NULL, 0);
    for (i = 0; e == 0 && i < plans.n; i++)
        if (is_public(plans.v[i])) {
            e = put_plan(r, plans.v[i]);
            shown++;
        }
    if (e < 0)
        html(r, "<p>%s</p>\n", T(r, "form.unread"));
    else if (shown == 0)
        state_empty(r, T(r, "action.no-plan"), T(r, "action.no-plan-text"), NULL);
    page_end(r, &p);
    if (r->actor == NULL)
        r->http->cache = HTTP_CACHE_PUBLIC;
}

/* ---- on the first page of the government ---- */

static void put_home(struct req *r, const struct action_plan *plan, const struct items *items)
{
    const struct standing s = standing_of(r, items);
    const char *page = url(r, "/%s/renaksi", req_gov(r)->slug);
    const struct ui_figure v[] = {
        {.label = T(r, "action.home-accepted"),
         .number = say_count(r, s.accepted),
         .context = T1(r, "action.home-of", say_count(r, (int64_t)items->n)),
         .href = page},
        {.label = T(r, "action.home-running"), .number = say_count(r, s.running), .href = page},
        {.label = T(r, "action.home-late"),
         .number = say_count(r, s.late),
         .href = page,
         .tone = s.late > 0 ? TONE_BAD : TONE_NONE},
    };

    ui_section_begin(r, NULL, T1(r, "action.home", text_printf(r->arena, "%lld", (long long)plan->year)));
    html(r, "<p class=\"mute read\">%s</p>\n", T(r, "action.home-text"));
    if (text_eq(plan->origin.v, "example"))
        html(r, "<p>%s</p>\n", T(r, "action.example-text"));
    ui_figures(r, v, ARRAY_LEN(v));
    ui_section_end(r);
}

int action_public_home(struct req *r)
{
    struct list_rows plans;
    struct items items;
    size_t i;
    int e = read_plans(r, &plans);

    for (i = 0; e == 0 && i < plans.n; i++) {
        if (!is_public(plans.v[i]))
            continue;
        e = read_items(r, ((const struct action_plan *)plans.v[i])->head.id, &items);
        if (e == 0 && items.n > 0 && !is_untold(plans.v[i], &items)) {
            put_home(r, plans.v[i], &items);
            break;
        }
    }
    return e;
}
