/*
 * archive.c: writing an archive. Also what both halves share: names and lines of the manifest.
 */
#include <errno.h>
#include <sodium.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/hash.h"
#include "core/archive/archive.h"
#include "core/archive/format.h"
#include "os/os.h"

struct archive_writer {
    int fd;
    crypto_secretstream_xchacha20poly1305_state *stream; /* in locked memory; the buffers below would be too much of it */
    bool is_open;                                        /* a member was begun */
    char name[ARCHIVE_NAME_MAX + 1];
    struct hash hash; /* of the member's content */
    int64_t size;
    struct arena arena;
    struct buf manifest;
    size_t n; /* bytes of data in plain, behind the kind */
    uint8_t plain[FRAME_PLAIN_MAX];
    uint8_t frame[4 + FRAME_PLAIN_MAX + FRAME_OVERHEAD];
};

/* ---- shared ---- */

bool archive_name_good(const char *name)
{
    const char *part = name, *at;

    if (name[0] == '\0' || strlen(name) > ARCHIVE_NAME_MAX)
        return false;
    for (at = name;; at++) {
        size_t n = (size_t)(at - part);

        if (*at != '/' && *at != '\0') {
            if ((unsigned char)*at < 0x20 || *at == 0x7f || *at == '\\')
                return false;
            continue;
        }
        if (n == 0 || (n == 1 && part[0] == '.') || (n == 2 && part[0] == '.' && part[1] == '.'))
            return false;
        if (*at == '\0')
            return true;
        part = at + 1;
    }
}

size_t archive_manifest_line(const uint8_t sha256[HASH_SIZE], const char *name, char ret[MANIFEST_LINE_MAX])
{
    (void)sodium_bin2hex(ret, 2 * HASH_SIZE + 1, sha256, HASH_SIZE);
    return 2 * HASH_SIZE +
           (size_t)snprintf(ret + 2 * HASH_SIZE, MANIFEST_LINE_MAX - 2 * HASH_SIZE, "  %s\n", name); /* names are short */
}

/* ---- keys and head ---- */

void archive_keys_new(struct archive_keys *ret)
{
    (void)crypto_box_keypair(ret->public_key, ret->secret_key); /* never fails */
}

int archive_create(int fd, const uint8_t public_key[ARCHIVE_KEY_BYTES], struct archive_writer **ret_writer)
{
    uint8_t key[crypto_secretstream_xchacha20poly1305_KEYBYTES], head[HEAD_BYTES];
    struct archive_writer *w = calloc(1, sizeof *w);
    int e;

    if (w == NULL)
        memory_gone(sizeof *w);
    w->stream = os_secret_alloc(sizeof *w->stream);
    w->fd = fd;
    arena_init(&w->arena, 2 * ARCHIVE_MANIFEST_MAX);
    buf_init(&w->manifest, &w->arena, ARCHIVE_MANIFEST_MAX);

    crypto_secretstream_xchacha20poly1305_keygen(key);
    memcpy(head, ARCHIVE_MAGIC, MAGIC_BYTES);
    e = crypto_box_seal(head + MAGIC_BYTES, key, sizeof key, public_key) == 0 ? 0 : E_INPUT; /* a point of small order */
    (void)crypto_secretstream_xchacha20poly1305_init_push(w->stream, head + MAGIC_BYTES + SEALED_BYTES, key);
    sodium_memzero(key, sizeof key);
    if (e == 0)
        e = os_write_all(fd, head, sizeof head);
    if (e < 0) {
        archive_close(w);
        return e;
    }
    *ret_writer = w;
    return 0;
}

void archive_close(struct archive_writer *w)
{
    if (w == NULL)
        return;
    hash_drop(&w->hash);
    arena_finish(&w->arena);
    os_secret_free(w->stream);
    sodium_memzero(w->plain, sizeof w->plain);
    free(w);
}

/* ---- frames ---- */

