/*
 * filetype.c: the tables of types and purposes, and the order in which content is looked at.
 *
 * Not for: the structure of single formats, see content.h.
 */
#include <strings.h>
#include <unistd.h>

#include "engine/filetype/content.h"
#include "engine/sheet/unzip_part.h"

#define HEAD_BYTES  1024 /* readers look for %PDF- as far as this */
#define TAIL_BYTES  1024
#define ZIP_TAIL    ((size_t)66 * KB) /* end record and the longest comment */
#define ZIP_END     22
#define ARENA_LIMIT ((size_t)8 * MB)

/* clang-format off */
static const struct filetype_row types[] = {
    {FILE_UNKNOWN, "", "application/octet-stream", ""},
    {FILE_JPG,  "jpg jpeg", "image/jpeg", "image/jpeg image/jpg image/pjpeg"},
    {FILE_PNG,  "png",  "image/png", "image/png"},
    {FILE_GIF,  "gif",  "image/gif", "image/gif"},
    {FILE_PDF,  "pdf",  "application/pdf", "application/pdf application/x-pdf"},
    {FILE_DOC,  "doc",  "application/msword", "application/msword"},
    {FILE_XLS,  "xls",  "application/vnd.ms-excel", "application/vnd.ms-excel"},
    {FILE_PPT,  "ppt",  "application/vnd.ms-powerpoint", "application/vnd.ms-powerpoint"},
    {FILE_DOCX, "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                        "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {FILE_XLSX, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {FILE_PPTX, "pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation",
                        "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
    {FILE_TXT,  "txt",  "text/plain; charset=utf-8", "text/plain"},
    {FILE_CSV,  "csv",  "text/csv; charset=utf-8", "text/csv text/plain application/csv application/vnd.ms-excel"},
    {FILE_ZIP,  "zip",  "application/zip", "application/zip application/x-zip-compressed"},
};

#define PICTURES (FILE_BIT(FILE_JPG) | FILE_BIT(FILE_PNG) | FILE_BIT(FILE_GIF))
#define OFFICE   (FILE_BIT(FILE_DOC) | FILE_BIT(FILE_XLS) | FILE_BIT(FILE_PPT) | \
                  FILE_BIT(FILE_DOCX) | FILE_BIT(FILE_XLSX) | FILE_BIT(FILE_PPTX))
#define ZIP_KINDS (FILE_BIT(FILE_DOCX) | FILE_BIT(FILE_XLSX) | FILE_BIT(FILE_PPTX) | FILE_BIT(FILE_ZIP))
#define TEXTS    (FILE_BIT(FILE_TXT) | FILE_BIT(FILE_CSV))

static const uint32_t purposes[] = {
    [PURPOSE_DOCUMENT] = PICTURES | OFFICE | TEXTS | FILE_BIT(FILE_PDF),
    [PURPOSE_PHOTO]    = FILE_BIT(FILE_JPG) | FILE_BIT(FILE_PNG),
    [PURPOSE_IMPORT]   = FILE_BIT(FILE_CSV) | FILE_BIT(FILE_XLSX),
    [PURPOSE_SIGNED]   = FILE_BIT(FILE_PDF),
    [PURPOSE_REPORT]   = PICTURES | OFFICE | TEXTS | FILE_BIT(FILE_PDF) | FILE_BIT(FILE_ZIP),
};

static const struct {
    const char *bytes;
    size_t n;
    enum filetype type;
    enum file_fault (*look)(struct scan *s, struct file_finding *f); /* NULL: here */
} magics[] = {
    {"\xff\xd8\xff", 3,                     FILE_JPG,     look_jpg},
    {"\x89PNG\r\n\x1a\n", 8,                FILE_PNG,     look_png},
    {"GIF87a", 6,                           FILE_GIF,     look_gif},
    {"GIF89a", 6,                           FILE_GIF,     look_gif},
    {"%PDF-1.", 7,                          FILE_PDF,     NULL},
    {"%PDF-2.", 7,                          FILE_PDF,     NULL},
    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, FILE_UNKNOWN, look_ole},
    {"PK\x03\x04", 4,                       FILE_ZIP,     NULL},
};

static const struct {
    const char *member;
    enum filetype type;
} office_parts[] = {
    {"word/document.xml",    FILE_DOCX},
    {"xl/workbook.xml",      FILE_XLSX},
    {"ppt/presentation.xml", FILE_PPTX},
};

static const char *const fault_keys[] = {
    "file.good", "file.empty", "file.type", "file.name", "file.declared", "file.double", "file.broken", "file.pixels",
    "file.macros", "file.archive",
};
/* clang-format on */
_Static_assert(ARRAY_LEN(types) == FILE_TYPE_COUNT, "a row for each type");
_Static_assert(ARRAY_LEN(purposes) == PURPOSE_COUNT, "a set for each purpose");
_Static_assert(ARRAY_LEN(fault_keys) == FILE_FAULT_COUNT, "a key for each fault");

const struct filetype_row *filetype_row(enum filetype type)
{
    BUG_IF((unsigned)type >= FILE_TYPE_COUNT);
    return &types[type];
}

uint32_t file_purpose_types(enum file_purpose purpose)
{
    BUG_IF((unsigned)purpose >= PURPOSE_COUNT);
    return purposes[purpose];
}

const char *file_fault_key(enum file_fault fault)
{
    BUG_IF((unsigned)fault >= FILE_FAULT_COUNT);
    return fault_keys[fault];
}

/* ---- second files in a file ---- */

/* Does the file end like a ZIP? Its end record, with a comment that reaches exactly to the end. */
static int ends_as_zip(int fd, int64_t size)
{
    size_t n = size < (int64_t)ZIP_TAIL ? (size_t)size : ZIP_TAIL, i;
    uint8_t *tail = malloc(n);
    int e;

    if (tail == NULL)
        memory_gone(n);
    e = unzip_read_at(fd, size - (int64_t)n, tail, n);
    for (i = 0; e == 0 && i + ZIP_END <= n; i++) {
        if (memcmp(tail + i, "PK\x05\x06", 4) == 0 && i + ZIP_END + (size_t)(tail[i + 20] | tail[i + 21] << 8) == n)
            e = 1;
    }
    free(tail);
    return e;
}

/* ---- PDF ---- */

/* The last "%%EOF" stands near the end, and behind it is only white space. */
static int pdf_ends(int fd, int64_t size, enum file_fault *ret)
{
    char tail[TAIL_BYTES];
    size_t n = size < TAIL_BYTES ? (size_t)size : TAIL_BYTES, i;
    int e;

    e = unzip_read_at(fd, size - (int64_t)n, tail, n);
    if (e < 0)
        return e;
    while (n > 0 && (tail[n - 1] == '\0' || strchr(" \t\r\n\f", tail[n - 1]) != NULL))
        n--;
    *ret = n >= 5 && memcmp(tail + n - 5, "%%EOF", 5) == 0 ? FILE_GOOD : FILE_BROKEN;
    for (i = 0; *ret == FILE_BROKEN && i + 5 <= n; i++) {
        if (memcmp(tail + i, "%%EOF", 5) == 0)
            *ret = FILE_DOUBLE; /* a PDF ended here, and something else goes on */
    }
    return 0;
}

/* ---- ZIP and the office formats in it ---- */

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);

    return n >= m && strcasecmp(s + n - m, end) == 0;
}

