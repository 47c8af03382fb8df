/*
 * restore_place.c: making, undoing and finishing the place of a restore. The mark holds the SHA-256 of the database's address:
 * another database than the one that was found empty is never emptied.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/text.h"
#include "db/backup.h"
#include "main/restore_place.h"
#include "os/os.h"

#define MARK_LENGTH (2 * HASH_SIZE)

static const char *const endings[] = {"", "-wal", "-shm"}; /* SQLite's files */

bool restore_place_postgresql(const struct restore_place *p)
{
    return !text_starts(p->in.address, "sqlite:");
}

static const char *mark_text(const struct restore_place *p)
{
    uint8_t sha256[HASH_SIZE];

    hash_sha256(p->in.owner, strlen(p->in.owner), sha256);
    return hex_text(p->a, sha256, sizeof sha256);
}

/* ---- the database ---- */

static int open_database(struct restore_place *p)
{
    const char *path =
        restore_place_postgresql(p) ? text_printf(p->a, "%s/db/" BACKUP_COPY, p->in.path) : p->in.address + strlen("sqlite:");

    if (named_open(p->a, path, &p->database) < 0)
        return cannot("%s: its folder cannot be opened", path);
    return 0;
}

static const char *ending(const struct restore_place *p, size_t i)
{
    return text_printf(p->a, "%s%s", p->database.name, endings[i]);
}

/* A file of a database that nobody made here, or what is left of one, is not gone over. */
static int refuse_database(struct restore_place *p)
{
    size_t i;

    if (restore_place_postgresql(p))
        return instance_refuse_used(p->a, &p->in);
    for (i = 0; i < ARRAY_LEN(endings); i++) {
        AUTO_CLOSE int there = os_open_if_there(p->database.dir, ending(p, i));

        if (there != 0)
            return cannot("%s",
                          command_said(p->line, "restore.not-empty", text_printf(p->a, "%s%s", p->in.address, endings[i])));
    }
    return 0;
}

static int empty_postgresql(const struct restore_place *p)
{
    AUTO_DB struct db *owner = NULL;
    int e = db_open(p->in.owner, DB_OWNER, &owner);

    return e < 0 ? e : db_empty_postgresql(owner);
}

static int empty_database(const struct restore_place *p)
{
    size_t i;
    int e = 0;

    if (restore_place_postgresql(p))
        return empty_postgresql(p);
    for (i = 0; i < ARRAY_LEN(endings) && e == 0; i++)
        e = os_remove(p->database.dir, ending(p, i));
    return e < 0 ? e : os_sync(p->database.dir);
}

/* ---- the mark ---- */

/* Everything below TERANG_DATA, the mark last. */
static int empty_directory(int top)
{
    int e = remove_below(top, RESTORE_MARK);

    if (e == 0)
        e = os_sync(top);
    if (e == 0)
        e = os_remove(top, RESTORE_MARK);
    return e < 0 ? e : os_sync(top);
}

/* Is this what an unfinished restore left? 1, 0. */
static int is_marked(const struct restore_place *p, int top, const char **ret_mark)
{
    AUTO_CLOSE int mark = os_open_if_there(top, RESTORE_MARK), description = os_open_if_there(top, INSTANCE_FILE);
    struct bytes text;

    if (mark <= 0 || description != 0)
        return 0;
    if (os_read_all(mark, p->a, KB, &text) < 0)
        return 0;
    *ret_mark = arena_text_n(p->a, (const char *)text.p, text.n);
    return 1;
}

/* A directory that is not empty: 0 once what an unfinished restore left there is gone. */
static int begin_anew(struct restore_place *p, bool again)
{
    AUTO_CLOSE int top = os_open_dir(p->in.path);
    const char *mark;
    int e;

    if (top < 0 || is_marked(p, top, &mark) == 0)
        return cannot("%s", command_said(p->line, "restore.not-empty", p->in.path));
    if (!again)
        return cannot("%s", command_said(p->line, "restore.cut-short", p->in.path));
    if (!text_eq(mark, mark_text(p)))
        return cannot("%s", command_said(p->line, "restore.other-mark", p->in.path));
    e = os_make_dir(top, "db", 0700);
    if (e == 0 && open_database(p) != 0)
        return EXIT_UNKNOWN;
    if (e == 0)
        e = empty_database(p);
    os_close(&p->database.dir);
    if (e == 0)
        e = empty_directory(top);
    return e < 0 ? cannot("%s: %s", command_said(p->line, "restore.left", p->in.path), reason_of(e)) : 0;
}

/* ---- the place ---- */

/* What was made before the mark stands. */
static void leave_folders(int top)
{
    if (remove_below(top, NULL) < 0)
        (void)cannot("empty folders are left"); /* the code is set */
}

int restore_place_make(struct restore_place *p, bool again)
{
    AUTO_CLOSE int top = -1;
    const char *mark;
    int code, e;

    p->top = p->database.dir = -1;
    instance_environment(p->a, &p->in);
    e = process_make_home(p->in.path, INSTANCE_USER);
    if (e < 0 && e != E_CONFLICT)
        return cannot("%s: cannot be made: %s", p->in.path, strerror(errno));
    if (process_drop(INSTANCE_USER) < 0)
        return cannot("as root it needs the system user " INSTANCE_USER ", and to become that user");
    code = e == E_CONFLICT ? begin_anew(p, again) : 0;
    if (code != 0)
        return code;
    top = os_open_dir(p->in.path);
    if (top < 0)
        return cannot("%s: cannot be opened", p->in.path);
    e = instance_make_folders(top);
    code = e < 0 ? cannot("%s: cannot be written: %s", p->in.path, reason_of(e)) : open_database(p);
    if (code == 0)
        code = refuse_database(p);
    mark = mark_text(p);
    if (code == 0 && os_replace_file(top, RESTORE_MARK, mark, MARK_LENGTH, 0600) < 0)
        code = cannot("%s: cannot be written", p->in.path);
    if (code != 0) {
        leave_folders(top);
        return code;
    }
    p->top = top;
    top = -1;
    return 0;
}

int restore_place_finish(struct restore_place *p, const struct unpack *u)
{
    int e = 0;

    if (u->policy.max != 0)
        e = os_replace_file(p->top, INSTANCE_POLICY, u->policy.s, u->policy.n, 0600);
    if (e == 0 && (syncfs(p->top) < 0 || syncfs(p->database.dir) < 0))
        e = E_STORAGE;
    if (e == 0)
        e = os_replace_file(p->top, INSTANCE_FILE, u->instance.s, u->instance.n, 0600);
    if (e == 0)
        e = os_remove(p->top, RESTORE_MARK);
    return e < 0 ? cannot("%s: %s", p->in.path, reason_of(e)) : 0;
}

void restore_place_undo(struct restore_place *p)
{
    int e;

    if (p->top < 0)
        return;
    e = p->filled || !restore_place_postgresql(p) ? empty_database(p) : 0;
    if (e == 0)
        e = empty_directory(p->top);
    (void)cannot("%s", command_said(p->line, e == 0 ? "restore.undone" : "restore.left", p->in.path)); /* the code is set */
}

void restore_place_close(struct restore_place *p)
{
    os_close(&p->database.dir);
    os_close(&p->top);
}
