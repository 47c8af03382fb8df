/*
 * import_check.c: judges every row of a file as if it had been typed into the form, and writes the plan of what is good.
 *
 * Memory does not grow with the file but for what must be unique in it: a row is judged in an arena of its own, which is
 * emptied afterwards, and its plan leaves at once. Not for: storing the run, pages.
 */
#include "base/date.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"
#include "engine/app.h"
#include "engine/form.h"
#include "engine/import.h"
#include "engine/import_same.h"
#include "engine/parser.h"
#include "engine/ref.h"
#include "os/os.h"

#define LOT_MAX    ((size_t)16 * MB) /* of one row, and of what is asked for it */
#define LONG_MAX   ((size_t)64 * MB) /* of the whole file */
#define LINE_MAX   ((size_t)2 * MB)  /* of the plan */
#define PLAN_PIECE ((size_t)256 * KB)
#define PLAN_MAX   ((size_t)64 * MB)
#define COLUMNS    512
#define NO_COLUMN  SIZE_MAX

/* A value that must be unique, and the line where it stood. */
struct seen {
    uint8_t key[16];
    int64_t line; /* 0: free */
};

struct column {
    const char *heading;
    const struct field *field; /* NULL: one of screen->import_more, the id, or not taken */
    bool taken;
    size_t more; /* place in screen->import_more; NO_COLUMN */
    bool id;
};

struct check {
    struct req *whole; /* whose arena outlives us */
    struct req r;      /* the same request, with a row's memory */
    const struct screen *s;
    const struct entity *e;
    int64_t gov;
    struct arena lot, keep;
    struct import_report *report;

    struct column columns[COLUMNS];
    size_t n_columns;
    bool begun; /* the heading was read */

    struct seen *seen;
    size_t n_seen; /* a power of two */

    bool twice;               /* rows that are there already come in all the same */
    struct import_same *same; /* NULL: not asked, or not read yet */

    int fd; /* of the plan */
    struct buf plan;
    size_t planned; /* bytes that are out already */
    struct hash hash;

    /* The row in hand. */
    int64_t line;
    bool wrong;
    const char **typed;
};

static const char *kept(const struct check *c, const char *s)
{
    return arena_text(c->whole->arena, s);
}

/* ---- faults ---- */

static const struct column *column_of(const struct check *c, const struct field *f)
{
    size_t i;

    for (i = 0; f != NULL && i < c->n_columns; i++)
        if (c->columns[i].field == f)
            return &c->columns[i];
    return NULL;
}

static void say(struct check *c, const char *heading, const char *key, const char *arg)
{
    struct import_report *report = c->report;

    c->wrong = true;
    if (report->n_faults < IMPORT_FAULTS)
        report->faults[report->n_faults++] = (struct import_fault){c->line, heading, kept(c, key), kept(c, arg)};
}

static void say_field(struct check *c, const struct field *f, const char *key, const char *arg)
{
    const struct column *column = column_of(c, f);

    say(c, column != NULL ? column->heading : f != NULL ? kept(c, label_of(&c->r, c->e, f)) : NULL, key, arg);
}

static int refuse(struct check *c, int result, const char *key, const char *arg)
{
    c->report->refused = key;
    c->report->refused_arg = kept(c, arg);
    c->report->refused_line = c->line;
    return result;
}

/* ---- the heading ---- */

static size_t more_of(const struct screen *s, const char *heading)
{
    size_t i;

    for (i = 0; s->import_more != NULL && s->import_more[i] != NULL; i++)
        if (text_eq_fold(s->import_more[i], heading))
            return i;
    return NO_COLUMN;
}

static int read_column(struct check *c, const char *heading)
{
    struct column *to = &c->columns[c->n_columns++];

    *to = (struct column){.heading = kept(c, heading), .more = more_of(c->s, heading)};
    if (*heading == '\0' || to->more != NO_COLUMN)
        return 0; /* an empty heading is an empty column, see take_cell() */
    to->id = text_eq_fold(heading, IMPORT_ID_COLUMN);
    if (to->id)
        return 0;
    to->field = import_field_of(c->s, c->r.arena, heading);
    if (to->field == NULL)
        return refuse(c, E_FORMAT, "import.column-unknown", heading);
    if (column_of(c, to->field) != to)
        return refuse(c, E_FORMAT, "import.column-twice", heading);
    to->taken = form_place(c->s, to->field) != NULL && input_allowed(c->s, to->field);
    if (!to->taken)
        c->report->ignored[c->report->n_ignored++] = to->heading;
    return 0;
}

