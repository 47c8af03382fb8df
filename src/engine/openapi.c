/*
 * openapi.c: screens and entities as paths and schemas.
 *
 * Not for: pages, which are no interface and may change.
 */
#include "base/json.h"
#include "base/text.h"
#include "engine/flow.h"
#include "engine/openapi.h"
#include "engine/screen.h"
#include "ui/lang.h"

struct writing {
    struct json_out j;
    struct arena *a;
    const struct app *app;
};

/* How a field travels (api.h). */
static const struct {
    const char *type, *format, *pattern;
} shapes[FIELD_TYPE_COUNT] = {
    [FIELD_INT] = {"integer", "int64", NULL},
    [FIELD_BOOL] = {"boolean", NULL, NULL},
    [FIELD_MONEY] = {"string", "sen", "^-?[0-9]+$"},
    [FIELD_DATE] = {"string", "date", NULL},
    [FIELD_INSTANT] = {"string", "milliseconds", "^-?[0-9]+$"},
    [FIELD_REF] = {"string", "id", "^[0-9]+$"},
    [FIELD_STATE] = {"string", NULL, NULL},
    [FIELD_TEXT] = {"string", NULL, NULL},
};

/* ---- schemas ---- */

static void put_codes(struct writing *w, const char *codes)
{
    size_t n, i;
    char **v = text_split(w->a, codes, ' ', &n);

    json_put_array(&w->j, "enum");
    for (i = 0; i < n; i++)
        if (!text_empty(v[i]))
            json_out_text(&w->j, v[i]);
    json_out_end(&w->j);
}

static void put_type(struct writing *w, const char *type, bool required)
{
    json_put_array(&w->j, "type");
    json_out_text(&w->j, type);
    if (!required)
        json_out_text(&w->j, "null");
    json_out_end(&w->j);
}

static void put_field(struct writing *w, const struct screen *s, const struct field *f)
{
    struct json_out *j = &w->j;
    const char *codes = f->type == FIELD_STATE ? field_codes(w->a, w->app, f) : NULL;
    bool required = (f->flags & F_REQUIRED) != 0;

    json_put_object(j, f->name);
    put_type(w, shapes[f->type].type, required);
    if (shapes[f->type].format != NULL)
        json_put_text(j, "format", shapes[f->type].format);
    if (shapes[f->type].pattern != NULL)
        json_put_text(j, "pattern", shapes[f->type].pattern);
    if (f->type == FIELD_TEXT)
        json_put_int(j, "maxLength", f->max > 0 ? f->max : FIELD_TEXT_MAX);
    if (codes != NULL && required)
        put_codes(w, codes);
    if (f->of != NULL)
        json_put_text(j, "x-refers-to", f->of->name);
    json_put_text(j, "description", lang_text(LANG_EN, text_printf(w->a, "%s.%s", s->entity->name, f->name)));
    if (!input_allowed(s, f))
        json_put_bool(j, "readOnly", true);
    if ((f->flags & F_PERSONAL) != 0)
        json_put_bool(j, "x-personal", true);
    json_out_end(j);
}

static void put_own(struct writing *w, const char *name, const char *type, const char *text)
{
    json_put_object(&w->j, name);
    json_put_text(&w->j, "type", type);
    json_put_text(&w->j, "description", text);
    json_put_bool(&w->j, "readOnly", true);
    json_out_end(&w->j);
}

static void put_schema(struct writing *w, const struct screen *s)
{
    const struct entity *e = s->entity;
    struct json_out *j = &w->j;
    size_t i;

    json_put_object(j, e->name);
    json_put_text(j, "type", "object");
    json_put_bool(j, "additionalProperties", false);
    json_put_object(j, "properties");
    put_own(w, "id", "string", "Made by the server.");
    put_own(w, "rev", "integer", "Revision, from 1: the ETag, and what If-Match demands.");
    for (i = 0; i < e->n_fields; i++)
        put_field(w, s, &e->fields[i]);
    put_own(w, "voided_at", "string", "Milliseconds since 1970; there only when the row counts no longer.");
    put_own(w, "ledger", "integer", "Place of the latest revision in the ledger.");
    json_out_end(j);
    json_put_array(j, "required");
    for (i = 0; i < e->n_fields; i++)
        if ((e->fields[i].flags & F_REQUIRED) != 0 && input_allowed(s, &e->fields[i]))
            json_out_text(j, e->fields[i].name);
    json_out_end(j);
    json_out_end(j);
}

static void put_problem(struct writing *w)
{
    static const char *const texts[] = {"title", "detail", "code", "instance"};
    struct json_out *j = &w->j;
    size_t i;

    json_put_object(j, "problem");
    json_put_text(j, "type", "object");
    json_put_object(j, "properties");
    for (i = 0; i < ARRAY_LEN(texts); i++) {
        json_put_object(j, texts[i]);
        json_put_text(j, "type", "string");
        json_out_end(j);
    }
    json_put_object(j, "status");
    json_put_text(j, "type", "integer");
    json_out_end(j);
    json_put_object(j, "errors");
    json_put_text(j, "type", "array");
    json_put_object(j, "items");
    json_put_text(j, "type", "object");
    json_out_end(j);
    json_out_end(j);
    json_out_end(j);
    json_out_end(j);
}

