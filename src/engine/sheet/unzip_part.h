/*
 * unzip_part.h: what the two halves of the ZIP reader share. Not for anybody else.
 */
#ifndef ENGINE_SHEET_UNZIP_PART_H
#define ENGINE_SHEET_UNZIP_PART_H

#include "engine/sheet/unzip.h"

#define UNZIP_STORED      0
#define UNZIP_DEFLATED    8
#define UNZIP_LOCAL_BYTES 30

/* Notes the fault and returns the result that goes with it. */
int unzip_fail(struct unzip *z, enum unzip_fault fault);

/* Exactly n bytes at a place; E_FORMAT when the file ends before. */
int unzip_read_at(int fd, int64_t at, void *p, size_t n);

#endif
