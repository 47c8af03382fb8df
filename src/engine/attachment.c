/*
 * attachment.c: pages of attachments: their section, uploads, downloads, taking back.
 */
#include "base/text.h"
#include "engine/app.h"
#include "engine/attachment_part.h"
#include "engine/beside.h"
#include "engine/parser.h"
#include "engine/row.h"
#include "os/os.h"

#define PART       "#berkas"
#define FILES_MAX  10
#define NOTE_MAX   500
#define REASON_MAX 500
#define DAY_MS     INT64_C(86400000)

bool attachment_is_void(const struct attachment *x)
{
    return x->head.voided_at.v != INSTANT_NONE.v;
}

const char *attachment_path(struct req *r, const struct beside *b, const struct attachment *x, const char *act)
{
    return text_printf(r->arena, "%s/berkas/%lld%s", beside_path(r, b, ""), (long long)x->head.id, act);
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

    ui_row_begin(r, false);
    ui_cell_begin(r, t, 0);
    if (gone)
        html(r, "<s>%s</s>", x->name);
    else
        html(r, "<a href=\"%s\">%s</a>", link_to(attachment_path(r, b, x, "/lihat")), x->name);
    if (attachment_is_void(x))
        ui_sub(r, T(r, "attachment.taken-back"));
    else if (newer != NULL)
        ui_sub(r, T1(r, "attachment.replaced-by", say_count(r, newer->version)));
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

static void write_form(struct req *r, const struct beside *b, const struct attachment *v, size_t n, const char *error)
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

/* A limit that will be met soon; nothing before. */
static void write_near(struct req *r, const struct beside *b)
{
    struct quota q = {.gov = b->gov, .full = QUOTA_FREE};

    if (attachment_agency(r->db, r->arena, b->screen->entity, b->row, &q.agency) < 0 || attachment_near(r->db, &q) < 0)
        return; /* a notice, which may be missing */
    if (q.full != QUOTA_FREE)
        ui_note(r, TONE_WARN, NULL, quota_words(r, &q));
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
        write_near(r, &b);
        write_form(r, &b, v, n, NULL);
    }
    ui_section_end(r);
}

/* ---- uploads ---- */

struct adding {
    struct beside beside;
    struct attachment *there; /* of this record before */
    size_t n_there;
    struct attachment file[FILES_MAX];
    size_t n;
    int files_dir;
    struct quota quota;
};

static void form_again(struct req *r, struct adding *x, const char *error)
{
    struct ui_error errors = {.field = "berkas-baru", .text = error};
    struct page p = {.shell = SHELL_WORKSPACE, .title = T(r, "attachment.add"), .wrong = true};

    r->http->status = 422;
    web_page_begin(r, &p);
    ui_head(r, p.title, NULL, &(struct ui_button){.label = T(r, "ui.back"), .href = beside_path(r, &x->beside, PART)}, 1);
    ui_errors(r, &errors, 1);
    write_form(r, &x->beside, x->there, x->n_there, error);
    page_end(r, &p);
}

static size_t characters(const char *s)
{
    size_t n = 0;

    for (; *s != '\0'; s++)
        n += ((unsigned char)*s & 0xc0) != 0x80;
    return n;
}

/* The version that a new file takes the place of: NULL in *ret when none is named. E_INPUT for one that cannot be. */
static int take_previous(struct req *r, const struct adding *x, const struct attachment **ret)
{
    const char *typed = http_form(r->http, "gantikan");
    int64_t id;
    size_t i;

    *ret = NULL;
    if (text_empty(typed))
        return 0;
    if (text_int(typed, 1, INT64_MAX, &id) < 0)
        return E_INPUT;
    for (i = 0; i < x->n_there; i++)
        if (x->there[i].head.id == id && !attachment_is_void(&x->there[i]) &&
            attachment_newer(x->there, x->n_there, &x->there[i]) == NULL)
            *ret = &x->there[i];
    return *ret != NULL ? 0 : E_INPUT;
}

/* One file is looked at; NULL, or in words what is wrong with it. *ret_result is negative when nothing could be said. */
static const char *look(struct req *r, struct adding *x, const struct http_file *f, int *ret_result)
{
    struct attachment *a = &x->file[x->n];
    struct file_finding found;
    const char *declared = text_empty(f->type) ? NULL : f->type, *wrong;
    size_t i;
    int result;

    if (characters(f->filename) > ATTACHMENT_NAME_MAX)
        return T1(r, "attachment.name-long", arena_text_n(r->arena, f->filename, 40));
    result = parser_accept(r->app, f->fd, f->filename, declared, PURPOSE_DOCUMENT, &found);
    if (result == E_FORMAT || result == E_LIMIT) {
        wrong = found.fault == FILE_ARCHIVE ? unzip_fault_key(found.zip_fault) : file_fault_key(found.fault);
        return T2(r, "attachment.refused", f->filename, T(r, wrong));
    }
    if (result < 0) {
        *ret_result = result;
        return NULL;
    }
    *a = (struct attachment){.head = {.gov = x->beside.gov, .id = os_new_id()},
                             .record = x->beside.id,
                             .of_entity = x->beside.screen->entity->name,
                             .name = f->filename,
                             .media = filetype_row(found.type)->media,
                             .size = f->size,
                             .sha256 = hex_text(r->arena, f->sha256, sizeof f->sha256),
                             .version = 1,
                             .author = r->actor->user,
                             .author_name = r->actor->name};
    for (i = 0; i < x->n_there; i++)
        if (!attachment_is_void(&x->there[i]) && text_eq(x->there[i].sha256, a->sha256))
            return T2(r, "attachment.there", f->filename, x->there[i].name);
    for (i = 0; i < x->n; i++)
        if (text_eq(x->file[i].sha256, a->sha256))
            return T2(r, "attachment.there", f->filename, x->file[i].name);
    x->n++;
    return NULL;
}

