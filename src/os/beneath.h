/*
 * beneath.h: opening a name that may not leave its directory. For the files of this folder only; others use os.h.
 */
#ifndef OS_BENEATH_H
#define OS_BENEATH_H

#include <fcntl.h>

#include "os/os.h"

/* 0, or E_INPUT for a name that os.h does not allow: empty, absolute, an empty part, "." or "..", over 4095 bytes. */
MUST_USE int beneath_check(const char *name);

/* As openat(), O_CLOEXEC and O_NOFOLLOW added. A descriptor above 2, or a negative result with errno. */
MUST_USE int beneath_open(int dir, const char *name, int flags, mode_t mode);

/* The same by walking part by part: what beneath_open() does on kernels before 5.6, which have no openat2. */
MUST_USE int beneath_walk(int dir, const char *name, int flags, mode_t mode);

/*
 * The directory that holds the last part of `name`, and that part: for calls that take a parent and a plain name. The
 * answer is `dir` itself when there is no slash, else *ret_owned, which the caller closes (it comes in as -1).
 */
MUST_USE int beneath_parent(int dir, const char *name, int *ret_owned, const char **ret_last);

/* The result for an errno: E_FULL, E_CONFLICT for EEXIST, E_STORAGE for the rest. */
int beneath_result(int err);

/* Moves a descriptor out of the range of the standard three, where a stray printf would write into it. */
MUST_USE int beneath_keep(int fd);

#endif
