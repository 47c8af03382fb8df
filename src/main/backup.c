/*
 * backup.c: `terang backup`: one archive of a running instance, encrypted to a public key; `backup keys`: what opens
 * commitments, in a file of its own; `backup keygen`: the two halves of the key, of which the instance keeps the public one.
 *
 * The database is copied before the files: a file is on the disk before a row names it, so each row of the copy has its file.
 *
 * Not for: reading archives (restore.c).
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/json.h"
#include "base/text.h"
#include "db/backup.h"
#include "engine/migrations.h"
#include "main/backup.h"
#include "os/os.h"

#define PART      ".part"
#define DEPTH_MAX 6

enum { REPLACE };

/* One archive that is being written. */
struct saving {
    const struct command_line *line;
    struct arena *a;
    struct instance in;
    int top, lock;
    struct named_place to; /* where it will stand */
    const char *part;      /* under what name it is written */
    int fd;
    struct archive_writer *w;
    int64_t files, bytes;
    char at[ARCHIVE_NAME_MAX + 1]; /* the file that is being added */
    int64_t shown_us;              /* when progress was last shown */
    bool replaces;
};

/* ---- beginning ---- */

static const char *number_text(struct arena *a, int64_t n)
{
    return text_printf(a, "%" PRId64, n);
}

static int read_public(struct saving *s, uint8_t ret[static ARCHIVE_KEY_BYTES])
{
    struct bytes text;

    if (os_read_file(s->top, BACKUP_PUBLIC_FILE, s->a, BACKUP_TEXT_MAX, &text) < 0)
        return cannot("%s", command_said(s->line, "backup.no-key", s->in.path));
    if (backup_public_parse(s->a, arena_text_n(s->a, (const char *)text.p, text.n), ret) < 0)
        return cannot("%s/" BACKUP_PUBLIC_FILE ": not a key", s->in.path);
    return 0;
}

/* The folder is one of the user that serves: the last step renames in it. */
static int open_target(struct saving *s, const char *path)
{
    if (named_is_inside(s->a, path, s->in.path))
        return cannot("%s", command_said(s->line, "backup.inside", path));
    if (named_open(s->a, path, &s->to) < 0)
        return cannot("%s: its folder cannot be opened: %s", path, strerror(errno));
    AUTO_CLOSE int there = os_open_if_there(s->to.dir, s->to.name);

    if (there != 0 && !s->replaces)
        return cannot("%s", command_said(s->line, "backup.is-there", path));
    s->part = text_printf(s->a, "%s" PART, s->to.name);
    if (os_remove(s->to.dir, s->part) < 0)
        return cannot("%s" PART ": cannot be removed: %s", path, strerror(errno));
    s->fd = os_create(s->to.dir, s->part, 0600);
    return s->fd < 0 ? cannot("%s" PART ": cannot be written: %s", path, strerror(errno)) : 0;
}

/* 0 with the archive begun, or an exit code with the reason said; saving_close() either way. */
static int saving_open(struct saving *s, const struct command_line *line)
{
    uint8_t key[ARCHIVE_KEY_BYTES];
    int code;

    s->line = line;
    s->a = line->arena;
    s->top = s->lock = s->to.dir = s->fd = -1;
    code = instance_read(s->a, &s->in);
    if (code != 0)
        return code;
    s->top = os_open_dir(s->in.path);
    if (s->top < 0)
        return cannot("%s: cannot be opened", s->in.path);
    s->lock = os_lock_file(s->top, BACKUP_LOCK_FILE);
    if (s->lock < 0)
        return s->lock == E_BUSY ? cannot("%s", command_said(line, "backup.busy", NULL))
                                 : cannot("%s/" BACKUP_LOCK_FILE ": %s", s->in.path, reason_of(s->lock));
    code = read_public(s, key);
    if (code == 0)
        code = open_target(s, line->args[0]);
    if (code == 0 && archive_create(s->fd, key, &s->w) < 0)
        code = cannot("%s" PART ": cannot be written", line->args[0]);
    return code;
}

