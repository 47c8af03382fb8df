/*
 * cut_test.c: the connection to PostgreSQL is cut again and again while works are written.
 *
 * The writer connects through a relay that forwards bytes and can cut a connection anywhere, also in the middle of a
 * COMMIT. Then what each work was told must be true: stored, not stored, or not known.
 */
#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "base/unit.h"
#include "db/test_db.h"
#include "db/writer.h"
#include "os/os.h"

#define SUBMITTERS 8
#define CUTS       40
#define CUT_MIN_US 3000
#define CUT_MAX_US 25000
#define IDS_MAX    400000

static const struct query add_row = {.name = "cut.row", .sql = "INSERT INTO cut_row (id) VALUES (?1)", .in = "i", .out = ""};
static const struct query all_rows = {.name = "cut.all", .sql = "SELECT id FROM cut_row ORDER BY id", .in = "", .out = "i"};

enum told {
    TOLD_NOTHING,
    TOLD_STORED,
    TOLD_NOT_STORED,
    TOLD_UNKNOWN,
    TOLD_COUNT,
};

struct relay {
    char folder[64];
    struct sockaddr_un here, server;
    int listener;
    pthread_t thread;
    _Atomic bool cut, stop;
};

struct cut_world {
    struct relay relay;
    struct writer *writer;
    _Atomic int64_t next;
    _Atomic bool stop;
    uint8_t told[IDS_MAX];
};

static struct cut_world world;

/* ---- the relay ---- */

static bool forward(int from, int to)
{
    char bytes[4096];
    ssize_t n = recv(from, bytes, sizeof bytes, 0);

    return n > 0 && send(to, bytes, (size_t)n, MSG_NOSIGNAL) == n;
}

static void relay_one(struct relay *r, int client)
{
    int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct pollfd both[2] = {{.fd = client, .events = POLLIN}, {.fd = server, .events = POLLIN}};
    bool goes_on = connect(server, (struct sockaddr *)&r->server, sizeof r->server) == 0;

    while (goes_on && !atomic_exchange(&r->cut, false) && !atomic_load(&r->stop)) {
        if (poll(both, 2, 1) <= 0)
            continue;
        if (both[0].revents != 0)
            goes_on = forward(client, server);
        if (goes_on && both[1].revents != 0)
            goes_on = forward(server, client);
    }
    (void)close(server); /* cutting is what this is for */
}

static void *relay_main(void *arg)
{
    struct relay *r = arg;
    struct pollfd p = {.fd = r->listener, .events = POLLIN};
    int client;

    while (!atomic_load(&r->stop)) {
        if (poll(&p, 1, 10) <= 0)
            continue;
        client = accept4(r->listener, NULL, NULL, SOCK_CLOEXEC);
        if (client < 0)
            continue;
        relay_one(r, client);
        (void)close(client); /* cutting is what this is for */
    }
    return NULL;
}

/* The server's socket from the address; false when it is not a Unix socket. */
static bool find_server(const char *address, struct sockaddr_un *ret, int *ret_port)
{
    PQconninfoOption *all = PQconninfoParse(address, NULL), *o;
    const char *host = NULL, *port = "5432";
    bool found;

    assert_non_null(all);
    for (o = all; o->keyword != NULL; o++) {
        if (strcmp(o->keyword, "host") == 0 && o->val != NULL)
            host = o->val;
        if (strcmp(o->keyword, "port") == 0 && o->val != NULL)
            port = o->val;
    }
    *ret = (struct sockaddr_un){.sun_family = AF_UNIX};
    *ret_port = (int)strtol(port, NULL, 10);
    found = host != NULL && *host == '/';
    if (found)
        (void)snprintf(ret->sun_path, sizeof ret->sun_path, "%s/.s.PGSQL.%d", host, *ret_port); /* connect notices a cut path */
    PQconninfoFree(all);
    return found;
}

/* Starts the relay. ret_address is `address` with the relay's folder as host: a later parameter overrules. */
static bool relay_start(struct relay *r, const char *address, char *ret_address, size_t size)
{
    int port;

    if (!find_server(address, &r->server, &port))
        return false;
    (void)snprintf(r->folder, sizeof r->folder, "/tmp/terang-cut-XXXXXX"); /* fits */
    assert_non_null(mkdtemp(r->folder));
    r->here = (struct sockaddr_un){.sun_family = AF_UNIX};
    (void)snprintf(r->here.sun_path, sizeof r->here.sun_path, "%s/.s.PGSQL.%d", r->folder, port); /* fits */
    r->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(r->listener, (struct sockaddr *)&r->here, sizeof r->here), 0);
    assert_int_equal(listen(r->listener, 4), 0);
    assert_int_equal(pthread_create(&r->thread, NULL, relay_main, r), 0);
    (void)snprintf(ret_address, size, "%s&host=%s", address, r->folder); /* connecting notices a cut address */
    return true;
}

