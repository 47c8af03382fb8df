/*
 * body.c: from bytes to body, form and files.
 */
#include <strings.h>

#include "base/text.h"
#include "http/body.h"
#include "http/target.h"

#define RAW_MAX        ((int64_t)1 * MB)
#define PARTS_OVERHEAD ((int64_t)64 * KB) /* heads of parts, not counted as content */

static int status_of(int result)
{
    static const struct {
        int result, status;
    } rows[] = {{E_LIMIT, 413}, {E_FORMAT, 400}, {E_INPUT, 400}, {E_FULL, 507}};

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (rows[i].result == result)
            return rows[i].status;
    }
    return result < 0 ? 500 : 0;
}

/* The type without parameters equals `want`. */
static bool type_is(const char *type, const char *want)
{
    size_t n = strlen(want);

    return strncasecmp(type, want, n) == 0 && (type[n] == '\0' || type[n] == ';' || type[n] == ' ');
}

static bool charset_is_utf8(const char *type)
{
    const char *p = strcasestr(type, "charset=");

    return p == NULL || strncasecmp(p + 8, "utf-8", 5) == 0 || strncasecmp(p + 8, "\"utf-8\"", 7) == 0;
}

/* ---- multipart ---- */

static int part_begin(void *ctx, const struct multipart_part *part)
{
    struct body *b = ctx;
    struct http_req *r = b->req;

    b->part_name = part->name;
    b->part_filename = part->filename;
    b->part_type = part->type;
    if (part->filename == NULL) {
        buf_init(&b->bytes, &r->arena, (size_t)b->pairs_left);
        return 0;
    }
    if (*part->filename == '\0')
        return 0; /* a file field that was left empty: opened only if bytes come */
    if (r->n_files >= (size_t)b->limits.files_max)
        return E_LIMIT;
    return upload_begin(&b->upload, &r->arena, b->upload_dir, b->limits.file_max);
}

static int part_data(void *ctx, const uint8_t *p, size_t n)
{
    struct body *b = ctx;

    if (b->part_filename == NULL) {
        buf_add_n(&b->bytes, p, n);
        return buf_failed(&b->bytes);
    }
    if (b->upload.file.temporary == NULL)
        return E_FORMAT; /* bytes of a file without a name */
    return upload_add(&b->upload, p, n);
}

static void pair_add(struct body *b, const char *name, const char *value)
{
    struct http_pairs *form = &b->req->form;

    if (form->n == b->pairs_cap) {
        size_t cap = b->pairs_cap == 0 ? 16 : b->pairs_cap * 2;
        struct http_pair *v = arena_array(&b->req->arena, cap, struct http_pair);

        if (form->n > 0)
            memcpy(v, form->v, form->n * sizeof *v);
        form->v = v;
        b->pairs_cap = cap;
    }
    form->v[form->n++] = (struct http_pair){.name = name, .value = value};
}

static int file_add(struct body *b)
{
    struct http_req *r = b->req;
    struct http_file f;
    int e = upload_end(&b->upload, &f);

    if (e < 0)
        return e;
    f.field = b->part_name;
    f.filename = b->part_filename;
    f.type = b->part_type;
    r->files[r->n_files++] = f;
    return 0;
}

static int part_end(void *ctx)
{
    struct body *b = ctx;

    if (b->part_filename != NULL)
        return b->upload.file.temporary == NULL ? 0 : file_add(b);
    if (!text_is_utf8(b->bytes.s, b->bytes.n))
        return E_FORMAT;
    b->pairs_left -= (int64_t)b->bytes.n;
    pair_add(b, b->part_name, text_nfc(&b->req->arena, b->bytes.s));
    return 0;
}

static int parts_begin(struct body *b, const char *type)
{
    struct multipart_sink sink = {.begin = part_begin, .data = part_data, .end = part_end, .ctx = b};
    const char *boundary;

    if (multipart_boundary(&b->req->arena, type, &boundary) < 0)
        return 400;
    b->kind = BODY_PARTS;
    b->pairs_left = b->limits.body_max;
    multipart_init(&b->multipart, &b->req->arena, boundary, &sink);
    return 0;
}

/* ---- the kinds ---- */

