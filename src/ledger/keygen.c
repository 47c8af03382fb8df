/*
 * keygen.c: making and changing the signing key.
 */
#include "base/text.h"
#include "ledger/ledger.h"
#include "ledger/signer.h"
#include "os/os.h"

#define KEY_FILE_MAX (4 * KB)

/* A new key, and its line for the key file. `k` and `ret_line` are locked memory. */
struct fresh {
    uint8_t seed[32];
    struct note_key key;
    char line[NOTE_VKEY + 1];
};

static int make(const char *origin, struct fresh *f)
{
    int e;

    os_random(f->seed, sizeof f->seed);
    e = note_key_make(origin, NOTE_ED25519, f->seed, &f->key);
    if (e < 0)
        return e;
    note_key_text(&f->key, f->line);
    memcpy(f->line + strlen(f->line), "\n", 2);
    return 0;
}

static int write_new(int dir, const char *text)
{
    AUTO_CLOSE int fd = os_create(dir, LEDGER_KEY_FILE, 0600);
    int e;

    if (fd < 0)
        return fd;
    e = os_write_all(fd, text, strlen(text));
    if (e >= 0)
        e = os_sync(fd);
    return e < 0 ? e : os_sync(dir);
}

int ledger_keygen(const char *origin, int dir, struct arena *a, const char **ret_vkey)
{
    struct fresh *f = os_secret_alloc(sizeof *f);
    char vkey[NOTE_VKEY];
    int e;

    e = make(origin, f);
    if (e == 0)
        e = write_new(dir, f->line);
    if (e == 0)
        e = signer_state_create(dir, origin);
    if (e == 0) {
        note_vkey_text(&f->key.v, vkey);
        *ret_vkey = arena_text(a, vkey);
    }
    os_secret_free(f);
    return e;
}
