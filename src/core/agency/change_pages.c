/*
 * change_pages.c: the agencies of a government on a day, the line of their names through the years, and the forms by which an
 * administrator records a reorganisation and another one approves it.
 *
 * The rules are in change.c; here are only pages.
 */
#include "base/date.h"
#include "base/text.h"
#include "core/agency/change.h"
#include "core/user/manage.h"
#include "engine/app.h"
#include "engine/ref.h"
#include "engine/row.h"
#include "os/os.h"
#include "ui/lang.h"

#define FIELDS                                                                                                                 \
    "day basis old next code1 name1 short1 kind1 code2 name2 short2 kind2 code3 name3 short3 kind3 code4 name4 short4 kind4"
#define NEW_MAX   4
#define CODES_MAX 10
#define LINKS_MAX 2000

static const char *here(struct req *r, int64_t id)
{
    const char *slug = route_param(r, "gov");

    return id == 0 ? url(r, "/kerja/%s/susunan", slug) : url(r, "/kerja/%s/susunan/%lld", slug, (long long)id);
}

static date today_of(const struct req *r)
{
    return instant_date(r->now, req_gov(r)->zone_minutes);
}

/* ---- an act in words ---- */

static const char *part_name(struct req *r, const struct reorganisation_part *p)
{
    struct agency g;

    if (p->agency.v != 0 && row_get(r->db, r->arena, &agency_entity, p->head.gov, p->agency.v, &g) == 1)
        return g.name;
    return p->name != NULL ? p->name : "";
}

/* "A, B" */
static const char *side_names(struct req *r, const struct change *c, bool old)
{
    const char *list = NULL;
    size_t i;

    for (i = 0; i < c->n; i++)
        if (text_eq(c->parts[i].side.v, "old") == old) {
            const char *name = part_name(r, &c->parts[i]);

            list = list == NULL ? name : text_printf(r->arena, "%s, %s", list, name);
        }
    return list;
}

/* "A berganti nama menjadi B" */
static const char *act_words(struct req *r, const struct change *c)
{
    const char *word = T(r, text_printf(r->arena, "reorganisation.says-%s", c->row.kind.v)), *to = side_names(r, c, false);

    if (to == NULL)
        return text_printf(r->arena, "%s %s", side_names(r, c, true), word);
    return text_printf(r->arena, "%s %s %s", side_names(r, c, true), word, to);
}

static void status_tag(struct req *r, const struct reorganisation *x)
{
    ui_tag(r,
           text_eq(x->status.v, "done")      ? TONE_GOOD
           : text_eq(x->status.v, "refused") ? TONE_NONE
                                             : TONE_INFO,
           ICON_OF_TONE, T(r, text_printf(r->arena, "reorganisation.status-%s", x->status.v)));
}

/* ---- the agencies of a day ---- */

struct link_row {
    int64_t agency, origin;
    const char *name;
};

static int read_links(struct req *r, struct link_row **ret, size_t *ret_n)
{
    struct link_row *v = arena_array(r->arena, LINKS_MAX, struct link_row);
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, r->db, &q_agency_links, V(req_gov(r)->id));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        v[n++] = (struct link_row){rows_int(&rows, 0), rows_int(&rows, 1), rows_text(&rows, r->arena, 2)};
        e = 0;
    }
    *ret = v;
    *ret_n = n;
    return e;
}

static void agency_link(struct req *r, int64_t id, const char *name)
{
    html(r, "<a href=\"%s\">%s</a>", url(r, "/kerja/%s/perangkat-daerah/%lld", route_param(r, "gov"), (long long)id), name);
}

