/*
 * list_test.c: a list shows each row of its scope once, in order, whatever happens meanwhile, and nothing else; on both
 * databases.
 */
#include "engine/list.h"
#include "engine/test_case.h"

#define MANY 1000

static const struct field *field(const char *name)
{
    return entity_field(&sample_case_entity, name);
}

static struct list_ask ask_all(void)
{
    return (struct list_ask){.entity = &sample_case_entity, .scope = scope_all(CITY_GOV)};
}

static struct list_rows read_page(struct city *c, const struct list_ask *ask)
{
    struct list_rows rows;

    assert_int_equal(list_read(c->t.owner, &c->a, ask, &rows), 0);
    return rows;
}

static const struct sample_case *at(const struct list_rows *rows, size_t i)
{
    return rows->v[i];
}

/* The number behind "TRG-". */
static size_t number_of(const struct sample_case *row)
{
    int64_t n = 0;
    const char *digits = row->number + 4;

    while (*digits == '0' && digits[1] != '\0')
        digits++;
    assert_int_equal(text_int(digits, 0, MANY, &n), 0);
    return (size_t)n;
}

/* ---- pages ---- */

/* Does b belong behind a, by due day and then id, without days last? */
static bool in_order(const struct sample_case *a, const struct sample_case *b, bool descending)
{
    bool a_none = date_is_none(a->due), b_none = date_is_none(b->due);

    if (a_none != b_none)
        return b_none;
    if (!a_none && a->due.v != b->due.v)
        return descending ? a->due.v > b->due.v : a->due.v < b->due.v;
    return descending ? a->head.id > b->head.id : a->head.id < b->head.id;
}

/* Reads to the end and back to the beginning; every row once each way. */
static void walk(struct city *c, struct list_ask *ask, size_t n)
{
    bool seen[MANY] = {false};
    const struct sample_case *before = NULL;
    size_t on = 0, back, i;
    struct list_rows rows;

    ask->cursor = NULL;
    do {
        rows = read_page(c, ask);
        for (i = 0; i < rows.n; i++) {
            assert_true(before == NULL || in_order(before, at(&rows, i), ask->descending));
            before = at(&rows, i);
            assert_false(seen[number_of(before)]);
            seen[number_of(before)] = true;
            on++;
        }
        assert_true((ask->cursor == NULL) == (rows.previous == NULL));
        ask->cursor = rows.next;
    } while (rows.next != NULL);
    assert_int_equal(on, n);

    for (back = rows.n; rows.previous != NULL; back += rows.n) {
        ask->cursor = rows.previous;
        rows = read_page(c, ask);
        for (i = 0; i < rows.n; i++)
            assert_true(in_order(i > 0 ? at(&rows, i - 1) : at(&rows, 0), at(&rows, i), ask->descending) || i == 0);
        assert_non_null(rows.next);
    }
    assert_int_equal(back, n);
}

static void a_thousand_rows_come_once_each_way(void **world)
{
    struct list_ask ask = ask_all();
    CITY(c, world);

    (void)many_cases(&c, MANY);
    ask.limit = 64;
    ask.order = field("due");
    walk(&c, &ask, MANY);
    ask.descending = true;
    walk(&c, &ask, MANY);
    city_close(&c);
}

static void every_column_can_be_the_order(void **world)
{
    struct list_ask ask = ask_all();
    struct list_rows rows;
    size_t i, k, n;
    CITY(c, world);

    (void)many_cases(&c, 60);
    for (i = 0; i <= sample_case_entity.n_fields; i++)
        for (k = 0; k < 2; k++) {
            ask.order = i < sample_case_entity.n_fields ? &sample_case_entity.fields[i] : NULL;
            ask.descending = k == 1;
            ask.cursor = NULL;
            n = 0;
            do {
                rows = read_page(&c, &ask);
                n += rows.n;
                ask.cursor = rows.next;
            } while (ask.cursor != NULL);
            assert_int_equal(n, 60);
        }
    city_close(&c);
}

