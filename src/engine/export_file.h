/*
 * export_file.h: rows of a list as a CSV or XLSX file that import reads back as the same rows.
 *
 * Columns are those of the list, hidden ones too, then the other fields of the form. Refs stand as the code of the row they
 * lead to, states as codes, days as YYYY-MM-DD, instants as UTC to the second, bools as 1 and 0, amounts as numbers with a
 * point. CSV names fields as the API does; XLSX has the words of the reader's language instead; import knows both.
 *
 * Not for: who may (export.c).
 */
#ifndef ENGINE_EXPORT_FILE_H
#define ENGINE_EXPORT_FILE_H

#include "engine/list_query.h"

#define EXPORT_ROWS 10000 /* in one request */

enum export_format {
    EXPORT_CSV,
    EXPORT_XLSX,
    EXPORT_FORMAT_COUNT,
};

/* Of "csv" or "xlsx"; a BUG for anything else. */
enum export_format export_format(const char *name);
const char *export_format_name(enum export_format f);
const char *export_format_type(enum export_format f); /* media type */

/* Fields that go into the file, without personal ones unless `personal`. */
size_t export_fields(const struct screen *s, bool personal, struct arena *a, const struct field *const **ret);
bool export_has_personal(const struct screen *s);

/*
 * Writes all rows of the query to `fd`; pieces go into the directory `temporary`. E_LIMIT when there are more than `most`; then
 * and after other failures what stands in fd is nothing. Returns how many rows.
 */
MUST_USE int64_t export_write(struct req *r, const struct list_query *q, enum export_format format, bool personal, int64_t most,
                              int fd, const char *temporary);

#endif
