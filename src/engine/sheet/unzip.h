/*
 * unzip.h: a strict reader of ZIP files, for uploads from strangers (security.md F3).
 *
 * It reads the directory at the end of the file, and accepts only files whose bytes are all accounted for: members one
 * after the other from the first byte, then the directory, then its end, nothing in front, between or behind. What two
 * readers could see differently is refused: overlapping members, local headers that say something else than the directory,
 * a second directory, encryption, ZIP64, several disks. Sizes and checksums are counted while inflating, never believed.
 *
 * Memory: the directory (at most 2,000 members) and two buffers of 32 KiB, whatever is in the file.
 *
 * Not for: writing, and methods other than stored and deflated.
 */
#ifndef ENGINE_SHEET_UNZIP_H
#define ENGINE_SHEET_UNZIP_H

#include "base/arena.h"
#include "base/base.h"

struct unzip_limits {
    size_t members;   /* 2,000 */
    int64_t ratio;    /* bytes out for a byte in, 100; members under 64 KiB out may be denser */
    int64_t unpacked; /* bytes of all members together, 200 MiB */
    bool nested;      /* may members be archives themselves? */
};

/* F3's numbers, no nesting. */
extern const struct unzip_limits unzip_limits_upload;

enum unzip_fault {
    UNZIP_GOOD,
    UNZIP_NOT_ZIP, /* no directory at the end, or it does not hold together */
    UNZIP_EXTRA,   /* bytes in front, between or behind */
    UNZIP_OVERLAP, /* members share bytes */
    UNZIP_DIFFERS, /* local header and directory disagree */
    UNZIP_ENCRYPTED,
    UNZIP_METHOD,  /* neither stored nor deflated, or ZIP64, or several disks */
    UNZIP_NAME,    /* absolute, "..", backslash, control character, not UTF-8, twice */
    UNZIP_MEMBERS, /* too many */
    UNZIP_RATIO,
    UNZIP_UNPACKED, /* too large */
    UNZIP_NESTED,   /* an archive in the archive */
    UNZIP_DAMAGED,  /* does not inflate to what the directory says, or wrong checksum */
    UNZIP_FAULT_COUNT,
};

/* Key into lang/: "zip.encrypted". */
const char *unzip_fault_key(enum unzip_fault fault) __attribute__((returns_nonnull));

struct unzip_member {
    const char *name; /* valid UTF-8, '/' between parts, ends in '/' for a folder */
    int64_t header;   /* where the local header begins */
    int64_t data;     /* where its bytes begin */
    int64_t packed, size;
    uint32_t crc;
    uint16_t method;
    uint16_t flags;
};

struct unzip {
    int fd; /* the caller's */
    struct unzip_limits limits;
    struct unzip_member *member; /* in the order of their bytes in the file */
    size_t n;
    int64_t unpacked; /* counted so far by unzip_read() */
    enum unzip_fault fault;
};

/*
 * Reads and checks directory and local headers; unpacks nothing. The arena owns the list. E_FORMAT with z->fault saying
 * why, E_LIMIT with the fault for what is too large or too many, E_STORAGE.
 */
MUST_USE int unzip_open(struct unzip *z, int fd, const struct unzip_limits *limits, struct arena *a);

/* By exact name; NULL for none. */
const struct unzip_member *unzip_find(const struct unzip *z, const char *name);

/*
 * Unpacks one member into `sink`, piece by piece, and checks size, ratio, checksum and the sum over all members read
 * so far. `sink` may be NULL; a negative result of it ends the reading with it. Faults as in unzip_open().
 */
typedef int unzip_sink(void *arg, const uint8_t *p, size_t n);
MUST_USE int unzip_read(struct unzip *z, const struct unzip_member *m, unzip_sink *sink, void *arg);

/* Opens and unpacks everything into nothing: is this file safe and whole? *ret_fault is UNZIP_GOOD with 0. */
MUST_USE int unzip_check(int fd, const struct unzip_limits *limits, enum unzip_fault *ret_fault);

#endif
