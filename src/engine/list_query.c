/*
 * list_query.c: from an address to what a list is asked for, and back.
 */
#include "base/date.h"
#include "base/text.h"
#include "engine/app.h"
#include "engine/list_query.h"
#include "engine/ref.h"
#include "engine/search.h"
#include "engine/sql_part.h"
#include "engine/web.h"
#include "ui/lang.h"

#define NUMBER_MAX INT64_C(1000000000)

/* ---- pairs ---- */

static const char *value_of(const struct http_pairs *from, const char *name)
{
    size_t i;

    for (i = 0; i < from->n; i++)
        if (text_eq(from->v[i].name, name))
            return from->v[i].value;
    return NULL;
}

struct http_pairs query_pairs(struct arena *a, const char *text)
{
    size_t n, i;
    char **parts = text_split(a, text, '&', &n);
    struct http_pairs ret = {.v = arena_array(a, n + 1, struct http_pair)};

    for (i = 0; i < n; i++) {
        const char *sign = strchr(parts[i], '=');
        char *name, *value;

        if (sign == NULL || url_decode(a, parts[i], (size_t)(sign - parts[i]), true, &name) < 0 ||
            url_decode(a, sign + 1, strlen(sign + 1), true, &value) < 0)
            continue;
        ret.v[ret.n++] = (struct http_pair){name, text_nfc(a, value)};
    }
    return ret;
}

/* ---- filters ---- */

static bool is_range(const struct field *f)
{
    return f->type == FIELD_INT || f->type == FIELD_MONEY || f->type == FIELD_DATE || f->type == FIELD_INSTANT;
}

/* What is not shown in full must not be found out by filter or order either. */
static bool is_hidden(const struct req *r, const struct list_query *q, const struct field *f)
{
    return f->mask != NULL || ((f->flags & F_PERSONAL) != 0 && personal_hidden(r, q->gov));
}

static void add_part(struct req *r, struct list_query *q, const struct field *f, enum list_test test)
{
    const char *label = label_of(r, q->screen->entity, f);
    struct query_part p = {.field = f, .test = test, .name = f->name, .label = label};

    BUG_IF(q->n_parts == ARRAY_LEN(q->part)); /* screen_fault() counts them */
    if (test != LIST_IS) {
        p.name = text_printf(r->arena, "%s_%s", f->name, test == LIST_FROM ? "dari" : "sampai");
        p.label = test == LIST_FROM ? T1(r, "list.from", label) : T1(r, "list.until", label);
    }
    q->part[q->n_parts++] = p;
}

static void list_parts(struct req *r, struct list_query *q)
{
    const struct screen *s = q->screen;
    size_t i;

    for (i = 0; i < s->n_filters; i++) {
        const struct field *f = entity_field(s->entity, s->filters[i].field);

        if (is_hidden(r, q, f))
            continue;
        if (!is_range(f)) {
            add_part(r, q, f, LIST_IS);
            continue;
        }
        add_part(r, q, f, LIST_FROM);
        add_part(r, q, f, LIST_UNTIL);
    }
}

/* A day means its first or its last millisecond in the reader's zone. */
static const char *take_day(const struct req *r, const struct list_query *q, struct query_part *p, void *row)
{
    instant *at = (instant *)((char *)row + p->field->offset);
    date day;

    if (date_parse(p->typed, &day) < 0)
        return T1(r, "form.date", label_of(r, q->screen->entity, p->field));
    *at = instant_at(day, p->test == LIST_FROM ? 0 : 1440, r->zone_minutes);
    if (p->test == LIST_UNTIL)
        at->v--;
    p->shown = date_text(r->arena, day, DATE_SHORT, (int)r->lang);
    return NULL;
}

static const char *take_value(const struct req *r, const struct list_query *q, struct query_part *p, void *row)
{
    const struct entity *e = q->screen->entity;
    const char *arg = NULL;
    const char *key;

    if (p->field->type == FIELD_INSTANT)
        return take_day(r, q, p, row);
    key = input_take(r, e, p->field, row, p->typed, &arg);
    if (key != NULL)
        return arg != NULL ? T1(r, key, arg) : T(r, key);
    if (p->field->type == FIELD_REF)
        p->shown = ref_name(r, p->field->of, q->gov, ((const ref *)((const char *)row + p->field->offset))->v);
    else
        p->shown = value_shown(r, e, p->field, row, NULL);
    return NULL;
}

static void take_part(struct req *r, struct list_query *q, struct query_part *p)
{
    void *row = row_new(r->arena, q->screen->entity, q->gov);

    p->error = take_value(r, q, p, row);
    if (p->error != NULL) {
        q->n_wrong++;
        return;
    }
    if (p->shown == NULL)
        p->shown = p->typed;
    q->ask.filters[q->ask.n_filters++] = (struct list_filter){p->field, p->test, sql_field_value(p->field, row)};
}

static void take_parts(struct req *r, struct list_query *q, const struct http_pairs *from)
{
    size_t i;

    list_parts(r, q);
    for (i = 0; i < q->n_parts; i++) {
        const char *typed = value_of(from, q->part[i].name);

        if (typed != NULL)
            typed = text_trim(r->arena, typed);
        if (text_empty(typed))
            continue;
        q->part[i].typed = typed;
        take_part(r, q, &q->part[i]);
    }
}

/* ---- words ---- */

