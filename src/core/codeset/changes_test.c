/*
 * changes_test.c: codes that stay, change, split, join, end and begin from one version of a list to the next, and the pages.
 *
 * The regions are invented, with the shapes of real ones.
 */
#define DOOR_MODULES &core_module, &codeset_module

#include "core/codeset/changes.h"

#include "core/codeset/query.h"
/* The modules of the instance are named before. */
#include "core/user/test_door.h"

static const char before[] =
    "code,name\n99,Contoh\n99.01,Kabupaten Satu\n99.02,Kabupaten Dua\n99.03,Kota Tiga\n99.04,Kota Empat\n"
    "99.05,Kota Lima\n";
static const char after[] =
    "code,name\n99,Contoh\n99.01,Kabupaten Satu\n99.06,Kabupaten Dua Utara\n99.07,Kabupaten Dua Selatan\n"
    "99.03,Kota Tiga Empat\n99.08,Kota Baru\n";
#define HEAD "list,old_version,new_version,old_code,new_code,note\n"
#define FROM "region,lama,baru,"
#define GOOD HEAD FROM "99.02,99.06,pemekaran\n" FROM "99.02,99.07,pemekaran\n" FROM "99.04,99.03,bergabung\n" FROM "99.05,,\n"

struct lists {
    int64_t old, new;
};

static int load(struct city *c, const char *word, const char *version, const char *content, struct codeset_report *report)
{
    const struct codeset_options o = {.version = version, .basis = "Contoh", .valid_from = DATE_NONE, .valid_to = DATE_NONE};

    return codeset_load(&c->app, &c->a, codeset_spec_of(word), &o, (struct bytes){(const uint8_t *)content, strlen(content)},
                        report);
}

static struct lists load_lists(struct city *c)
{
    struct codeset_report r;
    struct lists l;

    assert_int_equal(load(c, "region", "lama", before, &r), 0);
    l.old = r.set;
    assert_int_equal(load(c, "region", "baru", after, &r), 0);
    l.new = r.set;
    return l;
}

static struct lists load_all(struct city *c)
{
    struct lists l = load_lists(c);
    struct codeset_report r;

    assert_int_equal(load(c, "code_change", "lama ke baru", GOOD, &r), 0);
    assert_int_equal(r.rows, 4);
    return l;
}

/* "changes 99.06 99.07" */
static const char *told(struct city *c, enum code_fate fate, const struct code *v, size_t n)
{
    static const char *const words[] = {
        [CODE_STAYS] = "stays", [CODE_CHANGES] = "changes", [CODE_ENDS] = "ends", [CODE_NEW] = "new", [CODE_LOST] = "lost"};
    const char *all = words[fate];
    size_t i;

    for (i = 0; i < n; i++)
        all = text_printf(&c->a, "%s %s", all, v[i].code);
    return all;
}

static const char *follow(struct city *c, const struct lists *l, const char *code)
{
    enum code_fate fate;
    struct code *v;
    size_t n;

    assert_int_equal(code_follow(c->t.owner, &c->a, l->old, code, "", l->new, &fate, &v, &n), 0);
    return told(c, fate, v, n);
}

static const char *origins(struct city *c, const struct lists *l, const char *code)
{
    enum code_fate fate;
    struct code *v;
    size_t n;

    assert_int_equal(code_origins(c->t.owner, &c->a, l->new, code, "", l->old, &fate, &v, &n), 0);
    return told(c, fate, v, n);
}

static void an_old_code_is_followed_to_the_new_ones(void **world)
{
    struct lists l;

    CITY(c, world);
    l = load_all(&c);
    assert_string_equal(follow(&c, &l, "99.01"), "stays 99.01");
    assert_string_equal(follow(&c, &l, "99.02"), "changes 99.06 99.07");
    assert_string_equal(follow(&c, &l, "99.03"), "stays 99.03");
    assert_string_equal(follow(&c, &l, "99.04"), "changes 99.03");
    assert_string_equal(follow(&c, &l, "99.05"), "ends");
    city_close(&c);
}

static void a_new_code_is_followed_back_to_the_old_ones(void **world)
{
    struct lists l;

    CITY(c, world);
    l = load_all(&c);
    assert_string_equal(origins(&c, &l, "99.01"), "stays 99.01");
    assert_string_equal(origins(&c, &l, "99.03"), "changes 99.04 99.03"); /* another one joined it */
    assert_string_equal(origins(&c, &l, "99.06"), "changes 99.02");
    assert_string_equal(origins(&c, &l, "99.08"), "new");
    city_close(&c);
}

