/*
 * backup.h: a consistent copy of the database while it is used.
 *
 * The copy shows one moment; nobody waits for it. Encrypting, packing with the files, keeping and checking backups is
 * the caller's business.
 */
#ifndef DB_BACKUP_H
#define DB_BACKUP_H

#include "db/db.h"

/*
 * SQLite: copies to the new file `path` (0600, E_CONFLICT when it exists) and checks the copy's structure. `reader` is an
 * open connection without a snapshot. While it runs the write-ahead log cannot begin anew. A failed copy is removed.
 */
MUST_USE int db_backup_sqlite(struct db *reader, const char *path);

/*
 * PostgreSQL: runs `program` (the path of pg_dump, not older than the server) in its custom format. The password of the
 * address is handed over in a file beside the copy that lives as long as the program, never in an argument. E_CONFLICT
 * when the file exists, E_BUSY after timeout_ms, E_STORAGE when pg_dump fails; why, in its own words, is *ret_why (arena).
 */
MUST_USE int db_backup_postgresql(const char *program, const char *address, const char *path, int timeout_ms, struct arena *a,
                                  const char **ret_why);

/*
 * PostgreSQL: runs `program` (pg_restore) on a file that pg_dump made: into an empty database as its owner, in one transaction,
 * without owners and rights of the old one, and without extensions, which are the administrator's. Password and results as
 * above. Killed, this process leaves pg_restore running, which then still stores all or nothing.
 */
MUST_USE int db_restore_postgresql(const char *program, const char *address, const char *path, int timeout_ms, struct arena *a,
                                   const char **ret_why);

/*
 * The same file as the script that it stands for, written to `out`: whoever can read all of it has read every row. `tables`,
 * a list that ends with NULL, leaves the rest away, and definitions too; NULL leaves nothing away.
 */
MUST_USE int db_dump_script(const char *program, const char *path, const char *const *tables, int out, int timeout_ms,
                            struct arena *a, const char **ret_why);

/*
 * Takes back what db_restore_postgresql() stored: drops every table in the schema `public` of the database, except those of
 * extensions. For a database that had none before. Waits at most a minute for those who still use a table.
 */
MUST_USE int db_empty_postgresql(struct db *owner);

/* The newest "pg_dump" or "pg_restore" of this machine; NULL for none. */
const char *db_program(struct arena *a, const char *name);

/*
 * Is the database's structure whole? 1; 0 with the reason in the database's words (arena); 2 it cannot be told: PostgreSQL
 * without the extension amcheck, or where this role may not use it. SQLite's quick_check reads all of it.
 */
MUST_USE int db_whole(struct db *db, struct arena *a, const char **ret_why);

#endif
