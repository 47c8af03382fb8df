/*
 * test_instance.h: a whole installation for a test: database, keys, a signer in a thread, writer, ledger. Tests only.
 */
#ifndef LEDGER_TEST_INSTANCE_H
#define LEDGER_TEST_INSTANCE_H

#include <pthread.h>

#include "base/unit.h"

#include "db/test_db.h"
#include "ledger/ledger.h"
#include "ledger/policy.h"
#include "ledger/signer.h"
#include "ledger/test_log.h"
#include "ledger/verify.h"
#include "os/os.h"
#include "os/pipe.h"
#include "os/test_dir.h"

#define TEST_PREFIX "terang.tangerangkota.example/ledger"

struct test_instance {
    struct test_db db;
    struct test_dir dir; /* ledger.key, ledger.state, ledger.kek */
    struct arena arena;
    char vkey[NOTE_VKEY];
    const char *policy; /* NULL: none */
    int signer[2];      /* our end, the signer's */
    pthread_t signer_thread;
    int signer_result;
    struct ledger *ledger;
    struct writer *writer;
    struct db *reader;
    int alarms;
};

static inline void *test_signer(void *arg)
{
    struct test_instance *t = arg;
    AUTO_CLOSE int key = os_open_read(t->dir.fd, LEDGER_KEY_FILE);

    BUG_IF(key < 0);
    t->signer_result = signer_main(t->signer[1], key, t->dir.fd);
    os_close(&t->signer[1]);
    return NULL;
}

static inline void test_alarm(void *arg, const char *what)
{
    (void)what;
    ((struct test_instance *)arg)->alarms++;
}

/* The processes; they can be stopped and started again. */
static inline void test_start(struct test_instance *t)
{
    struct ledger_conf conf = {.address = t->db.address,
                               .origin = TEST_PREFIX,
                               .key_dir = t->dir.fd,
                               .policy = t->policy,
                               .alarm = test_alarm,
                               .alarm_arg = t};
    struct writer_conf w = {.address = t->db.address};

    assert_int_equal(pipe_make(t->signer), 0);
    assert_int_equal(pthread_create(&t->signer_thread, NULL, test_signer, t), 0);
    conf.signer = t->signer[0];
    assert_int_equal(ledger_open(&conf, &t->ledger), 0);
    w.ledger = t->ledger;
    w.hooks = ledger_hooks(t->ledger);
    assert_int_equal(writer_start(&w, &t->writer), 0);
    assert_int_equal(db_open(t->db.address, DB_READ, &t->reader), 0);
}

static inline void test_stop(struct test_instance *t)
{
    ledger_stop(t->ledger);
    db_close(t->reader);
    writer_stop(t->writer);
    ledger_close(t->ledger);
    os_close(&t->signer[0]);
    assert_int_equal(pthread_join(t->signer_thread, NULL), 0);
}

static inline void test_ledger_make(struct db *owner)
{
    int done;

    assert_int_equal(migrate(owner, &ledger_migration, 1, &done), 0);
}

/* False: no such database here. With a witness, its key and quorum 1 stand in the policy. */
static inline bool test_instance_make(struct test_instance *t, void **env, bool with_witness)
{
    const char *vkey;

    *t = (struct test_instance){0};
    if (!test_db_open_made(&t->db, *(enum db_kind *)*env, test_ledger_make))
        return false;
    arena_init(&t->arena, 64 * MB);
    test_dir_make(&t->dir);
    assert_int_equal(ledger_keygen(TEST_PREFIX "/1", t->dir.fd, &t->arena, &vkey), 0);
    assert_true(strlen(vkey) < sizeof t->vkey);
    memcpy(t->vkey, vkey, strlen(vkey) + 1);
    if (with_witness)
        t->policy = text_printf(&t->arena, "log %s\nwitness kpk %s\nquorum kpk\n", vkey, TEST_WITNESS_VKEY);
    test_start(t);
    return true;
}

static inline void test_instance_finish(struct test_instance *t)
{
    test_stop(t);
    test_dir_finish(&t->dir);
    arena_finish(&t->arena);
    test_db_close(&t->db);
}