/* New rows need these; a file of changes may do without, but must then name its rows. */
static int read_heading(struct check *c, const struct import_cell *cells, size_t n)
{
    size_t i, known = 0;
    int e;

    if (n > COLUMNS)
        return refuse(c, E_LIMIT, "import.csv-columns", NULL);
    c->report->ignored = arena_array(c->whole->arena, n, const char *);
    for (i = 0; i < n; i++) {
        e = read_column(c, cells[i].text);
        if (e < 0)
            return e;
        known += c->columns[i].taken || c->columns[i].more != NO_COLUMN;
    }
    return known == 0 ? refuse(c, E_FORMAT, "import.column-none", NULL) : 0;
}

/* ---- unique in the file ---- */

/* The line where the value stood before, 0 when it is new. */
static int64_t seen_before(struct check *c, const char *what, const char *value)
{
    const struct bytes parts[] = {{(const uint8_t *)what, strlen(what) + 1}, {(const uint8_t *)value, strlen(value)}};
    uint8_t hash[HASH_SIZE];
    size_t at;

    hash_sha256_parts(parts, ARRAY_LEN(parts), hash);
    memcpy(&at, hash + 16, sizeof at);
    for (at &= c->n_seen - 1; c->seen[at].line != 0; at = (at + 1) & (c->n_seen - 1))
        if (memcmp(c->seen[at].key, hash, sizeof c->seen[at].key) == 0)
            return c->seen[at].line;
    memcpy(c->seen[at].key, hash, sizeof c->seen[at].key);
    c->seen[at].line = c->line;
    return 0;
}

static const char *line_text(const struct check *c, int64_t line)
{
    return text_printf(c->r.arena, "%lld", (long long)line);
}

static void check_seen(struct check *c, const struct form *f)
{
    int64_t before;
    size_t i;

    if (f->id != 0) {
        before = seen_before(c, IMPORT_ID_COLUMN, line_text(c, f->id));
        if (before != 0)
            say_field(c, c->s->code != NULL ? entity_field(c->e, c->s->code) : NULL, "import.row-twice", line_text(c, before));
        if (before != 0)
            return;
    }
    for (i = 0; i < c->e->n_fields; i++) {
        const struct field *field = &c->e->fields[i];
        const char *value = (field->flags & F_UNIQUE) != 0 ? field_stored(field, f->row, c->r.arena) : NULL;

        before = value != NULL ? seen_before(c, field->name, value) : 0;
        if (before != 0)
            say_field(c, field, "import.value-twice", line_text(c, before));
    }
}

/* ---- cells ---- */

static bool digits(const char *s, size_t least, size_t most)
{
    size_t n = strspn(s, "0123456789");

    return s[n] == '\0' && n >= least && n <= most;
}

/* "1234.50" of an export or a spreadsheet, for a reader who writes 1234,50. Three digits behind a point are thousands. */
static const char *number_typed(const struct check *c, const char *text, bool machine)
{
    const char *point = strchr(text, '.'), *whole = text + (*text == '-');
    char *own;

    if (c->r.lang == LANG_EN || point == NULL || point == whole || !digits(point + 1, 1, machine ? 20 : 2) ||
        strspn(whole, "0123456789") != (size_t)(point - whole))
        return text;
    own = arena_text(c->r.arena, text);
    own[point - text] = ',';
    return own;
}

