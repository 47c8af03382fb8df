/*
 * change.c: the rules of a reorganisation, what it does to agencies, units and roles, and the names of a day.
 */
#include "base/date.h"
#include "base/text.h"
#include "core/agency/change.h"
#include "core/user/admin.h"
#include "engine/app.h"
#include "engine/row.h"
#include "os/os.h"

#define AGENCIES_MAX 2000
#define ROLES_MAX    1000 /* and units, at a time */
#define REACH_MAX    200
#define BASIS_MAX    200 /* as in role_grant */

/* clang-format off */
static const struct field change_fields[] = {
    FIELD(struct reorganisation, day, .flags = F_REQUIRED | F_PUBLIC | F_INDEXED | F_FIXED),
    FIELD(struct reorganisation, kind, .flags = F_REQUIRED | F_PUBLIC | F_FIXED, .codes = "rename merge split end", .max = 20),
    FIELD(struct reorganisation, basis, .flags = F_REQUIRED | F_PUBLIC | F_FIXED, .max = BASIS_MAX),
    FIELD(struct reorganisation, status, .flags = F_REQUIRED | F_PUBLIC, .codes = "pending done refused", .max = 20),
    FIELD(struct reorganisation, roles, .flags = F_REQUIRED | F_PUBLIC),
    FIELD(struct reorganisation, made_by, .of = &app_user_entity, .flags = F_PUBLIC | F_FIXED),
    FIELD(struct reorganisation, decided_by, .of = &app_user_entity, .flags = F_PUBLIC),
};
const struct entity reorganisation_entity = ENTITY(struct reorganisation, reorganisation, change_fields);

static const struct field part_fields[] = {
    FIELD(struct reorganisation_part, reorganisation, .of = &reorganisation_entity, .flags = F_REQUIRED | F_PUBLIC | F_INDEXED | F_FIXED),
    FIELD(struct reorganisation_part, side, .flags = F_REQUIRED | F_PUBLIC | F_FIXED, .codes = "old new", .max = 10),
    FIELD(struct reorganisation_part, agency, .of = &agency_entity, .flags = F_PUBLIC),
    FIELD(struct reorganisation_part, code, .flags = F_PUBLIC | F_FIXED, .max = 40),
    FIELD(struct reorganisation_part, name, .flags = F_PUBLIC | F_FIXED, .max = 200),
    FIELD(struct reorganisation_part, short_name, .flags = F_PUBLIC | F_FIXED, .max = 40),
    FIELD(struct reorganisation_part, kind, .flags = F_PUBLIC | F_FIXED, .codes = AGENCY_KINDS, .max = 30),
};
const struct entity reorganisation_part_entity = ENTITY(struct reorganisation_part, reorganisation_part, part_fields);

static const struct field origin_fields[] = {
    FIELD(struct agency_origin, agency, .of = &agency_entity, .flags = F_REQUIRED | F_PUBLIC | F_INDEXED | F_FIXED),
    FIELD(struct agency_origin, origin, .of = &agency_entity, .flags = F_REQUIRED | F_PUBLIC | F_INDEXED | F_FIXED),
    FIELD(struct agency_origin, reorganisation, .of = &reorganisation_entity, .flags = F_REQUIRED | F_PUBLIC | F_FIXED),
    FIELD(struct agency_origin, steps, .flags = F_REQUIRED | F_PUBLIC | F_FIXED),
    FIELD(struct agency_origin, day, .flags = F_REQUIRED | F_PUBLIC | F_FIXED),
};
const struct entity agency_origin_entity = ENTITY(struct agency_origin, agency_origin, origin_fields);

