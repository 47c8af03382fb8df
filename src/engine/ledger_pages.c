/*
 * ledger_pages.c: routes below /ledger/.
 */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "engine/app.h"
#include "engine/ledger_pages.h"
#include "ledger/ledger.h"

#define PREFIX    "/ledger/"
#define WAIT_MS   2000
#define FORMS_MAX ((size_t)2 * MB)

/* clang-format off */
static const enum http_cache caches[] = {
    [LEDGER_CACHE_NONE]      = HTTP_CACHE_PRIVATE,
    [LEDGER_CACHE_BRIEF]     = HTTP_CACHE_BRIEF,
    [LEDGER_CACHE_IMMUTABLE] = HTTP_CACHE_IMMUTABLE,
};
/* clang-format on */

/* ---- forms ---- */

static void put_field(struct json_out *j, const struct entity *e, const struct field *f)
{
    bool personal = (f->flags & F_PERSONAL) != 0;

    json_out_object(j);
    json_put_text(j, "name", f->name);
    if ((f->flags & F_PUBLIC) != 0)
        json_put_text(j, "in", "pub");
    else {
        json_put_text(j, "in", "com");
        json_put_text(j, "key", personal ? f->subject : e->is_subject ? "id" : "record");
    }
    json_out_end(j);
}

static void put_form(struct json_out *j, const struct entity *e)
{
    size_t i;

    json_out_object(j);
    json_put_text(j, "t", e->name);
    json_put_bool(j, "sealed", e->ledger == LEDGER_SEALED);
    json_put_array(j, "columns");
    for (i = 0; i < e->n_fields; i++)
        put_field(j, e, &e->fields[i]);
    json_out_object(j);
    json_put_text(j, "name", "voided_at");
    json_put_text(j, "in", "pub");
    json_out_end(j);
    json_out_end(j);
    json_out_end(j);
}

int ledger_forms(const struct app *app, struct buf *out)
{
    struct json_out j;
    size_t i, k;

    json_out_init(&j, out);
    json_out_object(&j);
    json_put_array(&j, "forms");
    for (i = 0; i < app->n_modules; i++)
        for (k = 0; k < app->modules[i]->n_entities; k++)
            if (app->modules[i]->entities[k]->ledger != LEDGER_NONE)
                put_form(&j, app->modules[i]->entities[k]);
    json_out_end(&j);
    json_out_end(&j);
    return json_out_done(&j);
}

/* ---- pages ---- */

/* Any page of any origin may read these: they are for everybody. */
static void for_everybody(struct req *r)
{
    http_answer_header(r->http, "Access-Control-Allow-Origin", "*");
}

static void page_forms(struct req *r)
{
    for_everybody(r);
    r->http->type = "application/json";
    r->http->cache = HTTP_CACHE_BRIEF;
    if (ledger_forms(r->app, r->out) < 0)
        r->http->status = 500;
}

static int read_page(struct req *r, struct ledger_page *ret)
{
    struct db *db;
    int e;

    if (r->app->ledger == NULL || r->app->pool == NULL)
        return E_BUSY;
    e = pool_take(r->app->pool, WAIT_MS, &db);
    if (e < 0)
        return e;
    e = ledger_read(r->app->ledger, db, r->arena, r->http->path + strlen(PREFIX), ret);
    pool_give(r->app->pool, db);
    return e;
}

static void page_ledger(struct req *r)
{
    struct ledger_page page;
    int e = read_page(r, &page);

    for_everybody(r);
    if (e < 0 || page.type == NULL) {
        r->http->status = e == 0 ? 404 : e == E_BUSY ? 503 : 500;
        return;
    }
    r->http->type = page.type;
    r->http->cache = caches[page.cache];
    buf_add_n(r->out, page.body.p, page.body.n);
}

/* ---- cosignatures of witnesses ---- */

static int cosign_apply(struct tx *tx, void *plan)
{
    return ledger_cosign_apply(tx, plan);
}

/* One line and a status: the sender is a program. */
static void say(struct req *r, int status, const char *line)
{
    for_everybody(r);
    r->http->status = status;
    r->http->type = "text/plain; charset=utf-8";
    buf_printf(r->out, "%s\n", line);
}

static void cosigned(struct req *r, void *plan, int result)
{
    (void)plan;
    if (result < 0)
        say(r, web_status(result), result_name(result));
    else
        say(r, 200, "ok");
}

static void page_cosignature(struct req *r)
{
    struct ledger_cosign_plan *plan = arena_new(r->arena, struct ledger_cosign_plan);
    int e = r->app->ledger == NULL ? E_BUSY : ledger_cosign_plan(r->app->ledger, r->db, r->arena, r->http->body, plan);

    if (e == 0)
        web_write(r, cosign_apply, plan, cosigned, NULL);
    else if (e == E_FORMAT)
        say(r, 400, "not one cosignature line");
    else if (e == E_PERMIT)
        say(r, 403, "no witness of the policy, or over no checkpoint of this log");
    else if (e == E_INPUT)
        say(r, 404, "there is no checkpoint yet");
    else
        say(r, web_status(e), result_name(e));
}

/* clang-format off */
#define LIMIT_LINE {.body = HTTP_BODY_RAW, .body_max = 4 * KB}
#define PAGE(path_) ROUTE(GET, PREFIX path_, PERMIT_ANYBODY, page_ledger, .no_snapshot = true)

/* A tile's number has three digits a part, so four parts are 10^12 tiles. */
const struct route ledger_routes[] = {
    ROUTE(GET, PREFIX "{log}/forms", PERMIT_ANYBODY, page_forms, .no_snapshot = true),
    ROUTE(POST, PREFIX "{log}/cosignature", PERMIT_ANYBODY, page_cosignature, .limits = LIMIT_LINE, .foreign = true),
    PAGE("{log}/{page}"),
    PAGE("{log}/{page}/{a}"),
    PAGE("{log}/{page}/{a}/{b}"),
    PAGE("{log}/{page}/{a}/{b}/{c}"),
    PAGE("{log}/{page}/{a}/{b}/{c}/{d}"),
};
/* clang-format on */

const size_t ledger_routes_n = ARRAY_LEN(ledger_routes);
