/*
 * codeset_read.c: a file of codes becomes checked rows in key order, with their hash.
 *
 * No database, no clock. A row that is wrong is reported with its line and the reading goes on, so that a person sees the
 * first faults at once. What is known only of the whole (keys, parents) is checked at the end.
 *
 * Not for: storing (codeset_load.c).
 */
#include "base/date.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"
#include "core/codeset/codeset.h"

#define MORE_MAX  ((size_t)16 * KB)
#define LINES_MAX ((size_t)64 * KB) /* hashed at once */
#define SHOWN_MAX 80                /* bytes of a wrong value in a message */

/* ---- faults ---- */

static const char *shown(struct codeset_reader *r, const char *value)
{
    size_t n = strlen(value);

    if (n <= SHOWN_MAX)
        return arena_text(r->a, value);
    for (n = SHOWN_MAX; ((unsigned char)value[n] & 0xc0) == 0x80; n--)
        ;
    return text_printf(r->a, "%.*s…", (int)n, value);
}

static void fault(struct codeset_reader *r, int64_t line, const char *column, const char *key, const char *value)
{
    struct codeset_report *report = r->report;

    if (report->wrong++ < CODESET_FAULTS_MAX)
        report->faults[report->n_faults++] =
            (struct codeset_fault){.line = line, .column = column, .key = key, .value = shown(r, value)};
}

/* ---- the heading ---- */

static int column_named(const struct codeset_spec *spec, const char *name)
{
    size_t i;

    for (i = 0; i < spec->n; i++)
        if (text_eq(spec->columns[i].name, name))
            return (int)i;
    return -1;
}

static int take_heading(struct codeset_reader *r, const struct csv_record *record)
{
    size_t i;

    r->headed = true;
    r->fields = record->n;
    for (i = 0; i < record->n; i++) {
        int at = column_named(r->spec, record->field[i]);

        if (at < 0)
            fault(r, record->line, NULL, "codeset.column-unknown", record->field[i]);
        else if (r->at[at] >= 0)
            fault(r, record->line, NULL, "codeset.column-twice", record->field[i]);
        else
            r->at[at] = (int)i;
    }
    for (i = 0; i < r->spec->n; i++)
        if (r->at[i] < 0 && !r->spec->columns[i].optional)
            fault(r, record->line, NULL, "codeset.column-missing", r->spec->columns[i].name);
    return r->report->wrong > 0 ? E_INPUT : 0;
}

/* ---- values ---- */

/* Without blanks at both ends. */
static const char *trimmed(const char *s, size_t *ret_n)
{
    size_t n;

    while (*s == ' ')
        s++;
    for (n = strlen(s); n > 0 && s[n - 1] == ' '; n--)
        ;
    *ret_n = n;
    return s;
}

static bool is_plain(const char *s, size_t n)
{
    size_t i;

    for (i = 0; i < n; i++)
        if (s[i] < ' ' || s[i] > '~')
            return false;
    return true;
}

static bool has_control(const char *s)
{
    for (; *s != '\0'; s++)
        if ((unsigned char)*s < ' ' || *s == 0x7f)
            return true;
    return false;
}

static size_t characters(const char *s)
{
    size_t n = 0;

    for (; *s != '\0'; s++)
        n += ((unsigned char)*s & 0xc0) != 0x80;
    return n;
}

/* The value of a column, "" when the file lacks it; NULL and a fault when it cannot be. */
static const char *take_value(struct codeset_reader *r, const struct csv_record *record, size_t column)
{
    const struct codeset_column *c = &r->spec->columns[column];
    const char *raw, *value;
    size_t n;
    bool plain;

    if (r->at[column] < 0)
        return "";
    raw = trimmed(record->field[r->at[column]], &n);
    plain = is_plain(raw, n);
    value = arena_text_n(r->a, raw, n);
    if (!plain)
        value = text_nfc(r->a, value);
    if (n == 0 && !c->may_be_empty)
        fault(r, record->line, c->name, "codeset.empty", "");
    else if (!plain && has_control(value))
        fault(r, record->line, c->name, "codeset.control", "");
    else if ((plain ? n : characters(value)) > (size_t)c->max)
        fault(r, record->line, c->name, "codeset.long", text_printf(r->a, "%d", c->max));
    else if (c->role != CODE_IS_LEVEL && c->words != NULL && n > 0 && !text_has_word(c->words, value))
        fault(r, record->line, c->name, "codeset.word", value);
    else
        return value;
    return NULL;
}

/* Place of a word in a list, from 1; 0 for none. */
static int64_t word_place(const char *words, const char *word)
{
    size_t n = strlen(word);
    int64_t place;

    for (place = 1; *words != '\0'; place++) {
        size_t length = strcspn(words, " ");

        if (length == n && memcmp(words, word, n) == 0)
            return place;
        words += length + (words[length] == ' ');
    }
    return 0;
}

static bool has_shape(const char *code, const char *shape)
{
    for (; *shape != '\0'; shape++, code++) {
        bool digit = *code >= '0' && *code <= '9';

        if (*shape == '9' ? !digit : *shape == '#' ? !digit && *code != 'X' : *code != *shape)
            return false;
    }
    return *code == '\0';
}

