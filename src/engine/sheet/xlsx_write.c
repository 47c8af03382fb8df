/*
 * xlsx_write.c: libxlsxwriter in its mode of constant memory, behind our types.
 *
 * The library takes a name and opens it itself; /proc/self/fd lets it write into the descriptor we were given.
 */
#include <errno.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "base/arena.h"
#include "base/date.h"
#include "engine/sheet/xlsx_write.h"

#define PRECISE_MOST  INT64_C(999999999999999) /* 15 digits */
#define SERIAL_OFFSET 25569                    /* 1970-01-01 in a spreadsheet's count of days */
#define SERIAL_LEAST  61                       /* 1900-03-01: before it the count has a day too many */
#define SERIAL_MOST   2958465                  /* 9999-12-31 */
#define DAY_MS        INT64_C(86400000)
#define PATH_SIZE     32
#define TEXT_SIZE     48

static const struct {
    const char *format;
    int width;
} types[] = {
    [XLSX_COLUMN_TEXT] = {NULL, 24},
    [XLSX_COLUMN_INT] = {"0", 12},
    [XLSX_COLUMN_MONEY] = {"#,##0.00", 20},
    [XLSX_COLUMN_PERCENT] = {"0.00%", 10},
    [XLSX_COLUMN_DATE] = {"yyyy\\-mm\\-dd", 12},
    [XLSX_COLUMN_INSTANT] = {"yyyy\\-mm\\-dd hh:mm:ss", 20},
};
_Static_assert(ARRAY_LEN(types) == XLSX_COLUMN_TYPE_COUNT, "a row for each type");

struct xlsx_writer {
    lxw_workbook *book;
    lxw_worksheet *sheet;
    lxw_format *format[XLSX_COLUMN_TYPE_COUNT];
    enum xlsx_column_type type[XLSX_WRITE_COLUMNS];
    size_t columns;
    lxw_row_t row;
    int zone_minutes;
    int e;
    int fd;
    char path[PATH_SIZE];
};

static void note(struct xlsx_writer *w, lxw_error error)
{
    if (error == LXW_NO_ERROR || w->e < 0)
        return;
    w->e =
        error == LXW_ERROR_WORKSHEET_INDEX_OUT_OF_RANGE || error == LXW_ERROR_MAX_STRING_LENGTH_EXCEEDED ? E_LIMIT : E_STORAGE;
}

/* ---- opening ---- */

static void add_formats(struct xlsx_writer *w)
{
    size_t i;

    for (i = 0; i < XLSX_COLUMN_TYPE_COUNT; i++) {
        w->format[i] = workbook_add_format(w->book);
        if (types[i].format != NULL)
            format_set_num_format(w->format[i], types[i].format);
    }
}

static void add_heading(struct xlsx_writer *w, const struct xlsx_sheet *sheet)
{
    lxw_format *bold = workbook_add_format(w->book);
    size_t i;

    format_set_bold(bold);
    for (i = 0; i < sheet->n; i++) {
        const struct xlsx_column *c = &sheet->column[i];

        BUG_IF((unsigned)c->type >= XLSX_COLUMN_TYPE_COUNT);
        w->type[i] = c->type;
        note(w,
             worksheet_set_column(w->sheet, (lxw_col_t)i, (lxw_col_t)i, c->width > 0 ? c->width : types[c->type].width, NULL));
    }
    for (i = 0; i < sheet->n; i++)
        note(w, worksheet_write_string(w->sheet, 0, (lxw_col_t)i, sheet->column[i].title, bold));
    worksheet_freeze_panes(w->sheet, 1, 0);
    w->row = 1;
}

int xlsx_writer_open(int fd, const char *temporary, const struct xlsx_sheet *sheet, struct xlsx_writer **ret_writer)
{
    lxw_doc_properties properties = {.created = (time_t)(sheet->created.v / 1000)};
    struct xlsx_writer *w;
    struct arena a;

    if (sheet->n == 0 || sheet->n > XLSX_WRITE_COLUMNS)
        return E_LIMIT;
    w = calloc(1, sizeof *w);
    if (w == NULL)
        memory_gone(sizeof *w);
    w->fd = fd;
    w->columns = sheet->n;
    w->zone_minutes = sheet->zone_minutes;
    (void)snprintf(w->path, sizeof w->path, "/proc/self/fd/%d", fd); /* always fits */

    arena_init(&a, 64 * KB);
    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = arena_text(&a, temporary)};
    w->book = workbook_new_opt(w->path, &options);
    arena_finish(&a);
    if (w->book == NULL) {
        free(w);
        return E_SYSTEM;
    }
    w->sheet = workbook_validate_sheet_name(w->book, sheet->name) == LXW_NO_ERROR ? workbook_add_worksheet(w->book, sheet->name)
                                                                                  : workbook_add_worksheet(w->book, "Data");
    if (w->sheet == NULL) {
        xlsx_writer_drop(w);
        return E_SYSTEM;
    }
    (void)workbook_set_properties(w->book, &properties); /* fails only without memory, and then nothing works */
    add_formats(w);
    add_heading(w, sheet);
    *ret_writer = w;
    return 0;
}

/* ---- cells ---- */

