/*
 * csv.c: a state machine that takes runs of ordinary bytes at once, and a writer.
 */
#include "csv.h"
#include "number.h"
#include "text.h"

#define HEAD_MAX ((size_t)64 * KB) /* first bytes looked at for the separator */

enum state {
    AT_FIELD,      /* nothing of this field yet */
    IN_PLAIN,      /* in an unquoted field */
    IN_QUOTES,     /* behind an opening quote */
    AFTER_QUOTE,   /* behind a quote inside quotes: the end, or half of "" */
    AFTER_CR,      /* LF must follow and ends the record */
    AFTER_BARE_CR, /* LF must follow and ends an empty line */
};

static const char *const fault_codes[] = {
    [CSV_FINE] = "fine",
    [CSV_FAULT_QUOTE] = "quote",
    [CSV_FAULT_AFTER_QUOTE] = "after-quote",
    [CSV_FAULT_OPEN_QUOTE] = "open-quote",
    [CSV_FAULT_LINE_END] = "line-end",
    [CSV_FAULT_UTF8] = "utf8",
    [CSV_FAULT_FIELD] = "field",
    [CSV_FAULT_COLUMNS] = "columns",
    [CSV_FAULT_RECORD] = "record",
};
_Static_assert(ARRAY_LEN(fault_codes) == CSV_FAULT_COUNT, "a code for each fault");

static const char byte_order_mark[] = "\xEF\xBB\xBF";
static const char separators[] = {',', ';', '\t'}; /* as in csv_reader.seen */

const char *csv_fault_code(enum csv_fault fault)
{
    BUG_IF((size_t)fault >= CSV_FAULT_COUNT);
    return fault_codes[fault];
}

/* ---- reading ---- */

void csv_init(struct csv_reader *c, struct arena *a, char sep, csv_record_fn *fn, void *ctx)
{
    *c = (struct csv_reader){.fn = fn, .ctx = ctx, .sep = sep, .line = 1, .record_line = 1};
    buf_init(&c->text, a, CSV_RECORD_MAX);
    buf_init(&c->head, a, HEAD_MAX);
    c->starts = arena_array(a, CSV_COLUMNS_MAX, size_t);
    c->field = arena_array(a, CSV_COLUMNS_MAX, const char *);
}

static int refuse(struct csv_reader *c, int result, enum csv_fault fault)
{
    c->fault = fault;
    c->fault_row = c->row + 1;
    c->fault_line = c->line;
    c->fault_column = c->n + 1;
    c->result = result;
    return result;
}

/* Where the field that is being read begins in text. */
static size_t field_start(const struct csv_reader *c)
{
    return c->n == 0 ? 0 : c->starts[c->n];
}

static int add(struct csv_reader *c, const char *p, size_t n)
{
    if (n > CSV_FIELD_MAX - (c->text.n - field_start(c)))
        return refuse(c, E_LIMIT, CSV_FAULT_FIELD);
    buf_add_n(&c->text, p, n);
    if (buf_failed(&c->text) < 0)
        return refuse(c, E_LIMIT, CSV_FAULT_RECORD);
    return 0;
}

static int end_field(struct csv_reader *c)
{
    size_t from = field_start(c);

    if (!text_is_utf8(c->text.s + from, c->text.n - from))
        return refuse(c, E_FORMAT, CSV_FAULT_UTF8);
    buf_byte(&c->text, '\0');
    if (buf_failed(&c->text) < 0)
        return refuse(c, E_LIMIT, CSV_FAULT_RECORD);

    c->n++;
    if (c->n < CSV_COLUMNS_MAX)
        c->starts[c->n] = c->text.n;
    c->state = AT_FIELD;
    return 0;
}

static int next_field(struct csv_reader *c)
{
    int e = end_field(c);

    if (e < 0)
        return e;
    if (c->n == CSV_COLUMNS_MAX)
        return refuse(c, E_LIMIT, CSV_FAULT_COLUMNS);
    return 0;
}

