/*
 * delegation_page.c: naming a substitute on one's own page, or as an administrator for somebody who is away already; accepting,
 * refusing, taking back.
 *
 * The rules are in delegation.c. The reason of an absence is shown to the person and to administrators only.
 */
#include "base/date.h"
#include "base/text.h"
#include "core/user/delegation.h"
#include "core/user/manage.h"
#include "core/user/query.h"
#include "engine/refusal.h"
#include "engine/row.h"
#include "os/os.h"

#define SHOWN  50
#define FIELDS "role delegate kind reason valid_from valid_to basis"
#define ALL    "all/" /* in front of the government's id: every role there */

/* ---- in words ---- */

static const char *word_of(struct req *r, const char *field, const char *code)
{
    return T(r, text_printf(r->arena, "delegation.%s-%s", field, code));
}

const char *person_name(struct req *r, int64_t user)
{
    struct app_user u;

    if (user == 0 || row_get(r->db, r->arena, &app_user_entity, 0, user, &u) <= 0)
        return "–";
    return u.name != NULL ? u.name : u.login != NULL ? u.login : T(r, "detail.erased");
}

static const char *gov_name(struct req *r, int64_t gov)
{
    const struct grant g = {.gov = gov};

    return grant_place(r, &g);
}

const char *delegation_roles(struct req *r, const struct delegation *d)
{
    struct role_grant g;
    struct grant shown;

    if (d->of_grant.v == 0 || row_get(r->db, r->arena, &role_grant_entity, 0, d->of_grant.v, &g) <= 0)
        return T1(r, "delegation.all-in", gov_name(r, d->in_gov.v));
    shown = grant_shown(&g);
    return text_printf(r->arena, "%s, %s", role_name(r, g.role.v), grant_place(r, &shown));
}

static bool is_over(const struct req *r, const struct delegation *d)
{
    return text_eq(d->status.v, "active") && d->valid_to.v < instant_date(r->now, gov_zone(r->db, d->in_gov.v)).v;
}

static void status_tag(struct req *r, const struct delegation *d)
{
    const char *now = is_over(r, d) ? "over" : d->status.v;
    enum tone tone = text_eq(now, "active")                               ? TONE_GOOD
                     : text_eq(now, "pending") || text_eq(now, "offered") ? TONE_INFO
                                                                          : TONE_NONE;

    ui_tag(r, tone, ICON_OF_TONE, word_of(r, "status", now));
}

/* ---- the table ---- */

struct shown {
    int64_t person;
    const char *base; /* of the buttons' addresses */
    bool managed;     /* an administrator looks */
};

static void button(struct req *r, const struct shown *s, const struct delegation *d, const char *verb, const char *key,
                   enum button_look look)
{
    const struct ui_button b = {.label = T(r, key), .look = look};

    ui_form_begin(r, NULL, text_printf(r->arena, "%s/%lld/%s", s->base, (long long)d->head.id, verb), FORM_POST);
    ui_button(r, &b);
    ui_form_end(r);
}

static void buttons(struct req *r, const struct shown *s, const struct delegation *d)
{
    const bool offered = text_eq(d->status.v, "offered"), pending = text_eq(d->status.v, "pending");
    const int64_t me = r->actor->user;

    if (!s->managed && offered && d->delegate.v == me) {
        button(r, s, d, "terima", "delegation.accept", BUTTON_FIRST);
        button(r, s, d, "tolak", "delegation.refuse", BUTTON_SECOND);
    }
    if (s->managed && pending && me != d->given_by.v && me != d->delegator.v && me != d->delegate.v) {
        button(r, s, d, "setujui", "delegation.approve", BUTTON_FIRST);
        button(r, s, d, "tolak", "delegation.refuse", BUTTON_SECOND);
    }
    if ((pending && d->given_by.v == me) || (offered && (s->managed || d->delegate.v != me)) ||
        (text_eq(d->status.v, "active") && !is_over(r, d)))
        button(r, s, d, "akhiri", "delegation.end", BUTTON_BAD);
}