static const struct query q_parts = {
    .name = "agency.parts",
    .sql = "SELECT id FROM reorganisation_part WHERE gov = ?1 AND reorganisation = ?2 ORDER BY id LIMIT ?3",
    .in = "iii", .out = "i",
};
static const struct query q_code = {
    .name = "agency.code", .sql = "SELECT id FROM agency WHERE gov = ?1 AND code = ?2", .in = "it", .out = "i",
};
static const struct query q_units = {
    .name = "agency.units",
    .sql = "SELECT id FROM unit WHERE gov = ?1 AND agency = ?2 AND voided_at IS NULL AND (valid_to IS NULL OR valid_to > ?3) "
           "ORDER BY id LIMIT ?4",
    .in = "iiii", .out = "i",
};
/* Roles at an agency as a whole that still count on a day. */
static const struct query q_roles = {
    .name = "agency.roles",
    .sql = "SELECT id FROM role_grant WHERE in_gov = ?1 AND in_agency = ?2 AND in_unit IS NULL AND status = 'active' "
           "AND voided_at IS NULL AND (valid_to IS NULL OR valid_to >= ?3) ORDER BY id LIMIT ?4",
    .in = "iiii", .out = "i",
};
static const struct query q_role_same = {
    .name = "agency.role-same",
    .sql = "SELECT id FROM role_grant WHERE holder = ?1 AND role = ?2 AND in_gov = ?3 AND in_agency = ?4 AND in_unit IS NULL "
           "AND status IN ('pending', 'active') AND voided_at IS NULL AND (valid_to IS NULL OR valid_to >= ?5) "
           "ORDER BY id LIMIT 1",
    .in = "itiii", .out = "i",
};
static const struct query q_up = {
    .name = "agency.up",
    .sql = "SELECT origin, steps, day FROM agency_origin WHERE gov = ?1 AND agency = ?2 ORDER BY id LIMIT ?3",
    .in = "iii", .out = "iii",
};
static const struct query q_down = {
    .name = "agency.down",
    .sql = "SELECT agency, steps, day FROM agency_origin WHERE gov = ?1 AND origin = ?2 ORDER BY id LIMIT ?3",
    .in = "iii", .out = "iii",
};
static const struct query q_pair = {
    .name = "agency.pair",
    .sql = "SELECT id FROM agency_origin WHERE gov = ?1 AND agency = ?2 AND origin = ?3",
    .in = "iii", .out = "i",
};
static const struct query q_on = {
    .name = "agency.on",
    .sql = "SELECT id, code, name, short_name, kind, valid_from, valid_to FROM agency WHERE gov = ?1 AND voided_at IS NULL "
           "AND (valid_from IS NULL OR valid_from <= ?2) AND (valid_to IS NULL OR valid_to >= ?2) ORDER BY code LIMIT ?3",
    .in = "iii", .out = "ittttii",
};
static const struct query q_other_names = {
    .name = "agency.other-names",
    .sql = "SELECT x.id, t.id, x.name, x.short_name FROM agency_origin o "
           "JOIN agency x ON x.gov = o.gov AND (x.id = o.origin OR x.id = o.agency) "
           "JOIN agency t ON t.gov = o.gov AND t.id = CASE WHEN x.id = o.origin THEN o.agency ELSE o.origin END "
           "WHERE o.gov = ?1 AND x.voided_at IS NULL AND t.voided_at IS NULL AND (x.valid_from > ?2 OR x.valid_to < ?2) "
           "AND (t.valid_from IS NULL OR t.valid_from <= ?2) AND (t.valid_to IS NULL OR t.valid_to >= ?2) "
           "ORDER BY x.id, t.id LIMIT ?3",
    .in = "iii", .out = "iitt",
};
static const struct query q_after = {
    .name = "agency.after",
    .sql = "SELECT a.id, a.code, a.name, o.day, o.reorganisation FROM agency_origin o "
           "JOIN agency a ON a.gov = o.gov AND a.id = o.agency WHERE o.gov = ?1 AND o.origin = ?2 AND o.steps = 1 "
           "ORDER BY a.code LIMIT 20",
    .in = "ii", .out = "ittii",
};
static const struct query q_before = {
    .name = "agency.before",
    .sql = "SELECT a.id, a.code, a.name, o.day, o.reorganisation FROM agency_origin o "
           "JOIN agency a ON a.gov = o.gov AND a.id = o.origin WHERE o.gov = ?1 AND o.agency = ?2 AND o.steps = 1 "
           "ORDER BY a.code LIMIT 20",
    .in = "ii", .out = "ittii",
};
const struct query q_agency_links = {
    .name = "agency.links",
    .sql = "SELECT o.agency, o.origin, x.name FROM agency_origin o JOIN agency x ON x.gov = o.gov AND x.id = o.origin "
           "WHERE o.gov = ?1 AND o.steps = 1 ORDER BY o.agency, x.code LIMIT 2000",
    .in = "i", .out = "iit",
};
const struct query q_reorganisations = {
    .name = "agency.reorganisations",
    .sql = "SELECT id FROM reorganisation WHERE gov = ?1 ORDER BY day DESC, id DESC LIMIT 100",
    .in = "i", .out = "i",
};

