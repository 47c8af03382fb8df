/*
 * qr.h: a QR code as a square of dark and light, for pages and documents.
 *
 * Only addresses go into our codes, never personal data (licensing: the code names a page, the page says the rest).
 */
#ifndef UI_QR_H
#define UI_QR_H

#include "base/arena.h"

struct qr {
    int width;           /* modules a side, without the quiet zone of 4 */
    const uint8_t *dark; /* width * width, row by row, 1 = dark */
};

/* Error correction M: 15 % may be lost to a stamp. E_LIMIT for an empty text and over 300 bytes. Lives in `a`. */
MUST_USE int qr_make(struct arena *a, const char *text, struct qr *ret);

#endif