static void show_one(struct req *r, const struct ui_table *t, const struct shown *s, const struct delegation *d)
{
    const bool away = d->delegator.v == s->person;

    ui_row_begin(r, false);
    ui_cell(r, t, 0, T1(r, away ? "delegation.by" : "delegation.for", person_name(r, away ? d->delegate.v : d->delegator.v)));
    ui_cell(r, t, 1, delegation_roles(r, d));
    ui_cell(r, t, 2, text_printf(r->arena, "%s – %s", say_day_brief(r, d->valid_from), say_day_brief(r, d->valid_to)));
    ui_cell_begin(r, t, 3);
    html(r, "%s", d->basis);
    ui_sub(r, (s->managed || away) && d->reason.v != NULL
                  ? text_printf(r->arena, "%s, %s", word_of(r, "kind", d->kind.v), word_of(r, "reason", d->reason.v))
                  : word_of(r, "kind", d->kind.v));
    ui_cell_end(r, t, 3);
    ui_cell_begin(r, t, 4);
    status_tag(r, d);
    ui_cell_end(r, t, 4);
    ui_cell_begin(r, t, 5);
    buttons(r, s, d);
    ui_cell_end(r, t, 5);
    ui_row_end(r);
}

static size_t read_all(struct req *r, int64_t person, struct delegation *v)
{
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, r->db, &q_delegations_of, V(person), V((int64_t)SHOWN));
    while (e == 0 && (e = rows_next(&rows)) > 0)
        e = row_get(r->db, r->arena, &delegation_entity, 0, rows_int(&rows, 0), &v[n++]) > 0 ? 0 : E_STORAGE;
    return n;
}

static void show_table(struct req *r, const struct shown *s)
{
    const struct ui_column columns[] = {{.label = T(r, "delegation.who"), .head = true},
                                        {.label = T(r, "delegation.of_grant")},
                                        {.label = T(r, "user.period")},
                                        {.label = T(r, "delegation.basis")},
                                        {.label = T(r, "delegation.status")},
                                        {.label = T(r, "user.steps"), .hidden = true}};
    const struct ui_table t = {.caption = T(r, "delegation.many"), .columns = columns, .n = ARRAY_LEN(columns), .fold = true};
    struct delegation *v = arena_array(r->arena, SHOWN, struct delegation);
    size_t n = read_all(r, s->person, v), i;

    if (n == 0) {
        html(r, "<p class=\"mute\">%s</p>\n", T(r, "delegation.none"));
        return;
    }
    ui_table_begin(r, &t);
    for (i = 0; i < n; i++)
        show_one(r, &t, s, &v[i]);
    ui_table_end(r, &t);
}

static bool has_own(const struct req *r)
{
    size_t i;

    for (i = 0; i < r->actor->n_grants; i++)
        if (r->actor->grants[i].behalf == NULL && delegation_lends(r->actor->grants[i].role))
            return true;
    return false;
}

void show_delegations(struct req *r, int64_t person, bool managed)
{
    const char *base = managed ? text_printf(r->arena, "%s/pengganti", manage_url(r, person)) : "/akun/pengganti";
    const struct shown s = {person, base, managed};
    const struct ui_button make = {.label = T(r, managed ? "delegation.propose" : "delegation.offer"), .href = base};

    ui_section_begin(r, "pengganti", T(r, "delegation.many"));
    show_table(r, &s);
    if (managed || has_own(r))
        ui_buttons(r, &make, 1);
    ui_section_end(r);
}

/* ---- the form ---- */

/* Whose it is, and which roles may be seen here: 0 those of all governments. */
struct asked {
    struct app_user person;
    int64_t gov;
    bool managed;
    const char *back;
};

static bool ask(struct req *r, bool managed, struct asked *ret)
{
    struct own own;

    *ret = (struct asked){.managed = managed};
    if (managed) {
        if (!managed_get(r, &ret->person))
            return false;
        ret->gov = req_gov(r)->id;
        ret->back = manage_url(r, ret->person.head.id);
        return true;
    }
    if (!own_get(r, &own))
        return false;
    ret->person = own.user;
    ret->back = "/akun";
    return true;
}

struct choices {
    struct ui_choice *v;
    size_t n;
};

static void add_choice(struct choices *c, const char *value, const char *label)
{
    size_t i;

    for (i = 0; i < c->n; i++)
        if (text_eq(c->v[i].value, value))
            return;
    c->v[c->n++] = (struct ui_choice){.value = value, .label = label};
}

