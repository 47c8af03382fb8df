/*
 * markdown.h: our guide's text: a small part of Markdown, read exactly, so that a file looks the same here and where the
 * source is read.
 *
 *     # Title               once, in the first line
 *     ## Part, ### Section  their ids are made of the words as the source's hosts make them: "Tugas saya" is #tugas-saya
 *     - item, 1. item       a line that goes on is indented; lists do not nest
 *     | a | b |             a head, a line of dashes, rows
 *     ```                   lines as they are, up to the next ```
 *
 * What is none of these is a paragraph. A block ends at an empty line. In texts: **label**, *stress*, `code`, [words](where),
 * none inside another. `where` is #id, NAME.md, NAME.md#id or an own path. Anything else is a fault of the file, not text.
 *
 * Not for: what users type.
 */
#ifndef UI_MARKDOWN_H
#define UI_MARKDOWN_H

#include "ui/req.h"

enum md_kind {
    MD_HEADING, /* items[0] */
    MD_PARAGRAPH,
    MD_LIST,
    MD_NUMBERED,
    MD_TABLE, /* items are cells, `columns` a row; the first row is the head */
    MD_CODE,  /* items are lines */
};

struct md_block {
    enum md_kind kind;
    int level;      /* of a heading: 2 or 3 */
    const char *id; /* of a heading */
    const char **items;
    size_t n;
    size_t columns;
};

struct markdown {
    const char *title;
    struct md_block *v;
    size_t n;
};

/* E_FORMAT with the first line of the block in *ret_line (0: the title), E_LIMIT over 128 KB. Everything lives in `a`. */
MUST_USE int markdown_read(struct arena *a, struct bytes in, struct markdown *ret, int *ret_line);

enum md_span_kind { MD_TEXT, MD_LABEL, MD_STRESS, MD_WORD_OF_CODE, MD_LINK };

struct md_span {
    enum md_span_kind kind;
    const char *text;
    const char *where; /* of a link, as written */
};

/* The next piece of a text: 1, 0 at its end, E_FORMAT for a mark without its other half. */
MUST_USE int md_span_next(struct arena *a, const char **at, struct md_span *ret);

/* All blocks without the title. Links to NAME.md lead to `base`/NAME, to README.md to `base` itself. */
void markdown_show(struct req *r, const struct markdown *md, const char *base);

/* Links to the parts (##), as items of a list. */
void markdown_contents(struct req *r, const struct markdown *md);

#endif
