/*
 * writer_bench.c: steps a second and CPU a step, grouped by the writer against a transaction a step.
 *
 * A step is what the engine makes of one: two reads, one row changed under its version, and rows for history, ledger,
 * task and outbox. `sent` is `grouped` without the reads, for a step whose plan knows the version already. Prints one
 * line of JSON a run; ratios are the caller's business.
 *
 *     writer_bench ADDRESS grouped|sent|single SUBMITTERS SECONDS
 *
 * The database is given up afterwards: an empty one is expected. Not a test; ./dev bench runs it.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <sys/resource.h>

#include "db/migrate.h"
#include "db/writer.h"
#include "os/os.h"

#define ITEMS       10000
#define THREADS_MAX 512

#define Q(id, text, in_types, out_types)                                                                                       \
    static const struct query id = {.name = #id, .sql = (text), .in = (in_types), .out = (out_types)}

Q(item_get, "SELECT version, state FROM item WHERE gov = ?1 AND id = ?2", "ii", "it");
Q(item_move, "UPDATE item SET version = version + 1, state = ?4 WHERE gov = ?1 AND id = ?2 AND version = ?3", "iiit", "");
Q(item_fill, "INSERT INTO item (gov, id, version, state, title) VALUES (?1, ?2, 0, 'draft', ?3)", "iit", "");
Q(history_add, "INSERT INTO history (gov, item, version, at, note) VALUES (?1, ?2, ?3, ?4, ?5)", "iiiit", "");
Q(leaf_add, "INSERT INTO leaf (idx, body, hash) VALUES (?1, ?2, ?3)", "ibb", "");
Q(task_add, "INSERT INTO task (id, gov, item, due) VALUES (?1, ?2, ?3, ?4)", "iiii", "");
Q(outbox_add, "INSERT INTO outbox (id, body) VALUES (?1, ?2)", "it", "");

static const struct migration steps[] = {
    {1, "bench",
     "CREATE TABLE item (gov $int NOT NULL, id $int NOT NULL, version $int NOT NULL, state $text NOT NULL,\n"
     "    title $text NOT NULL, PRIMARY KEY (gov, id)) $clustered;\n"
     "CREATE TABLE history (gov $int NOT NULL, item $int NOT NULL, version $int NOT NULL, at $int NOT NULL,\n"
     "    note $text NOT NULL, PRIMARY KEY (gov, item, version)) $clustered;\n"
     "CREATE TABLE leaf (idx $id, body $blob NOT NULL, hash $blob NOT NULL);\n"
     "CREATE TABLE task (id $id, gov $int NOT NULL, item $int NOT NULL, due $int NOT NULL);\n"
     "CREATE TABLE outbox (id $id, body $text NOT NULL);\n"},
};

struct bench {
    const char *address;
    struct writer *writer; /* NULL: a transaction a step */
    _Atomic int64_t done, failed;
    _Atomic bool stop;
    bool reads;
    int64_t versions[ITEMS]; /* what a plan would know: each item has one submitter */
    _Atomic int64_t next;    /* idx and ids */
};

static struct bench bench;

static int read_version(struct db *db, int64_t item, int64_t *ret)
{
    AUTO_ROWS struct rows rows;
    int e;

    (void)db_select(&rows, db, &item_get, V(item % 7), V(item)); /* rows_next() repeats a failure */
    e = rows_next(&rows);
    if (e <= 0)
        return e < 0 ? e : E_STATE;
    *ret = rows_int(&rows, 0);
    return 0;
}

static int step(struct db *db, int64_t item, int64_t number)
{
    static const uint8_t body[430], hash[32];
    int64_t version = bench.versions[item];
    int e = 0;

    if (bench.reads)
        e = read_version(db, item, &version);
    if (bench.reads && e == 0)
        e = read_version(db, item, &version);
    if (e == 0)
        e = db_send_one(db, &item_move, V(item % 7), V(item), V(version), V("submitted"));
    if (e == 0)
        e = db_send(db, &history_add, V(item % 7), V(item), V(version), V(number), V("submitted by the applicant, complete"));
    if (e == 0)
        e = db_send(db, &leaf_add, V(number), V(((struct bytes){body, sizeof body})), V(((struct bytes){hash, sizeof hash})));
    if (e == 0)
        e = db_send(db, &task_add, V(number), V(item % 7), V(item), V(number));
    if (e == 0)
        e = db_send(db, &outbox_add, V(number), V("{\"event\":\"submitted\"}"));
    return e;
}

