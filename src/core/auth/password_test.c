/*
 * password_test.c: hashing, and each rule on both sides.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sodium.h>

#include "core/auth/password.h"

static const struct password_person budi = {
    .name = "Budi Santosa",
    .login = "b.santosa42",
    .civil_id = "198609262015051001",
    .agency = "Dinas Pendidikan",
};

static enum password_rule alone(const char *password)
{
    return password_check(password, false, &budi);
}

static enum password_rule with_second(const char *password)
{
    return password_check(password, true, &budi);
}

static void hash_is_argon2id_of_the_least_cost(void **world)
{
    char phc[PASSWORD_PHC_SIZE];
    (void)world;

    assert_int_equal(password_hash("tujuh gajah di atas atap", (struct password_cost){1, 1}, phc), 0);
    assert_ptr_equal(strstr(phc, "$argon2id$v=19$m=19456,t=2,p=1$"), phc);
}

static void right_password_matches_and_wrong_does_not(void **world)
{
    char phc[PASSWORD_PHC_SIZE];
    (void)world;

    assert_int_equal(password_hash("tujuh gajah di atas atap", password_cost_least, phc), 0);
    assert_int_equal(password_verify(phc, "tujuh gajah di atas atap"), 1);
    assert_int_equal(password_verify(phc, "tujuh gajah di atas atal"), 0);
    assert_int_equal(password_verify(phc, ""), 0);
}

static void same_password_has_two_hashes(void **world)
{
    char one[PASSWORD_PHC_SIZE], two[PASSWORD_PHC_SIZE];
    (void)world;

    assert_int_equal(password_hash("tujuh gajah di atas atap", password_cost_least, one), 0);
    assert_int_equal(password_hash("tujuh gajah di atas atap", password_cost_least, two), 0);
    assert_string_not_equal(one, two);
}

static void both_forms_of_an_accent_are_one_password(void **world)
{
    char phc[PASSWORD_PHC_SIZE];
    (void)world;

    assert_int_equal(password_hash("caf\xc3\xa9 di ujung jalan", password_cost_least, phc), 0);
    assert_int_equal(password_verify(phc, "cafe\xcc\x81 di ujung jalan"), 1);
}

static void foreign_hash_is_refused(void **world)
{
    (void)world;
    assert_int_equal(password_verify("$2b$12$abcdefghijklmnopqrstuv", "x"), E_FORMAT);
    assert_int_equal(password_verify("", "x"), E_FORMAT);
    assert_int_equal(password_verify("$argon2id$v=19$m=19456,t=2,p=1$kaputt", "x"), E_FORMAT);
}

static void broken_text_is_refused(void **world)
{
    char phc[PASSWORD_PHC_SIZE];
    (void)world;

    assert_int_equal(password_hash("\xff\xfe", password_cost_least, phc), E_INPUT);
    assert_int_equal(password_hash("", password_cost_least, phc), E_INPUT);
}

static void higher_cost_asks_for_a_new_hash(void **world)
{
    static const char phc[] = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$aGFzaA";
    (void)world;

    assert_false(password_needs_rehash(phc, password_cost_least));
    assert_false(password_needs_rehash(phc, (struct password_cost){8192, 1}));
    assert_true(password_needs_rehash(phc, (struct password_cost){65536, 2}));
    assert_true(password_needs_rehash(phc, (struct password_cost){19456, 3}));
    assert_true(password_needs_rehash("$2b$12$x", password_cost_least));
}

static void unknown_user_never_matches(void **world)
{
    (void)world;
    assert_int_equal(password_verify_nobody("tujuh gajah di atas atap", password_cost_least), 0);
    assert_int_equal(password_verify_nobody("", password_cost_least), 0);
}

static void length_counts_characters_on_both_sides(void **world)
{
    char text[PASSWORD_MAX * 2 + 3];
    size_t i;
    (void)world;

    assert_int_equal(alone("kvlar opzi tnu"), PASSWORD_SHORT);                             /* 14 */
    assert_int_equal(alone("kvlar opzi tnup"), PASSWORD_GOOD);                             /* 15 */
    assert_int_equal(with_second("kvlar-o"), PASSWORD_SHORT);                              /* 7 */
    assert_int_equal(with_second("kvlar-op"), PASSWORD_GOOD);                              /* 8 */
    assert_int_equal(with_second("\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e"), PASSWORD_SHORT); /* 3, though 9 bytes */

    for (i = 0; i < PASSWORD_MAX; i++)
        memcpy(text + 2 * i, (const uint8_t[]){0xc3, (uint8_t)(0xa0 + i * 7 % 30)}, 2);
    text[2 * PASSWORD_MAX] = '\0';
    assert_int_equal(alone(text), PASSWORD_GOOD);
    memcpy(text + 2 * PASSWORD_MAX, "z", 2);
    assert_int_equal(alone(text), PASSWORD_LONG);
}

static void control_characters_and_broken_text_are_refused(void **world)
{
    (void)world;
    assert_int_equal(alone("kvlar opzi\ntnupe"), PASSWORD_NOT_TEXT);
    assert_int_equal(alone("kvlar opzi \xff tnupe"), PASSWORD_NOT_TEXT);
}

