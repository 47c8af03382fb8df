/*
 * refuse.c: redirects, frames, and what a refusal looks like: a page, or problem details (RFC 9457) for programs.
 */
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "engine/help.h"
#include "engine/visit.h"

static const struct {
    int result, status;
    const char *text; /* when fail() said nothing better */
} refusals[] = {
    {E_INPUT, 422, "web.bad-request"}, {E_STATE, 409, "web.state"}, {E_CONFLICT, 409, "web.conflict"},
    {E_PERMIT, 403, "web.permit"},     {E_AUTH, 401, "web.auth"},   {E_FORMAT, 400, "web.bad-request"},
    {E_LIMIT, 413, "web.too-large"},   {E_RATE, 429, "web.later"},  {E_BUSY, 503, "web.later"},
    {E_HOLD, 503, "web.hold"},         {E_FULL, 507, "web.full"},   {E_STORAGE, 500, "web.our-fault"},
    {E_SYSTEM, 500, "web.our-fault"},
};

int web_status(int result)
{
    size_t i;

    for (i = 0; i < ARRAY_LEN(refusals); i++)
        if (refusals[i].result == result)
            return refusals[i].status;
    return 500;
}

static const char *text_of_status(const struct req *r, int status)
{
    size_t i;

    if (r->fault_key != NULL)
        return fault_text(r);
    if (status == 404 || status == 405)
        return T(r, "ui.not-found");
    for (i = 0; i < ARRAY_LEN(refusals); i++)
        if (refusals[i].status == status)
            return T(r, refusals[i].text);
    return T(r, status >= 500 ? "web.our-fault" : "web.bad-request");
}

void web_redirect(struct req *r, const char *path)
{
    BUG_IF(!own_path(path));
    r->http->status = 303;
    http_answer_header(r->http, "Location", path);
}

/* ---- frames ---- */

/* This address with the other language asked for; NULL for what was not asked by GET. */
static const char *other_lang(struct req *r)
{
    const struct http_pairs *query = &r->http->query;
    struct buf b;
    size_t i;

    if (r->http->method != HTTP_GET && r->http->method != HTTP_HEAD)
        return NULL;
    buf_init(&b, r->arena, 16 * KB);
    buf_printf(&b, "?");
    for (i = 0; i < query->n; i++)
        if (!text_eq(query->v[i].name, "bahasa"))
            buf_printf(&b, "%s=%s&", url_encode(r->arena, query->v[i].name), url_encode(r->arena, query->v[i].value));
    buf_printf(&b, "bahasa=%s", lang_code(r->lang == LANG_ID ? LANG_EN : LANG_ID));
    return buf_failed(&b) < 0 ? NULL : b.s;
}

void web_page_begin(struct req *r, struct page *p)
{
    const struct web_hooks *hooks = visit(r)->web->conf.hooks;

    if (p->other_lang == NULL)
        p->other_lang = other_lang(r);
    if (r->app != NULL)
        p->demo = r->app->demo;
    if (hooks != NULL && r->db != NULL)
        hooks->frame(r, p);
    if (p->about == NULL)
        p->about = help_about(r);
    if (p->guide == NULL)
        p->guide = help_guide(r->route);
    page_begin(r, p);
}

/* ---- refusals ---- */

/* What it means for the reader and what to do, where the status tells; NULL where it does not. */
static const char *advice(struct req *r, int status)
{
    if (text_eq(r->fault_key, "web.unknown"))
        return T(r, "web.unknown-text");
    return status == 507 ? T(r, "web.full-text") : status == 429 || status == 503 ? T(r, "web.later-text") : NULL;
}

static void error_content(struct req *r, int status)
{
    const char *number = text_printf(r->arena, "%lld", (long long)r->http->number);

    if (status == 404 || status == 405)
        state_not_found(r, "/", NULL);
    else if (status == 401 || status == 403)
        state_forbidden(r, text_of_status(r, status), "/");
    else if (status == 429 || status == 503)
        state_later(r, text_of_status(r, status), advice(r, status), 30);
    else if (status == 507)
        state_later(r, T(r, "web.full"), advice(r, status), 0);
    else if (status == 409)
        state_refused(r, T(r, "web.state"), text_of_status(r, status), "/");
    else if (status >= 500)
        state_our_fault(r, number, NULL, NULL);
    else
        state_refused(r, text_of_status(r, status), T1(r, "web.bad-request-text", number), "/");
}

/* The gate refuses bytes before anybody read a language in them: then the page speaks the other one as well. */
static void in_english_too(struct req *r, int status)
{
    struct req other = *r;

    if (r->http->headers.n > 0 || r->lang == LANG_EN)
        return;
    other.lang = LANG_EN;
    html(r, "<div lang=\"en\">\n");
    error_content(&other, status);
    html(r, "</div>\n");
}

static void problem(struct req *r, int status)
{
    struct json_out j;

    r->http->type = "application/problem+json";
    json_out_init(&j, r->out);
    json_out_object(&j);
    json_put_text(&j, "title", text_of_status(r, status));
    json_put_int(&j, "status", status);
    if (advice(r, status) != NULL)
        json_put_text(&j, "detail", advice(r, status));
    if (r->fault_key != NULL)
        json_put_text(&j, "code", r->fault_key);
    json_put_text(&j, "instance", text_printf(r->arena, "%lld", (long long)r->http->number));
    json_out_end(&j);
    if (json_out_done(&j) < 0)
        buf_clear(r->out); /* the status alone */
}

void refuse_with(struct req *r, int status)
{
    struct page p = {.shell = SHELL_BARE,
                     .guide = GUIDE_PATH,
                     .title = T(r, status == 404 || status == 405 ? "ui.not-found" : "web.not-shown")};

    r->http->cache = HTTP_CACHE_PRIVATE;
    buf_clear(r->out);
    if (text_starts(r->http->path, API_PATH)) {
        problem(r, status);
        return;
    }
    r->http->type = "text/html; charset=utf-8";
    p.other_lang = other_lang(r);
    page_begin(r, &p);
    error_content(r, status);
    in_english_too(r, status);
    page_end(r, &p);
}

void refusal_log(const struct req *r, const char *why)
{
    log_record(LEVEL_WARN, "web.refused", LOG_TEXT("why", why), LOG_INT("status", r->http->status),
               LOG_TEXT("permission", r->route != NULL ? r->route->permission : NULL), LOG_TEXT("path", r->http->path),
               LOG_INT("user", r->actor != NULL ? r->actor->user : 0), LOG_TEXT("address", r->http->address),
               LOG_INT("id", r->http->number));
}

void web_refuse(struct req *r, int result)
{
    r->http->status = web_status(result);
    if (r->http->status == 403 || r->http->status == 429)
        refusal_log(r, r->fault_key != NULL ? r->fault_key : result_name(result));
    else if (r->http->status >= 500)
        log_record(result == E_STORAGE || result == E_SYSTEM ? LEVEL_ERROR : LEVEL_WARN, "web.fault",
                   LOG_TEXT("result", result_name(result)), LOG_TEXT("why", r->fault_key), LOG_TEXT("path", r->http->path),
                   LOG_INT("id", r->http->number));
    if (r->http->status == 503 || r->http->status == 429)
        http_answer_header(r->http, "Retry-After", "30");
    refuse_with(r, r->http->status);
}