static const struct entity *const entities[] = {&reorganisation_entity, &reorganisation_part_entity, &agency_origin_entity};
static const struct query *const queries[] = {
    &q_parts, &q_code, &q_units, &q_roles, &q_role_same, &q_up, &q_down, &q_pair, &q_on, &q_other_names, &q_after, &q_before,
    &q_agency_links, &q_reorganisations,
};
/* Who looks after the tree of agencies also records what becomes of it. */
static const struct permit permits[] = {{"agency.reorganise", "admin"}};
static const struct route routes[] = {
    ROUTE(GET,  "/kerja/{gov}/susunan",              "agency.read",       page_structure),
    ROUTE(GET,  "/kerja/{gov}/susunan/baru",         "agency.reorganise", page_change_new),
    ROUTE(POST, "/kerja/{gov}/susunan/baru",         "agency.reorganise", page_change_make, .limits = LIMIT_FORM),
    ROUTE(GET,  "/kerja/{gov}/susunan/{id}",         "agency.read",       page_change),
    ROUTE(POST, "/kerja/{gov}/susunan/{id}/setujui", "agency.reorganise", page_change_approve, .limits = LIMIT_FORM),
    ROUTE(POST, "/kerja/{gov}/susunan/{id}/tolak",   "agency.reorganise", page_change_refuse, .limits = LIMIT_FORM),
};
const struct module agency_module = {
    .name = "agency",
    .entities = entities, .n_entities = ARRAY_LEN(entities),
    .queries = queries, .n_queries = ARRAY_LEN(queries),
    .permits = permits, .n_permits = ARRAY_LEN(permits),
    .routes = routes, .n_routes = ARRAY_LEN(routes),
};
/* clang-format on */

/* ---- rules ---- */

static int refuse(const char *key, const char *arg, const char **ret_key, const char **ret_arg)
{
    *ret_key = key;
    *ret_arg = arg;
    return E_STATE;
}

static bool is_old(const struct reorganisation_part *p)
{
    return text_eq(p->side.v, "old");
}

/* Does the agency of an old part stand among the new ones, too? */
static bool goes_on(const struct change *c, int64_t agency)
{
    size_t i;

    for (i = 0; i < c->n; i++)
        if (!is_old(&c->parts[i]) && c->parts[i].agency.v == agency)
            return true;
    return false;
}

static bool is_twice(const struct change *c, size_t place)
{
    const struct reorganisation_part *p = &c->parts[place];
    size_t i;

    for (i = 0; i < place; i++)
        if (text_eq(c->parts[i].side.v, p->side.v) &&
            (p->agency.v != 0 ? c->parts[i].agency.v == p->agency.v : text_eq(c->parts[i].code, p->code)))
            return true;
    return false;
}

static bool counts_on(const struct agency *g, date day)
{
    return (date_is_none(g->valid_from) || g->valid_from.v <= day.v) && (date_is_none(g->valid_to) || g->valid_to.v >= day.v);
}

