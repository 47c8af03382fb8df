/*
 * attachment.c: pages of attachments: their section, downloads, taking back.
 */
#include "base/text.h"
#include "engine/app.h"
#include "engine/attachment_part.h"
#include "engine/beside.h"
#include "engine/row.h"
#include "os/os.h"

#define PART       "#berkas"
#define NOTE_MAX   500
#define REASON_MAX 500

bool attachment_is_void(const struct attachment *x)
{
    return x->head.voided_at.v != INSTANT_NONE.v;
}

const char *attachment_locked(struct req *r, const struct attachment *x)
{
    if (text_eq(x->scan.v, SCANNED_FOUND))
        return T(r, "scan.found");
    if (text_eq(x->scan.v, SCANNED_WAITING) && r->app->scan != NULL)
        return T(r, "scan.waiting");
    return NULL;
}

const char *attachment_path(struct req *r, const struct beside *b, const struct attachment *x, const char *act)
{
    return text_printf(r->arena, "%s/berkas/%lld%s", beside_path(r, b, ""), (long long)x->head.id, act);
}

size_t attachment_letters(const char *s)
{
    size_t n = 0;

    for (; *s != '\0'; s++)
        n += ((unsigned char)*s & 0xc0) != 0x80;
    return n;
}

/* ---- the section ---- */

void attachment_write_same(struct req *r, const struct attachment *x)
{
    struct attachment_place places[3];
    size_t n = 0, i;

    if (attachment_same(r->db, r->arena, x, places, &n) < 0)
        return; /* a notice, which may be missing */
    for (i = 0; i < n; i++) {
        const struct screen *s = NULL;
        struct beside there;
        size_t m, k;
        void *row;

        for (m = 0; m < r->app->n_modules; m++)
            for (k = 0; k < r->app->modules[m]->n_screens; k++)
                if (text_eq(r->app->modules[m]->screens[k]->entity->name, places[i].of_entity))
                    s = r->app->modules[m]->screens[k];
        row = s != NULL ? arena_alloc(r->arena, s->entity->size) : NULL;
        if (row == NULL || row_get(r->db, r->arena, s->entity, x->head.gov, places[i].record, row) <= 0)
            continue;
        there = beside_of(s, row);
        if (!beside_may(r, &there, "read"))
            continue;
        html(r, "<p class=\"small mute\">%s <a href=\"%s\">%s</a></p>", T(r, "attachment.same"),
             link_to(beside_path(r, &there, PART)), label_one(r, s->entity));
    }
}

const struct attachment *attachment_newer(const struct attachment *v, size_t n, const struct attachment *x)
{
    size_t i;

    for (i = 0; i < n; i++)
        if (v[i].previous.v == x->head.id && !attachment_is_void(&v[i]))
            return &v[i];
    return NULL;
}

static void write_void_form(struct req *r, const struct beside *b, const struct attachment *x)
{
    ui_more_begin(r, T(r, "attachment.take-back"));
    ui_form_begin(r, NULL, attachment_path(r, b, x, "/batal"), FORM_POST);
    web_once(r);
    ui_field(r, &(struct ui_field){.type = CONTROL_TEXT,
                                   .name = "alasan",
                                   .id = text_printf(r->arena, "alasan-%lld", (long long)x->head.id),
                                   .label = T(r, "attachment.reason"),
                                   .maxlength = REASON_MAX});
    ui_button(r, &(struct ui_button){.label = T(r, "attachment.take-back-do"),
                                     .look = BUTTON_BAD,
                                     .sr = text_printf(r->arena, " %s", x->name)});
    ui_form_end(r);
    ui_more_end(r);
}

