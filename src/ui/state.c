/*
 * state.c: what a page says when it cannot show what was asked for (declared in layout.h).
 *
 * Each state answers what happened, why, and what can be done. Nothing here names a person, a record or a cause that
 * the reader may not know. Not for: choosing the HTTP status.
 */
#include <inttypes.h>

#include "base/number.h"
#include "base/text.h"
#include "ui/layout.h"

static void empty_begin(struct req *r, const char *title)
{
    html(r, "<div class=\"empty stack\"><h2>%s</h2>", title);
}

static void panel_begin(struct req *r, const char *title)
{
    html(r, "<div class=\"panel stack\"><h1>%s</h1>\n", title);
}

static void panel_end(struct req *r)
{
    html(r, "</div>\n");
}

void state_empty(struct req *r, const char *title, const char *text, const struct ui_button *action)
{
    empty_begin(r, title);
    if (text != NULL)
        html(r, "<p class=\"mute\">%s</p>", text);
    if (action != NULL) {
        html(r, "<p>");
        ui_button(r, action);
        html(r, "</p>");
    }
    panel_end(r);
}

void state_filtered(struct req *r, const struct state_filtered *s)
{
    empty_begin(r, T1(r, "ui.none-match", s->asked));
    if (s->without_label != NULL && s->without_count > 0)
        html(r, "<p class=\"mute\">%s</p>", T2(r, "ui.none-match-without", s->without_label, say_count(r, s->without_count)));
    html(r, "<p>");
    if (s->without_label != NULL && s->without_href != NULL)
        html(r, "<a href=\"%s\">%s</a> · ", link_to(s->without_href), T1(r, "ui.filter-drop", s->without_label));
    html(r, "<a href=\"%s\">%s</a></p>", link_to(s->clear_href), T(r, "ui.filter-clear"));
    panel_end(r);
}

void state_preparing(struct req *r, const char *title, int64_t done, int64_t total, const char *downloads_href)
{
    int64_t percent = total > 0 ? (int64_t)wide_divide((wide)done * 100, total, ROUND_DOWN) : 0;

    panel_begin(r, title);
    html(r, "<progress max=\"100\" value=\"%" PRId64 "\" aria-label=\"%s\">%s</progress>\n", percent, T(r, "ui.progress"),
         say_percent(r, percent * 100));
    html(r, "<p class=\"mute\">%s %s", T2(r, "ui.preparing-rows", say_count(r, done), say_count(r, total)),
         T(r, "ui.preparing"));
    if (downloads_href != NULL)
        html(r, " <a href=\"%s\">%s</a>", link_to(downloads_href), T(r, "ui.downloads"));
    html(r, "</p>\n");
    panel_end(r);
}

void state_our_fault(struct req *r, const char *code, const char *again_href, const char *contact_href)
{
    panel_begin(r, T(r, "ui.our-fault"));
    html(r, "<p>%s</p>\n<p>%s <b class=\"num\">%s</b></p>\n", T(r, "ui.our-fault-why"), T(r, "ui.our-fault-code"), code);
    ui_acts_begin(r);
    if (again_href != NULL)
        ui_button(r, &(struct ui_button){.label = T(r, "ui.try-again"), .href = again_href, .look = BUTTON_FIRST});
    if (contact_href != NULL)
        ui_button(r, &(struct ui_button){.label = T(r, "ui.contact"), .href = contact_href, .look = BUTTON_PLAIN});
    ui_acts_end(r);
    panel_end(r);
}

void state_not_found(struct req *r, const char *home_href, const char *role_href)
{
    panel_begin(r, T(r, "ui.not-found"));
    html(r, "<p>%s</p>\n", T(r, "ui.not-found-why"));
    ui_acts_begin(r);
    if (home_href != NULL)
        ui_button(r, &(struct ui_button){.label = T(r, "ui.go-home"), .href = home_href});
    if (role_href != NULL)
        ui_button(r, &(struct ui_button){.label = T(r, "ui.ask-role"), .href = role_href, .look = BUTTON_PLAIN});
    ui_acts_end(r);
    panel_end(r);
}

void state_refused(struct req *r, const char *title, const char *text, const char *home_href)
{
    panel_begin(r, title);
    html(r, "<p>%s</p>\n", text);
    ui_acts_begin(r);
    ui_button(r, &(struct ui_button){.label = T(r, "ui.go-home"), .href = home_href});
    ui_acts_end(r);
    panel_end(r);
}

void state_forbidden(struct req *r, const char *why, const char *back_href)
{
    panel_begin(r, T(r, "ui.forbidden"));
    html(r, "<p>%s</p>\n", why != NULL ? why : T(r, "ui.forbidden-why"));
    if (back_href != NULL) {
        ui_acts_begin(r);
        ui_button(r, &(struct ui_button){.label = T(r, "ui.back"), .href = back_href});
        ui_acts_end(r);
    }
    panel_end(r);
}

void state_session_over(struct req *r, int minutes, const char *login_href)
{
    ui_note_begin(r, TONE_NONE);
    html(r, "<h1 class=\"h2\">%s</h1><p>%s</p>", T1(r, "ui.session-over", say_count(r, minutes)),
         T(r, "ui.session-over-draft"));
    if (login_href != NULL)
        html(r, "<p><a href=\"%s\">%s</a></p>", link_to(login_href), T(r, "ui.login-again"));
    ui_note_end(r);
}

void state_later(struct req *r, const char *title, const char *text, int seconds)
{
    panel_begin(r, title);
    if (text != NULL)
        html(r, "<p>%s</p>\n", text);
    if (seconds > 0)
        html(r, "<p>%s</p>\n", T1(r, "ui.try-in", say_count(r, seconds)));
    panel_end(r);
}

/* ---- two editors ---- */

static void version_choice(struct req *r, const struct state_difference *d, bool theirs)
{
    html(r, "<label class=\"pick\"><input type=\"radio\" name=\"%s\" value=\"%s\"", d->name,
         theirs ? d->theirs_value : d->mine_value);
    if (theirs == d->theirs_chosen)
        html(r, " checked");
    html(r, "> %s</label>", theirs ? d->theirs : d->mine);
}

void state_two_editors(struct req *r, const char *who, const char *when, const struct state_difference *v, size_t n)
{
    const struct ui_column columns[] = {
        {.label = T(r, "ui.field"), .head = true},
        {.label = T(r, "ui.yours")},
        {.label = T1(r, "ui.theirs", who)},
    };
    const struct ui_table t = {.caption = T(r, "ui.differences"), .columns = columns, .n = ARRAY_LEN(columns), .fold = true};

    ui_note(r, TONE_WARN, T2(r, "ui.two-editors", who, when), T(r, "ui.two-editors-choose"));
    ui_table_begin(r, &t);
    for (size_t i = 0; i < n; i++) {
        ui_row_begin(r, false);
        ui_cell(r, &t, 0, v[i].label);
        ui_cell_begin(r, &t, 1);
        version_choice(r, &v[i], false);
        ui_cell_end(r, &t, 1);
        ui_cell_begin(r, &t, 2);
        version_choice(r, &v[i], true);
        ui_cell_end(r, &t, 2);
        ui_row_end(r);
    }
    ui_table_end(r, &t);
}
