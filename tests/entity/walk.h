/*
 * walk.h: a live server with every module, a row of every screen in three places, and a client that asks over one connection.
 * For tests that walk through all routes.
 *
 * The three places: OWN, an agency of the city; OTHER, another agency of it; FOREIGN, another government. Each text of a row
 * says where it is, "Xlain-12" for entity 12: a page that shows it to the wrong person gives itself away.
 */
#ifndef TESTS_ENTITY_WALK_H
#define TESTS_ENTITY_WALK_H

#include <stdatomic.h>

#include "core/user/core.h"
#include "engine/row.h"
#include "engine/save.h"
#include "engine/test_web.h"
#include "main/server.h"
#include "whole.h"

enum place { OWN, OTHER, FOREIGN, PLACES };

#define AGENCY_ID  INT64_C(7001) /* of OWN; the next two of OTHER and FOREIGN */
#define VILLAGE_ID INT64_C(7900) /* no row lies there */
#define ANSWER_MAX ((size_t)4 * MB)

static const char *const place_word[PLACES] = {"Xmilik", "Xlain", "Xasing"};

struct walk_rows {
    const struct entity *e;
    void *row[PLACES];
};

struct walk {
    struct city c;
    struct test_site site;
    const struct module *const *modules;
    size_t n_modules;
    struct walk_rows rows[WHOLE_ENTITIES_MAX];
    size_t n_rows;
    const char *text; /* instead of the marker in every text; NULL */
    struct test_person people[64];
    size_t n_people;
    int fd;
    char *answer; /* of the last question, ends with NUL */
    size_t n;
    size_t asked;
};

/* ---- rows ---- */

static inline size_t walk_number(struct walk *w, const struct entity *e)
{
    size_t i;

    for (i = 0; i < w->n_rows; i++)
        if (w->rows[i].e == e)
            return i;
    BUG_IF(w->n_rows == WHOLE_ENTITIES_MAX);
    w->rows[w->n_rows].e = e;
    return w->n_rows++;
}

static inline void *walk_row(struct walk *w, const struct entity *e, enum place p);

/* Must this ref lead somewhere? */
static inline bool walk_ref_needed(const struct entity *e, const struct field *f)
{
    size_t i;

    if (f->of == NULL || f->of == e)
        return false;
    for (i = 0; i < e->n_fields; i++)
        if (text_eq(e->fields[i].subject, f->name))
            return true;
    return (f->flags & F_REQUIRED) != 0 || text_eq(f->name, e->agency) || text_eq(f->name, e->within);
}

/* Does the rule of the field want something else than words? */
static inline bool walk_refused(struct walk *w, const struct entity *e, const struct field *f, const char *s)
{
    void *row = arena_alloc(&w->c.a, e->size);

    *(const char **)((char *)row + f->offset) = s;
    return f->check(row) != NULL;
}

static inline const char *walk_text(struct walk *w, const struct entity *e, const struct field *f, enum place p)
{
    struct arena *a = &w->c.a;
    size_t max = f->max > 0 ? (size_t)f->max : FIELD_TEXT_MAX;
    const char *s = text_printf(a, "%s-%zu", place_word[p], walk_number(w, e));

    if (f->check != NULL && walk_refused(w, e, f, s))
        return text_printf(a, "%zu", walk_number(w, e) * PLACES + (size_t)p);
    if (w->text != NULL && max > 60)
        s = text_printf(a, "%s%s", w->text, (f->flags & F_UNIQUE) != 0 ? s : "");
    return strlen(s) <= max ? s : arena_text_n(a, s, max);
}

static inline void walk_fill(struct walk *w, const struct entity *e, const struct field *f, enum place p, void *row)
{
    void *at = (char *)row + f->offset;
    const char *codes;
    size_t n;

    switch (f->type) {
    case FIELD_INT:
        *(int64_t *)at = f->least > 0 ? f->least : 1;
        return;
    case FIELD_BOOL:
        *(bool *)at = true;
        return;
    case FIELD_MONEY:
        ((money *)at)->v = f->least > 0 ? f->least : 123456700;
        return;
    case FIELD_DATE:
        ((date *)at)->v = 20000 + (int32_t)p;
        return;
    case FIELD_INSTANT:
        ((instant *)at)->v = INT64_C(1789353600000);
        return;
    case FIELD_REF:
        if (walk_ref_needed(e, f))
            ((ref *)at)->v = ((struct record *)walk_row(w, f->of, p))->id;
        return;
    case FIELD_STATE:
        codes = field_codes(&w->c.a, &w->c.app, f);
        ((state *)at)->v = codes != NULL ? text_split(&w->c.a, codes, ' ', &n)[0] : "x";
        return;
    case FIELD_TEXT:
        *(const char **)at = walk_text(w, e, f, p);
        return;
    case FIELD_TYPE_COUNT:
        break;
    }
    BUG_IF(true);
}

