/*
 * notice_page.c: /akun/pemberitahuan: what one was told, the newest first, over all governments.
 *
 * Title and link are of the record as the reader may see it now; of one that the reader may not see any more the line says
 * nothing but that.
 */
#include "base/date.h"
#include "base/text.h"
#include "core/notice/notice.h"
#include "core/user/manage.h"
#include "core/user/user.h"
#include "engine/flow.h"
#include "engine/form.h"
#include "engine/list.h"
#include "engine/row.h"

#define PAGE 25
#define HERE "/akun/pemberitahuan"

/* ---- a line ---- */

struct line {
    const struct notice *n;
    const char *what;  /* a sentence */
    const char *title; /* of the record; NULL: it cannot be seen */
    const char *href;
    const char *place; /* government, NULL for none */
};

static const char *who_did(struct req *r, const struct cause *c)
{
    struct app_user u;

    if (c->by == 0 || row_get(r->db, r->arena, &app_user_entity, 0, c->by, &u) <= 0)
        return T(r, "notice.machine");
    return u.name != NULL ? u.name : u.login != NULL ? u.login : T(r, "detail.erased");
}

static const char *role_word(struct req *r, const struct cause *c)
{
    return T(r, text_printf(r->arena, "role.%s", c->word != NULL ? c->word : "system"));
}

/* "Berkas diperiksa", as the history of the record says it. */
static const char *step_word(struct req *r, const struct screen *s, const struct cause *c)
{
    const char *done = s->flow != NULL && c->word != NULL ? flow_word(r, s->flow, c->word, "-done") : NULL;

    return done != NULL ? done : T(r, "notice.changed");
}

static const char *say(struct req *r, const struct screen *s, const struct notice *n)
{
    const struct cause *c = &n->cause;

    if (text_eq(c->what, CAUSE_COMMENT))
        return T1(r, "notice.commented", who_did(r, c));
    if (text_eq(c->what, CAUSE_TODAY))
        return T(r, "notice.due-today");
    if (text_eq(c->what, CAUSE_SOON))
        return T1(r, "notice.due-soon", say_day(r, c->due));
    if (text_eq(c->what, CAUSE_LATE))
        return T1(r, "notice.is-late", say_day(r, c->due));
    if (text_eq(c->what, CAUSE_RAISED))
        return T2(r, "notice.raised", role_word(r, c), say_day(r, c->due));
    if (text_eq(c->what, CAUSE_CREATE))
        return T1(r, "notice.turn-new", who_did(r, c));
    return T2(r, n->kind == NOTICE_TURN ? "notice.turn-after" : "notice.decided", step_word(r, s, c), who_did(r, c));
}

static int fill(struct req *r, const struct notice *n, struct line *ret)
{
    const struct cause *c = &n->cause;
    const struct screen *s;
    void *row;
    int e;

    *ret = (struct line){.n = n, .what = T(r, "notice.unseen")};
    if (n->kind == NOTICE_SECURITY) {
        ret->what = T(r, "notice.account");
        ret->title = T(r, text_printf(r->arena, "notice.account-%s", c->word));
        ret->href = "/akun";
        return 0;
    }
    s = sight_screen(r->app, c->entity);
    e = s != NULL ? sight_row(r, s, c->gov, c->record, &row) : 0;
    if (e <= 0)
        return e;
    ret->title = row_title(r, s, row);
    ret->href = sight_path(r, s, c->gov, c->record);
    ret->what = say(r, s, n);
    ret->place = label_one(r, s->entity);
    return 0;
}

static void read_button(struct req *r, const struct notice *n)
{
    const struct ui_button b = {.label = T(r, "notice.mark"), .look = BUTTON_PLAIN};

    ui_form_begin(r, NULL, url(r, HERE "/%lld/dibaca", (long long)n->cause.id), FORM_POST);
    ui_button(r, &b);
    ui_form_end(r);
}

static void show(struct req *r, const struct line *l)
{
    const char *facts[3];
    struct ui_row_item item = {
        .title = l->title != NULL ? l->title : T(r, "notice.unseen-title"), .href = l->href, .facts = facts};

    facts[item.n_facts++] = l->what;
    if (l->place != NULL)
        facts[item.n_facts++] = l->place;
    facts[item.n_facts++] = say_moment(r, l->n->cause.at);
    ui_row_item_begin(r, &item);
    if (l->n->unread) {
        ui_tag(r, l->n->kind == NOTICE_LATE ? TONE_BAD : TONE_INFO, ICON_OF_TONE, T(r, "notice.new"));
        read_button(r, l->n);
    }
    ui_row_item_end(r);
}

