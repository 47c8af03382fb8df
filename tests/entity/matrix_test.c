/*
 * matrix_test.c: each role x each route x an own, another agency's and another government's object (security.md Z1, Z2, W1).
 *
 * What must come follows from permits, grants and the place of the row alone. Not for: what a page does for whom it answers,
 * which the tests of its module say.
 */
#include <ctype.h>

#include "engine/visit.h"
#include "walk.h"

/* ---- what must come ---- */

enum want {
    WANT_IN,        /* the page itself decides: neither 401, 403, 404 nor a failure of ours */
    WANT_LOGIN,     /* 401, or the way to the login page */
    WANT_FORBIDDEN, /* 403 */
    WANT_NOTHING,   /* 404 */
    WANT_WHOLE,     /* nobody's object: anything but a failure of ours */
};

struct question {
    const struct route *route;
    const char *path;
    int64_t gov;         /* that the path names; 0 for "-" */
    enum place place;    /* of the object in it */
    bool has_object;     /* the {id} of a row of the route's screen */
    bool has_other_part; /* a part that names something else: a file, a run, a log */
};

static bool gives(const struct walk *w, const struct test_person *p, const char *permission, int64_t gov)
{
    const struct grant *g = &p->grant[0];

    if (g->gov != GOV_ANY && g->gov != gov && !(gov == GOV_ANY && text_ends(permission, ".read")))
        return false;
    return permit_has(&w->c.app, permission, g->role);
}

/* Follows .within up to the entity whose columns count. */
static const struct entity *scope_entity(const struct entity *e)
{
    while (e->within != NULL)
        e = entity_field(e, e->within)->of;
    return e;
}

/* Is a row in that place within what the grant reaches? */
static bool reaches(const struct grant *g, const struct entity *e, enum place place)
{
    const struct entity *top = scope_entity(e);
    enum reach reach = role_find(g->role)->reach;

    if (e->kind == ENTITY_DATA && place == FOREIGN && g->gov != GOV_ANY)
        return false;
    if (reach >= REACH_GOV || scope_common(e))
        return true;
    return reach == REACH_AGENCY && top->agency != NULL && place == OWN;
}

/* Some routes of a screen ask for more than their own permission, depending on what is asked for. */
static const struct {
    const char *part; /* of the path */
    const char *act;  /* NULL: permission of a step */
} asks_more[] = {
    {"/unduh/", "export"}, {"/draf", "create"}, {"/draf", "edit"}, {"/langkah/", NULL}, {"/batal", "void"},
};

static bool may_be_refused(const struct walk *w, const struct test_person *p, const struct question *q)
{
    size_t i;

    for (i = 0; q->route->screen != NULL && i < ARRAY_LEN(asks_more); i++) {
        if (strstr(q->path, asks_more[i].part) == NULL)
            continue;
        if (asks_more[i].act == NULL)
            return true;
        if (!gives(w, p, text_printf(&w->site.city->a, "%s.%s", q->route->screen->permission, asks_more[i].act), q->gov))
            return true;
    }
    return false;
}

static enum want wanted(const struct walk *w, const struct test_person *p, const struct question *q)
{
    const struct route *route = q->route;
    const struct screen *s = route->screen;

    if (s != NULL && (s->entity->kind == ENTITY_DATA) != (q->gov != 0) && (!s->nation || q->gov != 0))
        return WANT_NOTHING;
    if (text_eq(route->permission, PERMIT_ANYBODY))
        return WANT_WHOLE;
    if (p == NULL)
        return WANT_LOGIN;
    if (text_eq(route->permission, PERMIT_LOGIN))
        return WANT_WHOLE;
    if (!gives(w, p, route->permission, q->gov))
        return q->gov != 0 && p->grant[0].gov != GOV_ANY && p->grant[0].gov != q->gov ? WANT_NOTHING : WANT_FORBIDDEN;
    if (q->has_object && s->entity->kind == ENTITY_DATA && (q->gov == 0 || (q->place == FOREIGN) != (q->gov == CITY_FOREIGN)))
        return WANT_NOTHING; /* also for those who may do it in both governments */
    if (q->has_object && !reaches(&p->grant[0], s->entity, q->place))
        return WANT_NOTHING;
    return s == NULL || q->has_other_part ? WANT_WHOLE : WANT_IN;
}

static bool is_what_was_wanted(enum want want, const char *path, int status)
{
    if (want == WANT_IN && status == 503 && text_ends(path, "/bukti"))
        return true; /* "later": the city's log has no key, so no leaf is proven yet */
    if (status == 0 || status >= 500)
        return false;
    switch (want) {
    case WANT_IN:
        return status != 401 && status != 403 && status != 404;
    case WANT_LOGIN:
        return status == 401 || status == 303;
    case WANT_FORBIDDEN:
        return status == 403;
    case WANT_NOTHING:
        return status == 404;
    case WANT_WHOLE:
        return true;
    }
    return false;
}

/* ---- questions ---- */

static bool is_object(const struct route *route, const char *part, size_t n)
{
    return route->screen != NULL && n == 4 && memcmp(part, "{id}", 4) == 0 && strstr(route->path, "/tampilan/") == NULL;
}

