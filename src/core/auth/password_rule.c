/*
 * password_rule.c: which passwords are let in. Pure: no database, no clock.
 *
 * The list of common passwords is text in the program's read-only data, one a line, sorted by bytes, so a look-up is a
 * binary search over lines and costs no start-up time. Beside exact entries we refuse what people make of them:
 * capitals, digits and marks around ("Rahasia123!"), and letters swapped for their look-alikes ("r4h4514").
 */
#include <sodium.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include "core/auth/password.h"

/* common_passwords.S */
extern const char terang_common_passwords[], terang_common_passwords_end[];

#define FOLD_SIZE (PASSWORD_BYTES_MAX * 3 + 1) /* case folding may lengthen a letter */
#define STEM_MIN  4                            /* a shorter rest of a password says nothing */
#define STRIP_MAX ((size_t)12)                 /* signs taken off one end of a password */

static const char *const rule_keys[] = {
    "password.good",   "password.short",  "password.long",     "password.not-text",
    "password.common", "password.simple", "password.personal",
};
_Static_assert(ARRAY_LEN(rule_keys) == PASSWORD_RULE_COUNT, "a key for each rule");

/* Words of agency names that half the city has: alone they tell nothing about a person. */
static const char *const common_agency_words[] = {
    "badan", "bagian",    "bidang",      "daerah", "dinas",     "kabupaten",  "kantor", "kecamatan",
    "kota",  "kelurahan", "kelola",      "negara", "pelayanan", "pemerintah", "pusat",  "provinsi",
    "rumah", "sakit",     "sekretariat", "seksi",  "satuan",    "terpadu",    "umum",   "unit",
};

/* Rows of a keyboard and the alphabet; a run of them in either direction is one choice, not many. */
static const char *const runs[] = {
    "0123456789012345678901234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",    "qazwsxedcrfvtgbyhnujmikolp",
};

const char *password_rule_key(enum password_rule rule)
{
    BUG_IF((unsigned)rule >= PASSWORD_RULE_COUNT);
    return rule_keys[rule];
}

/* ---- the list ---- */

static int compare_line(const char *line, const char *end, const char *word, size_t n)
{
    size_t len = (size_t)(end - line);
    int c = memcmp(word, line, n < len ? n : len);

    if (c != 0)
        return c;
    return n < len ? -1 : n > len;
}

bool password_listed(const char *word, size_t n)
{
    const char *lo = terang_common_passwords, *hi = terang_common_passwords_end;

    while (lo < hi) {
        const char *line = lo + (hi - lo) / 2, *end;
        int c;

        while (line > lo && line[-1] != '\n')
            line--;
        end = memchr(line, '\n', (size_t)(hi - line));
        if (end == NULL)
            end = hi;
        c = compare_line(line, end, word, n);
        if (c == 0)
            return true;
        if (c < 0)
            hi = line;
        else
            lo = end < hi ? end + 1 : hi;
    }
    return false;
}

/* ---- variants ---- */

