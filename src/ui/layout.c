/*
 * layout.c: the frame around <main> in its four shells.
 *
 * Everything that differs between shells stands in the shells table at the end; page_begin() and page_end() are the same for
 * all. Not for: what a page says (modules), pages that say why there is nothing (state.c).
 */
#include "base/text.h"
#include "ui/assets.h"
#include "ui/layout.h"

/* ---- marks ---- */

void ui_wordmark(struct req *r)
{
    html(
        r,
        "<svg class=\"word\" viewBox=\"0 0 163 43\" role=\"img\" aria-label=\"Terang\" fill=\"none\" stroke=\"currentColor\" "
        "stroke-width=\"4.2\" stroke-linecap=\"round\" stroke-linejoin=\"round\"><path class=\"mark\" fill=\"currentColor\" "
        "stroke=\"none\" d=\"M1.5 21.5a10.5 10.5 0 0 1 21 0zM0 24.5h24v2.6H0zM6 30h12v2.6H6z\"/><path d=\"M36 5v19.5a6 6 0 0 0 "
        "6 6M31.5 12.5H42M49 21h18.5A9.3 9.3 0 1 0 65 27.6M76.5 30.5v-18M76.5 21a8.5 8.5 0 0 1 8-8.5M107.5 12.5v18M107.5 "
        "21.5a9.1 9.1 0 1 1-18.2 0 9.1 9.1 0 0 1 18.2 0M116 30.5v-18M116 20.5a7.8 7.8 0 0 1 15.6 0v10M159.1 12.5v17.8a8.8 "
        "8.8 0 0 1-16.4 4.6M159.1 21.5a9.1 9.1 0 1 1-18.2 0 9.1 9.1 0 0 1 18.2 0\"/></svg>");
}

void ui_crest(struct req *r)
{
    html(r, "<svg viewBox=\"0 0 32 36\" aria-hidden=\"true\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.5\"><path "
            "d=\"M3 "
            "3h26v15c0 8-5.5 12.5-13 15C8.5 30.5 3 26 3 18z\"/><path d=\"M9 21h14M11 21v-6l5-4 5 4v6M16 21v-4\"/></svg>");
}

static void crest(struct req *r, const char *address)
{
    if (address != NULL)
        html(r, "<img src=\"%s\" alt=\"\" width=\"32\" height=\"36\">", link_to(address));
    else
        ui_crest(r);
}

/* ---- head ---- */

static const char *owner_name(const struct page *p)
{
    return p->gov != NULL && p->shell == SHELL_PUBLIC ? p->gov->name : "Terang";
}

