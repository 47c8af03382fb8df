/*
 * markdown.c: reads the guide's text into blocks, and writes them as a part of a page.
 *
 * A block is a run of lines between empty ones; its first line says what it is, and a line that does not fit is a fault.
 * Every text is printed by html(). Not for: which files there are (core/front/guide.c).
 */
#include "ui/markdown.h"

#include "base/text.h"
#include "ui/component.h"

#define FILE_MAX    ((size_t)128 * KB)
#define COLUMNS_MAX ((size_t)4)

struct reader {
    struct arena *a;
    char **lines;
    size_t n, at;
    struct markdown *md;
};

/* ---- lines ---- */

static size_t number_mark(const char *line)
{
    size_t digits = strspn(line, "0123456789");

    return digits > 0 && text_starts(line + digits, ". ") ? digits + 2 : 0;
}

static enum md_kind kind_of(const char *line)
{
    if (line[0] == '#')
        return MD_HEADING;
    if (line[0] == '|')
        return MD_TABLE;
    if (text_starts(line, "```"))
        return MD_CODE;
    if (text_starts(line, "- "))
        return MD_LIST;
    return number_mark(line) > 0 ? MD_NUMBERED : MD_PARAGRAPH;
}

static bool more(const struct reader *rd)
{
    return rd->at < rd->n && rd->lines[rd->at][0] != '\0';
}

/* With room for what its lines can hold at most. */
static struct md_block *block_add(struct reader *rd, enum md_kind kind)
{
    struct md_block *b = &rd->md->v[rd->md->n++];
    size_t end = rd->at;

    while (end < rd->n && rd->lines[end][0] != '\0')
        end++;
    *b = (struct md_block){.kind = kind, .items = arena_array(rd->a, (end - rd->at + 1) * COLUMNS_MAX, const char *)};
    return b;
}

static int item_add(struct md_block *b, const char *text)
{
    if (text[0] == '\0')
        return E_FORMAT;
    b->items[b->n++] = text;
    return 0;
}

/* ---- blocks ---- */

/* Small letters, digits, hyphens for spaces; everything else is left out. */
static const char *id_of(struct arena *a, const char *words)
{
    struct buf b;

    buf_init(&b, a, KB);
    for (; *words != '\0'; words++) {
        if (*words >= 'A' && *words <= 'Z')
            buf_byte(&b, (char)(*words - 'A' + 'a'));
        else if ((*words >= 'a' && *words <= 'z') || (*words >= '0' && *words <= '9') || *words == '-')
            buf_byte(&b, *words);
        else if (*words == ' ')
            buf_byte(&b, '-');
    }
    return b.s;
}

static int read_heading(struct reader *rd)
{
    const char *line = rd->lines[rd->at++];
    size_t marks = strspn(line, "#"), i;
    struct md_block *b;

    if (line[marks] != ' ' || (marks != 2 && marks != 3))
        return E_FORMAT;
    b = block_add(rd, MD_HEADING);
    b->level = (int)marks;
    b->id = id_of(rd->a, line + marks + 1);
    for (i = 0; i + 1 < rd->md->n; i++)
        if (text_eq(rd->md->v[i].id, b->id))
            return E_FORMAT;
    return item_add(b, line + marks + 1);
}

static int read_paragraph(struct reader *rd)
{
    struct md_block *b = block_add(rd, MD_PARAGRAPH);
    const char *text = "";

    for (; more(rd); rd->at++) {
        const char *line = rd->lines[rd->at];

        if (kind_of(line) != MD_PARAGRAPH || line[0] == ' ')
            return E_FORMAT;
        text = text[0] == '\0' ? line : text_printf(rd->a, "%s %s", text, line);
    }
    return item_add(b, text);
}

static int read_list(struct reader *rd, enum md_kind kind)
{
    struct md_block *b = block_add(rd, kind);
    int e = 0;

    for (; e == 0 && more(rd); rd->at++) {
        const char *line = rd->lines[rd->at];
        size_t indent = strspn(line, " ");

        if (indent > 0 && b->n > 0)
            b->items[b->n - 1] = text_printf(rd->a, "%s %s", b->items[b->n - 1], line + indent);
        else if (kind_of(line) == kind)
            e = item_add(b, line + (kind == MD_LIST ? 2 : number_mark(line)));
        else
            e = E_FORMAT;
    }
    return e;
}

