/*
 * guide_test.c: what the guide for users names is there: pages, labels, commands, places in the guide itself.
 *
 * A label (**...**) is a text of lang/id, or one with its %s filled. An address is a code that begins with /; kota-contoh
 * stands for any government.
 */
#include "core/front/guide.h"
#include "engine/help.h"
#include "engine/web.h"
#include "main/command.h"
#include "ui/assets.h"
#include "ui/lang.h"
#include "whole.h"
#include "main/server.h"

#define ANY_GOV    "/kota-contoh"
#define PREFIX_MIN 4 /* letters before a %s that make a text recognisable */

struct files {
    const char *name[16];
    struct markdown md[16];
    size_t n;
};

static void add_file(struct arena *a, struct files *f, const char *name)
{
    int line, e = guide_read(a, name, &f->md[f->n], &line);

    if (e < 0)
        print_message("# docs/panduan/%s.md:%d: not as ui/markdown.h says\n", name, line);
    assert_int_equal(e, 0);
    f->name[f->n++] = name;
}

static struct files *read_all(struct arena *a)
{
    struct files *f = arena_new(a, struct files);
    size_t i;

    add_file(a, f, "README");
    for (i = 0; i < guides_n; i++)
        add_file(a, f, guides[i].name);
    return f;
}

/* Counts what `wrong_in` says of each piece of each text. */
struct look {
    struct arena *a;
    const struct files *files;
    size_t file;
    const void *with;
};

static size_t look_at(struct arena *a, const void *with, size_t (*wrong_in)(const struct look *l, const struct md_span *span))
{
    const struct files *f = read_all(a);
    struct look l = {.a = a, .files = f, .with = with};
    size_t wrong = 0, seen = 0, b, i;

    for (l.file = 0; l.file < f->n; l.file++)
        for (b = 0; b < f->md[l.file].n; b++)
            for (i = 0; i < f->md[l.file].v[b].n; i++) {
                const struct md_block *block = &f->md[l.file].v[b];
                const char *at = block->items[i];
                struct md_span span = {.kind = MD_WORD_OF_CODE, .text = at};

                if (block->kind == MD_CODE)
                    wrong += wrong_in(&l, &span);
                while (block->kind != MD_CODE && md_span_next(a, &at, &span) > 0)
                    wrong += wrong_in(&l, &span), seen++;
            }
    assert_true(seen > 100);
    return wrong;
}

/* ---- labels ---- */

static bool fits(const char *text, const char *label)
{
    const char *place = strstr(text, "%s");
    size_t n = place != NULL ? (size_t)(place - text) : 0;

    if (place == NULL)
        return text_eq(text, label);
    return n >= PREFIX_MIN && strlen(label) > n && strncmp(text, label, n) == 0 &&
           (strstr(place + 2, "%s") != NULL || text_ends(label, place + 2));
}

static size_t unknown_label(const struct look *l, const struct md_span *span)
{
    const struct po *words = l->with;
    size_t i, n = 0;

    if (span->kind != MD_LABEL)
        return 0;
    for (i = 0; i < words->n; i++)
        if (fits(words->v[i].text, span->text))
            return 0;
    WRONG(n, "%s.md: no label \"%s\"", l->files->name[l->file], span->text);
    return n;
}

static void every_label_is_a_word_of_the_program(void **world)
{
    struct arena *a = unit_arena(world);
    struct po words;
    int line;

    assert_int_equal(po_read(a, asset_named("lang/id.po")->content, &words, &line), 0);
    assert_int_equal(look_at(a, &words, unknown_label), 0);
}

/* ---- addresses ---- */

static struct web *web_of_the_program(struct arena *a)
{
    struct app *app = arena_new(a, struct app);
    struct web_conf conf = {.app = app};
    struct web *w;
    const char *why = NULL;

    app->modules = modules;
    app->n_modules = modules_n();
    conf.routes = instance_routes(a, &conf.n);
    assert_int_equal(web_open(&conf, a, &w, &why), 0);
    return w;
}

