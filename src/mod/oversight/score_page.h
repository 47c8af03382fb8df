/*
 * score_page.h: what the two pages of scores share.
 */
#ifndef MOD_OVERSIGHT_SCORE_PAGE_H
#define MOD_OVERSIGHT_SCORE_PAGE_H

#include "mod/oversight/score_read.h"
#include "ui/layout.h"

/* "Jan" to "Des", twelve. */
const char *const *score_months(struct req *r);

/* Place of a day among them, for a programme year; what came after the year belongs to its last month. */
size_t score_month(date d, int64_t year);

/* Navigation of the supervisors' pages. */
void score_nav(struct page *p);

#endif
