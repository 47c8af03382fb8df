/*
 * profile_pages.c: settings of a government: its letterhead and crest as they will look, and the form that changes them.
 *
 * The rules are in profile.c and crest.c. The crest is kept like every file (attachment.h), beside the row, so the sweep knows
 * it and each version has its leaf.
 */
#include "core/profile/profile_pages.h"

#include "base/hash.h"
#include "base/text.h"
#include "core/profile/crest.h"
#include "core/profile/profile.h"
#include "core/user/door.h"
#include "engine/attachment.h"
#include "engine/row.h"
#include "os/os.h"
#include "ui/lang.h"

#define CREST_FIELD "lambang"
#define CREST_MEDIA "image/png"
#define HASH_DIGITS 16
#define FIELDS      "rev letter address postcode phone email web complaint basis hapus " CREST_FIELD

static const char *const asked[] = {"letter", "address", "postcode", "phone", "email", "web", "complaint", "basis"};

struct saving {
    struct gov_profile before, after;
    bool there;
    struct attachment file; /* .file NULL: no new crest */
    int files_dir;
    int64_t gov;
};

static const char *here(struct req *r)
{
    return url(r, "/kerja/%s/pengaturan", req_gov(r)->slug);
}

/* ---- what is there ---- */

static void preview(struct req *r)
{
    const struct gov *gov = req_gov(r);

    ui_section_begin(r, "kop", T(r, "gov_profile.preview"));
    if (gov->letter == NULL)
        html(r, "<p class=\"read\">%s</p>\n", T(r, "gov_profile.none"));
    else
        page_letter(r, gov->letter);
    ui_section_end(r);
}

static void facts(struct req *r, const struct gov_profile *p, bool there)
{
    const struct gov *gov = req_gov(r);

    ui_panel_begin(r, T(r, "gov_profile.about"));
    ui_facts_begin(r, false);
    ui_fact(r, T(r, "government.code"), gov->code);
    ui_fact(r, T(r, "government.zone"), gov->zone);
    ui_fact(r, T(r, "gov_profile.crest"),
            p->crest_sha256 != NULL ? arena_text_n(r->arena, p->crest_sha256, HASH_DIGITS) : NULL);
    ui_facts_end(r);
    if (there && may(r, "gov_profile.read", GOV_ANY))
        html(r, "<p><a href=\"%s\">%s</a></p>\n", url(r, "/kerja/-/%s/%lld", gov_profile_screen.slug, (long long)p->head.id),
             T(r, "gov_profile.history"));
    html(r, "<p><a href=\"%s\">%s</a></p>\n", url(r, "/%s", gov->slug), T(r, "gov_profile.see-public"));
    ui_panel_end(r);
}

static const char *error_of(const char *field, const struct ui_error *v, size_t n)
{
    size_t i;

    for (i = 0; i < n; i++)
        if (text_eq(v[i].field, field))
            return v[i].text;
    return NULL;
}

static void fields(struct req *r, const struct gov_profile *p, const struct ui_error *errors, size_t n)
{
    bool sent = r->http->method == HTTP_POST;
    size_t i;

    for (i = 0; i < ARRAY_LEN(asked); i++) {
        const struct field *f = entity_field(&gov_profile_entity, asked[i]);
        const struct ui_field u = {.name = f->name,
                                   .label = label_of(r, &gov_profile_entity, f),
                                   .hint = label_hint(r, &gov_profile_entity, f),
                                   .error = error_of(f->name, errors, n),
                                   .value = sent ? form_text(r, f->name) : input_text(r, f, p),
                                   .optional = i > 0,
                                   .size = f->max <= 40 ? UI_SIZE_M : UI_SIZE_L,
                                   .maxlength = f->max};

        ui_field(r, &u);
    }
}

