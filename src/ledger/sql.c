/*
 * sql.c: the tables of the ledger and all statements on them.
 *
 * Entries and checkpoints are only ever added. On SQLite triggers refuse the rest, on PostgreSQL the server's role has no
 * such grant. A tile is replaced only by one that begins with it: the one UPDATE has that as its condition.
 *
 * `idx`, `size` in ledger_checkpoint and ledger_cosig, and `level` count through all logs of the installation, so that
 * they stay unique when a log was abandoned: see struct ledger_log in store.h.
 */
#include "ledger/ledger.h"
#include "ledger/sql.h"

/* clang-format off */
#define REFUSE(table, verb) \
    "-- sqlite: CREATE TRIGGER " table "_no_" verb " BEFORE " verb " ON " table \
    " BEGIN SELECT RAISE(ABORT, '" table " is only ever added to'); END;\n"

const struct migration ledger_migration = {
    .number = 1,
    .name = "ledger",
    .sql =
        /* The leaves in order. body: the bytes that are hashed; leaf_hash: SHA-256(00 || body). */
        "CREATE TABLE ledger_entry (\n"
        "    idx $id,\n"
        "    body $blob NOT NULL,\n"
        "    leaf_hash $blob NOT NULL\n"
        ");\n"
        /* Where a leaf stands, filled a batch later by the integrator. */
        "CREATE TABLE ledger_find (\n"
        "    leaf_hash $blob NOT NULL PRIMARY KEY,\n"
        "    idx $int NOT NULL\n"
        ") $clustered;\n"
        /* hashes: 32 bytes each; their number is the tile's width. */
        "CREATE TABLE ledger_tile (\n"
        "    level $int NOT NULL,\n"
        "    n $int NOT NULL,\n"
        "    hashes $blob NOT NULL,\n"
        "    PRIMARY KEY (level, n)\n"
        ") $clustered;\n"
        /* note: the signed checkpoint without cosignatures; signed_at: UTC milliseconds. */
        "CREATE TABLE ledger_checkpoint (\n"
        "    size $id,\n"
        "    root $blob NOT NULL,\n"
        "    note $text NOT NULL,\n"
        "    signed_at $int NOT NULL\n"
        ");\n"
        /* line: a witness's signature line with its newline; at: by its clock, UTC milliseconds. */
        "CREATE TABLE ledger_cosig (\n"
        "    size $int NOT NULL,\n"
        "    witness $text NOT NULL,\n"
        "    line $text NOT NULL,\n"
        "    at $int NOT NULL,\n"
        "    PRIMARY KEY (size, witness)\n"
        ") $clustered;\n"
        /* Keys of commitments, wrapped by the key-encryption key of that number, which is not in the database. */
        "CREATE TABLE ledger_key (\n"
        "    id $id,\n"
        "    kind $text NOT NULL,\n"
        "    wrapped $blob NOT NULL,\n"
        "    kek $int NOT NULL\n"
        ");\n"
        /* Sealed leaves that wait for the daily batch. body_enc: the inner leaf under the record key. */
        "CREATE TABLE ledger_sealed_queue (\n"
        "    leaf_hash $blob NOT NULL PRIMARY KEY,\n"
        "    c $blob NOT NULL,\n"
        "    body_enc $blob NOT NULL,\n"
        "    key_id $int NOT NULL\n"
        ") $clustered;\n"
        "CREATE TABLE ledger_sealed (\n"
        "    leaf_hash $blob NOT NULL PRIMARY KEY,\n"
        "    body_enc $blob NOT NULL,\n"
        "    key_id $int NOT NULL\n"
        ") $clustered;\n"
        /* Logs that were abandoned: where in idx they began, how many leaves count, where the next begins. */
        "CREATE TABLE ledger_ended (\n"
        "    number $id,\n"
        "    origin $text NOT NULL,\n"
        "    first $int NOT NULL,\n"
        "    size $int NOT NULL,\n"
        "    next_first $int NOT NULL\n"
        ");\n"
        /* The log's public keys and when they signed, UTC milliseconds; until: NULL while in use. */
        "CREATE TABLE ledger_vkey (\n"
        "    vkey $text NOT NULL PRIMARY KEY,\n"
        "    since $int NOT NULL,\n"
        "    until $int\n"
        ") $clustered;\n"
        REFUSE("ledger_entry", "UPDATE")
        REFUSE("ledger_entry", "DELETE")
        REFUSE("ledger_checkpoint", "UPDATE")
        REFUSE("ledger_checkpoint", "DELETE")
        REFUSE("ledger_ended", "UPDATE")
        REFUSE("ledger_ended", "DELETE"),
};

const char *const ledger_append_only[] = {"ledger_entry", "ledger_checkpoint", "ledger_ended", NULL};

/* ---- entries ---- */

const struct query q_append = {.name = "ledger.append", .in = "ibb", .out = "",
    .sql = "INSERT INTO ledger_entry (idx, body, leaf_hash) VALUES (?1, ?2, ?3)"};
const struct query q_last_idx = {.name = "ledger.last-idx", .in = "", .out = "i",
    .sql = "SELECT max(idx) FROM ledger_entry"};
