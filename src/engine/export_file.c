/*
 * export_file.c: a lot of rows at a time, as they are read, to a file.
 */
#include "base/csv.h"
#include "base/date.h"
#include "base/text.h"
#include "engine/erase.h"
#include "engine/export_file.h"
#include "engine/sheet/xlsx_write.h"
#include "os/os.h"

#define LOT_MAX ((size_t)16 * MB) /* of text of one lot */

static const struct {
    const char *name;
    const char *type;
} formats[] = {
    [EXPORT_CSV] = {"csv", "text/csv; charset=utf-8"},
    [EXPORT_XLSX] = {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
};
_Static_assert(ARRAY_LEN(formats) == EXPORT_FORMAT_COUNT, "a name each");

enum export_format export_format(const char *name)
{
    size_t i;

    for (i = 0; i < ARRAY_LEN(formats); i++)
        if (text_eq(formats[i].name, name))
            return (enum export_format)i;
    bug_at(__FILE__, __LINE__, name);
}

const char *export_format_name(enum export_format f)
{
    return formats[f].name;
}

const char *export_format_type(enum export_format f)
{
    return formats[f].type;
}

/* ---- columns ---- */

static void add(const struct screen *s, const char *name, bool personal, const struct field **v, size_t *n)
{
    const struct field *f = entity_field(s->entity, name);
    size_t i;

    if ((f->flags & F_PERSONAL) != 0 && !personal)
        return;
    for (i = 0; i < *n; i++)
        if (v[i] == f)
            return;
    v[(*n)++] = f;
}

size_t export_fields(const struct screen *s, bool personal, struct arena *a, const struct field *const **ret)
{
    const struct field **v = arena_array(a, s->entity->n_fields + 1, const struct field *);
    size_t i, k, n = 0;

    for (i = 0; i < s->n_columns; i++)
        add(s, s->columns[i].field, personal, v, &n);
    for (i = 0; i < s->n_sections; i++)
        for (k = 0; k < s->sections[i].n; k++)
            add(s, s->sections[i].fields[k].field, personal, v, &n);
    *ret = v;
    return n;
}

bool export_has_personal(const struct screen *s)
{
    const struct field *const *all;
    struct arena a;
    size_t i, n;
    bool has = false;

    arena_init(&a, 64 * KB);
    n = export_fields(s, true, &a, &all);
    for (i = 0; i < n; i++)
        has = has || (all[i]->flags & F_PERSONAL) != 0;
    arena_finish(&a);
    return has;
}

/* ---- one file ---- */

struct export_out {
    struct req *r;
    const struct list_query *q;
    const struct field *const *fields;
    size_t n;
    int fd;
    struct xlsx_writer *book; /* NULL: CSV */
    int64_t rows, most;
};

/* Rows that are written together. */
struct lot {
    const struct req *r; /* with the lot's memory */
    const struct entity *e;
    const struct names *names;
};

/* A value that is neither number, amount nor time, as import reads it; of what was erased, that it was. */
static const char *text_of(const struct lot *l, const struct field *f, const void *row)
{
    const char *code = NULL, *text = field_stored(f, row, l->r->arena);

    if (f->type == FIELD_REF)
        code = names_code(l->names, f->of, ((const ref *)((const char *)row + f->offset))->v);
    if (text == NULL && (f->flags & F_PERSONAL) != 0 && erased_is(l->r->db, l->e, row, f))
        text = ERASED_TEXT;
    return code != NULL ? code : text;
}

static void put_csv(struct csv_writer *w, const struct lot *l, const struct field *f, const void *row)
{
    const void *at = (const char *)row + f->offset;
    int64_t sen;

    switch (f->type) {
    case FIELD_INT:
        csv_int(w, *(const int64_t *)at);
        break;
    case FIELD_MONEY:
        sen = ((const money *)at)->v;
        if (sen != INT_NONE && sen % 100 != 0)
            csv_decimal(w, sen, 2);
        else
            csv_int(w, sen != INT_NONE ? sen / 100 : INT_NONE);
        break;
    case FIELD_INSTANT:
        csv_text(w, instant_iso(l->r->arena, *(const instant *)at));
        break;
    default:
        csv_text(w, text_of(l, f, row));
    }
}

static void put_cell(struct xlsx_writer *w, size_t column, const struct lot *l, const struct field *f, const void *row)
{
    const void *at = (const char *)row + f->offset;

    switch (f->type) {
    case FIELD_INT:
        xlsx_put_int(w, column, *(const int64_t *)at);
        break;
    case FIELD_MONEY:
        xlsx_put_money(w, column, *(const money *)at);
        break;
    case FIELD_DATE:
        xlsx_put_date(w, column, *(const date *)at);
        break;
    case FIELD_INSTANT:
        xlsx_put_instant(w, column, *(const instant *)at);
        break;
    default:
        xlsx_put_text(w, column, text_of(l, f, row));
    }
}

static int put_lot_csv(struct export_out *o, const struct lot *l, const void *const *rows, size_t n)
{
    struct csv_writer w;
    struct buf b;
    size_t i, k;

    buf_init(&b, l->r->arena, LOT_MAX);
    csv_writer_init(&w, &b, ',', false);
    for (i = 0; i < n; i++) {
        for (k = 0; k < o->n; k++)
            put_csv(&w, l, o->fields[k], rows[i]);
        csv_end_record(&w);
    }
    return buf_failed(&b) < 0 ? E_LIMIT : os_write_all(o->fd, b.s, b.n);
}

static int put_lot_xlsx(struct export_out *o, const struct lot *l, const void *const *rows, size_t n)
{
    size_t i, k;
    int e = 0;

    for (i = 0; e == 0 && i < n; i++) {
        for (k = 0; k < o->n; k++)
            put_cell(o->book, k, l, o->fields[k], rows[i]);
        e = xlsx_row_end(o->book);
    }
    return e;
}

static int put_lot(void *arg, struct arena *a, const void *const *rows, size_t n)
{
    struct export_out *o = arg;
    struct req r = *o->r; /* with the lot's memory, so that names go with it */
    struct lot l = {.r = &r, .e = o->q->ask.entity};
    int e;

    o->rows += (int64_t)n;
    if (o->rows > o->most)
        return E_LIMIT;
    r.arena = a;
    e = names_read(&r, l.e, rows, n, &l.names);
    if (e < 0)
        return e;
    return o->book != NULL ? put_lot_xlsx(o, &l, rows, n) : put_lot_csv(o, &l, rows, n);
}

static int begin_csv(struct export_out *o)
{
    struct csv_writer w;
    struct buf b;
    size_t k;

    buf_init(&b, o->r->arena, 64 * KB);
    csv_writer_init(&w, &b, ',', true);
    for (k = 0; k < o->n; k++)
        csv_text(&w, o->fields[k]->name);
    csv_end_record(&w);
    return buf_failed(&b) < 0 ? E_LIMIT : os_write_all(o->fd, b.s, b.n);
}

static int begin_xlsx(struct export_out *o, const char *temporary)
{
    static const enum xlsx_column_type types[] = {
        [FIELD_INT] = XLSX_COLUMN_INT,    [FIELD_BOOL] = XLSX_COLUMN_TEXT,       [FIELD_MONEY] = XLSX_COLUMN_MONEY,
        [FIELD_DATE] = XLSX_COLUMN_DATE,  [FIELD_INSTANT] = XLSX_COLUMN_INSTANT, [FIELD_REF] = XLSX_COLUMN_TEXT,
        [FIELD_STATE] = XLSX_COLUMN_TEXT, [FIELD_TEXT] = XLSX_COLUMN_TEXT,
    };
    struct xlsx_column *columns = arena_array(o->r->arena, o->n, struct xlsx_column);
    const struct entity *e = o->q->screen->entity;
    const struct xlsx_sheet sheet = {
        .name = label_many(o->r, e), .column = columns, .n = o->n, .zone_minutes = o->r->zone_minutes, .created = o->r->now};
    size_t k;

    for (k = 0; k < o->n; k++)
        columns[k] = (struct xlsx_column){.title = label_of(o->r, e, o->fields[k]), .type = types[o->fields[k]->type]};
    return xlsx_writer_open(o->fd, temporary, &sheet, &o->book);
}

int export_open(struct req *r, const struct list_query *q, const struct export_conf *conf, struct export_out **ret)
{
    struct export_out *o = arena_new(r->arena, struct export_out);
    int e;

    *o = (struct export_out){.r = r, .q = q, .fd = conf->fd, .most = conf->most};
    o->n = export_fields(q->screen, conf->personal, r->arena, &o->fields);
    if (o->n == 0)
        return E_PERMIT;
    e = conf->format == EXPORT_XLSX ? begin_xlsx(o, conf->temporary) : begin_csv(o);
    if (e < 0)
        return e;
    *ret = o;
    return 0;
}

int64_t export_put(struct export_out *o, int64_t most, const char *from, const char **ret_next)
{
    struct list_ask ask = o->q->ask;

    ask.cursor = from;
    return list_each_next(o->r->db, &ask, most, put_lot, o, o->r->arena, ret_next);
}

int64_t export_close(struct export_out *o)
{
    struct xlsx_writer *book = o->book;
    int e = 0;

    o->book = NULL;
    if (book != NULL)
        e = xlsx_writer_close(book);
    return e < 0 ? e : o->rows;
}

void export_drop(struct export_out *o)
{
    if (o != NULL && o->book != NULL)
        xlsx_writer_drop(o->book);
}

int64_t export_write(struct req *r, const struct list_query *q, enum export_format format, bool personal, int64_t most, int fd,
                     const char *temporary)
{
    const struct export_conf conf = {format, personal, most, fd, temporary};
    const char *rest;
    struct export_out *o;
    int64_t e = export_open(r, q, &conf, &o);

    if (e < 0)
        return e;
    e = export_put(o, most + 1, NULL, &rest);
    if (e >= 0)
        return export_close(o);
    export_drop(o);
    return e;
}
