/*
 * lang.c: T() and its family, over tables that are built once a process from the embedded .po files.
 *
 * A page asks for some hundred words, so the tables are hashed. They are complete or the program does not run: a .po
 * file that po_read() refuses is a fault of ours, and the build's tests see it first.
 */
#include <pthread.h>

#include "base/text.h"
#include "ui/assets.h"
#include "ui/lang.h"

#define WORDS_MAX ((size_t)16 * MB)

struct word_slot {
    uint32_t hash;
    const struct po_entry *entry; /* NULL: free */
};

struct words {
    struct po po;
    struct word_slot *slots;
    size_t mask; /* number of slots - 1, a power of two at least twice the entries */
};

static const struct {
    const char *code;
    const char *file;
} langs[] = {
    [LANG_ID] = {"id", "lang/id.po"},
    [LANG_EN] = {"en", "lang/en.po"},
};
_Static_assert(ARRAY_LEN(langs) == LANG_COUNT, "one file a language");

/* The process's own: built once, read by all threads. */
static struct arena words_arena;
static struct words words_of[LANG_COUNT];
static pthread_once_t words_once = PTHREAD_ONCE_INIT;

static uint32_t key_hash(const char *key)
{
    uint32_t h = 2166136261u; /* FNV-1a */

    for (; *key != '\0'; key++)
        h = (h ^ (unsigned char)*key) * 16777619u;
    return h;
}

static void slot_take(struct words *w, const struct po_entry *entry)
{
    uint32_t hash = key_hash(entry->key);
    size_t i = hash & w->mask;

    while (w->slots[i].entry != NULL)
        i = (i + 1) & w->mask;
    w->slots[i] = (struct word_slot){.hash = hash, .entry = entry};
}

static void words_build(struct words *w, const char *file)
{
    const struct asset *asset = asset_named(file);
    size_t size = 16;
    int line = 0;

    BUG_IF(asset == NULL);
    if (po_read(&words_arena, asset->content, &w->po, &line) < 0) {
        (void)fprintf(stderr, "%s:%d: not a text we can read\n", file, line); /* the last words before the end */
        BUG_IF(true);
    }
    while (size < w->po.n * 2)
        size *= 2;
    w->mask = size - 1;
    w->slots = arena_array(&words_arena, size, struct word_slot);
    for (size_t i = 0; i < w->po.n; i++)
        slot_take(w, &w->po.v[i]);
}

static void words_build_all(void)
{
    arena_init(&words_arena, WORDS_MAX);
    for (size_t i = 0; i < LANG_COUNT; i++)
        words_build(&words_of[i], langs[i].file);
}

const char *lang_text(enum lang lang, const char *key)
{
    const struct words *w = &words_of[lang];
    uint32_t hash = key_hash(key);

    (void)pthread_once(&words_once, words_build_all); /* fails only for a broken once block */
    for (size_t i = hash & w->mask; w->slots[i].entry != NULL; i = (i + 1) & w->mask) {
        if (w->slots[i].hash == hash && strcmp(w->slots[i].entry->key, key) == 0)
            return w->slots[i].entry->text;
    }
    return NULL;
}

/* ---- places in a text ---- */

/* Reads a place at `s`, which points behind a percent sign: "s" takes the next argument, "2$s" the second. */
static const char *place_read(const char *s, size_t *next, size_t *ret_arg)
{
    if (s[0] == 's') {
        *ret_arg = (*next)++;
        return s + 1;
    }
    if (s[0] >= '1' && s[0] <= '9' && s[1] == '$' && s[2] == 's') {
        *ret_arg = (size_t)(s[0] - '1');
        return s + 3;
    }
    return NULL;
}

static const char *fill(struct arena *a, const char *text, const char *const *args, size_t n)
{
    size_t next = 0, arg = 0, most = strlen(text) + 1;
    struct buf b;

    for (size_t i = 0; i < n; i++)
        most += 9 * (args[i] == NULL ? 0 : strlen(args[i])); /* a place may stand nine times */
    buf_init(&b, a, most);
    while (*text != '\0') {
        const char *rest = *text == '%' ? place_read(text + 1, &next, &arg) : NULL;

        if (rest == NULL) {
            buf_byte(&b, *text);
            text += text[0] == '%' && text[1] == '%' ? 2 : 1;
            continue;
        }
        if (arg < n && args[arg] != NULL)
            buf_add(&b, args[arg]);
        text = rest;
    }
    return b.s;
}

const char *T(const struct req *r, const char *key)
{
    const char *text = lang_text(r->lang, key);

    return text != NULL ? text : text_printf(r->arena, "[%s]", key);
}

const char *T1(const struct req *r, const char *key, const char *arg)
{
    return fill(r->arena, T(r, key), (const char *const[]){arg}, 1);
}

const char *T2(const struct req *r, const char *key, const char *a, const char *b)
{
    return fill(r->arena, T(r, key), (const char *const[]){a, b}, 2);
}

const char *T3(const struct req *r, const char *key, const char *a, const char *b, const char *c)
{
    return fill(r->arena, T(r, key), (const char *const[]){a, b, c}, 3);
}

const char *lang_fill(struct arena *a, enum lang lang, const char *key, const char *const *args, size_t n)
{
    const char *text = lang_text(lang, key);

    return text == NULL ? NULL : fill(a, text, args, n);
}

/* ---- languages ---- */

const char *lang_code(enum lang lang)
{
    return langs[lang < LANG_COUNT ? lang : LANG_ID].code;
}

enum lang lang_of(const char *code)
{
    for (size_t i = 0; code != NULL && i < LANG_COUNT; i++) {
        size_t n = strlen(langs[i].code);

        if (strncasecmp(code, langs[i].code, n) == 0 && (code[n] == '\0' || code[n] == '-'))
            return (enum lang)i;
    }
    return LANG_ID;
}

/* ---- faults ---- */

int fail_arg(struct req *r, int code, const char *key, const char *arg)
{
    if (r->fault == 0) {
        r->fault = code;
        r->fault_key = key;
        r->fault_arg = arena_text(r->arena, arg);
    }
    return code;
}

int fail(struct req *r, int code, const char *key)
{
    return fail_arg(r, code, key, NULL);
}

const char *fault_text(const struct req *r)
{
    return r->fault_key == NULL ? "" : T1(r, r->fault_key, r->fault_arg);
}