static int end_record(struct csv_reader *c)
{
    struct csv_record record;
    int e;

    e = end_field(c);
    if (e < 0)
        return e;

    for (size_t i = 0; i < c->n; i++)
        c->field[i] = c->text.s + c->starts[i];
    c->row++;
    record = (struct csv_record){.row = c->row, .line = c->record_line, .field = c->field, .n = c->n};
    e = c->fn(c->ctx, &record);
    buf_clear(&c->text);
    c->n = 0;
    if (e < 0)
        c->result = e;
    return e < 0 ? e : 0;
}

/* At a line's end; a line without any byte is no record. */
static int end_line(struct csv_reader *c, bool empty)
{
    int e = empty ? 0 : end_record(c);

    c->line++;
    c->record_line = c->line;
    c->state = AT_FIELD;
    return e;
}

/* A byte that means something outside quotes. */
static int plain_byte(struct csv_reader *c, char byte)
{
    bool empty = c->state == AT_FIELD && c->n == 0;

    if (byte == c->sep)
        return next_field(c);
    if (byte == '\n')
        return end_line(c, empty);
    if (byte == '\r') {
        c->state = empty ? AFTER_BARE_CR : AFTER_CR;
        return 0;
    }
    if (c->state == AFTER_QUOTE)
        return refuse(c, E_FORMAT, CSV_FAULT_AFTER_QUOTE);
    if (byte == '\0')
        return refuse(c, E_FORMAT, CSV_FAULT_UTF8);
    if (c->state == IN_PLAIN)
        return refuse(c, E_FORMAT, CSV_FAULT_QUOTE);
    c->state = IN_QUOTES;
    return 0;
}

/* A byte that means something inside quotes. */
static int quoted_byte(struct csv_reader *c, char byte)
{
    if (byte == '\0')
        return refuse(c, E_FORMAT, CSV_FAULT_UTF8);
    if (byte == '"') {
        c->state = AFTER_QUOTE;
        return 0;
    }
    c->line++;
    return add(c, &byte, 1);
}

static int special_byte(struct csv_reader *c, char byte)
{
    switch ((enum state)c->state) {
    case IN_QUOTES:
        return quoted_byte(c, byte);
    case AFTER_CR:
    case AFTER_BARE_CR:
        if (byte != '\n')
            return refuse(c, E_FORMAT, CSV_FAULT_LINE_END);
        return end_line(c, c->state == AFTER_BARE_CR);
    case AFTER_QUOTE:
        if (byte != '"')
            break;
        c->state = IN_QUOTES;
        return add(c, "\"", 1);
    case AT_FIELD:
    case IN_PLAIN:
        break;
    }
    return plain_byte(c, byte);
}

/* How many bytes at p are plain content in this state. */
static size_t run_length(const struct csv_reader *c, const char *p, size_t n)
{
    size_t i = 0;

    if (c->state == IN_QUOTES) {
        while (i < n && p[i] != '"' && p[i] != '\n' && p[i] != '\0')
            i++;
    } else if (c->state == AT_FIELD || c->state == IN_PLAIN) {
        while (i < n && p[i] != c->sep && p[i] != '\n' && p[i] != '\r' && p[i] != '"' && p[i] != '\0')
            i++;
    }
    return i;
}

static int take(struct csv_reader *c, const char *p, size_t n)
{
    int e = 0;

    while (n > 0 && e == 0) {
        size_t run = run_length(c, p, n);

        if (run > 0 && c->state == AT_FIELD)
            c->state = IN_PLAIN;
        if (run > 0) {
            e = add(c, p, run);
        } else {
            e = special_byte(c, *p);
            run = 1;
        }
        p += run;
        n -= run;
    }
    return e;
}

/* Counts separators in the first record; true once it has ended. */
static bool sniff(struct csv_reader *c, const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (p[i] == '"')
            c->quoted = !c->quoted;
        c->begun |= c->quoted;
        if (c->quoted)
            continue;
        if (p[i] == '\n' && c->begun)
            return true;
        c->begun |= p[i] != '\n' && p[i] != '\r';
        for (size_t k = 0; k < ARRAY_LEN(separators); k++)
            c->seen[k] += p[i] == separators[k];
    }
    return false;
}