/* The cells between the bars; a cell with a bar in it cannot be written. */
static int read_row(struct reader *rd, struct md_block *b, const char *line)
{
    char **cells;
    size_t n, i;
    int e = 0;

    cells = text_split(rd->a, line, '|', &n);
    if (n < 3 || cells[0][0] != '\0' || cells[n - 1][0] != '\0' || n - 2 > COLUMNS_MAX ||
        (b->columns != 0 && b->columns != n - 2))
        return E_FORMAT;
    b->columns = n - 2;
    for (i = 1; e == 0 && i + 1 < n; i++)
        e = item_add(b, text_trim(rd->a, cells[i]));
    return e;
}

static int read_table(struct reader *rd)
{
    struct md_block *b = block_add(rd, MD_TABLE);
    size_t row = 0;
    int e = 0;

    for (; e == 0 && more(rd); rd->at++, row++) {
        const char *line = rd->lines[rd->at];

        if (kind_of(line) != MD_TABLE || (row == 1) != (strspn(line, "|-") == strlen(line)))
            e = E_FORMAT;
        else if (row != 1)
            e = read_row(rd, b, line);
    }
    return e == 0 && row < 3 ? E_FORMAT : e;
}

static int read_code(struct reader *rd)
{
    struct md_block *b = block_add(rd, MD_CODE);
    int e = text_eq(rd->lines[rd->at++], "```") ? 0 : E_FORMAT;

    for (; e == 0 && more(rd) && !text_eq(rd->lines[rd->at], "```"); rd->at++)
        e = item_add(b, rd->lines[rd->at]);
    if (e == 0 && !more(rd))
        e = E_FORMAT;
    rd->at++;
    return e;
}

static int spans_good(struct arena *a, const struct md_block *b)
{
    struct md_span span;
    size_t i;
    int e = 1;

    for (i = 0; e >= 0 && b->kind != MD_CODE && i < b->n; i++) {
        const char *at = b->items[i];

        do
            e = md_span_next(a, &at, &span);
        while (e > 0);
    }
    return e < 0 ? e : 0;
}

static int read_block(struct reader *rd)
{
    enum md_kind kind = kind_of(rd->lines[rd->at]);
    int e = kind == MD_HEADING     ? read_heading(rd)
            : kind == MD_TABLE     ? read_table(rd)
            : kind == MD_CODE      ? read_code(rd)
            : kind == MD_PARAGRAPH ? read_paragraph(rd)
                                   : read_list(rd, kind);

    if (e == 0 && more(rd))
        e = E_FORMAT;
    return e < 0 ? e : spans_good(rd->a, &rd->md->v[rd->md->n - 1]);
}

int markdown_read(struct arena *a, struct bytes in, struct markdown *ret, int *ret_line)
{
    struct reader rd = {.a = a, .md = ret};
    char *text;
    int e = text_take(a, in.p, in.n, FILE_MAX, &text);

    *ret_line = 0;
    if (e < 0)
        return e;
    rd.lines = text_split(a, text, '\n', &rd.n);
    *ret = (struct markdown){.v = arena_array(a, rd.n, struct md_block)};
    if (rd.n < 2 || !text_starts(rd.lines[0], "# ") || rd.lines[1][0] != '\0')
        return E_FORMAT;
    ret->title = rd.lines[0] + 2;
    for (rd.at = 1; e == 0 && rd.at < rd.n;) {
        *ret_line = (int)rd.at + 1;
        if (more(&rd))
            e = read_block(&rd);
        else
            rd.at++;
    }
    return e;
}

/* ---- texts ---- */

static int take_until(struct arena *a, const char **at, const char *end, const char **ret)
{
    const char *found = strstr(*at, end);

    if (found == NULL || found == *at)
        return E_FORMAT;
    *ret = arena_text_n(a, *at, (size_t)(found - *at));
    *at = found + strlen(end);
    return 1;
}

static bool is_where(const char *s)
{
    size_t name = strcspn(s, ".#/");

    return s[0] == '#' || own_path(s) || (name > 0 && (text_eq(s + name, ".md") || text_starts(s + name, ".md#")));
}

static int take_link(struct arena *a, const char **at, struct md_span *ret)
{
    int e = take_until(a, at, "](", &ret->text);

    if (e > 0)
        e = take_until(a, at, ")", &ret->where);
    return e > 0 && !is_where(ret->where) ? E_FORMAT : e;
}

int md_span_next(struct arena *a, const char **at, struct md_span *ret)
{
    static const struct {
        const char *mark;
        enum md_span_kind kind;
    } marks[] = {{"**", MD_LABEL}, {"*", MD_STRESS}, {"`", MD_WORD_OF_CODE}};
    size_t plain = strcspn(*at, "*`["), i;

    *ret = (struct md_span){.kind = MD_TEXT};
    if (**at == '\0')
        return 0;
    if (plain > 0) {
        ret->text = arena_text_n(a, *at, plain);
        *at += plain;
        return 1;
    }
    for (i = 0; i < ARRAY_LEN(marks); i++)
        if (text_starts(*at, marks[i].mark)) {
            *at += strlen(marks[i].mark);
            ret->kind = marks[i].kind;
            return take_until(a, at, marks[i].mark, &ret->text);
        }
    *at += 1;
    ret->kind = MD_LINK;
    return take_link(a, at, ret);
}

