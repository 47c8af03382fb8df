/*
 * manage.c: /kerja/{gov}/pengguna: the accounts that an administrator looks after: list, new ones, first passwords, on and off.
 *
 * Under "-" all accounts, for administrators of the installation; else those whose home is the government. Any other account
 * is not there (security.md Z2). Roles are in manage_grant.c, and what takes two administrators beside them in admin.h.
 */
#include "base/text.h"
#include "core/auth/words.h"
#include "core/mail/mail.h"
#include "core/mail/message.h"
#include "core/user/address.h"
#include "core/user/delegation.h"
#include "core/user/manage.h"
#include "core/user/query.h"
#include "engine/privacy.h"
#include "engine/refusal.h"
#include "engine/row.h"

#define PAGE_ROWS  50
#define FIELDS_NEW "login name email nip"

const char *manage_url(struct req *r, int64_t user)
{
    const char *slug = route_param(r, "gov");

    return user == 0 ? url(r, "/kerja/%s/pengguna", slug) : url(r, "/kerja/%s/pengguna/%lld", slug, (long long)user);
}

bool managed_get(struct req *r, struct app_user *ret)
{
    int64_t gov = req_gov(r)->id;
    int e = row_get(r->db, r->arena, &app_user_entity, 0, route_id(r, "id"), ret);

    if (e < 0)
        web_refuse(r, e);
    else if (e == 0 || (gov != 0 && ret->home.v != gov) || ret->head.voided_at.v != INSTANT_NONE.v)
        r->http->status = 404;
    else
        return true;
    return false;
}

void manage_refuse(struct req *r, int result, const char *key)
{
    web_refuse(r, key != NULL ? fail(r, result, key) : result);
}

static void show_forbidden(struct req *r, void *key)
{
    manage_refuse(r, E_PERMIT, key);
}

void manage_forbid(struct req *r, const char *entity, int64_t id, const char *what, const char *key)
{
    refusal_note(
        r,
        &(struct refusal){
            .entity = entity, .id = id, .what = what, .why = key, .answer = show_forbidden, .arg = arena_text(r->arena, key)});
}

/* ---- the list ---- */

static void list_row(struct req *r, const struct ui_table *t, const struct rows *rows)
{
    const char *login = rows_text(rows, r->arena, 1);

    ui_row_begin(r, false);
    ui_cell_link(r, t, 0, login, manage_url(r, rows_int(rows, 0)));
    ui_cell(r, t, 1, rows_text(rows, r->arena, 2));
    ui_cell_begin(r, t, 2);
    if (rows_int(rows, 3) == 1)
        ui_tag(r, TONE_WARN, ICON_PAUSE, T(r, "app_user.disabled"));
    else
        ui_tag(r, TONE_GOOD, ICON_OF_TONE, T(r, "user.in-use"));
    if (rows_int(rows, 4) > 0)
        ui_tag(r, TONE_INFO, ICON_CLOCK, T(r, "role_grant.status-pending"));
    ui_cell_end(r, t, 2);
    ui_row_end(r);
}

static int list_rows(struct req *r, const struct ui_table *t, const char *asked, const char **ret_last)
{
    const char *like = *asked != '\0' ? text_printf(r->arena, "%%%s%%", text_fold(r->arena, asked)) : "%";
    const char *after = http_query(r->http, "sesudah");
    int n = 0, e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, r->db, &q_users, V((ref){req_gov(r)->id}), V(after != NULL ? after : ""), V(like),
                  V((int64_t)PAGE_ROWS + 1));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        if (++n <= PAGE_ROWS) {
            list_row(r, t, &rows);
            *ret_last = rows_text(&rows, r->arena, 1);
        }
        e = 0;
    }
    return e < 0 ? e : n;
}

