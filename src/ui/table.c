/*
 * table.c: tables, trees, heat maps, lists of rows, pagers.
 *
 * A table is described once, by its columns; each cell takes its tag, its class and its label on a phone from there, so
 * that head and body cannot disagree. Not for: which rows (engine), totals (the module).
 */
#include "ui/component.h"

static bool pans(const struct ui_table *t)
{
    return t->scroll || t->wide || t->heat || t->tree;
}

static void head_cell(struct req *r, const struct ui_column *c)
{
    static const char *const sorts[] = {
        [UI_SORT_CANNOT] = "",
        [UI_SORT_NONE] = "none",
        [UI_SORT_UP] = "ascending",
        [UI_SORT_DOWN] = "descending",
    };

    html(r, "<th scope=\"col\"");
    if (c->num || c->bar)
        html(r, " class=\"%s\"", c->num ? "num" : "w");
    if (c->sort != UI_SORT_CANNOT)
        html(r, " aria-sort=\"%s\"", sorts[c->sort]);
    html(r, ">");
    if (c->hidden)
        html(r, "<span class=\"sr\">%s</span></th>", c->label);
    else if (c->sort != UI_SORT_CANNOT && c->sort_href != NULL)
        html(r, "<a href=\"%s\">%s</a></th>", link_to(c->sort_href), c->label);
    else
        html(r, "%s</th>", c->label);
}

void ui_table_begin(struct req *r, const struct ui_table *t)
{
    if (pans(t))
        html(r, "<div class=\"scroll%s\" role=\"region\" aria-label=\"%s\" tabindex=\"0\">", t->wide ? " wide" : "",
             t->caption);
    html(r, "<table class=\"t%s%s%s%s\"><caption class=\"sr\">%s</caption><thead><tr>", t->fold ? " fold" : "",
         t->tree ? " tree" : "", t->heat ? " heat" : "", t->pin ? " pin" : "", t->caption);
    for (size_t i = 0; i < t->n; i++)
        head_cell(r, &t->columns[i]);
    html(r, "</tr></thead><tbody>\n");
}

static void table_close(struct req *r, const struct ui_table *t)
{
    html(r, "</table>");
    if (pans(t))
        html(r, "</div>");
    html(r, "\n");
}

void ui_table_end(struct req *r, const struct ui_table *t)
{
    html(r, "</tbody>");
    table_close(r, t);
}

void ui_table_foot(struct req *r)
{
    html(r, "</tbody><tfoot>");
}

void ui_table_foot_end(struct req *r, const struct ui_table *t)
{
    html(r, "</tfoot>");
    table_close(r, t);
}

/* ---- rows and cells ---- */

void ui_row_begin(struct req *r, bool alarm)
{
    if (alarm)
        html(r, "<tr class=\"alarm\">");
    else
        html(r, "<tr>");
}

void ui_row_end(struct req *r)
{
    html(r, "</tr>\n");
}

void ui_row_group(struct req *r, const struct ui_table *t, const char *text)
{
    html(r, "<tr class=\"grp\"><th scope=\"colgroup\" colspan=\"%zu\">%s</th></tr>\n", t->n, text);
}

void ui_cell_begin(struct req *r, const struct ui_table *t, size_t col)
{
    const struct ui_column *c = &t->columns[col];

    BUG_IF(col >= t->n);
    if (c->head) {
        html(r, "<th scope=\"row\">");
        return;
    }
    html(r, "<td");
    if (c->num || c->bar || c->nowrap)
        html(r, " class=\"%s\"", c->num ? "num" : c->bar ? "w" : "nowrap");
    if (t->fold && !c->hidden && !c->bar)
        html(r, " data-l=\"%s\"", c->fold != NULL ? c->fold : c->label);
    html(r, ">");
}

void ui_cell_end(struct req *r, const struct ui_table *t, size_t col)
{
    if (t->columns[col].head)
        html(r, "</th>");
    else
        html(r, "</td>");
}

void ui_cell(struct req *r, const struct ui_table *t, size_t col, const char *text)
{
    ui_cell_begin(r, t, col);
    html(r, "%s", text);
    ui_cell_end(r, t, col);
}

