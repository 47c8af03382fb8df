/*
 * keys.c: keys of commitments, wrapped in the database, and the key-encryption keys that wrap them, in a file.
 *
 * A subject's key is destroyed by deleting its row; a backup still holds the row, wrapped, until the key-encryption key
 * of its time is destroyed. What is unwrapped lives in locked memory only: the key-encryption keys, and a cache of keys
 * in use, so that a busy record costs no decryption.
 *
 * The file is text, a line a key: "kek ID SINCE UNTIL BASE64", UNTIL "-" for the present one.
 */
#include <pthread.h>

#include <sodium.h>

#include "base/date.h"
#include "base/hash.h"
#include "base/text.h"
#include "ledger/store.h"
#include "os/os.h"

#define KEY_SIZE     32u
#define KEKS_MAX     16u
#define WAYS         4u
#define SETS         512u
#define ERASED_MAX   256u
#define DAY_MS       INT64_C(86400000)
#define KEK_LIFE_MS  (30 * DAY_MS)
#define KEK_KEEP_MS  (35 * DAY_MS) /* the longest that a backup is kept */
#define REWRAP_ROWS  200
#define KEK_FILE_MAX (16 * KB)
#define FIRST_LINE   "terang key-encryption keys v1"
#define NONCE        crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG          crypto_aead_xchacha20poly1305_ietf_ABYTES
#define WRAPPED      (NONCE + KEY_SIZE + TAG)

_Static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == KEY_SIZE, "one size of keys");

static const char *const kinds[] = {[LEDGER_KEY_SUBJECT] = "subject", [LEDGER_KEY_RECORD] = "record"};
_Static_assert(ARRAY_LEN(kinds) == LEDGER_KEY_KIND_COUNT, "a name a kind");

struct kek {
    int64_t id;
    instant since;
    instant until; /* INSTANT_NONE: the present one */
    uint8_t key[KEY_SIZE];
};

struct cached {
    int64_t id; /* 0: free */
    struct tree_hash key;
};

/* Locked memory. */
struct vault {
    struct kek kek[KEKS_MAX]; /* rising ids, the present one last */
    size_t n;
    struct cached cache[SETS][WAYS];
};

struct ledger_keys {
    pthread_mutex_t lock;
    struct vault *vault;
    int dir;
    uint8_t victim[SETS];       /* the way to be replaced next */
    int64_t erased[ERASED_MAX]; /* ids that may not be cached any more: a reader's snapshot may still show them */
    size_t n_erased;
    int64_t rewrap_from; /* writer */
};

/* ---- the file ---- */

static struct kek *present(struct ledger_keys *k)
{
    return &k->vault->kek[k->vault->n - 1];
}

static int file_write(struct ledger_keys *k)
{
    struct arena a;
    struct buf b;
    char base64[sodium_base64_ENCODED_LEN(KEY_SIZE, sodium_base64_VARIANT_ORIGINAL)];
    int e;

    arena_init(&a, 64 * KB);
    buf_init(&b, &a, KEK_FILE_MAX);
    (void)buf_room(&b, KEK_FILE_MAX / 2); /* so that growing leaves no copies */
    buf_add(&b, FIRST_LINE "\n");
    for (size_t i = 0; i < k->vault->n; i++) {
        const struct kek *kek = &k->vault->kek[i];
        const char *until = instant_iso(&a, kek->until);

        sodium_bin2base64(base64, sizeof base64, kek->key, KEY_SIZE, sodium_base64_VARIANT_ORIGINAL);
        buf_printf(&b, "kek %lld %s %s %s\n", (long long)kek->id, instant_iso(&a, kek->since), until == NULL ? "-" : until,
                   base64);
    }
    e = buf_failed(&b);
    if (e == 0)
        e = os_replace_file(k->dir, LEDGER_KEK_FILE, b.s, b.n, 0600);
    explicit_bzero(b.s, b.n);
    explicit_bzero(base64, sizeof base64);
    arena_finish(&a);
    return e;
}

/* The next item of a line that is cut where it stands; NULL when none is left. */
static char *take_item(char **at)
{
    char *from = *at, *space = strchr(from, ' ');

    if (*from == '\0')
        return NULL;
    if (space != NULL)
        *space = '\0';
    *at = space != NULL ? space + 1 : from + strlen(from);
    return from;
}