static void a_row_that_comes_meanwhile_hides_and_repeats_nothing(void **world)
{
    struct list_ask ask = ask_all();
    struct sample_case early, late;
    struct list_rows one, two, again;
    CITY(c, world);

    (void)many_cases(&c, 60);
    ask.order = field("number");
    one = read_page(&c, &ask);
    early = a_case(CITY_GOV, case_person(&c, CITY_GOV), "TRG-0003x");
    late = a_case(CITY_GOV, early.person.v, "TRG-0030x");
    case_put(&c, &sample_case_entity, &early, 1);
    case_put(&c, &sample_case_entity, &late, 1);
    ask.cursor = one.next;
    two = read_page(&c, &ask);
    assert_string_equal(at(&one, 24)->number, "TRG-0024");
    assert_string_equal(at(&two, 0)->number, "TRG-0025");
    assert_string_equal(at(&two, 6)->number, "TRG-0030x");
    ask.cursor = two.previous;
    again = read_page(&c, &ask);
    assert_string_equal(at(&again, 24)->number, "TRG-0024");
    assert_int_equal(again.n, 25);
    city_close(&c);
}

static void a_personal_order_stays_out_of_the_cursor(void **world)
{
    struct list_ask ask = ask_all();
    struct list_rows one;
    struct bytes cursor;
    CITY(c, world);

    (void)many_cases(&c, 30);
    ask.order = field("applicant");
    one = read_page(&c, &ask);
    assert_int_equal(base64url_bytes(&c.a, one.next, &cursor), 0);
    assert_null(strstr(arena_text_n(&c.a, (const char *)cursor.p, cursor.n), "Siti"));
    ask.cursor = one.next;
    assert_int_equal(read_page(&c, &ask).n, 5);
    city_close(&c);
}

/* ---- filters ---- */

static int64_t count_with(struct city *c, const char *name, enum list_test test, struct val value)
{
    struct list_ask ask = ask_all();
    struct list_rows rows;
    int64_t n;

    ask.filters[0] = (struct list_filter){field(name), test, value};
    ask.n_filters = 1;
    ask.limit = LIST_PAGE_MAX;
    rows = read_page(c, &ask);
    n = list_count(c->t.owner, &c->a, &ask);
    assert_int_equal(n, rows.n);
    return n;
}

static void each_kind_of_filter_narrows(void **world)
{
    struct sample_case *v;
    CITY(c, world);

    v = many_cases(&c, 60);
    assert_int_equal(count_with(&c, "status", LIST_IS, V("filed")), 20);
    assert_int_equal(count_with(&c, "status", LIST_IS, V("draft")), 0);
    assert_int_equal(count_with(&c, "due", LIST_IS, V(DATE_NONE)), 12);
    assert_int_equal(count_with(&c, "due", LIST_FROM, V((date){20000})), 48);
    assert_int_equal(count_with(&c, "due", LIST_FROM, V((date){20040})), 0);
    assert_int_equal(count_with(&c, "due", LIST_UNTIL, V((date){19999})), 0);
    assert_int_equal(count_with(&c, "due", LIST_IS, V(v[1].due)), 2); /* 7 and 47 days on are the same day */
    assert_int_equal(count_with(&c, "person", LIST_IS, V(v[0].person)), 60);
    assert_int_equal(count_with(&c, "person", LIST_IS, V((ref){1})), 0);
    assert_int_equal(count_with(&c, "fee", LIST_FROM, V((money){0})), 0);
    city_close(&c);
}

static void a_bool_filter_takes_yes_and_no(void **world)
{
    struct sample_node nodes[] = {{.code = "a", .leaf = true}, {.code = "b"}, {.code = "c"}};
    struct list_ask ask = {.entity = &sample_node_entity, .scope = scope_all(0), .n_filters = 1};
    CITY(c, world);

    case_put(&c, &sample_node_entity, nodes, 3);
    ask.filters[0] = (struct list_filter){entity_field(&sample_node_entity, "leaf"), LIST_IS, V(true)};
    assert_int_equal(list_count(c.t.owner, &c.a, &ask), 1);
    ask.filters[0].value = V(false);
    assert_int_equal(list_count(c.t.owner, &c.a, &ask), 2);
    city_close(&c);
}

static int64_t count_text(struct city *c, const char *text)
{
    struct list_ask ask = ask_all();

    ask.text = text;
    ask.in = sample_case_search;
    return list_count(c->t.owner, &c->a, &ask);
}

