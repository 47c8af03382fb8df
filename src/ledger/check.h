/*
 * check.h: what the two halves of `ledger check` share: the log's half (check_log.c) walks entries, tiles and
 * checkpoints and remembers the newest leaf of every record; the tables' half (check.c) compares rows with those.
 *
 * Not for: anybody outside this folder.
 */
#ifndef LEDGER_CHECK_H
#define LEDGER_CHECK_H

#include "ledger/store.h"

/* The newest leaf of a record, or the newest load of a set. */
struct record {
    const char *rec;
    const char *table; /* interned: few tables, many records */
    uint64_t hash;
    int64_t rev;
    int64_t idx; /* INT_NONE of a sealed leaf */
    struct tree_hash leaf;
    enum leaf_op op;
    bool row_seen;
};

struct records {
    struct record **slot;
    size_t room; /* power of two */
    size_t n;
};

struct checking {
    struct ledger *l;
    struct db *db;
    const struct ledger_check *check;
    struct arena keep;    /* records */
    struct arena scratch; /* of one leaf or row */
    struct records records;
    const char **tables; /* interned names */
    size_t n_tables, tables_room;
    int64_t found;
};

/* Reports once. `detail` is a literal or a column name. */
void check_found(struct checking *c, enum ledger_fault fault, const char *rec, int64_t idx, const char *detail);

struct record *check_record(struct checking *c, const char *rec); /* NULL for none */
struct record *check_record_add(struct checking *c, const char *rec, const char *table);

/* Takes a leaf of a record into account: its revision and its link to the one before. */
MUST_USE int check_chain(struct checking *c, const struct leaf *l, const struct tree_hash *hash, int64_t idx);

/* Entries, tiles and checkpoints of all logs, as far as `since` goes back. */
MUST_USE int check_log(struct checking *c);

#define LOAD_REC "load:%s/%s" /* how the newest load of table and version is remembered */

#endif
