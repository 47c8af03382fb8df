/*
 * schema_command.c: `terang schema`: the tables of all modules as the program has them, and what the database lacks.
 */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "core/privacy/register.h"
#include "engine/migrations.h"
#include "engine/schema.h"
#include "main/command.h"
#include "main/instance.h"
#include "main/modules.h"

#define OUT_MAX   ((size_t)4 * MB)
#define KNOWN_MAX 512

/* clang-format off */
static const char *const kind_names[] = {
    [ENTITY_DATA] = "data", [ENTITY_REFERENCE] = "reference", [ENTITY_CONTROL] = "control",
};
static const char *const ledger_names[] = {
    [LEDGER_PUBLIC] = "public", [LEDGER_SEALED] = "sealed", [LEDGER_NONE] = "none",
};
/* clang-format on */
_Static_assert(ARRAY_LEN(kind_names) == ENTITY_KIND_COUNT, "a name a kind");

static struct app tables(void)
{
    return (struct app){.modules = modules, .n_modules = modules_n()};
}

static const struct entity *const *all_entities(struct arena *a, size_t *ret_n)
{
    const struct app app = tables();

    return app_entities(&app, a, ret_n);
}

/* ---- what the program has ---- */

static void put_privacy(struct json_out *j, const struct privacy *p)
{
    if (p == NULL)
        return;
    json_put_object(j, "privacy");
    privacy_json(j, p);
    json_out_end(j);
}

static void put_entity(struct json_out *j, const struct entity *e)
{
    struct schema_want w[SCHEMA_COLUMNS_MAX];
    size_t n = schema_columns(e, w), i;

    json_out_object(j);
    json_put_text(j, "name", e->name);
    json_put_text(j, "kind", kind_names[e->kind]);
    json_put_text(j, "ledger", ledger_names[e->ledger]);
    json_put_array(j, "columns");
    for (i = 0; i < n; i++) {
        const struct field *f = entity_field(e, w[i].name);

        json_out_object(j);
        json_put_text(j, "name", w[i].name);
        json_put_text(j, "type", w[i].type == 'i' ? "integer" : w[i].type == 't' ? "text" : "bytes");
        json_put_bool(j, "required", w[i].not_null);
        json_put_int(j, "key", w[i].key);
        if (f != NULL) {
            json_put_bool(j, "public", (f->flags & F_PUBLIC) != 0);
            json_put_bool(j, "personal", (f->flags & F_PERSONAL) != 0);
            json_put_text(j, "of", f->of != NULL ? f->of->name : NULL);
            put_privacy(j, f->privacy);
        }
        json_out_end(j);
    }
    json_out_end(j);
    json_out_end(j);
}

int command_schema(const struct command_line *line)
{
    const struct entity *const *all;
    struct json_out j;
    struct buf out;
    size_t n, i;

    all = all_entities(line->arena, &n);
    buf_init(&out, line->arena, OUT_MAX);
    if (line->json) {
        json_out_init(&j, &out);
        json_out_array(&j);
        for (i = 0; i < n; i++)
            put_entity(&j, all[i]);
        json_out_end(&j);
        buf_byte(&out, '\n');
    }
    for (i = 0; i < n && !line->json; i++)
        buf_printf(&out, "%-28s %-10s %-7s %zu fields\n", all[i]->name, kind_names[all[i]->kind], ledger_names[all[i]->ledger],
                   all[i]->n_fields);
    return command_print(&out);
}

/* ---- the register of data about persons ---- */

int command_schema_privacy(const struct command_line *line)
{
    const struct app app = tables();
    const struct register_line *v;
    struct json_out j;
    struct buf out;
    size_t n, i;

    buf_init(&out, line->arena, OUT_MAX);
    if (line->json) {
        json_out_init(&j, &out);
        privacy_register_json(&j, &app, line->arena);
        buf_byte(&out, '\n');
        return command_print(&out);
    }
    v = privacy_register(&app, line->arena, &n);
    for (i = 0; i < n; i++) {
        const struct privacy *p = v[i].privacy;

        buf_printf(&out, "%-28s %-9s %-9s %-9s %3d %-6s %s\n",
                   text_printf(line->arena, "%s.%s", v[i].entity->name, v[i].field->name), p->name, privacy_kind_code(p->kind),
                   privacy_ground_code(p->ground), p->years > 0 ? p->years : p->days, p->years > 0 ? "years" : "days",
                   p->basis);
    }
    return command_print(&out);
}

