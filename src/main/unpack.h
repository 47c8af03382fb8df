/*
 * unpack.h: an archive of ours into an empty directory, or nowhere, to see whether it could be.
 *
 * Not for: what the parts mean (restore.c).
 */
#ifndef MAIN_UNPACK_H
#define MAIN_UNPACK_H

#include "base/buf.h"
#include "main/backup.h"

enum unpack_what {
    UNPACK_ARCHIVE,
    UNPACK_KEYS,
};

/* Filled by the caller down to `a`; zero, and fd -1, behind that. */
struct unpack {
    enum unpack_what what;
    int top;                     /* files/ and keys/ go below; -1: they go nowhere */
    struct named_place database; /* the file that becomes the database, which must not exist */
    struct arena *a;

    struct buf about, instance, policy;
    bool is_postgresql, has_database;
    int64_t files;
    int fd;           /* of the member that is being written, -1 for none */
    struct buf *text; /* the same for a text */
};

/* As archive_read(); E_CONFLICT when the database's file is there; E_FORMAT also for a member that is none of ours or comes
 * twice. */
MUST_USE int unpack(struct unpack *u, int fd, const struct archive_keys *keys, struct archive_sum *ret_sum);

#endif
