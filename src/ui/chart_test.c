/*
 * chart_test.c: lines, gaps, labels and codes at the right places.
 */
#include "ui/test_markup.h"

#include "ui/qr.h"

static const char *const ticks[] = {"Jan", "Feb", "Mar"};

static const char *drawn(struct page_test *t, const struct ui_series *series, size_t n, int64_t goal)
{
    const struct ui_chart c = {.id = "c",
                               .title = "Nilai",
                               .ticks = ticks,
                               .n_ticks = ARRAY_LEN(ticks),
                               .goal = goal,
                               .series = series,
                               .n_series = n};

    ui_chart(&t->r, &c);
    return page_taken(t);
}

static void the_axis_is_whole_and_values_lie_on_it(void **world)
{
    static const int64_t values[] = {0, 5000, 10000};
    const struct ui_series s = {.label = "a", .v = values, .n = 3};
    struct page_test *t = *world;
    const char *svg = drawn(t, &s, 1, INT_NONE);

    assert_markup(t, svg, true);
    assert_non_null(strstr(svg, "<path class=\"a\" d=\"M34.00 196.00L282.00 106.00L530.00 16.00\"/>"));
    assert_non_null(strstr(svg, "<circle class=\"dot\" cx=\"530.00\" cy=\"16.00\" r=\"3.5\"/>"));
    assert_null(strstr(svg, "class=\"goal\""));
}

static void a_gap_in_the_numbers_is_a_gap_in_the_line(void **world)
{
    static const int64_t values[] = {1000, INT_NONE, 3000};
    const struct ui_series s = {.label = "a", .v = values, .n = 3};
    struct page_test *t = *world;
    const char *svg = drawn(t, &s, 1, 8500);

    assert_non_null(strstr(svg, "d=\"M34.00 178.00M530.00 142.00\""));
    assert_non_null(strstr(svg, "<td class=\"num\">–</td>"));
    assert_non_null(strstr(svg, "<path class=\"goal\" d=\"M34.00 43.00H530.00\"/>"));
}

static void values_beyond_the_axis_lie_on_its_edge(void **world)
{
    static const int64_t values[] = {-500, 12000};
    const struct ui_series s = {.label = "a", .v = values, .n = 2};
    struct page_test *t = *world;

    assert_non_null(strstr(drawn(t, &s, 1, INT_NONE), "d=\"M34.00 196.00L282.00 16.00\""));
}

static void an_empty_series_draws_nothing_but_its_row(void **world)
{
    const struct ui_series s = {.label = "kosong", .v = NULL, .n = 0};
    struct page_test *t = *world;
    const char *svg = drawn(t, &s, 1, 8500);

    assert_markup(t, svg, true);
    assert_null(strstr(svg, "<circle"));
    assert_non_null(strstr(svg, "<th scope=\"row\">kosong</th>"));
}

/* The y of the label that begins with `text`. */
static double label_y(const char *svg, const char *text, struct arena *a)
{
    const char *at = strstr(svg, text_printf(a, "\">%s ", text));

    assert_non_null(at);
    while (strncmp(at, " y=\"", 4) != 0)
        at--;
    return strtod(at + 4, NULL);
}

static void labels_at_the_same_place_are_moved_apart(void **world)
{
    static const int64_t a[] = {0, 0, 8400}, b[] = {0, 0, 8410}, c[] = {0, 0, 8420};
    const struct ui_series series[] = {
        {.label = "a", .v = a, .n = 3}, {.label = "b", .v = b, .n = 3}, {.label = "c", .v = c, .n = 3}};
    struct page_test *t = *world;
    const char *svg = drawn(t, series, 3, 8500);
    double ya = label_y(svg, "a", &t->arena), yb = label_y(svg, "b", &t->arena), yc = label_y(svg, "c", &t->arena);

    assert_true(ya - yb > 11 && yb - yc > 11);
    assert_true(yc - label_y(svg, "target", &t->arena) > 11 || label_y(svg, "target", &t->arena) - yc > 11);
}

static void a_small_chart_has_a_caption_and_its_value(void **world)
{
    static const int64_t values[] = {0, 5000};
    const struct ui_series s = {.label = "a", .v = values, .n = 2};
    const struct ui_chart c = {
        .title = "Kab. <Lebak>", .ticks = ticks, .n_ticks = 3, .goal = 8500, .series = &s, .n_series = 1};
    struct page_test *t = *world;
    const char *svg;

    ui_chart_small(&t->r, &c, "/x", "50,0");
    svg = page_taken(t);
    assert_markup(t, svg, false);
    assert_true(
        text_starts(svg, "<figure><figcaption><a href=\"/x\">Kab. &lt;Lebak&gt;</a><b class=\"num\">50,0</b></figcaption>"));
    assert_non_null(strstr(svg, "<path class=\"a\" d=\"M4.00 76.00L85.00 42.00\"/>"));
}

static void a_code_has_its_three_corners(void **world)
{
    struct page_test *t = *world;
    struct qr qr;

    assert_int_equal(qr_make(&t->arena, "https://terang.example/v/K7Q2M9XD4TBWZ3HA", &qr), 0);
    assert_int_equal(qr.width % 4, 1); /* 17 + 4 * version */
    for (int i = 0; i < 7; i++) {
        assert_int_equal(qr.dark[i], 1);
        assert_int_equal(qr.dark[qr.width - 1 - i], 1);
        assert_int_equal(qr.dark[(qr.width - 1) * qr.width + i], 1);
    }
    assert_int_equal(qr.dark[7], 0);
}

static void a_text_that_fits_no_code_is_refused(void **world)
{
    struct page_test *t = *world;
    char *s = arena_alloc(&t->arena, 302);
    struct qr qr;

    memset(s, 'a', 301);
    assert_int_equal(qr_make(&t->arena, s, &qr), E_LIMIT);
    assert_int_equal(qr_make(&t->arena, "", &qr), E_LIMIT);
    assert_int_equal(ui_qr(&t->r, "", "x"), E_LIMIT);
    assert_string_equal(page_taken(t), "");
    s[300] = '\0';
    assert_int_equal(qr_make(&t->arena, s, &qr), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        page_test(the_axis_is_whole_and_values_lie_on_it),
        page_test(a_gap_in_the_numbers_is_a_gap_in_the_line),
        page_test(values_beyond_the_axis_lie_on_its_edge),
        page_test(an_empty_series_draws_nothing_but_its_row),
        page_test(labels_at_the_same_place_are_moved_apart),
        page_test(a_small_chart_has_a_caption_and_its_value),
        page_test(a_code_has_its_three_corners),
        page_test(a_text_that_fits_no_code_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
