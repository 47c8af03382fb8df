/*
 * step_up.c: /akun/pastikan: the second factor once more, for steps that ask for a fresh one (security.md A7).
 */
#include "base/text.h"
#include "core/user/pages.h"
#include "engine/row.h"

/* Where the person came from, when that is a page of ours. */
static const char *from_page(struct req *r)
{
    const char *referer = http_header(r->http, "referer"), *host, *path;

    if (r->http->method == HTTP_GET)
        return r->http->target;
    host = referer != NULL ? strstr(referer, "://") : NULL;
    if (host == NULL)
        return "/akun";
    host += strlen("://");
    path = strchr(host, '/');
    if (path == NULL || (size_t)(path - host) != strlen(r->http->host) ||
        memcmp(host, r->http->host, (size_t)(path - host)) != 0)
        return "/akun";
    return own_path(path) ? path : "/akun";
}

bool core_stepped_up(struct req *r)
{
    const struct actor *a = r->actor;
    struct page p = {.shell = SHELL_BARE, .title = T(r, "account.step-up")};
    const struct ui_button go = {
        .label = T(r, "account.step-up-go"), .href = door_url(r, "/akun/pastikan", from_page(r)), .look = BUTTON_FIRST};

    if (a != NULL && !a->by_token && a->stepped_up.v != INSTANT_NONE.v && r->now.v - a->stepped_up.v < STEP_UP_MS)
        return true;
    r->http->status = 403;
    web_page_begin(r, &p);
    state_empty(r, p.title, T(r, "account.step-up-why"), &go);
    page_end(r, &p);
    return false;
}

static void step_form(struct req *r, const char *error)
{
    const struct ui_error errors[] = {{"code", error}};
    const struct door_page d = {.title = T(r, "account.step-up"),
                                .text = T(r, "account.step-up-text"),
                                .errors = errors,
                                .n_errors = error != NULL ? 1 : 0};
    const struct ui_field code = {.type = CONTROL_TEXT,
                                  .name = "code",
                                  .label = T(r, "login.code"),
                                  .hint = T(r, "login.code-hint"),
                                  .inputmode = "numeric",
                                  .autocomplete = "one-time-code",
                                  .maxlength = 7,
                                  .size = UI_SIZE_S};
    const struct ui_button go = {.label = T(r, "account.step-up-go"), .look = BUTTON_FIRST};
    struct page p;

    door_begin(r, &p, &d);
    ui_form_begin(r, NULL, "/akun/pastikan", FORM_POST);
    if (door_ke(r) != NULL)
        ui_hidden(r, "ke", door_ke(r));
    door_field(r, &code, &d);
    ui_buttons(r, &go, 1);
    ui_form_end(r);
    page_end(r, &p);
}

void page_step_up(struct req *r)
{
    step_form(r, NULL);
}

/* Whoever has the old cookie has nothing: the second factor makes a new session here too. */
struct stepping {
    struct session before;
    struct session_new next;
    struct user_secret secret_before, secret_after;
};

static int step_run(struct tx *tx, void *plan)
{
    const struct stepping *s = plan;
    struct record head;
    int e = row_update(tx, &user_secret_entity, &s->secret_before, &s->secret_after, &head);

    return e < 0 ? e : session_start(tx, &s->next, &s->before);
}

static void stepped(struct req *r, void *plan, int result)
{
    const struct stepping *s = plan;

    if (result == E_CONFLICT) {
        step_form(r, T(r, "login.code-used"));
    } else if (result < 0) {
        web_refuse(r, result == E_AGAIN ? E_STATE : result);
    } else {
        sessions_forget(core_of(r->app)->sessions, s->before.head.id);
        door_log(r, "step-up", "good", s->before.holder.v);
        http_answer_cookie(r->http, SESSION_COOKIE, s->next.token.text, -1);
        web_redirect(r, door_ke(r) != NULL ? door_ke(r) : "/akun");
    }
}

void page_step_up_try(struct req *r)
{
    struct stepping *s = arena_new(r->arena, struct stepping);
    struct own own;
    int64_t step;
    int e;

    if (!form_knows(r, "code ke") || !own_get(r, &own) || !factor_may_try(r, own.user.head.id))
        return;
    e = own.secret.totp == NULL ? 0 : totp_check(r, &own.user, &own.secret, form_text(r, "code"), &step);
    if (e == 0 || e == E_STATE) {
        door_log(r, "step-up", e == 0 ? "wrong" : "used", own.user.head.id);
        step_form(r, T(r, e == 0 ? "login.code-wrong" : "login.code-used"));
        return;
    }
    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    s->before = own.session;
    session_plan(&s->next, r->arena, own.user.head.id, "open", r->now, r->http->address, http_header(r->http, "user-agent"));
    s->next.row.made_at = own.session.made_at; /* twelve hours from the login */
    s->next.row.second_factor = true;
    s->next.row.stepped_up = r->now;
    s->secret_before = s->secret_after = own.secret;
    s->secret_after.totp_step = step;
    web_write(r, step_run, s, stepped, NULL);
}