struct walk_put {
    const struct screen *s;
    const struct entity *e;
    const void *row;
    struct record head;
};

static inline int walk_put_run(struct tx *tx, void *arg)
{
    struct walk_put *p = arg;

    return p->s != NULL ? save_row(tx, p->s, NULL, p->row, &p->head) : row_insert(tx, p->e, p->row, &p->head);
}

/* Do other entities name it as their agency? All such have the same ids, so that one grant fits each. */
static inline bool walk_is_agency(const struct walk *w, const struct entity *e)
{
    size_t m, i;

    for (m = 0; m < w->n_modules; m++)
        for (i = 0; i < w->modules[m]->n_entities; i++) {
            const struct entity *x = w->modules[m]->entities[i];

            if (x->agency != NULL && entity_field(x, x->agency)->of == e)
                return true;
        }
    return false;
}

/* The row of an entity in a place; made when it is not there yet, with what it leans on. */
static inline void *walk_row(struct walk *w, const struct entity *e, enum place p)
{
    struct walk_rows *rows = &w->rows[walk_number(w, e)];
    struct walk_put put = {.s = screen_of_entity(&w->c.app, e), .e = e};
    struct record *head;
    size_t i;
    int result;

    if (rows->row[p] != NULL)
        return rows->row[p];
    head = row_new(&w->c.a, e, p == FOREIGN ? CITY_FOREIGN : CITY_GOV);
    head->id = walk_is_agency(w, e) ? AGENCY_ID + (int64_t)p : 10000 + 10 * (int64_t)walk_number(w, e) + (int64_t)p;
    rows->row[p] = head;
    for (i = 0; i < e->n_fields; i++)
        walk_fill(w, e, &e->fields[i], p, head);
    put.row = head;
    result = writer_do(w->c.writer, walk_put_run, &put);
    if (result < 0)
        print_message("# %s in %s: %s\n", e->name, place_word[p], result_name(result));
    assert_int_equal(result, 0);
    *head = put.head;
    return head;
}

static inline void walk_rows_make(struct walk *w)
{
    size_t m, i;
    int p;

    for (m = 0; m < w->n_modules; m++)
        for (i = 0; i < w->modules[m]->n_screens; i++)
            for (p = 0; p < PLACES; p++)
                (void)walk_row(w, w->modules[m]->screens[i]->entity, (enum place)p);
}

/* ---- people ---- */

static inline void walk_person(struct walk *w, const char *login, const char *role, int64_t gov)
{
    enum reach reach = role_find(role)->reach;
    struct test_person *p = &w->people[w->n_people];

    BUG_IF(w->n_people == ARRAY_LEN(w->people));
    *p = (struct test_person){.login = login, .user = 500 + (int64_t)w->n_people, .n = 1};
    p->grant[0] = (struct grant){.role = role, .gov = gov};
    if (reach == REACH_AGENCY || reach == REACH_UNIT)
        p->grant[0].agency = AGENCY_ID;
    if (reach == REACH_PLACE)
        p->grant[0].place = VILLAGE_ID;
    w->n_people++;
}

/* One of each role in the city; the operator of the installation, and an administrator of it. */
static inline void walk_people(struct walk *w)
{
    size_t i;

    for (i = 0; i < roles_n; i++)
        walk_person(w, roles[i].code, roles[i].code, roles[i].reach == REACH_HOST ? GOV_ANY : CITY_GOV);
    walk_person(w, "admin-all", "admin", GOV_ANY);
}

/* ---- asking ---- */

static inline void walk_connect(struct walk *w)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)http_port(w->site.http))};

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    w->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(w->fd >= 0);
    assert_int_equal(connect(w->fd, (struct sockaddr *)&to, sizeof to), 0);
}

static inline bool walk_send(struct walk *w, const char *raw)
{
    size_t n = strlen(raw);

    while (n > 0) {
        ssize_t k = send(w->fd, raw, n, MSG_NOSIGNAL);

        if (k <= 0)
            return false;
        raw += k;
        n -= (size_t)k;
    }
    return true;
}

static inline bool walk_more(struct walk *w)
{
    ssize_t k = read(w->fd, w->answer + w->n, ANSWER_MAX - 1 - w->n);

    if (k <= 0)
        return false;
    w->n += (size_t)k;
    w->answer[w->n] = '\0';
    return true;
}

