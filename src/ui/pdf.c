/*
 * pdf.c: drawing with cairo, text with pango, in Noto Sans.
 *
 * Pages are recorded and put into the file at the end, when their number is known. All lengths are points. Text goes
 * through one function, lines_put(), which breaks pages between lines, so nothing can run off the paper.
 *
 * The calls keep no result of their own: a document that went wrong is refused once, by pdf_end().
 */
#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include "base/date.h"
#include "base/text.h"
#include "ui/lang.h"
#include "ui/pdf.h"
#include "ui/qr.h"

#define PAGES_MAX   500
#define FILE_MAX    ((size_t)8 * MB)
#define COLUMNS_MAX 16

#define A4_SHORT  595.276
#define A4_LONG   841.890
#define SIDE      56.0 /* left and right margin */
#define TOP       48.0
#define BOTTOM    66.0 /* where text ends; the foot stands below */
#define CELL_PAD  3.5
#define HEAD_ROOM 48.0 /* head of a table and a line under it */

#ifdef __SANITIZE_ADDRESS__
/* fontconfig forgets one pattern while it reads its configuration, once a process: its leak, known, and not ours. */
const char *__lsan_default_suppressions(void);
__attribute__((weak)) const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig";
}
#endif

/* clang-format off */
enum face { FACE_TEXT, FACE_BOLD, FACE_TITLE, FACE_HEADING, FACE_SMALL, FACE_CELL, FACE_CELL_BOLD, FACE_FOOT, FACE_COUNT };

static const char *const faces[] = {
    [FACE_TEXT]      = "Noto Sans 10.5",
    [FACE_BOLD]      = "Noto Sans Bold 10.5",
    [FACE_TITLE]     = "Noto Sans Bold 13",
    [FACE_HEADING]   = "Noto Sans Bold 11.5",
    [FACE_SMALL]     = "Noto Sans 8.5",
    [FACE_CELL]      = "Noto Sans 9",
    [FACE_CELL_BOLD] = "Noto Sans Bold 9",
    [FACE_FOOT]      = "Noto Sans 7.5",
};
_Static_assert(ARRAY_LEN(faces) == FACE_COUNT, "a font a face");
/* clang-format on */

struct pdf {
    struct arena *arena;
    struct pdf_head head;
    double width, height; /* of the paper */
    double y;             /* where the next thing begins */
    cairo_surface_t *pages[PAGES_MAX];
    size_t n;
    bool overfull;
    cairo_t *cr; /* of the last page */
    double grey; /* of the text that is being drawn, 0 black */
    PangoFontMap *map;
    PangoContext *context;
    PangoFontDescription *fonts[FACE_COUNT];
    const struct pdf_column *columns; /* of the open table */
    size_t n_columns;
    double at[COLUMNS_MAX + 1]; /* their edges */
};

/* ---- pages ---- */

static double text_width(const struct pdf *p)
{
    return p->width - 2 * SIDE;
}

static double text_end(const struct pdf *p)
{
    return p->height - BOTTOM;
}

/* Over the limit the last page is drawn over: the document is refused in the end, and nobody else needs a branch. */
static void page_new(struct pdf *p)
{
    const cairo_rectangle_t sheet = {0, 0, p->width, p->height};

    if (p->cr != NULL)
        cairo_destroy(p->cr);
    if (p->n == PAGES_MAX)
        p->overfull = true;
    else
        p->pages[p->n++] = cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, &sheet);
    p->cr = cairo_create(p->pages[p->n - 1]);
    cairo_set_source_rgb(p->cr, p->grey, p->grey, p->grey);
    p->y = TOP;
}

static void grey_set(struct pdf *p, double grey)
{
    p->grey = grey;
    cairo_set_source_rgb(p->cr, grey, grey, grey);
}

static bool fits(const struct pdf *p, double height)
{
    return p->y + height <= text_end(p);
}

static void need(struct pdf *p, double height)
{
    if (!fits(p, height) && p->y > TOP)
        page_new(p);
}

