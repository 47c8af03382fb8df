/*
 * manage_grant.c: the page of an account, and its roles: proposed by one administrator, approved by another, ended.
 *
 * The rules are in grant.c; here are only forms and buttons.
 */
#include "base/date.h"
#include "base/text.h"
#include "core/user/delegation.h"
#include "core/user/manage.h"
#include "core/user/query.h"
#include "engine/row.h"
#include "os/os.h"

#define FIELDS "role gov agency place valid_from valid_to basis"

/* Is the grant the business of this page's administrators? */
static bool grant_here(const struct req *r, const struct role_grant *g)
{
    return req_gov(r)->id == 0 || g->in_gov.v == req_gov(r)->id;
}

/* ---- the page of an account ---- */

static void step_button(struct req *r, const struct role_grant *g, const char *verb, const char *label, enum button_look look)
{
    const struct ui_button b = {.label = label, .look = look};

    ui_form_begin(r, NULL,
                  url(r, "/kerja/%s/pengguna/%lld/peran/%lld/%s", route_param(r, "gov"), (long long)g->holder.v,
                      (long long)g->head.id, verb),
                  FORM_POST);
    ui_button(r, &b);
    ui_form_end(r);
}

static const char *period(struct req *r, const struct role_grant *g)
{
    if (date_is_none(g->valid_to))
        return T1(r, "user.since", say_day_brief(r, g->valid_from));
    return text_printf(r->arena, "%s – %s", say_day_brief(r, g->valid_from), say_day_brief(r, g->valid_to));
}

static enum tone status_tone(const char *status)
{
    return text_eq(status, "active") ? TONE_GOOD : text_eq(status, "pending") ? TONE_INFO : TONE_NONE;
}

/* Opens before it acts: what was ended is proposed and approved anew. */
static void end_grant(struct req *r, const struct role_grant *g)
{
    ui_more_begin(r, T(r, "user.end"));
    html(r, "<p>%s</p>\n", T(r, "user.end-text"));
    step_button(r, g, "akhiri", T(r, "user.end"), BUTTON_BAD);
    ui_more_end(r);
}

static void show_grant(struct req *r, const struct ui_table *t, const struct role_grant *g)
{
    const struct grant shown = grant_shown(g);
    const bool pending = text_eq(g->status.v, "pending");

    ui_row_begin(r, false);
    ui_cell(r, t, 0, role_name(r, g->role.v));
    ui_cell(r, t, 1, grant_place(r, &shown));
    ui_cell(r, t, 2, period(r, g));
    ui_cell_begin(r, t, 3);
    ui_tag(r, status_tone(g->status.v), ICON_OF_TONE, T(r, text_printf(r->arena, "role_grant.status-%s", g->status.v)));
    ui_cell_end(r, t, 3);
    ui_cell_begin(r, t, 4);
    if (grant_here(r, g) && pending && g->given_by.v != r->actor->user)
        step_button(r, g, "setujui", T(r, "user.approve"), BUTTON_FIRST);
    if (grant_here(r, g) && pending)
        step_button(r, g, "tolak", T(r, "user.refuse"), BUTTON_SECOND);
    if (grant_here(r, g) && text_eq(g->status.v, "active"))
        end_grant(r, g);
    ui_cell_end(r, t, 4);
    ui_row_end(r);
}

static void show_all(struct req *r, const struct ui_table *t, int64_t user)
{
    struct role_grant g;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, r->db, &q_grants_all, V(user));
    while (e >= 0 && (e = rows_next(&rows)) > 0)
        if (row_get(r->db, r->arena, &role_grant_entity, 0, rows_int(&rows, 0), &g) == 1)
            show_grant(r, t, &g);
}

static void show_grants(struct req *r, int64_t user)
{
    const struct ui_column columns[] = {{.label = T(r, "role_grant.role"), .head = true},
                                        {.label = T(r, "user.place")},
                                        {.label = T(r, "user.period")},
                                        {.label = T(r, "role_grant.status")},
                                        {.label = T(r, "user.steps"), .hidden = true}};
    const struct ui_table t = {.caption = T(r, "role_grant.many"), .columns = columns, .n = ARRAY_LEN(columns), .fold = true};
    const struct ui_button give = {.label = T(r, "user.give"),
                                   .href = url(r, "/kerja/%s/pengguna/%lld/peran", route_param(r, "gov"), (long long)user)};

    ui_section_begin(r, "peran", T(r, "role_grant.many"));
    ui_table_begin(r, &t);
    show_all(r, &t, user);
    ui_table_end(r, &t);
    ui_buttons(r, &give, 1);
    ui_section_end(r);
}