/* A spreadsheet's time is that of the clock on the wall. */
static const char *moment_typed(const struct check *c, const char *text)
{
    const char *clock = strlen(text) == 19 && text[10] == 'T' ? text + 11 : NULL;
    int64_t hour, minute, second;
    date d;

    if (clock == NULL || clock[2] != ':' || clock[5] != ':' || date_iso_parse(arena_text_n(c->r.arena, text, 10), &d) < 0 ||
        !digits(arena_text_n(c->r.arena, clock, 2), 2, 2) || !digits(arena_text_n(c->r.arena, clock + 3, 2), 2, 2) ||
        !digits(clock + 6, 2, 2))
        return text;
    hour = (clock[0] - '0') * 10 + clock[1] - '0';
    minute = (clock[3] - '0') * 10 + clock[4] - '0';
    second = (clock[6] - '0') * 10 + clock[7] - '0';
    if (hour > 23 || minute > 59 || second > 59)
        return text;
    return instant_iso(c->r.arena, (instant){instant_at(d, (int)(hour * 60 + minute), c->r.zone_minutes).v + second * 1000});
}

static const char *day_typed(const struct check *c, const char *text)
{
    return text_ends(text, "T00:00:00") ? arena_text_n(c->r.arena, text, strlen(text) - strlen("T00:00:00")) : text;
}

static const char *typed_of(const struct check *c, const struct field *f, const struct import_cell *cell)
{
    switch (f->type) {
    case FIELD_INT:
    case FIELD_MONEY:
        return number_typed(c, cell->text, cell->number);
    case FIELD_INSTANT:
        return moment_typed(c, cell->text);
    case FIELD_DATE:
        return day_typed(c, cell->text);
    default:
        return cell->text;
    }
}

/* What the row of the file says, for the form and for screen->import_row. */
struct cells {
    const char **typed;
    const char **more;
    const char *id;
};

static void take_cell(struct check *c, const struct column *column, const struct import_cell *cell, struct cells *to)
{
    if (*column->heading == '\0' && *cell->text != '\0')
        say(c, NULL, "import.cell-without-heading", cell->text);
    if (cell->key != NULL)
        say(c, column->heading, cell->key, NULL);
    if (column->more != NO_COLUMN)
        to->more[column->more] = cell->text;
    if (column->id)
        to->id = cell->text;
    if (column->taken)
        to->typed[column->field - c->e->fields] = typed_of(c, column->field, cell);
}

/* Was the file made for something else? It has a heading of screen->import_more. */
static bool is_foreign(const struct check *c)
{
    size_t i;

    for (i = 0; i < c->n_columns; i++)
        if (c->columns[i].more != NO_COLUMN)
            return true;
    return false;
}

/* Nobody quoted the commas in the last column of a foreign file: the cells behind it are the rest of its text. */
static struct import_cell joined(struct check *c, const struct import_cell *cells, size_t n)
{
    struct import_cell last = cells[c->n_columns - 1];
    size_t i;

    for (i = c->n_columns; i < n; i++)
        if (*cells[i].text != '\0')
            last.text = text_printf(c->r.arena, "%s, %s", last.text, cells[i].text);
    return last;
}

static void take_cells(struct check *c, const struct import_cell *cells, size_t n, struct cells *to)
{
    static const struct import_cell empty = {.text = ""};
    size_t i, n_more = 0;

    while (c->s->import_more != NULL && c->s->import_more[n_more] != NULL)
        n_more++;
    *to = (struct cells){.typed = arena_array(c->r.arena, c->e->n_fields, const char *),
                         .more = arena_array(c->r.arena, n_more + 1, const char *)};
    for (i = 0; i < c->n_columns; i++)
        take_cell(c, &c->columns[i], i < n ? &cells[i] : &empty, to);
    if (n > c->n_columns && is_foreign(c)) {
        const struct import_cell last = joined(c, cells, n);

        take_cell(c, &c->columns[c->n_columns - 1], &last, to);
        return;
    }
    for (; i < n; i++)
        if (*cells[i].text != '\0')
            say(c, NULL, "import.cell-without-heading", cells[i].text);
}

/* ---- which row it is ---- */