static void relay_stop(struct relay *r)
{
    atomic_store(&r->stop, true);
    assert_int_equal(pthread_join(r->thread, NULL), 0);
    (void)close(r->listener); /* nobody connects any more */
    (void)unlink(r->here.sun_path);
    (void)rmdir(r->folder);
}

/* ---- works ---- */

struct row {
    struct work work;
    int64_t id;
    pthread_mutex_t lock;
    pthread_cond_t over;
    bool is_over;
};

static int write_row(struct tx *tx, void *arg)
{
    struct row *row = arg;

    return db_send(tx->db, &add_row, V(row->id));
}

static void row_is_over(void *arg, int result)
{
    struct row *row = arg;

    world.told[row->id] = result >= 0 ? TOLD_STORED : row->work.unknown ? TOLD_UNKNOWN : TOLD_NOT_STORED;
    (void)pthread_mutex_lock(&row->lock);
    row->is_over = true;
    (void)pthread_cond_signal(&row->over);
    (void)pthread_mutex_unlock(&row->lock);
}

static void *submit_rows(void *arg)
{
    struct row row = {.work = {.run = write_row, .done = row_is_over, .arg = &row},
                      .lock = PTHREAD_MUTEX_INITIALIZER,
                      .over = PTHREAD_COND_INITIALIZER};

    while (!atomic_load(&world.stop)) {
        row.id = atomic_fetch_add(&world.next, 1);
        if (row.id >= IDS_MAX)
            break;
        row.is_over = false;
        if (writer_submit(world.writer, &row.work) < 0)
            continue;
        (void)pthread_mutex_lock(&row.lock);
        while (!row.is_over)
            (void)pthread_cond_wait(&row.over, &row.lock);
        (void)pthread_mutex_unlock(&row.lock);
        if (world.told[row.id] != TOLD_STORED)
            (void)usleep(2000); /* as a client would wait before it tries again */
    }
    return arg;
}

static void cut_now_and_then(void)
{
    uint32_t chance;
    int i;

    for (i = 0; i < CUTS; i++) {
        os_random(&chance, sizeof chance);
        (void)usleep(CUT_MIN_US + chance % (CUT_MAX_US - CUT_MIN_US));
        atomic_store(&world.relay.cut, true);
        (void)usleep(110000); /* the writer's first pause before it connects again */
    }
}

static void compare(struct db *db, int64_t *ret_counts)
{
    AUTO_ROWS struct rows rows;
    int64_t id = 0, at = 0;
    int e;

    assert_int_equal(db_select(&rows, db, &all_rows), 0);
    while ((e = rows_next(&rows)) > 0) {
        id = rows_int(&rows, 0);
        for (; at < id; at++)
            assert_int_not_equal(world.told[at], TOLD_STORED); /* told stored, and missing */
        assert_int_not_equal(world.told[id], TOLD_NOT_STORED); /* told not stored, and there */
        assert_int_not_equal(world.told[id], TOLD_NOTHING);
        at = id + 1;
    }
    assert_int_equal(e, 0);
    for (; at < IDS_MAX; at++)
        assert_int_not_equal(world.told[at], TOLD_STORED);
    for (at = 0; at < IDS_MAX; at++)
        ret_counts[world.told[at]]++;
}

static void each_work_is_told_the_truth(void **env)
{
    struct writer_conf conf = {0};
    int64_t counts[TOLD_COUNT] = {0};
    pthread_t threads[SUBMITTERS];
    char address[768];
    int i;
    TEST_DB(t, env);

    test_db_script(&t, "CREATE TABLE cut_row (id BIGINT PRIMARY KEY)");
    if (!relay_start(&world.relay, t.address, address, sizeof address)) {
        test_db_close(&t);
        skip();
    }
    conf.address = address;
    assert_int_equal(writer_start(&conf, &world.writer), 0);
    for (i = 0; i < SUBMITTERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, submit_rows, NULL), 0);
    cut_now_and_then();
    (void)usleep(300000); /* and it goes on afterwards */
    atomic_store(&world.stop, true);
    for (i = 0; i < SUBMITTERS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    writer_stop(world.writer);
    relay_stop(&world.relay);
    compare(t.owner, counts);
    print_message("# stored %lld, not stored %lld, unknown %lld\n", (long long)counts[TOLD_STORED],
                  (long long)counts[TOLD_NOT_STORED], (long long)counts[TOLD_UNKNOWN]);
    assert_true(counts[TOLD_STORED] > 0);
    assert_true(counts[TOLD_NOT_STORED] + counts[TOLD_UNKNOWN] > 0);
    test_db_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_POSTGRESQL(each_work_is_told_the_truth),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