static void common_passwords_and_their_variants_are_refused(void **world)
{
    static const char *const bad[] = {
        "password",      "Passw0rd",       "P@ssw0rd123!",   "iloveyou",       "rahasia123",
        "R4h4514!",      "indonesia45",    "Indonesia1945",  "Bismillah2026",  "sayangku",
        "12bismillah12", "rahasiarahasia", "cintaindonesia", "KOTATANGERANG1", "tangerangkota99",
    };
    size_t i;
    (void)world;

    for (i = 0; i < ARRAY_LEN(bad); i++) {
        if (with_second(bad[i]) != PASSWORD_COMMON)
            fail_msg("%s: %s", bad[i], password_rule_key(with_second(bad[i])));
    }
}

static void phrases_with_common_words_in_them_pass(void **world)
{
    static const char *const good[] = {
        "embun-pasar-tujuh-layang",
        "kuda biru makan ketupat",
        "rahasia di balik jendela",
        "sate ayam dan teh manis",
    };
    size_t i;
    (void)world;

    for (i = 0; i < ARRAY_LEN(good); i++) {
        if (alone(good[i]) != PASSWORD_GOOD)
            fail_msg("%s: %s", good[i], password_rule_key(alone(good[i])));
    }
}

static void simple_patterns_are_refused(void **world)
{
    static const char *const bad[] = {
        "kvkvkvkvkvkvkvkv", "zzzzzzzzzzzzzzz",  "qwertyuiopasdfghjkl",
        "9876543210987654", "abcdefghijklmnop", "kxqkxqkxqkxqkxqk",
    };
    size_t i;
    (void)world;

    for (i = 0; i < ARRAY_LEN(bad); i++) {
        if (alone(bad[i]) != PASSWORD_SIMPLE && alone(bad[i]) != PASSWORD_COMMON)
            fail_msg("%s: %s", bad[i], password_rule_key(alone(bad[i])));
    }
}

static void personal_words_are_refused(void **world)
{
    static const char *const bad[] = {
        "kvlar santosa opzi",       "kvlarSANTOSAopzi",  "budi kvlar opzi tn", "b.santosa42 kvlar opz",
        "kvlar 198609262015051001", "kvlar19860926opzi", "pendidikan kvlar o", "Dinas.Pendidikan.kv",
    };
    static const struct password_person nobody = {NULL, NULL, NULL, NULL};
    size_t i;
    (void)world;

    for (i = 0; i < ARRAY_LEN(bad); i++) {
        if (alone(bad[i]) != PASSWORD_PERSONAL)
            fail_msg("%s: %s", bad[i], password_rule_key(alone(bad[i])));
        if (password_check(bad[i], false, &nobody) != PASSWORD_GOOD)
            fail_msg("%s for somebody else: %s", bad[i], password_rule_key(password_check(bad[i], false, &nobody)));
    }
    assert_int_equal(alone("dinas kvlar opzi tn"), PASSWORD_GOOD); /* a word half the city has */
}

static void list_is_sorted_long_enough_and_found_whole(void **world)
{
    char line[160], before[160] = "";
    size_t n, lines = 0;
    FILE *f = fopen(COMMON_PASSWORDS, "re");
    (void)world;

    assert_non_null(f);
    for (; fgets(line, sizeof line, f) != NULL; lines++) {
        n = strcspn(line, "\n");
        line[n] = '\0';
        assert_true(strcmp(before, line) < 0);
        if (!password_listed(line, n))
            fail_msg("not found: %s", line);
        memcpy(before, line, n + 1);
    }
    (void)fclose(f);
    assert_true(lines >= 10000);
    assert_false(password_listed("", 0));
    assert_false(password_listed("zzzzzzzzzzzzzzzzzzzzz", 21));
    assert_false(password_listed("!", 1));
}

static void every_rule_has_a_text(void **world)
{
    int i;
    (void)world;

    for (i = 0; i < PASSWORD_RULE_COUNT; i++)
        assert_ptr_equal(strstr(password_rule_key((enum password_rule)i), "password."),
                         password_rule_key((enum password_rule)i));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hash_is_argon2id_of_the_least_cost),
        cmocka_unit_test(right_password_matches_and_wrong_does_not),
        cmocka_unit_test(same_password_has_two_hashes),
        cmocka_unit_test(both_forms_of_an_accent_are_one_password),
        cmocka_unit_test(foreign_hash_is_refused),
        cmocka_unit_test(broken_text_is_refused),
        cmocka_unit_test(higher_cost_asks_for_a_new_hash),
        cmocka_unit_test(unknown_user_never_matches),
        cmocka_unit_test(length_counts_characters_on_both_sides),
        cmocka_unit_test(control_characters_and_broken_text_are_refused),
        cmocka_unit_test(common_passwords_and_their_variants_are_refused),
        cmocka_unit_test(phrases_with_common_words_in_them_pass),
        cmocka_unit_test(simple_patterns_are_refused),
        cmocka_unit_test(personal_words_are_refused),
        cmocka_unit_test(list_is_sorted_long_enough_and_found_whole),
        cmocka_unit_test(every_rule_has_a_text),
    };

    if (sodium_init() < 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