static void form(struct req *r, const struct gov_profile *p, const struct ui_error *errors, size_t n)
{
    const struct ui_field file = {.type = CONTROL_FILE,
                                  .name = CREST_FIELD,
                                  .label = T(r, "gov_profile.crest"),
                                  .hint = T(r, "gov_profile.crest-hint"),
                                  .error = error_of(CREST_FIELD, errors, n),
                                  .optional = true,
                                  .accept = ".png"};
    const struct ui_field drop = {.type = CONTROL_CHECK, .name = "hapus", .label = T(r, "gov_profile.crest-drop")};
    const struct ui_button save = {.label = T(r, "gov_profile.save"), .look = BUTTON_FIRST};

    ui_section_begin(r, "ubah", T(r, "gov_profile.change"));
    ui_form_begin(r, NULL, here(r), FORM_FILES);
    web_once(r);
    ui_hidden(r, "rev", text_printf(r->arena, "%lld", (long long)p->head.rev));
    fields(r, p, errors, n);
    ui_field(r, &file);
    if (p->crest != NULL)
        ui_field(r, &drop);
    ui_button(r, &save);
    ui_form_end(r);
    ui_section_end(r);
}

static void show(struct req *r, const struct gov_profile *p, bool there, const struct ui_error *errors, size_t n)
{
    struct page page = {.shell = SHELL_WORKSPACE, .title = T(r, "gov_profile.title"), .wrong = n > 0, .here = here(r)};

    web_page_begin(r, &page);
    ui_head(r, page.title, T1(r, "gov_profile.line", req_gov(r)->name), NULL, 0);
    ui_errors(r, errors, n);
    ui_split_begin(r);
    preview(r);
    form(r, p, errors, n);
    ui_split_aside(r);
    facts(r, p, there);
    ui_split_end(r);
    page_end(r, &page);
}

/* 1 there, 0 not: then an empty row. Negative, and refused. */
static int present(struct req *r, struct gov_profile *ret)
{
    int there;

    if (req_gov(r)->id == 0) {
        r->http->status = 404;
        return E_PERMIT;
    }
    there = profile_read(r->db, r->arena, req_gov(r)->id, ret);
    if (there < 0)
        web_refuse(r, there);
    if (there == 0)
        *ret = *(struct gov_profile *)row_new(r->arena, &gov_profile_entity, 0);
    return there;
}

void profile_page(struct req *r)
{
    struct gov_profile p;
    int there = present(r, &p);

    if (there >= 0)
        show(r, &p, there > 0, NULL, 0);
}

/* ---- saving ---- */

static void add_error(struct ui_error *v, size_t *n, const char *field, const char *text)
{
    v[(*n)++] = (struct ui_error){field, text};
}

static void take_fields(struct req *r, struct gov_profile *to, struct ui_error *errors, size_t *n)
{
    struct faults faults = {.n = 0};
    size_t i;

    for (i = 0; i < ARRAY_LEN(asked); i++) {
        const struct field *f = entity_field(&gov_profile_entity, asked[i]);
        const char *arg = NULL, *wrong = input_take(r, &gov_profile_entity, f, to, form_text(r, f->name), &arg);

        if (wrong != NULL)
            add_error(errors, n, f->name, arg != NULL ? T1(r, wrong, arg) : T(r, wrong));
    }
    profile_check(r, NULL, to, &faults);
    for (i = 0; *n == 0 && i < faults.n; i++)
        add_error(errors, n, faults.v[i].field, T(r, faults.v[i].key));
}

/* What was sent as a crest, cleaned and kept; nothing when no file came. Negative when it cannot be kept. */
static int take_crest(struct req *r, struct saving *s, struct ui_error *errors, size_t *n)
{
    const struct http_file *f = r->http->n_files > 0 ? &r->http->files[0] : NULL;
    struct crest crest = {0};
    uint8_t sum[HASH_SIZE];
    struct bytes sent;
    const char *wrong;
    int e;

    if (f == NULL || f->size == 0)
        return 0;
    e = os_read_all(f->fd, r->arena, CREST_FILE_MAX + 1, &sent);
    wrong = e == E_LIMIT ? "crest.big" : e < 0 ? NULL : crest_take(r->arena, sent, &crest);
    if (wrong != NULL)
        add_error(errors, n, CREST_FIELD, T(r, wrong));
    if (e < 0 || *n > 0)
        return e == E_LIMIT ? 0 : e;
    hash_sha256(crest.png.p, crest.png.n, sum);
    e = attachment_keep_bytes(crest.png, s->files_dir, s->gov, r->arena, &s->file.file);
    s->file = (struct attachment){.head = {.gov = s->gov, .id = os_new_id()},
                                  .record = s->after.head.id,
                                  .of_entity = gov_profile_entity.name,
                                  .file = s->file.file,
                                  .name = "lambang.png",
                                  .media = CREST_MEDIA,
                                  .size = (int64_t)crest.png.n,
                                  .sha256 = hex_text(r->arena, sum, sizeof sum),
                                  .version = 1,
                                  .author = r->actor->user,
                                  .author_name = r->actor->name,
                                  .agency = INT_NONE};
    s->after.crest = s->file.file;
    s->after.crest_sha256 = s->file.sha256;
    s->after.crest_size = s->file.size;
    return e;
}

