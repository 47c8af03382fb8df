/*
 * content.h: the looks at one kind of content each, for filetype.c. Not for anybody else.
 *
 * Each gets a descriptor and the file's size, knows that the first bytes are those of its kind, and answers with the fault.
 * They read in pieces and never more than the file.
 */
#ifndef ENGINE_FILETYPE_CONTENT_H
#define ENGINE_FILETYPE_CONTENT_H

#include "engine/filetype/filetype.h"

/* A place in a file that moves forward. Reading past the end sets `ended` and gives zeros. */
struct scan {
    int fd;
    int64_t size;
    int64_t at; /* of the next byte */
    bool ended;
    bool failed;  /* the system could not read */
    int64_t from; /* of buf[0] */
    size_t n;
    uint8_t buf[8 * KB];
};

void scan_init(struct scan *s, int fd, int64_t size);
uint8_t scan_byte(struct scan *s);
uint16_t scan_be16(struct scan *s);
uint32_t scan_be32(struct scan *s);
uint16_t scan_le16(struct scan *s);
void scan_bytes(struct scan *s, void *p, size_t n);
void scan_skip(struct scan *s, int64_t n); /* past the end too: the next read notices */

/* image.c: walk the structure, find width and height. */
enum file_fault look_jpg(struct scan *s, struct file_finding *f);
enum file_fault look_png(struct scan *s, struct file_finding *f);
enum file_fault look_gif(struct scan *s, struct file_finding *f);

/* ole.c: which of the three old office formats, macros. */
enum file_fault look_ole(struct scan *s, struct file_finding *f);

/* plain.c: UTF-8 without control characters, no markup, no script. */
enum file_fault look_text(struct scan *s, struct file_finding *f);

#endif
