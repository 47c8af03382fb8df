/*
 * ledger.h: the provable history, as the engine uses it.
 *
 * The engine calls ledger_append() with the tx of the change itself, so that a change and its leaf commit together or
 * neither. The integrator, a thread of ours, turns committed leaves into tiles and checkpoints that the signer, another
 * process, signs. Everything a supervisor needs without a database stands in the other headers of this folder: leaf.h,
 * tree.h, note.h, proof.h, policy.h, verify.h.
 *
 * The word "log" below is one numbered sequence (.../ledger/1); the next begins only when one was abandoned
 * (ledger_renew()). README.md beside this file says what is in the log, and what was decided.
 *
 * Not for: HTTP, routes, permissions; which entity is covered (the engine's tables say so).
 */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

#include "base/arena.h"
#include "base/base.h"
#include "base/buf.h"
#include "db/migrate.h"
#include "db/writer.h"
#include "ledger/leaf.h"
#include "ledger/note.h"
#include "ledger/tree.h"

struct ledger; /* one an instance; shared by all threads */

/* ---- schema: put it into the list of migrations and renumber; frozen once released ---- */

extern const struct migration ledger_migration;

/* All statements of this folder, for the test that prepares every one on both databases. */
extern const struct query *const ledger_queries[];
extern const size_t ledger_queries_n;

/* PostgreSQL: the server's role gets SELECT and INSERT on these tables and nothing more. Ends with NULL. */
extern const char *const ledger_append_only[];

/* ---- open and close ---- */

#define LEDGER_KEK_FILE "ledger.kek" /* key-encryption keys, in conf.key_dir, mode 0600; `terang backup keys` copies it */

struct ledger_conf {
    const char *address; /* of the database; readers of our own are opened on it */
    const char *origin;  /* "terang.tangerangkota.go.id/ledger": a log's number is added, and its key is named after both */
    int key_dir;         /* directory of LEDGER_KEK_FILE, which is made there at the first start; ours to use, not to close */
    int signer;          /* socket to the signer (signer.h), or -1: then leaves are taken and wait for the next start */
    const char
        *policy; /* text of the policy file, NULL for the log's own key and quorum none; served and used for cosignatures */
    int tick_minutes; /* quiet minutes after which a tick leaf shows that the log lives; 0 = 60 */

    /* Called from any thread when an operator must look: the log went on hold, the clock fell behind. May be NULL. */
    void (*alarm)(void *arg, const char *what);
    void *alarm_arg;
};

/*
 * After the migrations. Reads the last entry and checkpoint, and compares the database with the signer's state: when it
 * is older or different the log is on hold from the first moment, which is not an error here. E_STORAGE when the
 * database or the key file cannot be read; E_FORMAT for a key file that is not one.
 */
MUST_USE int ledger_open(const struct ledger_conf *conf, struct ledger **ret);
void ledger_close(struct ledger *l); /* after the writer has stopped; NULL does nothing */

/* What the writer calls around its groups: put them into writer_conf.hooks, and the ledger into writer_conf.ledger. */
struct writer_hooks ledger_hooks(struct ledger *l);

/* Starts, once, and stops the integrator's thread. Stopping first brings what is committed into a last checkpoint. */
MUST_USE int ledger_start(struct ledger *l, struct writer *w);
void ledger_stop(struct ledger *l); /* before writer_stop(); without a start does nothing */

/* One round of the integrator, for commands and tests that have no thread: 0 nothing to do, 1 a new checkpoint. */
MUST_USE int ledger_integrate(struct ledger *l, struct writer *w);

/* ---- appending ---- */

struct ledger_column {
    const char *name;
    const char *value; /* stored form; NULL is SQL NULL */
    bool is_public;    /* in clear in `pub`; else a commitment in `com` */
    int64_t key;       /* of the commitment: the subject's or the record's, from ledger_key_new() */
};

