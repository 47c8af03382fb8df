/*
 * json.c: a writer that cannot write broken JSON, and a reader that copies jansson's tree into the arena.
 */
#include <jansson.h>

#include "json.h"
#include "text.h"

enum container {
    IN_ARRAY,
    IN_OBJECT,
};

/* ---- out ---- */

void json_out_init(struct json_out *j, struct buf *out)
{
    *j = (struct json_out){.out = out};
}

static void escape(struct buf *out, unsigned char c)
{
    static const char short_forms[] = {['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};

    if (c == '"' || c == '\\')
        buf_printf(out, "\\%c", c);
    else if (c < sizeof short_forms && short_forms[c] != '\0')
        buf_printf(out, "\\%c", short_forms[c]);
    else
        buf_printf(out, "\\u%04x", c);
}

void json_quote(struct buf *out, const char *s)
{
    const char *from = s;

    buf_byte(out, '"');
    for (; *s != '\0'; s++) {
        unsigned char c = (unsigned char)*s;

        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        buf_add_n(out, from, (size_t)(s - from));
        escape(out, c);
        from = s + 1;
    }
    buf_add_n(out, from, (size_t)(s - from));
    buf_byte(out, '"');
}

static bool in_object(const struct json_out *j)
{
    return j->depth > 0 && j->kind[j->depth - 1] == IN_OBJECT;
}

/* Before any value: the grammar, and the comma between elements. */
static void before_value(struct json_out *j)
{
    BUG_IF(j->done);
    BUG_IF(in_object(j) != j->keyed);
    if (j->depth > 0 && !in_object(j) && j->filled)
        buf_byte(j->out, ',');
    j->keyed = false;
}

static void after_value(struct json_out *j)
{
    j->filled = true;
    j->done = j->depth == 0;
}

static void word(struct json_out *j, const char *s)
{
    before_value(j);
    buf_add(j->out, s);
    after_value(j);
}

static void begin(struct json_out *j, enum container kind)
{
    before_value(j);
    BUG_IF(j->depth == JSON_DEPTH_MAX);
    j->kind[j->depth++] = (uint8_t)kind;
    j->filled = false;
    buf_byte(j->out, kind == IN_OBJECT ? '{' : '[');
}

void json_out_object(struct json_out *j)
{
    begin(j, IN_OBJECT);
}

void json_out_array(struct json_out *j)
{
    begin(j, IN_ARRAY);
}

void json_out_end(struct json_out *j)
{
    BUG_IF(j->depth == 0 || j->keyed);
    buf_byte(j->out, in_object(j) ? '}' : ']');
    j->depth--;
    after_value(j);
}

void json_out_key(struct json_out *j, const char *key)
{
    BUG_IF(!in_object(j) || j->keyed);
    if (j->filled)
        buf_byte(j->out, ',');
    json_quote(j->out, key);
    buf_byte(j->out, ':');
    j->keyed = true;
}

void json_out_text(struct json_out *j, const char *s)
{
    if (s == NULL) {
        json_out_null(j);
        return;
    }
    before_value(j);
    json_quote(j->out, s);
    after_value(j);
}

void json_out_int(struct json_out *j, int64_t v)
{
    if (v == INT_NONE) {
        json_out_null(j);
        return;
    }
    before_value(j);
    buf_printf(j->out, "%lld", (long long)v);
    after_value(j);
}

void json_out_bool(struct json_out *j, bool v)
{
    word(j, v ? "true" : "false");
}

void json_out_null(struct json_out *j)
{
    word(j, "null");
}

void json_put_text(struct json_out *j, const char *key, const char *s)
{
    json_out_key(j, key);
    json_out_text(j, s);
}

void json_put_int(struct json_out *j, const char *key, int64_t v)
{
    json_out_key(j, key);
    json_out_int(j, v);
}

void json_put_bool(struct json_out *j, const char *key, bool v)
{
    json_out_key(j, key);
    json_out_bool(j, v);
}

void json_put_object(struct json_out *j, const char *key)
{
    json_out_key(j, key);
    json_out_object(j);
}

void json_put_array(struct json_out *j, const char *key)
{
    json_out_key(j, key);
    json_out_array(j);
}

int json_out_done(const struct json_out *j)
{
    BUG_IF(!j->done);
    return buf_failed(j->out);
}

/* ---- in ---- */

/* Are the brackets outside strings nested no deeper than allowed? Asked before parsing, so that depth costs nothing. */
static bool shallow(const char *s, size_t n)
{
    bool quoted = false;
    int depth = 0;

    for (size_t i = 0; i < n; i++) {
        if (quoted) {
            if (s[i] == '\\')
                i++;
            else if (s[i] == '"')
                quoted = false;
        } else if (s[i] == '"') {
            quoted = true;
        } else if (s[i] == '{' || s[i] == '[') {
            if (++depth > JSON_DEPTH_MAX)
                return false;
        } else if (s[i] == '}' || s[i] == ']') {
            depth--;
        }
    }
    return true;
}

static int copy(struct arena *a, json_t *from, struct json_in *to);

static int copy_array(struct arena *a, json_t *from, struct json_in *to)
{
    size_t n = json_array_size(from);
    struct json_in *items = arena_array(a, n, struct json_in);

    for (size_t i = 0; i < n; i++) {
        int e = copy(a, json_array_get(from, i), &items[i]);

        if (e < 0)
            return e;
    }
    to->kind = JSON_IS_ARRAY;
    to->n = n;
    to->items = items;
    return 0;
}

static int copy_object(struct arena *a, json_t *from, struct json_in *to)
{
    size_t n = json_object_size(from), i = 0;
    struct json_in *items = arena_array(a, n, struct json_in);
    const char *key;
    json_t *value;
    int e;

    json_object_foreach(from, key, value)
    {
        e = copy(a, value, &items[i]);
        if (e < 0)
            return e;
        items[i++].key = arena_text(a, key);
    }
    to->kind = JSON_IS_OBJECT;
    to->n = n;
    to->items = items;
    return 0;
}

/* At most JSON_DEPTH_MAX calls deep. */
static int copy(struct arena *a, json_t *from, struct json_in *to)
{
    switch (json_typeof(from)) {
    case JSON_OBJECT:
        return copy_object(a, from, to);
    case JSON_ARRAY:
        return copy_array(a, from, to);
    case JSON_STRING:
        *to = (struct json_in){.kind = JSON_IS_TEXT, .text = arena_text(a, json_string_value(from))};
        return 0;
    case JSON_INTEGER:
        *to = (struct json_in){.kind = JSON_IS_INT, .number = json_integer_value(from)};
        return 0;
    case JSON_TRUE:
    case JSON_FALSE:
        *to = (struct json_in){.kind = JSON_IS_BOOL, .number = json_is_true(from)};
        return 0;
    case JSON_NULL:
        *to = (struct json_in){.kind = JSON_IS_NULL};
        return 0;
    case JSON_REAL:
        break;
    }
    return E_FORMAT;
}

static int refuse(int result, const char *why, const char **ret_why)
{
    if (ret_why != NULL)
        *ret_why = why;
    return result;
}

int json_read(struct arena *a, const void *p, size_t n, size_t max, const struct json_in **ret, const char **ret_why)
{
    struct json_in *root = arena_new(a, struct json_in);
    json_error_t error;
    json_t *tree;
    int e;

    if (n > max)
        return refuse(E_LIMIT, "too long", ret_why);
    if (!shallow(p, n))
        return refuse(E_LIMIT, "too deep", ret_why);

    tree = json_loadb(p, n, JSON_REJECT_DUPLICATES, &error);
    if (tree == NULL)
        return refuse(E_FORMAT, text_printf(a, "line %d column %d: %s", error.line, error.column, error.text), ret_why);
    e = copy(a, tree, root);
    json_decref(tree);
    if (e < 0)
        return refuse(e, "a number with point or exponent", ret_why);

    *ret = root;
    return 0;
}

const struct json_in *json_member(const struct json_in *object, const char *key)
{
    if (object == NULL || object->kind != JSON_IS_OBJECT)
        return NULL;
    for (size_t i = 0; i < object->n; i++) {
        if (text_eq(object->items[i].key, key))
            return &object->items[i];
    }
    return NULL;
}

/* 1 a member of this kind, 0 none or null. */
static int member_of_kind(const struct json_in *object, const char *key, enum json_kind kind, const struct json_in **ret)
{
    const struct json_in *m = json_member(object, key);

    if (m == NULL || m->kind == JSON_IS_NULL)
        return 0;
    if (m->kind != kind)
        return E_FORMAT;
    *ret = m;
    return 1;
}

int json_get_text(const struct json_in *object, const char *key, const char **ret)
{
    const struct json_in *m;
    int e = member_of_kind(object, key, JSON_IS_TEXT, &m);

    if (e > 0)
        *ret = m->text;
    return e;
}

int json_get_int(const struct json_in *object, const char *key, int64_t min, int64_t max, int64_t *ret)
{
    const struct json_in *m;
    int e = member_of_kind(object, key, JSON_IS_INT, &m);

    if (e <= 0)
        return e;
    if (m->number < min || m->number > max)
        return E_INPUT;
    *ret = m->number;
    return 1;
}

int json_get_bool(const struct json_in *object, const char *key, bool *ret)
{
    const struct json_in *m;
    int e = member_of_kind(object, key, JSON_IS_BOOL, &m);

    if (e > 0)
        *ret = m->number != 0;
    return e;
}

int json_get_array(const struct json_in *object, const char *key, const struct json_in **ret)
{
    return member_of_kind(object, key, JSON_IS_ARRAY, ret);
}

int json_get_object(const struct json_in *object, const char *key, const struct json_in **ret)
{
    return member_of_kind(object, key, JSON_IS_OBJECT, ret);
}

const char *json_unknown(const struct json_in *object, const char *const *keys)
{
    if (object == NULL || object->kind != JSON_IS_OBJECT)
        return NULL;
    for (size_t i = 0; i < object->n; i++) {
        const char *const *k = keys;

        while (*k != NULL && !text_eq(*k, object->items[i].key))
            k++;
        if (*k == NULL)
            return object->items[i].key;
    }
    return NULL;
}
