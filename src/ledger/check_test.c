/*
 * check_test.c: each kind of disagreement between log and tables is found, and nothing else is. On both databases.
 */
#include "ledger/sql.h"
#include "ledger/test_instance.h"

#define ROWS_MAX 4

/* A covered table in memory, and what a check said of it. */
struct world {
    struct test_write row[ROWS_MAX];
    size_t n;
    bool sealed;
    int64_t person_idx; /* of the erased subject's row, 0 for none */
    int counts[LEDGER_FAULT_COUNT];
    char detail[64];
};

static int each_row(void *arg, struct db *db, int64_t since, int (*each)(void *each_arg, const struct ledger_row *row),
                    void *each_arg)
{
    struct world *w = arg;

    (void)db; /* the rows are here */
    for (size_t i = 0; i < w->n; i++) {
        const struct test_write *r = &w->row[i];
        const struct ledger_column columns[] = {
            {.name = "status", .value = "terbit", .is_public = true},
            {.name = "nama", .value = r->name, .key = r->subject},
            {.name = "catatan", .value = NULL, .key = r->record},
        };
        char rec[32];
        struct ledger_row row = {.rec = rec,
                                 .rev = r->rev,
                                 .leaf_hash = {.p = r->receipt.leaf_hash.v, .n = TREE_HASH},
                                 .leaf_idx = r->receipt.idx,
                                 .columns = columns,
                                 .n = ARRAY_LEN(columns)};
        int e;

        (void)snprintf(rec, sizeof rec, "izin/%lld", (long long)r->id); /* fits */
        if (r->receipt.idx != INT_NONE && r->receipt.idx < since)
            continue;
        e = each(each_arg, &row);
        if (e < 0)
            return e;
    }
    return 0;
}

static int subject(void *arg, struct db *db, int64_t key, int64_t *ret_leaf_idx)
{
    struct world *w = arg;

    (void)db;
    (void)key; /* there is one person */
    *ret_leaf_idx = w->person_idx;
    return w->person_idx > 0;
}

static void found(void *arg, const struct ledger_finding *f)
{
    struct world *w = arg;

    w->counts[f->fault]++;
    (void)snprintf(w->detail, sizeof w->detail, "%s", f->detail); /* cut if long */
}

static int64_t check_since(struct test_instance *t, struct world *w, const struct ledger_set *set, int64_t since)
{
    const struct ledger_table table = {.name = "izin", .sealed = w->sealed, .rows = each_row, .arg = w};
    const struct ledger_check check = {.tables = &table,
                                       .n_tables = 1,
                                       .sets = set,
                                       .n_sets = set != NULL ? 1 : 0,
                                       .subject = subject,
                                       .found = found,
                                       .arg = w,
                                       .since = since};

    memset(w->counts, 0, sizeof w->counts);
    return ledger_check(t->ledger, t->reader, &check);
}

static int64_t check(struct test_instance *t, struct world *w)
{
    return check_since(t, w, NULL, 0);
}

/* `n` records of three revisions each, integrated. */
static void fill(struct test_instance *t, struct world *w, size_t n)
{
    w->n = n;
    for (size_t i = 0; i < n; i++) {
        test_write_begin(t, &w->row[i], (int64_t)i + 1);
        w->row[i].sealed = w->sealed;
        for (int k = 0; k < 3; k++)
            test_write(&w->row[i]);
    }
    test_integrate(t);
}

static void agreement_is_silent(void **env)
{
    TEST_INSTANCE(t, env, false);
    struct world w = {0};

    fill(&t, &w, 3);
    assert_int_equal(check(&t, &w), 0);
    assert_int_equal(check_since(&t, &w, NULL, 5), 0);
    assert_int_equal(check_since(&t, &w, NULL, 1000), 0);
    test_instance_finish(&t);
}

static void agreement_is_silent_over_many_tiles(void **env)
{
    TEST_INSTANCE(t, env, false);
    struct world w = {.n = 1};

    test_write_begin(&t, &w.row[0], 1);
    for (int i = 0; i < 600; i++) {
        test_write(&w.row[0]);
        if (i % 100 == 50)
            test_integrate(&t);
    }
    test_integrate(&t);
    test_write(&w.row[0]); /* not integrated */
    assert_int_equal(check(&t, &w), 0);
    assert_int_equal(check_since(&t, &w, NULL, 300), 0);
    test_instance_finish(&t);
}

