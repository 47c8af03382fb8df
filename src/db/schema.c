/*
 * schema.c: reads the schema back out of the database, in the same words for both.
 */
#include "base/buf.h"
#include "db/driver.h"
#include "db/migrate.h"

#define ROWS_MAX    ((size_t)10000)
#define COLUMNS_MAX ((size_t)4 * KB) /* names of the columns of one index */

static const struct query all_columns = {
    .name = "schema.columns",
    .sql = "SELECT t.name, c.name, c.type, c.\"notnull\" OR c.pk > 0, c.pk "
           "FROM pragma_table_list t JOIN pragma_table_info(t.name) c "
           "WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
           "AND t.name <> 'migration' "
           "ORDER BY t.name, c.name",
    .sql_pg = "SELECT c.relname, a.attname, format_type(a.atttypid, NULL), a.attnotnull, "
              "coalesce(array_position(CAST(i.indkey AS int2[]), a.attnum) + 1, 0) "
              "FROM pg_catalog.pg_class c "
              "JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
              "LEFT JOIN pg_catalog.pg_index i ON i.indrelid = c.oid AND i.indisprimary "
              "WHERE c.relkind IN ('r', 'p') AND c.relname <> 'migration' "
              "AND c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = current_schema()) "
              "ORDER BY c.relname COLLATE \"C\", a.attname COLLATE \"C\"",
    .in = "",
    .out = "tttii",
};

/* A row a column of an index, in the order of the index. */
static const struct query all_indexes = {
    .name = "schema.indexes",
    .sql = "SELECT t.name, l.name, l.origin = 'u', l.\"unique\", coalesce(i.name, '?') "
           "FROM pragma_table_list t JOIN pragma_index_list(t.name) l JOIN pragma_index_info(l.name) i "
           "WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
           "AND t.name <> 'migration' AND l.origin <> 'pk' "
           "ORDER BY t.name, l.name, i.seqno",
    .sql_pg = "SELECT c.relname, x.relname, "
              "EXISTS (SELECT 1 FROM pg_catalog.pg_constraint u WHERE u.conindid = i.indexrelid AND u.contype = 'u'), "
              "i.indisunique, coalesce(CAST(a.attname AS text), '?') "
              "FROM pg_catalog.pg_class c "
              "JOIN pg_catalog.pg_index i ON i.indrelid = c.oid AND NOT i.indisprimary "
              "JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid "
              "CROSS JOIN unnest(CAST(i.indkey AS int2[])) WITH ORDINALITY k (attnum, place) "
              "LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum "
              "WHERE c.relkind IN ('r', 'p') AND c.relname <> 'migration' "
              "AND c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = current_schema()) "
              "ORDER BY c.relname COLLATE \"C\", x.relname COLLATE \"C\", k.place",
    .in = "",
    .out = "ttiit",
};

static char type_letter(const char *name)
{
    /* clang-format off */
    static const struct {
        const char *name;
        char letter;
    } known[] = {
        {"INTEGER", 'i'}, {"bigint", 'i'},
        {"TEXT",    't'}, {"text",   't'},
        {"BLOB",    'b'}, {"bytea",  'b'},
    };
    /* clang-format on */
    size_t i;

    for (i = 0; i < ARRAY_LEN(known); i++)
        if (strcmp(name, known[i].name) == 0)
            return known[i].letter;
    return '?';
}

static int read_columns(struct db *db, struct arena *a, struct schema_column *columns, size_t *ret_n)
{
    AUTO_ROWS struct rows rows;
    size_t n = 0;
    int e;

    (void)db_select(&rows, db, &all_columns); /* rows_next() repeats a failure */
    while ((e = rows_next(&rows)) > 0) {
        if (n == ROWS_MAX)
            return db_say(db, E_LIMIT, "the schema has too many columns");
        columns[n++] = (struct schema_column){
            .table = rows_text(&rows, a, 0),
            .column = rows_text(&rows, a, 1),
            .type = type_letter(rows_text(&rows, a, 2)),
            .not_null = rows_int(&rows, 3) != 0,
            .key = (int)rows_int(&rows, 4),
        };
    }
    *ret_n = n;
    return e;
}

static int read_indexes(struct db *db, struct arena *a, struct schema_index *indexes, size_t *ret_n)
{
    AUTO_ROWS struct rows rows;
    const char *before = "", *table_before = "";
    struct buf columns = {0};
    size_t n = 0;
    int e;

    (void)db_select(&rows, db, &all_indexes); /* rows_next() repeats a failure */
    while ((e = rows_next(&rows)) > 0) {
        const char *table = rows_text(&rows, a, 0);
        const char *name = rows_text(&rows, a, 1);

        if (n == 0 || strcmp(name, before) != 0 || strcmp(table, table_before) != 0) {
            if (n == ROWS_MAX)
                return db_say(db, E_LIMIT, "the schema has too many indexes");
            buf_init(&columns, a, COLUMNS_MAX);
            indexes[n++] = (struct schema_index){
                .table = table, .name = rows_int(&rows, 2) != 0 ? "" : name, .unique = rows_int(&rows, 3) != 0};
        } else {
            buf_byte(&columns, ',');
        }
        buf_add(&columns, rows_text(&rows, a, 4));
        if (buf_failed(&columns) < 0)
            return db_say(db, E_LIMIT, "an index has too many columns");
        indexes[n - 1].columns = columns.s;
        before = name;
        table_before = table;
    }
    *ret_n = n;
    return e;
}

static int by_place(const void *left, const void *right)
{
    const struct schema_index *l = left, *r = right;
    int order = strcmp(l->table, r->table);

    if (order == 0)
        order = strcmp(l->name, r->name);
    return order != 0 ? order : strcmp(l->columns, r->columns);
}

int schema_read(struct db *db, struct arena *a, struct schema *ret)
{
    struct schema_column *columns = arena_array(a, ROWS_MAX, struct schema_column);
    struct schema_index *indexes = arena_array(a, ROWS_MAX, struct schema_index);
    size_t n_columns, n_indexes;
    int e;

    e = read_columns(db, a, columns, &n_columns);
    if (e < 0)
        return e;
    e = read_indexes(db, a, indexes, &n_indexes);
    if (e < 0)
        return e;

    qsort(indexes, n_indexes, sizeof *indexes, by_place);
    *ret = (struct schema){.columns = columns, .n_columns = n_columns, .indexes = indexes, .n_indexes = n_indexes};
    return 0;
}
