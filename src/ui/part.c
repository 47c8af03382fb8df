/*
 * part.c: icons, buttons, menus, tabs, heads, notes: the parts that any page may hold.
 *
 * Not for: forms (form.c), tables and lists (table.c), states of records (status.c).
 */
#include "base/text.h"
#include "ui/component.h"

/* ---- tones and icons ---- */

static const char *const tone_classes[] = {
    [TONE_NONE] = "", [TONE_BAD] = "bad", [TONE_WARN] = "warn", [TONE_INFO] = "info", [TONE_GOOD] = "good",
};
_Static_assert(ARRAY_LEN(tone_classes) == TONE_COUNT, "a class a tone");

const char *tone_class(enum tone tone)
{
    return tone_classes[tone];
}

/* clang-format off */
/* Outlines on a grid of 16, drawn with a stroke of 1.75 by class i. */
static const char *const icon_paths[] = {
    [ICON_NONE]     = NULL,
    [ICON_CHECK]    = "M3 8.5l3.2 3.2L13 5",
    [ICON_WARN]     = "M8 2.2l6.3 11.3H1.7zM8 6.5v3.2M8 11.7v.1",
    [ICON_CROSS]    = "M4 4l8 8M12 4l-8 8",
    [ICON_CLOCK]    = "M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4M8 4.5V8l2.3 1.7",
    [ICON_INFO]     = "M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4M8 7.3v4M8 4.8v.1",
    [ICON_PAUSE]    = "M5.5 3.5v9M10.5 3.5v9",
    [ICON_LINK]     = "M6.5 9.5l3-3M7 4.5l1.5-1.5a2.8 2.8 0 0 1 4 4L11 8.5M9 11.5L7.5 13a2.8 2.8 0 0 1-4-4L5 7.5",
    [ICON_SEAL]     = "M8 1.5l2 1.6 2.5-.1.5 2.5L14.5 8 13 10.5l-.5 2.5-2.5-.1L8 14.5 6 12.9 3.5 13 3 10.5 1.5 8 3 5.5 "
                      "3.5 3 6 3.1zM5.7 8l1.6 1.7L10.5 6.5",
    [ICON_USER]     = "M8 8a2.8 2.8 0 1 0 0-5.6A2.8 2.8 0 0 0 8 8M2.8 14c.6-3 2.6-4.2 5.2-4.2s4.6 1.2 5.2 4.2",
    [ICON_MENU]     = "M2 4h12M2 8h12M2 12h12",
    [ICON_DOWN]     = "M4 6l4 4 4-4",
    [ICON_DOWNLOAD] = "M8 2v8M4.5 7L8 10.5 11.5 7M2.5 13.5h11",
    [ICON_UPLOAD]   = "M8 10.5V2M4.5 5.5L8 2l3.5 3.5M2.5 13.5h11",
    [ICON_PRINT]    = "M4 6V2h8v4M4 11.5H2V6h12v5.5h-2M4 9.5h8V14H4z",
    [ICON_PLUS]     = "M8 3v10M3 8h10",
    [ICON_SEARCH]   = "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10M10.7 10.7L14 14",
    [ICON_FILE]     = "M4 1.8h5.5L12.5 5v9.2H4zM9.3 2v3.2h3.2",
};
/* clang-format on */
_Static_assert(ARRAY_LEN(icon_paths) == ICON_COUNT, "an outline an icon");

void ui_icon(struct req *r, enum icon icon)
{
    if (icon <= ICON_NONE)
        return;
    html(r, "<svg class=\"i\" viewBox=\"0 0 16 16\" aria-hidden=\"true\"><path d=\"%s\"/></svg>", icon_paths[icon]);
}

/* ---- buttons ---- */

static const char *const button_classes[] = {
    [BUTTON_SECOND] = "btn",      [BUTTON_FIRST] = "btn first", [BUTTON_BAD] = "btn bad", [BUTTON_BAD_FIRST] = "btn bad first",
    [BUTTON_PLAIN] = "btn plain",
};

static void button_label(struct req *r, const struct ui_button *b)
{
    ui_icon(r, b->icon);
    html(r, "%s", b->label);
    if (b->sr != NULL)
        html(r, "<span class=\"sr\"> %s</span>", b->sr);
}

/* A link without a target: it can be read and reached, but does nothing; the reason stands beside it. */
static void button_blocked(struct req *r, const struct ui_button *b)
{
    html(r, "<a class=\"%s\" aria-disabled=\"true\" role=\"link\">", button_classes[b->look]);
    button_label(r, b);
    html(r, "</a>");
    if (b->blocked[0] != '\0')
        html(r, "<span class=\"mute small\">%s</span>", b->blocked);
}

static void button_submit(struct req *r, const struct ui_button *b)
{
    html(r, "<button class=\"%s\"", button_classes[b->look]);
    if (b->form != NULL)
        html(r, " form=\"%s\"", b->form);
    if (b->name != NULL)
        html(r, " name=\"%s\" value=\"%s\"", b->name, b->value);
    if (b->formaction != NULL)
        html(r, " formaction=\"%s\"", link_to(b->formaction));
    html(r, ">");
    button_label(r, b);
    html(r, "</button>");
}

