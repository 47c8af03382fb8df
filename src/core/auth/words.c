/*
 * words.c: choosing words.
 */
#include "base/buf.h"
#include "core/auth/words.h"
#include "os/os.h"

#define PHRASE_MAX   ((size_t)256)
#define WORDS_MAX    16
#define WORD_LONGEST 8

_Static_assert((WORDS_COUNT & (WORDS_COUNT - 1)) == 0, "masking random bits must not favour any word");
_Static_assert(WORDS_MAX *(WORD_LONGEST + 1) <= PHRASE_MAX, "the longest phrase fits");

char *words_phrase(struct arena *a, size_t n, size_t min_length)
{
    struct buf b;
    uint16_t choice[WORDS_MAX];
    size_t i;

    BUG_IF(n == 0 || n > WORDS_MAX || min_length > n * 4);
    buf_init(&b, a, PHRASE_MAX);
    do {
        buf_clear(&b);
        os_random(choice, sizeof choice);
        for (i = 0; i < n; i++) {
            if (i > 0)
                buf_byte(&b, '-');
            buf_add(&b, words_id[choice[i] % WORDS_COUNT]);
        }
    } while (b.n < min_length);
    return b.s;
}
