/*
 * chart.c: line charts and QR codes as SVG inside the page.
 *
 * Positions are attributes and shapes have classes, so there is no inline style and the page's policy holds. Coordinates
 * are 1/100 of a unit of the drawing. A chart never stands without its numbers: ui_chart() adds them as a folded table.
 *
 * Not for: choosing what is compared, colours (assets/css/chart.css).
 */
#include "base/number.h"
#include "ui/component.h"
#include "ui/qr.h"

#define PATH_MAX_BYTES ((size_t)16 * KB)
#define LABELS_MAX     ((size_t)8)
#define LABEL_APART    1400 /* between the middles of two labels */
#define LABEL_ROOM     6000 /* what a label takes to the right */

/* Where the lines are drawn, in 1/100 unit; y grows downwards. */
struct frame {
    int64_t left, right, top, bottom;
};

static const struct frame large = {3400, 53000, 1600, 19600};
static const struct frame small = {400, 16600, 800, 7600};

static int64_t chart_max(const struct ui_chart *c)
{
    return c->max > 0 ? c->max : 10000;
}

static int64_t x_at(const struct frame *f, const struct ui_chart *c, size_t i)
{
    if (c->n_ticks < 2)
        return f->left;
    return f->left + (f->right - f->left) * (int64_t)i / (int64_t)(c->n_ticks - 1);
}

/* Values outside the axis lie on its edge. */
static int64_t y_at(const struct frame *f, const struct ui_chart *c, int64_t v)
{
    int64_t max = chart_max(c);
    int64_t within = v < 0 ? 0 : v > max ? max : v;

    return f->bottom - (f->bottom - f->top) * within / max;
}

static const char *place(struct req *r, int64_t v)
{
    return decimal_exact(r->arena, v, 2);
}

/* One path: a gap in the numbers is a gap in the line. */
static const char *line_path(struct req *r, const struct frame *f, const struct ui_chart *c, const struct ui_series *s)
{
    struct buf b;
    bool drawing = false;

    buf_init(&b, r->arena, PATH_MAX_BYTES);
    for (size_t i = 0; i < s->n && i < c->n_ticks; i++) {
        if (s->v[i] == INT_NONE) {
            drawing = false;
            continue;
        }
        buf_printf(&b, "%c%s %s", drawing ? 'L' : 'M', place(r, x_at(f, c, i)), place(r, y_at(f, c, s->v[i])));
        drawing = true;
    }
    return b.s;
}

/* Index of the last number, or n when there is none. */
static size_t last_at(const struct ui_series *s)
{
    for (size_t i = s->n; i > 0; i--) {
        if (s->v[i - 1] != INT_NONE)
            return i - 1;
    }
    return s->n;
}

static void level_line(struct req *r, const struct frame *f, const char *class, int64_t y)
{
    html(r, "<path class=\"%s\" d=\"M%s %sH%s\"/>", class, place(r, f->left), place(r, y), place(r, f->right));
}

static void series_draw(struct req *r, const struct frame *f, const struct ui_chart *c, const struct ui_series *s,
                        const char *radius)
{
    size_t last = last_at(s);

    html(r, "<path class=\"%s\" d=\"%s\"/>", s->second ? "b" : "a", line_path(r, f, c, s));
    if (!s->second && last < s->n)
        html(r, "<circle class=\"dot\" cx=\"%s\" cy=\"%s\" r=\"%s\"/>", place(r, x_at(f, c, last)),
             place(r, y_at(f, c, s->v[last])), radius);
}

/* ---- labels at the ends of lines ---- */

struct label {
    int64_t x, y;
    const char *class;
    const char *text;
    const char *value;
};

struct labels {
    struct label v[LABELS_MAX];
    size_t n;
};

