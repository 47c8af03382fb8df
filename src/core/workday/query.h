/*
 * query.h: the statement over days off; for workday.c and its module.
 */
#ifndef CORE_WORKDAY_QUERY_H
#define CORE_WORKDAY_QUERY_H

#include "db/db.h"

extern const struct query workday_q_off;

#endif