static size_t unknown_address(const struct look *l, const struct md_span *span)
{
    const char *path = span->kind == MD_LINK ? span->where : span->kind == MD_WORD_OF_CODE ? span->text : "", *allow;
    const struct route *route;
    size_t n = 0;

    if (path[0] != '/')
        return 0;
    route = route_find(l->with, HTTP_GET, path, l->a, &allow);
    if (route == NULL || text_starts(route->path, "/{gov}") != text_starts(path, ANY_GOV))
        WRONG(n, "%s.md: no page %s", l->files->name[l->file], path);
    return n;
}

static void every_address_is_a_page_of_the_program(void **world)
{
    struct arena *a = unit_arena(world);

    assert_int_equal(look_at(a, web_of_the_program(a), unknown_address), 0);
}

/* ---- commands ---- */

static size_t unknown_command(const struct look *l, const struct md_span *span)
{
    size_t n = 0, i;

    if (span->kind != MD_WORD_OF_CODE || !text_starts(span->text, "terang ") || text_eq(span->text, "terang help"))
        return 0;
    for (i = 0; i < commands_n; i++) {
        const char *rest = span->text + strlen("terang ");
        size_t length = strlen(commands[i].word);

        if (text_starts(rest, commands[i].word) && (rest[length] == '\0' || rest[length] == ' '))
            return 0;
    }
    WRONG(n, "%s.md: no command \"%s\"", l->files->name[l->file], span->text);
    return n;
}

static void every_command_is_one(void **world)
{
    assert_int_equal(look_at(unit_arena(world), NULL, unknown_command), 0);
}

/* ---- places in the guide ---- */

static bool has_place(const struct files *f, const char *name, size_t n, const char *id)
{
    size_t i, b;

    for (i = 0; i < f->n; i++) {
        if (strlen(f->name[i]) != n || strncmp(f->name[i], name, n) != 0)
            continue;
        for (b = 0; id != NULL && b < f->md[i].n; b++)
            if (text_eq(f->md[i].v[b].id, id))
                return true;
        return id == NULL;
    }
    return false;
}

static size_t dead_link(const struct look *l, const struct md_span *span)
{
    const char *where = span->kind == MD_LINK ? span->where : "/", *hash = strchr(where, '#');
    const char *name = where[0] == '#' ? l->files->name[l->file] : where;
    size_t length = where[0] == '#' ? strlen(name) : strcspn(where, "."), n = 0;

    if (where[0] != '/' && !has_place(l->files, name, length, hash != NULL ? hash + 1 : NULL))
        WRONG(n, "%s.md: nothing at %s", l->files->name[l->file], where);
    return n;
}

static void every_link_leads_to_a_place(void **world)
{
    assert_int_equal(look_at(unit_arena(world), NULL, dead_link), 0);
}

static void every_page_leads_to_a_place_in_the_guide(void **world)
{
    struct arena *a = unit_arena(world);
    const struct files *f = read_all(a);
    size_t n, i, wrong = 0, special = 0;
    const struct route *v = web_routes(web_of_the_program(a), &n);

    for (i = 0; i < n; i++) {
        const char *where = help_guide(&v[i]), *name = where + strlen(GUIDE_PATH), *hash = strchr(where, '#');

        assert_true(text_starts(where, GUIDE_PATH));
        if (*name != '/')
            continue;
        special++;
        if (!has_place(f, name + 1, strcspn(name + 1, "#"), hash != NULL ? hash + 1 : NULL))
            WRONG(wrong, "%s: nothing at %s", v[i].path, where);
    }
    assert_true(special > 100);
    assert_int_equal(wrong, 0);
}

/* The words of the frame and of the file, which is read in the source too, are the same. */
static void every_guide_begins_with_its_title(void **world)
{
    const struct files *f = read_all(unit_arena(world));
    size_t i;

    assert_string_equal(f->md[0].title, lang_text(LANG_ID, "guide.title"));
    for (i = 0; i < guides_n; i++)
        assert_string_equal(f->md[i + 1].title, lang_text(LANG_ID, guides[i].title));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(every_guide_begins_with_its_title),
        UNIT(every_label_is_a_word_of_the_program),
        UNIT(every_address_is_a_page_of_the_program),
        UNIT(every_command_is_one),
        UNIT(every_link_leads_to_a_place),
        UNIT(every_page_leads_to_a_place_in_the_guide),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
