/*
 * door.c: see door.h.
 */
#include <sodium.h>

#include "base/date.h"
#include "base/log.h"
#include "base/text.h"
#include "core/user/door.h"
#include "core/user/query.h"
#include "engine/row.h"
#include "os/os.h"

#define COOKIE "__Host-" SESSION_COOKIE

/* ---- forms by hand ---- */

bool form_knows(struct req *r, const char *names)
{
    const struct http_pairs *form = &r->http->form;
    size_t i;

    for (i = 0; i < form->n; i++) {
        const char *name = form->v[i].name;

        if (text_eq(name, CSRF_FIELD) || text_eq(name, ONCE_FIELD) || text_has_word(names, name))
            continue;
        web_refuse(r, fail_arg(r, E_FORMAT, "user.unknown-field", arena_text_n(r->arena, name, strnlen(name, 40))));
        return false;
    }
    return true;
}

const char *form_text(const struct req *r, const char *name)
{
    const char *s = http_form(r->http, name);

    return s != NULL ? s : "";
}

const char *door_ke(const struct req *r)
{
    const char *ke = http_form(r->http, "ke");

    if (ke == NULL)
        ke = http_query(r->http, "ke");
    return own_path(ke) && !text_starts(ke, "/masuk") && !text_starts(ke, "/keluar") ? ke : NULL;
}

const char *door_url(struct req *r, const char *path, const char *ke)
{
    return ke != NULL ? text_printf(r->arena, "%s?ke=%s", path, url_encode(r->arena, ke)) : path;
}

/* ---- frames ---- */

void door_begin(struct req *r, struct page *p, const struct door_page *d)
{
    *p = (struct page){.shell = SHELL_BARE, .title = d->title, .wrong = d->n_errors > 0};
    if (d->n_errors > 0)
        r->http->status = 422;
    web_page_begin(r, p);
    ui_head(r, d->title, NULL, NULL, 0);
    if (d->text != NULL)
        html(r, "<p class=\"mute\">%s</p>\n", d->text);
    ui_errors(r, d->errors, d->n_errors);
}

void door_field(struct req *r, const struct ui_field *f, const struct door_page *d)
{
    struct ui_field shown = *f;
    size_t i;

    for (i = 0; i < d->n_errors; i++)
        if (text_eq(d->errors[i].field, f->name))
            shown.error = d->errors[i].text;
    ui_field(r, &shown);
}

void door_done(struct req *r, const char *title, const char *text, const struct ui_button *on)
{
    const struct door_page d = {.title = title, .text = text};
    struct page p;

    door_begin(r, &p, &d);
    ui_buttons(r, on, 1);
    page_end(r, &p);
}

void door_later(struct req *r, int status, const char *key, int64_t wait_ms)
{
    int seconds = (int)((wait_ms + 999) / 1000);
    struct page p = {.shell = SHELL_BARE, .title = T(r, key)};

    if (seconds < 1)
        seconds = 1;
    r->http->status = status;
    http_answer_header(r->http, "Retry-After", text_printf(r->arena, "%d", seconds));
    web_page_begin(r, &p);
    state_later(r, p.title, T(r, "login.later-text"), seconds);
    page_end(r, &p);
}

void door_log(const struct req *r, const char *step, const char *outcome, int64_t user)
{
    const bool bad = text_has_word("wrong used later unfit", outcome);

    log_record(bad ? LEVEL_WARN : LEVEL_INFO, "auth", LOG_TEXT("step", step), LOG_TEXT("outcome", outcome),
               LOG_INT("user", user), LOG_TEXT("address", r->http->address), LOG_INT("id", r->http->number));
}

/* ---- a begun login ---- */

static int read_half(struct req *r, const char *stages, struct half *ret)
{
    const char *cookie = http_cookie(r->http, COOKIE);
    struct token_hash hash;
    int e;

    if (cookie == NULL || token_hash(TOKEN_SESSION, cookie, &hash) < 0)
        return 0;
    e = session_find(r->db, r->arena, &hash, &ret->session);
    if (e <= 0)
        return e;
    if (!text_has_word(stages, ret->session.stage.v) || ret->session.ended_at.v != INSTANT_NONE.v ||
        r->now.v - ret->session.made_at.v > SESSION_HALF_MS)
        return 0;
    e = row_get(r->db, r->arena, &app_user_entity, 0, ret->session.holder.v, &ret->user);
    if (e <= 0 || ret->user.disabled)
        return e < 0 ? e : 0;
    e = secret_get(r->db, r->arena, ret->user.head.id, &ret->secret);
    return e < 0 ? e : 1;
}

bool half_get(struct req *r, const char *stages, struct half *ret)
{
    int e = read_half(r, stages, ret);

    if (e == 1)
        return true;
    if (e < 0)
        web_refuse(r, e);
    else
        web_redirect(r, door_url(r, "/masuk", door_ke(r)));
    return false;
}

int second_factor_wanted(struct req *r, int64_t user)
{
    struct grant *grants;
    size_t n, i;
    int e = grants_of(r->db, r->arena, user, r->now, &grants, &n);

    for (i = 0; e == 0 && i < n; i++)
        if (role_find(grants[i].role)->second_factor)
            return 1;
    return e;
}

int door_person(const struct req *r, const struct app_user *user, struct password_person *ret)
{
    const char *agencies = "";
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, r->db, &q_agencies_of, V(user->head.id));
    while (e >= 0 && (e = rows_next(&rows)) > 0)
        agencies = text_printf(r->arena, "%s %s", agencies, rows_text(&rows, r->arena, 0));
    *ret = (struct password_person){.name = user->name, .login = user->login, .civil_id = user->nip, .agency = agencies};
    return e;
}

/* ---- passage ---- */

