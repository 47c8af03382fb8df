/*
 * attachment_upload.c: files that come in: looked at, counted, scanned where there is a scanner, kept, written down.
 *
 * Not for: what a file is (filetype.h), talking to the scanner (scan.h).
 */
#include "base/log.h"
#include "base/text.h"
#include "engine/app.h"
#include "engine/attachment_part.h"
#include "engine/parser.h"
#include "engine/refusal.h"
#include "engine/row.h"
#include "os/os.h"

#define PART      "#berkas"
#define FILES_MAX 10
#define NOTE_MAX  500
#define DAY_MS    INT64_C(86400000)

struct adding {
    struct beside beside;
    struct attachment *there; /* of this record before */
    size_t n_there;
    struct attachment file[FILES_MAX];
    size_t n;
    int files_dir;
    struct quota quota;
    struct scan_question scan[FILES_MAX];
    struct parked *parked;
    const char *error; /* of the form that is shown again */
};

static void form_again(struct req *r, struct adding *x, const char *error)
{
    struct ui_error errors = {.field = "berkas-baru", .text = error};
    struct page p = {.shell = SHELL_WORKSPACE, .title = T(r, "attachment.add"), .wrong = true};

    r->http->status = 422;
    web_page_begin(r, &p);
    ui_head(r, p.title, NULL, &(struct ui_button){.label = T(r, "ui.back"), .href = beside_path(r, &x->beside, PART)}, 1);
    ui_errors(r, &errors, 1);
    attachment_write_form(r, &x->beside, x->there, x->n_there, error);
    page_end(r, &p);
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

    if (attachment_letters(f->filename) > ATTACHMENT_NAME_MAX)
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
    if (attachment_letters(note) > NOTE_MAX)
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

    x->quota = (struct quota){.gov = x->beside.gov,
                              .user = r->actor->user,
                              .since = today(r),
                              .day = instant_date(r->now, r->zone_minutes),
                              .files = (int64_t)x->n,
                              .full = QUOTA_FREE};
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
        if (result >= 0 && text_eq(a.scan.v, SCANNED_WAITING))
            result = scan_later(tx);
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

static void keep_all(struct req *r, struct adding *x)
{
    int result = 0;
    size_t i;

    for (i = 0; i < x->n && result >= 0; i++)
        result = attachment_keep(r->http, &r->http->files[i], x->files_dir, x->beside.gov, r->arena, &x->file[i].file);
    if (result < 0) {
        drop_all(r, x);
        web_refuse(r, result);
        return;
    }
    web_write(r, add, x, added, NULL);
}

/* ---- the scanner ---- */

static void refused(struct req *r, void *arg)
{
    struct adding *x = arg;

    form_again(r, x, x->error);
}

static void refuse_found(struct req *r, struct adding *x, size_t i)
{
    const char *virus = x->scan[i].name;

    log_record(LEVEL_ERROR, "scan.refused", LOG_TEXT("what", virus), LOG_INT("user", r->actor->user),
               LOG_INT("record", x->beside.id));
    x->error = T2(r, "scan.refused", x->file[i].name, x->scan[i].name);
    refusal_note(r, &(struct refusal){.entity = x->beside.screen->entity->name,
                                      .id = x->beside.id,
                                      .what = "upload",
                                      .why = "virus",
                                      .answer = refused,
                                      .arg = x});
}

/* Each file has its verdict. */
static void scanned(struct req *r, void *arg)
{
    struct adding *x = arg;
    bool away = false;
    size_t i;

    for (i = 0; i < x->n; i++) {
        if (x->scan[i].verdict == SCAN_FOUND) {
            refuse_found(r, x, i);
            return;
        }
        away = away || x->scan[i].verdict == SCAN_AWAY;
        x->file[i].scan.v = x->scan[i].verdict == SCAN_AWAY ? SCANNED_WAITING : SCANNED_CLEAN;
    }
    if (away && !r->app->scan->quarantine) {
        form_again(r, x, T(r, "scan.away"));
        r->http->status = 503;
    } else {
        keep_all(r, x);
    }
}

static void wake(void *arg)
{
    struct adding *x = arg;

    web_wake(x->parked);
}

static void scan_all(struct req *r, struct adding *x)
{
    size_t i;

    for (i = 0; i < x->n; i++)
        x->scan[i] = (struct scan_question){.fd = r->http->files[i].fd, .verdict = SCAN_AWAY};
    x->parked = web_park(r, scanned, x);
    if (scan_aside(r->app->scan, x->scan, x->n, wake, x) < 0)
        wake(x);
}

/* ---- the request ---- */

void attachment_post(struct req *r)
{
    struct adding *x = arena_new(r->arena, struct adding);
    const char *wrong;
    int result = 0;

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
    if (result < 0)
        web_refuse(r, result);
    else if (r->app->scan != NULL)
        scan_all(r, x);
    else
        keep_all(r, x);
}
