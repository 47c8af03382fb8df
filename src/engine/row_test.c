/*
 * row_test.c: no row without its leaf, no leaf without its row, no lost update; on both databases with a real ledger.
 */
#include "base/text.h"
#include "engine/history.h"
#include "engine/row.h"
#include "engine/test_city.h"

/* clang-format off */
static const struct query leaves = {.name = "test.leaves", .sql = "SELECT COUNT(*) FROM ledger_entry", .in = "", .out = "i"};
/* clang-format on */

static int64_t leaves_in(struct city *c)
{
    AUTO_ROWS struct rows rows;

    assert_int_equal(db_select(&rows, c->t.owner, &leaves), 0);
    assert_int_equal(rows_next(&rows), 1);
    return rows_int(&rows, 0);
}

typedef int write_fn(struct tx *tx, const struct entity *e, const void *row, struct record *ret_head);

/* One write, as a work. */
struct write {
    write_fn *how; /* NULL: row_update() */
    const struct entity *entity;
    const void *row;
    int fails;          /* result after the write, 0 for none */
    struct record head; /* its leaf hash has gone with the work's arena */
    const void *before;
};

static int write_run(struct tx *tx, void *arg)
{
    struct write *w = arg;
    struct actor_mark mark = {.role = "front_office", .unit = "36.71/5.03"};
    int e;

    tx->actor = &mark;
    e = w->how != NULL ? w->how(tx, w->entity, w->row, &w->head) : row_update(tx, w->entity, w->before, w->row, &w->head);
    return e < 0 ? e : w->fails;
}

static int do_write(struct city *c, write_fn *how, const struct entity *entity, void *row)
{
    struct write w = {how, entity, row, 0, {0}, NULL};
    int e = writer_do(c->writer, write_run, &w);

    if (e == 0)
        *(struct record *)row = w.head;
    return e;
}

static int do_update(struct city *c, const struct entity *entity, const void *before, void *row)
{
    struct write w = {NULL, entity, row, 0, {0}, before};
    int e = writer_do(c->writer, write_run, &w);

    if (e == 0)
        *(struct record *)row = w.head;
    return e;
}

static struct sample_case a_case(struct city *c, const char *number)
{
    struct sample_person person = {.head = {.gov = 3671}, .name = "Siti Aminah"};

    assert_int_equal(do_write(c, row_insert, &sample_person_entity, &person), 0);
    return (struct sample_case){.head = {.gov = 3671},
                                .number = number,
                                .person = {person.head.id},
                                .applicant = "Siti Aminah",
                                .status = {"filed"},
                                .due = DATE_NONE,
                                .filed_at = {1767225600000},
                                .fee = {125000000}};
}

static void a_row_comes_back_as_it_was_written(void **world)
{
    struct sample_case row, back;

    CITY(c, world);
    row = a_case(&c, "503/0001");
    assert_int_equal(do_write(&c, row_insert, &sample_case_entity, &row), 0);
    assert_int_equal(row_get(c.t.owner, &c.a, &sample_case_entity, 3671, row.head.id, &back), 1);
    assert_string_equal(back.number, "503/0001");
    assert_int_equal(back.fee.v, 125000000);
    assert_int_equal(back.due.v, DATE_NONE.v);
    assert_int_equal(back.head.rev, 1);
    assert_int_equal(back.head.leaf_hash.n, 32);
    assert_int_equal(row_get(c.t.owner, &c.a, &sample_case_entity, 3603, row.head.id, &back), 0);
    city_close(&c);
}

static void each_write_has_its_leaf_and_no_personal_value_in_it(void **world)
{
    struct sample_case row, back;
    struct tree_hash leaf;
    struct bytes body;

    CITY(c, world);
    row = a_case(&c, "503/0001");
    assert_int_equal(do_write(&c, row_insert, &sample_case_entity, &row), 0);
    assert_int_equal(row_get(c.t.owner, &c.a, &sample_case_entity, 3671, row.head.id, &back), 1);
    assert_int_equal(leaves_in(&c), 2);
    memcpy(leaf.v, back.head.leaf_hash.p, sizeof leaf.v);
    assert_int_equal(back.head.leaf_idx, 1);
    assert_int_equal(ledger_integrate(c.ledger, c.writer) >= 0, 1);
    assert_int_equal(ledger_body(c.ledger, c.t.owner, &c.a, &leaf, &body), 0);
    if (body.n > 0) {
        assert_non_null(strstr((const char *)body.p, "503/0001"));
        assert_null(strstr((const char *)body.p, "Siti"));
        assert_non_null(strstr((const char *)body.p, "\"who\":\"front_office\""));
    }
    city_close(&c);
}