struct passage *passage_new(struct req *r, const struct app_user *user, const struct user_secret *secret,
                            const struct session *old)
{
    struct passage *p = arena_new(r->arena, struct passage);

    p->user = *user;
    p->before = *secret;
    p->after = *secret;
    p->change.user = &p->user;
    p->ke = door_ke(r);
    if (old != NULL) {
        p->old = *old;
        p->has_old = true;
        p->factor_given = old->second_factor;
    }
    return p;
}

static const char *next_stage(const struct passage *p, bool wanted)
{
    if (p->after.totp != NULL && !p->factor_given)
        return "factor";
    if (p->after.must_change)
        return "password";
    if (p->after.totp == NULL && wanted)
        return "enrol";
    return "open";
}

int session_enrols(struct req *r, struct session *s)
{
    struct totp_secret fresh;
    int e;

    totp_secret_new(&fresh);
    e = totp_seal(core_of(r->app)->keyring, r->arena, s->holder.v, &fresh, &s->enrol);
    sodium_memzero(&fresh, sizeof fresh);
    return e;
}

static int plan_next(struct req *r, struct passage *p)
{
    struct session *next = &p->next.row;
    int wanted = second_factor_wanted(r, p->user.head.id);

    if (wanted < 0)
        return wanted;
    session_plan(&p->next, r->arena, p->user.head.id, next_stage(p, wanted == 1), r->now, r->http->address,
                 http_header(r->http, "user-agent"));
    next->second_factor = p->factor_given;
    if (p->factor_given)
        next->stepped_up = r->now;
    return text_eq(next->stage.v, "enrol") ? session_enrols(r, next) : 0;
}

static int passage_apply(struct tx *tx, void *plan)
{
    const struct passage *p = plan;
    int e = secret_apply(tx, &p->change);

    return e < 0 ? e : session_start(tx, &p->next, p->has_old ? &p->old : NULL);
}

static const char *stage_path(const char *stage)
{
    return text_eq(stage, "factor") ? "/masuk/kode" : text_eq(stage, "password") ? "/masuk/sandi" : "/masuk/pengaman";
}

struct written {
    struct passage *p;
    void (*conflict)(struct req *r);
};

static void passage_done(struct req *r, void *plan, int result)
{
    struct written *w = plan;
    struct passage *p = w->p;
    const char *stage = p->next.row.stage.v;

    if (result == E_CONFLICT && w->conflict != NULL) {
        w->conflict(r);
        return;
    }
    if (result < 0) {
        web_refuse(r, result == E_AGAIN ? E_STATE : result);
        return;
    }
    door_log(r, p->factor_given ? "factor" : "login", text_eq(stage, "open") ? "good" : stage, p->user.head.id);
    if (p->has_old)
        sessions_forget(core_of(r->app)->sessions, p->old.head.id);
    http_answer_cookie(r->http, SESSION_COOKIE, p->next.token.text, -1);
    if (!text_eq(stage, "open"))
        web_redirect(r, door_url(r, stage_path(stage), p->ke));
    else if (p->recovery != NULL)
        page_recovery_codes(r, p->recovery, door_home(r, p->user.head.id, p->ke));
    else
        web_redirect(r, door_home(r, p->user.head.id, p->ke));
}

static int passage_run(struct tx *tx, void *plan)
{
    const struct written *w = plan;

    return passage_apply(tx, w->p);
}

void passage_write(struct req *r, struct passage *p, void (*conflict)(struct req *r))
{
    struct written *w = arena_new(r->arena, struct written);
    struct actor_mark *mark;
    int e = plan_next(r, p);

    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    *w = (struct written){p, conflict};
    web_write(r, passage_run, w, passage_done, NULL);
    mark = web_mark(r);
    mark->role = "login";
    mark->user = p->user.head.id;
    mark->subject_key = p->user.head.record_key;
    mark->name = p->user.name;
}

/* ---- where to ---- */

static bool is_route(const struct req *r, const char *path)
{
    const char *allow;

    return r->app->web != NULL && route_find(r->app->web, HTTP_GET, path, r->arena, &allow) != NULL;
}

const char *door_home(struct req *r, int64_t user, const char *ke)
{
    struct grant *grants;
    struct gov gov;
    size_t n, i;

    if (ke != NULL)
        return ke;
    if (grants_of(r->db, r->arena, user, r->now, &grants, &n) < 0)
        return "/akun";
    for (i = 0; i < n; i++) {
        const char *path = NULL;

        if (role_find(grants[i].role)->supervisor)
            path = "/pengawas";
        else if (grants[i].gov != GOV_ANY && gov_by_id(r->db, r->arena, grants[i].gov, &gov) == 1)
            path = url(r, "/kerja/%s", gov.slug);
        else if (text_eq(grants[i].role, "admin"))
            path = "/kerja/-/pengguna";
        if (path != NULL && is_route(r, path))
            return path;
    }
    return "/akun";
}

/* ---- recovery codes ---- */

void page_recovery_codes(struct req *r, const struct recovery_new *recovery, const char *on)
{
    const struct door_page d = {.title = T(r, "login.recovery-title"), .text = T(r, "login.recovery-text")};
    const struct ui_button go = {.label = T(r, "login.recovery-kept"), .href = on, .look = BUTTON_FIRST};
    struct page p;
    size_t i;

    door_begin(r, &p, &d);
    ui_note(r, TONE_WARN, NULL, T(r, "login.recovery-once"));
    html(r, "<ol class=\"num\">\n");
    for (i = 0; i < RECOVERY_CODES; i++)
        html(r, "<li><code>%s</code></li>\n", recovery->codes.text[i]);
    html(r, "</ol>\n");
    ui_buttons(r, &go, 1);
    page_end(r, &p);
}