static int line_parse(char *line, struct kek *ret)
{
    const char *word = take_item(&line), *id = take_item(&line), *since = take_item(&line), *until = take_item(&line);
    const char *key = take_item(&line);

    if (key == NULL || *line != '\0' || !text_eq(word, "kek") || text_int(id, 1, INT64_MAX, &ret->id) < 0)
        return E_FORMAT;
    if (instant_iso_parse(since, &ret->since) < 0)
        return E_FORMAT;
    ret->until = INSTANT_NONE;
    if (!text_eq(until, "-") && instant_iso_parse(until, &ret->until) < 0)
        return E_FORMAT;
    return base64_exact(key, ret->key, KEY_SIZE);
}

static int file_parse(struct vault *v, char *text)
{
    bool first = true;

    while (*text != '\0') {
        char *end = strchr(text, '\n');
        struct kek *kek = &v->kek[v->n];

        if (end == NULL)
            return E_FORMAT;
        *end = '\0';
        if (first && !text_eq(text, FIRST_LINE))
            return E_FORMAT;
        if (!first && (v->n == KEKS_MAX || line_parse(text, kek) < 0 || (v->n > 0 && kek[-1].id >= kek->id)))
            return E_FORMAT;
        v->n += first ? 0 : 1;
        first = false;
        text = end + 1;
    }
    return v->n > 0 && v->kek[v->n - 1].until.v == INSTANT_NONE.v ? 0 : E_FORMAT;
}

static int file_read(struct ledger_keys *k, int fd)
{
    struct arena a;
    struct bytes b;
    char *text;
    int e;

    arena_init(&a, 64 * KB);
    e = os_read_all(fd, &a, KEK_FILE_MAX, &b);
    if (e >= 0) {
        text = arena_text_n(&a, (const char *)b.p, b.n);
        e = file_parse(k->vault, text);
        explicit_bzero(text, b.n);
        explicit_bzero((void *)(uintptr_t)b.p, b.n);
    }
    arena_finish(&a);
    return e < 0 ? e : 0;
}

/* A new present key beside the others, in memory. */
static void kek_add(struct ledger_keys *k, instant now)
{
    struct kek *last = k->vault->n > 0 ? present(k) : NULL;
    struct kek *kek = &k->vault->kek[k->vault->n];

    *kek = (struct kek){.id = last == NULL ? 1 : last->id + 1, .since = now, .until = INSTANT_NONE};
    os_random(kek->key, KEY_SIZE);
    if (last != NULL)
        last->until = now;
    k->vault->n++;
}

int ledger_keys_open(int dir, struct ledger_keys **ret)
{
    AUTO_CLOSE int fd = os_open_if_there(dir, LEDGER_KEK_FILE);
    struct ledger_keys *k;
    int e;

    if (fd < 0)
        return fd;
    BUG_IF(sodium_init() < 0);
    k = calloc(1, sizeof *k);
    if (k == NULL)
        memory_gone(sizeof *k);
    BUG_IF(pthread_mutex_init(&k->lock, NULL) != 0);
    k->vault = os_secret_alloc(sizeof *k->vault);
    k->dir = dir;
    if (fd > 0) {
        e = file_read(k, fd);
    } else {
        kek_add(k, os_now());
        e = file_write(k);
    }
    if (e < 0) {
        ledger_keys_close(k);
        return e;
    }
    *ret = k;
    return 0;
}

void ledger_keys_close(struct ledger_keys *k)
{
    if (k == NULL)
        return;
    os_secret_free(k->vault);
    (void)pthread_mutex_destroy(&k->lock); /* nobody waits any more */
    free(k);
}

/* ---- the cache; the lock is held ---- */

static struct cached *cache_set(struct ledger_keys *k, int64_t id)
{
    uint64_t h = (uint64_t)id * UINT64_C(0x9e3779b97f4a7c15);

    return k->vault->cache[(h >> 40) % SETS];
}

static struct cached *cache_find(struct ledger_keys *k, int64_t id)
{
    struct cached *set = cache_set(k, id);

