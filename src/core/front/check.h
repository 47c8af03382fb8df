/*
 * check.h: the page /v, where anybody checks a proof.
 */
#ifndef CORE_FRONT_CHECK_H
#define CORE_FRONT_CHECK_H

#include "engine/app.h"

#define CHECK_PATH "/v"

void check_page(struct req *r);
void check_post(struct req *r); /* reads only: nothing that is sent in is kept */

extern const struct query check_query;

#endif
