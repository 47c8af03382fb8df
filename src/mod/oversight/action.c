/*
 * action.c: what follows from an action being written: its owners as rows; what a file means that was not made for this
 * screen; and the figures that others may show.
 */
#include "base/date.h"
#include "base/text.h"
#include "core/agency/change.h"
#include "engine/row.h"
#include "engine/web.h"
#include "mod/oversight/oversight.h"

/* clang-format off */
static const struct query q_plans = {
    .name = "oversight.plans",
    .sql = "SELECT id FROM action_plan WHERE gov = ?1 AND status <> 'closed' AND origin <> 'example' AND voided_at IS NULL "
           "ORDER BY id LIMIT 2",
    .in = "i", .out = "i",
};
static const struct query q_same = {
    .name = "oversight.same-action",
    .sql = "SELECT id FROM action_item WHERE gov = ?1 AND plan = ?2 AND action = ?3 AND voided_at IS NULL ORDER BY id LIMIT 1",
    .in = "iit", .out = "i",
};
static const struct query q_counts = {
    .name = "oversight.counts",
    .sql = "SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN accepted_on <= ?2 THEN 1 ELSE 0 END), 0) AS BIGINT), "
           "CAST(COALESCE(SUM(CASE WHEN deadline < ?2 AND (accepted_on IS NULL OR accepted_on > ?2) THEN 1 ELSE 0 END), 0) AS BIGINT) "
           "FROM action_item WHERE gov = ?1 AND voided_at IS NULL AND origin <> 'example' "
           "AND status NOT IN ('cancelled', 'not_applicable')",
    .in = "ii", .out = "iii",
};
/* clang-format on */

const struct query *const action_queries[ACTION_QUERIES] = {&q_plans, &q_same, &q_counts};

/* ---- owners ---- */

/* The names of a plan are those of its time: of the day of its decree, else of the first day of its year. */
static int day_of_plan(struct db *db, struct arena *a, int64_t gov, int64_t plan, date *ret)
{
    struct action_plan p;
    int e = row_get(db, a, &action_plan_entity, gov, plan, &p);

    if (e <= 0)
        return e < 0 ? e : E_INPUT;
    *ret = !date_is_none(p.decree_date) ? p.decree_date : date_of((int)p.year, 1, 1);
    return 0;
}

static int read_owners(struct db *db, struct arena *a, const struct action_item *x, struct owner ret[static OWNERS_MAX],
                       size_t *ret_n)
{
    struct agency_then *v = NULL;
    struct owner_agency *named;
    struct gov g = {.name = ""};
    size_t n = 0, i;
    date day;
    int e = day_of_plan(db, a, x->head.gov, x->plan.v, &day);

    if (e == 0)
        e = agency_names_on(db, a, x->head.gov, day, &v, &n);
    if (e == 0)
        e = gov_by_id(db, a, x->head.gov, &g);
    if (e < 0)
        return e;
    named = arena_array(a, n + 1, struct owner_agency);
    for (i = 0; i < n; i++)
        named[i] = (struct owner_agency){v[i].id, v[i].name, v[i].short_name};
    *ret_n = owners_match(a, x->owners, g.name, named, n, ret);
    return 0;
}

/* The first owner that is an agency leads, unless somebody said who does. */
void action_check(const struct req *r, const void *before, void *row, struct faults *f)
{
    struct owner owners[OWNERS_MAX];
    struct action_item *x = row;
    size_t n, i;

    if (before == NULL && x->origin.v == NULL)
        x->origin.v = text_empty(x->source) ? "entered" : "source";
    if (x->agency.v != 0 || text_empty(x->owners))
        return;
    if (read_owners(r->db, r->arena, x, owners, &n) < 0) {
        faults_add(f, "owners", "form.unread", NULL);
        return;
    }
    for (i = 0; i < n && x->agency.v == 0; i++)
        x->agency.v = owners[i].agency;
}

static int void_owners(struct tx *tx, int64_t gov, int64_t item)
{
    void *rows;
    size_t n, i;
    int e = row_children(tx->db, tx->arena, &action_owner_entity, gov, item, 0, 4 * OWNERS_MAX, &rows, &n);

    for (i = 0; e >= 0 && i < n; i++) {
        const struct action_owner *o = (const struct action_owner *)rows + i;
        struct record head;

        if (o->head.voided_at.v == INSTANT_NONE.v)
            e = row_void(tx, &action_owner_entity, o, &head);
    }
    return e < 0 ? e : 0;
}