static void a_changed_value_is_found(void **env)
{
    TEST_INSTANCE(t, env, false);
    struct world w = {0};

    fill(&t, &w, 2);
    w.row[1].name = "Siti Aminan";
    assert_int_equal(check(&t, &w), 1);
    assert_int_equal(w.counts[LEDGER_ROW_CHANGED], 1);
    assert_string_equal(w.detail, "nama");
    w.row[1].name = NULL;
    assert_int_equal(check(&t, &w), 1);
    test_instance_finish(&t);
}

static void a_row_put_back_to_an_older_revision_is_found(void **env)
{
    TEST_INSTANCE(t, env, false);
    struct test_write old;
    struct world w = {0};

    fill(&t, &w, 1);
    old = w.row[0];
    test_write(&w.row[0]);
    w.row[0] = old;
    assert_int_equal(check(&t, &w), 1);
    assert_int_equal(w.counts[LEDGER_ROW_CHANGED], 1);
    test_instance_finish(&t);
}

static void a_removed_row_is_found_unless_the_log_says_so(void **env)
{
    TEST_INSTANCE(t, env, false);
    struct world w = {0};

    fill(&t, &w, 2);
    w.n = 1;
    assert_int_equal(check(&t, &w), 1);
    assert_int_equal(w.counts[LEDGER_ROW_MISSING], 1);
    w.row[1].op = LEAF_DELETE;
    w.row[1].rev++;
    assert_int_equal(writer_do(t.writer, test_write_run, &w.row[1]), 0);
    assert_int_equal(check(&t, &w), 0);
    w.n = 2;
    assert_int_equal(check(&t, &w), 1);
    assert_int_equal(w.counts[LEDGER_ROW_CHANGED], 1);
    test_instance_finish(&t);
}

static void a_row_without_a_leaf_is_found(void **env)
{
    TEST_INSTANCE(t, env, false);
    struct world w = {0};

    fill(&t, &w, 2);
    w.row[2] = w.row[1];
    w.row[2].id = 77;
    w.row[2].receipt.leaf_hash.v[0] ^= 1;
    w.n = 3;
    assert_int_equal(check(&t, &w), 1);
    assert_int_equal(w.counts[LEDGER_LEAF_MISSING], 1);
    test_instance_finish(&t);
}

static void the_leaf_of_another_record_does_not_count(void **env)
{
    TEST_INSTANCE(t, env, false);
    struct world w = {0};

    fill(&t, &w, 2);
    w.row[2] = w.row[1];
    w.row[2].id = 77;
    w.n = 3;
    assert_int_equal(check(&t, &w), 1);
    assert_int_equal(w.counts[LEDGER_ROW_CHANGED], 1);
    test_instance_finish(&t);
}

static void gaps_and_broken_links_are_found(void **env)
{
    TEST_INSTANCE(t, env, false);
    struct world w = {0};

    fill(&t, &w, 2);
    w.row[0].rev++;
    test_write(&w.row[0]);
    assert_int_equal(check(&t, &w), 1);
    assert_int_equal(w.counts[LEDGER_REV_GAP], 1);
    w.row[1].receipt.leaf_hash.v[5] ^= 1;
    test_write(&w.row[1]);
    assert_int_equal(check(&t, &w), 2);
    assert_int_equal(w.counts[LEDGER_PREV_BROKEN], 1);
    test_instance_finish(&t);
}

static int erase(struct tx *tx, void *arg)
{
    return ledger_key_erase(tx, ((struct test_write *)arg)->subject);
}