/* The person's own roles of today that can be lent. */
static size_t own_roles(struct req *r, const struct asked *x, struct role_grant *v)
{
    const date today = instant_date(r->now, r->zone_minutes);
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, r->db, &q_held, V(x->person.head.id), V((int64_t)GRANTS_MAX));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        bool active = rows_int(&rows, 5) == 1, ended = !rows_null(&rows, 3) && rows_int(&rows, 3) < today.v;

        if (active && !ended && delegation_lends(rows_text(&rows, r->arena, 1)) &&
            row_get(r->db, r->arena, &role_grant_entity, 0, rows_int(&rows, 0), &v[n]) == 1 &&
            (x->gov == 0 || v[n].in_gov.v == x->gov))
            n++;
        e = 0;
    }
    return n;
}

/* Everything in a government, then each role by itself. */
static struct choices role_choices(struct req *r, const struct asked *x)
{
    struct choices c = {.v = arena_array(r->arena, 2 * (size_t)GRANTS_MAX, struct ui_choice)};
    struct role_grant *v = arena_array(r->arena, GRANTS_MAX, struct role_grant);
    size_t n = own_roles(r, x, v), i;

    for (i = 0; i < n; i++)
        add_choice(&c, text_printf(r->arena, ALL "%lld", (long long)v[i].in_gov.v),
                   T1(r, "delegation.all-in", gov_name(r, v[i].in_gov.v)));
    for (i = 0; i < n; i++) {
        const struct grant shown = grant_shown(&v[i]);

        add_choice(&c, text_printf(r->arena, "%lld", (long long)v[i].head.id),
                   text_printf(r->arena, "%s, %s", role_name(r, v[i].role.v), grant_place(r, &shown)));
    }
    return c;
}

static struct ui_choice *code_choices(struct req *r, const char *field, size_t *ret_n)
{
    char **codes = text_split(r->arena, entity_field(&delegation_entity, field)->codes, ' ', ret_n);
    struct ui_choice *c = arena_array(r->arena, *ret_n, struct ui_choice);
    size_t i;

    for (i = 0; i < *ret_n; i++)
        c[i] = (struct ui_choice){.value = codes[i], .label = word_of(r, field, codes[i])};
    return c;
}

static void code_field(struct req *r, const char *field, const struct door_page *d)
{
    struct ui_field f = {.type = CONTROL_SELECT,
                         .name = field,
                         .label = T(r, text_printf(r->arena, "delegation.%s", field)),
                         .choose = T(r, "delegation.choose"),
                         .value = form_text(r, field)};

    f.options = code_choices(r, field, &f.n_options);
    door_field(r, &f, d);
}

static void text_field(struct req *r, enum ui_control type, const char *field, enum ui_size size, const struct door_page *d)
{
    const struct ui_field f = {.type = type,
                               .name = field,
                               .label = T(r, text_printf(r->arena, "delegation.%s", field)),
                               .hint = type == CONTROL_TEXT ? T(r, text_printf(r->arena, "delegation.%s-hint", field)) : NULL,
                               .value = form_text(r, field),
                               .size = size};

    door_field(r, &f, d);
}

static void form(struct req *r, const struct asked *x, const struct ui_error *errors, size_t n)
{
    const struct door_page d = {.title = T(r, x->managed ? "delegation.propose" : "delegation.offer"),
                                .text = x->managed ? T1(r, "delegation.propose-text", person_name(r, x->person.head.id))
                                                   : T(r, "delegation.offer-text"),
                                .errors = errors,
                                .n_errors = n};
    const struct choices c = role_choices(r, x);
    const struct ui_field role = {.type = CONTROL_SELECT,
                                  .name = "role",
                                  .label = T(r, x->managed ? "delegation.of_grant" : "account.roles"),
                                  .options = c.v,
                                  .n_options = c.n,
                                  .choose = T(r, "delegation.choose"),
                                  .value = form_text(r, "role")};
    const struct ui_button b[] = {
        {.label = d.title, .look = BUTTON_FIRST},
        {.label = T(r, x->managed ? "user.to-user" : "account.back"), .href = x->back, .look = BUTTON_PLAIN}};
    struct page p;

    door_begin(r, &p, &d);
    ui_form_begin(r, NULL, text_printf(r->arena, "%s/pengganti", x->back), FORM_POST);
    web_once(r);
    text_field(r, CONTROL_TEXT, "delegate", UI_SIZE_L, &d);
    door_field(r, &role, &d);
    text_field(r, CONTROL_DATE, "valid_from", UI_SIZE_S, &d);
    text_field(r, CONTROL_DATE, "valid_to", UI_SIZE_S, &d);
    code_field(r, "kind", &d);
    code_field(r, "reason", &d);
    text_field(r, CONTROL_TEXT, "basis", UI_SIZE_L, &d);
    ui_buttons(r, b, ARRAY_LEN(b));
    ui_form_end(r);
    page_end(r, &p);
}

