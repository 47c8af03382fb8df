/*
 * markdown_test.c: the guide's text becomes a part of a page, and nothing in it becomes markup.
 */
#include "ui/test_markup.h"

#include "ui/markdown.h"

static struct bytes bytes_of(const char *s)
{
    return (struct bytes){.p = (const uint8_t *)s, .n = strlen(s)};
}

static const char *shown(struct page_test *t, const char *text)
{
    struct markdown md;
    int line;

    assert_int_equal(markdown_read(&t->arena, bytes_of(text), &md, &line), 0);
    markdown_show(&t->r, &md, "/bantuan");
    return page_taken(t);
}

static void every_kind_of_block_is_shown(void **world)
{
    struct page_test *t = *world;
    const char *s = shown(t, "# Judul\n\n## Tugas saya\n\nSatu\ndua.\n\n### Ponsel 2\n\n- a\n  b\n- c\n\n1. x\n2. y\n\n"
                             "| K | L | M |\n|---|---|---|\n| m | `n` | o |\n\n```\nterang doctor\n```\n");

    assert_markup(t, s, true);
    assert_non_null(strstr(s, "<h2 id=\"tugas-saya\">Tugas saya</h2>"));
    assert_non_null(strstr(s, "<p class=\"read\">Satu dua.</p>"));
    assert_non_null(strstr(s, "<h3 id=\"ponsel-2\">"));
    assert_non_null(strstr(s, "<ul class=\"read\">\n<li>a b</li>\n<li>c</li>\n</ul>"));
    assert_non_null(strstr(s, "<ol class=\"read\">\n<li>x</li>\n<li>y</li>\n</ol>"));
    assert_non_null(strstr(s, "<caption class=\"sr\">Ponsel 2</caption>"));
    assert_non_null(strstr(s, "<th scope=\"row\">m</th><td data-l=\"L\"><code>n</code></td>"));
    assert_non_null(strstr(s, "<code>terang doctor\n</code>"));
    assert_null(strstr(s, "Judul"));
}

static void texts_have_labels_stress_code_and_links(void **world)
{
    struct page_test *t = *world;
    const char *s = shown(t, "# J\n\n**Simpan** dan *tidak* `a_b*` [w](warga.md#bukti), [p](README.md), [v](/v), [x](#y).\n");

    assert_non_null(strstr(s, "<b>Simpan</b> dan <em>tidak</em> <code>a_b*</code> <a href=\"/bantuan/warga#bukti\">w</a>, "
                              "<a href=\"/bantuan\">p</a>, <a href=\"/v\">v</a>, <a href=\"#y\">x</a>."));
}

static void no_text_becomes_markup(void **world)
{
    struct page_test *t = *world;
    const char *s =
        shown(t, "# J\n\n## <b>\"\n\n<script> **<i>** `<u>` [<q>](/v)\n\n- <li>\n\n| <a> | b |\n|---|---|\n| <c> | d |\n\n"
                 "```\n<pre>\n```\n");

    assert_markup(t, s, true);
    assert_non_null(strstr(s, "&lt;script&gt; <b>&lt;i&gt;</b> <code>&lt;u&gt;</code>"));
    assert_null(strstr(s, "<script"));
}

static void contents_name_the_parts_alone(void **world)
{
    struct page_test *t = *world;
    struct markdown md;
    int line;

    assert_int_equal(markdown_read(&t->arena, bytes_of("# J\n\n## Satu\n\n### Dua\n\n## Tiga\n"), &md, &line), 0);
    markdown_contents(&t->r, &md);
    assert_string_equal(page_taken(t), "<li><a href=\"#satu\">Satu</a></li>\n<li><a href=\"#tiga\">Tiga</a></li>\n");
}

static void what_is_not_in_the_subset_is_refused_with_the_line_of_its_block(void **world)
{
    static const struct {
        const char *text;
        int line;
    } bad[] = {
        {"Judul\n\nteks\n", 0},
        {"# J\n\n#### empat\n", 3},
        {"# J\n\n# dua\n", 3},
        {"# J\n\n## a\n\n## A\n", 5},
        {"# J\n\n## a\nteks\n", 3},
        {"# J\n\nteks\n- butir\n", 3},
        {"# J\n\n- butir\nteks\n", 3},
        {"# J\n\n- butir\n1. lain\n", 3},
        {"# J\n\n| a | b |\n| c | d |\n", 3},
        {"# J\n\n| a | b |\n|---|---|\n", 3},
        {"# J\n\n| a | b |\n|---|---|\n| c |\n", 3},
        {"# J\n\n| a | b |\n|---|---|\n| c | |\n", 3},
        {"# J\n\n```\nterang\n", 3},
        {"# J\n\n```sh\nterang\n```\n", 3},
        {"# J\n\n**terbuka\n", 3},
        {"# J\n\n**** kosong\n", 3},
        {"# J\n\n`terbuka\n", 3},
        {"# J\n\n[a](http://contoh.id)\n", 3},
        {"# J\n\n[a](//contoh.id)\n", 3},
        {"# J\n\n[a](../warga.md)\n", 3},
        {"# J\n\n[a]\n", 3},
    };
    struct page_test *t = *world;
    struct markdown md;
    size_t i;
    int line;

    for (i = 0; i < ARRAY_LEN(bad); i++) {
        int e = markdown_read(&t->arena, bytes_of(bad[i].text), &md, &line);

        if (e != E_FORMAT)
            print_message("# %s", bad[i].text);
        assert_int_equal(e, E_FORMAT);
        assert_int_equal(line, bad[i].line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        page_test(every_kind_of_block_is_shown),
        page_test(texts_have_labels_stress_code_and_links),
        page_test(no_text_becomes_markup),
        page_test(contents_name_the_parts_alone),
        page_test(what_is_not_in_the_subset_is_refused_with_the_line_of_its_block),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
