/*
 * keygen.c: making and changing the signing key.
 */
#include "base/text.h"
#include "ledger/ledger.h"
#include "ledger/signer.h"
#include "os/os.h"

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

/* ---- a key that follows another ---- */

/* The key file's lines, in memory that the caller wipes. */
struct lines {
    char text[2 * NOTE_VKEY + 2];
    char *second; /* NULL while there is one line */
};

static int read_lines(int dir, struct lines *ret)
{
    struct arena a;
    struct bytes b;
    char *end;
    int e;

    arena_init(&a, 16 * KB);
    e = os_read_file(dir, LEDGER_KEY_FILE, &a, sizeof ret->text - 1, &b);
    if (e >= 0) {
        memcpy(ret->text, b.p, b.n);
        ret->text[b.n] = '\0';
        explicit_bzero((void *)(uintptr_t)b.p, b.n);
    }
    arena_finish(&a);
    if (e < 0)
        return e;
    end = strchr(ret->text, '\n');
    if (end == NULL)
        return E_FORMAT;
    ret->second = end[1] == '\0' ? NULL : end + 1;
    return 0;
}

/* The name of the key on the first line. */
static int name_of(const struct lines *l, char ret[NOTE_NAME])
{
    struct fresh *f = os_secret_alloc(sizeof *f);
    int e = E_FORMAT;

    if (strcspn(l->text, "\n") < sizeof f->line) {
        memcpy(f->line, l->text, strcspn(l->text, "\n"));
        e = note_key_parse(f->line, &f->key);
    }
    if (e == 0)
        memcpy(ret, f->key.v.name, NOTE_NAME);
    os_secret_free(f);
    return e;
}

static int add_line(int dir, struct lines *l, struct fresh *f)
{
    char name[NOTE_NAME];
    size_t n = strlen(l->text);
    int e;

    if (l->second != NULL)
        return E_STATE;
    e = name_of(l, name);
    if (e == 0)
        e = make(name, f);
    if (e < 0)
        return e;
    if (n + strlen(f->line) >= sizeof l->text)
        return E_LIMIT;
    memcpy(l->text + n, f->line, strlen(f->line) + 1);
    return os_replace_file(dir, LEDGER_KEY_FILE, l->text, strlen(l->text), 0600);
}

int ledger_key_rotate(int dir, struct arena *a, const char **ret_vkey)
{
    struct lines *l = os_secret_alloc(sizeof *l);
    struct fresh *f = os_secret_alloc(sizeof *f);
    char vkey[NOTE_VKEY];
    int e;

    e = read_lines(dir, l);
    if (e == 0)
        e = add_line(dir, l, f);
    if (e == 0) {
        note_vkey_text(&f->key.v, vkey);
        *ret_vkey = arena_text(a, vkey);
    }
    os_secret_free(f);
    os_secret_free(l);
    return e;
}

int ledger_key_settle(int dir)
{
    struct lines *l = os_secret_alloc(sizeof *l);
    int e;

    e = read_lines(dir, l);
    if (e == 0)
        e = l->second == NULL ? E_STATE : os_replace_file(dir, LEDGER_KEY_FILE, l->second, strlen(l->second), 0600);
    os_secret_free(l);
    return e;
}

int ledger_key_retire(int dir, int number)
{
    static const char *const files[] = {LEDGER_KEY_FILE, LEDGER_STATE_FILE};
    char to[64];
    int e = 0;

    for (size_t i = 0; i < ARRAY_LEN(files) && e >= 0; i++) {
        AUTO_CLOSE int fd = os_open_if_there(dir, files[i]);

        if (fd <= 0) {
            e = fd;
            continue;
        }
        (void)snprintf(to, sizeof to, "%s.%d", files[i], number); /* fits */
        e = os_move(dir, files[i], dir, to);
    }
    return e;
}