static void without_a_mapping_a_code_that_is_gone_is_lost(void **world)
{
    struct lists l;

    CITY(c, world);
    l = load_lists(&c);
    assert_string_equal(follow(&c, &l, "99.01"), "stays 99.01");
    assert_string_equal(follow(&c, &l, "99.02"), "lost");
    assert_string_equal(origins(&c, &l, "99.06"), "new");
    city_close(&c);
}

static void a_mapping_is_one_leaf_and_the_same_again_changes_nothing(void **world)
{
    struct codeset_report r;
    int64_t leaves;

    CITY(c, world);
    (void)load_all(&c);
    leaves = city_leaves_with(&c, "code.code_change");
    assert_int_equal(leaves, 1);
    assert_int_equal(load(&c, "code_change", "lagi", GOOD, &r), 0);
    assert_true(r.same);
    assert_int_equal(city_leaves_with(&c, "code.code_change"), 1);
    city_close(&c);
}

static void fault_is(struct city *c, const char *row, int64_t line, const char *key)
{
    struct codeset_report r;

    assert_int_equal(load(c, "code_change", "salah", text_printf(&c->a, HEAD "%s", row), &r), E_INPUT);
    assert_int_equal(r.wrong, 1);
    assert_int_equal(r.faults[0].line, line);
    assert_string_equal(r.faults[0].key, key);
    assert_non_null(lang_text(LANG_ID, key));
}

static void what_cannot_be_followed_is_refused(void **world)
{
    struct codeset_report r;

    CITY(c, world);
    (void)load_lists(&c);
    fault_is(&c, "region,kuno,baru,99.02,99.06,\n", 2, "codeset.change-version");
    fault_is(&c, "region,lama,baru,99.77,99.06,\n", 2, "codeset.change-code");
    fault_is(&c, "region,lama,baru,99.02,99.77,\n", 2, "codeset.change-code");
    fault_is(&c, "region,lama,lama,99.02,99.03,\n", 2, "codeset.change-same");
    fault_is(&c, "region,lama,baru,99.02,,\nregion,lama,baru,99.02,99.06,\n", 3, "codeset.change-ended");
    assert_int_equal(load(&c, "code_change", "salah", HEAD "lain,lama,baru,99.02,99.06,\n", &r), E_INPUT);
    assert_string_equal(r.faults[0].key, "codeset.word");
    city_close(&c);
}

static void the_page_of_a_code_shows_both_ways(void **world)
{
    struct door_person ani;
    struct lists l;

    DOOR(d, world);
    struct browser b = {.d = &d};

    door_make_city(&d);
    l = load_all(&d.c);
    door_make(&d, &ani, "ani", "planner");
    browser_login(&b, &ani);
    assert_int_equal(browser_get(&b, text_printf(&d.c.a, "/kerja/kota-contoh/kode/%lld?induk=99.02", (long long)l.old)), 200);
    assert_non_null(strstr(b.body, "Menjadi, pada versi baru: <a href=\""));
    assert_non_null(strstr(b.body, "Kabupaten Dua Selatan"));
    assert_int_equal(browser_get(&b, text_printf(&d.c.a, "/kerja/kota-contoh/kode/%lld?induk=99.03", (long long)l.new)), 200);
    assert_non_null(strstr(b.body, "Berasal dari versi lama: <a href=\""));
    assert_non_null(strstr(b.body, "Kota Empat"));
    assert_int_equal(browser_get(&b, text_printf(&d.c.a, "/kerja/kota-contoh/kode/%lld?induk=99.05", (long long)l.old)), 200);
    assert_non_null(strstr(b.body, "berakhir tanpa pengganti"));
    assert_int_equal(browser_get(&b, text_printf(&d.c.a, "/kerja/kota-contoh/kode/%lld?induk=99.01", (long long)l.old)), 200);
    assert_null(strstr(b.body, "Menjadi, pada versi"));
    door_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(an_old_code_is_followed_to_the_new_ones),
        TEST_ON_BOTH(a_new_code_is_followed_back_to_the_old_ones),
        TEST_ON_BOTH(without_a_mapping_a_code_that_is_gone_is_lost),
        TEST_ON_BOTH(a_mapping_is_one_leaf_and_the_same_again_changes_nothing),
        TEST_ON_BOTH(what_cannot_be_followed_is_refused),
        TEST_ON_BOTH(the_page_of_a_code_shows_both_ways),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