const struct query q_entry = {.name = "ledger.entry", .in = "i", .out = "bb",
    .sql = "SELECT body, leaf_hash FROM ledger_entry WHERE idx = ?1"};
const struct query q_entries = {.name = "ledger.entries", .in = "iii", .out = "ibb",
    .sql = "SELECT idx, body, leaf_hash FROM ledger_entry WHERE idx >= ?1 AND idx < ?2 ORDER BY idx LIMIT ?3"};
const struct query q_hashes = {.name = "ledger.hashes", .in = "iii", .out = "ib",
    .sql = "SELECT idx, leaf_hash FROM ledger_entry WHERE idx >= ?1 AND idx < ?2 ORDER BY idx LIMIT ?3"};
const struct query q_bodies_back = {.name = "ledger.bodies-back", .in = "i", .out = "ib",
    .sql = "SELECT idx, body FROM ledger_entry WHERE idx < ?1 ORDER BY idx DESC LIMIT 64"};

/* A leaf that is appended again after a renewal is found at its newest place. */
const struct query q_find = {.name = "ledger.find", .in = "b", .out = "i",
    .sql = "SELECT idx FROM ledger_find WHERE leaf_hash = ?1"};
const struct query q_find_add = {.name = "ledger.find-add", .in = "bi", .out = "",
    .sql = "INSERT INTO ledger_find (leaf_hash, idx) VALUES (?1, ?2)\n"
           "ON CONFLICT (leaf_hash) DO UPDATE SET idx = excluded.idx"};
const struct query q_find_clear = {.name = "ledger.find-clear", .in = "", .out = "", .sql = "DELETE FROM ledger_find"};

/* ---- tiles ---- */

const struct query q_tile = {.name = "ledger.tile", .in = "ii", .out = "b",
    .sql = "SELECT hashes FROM ledger_tile WHERE level = ?1 AND n = ?2"};
const struct query q_tile_add = {.name = "ledger.tile-add", .in = "iib", .out = "",
    .sql = "INSERT INTO ledger_tile (level, n, hashes) VALUES (?1, ?2, ?3)"};
const struct query q_tile_grow = {.name = "ledger.tile-grow", .in = "iib", .out = "",
    .sql = "UPDATE ledger_tile SET hashes = ?3\n"
           "WHERE level = ?1 AND n = ?2 AND substr(?3, 1, length(hashes)) = hashes"};
const struct query q_tile_clear = {.name = "ledger.tile-clear", .in = "", .out = "", .sql = "DELETE FROM ledger_tile"};
const struct query q_tiles = {.name = "ledger.tiles", .in = "iii", .out = "iib",
    .sql = "SELECT level, n, hashes FROM ledger_tile\n"
           "WHERE level > ?1 OR (level = ?1 AND n > ?2) ORDER BY level, n LIMIT ?3"};

/* ---- checkpoints ---- */

const struct query q_checkpoint = {.name = "ledger.checkpoint", .in = "i", .out = "btii",
    .sql = "SELECT root, note, signed_at, size FROM ledger_checkpoint WHERE size = ?1"};
const struct query q_checkpoint_newest = {.name = "ledger.checkpoint-newest", .in = "ii", .out = "btii",
    .sql = "SELECT root, note, signed_at, size FROM ledger_checkpoint WHERE size > ?1 AND size <= ?2\n"
           "ORDER BY size DESC LIMIT 1"};
const struct query q_checkpoints_back = {.name = "ledger.checkpoints-back", .in = "", .out = "ti",
    .sql = "SELECT note, size FROM ledger_checkpoint ORDER BY size DESC LIMIT 64"};
const struct query q_checkpoints = {.name = "ledger.checkpoints", .in = "ii", .out = "ibt",
    .sql = "SELECT size, root, note FROM ledger_checkpoint WHERE size > ?1 ORDER BY size LIMIT ?2"};
const struct query q_checkpoint_add = {.name = "ledger.checkpoint-add", .in = "ibti", .out = "",
    .sql = "INSERT INTO ledger_checkpoint (size, root, note, signed_at) VALUES (?1, ?2, ?3, ?4)"};

const struct query q_cosigs = {.name = "ledger.cosigs", .in = "i", .out = "tti",
    .sql = "SELECT witness, line, at FROM ledger_cosig WHERE size = ?1 ORDER BY witness"};
const struct query q_cosig_sizes = {.name = "ledger.cosig-sizes", .in = "ii", .out = "i",
    .sql = "SELECT DISTINCT size FROM ledger_cosig WHERE size > ?1 AND size <= ?2 ORDER BY size DESC LIMIT 64"};
const struct query q_cosig_newest = {.name = "ledger.cosig-newest", .in = "ii", .out = "ii",
    .sql = "SELECT size, at FROM ledger_cosig WHERE size > ?1 AND size <= ?2 ORDER BY size DESC, witness LIMIT 1"};
