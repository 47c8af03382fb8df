/*
 * full_test.c: a file system of 16 MiB fills up under the writer; reads go on, and writes too once there is room again.
 *
 * The file system is a tmpfs in a mount namespace of this process; where the system allows neither, the test is skipped.
 */
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/unit.h"
#include "db/db.h"
#include "db/writer.h"

#define PLACE   "/tmp/terang-full-XXXXXX"
#define BALLAST ((size_t)4 * MB)
#define WORKS   1500
#define BODY    ((size_t)20000)

static const struct query add_row = {
    .name = "full.row", .sql = "INSERT INTO full_row (body) VALUES (?1)", .in = "b", .out = ""};
static const struct query count_rows = {.name = "full.count", .sql = "SELECT count(*) FROM full_row", .in = "", .out = "i"};

static int write_row(struct tx *tx, void *arg)
{
    static const uint8_t body[BODY];

    (void)arg;
    return db_send(tx->db, &add_row, V(((struct bytes){body, sizeof body})));
}

static int64_t count(struct db *db)
{
    AUTO_ROWS struct rows rows;

    (void)db_select(&rows, db, &count_rows); /* rows_next() repeats a failure */
    return rows_next(&rows) == 1 ? rows_int(&rows, 0) : -1;
}

static bool tell_kernel(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool written = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

    if (fd >= 0)
        (void)close(fd); /* what was written counts at once */
    return written;
}

/* Without privileges: root of a user namespace of our own. */
static bool become_own_root(void)
{
    char users[32], groups[32];

    (void)snprintf(users, sizeof users, "0 %u 1", getuid());   /* fits */
    (void)snprintf(groups, sizeof groups, "0 %u 1", getgid()); /* fits */
    return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 && tell_kernel("/proc/self/setgroups", "deny") &&
           tell_kernel("/proc/self/uid_map", users) && tell_kernel("/proc/self/gid_map", groups);
}

/* A small file system at `place`, seen by this process only. */
static bool mount_small(const char *place)
{
    if (unshare(CLONE_NEWNS) != 0 && !become_own_root())
        return false;
    return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 && mount("none", place, "tmpfs", 0, "size=16m") == 0;
}

static void put_ballast(const char *path)
{
    uint8_t *bytes = calloc(1, BALLAST);
    int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

    assert_non_null(bytes);
    assert_int_equal(write(fd, bytes, BALLAST), BALLAST);
    assert_int_equal(close(fd), 0);
    free(bytes);
}

static void fill_and_make_room(const char *place)
{
    char address[128], ballast[128];
    struct writer_conf conf = {.address = address};
    struct writer *writer;
    struct db *owner, *reader;
    int64_t acked = 0;
    int i, e, full = 0;

    (void)snprintf(address, sizeof address, "sqlite:%s/terang.db", place); /* fits */
    (void)snprintf(ballast, sizeof ballast, "%s/ballast", place);          /* fits */
    put_ballast(ballast);
    assert_int_equal(db_open(address, DB_OWNER, &owner), 0);
    assert_int_equal(db_script(owner, "CREATE TABLE full_row (id INTEGER PRIMARY KEY, body BLOB NOT NULL)"), 0);
    db_close(owner);
    assert_int_equal(writer_start(&conf, &writer), 0);
    assert_int_equal(db_open(address, DB_READ, &reader), 0);

    for (i = 0; i < WORKS; i++) {
        e = writer_do(writer, write_row, NULL);
        assert_true(e == 0 || e == E_FULL);
        acked += e == 0;
        full += e == E_FULL;
    }
    assert_true(full > 0);
    assert_int_equal(count(reader), acked);

    assert_int_equal(unlink(ballast), 0);
    for (i = 0; i < 50; i++)
        assert_int_equal(writer_do(writer, write_row, NULL), 0);
    assert_int_equal(count(reader), acked + 50);
    db_close(reader);
    writer_stop(writer);
}

static void a_full_file_system_stops_writes_only_and_not_for_ever(void **env)
{
    char place[] = PLACE;

    (void)env;
    assert_non_null(mkdtemp(place));
    if (!mount_small(place)) {
        (void)rmdir(place); /* made above */
        skip();
    }
    fill_and_make_room(place);
    assert_int_equal(umount2(place, MNT_DETACH), 0);
    assert_int_equal(rmdir(place), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_file_system_stops_writes_only_and_not_for_ever),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
