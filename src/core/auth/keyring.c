/*
 * keyring.c: the key file and what follows from its keys.
 */
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/text.h"
#include "core/auth/keyring.h"
#include "os/os.h"

#define FILE_MAX_BYTES ((size_t)4 * KB)
#define LINE_WORD      "terang-key-1"

struct ring_key {
    uint32_t id;
    uint8_t key[KEYRING_KEY_BYTES];
};

struct keyring {
    size_t n;
    struct ring_key keys[KEYRING_MAX];
};

/* Names go into libsodium's key derivation: eight bytes, never changed. */
static const char purposes[][crypto_kdf_CONTEXTBYTES + 1] = {"secretbx", "recovery", "blindidx"};
_Static_assert(ARRAY_LEN(purposes) == KEY_PURPOSE_COUNT, "a name for each purpose");
_Static_assert(crypto_kdf_KEYBYTES == KEYRING_KEY_BYTES, "keys fit the derivation");

/* ---- the file ---- */

static void add_key(struct keyring *ring)
{
    struct ring_key *k = &ring->keys[0];
    uint32_t newest = ring->n == 0 ? 0 : k->id;

    memmove(ring->keys + 1, ring->keys, ring->n * sizeof *k);
    k->id = newest + 1;
    os_random(k->key, sizeof k->key);
    ring->n++;
}

/* The text of the file in locked memory; freed by the caller. */
static char *file_text(const struct keyring *ring, size_t *ret_n)
{
    char *text = os_secret_alloc(FILE_MAX_BYTES);
    char key[sodium_base64_ENCODED_LEN(KEYRING_KEY_BYTES, sodium_base64_VARIANT_ORIGINAL)];
    size_t n = 0, i;

    for (i = 0; i < ring->n; i++) {
        (void)sodium_bin2base64(key, sizeof key, ring->keys[i].key, KEYRING_KEY_BYTES, sodium_base64_VARIANT_ORIGINAL);
        n += (size_t)snprintf(text + n, FILE_MAX_BYTES - n, LINE_WORD " %u %s\n", ring->keys[i].id, key);
    }
    sodium_memzero(key, sizeof key);
    *ret_n = n;
    return text;
}

static int parse_line(char *line, struct ring_key *ret)
{
    char *word = strsep(&line, " "), *id = strsep(&line, " "), *key = line;
    int64_t v;

    if (key == NULL || strcmp(word, LINE_WORD) != 0 || text_int(id, 1, UINT32_MAX, &v) < 0)
        return E_FORMAT;
    if (base64_exact(key, ret->key, sizeof ret->key) < 0)
        return E_FORMAT;
    ret->id = (uint32_t)v;
    return 0;
}

/* Lines that each end in a newline, ids falling. Destroys the text. */
static int parse_file(char *text, size_t n, struct keyring *ret)
{
    char *line;

    if (n == 0 || text[n - 1] != '\n' || memchr(text, '\0', n) != NULL)
        return E_FORMAT;
    text[n - 1] = '\0';
    for (ret->n = 0; (line = strsep(&text, "\n")) != NULL; ret->n++) {
        if (ret->n == KEYRING_MAX || parse_line(line, &ret->keys[ret->n]) < 0)
            return E_FORMAT;
        if (ret->n > 0 && ret->keys[ret->n].id >= ret->keys[ret->n - 1].id)
            return E_FORMAT;
    }
    return 0;
}

/* Only the owner, who is us, may have any right on the file. */
static int check_owner(int fd)
{
    struct stat st;

    if (fstat(fd, &st) != 0)
        return E_STORAGE;
    if (!S_ISREG(st.st_mode) || (st.st_mode & (S_IRWXG | S_IRWXO)) != 0 || st.st_uid != geteuid())
        return E_PERMIT;
    return 0;
}

static int read_file(int fd, char *text, size_t *ret_n)
{
    size_t n = 0;

    for (;;) {
        ssize_t got = read(fd, text + n, FILE_MAX_BYTES - n);

        if (got < 0)
            return E_STORAGE;
        if (got == 0)
            break;
        n += (size_t)got;
        if (n == FILE_MAX_BYTES)
            return E_FORMAT;
    }
    *ret_n = n;
    return 0;
}