    for (size_t i = 0; i < WAYS; i++)
        if (set[i].id == id)
            return &set[i];
    return NULL;
}

static bool was_erased(const struct ledger_keys *k, int64_t id)
{
    size_t n = k->n_erased < ERASED_MAX ? k->n_erased : ERASED_MAX;

    for (size_t i = 0; i < n; i++)
        if (k->erased[i] == id)
            return true;
    return false;
}

static void cache_put(struct ledger_keys *k, int64_t id, const struct tree_hash *key)
{
    struct cached *set = cache_set(k, id);
    size_t at = (size_t)(set - k->vault->cache[0]) / WAYS;

    if (was_erased(k, id) || cache_find(k, id) != NULL)
        return;
    set[k->victim[at]] = (struct cached){.id = id, .key = *key};
    k->victim[at] = (uint8_t)((k->victim[at] + 1) % WAYS);
}

static void cache_drop(struct ledger_keys *k, int64_t id)
{
    struct cached *c = cache_find(k, id);

    if (c != NULL)
        explicit_bzero(c, sizeof *c);
}

/* ---- wrapping ---- */

/* What a wrapped key is bound to, so that rows cannot be exchanged: id and kind. */
static size_t wrap_context(uint8_t ret[48], int64_t id, const char *kind)
{
    return (size_t)snprintf((char *)ret, 48, "terang/w/v1 %lld %.15s", (long long)id, kind);
}

static void encrypt(const uint8_t key[KEY_SIZE], const uint8_t *context, size_t n_context, struct bytes plain, uint8_t *ret)
{
    os_random(ret, NONCE);
    BUG_IF(crypto_aead_xchacha20poly1305_ietf_encrypt(ret + NONCE, NULL, plain.p, plain.n, context, n_context, NULL, ret,
                                                      key) != 0);
}

static int decrypt(const uint8_t key[KEY_SIZE], const uint8_t *context, size_t n_context, struct bytes sealed, uint8_t *ret)
{
    if (sealed.n < NONCE + TAG)
        return E_STORAGE;
    return crypto_aead_xchacha20poly1305_ietf_decrypt(ret, NULL, NULL, sealed.p + NONCE, sealed.n - NONCE, context, n_context,
                                                      sealed.p, key) == 0
               ? 0
               : E_STORAGE;
}

static void wrap(const struct kek *kek, int64_t id, const char *kind, const struct tree_hash *key, uint8_t ret[WRAPPED])
{
    uint8_t context[48];
    size_t n = wrap_context(context, id, kind);

    encrypt(kek->key, context, n, (struct bytes){.p = key->v, .n = KEY_SIZE}, ret);
}

/* E_STORAGE: another installation's key file, a destroyed key, or a row that somebody changed. */
static int unwrap(struct ledger_keys *k, int64_t kek_id, int64_t id, const char *kind, struct bytes wrapped,
                  struct tree_hash *ret)
{
    uint8_t context[48];
    size_t n = wrap_context(context, id, kind);

    for (size_t i = 0; i < k->vault->n; i++)
        if (k->vault->kek[i].id == kek_id && wrapped.n == WRAPPED)
            return decrypt(k->vault->kek[i].key, context, n, wrapped, ret->v);
    return E_STORAGE;
}

/* ---- keys ---- */

/* From the database: 1, 0 gone. */
static int load(struct ledger_keys *k, struct db *db, int64_t id, struct tree_hash *ret)
{
    AUTO_ROWS struct rows rows;
    struct arena a;
    int e;

    e = db_select(&rows, db, &q_key, V(id));
    if (e < 0)
        return e;
    e = rows_next(&rows);
    if (e <= 0)
        return e;

    arena_init(&a, 4 * KB);
    BUG_IF(pthread_mutex_lock(&k->lock) != 0);
    e = unwrap(k, rows_int(&rows, 2), id, rows_text(&rows, &a, 0), rows_bytes(&rows, &a, 1), ret);
    if (e == 0)
        cache_put(k, id, ret);
    BUG_IF(pthread_mutex_unlock(&k->lock) != 0);
    arena_finish(&a);
    return e < 0 ? e : 1;
}