static void agency_row(struct req *r, const struct ui_table *t, const struct agency_then *g, const struct link_row *links,
                       size_t n)
{
    size_t i, k = 0;

    ui_row_begin(r, false);
    ui_cell(r, t, 0, g->code);
    ui_cell_begin(r, t, 1);
    agency_link(r, g->id, g->name);
    if (g->short_name != NULL)
        ui_sub(r, g->short_name);
    ui_cell_end(r, t, 1);
    ui_cell(r, t, 2, date_is_none(g->valid_from) ? T(r, "reorganisation.unknown-since") : say_day_brief(r, g->valid_from));
    ui_cell(r, t, 3, date_is_none(g->valid_to) ? NULL : say_day_brief(r, g->valid_to));
    ui_cell_begin(r, t, 4);
    for (i = 0; i < n; i++)
        if (links[i].agency == g->id) {
            html(r, "%s", k++ > 0 ? ", " : "");
            agency_link(r, links[i].origin, links[i].name);
        }
    ui_cell_end(r, t, 4);
    ui_row_end(r);
}

static void agency_table(struct req *r, const struct agency_then *v, size_t n)
{
    const struct ui_column columns[] = {{.label = T(r, "agency.code"), .nowrap = true},
                                        {.label = T(r, "agency.name"), .head = true},
                                        {.label = T(r, "reorganisation.since"), .nowrap = true},
                                        {.label = T(r, "reorganisation.until"), .nowrap = true},
                                        {.label = T(r, "reorganisation.before")}};
    const struct ui_table t = {
        .caption = T(r, "reorganisation.agencies"), .columns = columns, .n = ARRAY_LEN(columns), .fold = true};
    struct link_row *links;
    size_t n_links, i;

    if (read_links(r, &links, &n_links) < 0)
        n_links = 0;
    ui_table_begin(r, &t);
    for (i = 0; i < n; i++)
        agency_row(r, &t, &v[i], links, n_links);
    ui_table_end(r, &t);
}

/* Newest first; what waits stands among them with its state. */
static void timeline(struct req *r)
{
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    ui_section_begin(r, "garis-waktu", T(r, "reorganisation.timeline"));
    e = db_select(&rows, r->db, &q_reorganisations, V(req_gov(r)->id));
    while (e >= 0 && (e = rows_next(&rows)) > 0) {
        struct change *c = arena_new(r->arena, struct change);

        if (change_get(r->db, r->arena, req_gov(r)->id, rows_int(&rows, 0), c) != 1)
            continue;
        if (n++ == 0)
            ui_rows_begin(r);
        ui_row_item_begin(
            r, &(struct ui_row_item){.title = text_printf(r->arena, "%s: %s", say_day(r, c->row.day), act_words(r, c)),
                                     .href = here(r, c->row.head.id),
                                     .text = c->row.basis});
        status_tag(r, &c->row);
        ui_row_item_end(r);
    }
    if (n > 0)
        ui_rows_end(r);
    else
        html(r, "<p>%s</p>\n", T(r, "reorganisation.no-timeline"));
    ui_section_end(r);
}

static void day_filter(struct req *r, const char *typed, bool wrong)
{
    const struct ui_field f = {.type = CONTROL_DATE,
                               .name = "tanggal",
                               .label = T(r, "reorganisation.on-day"),
                               .error = wrong ? T(r, "user.date-bad") : NULL,
                               .value = typed,
                               .size = UI_SIZE_S};

    ui_filter_begin(r, here(r, 0), T(r, "reorganisation.on-day"));
    ui_filter_field(r, &f);
    ui_filter_end(r);
}

void page_structure(struct req *r)
{
    const char *typed = text_trim(r->arena, http_query(r->http, "tanggal") != NULL ? http_query(r->http, "tanggal") : "");
    const struct ui_button b = {
        .label = T(r, "reorganisation.new"), .href = text_printf(r->arena, "%s/baru", here(r, 0)), .look = BUTTON_FIRST};
    struct page p = {.shell = SHELL_WORKSPACE, .here = here(r, 0)};
    struct agency_then *v;
    date day = today_of(r);
    bool wrong;
    size_t n;
    int e;

    wrong = *typed != '\0' && date_parse(typed, &day) < 0;
    if (wrong)
        day = today_of(r);
    e = agencies_on(r->db, r->arena, req_gov(r)->id, day, &v, &n);
    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    p.title = T1(r, "reorganisation.title-on", say_day(r, day));
    p.wrong = wrong;
    web_page_begin(r, &p);
    ui_head(r, p.title, T1(r, "reorganisation.count", say_count(r, (int64_t)n)), &b,
            may(r, "agency.reorganise", req_gov(r)->id) ? 1 : 0);
    day_filter(r, typed, wrong);
    if (n > 0)
        agency_table(r, v, n);
    else
        state_empty(r, T(r, "reorganisation.empty"), T(r, "reorganisation.empty-text"), NULL);
    timeline(r);
    page_end(r, &p);
}

