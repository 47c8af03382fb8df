/*
 * statement_test.c: every statement of the program prepares on both databases as it is declared, and none is forgotten: the
 * sources are read for statements that stand in no list.
 *
 * Not for: statements that the engine builds of entity tables (sql_*.c), whose names are no literals; tests of lists and
 * rows run those.
 */
#include <ctype.h>
#include <ftw.h>
#include <unistd.h>

#include "base/text.h"
#include "engine/engine_module.h"
#include "engine/test_city.h"
#include "main/backup.h"
#include "main/doctor.h"
#include "main/modules.h"

#define STATEMENTS_MAX 2000
#define SOURCE_MAX     ((size_t)1 * MB)

struct statements {
    const struct query *v[STATEMENTS_MAX];
    size_t n;
};

static void add(struct statements *s, const struct query *const *v, size_t n)
{
    size_t i;

    assert_true(s->n + n <= STATEMENTS_MAX);
    for (i = 0; i < n; i++)
        s->v[s->n++] = v[i];
}

static struct statements *all_statements(struct arena *a)
{
    struct statements *s = arena_new(a, struct statements);
    size_t i;

    add(s, ledger_queries, ledger_queries_n);
    for (i = 0; i < engine_queries_n; i++)
        add(s, engine_queries[i].v, *engine_queries[i].n);
    add(s, doctor_queries, doctor_queries_n);
    add(s, dumped_queries, dumped_queries_n);
    for (i = 0; i < modules_n(); i++)
        add(s, modules[i]->queries, modules[i]->n_queries);
    return s;
}

static const struct query *named(const struct statements *s, const char *name)
{
    size_t i;

    for (i = 0; i < s->n; i++)
        if (strcmp(s->v[i]->name, name) == 0)
            return s->v[i];
    return NULL;
}

static void every_statement_prepares(void **world)
{
    const struct statements *s;
    size_t i, wrong = 0;

    CITY(c, world);
    s = all_statements(&c.a);
    assert_true(s->n > 100);
    for (i = 0; i < s->n; i++)
        if (db_check(c.t.owner, s->v[i]) < 0) {
            print_message("# %s: %s\n", s->v[i]->name, db_fault(c.t.owner));
            wrong++;
        }
    assert_int_equal(wrong, 0);
    city_close(&c);
}

static void no_two_statements_have_one_name(void **world)
{
    const struct statements *s = all_statements(unit_arena(world));
    size_t i, wrong = 0;

    for (i = 0; i < s->n; i++)
        if (named(s, s->v[i]->name) != s->v[i]) {
            print_message("# two statements are named %s\n", s->v[i]->name);
            wrong++;
        }
    assert_int_equal(wrong, 0);
}

/* ---- the sources ---- */

/* nftw() hands no argument on. */
static struct {
    struct arena *a;
    const struct statements *known;
    size_t seen, missing;
} walk;

static const char *contents(const char *path)
{
    char *text = arena_alloc(walk.a, SOURCE_MAX);
    FILE *in = fopen(path, "re");
    size_t n;

    assert_non_null(in);
    n = fread(text, 1, SOURCE_MAX - 1, in);
    assert_true(n < SOURCE_MAX - 1);
    (void)fclose(in); /* only read from */
    text[n] = '\0';
    return text;
}

/* The literal that names the statement whose definition begins at `at`; NULL for a declaration, a list, or a built one. */
static const char *literal_name(const char *at)
{
    const char *end = at + strcspn(at, ";"), *open = at + strcspn(at, "=;"), *name, *quote;

    if (*open != '=' || memchr(at, '*', (size_t)(open - at)) != NULL || memchr(at, '(', (size_t)(open - at)) != NULL ||
        islower((unsigned char)open[2])) /* "= children_query(" */
        return NULL;
    name = strstr(open, ".name = ");
    if (name != NULL && name < end)
        quote = name + strlen(".name = ");
    else
        quote = strchr(open, '"');
    if (quote == NULL || quote > end || *quote != '"')
        return NULL;
    return arena_text_n(walk.a, quote + 1, strcspn(quote + 1, "\""));
}

static int look(const char *path, const struct stat *st, int type, struct FTW *where)
{
    const char *at, *name;

    (void)st;
    (void)where;
    if (type != FTW_F || !text_ends(path, ".c") || text_ends(path, "_test.c") || text_ends(path, "_bench.c"))
        return 0;
    for (at = contents(path); (at = strstr(at, "const struct query ")) != NULL; at += strlen("const struct query ")) {
        name = literal_name(at);
        walk.seen += name != NULL;
        if (name == NULL || named(walk.known, name) != NULL)
            continue;
        print_message("# %s: %s stands in no list\n", path, name);
        walk.missing++;
    }
    return 0;
}

static void no_statement_is_outside_the_lists(void **world)
{
    static const char *const folders[] = {"ledger", "engine", "core", "mod", "main"};
    const char *root = getenv("TERANG_ROOT");
    size_t i;

    if (root == NULL)
        skip();
    walk.a = unit_arena(world);
    walk.known = all_statements(walk.a);
    for (i = 0; i < ARRAY_LEN(folders); i++)
        assert_int_equal(nftw(text_printf(walk.a, "%s/src/%s", root, folders[i]), look, 16, FTW_PHYS), 0);
    assert_true(walk.seen > 100); /* else the reader above no longer understands the sources */
    assert_int_equal(walk.missing, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(every_statement_prepares),
        UNIT(no_two_statements_have_one_name),
        UNIT(no_statement_is_outside_the_lists),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