/* One that is there must count on the last day before, or on the day; one that is to be made needs a code of its own. */
static int check_part(struct db *db, struct arena *a, const struct change *c, size_t i, const char **ret_key,
                      const char **ret_arg)
{
    const struct reorganisation_part *p = &c->parts[i];
    struct agency g;
    int e;

    AUTO_ROWS struct rows rows = {0};

    if (is_twice(c, i))
        return refuse("reorganisation.twice", p->code, ret_key, ret_arg);
    if (p->agency.v == 0) {
        if (text_empty(p->code) || text_empty(p->name) || is_old(p))
            return refuse("reorganisation.new-incomplete", NULL, ret_key, ret_arg);
        e = db_select(&rows, db, &q_code, V(c->row.head.gov), V(p->code));
        if (e == 0)
            e = rows_next(&rows);
        return e > 0 ? refuse("reorganisation.code-taken", p->code, ret_key, ret_arg) : e;
    }
    e = row_get(db, a, &agency_entity, c->row.head.gov, p->agency.v, &g);
    if (e <= 0 || g.head.voided_at.v != INSTANT_NONE.v)
        return e < 0 ? e : refuse("reorganisation.unknown", p->code, ret_key, ret_arg);
    if (!counts_on(&g, is_old(p) ? date_add_days(c->row.day, -1) : c->row.day))
        return refuse(is_old(p) ? "reorganisation.old-not-then" : "reorganisation.new-not-then", g.name, ret_key, ret_arg);
    return 0;
}

static size_t count_side(const struct change *c, bool old)
{
    size_t i, n = 0;

    for (i = 0; i < c->n; i++)
        n += is_old(&c->parts[i]) == old;
    return n;
}

static const char *kind_of(const struct change *c)
{
    size_t old = count_side(c, true), fresh = count_side(c, false), i;

    if (old == 0 || (old > 1 && fresh > 1))
        return NULL;
    if (fresh > 1)
        return "split";
    if (fresh == 0)
        return "end";
    for (i = 0; i < c->n; i++)
        if (!is_old(&c->parts[i]) && c->parts[i].agency.v != 0)
            return "merge"; /* into one that is there */
    return old > 1 ? "merge" : "rename";
}

/* Do the roles of what ends go over to the one that comes after? A split leaves open to which. */
static bool moves_roles(const struct change *c)
{
    return text_eq(c->row.kind.v, "rename") || text_eq(c->row.kind.v, "merge");
}

static int read_roles(struct db *db, int64_t gov, int64_t agency, date day, int64_t ret[static ROLES_MAX], size_t *ret_n)
{
    int e;

    AUTO_ROWS struct rows rows;

    *ret_n = 0;
    e = db_select(&rows, db, &q_roles, V(gov), V(agency), V(day), V((int64_t)ROLES_MAX));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        ret[(*ret_n)++] = rows_int(&rows, 0);
        e = 0;
    }
    return e;
}

/* Roles that go over, and those at a successor that reach further afterwards. */
static int count_roles(struct db *db, struct arena *a, struct change *c)
{
    int64_t *ids = arena_array(a, ROLES_MAX, int64_t);
    size_t i, n;
    int e = 0;

    c->row.roles = 0;
    for (i = 0; e == 0 && i < c->n; i++) {
        const struct reorganisation_part *p = &c->parts[i];

        if (p->agency.v == 0 || (is_old(p) && (!moves_roles(c) || goes_on(c, p->agency.v))))
            continue;
        if (!is_old(p) && count_side(c, true) == 1 && is_old(&c->parts[0]) && c->parts[0].agency.v == p->agency.v)
            continue; /* goes on, and reaches what it reached */
        e = read_roles(db, c->row.head.gov, p->agency.v, c->row.day, ids, &n);
        if (e == 0)
            c->row.roles += (int64_t)n;
    }
    return e;
}