/* Keeps them sorted from top to bottom. */
static void label_add(struct labels *l, struct label label)
{
    size_t i = l->n;

    if (l->n == LABELS_MAX)
        return;
    while (i > 0 && l->v[i - 1].y > label.y) {
        l->v[i] = l->v[i - 1];
        i--;
    }
    l->v[i] = label;
    l->n++;
}

/* Moves neighbours apart, half the lack each; two rounds settle the few that a chart has. */
static void labels_spread(struct labels *l)
{
    for (int round = 0; round < 4; round++) {
        for (size_t i = 1; i < l->n; i++) {
            int64_t lack = LABEL_APART - (l->v[i].y - l->v[i - 1].y);

            if (lack <= 0)
                continue;
            l->v[i - 1].y -= lack / 2;
            l->v[i].y += lack - lack / 2;
        }
    }
}

static void label_draw(struct req *r, const struct label *l)
{
    html(r, "<text class=\"%s\" x=\"%s\" y=\"%s\">%s %s</text>", l->class, place(r, l->x), place(r, l->y + 400), l->text,
         l->value);
}

/* Lines mostly rise, so the upper label goes above its end and the lowest below: beside them stand the lines. */
static void labels_draw(struct req *r, const struct ui_chart *c)
{
    const struct label goal = {large.right + 800, y_at(&large, c, c->goal), "mute", T(r, "ui.goal"), say_score(r, c->goal)};
    struct labels labels = {.n = 0};
    bool goal_is_near = false;

    for (size_t i = 0; i < c->n_series; i++) {
        const struct ui_series *s = &c->series[i];
        size_t last = last_at(s);
        int64_t x = x_at(&large, c, last) + 800;

        if (last == s->n)
            continue;
        goal_is_near = goal_is_near || x > large.right - LABEL_ROOM;
        label_add(&labels, (struct label){x, y_at(&large, c, s->v[last]), s->second ? "mute" : "strong", s->label,
                                          say_score(r, s->v[last])});
    }
    if (labels.n > 1) {
        labels.v[0].y -= 900;
        labels.v[labels.n - 1].y += 500;
    }
    if (c->goal != INT_NONE && goal_is_near)
        label_add(&labels, goal);
    labels_spread(&labels);
    for (size_t i = 0; i < labels.n; i++)
        label_draw(r, &labels.v[i]);
    if (c->goal != INT_NONE && !goal_is_near)
        label_draw(r, &goal);
}

/* ---- the large chart ---- */

static void axes_draw(struct req *r, const struct ui_chart *c)
{
    for (int quarter = 0; quarter <= 4; quarter++) {
        int64_t v = chart_max(c) * quarter / 4;
        int64_t y = y_at(&large, c, v);

        level_line(r, &large, "grid", y);
        html(r, "<text class=\"end\" x=\"28\" y=\"%s\">%s</text>", place(r, y + 400),
             decimal_short(r->arena, v, 2, (int)r->lang));
    }
    for (size_t i = 0; i < c->n_ticks; i++)
        html(r, "<text class=\"mid\" x=\"%s\" y=\"214\">%s</text>", place(r, x_at(&large, c, i)), c->ticks[i]);
}

static void chart_table(struct req *r, const struct ui_chart *c)
{
    html(r,
         "<div class=\"scroll\" role=\"region\" aria-label=\"%s\" tabindex=\"0\"><table class=\"t\"><caption "
         "class=\"sr\">%s</caption>",
         c->title, c->title);
    html(r, "<thead><tr><td></td>");
    for (size_t i = 0; i < c->n_ticks; i++)
        html(r, "<th scope=\"col\" class=\"num\">%s</th>", c->ticks[i]);
    html(r, "</tr></thead><tbody>\n");
    for (size_t s = 0; s < c->n_series; s++) {
        html(r, "<tr><th scope=\"row\">%s</th>", c->series[s].label);
        for (size_t i = 0; i < c->n_ticks; i++)
            html(r, "<td class=\"num\">%s</td>", say_score(r, i < c->series[s].n ? c->series[s].v[i] : INT_NONE));
        html(r, "</tr>\n");
    }
    html(r, "</tbody></table></div>");
}