static void saving_close(struct saving *s, int code)
{
    archive_close(s->w);
    if (code != 0 && s->fd >= 0 && os_remove(s->to.dir, s->part) < 0)
        (void)cannot("%s: cannot be removed", s->part); /* the code is set */
    os_close(&s->fd);
    os_close(&s->to.dir);
    os_close(&s->lock);
    os_close(&s->top);
}

/* ---- members ---- */

static void show_progress(struct saving *s)
{
    int64_t now = os_monotonic_us();

    if (s->line->json || now - s->shown_us < 500000 || !isatty(STDERR_FILENO))
        return;
    s->shown_us = now;
    (void)fprintf(stderr, "\r%s  ",
                  command_said(s->line, "backup.progress", number_text(s->a, s->files))); /* only a courtesy */
}

static int add_text(struct saving *s, const char *name, const char *text, size_t n)
{
    int e = archive_member(s->w, name);

    if (e == 0)
        e = archive_write(s->w, text, n);
    return e < 0 ? e : archive_member_end(s->w);
}

/* What is gone since it was listed was swept, and no row names it. */
static int add_file(struct saving *s, int dir, const char *name, const char *member)
{
    AUTO_CLOSE int fd = os_open_if_there(dir, name);
    off_t size;

    if (fd <= 0)
        return fd;
    size = lseek(fd, 0, SEEK_END);
    if (size < 0 || lseek(fd, 0, SEEK_SET) != 0)
        return E_STORAGE;
    s->files++;
    s->bytes += size;
    show_progress(s);
    return archive_add_fd(s->w, member, fd);
}

static int add_below(struct saving *s, int dir, const char *prefix, int depth)
{
    struct arena a;
    struct os_entry *v;
    size_t n, i;
    int e;

    if (depth > DEPTH_MAX)
        return E_LIMIT;
    arena_init(&a, 64 * MB);
    e = os_list(dir, &a, BACKUP_ENTRIES, &v, &n);
    for (i = 0; e == 0 && i < n; i++) {
        const char *member = text_printf(&a, "%s%s", prefix, v[i].name);

        if (strstr(v[i].name, OS_TEMPORARY) != NULL)
            continue;
        (void)snprintf(s->at, sizeof s->at, "%s", member); /* cut is fine */
        if (!v[i].is_dir) {
            e = add_file(s, dir, v[i].name, member);
            continue;
        }
        AUTO_CLOSE int below = os_open_dir_in(dir, v[i].name);

        e = below < 0 ? below : add_below(s, below, text_printf(&a, "%s/", member), depth + 1);
    }
    arena_finish(&a);
    return e;
}

static int add_folder(struct saving *s, const char *name, const char *prefix)
{
    AUTO_CLOSE int dir = os_open_dir_in(s->top, name);
    int e;

    (void)snprintf(s->at, sizeof s->at, "%s", name); /* fits */
    e = dir < 0 ? dir : add_below(s, dir, prefix, 0);
    if (e == E_FULL)
        return cannot("%s" PART ": %s", s->line->args[0], reason_of(e));
    return e < 0 ? cannot("%s/%s: %s", s->in.path, s->at, reason_of(e)) : 0;
}

static bool is_sqlite(const struct instance *in)
{
    return text_starts(in->address, "sqlite:");
}

static int add_about(struct saving *s, instant now)
{
    struct json_out j;
    struct buf out;
    size_t n;

    (void)migrations(&n);
    buf_init(&out, s->a, BACKUP_TEXT_MAX);
    json_out_init(&j, &out);
    json_out_object(&j);
    json_put_int(&j, "format", BACKUP_FORMAT);
    json_put_text(&j, "made_at", instant_iso(s->a, now));
    json_put_text(&j, "database", is_sqlite(&s->in) ? "sqlite" : "postgresql");
    json_put_int(&j, "migrations", (int64_t)n);
    json_put_text(&j, "log", s->in.log);
    json_out_end(&j);
    buf_byte(&out, '\n');
    return add_text(s, MEMBER_ABOUT, out.s, out.n);
}

/* ---- the database ---- */