static const char *value_of_part(struct walk *w, struct question *q, const char *gov, const char *part, size_t n)
{
    const struct screen *s = q->route->screen;

    if (n == 5 && memcmp(part, "{gov}", 5) == 0)
        return gov;
    if (n == 6 && memcmp(part, "{verb}", 6) == 0)
        return s->flow->steps[0].verb;
    if (is_object(q->route, part, n)) {
        q->has_object = true;
        return text_printf(&w->c.a, "%lld", (long long)((struct record *)walk_row(w, s->entity, q->place))->id);
    }
    q->has_other_part = true;
    return "999";
}

/* The path of the route with all its names filled. */
static struct question question_of(struct walk *w, const struct route *route, const char *gov, int64_t gov_id, enum place place)
{
    struct question q = {.route = route, .gov = gov_id, .place = place};
    const char *at = route->path, *path = "";

    if (strcmp(at, "/") == 0)
        path = "/";
    while (*at != '\0' && strcmp(at, "/") != 0) {
        size_t n;
        const char *part = route_next_part(at, &n);

        path = text_printf(&w->c.a, "%s/%s", path,
                           route_is_param(part, n) ? value_of_part(w, &q, gov, part, n) : arena_text_n(&w->c.a, part, n));
        at = part + n;
    }
    q.path = path;
    return q;
}

/* Where a route is asked, and for an object of which place. */
static const struct {
    const char *slug;
    int64_t gov;
    enum place place;
} places[] = {
    {"kota-contoh", CITY_GOV, OWN},
    {"kota-contoh", CITY_GOV, OTHER},
    {"kota-contoh", CITY_GOV, FOREIGN},
    {"kota-lain", CITY_FOREIGN, FOREIGN},
    {"-", 0, OWN},
};

struct questions {
    struct question *v;
    size_t n;
};

static struct questions all_questions(struct walk *w)
{
    size_t n, i, k;
    const struct route *routes = web_routes(w->site.web, &n);
    struct questions all = {arena_array(&w->c.a, n * ARRAY_LEN(places), struct question), 0};

    for (i = 0; i < n; i++)
        for (k = 0; k < ARRAY_LEN(places); k++) {
            struct question q = question_of(w, &routes[i], places[k].slug, places[k].gov, places[k].place);
            bool has_gov = strstr(routes[i].path, "{gov}") != NULL;

            if (text_eq(routes[i].path, "/readyz"))
                continue; /* says no: the samples' tables are more than the program's */
            /* Once where no government or no object is named. */
            if (k > 0 && (!has_gov || (!q.has_object && places[k].place != OWN && places[k].gov == CITY_GOV)))
                continue;
            /* A number that another government's row has too names the city's own row there. */
            if (q.has_object && places[k].place == FOREIGN && places[k].gov == CITY_GOV &&
                routes[i].screen->entity->kind != ENTITY_DATA)
                continue;
            all.v[all.n++] = q;
        }
    return all;
}

/* ---- leaks ---- */

/* What a page shows to everybody whosever it is, each with its reason. */
static const struct {
    const char *path, *entity, *why;
} open_to_all[] = {
    {"/{gov}/reviu", "recommendation", "what a supervisor asks for and what came of it is public from the day it is given"},
};

static bool is_open(const char *path, const struct entity *e)
{
    size_t i;

    for (i = 0; i < ARRAY_LEN(open_to_all); i++)
        if (text_eq(path, open_to_all[i].path) && text_eq(e->name, open_to_all[i].entity))
            return true;
    return false;
}

/* The text of a row that this person never reaches, if the answer of a route with this path holds one. */
static const char *leak(struct walk *w, const struct test_person *p, const char *path)
{
    static const struct grant nobody = {.role = "citizen", .gov = CITY_GOV};
    const struct grant *g = p != NULL ? &p->grant[0] : &nobody;
    const char *body = site_body(w->answer);
    size_t i;
    int place;

    if (strstr(body, place_word[OTHER]) == NULL && strstr(body, place_word[FOREIGN]) == NULL)
        return NULL;
    for (i = 0; i < w->n_rows; i++)
        for (place = OTHER; place < PLACES; place++) {
            const struct entity *e = w->rows[i].e;
            const char *mark = text_printf(&w->site.a, "%s-%zu", place_word[place], i);
            const char *at = strstr(body, mark);

            if (e->kind != ENTITY_DATA || at == NULL || isdigit((unsigned char)at[strlen(mark)]))
                continue;
            if (!reaches(g, e, (enum place)place) && !is_open(path, e))
                return text_printf(&w->site.a, "%s (%s)", mark, e->name);
        }
    return NULL;
}

/* ---- the tests ---- */

static const char *body_for(const struct question *q)
{
    if (q->route->method == HTTP_GET)
        return NULL;
    return text_starts(q->path, API_PATH) ? "{}" : "csrf=good-token";
}

