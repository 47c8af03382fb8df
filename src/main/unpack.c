/*
 * unpack.c: the members of an archive go to their places.
 *
 * Nothing counts before the whole archive was read: the caller removes what is there when that fails.
 */
#include <string.h>

#include "base/text.h"
#include "main/unpack.h"
#include "os/os.h"

static int make_parents(struct unpack *u, const char *name)
{
    const char *slash;
    int e = 0;

    for (slash = strchr(name, '/'); e == 0 && slash != NULL; slash = strchr(slash + 1, '/')) {
        char folder[ARCHIVE_NAME_MAX + 1];
        size_t n = (size_t)(slash - name);

        memcpy(folder, name, n);
        folder[n] = '\0';
        e = os_make_dir(u->top, folder, 0700);
    }
    return e;
}

static int begin_file(struct unpack *u, const char *name)
{
    int e;

    u->files++;
    if (u->top < 0)
        return 0;
    e = make_parents(u, name);
    if (e == 0)
        e = u->fd = os_create(u->top, name, 0600);
    return e == E_CONFLICT ? E_FORMAT : e < 0 ? e : 0; /* twice */
}

static int begin_database(struct unpack *u, bool is_postgresql)
{
    if (u->has_database)
        return E_FORMAT;
    u->has_database = true;
    u->is_postgresql = is_postgresql;
    u->fd = os_create(u->database.dir, u->database.name, 0600);
    return u->fd < 0 ? u->fd : 0;
}

static int begin_text(struct unpack *u, struct buf *text)
{
    if (text->max != 0)
        return E_FORMAT; /* twice */
    buf_init(text, u->a, BACKUP_TEXT_MAX);
    u->text = text;
    return 0;
}

static int on_member(void *arg, const char *name)
{
    struct unpack *u = arg;

    if (u->what == UNPACK_KEYS)
        return text_starts(name, MEMBER_KEYS) ? begin_file(u, name) : E_FORMAT;
    if (text_eq(name, MEMBER_ABOUT))
        return begin_text(u, &u->about);
    if (text_eq(name, INSTANCE_FILE))
        return begin_text(u, &u->instance);
    if (text_eq(name, INSTANCE_POLICY))
        return begin_text(u, &u->policy);
    if (text_eq(name, MEMBER_SQLITE) || text_eq(name, MEMBER_POSTGRESQL))
        return begin_database(u, text_eq(name, MEMBER_POSTGRESQL));
    return text_starts(name, MEMBER_FILES) ? begin_file(u, name) : E_FORMAT;
}

static int on_data(void *arg, const void *p, size_t n)
{
    struct unpack *u = arg;

    if (u->text != NULL)
        buf_add_n(u->text, p, n);
    return u->text != NULL ? buf_failed(u->text) : u->fd >= 0 ? os_write_all(u->fd, p, n) : 0;
}

static int on_end(void *arg, const char *name, int64_t size, const uint8_t sha256[32])
{
    struct unpack *u = arg;

    (void)name;
    (void)size;
    (void)sha256;
    os_close(&u->fd);
    u->text = NULL;
    return 0;
}

int unpack(struct unpack *u, int fd, const struct archive_keys *keys, struct archive_sum *ret_sum)
{
    const struct archive_sink sink = {.member = on_member, .data = on_data, .end = on_end, .arg = u};
    int e;

    u->fd = -1;
    e = archive_read(fd, keys, &sink, ret_sum);
    os_close(&u->fd);
    if (e == 0 && u->what == UNPACK_ARCHIVE && (u->about.n == 0 || u->instance.n == 0 || !u->has_database))
        e = E_FORMAT;
    return e;
}
