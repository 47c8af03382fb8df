/*
 * param_page.h: which parameters count on a day; for param.c.
 */
#ifndef ENGINE_PARAM_PAGE_H
#define ENGINE_PARAM_PAGE_H

#include "ui/req.h"

/* GET /kerja/{gov}/parameter-berlaku?hari=DAY: every number that a module asks for, with its value and basis on that day. */
void param_page(struct req *r);

#endif
