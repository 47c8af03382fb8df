/*
 * codeset_real_test.c: the whole official lists, from a folder beside the checkout or named by TERANG_SHARED. Skipped where
 * there is none. Says on stderr how long each took.
 */
#include "base/date.h"
#include "base/text.h"
#include "core/codeset/query.h"
#include "engine/test_city.h"
#include "os/os.h"

/* clang-format off */
static const struct {
    const char *word, *file, *version;
    int64_t rows;
} lists[] = {
    {"account",           "rekening.csv",         "2020",              16847},
    {"finding_code",      "finding-codes.csv",    "42/2011",           203},
    {"function",          "fungsi.csv",           "2019",              9},
    {"fund_source",       "sumberdana.csv",       "2020",              460},
    {"holiday",           "holidays-id.csv",      "2016-2026",         257},
    {"region",            "wilayah.csv",          "300.2.2-2138/2025", 91599},
    {"sub_activity",      "subkegiatan.csv",      "2027",              9241},
    {"sub_activity_2023", "subkegiatan-2023.csv", "2023",              4367},
    {"unit_of_measure",   "satuan.csv",           "2023",              453},
};
/* clang-format on */

#define FILE_MAX ((size_t)16 * MB)

/* The folder with the files, negative without. */
static int open_folder(struct arena *a)
{
    const char *named = getenv("TERANG_SHARED"), *root = getenv("TERANG_ROOT");

    if (named != NULL)
        return os_open_dir(text_printf(a, "%s/data", named));
    return root == NULL ? -1 : os_open_dir(text_printf(a, "%s/../shared/data", root));
}

static int64_t load_list(struct city *c, int dir, size_t i)
{
    struct codeset_options o = {
        .version = lists[i].version, .basis = "daftar resmi", .valid_from = DATE_NONE, .valid_to = DATE_NONE};
    struct codeset_report report;
    struct bytes content;
    struct arena a;
    int64_t began;
    int e;

    arena_init(&a, CODESET_ARENA_MAX);
    assert_int_equal(os_read_file(dir, lists[i].file, &a, FILE_MAX, &content), 0);
    began = os_monotonic_us();
    e = codeset_load(&c->app, &a, codeset_spec_of(lists[i].word), &o, content, &report);
    began = os_monotonic_us() - began;
    if (report.n_faults > 0)
        (void)fprintf(stderr, "# %s:%lld: %s %s\n", lists[i].file, (long long)report.faults[0].line, report.faults[0].key,
                      report.faults[0].value); /* for whoever looks */
    assert_int_equal(e, 0);
    assert_int_equal(report.rows, lists[i].rows);
    arena_finish(&a);
    return began;
}

static void the_official_lists_load_whole(void **world)
{
    static const struct codes_of region = {.set = "region", .version = "300.2.2-2138/2025"};
    struct arena names;
    struct ledger_set *sets;
    const char *name;
    size_t n, i;

    arena_init(&names, 1 * MB);
    AUTO_CLOSE int dir = open_folder(&names);

    arena_finish(&names);
    if (dir < 0)
        skip();
    CITY(c, world);
    for (i = 0; i < ARRAY_LEN(lists); i++)
        (void)fprintf(stderr, "# %s: %lld rows in %lld ms\n", lists[i].word, (long long)lists[i].rows,
                      (long long)(load_list(&c, dir, i) / 1000)); /* for whoever looks */
    assert_int_equal(code_name(c.t.owner, &c.a, &region, "36.71", "", &name), 1);
    assert_string_equal(name, "Kota Tangerang");
    assert_int_equal(codeset_ledger_sets(c.t.owner, &c.a, &sets, &n), 0);
    assert_int_equal(n, ARRAY_LEN(lists));
    assert_int_equal(ledger_check(c.ledger, c.t.owner, &(struct ledger_check){.sets = sets, .n_sets = n}), 0);
    city_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST_ON_BOTH(the_official_lists_load_whole)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
