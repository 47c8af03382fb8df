/*
 * os.h: the only door to the system: files, clock, random, processes. sandbox.h beside it holds the locks.
 */
#ifndef OS_OS_H
#define OS_OS_H

#include <sys/types.h>

#include "base/arena.h"
#include "base/base.h"

/* ---- clock ---- */

instant os_now(void);          /* UTC; a test clock may be set by TERANG_TEST_CLOCK (demo and test instances only) */
int64_t os_monotonic_us(void); /* for durations and deadlines */

/* ---- random, from the kernel; never fails (ends the process if the kernel refuses) ---- */

void os_random(void *p, size_t n);

/* 64-bit id, ordered by time: 42 bits of milliseconds since 2020, 21 random or counting bits; always positive. */
int64_t os_new_id(void);

/* ---- descriptors ---- */

void os_close(int *fd); /* closes and sets -1; a negative one is left alone */
#define AUTO_CLOSE __attribute__((cleanup(os_close)))

/* ---- files. Names are relative to a directory descriptor and may not leave it (openat2 RESOLVE_BENEATH). ---- */

MUST_USE int os_open_dir(const char *path);                  /* descriptor, or negative result */
MUST_USE int os_open_read(int dir, const char *name);        /* E_STORAGE; 0 is never a valid answer here */
MUST_USE int os_create(int dir, const char *name, mode_t mode); /* new file, O_EXCL; E_CONFLICT when it exists */
MUST_USE int os_make_dir(int dir, const char *name, mode_t mode); /* 0 also when it is there already */
MUST_USE int os_write_all(int fd, const void *p, size_t n);  /* E_FULL without room */
MUST_USE int os_read_all(int fd, struct arena *a, size_t max, struct bytes *ret); /* E_LIMIT over max */
MUST_USE int os_read_file(int dir, const char *name, struct arena *a, size_t max, struct bytes *ret);

/* Whole file replaced at once: temporary beside it, fsync, rename, fsync of the directory. */
MUST_USE int os_replace_file(int dir, const char *name, const void *p, size_t n, mode_t mode);
MUST_USE int os_remove(int dir, const char *name);
MUST_USE int os_disk_free_percent(int dir); /* 0 to 100, or negative */

/* ---- secrets ---- */

/* Memory that is never swapped or dumped; freed wiped. Ends the process when there is none. */
void *os_secret_alloc(size_t n);
void os_secret_free(void *p); /* NULL does nothing */

#endif
