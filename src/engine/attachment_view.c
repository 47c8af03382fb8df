/*
 * attachment_view.c: one file on a page of its own: what is in it, drawn by the painter, and what is known about it.
 *
 * The page waits for the painter with its connection parked; the picture on it is then at hand. What cannot be drawn is said,
 * and the file is offered as it is. Not for: the bytes themselves (attachment.c).
 */
#include "base/text.h"
#include "engine/app.h"
#include "engine/attachment_part.h"
#include "engine/preview.h"
#include "os/os.h"

#define PAGE_FIELD "hal"

/* clang-format off */
static const char *const paint_words[] = {
    [PAINT_GOOD] = NULL, [PAINT_BROKEN] = "preview.broken", [PAINT_LOCKED] = "preview.locked", [PAINT_LARGE] = "preview.large",
    [PAINT_PAGE] = "preview.no-page", [PAINT_AWAY] = "preview.away", [PAINT_BUSY] = "preview.busy",
};
/* clang-format on */
_Static_assert(ARRAY_LEN(paint_words) == PAINT_FAULT_COUNT, "words for each");

struct viewing {
    struct beside beside;
    struct attachment file;
    enum filetype type;
    int page;
    struct picture picture;
    struct req *r;
    struct parked *parked;
    void (*answer)(struct req *r, void *viewing);
};

static enum filetype type_of(const struct attachment *x)
{
    int t;

    for (t = 0; t < FILE_TYPE_COUNT; t++)
        if (text_eq(filetype_row((enum filetype)t)->media, x->media))
            return (enum filetype)t;
    return FILE_UNKNOWN;
}

/* ---- the picture ---- */

/* On a thread of the painter's, while the request is parked and nobody else's. */
static void drawn(void *arg, const struct picture *picture)
{
    struct viewing *v = arg;

    v->picture = *picture;
    v->picture.content = arena_bytes(v->r->arena, picture->content.p, picture->content.n);
    web_wake(v->parked);
}

/* Asks the painter, and answers when it has been; at once for what is kept or cannot be drawn. */
static void draw(struct req *r, struct viewing *v)
{
    struct preview *p = r->app->preview;
    int fd;

    v->picture.fault = p == NULL ? PAINT_AWAY : PAINT_GOOD;
    if (p == NULL || preview_kept(p, v->file.sha256, v->page, r->arena, &v->picture)) {
        v->answer(r, v);
        return;
    }
    fd = attachment_open(r->app->files_dir, v->beside.gov, v->file.file, v->file.size, r->arena);
    if (fd < 0) {
        web_refuse(r, fd);
        return;
    }
    v->r = r;
    v->parked = web_park(r, v->answer, v);
    if (preview_ask(p, fd, v->type, v->file.sha256, v->page, drawn, v) < 0)
        drawn(v, &(struct picture){.fault = PAINT_BUSY});
}

/* The file of the route, when it can still be had; NULL when the request has been answered. */
static struct viewing *viewing_of(struct req *r, const char *page)
{
    struct viewing *v = arena_new(r->arena, struct viewing);
    int64_t n = 1;

    if (!attachment_of_route(r, &v->beside, &v->file))
        return NULL;
    if (attachment_is_void(&v->file) || v->file.file == NULL || attachment_locked(r, &v->file) != NULL ||
        r->app->files_dir < 0 || (page != NULL && text_int(page, 1, 100000, &n) < 0)) {
        r->http->status = 404;
        return NULL;
    }
    v->type = type_of(&v->file);
    v->page = (int)n;
    return v;
}

static void answer_picture(struct req *r, void *arg)
{
    const struct viewing *v = arg;
    const struct picture *p = &v->picture;

    if (p->fault != PAINT_GOOD) {
        r->http->status = p->fault == PAINT_BUSY || p->fault == PAINT_AWAY ? 503 : 404;
        return;
    }
    r->http->status = 200;
    r->http->type = p->jpeg ? "image/jpeg" : "image/png";
    r->http->csp = "default-src 'none'; sandbox";
    buf_add_n(&r->http->out, p->content.p, p->content.n);
}

void attachment_picture_page(struct req *r)
{
    struct viewing *v = viewing_of(r, route_param(r, "halaman"));

    if (v == NULL)
        return;
    if (!paint_knows(v->type)) {
        r->http->status = 404;
        return;
    }
    v->answer = answer_picture;
    draw(r, v);
}

/* ---- the page ---- */