static void put(struct walk *w, const struct test_person *p, const struct question *q, size_t *wrong)
{
    const char *login = p != NULL ? p->login : NULL, *shown = login != NULL ? login : "a stranger";
    int status = walk_ask(w, route_method(q->route), login, q->path, body_for(q));
    enum want want = wanted(w, p, q);
    bool good = is_what_was_wanted(want, q->path, status);

    if (!good && p != NULL && status < 500 && (status == 403 || status == 404) && may_be_refused(w, p, q))
        good = true;
    if (!good && *wrong < 60)
        print_message("# %s: %s %s answers %d, wanted %d (place %d)\n", shown, route_method(q->route), q->path, status, want,
                      q->place);
    *wrong += !good;
    if (leak(w, p, q->route->path) != NULL)
        WRONG(*wrong, "%s: %s %s shows %s", shown, route_method(q->route), q->path, leak(w, p, q->route->path));
}

/* Every step-th question of each person. */
static void walk_matrix(struct walk *w, size_t step)
{
    struct questions all = all_questions(w);
    size_t wrong = 0, i, k;

    for (k = 0; k <= w->n_people; k++)
        for (i = k % step; i < all.n; i += step)
            put(w, k < w->n_people ? &w->people[k] : NULL, &all.v[i], &wrong);
    print_message("# %zu questions of %zu people, %zu routes and places\n", w->asked, w->n_people + 1, all.n);
    assert_true(w->asked > 500);
    assert_int_equal(wrong, 0);
}

static void every_role_meets_every_route_as_its_permits_say(void **world)
{
    WALK(w, world, NULL);
    walk_matrix(w, 1);
    walk_close(w);
    free(w);
}

static void some_roles_meet_some_routes_on_a_second_database(void **world)
{
    WALK(w, world, NULL);
    walk_matrix(w, 13);
    walk_close(w);
    free(w);
}

static void searches_lists_and_files_hold_no_foreign_row(void **world)
{
    static const char *const more[] = {"?q=Xasing", "?q=Xlain", "/unduh/csv", "?batal=1"};
    size_t m, i, k, p, wrong = 0;

    WALK(w, world, NULL);
    for (p = 0; p < w->n_people; p++) {
        for (m = 0; m < w->n_modules; m++)
            for (i = 0; i < w->modules[m]->n_screens; i++)
                for (k = 0; k < ARRAY_LEN(more); k++) {
                    const char *path =
                        text_printf(&w->c.a, "/kerja/kota-contoh/%s%s", w->modules[m]->screens[i]->slug, more[k]);
                    int status = walk_ask(w, "GET", w->people[p].login, path, NULL);

                    if (status >= 500 || leak(w, &w->people[p], "") != NULL)
                        WRONG(wrong, "%s: %s answers %d", w->people[p].login, path, status);
                }
        (void)walk_ask(w, "GET", w->people[p].login, "/kerja/kota-contoh/cari?q=xasing", NULL);
        if (leak(w, &w->people[p], "") != NULL)
            WRONG(wrong, "%s finds %s", w->people[p].login, leak(w, &w->people[p], ""));
    }
    assert_int_equal(wrong, 0);
    walk_close(w);
    free(w);
}

/* ---- W1 ---- */

/* Rows of every table, as text. */
static const char *contents(struct walk *w)
{
    struct schema have;
    struct buf b;
    const char *last = "";
    size_t i;

    buf_init(&b, &w->c.a, 64 * KB);
    assert_int_equal(schema_read(w->c.t.owner, &w->c.a, &have), 0);
    for (i = 0; i < have.n_columns; i++) {
        const char *table = have.columns[i].table;
        struct query q = {.name = "test.rows", .in = "", .out = "i"};

        AUTO_ROWS struct rows rows;

        if (text_eq(table, last))
            continue;
        last = table;
        q.sql = text_printf(&w->c.a, "SELECT COUNT(*) FROM %s", table);
        assert_int_equal(db_select(&rows, w->c.t.owner, &q), 0);
        assert_int_equal(rows_next(&rows), 1);
        buf_printf(&b, "%s %lld\n", table, (long long)rows_int(&rows, 0));
    }
    return b.s;
}

static void no_get_changes_anything(void **world)
{
    static const char *const logins[] = {"admin-all", "operator", "head", "front_office", "back_office", NULL};
    struct questions all;
    const char *before;
    size_t i, k;

    WALK(w, world, NULL);
    all = all_questions(w);
    before = contents(w);
    for (k = 0; k < ARRAY_LEN(logins); k++)
        for (i = 0; i < all.n; i++)
            if (all.v[i].route->method == HTTP_GET)
                (void)walk_ask(w, "GET", logins[k], all.v[i].path, NULL); /* what it answers is tested above */
    assert_true(w->asked > 500);
    assert_string_equal(contents(w), before);
    walk_close(w);
    free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_SQLITE(every_role_meets_every_route_as_its_permits_say),
        TEST_ON_POSTGRESQL(some_roles_meet_some_routes_on_a_second_database),
        TEST_ON_BOTH(searches_lists_and_files_hold_no_foreign_row),
        TEST_ON_BOTH(no_get_changes_anything),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
