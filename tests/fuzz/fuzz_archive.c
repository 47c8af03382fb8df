/* fuzz: core_pure */
/*
 * fuzz_archive.c: the reader of backups. Random bytes never pass the first seal, so the input is the plaintext: frames of
 * a length byte and so many bytes, sealed here with a right key. An input that begins with 0xff is taken as a raw file.
 */
#include <sodium.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/archive/archive.h"
#include "core/archive/format.h"

#define INPUT_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int take_member(void *arg, const char *name)
{
    (void)arg;
    BUG_IF(!archive_name_good(name));
    return 0;
}

/* Seals the frames of the input behind a good head; the length. */
static size_t seal(const struct archive_keys *keys, const uint8_t *data, size_t size, uint8_t *ret, size_t room)
{
    crypto_secretstream_xchacha20poly1305_state stream;
    uint8_t key[crypto_secretstream_xchacha20poly1305_KEYBYTES];
    size_t at = HEAD_BYTES, n;

    crypto_secretstream_xchacha20poly1305_keygen(key);
    memcpy(ret, ARCHIVE_MAGIC, MAGIC_BYTES);
    (void)crypto_box_seal(ret + MAGIC_BYTES, key, sizeof key, keys->public_key);
    (void)crypto_secretstream_xchacha20poly1305_init_push(&stream, ret + MAGIC_BYTES + SEALED_BYTES, key);
    while (size > 1 && at + 4 + 256 + FRAME_OVERHEAD < room) {
        unsigned long long sealed;
        uint8_t tag;

        n = data[0] < size - 1 ? data[0] : size - 1;
        tag = n > 0 && data[1] == FRAME_FINAL ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0;
        (void)crypto_secretstream_xchacha20poly1305_push(&stream, ret + at + 4, &sealed, data + 1, n, NULL, 0, tag);
        memcpy(ret + at, (const uint8_t[]){(uint8_t)sealed, (uint8_t)(sealed >> 8), 0, 0}, 4);
        at += 4 + (size_t)sealed;
        data += 1 + n;
        size -= 1 + n;
    }
    return at;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct archive_sink sink = {.member = take_member};
    static struct archive_keys keys;
    static uint8_t file[64 * KB];
    struct archive_sum sum;
    size_t n;
    int fd;

    if (size == 0 || size > INPUT_MAX || sodium_init() < 0)
        return 0;
    if (keys.public_key[0] == 0)
        archive_keys_new(&keys);
    fd = memfd_create("archive", MFD_CLOEXEC);
    BUG_IF(fd < 0);
    n = seal(&keys, data, size, file, sizeof file);
    if (data[0] == 0xff)
        BUG_IF(write(fd, data + 1, size - 1) != (ssize_t)(size - 1));
    else
        BUG_IF(write(fd, file, n) != (ssize_t)n);
    BUG_IF(lseek(fd, 0, SEEK_SET) != 0);
    (void)archive_read(fd, &keys, &sink, &sum); /* any answer, as long as it comes */
    (void)close(fd);
    return 0;
}
