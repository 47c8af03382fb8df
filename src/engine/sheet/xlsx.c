/*
 * xlsx.c: the rows of a sheet.
 *
 * Cells of the row in work lie one after the other in one buffer, as offsets until the row is complete. Rows and cells
 * must come in order, as every program writes them; a file that does otherwise could show two values for one cell.
 */
#include "engine/sheet/xlsx_book.h"

#define ARENA_LIMIT ((size_t)8 * MB)

struct place {
    size_t at; /* into text */
    enum xlsx_kind kind;
    bool imprecise;
};

struct sheet {
    struct book book; /* first: handlers get it */
    xlsx_row_fn *fn;
    void *arg;
    bool in_data, in_row, in_value, in_phonetic;
    int64_t row;
    size_t column;   /* of the cell in work, from 0 */
    bool has_column; /* a cell was seen in this row */
    size_t n;        /* cells up to the last with a value */
    char type[12];   /* its t attribute */
    size_t style;
    struct heap value; /* what stands in its <v> or <t> */
    struct heap text;  /* of the row */
    struct place place[XLSX_COLUMNS_MAX];
    struct xlsx_cell cell[XLSX_COLUMNS_MAX];
};

static void fail_at(struct sheet *s, enum xlsx_fault fault)
{
    if (s->book.e == 0) {
        s->book.out->row = s->row;
        s->book.out->column = s->has_column ? s->column + 1 : 0;
    }
    (void)book_fail(&s->book, fault);
}

/* ---- places ---- */

/* The column of an address like "AB12", from 0; -1 when it is none or names another row. */
static int64_t column_of(const char *address, int64_t row)
{
    int64_t column = 0, number = 0;
    const char *at = address;

    for (; *at >= 'A' && *at <= 'Z'; at++) {
        column = column * 26 + (*at - 'A' + 1);
        if (column > 16384)
            return -1;
    }
    if (at == address || *at < '1' || *at > '9')
        return -1;
    for (; *at >= '0' && *at <= '9'; at++) {
        number = number * 10 + (*at - '0');
        if (number > row)
            return -1;
    }
    return *at == '\0' && number == row ? column - 1 : -1;
}

static void row_start(struct sheet *s, const char **attr)
{
    const char *r = attr_of(attr, "r");
    int64_t row = 0;

    if (r == NULL)
        row = s->row + 1;
    else if (strlen(r) <= 9 && strspn(r, "0123456789") == strlen(r))
        for (; *r != '\0'; r++)
            row = row * 10 + (*r - '0');
    s->has_column = false;
    if (row <= s->row) {
        fail_at(s, XLSX_PLACE);
        return;
    }
    s->row = row;
    if (row > XLSX_ROWS_MAX) {
        fail_at(s, XLSX_ROWS);
        return;
    }
    s->in_row = true;
    s->n = 0;
    s->text.n = 0;
}

static void cell_start(struct sheet *s, const char **attr)
{
    const char *r = attr_of(attr, "r"), *t = attr_of(attr, "t"), *style = attr_of(attr, "s");
    int64_t column = s->has_column ? (int64_t)s->column + 1 : 0, from = column;

    if (r != NULL)
        column = column_of(r, s->row);
    if (column < from || column > 16383) {
        fail_at(s, XLSX_PLACE);
        return;
    }
    s->column = (size_t)column;
    s->has_column = true;
    s->value.n = 0;
    (void)snprintf(s->type, sizeof s->type, "%s", t == NULL ? "n" : t); /* a longer one is no type, cut or not */
    s->style = 0;
    for (; style != NULL && *style >= '0' && *style <= '9' && s->style < XLSX_STRINGS_MAX; style++)
        s->style = s->style * 10 + (size_t)(*style - '0');
}

/* ---- values ---- */

static void put_cell(struct sheet *s, enum xlsx_kind kind, const char *text, bool imprecise)
{
    size_t n = strlen(text);

    if (n == 0)
        return;
    if (s->column >= XLSX_COLUMNS_MAX) {
        fail_at(s, XLSX_COLUMNS);
        return;
    }
    for (; s->n < s->column; s->n++)
        s->place[s->n] = (struct place){.kind = XLSX_EMPTY};
    s->place[s->n++] = (struct place){.at = s->text.n, .kind = kind, .imprecise = imprecise};
    if (n > XLSX_CELL_MAX || heap_add(&s->text, text, n + 1) < 0)
        fail_at(s, XLSX_CELL);
}

static void put_shared(struct sheet *s, const char *v)
{
    struct book *b = &s->book;
    size_t i = 0, count = b->string_at.n / sizeof(uint32_t);
    uint32_t at;

    if (*v == '\0')
        return;
    for (; *v >= '0' && *v <= '9' && i < count; v++)
        i = i * 10 + (size_t)(*v - '0');
    if (*v != '\0' || i >= count) {
        fail_at(s, XLSX_VALUE);
        return;
    }
    memcpy(&at, b->string_at.p + i * sizeof at, sizeof at);
    put_cell(s, XLSX_TEXT, b->strings.p + at, false);
}

