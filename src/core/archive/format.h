/*
 * format.h: numbers of the archive format that writing and reading share; what they mean stands in archive.h.
 *
 * Not for: anybody outside this folder.
 */
#ifndef CORE_ARCHIVE_FORMAT_H
#define CORE_ARCHIVE_FORMAT_H

#include <sodium.h>

#include "base/hash.h"
#include "core/archive/archive.h"

#define ARCHIVE_MAGIC  "TERANG-ARCHIVE-1"
#define MAGIC_BYTES    (sizeof ARCHIVE_MAGIC - 1)
#define SEALED_BYTES   (crypto_box_SEALBYTES + crypto_secretstream_xchacha20poly1305_KEYBYTES)
#define HEAD_BYTES     (MAGIC_BYTES + SEALED_BYTES + crypto_secretstream_xchacha20poly1305_HEADERBYTES)
#define FRAME_OVERHEAD crypto_secretstream_xchacha20poly1305_ABYTES

#define FRAME_DATA_MAX  ((size_t)64 * KB)
#define FRAME_PLAIN_MAX (1 + FRAME_DATA_MAX)
#define SIZE_BYTES      8
#define END_BYTES       (1 + SIZE_BYTES + HASH_SIZE)

#define MANIFEST_LINE_MAX (2 * HASH_SIZE + 2 + ARCHIVE_NAME_MAX + 2)

enum frame_kind {
    FRAME_MEMBER = 'M',
    FRAME_DATA = 'D',
    FRAME_END = 'E',
    FRAME_FINAL = 'F',
};

/* May it name a member? The manifest's name is good here. */
bool archive_name_good(const char *name);

/* "SHA256  NAME\n" with its NUL; the length. */
size_t archive_manifest_line(const uint8_t sha256[HASH_SIZE], const char *name, char ret[MANIFEST_LINE_MAX]);

#endif