int action_saved(struct tx *tx, const void *before, const void *row, const struct record *head)
{
    const struct action_item *x = row, *old = before;
    struct owner owners[OWNERS_MAX];
    size_t n = 0, i;
    int e = 0;

    if (old != NULL && text_eq(old->owners, x->owners))
        return 0;
    if (old != NULL)
        e = void_owners(tx, head->gov, head->id);
    if (e == 0)
        e = read_owners(tx->db, tx->arena, x, owners, &n);
    for (i = 0; e == 0 && i < n; i++) {
        const struct action_owner o = {.head = {.gov = head->gov, .voided_at = INSTANT_NONE},
                                       .item = {head->id},
                                       .agency = {owners[i].agency},
                                       .name = owners[i].name};
        struct record made;

        e = row_insert(tx, &action_owner_entity, &o, &made);
    }
    return e;
}

/* ---- files that were not made for this screen ---- */

const char *const action_import_more[] = {"owner", NULL};

static size_t place_of(const char *name)
{
    return (size_t)(entity_field(&action_item_entity, name) - action_item_entity.fields);
}

/* The only plan that is neither closed nor an example, or 0. */
static int64_t only_plan(struct req *r, int64_t gov)
{
    int64_t id = 0;
    size_t n = 0;

    AUTO_ROWS struct rows rows;

    if (db_select(&rows, r->db, &q_plans, V(gov)) < 0)
        return 0;
    while (rows_next(&rows) > 0) {
        id = rows_int(&rows, 0);
        n++;
    }
    return n == 1 ? id : 0;
}

static bool is_there(struct req *r, int64_t gov, int64_t plan, const char *action)
{
    AUTO_ROWS struct rows rows;

    return db_select(&rows, r->db, &q_same, V(gov), V(plan), V(action)) == 0 && rows_next(&rows) > 0;
}

/* Without a column for it the plan is the one that is open, if there is one alone. Is the action in it already? */
static bool take_plan(struct req *r, const char **typed)
{
    const char **plan = &typed[place_of("plan")], *action = typed[place_of("action")];
    int64_t only = *plan == NULL ? only_plan(r, req_gov(r)->id) : 0;

    if (only == 0)
        return false;
    *plan = text_printf(r->arena, "%lld", (long long)only);
    return !text_empty(action) && is_there(r, req_gov(r)->id, only, action);
}

/*
 * A list of the actions of many governments, as researchers make it, is known by its column "owner". Of it those rows are
 * taken that the government's own site tells; a deadline that is no day stays as it is written.
 */
const char *action_import_row(struct req *r, struct import_line *line)
{
    const char **deadline = &line->typed[place_of("deadline")], *source = line->typed[place_of("source")];
    date day;

    if (line->more[0] == NULL)
        return NULL;
    if (!text_starts(source != NULL ? source : "", gov_site(r->arena, req_gov(r)->slug)))
        return "action_item.left-source";
    if (take_plan(r, line->typed))
        return "action_item.left-there";
    line->typed[place_of("owners")] = line->more[0];
    if (!text_empty(*deadline) && date_parse(*deadline, &day) < 0 && date_iso_parse(*deadline, &day) < 0) {
        line->typed[place_of("deadline_text")] = *deadline;
        *deadline = "";
    }
    return NULL;
}

/* ---- figures ---- */

bool action_late(const struct action_item *x, date today)
{
    const struct flow_state *now = flow_state(&action_flow, x->status.v);

    return now != NULL && now->clock != FLOW_ENDS && !date_is_none(x->deadline) && x->deadline.v < today.v;
}

struct counts {
    int64_t all, accepted, late;
};

/* As of the last day of the period; examples are no facts and do not count. */
static int count(struct db *db, int64_t gov, date to, struct counts *ret)
{
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &q_counts, V(gov), V(to));
    if (e == 0)
        e = rows_next(&rows);
    if (e < 0)
        return e;
    *ret = (struct counts){rows_int(&rows, 0), rows_int(&rows, 1), rows_int(&rows, 2)};
    return 0;
}

static const char *basis(struct arena *a, int64_t part, int64_t all)
{
    return text_printf(a, "%lld / %lld", (long long)part, (long long)all);
}

static int accepted_share(struct db *db, struct arena *a, int64_t gov, date from, date to, int64_t *ret, const char **ret_basis)
{
    struct counts c;
    int e = count(db, gov, to, &c);

    (void)from; /* it is how things stand, not what happened */
    if (e < 0)
        return e;
    *ret = c.all == 0 ? INT_NONE : (c.accepted * 10000 + c.all / 2) / c.all; /* half up */
    *ret_basis = basis(a, c.accepted, c.all);
    return 0;
}

static int late_actions(struct db *db, struct arena *a, int64_t gov, date from, date to, int64_t *ret, const char **ret_basis)
{
    struct counts c;
    int e = count(db, gov, to, &c);

    (void)from; /* as above */
    if (e < 0)
        return e;
    *ret = c.all == 0 ? INT_NONE : c.late;
    *ret_basis = basis(a, c.late, c.all);
    return 0;
}

const struct measure action_measures[ACTION_MEASURES] = {
    {.name = "oversight.accepted_share", .unit = "percent", .value = accepted_share},
    {.name = "oversight.late", .unit = "count", .value = late_actions},
};