int change_check(struct db *db, struct arena *a, struct change *c, const char **ret_key, const char **ret_arg)
{
    size_t i;
    int e = 0;

    *ret_arg = NULL;
    if (date_is_none(c->row.day))
        return refuse("reorganisation.day-missing", NULL, ret_key, ret_arg);
    if (text_empty(c->row.basis))
        return refuse("reorganisation.basis-missing", NULL, ret_key, ret_arg);
    c->row.kind.v = kind_of(c);
    if (c->row.kind.v == NULL)
        return refuse(count_side(c, true) == 0 ? "reorganisation.old-missing" : "reorganisation.several", NULL, ret_key,
                      ret_arg);
    for (i = 0; e == 0 && i < c->n; i++)
        e = check_part(db, a, c, i, ret_key, ret_arg);
    if (e == 0 && count_side(c, true) == 1 && count_side(c, false) == 1 && c->parts[0].agency.v == c->parts[1].agency.v)
        return refuse("reorganisation.nothing", NULL, ret_key, ret_arg);
    return e < 0 ? e : count_roles(db, a, c);
}

int change_get(struct db *db, struct arena *a, int64_t gov, int64_t id, struct change *ret)
{
    int64_t ids[PARTS_MAX];
    size_t n = 0, i;
    int e = row_get(db, a, &reorganisation_entity, gov, id, &ret->row);

    AUTO_ROWS struct rows rows = {0};

    if (e <= 0)
        return e;
    e = db_select(&rows, db, &q_parts, V(gov), V(id), V((int64_t)PARTS_MAX));
    while (e >= 0 && (e = rows_next(&rows)) > 0)
        ids[n++] = rows_int(&rows, 0);
    for (i = 0; e >= 0 && i < n; i++)
        e = row_get(db, a, &reorganisation_part_entity, gov, ids[i], &ret->parts[i]);
    ret->n = n;
    return e < 0 ? e : 1;
}

/* ---- carrying out: agencies and units ---- */

static int make_agency(struct tx *tx, const struct change *c, struct reorganisation_part *p)
{
    struct agency g = {.head = {.gov = c->row.head.gov, .voided_at = INSTANT_NONE},
                       .code = p->code,
                       .name = p->name,
                       .short_name = p->short_name,
                       .kind = p->kind,
                       .valid_from = c->row.day,
                       .valid_to = DATE_NONE};
    struct reorganisation_part after = *p;
    struct record head;
    int e = row_insert(tx, &agency_entity, &g, &head);

    if (e < 0)
        return e;
    after.agency.v = head.id;
    e = row_update(tx, &reorganisation_part_entity, p, &after, &head);
    p->agency = after.agency;
    return e;
}

static int end_unit(struct tx *tx, int64_t gov, int64_t id, date last)
{
    struct unit before, after;
    struct record head;
    int e = row_get(tx->db, tx->arena, &unit_entity, gov, id, &before);

    if (e <= 0)
        return e;
    after = before;
    after.valid_to = last;
    return row_update(tx, &unit_entity, &before, &after, &head);
}

/* Units end with their agency; those that have are not read again. */
static int end_units(struct tx *tx, int64_t gov, int64_t agency, date last)
{
    int64_t *ids = arena_array(tx->arena, ROLES_MAX, int64_t);
    size_t n, i;
    int e;

    do {
        AUTO_ROWS struct rows rows;

        n = 0;
        e = db_select(&rows, tx->db, &q_units, V(gov), V(agency), V(last), V((int64_t)ROLES_MAX));
        while (e == 0 && (e = rows_next(&rows)) > 0) {
            ids[n++] = rows_int(&rows, 0);
            e = 0;
        }
        for (i = 0; e == 0 && i < n; i++)
            e = end_unit(tx, gov, ids[i], last);
    } while (e == 0 && n == ROLES_MAX);
    return e;
}

/* The one agency that stands after all that end; 0 when there are none or several. */
static int64_t only_new(const struct change *c)
{
    int64_t only = 0;
    size_t i;

    for (i = 0; i < c->n; i++)
        if (!is_old(&c->parts[i])) {
            if (only != 0)
                return 0;
            only = c->parts[i].agency.v;
        }
    return only;
}

static int end_agency(struct tx *tx, const struct change *c, int64_t id)
{
    const date last = date_add_days(c->row.day, -1);
    struct agency before, after;
    struct record head;
    int e = row_get(tx->db, tx->arena, &agency_entity, c->row.head.gov, id, &before);

    if (e <= 0)
        return e < 0 ? e : E_STATE;
    after = before;
    after.valid_to = last;
    after.successor.v = only_new(c);
    e = row_update(tx, &agency_entity, &before, &after, &head);
    return e < 0 ? e : end_units(tx, c->row.head.gov, id, last);
}