/* 1 and the id of the row that is meant; 0: a new one, or a fault was said. */
static int find_row(struct check *c, const struct cells *cells, int64_t *ret_id)
{
    const struct field *code = c->s->code != NULL ? entity_field(c->e, c->s->code) : NULL;
    const char *value = code != NULL ? cells->typed[code - c->e->fields] : NULL;
    int found;

    *ret_id = 0;
    if (!text_empty(cells->id)) {
        found = text_int(cells->id, 1, INT64_MAX, ret_id) == 0 ? ref_seen(&c->r, c->e, c->gov, *ret_id) : 0;
        if (found == 0)
            say(c, IMPORT_ID_COLUMN, "form.no-such", cells->id);
        return found;
    }
    return text_empty(value) ? 0 : ref_by_code(&c->r, c->e, c->gov, value, ret_id);
}

/* The form of that row; 0 when it may not be filled, which was said. */
static int open_form(struct check *c, int64_t id, struct form *f)
{
    int e;

    c->r.fault = 0;
    c->r.fault_key = c->r.fault_arg = NULL;
    e = form_open(&c->r, id == 0, id, f);
    if (e == E_STATE && c->r.fault_key != NULL) {
        say(c, NULL, c->r.fault_key, c->r.fault_arg);
        return 0;
    }
    if (e == 0)
        say(c, NULL, id == 0 ? "import.may-not-create" : "import.may-not-edit", NULL);
    return e;
}

/* ---- filling the form ---- */

/* Files keep instants to the second: what has not changed there has not changed. */
static bool same_second(const struct field *f, const void *before, const char *typed)
{
    const instant *at = (const void *)((const char *)before + f->offset);
    instant t;

    return f->type == FIELD_INSTANT && instant_iso_parse(typed, &t) == 0 && at->v != INSTANT_NONE.v && at->v - t.v >= 0 &&
           at->v - t.v < 1000;
}

/* A fixed field is not asked again; what the file says must be what is there. */
static void check_fixed(struct check *c, const struct form *f, const struct field *field, const char *typed)
{
    void *probe = memcpy(arena_alloc(c->r.arena, c->e->size), f->before, c->e->size);
    const char *arg = NULL, *key;

    if (text_eq(typed, input_text(&c->r, field, f->before)) || same_second(field, f->before, typed))
        return;
    key = input_take(&c->r, c->e, field, probe, typed, &arg);
    if (key == NULL && !text_eq(field_stored(field, probe, c->r.arena), field_stored(field, f->before, c->r.arena))) {
        key = "form.fixed";
        arg = label_of(&c->r, c->e, field);
    }
    if (key != NULL)
        say_field(c, field, key, arg);
}

static void fill_form(struct check *c, const struct cells *cells, struct form *f)
{
    size_t i;

    for (i = 0; i < c->e->n_fields; i++) {
        const struct field *field = &c->e->fields[i];
        const char *typed = cells->typed[i];

        if (f->before != NULL && typed != NULL && input_fixed(c->e, field)) {
            check_fixed(c, f, field, typed);
            continue;
        }
        if (f->before != NULL && typed == NULL && field->type == FIELD_BOOL && form_asks(f, field))
            typed = input_text(&c->r, field, f->before); /* else a box that is not there would be an empty one */
        if (f->before != NULL && typed != NULL && same_second(field, f->before, typed))
            typed = NULL;
        f->typed[i] = typed;
    }
}

static void say_faults(struct check *c, const struct form *f)
{
    size_t i;

    for (i = 0; i < f->faults.n; i++) {
        const struct fault *fault = &f->faults.v[i];

        say_field(c, fault->field != NULL ? entity_field(c->e, fault->field) : NULL, fault->key, fault->arg);
    }
}

/* ---- the plan ---- */

static int flush(struct check *c)
{
    int e = os_write_all(c->fd, c->plan.s, c->plan.n);

    if (e < 0)
        return e;
    hash_add(&c->hash, c->plan.s, c->plan.n);
    c->planned += c->plan.n;
    buf_clear(&c->plan);
    return c->planned > PLAN_MAX ? refuse(c, E_LIMIT, "import.plan-large", NULL) : 0;
}