/* What the engine knows of an event. uid, ts, v and the commitments are made by ledger_append(). */
struct ledger_leaf {
    const char *t;   /* table */
    const char *rec; /* "table/ID"; of a read or export the record or query */
    enum leaf_op op;
    int64_t rev;                         /* of the record, from 1; 0 for the events of leaf_op_has_rev() == false */
    struct bytes prev;                   /* leaf hash of the record's previous revision, n = 0 for the first */
    const struct ledger_column *columns; /* any order; names match [a-z][a-z0-9_]* and are unique; "by" and "behalf" are ours */
    size_t n;
    const char *unit; /* "36.71/5.03"; NULL for events of the installation */
    const char *who;  /* role code */
    const char *by;   /* the person, "user/7": com.by under by_key; NULL for the machine itself */
    int64_t by_key;
    const char *behalf; /* whom that person stands in for, "user/8": com.behalf under behalf_key; NULL for nobody */
    int64_t behalf_key;
    int64_t tx;       /* groups the leaves of one change: struct tx's number */
    bool sealed;      /* only a commitment is public, and only with the daily batch */
    int64_t seal_key; /* record key that encrypts the inner leaf of a sealed one */
};

struct ledger_receipt {
    struct tree_hash leaf_hash; /* the receipt the user gets; of a sealed leaf the outer one's */
    int64_t idx;                /* for the row's leaf_idx; INT_NONE for a sealed leaf */
    char uid[LEAF_UID + 1];
    char ts[LEAF_TS + 1];
};

/*
 * Appends one leaf in the transaction of the change. The index counts once the group is committed; nobody may show it
 * before. The leaf is copied. Columns whose key was erased are left out when their value is NULL.
 *
 * E_HOLD while the log is on hold; E_LIMIT when the leaf is over LEAF_MAX (put large content in as its SHA-256);
 * E_STATE when a value is there but its key is erased; E_STORAGE when the database refuses. BUG_IF for a leaf that
 * breaks its own contract. Cost: one row, one hash over the leaf, two HMACs a commitment.
 */
MUST_USE int ledger_append(struct tx *tx, const struct ledger_leaf *leaf, struct ledger_receipt *ret);

/* The daily batch: moves waiting sealed leaves into the log, shuffled, with dummies up to a multiple of 16; a day
 * without any gets 16 dummies. A slice: returns how many are still waiting, call again until 0. */
MUST_USE int64_t ledger_seal_batch(struct tx *tx);

/* ---- keys of commitments ---- */

enum ledger_key_kind {
    LEDGER_KEY_SUBJECT, /* a person's; destroyed to erase the person */
    LEDGER_KEY_RECORD,  /* of a record's other columns that are not public */
    LEDGER_KEY_KIND_COUNT,
};

MUST_USE int ledger_key_new(struct tx *tx, enum ledger_key_kind kind, int64_t *ret_id);

/* Destroys a subject's key for good. 0 also when it is gone already; E_INPUT for a record's key. */
MUST_USE int ledger_key_erase(struct tx *tx, int64_t id);

/* 1 the key is there, 0 it is gone. */
MUST_USE int ledger_key_alive(struct ledger *l, struct db *db, int64_t id);

/* The field key that opens one column of one leaf, and nothing else. E_STATE when the key was erased. */
MUST_USE int ledger_field_key(struct ledger *l, struct db *db, int64_t key, const char *uid, const char *table,
                              const char *column, struct tree_hash *ret);

/*
 * Key-encryption keys: daily job. The first makes a new one when the present is 30 days old (outside a transaction; the
 * file is replaced before it is used). The second re-wraps a slice of at most 200 keys; returns how many it did, call
 * until 0. The third destroys those that retired over 35 days ago and wrap nothing any more; returns how many.
 */
MUST_USE int ledger_kek_rotate(struct ledger *l, instant now);
MUST_USE int64_t ledger_kek_rewrap(struct tx *tx);
MUST_USE int ledger_kek_destroy(struct ledger *l, struct db *db, instant now);

/* ---- proofs and the public side ---- */

struct ledger_open_field {
    const char *column;
    const char *value; /* stored form, NULL is SQL NULL */
    int64_t key;       /* as in struct ledger_column */
};

/*
 * The .tlog-proof of a leaf, with some fields opened. n == 0 bytes when the leaf is not under a checkpoint yet. E_STATE
 * when a field to open has lost its key, E_INPUT when it is not a commitment of this leaf.
 */
