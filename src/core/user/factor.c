/*
 * factor.c: the second factor at login: /masuk/kode, and /masuk/pemulihan for the day the telephone is lost (security.md A4).
 *
 * Each code opens once: the step of a TOTP code and the used recovery code are stored in the transaction that makes the
 * session.
 */
#include <sodium.h>

#include "base/text.h"
#include "core/user/door.h"
#include "core/user/pages.h"
#include "os/os.h"

/* 1 with *ret_step, 0 wrong, E_STATE used before, other negative: could not be asked. */
int totp_check(struct req *r, const struct app_user *user, const struct user_secret *secret, const char *code,
               int64_t *ret_step)
{
    const struct core *core = core_of(r->app);
    struct totp_secret totp;
    int e = totp_unseal(core->keyring, r->arena, user->head.id, secret->totp, &totp);

    if (e < 0)
        return e == E_STATE ? E_STORAGE : e;
    e = totp_verify(&totp, code, r->now, secret->totp_step == INT_NONE ? TOTP_NEVER : secret->totp_step, ret_step);
    sodium_memzero(&totp, sizeof totp);
    return e;
}

/* Takes one of the few tries of an account. False: the answer was made. */
bool factor_may_try(struct req *r, int64_t user)
{
    const char *key = text_printf(r->arena, "%lld", (long long)user);
    int64_t wait_ms;

    if (ratelimit_take(core_of(r->app)->limits, RATE_SECOND_FACTOR, key, os_monotonic_us() / 1000, &wait_ms) == 0)
        return true;
    door_log(r, "factor", "later", user);
    door_later(r, 429, "login.later", wait_ms);
    return false;
}

/* ---- pages ---- */

static void code_form(struct req *r, const char *error)
{
    const struct ui_error errors[] = {{"code", error}};
    const struct door_page d = {.title = T(r, "login.factor"), .errors = errors, .n_errors = error != NULL ? 1 : 0};
    const struct ui_field code = {.type = CONTROL_TEXT,
                                  .name = "code",
                                  .label = T(r, "login.code"),
                                  .hint = T(r, "login.code-hint"),
                                  .inputmode = "numeric",
                                  .autocomplete = "one-time-code",
                                  .maxlength = 7,
                                  .size = UI_SIZE_S};
    const struct ui_button v[] = {
        {.label = T(r, "login.go"), .look = BUTTON_FIRST},
        {.label = T(r, "login.lost"), .href = door_url(r, "/masuk/pemulihan", door_ke(r)), .look = BUTTON_PLAIN}};
    struct page p;

    door_begin(r, &p, &d);
    ui_form_begin(r, NULL, "/masuk/kode", FORM_POST);
    if (door_ke(r) != NULL)
        ui_hidden(r, "ke", door_ke(r));
    door_field(r, &code, &d);
    ui_buttons(r, v, ARRAY_LEN(v));
    ui_form_end(r);
    page_end(r, &p);
}

static void recovery_form(struct req *r, const char *error)
{
    const struct ui_error errors[] = {{"code", error}};
    const struct door_page d = {.title = T(r, "login.recovery"), .errors = errors, .n_errors = error != NULL ? 1 : 0};
    const struct ui_field code = {.type = CONTROL_TEXT,
                                  .name = "code",
                                  .label = T(r, "login.recovery-code"),
                                  .hint = T(r, "login.recovery-hint"),
                                  .autocomplete = "off",
                                  .maxlength = 40,
                                  .size = UI_SIZE_L};
    const struct ui_button v[] = {
        {.label = T(r, "login.go"), .look = BUTTON_FIRST},
        {.label = T(r, "login.with-app"), .href = door_url(r, "/masuk/kode", door_ke(r)), .look = BUTTON_PLAIN}};
    struct page p;

    door_begin(r, &p, &d);
    ui_form_begin(r, NULL, "/masuk/pemulihan", FORM_POST);
    if (door_ke(r) != NULL)
        ui_hidden(r, "ke", door_ke(r));
    door_field(r, &code, &d);
    ui_buttons(r, v, ARRAY_LEN(v));
    ui_form_end(r);
    page_end(r, &p);
}

void page_factor(struct req *r)
{
    struct half h;

    if (half_get(r, "factor", &h))
        code_form(r, NULL);
}

void page_recovery(struct req *r)
{
    struct half h;

    if (half_get(r, "factor", &h))
        recovery_form(r, NULL);
}

/* ---- steps ---- */

static void code_used(struct req *r)
{
    code_form(r, T(r, "login.code-used"));
}

void page_factor_try(struct req *r)
{
    struct half h;
    struct passage *p;
    int64_t step;
    int e;

    if (!form_knows(r, "code ke") || !half_get(r, "factor", &h) || !factor_may_try(r, h.user.head.id))
        return;
    e = totp_check(r, &h.user, &h.secret, form_text(r, "code"), &step);
    if (e == 0 || e == E_STATE) {
        door_log(r, "factor", e == 0 ? "wrong" : "used", h.user.head.id);
        code_form(r, T(r, e == 0 ? "login.code-wrong" : "login.code-used"));
        return;
    }
    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    p = passage_new(r, &h.user, &h.secret, &h.session);
    p->after.totp_step = step;
    p->factor_given = true;
    p->change.before = &p->before;
    p->change.after = &p->after;
    passage_write(r, p, code_used);
}

static void recovery_used(struct req *r)
{
    recovery_form(r, T(r, "login.recovery-wrong"));
}

void page_recovery_try(struct req *r)
{
    const struct core *core = core_of(r->app);
    struct credential *code = arena_new(r->arena, struct credential);
    struct half h;
    struct passage *p;
    int e;

    if (!form_knows(r, "code ke") || !half_get(r, "factor", &h) || !factor_may_try(r, h.user.head.id))
        return;
    e = recovery_match(r->db, core->keyring, r->arena, h.user.head.id, form_text(r, "code"), code);
    if (e == 0) {
        door_log(r, "recovery", "wrong", h.user.head.id);
        recovery_used(r);
    }
    if (e < 0)
        web_refuse(r, e);
    if (e <= 0)
        return;
    p = passage_new(r, &h.user, &h.secret, &h.session);
    p->factor_given = true;
    p->change.spent = code;
    p->change.step = "recovery-code";
    passage_write(r, p, recovery_used);
}