static void show_form(struct req *r, bool managed)
{
    struct asked x;

    if (ask(r, managed, &x))
        form(r, &x, NULL, 0);
}

/* ---- reading the form ---- */

static const char *take_code(struct req *r, const char *field, const char **ret)
{
    const char *typed = form_text(r, field);
    char **codes;
    size_t n, i;

    codes = text_split(r->arena, entity_field(&delegation_entity, field)->codes, ' ', &n);
    for (i = 0; i < n; i++)
        if (text_eq(codes[i], typed))
            *ret = codes[i];
    return *ret == NULL ? "delegation.choose" : NULL;
}

/* "all/3671" or the id of a grant of the person, of a government that may be seen here. */
static const char *take_role(struct req *r, const struct asked *x, struct delegation *d)
{
    const char *typed = form_text(r, "role");
    struct role_grant g;
    int64_t id = 0;

    if (text_starts(typed, ALL)) {
        if (text_int(typed + strlen(ALL), 0, INT64_MAX, &d->in_gov.v) < 0)
            return "delegation.choose";
    } else if (text_int(typed, 1, INT64_MAX, &id) < 0 || row_get(r->db, r->arena, &role_grant_entity, 0, id, &g) != 1 ||
               g.holder.v != x->person.head.id) {
        return "delegation.choose";
    } else {
        d->in_gov = g.in_gov;
        d->of_grant.v = id;
    }
    return x->gov != 0 && d->in_gov.v != x->gov ? "delegation.choose" : NULL;
}

static const char *take_delegate(struct req *r, struct delegation *d)
{
    const char *login = text_fold(r->arena, text_trim(r->arena, form_text(r, "delegate")));
    struct app_user u;

    if (*login == '\0' || user_by_login(r->db, r->arena, login, &u) != 1)
        return "delegation.not-here";
    d->delegate.v = u.head.id;
    return NULL;
}

static const char *take_day(struct req *r, const char *field, date *ret)
{
    *ret = DATE_NONE;
    return date_parse(form_text(r, field), ret) < 0 ? "user.date-bad" : NULL;
}

static const char *take(struct req *r, const struct asked *x, struct delegation *d, const char **ret_field)
{
    const char *key;

    *d = (struct delegation){.head = {.id = os_new_id()}, .delegator = {x->person.head.id}};
    d->basis = text_collapse(r->arena, form_text(r, "basis"));
    *ret_field = "delegate";
    key = take_delegate(r, d);
    if (key == NULL && (key = take_role(r, x, d)) != NULL)
        *ret_field = "role";
    if (key == NULL && (key = take_day(r, "valid_from", &d->valid_from)) != NULL)
        *ret_field = "valid_from";
    if (key == NULL && (key = take_day(r, "valid_to", &d->valid_to)) != NULL)
        *ret_field = "valid_to";
    if (key == NULL && (key = take_code(r, "kind", &d->kind.v)) != NULL)
        *ret_field = "kind";
    if (key == NULL && (key = take_code(r, "reason", &d->reason.v)) != NULL)
        *ret_field = "reason";
    if (key == NULL && strlen(d->basis) > 200) {
        *ret_field = "basis";
        key = "delegation.needs-basis";
    }
    return key;
}

/* Under which field a rule's refusal stands. */
static const char *field_of(const char *key)
{
    static const struct {
        const char *key, *field;
    } fields[] = {{"delegation.needs-basis", "basis"},    {"delegation.past", "valid_to"},
                  {"government.ends-before", "valid_to"}, {"delegation.longer", "valid_to"},
                  {"delegation.earlier", "valid_from"},   {"delegation.no-role", "role"},
                  {"delegation.double", "role"}};
    size_t i;

    for (i = 0; i < ARRAY_LEN(fields); i++)
        if (text_eq(fields[i].key, key))
            return fields[i].field;
    return "delegate";
}

/* ---- writing ---- */

struct job_of_page {
    struct delegation_plan plan;
    const char *back;
};

static int run(struct tx *tx, void *arg)
{
    const struct job_of_page *j = arg;

    return delegation_store(tx, &j->plan);
}

