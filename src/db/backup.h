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

#endif