void ui_button(struct req *r, const struct ui_button *b)
{
    if (b->blocked != NULL) {
        button_blocked(r, b);
    } else if (b->href == NULL) {
        button_submit(r, b);
    } else {
        html(r, "<a class=\"%s\" href=\"%s\">", button_classes[b->look], link_to(b->href));
        button_label(r, b);
        html(r, "</a>");
    }
}

void ui_acts_begin(struct req *r)
{
    html(r, "<div class=\"acts\">");
}

void ui_acts_end(struct req *r)
{
    html(r, "</div>\n");
}

void ui_buttons(struct req *r, const struct ui_button *v, size_t n)
{
    if (n == 0)
        return;
    ui_acts_begin(r);
    for (size_t i = 0; i < n; i++)
        ui_button(r, &v[i]);
    ui_acts_end(r);
}

void ui_menu(struct req *r, const char *label, enum icon icon, const struct ui_menu_item *v, size_t n)
{
    html(r, "<details class=\"menu\"><summary class=\"btn\">");
    ui_icon(r, icon);
    html(r, "%s", label);
    if (icon == ICON_NONE)
        ui_icon(r, ICON_DOWN);
    html(r, "</summary><ul>");
    for (size_t i = 0; i < n; i++)
        html(r, "<li><a href=\"%s\">%s</a></li>", link_to(v[i].href), v[i].label);
    html(r, "</ul></details>");
}

void ui_tabs(struct req *r, const char *label, const struct ui_tab *v, size_t n)
{
    html(r, "<nav aria-label=\"%s\"><ul class=\"links tabs\">", label);
    for (size_t i = 0; i < n; i++) {
        html(r, "<li><a href=\"%s\"", link_to(v[i].href));
        if (v[i].here)
            html(r, " aria-current=\"%s\"", v[i].href[0] == '#' ? "true" : "page");
        html(r, ">%s", v[i].label);
        if (v[i].count >= 0) {
            html(r, " ");
            ui_count(r, v[i].tone, v[i].count, NULL);
        }
        html(r, "</a></li>");
    }
    html(r, "</ul></nav>\n");
}

/* ---- heads and columns ---- */

void ui_head_begin(struct req *r, const char *title)
{
    html(r, "<div class=\"head\"><div><h1>%s</h1>", title);
}

void ui_head_acts(struct req *r)
{
    html(r, "</div><div class=\"acts\">");
}

void ui_head_end(struct req *r)
{
    html(r, "</div></div>\n");
}

void ui_head(struct req *r, const char *title, const char *line, const struct ui_button *v, size_t n)
{
    ui_head_begin(r, title);
    if (line != NULL)
        html(r, "<p class=\"mute\">%s</p>", line);
    if (n > 0)
        ui_head_acts(r);
    for (size_t i = 0; i < n; i++)
        ui_button(r, &v[i]);
    ui_head_end(r);
}

void ui_split_begin(struct req *r)
{
    html(r, "<div class=\"split\"><div class=\"stack\">\n");
}

void ui_split_aside(struct req *r)
{
    html(r, "</div>\n<aside class=\"stack\">\n");
}

void ui_split_end(struct req *r)
{
    html(r, "</aside></div>\n");
}

void ui_section_begin(struct req *r, const char *id, const char *title)
{
    html(r, "<section class=\"stack\"");
    if (id != NULL)
        html(r, " id=\"%s\"", id);
    html(r, "><h2>%s</h2>\n", title);
}

void ui_section_end(struct req *r)
{
    html(r, "</section>\n");
}

void ui_panel_begin(struct req *r, const char *title)
{
    html(r, "<div class=\"panel stack\"><h2>%s</h2>\n", title);
}

void ui_panel_end(struct req *r)
{
    html(r, "</div>\n");
}

/* ---- notes and explanations ---- */

static const enum icon note_icons[] = {
    [TONE_NONE] = ICON_INFO, [TONE_BAD] = ICON_WARN, [TONE_WARN] = ICON_WARN, [TONE_INFO] = ICON_INFO, [TONE_GOOD] = ICON_CHECK,
};
_Static_assert(ARRAY_LEN(note_icons) == TONE_COUNT, "an icon a tone");

void ui_note_begin(struct req *r, enum tone tone)
{
    html(r, "<div class=\"note%s%s\">", tone == TONE_NONE ? "" : " ", tone_class(tone));
    ui_icon(r, note_icons[tone]);
    html(r, "<div>");
}

void ui_note_end(struct req *r)
{
    html(r, "</div></div>\n");
}

void ui_note(struct req *r, enum tone tone, const char *strong, const char *text)
{
    ui_note_begin(r, tone);
    html(r, "<p>");
    if (strong != NULL)
        html(r, "<b>%s</b>%s", strong, text == NULL ? "" : " ");
    html(r, "%s</p>", text);
    ui_note_end(r);
}

void ui_more_begin(struct req *r, const char *summary)
{
    html(r, "<details class=\"more\"><summary>%s</summary><div>", summary);
}

void ui_more_end(struct req *r)
{
    html(r, "</div></details>\n");
}