static void write_file(struct req *r, const struct ui_table *t, const struct beside *b, const struct attachment *v, size_t n,
                       const struct attachment *x)
{
    const struct attachment *newer = attachment_newer(v, n, x);
    bool gone = attachment_is_void(x) || x->file == NULL;
    const char *locked = attachment_locked(r, x);

    ui_row_begin(r, false);
    ui_cell_begin(r, t, 0);
    if (gone)
        html(r, "<s>%s</s>", x->name);
    else if (locked != NULL)
        html(r, "%s", x->name);
    else
        html(r, "<a href=\"%s\">%s</a>", link_to(attachment_path(r, b, x, "/lihat")), x->name);
    if (attachment_is_void(x))
        ui_sub(r, T(r, "attachment.taken-back"));
    else if (newer != NULL)
        ui_sub(r, T1(r, "attachment.replaced-by", say_count(r, newer->version)));
    if (!gone && locked != NULL)
        ui_sub(r, locked);
    if (x->note != NULL)
        ui_sub(r, x->note);
    if (!gone)
        attachment_write_same(r, x);
    if (!gone && beside_may(r, b, "edit"))
        write_void_form(r, b, x);
    ui_cell_end(r, t, 0);
    ui_cell(r, t, 1, say_count(r, x->version));
    ui_cell(r, t, 2, say_size(r, x->size));
    ui_cell_begin(r, t, 3);
    html(r, "<code>%s</code>", arena_text_n(r->arena, x->sha256, 12));
    ui_cell_end(r, t, 3);
    ui_cell_begin(r, t, 4);
    html(r, "%s", x->author_name);
    ui_sub(r, say_moment(r, x->added_at));
    ui_cell_end(r, t, 4);
    ui_row_end(r);
}

static void write_table(struct req *r, const struct beside *b, const struct attachment *v, size_t n)
{
    const struct ui_column columns[] = {
        {.label = T(r, "attachment.name"), .head = true},
        {.label = T(r, "attachment.version"), .num = true},
        {.label = T(r, "attachment.size"), .num = true},
        {.label = T(r, "attachment.sha256")},
        {.label = T(r, "attachment.added")},
    };
    const struct ui_table t = {.caption = T(r, "attachment.title"), .columns = columns, .n = ARRAY_LEN(columns), .fold = true};
    size_t i;

    ui_table_begin(r, &t);
    for (i = 0; i < n; i++)
        write_file(r, &t, b, v, n, &v[i]);
    ui_table_end(r, &t);
}

/* ".jpg,.jpeg,.png,...": what the browser offers first; the server decides by content. */
static const char *accepted(struct req *r)
{
    uint32_t types = file_purpose_types(PURPOSE_DOCUMENT);
    struct buf b;
    int t;

    buf_init(&b, r->arena, KB);
    for (t = 0; t < FILE_TYPE_COUNT; t++) {
        const char *ends = filetype_row((enum filetype)t)->extensions;

        while ((types & FILE_BIT(t)) != 0 && *ends != '\0') {
            size_t k = strcspn(ends, " ");

            buf_printf(&b, "%s.%.*s", b.n > 0 ? "," : "", (int)k, ends);
            ends += k;
            ends += strspn(ends, " ");
        }
    }
    return b.s;
}

void attachment_write_form(struct req *r, const struct beside *b, const struct attachment *v, size_t n, const char *error)
{
    struct ui_choice *olds = arena_array(r->arena, n + 1, struct ui_choice);
    size_t i, k = 0;

    for (i = 0; i < n; i++)
        if (!attachment_is_void(&v[i]) && attachment_newer(v, n, &v[i]) == NULL)
            olds[k++] = (struct ui_choice){.value = text_printf(r->arena, "%lld", (long long)v[i].head.id), .label = v[i].name};
    ui_form_begin(r, NULL, text_printf(r->arena, "%s/berkas", beside_path(r, b, "")), FORM_FILES);
    web_once(r);
    ui_field(r, &(struct ui_field){.type = CONTROL_FILE,
                                   .name = ATTACHMENT_FIELD,
                                   .id = "berkas-baru",
                                   .label = T(r, "attachment.add"),
                                   .hint = T(r, "attachment.add-hint"),
                                   .error = error,
                                   .accept = accepted(r),
                                   .multiple = true});
    ui_field(r, &(struct ui_field){.type = CONTROL_TEXT,
                                   .name = "keterangan",
                                   .label = T(r, "attachment.note"),
                                   .value = http_form(r->http, "keterangan"),
                                   .maxlength = NOTE_MAX,
                                   .optional = true});
    if (k > 0)
        ui_field(r, &(struct ui_field){.type = CONTROL_SELECT,
                                       .name = "gantikan",
                                       .label = T(r, "attachment.replaces"),
                                       .choose = T(r, "attachment.replaces-none"),
                                       .options = olds,
                                       .n_options = k,
                                       .value = http_form(r->http, "gantikan"),
                                       .optional = true});
    ui_button(r, &(struct ui_button){.label = T(r, "attachment.send"), .icon = ICON_UPLOAD});
    ui_form_end(r);
}

