/*
 * migrate.h: numbered, frozen steps from an empty database to today's schema.
 *
 * A step is a text that both databases understand after a few words are replaced: $id (INTEGER PRIMARY KEY / BIGINT
 * PRIMARY KEY), $int, $text, $blob, $clustered (WITHOUT ROWID / nothing); a line that begins with "-- sqlite:" or
 * "-- postgresql:" counts only there, without the mark. Each step and the row that records it commit in one transaction,
 * so a migration that was killed is simply run again. A step whose text changed after it was recorded is refused.
 */
#ifndef DB_MIGRATE_H
#define DB_MIGRATE_H

#include "db/db.h"

struct migration {
    int number;       /* from 1, without gaps */
    const char *name; /* "core" */
    const char *sql;
};

/* Brings the database up to the last of n steps; *ret_done is how many ran now. Needs DB_OWNER. */
MUST_USE int migrate(struct db *db, const struct migration *steps, size_t n, int *ret_done);

/* Is the database at exactly the last step? 1 yes, 0 no (older or newer), negative failure. */
int migrate_current(struct db *db, const struct migration *steps, size_t n);

/* The text of a step as one database reads it: words replaced, foreign lines left out. */
char *migration_text(struct arena *a, enum db_kind kind, const char *sql);

/* The schema as it is: a column a row, sorted by table and column. For the schema diff. */
struct schema_column {
    const char *table;
    const char *column;
    char type; /* i, t or b as in struct query */
    bool not_null;
    int key; /* place in the primary key from 1, 0 none */
};
struct schema_index {
    const char *table;
    const char *name;
    const char *columns; /* "gov,state,id" */
    bool unique;
};
struct schema {
    const struct schema_column *columns;
    size_t n_columns;
    const struct schema_index *indexes;
    size_t n_indexes;
};
MUST_USE int schema_read(struct db *db, struct arena *a, struct schema *ret);

#endif
