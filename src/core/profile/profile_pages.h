/*
 * profile_pages.h: the page of settings, and the picture of the crest; for the module.
 */
#ifndef CORE_PROFILE_PROFILE_PAGES_H
#define CORE_PROFILE_PROFILE_PAGES_H

#include "ui/req.h"

void profile_page(struct req *r);
void profile_post(struct req *r);
void profile_crest(struct req *r); /* ?v=FIRST_DIGITS of its SHA-256 may be kept for ever */

#endif
