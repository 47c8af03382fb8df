/*
 * place.c: the public page of a government's places, and the line about them on its first page.
 *
 * Codes of governments are those of the list ("36.71"); a supervisor's is not in it, and starts at the top. Not for: places of
 * roles and records (engine/permit.h).
 */
#include "core/place/place.h"

#include "base/date.h"
#include "base/text.h"
#include "core/codeset/codeset.h"
#include "core/gov/gov.h"
#include "engine/web.h"

#define LIST       "region"
#define ROWS_MAX   1000
#define LEVEL_GOV  2 /* regencies and cities */
#define COUNTS_MAX 2000

/* clang-format off */
static const struct query q_levels = {
    .name = "place.levels",
    .sql = "SELECT level, COUNT(*) FROM code WHERE set_id = ?1 AND code >= ?2 AND code < ?3 GROUP BY level ORDER BY level",
    .in = "itt", .out = "ii",
};
static const struct query q_below = {
    .name = "place.below",
    .sql = "SELECT parent, COUNT(*) FROM code WHERE set_id = ?1 AND parent >= ?2 AND parent < ?3 GROUP BY parent ORDER BY parent "
           "LIMIT ?4",
    .in = "itti", .out = "ti",
};
static const struct query *const queries[] = {&q_levels, &q_below};
/* clang-format on */

/* Everything below "36.71" begins with "36.71." and stands before "36.71/". */
static const char *below_from(struct arena *a, const char *code)
{
    return text_printf(a, "%s.", code);
}

static const char *below_to(struct arena *a, const char *code)
{
    return text_printf(a, "%s/", code);
}

int place_counts(struct db *db, int64_t set, const char *code, int64_t ret[static PLACE_LEVELS + 1])
{
    struct arena a;
    int e;

    memset(ret, 0, (PLACE_LEVELS + 1) * sizeof *ret);
    arena_init(&a, 64 * KB);
    {
        AUTO_ROWS struct rows rows;

        e = db_select(&rows, db, &q_levels, V(set), V(below_from(&a, code)), V(below_to(&a, code)));
        while (e >= 0 && (e = rows_next(&rows)) > 0)
            if (rows_int(&rows, 0) >= 1 && rows_int(&rows, 0) <= PLACE_LEVELS)
                ret[rows_int(&rows, 0)] = rows_int(&rows, 1);
    }
    arena_finish(&a);
    return e < 0 ? e : 0;
}

/* ---- what is looked at ---- */

struct look {
    struct code_set set;
    struct code here; /* of the place; level 0: the nation */
    struct code *v;   /* right below it */
    size_t n;
    struct code_count {
        const char *parent;
        int64_t n;
    } * counts;
    size_t n_counts;
};

static bool is_within(const char *place, const char *code)
{
    size_t n = strlen(place);

    return text_eq(place, code) || (text_starts(code, place) && code[n] == '.');
}

static int region_set(struct req *r, struct code_set *ret)
{
    return codeset_find(r->db, r->arena, &(struct codes_of){.set = LIST, .day = instant_date(r->now, r->zone_minutes)}, ret);
}

static int read_counts(struct req *r, struct look *l)
{
    int e;

    AUTO_ROWS struct rows rows;

    l->counts = arena_array(r->arena, COUNTS_MAX, struct code_count);
    e = db_select(&rows, r->db, &q_below, V(l->set.id), V(below_from(r->arena, l->here.code)),
                  V(below_to(r->arena, l->here.code)), V((int64_t)COUNTS_MAX));
    while (e >= 0 && l->n_counts < COUNTS_MAX && (e = rows_next(&rows)) > 0)
        l->counts[l->n_counts++] = (struct code_count){rows_text(&rows, r->arena, 0), rows_int(&rows, 1)};
    return e < 0 ? e : 0;
}

/* 1 there, 0 no such place in this government; then, or while no list is loaded, set.id is 0. */
static int take_look(struct req *r, struct look *l)
{
    const struct code_page page = {.after_code = "", .after_scope = "", .limit = ROWS_MAX};
    const char *own = req_gov(r)->code, *asked = http_query(r->http, "kode");
    struct code top;
    bool whole;
    int e = region_set(r, &l->set);

    if (e <= 0)
        return e < 0 ? e : 1;
    e = code_find_in(r->db, r->arena, l->set.id, own, "", &top);
    if (e < 0)
        return e;
    whole = e == 0;
    l->here = whole ? (struct code){.code = "", .name = "", .parent = ""} : top;
    if (!text_empty(asked) && !text_eq(asked, own)) {
        if (strlen(asked) > 20 || (!whole && !is_within(own, asked)))
            return 0;
        e = code_find_in(r->db, r->arena, l->set.id, asked, "", &l->here);
        if (e <= 0)
            return e;
    }
    e = code_children(r->db, r->arena, l->set.id, l->here.code, &page, &l->v, &l->n);
    if (e == 0 && l->here.level > 0)
        e = read_counts(r, l);
    return e < 0 ? e : 1;
}

/* ---- the page ---- */

static const char *const level_words[] = {"place.nation", "place.level-1", "place.level-2", "place.level-3", "place.level-4"};
_Static_assert(ARRAY_LEN(level_words) == PLACE_LEVELS + 1, "a word a level");

static const char *level_word(struct req *r, int64_t level)
{
    return T(r, level_words[level >= 0 && level <= PLACE_LEVELS ? level : 0]);
}

static int64_t count_of(const struct look *l, const char *code)
{
    size_t i;

    for (i = 0; i < l->n_counts; i++)
        if (text_eq(l->counts[i].parent, code))
            return l->counts[i].n;
    return 0;
}

