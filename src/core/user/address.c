/*
 * address.c: an account's e-mail address: shown masked, changed with a fresh second factor (or the password where there is
 * none), confirmed by a link; and the language of mails.
 *
 * The old address counts until the new one is confirmed, and is told of the change.
 */
#include <sodium.h>

#include "base/text.h"
#include "core/mail/mail.h"
#include "core/mail/message.h"
#include "core/person/mask.h"
#include "core/user/address.h"
#include "core/user/admin.h"
#include "core/user/pages.h"
#include "engine/row.h"
#include "os/os.h"
#include "ui/lang.h"

/* ---- asking for a confirmation ---- */

void address_ask_plan(struct address_ask *x, struct req *r, int64_t user, const char *address)
{
    link_plan(&x->link, r->arena, &link_confirm, user);
    x->address = address;
    x->lang = r->lang;
}

int address_ask_store(struct tx *tx, const struct address_ask *x)
{
    struct mail mail = {.user = x->link.row.holder.v,
                        .to = x->address,
                        .word = "confirm",
                        .path = x->link.kind->path,
                        .secret = x->link.token.text,
                        .lang = x->lang};
    int e = link_store(tx, &x->link, &mail.until);

    return e < 0 ? e : mail_queue(tx, &mail);
}

/* ---- the part of the account's page ---- */

static void language_field(struct req *r, const struct app_user *u)
{
    const struct ui_choice v[LANG_COUNT] = {
        [LANG_ID] = {.value = lang_code(LANG_ID), .label = T(r, "app_user.language-id")},
        [LANG_EN] = {.value = lang_code(LANG_EN), .label = T(r, "app_user.language-en")},
    };
    const struct ui_field f = {.type = CONTROL_SELECT,
                               .name = "language",
                               .label = T(r, "app_user.language"),
                               .options = v,
                               .n_options = LANG_COUNT,
                               .value = lang_code(lang_of(u->language.v)),
                               .size = UI_SIZE_M};

    ui_field(r, &f);
}

static void show_address(struct req *r, const struct app_user *u)
{
    ui_facts_begin(r, true);
    ui_fact_begin(r, T(r, "app_user.email"));
    html(r, "%s ", u->email != NULL ? mask_text(r->arena, MASK_EMAIL, u->email) : T(r, "account.no-address"));
    if (user_address(u) != NULL)
        ui_tag(r, TONE_GOOD, ICON_OF_TONE, T(r, "account.address-good"));
    else if (u->email != NULL)
        ui_tag(r, TONE_WARN, ICON_OF_TONE, T(r, "account.address-waits"));
    ui_fact_end(r);
    if (u->email_new != NULL) {
        ui_fact_begin(r, T(r, "app_user.email_new"));
        html(r, "%s ", mask_text(r->arena, MASK_EMAIL, u->email_new));
        ui_tag(r, TONE_WARN, ICON_OF_TONE, T(r, "account.address-waits"));
        ui_fact_end(r);
    }
    ui_facts_end(r);
}

void show_mail(struct req *r, const struct own *own)
{
    const struct app_user *u = &own->user;
    const struct ui_button change = {.label = T(r, "account.change-address"), .href = "/akun/surel"};
    const struct ui_button keep = {.label = T(r, "account.keep-language")};

    ui_section_begin(r, "surel", T(r, "account.mail"));
    show_address(r, u);
    if (mail_is_set_up(r->app))
        ui_buttons(r, &change, 1);
    else
        html(r, "<p class=\"mute\">%s</p>\n", T(r, "account.no-mail"));
    ui_form_begin(r, NULL, "/akun/bahasa", FORM_POST);
    language_field(r, u);
    ui_buttons(r, &keep, 1);
    ui_form_end(r);
    ui_section_end(r);
}

/* ---- the language ---- */

struct changing {
    struct own own;
    struct app_user after;
    struct address_ask ask;
    const char *step;
    struct parked *parked;
    int result;
};

static int change_row(struct tx *tx, const struct changing *c)
{
    struct actor_mark *mark = tx->actor;
    struct record head;

    mark->step = c->step;
    return row_update(tx, &app_user_entity, &c->own.user, &c->after, &head);
}

