/*
 * ledger_table_test.c: `ledger check` over real tables: what agrees is silent, and each tampering behind the engine is found.
 */
#include "base/text.h"
#include "engine/ledger_table.h"
#include "engine/row.h"
#include "engine/test_city.h"

struct told {
    struct ledger_entities entities; /* first: ledger_subject() reads it */
    int counts[LEDGER_FAULT_COUNT];
    char rec[64], detail[64]; /* of the last finding */
};

static void found(void *arg, const struct ledger_finding *f)
{
    struct told *t = arg;

    t->counts[f->fault]++;
    (void)snprintf(t->rec, sizeof t->rec, "%s", f->rec); /* cut if long */
    (void)snprintf(t->detail, sizeof t->detail, "%s", f->detail);
}

static int64_t check_since(struct city *c, struct told *t, int64_t since)
{
    struct ledger_check check = {.found = found, .subject = ledger_subject, .arg = t, .since = since};
    struct ledger_table *tables;

    *t = (struct told){.entities = {.v = city_samples, .n = ARRAY_LEN(city_samples)}};
    ledger_tables(&c->a, city_samples, ARRAY_LEN(city_samples), &tables, &check.n_tables);
    check.tables = tables;
    return ledger_check(c->ledger, c->t.owner, &check);
}

static int64_t check(struct city *c, struct told *t)
{
    return check_since(c, t, 0);
}

/* ---- rows ---- */

struct filling {
    int n;
    struct sample_person person;
    struct sample_case last;
};

/* A person, n cases of that person, each with a line. */
static int fill_run(struct tx *tx, void *arg)
{
    struct filling *f = arg;
    int e, i;

    f->person = (struct sample_person){.head = {.gov = CITY_GOV}, .name = "Siti Aminah"};
    e = row_insert(tx, &sample_person_entity, &f->person, &f->person.head);
    for (i = 0; i < f->n && e == 0; i++) {
        struct sample_line line = {.head = {.gov = CITY_GOV}, .account = "5.1.02", .amount = {150000}};

        f->last = (struct sample_case){.head = {.gov = CITY_GOV},
                                       .number = text_printf(tx->arena, "503/%04d", i),
                                       .person = {f->person.head.id},
                                       .applicant = "Siti Aminah",
                                       .status = {"filed"},
                                       .due = DATE_NONE,
                                       .filed_at = {1767225600000},
                                       .fee = {125000000}};
        e = row_insert(tx, &sample_case_entity, &f->last, &f->last.head);
        line.of_case.v = f->last.head.id;
        if (e == 0)
            e = row_insert(tx, &sample_line_entity, &line, &line.head);
    }
    return e;
}

static void fill(struct city *c, int n, struct filling *ret)
{
    *ret = (struct filling){.n = n};
    assert_int_equal(writer_do(c->writer, fill_run, ret), 0);
}

/* Revision 2: `how` gets the row as it is stored. */
struct change {
    int64_t id;
    bool voids;
};

static int change_run(struct tx *tx, void *arg)
{
    const struct change *x = arg;
    struct sample_case before, after;
    struct record head;
    int e = row_get(tx->db, tx->arena, &sample_case_entity, CITY_GOV, x->id, &before);

    if (e <= 0)
        return e < 0 ? e : E_STATE;
    if (x->voids)
        return row_void(tx, &sample_case_entity, &before, &head);
    after = before;
    after.fee = MONEY_NONE;
    after.due = (date){20000};
    return row_update(tx, &sample_case_entity, &before, &after, &head);
}

static void change(struct city *c, int64_t id, bool voids)
{
    assert_int_equal(writer_do(c->writer, change_run, &(struct change){id, voids}), 0);
}

static void tamper(struct city *c, const char *sql)
{
    test_db_script(&c->t, sql);
}

/* ---- tests ---- */

static void what_the_engine_wrote_agrees(void **world)
{
    struct filling f;
    struct told t;

    CITY(c, world);
    fill(&c, 3, &f);
    assert_int_equal(check(&c, &t), 0);
    change(&c, f.last.head.id, false);
    assert_int_equal(check(&c, &t), 0);
    assert_int_equal(check_since(&c, &t, 4), 0);
    change(&c, f.last.head.id, true);
    assert_int_equal(check(&c, &t), 0);
    city_close(&c);
}