void pdf_page_break(struct pdf *p)
{
    page_new(p);
}

void pdf_gap(struct pdf *p, int points)
{
    p->y += points;
}

static void rule(cairo_t *cr, double x1, double x2, double y, double weight)
{
    cairo_set_line_width(cr, weight);
    cairo_move_to(cr, x1, y);
    cairo_line_to(cr, x2, y);
    cairo_stroke(cr);
}

/* ---- text ---- */

static PangoLayout *layout_new(struct pdf *p, enum face face, const char *text, double width, PangoAlignment align)
{
    PangoLayout *l = pango_layout_new(p->context);

    pango_layout_set_font_description(l, p->fonts[face]);
    pango_layout_set_width(l, (int)(width * PANGO_SCALE));
    pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_alignment(l, align);
    pango_layout_set_text(l, text == NULL ? "" : text, -1);
    return l;
}

static double layout_height(PangoLayout *l)
{
    int h;

    pango_layout_get_size(l, NULL, &h);
    return (double)h / PANGO_SCALE;
}

/* Draws the whole layout at a place; the caller has made room. */
static void layout_put(cairo_t *cr, PangoLayout *l, double x, double y)
{
    cairo_move_to(cr, x, y);
    pango_cairo_show_layout(cr, l);
    g_object_unref(l);
}

static double line_height(PangoLayout *l)
{
    PangoRectangle box;

    pango_layout_line_get_extents(pango_layout_get_line_readonly(l, 0), NULL, &box);
    return (double)box.height / PANGO_SCALE;
}

/*
 * Draws the lines of a layout from line *next on that end above `bottom`; the first of them at y, whether it fits or not,
 * so that every call gets on. Sets *next to the first line that had no room and returns where the drawn ones end.
 */
static double lines_put(cairo_t *cr, PangoLayout *l, double x, double y, double bottom, int *next)
{
    PangoLayoutIter *it = pango_layout_get_iter(l);
    double shift = 0, end = y;
    int line = 0, first = *next;

    do {
        PangoRectangle box;
        int top, below;

        if (line++ < first)
            continue;
        pango_layout_iter_get_line_yrange(it, &top, &below);
        if (line == first + 1)
            shift = y - (double)top / PANGO_SCALE;
        else if (shift + (double)below / PANGO_SCALE > bottom)
            break;
        pango_layout_iter_get_line_extents(it, NULL, &box);
        cairo_move_to(cr, x + (double)box.x / PANGO_SCALE, shift + (double)pango_layout_iter_get_baseline(it) / PANGO_SCALE);
        pango_cairo_show_layout_line(cr, pango_layout_iter_get_line_readonly(it));
        end = shift + (double)below / PANGO_SCALE;
        *next = line;
    } while (pango_layout_iter_next_line(it));
    pango_layout_iter_free(it);
    return end;
}

/* A paragraph that may go on over pages. */
static void flow(struct pdf *p, enum face face, const char *text, double x, double width, PangoAlignment align)
{
    PangoLayout *l = layout_new(p, face, text, width, align);
    int next = 0, lines = pango_layout_get_line_count(l);

    while (next < lines) {
        need(p, line_height(l));
        p->y = lines_put(p->cr, l, x, p->y, text_end(p), &next);
        if (next < lines)
            page_new(p);
    }
    g_object_unref(l);
}

void pdf_title(struct pdf *p, const char *text, const char *number)
{
    p->y += 6;
    flow(p, FACE_TITLE, text, SIDE, text_width(p), PANGO_ALIGN_CENTER);
    if (number != NULL)
        flow(p, FACE_TEXT, number, SIDE, text_width(p), PANGO_ALIGN_CENTER);
    p->y += 12;
}

void pdf_heading(struct pdf *p, const char *text)
{
    p->y += 8;
    need(p, 48); /* itself and two lines of what follows */
    flow(p, FACE_HEADING, text, SIDE, text_width(p), PANGO_ALIGN_LEFT);
    p->y += 3;
}