static int copy_database(struct saving *s, const char *path)
{
    const char *program, *why = "";
    char reason[DB_WHY];
    AUTO_DB struct db *db = NULL;
    int e;

    if (is_sqlite(&s->in)) {
        if (db_open_why(s->in.address, DB_READ, reason, &db) < 0)
            return cannot("the database cannot be read: %s", reason);
        e = db_backup_sqlite(db, path);
        return e < 0 ? cannot("the database cannot be copied: %s: %s", reason_of(e), db_fault(db)) : 0;
    }
    program = db_program(s->a, "pg_dump");
    if (program == NULL)
        return cannot("pg_dump is missing: install the client of PostgreSQL");
    e = db_backup_postgresql(program, s->in.owner, path, BACKUP_TIMEOUT_MS, s->a, &why);
    return e < 0 ? cannot("the database cannot be copied: %s: %s", reason_of(e), why) : 0;
}

/* The copy holds everything in clear, so it lies in the folder of the database and not elsewhere. */
static int add_database(struct saving *s)
{
    const char *path = text_printf(s->a, "%s/db/" BACKUP_COPY, s->in.path);
    AUTO_CLOSE int dir = os_open_dir_in(s->top, "db");
    int code, e;

    if (dir < 0 || os_remove(dir, BACKUP_COPY) < 0 || os_remove(dir, BACKUP_COPY ".pass") < 0)
        return cannot("%s/db: cannot be opened", s->in.path);
    code = copy_database(s, path);
    if (code != 0)
        return code;
    AUTO_CLOSE int fd = os_open_read(dir, BACKUP_COPY);

    e = os_remove(dir, BACKUP_COPY); /* it stays readable here, and goes whatever ends this process */
    if (e == 0)
        e = fd < 0 ? fd : archive_add_fd(s->w, is_sqlite(&s->in) ? MEMBER_SQLITE : MEMBER_POSTGRESQL, fd);
    return e < 0 ? cannot("the database cannot be written into the archive: %s", reason_of(e)) : 0;
}

/* ---- the end ---- */

/* Whole, durable, under its own name; then the record says so. */
static int finish(struct saving *s, instant now, bool keys)
{
    struct backup_record record;
    int e;

    e = archive_finish(s->w);
    if (e == 0)
        e = os_sync(s->fd);
    if (e == 0 && s->replaces)
        e = renameat(s->to.dir, s->part, s->to.dir, s->to.name) < 0 ? E_STORAGE : os_sync(s->to.dir);
    else if (e == 0)
        e = os_move(s->to.dir, s->part, s->to.dir, s->to.name);
    if (e < 0)
        return cannot("%s: cannot be finished: %s", s->line->args[0], reason_of(e));
    e = backup_record_read(s->a, s->top, &record);
    if (e >= 0 || e == E_FORMAT) {
        *(keys ? &record.keys_at : &record.archive_at) = now;
        e = backup_record_write(s->a, s->top, &record);
    }
    return e < 0 ? cannot("%s is whole, but %s/" BACKUP_RECORD_FILE " cannot be written: %s", s->line->args[0], s->in.path,
                          reason_of(e))
                 : 0;
}

static int tell(const struct saving *s, instant now, const char *key)
{
    off_t size = lseek(s->fd, 0, SEEK_END);
    struct json_out j;
    struct buf out;

    buf_init(&out, s->a, BACKUP_TEXT_MAX);
    if (s->line->json) {
        json_out_init(&j, &out);
        json_out_object(&j);
        json_put_text(&j, "file", s->line->args[0]);
        json_put_text(&j, "made_at", instant_iso(s->a, now));
        json_put_int(&j, "bytes", (int64_t)size);
        json_put_int(&j, "files", s->files);
        json_put_int(&j, "file_bytes", s->bytes);
        json_out_end(&j);
        buf_byte(&out, '\n');
    } else {
        const struct req r = {.arena = s->a, .lang = s->line->lang};

        if (isatty(STDERR_FILENO))
            (void)fputc('\r', stderr); /* over the progress */
        buf_printf(&out, "%s\n", T2(&r, key, s->line->args[0], number_text(s->a, (int64_t)size)));
        buf_printf(&out, "%s\n", command_said(s->line, "backup.files", number_text(s->a, s->files)));
    }
    return command_print(&out);
}

