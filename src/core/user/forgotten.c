/*
 * forgotten.c: /masuk/lupa, where a link is asked for, and /masuk/baru, where it leads (security.md A8).
 *
 * Asking only puts what was typed into the outbox. Whether there is such an account, and where its mail goes, is found out
 * afterwards by the outbox: so the answer and its time are the same for every name. The link is 32 random bytes, of which the
 * hash is stored; it works once, for half an hour, and only the newest does. It changes the password and nothing else: the
 * second factor stays, nobody is logged in by it, and every session of the account ends.
 */
#include <inttypes.h>
#include <sodium.h>

#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "core/mail/mail.h"
#include "core/user/admin.h"
#include "core/user/forgotten.h"
#include "core/user/link.h"
#include "core/user/pages.h"
#include "core/user/password_step.h"
#include "core/user/query.h"
#include "engine/row.h"
#include "os/os.h"
#include "ui/lang.h"

#define TYPED_MAX   254
#define ARGS_MAX    ((size_t)2 * KB)
#define FOUND_MAX   3 /* accounts with one address */
#define READER_WAIT 1000

static int64_t now_ms(void)
{
    return os_monotonic_us() / 1000;
}

/* ---- asking ---- */

static void ask_form(struct req *r, const struct ui_error *errors, size_t n)
{
    const bool can = mail_is_set_up(r->app);
    const struct door_page d = {.title = T(r, "forgotten.title"),
                                .text = T(r, can ? "forgotten.text" : "forgotten.no-mail"),
                                .errors = errors,
                                .n_errors = n};
    const struct ui_field name = {.type = CONTROL_TEXT,
                                  .name = "login",
                                  .label = T(r, "forgotten.login"),
                                  .value = form_text(r, "login"),
                                  .autocomplete = "username",
                                  .size = UI_SIZE_L};
    const struct ui_button v[] = {{.label = T(r, "forgotten.go"), .look = BUTTON_FIRST},
                                  {.label = T(r, "forgotten.back"), .href = "/masuk", .look = BUTTON_PLAIN}};
    struct page p;

    door_begin(r, &p, &d);
    if (can) {
        ui_form_begin(r, NULL, "/masuk/lupa", FORM_POST);
        door_field(r, &name, &d);
        ui_buttons(r, v, ARRAY_LEN(v));
        ui_form_end(r);
        html(r, "<p class=\"small mute\">%s</p>\n", T(r, "forgotten.no-address"));
    } else {
        ui_buttons(r, &v[1], 1);
    }
    page_end(r, &p);
}

void page_forgotten(struct req *r)
{
    ask_form(r, NULL, 0);
}

static int ask_run(struct tx *tx, void *plan)
{
    return outbox_add(tx, FORGOTTEN_EFFECT, NULL, plan);
}

static void page_asked(struct req *r, void *plan, int result)
{
    const struct ui_button back = {.label = T(r, "forgotten.back"), .href = "/masuk", .look = BUTTON_SECOND};

    (void)plan;
    if (result < 0 && result != E_AGAIN) {
        web_refuse(r, result);
        return;
    }
    runner_wake(r->app->runner);
    door_log(r, "reset-ask", "good", 0);
    door_done(r, T(r, "forgotten.asked"), T(r, "forgotten.asked-text"), &back);
}

/* By address, and by what was typed, whether or not there is such an account. False: the answer was made. */
static bool may_ask(struct req *r, const char *typed)
{
    struct ratelimit *limits = core_of(r->app)->limits;
    int64_t wait_ms;

    if (ratelimit_take(limits, RATE_RESET, r->http->address, now_ms(), &wait_ms) == 0 &&
        ratelimit_take(limits, RATE_RESET_ACCOUNT, typed, now_ms(), &wait_ms) == 0)
        return true;
    door_log(r, "reset-ask", "later", 0);
    door_later(r, 429, "login.later", wait_ms);
    return false;
}