static const char *page_path(struct req *r, const struct viewing *v, int page)
{
    const char *path = attachment_path(r, &v->beside, &v->file, "/lihat");

    return page == 1 ? path : text_printf(r->arena, "%s?" PAGE_FIELD "=%d", path, page);
}

static const char *download_label(struct req *r, const struct viewing *v)
{
    return T1(r, "preview.download", say_size(r, v->file.size));
}

/* Pages of a PDF as links: back, where one is, on. */
static void write_leaves(struct req *r, const struct viewing *v)
{
    const int32_t pages = v->picture.pages, last = pages < PAINT_PAGES ? pages : PAINT_PAGES;

    if (pages < 2)
        return;
    html(r, "<nav class=\"pager\" aria-label=\"%s\">", T(r, "preview.pages"));
    if (v->page > 1)
        html(r, "<a class=\"btn\" rel=\"prev\" href=\"%s\">%s</a>", link_to(page_path(r, v, v->page - 1)),
             T(r, "preview.previous"));
    html(r, "<span>%s</span>", T2(r, "preview.page-of", say_count(r, v->page), say_count(r, pages)));
    if (v->page < last)
        html(r, "<a class=\"btn\" rel=\"next\" href=\"%s\">%s</a>", link_to(page_path(r, v, v->page + 1)),
             T(r, "preview.next"));
    html(r, "</nav>\n");
    if (pages > PAINT_PAGES && v->page == last)
        html(r, "<p class=\"small mute\">%s</p>\n", T1(r, "preview.first-only", say_count(r, PAINT_PAGES)));
}

static const char *in_words(struct req *r, const struct viewing *v)
{
    if (v->type == FILE_PDF)
        return T2(r, "preview.alt-page", say_count(r, v->page), v->file.name);
    return T1(r, "preview.alt-picture", v->file.name);
}

static void write_picture(struct req *r, const struct viewing *v)
{
    const struct picture *p = &v->picture;

    write_leaves(r, v);
    html(r, "<figure class=\"preview\"><img src=\"%s\" width=\"%d\" height=\"%d\" alt=\"%s\"></figure>\n",
         link_to(attachment_path(r, &v->beside, &v->file, text_printf(r->arena, "/gambar/%d", v->page))), p->width, p->height,
         in_words(r, v));
    html(r, "<p class=\"small mute\">%s</p>\n", T(r, v->type == FILE_PDF ? "preview.about-page" : "preview.about-picture"));
}

static void write_content(struct req *r, const struct viewing *v)
{
    const struct ui_button download = {
        .label = download_label(r, v), .href = attachment_path(r, &v->beside, &v->file, ""), .icon = ICON_DOWNLOAD};

    if (!paint_knows(v->type))
        ui_note(r, TONE_INFO, NULL, T(r, "preview.no-kind"));
    else if (v->picture.fault != PAINT_GOOD)
        ui_note(r, v->picture.fault == PAINT_BUSY ? TONE_INFO : TONE_WARN, NULL, T(r, paint_words[v->picture.fault]));
    else
        write_picture(r, v);
    if (!paint_knows(v->type) || v->picture.fault != PAINT_GOOD)
        ui_buttons(r, &download, 1);
}

static void write_facts(struct req *r, const struct viewing *v)
{
    const struct attachment *x = &v->file;

    ui_panel_begin(r, T(r, "preview.about"));
    ui_facts_begin(r, false);
    ui_fact(r, T(r, "attachment.version"), say_count(r, x->version));
    ui_fact(r, T(r, "attachment.size"), say_size(r, x->size));
    ui_fact(r, T(r, "preview.by"), x->author_name);
    ui_fact(r, T(r, "attachment.added"), say_moment(r, x->added_at));
    if (x->note != NULL)
        ui_fact(r, T(r, "attachment.note"), x->note);
    ui_fact_begin(r, T(r, "preview.sha256"));
    html(r, "<code>%s</code>", x->sha256);
    ui_fact_end(r);
    if (text_eq(x->scan.v, SCANNED_CLEAN))
        ui_fact(r, T(r, "scan.title"), T(r, "scan.clean"));
    ui_facts_end(r);
    attachment_write_same(r, x);
    ui_panel_end(r);
}

static const struct attachment *with_id(const struct attachment *v, size_t n, int64_t id)
{
    size_t i;

    for (i = 0; i < n; i++)
        if (v[i].head.id == id)
            return &v[i];
    return NULL;
}

