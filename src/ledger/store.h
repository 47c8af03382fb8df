/*
 * store.h: the log in the database, as the files of this folder share it.
 *
 * Threads: what is marked `writer` is touched by the writer's thread only, what is marked `integrator` by the integrator's
 * (or, before ledger_start(), by whoever opened the ledger); the rest never changes after ledger_open(), or is atomic,
 * or stands behind the lock of its own part.
 *
 * Not for: anybody outside this folder.
 */
#ifndef LEDGER_STORE_H
#define LEDGER_STORE_H

#include <stdatomic.h>

#include "ledger/ledger.h"
#include "ledger/policy.h"
#include "ledger/signer.h"
#include "ledger/sql.h"
#include "ledger/tile.h"

/*
 * One log of the installation. Its leaf i stands at idx = first + i, its checkpoint of size s at first + s, its tile
 * level l at l + LEVEL_STEP * (number - 1). Only the last log runs.
 */
struct ledger_log {
    int number; /* from 1 */
    int64_t first;
    int64_t size; /* of an abandoned log, the size it ends with; INT64_MAX - first of the running one */
    char origin[NOTE_NAME];
};

#define LEVEL_STEP 64
#define LOGS_MAX   16
#define SLICE_ROWS 1024 /* rows read at once where everything is read */

struct ledger_keys;
struct integrator;

struct ledger {
    struct arena arena; /* what lives as long as the ledger */
    const char *address;
    const char *origin; /* without the number */
    int signer;
    int64_t tick_ms;
    void (*alarm)(void *arg, const char *what);
    void *alarm_arg;
    const char *policy_text;
    struct policy policy;

    struct ledger_log logs[LOGS_MAX];
    size_t n_logs;

    struct db *db;                           /* integrator: a reader */
    struct ledger_keys *keys;                /* has its own lock */
    _Atomic(struct integrator *) integrator; /* stays after ledger_stop(): the writer may still wake it */
    bool integrating;                        /* of who starts and stops */

    _Atomic int mode;                /* enum ledger_mode */
    _Atomic(const char *) reason;    /* of a hold */
    _Atomic int64_t last_ts;         /* seconds, of the newest leaf */
    _Atomic int64_t clock_behind_ms; /* the worst so far */
    _Atomic bool clock_alarmed;

    int64_t next;    /* writer: idx of the next leaf, when known */
    bool next_known; /* writer */
};

static inline const struct ledger_log *ledger_running(const struct ledger *l)
{
    return &l->logs[l->n_logs - 1];
}

/* Tells the operator; any thread. `what` is a literal. */
void ledger_alarm(struct ledger *l, const char *what);

/* Puts the log on hold, once, and alarms. `reason` is a literal. */
void ledger_hold(struct ledger *l, const char *reason);

/* Notes how far the clock is behind the newest leaf; alarms once when it is more than that. */
#define CLOCK_ALARM_MS 5000
void ledger_clock(struct ledger *l, int64_t behind_ms);

/* Leaves of a log that are in the database. Negative on failure. */
int64_t store_size(struct db *db, const struct ledger_log *log);

/* How many of them the tiles cover. Negative on failure. */
int64_t store_tiled(struct db *db, const struct ledger_log *log);

/* The newest checkpoint with at most `max` leaves: 1, 0 there is none. */
struct store_checkpoint {
    int64_t size; /* of the log, not the column */
    struct tree_hash root;
    struct bytes note;
    instant signed_at;
};
MUST_USE int store_checkpoint(struct db *db, struct arena *a, const struct ledger_log *log, int64_t max,
                              struct store_checkpoint *ret);

/*
 * A tree over the tiles of the database, with the last tile of each level kept. It lives in the arena and is good for as
 * long as the snapshot is. `size` is how many leaves the tiles are known to cover.
 */