static void post_button(struct req *r, const char *address, const char *label, enum button_look look)
{
    const struct ui_button b = {.label = label, .look = look};

    ui_form_begin(r, NULL, address, FORM_POST);
    ui_button(r, &b);
    ui_form_end(r);
}

/* A fresh first password: asked for by one administrator, made by another. */
static void show_reset(struct req *r, const struct app_user *user, const char *home)
{
    const char *address = text_printf(r->arena, "%s/sandi", home);
    int64_t by = 0;
    int asked = user_reset_asked(r->db, user, r->now, &by);

    if (asked == 1)
        ui_note(r, TONE_INFO, NULL, T(r, by == r->actor->user ? "user.reset-waits" : "user.reset-asked"));
    if (asked == 0)
        post_button(r, address, T(r, "user.reset-ask"), BUTTON_SECOND);
    else if (asked == 1 && by != r->actor->user)
        post_button(r, address, T(r, "user.reset"), BUTTON_SECOND);
}

static void disable_part(struct req *r, const char *home)
{
    ui_more_begin(r, T(r, "user.disable"));
    html(r, "<p>%s</p>\n", T(r, "user.disable-text"));
    post_button(r, text_printf(r->arena, "%s/nonaktif", home), T(r, "user.disable"), BUTTON_BAD);
    ui_more_end(r);
}

void page_user(struct req *r)
{
    const struct crumb back = {T(r, "user.title"), manage_url(r, 0)};
    struct page p = {.shell = SHELL_WORKSPACE, .here = manage_url(r, 0), .crumbs = &back, .n_crumbs = 1};
    struct app_user user;
    const char *home;

    if (!managed_get(r, &user))
        return;
    p.title = user.name != NULL ? user.name : T(r, "app_user.one");
    home = manage_url(r, user.head.id);
    web_page_begin(r, &p);
    ui_head(r, p.title, user.login, NULL, 0);
    if (user.disabled)
        ui_note(r, TONE_WARN, NULL, T(r, "user.is-disabled"));
    ui_facts_begin(r, true);
    ui_fact(r, T(r, "app_user.email"), user.email);
    ui_fact(r, T(r, "app_user.secret_at"), say_moment(r, user.secret_at));
    ui_facts_end(r);
    show_grants(r, user.head.id);
    show_delegations(r, user.head.id, true);
    ui_section_begin(r, "akun", T(r, "user.account"));
    show_reset(r, &user, home);
    if (user.disabled)
        post_button(r, text_printf(r->arena, "%s/aktif", home), T(r, "user.enable"), BUTTON_SECOND);
    if (user.disabled && req_gov(r)->id == 0)
        html(r, "<p><a href=\"%s\">%s</a></p>\n",
             url(r, "/kerja/-/penghapusan/baru?jenis=app_user&id=%lld", (long long)user.head.id), T(r, "erasure.person"));
    if (!user.disabled)
        disable_part(r, home);
    ui_section_end(r);
    page_end(r, &p);
}

/* ---- the form ---- */

static struct ui_choice *choices_of(struct req *r, const struct gov_item *v, size_t n)
{
    struct ui_choice *c = arena_array(r->arena, n + 1, struct ui_choice);
    size_t i;

    for (i = 0; i < n; i++)
        c[i] = (struct ui_choice){.value = text_printf(r->arena, "%lld", (long long)v[i].id),
                                  .label = text_printf(r->arena, "%s %s", v[i].code, v[i].name)};
    return c;
}

static struct ui_choice *role_choices(struct req *r)
{
    struct ui_choice *c = arena_array(r->arena, roles_n, struct ui_choice);
    size_t i;

    for (i = 0; i < roles_n; i++)
        c[i] = (struct ui_choice){.value = roles[i].code, .label = role_name(r, roles[i].code)};
    return c;
}

static void place_fields(struct req *r, const struct door_page *d)
{
    const date today = instant_date(r->now, r->zone_minutes);
    struct ui_field f = {.type = CONTROL_SELECT, .optional = true};
    struct gov_item *v = NULL;
    size_t n = 0;

    if (req_gov(r)->id == 0) {
        if (gov_list(r->db, r->arena, today, &v, &n) < 0)
            n = 0;
        f.name = "gov";
        f.label = T(r, "role_grant.in_gov");
        f.choose = T(r, "user.everywhere");
        f.value = form_text(r, "gov");
    } else {
        if (agency_list(r->db, r->arena, req_gov(r)->id, today, &v, &n) < 0)
            n = 0;
        f.name = "agency";
        f.label = T(r, "role_grant.in_agency");
        f.choose = T(r, "user.whole-gov");
        f.value = form_text(r, "agency");
    }
    f.options = choices_of(r, v, n);
    f.n_options = n;
    door_field(r, &f, d);
    if (req_gov(r)->id == 0)
        return;
    f = (struct ui_field){.type = CONTROL_TEXT,
                          .name = "place",
                          .label = T(r, "role_grant.in_place"),
                          .hint = T(r, "user.place-hint"),
                          .value = form_text(r, "place"),
                          .optional = true,
                          .size = UI_SIZE_M};
    door_field(r, &f, d);
}

