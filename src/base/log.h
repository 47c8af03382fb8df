/*
 * log.h: one line a record on stderr, written by one write(): safe from any thread; journald or a file behind a pipe
 * keeps it.
 *
 *     log_record(LEVEL_WARN, "http.slow", LOG_TEXT("path", r->path), LOG_INT("ms", 1240));
 *     2026-09-18T03:42:00.123Z warn http.slow path=/izin ms=1240
 *
 * A value can neither begin a new record nor move the cursor: control characters, line and paragraph separators, marks
 * that turn the reading direction and broken UTF-8 are written as \n, \xNN or \u{N}. Secrets and names do not belong here, and
 * have no way in: a text is shown only under a key that log.c declares, in the shape declared there; a key with a word such as
 * password or token never shows its value; a run of exactly 16 digits (a NIK) and the name in a mail address are masked.
 *
 * A server keeps its lines in files too, with addresses of the network shortened (log_keep(), os/log_file.h).
 *
 * Libraries (base, db, engine) log nothing above debug; the request runner logs once (style.md section 5).
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base.h"

enum log_level {
    LEVEL_DEBUG,
    LEVEL_INFO,
    LEVEL_WARN,
    LEVEL_ERROR,
    LEVEL_COUNT,
};

struct log_pair {
    const char *key;  /* [a-z0-9_.-], a constant */
    const char *text; /* NULL is written as - */
    int64_t number;
    bool is_number;
};

#define LOG_TEXT(k, s) ((struct log_pair){.key = (k), .text = (s)})
#define LOG_INT(k, v)  ((struct log_pair){.key = (k), .number = (v), .is_number = true})

/*
 * Once, before threads start. `now` gives the time of a record (os_now), NULL leaves it out; records under `level` are
 * dropped. Before this call: info, no time.
 */
void log_set_up(enum log_level level, instant (*now)(void));

bool log_wants(enum log_level level);

/* From then on each line is also given to `keep`, as log_format_kept() writes it; from any thread. NULL: no longer. */
typedef void log_keep_fn(const char *line, size_t n);
void log_keep(log_keep_fn *keep);

/* `event` is a constant, module first. At most LOG_LINE_MAX bytes go out; values are cut at LOG_VALUE_MAX. */
#define LOG_LINE_MAX  ((size_t)4096)
#define LOG_VALUE_MAX ((size_t)512)
#define log_record(level, event, ...)                                                                                          \
    log_record_((level), (event), (const struct log_pair[]){{.key = NULL}, ##__VA_ARGS__} + 1,                                 \
                ARRAY_LEN(((const struct log_pair[]){{.key = NULL}, ##__VA_ARGS__})) - 1)
void log_record_(enum log_level level, const char *event, const struct log_pair *pairs, size_t n);

/* The line itself, with its newline, into `out`; returns its length. INSTANT_NONE leaves the time out. */
size_t log_format(char out[static LOG_LINE_MAX], instant t, enum log_level level, const char *event,
                  const struct log_pair *pairs, size_t n);
size_t log_format_kept(char out[static LOG_LINE_MAX], instant t, enum log_level level, const char *event,
                       const struct log_pair *pairs, size_t n);

#endif
