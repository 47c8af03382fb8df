/*
 * search_test.c: the same words find the same rows on both databases, and nothing finds what is void or out of scope.
 */
#include "base/text.h"
#include "engine/row.h"
#include "engine/search.h"
#include "engine/test_city.h"

static const char *const case_words[] = {"number", "applicant", NULL};
static const struct screen case_screen = {
    .entity = &sample_case_entity, .slug = "kasus", .permission = "case", .name = "number", .search = case_words};
static const struct screen *const screens[] = {&case_screen};
static const struct module module = {.name = "sample", .screens = screens, .n_screens = ARRAY_LEN(screens)};
static const struct module *const modules[] = {&module};

struct write {
    int (*how)(struct tx *tx, const struct entity *e, const void *row, struct record *ret_head); /* NULL: row_update() */
    const struct entity *entity;
    const void *before, *row;
    struct record head;
};

static int write_run(struct tx *tx, void *arg)
{
    struct write *w = arg;

    return w->how != NULL ? w->how(tx, w->entity, w->row, &w->head) : row_update(tx, w->entity, w->before, w->row, &w->head);
}

static int64_t insert(struct city *c, const struct entity *e, const void *row)
{
    struct write w = {.how = row_insert, .entity = e, .row = row};

    assert_int_equal(writer_do(c->writer, write_run, &w), 0);
    return w.head.id;
}

static int64_t add_case(struct city *c, int64_t gov, const char *number, const char *applicant)
{
    struct sample_person person = {.head = {.gov = gov}, .name = applicant};
    struct sample_case row = {.head = {.gov = gov},
                              .number = number,
                              .applicant = applicant,
                              .status = {"filed"},
                              .due = DATE_NONE,
                              .filed_at = {1767225600000},
                              .fee = MONEY_NONE};

    row.person.v = insert(c, &sample_person_entity, &person);
    return insert(c, &sample_case_entity, &row);
}

static struct sample_case read_case(struct city *c, int64_t id)
{
    struct sample_case row;

    assert_int_equal(row_get(c->t.owner, &c->a, &sample_case_entity, CITY_GOV, id, &row), 1);
    return row;
}

static struct search_found look(struct city *c, const char *words, size_t limit, const char *after)
{
    struct scope all = scope_all(CITY_GOV);
    struct search_found found;

    assert_int_equal(search_find(c->t.owner, &c->a, &case_screen, &all, words, limit, after, &found), 0);
    return found;
}

static size_t count(struct city *c, const char *words)
{
    return look(c, words, 20, NULL).n;
}

static void open_city(struct city *c)
{
    c->app.modules = modules;
    c->app.n_modules = ARRAY_LEN(modules);
}

static void words_find_a_row_by_their_beginnings(void **world)
{
    struct search_found found;
    int64_t id;

    CITY(c, world);
    open_city(&c);
    id = add_case(&c, CITY_GOV, "503/0001/DPMPTSP", "Siti Aminah, S.E. (Jum'at Caf\xC3\xA9)");
    (void)add_case(&c, CITY_GOV, "503/0002/DPMPTSP", "Budi Santoso");
    found = look(&c, "siti AMIN", 20, NULL);
    assert_int_equal(found.n, 1);
    assert_int_equal(found.v[0].id, id);
    assert_string_equal(found.v[0].name, "503/0001/DPMPTSP");
    assert_null(found.more);
    assert_int_equal(count(&c, "503/0001"), 1);
    assert_int_equal(count(&c, "cafe jumat"), 1);
    assert_int_equal(count(&c, "CAFE\xCC\x81"), 1);
    assert_int_equal(count(&c, "dpmptsp"), 2);
    assert_int_equal(count(&c, "siti budi"), 0);
    assert_int_equal(count(&c, "minah"), 0);
    city_close(&c);
}

static void what_people_type_is_never_syntax(void **world)
{
    static const char *const hostile[] = {"",
                                          " ",
                                          "\"",
                                          "'",
                                          "''; DROP TABLE search_row; --",
                                          "*",
                                          "a OR",
                                          "AND",
                                          "NEAR(a,",
                                          "words:",
                                          "^a",
                                          "(((",
                                          "a & | !",
                                          ":*",
                                          "\\",
                                          "\\'",
                                          "search_word MATCH",
                                          "\xC2\xA7g3671",
                                          "\xC2\xB6",
                                          "-siti",
                                          "{a b}: c",
                                          "NOT siti",
                                          "\xE2\x80\x8B",
                                          "$1 ?1 %s"};
    size_t i;

    CITY(c, world);
    open_city(&c);
    (void)add_case(&c, CITY_GOV, "503/0001", "Siti Aminah");
    for (i = 0; i < ARRAY_LEN(hostile); i++)
        assert_in_range(count(&c, hostile[i]), 0, 1);
    assert_int_equal(count(&c, "\"siti\" -"), 1);
    assert_int_equal(count(&c, "\xC2\xA7g3671"), 0);
    assert_int_equal(count(&c, "esamplecase"), 0);
    city_close(&c);
}

static void a_changed_row_is_found_by_its_new_words_only(void **world)
{
    struct sample_case before, row;

    CITY(c, world);
    open_city(&c);
    before = row = read_case(&c, add_case(&c, CITY_GOV, "503/0001", "Siti Aminah"));
    row.applicant = "Dewi Lestari";
    assert_int_equal(writer_do(c.writer, write_run, &(struct write){NULL, &sample_case_entity, &before, &row, {0}}), 0);
    assert_int_equal(count(&c, "siti"), 0);
    assert_int_equal(count(&c, "dewi"), 1);
    assert_int_equal(count(&c, "503"), 1);
    city_close(&c);
}

