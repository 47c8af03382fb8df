/* fuzz: ledger */
/*
 * fuzz_note.c: any bytes are a note or refused; a note that is read has lines that are written back as they stood, and a
 * checkpoint in it is written back as its text. Keys likewise.
 */
#include "base/text.h"
#include "ledger/note.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_note(struct arena *a, struct bytes in)
{
    struct checkpoint c;
    struct note n;
    struct buf out;

    if (note_parse(a, in, &n) < 0)
        return;
    BUG_IF(n.n == 0 || n.n > NOTE_SIGS);
    buf_init(&out, a, NOTE_MAX);
    buf_add_n(&out, n.text.p, n.text.n);
    buf_byte(&out, '\n');
    for (size_t i = 0; i < n.n; i++)
        note_sig_write(&out, &n.sigs[i]);
    BUG_IF(out.n != in.n || memcmp(out.s, in.p, in.n) != 0);

    if (checkpoint_parse(a, n.text, &c) < 0)
        return;
    buf_clear(&out);
    checkpoint_write(&out, &c);
    BUG_IF(out.n != n.text.n || memcmp(out.s, n.text.p, out.n) != 0);
}

static void check_keys(struct arena *a, struct bytes in)
{
    const char *text = arena_text_n(a, (const char *)in.p, in.n);
    struct note_vkey v;
    struct note_key k;
    char back[NOTE_VKEY];

    if (note_vkey_parse(text, &v) == 0) {
        note_vkey_text(&v, back);
        BUG_IF(strcmp(back, text) != 0);
    }
    if (note_key_parse(text, &k) == 0) {
        note_key_text(&k, back);
        BUG_IF(strcmp(back, text) != 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes in = {.p = data, .n = size};
    struct arena a;

    arena_init(&a, 16 * MB);
    check_note(&a, in);
    check_keys(&a, in);
    arena_finish(&a);
    return 0;
}