void page_users(struct req *r)
{
    const struct ui_column columns[] = {{.label = T(r, "app_user.login"), .head = true},
                                        {.label = T(r, "app_user.name")},
                                        {.label = T(r, "role_grant.status")}};
    const struct ui_table t = {.caption = T(r, "user.title"), .columns = columns, .n = ARRAY_LEN(columns), .fold = true};
    const char *asked = http_query(r->http, "cari"), *last = NULL;
    const struct ui_button make = {.label = T(r, "user.make"),
                                   .href = url(r, "/kerja/%s/pengguna/baru", route_param(r, "gov")),
                                   .look = BUTTON_FIRST,
                                   .icon = ICON_PLUS};
    struct ui_field search = {.type = CONTROL_SEARCH, .name = "cari", .label = T(r, "user.search"), .value = asked};
    struct page p = {.shell = SHELL_WORKSPACE, .title = T(r, "user.title"), .here = manage_url(r, 0)};
    struct ui_pager pager = {.total = -1};
    int n;

    web_page_begin(r, &p);
    ui_head(r, p.title, T(r, "user.list-text"), &make, 1);
    ui_filter_begin(r, manage_url(r, 0), T(r, "user.search"));
    ui_filter_field(r, &search);
    ui_filter_end(r);
    ui_table_begin(r, &t);
    n = list_rows(r, &t, asked != NULL ? asked : "", &last);
    ui_table_end(r, &t);
    if (n > PAGE_ROWS)
        pager.next = text_printf(r->arena, "?cari=%s&sesudah=%s", url_encode(r->arena, asked != NULL ? asked : ""),
                                 url_encode(r->arena, last));
    pager.from = n > 0 ? 1 : 0;
    pager.to = n > PAGE_ROWS ? PAGE_ROWS : n;
    ui_pager(r, &pager);
    page_end(r, &p);
}

/* ---- a new account ---- */

static void account_notice(struct req *r)
{
    const struct entity *e = &app_user_entity;
    bool *asked = arena_array(r->arena, e->n_fields, bool);
    size_t i;

    for (i = 0; i < e->n_fields; i++)
        asked[i] = text_has_word(FIELDS_NEW, e->fields[i].name);
    privacy_notice(r, e, asked);
}

static void new_form(struct req *r, const struct ui_error *errors, size_t n)
{
    const struct door_page d = {.title = T(r, "user.make"), .text = T(r, "user.make-text"), .errors = errors, .n_errors = n};
    const struct ui_field v[] = {
        {.type = CONTROL_TEXT,
         .name = "name",
         .label = T(r, "app_user.name"),
         .value = form_text(r, "name"),
         .size = UI_SIZE_L},
        {.type = CONTROL_TEXT,
         .name = "login",
         .label = T(r, "app_user.login"),
         .hint = T(r, "user.login-hint"),
         .value = form_text(r, "login"),
         .size = UI_SIZE_L},
        {.type = CONTROL_EMAIL,
         .name = "email",
         .label = T(r, "app_user.email"),
         .value = form_text(r, "email"),
         .optional = true,
         .size = UI_SIZE_L},
        {.type = CONTROL_TEXT,
         .name = "nip",
         .label = T(r, "app_user.nip"),
         .value = form_text(r, "nip"),
         .optional = true,
         .size = UI_SIZE_M},
    };
    const struct ui_button b[] = {{.label = T(r, "user.make"), .look = BUTTON_FIRST},
                                  {.label = T(r, "user.back"), .href = manage_url(r, 0), .look = BUTTON_PLAIN}};
    struct page p;
    size_t i;

    door_begin(r, &p, &d);
    ui_form_begin(r, NULL, url(r, "/kerja/%s/pengguna/baru", route_param(r, "gov")), FORM_POST);
    web_once(r);
    for (i = 0; i < ARRAY_LEN(v); i++)
        door_field(r, &v[i], &d);
    account_notice(r);
    ui_buttons(r, b, ARRAY_LEN(b));
    ui_form_end(r);
    page_end(r, &p);
}

