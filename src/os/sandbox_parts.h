/*
 * sandbox_parts.h: what sandbox.c puts together. For src/os/sandbox*.c only.
 */
#ifndef OS_SANDBOX_PARTS_H
#define OS_SANDBOX_PARTS_H

#include "os/sandbox.h"

/* Loads the filter of the role into the kernel, for all threads. */
bool sandbox_filter(const struct sandbox_conf *conf);

/* Puts on Landlock; returns the bits that this kernel's version has. */
unsigned sandbox_landlock(const struct sandbox_conf *conf);

/* Sets the limits of the role. False when the kernel refuses one. */
bool sandbox_limits(enum sandbox_role role);

#endif