MUST_USE int ledger_proof(struct ledger *l, struct db *db, struct arena *a, const struct tree_hash *leaf,
                          const struct ledger_open_field *open, size_t n, struct bytes *ret);

/* The body of a leaf, by its hash: n == 0 bytes when there is none. Of a sealed leaf the inner one. */
MUST_USE int ledger_body(struct ledger *l, struct db *db, struct arena *a, const struct tree_hash *leaf, struct bytes *ret);

enum ledger_cache {
    LEDGER_CACHE_NONE,
    LEDGER_CACHE_BRIEF,     /* max-age=5 */
    LEDGER_CACHE_IMMUTABLE, /* one year */
};

struct ledger_page {
    struct bytes body;
    const char *type; /* media type; NULL: there is no such page, 404 */
    enum ledger_cache cache;
};

/* What stands at a path below /ledger/: "1/checkpoint", "1/tile/0/000", "1/proof/HEX". Pure reading, on a reader's snapshot. */
MUST_USE int ledger_read(struct ledger *l, struct db *db, struct arena *a, const char *path, struct ledger_page *ret);

/*
 * POST P/cosignature: the body is one cosignature line of a witness in the policy. It does not say over which checkpoint,
 * so the plan tries the newest 64, on a reader. E_FORMAT malformed (400); E_PERMIT an unknown key, or good over none of
 * them (403); E_INPUT there is no checkpoint at all (404). The apply stores the line; a later one of the same witness
 * over the same checkpoint replaces it.
 */
struct ledger_cosign_plan {
    int64_t size; /* place of the checkpoint in ledger_checkpoint */
    const char *witness;
    const char *line;
    instant at; /* by the witness's clock */
};
MUST_USE int ledger_cosign_plan(struct ledger *l, struct db *db, struct arena *a, struct bytes body,
                                struct ledger_cosign_plan *ret);
MUST_USE int ledger_cosign_apply(struct tx *tx, const struct ledger_cosign_plan *plan);

/* ---- state ---- */

enum ledger_mode {
    LEDGER_RUNS,
    LEDGER_HOLD,     /* reads go on, covered writes are refused, nothing is signed */
    LEDGER_UNSIGNED, /* no signer: leaves are taken, checkpoints wait */
    LEDGER_MODE_COUNT,
};

struct ledger_status {
    enum ledger_mode mode;
    const char *reason; /* of a hold: a fixed English sentence; "" otherwise */
    int log;            /* number of the running log */
    char origin[NOTE_NAME];
    int64_t size;        /* leaves of the running log, committed */
    int64_t signed_size; /* of the newest checkpoint */
    instant signed_at;
    int64_t cosigned_size; /* newest checkpoint that a witness cosigned, -1 for none: "belum disaksikan" */
    instant cosigned_at;
    int64_t clock_behind_ms; /* how far the clock was behind the last leaf, at worst since the start */
    int64_t sealed_waiting;
};
MUST_USE int ledger_status(struct ledger *l, struct db *db, struct ledger_status *ret);

/* ---- check (section 10): log against tables ---- */

enum ledger_fault {
    LEDGER_ROW_CHANGED,
    LEDGER_ROW_MISSING,
    LEDGER_LEAF_MISSING,
    LEDGER_REV_GAP,
    LEDGER_PREV_BROKEN,
    LEDGER_OPENING_LOST,
    LEDGER_TILE_BAD,
    LEDGER_ROOT_BAD,
    LEDGER_FAULT_COUNT,
};
const char *ledger_fault_name(enum ledger_fault f); /* "ROW_CHANGED" */

/* A row as it stands in the database now, in the words of its leaf. */
struct ledger_row {
    const char *rec;
    int64_t rev;
    struct bytes leaf_hash; /* the row's column; n = 0 when it has none */
    int64_t leaf_idx;       /* the row's column; INT_NONE of a sealed row */
    const struct ledger_column *columns;
    size_t n;
};

/* A covered table. */
struct ledger_table {
    const char *name;
    bool sealed;