#define TEST_INSTANCE(t, env, with_witness)                                                                                    \
    struct test_instance t;                                                                                                    \
    if (!test_instance_make(&(t), (env), (with_witness)))                                                                      \
    skip()

/* ---- one licence that is written again and again ---- */

struct test_write {
    struct test_instance *t;
    const char *name; /* of the applicant */
    int64_t id;
    int64_t rev;
    struct ledger_receipt receipt;
    int64_t subject, record, clerk;
    enum leaf_op op;
    bool fail; /* after appending */
    bool sealed;
};

static inline int test_write_run(struct tx *tx, void *arg)
{
    struct test_write *w = arg;
    const struct ledger_column columns[] = {
        {.name = "status", .value = "terbit", .is_public = true},
        {.name = "nama", .value = w->name, .key = w->subject},
        {.name = "catatan", .value = NULL, .key = w->record},
    };
    char rec[32];
    struct ledger_leaf leaf = {.t = "izin",
                               .rec = rec,
                               .op = w->op,
                               .rev = w->rev,
                               .columns = columns,
                               .n = ARRAY_LEN(columns),
                               .unit = "36.71/2.18",
                               .who = "licence_signer",
                               .by = "user/7",
                               .by_key = w->clerk,
                               .tx = tx->number,
                               .sealed = w->sealed,
                               .seal_key = w->record};
    int e;

    (void)snprintf(rec, sizeof rec, "izin/%lld", (long long)w->id); /* fits */
    if (w->rev > 1)
        leaf.prev = (struct bytes){.p = w->receipt.leaf_hash.v, .n = TREE_HASH};
    e = ledger_append(tx, &leaf, &w->receipt);
    return e == 0 && w->fail ? E_STATE : e;
}

static inline int test_keys_run(struct tx *tx, void *arg)
{
    struct test_write *w = arg;
    int e = ledger_key_new(tx, LEDGER_KEY_SUBJECT, &w->subject);

    if (e == 0)
        e = ledger_key_new(tx, LEDGER_KEY_SUBJECT, &w->clerk);
    return e < 0 ? e : ledger_key_new(tx, LEDGER_KEY_RECORD, &w->record);
}

static inline void test_write_begin(struct test_instance *t, struct test_write *w, int64_t id)
{
    *w = (struct test_write){.t = t, .id = id, .name = "Siti Aminah"};
    assert_int_equal(writer_do(t->writer, test_keys_run, w), 0);
}

/* The next revision. */
static inline void test_write(struct test_write *w)
{
    w->op = w->rev == 0 ? LEAF_INSERT : LEAF_UPDATE;
    w->rev++;
    assert_int_equal(writer_do(w->t->writer, test_write_run, w), 0);
}

/* Rounds until nothing is left. */
static inline void test_integrate(struct test_instance *t)
{
    int e;

    while ((e = ledger_integrate(t->ledger, t->writer)) > 0)
        ;
    assert_int_equal(e, 0);
}

static inline struct ledger_status test_status(struct test_instance *t)
{
    struct ledger_status s;

    assert_int_equal(ledger_status(t->ledger, t->reader, &s), 0);
    return s;
}

static inline int test_cosign_run(struct tx *tx, void *arg)
{
    return ledger_cosign_apply(tx, arg);
}

/* The witness cosigns the newest checkpoint. */
static inline void test_cosign(struct test_instance *t, int64_t at)
{
    struct note_key witness = test_witness_key();
    struct ledger_cosign_plan plan;
    struct ledger_page page;
    struct note note;
    struct buf line;

    assert_int_equal(ledger_read(t->ledger, t->reader, &t->arena, "1/checkpoint", &page), 0);
    assert_int_equal(note_parse(&t->arena, page.body, &note), 0);
    buf_init(&line, &t->arena, 4 * KB);
    note_sign(&witness, note.text, at, &line);
    assert_int_equal(ledger_cosign_plan(t->ledger, t->reader, &t->arena, buf_bytes(&line), &plan), 0);
    assert_int_equal(writer_do(t->writer, test_cosign_run, &plan), 0);
}

#endif