void pdf_text(struct pdf *p, const char *text)
{
    flow(p, FACE_TEXT, text, SIDE, text_width(p), PANGO_ALIGN_LEFT);
    p->y += 6;
}

void pdf_quiet(struct pdf *p, const char *text)
{
    grey_set(p, 0.3);
    flow(p, FACE_SMALL, text, SIDE, text_width(p), PANGO_ALIGN_LEFT);
    grey_set(p, 0);
    p->y += 4;
}

/* A short text at the left, on the line where the next paragraph begins. */
static void mark_put(struct pdf *p, const char *text, double x, double width)
{
    PangoLayout *l = layout_new(p, FACE_TEXT, text, width, PANGO_ALIGN_LEFT);

    need(p, layout_height(l));
    layout_put(p->cr, l, x, p->y);
}

void pdf_item(struct pdf *p, const char *mark, const char *text)
{
    const double indent = 24;

    mark_put(p, mark, SIDE, indent - 4);
    flow(p, FACE_TEXT, text, SIDE + indent, text_width(p) - indent, PANGO_ALIGN_LEFT);
    p->y += 3;
}

void pdf_fact(struct pdf *p, const char *label, const char *value)
{
    const double column = 140, colon = 10;
    PangoLayout *l = layout_new(p, FACE_TEXT, label, column - 6, PANGO_ALIGN_LEFT);
    double height = layout_height(l), begin;

    need(p, height);
    begin = p->y;
    layout_put(p->cr, l, SIDE, p->y);
    mark_put(p, ":", SIDE + column, colon);
    flow(p, FACE_TEXT, value != NULL ? value : "–", SIDE + column + colon, text_width(p) - column - colon, PANGO_ALIGN_LEFT);
    if (p->y > begin && p->y < begin + height)
        p->y = begin + height;
    p->y += 2;
}

/* ---- tables ---- */

struct row {
    PangoLayout *cells[COLUMNS_MAX];
    int next[COLUMNS_MAX];
    size_t n;
    double height; /* of the highest cell, with padding */
};

static double column_width(const struct pdf *p, size_t i)
{
    return p->at[i + 1] - p->at[i] - 2 * CELL_PAD;
}