void ui_chart(struct req *r, const struct ui_chart *c)
{
    html(r, "<figure><div class=\"scroll\" role=\"region\" aria-label=\"%s\" tabindex=\"0\">", c->title);
    html(r,
         "<svg class=\"chart\" viewBox=\"0 0 640 220\" role=\"img\" aria-labelledby=\"%s-t\"><title "
         "id=\"%s-t\">%s</title>",
         c->id, c->id, c->title);
    axes_draw(r, c);
    if (c->goal != INT_NONE)
        level_line(r, &large, "goal", y_at(&large, c, c->goal));
    for (size_t i = c->n_series; i > 0; i--)
        series_draw(r, &large, c, &c->series[i - 1], "3.5");
    labels_draw(r, c);
    html(r, "</svg></div></figure>\n");
    ui_more_begin(r, T(r, "ui.chart-table"));
    chart_table(r, c);
    ui_more_end(r);
}

/* ---- small multiples ---- */

void ui_multi_begin(struct req *r)
{
    html(r, "<div class=\"multi\">\n");
}

void ui_multi_end(struct req *r)
{
    html(r, "</div>\n");
}

static void small_axes(struct req *r, const struct ui_chart *c)
{
    for (int half = 0; half <= 2; half++) {
        int64_t v = chart_max(c) * half / 2;
        int64_t y = y_at(&small, c, v);

        level_line(r, &small, "grid", y);
        html(r, "<text x=\"172\" y=\"%s\">%s</text>", place(r, y + 400), decimal_short(r->arena, v, 2, (int)r->lang));
    }
    if (c->n_ticks > 1) {
        html(r, "<text x=\"0\" y=\"89\">%s</text>", c->ticks[0]);
        html(r, "<text class=\"end\" x=\"170\" y=\"89\">%s</text>", c->ticks[c->n_ticks - 1]);
    }
}

void ui_chart_small(struct req *r, const struct ui_chart *c, const char *href, const char *value)
{
    html(r, "<figure><figcaption>");
    if (href != NULL)
        html(r, "<a href=\"%s\">%s</a>", link_to(href), c->title);
    else
        html(r, "<span>%s</span>", c->title);
    html(r, "<b class=\"num\">%s</b></figcaption><svg class=\"chart\" viewBox=\"0 0 208 92\" aria-hidden=\"true\">", value);
    small_axes(r, c);
    if (c->goal != INT_NONE)
        level_line(r, &small, "goal", y_at(&small, c, c->goal));
    for (size_t i = c->n_series; i > 0; i--)
        series_draw(r, &small, c, &c->series[i - 1], "3");
    html(r, "</svg></figure>\n");
}

/* ---- QR ---- */

/* Runs of dark modules become strokes of one unit, so neighbours never show a seam. */
static const char *qr_path(struct req *r, const struct qr *qr)
{
    struct buf b;

    buf_init(&b, r->arena, (size_t)64 * KB);
    for (int y = 0; y < qr->width; y++) {
        for (int x = 0; x < qr->width;) {
            int from = x;

            while (x < qr->width && qr->dark[y * qr->width + x] != 0)
                x++;
            if (x > from)
                buf_printf(&b, "M%d,%dh%d", from, y, x - from);
            else
                x++;
        }
    }
    return b.s;
}

int ui_qr(struct req *r, const char *text, const char *label)
{
    struct qr qr;
    int e;

    e = qr_make(r->arena, text, &qr);
    if (e < 0)
        return e;
    html(r,
         "<svg class=\"qr\" viewBox=\"-2 -2 %d %d\" role=\"img\" aria-label=\"%s\"><path d=\"%s\" transform=\"translate(0 "
         ".5)\"/></svg>",
         qr.width + 4, qr.width + 4, label, qr_path(r, &qr));
    return 0;
}
