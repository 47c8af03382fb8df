/*
 * enrol.c: the first login: /masuk/sandi, a password of one's own, and /masuk/pengaman, a second factor with its recovery
 * codes.
 */
#include <sodium.h>

#include "base/text.h"
#include "core/user/door.h"
#include "core/user/pages.h"
#include "core/user/password_step.h"

/* ---- password ---- */

static void password_form(struct req *r, const struct half *h, const struct ui_error *errors, size_t n)
{
    const struct door_page d = {
        .title = T(r, "login.new-password"), .text = T(r, "login.new-password-text"), .errors = errors, .n_errors = n};
    const struct ui_button go = {.label = T(r, "login.keep-password"), .look = BUTTON_FIRST};
    int wanted = second_factor_wanted(r, h->user.head.id);
    struct page p;

    door_begin(r, &p, &d);
    ui_form_begin(r, NULL, "/masuk/sandi", FORM_POST);
    if (door_ke(r) != NULL)
        ui_hidden(r, "ke", door_ke(r));
    password_owner(r, h->user.login);
    new_password_fields(r, &d, wanted == 1 || h->secret.totp != NULL);
    ui_buttons(r, &go, 1);
    ui_form_end(r);
    page_end(r, &p);
}

void page_first_password(struct req *r)
{
    struct half h;

    if (half_get(r, "password", &h))
        password_form(r, &h, NULL, 0);
}

struct first {
    struct half half;
};

static void first_refused(struct req *r, void *arg, const struct ui_error *error)
{
    const struct first *f = arg;

    password_form(r, &f->half, error, 1);
}

static void first_good(struct req *r, void *arg, const char *phc)
{
    const struct first *f = arg;
    struct passage *p = passage_new(r, &f->half.user, &f->half.secret, &f->half.session);

    p->after.password = phc;
    p->after.must_change = false;
    p->after.first_until = INSTANT_NONE;
    p->change.before = &p->before;
    p->change.after = &p->after;
    p->change.step = "password";
    passage_write(r, p, NULL);
}

void page_first_password_set(struct req *r)
{
    struct first *f = arena_new(r->arena, struct first);
    struct password_step *s = arena_new(r->arena, struct password_step);
    int wanted, e;

    if (!form_knows(r, "new again ke") || !half_get(r, "password", &f->half))
        return;
    wanted = second_factor_wanted(r, f->half.user.head.id);
    if (wanted < 0) {
        web_refuse(r, wanted);
        return;
    }
    *s = (struct password_step){.second_factor = wanted == 1 || f->half.secret.totp != NULL,
                                .other_than = f->half.secret.password,
                                .refused = first_refused,
                                .good = first_good,
                                .arg = f};
    e = door_person(r, &f->half.user, &s->person);
    if (e < 0)
        web_refuse(r, e);
    else
        password_step(r, s);
}

/* ---- second factor ---- */

static void enrol_form(struct req *r, const struct half *h, const char *error)
{
    const struct core *core = core_of(r->app);
    const struct ui_error errors[] = {{"code", error}};
    const struct door_page d = {
        .title = T(r, "login.enrol"), .text = T(r, "login.enrol-text"), .errors = errors, .n_errors = error != NULL ? 1 : 0};
    struct totp_secret totp;
    struct page p;
    int e = totp_unseal(core->keyring, r->arena, h->user.head.id, h->session.enrol, &totp);

    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    door_begin(r, &p, &d);
    enrol_fields(r, &d, "/masuk/pengaman", &totp, h->user.login);
    sodium_memzero(&totp, sizeof totp);
    page_end(r, &p);
}

void enrol_fields(struct req *r, const struct door_page *d, const char *action, const struct totp_secret *totp,
                  const char *login)
{
    const struct ui_field code = {.type = CONTROL_TEXT,
                                  .name = "code",
                                  .label = T(r, "login.code"),
                                  .hint = T(r, "login.code-hint"),
                                  .inputmode = "numeric",
                                  .autocomplete = "one-time-code",
                                  .maxlength = 7,
                                  .size = UI_SIZE_S};
    const struct ui_button go = {.label = T(r, "login.enrol-go"), .look = BUTTON_FIRST};

    html(r, "<p>");
    (void)ui_qr(r, totp_uri(r->arena, totp, r->app->name, login),
                T(r, "login.enrol-qr")); /* too long for a code: the text does */
    html(r, "</p>\n<p>%s<br><code class=\"num\">%s</code></p>\n", T(r, "login.enrol-by-hand"),
         totp_secret_text(r->arena, totp));
    ui_form_begin(r, NULL, action, FORM_POST);
    if (door_ke(r) != NULL)
        ui_hidden(r, "ke", door_ke(r));
    door_field(r, &code, d);
    ui_buttons(r, &go, 1);
    ui_form_end(r);
}

void page_enrol(struct req *r)
{
    struct half h;

    if (half_get(r, "enrol", &h))
        enrol_form(r, &h, NULL);
}

int enrol_plan(struct req *r, const struct app_user *user, const char *sealed, const char *code, struct user_secret *after,
               struct recovery_new **ret_recovery)
{
    const struct core *core = core_of(r->app);
    struct recovery_new *recovery;
    int64_t step;
    int e;

    after->totp = sealed;
    after->totp_step = INT_NONE;
    e = totp_check(r, user, after, code, &step);
    if (e <= 0)
        return e;
    after->totp_step = step;
    recovery = arena_new(r->arena, struct recovery_new);
    e = recovery_plan(core->keyring, r->arena, user->head.id, recovery);
    if (e < 0)
        return e;
    *ret_recovery = recovery;
    return 1;
}

void page_enrol_set(struct req *r)
{
    struct half h;
    struct passage *p;
    int e;

    if (!form_knows(r, "code ke") || !half_get(r, "enrol", &h) || !factor_may_try(r, h.user.head.id))
        return;
    p = passage_new(r, &h.user, &h.secret, &h.session);
    e = enrol_plan(r, &h.user, h.session.enrol, form_text(r, "code"), &p->after, &p->recovery);
    if (e == 0)
        enrol_form(r, &h, T(r, "login.code-wrong"));
    if (e < 0)
        web_refuse(r, e);
    if (e <= 0)
        return;
    p->factor_given = true;
    p->change.before = &p->before;
    p->change.after = &p->after;
    p->change.recovery = p->recovery;
    p->change.step = "second-factor";
    passage_write(r, p, NULL);
}
