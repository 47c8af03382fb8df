/*
 * attachment_part.h: what the pages of attachments share. For attachment*.c only.
 */
#ifndef ENGINE_ATTACHMENT_PART_H
#define ENGINE_ATTACHMENT_PART_H

#include "engine/attachment.h"
#include "engine/beside.h"
#include "engine/scan.h"

bool attachment_is_void(const struct attachment *x);

/* Why nobody may open it: a virus, or not yet looked at. NULL: anybody who reads the record may. */
const char *attachment_locked(struct req *r, const struct attachment *x);

size_t attachment_letters(const char *s);

/* The form to add files; `error` NULL: fresh. v: those of the record. */
void attachment_write_form(struct req *r, const struct beside *b, const struct attachment *v, size_t n, const char *error);

/* The address of the file, with `act` ("/lihat") behind it. */
const char *attachment_path(struct req *r, const struct beside *b, const struct attachment *x, const char *act);

/* The version that took the place of x among those of its record; NULL for none. */
const struct attachment *attachment_newer(const struct attachment *v, size_t n, const struct attachment *x);

/* Where the same bytes are kept, as far as the one who asks may see it. */
void attachment_write_same(struct req *r, const struct attachment *x);

/* The file of the route; false when the request has been answered. */
bool attachment_of_route(struct req *r, struct beside *b, struct attachment *ret);

#endif
