/*
 * test_city.h: a small instance for tests: a database of either kind with every migration and the sample entities, a ledger
 * with its key, a writer, readers, and the app that holds them. Not part of the product.
 *
 *     CITY(c, world);          declares and opens, or skips without PostgreSQL
 *     ... c.app, c.writer, c.t.owner, c.a ...
 *     city_close(&c);
 *
 * Rows of TEST_ON_BOTH() give the kind.
 */
#ifndef ENGINE_TEST_CITY_H
#define ENGINE_TEST_CITY_H

#include <fcntl.h>
#include <unistd.h>

#include "base/unit.h"
#undef fail /* of cmocka: ui/req.h has a function of that name */
#include "db/test_db.h"
#include "engine/app.h"
#include "engine/migrations.h"
#include "engine/sample.h"
#include "engine/schema.h"
#include "ledger/ledger.h"

#define CITY_GOV     INT64_C(3671)
#define CITY_FOREIGN INT64_C(3603)

static const struct entity *const city_samples[] = {&sample_node_entity, &sample_person_entity, &sample_case_entity,
                                                    &sample_line_entity};

struct city {
    struct test_db t;
    struct arena a;
    char keys[64];
    int key_dir;
    struct ledger *ledger;
    struct writer *writer;
    struct app app;
};

static inline void city_migrate(struct db *owner)
{
    struct arena a;
    size_t n, i;
    const struct migration *list = migrations(&n);
    struct migration *steps;
    struct buf text;
    int done;

    arena_init(&a, 8 * MB);
    steps = arena_array(&a, n + 1, struct migration);
    memcpy(steps, list, n * sizeof *steps);
    buf_init(&text, &a, 1 * MB);
    for (i = 0; i < ARRAY_LEN(city_samples); i++)
        schema_create(city_samples[i], &text);
    steps[n] = (struct migration){.number = (int)n + 1, .name = "samples", .sql = text.s};
    assert_int_equal(migrate(owner, steps, n + 1, &done), 0);
    arena_finish(&a);
}

/* False when there is no PostgreSQL to test with. */
static inline bool city_db_open(struct test_db *t, enum db_kind kind)
{
    return test_db_open_made(t, kind, city_migrate);
}

/* After city_db_open(), or test_db_open(), which costs a migration. What the app has besides is the test's to set. */
static inline void city_open(struct city *c)
{
    struct writer_conf conf = {.address = c->t.address, .app = &c->app};

    arena_init(&c->a, 8 * MB);
    (void)snprintf(c->keys, sizeof c->keys, "/tmp/terang-keys-XXXXXX"); /* fits; mkdtemp notices */
    assert_non_null(mkdtemp(c->keys));
    c->key_dir = open(c->keys, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(c->key_dir >= 0);
    if (!c->t.made)
        city_migrate(c->t.owner);
    assert_int_equal(ledger_open(
                         &(struct ledger_conf){
                             .address = c->t.address, .origin = "kota.example/ledger", .key_dir = c->key_dir, .signer = -1},
                         &c->ledger),
                     0);
    conf.ledger = c->ledger;
    conf.hooks = ledger_hooks(c->ledger);
    assert_int_equal(writer_start(&conf, &c->writer), 0);
    c->app = (struct app){.address = c->t.address,
                          .writer = c->writer,
                          .ledger = c->ledger,
                          .data_dir = c->key_dir,
                          .files_dir = c->key_dir,
                          .name = "Terang Kota Contoh",
                          .origin = "https://kota.example"};
    assert_int_equal(pool_open(c->t.address, 4, &c->app.pool), 0);
}

static inline void city_close(struct city *c)
{
    writer_stop(c->writer);
    pool_close(c->app.pool);
    ledger_close(c->ledger);
    (void)close(c->key_dir);
    test_db_remove_folder(c->keys);
    arena_finish(&c->a);
    test_db_close(&c->t);
}

#define CITY(c, env)                                                                                                           \
    struct city c;                                                                                                             \
    if (!city_db_open(&(c).t, *(enum db_kind *)*(env)))                                                                        \
        skip();                                                                                                                \
    city_open(&(c))

/* How many leaves hold the text. */
static inline int64_t city_leaves_with(struct city *c, const char *text)
{
    static const struct query bodies = {
        .name = "test.bodies", .sql = "SELECT body FROM ledger_entry ORDER BY idx", .in = "", .out = "b"};
    int64_t n = 0;

    AUTO_ROWS struct rows rows;

    assert_int_equal(db_select(&rows, c->t.owner, &bodies), 0);
    while (rows_next(&rows) == 1) {
        struct bytes body = rows_bytes(&rows, &c->a, 0);

        n += memmem(body.p, body.n, text, strlen(text)) != NULL;
    }
    return n;
}

#endif