int keyring_open(int dir, const char *name, struct keyring **ret_ring)
{
    AUTO_CLOSE int fd = os_open_read(dir, name);
    struct keyring *ring;
    size_t n = 0;
    char *text;
    int e;

    if (fd < 0)
        return fd;
    e = check_owner(fd);
    if (e < 0)
        return e;

    text = os_secret_alloc(FILE_MAX_BYTES);
    ring = os_secret_alloc(sizeof *ring);
    e = read_file(fd, text, &n);
    if (e == 0)
        e = parse_file(text, n, ring);
    os_secret_free(text);
    if (e < 0) {
        os_secret_free(ring);
        return e;
    }
    *ret_ring = ring;
    return 0;
}

void keyring_close(struct keyring *ring)
{
    os_secret_free(ring);
}

int keyring_create(int dir, const char *name)
{
    struct keyring *ring = os_secret_alloc(sizeof *ring);
    AUTO_CLOSE int fd = -1;
    size_t n;
    char *text;
    int e;

    ring->n = 0;
    add_key(ring);
    text = file_text(ring, &n);
    fd = os_create(dir, name, S_IRUSR | S_IWUSR);
    e = fd < 0 ? fd : os_write_all(fd, text, n);
    if (e == 0 && (fsync(fd) != 0 || fsync(dir) != 0))
        e = E_STORAGE;
    os_secret_free(text);
    os_secret_free(ring);
    return e;
}

static int replace(int dir, const char *name, const struct keyring *ring)
{
    size_t n;
    char *text = file_text(ring, &n);
    int e = os_replace_file(dir, name, text, n, S_IRUSR | S_IWUSR);

    os_secret_free(text);
    return e;
}

int keyring_rotate(int dir, const char *name)
{
    struct keyring *ring;
    int e;

    e = keyring_open(dir, name, &ring);
    if (e < 0)
        return e;

    e = E_LIMIT;
    if (ring->n < KEYRING_MAX && ring->keys[0].id < UINT32_MAX) {
        add_key(ring);
        e = replace(dir, name, ring);
    }
    keyring_close(ring);
    return e;
}

static const struct ring_key *find(const struct keyring *ring, uint32_t id)
{
    size_t i;

    for (i = 0; i < ring->n; i++) {
        if (ring->keys[i].id == id)
            return &ring->keys[i];
    }
    return NULL;
}

static int drop_key(struct keyring *ring, uint32_t id)
{
    const struct ring_key *k = find(ring, id);
    size_t at;

    if (k == NULL)
        return E_INPUT;
    at = (size_t)(k - ring->keys);
    if (at == 0)
        return E_STATE;
    ring->n--;
    memmove(ring->keys + at, ring->keys + at + 1, (ring->n - at) * sizeof *k);
    return 0;
}

int keyring_retire(int dir, const char *name, uint32_t id)
{
    struct keyring *ring;
    int e;

    e = keyring_open(dir, name, &ring);
    if (e < 0)
        return e;

    e = drop_key(ring, id);
    if (e == 0)
        e = replace(dir, name, ring);
    keyring_close(ring);
    return e;
}

/* ---- the keys ---- */

uint32_t keyring_newest(const struct keyring *ring)
{
    return ring->keys[0].id;
}

size_t keyring_ids(const struct keyring *ring, uint32_t ret[KEYRING_MAX])
{
    size_t i;

    for (i = 0; i < ring->n; i++)
        ret[i] = ring->keys[i].id;
    return ring->n;
}

int keyring_key(const struct keyring *ring, uint32_t id, enum key_purpose purpose, uint8_t ret[KEYRING_KEY_BYTES])
{
    const struct ring_key *k = find(ring, id);

    BUG_IF((unsigned)purpose >= KEY_PURPOSE_COUNT);
    if (k == NULL)
        return E_STATE;
    BUG_IF(crypto_kdf_derive_from_key(ret, KEYRING_KEY_BYTES, 1, purposes[purpose], k->key) != 0);
    return 0;
}