/* Level of a code by its shape, 0 for none. */
static int shape_level(const struct codeset_spec *spec, const char *code)
{
    int i;

    for (i = 0; spec->shapes[i] != NULL; i++)
        if (has_shape(code, spec->shapes[i]))
            return i + 1;
    return 0;
}

/* ---- a row ---- */

static void take_more(struct codeset_reader *r, const char *const *values, struct code *c)
{
    struct json_out json;
    bool any = false;
    size_t i;

    buf_clear(&r->scratch);
    json_out_init(&json, &r->scratch);
    json_out_object(&json);
    for (i = 0; i < r->spec->n; i++)
        if (r->spec->columns[i].role == CODE_IS_MORE && *values[i] != '\0') {
            json_put_text(&json, r->spec->columns[i].name, values[i]);
            any = true;
        }
    json_out_end(&json);
    BUG_IF(json_out_done(&json) < 0); /* the columns' lengths fit */
    c->more = any ? arena_text_n(r->a, r->scratch.s, r->scratch.n) : "";
}

static void take_member(struct code *c, const struct codeset_column *column, const char *value)
{
    switch (column->role) {
    case CODE_IS_CODE:
        c->code = value;
        return;
    case CODE_IS_NAME:
        c->name = value;
        return;
    case CODE_IS_SCOPE:
        c->scope = value;
        return;
    case CODE_IS_PARENT:
        c->parent = value;
        return;
    case CODE_IS_LEVEL:
        if (*value != '\0')
            c->level = word_place(column->words != NULL ? column->words : "1 2 3 4 5 6", value);
        return;
    case CODE_IS_MORE:
        return;
    }
    BUG_IF(true);
}

/* Level and parent that follow from the code; what the file says of the level must agree. */
static bool place_by_shape(struct codeset_reader *r, const struct csv_record *record, struct code *c, bool said)
{
    int level = shape_level(r->spec, c->code);

    if (level == 0) {
        fault(r, record->line, "code", "codeset.shape", c->code);
        return false;
    }
    if (said && c->level != level) {
        fault(r, record->line, "level", "codeset.level", text_printf(r->a, "%d", level));
        return false;
    }
    c->level = level;
    c->parent = level == 1 ? "" : arena_text_n(r->a, c->code, strlen(r->spec->shapes[level - 2]));
    return true;
}

static bool is_day(struct codeset_reader *r, const struct csv_record *record, const struct code *c)
{
    date day;

    if (date_iso_parse(c->code, &day) == 0)
        return true;
    fault(r, record->line, "date", "codeset.day", c->code);
    return false;
}

static bool take_row(struct codeset_reader *r, const struct csv_record *record, struct code *c)
{
    const struct codeset_spec *spec = r->spec;
    const char *values[ARRAY_LEN(r->at)];
    bool good = true, said = false, more = false;
    size_t i;

    *c = (struct code){.scope = spec->scope != NULL ? spec->scope : "", .parent = "", .more = "", .level = 1};
    for (i = 0; i < spec->n; i++) {
        values[i] = take_value(r, record, i);
        if (values[i] == NULL)
            good = false;
        else
            take_member(c, &spec->columns[i], values[i]);
        said |= spec->columns[i].role == CODE_IS_LEVEL && r->at[i] >= 0;
        more |= spec->columns[i].role == CODE_IS_MORE;
    }
    if (!good)
        return false;
    if (c->level == 0) {
        fault(r, record->line, "level", "codeset.level-unknown", "");
        return false;
    }
    if (more)
        take_more(r, values, c);
    if (spec->days) {
        c->scope = c->name;
        return is_day(r, record, c);
    }
    return spec->shapes[0] == NULL || place_by_shape(r, record, c, said);
}

static int compare_keys(const struct code *a, const struct code *b)
{
    int way = strcmp(a->code, b->code);

    return way != 0 ? way : strcmp(a->scope, b->scope);
}

static int take_record(void *ctx, const struct csv_record *record)
{
    struct codeset_reader *r = ctx;
    struct code c;

    if (!r->headed)
        return take_heading(r, record);
    r->report->rows++;
    if (record->n != r->fields) {
        fault(r, record->line, NULL, "codeset.fields", text_printf(r->a, "%zu", r->fields));
        return 0;
    }
    if (!take_row(r, record, &c))
        return 0;
    if (r->n == CODESET_ROWS_MAX || arena_over(r->a))
        return E_LIMIT;
    if (r->n == r->room) {
        struct codeset_row *wider = arena_array(r->a, r->room == 0 ? 1024 : r->room * 4, struct codeset_row);

        if (r->n > 0)
            memcpy(wider, r->rows, r->n * sizeof *wider);
        r->rows = wider;
        r->room = r->room == 0 ? 1024 : r->room * 4;
    }
    if (r->n > 0 && compare_keys(&r->rows[r->n - 1].c, &c) > 0)
        r->sorted = false;
    r->rows[r->n++] = (struct codeset_row){.c = c, .line = record->line};
    r->report->levels[c.level]++;
    return 0;
}

/* ---- the whole ---- */