static void a_second_editor_is_refused(void **world)
{
    struct sample_case mine, theirs, before;

    CITY(c, world);
    mine = a_case(&c, "503/0001");
    assert_int_equal(do_write(&c, row_insert, &sample_case_entity, &mine), 0);
    assert_int_equal(row_get(c.t.owner, &c.a, &sample_case_entity, 3671, mine.head.id, &mine), 1);
    assert_int_equal(row_get(c.t.owner, &c.a, &sample_case_entity, 3671, mine.head.id, &theirs), 1);
    before = mine;
    mine.status.v = "granted";
    theirs.status.v = "refused";
    assert_int_equal(do_update(&c, &sample_case_entity, &before, &mine), 0);
    assert_int_equal(do_update(&c, &sample_case_entity, &before, &theirs), E_CONFLICT);
    assert_int_equal(leaves_in(&c), 3);
    assert_int_equal(row_get(c.t.owner, &c.a, &sample_case_entity, 3671, mine.head.id, &theirs), 1);
    assert_string_equal(theirs.status.v, "granted");
    assert_int_equal(theirs.head.rev, 2);
    city_close(&c);
}

static void what_fails_later_leaves_neither_row_nor_leaf(void **world)
{
    struct sample_case row, back;
    struct write w = {row_insert, &sample_case_entity, &row, E_STATE, {0}, NULL};

    CITY(c, world);
    row = a_case(&c, "503/0001");
    assert_int_equal(writer_do(c.writer, write_run, &w), E_STATE);
    assert_int_equal(leaves_in(&c), 1);
    assert_int_equal(row_get(c.t.owner, &c.a, &sample_case_entity, 3671, row.head.id, &back), 0);
    assert_int_equal(do_write(&c, row_insert, &sample_case_entity, &row), 0);
    assert_int_equal(leaves_in(&c), 2);
    city_close(&c);
}

static void a_unique_number_is_unique_within_a_government(void **world)
{
    struct sample_case first, second;

    CITY(c, world);
    first = second = a_case(&c, "503/0001");
    assert_int_equal(do_write(&c, row_insert, &sample_case_entity, &first), 0);
    assert_int_equal(do_write(&c, row_insert, &sample_case_entity, &second), E_CONFLICT);
    assert_int_equal(leaves_in(&c), 2);
    city_close(&c);
}

static void nobody_is_personal_data_of_nobody(void **world)
{
    struct sample_case row;

    CITY(c, world);
    row = a_case(&c, "503/0001");
    row.person.v = 12345;
    assert_int_equal(do_write(&c, row_insert, &sample_case_entity, &row), E_INPUT);
    city_close(&c);
}

static void the_history_says_who_changed_what_and_where_it_is_proved(void **world)
{
    struct sample_case before, row;
    struct history *h;
    size_t n;

    CITY(c, world);
    row = a_case(&c, "503/0001");
    assert_int_equal(do_write(&c, row_insert, &sample_case_entity, &row), 0);
    assert_int_equal(row_get(c.t.owner, &c.a, &sample_case_entity, 3671, row.head.id, &row), 1);
    before = row;
    row.status.v = "granted";
    assert_int_equal(do_update(&c, &sample_case_entity, &before, &row), 0);
    assert_int_equal(history_read(c.t.owner, &c.a, &sample_case_entity, 3671, row.head.id, 0, &h, &n), 0);
    assert_int_equal(n, 2);
    assert_int_equal(h[0].rev, 2);
    assert_int_equal(h[0].n, 1);
    assert_string_equal(h[0].changes[0].name, "status");
    assert_string_equal(h[0].changes[0].before, "filed");
    assert_string_equal(h[0].changes[0].after, "granted");
    assert_string_equal(h[0].role, "front_office");
    assert_int_equal(h[0].leaf_idx, row.head.leaf_idx);
    assert_int_equal(h[1].rev, 1);
    assert_null(h[1].changes[0].before);
    city_close(&c);
}

static void a_voided_row_stays(void **world)
{
    struct sample_case row;

    CITY(c, world);
    row = a_case(&c, "503/0001");
    assert_int_equal(do_write(&c, row_insert, &sample_case_entity, &row), 0);
    assert_int_equal(row_get(c.t.owner, &c.a, &sample_case_entity, 3671, row.head.id, &row), 1);
    assert_int_equal(do_write(&c, row_void, &sample_case_entity, &row), 0);
    assert_int_equal(row_get(c.t.owner, &c.a, &sample_case_entity, 3671, row.head.id, &row), 1);
    assert_true(row.head.voided_at.v != INSTANT_NONE.v);
    city_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_row_comes_back_as_it_was_written),
        TEST_ON_BOTH(each_write_has_its_leaf_and_no_personal_value_in_it),
        TEST_ON_BOTH(a_second_editor_is_refused),
        TEST_ON_BOTH(what_fails_later_leaves_neither_row_nor_leaf),
        TEST_ON_BOTH(a_unique_number_is_unique_within_a_government),
        TEST_ON_BOTH(nobody_is_personal_data_of_nobody),
        TEST_ON_BOTH(the_history_says_who_changed_what_and_where_it_is_proved),
        TEST_ON_BOTH(a_voided_row_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