/* Decides on the separator and reads what was held back, without the byte order mark. */
static int start(struct csv_reader *c)
{
    size_t best = 0, skip;

    for (size_t k = 1; k < ARRAY_LEN(separators); k++) {
        if (c->seen[k] > c->seen[best])
            best = k;
    }
    if (c->sep == '\0')
        c->sep = separators[best];
    c->started = true;
    skip = text_starts(c->head.s, byte_order_mark) ? strlen(byte_order_mark) : 0;
    return take(c, c->head.s + skip, c->head.n - skip);
}

int csv_feed(struct csv_reader *c, const void *p, size_t n)
{
    const char *s = p;
    size_t held = 0;
    bool known;
    int e;

    if (c->result < 0)
        return c->result;

    if (!c->started) {
        held = n < HEAD_MAX - c->head.n ? n : HEAD_MAX - c->head.n;
        known = sniff(c, s, held);
        buf_add_n(&c->head, s, held);
        if (!known && c->head.n < HEAD_MAX)
            return 0;
        e = start(c);
        if (e < 0)
            return e;
    }
    return take(c, s + held, n - held);
}

int csv_end(struct csv_reader *c)
{
    int e = c->result;

    if (e == 0 && !c->started)
        e = start(c);
    if (e < 0)
        return e;

    switch ((enum state)c->state) {
    case IN_QUOTES:
        return refuse(c, E_FORMAT, CSV_FAULT_OPEN_QUOTE);
    case AFTER_CR:
    case AFTER_BARE_CR:
        return refuse(c, E_FORMAT, CSV_FAULT_LINE_END);
    case AT_FIELD:
        return end_line(c, c->n == 0);
    case IN_PLAIN:
    case AFTER_QUOTE:
        break;
    }
    return end_line(c, false);
}

/* ---- writing ---- */

void csv_writer_init(struct csv_writer *w, struct buf *out, char sep, bool bom)
{
    *w = (struct csv_writer){.out = out, .sep = sep};
    if (bom)
        buf_add(out, byte_order_mark);
}

static void begin_cell(struct csv_writer *w)
{
    if (w->begun)
        buf_byte(w->out, w->sep);
    w->begun = true;
}

/* Spreadsheets take a cell that begins so for a formula. */
static bool begins_formula(char c)
{
    return c != '\0' && strchr("=+-@\t\r", c) != NULL;
}

/* A text that is guarded, or looks like one: both get one more ', so that taking one away is always right. */
static bool needs_guard(const char *s)
{
    return begins_formula(s[0]) || (s[0] == '\'' && (s[1] == '\'' || begins_formula(s[1])));
}

/* The first cell of a file must not look like a byte order mark either. */
static bool needs_quotes(const char *s, char sep)
{
    size_t n = strlen(s);

    if (n == 0 || s[0] == ' ' || s[n - 1] == ' ' || text_starts(s, byte_order_mark))
        return true;
    return strchr(s, sep) != NULL || strpbrk(s, "\"\r\n") != NULL;
}

void csv_text(struct csv_writer *w, const char *s)
{
    bool quotes;

    begin_cell(w);
    if (s == NULL)
        return;
    quotes = needs_quotes(s, w->sep);
    if (quotes)
        buf_byte(w->out, '"');
    if (needs_guard(s))
        buf_byte(w->out, '\'');
    while (*s != '\0') {
        size_t n = strcspn(s, "\"");

        buf_add_n(w->out, s, n);
        s += n;
        if (*s == '"') {
            buf_add(w->out, "\"\"");
            s++;
        }
    }
    if (quotes)
        buf_byte(w->out, '"');
}

void csv_int(struct csv_writer *w, int64_t v)
{
    csv_decimal(w, v, 0);
}

void csv_decimal(struct csv_writer *w, int64_t v, int scale)
{
    begin_cell(w);
    if (v != INT_NONE)
        buf_add(w->out, decimal_exact(w->out->arena, v, scale));
}

void csv_end_record(struct csv_writer *w)
{
    buf_add(w->out, "\r\n");
    w->begun = false;
}

const char *csv_unguard(const char *cell)
{
    return cell[0] == '\'' && (cell[1] == '\'' || begins_formula(cell[1])) ? cell + 1 : cell;
}