static void stored(struct req *r, void *arg, int result)
{
    const struct job_of_page *j = arg;

    sessions_forget_user(core_of(r->app)->sessions, j->plan.after.delegate.v);
    if (result < 0 && result != E_AGAIN)
        manage_refuse(r, result, result == E_STATE ? "delegation.not-now" : NULL);
    else
        web_redirect(r, j->back);
}

static const char *const verbs[DELEGATION_STEPS] = {"offer", "propose", "approve", "accept", "refuse", "end"};

static void send(struct req *r, bool managed)
{
    struct job_of_page *j = arena_new(r->arena, struct job_of_page);
    const enum delegation_step step = managed ? DELEGATION_PROPOSE : DELEGATION_OFFER;
    struct delegation *d = &j->plan.after;
    struct ui_error error = {NULL, NULL};
    struct asked x;
    const char *key;
    int e = 0;

    if (!form_knows(r, FIELDS) || !ask(r, managed, &x))
        return;
    key = take(r, &x, d, &error.field);
    if (key == NULL) {
        e = delegation_may(r->db, r->arena, d, step, r->actor->user, instant_date(r->now, gov_zone(r->db, d->in_gov.v)), &key);
        error.field = key != NULL ? field_of(key) : NULL;
    }
    if (e == E_PERMIT) {
        manage_forbid(r, "app_user", x.person.head.id, verbs[step], key);
    } else if (e < 0 && key == NULL) {
        manage_refuse(r, e, NULL);
    } else if (key != NULL) {
        error.text = T(r, key);
        form(r, &x, &error, 1);
    } else if (core_stepped_up(r)) {
        delegation_step_plan(&j->plan, step, r->actor->user);
        j->back = x.back;
        web_write(r, run, j, stored, NULL);
    }
}

/* The delegation of the address; it must be of the person of the page. */
static bool find(struct req *r, const struct asked *x, const char *part, struct delegation *ret)
{
    int e = row_get(r->db, r->arena, &delegation_entity, 0, route_id(r, part), ret);

    if (e < 0)
        web_refuse(r, e);
    else if (e == 0 || (ret->delegator.v != x->person.head.id && ret->delegate.v != x->person.head.id) ||
             (x->gov != 0 && ret->in_gov.v != x->gov))
        r->http->status = 404;
    else
        return true;
    return false;
}

static void take_step(struct req *r, bool managed, enum delegation_step step)
{
    struct job_of_page *j = arena_new(r->arena, struct job_of_page);
    struct asked x;
    const char *key = NULL;
    int e;

    if (!form_knows(r, "") || !ask(r, managed, &x) || !find(r, &x, managed ? "delegation" : "id", &j->plan.before))
        return;
    e = delegation_may(r->db, r->arena, &j->plan.before, step, r->actor->user,
                       instant_date(r->now, gov_zone(r->db, j->plan.before.in_gov.v)), &key);
    if (e == E_PERMIT) {
        manage_forbid(r, "delegation", j->plan.before.head.id, verbs[step], key);
        return;
    }
    if (e < 0) {
        manage_refuse(r, e, key);
        return;
    }
    if (step != DELEGATION_END && step != DELEGATION_REFUSE && !core_stepped_up(r))
        return;
    delegation_step_plan(&j->plan, step, r->actor->user);
    j->back = x.back;
    web_write(r, run, j, stored, NULL);
}

/* ---- routes ---- */

void page_delegation(struct req *r)
{
    show_form(r, false);
}

void page_delegation_offer(struct req *r)
{
    send(r, false);
}

void page_delegation_accept(struct req *r)
{
    take_step(r, false, DELEGATION_ACCEPT);
}

void page_delegation_refuse(struct req *r)
{
    take_step(r, false, DELEGATION_REFUSE);
}

void page_delegation_end(struct req *r)
{
    take_step(r, false, DELEGATION_END);
}

void page_user_delegation(struct req *r)
{
    show_form(r, true);
}

void page_user_delegation_propose(struct req *r)
{
    send(r, true);
}

void page_user_delegation_approve(struct req *r)
{
    take_step(r, true, DELEGATION_APPROVE);
}

void page_user_delegation_refuse(struct req *r)
{
    take_step(r, true, DELEGATION_REFUSE);
}

void page_user_delegation_end(struct req *r)
{
    take_step(r, true, DELEGATION_END);
}