/* Has all of the answer come? */
static inline bool walk_whole(const struct walk *w)
{
    const char *end = strstr(w->answer, "\r\n\r\n"), *length;

    if (end == NULL)
        return false;
    length = strcasestr(w->answer, "\r\nContent-Length: ");
    if (length != NULL && length < end)
        return w->n >= (size_t)(end + 4 - w->answer) + strtoul(length + 18, NULL, 10);
    return w->n >= 7 && memcmp(w->answer + w->n - 7, "\r\n0\r\n\r\n", 7) == 0; /* in chunks */
}

/* Sends one request, over the same connection as long as the server keeps it; returns the status. */
static inline int walk_send_request(struct walk *w, const char *raw)
{
    int tries;

    for (tries = 0; tries < 2; tries++) {
        if (w->fd < 0)
            walk_connect(w);
        w->n = 0;
        w->answer[0] = '\0';
        if (walk_send(w, raw))
            while (!walk_whole(w) && walk_more(w))
                ;
        if (w->n > 0 && walk_whole(w) && strcasestr(w->answer, "\r\nConnection: close") == NULL)
            break;
        (void)close(w->fd);
        w->fd = -1;
        if (w->n > 0)
            break;
    }
    w->asked++;
    return site_status(w->answer);
}

/* `body` NULL: a GET or a DELETE. Form or JSON, as the path demands. */
static inline int walk_ask(struct walk *w, const char *method, const char *login, const char *path, const char *body)
{
    bool api = text_starts(path, API_PATH);
    char raw[8192];
    int n;

    n = snprintf(raw, sizeof raw, "%s %s HTTP/1.1\r\nHost: localhost\r\n", method, path);
    if (login != NULL)
        n += snprintf(raw + n, sizeof raw - (size_t)n, "Cookie: orang=%s\r\n", login);
    if (body != NULL)
        n += snprintf(raw + n, sizeof raw - (size_t)n,
                      "Origin: http://localhost\r\nX-CSRF-Token: good-token\r\nIf-Match: \"1\"\r\nContent-Type: %s\r\n"
                      "Content-Length: %zu\r\n",
                      api ? "application/json" : "application/x-www-form-urlencoded", strlen(body));
    n += snprintf(raw + n, sizeof raw - (size_t)n, "\r\n%s", body != NULL ? body : "");
    assert_true((size_t)n < sizeof raw);
    return walk_send_request(w, raw);
}

static inline bool walk_is(const struct walk *w, const char *type)
{
    const char *at = strcasestr(w->answer, "\r\nContent-Type: ");

    return at != NULL && text_starts(at + 16, type);
}

/* ---- the whole ---- */

static inline void walk_open(struct walk *w, const char *text)
{
    const struct route *routes;
    size_t n;

    w->text = text;
    w->modules = whole_modules(&w->c.a, &w->n_modules);
    w->c.app.modules = w->modules;
    w->c.app.n_modules = w->n_modules;
    assert_int_equal(core_open(&w->c.app, NULL), 0);
    w->c.app.may_search = w->c.app.may_export = NULL; /* who walks through everything asks more than a person may */
    w->c.app.may_guess = NULL;
    walk_rows_make(w);
    walk_people(w);
    routes = instance_routes(&w->c.a, &n);
    site_open(&w->site, &w->c, routes, n, w->people, w->n_people);
    atomic_store(&w->c.app.server, w->site.http);
    log_set_up(LEVEL_ERROR, NULL);
    w->fd = -1;
    w->answer = arena_alloc(&w->site.a, ANSWER_MAX);
}

static inline void walk_close(struct walk *w)
{
    if (w->fd >= 0)
        (void)close(w->fd);
    atomic_store(&w->c.app.server, NULL);
    site_close(&w->site);
    core_close(&w->c.app);
    (void)unlinkat(w->c.key_dir, CORE_KEYRING, 0); /* made by core_open() */
    (void)unlinkat(w->c.key_dir, "upload", AT_REMOVEDIR);
    city_close(&w->c);
}

/* Some memory more than static tests have: it is large. */
#define WALK(w, env, text)                                                                                                     \
    struct walk *w = calloc(1, sizeof *(w));                                                                                   \
    assert_non_null(w);                                                                                                        \
    if (!city_db_open(&(w)->c.t, *(enum db_kind *)*(env))) {                                                                   \
        free(w);                                                                                                               \
        skip();                                                                                                                \
    }                                                                                                                          \
    city_open(&(w)->c);                                                                                                        \
    walk_open((w), (text))

#endif