/* ---- operations ---- */

struct operation {
    const char *method, *summary;
    const char *act;        /* permission PREFIX.act, */
    const char *permission; /* or this one */
    const char *body;       /* schema, NULL without */
    int status;             /* of success */
    bool is_list, matches;
    const char *answer; /* schema; NULL: the row's */
};

static void put_param(struct writing *w, const char *name, const char *in, bool required, const char *text)
{
    struct json_out *j = &w->j;

    json_out_object(j);
    json_put_text(j, "name", name);
    json_put_text(j, "in", in);
    json_put_bool(j, "required", required);
    json_put_text(j, "description", text);
    json_put_object(j, "schema");
    json_put_text(j, "type", "string");
    json_out_end(j);
    json_out_end(j);
}

static void put_ref(struct writing *w, const char *schema)
{
    json_put_text(&w->j, "$ref", text_printf(w->a, "#/components/schemas/%s", schema));
}

static void put_content(struct writing *w, const char *type, const char *schema, bool is_list)
{
    struct json_out *j = &w->j;

    json_put_object(j, "content");
    json_put_object(j, type);
    json_put_object(j, "schema");
    if (is_list) {
        json_put_text(j, "type", "object");
        json_put_object(j, "properties");
        json_put_object(j, "items");
        json_put_text(j, "type", "array");
        json_put_object(j, "items");
        put_ref(w, schema);
        json_out_end(j);
        json_out_end(j);
        json_put_object(j, "next");
        json_put_text(j, "description", "Give it back as c=; null on the last page.");
        json_out_end(j);
        json_out_end(j);
    } else {
        put_ref(w, schema);
    }
    json_out_end(j);
    json_out_end(j);
    json_out_end(j);
}

static void put_params(struct writing *w, const struct screen *s, const struct operation *o)
{
    size_t i;

    json_put_array(&w->j, "parameters");
    if (o->is_list) {
        put_param(w, "q", "query", false, "Words to look for.");
        put_param(w, "urut", "query", false, "Field to sort by; a minus in front turns it round.");
        put_param(w, "c", "query", false, "Cursor of the answer before.");
    }
    for (i = 0; o->is_list && i < s->n_filters; i++)
        put_param(w, s->filters[i].field, "query", false,
                  "Equal to; with _dari and _sampai behind the name: not below, not above.");
    if (o->matches)
        put_param(w, "If-Match", "header", true, "The revision that was read, in quotes.");
    if (text_eq(o->method, "post"))
        put_param(w, "Idempotency-Key", "header", false, "A repetition with the same key does nothing more.");
    json_out_end(&w->j);
}

static void put_operation(struct writing *w, const struct screen *s, const struct operation *o)
{
    struct json_out *j = &w->j;

    json_put_object(j, o->method);
    json_put_text(j, "summary", o->summary);
    json_put_text(j, "x-permission", o->permission != NULL ? o->permission : text_printf(w->a, "%s.%s", s->permission, o->act));
    put_params(w, s, o);
    if (o->body != NULL) {
        json_put_object(j, "requestBody");
        put_content(w, "application/json", o->body, false);
        json_out_end(j);
    }
    json_put_object(j, "responses");
    json_put_object(j, text_printf(w->a, "%d", o->status));
    json_put_text(j, "description", "Good.");
    put_content(w, "application/json", o->answer != NULL ? o->answer : s->entity->name, o->is_list);
    json_out_end(j);
    json_put_object(j, "default");
    json_put_text(j, "description", "Refused; nothing was saved.");
    put_content(w, "application/problem+json", "problem", false);
    json_out_end(j);
    json_out_end(j);
    json_out_end(j);
}

static void path_begin(struct writing *w, const struct screen *s, const char *below, const char *param)
{
    json_put_object(&w->j, text_printf(w->a, "/api/v1/{gov}/%s%s", s->slug, below));
    json_put_array(&w->j, "parameters");
    put_param(w, "gov", "path", true, s->entity->kind == ENTITY_DATA ? "Slug of the government." : "Always \"-\".");
    if (param != NULL)
        put_param(w, param, "path", true, "Id of the row.");
    json_out_end(&w->j);
}

static void put_steps(struct writing *w, const struct screen *s)
{
    size_t i;

    for (i = 0; s->flow != NULL && i < s->flow->n_steps; i++) {
        const struct operation step = {.method = "post",
                                       .summary = "Takes the step.",
                                       .permission = s->flow->steps[i].permission,
                                       .body = "words",
                                       .status = 200,
                                       .matches = true};

        path_begin(w, s, text_printf(w->a, "/{id}/langkah/%s", s->flow->steps[i].verb), "id");
        put_operation(w, s, &step);
        json_out_end(&w->j);
    }
}