int ledger_keys_get(struct ledger_keys *k, struct db *db, int64_t id, struct tree_hash *ret)
{
    struct cached *c;
    bool hit;

    BUG_IF(pthread_mutex_lock(&k->lock) != 0);
    c = cache_find(k, id);
    hit = id != 0 && c != NULL;
    if (hit)
        *ret = c->key;
    BUG_IF(pthread_mutex_unlock(&k->lock) != 0);
    if (hit)
        return 1;
    return id == 0 ? 0 : load(k, db, id, ret);
}

int ledger_key_new(struct tx *tx, enum ledger_key_kind kind, int64_t *ret_id)
{
    struct ledger_keys *k = tx->ledger->keys;
    int64_t id = os_new_id(), kek;
    struct tree_hash key;
    uint8_t wrapped[WRAPPED];
    int e;

    BUG_IF((unsigned)kind >= LEDGER_KEY_KIND_COUNT);
    os_random(key.v, KEY_SIZE);
    BUG_IF(pthread_mutex_lock(&k->lock) != 0);
    wrap(present(k), id, kinds[kind], &key, wrapped);
    kek = present(k)->id;
    cache_put(k, id, &key);
    BUG_IF(pthread_mutex_unlock(&k->lock) != 0);
    explicit_bzero(&key, sizeof key);

    e = db_send(tx->db, &q_key_add, V(id), V(kinds[kind]), V(((struct bytes){.p = wrapped, .n = WRAPPED})), V(kek));
    if (e < 0)
        return e;
    *ret_id = id;
    return 0;
}

int ledger_key_erase(struct tx *tx, int64_t id)
{
    struct ledger_keys *k = tx->ledger->keys;
    int64_t n;
    int e;

    n = db_run(tx->db, &q_key_erase, V(id));
    if (n < 0)
        return (int)n;
    if (n == 0) {
        e = ledger_key_alive(tx->ledger, tx->db, id);
        return e > 0 ? E_INPUT : e;
    }
    BUG_IF(pthread_mutex_lock(&k->lock) != 0);
    k->erased[k->n_erased++ % ERASED_MAX] = id;
    cache_drop(k, id);
    BUG_IF(pthread_mutex_unlock(&k->lock) != 0);
    return 0;
}

int ledger_key_alive(struct ledger *l, struct db *db, int64_t id)
{
    AUTO_ROWS struct rows rows;
    int e;

    (void)l; /* a cached key says nothing: its row may be gone */
    e = db_select(&rows, db, &q_key, V(id));
    return e < 0 ? e : rows_next(&rows);
}

int ledger_field_key(struct ledger *l, struct db *db, int64_t key, const char *uid, const char *table, const char *column,
                     struct tree_hash *ret)
{
    struct tree_hash k;
    int e;

    e = ledger_keys_get(l->keys, db, key, &k);
    if (e <= 0)
        return e < 0 ? e : E_STATE;
    *ret = leaf_field_key(&k, uid, table, column);
    explicit_bzero(&k, sizeof k);
    return 0;
}

/* ---- sealed leaves ---- */

static void seal_key(const struct tree_hash *key, uint8_t ret[KEY_SIZE])
{
    static const char use[] = "terang/e/v1";

    hash_hmac((struct bytes){.p = key->v, .n = KEY_SIZE}, use, sizeof use - 1, ret);
}

struct bytes ledger_keys_seal(struct arena *a, const struct tree_hash *key, const struct tree_hash *leaf, struct bytes plain)
{
    uint8_t *out = arena_alloc(a, NONCE + plain.n + TAG), k[KEY_SIZE];

    seal_key(key, k);
    encrypt(k, leaf->v, TREE_HASH, plain, out);
    explicit_bzero(k, sizeof k);
    return (struct bytes){.p = out, .n = NONCE + plain.n + TAG};
}

int ledger_keys_unseal(struct arena *a, const struct tree_hash *key, const struct tree_hash *leaf, struct bytes sealed,
                       struct bytes *ret)
{
    uint8_t *out = arena_alloc(a, sealed.n), k[KEY_SIZE];
    int e;

