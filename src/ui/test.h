/*
 * test.h: a request for tests of pages: an arena, an output, a language. Not part of the product.
 *
 * cmocka has a macro fail(); it is put away here, because ours is the one that pages know.
 */
#ifndef UI_TEST_H
#define UI_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#undef fail

#include "ui/component.h"
#include "ui/layout.h"

struct page_test {
    struct arena arena;
    struct buf out;
    struct req r;
};

static inline int page_setup(void **world)
{
    struct page_test *t = calloc(1, sizeof *t);

    if (t == NULL)
        return -1;
    arena_init(&t->arena, 8 * MB);
    buf_init(&t->out, &t->arena, 4 * MB);
    t->r = (struct req){.arena = &t->arena,
                        .out = &t->out,
                        .lang = LANG_ID,
                        .zone_minutes = 420,
                        .zone = "WIB",
                        .csrf = "token",
                        .now = {INT64_C(1789353600000)}};
    *world = t;
    return 0;
}

static inline int page_teardown(void **world)
{
    struct page_test *t = *world;

    arena_finish(&t->arena);
    free(t);
    return 0;
}

/* What was written since the last call. */
static inline const char *page_taken(struct page_test *t)
{
    const char *s = arena_text(&t->arena, t->out.s);

    buf_clear(&t->out);
    return s;
}

/* Keeps a page for a look, in the directory that TERANG_TEST_PAGES names; does nothing without it. */
static inline void page_save(const char *name, const char *s)
{
    const char *dir = getenv("TERANG_TEST_PAGES");
    char path[4096];
    FILE *f;

    if (dir == NULL)
        return;
    (void)snprintf(path, sizeof path, "%s/%s", dir, name); /* a path that was cut does not open */
    f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(s, 1, strlen(s), f), strlen(s));
    assert_int_equal(fclose(f), 0);
}

#define page_test(f) cmocka_unit_test_setup_teardown(f, page_setup, page_teardown)

#endif