/* One line: what the row will hold, or what will change in it. */
static int put_plan(struct check *c, const struct form *f, const void *base, int64_t id)
{
    struct json_out j;
    struct buf line;
    size_t i;

    buf_init(&line, c->r.arena, LINE_MAX);
    json_out_init(&j, &line);
    json_out_object(&j);
    json_put_int(&j, "line", c->line);
    json_put_int(&j, "id", id);
    json_put_int(&j, "rev", f->before != NULL ? ((const struct record *)f->before)->rev : 0);
    json_put_object(&j, "set");
    for (i = 0; i < c->e->n_fields; i++) {
        const struct field *field = &c->e->fields[i];
        const char *was = field_stored(field, base, c->r.arena), *now = field_stored(field, f->row, c->r.arena);

        if (!text_eq(was, now))
            json_put_text(&j, field->name, now);
    }
    json_out_end(&j);
    json_out_end(&j);
    if (json_out_done(&j) < 0)
        return refuse(c, E_LIMIT, "import.row-large", NULL);
    buf_add_n(&c->plan, line.s, line.n);
    buf_byte(&c->plan, '\n');
    return c->plan.n > PLAN_PIECE ? flush(c) : 0;
}

static bool differs(const struct check *c, const struct form *f)
{
    size_t i;

    for (i = 0; i < c->e->n_fields; i++)
        if (!text_eq(field_stored(&c->e->fields[i], f->before, c->r.arena), field_stored(&c->e->fields[i], f->row, c->r.arena)))
            return true;
    return false;
}

/* ---- rows that say nothing new ---- */

static void leave_out(struct check *c, const char *key)
{
    struct import_report *report = c->report;
    size_t i;

    for (i = 0; i < report->n_left; i++)
        if (text_eq(report->left[i].key, key))
            break;
    if (i == IMPORT_REASONS)
        i--; /* counted with the last */
    else if (i == report->n_left)
        report->left[report->n_left++] = (struct import_reason){.key = key};
    report->left[i].n++;
}

/* What the file gives: its columns; of a foreign file, whose rows are made by screen->import_row, all that a file may give. */
static const bool *given(struct check *c)
{
    bool *v = arena_array(&c->keep, c->e->n_fields, bool);
    const struct field *const *all;
    size_t n = is_foreign(c) ? import_fields(c->s, &c->keep, &all) : 0, i;

    for (i = 0; i < c->n_columns; i++)
        if (c->columns[i].taken)
            v[c->columns[i].field - c->e->fields] = true;
    for (i = 0; i < n; i++)
        v[all[i] - c->e->fields] = true;
    return v;
}

/* 1 the new row was left out, 0 it counts. Screens with a code tell their rows by it. */
static int left_as_same(struct check *c, const void *row)
{
    static const char *const keys[] = {[IMPORT_SAME_AS_ROW] = "import.left-there", [IMPORT_SAME_AS_LINE] = "import.left-twice"};
    enum import_same_as as;
    int e;

    if (c->s->code != NULL || c->twice)
        return 0;
    if (c->same == NULL) {
        e = import_same_open(c->whole->db, &c->keep, c->e, c->gov, given(c), IMPORT_ROWS, &c->same);
        if (e < 0)
            return e;
    }
    as = import_same_add(c->same, &c->lot, row);
    if (as != IMPORT_SAME_NONE)
        leave_out(c, keys[as]);
    return as != IMPORT_SAME_NONE;
}

/* ---- a row ---- */

/* Negative only when the database cannot be asked. */
static int judge(struct check *c, const struct cells *cells, enum import_end *ret)
{
    struct form f;
    int64_t id = 0;
    int e = find_row(c, cells, &id);

    if (e < 0 || c->wrong)
        return e < 0 ? e : 0;
    e = open_form(c, id, &f);
    if (e <= 0)
        return e;
    fill_form(c, cells, &f);
    e = form_take(&c->r, &f);
    if (e < 0)
        return e;
    say_faults(c, &f);
    check_seen(c, &f);
    if (c->wrong)
        return 0;
    *ret = f.before == NULL ? IMPORT_NEW : differs(c, &f) ? IMPORT_CHANGED : IMPORT_SAME;
    if (*ret == IMPORT_SAME)
        return 0;
    e = *ret == IMPORT_NEW ? left_as_same(c, f.row) : 0;
    if (e != 0) {
        *ret = IMPORT_LEFT;
        return e < 0 ? e : 0;
    }
    return put_plan(c, &f, f.before != NULL ? f.before : row_new(c->r.arena, c->e, c->gov), id != 0 ? id : os_new_id());
}