/* ---- what the database lacks ---- */

struct known {
    const char *v[KNOWN_MAX];
    size_t n;
};

/* The names behind each "CREATE TABLE " of the migrations: whatever they made and no entity has is hand-written. */
static void add_made(struct arena *a, const char *sql, const char *word, struct known *ret)
{
    const char *at = sql;

    while ((at = strstr(at, word)) != NULL) {
        size_t n = strspn(at += strlen(word), "abcdefghijklmnopqrstuvwxyz0123456789_");

        BUG_IF(ret->n + 1 == KNOWN_MAX);
        ret->v[ret->n++] = arena_text_n(a, at, n);
    }
}

/* A full-text table keeps its own tables beside it, with its name in front. */
static void add_beside(const struct schema *have, const char *table, struct known *ret)
{
    size_t n = strlen(table), i;

    for (i = 0; i < have->n_columns; i++) {
        const char *t = have->columns[i].table;

        if (!text_starts(t, table) || t[n] != '_' || text_eq(ret->v[ret->n - 1], t))
            continue;
        BUG_IF(ret->n + 1 == KNOWN_MAX);
        ret->v[ret->n++] = t;
    }
}

static void find_known(struct arena *a, const struct entity *const *all, size_t n_all, const struct schema *have,
                       struct known *ret)
{
    const struct migration *steps;
    struct known virtual = {.n = 0}, made = {.n = 0};
    size_t n, i, k;

    steps = migrations(&n);
    for (i = 0; i < n; i++) {
        add_made(a, steps[i].sql, "CREATE TABLE ", &made);
        add_made(a, steps[i].sql, "CREATE VIRTUAL TABLE ", &virtual);
    }
    ret->v[ret->n++] = "migration";
    for (i = 0; i < made.n; i++) {
        bool ours = false;

        for (k = 0; k < n_all; k++)
            ours = ours || text_eq(all[k]->name, made.v[i]);
        if (!ours)
            ret->v[ret->n++] = made.v[i];
    }
    for (i = 0; i < virtual.n; i++) {
        ret->v[ret->n++] = virtual.v[i];
        add_beside(have, virtual.v[i], ret);
    }
    ret->v[ret->n] = NULL;
}

static int diff(const struct command_line *line, struct db *db, struct buf *out)
{
    struct known known = {.n = 0};
    const struct entity *const *all;
    struct schema have;
    size_t n;

    if (schema_read(db, line->arena, &have) < 0) {
        (void)cannot("the database cannot be read: %s", db_fault(db)); /* the caller ends with its code */
        return E_STORAGE;
    }
    all = all_entities(line->arena, &n);
    find_known(line->arena, all, n, &have, &known);
    return schema_diff(all, n, known.v, &have, out);
}

static int print_diff(const struct command_line *line, const struct buf *text, int differences)
{
    struct json_out j;
    struct buf out;
    int code;

    if (line->json) {
        buf_init(&out, line->arena, OUT_MAX);
        json_out_init(&j, &out);
        json_out_object(&j);
        json_put_int(&j, "differences", differences);
        json_put_text(&j, "text", text->s);
        json_out_end(&j);
        buf_byte(&out, '\n');
        code = command_print(&out);
    } else {
        code = command_print(text);
    }
    return code != EXIT_GOOD ? code : differences > 0 ? EXIT_WRONG : EXIT_GOOD;
}

int command_schema_diff(const struct command_line *line)
{
    AUTO_DB struct db *db = NULL;
    struct instance in;
    char why[DB_WHY];
    struct buf out;
    int code, differences;

    code = instance_read(line->arena, &in);
    if (code != 0)
        return code;
    if (db_open_why(in.address, DB_READ, why, &db) < 0)
        return cannot("the database cannot be opened: %s", why);
    buf_init(&out, line->arena, OUT_MAX / 2);
    differences = diff(line, db, &out);
    return differences < 0 ? EXIT_UNKNOWN : print_diff(line, &out, differences);
}