static int language_run(struct tx *tx, void *plan)
{
    return change_row(tx, plan);
}

void page_language_set(struct req *r)
{
    struct changing *c = arena_new(r->arena, struct changing);

    if (!form_knows(r, "language") || !own_get(r, &c->own))
        return;
    c->step = "language";
    c->after = c->own.user;
    c->after.language.v = lang_code(lang_of(form_text(r, "language")));
    if (!text_eq(c->after.language.v, form_text(r, "language")))
        web_refuse(r, E_INPUT);
    else
        web_write(r, language_run, c, NULL, "/akun#surel");
}

/* ---- another address ---- */

static void address_form(struct req *r, const struct ui_error *errors, size_t n)
{
    const struct door_page d = {
        .title = T(r, "account.change-address"), .text = T(r, "account.address-text"), .errors = errors, .n_errors = n};
    const struct ui_field email = {.type = CONTROL_EMAIL,
                                   .name = "email",
                                   .label = T(r, "app_user.email"),
                                   .value = form_text(r, "email"),
                                   .autocomplete = "email",
                                   .size = UI_SIZE_L};
    const struct ui_field current = {.type = CONTROL_PASSWORD,
                                     .name = "current",
                                     .label = T(r, "password.current"),
                                     .autocomplete = "current-password",
                                     .size = UI_SIZE_L};
    const struct ui_button v[] = {{.label = T(r, "account.address-go"), .look = BUTTON_FIRST},
                                  {.label = T(r, "account.back"), .href = "/akun", .look = BUTTON_PLAIN}};
    struct page p;

    door_begin(r, &p, &d);
    ui_form_begin(r, NULL, "/akun/surel", FORM_POST);
    door_field(r, &email, &d);
    if (!r->actor->second_factor)
        door_field(r, &current, &d);
    ui_buttons(r, v, ARRAY_LEN(v));
    ui_form_end(r);
    page_end(r, &p);
}

static void refuse(struct req *r, const char *field, const char *key)
{
    const struct ui_error error = {field, T(r, key)};

    address_form(r, &error, 1);
}

void page_address(struct req *r)
{
    struct own own;

    if (!own_get(r, &own) || (r->actor->second_factor && !core_stepped_up(r)))
        return;
    if (!mail_is_set_up(r->app))
        r->http->status = 404;
    else
        address_form(r, NULL, 0);
}

static int address_run(struct tx *tx, void *plan)
{
    const struct changing *c = plan;
    const char *old = user_address(&c->own.user);
    const struct mail told = {
        .user = c->own.user.head.id, .to = old, .word = "address", .path = "/akun", .until = MAIL_UNTIL(tx->now)};
    int e = change_row(tx, c);

    if (e == 0)
        e = address_ask_store(tx, &c->ask);
    return e < 0 || old == NULL ? e : mail_queue(tx, &told);
}

static void address_asked(struct req *r, void *plan, int result)
{
    const struct ui_button back = {.label = T(r, "account.back"), .href = "/akun", .look = BUTTON_SECOND};

    (void)plan;
    if (result < 0 && result != E_AGAIN) {
        web_refuse(r, result);
        return;
    }
    runner_wake(r->app->runner);
    door_done(r, T(r, "account.address-asked"), T(r, "account.address-asked-text"), &back);
}

static void write_address(struct req *r, struct changing *c)
{
    c->step = "address";
    c->after = c->own.user;
    c->after.email_new = text_trim(r->arena, form_text(r, "email"));
    address_ask_plan(&c->ask, r, c->own.user.head.id, c->after.email_new);
    web_write(r, address_run, c, address_asked, NULL);
}

static void hashed(void *arg, const struct hash_answer *answer)
{
    struct changing *c = arg;

    c->result = answer->result;
    web_wake(c->parked);
}

static void looked(struct req *r, void *arg)
{
    struct changing *c = arg;

    if (c->result < 0)
        door_later(r, 503, "login.busy", 5000);
    else if (c->result == 0)
        refuse(r, "current", "password.current-wrong");
    else
        write_address(r, c);
}

