/*
 * os.h: the only door to the system: files, clock, random, secrets. Beside it: process.h (children, privileges,
 * programs), supervise.h (the parent), sandbox.h (the locks), pipe.h (messages between roles), socket.h.
 *
 * Nothing here prints. A negative result leaves errno as the kernel set it, for the line in the log.
 */
#ifndef OS_OS_H
#define OS_OS_H

#include <sys/types.h>

#include "base/arena.h"
#include "base/base.h"

/* ---- clock ---- */

instant os_now(void);          /* UTC; a test clock may be set by TERANG_TEST_CLOCK (demo and test instances only) */
int64_t os_monotonic_us(void); /* for durations and deadlines; knows no test clock */

/*
 * Allows the test clock in this process; called once, by whoever has read that the instance is a demo or a test. From
 * then on the file that TERANG_TEST_CLOCK names is read, at most once a second: a signed number of milliseconds
 * that is added to the wall clock, e.g. "86400000" for tomorrow. A file that is missing or holds anything else
 * changes nothing. Children inherit the permission and the offset.
 */
void os_clock_allow_test(void);

/* Lets os_now() go on from `t`. E_STATE without os_clock_allow_test(). A file read later replaces it. */
MUST_USE int os_clock_test_set(instant t);

/* ---- random, from the kernel; never fails (ends the process if the kernel refuses) ---- */

void os_random(void *p, size_t n);

/*
 * 64-bit id, ordered by time: 42 bits of milliseconds since 2020, 21 random or counting bits; always positive. Every
 * answer in a process is larger than the one before, whatever thread asks and whatever the wall clock does; the test
 * clock has no say. The first id of a millisecond is random, the next count on: an id is a name, not a secret.
 */
int64_t os_new_id(void);

/* ---- descriptors. No function here ever answers 0, 1 or 2, so 0 can stand for "none". ---- */

void os_close(int *fd); /* closes and sets -1; 0 and negative ones are none and left alone; errno stays */
#define AUTO_CLOSE __attribute__((cleanup(os_close)))

/*
 * ---- files ----
 *
 * Names are relative to a directory descriptor and may not leave it (openat2 RESOLVE_BENEATH, no symbolic links). Each
 * part between slashes is at least one byte and neither "." nor ".."; anything else is E_INPUT. Files are regular files.
 * Besides what is said below: E_FULL without room (disk or quota), E_STORAGE for the rest.
 */

MUST_USE int os_open_dir(const char *path);                       /* descriptor, or negative result; path from the operator */
MUST_USE int os_open_dir_in(int dir, const char *name);           /* the same below another */
MUST_USE int os_open_read(int dir, const char *name);             /* E_STORAGE; 0 is never a valid answer here */
MUST_USE int os_open_if_there(int dir, const char *name);         /* as os_open_read(), but 0 when there is no such file */
MUST_USE int os_create(int dir, const char *name, mode_t mode);   /* new file, O_EXCL; E_CONFLICT when it exists */
MUST_USE int os_make_dir(int dir, const char *name, mode_t mode); /* 0 also when it is there already */
MUST_USE int os_write_all(int fd, const void *p, size_t n);       /* E_FULL without room */
MUST_USE int os_read_all(int fd, struct arena *a, size_t max, struct bytes *ret); /* E_LIMIT over max */
MUST_USE int os_read_file(int dir, const char *name, struct arena *a, size_t max, struct bytes *ret);

/*
 * Whole file replaced at once: temporary beside it, fsync, rename, fsync of the directory. The old content is there, or
 * the new one; a crash can leave the temporary behind (see os_sweep()). `mode` counts whatever the umask.
 */
MUST_USE int os_replace_file(int dir, const char *name, const void *p, size_t n, mode_t mode);

/* Renames, also into another directory of the same file system, and fsyncs both. E_CONFLICT when `to` exists. */
MUST_USE int os_move(int from_dir, const char *from, int to_dir, const char *to);

MUST_USE int os_remove(int dir, const char *name); /* 0 also when there was none; durable after os_sync() of its directory */
MUST_USE int os_sync(int fd);                      /* fsync of a file or a directory */

/* Removes the regular files right below `dir` whose name contains `part` and that are unchanged for `age_s` seconds; how many.
 */
MUST_USE int os_sweep(int dir, const char *part, int64_t age_s);
#define OS_TEMPORARY ".os-new-" /* in the name of every temporary of os_replace_file() */

/* What is right below `dir`, sorted by name; in the arena. E_LIMIT for more than `max`. */
struct os_entry {
    const char *name;
    bool is_dir;
    bool is_mine;  /* of this user */
    unsigned mode; /* permissions, e.g. 0600 */
    int64_t age_s; /* since the content changed, by the real clock */
};
MUST_USE int os_list(int dir, struct arena *a, size_t max, struct os_entry **ret, size_t *ret_n);

MUST_USE int os_disk_free_percent(int dir); /* of what this user may fill, 0 to 100 rounded down, or negative */

struct os_room {
    int64_t total, available; /* bytes, of what this user may fill */
};
MUST_USE int os_disk_room(int dir, struct os_room *ret);

/* Bytes of memory that this process has, through a descriptor that was opened before the locks were on; or negative. */
MUST_USE int os_memory_open(void);
int64_t os_memory(int fd);

/*
 * Takes the lock of an instance: creates the file if need be and holds it until the descriptor is closed or the process
 * ends, however it ends. E_BUSY while another process (or descriptor) holds it; the file then names the holder's pid.
 */
MUST_USE int os_lock_file(int dir, const char *name);

/* ---- secrets ---- */

/*
 * Memory that is never swapped or dumped; freed wiped. Ends the process when there is none (RLIMIT_MEMLOCK counts).
 * Zeroed; a child of fork sees zeros again. Running over its end meets a guard page after at most 15 bytes.
 * Costs at least five pages: for keys, not for records.
 */
void *os_secret_alloc(size_t n);
void os_secret_free(void *p); /* NULL does nothing */

#endif