/* What is used of which room; a warning when it will soon be full. */
static void write_room(struct req *r, const struct beside *b)
{
    struct quota q = {.gov = b->gov, .day = instant_date(r->now, r->zone_minutes), .full = QUOTA_FREE};

    if (attachment_agency(r->db, r->arena, b->screen->entity, b->row, &q.agency) < 0 || attachment_use(r->db, &q) < 0)
        return; /* a notice, which may be missing */
    if (q.full != QUOTA_FREE)
        ui_note(r, TONE_WARN, NULL, quota_words(r, &q));
    else
        html(r, "<p class=\"small mute\">%s</p>\n", quota_words(r, &q));
}

void attachments_section(struct req *r, const struct screen *screen, const void *row)
{
    struct beside b = beside_of(screen, row);
    struct attachment *v = NULL;
    size_t n = 0;

    if (!screen->attachments)
        return;
    ui_section_begin(r, "berkas", T(r, "attachment.title"));
    if (attachments_read(r->db, r->arena, b.gov, b.id, &v, &n) < 0)
        html(r, "<p class=\"mute\">%s</p>\n", T(r, "attachment.unread"));
    else if (n == 0)
        html(r, "<p class=\"mute\">%s</p>\n", T(r, "attachment.none"));
    else
        write_table(r, &b, v, n);
    if (beside_may(r, &b, "edit")) {
        write_room(r, &b);
        attachment_write_form(r, &b, v, n, NULL);
    }
    ui_section_end(r);
}

/* ---- one file ---- */

bool attachment_of_route(struct req *r, struct beside *b, struct attachment *ret)
{
    int found;

    if (!beside_read(r, b))
        return false;
    found = row_child(r->db, r->arena, &attachment_entity, b->gov, b->id, route_id(r, "berkas"), ret);
    if (found < 0)
        web_refuse(r, found);
    else if (found == 0)
        r->http->status = 404;
    return found > 0;
}

/* RFC 6266: a plain name for old programs, the real one beside it. */
static const char *disposition(struct req *r, const char *name)
{
    char *plain = arena_text(r->arena, name), *c;

    for (c = plain; *c != '\0'; c++)
        if ((unsigned char)*c < 0x20 || (unsigned char)*c > 0x7e || strchr("\"\\%;", *c) != NULL)
            *c = '_';
    return text_printf(r->arena, "attachment; filename=\"%s\"; filename*=UTF-8''%s", plain, url_encode(r->arena, name));
}

void attachment_page(struct req *r)
{
    struct attachment x;
    struct beside b;
    int fd;

    if (!attachment_of_route(r, &b, &x))
        return;
    if (attachment_is_void(&x) || x.file == NULL || attachment_locked(r, &x) != NULL || r->app->files_dir < 0) {
        r->http->status = 404;
        return;
    }
    fd = attachment_open(r->app->files_dir, b.gov, x.file, x.size, r->arena);
    if (fd < 0) {
        web_refuse(r, fd);
        return;
    }
    r->http->file_fd = fd;
    r->http->file_size = x.size;
    r->http->type = x.media;
    r->http->csp = "default-src 'none'; sandbox";
    http_answer_header(r->http, "Content-Disposition", disposition(r, x.name));
}

static int take_back(struct tx *tx, void *plan)
{
    struct record head;

    return row_void(tx, &attachment_entity, plan, &head);
}

void attachment_void_post(struct req *r)
{
    const char *reason = http_form(r->http, "alasan");
    struct attachment *x = arena_new(r->arena, struct attachment);
    struct beside b;

    if (!attachment_of_route(r, &b, x))
        return;
    reason = text_trim(r->arena, reason != NULL ? reason : "");
    if (*reason == '\0' || attachment_letters(reason) > REASON_MAX) {
        web_refuse(r, fail(r, E_INPUT, "attachment.reason-needed"));
        return;
    }
    if (attachment_is_void(x)) {
        web_redirect(r, beside_path(r, &b, PART));
        return;
    }
    web_mark(r)->remark = reason;
    web_write(r, take_back, x, NULL, beside_path(r, &b, PART));
}