static void write_version(struct req *r, const struct viewing *v, const struct attachment *x)
{
    const char *label = T1(r, "preview.version", say_count(r, x->version)), *when = say_moment(r, x->added_at);

    html(r, "<li>");
    if (x->head.id == v->file.head.id)
        html(r, "<b aria-current=\"page\">%s</b>", label);
    else if (attachment_is_void(x) || x->file == NULL || attachment_locked(r, x) != NULL)
        html(r, "<s>%s</s>", label);
    else
        html(r, "<a href=\"%s\">%s</a>", link_to(attachment_path(r, &v->beside, x, "/lihat")), label);
    html(r, " <span class=\"small mute\">%s, %s</span></li>\n", x->author_name, when);
}

/* All versions of this one file, the newest first. */
static void write_versions(struct req *r, const struct viewing *v, const struct attachment *all, size_t n)
{
    const struct attachment *x = with_id(all, n, v->file.head.id), *newer;
    size_t i;

    for (i = 0; x != NULL && i < n && (newer = attachment_newer(all, n, x)) != NULL; i++)
        x = newer;
    if (x == NULL || (x->head.id == v->file.head.id && x->previous.v == 0))
        return;
    ui_panel_begin(r, T(r, "preview.versions"));
    html(r, "<ul class=\"rows\">\n");
    for (i = 0; x != NULL && i < n; i++, x = with_id(all, n, x->previous.v))
        write_version(r, v, x);
    html(r, "</ul>\n");
    ui_panel_end(r);
}

/* The files beside it, in the order of the record's page. */
static void write_neighbours(struct req *r, const struct viewing *v, const struct attachment *all, size_t n)
{
    const struct attachment *before = NULL, *after = NULL;
    bool met = false;
    size_t i;

    for (i = 0; i < n; i++) {
        if (all[i].head.id == v->file.head.id)
            met = true;
        else if (!attachment_is_void(&all[i]) && all[i].file != NULL && !met)
            before = &all[i];
        else if (!attachment_is_void(&all[i]) && all[i].file != NULL && after == NULL)
            after = &all[i];
    }
    if (before == NULL && after == NULL)
        return;
    ui_panel_begin(r, T(r, "preview.others"));
    html(r, "<ul class=\"rows\">\n");
    if (before != NULL)
        html(r, "<li><a rel=\"prev\" href=\"%s\">%s</a></li>\n", link_to(attachment_path(r, &v->beside, before, "/lihat")),
             before->name);
    if (after != NULL)
        html(r, "<li><a rel=\"next\" href=\"%s\">%s</a></li>\n", link_to(attachment_path(r, &v->beside, after, "/lihat")),
             after->name);
    html(r, "</ul>\n");
    ui_panel_end(r);
}

static void answer_page(struct req *r, void *arg)
{
    struct viewing *v = arg;
    struct page p = {.shell = SHELL_WORKSPACE, .title = v->file.name};
    const struct ui_button buttons[] = {
        {.label = T(r, "ui.back"), .href = beside_path(r, &v->beside, "#berkas")},
        {.label = download_label(r, v), .href = attachment_path(r, &v->beside, &v->file, ""), .icon = ICON_DOWNLOAD},
    };
    struct attachment *all = NULL;
    size_t n = 0;

    r->http->status = v->picture.fault == PAINT_PAGE ? 404 : 200;
    web_page_begin(r, &p);
    ui_head(r, p.title, label_one(r, v->beside.screen->entity), buttons, ARRAY_LEN(buttons));
    if (attachments_read(r->db, r->arena, v->beside.gov, v->beside.id, &all, &n) < 0)
        n = 0; /* the panels about other files, which may be missing */
    if (with_id(all, n, v->file.head.id) != NULL && attachment_newer(all, n, &v->file) != NULL)
        ui_note(r, TONE_INFO, NULL, T(r, "preview.old"));
    ui_split_begin(r);
    write_content(r, v);
    ui_split_aside(r);
    write_facts(r, v);
    write_versions(r, v, all, n);
    write_neighbours(r, v, all, n);
    ui_split_end(r);
    page_end(r, &p);
}

void attachment_view_page(struct req *r)
{
    struct viewing *v = viewing_of(r, http_query(r->http, PAGE_FIELD));

    if (v == NULL)
        return;
    v->answer = answer_page;
    if (paint_knows(v->type))
        draw(r, v);
    else
        answer_page(r, v);
}
