/*
 * guide.c: the guide for users: a first page, and one for each kind of reader, for everybody and without logging in.
 *
 * The text is Indonesian; the frame around it speaks the reader's language and says so (docs/decisions/0013). Not for: the two
 * sentences of each page (engine/help.c), which lead here.
 */
#include "core/front/guide.h"

#include "base/text.h"
#include "engine/web.h"
#include "ui/assets.h"
#include "ui/lang.h"

/* clang-format off */
const struct guide guides[] = {
    {.name = "warga",    .title = "guide.citizen",    .hint = "guide.citizen-line"},
    {.name = "pegawai",  .title = "guide.staff",      .hint = "guide.staff-line"},
    {.name = "pengawas", .title = "guide.supervisor", .hint = "guide.supervisor-line"},
    {.name = "operator", .title = "guide.operator",   .hint = "guide.operator-line"},
};
/* clang-format on */
const size_t guides_n = ARRAY_LEN(guides);

int guide_read(struct arena *a, const char *name, struct markdown *ret, int *ret_line)
{
    const struct asset *file = asset_named(text_printf(a, "panduan/%s.md", name));

    *ret_line = 0;
    return file == NULL ? E_INPUT : markdown_read(a, file->content, ret, ret_line);
}

/* ---- parts of the page ---- */

static void begin(struct req *r, struct page *p, const char *line)
{
    web_page_begin(r, p);
    ui_head(r, p->title, line, NULL, 0);
    if (r->lang != LANG_ID)
        ui_note(r, TONE_INFO, NULL, T(r, "guide.in-indonesian"));
}

static void end(struct req *r, const struct page *p)
{
    page_end(r, p);
    if (r->actor == NULL)
        r->http->cache = HTTP_CACHE_PUBLIC;
}

static void show_contents(struct req *r, const struct markdown *md)
{
    html(r, "<nav class=\"screen stack\" aria-labelledby=\"daftar\">\n<h2 id=\"daftar\">%s</h2>\n<ul lang=\"id\">\n",
         T(r, "guide.contents"));
    markdown_contents(r, md);
    html(r, "</ul>\n</nav>\n");
}

/* The guides before and after this one. */
static void show_neighbours(struct req *r, const struct guide *g)
{
    html(r, "<nav class=\"acts gap\" aria-label=\"%s\">\n", T(r, "guide.others"));
    if (g > guides)
        ui_button(r, &(struct ui_button){.label = T1(r, "guide.before", T(r, g[-1].title)),
                                         .href = url(r, GUIDE_PATH "/%s", g[-1].name)});
    if (g + 1 < guides + guides_n)
        ui_button(r, &(struct ui_button){.label = T1(r, "guide.after", T(r, g[1].title)),
                                         .href = url(r, GUIDE_PATH "/%s", g[1].name)});
    html(r, "</nav>\n");
}

/* ---- pages ---- */

static const struct guide *guide_named(const char *name)
{
    size_t i;

    for (i = 0; i < guides_n; i++)
        if (text_eq(guides[i].name, name))
            return &guides[i];
    return NULL;
}

void guide_first_page(struct req *r)
{
    struct page p = {.shell = SHELL_PUBLIC, .title = T(r, "guide.title")};
    struct markdown md;
    size_t i;
    int line, e = guide_read(r->arena, "README", &md, &line);

    if (e < 0) {
        web_refuse(r, E_STORAGE);
        return;
    }
    begin(r, &p, T(r, "guide.line"));
    html(r, "<nav class=\"doors gap\" aria-label=\"%s\">\n", T(r, "guide.title"));
    for (i = 0; i < guides_n; i++)
        html(r, "<a href=\"%s\"><b>%s</b><span>%s</span></a>\n", url(r, GUIDE_PATH "/%s", guides[i].name),
             T(r, guides[i].title), T(r, guides[i].hint));
    html(r, "</nav>\n<div class=\"stack gap\" lang=\"id\">\n");
    markdown_show(r, &md, GUIDE_PATH);
    html(r, "</div>\n");
    end(r, &p);
}

void guide_page(struct req *r)
{
    const struct guide *g = guide_named(route_param(r, "panduan"));
    struct page p = {.shell = SHELL_PUBLIC};
    struct markdown md;
    int line, e;

    if (g == NULL) {
        r->http->status = 404;
        return;
    }
    e = guide_read(r->arena, g->name, &md, &line);
    if (e < 0) {
        web_refuse(r, E_STORAGE);
        return;
    }
    p.title = T(r, g->title);
    p.crumbs = (const struct crumb[]){{T(r, "guide.title"), GUIDE_PATH}, {p.title, NULL}};
    p.n_crumbs = 2;
    begin(r, &p, T(r, g->hint));
    html(r, "<div class=\"split left gap\">\n");
    show_contents(r, &md);
    html(r, "<div>\n<div class=\"stack\" lang=\"id\">\n");
    markdown_show(r, &md, GUIDE_PATH);
    html(r, "</div>\n");
    show_neighbours(r, g);
    html(r, "</div>\n</div>\n");
    end(r, &p);
}