void page_user_new(struct req *r)
{
    new_form(r, NULL, 0);
}

/* A first password on its way through the hashing pool: for a new account, or anew for an old one. */
struct first {
    const char *password;
    struct user_new fresh;
    struct address_ask ask; /* of a new account with an address */
    struct user_reset reset;
    void (*then)(struct req *r, struct first *f);
    struct parked *parked;
    int result;
    char phc[PASSWORD_PHC_SIZE];
};

static void first_hashed(void *arg, const struct hash_answer *answer)
{
    struct first *f = arg;

    f->result = answer->result;
    (void)snprintf(f->phc, sizeof f->phc, "%s", answer->phc); /* a PHC string of ours fits */
    web_wake(f->parked);
}

static void first_ready(struct req *r, void *arg)
{
    struct first *f = arg;

    if (f->result < 0)
        door_later(r, 503, "login.busy", 5000);
    else
        f->then(r, f);
}

static void first_ask(struct req *r, struct first *f)
{
    int e;

    f->password = words_phrase(r->arena, WORDS_PHRASE, PASSWORD_MIN_ALONE);
    f->parked = web_park(r, first_ready, f);
    e = hashpool_ask(core_of(r->app)->hashpool, HASH_MAKE, f->password, NULL, first_hashed, f);
    if (e < 0) {
        f->result = e;
        web_wake(f->parked);
    }
}

static void page_first_shown(struct req *r, const char *login, const char *password, const char *on)
{
    const struct door_page d = {.title = T(r, "user.first-password"), .text = T(r, "user.first-password-text")};
    const struct ui_button go = {.label = T(r, "user.to-user"), .href = on, .look = BUTTON_FIRST};
    struct page p;

    door_begin(r, &p, &d);
    ui_facts_begin(r, true);
    ui_fact(r, T(r, "app_user.login"), login);
    ui_fact_begin(r, T(r, "user.first-password"));
    html(r, "<code>%s</code>", password);
    ui_fact_end(r);
    ui_facts_end(r);
    ui_buttons(r, &go, 1);
    page_end(r, &p);
}

static int make_run(struct tx *tx, void *plan)
{
    const struct first *f = plan;

    int e = user_store(tx, &f->fresh);

    return e < 0 || f->ask.address == NULL ? e : address_ask_store(tx, &f->ask);
}

static void made(struct req *r, void *plan, int result)
{
    const struct first *f = plan;
    const struct ui_error taken = {"login", T(r, "user.login-taken")};

    if (result == E_CONFLICT)
        new_form(r, &taken, 1);
    else if (result == E_AGAIN)
        web_redirect(r, manage_url(r, 0));
    else if (result < 0)
        web_refuse(r, result);
    else
        page_first_shown(r, f->fresh.row.login, f->password, manage_url(r, f->fresh.row.head.id));
}

static void make_ready(struct req *r, struct first *f)
{
    user_plan(&f->fresh, r->arena, form_text(r, "login"), form_text(r, "name"), form_text(r, "email"), form_text(r, "nip"),
              req_gov(r)->id, f->password, f->phc, r->now);
    if (f->fresh.row.email != NULL && mail_is_set_up(r->app))
        address_ask_plan(&f->ask, r, f->fresh.row.head.id, f->fresh.row.email);
    web_write(r, make_run, f, made, NULL);
}

void page_user_make(struct req *r)
{
    const char *login = text_fold(r->arena, text_trim(r->arena, form_text(r, "login")));
    struct first *f = arena_new(r->arena, struct first);
    const char *email = text_trim(r->arena, form_text(r, "email"));
    struct ui_error errors[3];
    size_t n = 0;

    if (!form_knows(r, FIELDS_NEW))
        return;
    if (*text_trim(r->arena, form_text(r, "name")) == '\0')
        errors[n++] = (struct ui_error){"name", T(r, "user.name-missing")};
    if (!text_empty(email) && !mail_address_good(email))
        errors[n++] = (struct ui_error){"email", T(r, "user.email-bad")};
    if (login_fault(login) != NULL)
        errors[n++] = (struct ui_error){"login", T(r, login_fault(login))};
    if (n > 0) {
        new_form(r, errors, n);
        return;
    }
    f->then = make_ready;
    first_ask(r, f);
}