static int take_line(void *arg, int64_t line, const struct import_cell *v, size_t n)
{
    struct check *c = arg;
    enum import_end end = IMPORT_WRONG;
    struct import_line seen;
    const char *left = NULL;
    struct cells cells;
    int e = 0;

    c->line = line;
    if (!c->begun) {
        c->begun = true;
        return read_heading(c, v, n);
    }
    if (++c->report->rows > IMPORT_ROWS)
        return refuse(c, E_LIMIT, "import.too-many-rows", NULL);
    c->wrong = false;
    take_cells(c, v, n, &cells);
    seen = (struct import_line){line, cells.typed, cells.more};
    if (!c->wrong && c->s->import_row != NULL)
        left = c->s->import_row(&c->r, &seen);
    if (left != NULL) {
        leave_out(c, left);
        end = IMPORT_LEFT;
    } else if (!c->wrong) {
        e = judge(c, &cells, &end);
    }
    if (e == 0 && arena_over(&c->lot))
        e = E_LIMIT;
    c->report->count[end]++;
    return e;
}

/* ---- the file ---- */

static void begin(struct check *c, struct req *r, int fd, bool twice, struct import_report *report)
{
    size_t i, unique = 1;

    *c =
        (struct check){.whole = r, .r = *r, .s = screen_of(r), .report = report, .fd = fd, .n_seen = 64 * 1024, .twice = twice};
    c->e = c->s->entity;
    c->gov = c->e->kind == ENTITY_DATA ? req_gov(r)->id : 0;
    arena_init(&c->lot, LOT_MAX);
    arena_init(&c->keep, LONG_MAX);
    c->r.arena = &c->lot;
    for (i = 0; i < c->e->n_fields; i++)
        unique += (c->e->fields[i].flags & F_UNIQUE) != 0;
    while (c->n_seen < unique * IMPORT_ROWS * 2)
        c->n_seen *= 2;
    c->seen = arena_array(&c->keep, c->n_seen, struct seen);
    buf_init(&c->plan, &c->keep, 2 * PLAN_PIECE + LINE_MAX);
    hash_begin(&c->hash);
}

static int judge_file(struct check *c, int fd)
{
    int e = parser_rows(c->r.app, fd, &c->keep, &c->lot, take_line, c, c->report);

    if (e == 0 && !c->begun)
        e = refuse(c, E_FORMAT, "import.empty", NULL);
    if (e == 0 && c->report->rows == 0)
        e = refuse(c, E_FORMAT, "import.no-rows", NULL);
    if (e == 0)
        e = flush(c);
    return e == 0 ? os_sync(c->fd) : e;
}

int import_check(struct req *r, int fd, int dir, const char *name, bool twice, struct import_report *ret,
                 uint8_t ret_sha256[static 32])
{
    struct check *c = arena_new(r->arena, struct check);
    AUTO_CLOSE int plan = os_create(dir, name, 0600);
    int e;

    *ret = (struct import_report){0};
    if (plan < 0)
        return plan;
    begin(c, r, plan, twice, ret);
    e = judge_file(c, fd);
    if (e == 0)
        hash_end(&c->hash, ret_sha256);
    ret->refused = arena_text(r->arena, ret->refused); /* it may live with us */
    ret->refused_arg = arena_text(r->arena, ret->refused_arg);
    hash_drop(&c->hash);
    arena_finish(&c->lot);
    arena_finish(&c->keep);
    if (e == 0)
        e = os_sync(dir);
    if (ret->refused != NULL && (e == E_FORMAT || e == E_LIMIT))
        return os_remove(dir, name);
    if (e < 0 && os_remove(dir, name) < 0)
        return E_STORAGE; /* the sweep finds it */
    return e;
}
