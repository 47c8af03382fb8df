/*
 * sql_schema.c: entity tables as text of migrations.
 *
 * Keys: (gov, id) of data, (gov, parent, id) of children, (id) of the rest. A table with a compound key is clustered by
 * it: one tree less on every write (design D5). Indexes of data begin with gov (design D7).
 */
#include "base/text.h"
#include "engine/schema.h"

static const char *word_of(char type)
{
    return type == 'i' ? "$int" : type == 't' ? "$text" : "$blob";
}

static char type_of(const struct field *f)
{
    return f->type == FIELD_TEXT || f->type == FIELD_STATE ? 't' : 'i';
}

static bool is_parent(const struct entity *e, const struct field *f)
{
    return text_eq(e->parent, f->name);
}

static size_t own_columns(const struct entity *e, struct schema_want *ret)
{
    bool data = e->kind == ENTITY_DATA;
    int id_key = (data ? 2 : 1) + (e->parent != NULL);
    size_t n = 0;

    if (data)
        ret[n++] = (struct schema_want){"gov", 'i', true, 1};
    ret[n++] = (struct schema_want){"id", 'i', true, id_key};
    ret[n++] = (struct schema_want){"rev", 'i', true, 0};
    if (e->ledger != LEDGER_NONE) {
        ret[n++] = (struct schema_want){"leaf_hash", 'b', true, 0};
        if (e->ledger == LEDGER_PUBLIC)
            ret[n++] = (struct schema_want){"leaf_idx", 'i', true, 0};
        ret[n++] = (struct schema_want){"record_key", 'i', false, 0};
    }
    ret[n++] = (struct schema_want){"voided_at", 'i', false, 0};
    return n;
}

size_t schema_columns(const struct entity *e, struct schema_want ret[static SCHEMA_COLUMNS_MAX])
{
    size_t n = own_columns(e, ret), i;

    BUG_IF(n + e->n_fields > SCHEMA_COLUMNS_MAX);
    for (i = 0; i < e->n_fields; i++) {
        const struct field *f = &e->fields[i];
        bool required = (f->flags & (F_REQUIRED | F_PERSONAL)) == F_REQUIRED || f->type == FIELD_BOOL;
        int key = is_parent(e, f) ? (e->kind == ENTITY_DATA ? 2 : 1) : 0;

        ret[n++] = (struct schema_want){f->name, type_of(f), required, key};
    }
    return n;
}

static void put_key(const struct schema_want *w, size_t n, struct buf *out)
{
    int place, places = 0;
    size_t i;

    for (i = 0; i < n; i++)
        places += w[i].key > 0;
    buf_add(out, "    PRIMARY KEY (");
    for (place = 1; place <= places; place++)
        for (i = 0; i < n; i++)
            if (w[i].key == place)
                buf_printf(out, "%s%s", place > 1 ? ", " : "", w[i].name);
    buf_add(out, ")\n)");
}

static bool wants_index(const struct field *f)
{
    return (f->flags & (F_UNIQUE | F_INDEXED)) != 0;
}

/* The columns of a field's index as the database will tell them. */
static const char *index_columns(const struct entity *e, const struct field *f, char to[static 160])
{
    const char *gov = e->kind == ENTITY_DATA ? "gov," : "";
    bool unique = (f->flags & F_UNIQUE) != 0;

    /* Names are short; a test compares. */
    if (e->agency_order != NULL && text_eq(f->name, e->agency))
        (void)snprintf(to, 160, "%s%s,voided_at,%s,id", gov, f->name, e->agency_order);
    else
        (void)snprintf(to, 160, "%s%s%s", gov, f->name, unique ? "" : ",id");
    return to;
}

static void put_index(const struct entity *e, const struct field *f, struct buf *out)
{
    char columns[160];

    buf_printf(out, "CREATE %sINDEX %s_%s ON %s (%s);\n", (f->flags & F_UNIQUE) != 0 ? "UNIQUE " : "", e->name, f->name,
               e->name, index_columns(e, f, columns));
}

void schema_create(const struct entity *e, struct buf *out)
{
    struct schema_want w[SCHEMA_COLUMNS_MAX];
    size_t n = schema_columns(e, w), i;
    bool alone = e->kind != ENTITY_DATA && e->parent == NULL;

    buf_printf(out, "CREATE TABLE %s (\n", e->name);
    for (i = 0; i < n; i++) {
        bool last = alone && i + 1 == n;

        if (alone && w[i].key == 1)
            buf_printf(out, "    %s $id,\n", w[i].name);
        else
            buf_printf(out, "    %s %s%s%s\n", w[i].name, word_of(w[i].type), w[i].not_null ? " NOT NULL" : "",
                       last ? "" : ",");
    }
    if (alone)
        buf_add(out, ");\n");
    else {
        put_key(w, n, out);
        buf_add(out, " $clustered;\n");
    }
    for (i = 0; i < e->n_fields; i++)
        if (wants_index(&e->fields[i]))
            put_index(e, &e->fields[i], out);
}

