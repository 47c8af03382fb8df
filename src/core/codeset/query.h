/*
 * query.h: the statements over the tables of code sets, for the files of this folder.
 */
#ifndef CORE_CODESET_QUERY_H
#define CORE_CODESET_QUERY_H

#include "core/codeset/codeset.h"

#define CODESET_TABLE       "code.%s"     /* pub.table of a load leaf, with the set's name */
#define CODESET_DAYS        "holiday"     /* the set that is also put into the table of that name */
#define CODESET_CHANGES     "code_change" /* the set whose rows say what became of codes of other sets */
#define CODE_SUCCESSORS_MAX 50            /* stands in the statement too */

extern const struct query codeset_by_id, codeset_by_version, codeset_by_day, codeset_all;
extern const struct query code_one, code_below, code_prefix, code_words, code_after, code_mapped;

extern const struct query codeset_known, codeset_insert, codeset_stored, codeset_publish, codeset_remove, codeset_unfinished;
extern const struct query code_insert, code_insert_many, code_count, code_at, code_remove, code_remove_below;
extern const struct query codeset_days, codeset_any, code_origin, code_said, code_said_of_new, code_successor_put, code_changes;

#define CODESET_QUERIES 29
extern const struct query *const codeset_queries[CODESET_QUERIES];

#endif
