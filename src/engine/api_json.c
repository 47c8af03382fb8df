/*
 * api_json.c: rows to JSON and back.
 */
#include "base/text.h"
#include "engine/api.h"
#include "engine/web.h"

/* ---- out ---- */

static void put_value(struct req *r, const struct field *f, const void *row, struct json_out *j)
{
    const void *at = (const char *)row + f->offset;

    if (f->type == FIELD_INT)
        json_put_int(j, f->name, *(const int64_t *)at);
    else if (f->type == FIELD_BOOL)
        json_put_bool(j, f->name, *(const bool *)at);
    else
        json_put_text(j, f->name, field_stored(f, row, r->arena));
}

static const char *id_text(struct req *r, int64_t id)
{
    return text_printf(r->arena, "%lld", (long long)id);
}

void api_put_row(struct req *r, const struct screen *s, const void *row, struct json_out *j)
{
    const struct entity *e = s->entity;
    const struct record *head = row;
    bool hides = personal_hidden(r, head->gov);
    size_t i;

    json_out_object(j);
    json_put_text(j, "id", id_text(r, head->id));
    json_put_int(j, "rev", head->rev);
    for (i = 0; i < e->n_fields; i++)
        if (!hides || (e->fields[i].flags & F_PERSONAL) == 0)
            put_value(r, &e->fields[i], row, j);
    if (head->voided_at.v != INSTANT_NONE.v)
        json_put_text(j, "voided_at", id_text(r, head->voided_at.v));
    if (head->leaf_idx != INT_NONE)
        json_put_int(j, "ledger", head->leaf_idx);
    json_out_end(j);
}

/* ---- in ---- */

/* The stored form of a JSON value; false for what no field holds. */
static bool stored_of(struct req *r, const struct json_in *v, const char **ret)
{
    *ret = NULL;
    switch (v->kind) {
    case JSON_IS_NULL:
        return true;
    case JSON_IS_BOOL:
        *ret = v->number != 0 ? "1" : "0";
        return true;
    case JSON_IS_INT:
        *ret = id_text(r, v->number);
        return true;
    case JSON_IS_TEXT:
        *ret = v->text;
        return true;
    case JSON_IS_ARRAY:
    case JSON_IS_OBJECT:
        break;
    }
    return false;
}

static void take_member(struct req *r, const struct screen *s, void *row, const struct json_in *member, struct faults *f)
{
    const struct field *field = entity_field(s->entity, member->key);
    const char *stored, *key, *arg = NULL;

    if (field == NULL || !input_allowed(s, field)) {
        faults_add(f, NULL, "api.unknown", arena_text(r->arena, member->key));
        return;
    }
    key = stored_of(r, member, &stored) ? input_stored(r, s->entity, field, row, stored, &arg) : "api.kind";
    if (key != NULL)
        faults_add(f, field->name, key, arg);
}

int api_take_row(struct req *r, const struct screen *s, void *row, struct faults *f)
{
    const struct json_in *in;
    size_t i;

    if (json_read(r->arena, r->http->body.p, r->http->body.n, r->http->body.n, &in, NULL) < 0 || in->kind != JSON_IS_OBJECT)
        return fail(r, E_FORMAT, "api.no-json");
    for (i = 0; i < in->n; i++)
        take_member(r, s, row, &in->items[i], f);
    return 0;
}

/* ---- refusals ---- */

static bool has_unknown(const struct faults *f)
{
    size_t i;

    for (i = 0; i < f->n; i++)
        if (text_eq(f->v[i].key, "api.unknown"))
            return true;
    return false;
}

void api_refuse_faults(struct req *r, const struct faults *f)
{
    struct json_out j;
    size_t i;

    r->http->status = has_unknown(f) ? 400 : 422;
    r->http->type = "application/problem+json";
    buf_clear(r->out);
    json_out_init(&j, r->out);
    json_out_object(&j);
    json_put_text(&j, "title", T(r, "api.refused"));
    json_put_int(&j, "status", r->http->status);
    json_put_array(&j, "errors");
    for (i = 0; i < f->n; i++) {
        const char *arg = f->v[i].arg;

        json_out_object(&j);
        json_put_text(&j, "field", f->v[i].field);
        json_put_text(&j, "code", f->v[i].key);
        json_put_text(&j, "detail", lang_fill(r->arena, r->lang, f->v[i].key, &arg, arg != NULL));
        json_out_end(&j);
    }
    json_out_end(&j);
    json_out_end(&j);
    if (json_out_done(&j) < 0)
        buf_clear(r->out); /* the status alone */
}
