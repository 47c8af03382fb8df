/*
 * score_page.h: what the two pages of scores share.
 */
#ifndef MOD_OVERSIGHT_SCORE_PAGE_H
#define MOD_OVERSIGHT_SCORE_PAGE_H

#include "mod/oversight/score_read.h"
#include "ui/component.h"

/* "Jan" to "Des", twelve. */
const char *const *score_months(struct req *r);

#endif