/* ---- the form ---- */

static const char *numbered(struct req *r, const char *name, int i)
{
    return text_printf(r->arena, "%s%d", name, i);
}

static struct ui_choice *kinds(struct req *r, size_t *ret_n)
{
    char **codes = text_split(r->arena, AGENCY_KINDS, ' ', ret_n);
    struct ui_choice *v = arena_array(r->arena, *ret_n, struct ui_choice);
    size_t i;

    for (i = 0; i < *ret_n; i++)
        v[i] = (struct ui_choice){.value = codes[i], .label = T(r, text_printf(r->arena, "agency.kind-%s", codes[i]))};
    return v;
}

static void text_field(struct req *r, const struct door_page *d, const char *name, const char *label, const char *hint,
                       bool optional)
{
    const struct ui_field f = {.type = CONTROL_TEXT,
                               .name = name,
                               .label = label,
                               .hint = hint,
                               .value = form_text(r, name),
                               .optional = optional,
                               .size = UI_SIZE_L};

    door_field(r, &f, d);
}

/* One agency that is to be made. */
static void new_fields(struct req *r, const struct door_page *d, int i)
{
    struct ui_field code = {.type = CONTROL_TEXT,
                            .name = numbered(r, "code", i),
                            .label = T1(r, "reorganisation.code-of", say_count(r, i)),
                            .hint = i == 1 ? T(r, "reorganisation.code-hint") : NULL,
                            .value = form_text(r, numbered(r, "code", i)),
                            .optional = true,
                            .size = UI_SIZE_M};
    struct ui_field kind = {.type = CONTROL_SELECT,
                            .name = numbered(r, "kind", i),
                            .label = T1(r, "reorganisation.kind-of", say_count(r, i)),
                            .choose = T(r, "reorganisation.kind-choose"),
                            .value = form_text(r, numbered(r, "kind", i)),
                            .optional = true};

    kind.options = kinds(r, &kind.n_options);
    door_field(r, &code, d);
    text_field(r, d, numbered(r, "name", i), T1(r, "reorganisation.name-of", say_count(r, i)), NULL, true);
    text_field(r, d, numbered(r, "short", i), T1(r, "reorganisation.short-of", say_count(r, i)), NULL, true);
    door_field(r, &kind, d);
}

/* What can be typed: folded, since it is long. */
static void codes_known(struct req *r)
{
    struct agency_then *v;
    size_t n, i;

    if (agencies_on(r->db, r->arena, req_gov(r)->id, today_of(r), &v, &n) < 0)
        return;
    ui_more_begin(r, T(r, "reorganisation.codes"));
    html(r, "<ul>\n");
    for (i = 0; i < n; i++)
        html(r, "<li>%s %s</li>\n", v[i].code, v[i].name);
    html(r, "</ul>\n");
    ui_more_end(r);
}