void page_forgotten_ask(struct req *r)
{
    const char *typed = text_fold(r->arena, text_trim(r->arena, form_text(r, "login")));
    const struct ui_error error = {"login", T(r, "forgotten.login-missing")};
    struct json_out j;
    struct buf args;

    if (!form_knows(r, "login"))
        return;
    if (!mail_is_set_up(r->app) || *typed == '\0' || strlen(typed) > TYPED_MAX) {
        ask_form(r, &error, 1);
        return;
    }
    if (!may_ask(r, typed))
        return;
    buf_init(&args, r->arena, ARGS_MAX);
    json_out_init(&j, &args);
    json_out_object(&j);
    json_put_text(&j, "typed", typed);
    json_put_text(&j, "lang", lang_code(r->lang));
    json_out_end(&j);
    web_write(r, ask_run, args.s, page_asked, NULL);
}

/* ---- who it was ---- */

struct issue {
    const struct app_user *user;
    struct link_new link;
    enum lang lang;
};

/* The accounts that a link can be sent for: by login, else by confirmed address. */
static int find_users(struct db *db, struct arena *a, const char *typed, struct app_user *v, size_t *ret_n)
{
    struct app_user user;
    size_t n = 0;
    int e = user_by_login(db, a, typed, &user);

    if (e == 1)
        v[n++] = user;
    if (e != 0) {
        *ret_n = n;
        return e < 0 ? e : 0;
    }
    {
        int64_t ids[FOUND_MAX];
        size_t found = 0, i;

        AUTO_ROWS struct rows rows;

        e = db_select(&rows, db, &q_user_email, V(typed), V((int64_t)FOUND_MAX));
        while (e == 0 && (e = rows_next(&rows)) > 0) {
            ids[found++] = rows_int(&rows, 0);
            e = 0;
        }
        for (i = 0; i < found && e >= 0; i++)
            if ((e = row_get(db, a, &app_user_entity, 0, ids[i], &v[n])) == 1)
                n++;
    }
    *ret_n = n;
    return e < 0 ? e : 0;
}

static int issue_run(struct tx *tx, void *arg)
{
    const struct issue *x = arg;
    struct mail mail = {.user = x->user->head.id,
                        .word = "link",
                        .args = {x->user->login},
                        .path = x->link.kind->path,
                        .secret = x->link.token.text,
                        .lang = x->lang};
    int e = link_store(tx, &x->link, &mail.until);

    return e < 0 ? e : mail_queue(tx, &mail);
}

/* `id`: the row's; that of the question for the first account, so that a second attempt at it finds that it was done. */
static int issue(struct app *app, struct arena *a, const struct app_user *user, int64_t id, enum lang lang)
{
    struct issue x = {.user = user, .lang = lang};
    int64_t wait_ms;
    int e;

    if (user->disabled || user->login == NULL || user_address(user) == NULL)
        return 0;
    if (ratelimit_take(core_of(app)->limits, RATE_RESET_ACCOUNT, text_printf(a, "user/%" PRId64, user->head.id), now_ms(),
                       &wait_ms) < 0)
        return 0;
    link_plan(&x.link, a, &link_reset, user->head.id);
    x.link.row.head.id = id;
    e = writer_do(app->writer, issue_run, &x);
    sodium_memzero(&x.link.token, sizeof x.link.token);
    if (e == 0)
        log_record(LEVEL_INFO, "auth", LOG_TEXT("step", "reset-link"), LOG_TEXT("outcome", "good"),
                   LOG_INT("user", user->head.id));
    return e == E_CONFLICT ? 0 : e;
}

int forgotten_run(struct app *app, const char *key, const char *args, struct arena *a)
{
    struct app_user v[FOUND_MAX];
    const struct json_in *in;
    const char *typed = NULL, *lang = NULL;
    struct db *db;
    int64_t id;
    size_t n = 0, i;
    int e = json_read(a, args, strlen(args), ARGS_MAX, &in, NULL);

    if (e < 0 || json_get_text(in, "typed", &typed) != 1 || json_get_text(in, "lang", &lang) < 0 ||
        text_int(key, 1, INT64_MAX, &id) < 0)
        return E_FORMAT;
    e = pool_take(app->pool, READER_WAIT, &db);
    if (e < 0)
        return E_BUSY;
    e = find_users(db, a, typed, v, &n);
    pool_give(app->pool, db);
    for (i = 0; i < n && e == 0; i++)
        e = issue(app, a, &v[i], i == 0 ? id : os_new_id(), lang_of(lang));
    return e == E_STORAGE || e == E_FULL || e == E_HOLD ? E_BUSY : e;
}

