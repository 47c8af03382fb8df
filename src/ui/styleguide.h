/*
 * styleguide.h: the page /styleguide, which shows every part in all its states.
 *
 * It is for those who build pages, and it is what the tests render: a part that looks wrong looks wrong here first. People
 * and figures are invented. Not for: documentation of rules (docs/).
 */
#ifndef UI_STYLEGUIDE_H
#define UI_STYLEGUIDE_H

#include "ui/req.h"

/* The whole page, from <!DOCTYPE> to </html>. Needs no login and no database. `other_lang` may be NULL. */
void ui_styleguide(struct req *r, const char *other_lang);

#endif
