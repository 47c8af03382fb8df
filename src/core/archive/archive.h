/*
 * archive.h: the one file that `terang backup` writes and `terang restore` reads (security.md O1).
 *
 * A public key is enough to write, so the server can make backups it cannot read. Members follow each other in the order
 * they were added; the last is MANIFEST, a line "SHA256  NAME" for each, as sha256sum -c reads it. Memory stays the same
 * for any size of member; a name and a hash of each are kept for the manifest.
 *
 * Whatever was changed, left out, put in another order, cut off or appended is refused with E_FORMAT. What an archive does
 * not prove is who wrote it, since anybody may encrypt to a public key: after a restore the ledger's own check does.
 *
 * The file: "TERANG-ARCHIVE-1"; the stream key in a sealed box (80 bytes); the secretstream header (24 bytes); frames of a
 * length (4 bytes, little-endian) and so many bytes of ciphertext. A frame's plaintext begins with its kind: M name, D data,
 * E size (8 bytes, big-endian) and SHA-256, F for the end, which also carries secretstream's final tag.
 *
 * Not for: choosing what goes into a backup, compressing, and the keys of data subjects (they go into another file).
 */
#ifndef CORE_ARCHIVE_ARCHIVE_H
#define CORE_ARCHIVE_ARCHIVE_H

#include "base/base.h"

#define ARCHIVE_KEY_BYTES    32
#define ARCHIVE_NAME_MAX     400
#define ARCHIVE_MANIFEST     "MANIFEST"
#define ARCHIVE_MANIFEST_MAX ((size_t)512 * MB) /* about four million files */

struct archive_keys {
    uint8_t public_key[ARCHIVE_KEY_BYTES];
    uint8_t secret_key[ARCHIVE_KEY_BYTES];
};

void archive_keys_new(struct archive_keys *ret);

/* ---- writing ---- */

struct archive_writer;

/* Begins an archive at the descriptor's position; it stays the caller's. E_FULL or E_STORAGE from writing. */
MUST_USE int archive_create(int fd, const uint8_t public_key[ARCHIVE_KEY_BYTES], struct archive_writer **ret_writer);

/*
 * Begins a member. E_INPUT for a name that is not relative, holds "..", an empty part, a backslash or a control
 * character, is too long, or is MANIFEST. Names must differ; reading into a directory notices when they do not.
 */
MUST_USE int archive_member(struct archive_writer *w, const char *name);
MUST_USE int archive_write(struct archive_writer *w, const void *p, size_t n);
MUST_USE int archive_member_end(struct archive_writer *w);

/* A whole member from a descriptor, from its position to its end. */
MUST_USE int archive_add_fd(struct archive_writer *w, const char *name, int fd);

/* Writes manifest and end. E_LIMIT when the manifest passed its ceiling. Syncing the file is the caller's. */
MUST_USE int archive_finish(struct archive_writer *w);

/* Wipes the key and frees, finished or not; an unfinished file reads as cut off. NULL does nothing. */
void archive_close(struct archive_writer *w);

/* ---- reading ---- */

/* What happens with the members, the manifest left out; a negative result ends reading with it. NULL members do nothing. */
struct archive_sink {
    int (*member)(void *arg, const char *name);
    int (*data)(void *arg, const void *p, size_t n);
    int (*end)(void *arg, const char *name, int64_t size, const uint8_t sha256[32]);
    void *arg;
};

struct archive_sum {
    int64_t members;
    int64_t bytes;
};

/*
 * Reads to the end and checks everything; with sink NULL that is all (`restore --check`). Data reaches the sink before
 * the end is known: it goes into a place of its own and counts only after 0 came back. E_PERMIT when the key is not the one
 * the archive was made for (or its head was changed: nobody can tell these apart), E_FORMAT, E_STORAGE, or the sink's.
 */
MUST_USE int archive_read(int fd, const struct archive_keys *keys, const struct archive_sink *sink,
                          struct archive_sum *ret_sum);

#endif