    seal_key(key, k);
    e = decrypt(k, leaf->v, TREE_HASH, sealed, out);
    explicit_bzero(k, sizeof k);
    if (e < 0)
        return e;
    *ret = (struct bytes){.p = out, .n = sealed.n - NONCE - TAG};
    return 0;
}

/* ---- rotation of key-encryption keys ---- */

int ledger_kek_rotate(struct ledger *l, instant now)
{
    struct ledger_keys *k = l->keys;
    int e = 0;

    BUG_IF(pthread_mutex_lock(&k->lock) != 0);
    if (now.v - present(k)->since.v >= KEK_LIFE_MS) {
        if (k->vault->n == KEKS_MAX) {
            e = E_LIMIT;
        } else {
            kek_add(k, now);
            e = file_write(k);
            if (e < 0) { /* not on disk: as if it had never been */
                explicit_bzero(present(k), sizeof *present(k));
                k->vault->n--;
                present(k)->until = INSTANT_NONE;
            }
        }
    }
    BUG_IF(pthread_mutex_unlock(&k->lock) != 0);
    return e;
}

static int rewrap_one(struct tx *tx, const struct rows *rows)
{
    struct ledger_keys *k = tx->ledger->keys;
    int64_t id = rows_int(rows, 0), old = rows_int(rows, 3), kek;
    const char *kind = rows_text(rows, tx->arena, 1);
    uint8_t *wrapped = arena_alloc(tx->arena, WRAPPED);
    struct tree_hash key;
    int e;

    BUG_IF(pthread_mutex_lock(&k->lock) != 0);
    kek = present(k)->id;
    e = unwrap(k, old, id, kind, rows_bytes(rows, tx->arena, 2), &key);
    if (e == 0)
        wrap(present(k), id, kind, &key, wrapped);
    BUG_IF(pthread_mutex_unlock(&k->lock) != 0);
    explicit_bzero(&key, sizeof key);
    if (e < 0)
        return e;
    return db_send(tx->db, &q_key_rewrap, V(id), V(((struct bytes){.p = wrapped, .n = WRAPPED})), V(kek), V(old));
}

int64_t ledger_kek_rewrap(struct tx *tx)
{
    struct ledger_keys *k = tx->ledger->keys;
    AUTO_ROWS struct rows rows;
    int64_t now, n = 0;
    int e;

    BUG_IF(pthread_mutex_lock(&k->lock) != 0);
    now = present(k)->id;
    BUG_IF(pthread_mutex_unlock(&k->lock) != 0);

    e = db_select(&rows, tx->db, &q_keys_under_other, V(now), V(k->rewrap_from), V((int64_t)REWRAP_ROWS));
    if (e < 0)
        return e;
    while ((e = rows_next(&rows)) > 0) {
        int64_t id = rows_int(&rows, 0);

        e = rewrap_one(tx, &rows);
        if (e < 0)
            return e;
        k->rewrap_from = id;
        n++;
    }
    if (e < 0)
        return e;
    if (n == 0)
        k->rewrap_from = 0; /* a later round begins anew, and finds what a rolled back group left */
    return n;
}

/* Does a key still hang on it? 1 yes, 0 no. */
static int kek_in_use(struct db *db, int64_t id)
{
    AUTO_ROWS struct rows rows;
    int e;

    e = db_select(&rows, db, &q_key_under, V(id));
    return e < 0 ? e : rows_next(&rows);
}

int ledger_kek_destroy(struct ledger *l, struct db *db, instant now)
{
    struct ledger_keys *k = l->keys;
    struct kek *kek = k->vault->kek;
    int gone = 0, e = 0;

    BUG_IF(pthread_mutex_lock(&k->lock) != 0);
    while (k->vault->n > 1 && now.v - kek[0].until.v > KEK_KEEP_MS) {
        e = kek_in_use(db, kek[0].id);
        if (e != 0)
            break;
        memmove(&kek[0], &kek[1], (k->vault->n - 1) * sizeof *kek);
        k->vault->n--;
        explicit_bzero(&kek[k->vault->n], sizeof *kek);
        gone++;
    }
    if (e >= 0 && gone > 0)
        e = file_write(k);
    BUG_IF(pthread_mutex_unlock(&k->lock) != 0);
    return e < 0 ? e : gone;
}