/* ---- pages ---- */

static const char *address_of(struct req *r, const char *where, const char *base)
{
    const char *end = strstr(where, ".md");

    if (where[0] == '#' || where[0] == '/' || end == NULL)
        return where;
    if (text_starts(where, "README.md"))
        return text_printf(r->arena, "%s%s", base, end + 3);
    return text_printf(r->arena, "%s/%s%s", base, arena_text_n(r->arena, where, (size_t)(end - where)), end + 3);
}

static void show_text(struct req *r, const char *text, const char *base)
{
    struct md_span span;

    while (md_span_next(r->arena, &text, &span) > 0) {
        if (span.kind == MD_LABEL)
            html(r, "<b>%s</b>", span.text);
        else if (span.kind == MD_STRESS)
            html(r, "<em>%s</em>", span.text);
        else if (span.kind == MD_WORD_OF_CODE)
            html(r, "<code>%s</code>", span.text);
        else if (span.kind == MD_LINK)
            html(r, "<a href=\"%s\">%s</a>", link_to(address_of(r, span.where, base)), span.text);
        else
            html(r, "%s", span.text);
    }
}

static void show_heading(struct req *r, const struct md_block *b)
{
    if (b->level == 2)
        html(r, "<h2 id=\"%s\">%s</h2>\n", b->id, b->items[0]);
    else
        html(r, "<h3 id=\"%s\">%s</h3>\n", b->id, b->items[0]);
}

static void show_items(struct req *r, const struct md_block *b, const char *base)
{
    size_t i;

    for (i = 0; i < b->n; i++) {
        html(r, "<li>");
        show_text(r, b->items[i], base);
        html(r, "</li>\n");
    }
}

static void show_list(struct req *r, const struct md_block *b, const char *base)
{
    if (b->kind == MD_NUMBERED) {
        html(r, "<ol class=\"read\">\n");
        show_items(r, b, base);
        html(r, "</ol>\n");
    } else {
        html(r, "<ul class=\"read\">\n");
        show_items(r, b, base);
        html(r, "</ul>\n");
    }
}

/* The words over a table name it for screen readers. */
static void show_table(struct req *r, const struct md_block *b, const char *caption, const char *base)
{
    struct ui_column columns[COLUMNS_MAX] = {{0}};
    struct ui_table t = {.caption = caption, .columns = columns, .n = b->columns, .fold = b->columns > 2};
    size_t i;

    for (i = 0; i < b->columns; i++)
        columns[i] = (struct ui_column){.label = b->items[i], .head = i == 0};
    ui_table_begin(r, &t);
    for (; i < b->n; i++) {
        if (i % b->columns == 0)
            ui_row_begin(r, false);
        ui_cell_begin(r, &t, i % b->columns);
        show_text(r, b->items[i], base);
        ui_cell_end(r, &t, i % b->columns);
        if (i % b->columns == b->columns - 1)
            ui_row_end(r);
    }
    ui_table_end(r, &t);
}

static void show_code(struct req *r, const struct md_block *b)
{
    size_t i;

    html(r, "<pre class=\"panel quiet\"><code>");
    for (i = 0; i < b->n; i++)
        html(r, "%s\n", b->items[i]);
    html(r, "</code></pre>\n");
}

void markdown_show(struct req *r, const struct markdown *md, const char *base)
{
    const char *over = md->title;
    size_t i;

    for (i = 0; i < md->n; i++) {
        const struct md_block *b = &md->v[i];

        if (b->kind == MD_HEADING) {
            over = b->items[0];
            show_heading(r, b);
        } else if (b->kind == MD_PARAGRAPH) {
            html(r, "<p class=\"read\">");
            show_text(r, b->items[0], base);
            html(r, "</p>\n");
        } else if (b->kind == MD_TABLE) {
            show_table(r, b, over, base);
        } else if (b->kind == MD_CODE) {
            show_code(r, b);
        } else {
            show_list(r, b, base);
        }
    }
}

void markdown_contents(struct req *r, const struct markdown *md)
{
    size_t i;

    for (i = 0; i < md->n; i++)
        if (md->v[i].kind == MD_HEADING && md->v[i].level == 2)
            html(r, "<li><a href=\"%s\">%s</a></li>\n", url(r, "#%s", md->v[i].id), md->v[i].items[0]);
}
