/*
 * token_page.c: API tokens of one's own: made with a scope and a last day, shown once, revoked (security.md A9).
 */
#include "base/date.h"
#include "base/text.h"
#include "core/user/pages.h"
#include "core/user/query.h"
#include "engine/permit_words.h"
#include "engine/row.h"
#include "os/os.h"

#define DAYS_MAX  366
#define SCOPE_MAX 400

/* ---- the list ---- */

static void show_token(struct req *r, const struct ui_table *t, const struct api_token *k)
{
    const struct ui_button revoke = {.label = T(r, "account.token-revoke"), .sr = k->name};

    ui_row_begin(r, false);
    ui_cell(r, t, 0, k->name);
    ui_cell(r, t, 1, k->scope);
    ui_cell(r, t, 2, say_day_brief(r, k->expires));
    ui_cell_begin(r, t, 3);
    ui_form_begin(r, NULL, url(r, "/akun/token/%lld/cabut", (long long)k->head.id), FORM_POST);
    ui_button(r, &revoke);
    ui_form_end(r);
    ui_cell_end(r, t, 3);
    ui_row_end(r);
}

/* No table without a token. */
static void show_own(struct req *r, const struct ui_table *t)
{
    struct api_token k;
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, r->db, &q_tokens, V(r->actor->user));
    while (e >= 0 && (e = rows_next(&rows)) > 0)
        if (row_get(r->db, r->arena, &api_token_entity, 0, rows_int(&rows, 0), &k) == 1) {
            if (n++ == 0)
                ui_table_begin(r, t);
            show_token(r, t, &k);
        }
    if (n > 0)
        ui_table_end(r, t);
    else
        html(r, "<p>%s</p>\n", T(r, "account.token-none"));
}

void show_tokens(struct req *r)
{
    const struct ui_column columns[] = {{.label = T(r, "api_token.name"), .head = true},
                                        {.label = T(r, "api_token.scope")},
                                        {.label = T(r, "api_token.expires")},
                                        {.label = T(r, "account.token-revoke"), .hidden = true}};
    const struct ui_table t = {.caption = T(r, "api_token.many"), .columns = columns, .n = ARRAY_LEN(columns), .fold = true};
    const struct ui_button make = {.label = T(r, "account.token-make"), .href = "/akun/token", .icon = ICON_PLUS};

    ui_section_begin(r, "token", T(r, "api_token.many"));
    html(r, "<p class=\"mute\">%s</p>\n", T(r, "account.token-text"));
    show_own(r, &t);
    ui_buttons(r, &make, 1);
    ui_section_end(r);
}

/* ---- the form ---- */

/* What the roles of the person give, each once. */
static size_t own_permissions(const struct req *r, struct ui_choice v[static SCOPE_MAX])
{
    size_t n = 0, m, i, k;

    for (m = 0; m < r->app->n_modules; m++)
        for (i = 0; i < r->app->modules[m]->n_permits && n < SCOPE_MAX; i++) {
            const char *permission = r->app->modules[m]->permits[i].permission;

            for (k = 0; k < n && !text_eq(v[k].value, permission); k++)
                ;
            if (k == n && may_anywhere(r, permission))
                v[n++] = (struct ui_choice){.value = permission, .label = permit_words(r, permission), .hint = permission};
        }
    return n;
}

/* Ticked values as they came. */
static size_t ticked(const struct req *r, const char *v[static SCOPE_MAX])
{
    const struct http_pairs *form = &r->http->form;
    size_t n = 0, i;

    for (i = 0; i < form->n && n < SCOPE_MAX; i++)
        if (text_eq(form->v[i].name, "scope"))
            v[n++] = form->v[i].value;
    return n;
}

static void token_form(struct req *r, const struct ui_error *errors, size_t n)
{
    const struct door_page d = {
        .title = T(r, "account.token-make"), .text = T(r, "account.token-text"), .errors = errors, .n_errors = n};
    struct ui_choice *choices = arena_array(r->arena, SCOPE_MAX, struct ui_choice);
    const char **chosen = arena_array(r->arena, SCOPE_MAX, const char *);
    const struct ui_field v[] = {
        {.type = CONTROL_TEXT,
         .name = "name",
         .label = T(r, "api_token.name"),
         .hint = T(r, "account.token-name-hint"),
         .value = form_text(r, "name"),
         .maxlength = 80,
         .size = UI_SIZE_L},
        {.type = CONTROL_NUMBER,
         .name = "days",
         .label = T(r, "account.token-days"),
         .value = form_text(r, "days"),
         .size = UI_SIZE_S},
        {.type = CONTROL_CHECKS,
         .name = "scope",
         .label = T(r, "api_token.scope"),
         .hint = T(r, "account.token-scope-hint"),
         .options = choices,
         .n_options = own_permissions(r, choices),
         .chosen = chosen,
         .n_chosen = ticked(r, chosen)},
    };
    const struct ui_button b[] = {{.label = T(r, "account.token-make"), .look = BUTTON_FIRST},
                                  {.label = T(r, "account.back"), .href = "/akun", .look = BUTTON_PLAIN}};
    struct page p;
    size_t i;

    door_begin(r, &p, &d);
    ui_form_begin(r, NULL, "/akun/token", FORM_POST);
    web_once(r);
    for (i = 0; i < ARRAY_LEN(v); i++)
        door_field(r, &v[i], &d);
    ui_buttons(r, b, ARRAY_LEN(b));
    ui_form_end(r);
    page_end(r, &p);
}

