/*
 * assets_test.c: what is embedded is found by name and by address, and by nothing else.
 */
#include "ui/test.h"

#include "base/hash.h"
#include "base/text.h"
#include "ui/assets.h"

static void the_table_is_sorted_and_each_row_is_itself(void **world)
{
    struct page_test *t = *world;
    size_t n;
    const struct asset *all = assets_all(&n);

    assert_true(n >= 6);
    for (size_t i = 0; i < n; i++) {
        uint8_t hash[32];

        if (i > 0)
            assert_true(strcmp(all[i - 1].name, all[i].name) < 0);
        assert_ptr_equal(asset_named(all[i].name), &all[i]);
        hash_sha256(all[i].content.p, all[i].content.n, hash);
        assert_string_equal(hex_text(&t->arena, hash, sizeof hash), all[i].sha256);
        assert_int_equal(all[i].content.p[all[i].content.n], 0);
    }
}

static void served_files_are_found_by_address_only(void **world)
{
    const struct asset *css = asset_find(asset_address("terang.css"));
    (void)world;

    assert_ptr_equal(css, asset_named("terang.css"));
    assert_true(text_starts(css->address, "/a/terang-"));
    assert_memory_equal(css->address + strlen("/a/terang-"), css->sha256, 10);
    assert_string_equal(css->type, "text/css; charset=utf-8");
    assert_null(asset_find("/a/terang.css"));
    assert_null(asset_find("/a/terang-0000000000.css"));
    assert_null(asset_find(""));
}

static void words_are_not_served(void **world)
{
    (void)world;

    assert_non_null(asset_named("lang/id.po"));
    assert_null(asset_named("lang/id.po")->address);
    assert_null(asset_named("lang/xx.po"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        page_test(the_table_is_sorted_and_each_row_is_itself),
        page_test(served_files_are_found_by_address_only),
        page_test(words_are_not_served),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