static void change_form(struct req *r, const struct ui_error *errors, size_t n)
{
    const struct door_page d = {
        .title = T(r, "reorganisation.new"), .text = T(r, "reorganisation.new-text"), .errors = errors, .n_errors = n};
    const struct ui_field day = {.type = CONTROL_DATE,
                                 .name = "day",
                                 .label = T(r, "reorganisation.day"),
                                 .hint = T(r, "reorganisation.day-hint"),
                                 .value = form_text(r, "day"),
                                 .size = UI_SIZE_S};
    const struct ui_button b[] = {{.label = T(r, "reorganisation.record"), .look = BUTTON_FIRST},
                                  {.label = T(r, "reorganisation.back"), .href = here(r, 0), .look = BUTTON_PLAIN}};
    struct page p;
    int i;

    door_begin(r, &p, &d);
    codes_known(r);
    ui_form_begin(r, NULL, text_printf(r->arena, "%s/baru", here(r, 0)), FORM_POST);
    web_once(r);
    door_field(r, &day, &d);
    text_field(r, &d, "basis", T(r, "reorganisation.basis"), T(r, "reorganisation.basis-hint"), false);
    text_field(r, &d, "old", T(r, "reorganisation.old"), T(r, "reorganisation.old-hint"), false);
    text_field(r, &d, "next", T(r, "reorganisation.next"), T(r, "reorganisation.next-hint"), true);
    new_fields(r, &d, 1);
    ui_more_begin(r, T(r, "reorganisation.more-new"));
    for (i = 2; i <= NEW_MAX; i++)
        new_fields(r, &d, i);
    ui_more_end(r);
    ui_buttons(r, b, ARRAY_LEN(b));
    ui_form_end(r);
    page_end(r, &p);
}

void page_change_new(struct req *r)
{
    change_form(r, NULL, 0);
}

/* ---- reading the form ---- */

struct taken {
    struct change *c;
    struct ui_error error;
};

static void wrong(struct req *r, struct taken *t, const char *field, const char *key, const char *arg)
{
    if (t->error.text == NULL)
        t->error = (struct ui_error){field, arg != NULL ? T1(r, key, arg) : T(r, key)};
}

static struct reorganisation_part *part_add(struct req *r, struct taken *t, const char *side)
{
    struct reorganisation_part *p;

    if (t->c->n == PARTS_MAX)
        return NULL;
    p = &t->c->parts[t->c->n++];
    *p = (struct reorganisation_part){.head = {.gov = req_gov(r)->id, .id = os_new_id(), .voided_at = INSTANT_NONE},
                                      .side = {side}};
    return p;
}

/* Codes parted by ';', of agencies that are there. */
static void take_codes(struct req *r, struct taken *t, const char *field, const char *side)
{
    size_t n, i;
    char **codes = text_split(r->arena, form_text(r, field), ';', &n);

    for (i = 0; i < n; i++) {
        const char *code = text_collapse(r->arena, codes[i]);
        struct reorganisation_part *p;
        int64_t id = 0;

        if (*code == '\0')
            continue;
        p = i < CODES_MAX ? part_add(r, t, side) : NULL;
        if (p == NULL) {
            wrong(r, t, field, "reorganisation.too-many", NULL);
            return;
        }
        if (ref_by_code(r, &agency_entity, req_gov(r)->id, code, &id) <= 0)
            wrong(r, t, field, "reorganisation.unknown", code);
        p->agency.v = id;
        p->code = code;
    }
}

static const char *typed_or_null(struct req *r, const char *name)
{
    const char *s = text_collapse(r->arena, text_nfc(r->arena, form_text(r, name)));

    return *s != '\0' ? s : NULL;
}

static void take_new(struct req *r, struct taken *t, int i)
{
    const char *code = typed_or_null(r, numbered(r, "code", i)), *name = typed_or_null(r, numbered(r, "name", i));
    const char *short_name = typed_or_null(r, numbered(r, "short", i)), *kind = form_text(r, numbered(r, "kind", i));
    struct reorganisation_part *p;

    if (code == NULL && name == NULL && short_name == NULL && *kind == '\0')
        return;
    p = part_add(r, t, "new");
    if (p == NULL)
        wrong(r, t, numbered(r, "code", i), "reorganisation.too-many", NULL);
    else if (code == NULL || strlen(code) > 40)
        wrong(r, t, numbered(r, "code", i), "reorganisation.new-incomplete", NULL);
    else if (name == NULL || strlen(name) > 200)
        wrong(r, t, numbered(r, "name", i), "reorganisation.new-incomplete", NULL);
    else if (short_name != NULL && strlen(short_name) > 40)
        wrong(r, t, numbered(r, "short", i), "reorganisation.short-long", NULL);
    else if (!text_has_word(AGENCY_KINDS, kind))
        wrong(r, t, numbered(r, "kind", i), "reorganisation.kind-choose", NULL);
    if (p == NULL)
        return;
    p->code = code;
    p->name = name;
    p->short_name = short_name;
    p->kind.v = kind;
}