/* The way from the government's place down to the one that is shown. */
static void trail(struct req *r, const struct look *l)
{
    const char *own = req_gov(r)->code;
    struct crumb v[PLACE_LEVELS];
    struct code c = l->here;
    size_t n = 0, i;

    while (n < PLACE_LEVELS && *c.parent != '\0' && !text_eq(c.code, own)) {
        if (code_find_in(r->db, r->arena, l->set.id, c.parent, "", &c) <= 0)
            break;
        v[n++] = (struct crumb){c.name, url(r, "/%s/wilayah?kode=%s", req_gov(r)->slug, c.code)};
    }
    if (n == 0)
        return;
    html(r, "<p>");
    for (i = n; i-- > 0;)
        html(r, "<a href=\"%s\">%s</a> › ", link_to(v[i].href), v[i].text);
    html(r, "%s</p>\n", l->here.name);
}

enum { COL_CODE, COL_NAME, COL_BELOW, COLUMNS };

/* A regency or city that has pages here leads to them too. */
static void government_link(struct req *r, const struct code *c)
{
    struct gov g;

    if (c->level == LEVEL_GOV && gov_by_code(r->db, r->arena, c->code, &g) == 1 && g.id != req_gov(r)->id)
        html(r, " <a class=\"small\" href=\"%s\">%s</a>", url(r, "/%s", g.slug), T(r, "place.government"));
}

static void place_row(struct req *r, const struct ui_table *t, const struct look *l, const struct code *c)
{
    int64_t below = count_of(l, c->code);

    ui_row_begin(r, false);
    ui_cell(r, t, COL_CODE, c->code);
    ui_cell_begin(r, t, COL_NAME);
    if (c->level < PLACE_LEVELS)
        html(r, "<a href=\"%s\">%s</a>", url(r, "/%s/wilayah?kode=%s", req_gov(r)->slug, c->code), c->name);
    else
        html(r, "%s", c->name);
    government_link(r, c);
    ui_cell_end(r, t, COL_NAME);
    if (t->n == COLUMNS)
        ui_cell(r, t, COL_BELOW, below > 0 ? say_count(r, below) : NULL);
    ui_row_end(r);
}

static void place_table(struct req *r, const struct look *l)
{
    const struct ui_column columns[COLUMNS] = {
        [COL_CODE] = {.label = T(r, "place.code"), .nowrap = true},
        [COL_NAME] = {.label = level_word(r, l->here.level + 1), .head = true},
        [COL_BELOW] = {.label = level_word(r, l->here.level + 2 <= PLACE_LEVELS ? l->here.level + 2 : 0), .num = true},
    };
    const struct ui_table t = {.caption = T(r, "place.title"),
                               .columns = columns,
                               .n = l->here.level + 2 <= PLACE_LEVELS && l->here.level > 0 ? COLUMNS : COL_BELOW,
                               .fold = true};
    size_t i;

    ui_table_begin(r, &t);
    for (i = 0; i < l->n; i++)
        place_row(r, &t, l, &l->v[i]);
    ui_table_end(r, &t);
}

static void show(struct req *r, const struct look *l)
{
    const char *name = *l->here.name != '\0' ? l->here.name : T(r, "place.nation");

    ui_head(r, name, l->here.level > 0 ? T2(r, "place.line", level_word(r, l->here.level), l->here.code) : NULL, NULL, 0);
    trail(r, l);
    if (l->n > 0)
        place_table(r, l);
    else
        html(r, "<p>%s</p>\n", T(r, "place.nothing-below"));
    html(r, "<p class=\"mute small gap\">%s</p>\n", T2(r, "place.source", l->set.basis, l->set.version));
}

static void place_page(struct req *r)
{
    struct page p = {.shell = SHELL_PUBLIC, .title = T(r, "place.title")};
    struct look l = {0};
    int e = req_gov(r)->id != 0 ? take_look(r, &l) : 0;

    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    if (e == 0) {
        r->http->status = 404;
        return;
    }
    web_page_begin(r, &p);
    if (l.set.id == 0) {
        ui_head(r, p.title, NULL, NULL, 0);
        state_empty(r, T(r, "place.none"), T(r, "place.none-text"), NULL);
    } else {
        show(r, &l);
    }
    page_end(r, &p);
    if (r->actor == NULL)
        r->http->cache = HTTP_CACHE_PUBLIC;
}

/* ---- on the first page of a government ---- */

static int first_page(struct req *r)
{
    const struct gov *gov = req_gov(r);
    int64_t n[PLACE_LEVELS + 1];
    struct code_set set;
    struct code top;
    int e = region_set(r, &set), level;

    if (e > 0)
        e = code_find_in(r->db, r->arena, set.id, gov->code, "", &top);
    if (e <= 0)
        return e;
    e = place_counts(r->db, set.id, gov->code, n);
    if (e < 0)
        return e;
    ui_section_begin(r, "wilayah", T(r, "place.title"));
    html(r, "<p>%s", T1(r, "place.own-code", gov->code));
    for (level = (int)top.level + 1; level <= PLACE_LEVELS; level++)
        html(r, " · %s", T1(r, text_printf(r->arena, "%s-count", level_words[level]), say_count(r, n[level])));
    html(r, ". <a href=\"%s\">%s</a></p>\n", url(r, "/%s/wilayah", gov->slug), T(r, "place.see"));
    ui_section_end(r);
    return 0;
}

static const struct route routes[] = {
    ROUTE(GET, "/{gov}/wilayah", PERMIT_ANYBODY, place_page),
};

const struct module place_module = {
    .name = "place",
    .routes = routes,
    .n_routes = ARRAY_LEN(routes),
    .queries = queries,
    .n_queries = ARRAY_LEN(queries),
    .public_home = first_page,
};
