/*
 * backup.h: what `terang backup`, `restore` and `doctor` share: names in an archive, key files, the record of the last backup,
 * paths that a person names.
 *
 * An archive (core/archive/archive.h) holds, in this order: backup.json, instance.json, ledger.policy, the database, files/.
 * The second file of `terang backup keys` is an archive of the same kind, to the same key, with keys/ in it. Neither holds the
 * ledger's signing key or its state.
 *
 * Not for: the format of an archive.
 */
#ifndef MAIN_BACKUP_H
#define MAIN_BACKUP_H

#include "core/archive/archive.h"
#include "main/command.h"
#include "main/instance.h"

#define BACKUP_PUBLIC_FILE "backup.pub"  /* in TERANG_DATA: the key to which backups are encrypted */
#define BACKUP_RECORD_FILE "backup.last" /* the same: when backups were made */
#define BACKUP_LOCK_FILE   "backup.lock"
#define BACKUP_COPY        "backup-copy" /* in TERANG_DATA/db while a backup is made */

#define MEMBER_ABOUT      "backup.json"
#define MEMBER_SQLITE     "database.sqlite"
#define MEMBER_POSTGRESQL "database.pgdump"
#define MEMBER_FILES      "files/"
#define MEMBER_KEYS       "keys/"

#define BACKUP_FORMAT     1
#define BACKUP_TEXT_MAX   ((size_t)64 * KB) /* of each JSON text */
#define BACKUP_ENTRIES    200000            /* in one folder */
#define BACKUP_TIMEOUT_MS (24 * 3600 * 1000)

/* ---- key files: a line "terang-backup-public-1 BASE64" or "terang-backup-secret-1 BASE64", the second of both halves ---- */

const char *backup_public_text(struct arena *a, const struct archive_keys *keys);
const char *backup_secret_text(struct arena *a, const struct archive_keys *keys);
MUST_USE int backup_public_parse(struct arena *a, const char *text, uint8_t ret[static ARCHIVE_KEY_BYTES]);
MUST_USE int backup_secret_parse(struct arena *a, const char *text, struct archive_keys *ret);

/* ---- the record ---- */

struct backup_record {
    instant archive_at, keys_at; /* INSTANT_NONE: never */
};

/* 0 also when there is none; E_FORMAT, E_STORAGE. */
MUST_USE int backup_record_read(struct arena *a, int top, struct backup_record *ret);
MUST_USE int backup_record_write(struct arena *a, int top, const struct backup_record *record);

/* ---- paths that a person names ---- */

/* The folder of a path, and its name in it. */
struct named_place {
    int dir;
    const char *name;
};
MUST_USE int named_open(struct arena *a, const char *path, struct named_place *ret); /* the caller closes dir */

/* Does the path lead into this directory? Its last part need not exist. */
bool named_is_inside(struct arena *a, const char *path, const char *directory);

/* Removes what is below `dir`, not `dir` itself, nor `keep` right below it (NULL: nothing is kept). Does not follow links. */
MUST_USE int remove_below(int dir, const char *keep);

/* ---- a restored database ---- */

/*
 * Compares entries, tiles and checkpoints of a database with each other, on a snapshot, without any key; `dir` is a directory
 * of ours where an empty set of keys may lie meanwhile. How many disagree, or negative. *ret_size is how many leaves there are.
 */
MUST_USE int64_t backup_ledger_check(const char *address, const char *log, int dir, int64_t *ret_size);

/*
 * The ledger's tables of a pg_dump in a new SQLite database, for backup_ledger_check(). `script` is what db_dump_script()
 * wrote. E_FORMAT when it is something else.
 */
extern const char *const dumped_tables[];
MUST_USE int dumped_ledger(int script, const char *address, char ret_why[DB_WHY]);

/* Its statements. Only SQLite runs them, on tables that the same migration made as on a served database. */
extern const struct query *const dumped_queries[];
extern const size_t dumped_queries_n;

#endif
