/*
 * crash_writer.c: writes numbered rows through the writer and says which were acknowledged, until it is killed.
 *
 *     crash_writer ADDRESS
 *
 * Each work writes one row of `crash_row` and its half in `crash_leaf`. After the acknowledgement the number goes to
 * standard output, 8 bytes in the machine's order. The tables are there already; numbers go on from what is stored.
 * Part of crash_test.c.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "db/writer.h"

#define SUBMITTERS  16
#define START_TRIES 200 /* the killed writer's session may outlive it for a moment */

static const struct query last_row = {
    .name = "crash.last", .sql = "SELECT coalesce(max(id), 0) FROM crash_row", .in = "", .out = "i"};
static const struct query add_row = {
    .name = "crash.row", .sql = "INSERT INTO crash_row (id, body) VALUES (?1, ?2)", .in = "ib", .out = ""};
static const struct query add_leaf = {
    .name = "crash.leaf", .sql = "INSERT INTO crash_leaf (id, body) VALUES (?1, ?2)", .in = "ib", .out = ""};

struct crash {
    struct writer *writer;
    _Atomic int64_t next;
};

static struct crash crash;

static int write_pair(struct tx *tx, void *arg)
{
    static const uint8_t body[700];
    int64_t id = *(int64_t *)arg;
    int e;

    e = db_send(tx->db, &add_row, V(id), V(((struct bytes){body, (size_t)(id * 37 % 700)})));
    return e < 0 ? e : db_send(tx->db, &add_leaf, V(id), V(((struct bytes){body, 32})));
}

static void *submit(void *arg)
{
    int64_t id;

    for (;;) {
        id = atomic_fetch_add(&crash.next, 1);
        if (writer_do(crash.writer, write_pair, &id) < 0)
            return arg;
        if (write(STDOUT_FILENO, &id, sizeof id) != (ssize_t)sizeof id)
            return arg;
    }
}

static int64_t highest(const char *address)
{
    AUTO_DB struct db *db = NULL;
    AUTO_ROWS struct rows rows = {0};
    int e;

    e = db_open(address, DB_READ, &db);
    if (e < 0)
        return e;
    (void)db_select(&rows, db, &last_row); /* rows_next() repeats a failure */
    e = rows_next(&rows);
    return e < 0 ? e : rows_int(&rows, 0);
}

int main(int argc, char **argv)
{
    struct writer_conf conf = {.address = argc == 2 ? argv[1] : ""};
    pthread_t threads[SUBMITTERS];
    int64_t last;
    int i, e = E_BUSY;

    for (i = 0; i < START_TRIES && e == E_BUSY; i++) {
        e = writer_start(&conf, &crash.writer);
        if (e == E_BUSY)
            (void)usleep(10000);
    }
    last = e < 0 ? e : highest(conf.address);
    if (last < 0)
        return 2;
    atomic_store(&crash.next, last + 1);
    for (i = 0; i < SUBMITTERS; i++)
        if (pthread_create(&threads[i], NULL, submit, NULL) != 0)
            return 2;
    for (i = 0; i < SUBMITTERS; i++)
        (void)pthread_join(threads[i], NULL); /* only when something failed */
    writer_stop(crash.writer);
    return 1;
}