const struct query q_cosig_add = {.name = "ledger.cosig-add", .in = "itti", .out = "",
    .sql = "INSERT INTO ledger_cosig (size, witness, line, at) VALUES (?1, ?2, ?3, ?4)\n"
           "ON CONFLICT (size, witness) DO UPDATE SET line = excluded.line, at = excluded.at"};

/* ---- keys ---- */

const struct query q_key = {.name = "ledger.key", .in = "i", .out = "tbi",
    .sql = "SELECT kind, wrapped, kek FROM ledger_key WHERE id = ?1"};
const struct query q_key_add = {.name = "ledger.key-add", .in = "itbi", .out = "",
    .sql = "INSERT INTO ledger_key (id, kind, wrapped, kek) VALUES (?1, ?2, ?3, ?4)"};
const struct query q_key_erase = {.name = "ledger.key-erase", .in = "i", .out = "",
    .sql = "DELETE FROM ledger_key WHERE id = ?1 AND kind = 'subject'"};
const struct query q_key_rewrap = {.name = "ledger.key-rewrap", .in = "ibii", .out = "",
    .sql = "UPDATE ledger_key SET wrapped = ?2, kek = ?3 WHERE id = ?1 AND kek = ?4"};
const struct query q_keys_under_other = {.name = "ledger.keys-under-other", .in = "iii", .out = "itbi",
    .sql = "SELECT id, kind, wrapped, kek FROM ledger_key WHERE kek <> ?1 AND id > ?2 ORDER BY id LIMIT ?3"};
const struct query q_key_under = {.name = "ledger.key-under", .in = "i", .out = "i",
    .sql = "SELECT id FROM ledger_key WHERE kek = ?1 ORDER BY id LIMIT 1"};

/* ---- sealed leaves ---- */

const struct query q_queue = {.name = "ledger.queue", .in = "i", .out = "bbbi",
    .sql = "SELECT leaf_hash, c, body_enc, key_id FROM ledger_sealed_queue ORDER BY leaf_hash LIMIT ?1"};
const struct query q_queue_get = {.name = "ledger.queue-get", .in = "b", .out = "bi",
    .sql = "SELECT body_enc, key_id FROM ledger_sealed_queue WHERE leaf_hash = ?1"};
const struct query q_queue_add = {.name = "ledger.queue-add", .in = "bbbi", .out = "",
    .sql = "INSERT INTO ledger_sealed_queue (leaf_hash, c, body_enc, key_id) VALUES (?1, ?2, ?3, ?4)"};
const struct query q_queue_remove = {.name = "ledger.queue-remove", .in = "b", .out = "",
    .sql = "DELETE FROM ledger_sealed_queue WHERE leaf_hash = ?1"};
const struct query q_queue_count = {.name = "ledger.queue-count", .in = "", .out = "i",
    .sql = "SELECT count(*) FROM ledger_sealed_queue"};
const struct query q_queue_after = {.name = "ledger.queue-after", .in = "bi", .out = "bbi",
    .sql = "SELECT leaf_hash, body_enc, key_id FROM ledger_sealed_queue WHERE leaf_hash > ?1 ORDER BY leaf_hash LIMIT ?2"};
const struct query q_sealed_get = {.name = "ledger.sealed-get", .in = "b", .out = "bi",
    .sql = "SELECT body_enc, key_id FROM ledger_sealed WHERE leaf_hash = ?1"};
const struct query q_sealed_add = {.name = "ledger.sealed-add", .in = "bbi", .out = "",
    .sql = "INSERT INTO ledger_sealed (leaf_hash, body_enc, key_id) VALUES (?1, ?2, ?3)"};
const struct query q_sealed_after = {.name = "ledger.sealed-after", .in = "bi", .out = "bbi",
    .sql = "SELECT leaf_hash, body_enc, key_id FROM ledger_sealed WHERE leaf_hash > ?1 ORDER BY leaf_hash LIMIT ?2"};

/* ---- logs and their public keys ---- */

const struct query q_ended = {.name = "ledger.ended", .in = "", .out = "itiii",
    .sql = "SELECT number, origin, first, size, next_first FROM ledger_ended ORDER BY number"};
const struct query q_ended_add = {.name = "ledger.ended-add", .in = "itiii", .out = "",
    .sql = "INSERT INTO ledger_ended (number, origin, first, size, next_first) VALUES (?1, ?2, ?3, ?4, ?5)"};
const struct query q_vkeys = {.name = "ledger.vkeys", .in = "", .out = "tii",
    .sql = "SELECT vkey, since, until FROM ledger_vkey ORDER BY since, vkey"};
const struct query q_vkey_add = {.name = "ledger.vkey-add", .in = "ti", .out = "",
    .sql = "INSERT INTO ledger_vkey (vkey, since, until) VALUES (?1, ?2, NULL)"};
const struct query q_vkey_end = {.name = "ledger.vkey-end", .in = "ti", .out = "",
    .sql = "UPDATE ledger_vkey SET until = ?2 WHERE vkey = ?1 AND until IS NULL"};

#define LISTED(name) &name,
const struct query *const ledger_queries[] = {LEDGER_QUERIES(LISTED)};
const size_t ledger_queries_n = ARRAY_LEN(ledger_queries);
/* clang-format on */