    /* Calls `each` for every row whose leaf_idx is at least `since` (sealed: every row), and passes its result on when
     * negative. */
    int (*rows)(void *arg, struct db *db, int64_t since, int (*each)(void *each_arg, const struct ledger_row *row),
                void *each_arg);
    void *arg;
};

/* A set loaded in bulk, and what its newest load leaf must say. */
struct ledger_set {
    const char *table, *version;
    int64_t rows;
    struct tree_hash sha256; /* over the rows in key order, JCS lines */
};

struct ledger_finding {
    enum ledger_fault fault;
    const char *rec;    /* record, tile or checkpoint */
    int64_t idx;        /* of the leaf, INT_NONE when there is none */
    const char *detail; /* column, or what was expected; never a value */
};

struct ledger_check {
    const struct ledger_table *tables;
    size_t n_tables;
    const struct ledger_set *sets;
    size_t n_sets;

    /* Where the person of a subject key stands: 1 and the leaf_idx of the person's row, 0 nobody. For OPENING_LOST. */
    int (*subject)(void *arg, struct db *db, int64_t key, int64_t *ret_leaf_idx);
    void (*found)(void *arg, const struct ledger_finding *f); /* once a finding; copy what you keep */
    void *arg;
    int64_t since; /* 0: everything */
};

/* How many findings; 0 all agrees. Never repairs. `db` is a snapshot. Memory: about 100 bytes a record of the log. */
MUST_USE int64_t ledger_check(struct ledger *l, struct db *db, const struct ledger_check *check);

/* ---- commands ---- */

/*
 * New signing key and empty state for a log, files LEDGER_KEY_FILE and LEDGER_STATE_FILE (signer.h); the origin is whole,
 * "HOST/ledger/1". E_CONFLICT when one is there.
 */
MUST_USE int ledger_keygen(const char *origin, int dir, struct arena *a, const char **ret_vkey);

/*
 * Planned rotation, each followed by a restart of the signer: first a second key that signs beside the old one (E_STATE
 * when there are two already), 90 days later the new one alone (E_STATE when there is one). The log names both in `key`
 * leaves by itself.
 */
MUST_USE int ledger_key_rotate(int dir, struct arena *a, const char **ret_vkey);
MUST_USE int ledger_key_settle(int dir);

/* Before the keygen of a renewal: key and state of the abandoned log get its number behind their names. */
MUST_USE int ledger_key_retire(int dir, int number);

/*
 * Static files below the directory, with the paths that they have below /ledger/ ("1/tile/0/000"), of all logs as far as
 * their newest checkpoint goes. Only what is missing or changed is written. Returns the size of the running log.
 */
MUST_USE int64_t ledger_export(struct ledger *l, struct db *db, int dir);

/*
 * Tiles and ledger_find anew from the entries, in a transaction of its own on `db`, which is DB_OWNER; nobody may write
 * meanwhile. E_STATE, and nothing is changed, when the entries do not give the root of the newest checkpoint.
 */
MUST_USE int ledger_rebuild(struct ledger *l, struct db *db);

/*
 * Way out of hold: entries that the database lost are fetched from a mirror, a directory with the files of
 * ledger_export(); the root must equal the signer's state. E_STATE when it does not, or when the mirror has too little;
 * then nothing is changed. `db` is DB_WRITE, and no writer runs. 0, and the mode is LEDGER_RUNS.
 */
MUST_USE int ledger_resume(struct ledger *l, struct db *db, int mirror_dir, int64_t *ret_fetched);

/*
 * Way out when entries, state or key are lost for good: ends the log at its last cosigned checkpoint (without a witness
 * the last signed one) and begins the next, whose leaf 0 is that note; leaves behind it are appended again, bytes and
 * all, so that their hashes stay provable. Before the signer starts again it needs ledger_key_retire() and
 * ledger_keygen() for the new origin. Two people decide: `why` holds one in `by`, and columns "reason" and "second"; its
 * other members are ignored. E_INPUT without them. `db` is DB_WRITE, and no writer runs.
 */
MUST_USE int ledger_renew(struct ledger *l, struct db *db, const struct ledger_leaf *why);

#endif