static void put_string(struct xlsx_writer *w, size_t column, const char *s)
{
    size_t n = 0;
    const char *at;

    for (at = s; *at != '\0'; at++)
        n += ((unsigned char)*at & 0xc0) != 0x80;
    if (n > XLSX_WRITE_TEXT) {
        w->e = w->e < 0 ? w->e : E_LIMIT;
        return;
    }
    if (w->e == 0)
        note(w, worksheet_write_string(w->sheet, w->row, (lxw_col_t)column, s, w->format[XLSX_COLUMN_TEXT]));
}

static void put_number(struct xlsx_writer *w, size_t column, double v)
{
    if (w->e == 0)
        note(w, worksheet_write_number(w->sheet, w->row, (lxw_col_t)column, v, w->format[w->type[column]]));
}

static bool is_precise(int64_t v)
{
    return v >= -PRECISE_MOST && v <= PRECISE_MOST;
}

void xlsx_put_text(struct xlsx_writer *w, size_t column, const char *s)
{
    BUG_IF(column >= w->columns || w->type[column] != XLSX_COLUMN_TEXT);
    if (s != NULL && s[0] != '\0')
        put_string(w, column, s);
}

void xlsx_put_int(struct xlsx_writer *w, size_t column, int64_t v)
{
    char text[TEXT_SIZE];

    BUG_IF(column >= w->columns || w->type[column] != XLSX_COLUMN_INT);
    if (v == INT_NONE)
        return;
    if (is_precise(v)) {
        put_number(w, column, (double)v);
        return;
    }
    (void)snprintf(text, sizeof text, "%lld", (long long)v); /* always fits */
    put_string(w, column, text);
}

/* v hundredths as text with a point: the value, not the form of any reader. */
static void put_hundredths(struct xlsx_writer *w, size_t column, int64_t v)
{
    uint64_t size = v < 0 ? -(uint64_t)v : (uint64_t)v;
    char text[TEXT_SIZE];

    (void)snprintf(text, sizeof text, "%s%llu.%02llu", v < 0 ? "-" : "", (unsigned long long)(size / 100),
                   (unsigned long long)(size % 100)); /* always fits */
    put_string(w, column, text);
}

/* The nearest double of so many hundredths prints as exactly that within 15 digits. */
void xlsx_put_money(struct xlsx_writer *w, size_t column, money v)
{
    BUG_IF(column >= w->columns || w->type[column] != XLSX_COLUMN_MONEY);
    if (v.v == MONEY_NONE.v)
        return;
    if (is_precise(v.v))
        put_number(w, column, (double)v.v / 100);
    else
        put_hundredths(w, column, v.v);
}

void xlsx_put_percent(struct xlsx_writer *w, size_t column, int64_t basis_points)
{
    BUG_IF(column >= w->columns || w->type[column] != XLSX_COLUMN_PERCENT);
    if (basis_points == INT_NONE)
        return;
    if (is_precise(basis_points))
        put_number(w, column, (double)basis_points / 10000);
    else
        put_hundredths(w, column, basis_points);
}

static void put_day(struct xlsx_writer *w, size_t column, int64_t days, int64_t ms)
{
    int64_t serial = days + SERIAL_OFFSET;
    char text[TEXT_SIZE];
    struct civil c;

    if (serial >= SERIAL_LEAST && serial <= SERIAL_MOST) {
        put_number(w, column, (double)serial + (double)ms / (double)DAY_MS);
        return;
    }
    if (days <= INT32_MIN || days > INT32_MAX)
        return;
    c = date_civil((date){(int32_t)days});
    (void)snprintf(text, sizeof text, "%04d-%02d-%02d", (int)c.year, (int)c.month, (int)c.day); /* always fits */
    put_string(w, column, text);
}

void xlsx_put_date(struct xlsx_writer *w, size_t column, date v)
{
    BUG_IF(column >= w->columns || w->type[column] != XLSX_COLUMN_DATE);
    if (v.v != DATE_NONE.v)
        put_day(w, column, v.v, 0);
}

void xlsx_put_instant(struct xlsx_writer *w, size_t column, instant v)
{
    int64_t local, days;

    BUG_IF(column >= w->columns || w->type[column] != XLSX_COLUMN_INSTANT);
    if (v.v == INSTANT_NONE.v)
        return;
    local = v.v + (int64_t)w->zone_minutes * 60000;
    days = local / DAY_MS - (local % DAY_MS < 0);
    put_day(w, column, days, (local - days * DAY_MS) / 1000 * 1000);
}

int xlsx_row_end(struct xlsx_writer *w)
{
    if (w->e == 0 && w->row >= XLSX_WRITE_ROWS)
        w->e = E_LIMIT;
    if (w->e == 0)
        w->row++;
    return w->e;
}

/* ---- closing ---- */

int xlsx_writer_close(struct xlsx_writer *w)
{
    lxw_error error;
    int e = w->e;

    if (e < 0) {
        xlsx_writer_drop(w);
        return e;
    }
    note(w, worksheet_autofilter(w->sheet, 0, 0, w->row > 1 ? w->row - 1 : 1, (lxw_col_t)(w->columns - 1)));
    errno = 0;
    error = workbook_close(w->book); /* frees the book, also when it fails */
    if (error != LXW_NO_ERROR)
        e = errno == ENOSPC ? E_FULL : E_STORAGE;
    free(w);
    return e;
}

void xlsx_writer_drop(struct xlsx_writer *w)
{
    if (w == NULL)
        return;
    lxw_workbook_free(w->book);
    free(w);
}