static int form_begin(struct body *b, const char *type)
{
    if (type_is(type, "multipart/form-data"))
        return parts_begin(b, type);
    if (!type_is(type, "application/x-www-form-urlencoded") || !charset_is_utf8(type))
        return 415;
    b->kind = BODY_PAIRS;
    return 0;
}

static int json_begin(struct body *b, const char *type)
{
    if ((!type_is(type, "application/json") && !type_is(type, "application/merge-patch+json")) || !charset_is_utf8(type))
        return 415;
    b->kind = BODY_BYTES;
    return 0;
}

static int raw_begin(struct body *b, const char *type)
{
    (void)type; /* any */
    b->kind = BODY_BYTES;
    if (b->limits.body_max <= 0 || b->limits.body_max > RAW_MAX)
        b->limits.body_max = RAW_MAX;
    return 0;
}

static int file_begin(struct body *b, const char *type)
{
    b->kind = BODY_ONE_FILE;
    b->part_name = "";
    b->part_filename = "";
    b->part_type = type;
    return status_of(upload_begin(&b->upload, &b->req->arena, b->upload_dir, b->limits.file_max));
}

static int none_begin(struct body *b, const char *type)
{
    (void)type;
    b->kind = BODY_NOTHING;
    return 413;
}

static int64_t most_bytes(const struct http_limits *l, int kind)
{
    int64_t files = 0, sum;

    if (kind == BODY_ONE_FILE)
        return l->file_max;
    if (kind != BODY_PARTS)
        return l->body_max;
    if (__builtin_mul_overflow(l->file_max, (int64_t)l->files_max, &files) ||
        __builtin_add_overflow(files, l->body_max + PARTS_OVERHEAD, &sum))
        return INT64_MAX;
    return sum;
}

int body_begin(struct body *b, struct http_req *r, const struct http_limits *limits, int upload_dir, int64_t length)
{
    static int (*const begin[])(struct body *, const char *) = {
        [HTTP_BODY_NONE] = none_begin, [HTTP_BODY_FORM] = form_begin, [HTTP_BODY_JSON] = json_begin,
        [HTTP_BODY_RAW] = raw_begin,   [HTTP_BODY_FILE] = file_begin,
    };
    const char *type = http_header(r, "content-type"), *coding = http_header(r, "content-encoding");
    int status;

    *b = (struct body){.req = r, .limits = *limits, .upload_dir = upload_dir};
    if (coding != NULL && strcasecmp(coding, "identity") != 0)
        return 415;
    status = begin[limits->body](b, type == NULL ? "" : type);
    if (status != 0)
        return status;
    if (length > most_bytes(&b->limits, (int)b->kind))
        return 413;

    buf_init(&b->bytes, &r->arena, b->limits.body_max > 0 ? (size_t)b->limits.body_max : 0);
    if (b->kind == BODY_PARTS && b->limits.files_max > 0)
        r->files = arena_array(&r->arena, (size_t)b->limits.files_max, struct http_file);
    if (b->kind == BODY_ONE_FILE)
        r->files = arena_new(&r->arena, struct http_file);
    return 0;
}

int body_add(struct body *b, const uint8_t *p, size_t n)
{
    switch (b->kind) {
    case BODY_BYTES:
    case BODY_PAIRS:
        buf_add_n(&b->bytes, p, n);
        return status_of(buf_failed(&b->bytes));
    case BODY_PARTS:
        return status_of(multipart_feed(&b->multipart, p, n));
    case BODY_ONE_FILE:
        return status_of(upload_add(&b->upload, p, n));
    default:
        return 413;
    }
}

int body_end(struct body *b)
{
    struct http_req *r = b->req;

    switch (b->kind) {
    case BODY_BYTES:
        r->body = buf_bytes(&b->bytes);
        return 0;
    case BODY_PAIRS:
        return status_of(target_pairs(&r->arena, b->bytes.s, b->bytes.n, &r->form));
    case BODY_PARTS:
        return status_of(multipart_end(&b->multipart));
    case BODY_ONE_FILE:
        return status_of(file_add(b));
    default:
        return 0;
    }
}

void body_drop(struct body *b)
{
    if (b->req == NULL)
        return;
    upload_drop(&b->upload);
    for (size_t i = 0; i < b->req->n_files; i++)
        upload_release(b->upload_dir, &b->req->files[i]);
    b->req->n_files = 0;
}