static void grant_form(struct req *r, const struct app_user *user, const struct ui_error *errors, size_t n)
{
    const struct door_page d = {.title = T(r, "user.give"),
                                .text = T1(r, "user.give-text", user->name != NULL ? user->name : user->login),
                                .errors = errors,
                                .n_errors = n};
    const struct ui_field role = {.type = CONTROL_SELECT,
                                  .name = "role",
                                  .label = T(r, "role_grant.role"),
                                  .hint = T(r, "user.grant-role-hint"),
                                  .options = role_choices(r),
                                  .n_options = roles_n,
                                  .choose = T(r, "user.grant-role"),
                                  .value = form_text(r, "role")};
    const struct ui_field v[] = {
        {.type = CONTROL_DATE,
         .name = "valid_from",
         .label = T(r, "role_grant.valid_from"),
         .value = form_text(r, "valid_from"),
         .hint = T(r, "user.from-hint"),
         .optional = true,
         .size = UI_SIZE_S},
        {.type = CONTROL_DATE,
         .name = "valid_to",
         .label = T(r, "role_grant.valid_to"),
         .value = form_text(r, "valid_to"),
         .optional = true,
         .size = UI_SIZE_S},
        {.type = CONTROL_TEXT,
         .name = "basis",
         .label = T(r, "role_grant.basis"),
         .value = form_text(r, "basis"),
         .optional = true,
         .size = UI_SIZE_L},
    };
    const struct ui_button b[] = {{.label = T(r, "user.give"), .look = BUTTON_FIRST},
                                  {.label = T(r, "user.to-user"), .href = manage_url(r, user->head.id), .look = BUTTON_PLAIN}};
    struct page p;
    size_t i;

    door_begin(r, &p, &d);
    ui_form_begin(r, NULL, text_printf(r->arena, "%s/peran", manage_url(r, user->head.id)), FORM_POST);
    web_once(r);
    door_field(r, &role, &d);
    place_fields(r, &d);
    for (i = 0; i < ARRAY_LEN(v); i++)
        door_field(r, &v[i], &d);
    ui_buttons(r, b, ARRAY_LEN(b));
    ui_form_end(r);
    page_end(r, &p);
}

void page_grant(struct req *r)
{
    struct app_user user;

    if (managed_get(r, &user))
        grant_form(r, &user, NULL, 0);
}

/* ---- proposing ---- */

/* The number of a region: the digits of its code. */
static int64_t place_number(const char *code)
{
    int64_t v = 0;
    size_t i;

    for (i = 0; i < 13 && code[i] != '\0'; i++)
        if (code[i] >= '0' && code[i] <= '9')
            v = v * 10 + (code[i] - '0');
        else if (code[i] != '.')
            return -1;
    return code[i] == '\0' ? v : -1;
}

static int64_t chosen_id(const struct req *r, const char *field)
{
    int64_t id;

    return text_int(form_text(r, field), 1, INT64_MAX, &id) < 0 ? 0 : id;
}

/* A date as typed: NULL when it is good or empty, else the key. */
static const char *take_date(const struct req *r, const char *field, date *ret)
{
    const char *s = form_text(r, field);

    if (*s == '\0')
        return NULL;
    return date_parse(s, ret) < 0 ? "user.date-bad" : NULL;
}