static void head_element(struct req *r, const struct page *p)
{
    html(r, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n", lang_code(r->lang));
    html(r, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    if (p->refresh > 0)
        html(r, "<meta http-equiv=\"refresh\" content=\"%d\">\n", p->refresh);
    html(r, "<title>");
    if (p->wrong)
        html(r, "%s: ", T(r, "ui.error"));
    html(r, "%s – %s</title>\n", p->title, owner_name(p));
    html(r, "<link rel=\"stylesheet\" href=\"%s\">\n", link_to(asset_address("terang.css")));
    if (p->styleguide)
        html(r, "<link rel=\"stylesheet\" href=\"%s\">\n", link_to(asset_address("styleguide.css")));
    html(r, "<link rel=\"icon\" href=\"%s\" type=\"image/svg+xml\">\n", link_to(asset_address("terang.svg")));
    html(r, "<script src=\"%s\" defer></script>\n</head>\n", link_to(asset_address("terang.js")));
}

static void demo_text(struct req *r, const struct page *p)
{
    if (p->demo)
        html(r, "<p class=\"demo\">%s</p>", T(r, "ui.demo"));
}

static enum lang other(enum lang lang)
{
    return lang == LANG_ID ? LANG_EN : LANG_ID;
}

static void language_link(struct req *r, const struct page *p)
{
    const char *code = lang_code(other(r->lang));

    if (p->other_lang != NULL)
        html(r, "<a href=\"%s\" lang=\"%s\" hreflang=\"%s\">%s</a>", link_to(p->other_lang), code, code,
             r->lang == LANG_ID ? "English" : "Bahasa Indonesia");
}

/* Who is logged in, and what belongs to them: opens without script. */
static void account_menu(struct req *r, const struct page *p)
{
    if (p->unread > 0) {
        html(r, "<a class=\"btn plain unread only-wide\" href=\"%s\">%s", link_to(p->unread_href), T(r, "ui.notices"));
        ui_count(r, TONE_INFO, p->unread, T(r, "ui.unread"));
        html(r, "</a>\n");
    }
    html(r, "<details class=\"menu who\"><summary class=\"btn plain\">");
    ui_icon(r, ICON_USER);
    if (p->unread > 0) {
        html(r, "<span class=\"only-narrow\">");
        ui_count(r, TONE_INFO, p->unread, T(r, "ui.unread"));
        html(r, "</span>");
    }
    html(r, "<span class=\"only-wide\">%s</span><span class=\"sr\">%s</span></summary><ul>", p->person, T(r, "ui.account"));
    for (size_t i = 0; i < p->n_account; i++)
        html(r, "<li><a href=\"%s\">%s</a></li>", link_to(p->account[i].href), p->account[i].label);
    if (p->other_lang != NULL && p->shell != SHELL_PUBLIC) {
        html(r, "<li>");
        language_link(r, p);
        html(r, "</li>");
    }
    if (p->logout != NULL) {
        html(r, "<li><form action=\"%s\" method=\"post\">", link_to(p->logout));
        ui_csrf(r);
        html(r, "<button class=\"btn plain\">%s</button></form></li>", T(r, "ui.logout"));
    }
    html(r, "</ul></details>\n");
}

/* ---- navigation ---- */

static void nav_link(struct req *r, const struct page *p, const struct nav_item *item)
{
    html(r, "<li><a href=\"%s\"", link_to(item->href));
    if (p->here != NULL && text_eq(p->here, item->href))
        html(r, " aria-current=\"page\"");
    html(r, ">%s", T(r, item->label));
    if (p->tasks > 0 && text_eq(p->tasks_href, item->href))
        ui_count(r, TONE_NONE, p->tasks, T(r, "ui.tasks"));
    html(r, "</a></li>");
}

#define ROW_LINKS 6 /* side by side; what is more stands in a menu, so that a phone begins with the page */

static void nav_row(struct req *r, const struct page *p)
{
    struct ui_menu_item *rest = arena_array(r->arena, p->n_nav + 1, struct ui_menu_item);
    size_t links = 0, n = 0, i;

    if (p->n_nav == 0)
        return;
    html(r, "<nav aria-label=\"%s\"><ul class=\"links\">", T(r, "ui.main-nav"));
    for (i = 0; i < p->n_nav; i++) {
        if (p->nav[i].href != NULL && links++ < ROW_LINKS)
            nav_link(r, p, &p->nav[i]);
        else if (p->nav[i].href != NULL)
            rest[n++] = (struct ui_menu_item){.label = T(r, p->nav[i].label), .href = p->nav[i].href};
    }
    if (n > 0) {
        html(r, "<li>");
        ui_menu(r, T(r, "ui.more"), ICON_NONE, rest, n);
        html(r, "</li>");
    }
    html(r, "</ul></nav>\n");
}

static void nav_column(struct req *r, const struct page *p)
{
    bool open = false;

    html(r, "<nav id=\"menu\" aria-label=\"%s\">", T(r, "ui.main-nav"));
    for (size_t i = 0; i < p->n_nav; i++) {
        const struct nav_item *item = &p->nav[i];

        if (open && item->href == NULL)
            html(r, "</ul>");
        if (item->href == NULL)
            html(r, "<h2>%s</h2>", T(r, item->label));
        if (!open || item->href == NULL)
            html(r, "<ul role=\"list\">");
        open = true;
        if (item->href != NULL)
            nav_link(r, p, item);
    }
    if (open)
        html(r, "</ul>");
    html(r, "</nav>\n");
}

static void crumbs(struct req *r, const struct page *p)
{
    if (p->n_crumbs == 0)
        return;
    html(r, "<nav class=\"crumbs\" aria-label=\"%s\"><ol>", T(r, "ui.crumbs"));
    for (size_t i = 0; i < p->n_crumbs; i++) {
        if (p->crumbs[i].href != NULL)
            html(r, "<li><a href=\"%s\">%s</a></li>", link_to(p->crumbs[i].href), p->crumbs[i].text);
        else
            html(r, "<li>%s</li>", p->crumbs[i].text);
    }
    html(r, "</ol></nav>\n");
}

static void guide_link(struct req *r, const struct page *p)
{
    if (p->guide != NULL)
        html(r, "<a href=\"%s\">%s</a>", link_to(GUIDE_PATH), T(r, "ui.foot-guide"));
}

/* ---- public ---- */

static void public_brand(struct req *r, const struct page *p)
{
    html(r, "<a class=\"brand\" href=\"%s\">", link_to(p->gov != NULL ? p->gov->home : "/"));
    if (p->gov == NULL) {
        ui_wordmark(r);
    } else {
        crest(r, p->gov->letter != NULL ? p->gov->letter->crest : NULL);
        html(r, "<span><b>%s</b><small>%s</small></span>", p->gov->name, p->gov->motto);
    }
    html(r, "</a>\n");
}

static void public_head(struct req *r, const struct page *p)
{
    html(r, "<header>");
    demo_text(r, p);
    html(r, "<div class=\"wrap\">\n");
    public_brand(r, p);
    html(r, "<div class=\"util row\">");
    language_link(r, p);
    if (p->person != NULL)
        account_menu(r, p);
    else if (p->login != NULL)
        html(r, " <a class=\"btn\" href=\"%s\">%s</a>", link_to(p->login), T(r, "ui.login"));
    html(r, "</div>\n");
    nav_row(r, p);
    html(r, "</div></header>\n<main id=\"isi\" class=\"wrap\">\n");
}

static void foot_letter(struct req *r, const struct page_letter *l)
{
    if (l == NULL)
        return;
    html(r, "<p class=\"mute\">%s</p>", l->address);
    if (l->contact != NULL)
        html(r, "<p class=\"mute\">%s</p>", l->contact);
}

static void foot_complaint(struct req *r, const char *complaint)
{
    if (complaint == NULL)
        return;
    html(r, "<p>%s: ", T(r, "ui.foot-complaint"));
    if (text_starts(complaint, "https://"))
        html(r, "<a href=\"%s\">%s</a>", link_to(complaint), complaint);
    else
        html(r, "%s", complaint);
    html(r, "</p>");
}

static void public_foot(struct req *r, const struct page *p)
{
    const struct page_gov *g = p->gov;

    html(r, "<footer><div class=\"wrap cols\">\n");
    if (g != NULL) {
        html(r, "<div><b>%s</b>", g->full != NULL ? g->full : g->name);
        foot_letter(r, g->letter);
        foot_complaint(r, g->complaint);
        html(r, "</div>\n");
    }
    if (g != NULL && g->report != NULL)
        html(r, "<div><b>%s</b><p><a href=\"%s\">%s</a>. %s</p></div>\n", T(r, "ui.foot-bribe"), link_to(g->report),
             T(r, "ui.foot-report"), T(r, "ui.foot-no-address"));
    if (g != NULL && g->record != NULL)
        html(r, "<div><b>%s</b><p class=\"mute\">%s <a href=\"%s\">%s</a></p></div>\n", T(r, "ui.foot-record"), g->record,
             link_to(g->verify), T(r, "ui.foot-verify"));
    html(r, "<div>");
    ui_wordmark(r);
    html(r, "<p>");
    guide_link(r, p);
    html(r, "</p><p class=\"mute small\">%s</p></div>\n</div></footer>\n", T(r, "ui.foot-terang"));
}

/* ---- workspace ---- */

static void workspace_search(struct req *r, const struct page *p)
{
    if (p->search == NULL)
        return;
    html(r, "<form role=\"search\" action=\"%s\" class=\"find\"><label class=\"sr\" for=\"cari\">%s</label>",
         link_to(p->search), T(r, "ui.search-all"));
    html(r, "<input class=\"in\" id=\"cari\" type=\"search\" name=\"q\" placeholder=\"%s\"></form>\n", T(r, "ui.search-hint"));
}

static void workspace_head(struct req *r, const struct page *p)
{
    html(r, "<header>\n<a class=\"brand\" href=\"%s\">", link_to(p->tasks_href != NULL ? p->tasks_href : "/kerja"));
    ui_wordmark(r);
    html(r, "</a>\n<span class=\"mute small gov\">%s</span>\n", p->gov != NULL ? p->gov->name : NULL);
    workspace_search(r, p);
    if (p->person != NULL)
        account_menu(r, p);
    html(r, "<a class=\"btn plain only-narrow\" href=\"#menu\">");
    ui_icon(r, ICON_MENU);
    html(r, "%s</a>\n</header>\n", T(r, "ui.menu"));
    nav_column(r, p);
    html(r, "<main id=\"isi\">\n");
}

static void quiet_foot(struct req *r, const struct page *p)
{
    html(r, "<footer class=\"foot\"><span class=\"mute\">%s</span> ", p->demo ? T(r, "ui.demo") : T(r, "ui.foot-terang"));
    guide_link(r, p);
    html(r, "</footer>\n");
}

/* ---- supervisor ---- */

static void scope_strip(struct req *r, const struct page *p)
{
    if (p->n_scope == 0)
        return;
    html(r, "<section class=\"scope\" aria-label=\"%s\">", T(r, "ui.scope"));
    for (size_t i = 0; i < p->n_scope; i++) {
        if (p->scope[i].label != NULL)
            html(r, "<span>%s<b>%s</b></span>", p->scope[i].label, p->scope[i].value);
        else
            html(r, "<span class=\"mute\">%s</span>", p->scope[i].value);
    }
    if (p->scope_change != NULL)
        html(r, "<a href=\"%s\">%s</a>", link_to(p->scope_change), T(r, "ui.scope-change"));
    html(r, "</section>\n");
}

static void supervisor_head(struct req *r, const struct page *p)
{
    html(r, "<header>\n<a class=\"brand\" href=\"%s\">",
         link_to(p->n_nav > 0 && p->nav[0].href != NULL ? p->nav[0].href : "/pengawas"));
    ui_wordmark(r);
    html(r, "</a>\n");
    nav_row(r, p);
    if (p->person != NULL)
        account_menu(r, p);
    html(r, "</header>\n");
    scope_strip(r, p);
    html(r, "<main id=\"isi\">\n");
}

/* ---- bare ---- */

static void bare_head(struct req *r, const struct page *p)
{
    html(r, "<main id=\"isi\" class=\"wrap door\">\n<div class=\"stack\">\n<p>");
    ui_wordmark(r);
    html(r, "</p>\n");
    if (p->demo)
        html(r, "<p class=\"mute small\">%s</p>\n", T(r, "ui.demo"));
}

static void bare_foot(struct req *r, const struct page *p)
{
    if (p->other_lang == NULL && p->guide == NULL)
        return;
    html(r, "<footer class=\"foot row\">");
    language_link(r, p);
    guide_link(r, p);
    html(r, "</footer>\n");
}

/* ---- paper ---- */

static void letter(struct req *r, const struct page_letter *l, const char *office)
{
    crest(r, l->crest);
    html(r, "<div><b>%s</b>", l->name);
    if (office != NULL)
        html(r, "<br>%s", office);
    if (l->address != NULL)
        html(r, "<br><span class=\"small\">%s</span>", l->address);
    if (l->contact != NULL)
        html(r, "<br><span class=\"small\">%s</span>", l->contact);
    html(r, "</div></div>\n");
}

void page_letterhead(struct req *r, const struct page_letter *l, const char *office)
{
    html(r, "<div class=\"paper letter\">");
    letter(r, l, office);
}

void page_letter(struct req *r, const struct page_letter *l)
{
    html(r, "<div class=\"letter panel\">");
    letter(r, l, NULL);
}

/* ---- all ---- */

static const struct {
    const char *body;                                  /* class */
    void (*head)(struct req *r, const struct page *p); /* up to and with <main> */
    void (*foot)(struct req *r, const struct page *p);
} shells[] = {
    [SHELL_PUBLIC] = {"pub", public_head, public_foot},
    [SHELL_WORKSPACE] = {"kerja", workspace_head, quiet_foot},
    [SHELL_SUPERVISOR] = {"awas", supervisor_head, quiet_foot},
    [SHELL_BARE] = {"pub", bare_head, bare_foot},
};
_Static_assert(ARRAY_LEN(shells) == SHELL_COUNT, "a frame a shell");

static void acting(struct req *r, const struct page *p)
{
    for (size_t i = 0; i < p->n_acting; i++)
        ui_note(r, TONE_INFO, NULL, T2(r, "ui.acting", p->acting[i].name, say_day(r, p->acting[i].until)));
}

void page_begin(struct req *r, const struct page *p)
{
    head_element(r, p);
    html(r, "<body class=\"%s%s\">\n<a class=\"skip\" href=\"#isi\">%s</a>\n", shells[p->shell].body,
         p->landscape ? " lanskap" : "", T(r, "ui.skip"));
    shells[p->shell].head(r, p);
    if (p->gov != NULL && p->gov->letter != NULL)
        page_letterhead(r, p->gov->letter, NULL);
    acting(r, p);
    crumbs(r, p);
}

void page_end(struct req *r, const struct page *p)
{
    if (p->about != NULL) {
        ui_more_begin(r, T(r, "help.title"));
        html(r, "<p class=\"read\">%s", p->about);
        if (p->guide != NULL)
            html(r, " <a href=\"%s\">%s</a>", link_to(p->guide), T(r, "help.guide"));
        html(r, "</p>\n");
        ui_more_end(r);
    }
    if (p->shell == SHELL_BARE)
        html(r, "</div>\n");
    html(r, "</main>\n");
    shells[p->shell].foot(r, p);
    html(r, "</body>\n</html>\n");
}

void page_signers(struct req *r, const struct page_signer *v, size_t n)
{
    html(r, "<div class=\"paper sign\">");
    for (size_t i = 0; i < n; i++)
        html(r, "<div><p>%s</p><p>%s</p></div>", v[i].role, v[i].name);
    html(r, "</div>\n");
}