static int apply(struct tx *tx, void *plan)
{
    struct saving *s = plan;
    struct record head;
    int e = 0;

    if (s->file.file != NULL) {
        struct attachment file = s->file;

        file.added_at = tx->now;
        e = attachment_add(tx, &file, NULL);
    }
    if (e < 0)
        return e;
    return s->there ? row_update(tx, &gov_profile_entity, &s->before, &s->after, &head)
                    : row_insert(tx, &gov_profile_entity, &s->after, &head);
}

/* After E_BUSY it may be stored all the same (writer.h): that file is left to the sweep. */
static void saved(struct req *r, void *plan, int result)
{
    struct saving *s = plan;

    if (result < 0 && result != E_BUSY && s->file.file != NULL)
        (void)attachment_drop(s->files_dir, s->gov, s->file.file, r->arena); /* or by the sweep */
    if (result >= 0 || result == E_AGAIN)
        web_redirect(r, here(r));
    else
        web_refuse(r, result);
}

void profile_post(struct req *r)
{
    struct saving *s = arena_new(r->arena, struct saving);
    struct ui_error errors[ARRAY_LEN(asked) + 3];
    int64_t rev;
    size_t n = 0;
    int there, e;

    if (!form_knows(r, FIELDS))
        return;
    there = present(r, &s->before);
    if (there < 0)
        return;
    s->there = there > 0;
    s->gov = req_gov(r)->id;
    s->files_dir = r->app->files_dir;
    s->after = s->before;
    s->after.government.v = s->gov;
    if (!s->there)
        s->after.head.id = os_new_id();
    if (text_int(form_text(r, "rev"), 0, INT64_MAX, &rev) < 0 || rev != s->before.head.rev)
        add_error(errors, &n, NULL, T(r, "gov_profile.changed"));
    take_fields(r, &s->after, errors, &n);
    if (text_eq(form_text(r, "hapus"), "1")) {
        s->after.crest = s->after.crest_sha256 = NULL;
        s->after.crest_size = INT_NONE;
    }
    e = take_crest(r, s, errors, &n);
    if (e < 0) {
        web_refuse(r, e);
    } else if (n > 0) {
        r->http->status = rev != s->before.head.rev ? 409 : 422;
        show(r, &s->before, s->there, errors, n);
    } else {
        web_write(r, apply, s, saved, here(r));
    }
}

/* ---- the picture ---- */

void profile_crest(struct req *r)
{
    const struct gov *gov = req_gov(r);
    const char *version = http_query(r->http, "v");
    struct gov_profile p = {0};
    int there = gov->id != 0 ? profile_read(r->db, r->arena, gov->id, &p) : 0, fd;

    if (there <= 0 || p.crest == NULL || r->app->files_dir < 0) {
        r->http->status = 404;
        return;
    }
    fd = attachment_open(r->app->files_dir, gov->id, p.crest, p.crest_size, r->arena);
    if (fd < 0) {
        web_refuse(r, fd);
        return;
    }
    r->http->file_fd = fd;
    r->http->file_size = p.crest_size;
    r->http->type = CREST_MEDIA;
    r->http->csp = "default-src 'none'; sandbox";
    r->http->cache = version != NULL && strlen(version) == HASH_DIGITS && text_starts(p.crest_sha256, version)
                         ? HTTP_CACHE_IMMUTABLE
                         : HTTP_CACHE_PUBLIC;
}
