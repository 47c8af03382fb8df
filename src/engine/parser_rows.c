/*
 * parser_rows.c: rows of a file that is to be imported, read by the child and handed over in pieces.
 *
 * On the pipe a row is: its line (8 bytes), how many cells (4), and for each what is odd about it (1), its length (4), its
 * text. Whole rows only in a piece. The server takes nothing from the child but numbers within bounds and valid UTF-8; words
 * are its own. Not for: what a row means.
 */
#include <string.h>

#include "base/csv.h"
#include "base/text.h"
#include "engine/app.h"
#include "engine/parser_part.h"
#include "os/pipe.h"

#define PIECE     ((size_t)256 * KB)
#define ROW_MAX   ((size_t)900 * KB) /* of one row, packed; the rest of a message's body is for its neighbours */
#define CELLS_MAX 4096
#define LOT_MAX   ((size_t)16 * MB)
#define KEY_SIZE  48
#define LINES_MAX (IMPORT_ROWS + 2) /* one more than counts, and the heading: the reader of rows says that it is too many */

/* What can be odd about a cell: its key, by number. */
static const char *const cell_keys[] = {NULL, "import.cell-error", "import.cell-imprecise"};
enum { CELL_KEY = 3, CELL_NUMBER = 4 };

/* Why a file is refused; besides "import.csv-" and the code of a fault. */
static const char *const refusals[] = {
    "import.empty",         "import.too-many-rows", "import.sheet-large", "import.sheet-none",
    "import.sheet-refused", "import.sheet-broken",  "import.row-large",
};

struct end {
    int32_t result;
    int64_t line;
    char key[KEY_SIZE]; /* "" when it was not refused */
};

/* ---- the child ---- */

struct sending {
    int to;
    struct buf piece;
    int64_t lines;
    struct import_report *report;
};

static int send_piece(struct sending *s)
{
    const struct pipe_msg m = {.kind = PARSER_ROWS, .body = buf_bytes(&s->piece)};
    int result = s->piece.n > 0 ? pipe_send(s->to, &m, PARSER_SEND_MS) : 0;

    buf_clear(&s->piece);
    return result;
}

static void put_number(struct buf *b, int64_t v, int bytes)
{
    int i;

    for (i = 0; i < bytes; i++)
        buf_byte(b, (char)(uint8_t)((uint64_t)v >> (8 * i)));
}

static int cell_mark(const struct import_cell *cell)
{
    int key;

    for (key = (int)ARRAY_LEN(cell_keys) - 1; key > 0 && !text_eq(cell_keys[key], cell->key); key--)
        ;
    return key | (cell->number ? CELL_NUMBER : 0);
}

static int send_row(void *arg, int64_t line, const struct import_cell *cells, size_t n)
{
    struct sending *s = arg;
    size_t size = 12, i;
    int result = 0;

    for (i = 0; i < n; i++)
        size += 5 + strlen(cells[i].text);
    if (size > ROW_MAX || n > CELLS_MAX) {
        s->report->refused = "import.row-large";
        s->report->refused_line = line;
        return E_LIMIT;
    }
    if (s->piece.n > 0 && s->piece.n + size > ROW_MAX)
        result = send_piece(s);
    put_number(&s->piece, line, 8);
    put_number(&s->piece, (int64_t)n, 4);
    for (i = 0; i < n; i++) {
        buf_byte(&s->piece, (char)cell_mark(&cells[i]));
        put_number(&s->piece, (int64_t)strlen(cells[i].text), 4);
        buf_add(&s->piece, cells[i].text);
    }
    if (result == 0 && s->piece.n > PIECE)
        result = send_piece(s);
    if (result == 0 && ++s->lines == LINES_MAX) {
        s->report->refused = "import.too-many-rows";
        result = E_LIMIT;
    }
    return result;
}

int parser_send_rows(int file, int to)
{
    struct import_report report = {0};
    struct sending s = {.to = to, .report = &report};
    struct arena keep, lot;
    struct end end = {0};
    int result;

    arena_init(&keep, LOT_MAX);
    arena_init(&lot, LOT_MAX);
    buf_init(&s.piece, &keep, PIPE_BODY_MAX);
    end.result = import_read(file, &keep, &lot, send_row, &s, &report);
    end.line = report.refused_line;
    if (report.refused != NULL && strlen(report.refused) < sizeof end.key)
        memcpy(end.key, report.refused, strlen(report.refused));
    result = send_piece(&s);
    if (result == 0)
        result =
            pipe_send(to, &(struct pipe_msg){.kind = PARSER_END, .body = {(const uint8_t *)&end, sizeof end}}, PARSER_SEND_MS);
    arena_finish(&lot);
    arena_finish(&keep);
    return result;
}

/* ---- the server ---- */

/* Pieces in the order in which they came. */
struct piece {
    struct bytes body;
    struct piece *next;
};

