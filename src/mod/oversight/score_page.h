/*
 * score_page.h: what the two pages of scores share.
 */
#ifndef MOD_OVERSIGHT_SCORE_PAGE_H
#define MOD_OVERSIGHT_SCORE_PAGE_H

#include "mod/oversight/score_read.h"
#include "ui/layout.h"

/* "Jan" to "Des", twelve. */
const char *const *score_months(struct req *r);

/* Navigation of the supervisors' pages. */
void score_nav(struct page *p);

#endif