void page_token(struct req *r)
{
    if (r->actor->session == 0)
        web_refuse(r, E_PERMIT);
    else
        token_form(r, NULL, 0);
}

/* ---- making ---- */

struct making {
    struct token token;
    struct api_token row;
    struct credential credential;
};

static int make_run(struct tx *tx, void *plan)
{
    const struct making *m = plan;
    struct record head;
    int e = row_insert(tx, &api_token_entity, &m->row, &head);

    return e < 0 ? e : row_insert(tx, &credential_entity, &m->credential, &head);
}

static void made(struct req *r, void *plan, int result)
{
    const struct making *m = plan;
    const struct door_page d = {.title = T(r, "account.token-made"), .text = T(r, "account.token-once")};
    const struct ui_button on = {.label = T(r, "account.back"), .href = "/akun", .look = BUTTON_FIRST};
    struct page p;

    if (result == E_AGAIN) {
        web_redirect(r, "/akun");
        return;
    }
    if (result < 0) {
        web_refuse(r, result);
        return;
    }
    door_begin(r, &p, &d);
    html(r, "<p><code>%s</code></p>\n", m->token.text);
    ui_buttons(r, &on, 1);
    page_end(r, &p);
}

/* The scope as one text, or the key of what is wrong with it. Permissions that the person has not are not given away. */
static const char *scope_text(struct req *r, const char **ret_key)
{
    const char **v = arena_array(r->arena, SCOPE_MAX, const char *);
    size_t n = ticked(r, v), i;
    struct buf b;

    buf_init(&b, r->arena, 4000);
    for (i = 0; i < n; i++) {
        if (!may_anywhere(r, v[i])) {
            *ret_key = "account.token-scope-foreign";
            return NULL;
        }
        buf_printf(&b, "%s%s", i > 0 ? " " : "", v[i]);
    }
    *ret_key = n == 0 || buf_failed(&b) < 0 ? "account.token-scope-none" : NULL;
    return *ret_key == NULL ? b.s : NULL;
}

void page_token_make(struct req *r)
{
    struct making *m = arena_new(r->arena, struct making);
    const char *name = text_collapse(r->arena, form_text(r, "name")), *scope, *key;
    struct ui_error errors[3];
    int64_t days;
    size_t n = 0;

    if (!form_knows(r, "name days scope"))
        return;
    if (r->actor->session == 0) {
        web_refuse(r, E_PERMIT);
        return;
    }
    if (*name == '\0')
        errors[n++] = (struct ui_error){"name", T(r, "account.token-name-missing")};
    if (text_int(form_text(r, "days"), 1, DAYS_MAX, &days) < 0)
        errors[n++] = (struct ui_error){"days", T(r, "account.token-days-bad")};
    scope = scope_text(r, &key);
    if (scope == NULL)
        errors[n++] = (struct ui_error){"scope", T(r, key)};
    if (n > 0) {
        token_form(r, errors, n);
        return;
    }
    if (!core_stepped_up(r))
        return;
    token_new(TOKEN_API, &m->token);
    m->row = (struct api_token){.head = {.id = os_new_id()},
                                .holder = {r->actor->user},
                                .name = name,
                                .scope = scope,
                                .expires = date_add_days(instant_date(r->now, r->zone_minutes), days),
                                .revoked_at = INSTANT_NONE};
    m->credential = (struct credential){.head = {.id = os_new_id()},
                                        .holder = {r->actor->user},
                                        .kind = {"api"},
                                        .hash = hex_text(r->arena, m->token.hash.h, TOKEN_HASH_BYTES),
                                        .key_id = INT_NONE,
                                        .stands_for = m->row.head.id,
                                        .used_at = INSTANT_NONE};
    web_write(r, make_run, m, made, NULL);
}

/* ---- revoking ---- */

static int revoke_run(struct tx *tx, void *plan)
{
    const struct api_token *before = plan;
    struct api_token after = *before;
    struct record head;

    after.revoked_at = tx->now;
    return row_update(tx, &api_token_entity, before, &after, &head);
}

void page_token_revoke(struct req *r)
{
    struct api_token *k = arena_new(r->arena, struct api_token);
    int e;

    if (!form_knows(r, ""))
        return;
    e = row_get(r->db, r->arena, &api_token_entity, 0, route_id(r, "id"), k);
    if (e < 0)
        web_refuse(r, e);
    else if (e == 0 || k->holder.v != r->actor->user)
        r->http->status = 404;
    else if (k->revoked_at.v != INSTANT_NONE.v)
        web_redirect(r, "/akun");
    else
        web_write(r, revoke_run, k, NULL, "/akun");
}