/* ---- where the link leads ---- */

struct fresh {
    struct link_found link;
    struct user_secret before, after;
    bool second_factor;
};

/* The link's account. False: the answer was made. */
static bool fresh_get(struct req *r, const char *text, struct fresh *f)
{
    int e;

    if (!link_get(r, &link_reset, text, &f->link))
        return false;
    e = secret_get(r->db, r->arena, f->link.user.head.id, &f->before);
    if (e == 0)
        e = second_factor_wanted(r, f->link.user.head.id);
    f->second_factor = e == 1 || f->before.totp != NULL;
    if (e < 0)
        web_refuse(r, e);
    return e >= 0;
}

static void fresh_form(struct req *r, const struct fresh *f, const char *link, const struct ui_error *errors, size_t n)
{
    const struct door_page d = {.title = T(r, "forgotten.new"),
                                .text = T1(r, "forgotten.new-text", f->link.user.login),
                                .errors = errors,
                                .n_errors = n};
    const struct ui_button go = {.label = T(r, "login.keep-password"), .look = BUTTON_FIRST};
    struct page p;

    door_begin(r, &p, &d);
    ui_form_begin(r, NULL, "/masuk/baru", FORM_POST);
    ui_hidden(r, "kunci", link);
    password_owner(r, f->link.user.login);
    new_password_fields(r, &d, f->second_factor);
    ui_buttons(r, &go, 1);
    ui_form_end(r);
    page_end(r, &p);
}

void page_fresh(struct req *r)
{
    const char *link = http_query(r->http, "kunci");
    struct fresh f;

    if (fresh_get(r, link, &f))
        fresh_form(r, &f, link, NULL, 0);
}

static void fresh_refused(struct req *r, void *arg, const struct ui_error *error)
{
    fresh_form(r, arg, form_text(r, "kunci"), error, 1);
}

static int fresh_run(struct tx *tx, void *plan)
{
    const struct fresh *f = plan;
    const struct secret_change change = {
        .user = &f->link.user, .step = "password", .before = &f->before, .after = &f->after, .spent = &f->link.row};
    int e = secret_apply(tx, &change);

    return e < 0 ? e : sessions_end(tx, f->link.user.head.id, 0);
}

static void fresh_stored(struct req *r, void *plan, int result)
{
    const struct fresh *f = plan;
    const struct ui_button on = {.label = T(r, "login.go"), .href = "/masuk", .look = BUTTON_FIRST};

    r->http->no_referrer = true;
    if (result == E_CONFLICT) {
        page_link_gone(r);
        return;
    }
    if (result < 0) {
        web_refuse(r, result);
        return;
    }
    sessions_forget_user(core_of(r->app)->sessions, f->link.user.head.id);
    door_log(r, "reset", "good", f->link.user.head.id);
    door_done(r, T(r, "forgotten.done"), T(r, f->before.totp != NULL ? "forgotten.done-factor" : "forgotten.done-text"), &on);
}

static void fresh_good(struct req *r, void *arg, const char *phc)
{
    struct fresh *f = arg;
    struct actor_mark *mark;

    f->after = f->before;
    f->after.head.id = f->link.user.head.id;
    f->after.password = phc;
    f->after.must_change = false;
    f->after.first_until = INSTANT_NONE;
    web_write(r, fresh_run, f, fresh_stored, NULL);
    mark = web_mark(r);
    mark->role = "login";
    mark->user = f->link.user.head.id;
    mark->subject_key = f->link.user.head.record_key;
    mark->name = f->link.user.name;
    mark->reason = "mail";
}

void page_fresh_set(struct req *r)
{
    struct fresh *f = arena_new(r->arena, struct fresh);
    struct password_step *s = arena_new(r->arena, struct password_step);
    int e;

    if (!form_knows(r, "kunci new again") || !fresh_get(r, form_text(r, "kunci"), f))
        return;
    *s = (struct password_step){.second_factor = f->second_factor,
                                .other_than = f->before.password,
                                .refused = fresh_refused,
                                .good = fresh_good,
                                .arg = f};
    e = door_person(r, &f->link.user, &s->person);
    if (e < 0)
        web_refuse(r, e);
    else
        password_step(r, s);
}