static enum file_fault name_office(const struct unzip *z, struct file_finding *f)
{
    size_t i, found = 0;

    if (unzip_find(z, "[Content_Types].xml") == NULL)
        return FILE_GOOD;
    for (i = 0; i < ARRAY_LEN(office_parts); i++) {
        if (unzip_find(z, office_parts[i].member) != NULL) {
            f->type = office_parts[i].type;
            found++;
        }
    }
    for (i = 0; i < z->n; i++) {
        if (ends_with(z->member[i].name, "vbaProject.bin"))
            return FILE_MACROS;
    }
    return found > 1 ? FILE_DOUBLE : FILE_GOOD;
}

static int look_zip(int fd, struct file_finding *f)
{
    struct arena a;
    struct unzip z;
    size_t i;
    int e;

    arena_init(&a, ARENA_LIMIT);
    e = unzip_open(&z, fd, &unzip_limits_upload, &a);
    if (e == 0)
        f->fault = name_office(&z, f);
    for (i = 0; e == 0 && f->fault == FILE_GOOD && i < z.n; i++)
        e = unzip_read(&z, &z.member[i], NULL, NULL);
    if (z.fault != UNZIP_GOOD) {
        f->zip_fault = z.fault;
        f->fault = FILE_ARCHIVE;
    }
    arena_finish(&a);
    return e == E_STORAGE ? e : 0;
}

/* ---- looking ---- */

/* The kind the first bytes announce; ARRAY_LEN(magics) for none. */
static size_t find_magic(const uint8_t *head, size_t n)
{
    size_t i;

    for (i = 0; i < ARRAY_LEN(magics); i++) {
        if (n >= magics[i].n && memcmp(head, magics[i].bytes, magics[i].n) == 0)
            break;
    }
    return i;
}