/* ---- the page ---- */

static void show_lines(struct req *r, const struct line *v, size_t n)
{
    size_t i;

    ui_rows_begin(r);
    for (i = 0; i < n; i++)
        show(r, &v[i]);
    ui_rows_end(r);
}

static void show_head(struct req *r, const struct notice *v, size_t n, int64_t unread)
{
    const struct ui_button choose = {.label = T(r, "notice.choices"), .href = HERE "/pilihan"};
    const struct ui_button all = {.label = T(r, "notice.mark-all")};

    ui_head(r, T(r, "notice.title"),
            unread > 0 ? T1(r, unread < NOTICE_COUNTED ? "notice.unread" : "notice.unread-many", say_count(r, unread))
                       : T(r, "notice.unread-none"),
            &choose, 1);
    if (unread == 0 || n == 0)
        return;
    ui_form_begin(r, NULL, HERE "/dibaca", FORM_POST);
    ui_hidden(r, "sampai", text_printf(r->arena, "%lld", (long long)v[0].cause.id));
    ui_buttons(r, &all, 1);
    ui_form_end(r);
    html(r, "<div class=\"gap\"></div>\n");
}

static int64_t below_of(const struct req *r)
{
    const char *asked = http_query(r->http, "sebelum");
    int64_t id = 0;

    return asked != NULL && text_int(asked, 1, INT64_MAX, &id) == 0 ? id : 0;
}

void page_notices(struct req *r)
{
    const struct crumb crumbs[] = {{T(r, "account.title"), "/akun"}, {T(r, "notice.title"), NULL}};
    struct page p = {
        .shell = SHELL_WORKSPACE, .title = T(r, "notice.title"), .crumbs = crumbs, .n_crumbs = ARRAY_LEN(crumbs), .here = HERE};
    struct ui_pager pager = {.total = -1};
    int64_t below = below_of(r), unread = 0;
    struct notice *v;
    struct line *lines;
    size_t n = 0, i;
    int e = notices_read(r->db, r->arena, r->actor->user, below, PAGE + 1, &v, &n);

    if (e == 0)
        e = notices_unread(r->db, r->actor->user, &unread);
    lines = arena_array(r->arena, PAGE + 1, struct line);
    for (i = 0; i < n && i < PAGE && e == 0; i++)
        e = fill(r, &v[i], &lines[i]);
    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    web_page_begin(r, &p);
    show_head(r, v, n, unread);
    if (n == 0)
        state_empty(r, T(r, "notice.none"), T(r, "notice.none-text"), NULL);
    else
        show_lines(r, lines, i);
    if (n > PAGE)
        pager.next = url(r, HERE "?sebelum=%lld", (long long)v[PAGE - 1].cause.id);
    if (below > 0)
        pager.previous = HERE;
    if (pager.next != NULL || pager.previous != NULL)
        ui_pager(r, &pager);
    page_end(r, &p);
}

/* ---- reading ---- */

struct reading {
    int64_t person, id;
    bool all; /* up to that one */
};

static int mark(struct tx *tx, void *plan)
{
    const struct reading *x = plan;

    return x->all ? notices_read_up_to(tx, x->person, x->id) : notice_read(tx, x->person, x->id);
}

static void write_mark(struct req *r, int64_t id, bool all)
{
    struct reading *x = arena_new(r->arena, struct reading);

    *x = (struct reading){r->actor->user, id, all};
    web_write(r, mark, x, NULL, HERE);
}

void page_notice_read(struct req *r)
{
    if (route_id(r, "id") == 0)
        r->http->status = 404;
    else
        write_mark(r, route_id(r, "id"), false);
}

void page_notices_all_read(struct req *r)
{
    const char *typed = http_form(r->http, "sampai");
    int64_t id = 0;

    if (typed == NULL || text_int(typed, 1, INT64_MAX, &id) < 0)
        r->http->status = 400;
    else
        write_mark(r, id, true);
}

void notice_links(struct req *r)
{
    const struct ui_button v[] = {{.label = T(r, "notice.title"), .href = HERE},
                                  {.label = T(r, "notice.choices"), .href = HERE "/pilihan"},
                                  {.label = T(r, "feed.title"), .href = "/akun/kalender"}};

    ui_section_begin(r, "pemberitahuan", T(r, "notice.title"));
    ui_buttons(r, v, ARRAY_LEN(v));
    ui_section_end(r);
}