/* Seals plain[0..n) as one frame and writes it. */
static int put_frame(struct archive_writer *w, size_t n, uint8_t tag)
{
    unsigned long long sealed = 0;
    size_t i;

    (void)crypto_secretstream_xchacha20poly1305_push(w->stream, w->frame + 4, &sealed, w->plain, n, NULL, 0, tag);
    for (i = 0; i < 4; i++)
        w->frame[i] = (uint8_t)(sealed >> 8 * i);
    return os_write_all(w->fd, w->frame, 4 + (size_t)sealed);
}

static int put_data(struct archive_writer *w)
{
    size_t n = w->n;

    if (n == 0)
        return 0;
    w->n = 0;
    w->plain[0] = FRAME_DATA;
    return put_frame(w, 1 + n, crypto_secretstream_xchacha20poly1305_TAG_MESSAGE);
}

/* ---- members ---- */

static int member_begin(struct archive_writer *w, const char *name)
{
    size_t n = strlen(name);

    BUG_IF(w->is_open);
    w->is_open = true;
    w->size = 0;
    memcpy(w->name, name, n + 1);
    hash_begin(&w->hash);
    w->plain[0] = FRAME_MEMBER;
    memcpy(w->plain + 1, name, n);
    return put_frame(w, 1 + n, crypto_secretstream_xchacha20poly1305_TAG_MESSAGE);
}

int archive_member(struct archive_writer *w, const char *name)
{
    if (!archive_name_good(name) || strcmp(name, ARCHIVE_MANIFEST) == 0)
        return E_INPUT;
    return member_begin(w, name);
}

int archive_write(struct archive_writer *w, const void *p, size_t n)
{
    const uint8_t *from = p;
    int e = 0;

    BUG_IF(!w->is_open);
    hash_add(&w->hash, from, n);
    w->size += (int64_t)n;
    while (n > 0 && e == 0) {
        size_t room = FRAME_DATA_MAX - w->n, part = n < room ? n : room;

        memcpy(w->plain + 1 + w->n, from, part);
        w->n += part;
        from += part;
        n -= part;
        if (w->n == FRAME_DATA_MAX)
            e = put_data(w);
    }
    return e;
}

int archive_member_end(struct archive_writer *w)
{
    char line[MANIFEST_LINE_MAX];
    uint8_t sha256[HASH_SIZE];
    size_t i;
    int e;

    BUG_IF(!w->is_open);
    w->is_open = false;
    e = put_data(w);
    if (e < 0)
        return e;

    hash_end(&w->hash, sha256);
    hash_drop(&w->hash);
    w->hash = (struct hash){0};
    buf_add_n(&w->manifest, line, archive_manifest_line(sha256, w->name, line));
    w->plain[0] = FRAME_END;
    for (i = 0; i < SIZE_BYTES; i++)
        w->plain[1 + i] = (uint8_t)((uint64_t)w->size >> (56 - 8 * i));
    memcpy(w->plain + 1 + SIZE_BYTES, sha256, HASH_SIZE);
    return put_frame(w, END_BYTES, crypto_secretstream_xchacha20poly1305_TAG_MESSAGE);
}

int archive_add_fd(struct archive_writer *w, const char *name, int fd)
{
    uint8_t part[16 * KB];
    ssize_t n;
    int e;

    e = archive_member(w, name);
    while (e == 0) {
        n = read(fd, part, sizeof part);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            e = E_STORAGE;
        if (n <= 0)
            break;
        e = archive_write(w, part, (size_t)n);
    }
    return e < 0 ? e : archive_member_end(w);
}

int archive_finish(struct archive_writer *w)
{
    struct bytes manifest = buf_bytes(&w->manifest);
    int e;

    BUG_IF(w->is_open);
    e = buf_failed(&w->manifest);
    if (e == 0)
        e = member_begin(w, ARCHIVE_MANIFEST);
    if (e == 0)
        e = archive_write(w, manifest.p, manifest.n);
    if (e == 0)
        e = archive_member_end(w);
    if (e < 0)
        return e;

    w->plain[0] = FRAME_FINAL;
    return put_frame(w, 1, crypto_secretstream_xchacha20poly1305_TAG_FINAL);
}
