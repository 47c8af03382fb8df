/*
 * login.c: /masuk with name and password, and /keluar (security.md A2, A5, A6).
 *
 * An unknown name, a wrong password, an account that is disabled and a first password that ran out get the same answer after
 * the same work. Nothing is written for a wrong try.
 */
#include "base/text.h"
#include "core/mail/mail.h"
#include "core/user/door.h"
#include "core/user/pages.h"
#include "core/user/query.h"
#include "engine/row.h"
#include "os/os.h"

#define FIELDS "login password ke"

static void login_form(struct req *r, const struct ui_error *errors, size_t n)
{
    const struct door_page d = {.title = T(r, "login.title"), .errors = errors, .n_errors = n};
    const struct ui_field name = {.type = CONTROL_TEXT,
                                  .name = "login",
                                  .label = T(r, "login.name"),
                                  .value = form_text(r, "login"),
                                  .autocomplete = "username",
                                  .size = UI_SIZE_L};
    const struct ui_field password = {.type = CONTROL_PASSWORD,
                                      .name = "password",
                                      .label = T(r, "login.password"),
                                      .autocomplete = "current-password",
                                      .size = UI_SIZE_L};
    const struct ui_button v[] = {{.label = T(r, "login.go"), .look = BUTTON_FIRST},
                                  {.label = T(r, "login.forgotten-link"), .href = "/masuk/lupa", .look = BUTTON_PLAIN}};
    struct page p;

    door_begin(r, &p, &d);
    ui_form_begin(r, NULL, "/masuk", FORM_POST);
    if (door_ke(r) != NULL)
        ui_hidden(r, "ke", door_ke(r));
    door_field(r, &name, &d);
    door_field(r, &password, &d);
    ui_buttons(r, v, mail_is_set_up(r->app) ? 2 : 1);
    ui_form_end(r);
    if (!mail_is_set_up(r->app))
        html(r, "<p class=\"small mute\">%s</p>\n", T(r, "login.forgotten"));
    if (r->app->demo)
        ui_note(r, TONE_WARN, T(r, "login.demo"), T(r, "login.demo-text"));
    page_end(r, &p);
}

void page_login(struct req *r)
{
    if (r->actor != NULL) {
        web_redirect(r, door_home(r, r->actor->user, door_ke(r)));
        return;
    }
    login_form(r, NULL, 0);
}

void page_own_place(struct req *r)
{
    web_redirect(r, door_home(r, r->actor->user, NULL));
}

/* ---- the try ---- */

struct
try {
    const char *login; /* folded */
    bool known;
    struct app_user user;
    struct user_secret secret;
    struct parked *parked;
    int result;
    char phc[PASSWORD_PHC_SIZE];
};

static int64_t now_ms(void)
{
    return os_monotonic_us() / 1000;
}

static int find_user(struct req *r, struct try *t)
{
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, r->db, &q_user_login, V(t->login));
    if (e == 0)
        e = rows_next(&rows);
    if (e <= 0)
        return e;
    e = row_get(r->db, r->arena, &app_user_entity, 0, rows_int(&rows, 0), &t->user);
    if (e == 1)
        e = secret_get(r->db, r->arena, t->user.head.id, &t->secret);
    t->known = e == 0 && t->secret.password != NULL;
    return e;
}

static void hashed(void *arg, const struct hash_answer *answer)
{
    struct try *t = arg;

    t->result = answer->result;
    (void)snprintf(t->phc, sizeof t->phc, "%s", answer->phc); /* a PHC string of ours fits */
    web_wake(t->parked);
}

static bool counts(const struct req *r, const struct try *t)
{
    instant until = t->secret.first_until;

    return t->result == 1 && t->known && !t->user.disabled && (until.v == INSTANT_NONE.v || r->now.v < until.v);
}

static void wrong(struct req *r, const struct try *t)
{
    const struct ui_error error = {"login", T(r, "login.wrong")};
    struct ratelimit *limits = core_of(r->app)->limits;
    int64_t wait_ms;

    door_log(r, "login", "wrong", t->known ? t->user.head.id : 0);
    ratelimit_login_wrong(limits, t->login, now_ms());
    if (ratelimit_take(limits, RATE_LOGIN, r->http->address, now_ms(), &wait_ms) < 0)
        door_later(r, 429, "login.later", wait_ms);
    else
        login_form(r, &error, 1);
}

static void tried(struct req *r, void *arg)
{
    struct try *t = arg;
    struct passage *p;

    if (t->result < 0) {
        door_later(r, 503, "login.busy", 5000);
        return;
    }
    if (!counts(r, t)) {
        wrong(r, t);
        return;
    }
    ratelimit_login_good(core_of(r->app)->limits, t->login);
    p = passage_new(r, &t->user, &t->secret, NULL);
    if (t->phc[0] != '\0') {
        p->after.password = t->phc;
        p->change.before = &p->before;
        p->change.after = &p->after;
    }
    passage_write(r, p, NULL);
}

/* May another try be made? False: the answer was made. */
static bool may_try(struct req *r, const char *login)
{
    struct ratelimit *limits = core_of(r->app)->limits;
    int64_t wait_ms;

    if (ratelimit_peek(limits, RATE_LOGIN, r->http->address, now_ms(), &wait_ms) == 0 &&
        ratelimit_login_ask(limits, login, now_ms(), &wait_ms) == 0)
        return true;
    door_log(r, "login", "later", 0);
    door_later(r, 429, "login.later", wait_ms);
    return false;
}

void page_login_try(struct req *r)
{
    struct core *core = core_of(r->app);
    struct try *t = arena_new(r->arena, struct try);
    const char *password = form_text(r, "password");
    int e;

    if (!form_knows(r, FIELDS))
        return;
    t->login = text_fold(r->arena, text_trim(r->arena, form_text(r, "login")));
    if (!may_try(r, t->login))
        return;
    e = find_user(r, t);
    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    if (*password == '\0' || strlen(password) > PASSWORD_BYTES_MAX) {
        wrong(r, t);
        return;
    }
    t->parked = web_park(r, tried, t);
    e = hashpool_ask(core->hashpool, t->known ? HASH_VERIFY : HASH_NOBODY, password, t->known ? t->secret.password : NULL,
                     hashed, t);
    if (e < 0) {
        t->result = e;
        web_wake(t->parked);
    }
}

/* ---- out ---- */

static int logout_run(struct tx *tx, void *plan)
{
    return session_end(tx, plan);
}

static void logged_out(struct req *r, void *plan, int result)
{
    const struct session *s = plan;

    if (result < 0 && result != E_CONFLICT && result != E_AGAIN) {
        web_refuse(r, result);
        return;
    }
    sessions_forget(core_of(r->app)->sessions, s->head.id);
    door_log(r, "logout", "good", s->holder.v);
    http_answer_cookie(r->http, SESSION_COOKIE, "", 0);
    http_answer_header(r->http, "Clear-Site-Data", "\"cache\", \"storage\"");
    web_redirect(r, "/masuk");
}

void page_logout(struct req *r)
{
    struct session *s = arena_new(r->arena, struct session);
    int e;

    if (!form_knows(r, ""))
        return;
    e = row_get(r->db, r->arena, &session_entity, 0, r->actor->session, s);
    if (e <= 0) {
        web_refuse(r, e < 0 ? e : E_AUTH);
        return;
    }
    web_write(r, logout_run, s, logged_out, NULL);
}
