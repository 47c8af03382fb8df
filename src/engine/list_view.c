/*
 * list_view.c: saved views.
 */
#include "base/text.h"
#include "engine/app.h"
#include "engine/list_page.h"
#include "engine/list_view.h"
#include "engine/row.h"
#include "os/os.h"

/* clang-format off */
static const struct field fields[] = {
    FIELD(struct saved_view, person, .flags = F_REQUIRED | F_INDEXED),
    FIELD(struct saved_view, agency),
    FIELD(struct saved_view, screen, .flags = F_REQUIRED, .max = 60),
    FIELD(struct saved_view, name, .flags = F_REQUIRED, .max = 60),
    FIELD(struct saved_view, query, .max = (int)QUERY_MAX),
};
const struct entity saved_view_entity = ENTITY(struct saved_view, saved_view, fields, .ledger = LEDGER_NONE);

static const struct query views_of = {
    .name = "view.of",
    .sql = "SELECT id, person, agency, name, query FROM saved_view "
           "WHERE gov = ?1 AND screen = ?2 AND voided_at IS NULL AND (person = ?3 OR agency = ?4) "
           "ORDER BY CASE WHEN person = ?3 THEN 0 ELSE 1 END, name, id LIMIT 12",
    .in = "itii", .out = "iiitt"};
static const struct query own_count = {
    .name = "view.own",
    .sql = "SELECT COUNT(*) FROM saved_view WHERE gov = ?1 AND screen = ?2 AND person = ?3 AND voided_at IS NULL",
    .in = "iti", .out = "i"};
/* clang-format on */

const struct query *const view_queries[] = {&views_of, &own_count};
const size_t view_queries_n = ARRAY_LEN(view_queries);

/* The first agency that a grant in this government names; INT_NONE for none. */
static int64_t agency_of(const struct req *r, int64_t gov)
{
    size_t i;

    for (i = 0; r->actor != NULL && i < r->actor->n_grants; i++)
        if (r->actor->grants[i].gov == gov && r->actor->grants[i].agency != 0)
            return r->actor->grants[i].agency;
    return INT_NONE;
}

int views_read(struct req *r, const struct list_query *q, struct saved_view **ret, size_t *ret_n)
{
    struct saved_view *v = arena_array(r->arena, VIEWS_MAX, struct saved_view);
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows = {0};

    *ret = v;
    *ret_n = 0;
    if (r->actor == NULL)
        return 0;
    e = db_select(&rows, r->db, &views_of, V(q->gov), V(q->screen->slug), V(r->actor->user), V(agency_of(r, q->gov)));
    if (e < 0)
        return e;
    while ((e = rows_next(&rows)) > 0 && n < VIEWS_MAX)
        v[n++] = (struct saved_view){.head = {.gov = q->gov, .id = rows_int(&rows, 0)},
                                     .person = rows_int(&rows, 1),
                                     .agency = rows_int(&rows, 2),
                                     .screen = q->screen->slug,
                                     .name = rows_text(&rows, r->arena, 3),
                                     .query = rows_text(&rows, r->arena, 4)};
    *ret_n = n;
    return e < 0 ? e : 0;
}

/* ---- saving ---- */

static int room_for_one(struct req *r, const struct list_query *q)
{
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, r->db, &own_count, V(q->gov), V(q->screen->slug), V(r->actor->user));
    if (e == 0)
        e = rows_next(&rows);
    if (e < 0)
        return e;
    return rows_int(&rows, 0) < VIEWS_MAX ? 0 : fail(r, E_STATE, "list.views-full");
}

static int plan_view(struct req *r, const struct list_query *q, struct saved_view *ret)
{
    const char *name = http_form(r->http, "name");
    const char *query = query_text(r, q, QUERY_WHOLE);

    name = name != NULL ? text_collapse(r->arena, name) : "";
    *ret = (struct saved_view){.head = {.gov = q->gov, .id = os_new_id()},
                               .person = r->actor->user,
                               .agency = text_eq(http_form(r->http, "share"), "1") ? agency_of(r, q->gov) : INT_NONE,
                               .screen = q->screen->slug};
    if (name[0] == '\0')
        return fail(r, E_INPUT, "list.view-name-missing");
    if (field_take(entity_field(&saved_view_entity, "name"), ret, name, r->arena) < 0)
        return fail(r, E_INPUT, "list.view-name-long");
    if (field_take(entity_field(&saved_view_entity, "query"), ret, query, r->arena) < 0)
        return fail(r, E_INPUT, "list.view-long");
    return room_for_one(r, q);
}

static int insert(struct tx *tx, void *plan)
{
    struct record head;

    return row_insert(tx, &saved_view_entity, plan, &head);
}

void view_save_page(struct req *r)
{
    const char *query = http_form(r->http, "query");
    struct saved_view *view = arena_new(r->arena, struct saved_view);
    struct http_pairs pairs = query_pairs(r->arena, query != NULL ? query : "");
    struct list_query q;
    int e;

    if (r->actor == NULL) {
        web_refuse(r, E_AUTH);
        return;
    }
    e = query_take(r, screen_of(r), "read", req_gov(r)->id, &pairs, &q);
    if (e == 0)
        e = plan_view(r, &q, view);
    if (e < 0)
        web_refuse(r, e);
    else
        web_write(r, insert, view, NULL, query_href(r, &q, "", view->query));
}

/* ---- dropping ---- */

static int drop(struct tx *tx, void *plan)
{
    struct record head;

    return row_void(tx, &saved_view_entity, plan, &head);
}

void view_drop_page(struct req *r)
{
    struct saved_view *view = arena_new(r->arena, struct saved_view);
    struct list_query q = {.screen = screen_of(r), .gov = req_gov(r)->id};
    int found;

    found = row_get(r->db, r->arena, &saved_view_entity, q.gov, route_id(r, "id"), view);
    if (found > 0 && (r->actor == NULL || view->person != r->actor->user || !text_eq(view->screen, q.screen->slug)))
        found = 0;
    if (found <= 0) {
        if (found < 0)
            web_refuse(r, found);
        else
            r->http->status = 404;
        return;
    }
    web_write(r, drop, view, NULL, query_href(r, &q, "", ""));
}
