/*
 * token_test.c: tokens of each kind, and the csrf token.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sodium.h>

#include "core/auth/token.h"

static void token_hashes_to_what_was_stored(void **world)
{
    int kind;
    (void)world;

    for (kind = 0; kind < TOKEN_KIND_COUNT; kind++) {
        struct token t, other;
        struct token_hash h;

        token_new((enum token_kind)kind, &t);
        token_new((enum token_kind)kind, &other);
        assert_int_equal(token_hash((enum token_kind)kind, t.text, &h), 0);
        assert_memory_equal(h.h, t.hash.h, TOKEN_HASH_BYTES);
        assert_string_not_equal(t.text, other.text);
    }
}

static void session_token_has_32_random_bytes(void **world)
{
    struct token t;
    (void)world;

    token_new(TOKEN_SESSION, &t);
    assert_int_equal(strlen(t.text), 43);
}

static void api_token_shows_what_it_is_and_notices_a_typing_error(void **world)
{
    struct token t;
    struct token_hash h;
    size_t i;
    (void)world;

    token_new(TOKEN_API, &t);
    assert_ptr_equal(strstr(t.text, "trg_"), t.text);
    assert_int_equal(strlen(t.text), 48);
    for (i = 0; i < 48; i++) {
        char was = t.text[i];

        t.text[i] = was == 'A' ? 'B' : 'A';
        assert_int_equal(token_hash(TOKEN_API, t.text, &h), E_FORMAT);
        t.text[i] = was;
    }
}

static void token_of_one_purpose_is_none_of_another(void **world)
{
    struct token t;
    struct token_hash h;
    (void)world;

    token_new(TOKEN_TRACK, &t);
    assert_int_equal(token_hash(TOKEN_ICAL, t.text, &h), 0);
    assert_memory_not_equal(h.h, t.hash.h, TOKEN_HASH_BYTES);
}

static void malformed_tokens_are_refused(void **world)
{
    struct token_hash h;
    (void)world;

    assert_int_equal(token_hash(TOKEN_SESSION, "", &h), E_FORMAT);
    assert_int_equal(token_hash(TOKEN_SESSION, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &h), E_FORMAT);   /* 42 */
    assert_int_equal(token_hash(TOKEN_SESSION, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &h), 0);         /* 43 */
    assert_int_equal(token_hash(TOKEN_SESSION, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &h), E_FORMAT); /* 44 */
    assert_int_equal(token_hash(TOKEN_SESSION, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB", &h), E_FORMAT);  /* loose bits */
    assert_int_equal(token_hash(TOKEN_SESSION, "AAAAAAAAAAAAAAAAAAAAAAAAA+AAAAAAAAAAAAAAAAA", &h), E_FORMAT);  /* alphabet */
    assert_int_equal(token_hash(TOKEN_SESSION, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", &h), E_FORMAT);
}

static void csrf_token_differs_each_time_and_is_good(void **world)
{
    struct csrf_key key, other;
    struct token one, two;
    struct arena a;
    char *t, *u;
    (void)world;

    arena_init(&a, 64 * KB);
    token_new(TOKEN_SESSION, &one);
    token_new(TOKEN_SESSION, &two);
    csrf_key_of(one.text, &key);
    csrf_key_of(two.text, &other);
    t = csrf_token(&a, &key);
    u = csrf_token(&a, &key);
    assert_string_not_equal(t, u);
    assert_true(csrf_good(&key, t));
    assert_true(csrf_good(&key, u));
    assert_false(csrf_good(&other, t));

    t[10] = t[10] == 'A' ? 'B' : 'A';
    assert_false(csrf_good(&key, t));
    assert_false(csrf_good(&key, ""));
    assert_false(csrf_good(&key, NULL));
    u[85] = '\0';
    assert_false(csrf_good(&key, u));
    arena_finish(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(token_hashes_to_what_was_stored),
        cmocka_unit_test(session_token_has_32_random_bytes),
        cmocka_unit_test(api_token_shows_what_it_is_and_notices_a_typing_error),
        cmocka_unit_test(token_of_one_purpose_is_none_of_another),
        cmocka_unit_test(malformed_tokens_are_refused),
        cmocka_unit_test(csrf_token_differs_each_time_and_is_good),
    };

    if (sodium_init() < 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
