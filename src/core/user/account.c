/*
 * account.c: /akun: who am I here, which roles, which sessions, which tokens; password and recovery codes.
 *
 * Not for: making tokens (token_page.c), the second factor asked again (step_up.c).
 */
#include "base/text.h"
#include "core/notice/notice.h"
#include "core/user/admin.h"
#include "core/user/pages.h"
#include "core/user/password_step.h"
#include "core/user/query.h"
#include "engine/row.h"
#include "ui/lang.h"

bool own_get(struct req *r, struct own *ret)
{
    int e;

    if (r->actor->session == 0) {
        web_refuse(r, E_PERMIT);
        return false;
    }
    e = row_get(r->db, r->arena, &session_entity, 0, r->actor->session, &ret->session);
    if (e == 1)
        e = row_get(r->db, r->arena, &app_user_entity, 0, r->actor->user, &ret->user);
    if (e == 1) {
        e = secret_get(r->db, r->arena, r->actor->user, &ret->secret);
        e = e < 0 ? e : 1;
    }
    if (e <= 0)
        web_refuse(r, e < 0 ? e : E_AUTH);
    return e == 1;
}

/* ---- the page ---- */

const char *role_name(struct req *r, const char *code)
{
    return T(r, text_printf(r->arena, "role.%s", code));
}

static void show_roles(struct req *r)
{
    size_t i;

    ui_section_begin(r, "peran", T(r, "account.roles"));
    if (r->actor->n_grants == 0)
        html(r, "<p class=\"mute\">%s</p>\n", T(r, "account.no-roles"));
    ui_facts_begin(r, true);
    for (i = 0; i < r->actor->n_grants; i++) {
        const struct grant *g = &r->actor->grants[i];

        ui_fact(r, role_name(r, g->role),
                g->behalf == NULL ? grant_place(r, g) : T2(r, "account.on-behalf", grant_place(r, g), g->behalf->name));
    }
    ui_facts_end(r);
    ui_section_end(r);
}

static void show_secret(struct req *r, const struct own *own)
{
    const struct ui_button change = {.label = T(r, "account.change-password"), .href = "/akun/sandi"};
    const struct ui_button fresh = {.label = T(r, "account.new-codes")};
    int64_t left = 0;

    ui_section_begin(r, "keamanan", T(r, "account.security"));
    ui_buttons(r, &change, 1);
    if (own->secret.totp != NULL && recovery_left(r->db, own->user.head.id, &left) == 0) {
        html(r, "<p>%s</p>\n", T1(r, "account.codes-left", say_count(r, left)));
        ui_form_begin(r, NULL, "/akun/pemulihan", FORM_POST);
        web_once(r);
        ui_buttons(r, &fresh, 1);
        ui_form_end(r);
    }
    ui_section_end(r);
}

static void show_sessions(struct req *r)
{
    const struct ui_column columns[] = {{.label = T(r, "account.session-since"), .head = true},
                                        {.label = T(r, "account.session-seen")},
                                        {.label = T(r, "account.session-where")},
                                        {.label = T(r, "account.session-end"), .hidden = true}};
    const struct ui_table t = {.caption = T(r, "account.sessions"), .columns = columns, .n = ARRAY_LEN(columns), .fold = true};
    struct session *v;
    size_t n, i;

    if (sessions_of(r->db, r->arena, r->actor->user, r->now, &v, &n) < 0)
        return;
    ui_section_begin(r, "sesi", T(r, "account.sessions"));
    ui_table_begin(r, &t);
    for (i = 0; i < n; i++) {
        const bool here = v[i].head.id == r->actor->session;
        const struct ui_button end = {.label = T(r, "account.session-end")};

        ui_row_begin(r, false);
        ui_cell(r, &t, 0, say_moment(r, v[i].made_at));
        ui_cell(r, &t, 1, here ? T(r, "account.session-here") : say_moment(r, v[i].seen_at));
        ui_cell_begin(r, &t, 2);
        html(r, "%s", v[i].address);
        ui_sub(r, v[i].agent);
        ui_cell_end(r, &t, 2);
        ui_cell_begin(r, &t, 3);
        if (!here) {
            ui_form_begin(r, NULL, url(r, "/akun/sesi/%lld/akhiri", (long long)v[i].head.id), FORM_POST);
            ui_button(r, &end);
            ui_form_end(r);
        }
        ui_cell_end(r, &t, 3);
        ui_row_end(r);
    }
    ui_table_end(r, &t);
    ui_section_end(r);
}

void page_account(struct req *r)
{
    struct page p = {.shell = SHELL_WORKSPACE, .title = T(r, "account.title"), .here = "/akun"};
    struct own own;

    if (!own_get(r, &own))
        return;
    web_page_begin(r, &p);
    ui_head(r, own.user.name, own.user.login, NULL, 0);
    show_roles(r);
    show_delegations(r, r->actor->user, false);
    show_secret(r, &own);
    show_mail(r, &own);
    notice_links(r);
    show_sessions(r);
    show_tokens(r);
    page_end(r, &p);
}

/* ---- password ---- */