struct store_tiles {
    struct db *db;
    const struct ledger_log *log;
    struct tree_source source;
    struct {
        bool known;
        uint64_t n;
        size_t width;
        struct tree_hash hash[TREE_TILE];
    } level[TREE_LEVELS];
};
struct store_tiles *store_tiles(struct arena *a, struct db *db, const struct ledger_log *log, int64_t size);

/* Adds the leaf hashes from..to-1 of the entries to a range that ends at `from`. E_STORAGE when one is missing. */
MUST_USE int store_range_add(struct db *db, const struct ledger_log *log, int64_t from, int64_t to, struct tree_range *r);

/* The root of the first `size` leaves, from tiles as far as `tiled` goes and from the entries after that. */
MUST_USE int store_root(struct db *db, const struct ledger_log *log, int64_t tiled, int64_t size, struct tree_hash *ret);

/* Writes grown tiles and the places of their leaves. */
MUST_USE int store_tiles_write(struct db *db, const struct ledger_log *log, const struct tile_grown *tiles, size_t n);

/* Where a leaf stands: 1 and its idx, 0 nowhere (yet). */
MUST_USE int store_find(struct db *db, const struct tree_hash *leaf, int64_t *ret_idx);

/* Adds the running log behind the abandoned ones. */
MUST_USE int store_log_add(struct ledger *l, int64_t first);

/* The log that an idx lies in, or NULL: between two logs. */
const struct ledger_log *store_log_of(const struct ledger *l, int64_t idx);

/* Compares the database with the signer's state and sets the mode. Negative only when the database cannot be read. */
MUST_USE int store_compare(struct ledger *l, struct db *db);

/* ---- leaves (append.c) ---- */

/* Adds a body as it is to the running log. */
MUST_USE int append_body(struct tx *tx, struct bytes body, struct tree_hash *ret_hash, int64_t *ret_idx);

/* As ledger_append(), whatever the mode: for leaves that the ledger makes itself. */
MUST_USE int append_leaf(struct tx *tx, const struct ledger_leaf *leaf, struct ledger_receipt *ret);

/* The inner leaf of a sealed one, from queue or store: 1, 0 it is none of ours, E_STATE its key is gone. */
MUST_USE int append_inner(struct ledger *l, struct db *db, struct arena *a, const struct tree_hash *leaf, struct bytes *ret,
                          int64_t *ret_key);

/* ---- public side (read.c) ---- */

/* The first `width` entries of bundle n. E_STORAGE when one is missing. */
MUST_USE int read_bundle(struct db *db, struct arena *a, const struct ledger_log *log, uint64_t n, size_t width,
                         struct bytes *ret);

/* The newest cosigned checkpoint, else the newest signed one, with its cosignatures: 1, 0 there is none. */
MUST_USE int read_last_note(struct ledger *l, struct db *db, struct arena *a, const struct ledger_log *log,
                            struct store_checkpoint *ret);

/* ---- keys (keys.c) ---- */

MUST_USE int ledger_keys_open(int dir, struct ledger_keys **ret);
void ledger_keys_close(struct ledger_keys *k); /* NULL does nothing */

/* 1 and the key, 0 it is gone. */
MUST_USE int ledger_keys_get(struct ledger_keys *k, struct db *db, int64_t id, struct tree_hash *ret);

/* Under a record key: nonce, ciphertext, tag. `leaf` binds it to its place. */
struct bytes ledger_keys_seal(struct arena *a, const struct tree_hash *key, const struct tree_hash *leaf, struct bytes plain);
MUST_USE int ledger_keys_unseal(struct arena *a, const struct tree_hash *key, const struct tree_hash *leaf, struct bytes sealed,
                                struct bytes *ret);

/* ---- integrator (integrate.c) ---- */

/* From the writer's thread: committed leaves end before next_idx. NULL does nothing. */
void integrator_wake(struct integrator *i, int64_t next_idx);
void integrator_free(struct integrator *i); /* NULL does nothing */

#endif
