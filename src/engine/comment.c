/*
 * comment.c: comments beside a record: their section, writing, withdrawing.
 */
#include "base/text.h"
#include "engine/beside.h"
#include "engine/cause.h"
#include "engine/comment.h"
#include "engine/privacy.h"
#include "engine/row.h"

#define PART "#catatan"

/* clang-format off */
static const struct field comment_fields[] = {
    FIELD(struct comment, record, .flags = F_REQUIRED | F_FIXED),
    FIELD(struct comment, of_entity, .flags = F_REQUIRED | F_FIXED, .max = 60),
    FIELD(struct comment, body, .flags = F_REQUIRED | F_FIXED | F_LONG, .max = COMMENT_MAX),
    FIELD(struct comment, author, .flags = F_REQUIRED | F_FIXED),
    FIELD(struct comment, author_name, .flags = F_REQUIRED | F_FIXED, .max = 200, .privacy = &privacy_author),
    FIELD(struct comment, written_at, .flags = F_REQUIRED | F_FIXED),
};
const struct entity comment_entity =
    ENTITY(struct comment, comment, comment_fields, .parent = "record", .ledger = LEDGER_SEALED);
/* clang-format on */

int comments_read(struct db *db, struct arena *a, int64_t gov, int64_t record, struct comment **ret, size_t *ret_n)
{
    return row_children(db, a, &comment_entity, gov, record, 0, COMMENTS_SHOWN, (void **)ret, ret_n);
}

/* ---- the section ---- */

/* Line ends are the author's. */
static void write_body(struct req *r, const char *body)
{
    while (*body != '\0') {
        size_t n = strcspn(body, "\n");

        html(r, "<br>%s", arena_text_n(r->arena, body, n));
        body += n;
        body += *body == '\n';
    }
}

static void write_comment(struct req *r, const struct beside *b, const struct comment *c)
{
    bool withdrawn = c->head.voided_at.v != INSTANT_NONE.v;

    html(r, "<div class=\"small\"><p><b>%s</b> <span class=\"mute\">%s</span>", c->author_name, say_moment(r, c->written_at));
    if (withdrawn)
        html(r, "<br><span class=\"mute\">%s</span></p></div>\n", T(r, "comment.withdrawn"));
    else
        write_body(r, c->body);
    if (withdrawn)
        return;
    html(r, "</p>\n");
    if (r->actor != NULL && r->actor->user == c->author && beside_may(r, b, "comment")) {
        ui_form_begin(r, NULL, text_printf(r->arena, "%s/catatan/%lld/tarik", beside_path(r, b, ""), (long long)c->head.id),
                      FORM_POST);
        web_once(r);
        ui_button(r, &(struct ui_button){.label = T(r, "comment.withdraw"), .look = BUTTON_PLAIN});
        ui_form_end(r);
    }
    html(r, "</div>\n");
}

static void write_form(struct req *r, const struct beside *b, const char *typed, const char *error)
{
    ui_form_begin(r, NULL, text_printf(r->arena, "%s/catatan", beside_path(r, b, "")), FORM_POST);
    web_once(r);
    ui_field(r, &(struct ui_field){.type = CONTROL_LONG,
                                   .name = "isi",
                                   .label = T(r, "comment.new"),
                                   .hint = T(r, "comment.hint"),
                                   .value = typed,
                                   .error = error,
                                   .maxlength = COMMENT_MAX});
    ui_button(r, &(struct ui_button){.label = T(r, "comment.save")});
    ui_form_end(r);
}

void comments_section(struct req *r, const struct screen *screen, const void *row)
{
    struct beside b = beside_of(screen, row);
    struct comment *v;
    size_t n, i;

    if (!screen->comments)
        return;
    ui_section_begin(r, "catatan", T(r, "comment.title"));
    if (comments_read(r->db, r->arena, b.gov, b.id, &v, &n) < 0)
        html(r, "<p class=\"mute\">%s</p>\n", T(r, "comment.unread"));
    else if (n == 0)
        html(r, "<p class=\"mute\">%s</p>\n", T(r, "comment.none"));
    else
        for (i = 0; i < n; i++)
            write_comment(r, &b, &v[i]);
    if (beside_may(r, &b, "comment"))
        write_form(r, &b, NULL, NULL);
    ui_section_end(r);
}

/* ---- writing ---- */

static void form_again(struct req *r, const struct beside *b, const char *typed, const char *error)
{
    struct ui_error errors = {.field = "isi", .text = error};
    struct page p = {.shell = SHELL_WORKSPACE, .title = T(r, "comment.title"), .wrong = true};

    r->http->status = 422;
    web_page_begin(r, &p);
    ui_head(r, p.title, NULL, &(struct ui_button){.label = T(r, "ui.back"), .href = beside_path(r, b, PART)}, 1);
    ui_errors(r, &errors, 1);
    write_form(r, b, typed, error);
    page_end(r, &p);
}

static size_t characters(const char *s)
{
    size_t n = 0;

    for (; *s != '\0'; s++)
        n += ((unsigned char)*s & 0xc0) != 0x80;
    return n;
}

static int add(struct tx *tx, void *plan)
{
    struct record head;
    struct comment c = *(struct comment *)plan;

    const struct cause told = {
        .gov = c.head.gov, .record = c.record, .entity = c.of_entity, .what = CAUSE_COMMENT, .due = DATE_NONE};
    int e;

    c.written_at = tx->now;
    e = row_insert(tx, &comment_entity, &c, &head);
    return e < 0 ? e : cause_add(tx, &told);
}

void comment_post(struct req *r)
{
    const char *typed = http_form(r->http, "isi");
    struct comment *c = arena_new(r->arena, struct comment);
    struct beside b;

    if (!beside_read(r, &b))
        return;
    if (!b.screen->comments) {
        r->http->status = 404;
        return;
    }
    typed = text_trim(r->arena, typed != NULL ? typed : "");
    if (*typed == '\0' || characters(typed) > COMMENT_MAX) {
        form_again(r, &b, typed, T(r, *typed == '\0' ? "comment.empty" : "comment.long"));
        return;
    }
    *c = (struct comment){.head = {.gov = b.gov},
                          .record = b.id,
                          .of_entity = b.screen->entity->name,
                          .body = typed,
                          .author = r->actor->user,
                          .author_name = r->actor->name};
    web_write(r, add, c, NULL, beside_path(r, &b, PART));
}

static int withdraw(struct tx *tx, void *plan)
{
    struct record head;

    return row_void(tx, &comment_entity, plan, &head);
}

void comment_withdraw_post(struct req *r)
{
    struct comment *c = arena_new(r->arena, struct comment);
    struct beside b;
    int found;

    if (!beside_read(r, &b))
        return;
    found = row_child(r->db, r->arena, &comment_entity, b.gov, b.id, route_id(r, "catatan"), c);
    if (found < 0)
        web_refuse(r, found);
    else if (found == 0)
        r->http->status = 404;
    else if (c->author != r->actor->user)
        web_refuse(r, fail(r, E_PERMIT, "comment.not-own"));
    else if (c->head.voided_at.v != INSTANT_NONE.v)
        web_redirect(r, beside_path(r, &b, PART));
    else
        web_write(r, withdraw, c, NULL, beside_path(r, &b, PART));
}
