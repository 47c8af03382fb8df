/*
 * record_page.c: voiding a record, and its proof as a file.
 */
#include "base/text.h"
#include "engine/acting.h"
#include "engine/app.h"
#include "engine/flow.h"
#include "engine/form.h"
#include "engine/leaf.h"
#include "engine/record.h"
#include "engine/row.h"
#include "engine/save.h"
#include "ledger/ledger.h"

#define REASON_MAX 1000

/* ---- voiding ---- */

static void show_void(struct req *r, const void *row, const char *error, int status)
{
    const struct screen *s = screen_of(r);
    const struct record *head = row;
    const char *title = T1(r, "detail.void", label_one(r, s->entity)), *back = row_path(r, s, head->id);
    const struct crumb crumbs[] = {{label_many(r, s->entity), screen_path(r, s)}, {row_title(r, s, row), back}};
    const struct ui_button acts[] = {{.label = title, .look = BUTTON_BAD_FIRST}, {.label = T(r, "detail.keep"), .href = back}};
    struct page p = {.shell = SHELL_WORKSPACE,
                     .title = title,
                     .wrong = error != NULL,
                     .crumbs = crumbs,
                     .n_crumbs = ARRAY_LEN(crumbs),
                     .here = screen_path(r, s)};

    web_page_begin(r, &p);
    if (error != NULL)
        ui_errors(r, &(struct ui_error){"alasan", error}, 1);
    html(r, "<h1>%s</h1>\n<p>%s</p>\n", title, T1(r, "detail.void-what", row_title(r, s, row)));
    ui_form_begin(r, NULL, url(r, "/kerja/%s/%s/%lld/batal", route_param(r, "gov"), s->slug, (long long)head->id), FORM_POST);
    ui_hidden(r, REV_FIELD, text_printf(r->arena, "%lld", (long long)head->rev));
    web_once(r);
    ui_field(r, &(struct ui_field){.type = CONTROL_LONG,
                                   .name = "alasan",
                                   .label = T(r, "detail.void-reason"),
                                   .hint = T(r, "detail.void-hint"),
                                   .error = error,
                                   .value = http_form(r->http, "alasan")});
    ui_buttons(r, acts, ARRAY_LEN(acts));
    ui_form_end(r);
    page_end(r, &p);
    r->http->status = status;
}

/* The row, when it still counts. */
static bool row_to_void(struct req *r, void **ret)
{
    if (!row_seen(r, ret)) {
        r->http->status = 404;
        return false;
    }
    if (((const struct record *)*ret)->voided_at.v == INSTANT_NONE.v)
        return true;
    web_refuse(r, fail(r, E_STATE, "form.void"));
    return false;
}

void void_page(struct req *r)
{
    void *row;

    if (row_to_void(r, &row))
        show_void(r, row, NULL, 200);
}

struct void_plan {
    const struct screen *s;
    const void *row;
    const char *done;
};

static int apply_void(struct tx *tx, void *arg)
{
    const struct void_plan *plan = arg;
    struct record head;

    return save_void(tx, plan->s, plan->row, &head);
}

static void after_void(struct req *r, void *arg, int result)
{
    const struct void_plan *plan = arg;
    void *row;

    if (result >= 0 || result == E_AGAIN)
        web_redirect(r, plan->done);
    else if (result == E_CONFLICT && row_to_void(r, &row))
        show_void(r, row, T(r, "detail.void-changed"), 409);
    else if (result != E_CONFLICT)
        web_refuse(r, result);
}

void void_post(struct req *r)
{
    struct void_plan *plan = arena_new(r->arena, struct void_plan);
    const char *rev = http_form(r->http, REV_FIELD), *typed = http_form(r->http, "alasan");
    const char *reason = text_trim(r->arena, text_nfc(r->arena, typed != NULL ? typed : ""));
    struct record *row;
    int64_t read = 0;

    if (!row_to_void(r, (void **)&row))
        return;
    if (rev == NULL || text_int(rev, 1, INT64_MAX, &read) < 0) {
        r->http->status = 400;
        return;
    }
    if (*reason == '\0' || strlen(reason) > REASON_MAX) {
        show_void(r, row, T(r, "detail.reason-missing"), 422);
        return;
    }
    row->rev = read;
    *plan = (struct void_plan){screen_of(r), row, row_path(r, screen_of(r), row->id)};
    web_mark(r)->remark = reason;
    acting_mark(r, r->route->permission, plan->s->entity, row);
    web_write(r, apply_void, plan, after_void, plan->done);
}

/* ---- proof ---- */

/* What the reader may see anyway is opened: the columns that are not public and about nobody. */
static size_t opened(struct req *r, const struct entity *e, const struct record *row, struct ledger_open_field *ret)
{
    size_t i, n = 0;

    for (i = 0; e->ledger == LEDGER_PUBLIC && i < e->n_fields; i++)
        if ((e->fields[i].flags & (F_PUBLIC | F_PERSONAL)) == 0)
            ret[n++] =
                (struct ledger_open_field){e->fields[i].name, field_stored(&e->fields[i], row, r->arena), row->record_key};
    return n;
}

void proof_answer(struct req *r, const struct record *row, const struct ledger_open_field *open, size_t n, const char *name)
{
    struct ledger_open_field *opens = arena_array(r->arena, n + 1, struct ledger_open_field);
    struct tree_hash leaf;
    struct bytes file = {0};
    int result;

    if (row->leaf_hash.n != sizeof leaf.v || r->app->ledger == NULL) {
        r->http->status = 404;
        return;
    }
    memcpy(leaf.v, row->leaf_hash.p, sizeof leaf.v);
    if (n > 0)
        memcpy(opens, open, n * sizeof *open);
    result = leaf_openable(r->app->ledger, r->db, r->arena, &leaf, opens, &n);
    if (result == 0)
        result = ledger_proof(r->app->ledger, r->db, r->arena, &leaf, opens, n, &file);
    if (result == 0 && file.n == 0)
        result = fail(r, E_BUSY, "detail.proof-later");
    if (result < 0) {
        web_refuse(r, result);
        return;
    }
    r->http->type = "text/plain; charset=utf-8";
    http_answer_header(r->http, "Content-Disposition", text_printf(r->arena, "attachment; filename=\"%s.tlog-proof\"", name));
    buf_add_n(r->out, file.p, file.n);
}

void proof_page(struct req *r)
{
    const struct entity *e = screen_of(r)->entity;
    struct ledger_open_field *open = arena_array(r->arena, e->n_fields, struct ledger_open_field);
    struct record *row;

    if (!row_seen(r, (void **)&row))
        r->http->status = 404;
    else
        proof_answer(r, row, open, opened(r, e, row, open),
                     text_printf(r->arena, "%s-%lld", screen_of(r)->slug, (long long)row->id));
}
