/*
 * second_factor_test.c: authenticator codes (vectors of RFC 4226 and RFC 6238), recovery codes, word passwords.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sodium.h>

#include "core/auth/recovery.h"
#include "core/auth/totp.h"
#include "core/auth/words.h"

static const uint8_t rfc_key[] = "12345678901234567890";
static const struct totp_secret rfc_secret = {.key = "12345678901234567890"};

static instant at_second(int64_t s)
{
    return (instant){s * 1000};
}

static void counter_codes_are_those_of_rfc_4226(void **world)
{
    static const uint32_t codes[] = {755224, 287082, 359152, 969429, 338314, 254676, 287922, 162583, 399871, 520489};
    size_t i;
    (void)world;

    for (i = 0; i < ARRAY_LEN(codes); i++)
        assert_int_equal(hotp(rfc_key, 20, i, 6), codes[i]);
}

static void time_codes_are_those_of_rfc_6238(void **world)
{
    static const struct {
        int64_t second;
        uint32_t code;
    } rows[] = {
        {59, 94287082},         {1111111109, 7081804},  {1111111111, 14050471},
        {1234567890, 89005924}, {2000000000, 69279037}, {20000000000, 65353130},
    };
    size_t i;
    (void)world;

    for (i = 0; i < ARRAY_LEN(rows); i++)
        assert_int_equal(hotp(rfc_key, 20, (uint64_t)totp_step(at_second(rows[i].second)), 8), rows[i].code);
}

static void code_counts_one_step_each_side_and_no_further(void **world)
{
    char code[TOTP_DIGITS + 1];
    int64_t step, k = 1000;
    (void)world;

    totp_code(&rfc_secret, k, code);
    assert_int_equal(totp_verify(&rfc_secret, code, at_second((k - 1) * 30), TOTP_NEVER, &step), 1);
    assert_int_equal(step, k);
    assert_int_equal(totp_verify(&rfc_secret, code, at_second((k + 1) * 30 + 29), TOTP_NEVER, &step), 1);
    assert_int_equal(totp_verify(&rfc_secret, code, at_second((k - 1) * 30 - 1), TOTP_NEVER, &step), 0);
    assert_int_equal(totp_verify(&rfc_secret, code, at_second((k + 2) * 30), TOTP_NEVER, &step), 0);
}

static void code_counts_once(void **world)
{
    char code[TOTP_DIGITS + 1], older[TOTP_DIGITS + 1];
    int64_t step;
    (void)world;

    totp_code(&rfc_secret, 1000, code);
    totp_code(&rfc_secret, 999, older);
    assert_int_equal(totp_verify(&rfc_secret, code, at_second(30000), TOTP_NEVER, &step), 1);
    assert_int_equal(totp_verify(&rfc_secret, code, at_second(30000), step, &step), E_STATE);
    assert_int_equal(totp_verify(&rfc_secret, older, at_second(30000), step, &step), E_STATE);
}

static void only_six_digits_are_a_code(void **world)
{
    char code[TOTP_DIGITS + 1], spaced[TOTP_DIGITS + 2];
    int64_t step;
    (void)world;

    totp_code(&rfc_secret, 1000, code);
    (void)snprintf(spaced, sizeof spaced, "%.3s %.3s", code, code + 3);
    assert_int_equal(totp_verify(&rfc_secret, spaced, at_second(30000), TOTP_NEVER, &step), 1);
    assert_int_equal(totp_verify(&rfc_secret, "", at_second(30000), TOTP_NEVER, &step), 0);
    assert_int_equal(totp_verify(&rfc_secret, "12345", at_second(30000), TOTP_NEVER, &step), 0);
    assert_int_equal(totp_verify(&rfc_secret, "1234567", at_second(30000), TOTP_NEVER, &step), 0);
    assert_int_equal(totp_verify(&rfc_secret, "12a456", at_second(30000), TOTP_NEVER, &step), 0);
}

static void secret_reads_back_as_typed(void **world)
{
    struct totp_secret made, read;
    struct arena a;
    (void)world;

    arena_init(&a, 64 * KB);
    assert_string_equal(totp_secret_text(&a, &rfc_secret), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    assert_int_equal(totp_secret_parse("gezd-gnbv gy3tqojq GEZDGNBVGY3TQOJQ", &read), 0);
    assert_memory_equal(read.key, rfc_secret.key, TOTP_SECRET_BYTES);
    totp_secret_new(&made);
    assert_int_equal(totp_secret_parse(totp_secret_text(&a, &made), &read), 0);
    assert_memory_equal(read.key, made.key, TOTP_SECRET_BYTES);

    assert_int_equal(totp_secret_parse("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ", &read), E_FORMAT);   /* a sign short */
    assert_int_equal(totp_secret_parse("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQA", &read), E_FORMAT); /* a sign more */
    assert_int_equal(totp_secret_parse("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1", &read), E_FORMAT);  /* 1 is no sign */
    assert_int_equal(totp_secret_parse("", &read), E_FORMAT);
    arena_finish(&a);
}

