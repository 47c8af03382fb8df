/*
 * export.c: `terang export SLUG --gov SLUG`: the file of a list, by the same code as its page.
 *
 * Written to a nameless file first, so that what comes out is whole or nothing. Personal columns need a person and a reason,
 * and no running server, since a leaf is written. Not for: official lists, which come from files (import.c).
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "base/text.h"
#include "engine/export.h"
#include "main/backup.h"
#include "main/behalf.h"
#include "main/modules.h"
#include "os/os.h"

#define OUT_MAX ((size_t)64 * KB)
#define STEP    ((size_t)64 * KB)

enum { GOV, USER, QUERY, FORMAT, REASON, OUT };

/* What is written to. */
struct target {
    struct named_place place; /* with --out */
    int fd;                   /* of the new file, or standard output */
};

/* The file is made first: afterwards a command of root is no longer root. */
static int open_target(const struct command_line *line, struct target *t)
{
    const char *path = line->values[OUT];

    *t = (struct target){.place.dir = -1, .fd = STDOUT_FILENO};
    if (path == NULL)
        return 0;
    if (named_open(line->arena, path, &t->place) < 0)
        return cannot("%s: its folder cannot be opened: %s", path, strerror(errno));
    t->fd = os_create(t->place.dir, t->place.name, 0600);
    if (t->fd == E_CONFLICT)
        return cannot("%s is there already: it is left alone", path);
    return t->fd < 0 ? cannot("%s: cannot be made: %s", path, strerror(errno)) : 0;
}

static void close_target(const struct command_line *line, struct target *t, int code)
{
    if (line->values[OUT] == NULL)
        return;
    if (code != 0 && t->fd >= 0 && os_remove(t->place.dir, t->place.name) < 0)
        (void)cannot("%s: is left empty", line->values[OUT]); /* the code is set */
    os_close(&t->fd);
    os_close(&t->place.dir);
}

/* ---- writing ---- */

/* A file without a name in TERANG_DATA/upload, whose path is for pieces. */
static int open_nameless(const struct opened *o, struct arena *a, const char **ret_folder)
{
    const char *name = text_printf(a, "unduh-%" PRId64, os_new_id());
    AUTO_CLOSE int top = os_open_dir(o->in.path), dir = top < 0 ? top : os_open_dir_in(top, "upload");
    int fd, e;

    if (dir < 0)
        return dir;
    *ret_folder = text_printf(a, "%s/upload", o->in.path);
    fd = os_create(dir, name, 0600);
    e = fd < 0 ? fd : os_remove(dir, name);
    if (e < 0)
        os_close(&fd);
    return e < 0 ? e : fd;
}

