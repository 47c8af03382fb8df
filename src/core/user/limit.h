/*
 * limit.h: how often one person may search, take files, and ask for rows that are not there (security.md W15, Z8). For
 * app.may_search, app.may_export and app.may_guess.
 *
 * Counted by session, for a program by its user, for strangers by address. 0, or E_RATE with its words as the fault.
 */
#ifndef CORE_USER_LIMIT_H
#define CORE_USER_LIMIT_H

#include "base/base.h"
#include "ui/req.h"

MUST_USE int limit_search(struct req *r);
MUST_USE int limit_export(struct req *r);
int limit_guess(struct req *r, bool missed);

#endif