/* ---- carrying out: origins ---- */

struct kin {
    int64_t id, steps;
    date day;
};

/* The agency itself and all that it came from, or that came from it. */
static int read_kin(struct tx *tx, const struct query *q, int64_t gov, int64_t id, struct kin **ret, size_t *ret_n)
{
    struct kin *v = arena_array(tx->arena, REACH_MAX + 1, struct kin);
    size_t n = 1;
    int e;

    AUTO_ROWS struct rows rows;

    v[0] = (struct kin){id, 0, DATE_NONE};
    e = db_select(&rows, tx->db, q, V(gov), V(id), V((int64_t)REACH_MAX));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        v[n++] = (struct kin){rows_int(&rows, 0), rows_int(&rows, 1), {(int32_t)rows_int(&rows, 2)}};
        e = 0;
    }
    *ret = v;
    *ret_n = n;
    return e;
}

static int link_pair(struct tx *tx, const struct change *c, const struct kin *below, const struct kin *above)
{
    struct agency_origin o = {.head = {.gov = c->row.head.gov, .voided_at = INSTANT_NONE},
                              .agency = {below->id},
                              .origin = {above->id},
                              .reorganisation = {c->row.head.id},
                              .steps = below->steps + above->steps + 1,
                              .day = c->row.day};
    struct record head;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, tx->db, &q_pair, V(o.head.gov), V(below->id), V(above->id));
    if (e == 0)
        e = rows_next(&rows);
    if (e != 0 || below->id == above->id)
        return e < 0 ? e : 0;
    if (!date_is_none(below->day) && below->day.v > o.day.v)
        o.day = below->day; /* recorded late: what came later reaches it from its own day on */
    return row_insert(tx, &agency_origin_entity, &o, &head);
}

/* All that came from `fresh` reaches all that `old` came from. */
static int link_all(struct tx *tx, const struct change *c, int64_t fresh, int64_t old)
{
    struct kin *below, *above;
    size_t n_below, n_above, i, k;
    int e = read_kin(tx, &q_down, c->row.head.gov, fresh, &below, &n_below);

    if (e == 0)
        e = read_kin(tx, &q_up, c->row.head.gov, old, &above, &n_above);
    for (i = 0; e == 0 && i < n_below; i++)
        for (k = 0; e == 0 && k < n_above; k++)
            e = link_pair(tx, c, &below[i], &above[k]);
    return e;
}

/* ---- carrying out: roles ---- */

static int end_role(struct tx *tx, const struct change *c, const struct role_grant *before)
{
    const date last = date_add_days(c->row.day, -1);
    struct role_grant after = *before;
    struct record head;

    if (!date_is_none(before->valid_from) && before->valid_from.v > last.v) {
        after.status.v = "ended";
        after.ended_by = c->row.decided_by;
    } else
        after.valid_to = last;
    return row_update(tx, &role_grant_entity, before, &after, &head);
}

static int move_role(struct tx *tx, const struct change *c, int64_t id, int64_t to)
{
    struct role_grant old, fresh;
    struct record head;
    int e = row_get(tx->db, tx->arena, &role_grant_entity, 0, id, &old);

    AUTO_ROWS struct rows rows = {0};

    if (e <= 0)
        return e < 0 ? e : E_STATE;
    e = end_role(tx, c, &old);
    if (e == 0)
        e = db_select(&rows, tx->db, &q_role_same, V(old.holder), V(old.role), V(old.in_gov), V(to), V(c->row.day));
    if (e == 0)
        e = rows_next(&rows);
    if (e != 0)
        return e < 0 ? e : 0; /* held there already */
    fresh = grant_of(old.holder.v, old.role.v, old.in_gov.v, c->row.day);
    if (!date_is_none(old.valid_from) && old.valid_from.v > c->row.day.v)
        fresh.valid_from = old.valid_from;
    fresh.valid_to = old.valid_to;
    fresh.in_agency = to;
    fresh.status.v = "active";
    fresh.given_by = c->row.made_by;
    fresh.approved_by = c->row.decided_by;
    fresh.basis = c->row.basis;
    return row_insert(tx, &role_grant_entity, &fresh, &head);
}

