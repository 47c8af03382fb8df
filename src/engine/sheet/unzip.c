/*
 * unzip.c: directory and local headers of a ZIP file.
 *
 * Layout (APPNOTE 6.3): members, each a local header, data and perhaps a descriptor; central directory; its end record.
 * Unpacking is in unzip_read.c.
 */
#include <errno.h>
#include <unistd.h>

#include "base/text.h"
#include "engine/sheet/unzip.h"
#include "engine/sheet/unzip_part.h"

#define EOCD_BYTES      22
#define EOCD_SIGNATURE  0x06054b50u
#define CENTRAL_BYTES   46
#define CENTRAL_SIG     0x02014b50u
#define LOCAL_SIG       0x04034b50u
#define DESCRIPTOR_SIG  0x08074b50u
#define FLAG_ENCRYPTED  0x2041u /* bit 0, strong encryption (6), masked headers (13) */
#define FLAG_DESCRIPTOR 0x0008u
#define NAME_MAX_BYTES  1024
#define DIRECTORY_MAX   ((int64_t)4 * MB)
#define DESCRIPTOR_MOST 24 /* with signature and ZIP64's long sizes, as some writers do */

const struct unzip_limits unzip_limits_upload = {.members = 2000, .ratio = 100, .unpacked = INT64_C(200) * MB};

static const char *const fault_keys[] = {
    "zip.good", "zip.not-zip", "zip.extra", "zip.overlap",  "zip.differs", "zip.encrypted", "zip.method",
    "zip.name", "zip.members", "zip.ratio", "zip.unpacked", "zip.nested",  "zip.damaged",
};
_Static_assert(ARRAY_LEN(fault_keys) == UNZIP_FAULT_COUNT, "a key for each fault");

const char *unzip_fault_key(enum unzip_fault fault)
{
    BUG_IF((unsigned)fault >= UNZIP_FAULT_COUNT);
    return fault_keys[fault];
}

int unzip_fail(struct unzip *z, enum unzip_fault fault)
{
    z->fault = fault;
    return fault == UNZIP_MEMBERS || fault == UNZIP_RATIO || fault == UNZIP_UNPACKED ? E_LIMIT : E_FORMAT;
}

/* ---- bytes ---- */