static void a_changed_amount_is_found(void **world)
{
    struct filling f;
    struct told t;

    CITY(c, world);
    fill(&c, 3, &f);
    tamper(&c, "UPDATE sample_case SET fee = 1 WHERE number = '503/0001'");
    assert_int_equal(check(&c, &t), 1);
    assert_int_equal(t.counts[LEDGER_ROW_CHANGED], 1);
    assert_string_equal(t.detail, "fee");
    tamper(&c, "UPDATE sample_line SET amount = 2 WHERE amount = 150000");
    assert_int_equal(check(&c, &t), 4);
    city_close(&c);
}

static void a_changed_name_is_found_under_the_key_of_the_person(void **world)
{
    struct filling f;
    struct told t;

    CITY(c, world);
    fill(&c, 2, &f);
    tamper(&c, "UPDATE sample_case SET applicant = 'Siti Aminan' WHERE number = '503/0001'");
    assert_int_equal(check(&c, &t), 1);
    assert_string_equal(t.detail, "applicant");
    city_close(&c);
}

static void a_missing_row_is_found(void **world)
{
    struct filling f;
    struct told t;

    CITY(c, world);
    fill(&c, 3, &f);
    tamper(&c, "DELETE FROM sample_case WHERE number = '503/0000'");
    assert_int_equal(check(&c, &t), 1);
    assert_int_equal(t.counts[LEDGER_ROW_MISSING], 1);
    city_close(&c);
}

static void a_row_without_a_leaf_is_found(void **world)
{
    struct filling f;
    struct told t;

    CITY(c, world);
    fill(&c, 2, &f);
    tamper(&c, "INSERT INTO sample_node (id, rev, leaf_hash, leaf_idx, leaf, code) "
               "SELECT 7, 1, leaf_hash, leaf_idx, 0, 'x' FROM sample_case WHERE number = '503/0001'");
    assert_int_equal(check(&c, &t), 1);
    assert_int_equal(t.counts[LEDGER_ROW_CHANGED], 1);
    assert_string_equal(t.rec, "sample_node/7");
    tamper(&c,
           "UPDATE sample_node SET leaf_idx = 999, leaf_hash = (SELECT substr(body, 1, 32) FROM ledger_entry WHERE idx = 1)");
    assert_int_equal(check(&c, &t), 1);
    assert_int_equal(t.counts[LEDGER_LEAF_MISSING], 1);
    city_close(&c);
}

static void a_void_that_was_taken_back_is_found(void **world)
{
    struct filling f;
    struct told t;

    CITY(c, world);
    fill(&c, 2, &f);
    change(&c, f.last.head.id, true);
    tamper(&c, "UPDATE sample_case SET voided_at = NULL");
    assert_true(check(&c, &t) > 0);
    assert_true(t.counts[LEDGER_ROW_CHANGED] > 0);
    city_close(&c);
}

/* Keys are compared as a whole: rows that share the first parts of a key lie on both sides of a slice's end. */
static void rows_of_many_slices_are_all_seen(void **world)
{
    struct filling f;
    struct told t;

    CITY(c, world);
    fill(&c, 1100, &f);
    assert_int_equal(check(&c, &t), 0);
    tamper(&c, "UPDATE sample_case SET fee = 1 WHERE number IN ('503/0000', '503/0500', '503/1099')");
    assert_int_equal(check(&c, &t), 3);
    city_close(&c);
}

static void a_row_tells_the_columns_that_a_proof_can_open(void **world)
{
    struct ledger_row row;
    struct filling f;

    CITY(c, world);
    fill(&c, 1, &f);
    assert_int_equal(ledger_row_columns(c.t.owner, &c.a, &sample_case_entity, f.last.head.id, &row), 1);
    assert_int_equal(row.rev, 1);
    assert_int_equal(row.leaf_hash.n, 32);
    assert_string_equal(row.columns[2].name, "applicant");
    assert_true(row.columns[2].key == f.person.head.record_key);
    assert_int_equal(ledger_row_columns(c.t.owner, &c.a, &sample_case_entity, 1, &row), 0);
    city_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(what_the_engine_wrote_agrees),
        TEST_ON_BOTH(a_changed_amount_is_found),
        TEST_ON_BOTH(a_changed_name_is_found_under_the_key_of_the_person),
        TEST_ON_BOTH(a_missing_row_is_found),
        TEST_ON_BOTH(a_row_without_a_leaf_is_found),
        TEST_ON_BOTH(a_void_that_was_taken_back_is_found),
        TEST_ON_BOTH(rows_of_many_slices_are_all_seen),
        TEST_ON_BOTH(a_row_tells_the_columns_that_a_proof_can_open),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