static int move_roles(struct tx *tx, const struct change *c)
{
    int64_t *ids = arena_array(tx->arena, ROLES_MAX, int64_t);
    size_t i, k, n;
    int e = 0;

    for (i = 0; e == 0 && i < c->n; i++) {
        const struct reorganisation_part *p = &c->parts[i];

        if (!is_old(p) || goes_on(c, p->agency.v))
            continue;
        do { /* what was moved is not read again */
            e = read_roles(tx->db, c->row.head.gov, p->agency.v, c->row.day, ids, &n);
            for (k = 0; e == 0 && k < n; k++)
                e = move_role(tx, c, ids[k], only_new(c));
        } while (e == 0 && n == ROLES_MAX);
    }
    return e;
}

/* ---- storing ---- */

static int carry_out(struct tx *tx, struct change *c)
{
    size_t i, k;
    int e = 0;

    for (i = 0; e == 0 && i < c->n; i++)
        if (!is_old(&c->parts[i]) && c->parts[i].agency.v == 0)
            e = make_agency(tx, c, &c->parts[i]);
    for (i = 0; e == 0 && i < c->n; i++) {
        if (!is_old(&c->parts[i]))
            continue;
        if (!goes_on(c, c->parts[i].agency.v))
            e = end_agency(tx, c, c->parts[i].agency.v);
        for (k = 0; e == 0 && k < c->n; k++)
            if (!is_old(&c->parts[k]))
                e = link_all(tx, c, c->parts[k].agency.v, c->parts[i].agency.v);
    }
    return e == 0 && moves_roles(c) ? move_roles(tx, c) : e;
}

int change_propose(struct tx *tx, const struct change *plan, struct change *ret)
{
    const char *key, *arg;
    size_t i;
    int e;

    *ret = *plan; /* the plan stays as it is: the work may run twice */
    e = change_check(tx->db, tx->arena, ret, &key, &arg);
    if (e < 0)
        return e;
    ret->row.status.v = ret->row.roles > 0 ? "pending" : "done";
    e = row_insert(tx, &reorganisation_entity, &ret->row, &ret->row.head);
    for (i = 0; e == 0 && i < ret->n; i++) {
        ret->parts[i].reorganisation.v = ret->row.head.id;
        e = row_insert(tx, &reorganisation_part_entity, &ret->parts[i], &ret->parts[i].head);
    }
    return e == 0 && ret->row.roles == 0 ? carry_out(tx, ret) : e;
}

int change_decide(struct tx *tx, const struct change_decision *d)
{
    struct reorganisation before;
    struct change c;
    const char *key, *arg;
    struct record head;
    int e = change_get(tx->db, tx->arena, d->gov, d->id, &c);

    if (e <= 0)
        return e < 0 ? e : E_STATE;
    if (!text_eq(c.row.status.v, "pending"))
        return E_STATE;
    if (d->yes && d->by == c.row.made_by.v)
        return E_PERMIT;
    before = c.row;
    e = d->yes ? change_check(tx->db, tx->arena, &c, &key, &arg) : 0;
    if (e < 0)
        return e;
    c.row = before;
    c.row.status.v = d->yes ? "done" : "refused";
    c.row.decided_by.v = d->by;
    if (tx->actor != NULL)
        actor_act(tx, tx->actor)->step = d->yes ? "approve" : "refuse";
    e = row_update(tx, &reorganisation_entity, &before, &c.row, &head);
    return e == 0 && d->yes ? carry_out(tx, &c) : e;
}

/* ---- names of a day ---- */

static date day_at(const struct rows *rows, int col)
{
    return rows_null(rows, col) ? DATE_NONE : (date){(int32_t)rows_int(rows, col)};
}