static int step_in_group(struct tx *tx, void *arg)
{
    return step(tx->db, *(int64_t *)arg, atomic_fetch_add(&bench.next, 1));
}

static int step_alone(struct db *db, int64_t item)
{
    int e;

    e = db_begin(db);
    if (e < 0)
        return e;
    e = step(db, item, atomic_fetch_add(&bench.next, 1));
    if (e == 0)
        return db_commit(db);
    db_rollback(db);
    return e;
}

static void *submitter(void *arg)
{
    int64_t item = (int64_t)(intptr_t)arg;
    struct db *db = NULL;
    int e = 0;

    if (bench.writer == NULL)
        e = db_open(bench.address, DB_WRITE, &db);
    while (e == 0 && !atomic_load(&bench.stop)) {
        item = item + THREADS_MAX < ITEMS ? item + THREADS_MAX : item % THREADS_MAX;
        e = bench.writer != NULL ? writer_do(bench.writer, step_in_group, &item) : step_alone(db, item);
        bench.versions[item] += e == 0;
        atomic_fetch_add(e == 0 ? &bench.done : &bench.failed, 1);
        e = e == E_BUSY || e == E_CONFLICT ? 0 : e;
    }
    db_close(db);
    return NULL;
}

static int fill(const char *address)
{
    struct db *db;
    int64_t i;
    int done, e;

    e = db_open(address, DB_OWNER, &db);
    if (e < 0)
        return e;
    e = migrate(db, steps, ARRAY_LEN(steps), &done);
    if (e == 0)
        e = db_begin(db);
    for (i = 0; i < ITEMS && e == 0; i++)
        e = db_send(db, &item_fill, V(i % 7), V(i), V("An application for a small restaurant on the corner"));
    if (e == 0)
        e = db_commit(db);
    if (e < 0)
        (void)fprintf(stderr, "writer_bench: %s\n", db_fault(db)); /* the exit code says it too */
    db_close(db);
    return e;
}

static int64_t cpu_us(void)
{
    struct rusage u;

    (void)getrusage(RUSAGE_SELF, &u); /* cannot fail for oneself */
    return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000 + u.ru_utime.tv_usec + u.ru_stime.tv_usec;
}

static int run(const char *mode, long n, long seconds)
{
    static pthread_t threads[THREADS_MAX];
    struct writer_figures f = {0};
    int64_t begun = os_monotonic_us(), cpu = cpu_us(), took;
    long i;

    for (i = 0; i < n; i++)
        if (pthread_create(&threads[i], NULL, submitter, (void *)(intptr_t)i) != 0)
            return E_SYSTEM;
    while (os_monotonic_us() - begun < seconds * 1000000)
        (void)nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL); /* early is early */
    atomic_store(&bench.stop, true);
    for (i = 0; i < n; i++)
        (void)pthread_join(threads[i], NULL); /* they end by themselves */
    took = os_monotonic_us() - begun;
    cpu = cpu_us() - cpu;
    if (bench.writer != NULL)
        writer_figures(bench.writer, &f);
    printf("{\"mode\":\"%s\",\"submitters\":%ld,\"steps\":%lld,\"refused\":%lld,\"steps_s\":%lld,\"cpu_us_step\":%lld,"
           "\"group\":%.1f,\"group_us_max\":%llu}\n",
           mode, n, (long long)bench.done, (long long)bench.failed, (long long)(bench.done * 1000000 / took),
           (long long)(bench.done > 0 ? cpu / bench.done : 0), f.groups > 0 ? (double)f.works / (double)f.groups : 1.0,
           (unsigned long long)f.group_us_max);
    return 0;
}

int main(int argc, char **argv)
{
    const struct writer_conf conf = {.address = argc == 5 ? argv[1] : NULL};
    long n = argc == 5 ? strtol(argv[3], NULL, 10) : 0, seconds = argc == 5 ? strtol(argv[4], NULL, 10) : 0;
    int e;

    if (n < 1 || n > THREADS_MAX || seconds < 1) {
        (void)fprintf(stderr,
                      "usage: writer_bench ADDRESS grouped|sent|single SUBMITTERS SECONDS\n"); /* the exit code says it too */
        return 3;
    }
    bench.address = argv[1];
    e = fill(argv[1]);
    bench.reads = strcmp(argv[2], "sent") != 0;
    if (e == 0 && strcmp(argv[2], "single") != 0)
        e = writer_start(&conf, &bench.writer);
    if (e == 0)
        e = run(argv[2], n, seconds);
    writer_stop(bench.writer);
    return e < 0 ? 2 : 0;
}