static void row_cell(struct pdf *p, struct row *row, enum face face, const char *text, double width, bool num)
{
    PangoLayout *l = layout_new(p, face, text, width, num ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
    double h = layout_height(l) + 2 * CELL_PAD;

    row->cells[row->n++] = l;
    if (h > row->height)
        row->height = h;
}

/* As much of the row as the page has room for; true when all of it is drawn. */
static bool row_put(struct pdf *p, struct row *row)
{
    double end = p->y;
    bool all = true;

    for (size_t i = 0; i < row->n; i++) {
        int lines = pango_layout_get_line_count(row->cells[i]);
        double y = p->y + CELL_PAD;

        if (row->next[i] < lines)
            y = lines_put(p->cr, row->cells[i], p->at[i] + CELL_PAD, y, text_end(p) - CELL_PAD, &row->next[i]);
        end = y + CELL_PAD > end ? y + CELL_PAD : end;
        all = all && row->next[i] == lines;
    }
    p->y = end;
    rule(p->cr, SIDE, p->width - SIDE, p->y, 0.4);
    return all;
}

static void row_release(struct row *row)
{
    for (size_t i = 0; i < row->n; i++)
        g_object_unref(row->cells[i]);
}

static void head_put(struct pdf *p)
{
    struct row head = {0};

    for (size_t i = 0; i < p->n_columns; i++)
        row_cell(p, &head, FACE_CELL_BOLD, p->columns[i].label, column_width(p, i), p->columns[i].num);
    rule(p->cr, SIDE, p->width - SIDE, p->y, 0.8);
    while (!row_put(p, &head))
        page_new(p);
    rule(p->cr, SIDE, p->width - SIDE, p->y, 0.8);
    row_release(&head);
}

void pdf_table_begin(struct pdf *p, const struct pdf_column *columns, size_t n)
{
    int shares = 0;

    BUG_IF(n == 0 || n > COLUMNS_MAX || p->columns != NULL);
    for (size_t i = 0; i < n; i++)
        shares += columns[i].share;
    BUG_IF(shares <= 0);
    p->at[0] = SIDE;
    for (size_t i = 0; i < n; i++)
        p->at[i + 1] = p->at[i] + text_width(p) * columns[i].share / shares;
    p->columns = columns;
    p->n_columns = n;
    need(p, HEAD_ROOM);
    head_put(p);
}

void pdf_table_row(struct pdf *p, enum pdf_row kind, const char *const *cells)
{
    enum face face = kind == PDF_ROW ? FACE_CELL : FACE_CELL_BOLD;
    struct row row = {0};
    double room;

    BUG_IF(p->columns == NULL);
    if (kind == PDF_ROW_GROUP)
        row_cell(p, &row, face, cells[0], text_width(p) - 2 * CELL_PAD, false);
    for (size_t i = 0; kind != PDF_ROW_GROUP && i < p->n_columns; i++)
        row_cell(p, &row, face, cells[i], column_width(p, i), p->columns[i].num);
    room = row.height + (kind == PDF_ROW_GROUP ? 20 : 0); /* a group does not stand alone at the end of a page */

    /* What fits on a page is not torn; what fits on none begins where it is. */
    if (!fits(p, room) && (room <= text_end(p) - TOP - HEAD_ROOM || !fits(p, HEAD_ROOM))) {
        page_new(p);
        head_put(p);
    }
    if (kind == PDF_ROW_SUM)
        rule(p->cr, SIDE, p->width - SIDE, p->y, 0.8);
    while (!row_put(p, &row)) {
        page_new(p);
        head_put(p);
    }
    row_release(&row);
}

void pdf_table_end(struct pdf *p)
{
    rule(p->cr, SIDE, p->width - SIDE, p->y, 0.8);
    p->columns = NULL;
    p->y += 10;
}

/* ---- signatures ---- */

static void qr_put(cairo_t *cr, const struct qr *qr, double x, double y, double side)
{
    double module = side / (qr->width + 8); /* with the quiet zone of 4 */

    for (int row = 0; row < qr->width; row++) {
        for (int col = 0; col < qr->width; col++) {
            if (qr->dark[row * qr->width + col] != 0)
                cairo_rectangle(cr, x + (col + 4) * module, y + (row + 4) * module, module, module);
        }
    }
    cairo_fill(cr);
}

/* One line after the other in a column; returns where they end. NULL takes no room. */
static double stacked(struct pdf *p, enum face face, const char *text, double x, double y, double width)
{
    PangoLayout *l;
    double h;

    if (text == NULL)
        return y;
    l = layout_new(p, face, text, width, PANGO_ALIGN_LEFT);
    h = layout_height(l);
    layout_put(p->cr, l, x, y);
    return y + h;
}

#define SIGN_HEIGHT 150.0
#define INK_ROOM    52.0

static double signature_put(struct pdf *p, const struct pdf_signature *s, double x, double width)
{
    double y = p->y;

    y = stacked(p, FACE_TEXT, s->place_date, x, y, width);
    y = stacked(p, FACE_BOLD, s->role, x, y, width);
    if (s->note != NULL)
        y = stacked(p, FACE_SMALL, s->note, x, y + 10, width) + 8;
    else
        y += INK_ROOM;
    y = stacked(p, FACE_BOLD, s->name != NULL ? s->name : "................................", x, y, width);
    y = stacked(p, FACE_TEXT, s->rank, x, y, width);
    return stacked(p, FACE_TEXT, s->number, x, y, width);
}

int pdf_sign_block(struct pdf *p, const struct pdf_signature *s)
{
    const double side = 92, half = text_width(p) / 2;
    double end, code_end = 0;
    struct qr qr;
    int e;

    p->y += 14;
    need(p, SIGN_HEIGHT);
    if (s->qr != NULL) {
        e = qr_make(p->arena, s->qr, &qr);
        if (e < 0)
            return e;
        qr_put(p->cr, &qr, SIDE - 8, p->y, side);
        code_end = stacked(p, FACE_FOOT, s->qr_text, SIDE, p->y + side, half - 24);
    }
    end = signature_put(p, s, SIDE + half, half);
    p->y = end > code_end ? end : code_end;
    return 0;
}

int pdf_code(struct pdf *p, const char *address, const char *text)
{
    const double side = 92;
    double end;
    struct qr qr;
    int e = qr_make(p->arena, address, &qr);

    if (e < 0)
        return e;
    need(p, side + 8);
    qr_put(p->cr, &qr, SIDE - 8, p->y, side);
    end = stacked(p, FACE_SMALL, text, SIDE + side + 8, p->y + 10, text_width(p) - side - 8);
    p->y = end > p->y + side ? end : p->y + side;
    return 0;
}

void pdf_sign_row(struct pdf *p, const struct pdf_signature *v, size_t n)
{
    double width, end = 0;

    BUG_IF(n == 0 || n > 3);
    width = text_width(p) / (double)n;
    p->y += 14;
    need(p, SIGN_HEIGHT);
    for (size_t i = 0; i < n; i++) {
        double y = signature_put(p, &v[i], SIDE + width * (double)i, width - 12);

        end = y > end ? y : end;
    }
    p->y = end;
}

/* ---- letterhead and foot ---- */

/* An empty shield, as on the screen, until a government has its crest in. 32 x 36 units. */
static void crest_put(cairo_t *cr, double x, double y, double scale)
{
    cairo_save(cr);
    cairo_translate(cr, x, y);
    cairo_scale(cr, scale, scale);
    cairo_set_line_width(cr, 1.5);
    cairo_move_to(cr, 3, 3);
    cairo_line_to(cr, 29, 3);
    cairo_line_to(cr, 29, 18);
    cairo_curve_to(cr, 29, 26, 23.5, 30.5, 16, 33);
    cairo_curve_to(cr, 8.5, 30.5, 3, 26, 3, 18);
    cairo_close_path(cr);
    cairo_move_to(cr, 9, 21);
    cairo_line_to(cr, 23, 21);
    cairo_move_to(cr, 11, 21);
    cairo_line_to(cr, 11, 15);
    cairo_line_to(cr, 16, 11);
    cairo_line_to(cr, 21, 15);
    cairo_line_to(cr, 21, 21);
    cairo_move_to(cr, 16, 21);
    cairo_line_to(cr, 16, 17);
    cairo_stroke(cr);
    cairo_restore(cr);
}

static void letterhead_put(struct pdf *p)
{
    const double crest = 58, x = SIDE + crest, width = text_width(p) - 2 * crest;

    if (p->head.government == NULL)
        return;
    crest_put(p->cr, SIDE, p->y, 1.5);
    flow(p, FACE_TITLE, p->head.government, x, width, PANGO_ALIGN_CENTER);
    if (p->head.office != NULL)
        flow(p, FACE_BOLD, p->head.office, x, width, PANGO_ALIGN_CENTER);
    if (p->head.address != NULL)
        flow(p, FACE_SMALL, p->head.address, x, width, PANGO_ALIGN_CENTER);
    if (p->y < TOP + 56)
        p->y = TOP + 56;
    p->y += 4;
    rule(p->cr, SIDE, p->width - SIDE, p->y, 1.6);
    rule(p->cr, SIDE, p->width - SIDE, p->y + 2.4, 0.6);
    p->y += 16;
}

static void foot_text(struct pdf *p, const char *text, double y, PangoAlignment align)
{
    if (text != NULL)
        layout_put(p->cr, layout_new(p, FACE_FOOT, text, text_width(p), align), SIDE, y);
}

static void foot_put(struct pdf *p, size_t page)
{
    const char *const of[] = {text_printf(p->arena, "%zu", page), text_printf(p->arena, "%zu", p->n)};
    double y = p->height - 48;

    grey_set(p, 0.3);
    rule(p->cr, SIDE, p->width - SIDE, y, 0.4);
    foot_text(p, p->head.foot, y + 4, PANGO_ALIGN_LEFT);
    foot_text(p, lang_fill(p->arena, p->head.lang, "ui.pdf-page", of, ARRAY_LEN(of)), y + 4, PANGO_ALIGN_RIGHT);
    if (p->head.verify != NULL)
        foot_text(p, text_printf(p->arena, "%s %s", lang_text(p->head.lang, "ui.pdf-check"), p->head.verify), y + 14,
                  PANGO_ALIGN_LEFT);
}

/* ---- the document ---- */

struct pdf *pdf_begin(struct arena *a, const struct pdf_head *head)
{
    struct pdf *p = arena_new(a, struct pdf);
    cairo_font_options_t *options = cairo_font_options_create();

    p->arena = a;
    p->head = *head;
    p->width = head->landscape ? A4_LONG : A4_SHORT;
    p->height = head->landscape ? A4_SHORT : A4_LONG;
    p->map = pango_cairo_font_map_new(); /* the thread's own would keep all it ever loaded */
    p->context = pango_font_map_create_context(p->map);
    pango_cairo_context_set_resolution(p->context, 72); /* a point is a unit of the page */
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(p->context, options);
    cairo_font_options_destroy(options);
    pango_context_set_round_glyph_positions(p->context, FALSE);
    pango_context_set_language(p->context, pango_language_from_string(lang_code(head->lang)));
    for (size_t i = 0; i < FACE_COUNT; i++)
        p->fonts[i] = pango_font_description_from_string(faces[i]);
    page_new(p);
    letterhead_put(p);
    return p;
}

static cairo_status_t file_write(void *file, const unsigned char *bytes, unsigned n)
{
    buf_add_n(file, bytes, n);
    return buf_failed(file) < 0 ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

/* Puts the recorded pages into the file, each with its foot. */
static cairo_status_t file_draw(struct pdf *p, struct buf *file)
{
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(file_write, file, p->width, p->height);
    cairo_status_t status;

    cairo_pdf_surface_restrict_to_version(surface, CAIRO_PDF_VERSION_1_5);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, instant_iso(p->arena, p->head.created));
    cairo_destroy(p->cr);
    p->cr = cairo_create(surface);
    for (size_t i = 0; i < p->n; i++) {
        cairo_set_source_surface(p->cr, p->pages[i], 0, 0);
        cairo_paint(p->cr);
        foot_put(p, i + 1);
        cairo_show_page(p->cr);
    }
    cairo_surface_finish(surface);
    status = cairo_status(p->cr);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    return status;
}

int pdf_end(struct pdf *p, struct bytes *ret)
{
    struct buf file;
    cairo_status_t status;

    BUG_IF(p->columns != NULL);
    buf_init(&file, p->arena, FILE_MAX);
    status = file_draw(p, &file);
    pdf_drop(&p);
    if (p->overfull || buf_failed(&file) < 0)
        return E_LIMIT;
    if (status != CAIRO_STATUS_SUCCESS)
        return E_SYSTEM;

    *ret = buf_bytes(&file);
    return 0;
}

void pdf_drop(struct pdf **pp)
{
    struct pdf *p = *pp;

    if (p == NULL || p->context == NULL)
        return;
    if (p->cr != NULL)
        cairo_destroy(p->cr);
    for (size_t i = 0; i < p->n; i++)
        cairo_surface_destroy(p->pages[i]);
    for (size_t i = 0; i < FACE_COUNT; i++)
        pango_font_description_free(p->fonts[i]);
    g_object_unref(p->context);
    g_object_unref(p->map);
    p->context = NULL;
    p->cr = NULL;
}