/* ---- anew ---- */

static int reset_run(struct tx *tx, void *plan)
{
    const struct first *f = plan;

    return user_reset_store(tx, &f->reset);
}

static void reset_done(struct req *r, void *plan, int result)
{
    const struct first *f = plan;

    if (result < 0) {
        web_refuse(r, result == E_AGAIN ? E_STATE : result);
        return;
    }
    sessions_forget_user(core_of(r->app)->sessions, f->reset.user.head.id);
    page_first_shown(r, f->reset.user.login, f->password, manage_url(r, f->reset.user.head.id));
}

static void reset_ready(struct req *r, struct first *f)
{
    user_reset_plan(&f->reset, f->phc, r->now);
    web_write(r, reset_run, f, reset_done, NULL);
}

static int ask_run(struct tx *tx, void *plan)
{
    return user_reset_ask_store(tx, plan);
}

static void reset_ask(struct req *r, const struct app_user *user)
{
    struct user_reset_ask *x = arena_new(r->arena, struct user_reset_ask);

    user_reset_ask_plan(x, r->arena, user, r->actor->user);
    web_write(r, ask_run, x, NULL, manage_url(r, user->head.id));
}

void page_user_reset(struct req *r)
{
    struct first *f = arena_new(r->arena, struct first);
    int64_t asked_by = 0;
    int e;

    if (!form_knows(r, "") || !managed_get(r, &f->reset.user))
        return;
    if (f->reset.user.head.id == r->actor->user) {
        manage_forbid(r, "app_user", r->actor->user, "reset", "user.not-yourself");
        return;
    }
    if (!core_stepped_up(r))
        return;
    e = user_reset_asked(r->db, &f->reset.user, r->now, &asked_by);
    if (e == 0) {
        reset_ask(r, &f->reset.user);
        return;
    }
    if (e == 1 && asked_by == r->actor->user) {
        manage_forbid(r, "app_user", f->reset.user.head.id, "reset", "user.reset-second");
        return;
    }
    e = e < 0 ? e : secret_get(r->db, r->arena, f->reset.user.head.id, &f->reset.before);
    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    f->then = reset_ready;
    first_ask(r, f);
}

/* ---- on and off ---- */

static int switch_run(struct tx *tx, void *plan)
{
    struct user_switch *s = plan;
    struct actor_mark *mark = tx->actor;

    mark->step = s->disabled ? "disable" : "enable";
    return user_switch_store(tx, s);
}

static void switched(struct req *r, void *plan, int result)
{
    const struct user_switch *s = plan;

    sessions_forget_user(core_of(r->app)->sessions, s->user.head.id);
    delegation_forget(r, s->user.head.id);
    if (result < 0 && result != E_AGAIN)
        manage_refuse(r, result, result == E_STATE ? "user.last-admin" : NULL);
    else
        web_redirect(r, manage_url(r, s->user.head.id));
}

static void switch_user(struct req *r, bool disabled)
{
    struct user_switch *s = arena_new(r->arena, struct user_switch);

    if (!form_knows(r, "") || !managed_get(r, &s->user))
        return;
    if (s->user.head.id == r->actor->user) {
        manage_forbid(r, "app_user", r->actor->user, "disable", "user.not-yourself");
        return;
    }
    if (!core_stepped_up(r))
        return;
    s->disabled = disabled;
    web_write(r, switch_run, s, switched, NULL);
}

void page_user_disable(struct req *r)
{
    switch_user(r, true);
}

void page_user_enable(struct req *r)
{
    switch_user(r, false);
}
