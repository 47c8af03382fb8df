/*
 * guide.h: the guide for users, at /bantuan: docs/panduan/NAME.md, which is part of the program, as pages.
 */
#ifndef CORE_FRONT_GUIDE_H
#define CORE_FRONT_GUIDE_H

#include "engine/app.h"
#include "ui/markdown.h"

struct guide {
    const char *name;  /* "warga": of the file, and in the address */
    const char *title; /* keys */
    const char *hint;
};

/* In the order in which they are read. */
extern const struct guide guides[];
extern const size_t guides_n;

/* The text of a guide; "README" is the first page. Negative when there is none, or when it is not as ui/markdown.h says. */
MUST_USE int guide_read(struct arena *a, const char *name, struct markdown *ret, int *ret_line);

void guide_first_page(struct req *r);
void guide_page(struct req *r);

#endif