static int look_at_kind(int fd, size_t kind, struct file_finding *f)
{
    struct scan s;

    scan_init(&s, fd, f->size);
    if (kind == ARRAY_LEN(magics)) {
        f->fault = look_text(&s, f);
        return s.failed ? E_STORAGE : 0;
    }
    f->type = magics[kind].type;
    if (f->type == FILE_ZIP)
        return look_zip(fd, f);
    if (f->type == FILE_PDF)
        return pdf_ends(fd, f->size, &f->fault);
    f->fault = magics[kind].look(&s, f);
    return s.failed ? E_STORAGE : 0;
}

static int result_of(const struct file_finding *f)
{
    if (f->fault == FILE_GOOD)
        return 0;
    if (f->fault == FILE_PIXELS)
        return E_LIMIT;
    if (f->fault == FILE_ARCHIVE &&
        (f->zip_fault == UNZIP_MEMBERS || f->zip_fault == UNZIP_RATIO || f->zip_fault == UNZIP_UNPACKED))
        return E_LIMIT;
    return E_FORMAT;
}

int file_look(int fd, struct file_finding *ret)
{
    uint8_t head[HEAD_BYTES];
    off_t size = lseek(fd, 0, SEEK_END);
    size_t n, kind;
    int e;

    *ret = (struct file_finding){.size = size};
    if (size < 0)
        return E_STORAGE;
    if (size == 0) {
        ret->fault = FILE_EMPTY;
        return E_FORMAT;
    }
    n = size < HEAD_BYTES ? (size_t)size : HEAD_BYTES;
    e = unzip_read_at(fd, 0, head, n);
    if (e < 0)
        return E_STORAGE;

    kind = find_magic(head, n);
    e = look_at_kind(fd, kind, ret);
    if (e == 0 && ret->fault == FILE_GOOD && (ZIP_KINDS & FILE_BIT(ret->type)) == 0)
        e = ends_as_zip(fd, size);
    if (e < 0)
        return E_STORAGE;
    if (e == 1 || (ret->fault == FILE_GOOD && ret->type != FILE_PDF && memmem(head, n, "%PDF-", 5) != NULL))
        ret->fault = FILE_DOUBLE;
    return result_of(ret);
}

/* ---- name, declared type, purpose ---- */

/* Is the word one of the words in the list? Case does not matter. */
static bool in_list(const char *list, const char *word, size_t n)
{
    const char *at = list, *end;

    for (; *at != '\0'; at = *end == '\0' ? end : end + 1) {
        end = at + strcspn(at, " ");
        if ((size_t)(end - at) == n && strncasecmp(at, word, n) == 0)
            return true;
    }
    return false;
}

/* Characters that turn the direction of what follows: "gambar\u202Egpj.exe" reads as a picture. */
static bool turns_direction(const char *name)
{
    for (; *name != '\0'; name++) {
        if (strncmp(name, "\xe2\x80", 2) == 0 && (uint8_t)name[2] >= 0xaa && (uint8_t)name[2] <= 0xae)
            return true;
        if (strncmp(name, "\xe2\x81", 2) == 0 && (uint8_t)name[2] >= 0xa6 && (uint8_t)name[2] <= 0xa9)
            return true;
    }
    return false;
}

static bool name_agrees(const char *filename, struct file_finding *f)
{
    const char *dot = strrchr(filename, '.');

    if (dot == NULL || dot == filename || turns_direction(filename))
        return false;
    dot++;
    if (f->type == FILE_TXT && in_list(types[FILE_CSV].extensions, dot, strlen(dot)))
        f->type = FILE_CSV;
    return in_list(types[f->type].extensions, dot, strlen(dot));
}

/* A browser that does not know a type says octet-stream: then nothing was declared. */
static bool declared_agrees(const char *declared, enum filetype type)
{
    size_t n;

    if (declared == NULL)
        return true;
    n = strcspn(declared, "; ");
    return n == 0 || in_list("application/octet-stream", declared, n) || in_list(types[type].accepted, declared, n);
}

int file_accept(int fd, const char *filename, const char *declared, enum file_purpose purpose, struct file_finding *ret)
{
    int e;

    e = file_look(fd, ret);
    if (e < 0)
        return e;

    if (!name_agrees(filename, ret))
        ret->fault = FILE_NAME;
    else if ((file_purpose_types(purpose) & FILE_BIT(ret->type)) == 0)
        ret->fault = FILE_TYPE;
    else if (!declared_agrees(declared, ret->type))
        ret->fault = FILE_DECLARED;
    return result_of(ret);
}