static void put_number(struct sheet *s, const char *v)
{
    const struct book *b = &s->book;
    char number[XLSX_NUMBER_SIZE], iso[XLSX_DATE_SIZE];
    enum xlsx_format format = XLSX_FORMAT_NUMBER;
    bool imprecise;

    if (*v == '\0')
        return;
    if (s->style < b->formats.n)
        format = (enum xlsx_format)b->formats.p[s->style];
    else if (s->style != 0) {
        fail_at(s, XLSX_VALUE);
        return;
    }
    if (xlsx_number(v, number, &imprecise) < 0)
        fail_at(s, XLSX_VALUE);
    else if (xlsx_date(number, format, b->since_1904, iso) == 0)
        put_cell(s, XLSX_DATE, iso, false);
    else
        put_cell(s, XLSX_NUMBER, number, imprecise);
}

static void put_bool(struct sheet *s, const char *v)
{
    if (strcmp(v, "0") != 0 && strcmp(v, "1") != 0)
        fail_at(s, XLSX_VALUE);
    else
        put_cell(s, XLSX_BOOL, *v == '1' ? "TRUE" : "FALSE", false);
}

static void put_text(struct sheet *s, const char *v)
{
    unescape_text(s->value.p);
    put_cell(s, XLSX_TEXT, v, false);
}

static void put_date(struct sheet *s, const char *v)
{
    put_cell(s, XLSX_DATE, v, false);
}

static void put_error(struct sheet *s, const char *v)
{
    put_cell(s, XLSX_ERROR, v, false);
}

static const struct {
    const char *type;
    void (*put)(struct sheet *s, const char *v);
} types[] = {
    {"n", put_number}, {"s", put_shared}, {"str", put_text}, {"inlineStr", put_text},
    {"b", put_bool},   {"d", put_date},   {"e", put_error},
};

static void cell_end(struct sheet *s)
{
    size_t i;

    if (s->value.n == 0)
        return;
    if (heap_add(&s->value, "", 1) < 0) {
        fail_at(s, XLSX_CELL);
        return;
    }
    for (i = 0; i < ARRAY_LEN(types); i++) {
        if (strcmp(s->type, types[i].type) == 0) {
            types[i].put(s, s->value.p);
            return;
        }
    }
    fail_at(s, XLSX_VALUE);
}

static void row_end(struct sheet *s)
{
    struct xlsx_row row = {.row = s->row, .cell = s->cell, .n = s->n};
    size_t i;
    int e;

    s->in_row = false;
    if (s->n == 0)
        return;
    for (i = 0; i < s->n; i++) {
        const struct place *p = &s->place[i];

        s->cell[i] = (struct xlsx_cell){.text = p->kind == XLSX_EMPTY ? "" : s->text.p + p->at, .kind = p->kind};
        s->cell[i].imprecise = p->imprecise;
    }
    e = s->fn(s->arg, &row);
    if (e < 0) {
        s->book.e = e;
        (void)XML_StopParser(s->book.xml, XML_FALSE); /* cannot fail: it runs */
    }
}

/* ---- elements ---- */

static void on_start(struct book *b, const char *name, const char **attr)
{
    struct sheet *s = (struct sheet *)b;

    if (strcmp(name, "sheetData") == 0)
        s->in_data = true;
    else if (!s->in_data)
        return;
    else if (strcmp(name, "row") == 0)
        row_start(s, attr);
    else if (strcmp(name, "c") == 0 && s->in_row)
        cell_start(s, attr);
    else if (strcmp(name, "rPh") == 0)
        s->in_phonetic = true;
    else if (strcmp(name, "v") == 0 || (strcmp(name, "t") == 0 && !s->in_phonetic))
        s->in_value = s->has_column;
}

static void on_end(struct book *b, const char *name)
{
    struct sheet *s = (struct sheet *)b;

    s->in_value = false;
    if (strcmp(name, "sheetData") == 0)
        s->in_data = false;
    else if (strcmp(name, "rPh") == 0)
        s->in_phonetic = false;
    else if (strcmp(name, "c") == 0 && s->in_row)
        cell_end(s);
    else if (strcmp(name, "row") == 0 && s->in_row)
        row_end(s);
}

static void on_text(struct book *b, const char *p, size_t n)
{
    struct sheet *s = (struct sheet *)b;

    if (s->in_value && heap_add(&s->value, p, n) < 0)
        fail_at(s, XLSX_CELL);
}

int xlsx_read(int fd, const char *sheet, xlsx_row_fn *fn, void *arg, struct xlsx_finding *ret)
{
    static const struct part_handlers handlers = {.start = on_start, .end = on_end, .text = on_text};
    struct sheet *s = calloc(1, sizeof *s);
    struct arena a;
    bool found = false;
    int e;

    if (s == NULL)
        memory_gone(sizeof *s);
    arena_init(&a, ARENA_LIMIT);
    *ret = (struct xlsx_finding){0};
    s->book.arena = &a;
    s->book.out = ret;
    s->book.wanted = sheet;
    s->fn = fn;
    s->arg = arg;
    s->value.max = XLSX_CELL_MAX + 1;
    s->text.max = XLSX_ROW_MAX;

    e = book_open(&s->book, fd);
    if (e == 0)
        e = book_part(&s->book, s->book.sheet_part, &handlers, &found);
    if (e == 0 && !found)
        e = book_fail(&s->book, XLSX_NO_SHEET);
    book_close(&s->book);
    free(s->value.p);
    free(s->text.p);
    free(s);
    arena_finish(&a);
    return e;
}