static void put_paths(struct writing *w, const struct screen *s)
{
    const struct operation
        list = {.method = "get", .summary = "Rows, a page at a time.", .act = "read", .status = 200, .is_list = true},
        make = {.method = "post", .summary = "A new row.", .act = "create", .body = s->entity->name, .status = 201},
        get = {.method = "get", .summary = "One row.", .act = "read", .status = 200},
        change = {.method = "patch",
                  .summary = "Changes the members that are given.",
                  .act = "edit",
                  .body = s->entity->name,
                  .status = 200,
                  .matches = true},
        past = {.method = "get",
                .summary = "What happened to it, newest first.",
                .act = "read",
                .status = 200,
                .is_list = true,
                .answer = "line"},
        drop = {.method = "post",
                .summary = "Voids the row: it stays and counts no more.",
                .act = "void",
                .body = "words",
                .status = 200,
                .matches = true};

    path_begin(w, s, "", NULL);
    put_operation(w, s, &list);
    if (!s->derived)
        put_operation(w, s, &make);
    json_out_end(&w->j);
    path_begin(w, s, "/{id}", "id");
    put_operation(w, s, &get);
    if (!s->derived)
        put_operation(w, s, &change);
    json_out_end(&w->j);
    if (!s->derived) {
        path_begin(w, s, "/{id}/batal", "id");
        put_operation(w, s, &drop);
        json_out_end(&w->j);
    }
    path_begin(w, s, "/{id}/riwayat", "id");
    put_operation(w, s, &past);
    json_out_end(&w->j);
    put_steps(w, s);
}

/* ---- the whole ---- */

static void each_screen(struct writing *w, void (*put)(struct writing *w, const struct screen *s))
{
    size_t m, i;

    for (m = 0; m < w->app->n_modules; m++)
        for (i = 0; i < w->app->modules[m]->n_screens; i++)
            put(w, w->app->modules[m]->screens[i]);
}

static void put_words(struct writing *w)
{
    static const char *const members[] = {"reason", "remark"};
    struct json_out *j = &w->j;
    size_t i;

    json_put_object(j, "words");
    json_put_text(j, "type", "object");
    json_put_object(j, "properties");
    for (i = 0; i < ARRAY_LEN(members); i++) {
        json_put_object(j, members[i]);
        json_put_text(j, "type", "string");
        json_out_end(j);
    }
    json_out_end(j);
    json_out_end(j);
}

/* A line of the history. */
static void put_line(struct writing *w)
{
    static const char *const texts[] = {"at", "role", "step", "reason", "remark"}, *const numbers[] = {"rev", "ledger"};
    struct json_out *j = &w->j;
    size_t i;

    json_put_object(j, "line");
    json_put_text(j, "type", "object");
    json_put_object(j, "properties");
    for (i = 0; i < ARRAY_LEN(texts); i++) {
        json_put_object(j, texts[i]);
        put_type(w, "string", false);
        json_out_end(j);
    }
    for (i = 0; i < ARRAY_LEN(numbers); i++) {
        json_put_object(j, numbers[i]);
        put_type(w, "integer", false);
        json_out_end(j);
    }
    json_put_object(j, "changes");
    json_put_text(j, "type", "object");
    json_put_text(j, "description", "A field each: what it was, what it became.");
    json_out_end(j);
    json_out_end(j);
    json_out_end(j);
}

static void put_components(struct writing *w)
{
    struct json_out *j = &w->j;

    json_put_object(j, "components");
    json_put_object(j, "securitySchemes");
    json_put_object(j, "token");
    json_put_text(j, "type", "http");
    json_put_text(j, "scheme", "bearer");
    json_out_end(j);
    json_out_end(j);
    json_put_object(j, "schemas");
    put_problem(w);
    put_words(w);
    put_line(w);
    each_screen(w, put_schema);
    json_out_end(j);
    json_out_end(j);
}

int openapi_write(const struct app *app, struct arena *a, struct buf *out)
{
    struct writing w = {.a = a, .app = app};
    struct json_out *j = &w.j;

    json_out_init(j, out);
    json_out_object(j);
    json_put_text(j, "openapi", "3.1.0");
    json_put_object(j, "info");
    json_put_text(j, "title", app->name != NULL ? app->name : "Terang");
    json_put_text(j, "version", "1");
    json_out_end(j);
    json_put_array(j, "servers");
    json_out_object(j);
    json_put_text(j, "url", app->origin != NULL ? app->origin : "/");
    json_out_end(j);
    json_out_end(j);
    json_put_array(j, "security");
    json_out_object(j);
    json_put_array(j, "token");
    json_out_end(j);
    json_out_end(j);
    json_out_end(j);
    json_put_object(j, "paths");
    each_screen(&w, put_paths);
    json_out_end(j);
    put_components(&w);
    json_out_end(j);
    return json_out_done(j);
}

void openapi_page(struct req *r)
{
    r->http->type = "application/json";
    r->http->cache = HTTP_CACHE_PUBLIC;
    if (openapi_write(r->app, r->arena, r->out) < 0) {
        buf_clear(r->out);
        r->http->status = 500;
    }
}