static void take_change(struct req *r, struct taken *t)
{
    struct reorganisation *row = &t->c->row;
    int i;

    *row = (struct reorganisation){.head = {.gov = req_gov(r)->id, .id = os_new_id(), .voided_at = INSTANT_NONE},
                                   .day = DATE_NONE,
                                   .made_by = {r->actor->user}};
    if (date_parse(form_text(r, "day"), &row->day) < 0)
        wrong(r, t, "day", "reorganisation.day-missing", NULL);
    row->basis = typed_or_null(r, "basis");
    if (row->basis == NULL || strlen(row->basis) > 200)
        wrong(r, t, "basis", "reorganisation.basis-missing", NULL);
    take_codes(r, t, "old", "old");
    take_codes(r, t, "next", "new");
    for (i = 1; i <= NEW_MAX; i++)
        take_new(r, t, i);
}

/* Where the form is to be looked at for a refusal of the whole. */
static const char *field_of(const char *key)
{
    static const char old[] =
        "reorganisation.old-missing reorganisation.old-not-then reorganisation.several reorganisation.nothing";

    return text_has_word(old, key) ? "old" : text_eq(key, "reorganisation.code-taken") ? "code1" : "next";
}

static int propose_run(struct tx *tx, void *plan)
{
    struct change stored;

    return change_propose(tx, plan, &stored);
}

static void changed(struct req *r, void *plan, int result)
{
    const struct change *c = plan;

    if (result < 0 && result != E_AGAIN)
        manage_refuse(r, result, result == E_STATE ? "reorganisation.changed" : NULL);
    else
        web_redirect(r, here(r, c->row.head.id));
}

void page_change_make(struct req *r)
{
    struct taken t = {.c = arena_new(r->arena, struct change)};
    const char *key = NULL, *arg = NULL;
    int e = 0;

    if (!form_knows(r, FIELDS))
        return;
    take_change(r, &t);
    if (t.error.text == NULL) {
        e = change_check(r->db, r->arena, t.c, &key, &arg);
        if (e == E_STATE)
            wrong(r, &t, field_of(key), key, arg);
    }
    if (e < 0 && e != E_STATE) {
        web_refuse(r, e);
        return;
    }
    if (t.error.text != NULL) {
        change_form(r, &t.error, 1);
        return;
    }
    if (core_stepped_up(r))
        web_write(r, propose_run, t.c, changed, here(r, t.c->row.head.id));
}

/* ---- one act ---- */

static bool act_get(struct req *r, struct change *c)
{
    int e = change_get(r->db, r->arena, req_gov(r)->id, route_id(r, "id"), c);

    if (e < 0)
        web_refuse(r, e);
    else if (e == 0)
        r->http->status = 404;
    return e == 1;
}

static void show_side(struct req *r, const struct change *c, bool old)
{
    size_t i;

    ui_fact_begin(r, T(r, old ? "reorganisation.old-side" : "reorganisation.new-side"));
    for (i = 0; i < c->n; i++) {
        const struct reorganisation_part *p = &c->parts[i];

        if (text_eq(p->side.v, "old") != old)
            continue;
        html(r, "<p>");
        if (p->agency.v != 0)
            agency_link(r, p->agency.v, part_name(r, p));
        else
            html(r, "%s %s", p->code, part_name(r, p));
        html(r, "</p>\n");
    }
    ui_fact_end(r);
}