/* The letter a look-alike stands for, as people write it: p4ssw0rd, $ayang. */
static char look_alike(char c)
{
    static const char from[] = "0134567@$!|+", to[] = "oieasgtasiit";
    const char *at = c == '\0' ? NULL : strchr(from, c);

    return at == NULL ? c : to[at - from];
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

/*
 * Is it a common word once digits and marks are taken off both ends? `spelled` has the look-alikes turned into letters:
 * what is a digit there may be either, so each cut is tried.
 */
static bool stem_is_common(const char *folded, const char *spelled, size_t n)
{
    size_t from, to;

    for (from = 0; from < n && from <= STRIP_MAX; from++) {
        for (to = n; to >= from + STEM_MIN && to + STRIP_MAX >= n; to--) {
            if (password_listed(folded + from, to - from) || password_listed(spelled + from, to - from))
                return true;
            if (is_letter(folded[to - 1]))
                break;
        }
        if (is_letter(folded[from]))
            break;
    }
    return false;
}

/* A common word written twice or with a second one behind: "rahasiarahasia", "cintaindonesia". */
static bool is_two_common(const char *s, size_t n)
{
    size_t cut;

    for (cut = STEM_MIN; cut + STEM_MIN <= n; cut++) {
        if (password_listed(s, cut) && password_listed(s + cut, n - cut))
            return true;
    }
    return false;
}

static bool is_common(const char *folded, size_t n)
{
    char spelled[FOLD_SIZE];
    size_t i;
    bool common;

    for (i = 0; i < n; i++)
        spelled[i] = look_alike(folded[i]);
    common = stem_is_common(folded, spelled, n) || is_two_common(folded, n) || is_two_common(spelled, n);
    sodium_memzero(spelled, sizeof spelled);
    return common;
}

/* ---- too simple ---- */

/* Is s a shorter piece over and over ("abcabcabc"), the last time perhaps cut off? */
static bool is_repetition(const char *s, size_t n)
{
    size_t period;

    for (period = 1; period <= n / 3 && period <= 6; period++) {
        if (memcmp(s, s + period, n - period) == 0)
            return true;
    }
    return false;
}

static bool is_run(const char *s, size_t n, const char *run)
{
    size_t len = strlen(run), i;
    bool back = n > 0;

    if (n > len)
        return false;
    if (memmem(run, len, s, n) != NULL)
        return true;
    for (i = 0; back && i + 1 < n; i++) {
        const char *at = strchr(run, s[i]);

        back = at != NULL && at > run && at[-1] == s[i + 1];
    }
    return back && strchr(run, s[n - 1]) != NULL;
}

/* Cuts s into pieces that each are part of a run; few long pieces ("qwerty12345") make it simple. */
static bool is_runs(const char *s, size_t n)
{
    size_t at = 0, pieces = 0;

    while (at < n) {
        size_t best = 1, len, i;

        for (i = 0; i < ARRAY_LEN(runs); i++) {
            for (len = best + 1; at + len <= n && is_run(s + at, len, runs[i]); len++)
                best = len;
        }
        at += best;
        pieces++;
    }
    return pieces * 4 <= n;
}

static bool has_few_signs(const char *s, size_t n)
{
    bool seen[256] = {false};
    size_t i, different = 0;

    for (i = 0; i < n; i++) {
        different += !seen[(unsigned char)s[i]];
        seen[(unsigned char)s[i]] = true;
    }
    return different < 4;
}

static bool is_simple(const char *s, size_t n)
{
    return has_few_signs(s, n) || is_repetition(s, n) || is_runs(s, n);
}

/* ---- personal ---- */

/* Lower case by Unicode's rules, NFC. The length, or 0 when it does not fit. */
static size_t fold(const char *s, char *ret, size_t size)
{
    size_t room = size - 1;
    uint8_t *made = u8_casefold((const uint8_t *)s, strlen(s), NULL, UNINORM_NFC, (uint8_t *)ret, &room);

    if (made != (uint8_t *)ret) {
        if (made != NULL)
            sodium_memzero(made, room);
        free(made);
        room = 0;
    }
    ret[room] = '\0';
    return room;
}

/* Without spaces and marks: "Budi.Santoso" and "budi santoso" are the same word then. */
static void squash(char *s)
{
    char *to = s;

    for (; *s != '\0'; s++) {
        if (is_letter(*s) || (*s >= '0' && *s <= '9'))
            *to++ = *s;
    }
    *to = '\0';
}

static bool is_common_agency_word(const char *word)
{
    size_t i;

    for (i = 0; i < ARRAY_LEN(common_agency_words); i++) {
        if (strcmp(word, common_agency_words[i]) == 0)
            return true;
    }
    return false;
}

/* Does the folded password hold a word of `of` with at least `min` bytes, or all its words written together? */
static bool holds_word_of(const char *password, const char *of, size_t min)
{
    static const char between[] = " .,-_@/()'\t";
    char text[FOLD_SIZE], whole[FOLD_SIZE], squashed[FOLD_SIZE];
    char *rest = text, *word;
    bool found = false;

    if (of == NULL || fold(of, text, sizeof text) == 0)
        return false;
    memcpy(whole, text, sizeof whole);
    memcpy(squashed, password, strlen(password) + 1);
    squash(whole);
    squash(squashed);
    found = strlen(whole) >= min && strstr(squashed, whole) != NULL;

    while (!found && (word = strsep(&rest, between)) != NULL)
        found = strlen(word) >= min && !is_common_agency_word(word) && strstr(password, word) != NULL;
    sodium_memzero(squashed, sizeof squashed);
    return found;
}

/* Any eight digits of the number that stand together: the birth date in a NIP is eight. */
static bool holds_number(const char *password, const char *number)
{
    size_t n = number == NULL ? 0 : strlen(number), i;

    for (i = 0; i + 8 <= n; i++) {
        if (memmem(password, strlen(password), number + i, 8) != NULL)
            return true;
    }
    return false;
}

static bool is_personal(const char *folded, const struct password_person *who)
{
    return holds_word_of(folded, who->name, 4) || holds_word_of(folded, who->login, 4) ||
           holds_word_of(folded, who->agency, 5) || holds_number(folded, who->civil_id);
}

/* ---- the whole ---- */

static enum password_rule check_text(const char *s, size_t n, size_t least)
{
    size_t at = 0, chars = 0;
    ucs4_t c;

    while (at < n) {
        at += (size_t)u8_mbtouc(&c, (const uint8_t *)s + at, n - at);
        if (uc_is_general_category(c, UC_CONTROL))
            return PASSWORD_NOT_TEXT;
        chars++;
    }
    if (chars < least)
        return PASSWORD_SHORT;
    return chars > PASSWORD_MAX ? PASSWORD_LONG : PASSWORD_GOOD;
}

static enum password_rule check_folded(const char *folded, size_t n, const struct password_person *who)
{
    if (who != NULL && is_personal(folded, who))
        return PASSWORD_PERSONAL;
    if (is_common(folded, n))
        return PASSWORD_COMMON;
    return is_simple(folded, n) ? PASSWORD_SIMPLE : PASSWORD_GOOD;
}

enum password_rule password_check(const char *password, bool second_factor, const struct password_person *who)
{
    char text[PASSWORD_BYTES_MAX + 1], folded[FOLD_SIZE];
    enum password_rule rule;
    size_t n;
    int len;

    if (password[0] == '\0')
        return PASSWORD_SHORT;
    if (strlen(password) > PASSWORD_BYTES_MAX)
        return PASSWORD_LONG;
    len = password_nfc(password, text, sizeof text);
    if (len < 0)
        return PASSWORD_NOT_TEXT;

    rule = check_text(text, (size_t)len, second_factor ? PASSWORD_MIN_WITH_SECOND : PASSWORD_MIN_ALONE);
    if (rule == PASSWORD_GOOD) {
        n = fold(text, folded, sizeof folded);
        rule = n == 0 ? PASSWORD_NOT_TEXT : check_folded(folded, n, who);
        sodium_memzero(folded, sizeof folded);
    }
    sodium_memzero(text, sizeof text);
    return rule;
}