/* The text fields whose content the reader may see, for looking into rows one by one. */
static const char *const *seen_texts(const struct req *r, const struct list_query *q)
{
    const struct screen *s = q->screen;
    const char **in = arena_array(r->arena, s->entity->n_fields + 3, const char *);
    size_t i, n = 0;

    for (i = 0; s->search != NULL && s->search[i] != NULL && i < s->entity->n_fields; i++)
        if (!is_hidden(r, q, entity_field(s->entity, s->search[i])))
            in[n++] = s->search[i];
    if (n == 0 && s->code != NULL)
        in[n++] = s->code;
    if (s->search == NULL && !is_hidden(r, q, entity_field(s->entity, s->name)))
        in[n++] = s->name;
    return in;
}

/* Through the index of the screen, when it has one and the reader may see all that stands in it. */
static int find_words(struct req *r, struct list_query *q)
{
    struct search_found found;
    int64_t *ids;
    size_t i;
    int e;

    if (q->screen->search == NULL || personal_hidden(r, q->gov)) {
        q->ask.text = q->words;
        q->ask.in = seen_texts(r, q);
        return 0;
    }
    e = search_find(r->db, r->arena, q->screen, &q->ask.scope, q->words, LIST_FOUND, NULL, &found);
    if (e < 0)
        return e;
    ids = arena_array(r->arena, found.n + 1, int64_t);
    for (i = 0; i < found.n; i++)
        ids[i] = found.v[i].id;
    q->ask.only_found = true;
    q->ask.found = ids;
    q->ask.n_found = found.n;
    q->best_only = found.more != NULL;
    return 0;
}

static int take_words(struct req *r, struct list_query *q, const struct http_pairs *from)
{
    const char *words = value_of(from, "q");
    int e = 0;

    if (words == NULL)
        return 0;
    words = text_collapse(r->arena, words);
    if (words[0] == '\0')
        return 0;
    q->words = words;
    if (r->http != NULL && from == &r->http->query && r->app->may_search != NULL) /* not what views and jobs kept */
        e = r->app->may_search(r);
    return e < 0 ? e : find_words(r, q);
}

/* ---- order and place ---- */

bool query_sorts(const struct req *r, const struct list_query *q, const struct field *f)
{
    return (f->flags & F_LONG) == 0 && !is_hidden(r, q, f);
}

static bool is_column(const struct screen *s, const struct field *f)
{
    size_t i;

    for (i = 0; i < s->n_columns; i++)
        if (text_eq(s->columns[i].field, f->name))
            return true;
    return false;
}

static void take_order(const struct req *r, struct list_query *q, const struct http_pairs *from)
{
    const struct screen *s = q->screen;
    const char *typed = value_of(from, "urut");
    bool down = typed != NULL && typed[0] == '-';
    const struct field *f = typed != NULL ? entity_field(s->entity, typed + down) : NULL;

    if (f != NULL && is_column(s, f) && query_sorts(r, q, f)) {
        q->ask.order = f;
        q->ask.descending = down;
        return;
    }
    f = s->order != NULL ? entity_field(s->entity, s->order) : NULL;
    if (f != NULL && query_sorts(r, q, f))
        q->ask.order = f;
    q->ask.descending = s->descending;
}

static void take_place(struct list_query *q, const struct http_pairs *from)
{
    const char *first = value_of(from, "no");

    q->ask.cursor = value_of(from, "c");
    q->first = 1;
    if (q->ask.cursor == NULL || first == NULL || text_int(first, 1, NUMBER_MAX, &q->first) < 0)
        q->first = 1;
}

int query_take(struct req *r, const struct screen *s, const char *act, int64_t gov, const struct http_pairs *from,
               struct list_query *ret)
{
    *ret = (struct list_query){.screen = s, .gov = gov, .ask = {.entity = s->entity}};
    scope_of(r, screen_permission(r->arena, s, act), gov, &ret->ask.scope);
    take_parts(r, ret, from);
    take_order(r, ret, from);
    take_place(ret, from);
    ret->ask.voided = text_eq(value_of(from, "batal"), "1");
    return take_words(r, ret, from);
}

/* ---- and back ---- */

static void put(struct req *r, struct buf *b, const char *name, const char *value)
{
    buf_printf(b, "%s%s=%s", b->n > 0 ? "&" : "", name, url_encode(r->arena, value));
}

static bool is_first_order(const struct list_query *q)
{
    const struct screen *s = q->screen;
    const char *name = q->ask.order != NULL ? q->ask.order->name : NULL;

    return text_eq(name, s->order) && q->ask.descending == s->descending;
}

const char *query_text(struct req *r, const struct list_query *q, int without)
{
    struct buf b;
    size_t i;

    buf_init(&b, r->arena, 64 * KB);
    if (q->words != NULL && without != QUERY_NO_WORDS)
        put(r, &b, "q", q->words);
    for (i = 0; i < q->n_parts; i++)
        if (q->part[i].typed != NULL && (int)i != without)
            put(r, &b, q->part[i].name, q->part[i].typed);
    if (q->ask.voided)
        put(r, &b, "batal", "1");
    if (q->ask.order != NULL && !is_first_order(q))
        put(r, &b, "urut", q->ask.descending ? text_printf(r->arena, "-%s", q->ask.order->name) : q->ask.order->name);
    return b.s;
}

const char *query_href(struct req *r, const struct list_query *q, const char *below, const char *query)
{
    const char *gov = q->gov != 0 ? req_gov(r)->slug : "-";

    return text_printf(r->arena, "/kerja/%s/%s%s%s%s", gov, q->screen->slug, below, query[0] != '\0' ? "?" : "", query);
}

size_t query_asked(const struct list_query *q)
{
    size_t i, n = q->words != NULL;

    for (i = 0; i < q->n_parts; i++)
        n += q->part[i].typed != NULL;
    return n;
}