int agencies_on(struct db *db, struct arena *a, int64_t gov, date day, struct agency_then **ret, size_t *ret_n)
{
    struct agency_then *v = arena_array(a, AGENCIES_MAX, struct agency_then);
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &q_on, V(gov), V(day), V((int64_t)AGENCIES_MAX));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        v[n++] = (struct agency_then){.id = rows_int(&rows, 0),
                                      .code = rows_text(&rows, a, 1),
                                      .name = rows_text(&rows, a, 2),
                                      .short_name = rows_text(&rows, a, 3),
                                      .kind = rows_text(&rows, a, 4),
                                      .valid_from = day_at(&rows, 5),
                                      .valid_to = day_at(&rows, 6)};
        e = 0;
    }
    *ret = v;
    *ret_n = n;
    return e;
}

int agency_names_on(struct db *db, struct arena *a, int64_t gov, date day, struct agency_then **ret, size_t *ret_n)
{
    struct agency_then *v, *all = arena_array(a, (size_t)2 * AGENCIES_MAX, struct agency_then);
    int64_t last = 0;
    size_t n, first;
    int e = agencies_on(db, a, gov, day, &v, &n);

    AUTO_ROWS struct rows rows = {0};

    if (e < 0)
        return e;
    memcpy(all, v, n * sizeof *v);
    first = n;
    e = db_select(&rows, db, &q_other_names, V(gov), V(day), V((int64_t)AGENCIES_MAX));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        if (rows_int(&rows, 0) != last)
            all[n++] = (struct agency_then){
                .id = rows_int(&rows, 1), .name = rows_text(&rows, a, 2), .short_name = rows_text(&rows, a, 3)};
        else if (n > first)
            all[n - 1].id = 0; /* several of the day: nobody can say which */
        last = rows_int(&rows, 0);
        e = 0;
    }
    *ret = all;
    *ret_n = n;
    return e;
}

/* ---- on pages ---- */

static void show_agency(struct req *r, const struct rows *rows)
{
    html(r, "<a href=\"%s\">%s %s</a>",
         url(r, "/kerja/%s/perangkat-daerah/%lld", route_param(r, "gov"), (long long)rows_int(rows, 0)),
         rows_text(rows, r->arena, 1), rows_text(rows, r->arena, 2));
}

void agency_note(struct req *r, int64_t gov, int64_t id)
{
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, r->db, &q_after, V(gov), V(id));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        if (n++ == 0)
            html(r, "<span class=\"sub\">%s ", T1(r, "reorganisation.now", say_day(r, day_at(&rows, 3))));
        else
            html(r, ", ");
        show_agency(r, &rows);
        e = 0;
    }
    if (n > 0)
        html(r, "</span>");
}

static void show_links(struct req *r, const struct query *q, const struct agency *g, const char *label)
{
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, r->db, q, V(g->head.gov), V(g->head.id));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        if (n++ == 0)
            ui_fact_begin(r, label);
        html(r, "<p>");
        show_agency(r, &rows);
        html(r, " <a href=\"%s\">%s</a></p>\n",
             url(r, "/kerja/%s/susunan/%lld", route_param(r, "gov"), (long long)rows_int(&rows, 4)),
             T1(r, "reorganisation.on", say_day(r, day_at(&rows, 3))));
        e = 0;
    }
    if (n > 0)
        ui_fact_end(r);
    else
        ui_fact(r, label, T(r, "reorganisation.none-known"));
}

void agency_more(struct req *r, const void *row)
{
    const struct agency *g = row;

    ui_section_begin(r, "susunan", T(r, "reorganisation.links"));
    ui_facts_begin(r, true);
    show_links(r, &q_before, g, T(r, "reorganisation.before"));
    show_links(r, &q_after, g, T(r, "reorganisation.after"));
    ui_facts_end(r);
    html(r, "<p><a href=\"%s\">%s</a></p>\n", url(r, "/kerja/%s/susunan", route_param(r, "gov")),
         T(r, "reorganisation.to-structure"));
    ui_section_end(r);
}
