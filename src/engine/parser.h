/*
 * parser.h: looks at strangers' files in a locked-up child (design D16, security.md P3).
 *
 * The server asks its parent over a pipe for a child that gets two descriptors, the file and one to answer on, and nothing
 * else: no network, no other file, little memory and time. If the child dies of what it reads, the file is broken; the
 * server goes on.
 *
 * Without a parent that can (commands, tests; app->parser is 0) the look happens in this process.
 */
#ifndef ENGINE_PARSER_H
#define ENGINE_PARSER_H

#include "engine/filetype/filetype.h"
#include "engine/import.h"
#include "engine/paint/paint.h"
#include "os/supervise.h"

struct app;
struct chores;
struct mailer_conf;

#define PARSER_DEADLINE_MS 8000

/*
 * As file_accept(). A child that ends without an answer: E_FORMAT with FILE_BROKEN. E_BUSY when there are too many at work.
 * Waits for the child: some milliseconds for most files, PARSER_DEADLINE_MS at most. Any thread.
 */
MUST_USE int parser_accept(const struct app *app, int fd, const char *filename, const char *declared, enum file_purpose purpose,
                           struct file_finding *ret);

/*
 * As import_read(), whose words it uses: the child reads the file to its end and hands over its rows, at most IMPORT_ROWS + 2
 * lines and PARSER_ROWS_MAX bytes; then `fn` gets them here. A child that ends without having told how: E_FORMAT, refused with
 * "import.reading-failed".
 */
#define PARSER_ROWS_MAX (64 * MB)
MUST_USE int parser_rows(const struct app *app, int fd, struct arena *a, struct arena *lot, import_line_fn *fn, void *arg,
                         struct import_report *report);

/* As paint(), by a child: one that dies of the file is PAINT_BROKEN, too many at work PAINT_BUSY. Blocks as parser_accept(). */
void parser_paint(const struct app *app, int fd, enum filetype type, int page, struct arena *a, struct picture *ret);

/* Tells the parent, over the same pipe, that the server serves now. Nothing without a parent. */
MUST_USE int parser_tell_ready(const struct app *app);

/* ---- the parent's side ---- */

/* Takes one message from the server's pipe: starts the child (for a mail that of mailer.h, with `mail`, for a
 * chore that of chore.h), or notes that the round is ready. Negative: the pipe no longer makes sense, close it. */
MUST_USE int parser_asked(struct supervisor *s, int fd, const struct mailer_conf *mail, const struct chores *chores);

#endif