/* Reads the form into a grant: NULL, or the key of what is wrong with *ret_field. */
static const char *take_grant(struct req *r, const struct app_user *user, struct role_grant *g, const char **ret_field)
{
    const struct role *role = role_find(form_text(r, "role"));
    const char *place = text_trim(r->arena, form_text(r, "place")), *key;
    struct agency agency;
    int64_t id;

    *ret_field = "role";
    if (role == NULL)
        return "user.grant-role";
    *g = grant_of(user->head.id, role->code, req_gov(r)->id != 0 ? req_gov(r)->id : chosen_id(r, "gov"),
                  instant_date(r->now, r->zone_minutes));
    if (req_gov(r)->id != 0 && role->reach >= REACH_GOVS)
        return "user.not-here";
    *ret_field = "agency";
    id = chosen_id(r, "agency");
    if (id != 0 && row_get(r->db, r->arena, &agency_entity, g->in_gov.v, id, &agency) != 1)
        return "user.grant-needs-agency";
    g->in_agency = id != 0 ? id : INT_NONE;
    *ret_field = "place";
    if (*place != '\0' && (!text_starts(place, req_gov(r)->code != NULL ? req_gov(r)->code : "") || place_number(place) <= 0))
        return "user.place-bad";
    g->in_place = *place != '\0' ? place_number(place) : INT_NONE;
    *ret_field = "valid_from";
    key = take_date(r, "valid_from", &g->valid_from);
    if (key != NULL)
        return key;
    *ret_field = "valid_to";
    key = take_date(r, "valid_to", &g->valid_to);
    if (*text_trim(r->arena, form_text(r, "basis")) != '\0')
        g->basis = text_collapse(r->arena, form_text(r, "basis"));
    g->given_by.v = r->actor->user;
    g->head.id = os_new_id();
    return key;
}

static int grant_run(struct tx *tx, void *plan)
{
    return grant_store(tx, plan);
}

static void granted(struct req *r, void *plan, int result)
{
    const struct grant_plan *p = plan;
    int64_t holder = p->after.holder.v;

    sessions_forget_user(core_of(r->app)->sessions, holder);
    delegation_forget(r, holder);
    if (result < 0 && result != E_AGAIN)
        manage_refuse(r, result, result == E_STATE ? "user.grant-changed" : NULL);
    else
        web_redirect(r, manage_url(r, holder));
}

/* Refusals of persons are 403, of states 409; one of the form shows the form again. */
static int status_of(const char *key)
{
    static const char persons[] = "user.not-yourself user.second-admin setup.not-finished";

    return text_has_word(persons, key) ? E_PERMIT : E_STATE;
}

void page_grant_propose(struct req *r)
{
    struct grant_plan *p = arena_new(r->arena, struct grant_plan);
    struct app_user user;
    struct ui_error error = {NULL, NULL};
    const char *key;
    int e;

    if (!form_knows(r, FIELDS) || !managed_get(r, &user))
        return;
    key = take_grant(r, &user, &p->after, &error.field);
    if (key == NULL) {
        p->step = GRANT_PROPOSE;
        p->by = r->actor->user;
        error.field = "role";
        e = grant_may(r->db, r->arena, &p->after, GRANT_PROPOSE, p->by, &key);
        if (e < 0 && (e != E_STATE || status_of(key) == E_PERMIT)) {
            if (e == E_STATE)
                manage_forbid(r, "app_user", user.head.id, "grant", key);
            else
                manage_refuse(r, e, NULL);
            return;
        }
        if (e == 0)
            key = NULL;
    }
    if (key != NULL) {
        error.text = T(r, key);
        grant_form(r, &user, &error, 1);
        return;
    }
    if (core_stepped_up(r))
        web_write(r, grant_run, p, granted, NULL);
}

/* ---- steps on a proposal ---- */

static void grant_step(struct req *r, enum grant_step step, const char *status)
{
    struct grant_plan *p = arena_new(r->arena, struct grant_plan);
    struct app_user user;
    const char *key = NULL;
    int e;

    if (!form_knows(r, "") || !managed_get(r, &user))
        return;
    e = row_get(r->db, r->arena, &role_grant_entity, 0, route_id(r, "grant"), &p->before);
    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    if (e == 0 || p->before.holder.v != user.head.id || !grant_here(r, &p->before)) {
        r->http->status = 404;
        return;
    }
    e = grant_may(r->db, r->arena, &p->before, step, r->actor->user, &key);
    if (e == E_STATE && status_of(key) == E_PERMIT) {
        manage_forbid(r, "role_grant", p->before.head.id, status, key);
        return;
    }
    if (e < 0) {
        manage_refuse(r, e, e == E_STATE ? key : NULL);
        return;
    }
    if (!core_stepped_up(r))
        return;
    p->step = step;
    p->by = r->actor->user;
    p->after = p->before;
    p->after.status.v = status;
    if (step == GRANT_END)
        p->after.ended_by.v = r->actor->user;
    else
        p->after.approved_by.v = r->actor->user;
    web_write(r, grant_run, p, granted, NULL);
}

void page_grant_approve(struct req *r)
{
    grant_step(r, GRANT_APPROVE, "active");
}

void page_grant_refuse(struct req *r)
{
    grant_step(r, GRANT_REFUSE, "refused");
}

void page_grant_end(struct req *r)
{
    grant_step(r, GRANT_END, "ended");
}