static int drop_run(struct tx *tx, void *arg)
{
    return search_drop(tx, &sample_case_entity, CITY_GOV, *(int64_t *)arg);
}

static int optimise_run(struct tx *tx, void *arg)
{
    (void)arg;
    return search_optimise(tx);
}

static void void_and_dropped_rows_are_not_found(void **world)
{
    struct sample_case row;
    int64_t other;

    CITY(c, world);
    open_city(&c);
    row = read_case(&c, add_case(&c, CITY_GOV, "503/0001", "Siti Aminah"));
    other = add_case(&c, CITY_GOV, "503/0002", "Siti Rahma");
    assert_int_equal(count(&c, "siti"), 2);
    assert_int_equal(writer_do(c.writer, write_run, &(struct write){row_void, &sample_case_entity, NULL, &row, {0}}), 0);
    assert_int_equal(count(&c, "siti"), 1);
    assert_int_equal(writer_do(c.writer, drop_run, &other), 0);
    assert_int_equal(writer_do(c.writer, optimise_run, NULL), 0);
    assert_int_equal(count(&c, "siti"), 0);
    assert_int_equal(count(&c, "503"), 0);
    city_close(&c);
}

static void another_government_is_not_found(void **world)
{
    struct scope foreign = scope_all(CITY_FOREIGN), nothing = {.gov = CITY_GOV, .none = true};
    struct search_found found;

    CITY(c, world);
    open_city(&c);
    (void)add_case(&c, CITY_GOV, "503/0001", "Siti Aminah");
    assert_int_equal(search_find(c.t.owner, &c.a, &case_screen, &foreign, "siti", 20, NULL, &found), 0);
    assert_int_equal(found.n, 0);
    assert_int_equal(search_find(c.t.owner, &c.a, &case_screen, &nothing, "siti", 20, NULL, &found), 0);
    assert_int_equal(found.n, 0);
    city_close(&c);
}

static void only_rows_within_the_scope_are_found(void **world)
{
    struct entity owned = sample_case_entity;
    struct screen screen = case_screen;
    struct scope own = {.gov = CITY_GOV};
    struct search_found found;
    int64_t mine;

    CITY(c, world);
    open_city(&c);
    owned.owner = "person";
    screen.entity = &owned;
    mine = add_case(&c, CITY_GOV, "503/0001", "Siti Aminah");
    (void)add_case(&c, CITY_GOV, "503/0002", "Siti Rahma");
    own.owner = read_case(&c, mine).person.v;
    assert_int_equal(search_find(c.t.owner, &c.a, &screen, &own, "siti", 20, NULL, &found), 0);
    assert_int_equal(found.n, 1);
    assert_int_equal(found.v[0].id, mine);
    city_close(&c);
}

static void rows_named_so_come_first_then_the_newest_page_by_page(void **world)
{
    int64_t ids[5], seen[5];
    const char *after = NULL;
    size_t n = 0, i;

    CITY(c, world);
    open_city(&c);
    ids[4] = add_case(&c, CITY_GOV, "503/0001", "warung 777");
    ids[1] = add_case(&c, CITY_GOV, "777/0001", "Siti");
    ids[3] = add_case(&c, CITY_GOV, "503/0002", "warung 777");
    ids[0] = add_case(&c, CITY_GOV, "777/0002", "Budi");
    ids[2] = add_case(&c, CITY_GOV, "503/0003", "kios 777");
    do {
        struct search_found found = look(&c, "777", 2, after);

        for (i = 0; i < found.n; i++)
            seen[n++] = found.v[i].id;
        after = found.more;
    } while (after != NULL && n < 5);
    assert_int_equal(n, 5);
    assert_null(after);
    for (i = 0; i < 5; i++)
        assert_int_equal(seen[i], ids[i]);
    city_close(&c);
}

static void a_key_that_is_none_is_refused(void **world)
{
    static const char *const keys[] = {"x", "2.1", "0", "0.1.2", "1.x", "-1.5"};
    struct scope all = scope_all(CITY_GOV);
    struct search_found found;
    size_t i;

    CITY(c, world);
    open_city(&c);
    for (i = 0; i < ARRAY_LEN(keys); i++)
        assert_int_equal(search_find(c.t.owner, &c.a, &case_screen, &all, "siti", 20, keys[i], &found), E_INPUT);
    city_close(&c);
}

static void every_statement_prepares(void **world)
{
    size_t i;

    CITY(c, world);
    for (i = 0; i < ARRAY_LEN(search_queries); i++)
        assert_int_equal(db_check(c.t.owner, search_queries[i]), 0);
    city_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(words_find_a_row_by_their_beginnings),
        TEST_ON_BOTH(what_people_type_is_never_syntax),
        TEST_ON_BOTH(a_changed_row_is_found_by_its_new_words_only),
        TEST_ON_BOTH(void_and_dropped_rows_are_not_found),
        TEST_ON_BOTH(another_government_is_not_found),
        TEST_ON_BOTH(only_rows_within_the_scope_are_found),
        TEST_ON_BOTH(rows_named_so_come_first_then_the_newest_page_by_page),
        TEST_ON_BOTH(a_key_that_is_none_is_refused),
        TEST_ON_BOTH(every_statement_prepares),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