static uint16_t le16(const uint8_t *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

static uint32_t le32(const uint8_t *p)
{
    return (uint32_t)le16(p) | (uint32_t)le16(p + 2) << 16;
}

int unzip_read_at(int fd, int64_t at, void *p, size_t n)
{
    size_t done = 0;

    while (done < n) {
        ssize_t got = pread(fd, (uint8_t *)p + done, n - done, (off_t)at + (off_t)done);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return E_STORAGE;
        if (got == 0)
            return E_FORMAT;
        done += (size_t)got;
    }
    return 0;
}

/* ---- the end of the directory ---- */

struct end_record {
    size_t members;
    int64_t directory, directory_bytes;
};

/* The end record must be the last bytes of the file; a comment could hold anything and no office program writes one. */
static int read_end(struct unzip *z, int64_t size, struct end_record *ret)
{
    uint8_t raw[EOCD_BYTES];
    int64_t end;
    int e;

    if (size < EOCD_BYTES)
        return unzip_fail(z, UNZIP_NOT_ZIP);
    e = unzip_read_at(z->fd, size - EOCD_BYTES, raw, sizeof raw);
    if (e < 0)
        return e == E_FORMAT ? unzip_fail(z, UNZIP_NOT_ZIP) : e;
    if (le32(raw) != EOCD_SIGNATURE || le16(raw + 20) != 0)
        return unzip_fail(z, UNZIP_NOT_ZIP);
    if (le16(raw + 4) != 0 || le16(raw + 6) != 0 || le16(raw + 8) != le16(raw + 10) || le16(raw + 10) == UINT16_MAX ||
        le32(raw + 12) == UINT32_MAX || le32(raw + 16) == UINT32_MAX)
        return unzip_fail(z, UNZIP_METHOD);

    ret->members = le16(raw + 10);
    ret->directory_bytes = le32(raw + 12);
    ret->directory = le32(raw + 16);
    end = ret->directory + ret->directory_bytes;
    if (end != size - EOCD_BYTES)
        return unzip_fail(z, end < size - EOCD_BYTES ? UNZIP_EXTRA : UNZIP_NOT_ZIP);
    if (ret->members > z->limits.members || ret->directory_bytes > DIRECTORY_MAX)
        return unzip_fail(z, UNZIP_MEMBERS);
    return 0;
}

/* ---- the directory ---- */

static bool name_good(const char *name, size_t n)
{
    const char *part = name, *at;

    if (n == 0 || n > NAME_MAX_BYTES || !text_is_utf8(name, n))
        return false;
    for (at = name; at <= name + n; at++) {
        size_t len = (size_t)(at - part);

        if (at < name + n && *at != '/') {
            if ((unsigned char)*at < 0x20 || *at == 0x7f || *at == '\\' || *at == ':')
                return false;
            continue;
        }
        if (at == name + n && len == 0 && at > name)
            break; /* a folder's name ends in '/' */
        if (len == 0 || (len == 1 && part[0] == '.') || (len == 2 && part[0] == '.' && part[1] == '.'))
            return false;
        part = at + 1;
    }
    return true;
}

/* One entry at p, n bytes left; its length in *ret_len. */
static int read_entry(struct unzip *z, struct arena *a, const uint8_t *p, size_t n, struct unzip_member *ret, size_t *ret_len)
{
    size_t name_n, len;

    if (n < CENTRAL_BYTES || le32(p) != CENTRAL_SIG)
        return unzip_fail(z, UNZIP_NOT_ZIP);
    name_n = le16(p + 28);
    len = CENTRAL_BYTES + name_n + le16(p + 30) + le16(p + 32);
    if (len > n)
        return unzip_fail(z, UNZIP_NOT_ZIP);

    ret->flags = le16(p + 8);
    ret->method = le16(p + 10);
    ret->crc = le32(p + 16);
    ret->packed = le32(p + 20);
    ret->size = le32(p + 24);
    ret->header = le32(p + 42);
    if ((ret->flags & FLAG_ENCRYPTED) != 0)
        return unzip_fail(z, UNZIP_ENCRYPTED);
    if ((ret->method != UNZIP_STORED && ret->method != UNZIP_DEFLATED) || le16(p + 34) != 0 || ret->packed == UINT32_MAX ||
        ret->size == UINT32_MAX || ret->header == UINT32_MAX)
        return unzip_fail(z, UNZIP_METHOD);
    if (!name_good((const char *)p + CENTRAL_BYTES, name_n))
        return unzip_fail(z, UNZIP_NAME);
    if (ret->method == UNZIP_STORED && ret->packed != ret->size)
        return unzip_fail(z, UNZIP_DIFFERS);
    ret->name = arena_text_n(a, (const char *)p + CENTRAL_BYTES, name_n);
    *ret_len = len;
    return 0;
}

static int by_header(const void *a, const void *b)
{
    const struct unzip_member *x = a, *y = b;

    return x->header < y->header ? -1 : x->header > y->header;
}

static int by_name(const void *a, const void *b)
{
    const struct unzip_member *const *x = a, *const *y = b;

    return strcasecmp((*x)->name, (*y)->name);
}

/* Two members of one name: one reader takes the first, another the last. Capitals do not make a difference. */
static int check_names(struct unzip *z, struct arena *a)
{
    const struct unzip_member **sorted = arena_array(a, z->n, const struct unzip_member *);
    size_t i;

    for (i = 0; i < z->n; i++)
        sorted[i] = &z->member[i];
    if (z->n > 0)
        qsort(sorted, z->n, sizeof(*sorted), by_name);
    for (i = 1; i < z->n; i++) {
        if (by_name(&sorted[i - 1], &sorted[i]) == 0)
            return unzip_fail(z, UNZIP_NAME);
    }
    return 0;
}

static int read_directory(struct unzip *z, struct arena *a, const struct end_record *end)
{
    size_t n = (size_t)end->directory_bytes, at = 0, len = 0, i;
    uint8_t *raw = arena_alloc(a, n);
    int64_t total = 0;
    int e;

    e = unzip_read_at(z->fd, end->directory, raw, n);
    if (e < 0)
        return e == E_FORMAT ? unzip_fail(z, UNZIP_NOT_ZIP) : e;
    z->member = arena_array(a, end->members, struct unzip_member);
    for (i = 0; i < end->members; i++, at += len) {
        e = read_entry(z, a, raw + at, n - at, &z->member[i], &len);
        if (e < 0)
            return e;
        total += z->member[i].size;
    }
    if (at != n)
        return unzip_fail(z, UNZIP_EXTRA);
    if (total > z->limits.unpacked)
        return unzip_fail(z, UNZIP_UNPACKED);

    z->n = end->members;
    if (z->n > 0)
        qsort(z->member, z->n, sizeof *z->member, by_header);
    return check_names(z, a);
}

/* ---- local headers ---- */

/* Where the data begins, after checking that the local header repeats what the directory says. */
static int read_local(struct unzip *z, const struct unzip_member *m, int64_t *ret_data)
{
    uint8_t raw[UNZIP_LOCAL_BYTES];
    char name[NAME_MAX_BYTES];
    size_t name_n = strlen(m->name);
    bool later;
    int e;

    e = unzip_read_at(z->fd, m->header, raw, sizeof raw);
    if (e < 0)
        return e == E_FORMAT ? unzip_fail(z, UNZIP_DIFFERS) : e;
    if (le32(raw) != LOCAL_SIG || le16(raw + 6) != m->flags || le16(raw + 8) != m->method || le16(raw + 26) != name_n)
        return unzip_fail(z, UNZIP_DIFFERS);
    e = unzip_read_at(z->fd, m->header + UNZIP_LOCAL_BYTES, name, name_n);
    if (e < 0)
        return e == E_FORMAT ? unzip_fail(z, UNZIP_DIFFERS) : e;
    if (memcmp(name, m->name, name_n) != 0)
        return unzip_fail(z, UNZIP_DIFFERS);

    later = (m->flags & FLAG_DESCRIPTOR) != 0; /* checksum and sizes follow the data; here 0, or ZIP64's marks */
    if (!later && (le32(raw + 14) != m->crc || le32(raw + 18) != m->packed || le32(raw + 22) != m->size))
        return unzip_fail(z, UNZIP_DIFFERS);
    *ret_data = m->header + UNZIP_LOCAL_BYTES + (int64_t)name_n + le16(raw + 28);
    return 0;
}

/* The gap between a member's data and what follows: nothing, or the descriptor that its flag announces. */
static int check_gap(struct unzip *z, const struct unzip_member *m, int64_t from, int64_t to)
{
    uint8_t raw[DESCRIPTOR_MOST];
    size_t n = (size_t)(to - from), skip;
    bool wide;
    int e;

    if (from > to)
        return unzip_fail(z, UNZIP_OVERLAP);
    if ((m->flags & FLAG_DESCRIPTOR) == 0 || n == 0)
        return n == 0 ? 0 : unzip_fail(z, UNZIP_EXTRA);
    if (to - from > DESCRIPTOR_MOST || (n != 12 && n != 16 && n != 20 && n != 24))
        return unzip_fail(z, UNZIP_EXTRA);
    e = unzip_read_at(z->fd, from, raw, n);
    if (e < 0)
        return e;

    skip = n == 16 || n == 24 ? 4 : 0;
    wide = n >= 20;
    if ((skip == 4 && le32(raw) != DESCRIPTOR_SIG) || le32(raw + skip) != m->crc || le32(raw + skip + 4) != m->packed ||
        le32(raw + skip + (wide ? 12 : 8)) != m->size)
        return unzip_fail(z, UNZIP_DIFFERS);
    return 0;
}

static int check_layout(struct unzip *z, int64_t directory)
{
    int64_t at = 0, next, data = 0;
    size_t i;
    int e;

    if (z->n > 0 && z->member[0].header != 0)
        return unzip_fail(z, UNZIP_EXTRA);
    if (z->n == 0 && directory != 0)
        return unzip_fail(z, UNZIP_EXTRA);
    for (i = 0; i < z->n; i++) {
        struct unzip_member *m = &z->member[i];

        e = read_local(z, m, &data);
        if (e < 0)
            return e;
        at = data + m->packed;
        next = i + 1 < z->n ? z->member[i + 1].header : directory;
        e = check_gap(z, m, at, next);
        if (e < 0)
            return e;
        m->data = data;
    }
    return 0;
}

int unzip_open(struct unzip *z, int fd, const struct unzip_limits *limits, struct arena *a)
{
    struct end_record end = {0};
    off_t size = lseek(fd, 0, SEEK_END);
    int e;

    *z = (struct unzip){.fd = fd, .limits = *limits};
    if (size < 0)
        return E_STORAGE;
    e = read_end(z, size, &end);
    if (e == 0)
        e = read_directory(z, a, &end);
    if (e == 0)
        e = check_layout(z, end.directory);
    return e;
}

const struct unzip_member *unzip_find(const struct unzip *z, const char *name)
{
    size_t i;

    for (i = 0; i < z->n; i++) {
        if (strcmp(z->member[i].name, name) == 0)
            return &z->member[i];
    }
    return NULL;
}