static void text_is_looked_for_as_it_stands(void **world)
{
    struct sample_case odd;
    char text[2 * LIST_TEXT * 4 + 1];
    CITY(c, world);

    (void)many_cases(&c, 30);
    odd = a_case(CITY_GOV, case_person(&c, CITY_GOV), "50%_A\\b");
    case_put(&c, &sample_case_entity, &odd, 1);
    assert_int_equal(count_text(&c, "trg-001"), 10);
    assert_int_equal(count_text(&c, "AMINAH"), 31);
    assert_int_equal(count_text(&c, "%"), 1);
    assert_int_equal(count_text(&c, "%_a\\B"), 1);
    assert_int_equal(count_text(&c, "_"), 1);
    assert_int_equal(count_text(&c, "' OR 1 = 1 --"), 0);
    memset(text, '%', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_int_equal(count_text(&c, text), 0);
    city_close(&c);
}

static void only_found_rows_are_shown(void **world)
{
    struct list_ask ask = ask_all();
    struct sample_case *v;
    int64_t found[2];
    CITY(c, world);

    v = many_cases(&c, 5);
    found[0] = v[1].head.id;
    found[1] = v[3].head.id;
    ask.only_found = true;
    assert_int_equal(list_count(c.t.owner, &c.a, &ask), 0);
    ask.found = found;
    ask.n_found = 2;
    assert_int_equal(read_page(&c, &ask).n, 2);
    ask.scope = scope_all(CITY_FOREIGN);
    assert_int_equal(read_page(&c, &ask).n, 0);
    city_close(&c);
}

static int void_run(struct tx *tx, void *arg)
{
    struct record head;

    return row_void(tx, &sample_case_entity, arg, &head);
}

static void voided_rows_are_left_out_unless_asked_for(void **world)
{
    struct list_ask ask = ask_all();
    struct sample_case *v, row;
    CITY(c, world);

    v = many_cases(&c, 3);
    assert_int_equal(row_get(c.t.owner, &c.a, &sample_case_entity, CITY_GOV, v[1].head.id, &row), 1);
    assert_int_equal(writer_do(c.writer, void_run, &row), 0);
    assert_int_equal(list_count(c.t.owner, &c.a, &ask), 2);
    ask.voided = true;
    assert_int_equal(list_count(c.t.owner, &c.a, &ask), 3);
    city_close(&c);
}

/* ---- scopes ---- */

static void another_government_shows_nothing(void **world)
{
    struct list_ask ask = ask_all();
    struct sample_case *v;
    struct scope foreign = scope_all(CITY_FOREIGN), own = scope_all(CITY_GOV);
    CITY(c, world);

    v = many_cases(&c, 3);
    ask.scope = foreign;
    assert_int_equal(read_page(&c, &ask).n, 0);
    assert_int_equal(list_count(c.t.owner, &c.a, &ask), 0);
    assert_int_equal(row_reach(c.t.owner, &c.a, &foreign, &sample_case_entity, &v[0]), 0);
    assert_int_equal(row_reach(c.t.owner, &c.a, &own, &sample_case_entity, &v[0]), 1);
    ask.scope = (struct scope){.gov = CITY_GOV, .none = true};
    assert_int_equal(read_page(&c, &ask).n, 0);
    assert_int_equal(list_count(c.t.owner, &c.a, &ask), 0);
    city_close(&c);
}

/* Four cases: two of one agency, one of another, one of nobody; and a line of each. */
struct agencies {
    int64_t one, two;
    struct sample_case cases[4];
    struct sample_line lines[4];
};

static void found_agencies(struct city *c, struct agencies *w)
{
    int64_t person = case_person(c, CITY_GOV);
    size_t i;

    w->one = case_agency(c, "5.03");
    w->two = case_agency(c, "5.04");
    for (i = 0; i < 4; i++) {
        w->cases[i] = a_case(CITY_GOV, person, text_printf(&c->a, "TRG-%zu", i));
        w->cases[i].agency.v = i < 2 ? w->one : i == 2 ? w->two : 0;
        w->cases[i].owner.v = person;
    }
    case_put(c, &sample_case_entity, w->cases, 4);
    for (i = 0; i < 4; i++)
        w->lines[i] = (struct sample_line){
            .head = {.gov = CITY_GOV}, .of_case = {w->cases[i].head.id}, .account = "5.1.02", .amount = {100}};
    case_put(c, &sample_line_entity, w->lines, 4);
}

static void an_agency_sees_its_rows_and_what_hangs_on_them(void **world)
{
    struct list_ask ask = ask_all(), lines = {.entity = &sample_line_entity};
    struct scope scope = {.gov = CITY_GOV};
    struct agencies w;
    CITY(c, world);

    found_agencies(&c, &w);
    scope.agencies = &w.one;
    scope.n_agencies = 1;
    ask.scope = lines.scope = scope;
    assert_int_equal(read_page(&c, &ask).n, 2);
    assert_int_equal(list_count(c.t.owner, &c.a, &ask), 2);
    assert_int_equal(read_page(&c, &lines).n, 2);
    assert_int_equal(list_count(c.t.owner, &c.a, &lines), 2);
    assert_int_equal(row_reach(c.t.owner, &c.a, &scope, &sample_case_entity, &w.cases[1]), 1);
    assert_int_equal(row_reach(c.t.owner, &c.a, &scope, &sample_case_entity, &w.cases[2]), 0);
    assert_int_equal(row_reach(c.t.owner, &c.a, &scope, &sample_case_entity, &w.cases[3]), 0);
    assert_int_equal(row_reach(c.t.owner, &c.a, &scope, &sample_line_entity, &w.lines[1]), 1);
    assert_int_equal(row_reach(c.t.owner, &c.a, &scope, &sample_line_entity, &w.lines[2]), 0);
    ask.scope.gov = lines.scope.gov = CITY_FOREIGN; /* the same agency, by another government */
    assert_int_equal(read_page(&c, &ask).n, 0);
    assert_int_equal(read_page(&c, &lines).n, 0);
    city_close(&c);
}

static void grants_add_up_and_places_that_an_entity_lacks_give_nothing(void **world)
{
    struct list_ask ask = ask_all();
    struct agencies w;
    int64_t both[2];
    CITY(c, world);

    found_agencies(&c, &w);
    both[0] = w.one;
    both[1] = w.two;
    ask.scope = (struct scope){.gov = CITY_GOV, .agencies = both, .n_agencies = 2};
    assert_int_equal(read_page(&c, &ask).n, 3);
    ask.scope.n_agencies = 1;
    ask.scope.owner = w.cases[0].owner.v; /* of all four */
    assert_int_equal(read_page(&c, &ask).n, 4);
    ask.scope = (struct scope){.gov = CITY_GOV, .units = both, .n_units = 2};
    assert_int_equal(read_page(&c, &ask).n, 0);
    ask.scope = (struct scope){.gov = CITY_GOV, .owner = 1};
    assert_int_equal(read_page(&c, &ask).n, 0);
    city_close(&c);
}

static void what_is_common_to_all_is_reached_with_the_permission_alone(void **world)
{
    struct sample_node node = {.code = "5.03"};
    struct list_ask ask = {.entity = &sample_node_entity, .scope = {.gov = CITY_GOV}};
    int64_t agency = 7;
    CITY(c, world);

    case_put(&c, &sample_node_entity, &node, 1);
    ask.scope.agencies = &agency;
    ask.scope.n_agencies = 1;
    assert_int_equal(read_page(&c, &ask).n, 1);
    assert_int_equal(row_reach(c.t.owner, &c.a, &ask.scope, &sample_node_entity, &node), 1);
    ask.scope.none = true;
    assert_int_equal(read_page(&c, &ask).n, 0);
    assert_int_equal(row_reach(c.t.owner, &c.a, &ask.scope, &sample_node_entity, &node), 0);
    city_close(&c);
}

/* ---- cursors ---- */

static void a_forged_cursor_is_bad_input(void **world)
{
    static const char *const forged[] = {"",           "x",           "%",          "on.values.7.due.20000", /* not encoded */
                                         "on.values.", "on.values.7", "values.7.on"};
    static const char *const texts[] = {
        "on.values.7.due.",   "on.values.7.due.x",     "on.values.7.due.1e9",  "on.values.0.due.1",
        "on.values.-1.due.1", "up.values.7.due.1",     "on.all.7.due.1",       "on.none.7.due.1",
        "on.values.7.fee.1",  "on.values.7.due) --.1", "on.values.7x.due.1",   "on.row.7.due.",
        "on.values.7",        "on.values.7.due",       "on on.values.7.due.1", "on.values.7.due.99999999999999999999"};
    struct list_ask ask = ask_all();
    struct list_rows rows;
    size_t i;
    CITY(c, world);

    (void)many_cases(&c, 3);
    ask.order = field("due");
    for (i = 0; i < ARRAY_LEN(forged); i++) {
        ask.cursor = forged[i];
        assert_int_equal(list_read(c.t.owner, &c.a, &ask, &rows), E_INPUT);
    }
    for (i = 0; i < ARRAY_LEN(texts); i++) {
        ask.cursor = base64url_text(&c.a, texts[i], strlen(texts[i]));
        assert_int_equal(list_read(c.t.owner, &c.a, &ask, &rows), E_INPUT);
    }
    ask.order = field("number");
    ask.cursor = base64url_text(&c.a, "on.values.7.number.\0", 20);
    assert_int_equal(list_read(c.t.owner, &c.a, &ask, &rows), E_INPUT);
    ask.cursor = base64url_text(&c.a, "on.values.7.number.\xff", 20);
    assert_int_equal(list_read(c.t.owner, &c.a, &ask, &rows), E_INPUT);
    city_close(&c);
}

static void a_cursor_tells_nothing_about_rows_out_of_reach(void **world)
{
    struct list_ask ask = ask_all();
    struct list_rows rows;
    struct agencies w;
    const char *text;
    CITY(c, world);

    found_agencies(&c, &w);
    ask.scope = (struct scope){.gov = CITY_GOV, .agencies = &w.one, .n_agencies = 1};
    ask.order = field("number");
    text = text_printf(&c.a, "on.row.%lld.number.", (long long)w.cases[2].head.id);
    ask.cursor = base64url_text(&c.a, text, strlen(text));
    assert_int_equal(list_read(c.t.owner, &c.a, &ask, &rows), E_INPUT);
    text = text_printf(&c.a, "on.row.%lld.number.", (long long)w.cases[0].head.id);
    ask.cursor = base64url_text(&c.a, text, strlen(text));
    assert_int_equal(list_read(c.t.owner, &c.a, &ask, &rows), 0);
    assert_int_equal(rows.n, 1);
    city_close(&c);
}

/* ---- all of them ---- */

struct tally {
    size_t lots, n, most;
    int fails_at; /* lot */
};

static int tally_page(void *arg, struct arena *a, const void *const *rows, size_t n)
{
    struct tally *t = arg;
    (void)a;

    assert_non_null(((const struct sample_case *)rows[n - 1])->number);
    t->lots++;
    t->n += n;
    t->most = n > t->most ? n : t->most;
    return (int)t->lots == t->fails_at ? E_FULL : 0;
}

static void all_rows_are_read_a_lot_at_a_time(void **world)
{
    struct list_ask ask = ask_all();
    struct tally t = {0};
    CITY(c, world);

    (void)many_cases(&c, MANY);
    ask.order = field("due");
    assert_int_equal(list_each(c.t.owner, &ask, 0, tally_page, &t), MANY);
    assert_int_equal(t.n, MANY);
    assert_true(t.lots > 1 && t.most < MANY);
    t = (struct tally){0};
    assert_int_equal(list_each(c.t.owner, &ask, 700, tally_page, &t), 700);
    assert_int_equal(t.n, 700);
    t = (struct tally){.fails_at = 2};
    assert_int_equal(list_each(c.t.owner, &ask, 0, tally_page, &t), E_FULL);
    assert_int_equal(list_count(c.t.owner, &c.a, &ask), LIST_COUNT);
    city_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_thousand_rows_come_once_each_way),
        TEST_ON_BOTH(every_column_can_be_the_order),
        TEST_ON_BOTH(a_row_that_comes_meanwhile_hides_and_repeats_nothing),
        TEST_ON_BOTH(a_personal_order_stays_out_of_the_cursor),
        TEST_ON_BOTH(each_kind_of_filter_narrows),
        TEST_ON_BOTH(a_bool_filter_takes_yes_and_no),
        TEST_ON_BOTH(text_is_looked_for_as_it_stands),
        TEST_ON_BOTH(only_found_rows_are_shown),
        TEST_ON_BOTH(voided_rows_are_left_out_unless_asked_for),
        TEST_ON_BOTH(another_government_shows_nothing),
        TEST_ON_BOTH(an_agency_sees_its_rows_and_what_hangs_on_them),
        TEST_ON_BOTH(grants_add_up_and_places_that_an_entity_lacks_give_nothing),
        TEST_ON_BOTH(what_is_common_to_all_is_reached_with_the_permission_alone),
        TEST_ON_BOTH(a_forged_cursor_is_bad_input),
        TEST_ON_BOTH(a_cursor_tells_nothing_about_rows_out_of_reach),
        TEST_ON_BOTH(all_rows_are_read_a_lot_at_a_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