static int write_archive(struct saving *s, instant now)
{
    struct bytes text;
    int code, e;

    e = add_about(s, now);
    if (e == 0)
        e = os_read_file(s->top, INSTANCE_FILE, s->a, BACKUP_TEXT_MAX, &text);
    if (e == 0)
        e = add_text(s, INSTANCE_FILE, (const char *)text.p, text.n);
    if (e == 0 && s->in.policy != NULL)
        e = add_text(s, INSTANCE_POLICY, s->in.policy, strlen(s->in.policy));
    if (e < 0)
        return cannot("%s" PART ": %s", s->line->args[0], reason_of(e));
    code = add_database(s);
    return code != 0 ? code : add_folder(s, "files", MEMBER_FILES);
}

int command_backup(const struct command_line *line)
{
    struct saving s = {0};
    instant now = os_now();
    int code;

    code = saving_open(&s, line);
    if (code == 0)
        code = write_archive(&s, now);
    if (code == 0)
        code = finish(&s, now, false);
    if (code == 0)
        code = tell(&s, now, "backup.good");
    saving_close(&s, code);
    return code;
}

/* The file is replaced, so that keys that were destroyed here are gone there too. */
int command_backup_keys(const struct command_line *line)
{
    struct saving s = {.replaces = true};
    instant now = os_now();
    int code;

    code = saving_open(&s, line);
    if (code == 0)
        code = add_folder(&s, "keys", MEMBER_KEYS);
    if (code == 0)
        code = finish(&s, now, true);
    if (code == 0)
        code = tell(&s, now, "backup.keys-good");
    saving_close(&s, code);
    return code;
}

/* ---- terang backup keygen ---- */

static int write_secret(int fd, const char *text)
{
    int e = os_write_all(fd, text, strlen(text));

    return e < 0 ? e : os_sync(fd);
}

static int make_keys(const struct command_line *line, const struct instance *in, int fd)
{
    AUTO_CLOSE int top = os_open_dir(in->path), there = top < 0 ? 0 : os_open_if_there(top, BACKUP_PUBLIC_FILE);
    struct archive_keys *keys;
    const char *public, *secret;
    int e;

    if (top < 0)
        return cannot("%s: cannot be opened", in->path);
    if (there != 0 && !line->flags[REPLACE])
        return cannot("%s", command_said(line, "backup.has-key", in->path));
    if (named_is_inside(line->arena, line->args[0], in->path))
        return cannot("%s", command_said(line, "backup.inside", line->args[0]));
    keys = os_secret_alloc(sizeof *keys);
    archive_keys_new(keys);
    public = backup_public_text(line->arena, keys);
    secret = backup_secret_text(line->arena, keys);
    os_secret_free(keys);
    e = write_secret(fd, secret);
    explicit_bzero((char *)(uintptr_t)secret, strlen(secret));
    if (e == 0)
        e = os_replace_file(top, BACKUP_PUBLIC_FILE, public, strlen(public), 0600);
    return e < 0 ? cannot("the key cannot be written: %s", reason_of(e)) : 0;
}

/* The file is made before a command of root ceases to be root: it may lie where terang has no business. */
int command_backup_keygen(const struct command_line *line)
{
    struct named_place to;
    struct instance in;
    struct buf out;
    int code;

    if (named_open(line->arena, line->args[0], &to) < 0)
        return cannot("%s: its folder cannot be opened: %s", line->args[0], strerror(errno));
    AUTO_CLOSE int dir = to.dir, fd = os_create(dir, to.name, 0600);

    if (fd < 0)
        return cannot("%s: cannot be made: %s", line->args[0], strerror(errno));
    code = instance_read(line->arena, &in);
    if (code == 0)
        code = make_keys(line, &in, fd);
    if (code == 0 && os_sync(dir) < 0)
        code = cannot("%s: cannot be made durable", line->args[0]);
    if (code != 0 && os_remove(dir, to.name) < 0)
        (void)cannot("%s: is left empty", line->args[0]); /* the code is set */
    if (code != 0)
        return code;
    buf_init(&out, line->arena, BACKUP_TEXT_MAX);
    if (line->json) {
        buf_add(&out, "{\"file\":");
        json_quote(&out, line->args[0]);
        buf_add(&out, "}\n");
    } else {
        buf_printf(&out, "%s\n", command_said(line, "backup.key-made", line->args[0]));
    }
    return command_print(&out);
}
