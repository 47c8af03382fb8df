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

/* One file in pieces, for jobs: all calls with the same request, whose db may be another snapshot each time. */
struct export_conf {
    enum export_format format;
    bool personal;
    int64_t most; /* rows; E_LIMIT beyond */
    int fd;
    const char *temporary; /* directory for pieces */
};
struct export_out;

/* The heading. `r`, `q` and its arena must outlive *ret. E_PERMIT when no column may go out. */
MUST_USE int export_open(struct req *r, const struct list_query *q, const struct export_conf *conf, struct export_out **ret);

/*
 * Up to `most` further rows, by key: what is inserted or voided meanwhile neither repeats nor hides another row. `from` is NULL
 * at first, *ret_next where the next call begins, NULL at the end. After a failure only export_drop().
 */
MUST_USE int64_t export_put(struct export_out *o, int64_t most, const char *from, const char **ret_next);

MUST_USE int64_t export_close(struct export_out *o); /* puts the file together; how many rows it has */
void export_drop(struct export_out *o);              /* what stands in fd is nothing; NULL does nothing */

/*
 * Writes all rows of the query to `fd`; pieces go into the directory `temporary`. E_LIMIT when there are more than `most`; then
 * and after other failures what stands in fd is nothing. Returns how many rows.
 */
MUST_USE int64_t export_write(struct req *r, const struct list_query *q, enum export_format format, bool personal, int64_t most,
                              int fd, const char *temporary);

#endif
