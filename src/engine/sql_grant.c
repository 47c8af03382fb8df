/*
 * sql_grant.c: GRANT and REVOKE from the tables that are there.
 *
 * Names of tables and of the role come from the database itself and are quoted. Not for: making roles, which is the database
 * administrator's.
 */
#include "base/buf.h"
#include "base/text.h"
#include "engine/grant.h"
#include "ledger/ledger.h"

#define SCRIPT_MAX ((size_t)1 * MB)

/* clang-format off */
static const struct query q_role = {
    .name = "grant.role",
    .sql = "SELECT '', ''",
    .sql_pg = "SELECT CAST(current_user AS TEXT), CAST(current_schema() AS TEXT)",
    .in = "", .out = "tt",
};
static const struct query q_tables = {
    .name = "grant.tables",
    .sql = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name",
    .sql_pg = "SELECT CAST(tablename AS TEXT) FROM pg_catalog.pg_tables WHERE schemaname = current_schema() ORDER BY tablename",
    .in = "", .out = "t",
};

/* Besides covered entities: nothing in these is ever deleted by the server. */
static const char *const kept[] = {"history", "ledger_cosig", "ledger_find", "ledger_tile", "ledger_vkey", NULL};
/* clang-format on */

const struct query *const grant_queries[] = {&q_role, &q_tables};
const size_t grant_queries_n = ARRAY_LEN(grant_queries);

struct place {
    const char *role, *schema;
};

static int read_place(struct db *db, struct arena *a, struct place *ret)
{
    AUTO_ROWS struct rows rows;
    int e;

    e = db_select(&rows, db, &q_role);
    if (e == 0)
        e = rows_next(&rows);
    if (e <= 0)
        return e < 0 ? e : E_STORAGE;
    ret->role = rows_text(&rows, a, 0);
    ret->schema = rows_text(&rows, a, 1);
    return ret->schema == NULL ? E_STORAGE : 0;
}

static bool listed(const char *const *list, const char *name)
{
    for (; *list != NULL; list++)
        if (text_eq(*list, name))
            return true;
    return false;
}

static bool is_covered(const struct module *const *modules, size_t n, const char *table)
{
    size_t i, k;

    for (i = 0; i < n; i++)
        for (k = 0; k < modules[i]->n_entities; k++)
            if (text_eq(modules[i]->entities[k]->name, table))
                return modules[i]->entities[k]->ledger != LEDGER_NONE;
    return false;
}

static const char *rights_of(const struct module *const *modules, size_t n, const char *table)
{
    if (text_eq(table, "migration"))
        return "SELECT";
    if (listed(ledger_append_only, table))
        return "SELECT, INSERT";
    if (listed(kept, table) || is_covered(modules, n, table))
        return "SELECT, INSERT, UPDATE";
    return "SELECT, INSERT, UPDATE, DELETE";
}

static const char *quoted(struct arena *a, const char *name)
{
    struct buf b;

    buf_init(&b, a, 4 * KB);
    buf_byte(&b, '"');
    for (; *name != '\0'; name++) {
        if (*name == '"')
            buf_byte(&b, '"');
        buf_byte(&b, *name);
    }
    buf_byte(&b, '"');
    return b.s;
}

static int add_tables(struct db *owner, struct arena *a, const char *role, const struct module *const *modules, size_t n,
                      struct buf *out)
{
    AUTO_ROWS struct rows rows;
    int e;

    e = db_select(&rows, owner, &q_tables);
    while (e >= 0 && (e = rows_next(&rows)) > 0) {
        const char *table = rows_text(&rows, a, 0);

        buf_printf(out, "REVOKE ALL ON %s FROM %s;\nGRANT %s ON %s TO %s;\n", quoted(a, table), role,
                   rights_of(modules, n, table), quoted(a, table), role);
    }
    return e < 0 ? e : buf_failed(out);
}

static int run_script(struct db *owner, const char *script)
{
    int e = db_begin(owner);

    if (e == 0)
        e = db_script(owner, script);
    if (e == 0)
        return db_commit(owner);
    db_rollback(owner);
    return e;
}

static int give(struct db *owner, struct db *server, struct arena *a, const struct module *const *modules, size_t n)
{
    struct place theirs, ours;
    const char *role;
    struct buf script;
    int e;

    e = read_place(owner, a, &ours);
    if (e == 0)
        e = read_place(server, a, &theirs);
    if (e < 0 || text_eq(ours.role, theirs.role))
        return e;
    role = quoted(a, theirs.role);
    buf_init(&script, a, SCRIPT_MAX);
    buf_printf(&script, "GRANT USAGE ON SCHEMA %s TO %s;\n", quoted(a, ours.schema), role);
    e = add_tables(owner, a, role, modules, n, &script);
    if (e == 0)
        e = run_script(owner, script.s);
    return e < 0 ? e : 1;
}

int grants_give(struct db *owner, struct db *server, const struct module *const *modules, size_t n)
{
    struct arena a;
    int e;

    if (db_kind(owner) == DB_SQLITE)
        return 0;
    arena_init(&a, 4 * MB);
    e = give(owner, server, &a, modules, n);
    arena_finish(&a);
    return e;
}
