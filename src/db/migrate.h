/*
 * migrate.h: numbered, frozen steps from an empty database to today's schema.
 *
 * A step is a text that both databases understand after a few words are replaced: $id (INTEGER PRIMARY KEY / BIGINT
 * PRIMARY KEY), $int, $text (ordered by its bytes on both), $blob, $clustered (WITHOUT ROWID / nothing); a line that
 * begins with "-- sqlite:" or "-- postgresql:" counts only there, without the mark. Each step and the row that records it
 * commit in one transaction, so a migration that was killed is simply run again. A step whose text changed after it was
 * recorded is refused.
 */
#ifndef DB_MIGRATE_H
#define DB_MIGRATE_H

#include "db/db.h"

struct migration {
    int number;       /* from 1, without gaps */
    const char *name; /* "core" */
    const char *sql;
};

/*
 * Brings the database up to the last of n steps; *ret_done is how many ran now, also when a later one failed. Needs
 * DB_OWNER. The table `migration` keeps the whole text of each step that ran, as it stands in the program.
 *
 * E_BUSY while a server is the writer or another process migrates. E_FORMAT for a recorded step whose text differs, and
 * for a word with a $ that is not known. E_STATE when the database is newer than the program. On SQLite foreign keys are
 * not enforced during a step, so that a table can be built anew, but each step must leave them whole: else E_CONFLICT.
 */
MUST_USE int migrate(struct db *db, const struct migration *steps, size_t n, int *ret_done);

/* Is the database at exactly the last step? 1 yes, 0 no (older or newer), negative failure as above. */
MUST_USE int migrate_current(struct db *db, const struct migration *steps, size_t n);

/* The text of a step for one kind of database. E_FORMAT for an unknown $word, whose place is *ret_text. */
MUST_USE int migration_text(enum db_kind kind, struct arena *a, const char *sql, const char **ret_text);

/* The schema as it is, without the table `migration`: a column a row, sorted by table and column. For the schema diff. */
struct schema_column {
    const char *table;
    const char *column;
    char type;     /* i, t or b as in struct query; ? for anything else */
    bool not_null; /* always for a part of the primary key */
    int key;       /* place in the primary key from 1, 0 none */
};
struct schema_index { /* without primary keys; sorted by table, name, columns */
    const char *table;
    const char *name;    /* "" for the index of a UNIQUE constraint, which each database names in its own way */
    const char *columns; /* "gov,state,id"; ? for an expression */
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
