/*
 * pdf_icc.h: the colour profile that PDF/A wants: sRGB, as an ICC profile of version 4.2.
 *
 * Made here instead of shipped, because it is a few numbers of a public standard (IEC 61966-2-1) and a file of them would
 * carry somebody's licence. Not for: colour management.
 */
#ifndef UI_PDF_ICC_H
#define UI_PDF_ICC_H

#include "base/arena.h"

/* The profile, a little over 500 bytes, always the same. Lives in `a`. */
struct bytes icc_srgb(struct arena *a);

#endif