static void a_lost_key_is_found_but_an_erased_person_is_not(void **env)
{
    TEST_INSTANCE(t, env, false);
    struct world w = {0};

    fill(&t, &w, 1);
    assert_int_equal(writer_do(t.writer, erase, &w.row[0]), 0);
    w.row[0].name = NULL;
    assert_int_equal(check(&t, &w), 1);
    assert_int_equal(w.counts[LEDGER_OPENING_LOST], 1);
    w.row[0].op = LEAF_ERASE; /* the licence's own erase leaf: the name is not in it any more */
    w.row[0].rev++;
    assert_int_equal(writer_do(t.writer, test_write_run, &w.row[0]), 0);
    assert_int_equal(check(&t, &w), 0);
    w.row[0].name = "Siti Aminah"; /* somebody puts it back */
    assert_int_equal(check(&t, &w), 1);
    assert_int_equal(w.counts[LEDGER_ROW_CHANGED], 1);
    test_instance_finish(&t);
}

static void a_key_whose_person_was_erased_is_not_lost(void **env)
{
    TEST_INSTANCE(t, env, false);
    struct world w = {0};
    struct test_write person;

    fill(&t, &w, 1);
    test_write_begin(&t, &person, 50);
    person.name = NULL;
    person.op = LEAF_ERASE;
    person.rev = 1;
    assert_int_equal(writer_do(t.writer, test_write_run, &person), 0);
    assert_int_equal(writer_do(t.writer, erase, &w.row[0]), 0);
    w.row[0].name = NULL;
    w.row[1] = person;
    w.n = 2;
    assert_int_equal(check(&t, &w), 1);
    w.person_idx = person.receipt.idx;
    assert_int_equal(check(&t, &w), 0);
    test_instance_finish(&t);
}

/* ---- the log itself ---- */

static int insert_checkpoint(struct tx *tx, void *arg)
{
    struct tree_hash root = tree_empty();

    (void)arg;
    return (int)db_run(tx->db, &q_checkpoint_add, V(INT64_C(2)), V(((struct bytes){.p = root.v, .n = TREE_HASH})), V("nothing"),
                       V(INT64_C(0)));
}

static void a_checkpoint_that_does_not_fit_is_found(void **env)
{
    TEST_INSTANCE(t, env, false);
    struct world w = {0};

    fill(&t, &w, 1);
    assert_int_equal(writer_do(t.writer, insert_checkpoint, NULL), 1);
    assert_int_equal(check(&t, &w), 1);
    assert_int_equal(w.counts[LEDGER_ROOT_BAD], 1);
    test_instance_finish(&t);
}

static int spoil_tile(struct tx *tx, void *arg)
{
    static const struct query q = {
        .name = "test.spoil", .sql = "UPDATE ledger_tile SET hashes = ?1 WHERE level = 0", .in = "b", .out = ""};
    uint8_t hashes[4 * TREE_HASH] = {0};

    (void)arg;
    return (int)db_run(tx->db, &q, V(((struct bytes){.p = hashes, .n = sizeof hashes})));
}

static void a_tile_that_does_not_fit_is_found(void **env)
{
    TEST_INSTANCE(t, env, false);
    struct world w = {0};

    fill(&t, &w, 1);
    assert_int_equal(writer_do(t.writer, spoil_tile, NULL), 1);
    assert_int_equal(check(&t, &w), 1);
    assert_int_equal(w.counts[LEDGER_TILE_BAD], 1);
    test_instance_finish(&t);
}

static int insert_past_gap(struct tx *tx, void *arg)
{
    struct bytes body = test_bytes(TEST_LEAF_1);
    struct tree_hash h = leaf_hash(body);

    (void)arg;
    return (int)db_run(tx->db, &q_append, V(INT64_C(1000)), V(body), V(((struct bytes){.p = h.v, .n = TREE_HASH})));
}

static void a_hole_in_the_log_is_found(void **env)
{
    TEST_INSTANCE(t, env, false);
    struct world w = {0};

    fill(&t, &w, 1);
    assert_int_equal(writer_do(t.writer, insert_past_gap, NULL), 1);
    assert_int_equal(check(&t, &w), 1);
    assert_int_equal(w.counts[LEDGER_ROOT_BAD], 1);
    test_instance_finish(&t);
}

/* ---- sealed records and loaded sets ---- */

static int seal(struct tx *tx, void *arg)
{
    (void)arg;
    return ledger_seal_batch(tx) < 0 ? E_STORAGE : 0;
}