static int copy(struct arena *a, int from, const struct target *t, bool named)
{
    uint8_t *step = arena_alloc(a, STEP);
    off_t at = 0;
    ssize_t n;
    int e = 0;

    while (e == 0 && (n = pread(from, step, STEP, at)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        e = n < 0 ? E_STORAGE : os_write_all(t->fd, step, (size_t)n);
        at += n;
    }
    if (e == 0 && named)
        e = os_sync(t->fd);
    if (e == 0 && named)
        e = os_sync(t->place.dir);
    return e;
}

static int tell(const struct command_line *line, const struct export_order *order, int64_t rows)
{
    struct stat st = {0};
    struct json_out j;
    struct buf out;

    if (line->values[OUT] == NULL)
        return 0;
    if (fstat(order->fd, &st) < 0)
        return cannot("%s: cannot be read", line->values[OUT]);
    buf_init(&out, line->arena, OUT_MAX);
    if (line->json) {
        json_out_init(&j, &out);
        json_out_object(&j);
        json_put_text(&j, "screen", order->screen->slug);
        json_put_text(&j, "file", line->values[OUT]);
        json_put_text(&j, "format", export_format_name(order->format));
        json_put_int(&j, "rows", rows);
        json_put_int(&j, "bytes", (int64_t)st.st_size);
        json_put_bool(&j, "personal", order->reason != NULL);
        json_out_end(&j);
        buf_byte(&out, '\n');
    } else {
        const struct req r = {.arena = line->arena, .lang = line->lang};

        buf_printf(&out, "%s\n", T2(&r, "cli.exported", line->values[OUT], text_printf(line->arena, "%" PRId64, rows)));
    }
    return command_print(&out);
}

static int refuse(const struct command_line *line, int64_t e, const char *wrong)
{
    const char *who = line->values[USER] != NULL ? line->values[USER] : "terang export";

    if (e == E_INPUT && wrong != NULL)
        return command_usage(line->command, wrong);
    if (e == E_PERMIT && line->values[REASON] != NULL)
        return cannot("%s may not take personal data of %s there, or there is none", who, line->args[0]);
    if (e == E_PERMIT)
        return cannot("%s may not read %s there", who, line->args[0]);
    if (e == E_LIMIT)
        return cannot("more than %d rows: narrow them with --query; nothing was written", EXPORT_ROWS_COMMAND);
    return cannot("%s: cannot be exported: %s; nothing was written", line->args[0], reason_of((int)e));
}

static int carry_out(const struct command_line *line, struct opened *o, struct export_order *order, const struct target *t)
{
    struct behalf behalf;
    const char *wrong;
    int64_t rows;
    int code = behalf_find(line, line->arena, o, line->values[GOV], line->values[USER], &behalf), e;

    if (code != 0)
        return code;
    order->gov = behalf.gov;
    order->actor = behalf.actor;
    AUTO_CLOSE int fd = open_nameless(o, line->arena, &order->temporary);

    if (fd < 0)
        return cannot("%s/upload: cannot be written: %s", o->in.path, reason_of(fd));
    order->fd = fd;
    rows = export_carry_out(&o->app, line->arena, order, &wrong);
    if (rows < 0)
        return refuse(line, rows, wrong);
    e = copy(line->arena, fd, t, line->values[OUT] != NULL);
    if (e < 0)
        return cannot("%s: cannot be written: %s", line->values[OUT] != NULL ? line->values[OUT] : "standard output",
                      reason_of(e));
    return tell(line, order, rows);
}

/* ---- the command ---- */

static int unknown_screen(const struct command_line *line)
{
    struct buf words;
    size_t m, i;

    buf_init(&words, line->arena, OUT_MAX);
    buf_printf(&words, "%s is not known; there are:", line->args[0]);
    for (m = 0; m < modules_n(); m++)
        for (i = 0; i < modules[m]->n_screens; i++)
            buf_printf(&words, " %s", modules[m]->screens[i]->slug);
    return command_usage(line->command, words.s);
}

static int take_usage(const struct command_line *line, struct export_order *order)
{
    const char *format = line->values[FORMAT];

    order->screen = behalf_screen(line->args[0]);
    if (order->screen == NULL)
        return unknown_screen(line);
    if (format != NULL && !text_eq(format, "csv") && !text_eq(format, "xlsx"))
        return command_usage(line->command, "--format is csv or xlsx");
    if (line->values[REASON] != NULL && line->values[USER] == NULL)
        return command_usage(line->command, "personal data is taken by a person: --reason needs --user");
    if (line->json && line->values[OUT] == NULL)
        return command_usage(line->command, "--json needs --out, since the rows go to standard output");
    order->format = export_format(format != NULL ? format : "csv");
    order->query = line->values[QUERY];
    order->reason = line->values[REASON];
    order->lang = line->lang;
    return behalf_usage(line, order->screen, line->values[GOV]);
}

int command_export(const struct command_line *line)
{
    struct export_order order = {0};
    struct opened opened;
    struct target target;
    int code = take_usage(line, &order);

    if (code != 0)
        return code;
    code = open_target(line, &target);
    if (code == 0)
        code = instance_open(line->arena, order.reason != NULL ? USE_WRITE : USE_READ, &opened);
    if (code == 0) {
        code = carry_out(line, &opened, &order, &target);
        instance_close(&opened);
    }
    close_target(line, &target, code);
    return code;
}