static const char *known_refusal(struct arena *a, const char *key)
{
    size_t i;
    int fault;

    for (i = 0; i < ARRAY_LEN(refusals); i++)
        if (text_eq(refusals[i], key))
            return refusals[i];
    for (fault = 0; fault < CSV_FAULT_COUNT; fault++) {
        const char *own = text_printf(a, "import.csv-%s", csv_fault_code((enum csv_fault)fault));

        if (fault != CSV_FINE && text_eq(own, key))
            return own;
    }
    return NULL;
}

static int take_end(struct arena *a, const struct pipe_msg *m, struct import_report *report)
{
    struct end end;

    if (m->body.n != sizeof end)
        return E_SYSTEM;
    memcpy(&end, m->body.p, sizeof end);
    end.key[KEY_SIZE - 1] = '\0';
    if (end.result > 0 || (end.key[0] != '\0' && end.result == 0))
        return E_SYSTEM; /* whoever sent that is no longer our child */
    if (end.key[0] == '\0')
        return end.result;
    report->refused = known_refusal(a, end.key);
    report->refused_line = end.line > 0 ? end.line : 0;
    return report->refused != NULL && (end.result == E_FORMAT || end.result == E_LIMIT) ? end.result : E_SYSTEM;
}

static int broken(struct import_report *report)
{
    report->refused = "import.reading-failed";
    return E_FORMAT;
}

/* All pieces into `a`, and how it ended: 0 the whole file is there. */
static int receive(int from, struct arena *a, struct piece **ret, struct import_report *report)
{
    const struct pipe_want want = {.body_max = PIPE_BODY_MAX, .timeout_ms = PARSER_DEADLINE_MS};
    struct piece **next = ret;
    size_t total = 0;
    struct pipe_msg m;
    int result;

    while ((result = pipe_receive(from, &want, a, &m)) > 0) {
        if (m.kind == PARSER_END)
            return take_end(a, &m, report);
        if (m.kind == PARSER_FULL)
            return E_BUSY;
        total += m.body.n;
        if (m.kind != PARSER_ROWS || total > PARSER_ROWS_MAX) {
            report->refused = "import.sheet-large";
            return E_LIMIT;
        }
        *next = arena_new(a, struct piece);
        (*next)->body = m.body;
        next = &(*next)->next;
    }
    return broken(report);
}

static bool take_number(struct bytes *b, int bytes, int64_t most, int64_t *ret)
{
    uint64_t v = 0;
    int i;

    if (b->n < (size_t)bytes)
        return false;
    for (i = 0; i < bytes; i++)
        v |= (uint64_t)b->p[i] << (8 * i);
    b->p += bytes;
    b->n -= (size_t)bytes;
    *ret = (int64_t)v;
    return v <= (uint64_t)most;
}

static bool take_cell(struct arena *lot, struct bytes *b, struct import_cell *ret)
{
    int64_t mark, n;

    if (!take_number(b, 1, CELL_KEY | CELL_NUMBER, &mark) || (mark & CELL_KEY) >= (int64_t)ARRAY_LEN(cell_keys) ||
        !take_number(b, 4, (int64_t)b->n, &n) || (size_t)n > b->n)
        return false;
    *ret = (struct import_cell){.text = arena_text_n(lot, (const char *)b->p, (size_t)n),
                                .key = cell_keys[mark & CELL_KEY],
                                .number = (mark & CELL_NUMBER) != 0};
    b->p += n;
    b->n -= (size_t)n;
    return strlen(ret->text) == (size_t)n && text_is_utf8(ret->text, (size_t)n);
}

/* The next row to `fn`; E_SYSTEM for what is none. */
static int deliver(struct arena *lot, struct bytes *b, import_line_fn *fn, void *arg)
{
    struct import_cell *cells;
    int64_t line, n, i;
    int result;

    if (!take_number(b, 8, INT64_MAX, &line) || !take_number(b, 4, CELLS_MAX, &n))
        return E_SYSTEM;
    cells = arena_array(lot, (size_t)n + 1, struct import_cell);
    for (i = 0; i < n; i++)
        if (!take_cell(lot, b, &cells[i]))
            return E_SYSTEM;
    result = fn(arg, line, cells, (size_t)n);
    arena_reset(lot);
    return result;
}

int parser_rows(const struct app *app, int fd, struct arena *a, struct arena *lot, import_line_fn *fn, void *arg,
                struct import_report *report)
{
    struct piece *pieces = NULL;
    struct arena own;
    int from, ended, result;

    if (app == NULL || app->parser <= 0)
        return import_read(fd, a, lot, fn, arg, report);
    result = parser_ask(app, PARSER_READ, (struct bytes){0}, fd, &from);
    if (result < 0)
        return result;
    arena_init(&own, PARSER_ROWS_MAX + 4 * MB);
    ended = receive(from, &own, &pieces, report);
    os_close(&from);
    report->refused = arena_text(a, report->refused);
    for (; result == 0 && ended == 0 && pieces != NULL; pieces = pieces->next)
        while (result == 0 && pieces->body.n > 0)
            result = deliver(lot, &pieces->body, fn, arg);
    arena_finish(&own);
    return ended < 0 ? ended : result;
}