/* ---- diff ---- */

static bool has_table(const struct schema *have, const char *table)
{
    size_t i;

    for (i = 0; i < have->n_columns; i++)
        if (text_eq(have->columns[i].table, table))
            return true;
    return false;
}

static const struct schema_column *find_column(const struct schema *have, const char *table, const char *column)
{
    size_t i;

    for (i = 0; i < have->n_columns; i++)
        if (text_eq(have->columns[i].table, table) && text_eq(have->columns[i].column, column))
            return &have->columns[i];
    return NULL;
}

static bool has_index(const struct schema *have, const struct entity *e, const struct field *f)
{
    bool unique = (f->flags & F_UNIQUE) != 0;
    char columns[160];
    size_t i;

    for (i = 0; i < have->n_indexes; i++)
        if (text_eq(have->indexes[i].table, e->name) && have->indexes[i].unique == unique &&
            text_eq(have->indexes[i].columns, index_columns(e, f, columns)))
            return true;
    return false;
}

/* An index of the same name over other columns makes room. */
static void drop_old(const struct entity *e, const struct field *f, const struct schema *have, struct buf *out)
{
    char name[160];
    size_t i;

    (void)snprintf(name, sizeof name, "%s_%s", e->name, f->name); /* names are short; a cut one is not found */
    for (i = 0; i < have->n_indexes; i++)
        if (text_eq(have->indexes[i].name, name))
            buf_printf(out, "DROP INDEX %s;\n", name);
}

static int diff_column(const struct entity *e, const struct schema_want *w, const struct schema *have, struct buf *out)
{
    const struct schema_column *c = find_column(have, e->name, w->name);

    if (c == NULL) {
        buf_printf(out, "ALTER TABLE %s ADD COLUMN %s %s;\n", e->name, w->name, word_of(w->type));
        if (w->not_null)
            buf_printf(out, "-- ! %s.%s is required: fill it for the rows that are there\n", e->name, w->name);
        return 1;
    }
    if (c->type == w->type && c->not_null == w->not_null && c->key == w->key)
        return 0;
    buf_printf(out, "-- ! %s.%s is %c%s, key %d; the table says %c%s, key %d\n", e->name, w->name, c->type,
               c->not_null ? " NOT NULL" : "", c->key, w->type, w->not_null ? " NOT NULL" : "", w->key);
    return 1;
}

static int diff_entity(const struct entity *e, const struct schema *have, struct buf *out)
{
    struct schema_want w[SCHEMA_COLUMNS_MAX];
    size_t n = schema_columns(e, w), i;
    int differences = 0;

    if (!has_table(have, e->name)) {
        schema_create(e, out);
        return 1;
    }
    for (i = 0; i < n; i++)
        differences += diff_column(e, &w[i], have, out);
    for (i = 0; i < e->n_fields; i++) {
        if (!wants_index(&e->fields[i]) || has_index(have, e, &e->fields[i]))
            continue;
        drop_old(e, &e->fields[i], have, out);
        put_index(e, &e->fields[i], out);
        differences++;
    }
    return differences;
}

static const struct entity *entity_named(const struct entity *const *entities, size_t n, const char *name)
{
    size_t i;

    for (i = 0; i < n; i++)
        if (text_eq(entities[i]->name, name))
            return entities[i];
    return NULL;
}

static bool is_known(const char *const *known, const char *table)
{
    for (; *known != NULL; known++)
        if (text_eq(*known, table))
            return true;
    return false;
}

/* Is a column of the database in the tables? The engine's own count too. */
static bool is_wanted(const struct entity *e, const char *column)
{
    struct schema_want w[SCHEMA_COLUMNS_MAX];
    size_t n = schema_columns(e, w), i;

    for (i = 0; i < n; i++)
        if (text_eq(w[i].name, column))
            return true;
    return false;
}

static int diff_surplus(const struct entity *const *entities, size_t n, const char *const *known, const struct schema *have,
                        struct buf *out)
{
    const char *said = NULL;
    int differences = 0;
    size_t i;

    for (i = 0; i < have->n_columns; i++) {
        const struct schema_column *c = &have->columns[i];
        const struct entity *e = entity_named(entities, n, c->table);

        if (is_known(known, c->table) || (e != NULL && is_wanted(e, c->column)) || (e == NULL && text_eq(said, c->table)))
            continue;
        if (e == NULL)
            buf_printf(out, "-- ! %s is in the database and in no table\n", said = c->table);
        else
            buf_printf(out, "-- ! %s.%s is in the database and in no table\n", c->table, c->column);
        differences++;
    }
    return differences;
}

int schema_diff(const struct entity *const *entities, size_t n, const char *const *known, const struct schema *have,
                struct buf *out)
{
    int differences = 0;
    size_t i;

    for (i = 0; i < n; i++)
        differences += diff_entity(entities[i], have, out);
    return differences + diff_surplus(entities, n, known, have, out);
}