void ui_cell_link(struct req *r, const struct ui_table *t, size_t col, const char *text, const char *href)
{
    ui_cell_begin(r, t, col);
    if (href == NULL)
        html(r, "%s", text);
    else if (t->columns[col].head)
        html(r, "<a class=\"key\" href=\"%s\">%s</a>", link_to(href), text);
    else
        html(r, "<a href=\"%s\">%s</a>", link_to(href), text);
    ui_cell_end(r, t, col);
}

void ui_sub(struct req *r, const char *text)
{
    if (text != NULL)
        html(r, "<span class=\"sub\">%s</span>", text);
}

void ui_cell_tick(struct req *r, const char *name, const char *value, const char *what)
{
    html(
        r,
        "<td><label class=\"tick\"><input type=\"checkbox\" name=\"%s\" value=\"%s\"><span class=\"sr\">%s</span></label></td>",
        name, value, T1(r, "ui.tick-row", what));
}

void ui_tree_row_begin(struct req *r, int level, bool alarm)
{
    BUG_IF(level < 1 || level > 5);
    html(r, "<tr class=\"l%d%s\">", level, alarm ? " alarm" : "");
}

void ui_cell_span_begin(struct req *r, int span)
{
    html(r, "<th scope=\"row\" colspan=\"%d\">", span);
}

void ui_cell_span_end(struct req *r)
{
    html(r, "</th>");
}

void ui_heat_cell(struct req *r, enum tone tone, const char *text, const char *href)
{
    html(r, "<td class=\"%s%s\">", tone == TONE_NONE ? "" : "v ", tone_class(tone));
    if (href != NULL)
        html(r, "<a href=\"%s\">%s</a></td>", link_to(href), text);
    else
        html(r, "%s</td>", text);
}

/* ---- pager ---- */

static const char *pager_text(struct req *r, const struct ui_pager *p)
{
    if (p->to == 0)
        return T(r, "ui.pager-none");
    if (p->total < 0)
        return T2(r, "ui.pager", say_count(r, p->from), say_count(r, p->to));
    return T3(r, "ui.pager-of", say_count(r, p->from), say_count(r, p->to), say_count(r, p->total));
}

void ui_pager(struct req *r, const struct ui_pager *p)
{
    const struct ui_button steps[] = {
        {.label = T(r, "ui.previous"), .href = p->previous, .blocked = p->previous == NULL ? "" : NULL},
        {.label = T(r, "ui.next"), .href = p->next, .blocked = p->next == NULL ? "" : NULL},
    };

    html(r, "<nav class=\"pager\" aria-label=\"%s\"><span class=\"mute\">%s", T(r, "ui.pages"), pager_text(r, p));
    if (p->order != NULL)
        html(r, ", %s", p->order);
    html(r, "</span>");
    if (p->previous != NULL || p->next != NULL) {
        html(r, "<span class=\"row\">");
        for (size_t i = 0; i < ARRAY_LEN(steps); i++)
            ui_button(r, &steps[i]);
        html(r, "</span>");
    }
    html(r, "</nav>\n");
}

/* ---- rows ---- */

void ui_rows_begin(struct req *r)
{
    html(r, "<ul class=\"rows two\">\n");
}

void ui_rows_end(struct req *r)
{
    html(r, "</ul>\n");
}

void ui_row_item_begin(struct req *r, const struct ui_row_item *item)
{
    html(r, "<li><div><span class=\"title\">");
    if (item->href != NULL)
        html(r, "<a href=\"%s\">%s</a>", link_to(item->href), item->title);
    else
        html(r, "%s", item->title);
    html(r, "</span>");
    if (item->text != NULL)
        html(r, "<p class=\"mute\">%s</p>", item->text);
    if (item->n_facts > 0)
        html(r, "<div class=\"facts\">");
    for (size_t i = 0; i < item->n_facts; i++)
        html(r, "<span>%s</span>", item->facts[i]);
    if (item->n_facts > 0)
        html(r, "</div>");
    html(r, "</div><div class=\"end facts\">");
}

void ui_row_item_end(struct req *r)
{
    html(r, "</div></li>\n");
}
