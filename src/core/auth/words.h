/*
 * words.h: passwords made of words, for demo logins and for first passwords that are read out.
 *
 * Four words of 2,048 are 44 bits: enough where wrong tries are slowed down (ratelimit.h), and people can type them.
 * The words are everyday Indonesian, three to eight plain letters, no names and nothing one would not say aloud.
 */
#ifndef CORE_AUTH_WORDS_H
#define CORE_AUTH_WORDS_H

#include "base/arena.h"

#define WORDS_COUNT  2048
#define WORDS_PHRASE 4

/* The list, sorted; words_id.c. A power of two, so that eleven random bits choose one without bias. */
extern const char *const words_id[WORDS_COUNT];

/* `n` words (1 to 16) joined by hyphens: "embun-pasar-tujuh-layang"; at least `min_length` characters. */
char *words_phrase(struct arena *a, size_t n, size_t min_length);

#endif