/* What all files of this request share. */
static const char *look_at_all(struct req *r, struct adding *x, int *ret_result)
{
    const char *note = text_trim(r->arena, http_form(r->http, "keterangan") != NULL ? http_form(r->http, "keterangan") : "");
    const struct attachment *previous;
    const char *wrong = NULL;
    size_t i;

    if (r->http->n_files == 0)
        return T(r, "attachment.no-file");
    if (characters(note) > NOTE_MAX)
        return T(r, "attachment.note-long");
    if (take_previous(r, x, &previous) < 0 || (previous != NULL && r->http->n_files > 1))
        return T(r, "attachment.replaces-wrong");
    for (i = 0; i < r->http->n_files && i < FILES_MAX && wrong == NULL && *ret_result == 0; i++)
        wrong = look(r, x, &r->http->files[i], ret_result);
    for (i = 0; i < x->n; i++)
        x->file[i].note = *note != '\0' ? note : NULL;
    if (wrong == NULL && previous != NULL && x->n == 1) {
        x->file[0].previous.v = previous->head.id;
        x->file[0].version = previous->version + 1;
    }
    return wrong;
}

/* Midnight where the reader is. */
static instant today(const struct req *r)
{
    int64_t zone = (int64_t)r->zone_minutes * 60000, local = r->now.v + zone;

    return (instant){local - local % DAY_MS - zone};
}

static int check_quota(struct req *r, struct adding *x)
{
    size_t i;
    int result;

    x->quota = (struct quota){
        .gov = x->beside.gov, .user = r->actor->user, .since = today(r), .files = (int64_t)x->n, .full = QUOTA_FREE};
    result = attachment_agency(r->db, r->arena, x->beside.screen->entity, x->beside.row, &x->quota.agency);
    for (i = 0; i < x->n; i++) {
        x->quota.bytes += x->file[i].size;
        x->file[i].agency = x->quota.agency;
    }
    return result < 0 ? result : attachment_quota(r->db, &x->quota);
}

static void drop_all(struct req *r, struct adding *x)
{
    size_t i;

    for (i = 0; i < x->n; i++)
        if (x->file[i].file != NULL)
            (void)attachment_drop(x->files_dir, x->beside.gov, x->file[i].file, r->arena); /* or by the sweep */
}

static int add(struct tx *tx, void *plan)
{
    const struct adding *x = plan;
    int result = 0;
    size_t i;

    for (i = 0; i < x->n && result >= 0; i++) {
        struct attachment a = x->file[i];

        a.added_at = tx->now;
        result = attachment_add(tx, &a, &x->quota);
    }
    return result;
}

/* After E_BUSY it may be stored all the same (writer.h): those files are left to the sweep. */
static void added(struct req *r, void *plan, int result)
{
    struct adding *x = plan;

    if (result < 0 && result != E_BUSY)
        drop_all(r, x); /* also a second arrival of the same request: its rows name the first one's files */
    if (result == E_LIMIT && attachment_quota(r->db, &x->quota) == E_LIMIT) /* others were quicker */
        form_again(r, x, quota_words(r, &x->quota));
    else if (result >= 0 || result == E_AGAIN)
        web_redirect(r, beside_path(r, &x->beside, PART));
    else
        web_refuse(r, result);
}

void attachment_post(struct req *r)
{
    struct adding *x = arena_new(r->arena, struct adding);
    const char *wrong;
    int result = 0;
    size_t i;

    if (!beside_read(r, &x->beside))
        return;
    x->files_dir = r->app->files_dir;
    if (!x->beside.screen->attachments || x->files_dir < 0) {
        r->http->status = 404;
        return;
    }
    result = attachments_read(r->db, r->arena, x->beside.gov, x->beside.id, &x->there, &x->n_there);
    wrong = result < 0 ? NULL : look_at_all(r, x, &result);
    if (wrong == NULL && result == 0) {
        result = check_quota(r, x);
        wrong = result == E_LIMIT ? quota_words(r, &x->quota) : NULL;
    }
    if (wrong != NULL) {
        form_again(r, x, wrong);
        return;
    }
    for (i = 0; i < x->n && result >= 0; i++)
        result = attachment_keep(r->http, &r->http->files[i], x->files_dir, x->beside.gov, r->arena, &x->file[i].file);
    if (result < 0) {
        drop_all(r, x);
        web_refuse(r, result);
        return;
    }
    web_write(r, add, x, added, NULL);
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
    if (attachment_is_void(&x) || x.file == NULL || r->app->files_dir < 0) {
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
    if (*reason == '\0' || characters(reason) > REASON_MAX) {
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