static int compare_rows(const void *a, const void *b)
{
    const struct codeset_row *x = a, *y = b;
    int way = compare_keys(&x->c, &y->c);

    return way != 0 ? way : (x->line > y->line) - (x->line < y->line);
}

static void check_keys(struct codeset_reader *r)
{
    size_t i;

    for (i = 1; i < r->n; i++)
        if (compare_keys(&r->rows[i - 1].c, &r->rows[i].c) == 0)
            fault(r, r->rows[i].line, "code", "codeset.twice", r->rows[i].c.code);
}

/* The first row with at least this code. */
static size_t lower_bound(const struct codeset_reader *r, const char *code)
{
    size_t low = 0, high = r->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strcmp(r->rows[middle].c.code, code) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool scopes_meet(const char *parent, const char *child)
{
    return *parent == '\0' || text_eq(parent, child) || text_eq(parent, "both") || text_eq(child, "both");
}

static bool has_parent(const struct codeset_reader *r, const struct code *c)
{
    size_t i;

    for (i = lower_bound(r, c->parent); i < r->n && text_eq(r->rows[i].c.code, c->parent); i++)
        if (r->rows[i].c.level < c->level && scopes_meet(r->rows[i].c.scope, c->scope))
            return true;
    return false;
}

static void check_parents(struct codeset_reader *r)
{
    const struct code *before = NULL;
    size_t i;

    for (i = 0; i < r->n; i++) {
        const struct code *c = &r->rows[i].c;

        if (*c->parent == '\0')
            continue;
        if (before != NULL && before->level == c->level && text_eq(before->parent, c->parent) &&
            text_eq(before->scope, c->scope))
            continue; /* its parent was found for the row before */
        before = has_parent(r, c) ? c : NULL;
        if (before == NULL)
            fault(r, r->rows[i].line, "code", "codeset.parent", c->parent);
    }
}

void code_line(const struct code *c, struct buf *out)
{
    buf_add(out, "{\"code\":");
    json_quote(out, c->code);
    buf_printf(out, ",\"level\":\"%lld\"", (long long)c->level);
    if (*c->more != '\0') {
        buf_add(out, ",\"more\":");
        buf_add(out, c->more);
    }
    buf_add(out, ",\"name\":");
    json_quote(out, c->name);
    buf_add(out, ",\"parent\":");
    json_quote(out, c->parent);
    buf_add(out, ",\"scope\":");
    json_quote(out, c->scope);
    buf_add(out, "}\n");
}

static void hash_rows(struct codeset_reader *r)
{
    struct buf lines;
    size_t i;

    AUTO_HASH struct hash h;

    hash_begin(&h);
    buf_init(&lines, r->a, 2 * LINES_MAX);
    for (i = 0; i < r->n; i++) {
        code_line(&r->rows[i].c, &lines);
        if (lines.n < LINES_MAX && i + 1 < r->n)
            continue;
        BUG_IF(buf_failed(&lines) < 0); /* a row is far shorter than LINES_MAX */
        hash_add(&h, lines.s, lines.n);
        buf_clear(&lines);
    }
    hash_end(&h, r->report->sha256);
}

/* ---- the face ---- */

void codeset_read_begin(struct codeset_reader *r, struct arena *a, const struct codeset_spec *spec,
                        struct codeset_report *report)
{
    size_t i;

    BUG_IF(spec->n > ARRAY_LEN(r->at));
    *report = (struct codeset_report){.leaf_idx = INT_NONE};
    *r = (struct codeset_reader){.a = a, .spec = spec, .report = report, .sorted = true};
    for (i = 0; i < ARRAY_LEN(r->at); i++)
        r->at[i] = -1;
    buf_init(&r->scratch, a, MORE_MAX);
    csv_init(&r->csv, a, '\0', take_record, r);
}

/* A file that cannot be read as CSV is a fault of that line; a wrong heading has said what it is. */
static int taken(struct codeset_reader *r, int result)
{
    if (r->csv.fault != CSV_FINE) {
        if (r->report->wrong == 0 || r->report->faults[0].line != r->csv.fault_line)
            fault(r, r->csv.fault_line, NULL, text_printf(r->a, "codeset.csv-%s", csv_fault_code(r->csv.fault)), "");
        return 0;
    }
    return result == E_INPUT && r->report->wrong > 0 ? 0 : result;
}

int codeset_read_feed(struct codeset_reader *r, const void *p, size_t n)
{
    return r->csv.result < 0 ? taken(r, r->csv.result) : taken(r, csv_feed(&r->csv, p, n));
}

int codeset_read_end(struct codeset_reader *r)
{
    int e = r->csv.result < 0 ? taken(r, r->csv.result) : taken(r, csv_end(&r->csv));

    if (e < 0)
        return e;
    if (r->report->rows == 0 && r->report->wrong == 0)
        fault(r, 0, NULL, "codeset.no-rows", "");
    if (!r->sorted)
        qsort(r->rows, r->n, sizeof *r->rows, compare_rows);
    check_keys(r);
    check_parents(r);
    if (r->report->wrong > 0)
        return E_INPUT;
    hash_rows(r);
    return 0;
}