static const char *user_name(struct req *r, ref user)
{
    struct app_user u;

    if (user.v == 0 || row_get(r->db, r->arena, &app_user_entity, 0, user.v, &u) != 1)
        return NULL;
    return u.name != NULL ? u.name : u.login;
}

static void decide_button(struct req *r, const struct change *c, const char *verb, const char *label, enum button_look look)
{
    const struct ui_button b = {.label = label, .look = look};

    ui_form_begin(r, NULL, text_printf(r->arena, "%s/%s", here(r, c->row.head.id), verb), FORM_POST);
    ui_button(r, &b);
    ui_form_end(r);
}

static void show_decision(struct req *r, const struct change *c)
{
    if (!text_eq(c->row.status.v, "pending"))
        return;
    ui_note(r, TONE_INFO, NULL, T1(r, "reorganisation.waits", say_count(r, c->row.roles)));
    if (!may(r, "agency.reorganise", req_gov(r)->id))
        return;
    if (c->row.made_by.v != r->actor->user)
        decide_button(r, c, "setujui", T(r, "reorganisation.approve"), BUTTON_FIRST);
    decide_button(r, c, "tolak", T(r, "reorganisation.refuse"), BUTTON_SECOND);
}

void page_change(struct req *r)
{
    const struct crumb back = {T(r, "reorganisation.title"), here(r, 0)};
    struct page p = {.shell = SHELL_WORKSPACE, .here = here(r, 0), .crumbs = &back, .n_crumbs = 1};
    struct change *c = arena_new(r->arena, struct change);

    if (!act_get(r, c))
        return;
    p.title = act_words(r, c);
    web_page_begin(r, &p);
    ui_head_begin(r, p.title);
    status_tag(r, &c->row);
    ui_head_acts(r);
    ui_head_end(r);
    ui_facts_begin(r, true);
    ui_fact(r, T(r, "reorganisation.day"), say_day(r, c->row.day));
    ui_fact(r, T(r, "reorganisation.basis"), c->row.basis);
    show_side(r, c, true);
    show_side(r, c, false);
    ui_fact(r, T(r, "reorganisation.roles"), say_count(r, c->row.roles));
    ui_fact(r, T(r, "reorganisation.made_by"), user_name(r, c->row.made_by));
    ui_fact(r, T(r, "reorganisation.decided_by"), user_name(r, c->row.decided_by));
    ui_facts_end(r);
    html(r, "<p>%s</p>\n", T(r, text_printf(r->arena, "reorganisation.means-%s", c->row.kind.v)));
    show_decision(r, c);
    page_end(r, &p);
}

/* ---- deciding ---- */

static int decide_run(struct tx *tx, void *plan)
{
    return change_decide(tx, plan);
}

static void decided(struct req *r, void *plan, int result)
{
    const struct change_decision *d = plan;

    if (result < 0 && result != E_AGAIN)
        manage_refuse(r, result, result == E_STATE ? "reorganisation.changed" : NULL);
    else
        web_redirect(r, here(r, d->id));
}

static void decide(struct req *r, bool yes)
{
    struct change_decision *d = arena_new(r->arena, struct change_decision);
    struct change *c = arena_new(r->arena, struct change);

    if (!form_knows(r, "") || !act_get(r, c))
        return;
    if (yes && c->row.made_by.v == r->actor->user) {
        manage_forbid(r, "reorganisation", c->row.head.id, "approve", "user.second-admin");
        return;
    }
    if (!text_eq(c->row.status.v, "pending")) {
        manage_refuse(r, E_STATE, "reorganisation.changed");
        return;
    }
    if (!core_stepped_up(r))
        return;
    *d = (struct change_decision){.gov = req_gov(r)->id, .id = c->row.head.id, .by = r->actor->user, .yes = yes};
    web_write(r, decide_run, d, decided, here(r, d->id));
}

void page_change_approve(struct req *r)
{
    decide(r, true);
}

void page_change_refuse(struct req *r)
{
    decide(r, false);
}
