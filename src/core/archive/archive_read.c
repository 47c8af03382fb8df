/*
 * archive_read.c: reading and checking an archive: a state machine over frames that have been proven genuine.
 *
 * The manifest need not be kept: the lines that should stand in it are hashed while the members pass, and its content is
 * hashed when it comes.
 */
#include <errno.h>
#include <unistd.h>

#include "core/archive/format.h"
#include "os/os.h"

struct reader {
    int fd;
    crypto_secretstream_xchacha20poly1305_state *stream; /* in locked memory */
    const struct archive_sink *sink;
    struct archive_sum sum;
    bool is_open, in_manifest, manifest_seen, is_final;
    char name[ARCHIVE_NAME_MAX + 1];
    int64_t size;
    struct hash content; /* of the open member */
    struct hash lines;   /* of the manifest as it should be */
    uint8_t plain[FRAME_PLAIN_MAX];
    uint8_t sealed[FRAME_PLAIN_MAX + FRAME_OVERHEAD];
};

/* Exactly n bytes, or 0 when the file ends before the first and `may_end`; E_FORMAT when it ends elsewhere. */
static int get(struct reader *r, void *p, size_t n, bool may_end)
{
    size_t done = 0;

    while (done < n) {
        ssize_t got = read(r->fd, (uint8_t *)p + done, n - done);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return E_STORAGE;
        if (got == 0)
            return done == 0 && may_end ? 0 : E_FORMAT;
        done += (size_t)got;
    }
    return 1;
}

static int open_head(struct reader *r, const struct archive_keys *keys)
{
    uint8_t head[HEAD_BYTES], key[crypto_secretstream_xchacha20poly1305_KEYBYTES];
    int e;

    e = get(r, head, sizeof head, false);
    if (e < 0)
        return e;
    if (memcmp(head, ARCHIVE_MAGIC, MAGIC_BYTES) != 0)
        return E_FORMAT;
    if (crypto_box_seal_open(key, head + MAGIC_BYTES, SEALED_BYTES, keys->public_key, keys->secret_key) != 0)
        return E_PERMIT;

    e = crypto_secretstream_xchacha20poly1305_init_pull(r->stream, head + MAGIC_BYTES + SEALED_BYTES, key);
    sodium_memzero(key, sizeof key);
    return e == 0 ? 0 : E_FORMAT;
}

/* The next frame's plaintext. Final must agree in tag and kind. */
static int next_frame(struct reader *r, size_t *ret_n)
{
    unsigned long long n = 0;
    uint8_t length[4], tag = 0;
    size_t sealed;
    int e;

    e = get(r, length, sizeof length, false);
    if (e < 0)
        return e;
    sealed = (size_t)length[0] | (size_t)length[1] << 8 | (size_t)length[2] << 16 | (size_t)length[3] << 24;
    if (sealed <= FRAME_OVERHEAD || sealed > sizeof r->sealed)
        return E_FORMAT;
    e = get(r, r->sealed, sealed, false);
    if (e < 0)
        return e;

    if (crypto_secretstream_xchacha20poly1305_pull(r->stream, r->plain, &n, &tag, r->sealed, sealed, NULL, 0) != 0)
        return E_FORMAT;
    if ((tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL) != (r->plain[0] == FRAME_FINAL))
        return E_FORMAT;
    *ret_n = (size_t)n;
    return 0;
}

static bool has_sink(const struct reader *r)
{
    return r->sink != NULL && !r->in_manifest;
}

static int on_member(struct reader *r, size_t n)
{
    if (r->is_open || r->manifest_seen || n < 2 || n - 1 > ARCHIVE_NAME_MAX || memchr(r->plain + 1, '\0', n - 1) != NULL)
        return E_FORMAT;
    memcpy(r->name, r->plain + 1, n - 1);
    r->name[n - 1] = '\0';
    if (!archive_name_good(r->name))
        return E_FORMAT;

    r->is_open = true;
    r->in_manifest = strcmp(r->name, ARCHIVE_MANIFEST) == 0;
    r->size = 0;
    hash_begin(&r->content);
    return has_sink(r) && r->sink->member != NULL ? r->sink->member(r->sink->arg, r->name) : 0;
}

static int on_data(struct reader *r, size_t n)
{
    if (!r->is_open || n < 2)
        return E_FORMAT;
    hash_add(&r->content, r->plain + 1, n - 1);
    r->size += (int64_t)(n - 1);
    return has_sink(r) && r->sink->data != NULL ? r->sink->data(r->sink->arg, r->plain + 1, n - 1) : 0;
}

static int on_member_end(struct reader *r, const uint8_t sha256[HASH_SIZE])
{
    char line[MANIFEST_LINE_MAX];

    hash_add(&r->lines, line, archive_manifest_line(sha256, r->name, line));
    r->sum.members++;
    r->sum.bytes += r->size;
    return has_sink(r) && r->sink->end != NULL ? r->sink->end(r->sink->arg, r->name, r->size, sha256) : 0;
}

static int on_manifest_end(struct reader *r, const uint8_t sha256[HASH_SIZE])
{
    uint8_t should[HASH_SIZE];

    hash_end(&r->lines, should);
    r->manifest_seen = true;
    return memcmp(should, sha256, HASH_SIZE) == 0 ? 0 : E_FORMAT;
}

static int on_end(struct reader *r, size_t n)
{
    uint8_t sha256[HASH_SIZE];
    uint64_t size = 0;
    size_t i;

    if (!r->is_open || n != END_BYTES)
        return E_FORMAT;
    r->is_open = false;
    for (i = 0; i < SIZE_BYTES; i++)
        size = size << 8 | r->plain[1 + i];
    hash_end(&r->content, sha256);
    hash_drop(&r->content);
    r->content = (struct hash){0};
    if (size != (uint64_t)r->size || memcmp(sha256, r->plain + 1 + SIZE_BYTES, HASH_SIZE) != 0)
        return E_FORMAT;
    return r->in_manifest ? on_manifest_end(r, sha256) : on_member_end(r, sha256);
}

static int on_final(struct reader *r, size_t n)
{
    r->is_final = true;
    return n == 1 && r->manifest_seen && !r->is_open ? 0 : E_FORMAT;
}

static int read_frames(struct reader *r)
{
    size_t n = 0;
    int e = 0;

    while (e == 0 && !r->is_final) {
        e = next_frame(r, &n);
        if (e < 0)
            break;
        switch (r->plain[0]) {
        case FRAME_MEMBER:
            e = on_member(r, n);
            break;
        case FRAME_DATA:
            e = on_data(r, n);
            break;
        case FRAME_END:
            e = on_end(r, n);
            break;
        case FRAME_FINAL:
            e = on_final(r, n);
            break;
        default:
            e = E_FORMAT;
        }
    }
    return e;
}

int archive_read(int fd, const struct archive_keys *keys, const struct archive_sink *sink, struct archive_sum *ret_sum)
{
    struct reader *r = calloc(1, sizeof *r);
    uint8_t behind;
    int e;

    if (r == NULL)
        memory_gone(sizeof *r);
    r->stream = os_secret_alloc(sizeof *r->stream);
    r->fd = fd;
    r->sink = sink;
    hash_begin(&r->lines);
    e = open_head(r, keys);
    if (e == 0)
        e = read_frames(r);
    if (e == 0 && get(r, &behind, 1, true) != 0)
        e = E_FORMAT;
    if (e == 0)
        *ret_sum = r->sum;
    hash_drop(&r->content);
    hash_drop(&r->lines);
    os_secret_free(r->stream);
    sodium_memzero(r->plain, sizeof r->plain);
    free(r);
    return e < 0 ? e : 0;
}