static void password_form(struct req *r, const struct own *own, const struct ui_error *errors, size_t n)
{
    const struct door_page d = {.title = T(r, "account.change-password"), .errors = errors, .n_errors = n};
    const struct ui_field current = {.type = CONTROL_PASSWORD,
                                     .name = "current",
                                     .label = T(r, "password.current"),
                                     .autocomplete = "current-password",
                                     .size = UI_SIZE_L};
    const struct ui_button v[] = {{.label = T(r, "login.keep-password"), .look = BUTTON_FIRST},
                                  {.label = T(r, "account.back"), .href = "/akun", .look = BUTTON_PLAIN}};
    struct page p;

    door_begin(r, &p, &d);
    ui_form_begin(r, NULL, "/akun/sandi", FORM_POST);
    password_owner(r, own->user.login);
    door_field(r, &current, &d);
    new_password_fields(r, &d, own->secret.totp != NULL);
    ui_buttons(r, v, ARRAY_LEN(v));
    ui_form_end(r);
    page_end(r, &p);
}

void page_password(struct req *r)
{
    struct own own;

    if (own_get(r, &own))
        password_form(r, &own, NULL, 0);
}

struct changing {
    struct own own;
    struct user_secret after;
    struct session_new next;
};

static void change_refused(struct req *r, void *arg, const struct ui_error *error)
{
    const struct changing *c = arg;

    door_log(r, "password", text_eq(error->field, "current") ? "wrong" : "unfit", c->own.user.head.id);
    password_form(r, &c->own, error, 1);
}

/* A new session for this browser; all others of the account are over. */
static int change_run(struct tx *tx, void *plan)
{
    const struct changing *c = plan;
    const struct secret_change change = {
        .user = &c->own.user, .step = "password", .before = &c->own.secret, .after = &c->after};
    int e = secret_apply(tx, &change);

    if (e == 0)
        e = sessions_end(tx, c->own.user.head.id, 0);
    return e < 0 ? e : session_start(tx, &c->next, NULL);
}

static void changed(struct req *r, void *plan, int result)
{
    const struct changing *c = plan;

    if (result < 0) {
        web_refuse(r, result == E_AGAIN ? E_STATE : result);
        return;
    }
    sessions_forget_user(core_of(r->app)->sessions, c->own.user.head.id);
    http_answer_cookie(r->http, SESSION_COOKIE, c->next.token.text, -1);
    web_redirect(r, "/akun");
}

static void change_good(struct req *r, void *arg, const char *phc)
{
    struct changing *c = arg;

    c->after = c->own.secret;
    c->after.password = phc;
    session_plan(&c->next, r->arena, c->own.user.head.id, "open", r->now, r->http->address, http_header(r->http, "user-agent"));
    c->next.row.second_factor = c->own.session.second_factor;
    c->next.row.stepped_up = c->own.session.stepped_up;
    c->next.row.made_at = c->own.session.made_at; /* twelve hours from the login */
    web_write(r, change_run, c, changed, NULL);
}

void page_password_set(struct req *r)
{
    struct changing *c = arena_new(r->arena, struct changing);
    struct password_step *s = arena_new(r->arena, struct password_step);
    int e;

    if (!form_knows(r, "current new again") || !own_get(r, &c->own) || !factor_may_try(r, c->own.user.head.id))
        return;
    *s = (struct password_step){.second_factor = c->own.secret.totp != NULL,
                                .current = c->own.secret.password,
                                .refused = change_refused,
                                .good = change_good,
                                .arg = c};
    e = door_person(r, &c->own.user, &s->person);
    if (e < 0)
        web_refuse(r, e);
    else
        password_step(r, s);
}

/* ---- recovery codes ---- */

struct renewing {
    struct own own;
    struct recovery_new recovery;
};

static int renew_run(struct tx *tx, void *plan)
{
    const struct renewing *n = plan;
    const struct secret_change change = {.user = &n->own.user, .step = "recovery-codes", .recovery = &n->recovery};

    return secret_apply(tx, &change);
}

static void renewed(struct req *r, void *plan, int result)
{
    const struct renewing *n = plan;

    if (result == E_AGAIN)
        web_redirect(r, "/akun");
    else if (result < 0)
        web_refuse(r, result);
    else
        page_recovery_codes(r, &n->recovery, "/akun");
}

void page_recovery_renew(struct req *r)
{
    struct renewing *n = arena_new(r->arena, struct renewing);
    int e;

    if (!form_knows(r, "") || !own_get(r, &n->own) || !core_stepped_up(r))
        return;
    e = recovery_plan(core_of(r->app)->keyring, r->arena, n->own.user.head.id, &n->recovery);
    if (e < 0)
        web_refuse(r, e);
    else
        web_write(r, renew_run, n, renewed, NULL);
}

/* ---- sessions ---- */

static int end_run(struct tx *tx, void *plan)
{
    return session_end(tx, plan);
}

static void ended(struct req *r, void *plan, int result)
{
    const struct session *s = plan;

    if (result < 0 && result != E_AGAIN) {
        web_refuse(r, result);
        return;
    }
    sessions_forget(core_of(r->app)->sessions, s->head.id);
    web_redirect(r, "/akun");
}

void page_session_end(struct req *r)
{
    struct session *s = arena_new(r->arena, struct session);
    int e;

    if (!form_knows(r, ""))
        return;
    e = row_get(r->db, r->arena, &session_entity, 0, route_id(r, "id"), s);
    if (e < 0)
        web_refuse(r, e);
    else if (e == 0 || s->holder.v != r->actor->user)
        r->http->status = 404;
    else if (!r->actor->second_factor || core_stepped_up(r))
        web_write(r, end_run, s, ended, NULL);
}
