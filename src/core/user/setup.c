/*
 * setup.c: /siapkan: who holds a setup secret becomes one of the first two administrators (security.md A10, Z4).
 */
#include "base/date.h"
#include "base/text.h"
#include "core/user/admin.h"
#include "core/user/pages.h"
#include "core/user/password_step.h"
#include "core/user/query.h"
#include "engine/row.h"
#include "os/os.h"

#define FIELDS "secret login name email new again"

static void setup_form(struct req *r, const struct ui_error *errors, size_t n)
{
    const struct door_page d = {.title = T(r, "setup.title"), .text = T(r, "setup.text"), .errors = errors, .n_errors = n};
    const struct ui_field v[] = {
        {.type = CONTROL_TEXT,
         .name = "secret",
         .label = T(r, "setup.secret"),
         .hint = T(r, "setup.secret-hint"),
         .autocomplete = "off",
         .size = UI_SIZE_L},
        {.type = CONTROL_TEXT,
         .name = "name",
         .label = T(r, "app_user.name"),
         .value = form_text(r, "name"),
         .autocomplete = "name",
         .size = UI_SIZE_L},
        {.type = CONTROL_TEXT,
         .name = "login",
         .label = T(r, "login.name"),
         .hint = T(r, "user.login-hint"),
         .value = form_text(r, "login"),
         .autocomplete = "username",
         .size = UI_SIZE_L},
        {.type = CONTROL_EMAIL,
         .name = "email",
         .label = T(r, "app_user.email"),
         .value = form_text(r, "email"),
         .optional = true,
         .size = UI_SIZE_L},
    };
    const struct ui_button go = {.label = T(r, "setup.go"), .look = BUTTON_FIRST};
    struct page p;
    size_t i;

    door_begin(r, &p, &d);
    ui_form_begin(r, NULL, "/siapkan", FORM_POST);
    for (i = 0; i < ARRAY_LEN(v); i++)
        door_field(r, &v[i], &d);
    new_password_fields(r, &d, true);
    ui_buttons(r, &go, 1);
    ui_form_end(r);
    page_end(r, &p);
}

void page_setup(struct req *r)
{
    int64_t open;
    int e = setup_open(r->db, &open);

    if (e == 0 && open == 0)
        r->http->status = 404;
    else if (e < 0)
        web_refuse(r, e);
    else
        setup_form(r, NULL, 0);
}

/* ---- taking a place ---- */

struct taking {
    struct credential credential;
    struct setup_seat seat;
    struct user_new user;
    struct role_grant grant;
    struct session_new session;
};

static void refused(struct req *r, void *arg, const struct ui_error *error)
{
    (void)arg;
    setup_form(r, error, 1);
}

static void refuse(struct req *r, const char *field, const char *key)
{
    const struct ui_error error = {field, T(r, key)};

    setup_form(r, &error, 1);
}

static int take_run(struct tx *tx, void *plan)
{
    const struct taking *t = plan;
    struct credential used = t->credential;
    struct setup_seat seat = t->seat;
    struct record head;
    int e;

    used.used_at = tx->now;
    seat.taken_at = tx->now;
    seat.taken_by.v = t->user.row.head.id;
    e = row_update(tx, &credential_entity, &t->credential, &used, &head);
    if (e == 0)
        e = user_store(tx, &t->user);
    if (e == 0)
        e = row_update(tx, &setup_seat_entity, &t->seat, &seat, &head);
    if (e == 0)
        e = grant_store_active(tx, &t->grant);
    return e < 0 ? e : session_start(tx, &t->session, NULL);
}

static void taken(struct req *r, void *plan, int result)
{
    const struct taking *t = plan;

    if (result == E_CONFLICT) {
        refuse(r, "login", "user.login-taken");
    } else if (result < 0) {
        web_refuse(r, result == E_AGAIN ? E_STATE : result);
    } else {
        http_answer_cookie(r->http, SESSION_COOKIE, t->session.token.text, -1);
        web_redirect(r, "/masuk/pengaman");
    }
}

static void password_good(struct req *r, void *arg, const char *phc)
{
    struct taking *t = arg;
    struct actor_mark *mark;
    int e;

    user_plan(&t->user, r->arena, form_text(r, "login"), form_text(r, "name"), form_text(r, "email"), NULL, 0, NULL, phc,
              r->now);
    t->grant = grant_of(t->user.row.head.id, "admin", GOV_ANY, instant_date(r->now, r->zone_minutes));
    session_plan(&t->session, r->arena, t->user.row.head.id, "enrol", r->now, r->http->address,
                 http_header(r->http, "user-agent"));
    e = session_enrols(r, &t->session.row);
    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    web_write(r, take_run, t, taken, NULL);
    mark = web_mark(r);
    mark->role = "setup";
    mark->step = "setup";
}

/* 1 with credential and seat, 0 unknown, E_STATE used or void. */
static int find_secret(struct req *r, struct taking *t)
{
    struct token_hash hash;
    int e;

    AUTO_ROWS struct rows rows;

    if (token_hash(TOKEN_SETUP, text_trim(r->arena, form_text(r, "secret")), &hash) < 0)
        return 0;
    e = db_select(&rows, r->db, &q_credential, V("setup"), V(hex_text(r->arena, hash.h, sizeof hash.h)));
    if (e == 0)
        e = rows_next(&rows);
    if (e == 1)
        e = row_get(r->db, r->arena, &credential_entity, 0, rows_int(&rows, 0), &t->credential);
    if (e <= 0)
        return e;
    if (t->credential.used_at.v != INSTANT_NONE.v)
        return E_STATE;
    return row_get(r->db, r->arena, &setup_seat_entity, 0, t->credential.stands_for, &t->seat);
}

static void page_gone(struct req *r)
{
    struct page p = {.shell = SHELL_BARE, .title = T(r, "setup.gone")};

    r->http->status = 410;
    web_page_begin(r, &p);
    state_empty(r, p.title, T(r, "setup.gone-text"), NULL);
    page_end(r, &p);
}

void page_setup_take(struct req *r)
{
    struct taking *t = arena_new(r->arena, struct taking);
    struct password_step *s = arena_new(r->arena, struct password_step);
    const char *login = text_fold(r->arena, text_trim(r->arena, form_text(r, "login")));
    const char *name = text_collapse(r->arena, form_text(r, "name"));
    int64_t wait_ms;
    int e;

    if (!form_knows(r, FIELDS))
        return;
    if (ratelimit_take(core_of(r->app)->limits, RATE_RESET, r->http->address, os_monotonic_us() / 1000, &wait_ms) < 0) {
        door_later(r, 429, "login.later", wait_ms);
        return;
    }
    e = find_secret(r, t);
    if (e == E_STATE)
        page_gone(r);
    else if (e < 0)
        web_refuse(r, e);
    else if (e == 0)
        refuse(r, "secret", "setup.secret-wrong");
    else if (login_fault(login) != NULL)
        refuse(r, "login", login_fault(login));
    else if (*name == '\0')
        refuse(r, "name", "user.name-missing");
    if (e <= 0 || login_fault(login) != NULL || *name == '\0')
        return;
    *s = (struct password_step){
        .person = {.name = name, .login = login}, .second_factor = true, .refused = refused, .good = password_good, .arg = t};
    password_step(r, s);
}