static void address_for_the_app_is_encoded(void **world)
{
    struct arena a;
    (void)world;

    arena_init(&a, 64 * KB);
    assert_string_equal(totp_uri(&a, &rfc_secret, "Kota Tangerang", "budi@kota&x=1"),
                        "otpauth://totp/Kota%20Tangerang:budi%40kota%26x%3D1?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
                        "&issuer=Kota%20Tangerang&algorithm=SHA1&digits=6&period=30");
    arena_finish(&a);
}

static const uint8_t app_key[RECOVERY_KEY_BYTES] = {1, 2, 3};

static void each_recovery_code_is_found_as_people_type_it(void **world)
{
    struct recovery_codes codes;
    struct recovery_hash h;
    char typed[RECOVERY_TEXT_SIZE];
    size_t i, k;
    (void)world;

    recovery_codes_new(app_key, (ref){42}, &codes);
    for (i = 0; i < RECOVERY_CODES; i++) {
        assert_int_equal(recovery_hash(app_key, (ref){42}, codes.text[i], &h), 0);
        assert_int_equal(recovery_find(&h, codes.hash, RECOVERY_CODES), i);

        for (k = 0; k < sizeof typed; k++) {
            char c = codes.text[i][k];

            typed[k] = c == '-' ? ' ' : c == '0' ? 'o' : c == '1' ? 'l' : (char)(c >= 'A' ? c + 32 : c);
        }
        assert_int_equal(recovery_hash(app_key, (ref){42}, typed, &h), 0);
        assert_int_equal(recovery_find(&h, codes.hash, RECOVERY_CODES), i);
    }
}

static void recovery_code_is_worth_nothing_elsewhere(void **world)
{
    static const uint8_t other_key[RECOVERY_KEY_BYTES] = {9};
    struct recovery_codes codes;
    struct recovery_hash h;
    (void)world;

    recovery_codes_new(app_key, (ref){42}, &codes);
    assert_int_equal(recovery_hash(app_key, (ref){43}, codes.text[0], &h), 0);
    assert_int_equal(recovery_find(&h, codes.hash, RECOVERY_CODES), -1);
    assert_int_equal(recovery_hash(other_key, (ref){42}, codes.text[0], &h), 0);
    assert_int_equal(recovery_find(&h, codes.hash, RECOVERY_CODES), -1);
    assert_int_equal(recovery_hash(app_key, (ref){42}, codes.text[0], &h), 0);
    assert_int_equal(recovery_find(&h, codes.hash + 1, RECOVERY_CODES - 1), -1); /* used up */
}

static void malformed_recovery_codes_are_refused(void **world)
{
    struct recovery_hash h;
    (void)world;

    assert_int_equal(recovery_hash(app_key, (ref){1}, "", &h), E_FORMAT);
    assert_int_equal(recovery_hash(app_key, (ref){1}, "ABCD-ABCD-ABCD-ABC", &h), E_FORMAT);
    assert_int_equal(recovery_hash(app_key, (ref){1}, "ABCD-ABCD-ABCD-ABCDE", &h), E_FORMAT);
    assert_int_equal(recovery_hash(app_key, (ref){1}, "ABCD-ABCD-ABCD-ABCU", &h), E_FORMAT); /* no U in it */
}

static void words_are_sorted_plain_and_enough(void **world)
{
    size_t i, n;
    (void)world;

    for (i = 0; i < WORDS_COUNT; i++) {
        n = strlen(words_id[i]);
        assert_in_range(n, 4, 8);
        assert_int_equal(strspn(words_id[i], "abcdefghijklmnopqrstuvwxyz"), n);
        assert_true(i == 0 || strcmp(words_id[i - 1], words_id[i]) < 0);
    }
}

static void phrases_differ_and_are_long_enough(void **world)
{
    struct arena a;
    const char *one, *two;
    (void)world;

    arena_init(&a, 64 * KB);
    one = words_phrase(&a, WORDS_PHRASE, 15);
    two = words_phrase(&a, WORDS_PHRASE, 15);
    assert_string_not_equal(one, two);
    assert_true(strlen(one) >= 4 * 4 + 3);
    assert_int_equal(strspn(one, "abcdefghijklmnopqrstuvwxyz-"), strlen(one));
    arena_finish(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counter_codes_are_those_of_rfc_4226),
        cmocka_unit_test(time_codes_are_those_of_rfc_6238),
        cmocka_unit_test(code_counts_one_step_each_side_and_no_further),
        cmocka_unit_test(code_counts_once),
        cmocka_unit_test(only_six_digits_are_a_code),
        cmocka_unit_test(secret_reads_back_as_typed),
        cmocka_unit_test(address_for_the_app_is_encoded),
        cmocka_unit_test(each_recovery_code_is_found_as_people_type_it),
        cmocka_unit_test(recovery_code_is_worth_nothing_elsewhere),
        cmocka_unit_test(malformed_recovery_codes_are_refused),
        cmocka_unit_test(words_are_sorted_plain_and_enough),
        cmocka_unit_test(phrases_differ_and_are_long_enough),
    };

    if (sodium_init() < 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