/* Who has no second factor shows the password. */
static void ask_password(struct req *r, struct changing *c)
{
    const char *current = form_text(r, "current");
    int e;

    if (*current == '\0' || strlen(current) > PASSWORD_BYTES_MAX || c->own.secret.password == NULL) {
        refuse(r, "current", "password.current-wrong");
        return;
    }
    c->parked = web_park(r, looked, c);
    e = hashpool_ask(core_of(r->app)->hashpool, HASH_VERIFY, current, c->own.secret.password, hashed, c);
    if (e < 0) {
        c->result = e;
        web_wake(c->parked);
    }
}

void page_address_set(struct req *r)
{
    struct changing *c = arena_new(r->arena, struct changing);
    int64_t wait_ms;

    if (!form_knows(r, "email current") || !own_get(r, &c->own) || (r->actor->second_factor && !core_stepped_up(r)))
        return;
    if (!mail_is_set_up(r->app)) {
        r->http->status = 404;
    } else if (!mail_address_good(text_trim(r->arena, form_text(r, "email")))) {
        refuse(r, "email", "user.email-bad");
    } else if (ratelimit_take(core_of(r->app)->limits, RATE_RESET_ACCOUNT,
                              text_printf(r->arena, "user/%lld", (long long)c->own.user.head.id), os_monotonic_us() / 1000,
                              &wait_ms) < 0) {
        door_later(r, 429, "login.later", wait_ms);
    } else if (r->actor->second_factor) {
        write_address(r, c);
    } else if (factor_may_try(r, c->own.user.head.id)) {
        ask_password(r, c);
    }
}

/* ---- where the link leads ---- */

static const char *to_confirm(const struct app_user *u)
{
    return u->email_new != NULL ? u->email_new : u->email;
}

static void confirm_form(struct req *r, const struct link_found *l, const char *link)
{
    const char *address = mask_text(r->arena, MASK_EMAIL, to_confirm(&l->user));
    const struct door_page d = {.title = T(r, "account.confirm"),
                                .text = T2(r, "account.confirm-text", address, l->user.login)};
    const struct ui_button go = {.label = T(r, "account.confirm-go"), .look = BUTTON_FIRST};
    struct page p;

    door_begin(r, &p, &d);
    ui_form_begin(r, NULL, "/akun/surel/sah", FORM_POST);
    ui_hidden(r, "kunci", link);
    ui_buttons(r, &go, 1);
    ui_form_end(r);
    page_end(r, &p);
}

void page_confirm(struct req *r)
{
    const char *link = http_query(r->http, "kunci");
    struct link_found l;

    if (link_get(r, &link_confirm, link, &l))
        confirm_form(r, &l, link);
}

static int confirm_run(struct tx *tx, void *plan)
{
    const struct link_found *l = plan;
    struct app_user after = l->user;
    struct actor_mark *mark = tx->actor;
    struct record head;
    int e = link_use(tx, l);

    after.email = to_confirm(&l->user);
    after.email_new = NULL;
    after.email_at = tx->now;
    mark->step = "address-confirm";
    return e < 0 ? e : row_update(tx, &app_user_entity, &l->user, &after, &head);
}

static void confirmed(struct req *r, void *plan, int result)
{
    const struct ui_button on = {.label = T(r, "account.to-account"), .href = "/akun", .look = BUTTON_FIRST};

    (void)plan;
    r->http->no_referrer = true;
    if (result == E_CONFLICT) {
        page_link_gone(r);
        return;
    }
    if (result < 0) {
        web_refuse(r, result);
        return;
    }
    door_done(r, T(r, "account.confirmed"), T(r, "account.confirmed-text"), &on);
}

void page_confirm_set(struct req *r)
{
    struct link_found *l = arena_new(r->arena, struct link_found);
    struct actor_mark *mark;

    if (!form_knows(r, "kunci") || !link_get(r, &link_confirm, form_text(r, "kunci"), l))
        return;
    web_write(r, confirm_run, l, confirmed, NULL);
    mark = web_mark(r);
    mark->role = "login";
    mark->user = l->user.head.id;
    mark->subject_key = l->user.head.record_key;
    mark->name = l->user.name;
}