static int drop_sealed(struct tx *tx, void *arg)
{
    static const struct query q = {.name = "test.drop", .sql = "DELETE FROM ledger_sealed", .in = "", .out = ""};

    (void)arg;
    return (int)db_run(tx->db, &q);
}

static void sealed_rows_are_checked_before_and_after_the_batch(void **env)
{
    TEST_INSTANCE(t, env, false);
    struct world w = {.sealed = true};

    fill(&t, &w, 2);
    assert_int_equal(check(&t, &w), 0);
    assert_int_equal(writer_do(t.writer, seal, NULL), 0);
    assert_int_equal(check(&t, &w), 0); /* the tiles do not cover them yet */
    test_integrate(&t);
    assert_int_equal(check(&t, &w), 0);
    w.row[0].name = "Orang lain";
    assert_int_equal(check(&t, &w), 1);
    assert_int_equal(w.counts[LEDGER_ROW_CHANGED], 1);
    w.n = 0;
    assert_int_equal(check(&t, &w), 2);
    assert_int_equal(w.counts[LEDGER_ROW_MISSING], 2);
    w.n = 2;
    assert_int_equal(writer_do(t.writer, drop_sealed, NULL), 6);
    assert_int_equal(check(&t, &w), 2);
    test_instance_finish(&t);
}

static int load_set(struct tx *tx, void *arg)
{
    const struct ledger_column columns[] = {
        {.name = "table", .value = "wilayah", .is_public = true},
        {.name = "version", .value = "2025", .is_public = true},
        {.name = "rows", .value = "91599", .is_public = true},
        {.name = "sha256", .value = arg, .is_public = true},
    };
    const struct ledger_leaf leaf = {
        .t = "wilayah", .rec = "wilayah/2025", .op = LEAF_LOAD, .columns = columns, .n = 4, .tx = tx->number};
    struct ledger_receipt receipt;

    return ledger_append(tx, &leaf, &receipt);
}

static void a_loaded_set_is_compared_by_count_and_hash(void **env)
{
    char hex[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    TEST_INSTANCE(t, env, false);
    struct world w = {0};
    struct ledger_set set = {.table = "wilayah", .version = "2025", .rows = 91599, .sha256 = tree_empty()};

    assert_int_equal(check_since(&t, &w, &set, 0), 1);
    assert_int_equal(w.counts[LEDGER_LEAF_MISSING], 1);
    assert_int_equal(writer_do(t.writer, load_set, hex), 0);
    assert_int_equal(check_since(&t, &w, &set, 0), 0);
    set.rows--;
    assert_int_equal(check_since(&t, &w, &set, 0), 1);
    assert_string_equal(w.detail, "rows");
    set.rows++;
    set.sha256.v[3] ^= 1;
    assert_int_equal(check_since(&t, &w, &set, 0), 1);
    assert_string_equal(w.detail, "sha256");
    test_instance_finish(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(agreement_is_silent),
        TEST_ON_BOTH(agreement_is_silent_over_many_tiles),
        TEST_ON_BOTH(a_changed_value_is_found),
        TEST_ON_BOTH(a_row_put_back_to_an_older_revision_is_found),
        TEST_ON_BOTH(a_removed_row_is_found_unless_the_log_says_so),
        TEST_ON_BOTH(a_row_without_a_leaf_is_found),
        TEST_ON_BOTH(the_leaf_of_another_record_does_not_count),
        TEST_ON_BOTH(gaps_and_broken_links_are_found),
        TEST_ON_BOTH(a_lost_key_is_found_but_an_erased_person_is_not),
        TEST_ON_BOTH(a_key_whose_person_was_erased_is_not_lost),
        TEST_ON_BOTH(a_checkpoint_that_does_not_fit_is_found),
        TEST_ON_BOTH(a_tile_that_does_not_fit_is_found),
        TEST_ON_BOTH(a_hole_in_the_log_is_found),
        TEST_ON_BOTH(sealed_rows_are_checked_before_and_after_the_batch),
        TEST_ON_BOTH(a_loaded_set_is_compared_by_count_and_hash),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
