/*
 * score_read.c: statements of the pages, and their rows as structs.
 */
#include "base/date.h"
#include "base/text.h"
#include "mod/oversight/score_daily.h"
#include "mod/oversight/score_now.h"
#include "mod/oversight/score_read.h"
#include "ui/html.h"

#define POINTS_MAX 800  /* of a year of one government: one a day, and some made by hand */
#define AREAS_MAX  1000 /* of the months of a year */
#define MONTHS     12
#define GOVS_MAX   600
#define GOV_AREAS  30

/* clang-format off */
static const struct query q_years = {
    .name = "score.years",
    .sql = "SELECT y.id, y.template, y.title, t.name, t.year, t.target, y.closes, t.bands, y.origin, y.status, "
           "y.snapshot, y.frozen_on "
           "FROM score_year y JOIN score_template t ON t.id = y.template "
           "WHERE y.gov = ?1 AND y.voided_at IS NULL AND t.status <> 'draft' ORDER BY t.year DESC, t.version DESC, y.id LIMIT ?2",
    .in = "ii", .out = "iittiiitttii",
};
static const struct query q_points = {
    .name = "score.points",
    .sql = "SELECT gov, id, as_of, self, verified, missing, waiting, waiting_since, leaf_idx, pending, penalty FROM score_snapshot "
           "WHERE gov = ?1 AND year = ?2 AND voided_at IS NULL ORDER BY as_of DESC, id DESC LIMIT ?3",
    .in = "iii", .out = "iiiiiiiiiii",
};
static const struct query q_areas = {
    .name = "score.areas",
    .sql = "SELECT l.gov, l.id, l.snapshot, s.as_of, l.code, l.title, l.self, l.verified, l.missing, l.due "
           "FROM score_line l JOIN score_snapshot s ON s.gov = l.gov AND s.id = l.snapshot "
           "WHERE l.gov = ?1 AND l.snapshot IN (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) "
           "ORDER BY s.as_of, s.id, l.code, l.id LIMIT ?16",
    .in = "iiiiiiiiiiiiiiii", .out = "iiiittiiii",
};
static const struct query q_template = {
    .name = "score.newest-template",
    .sql = "SELECT id, id, name, name, year, target, closes, bands, origin, status, CAST(NULL AS BIGINT), CAST(NULL AS BIGINT) FROM score_template "
           "WHERE status <> 'draft' AND voided_at IS NULL ORDER BY year DESC, version DESC, id LIMIT 1",
    .in = "", .out = "iittiiitttii",
};
static const struct query q_govs = {
    .name = "score.governments",
    .sql = "SELECT g.id, g.code, g.slug, g.name FROM government g JOIN score_year y ON y.gov = g.id AND y.template = ?1 "
           "WHERE y.voided_at IS NULL AND g.voided_at IS NULL ORDER BY g.code LIMIT ?2",
    .in = "ii", .out = "ittt",
};
static const struct query q_all_points = {
    .name = "score.all-points",
    .sql = "SELECT s.gov, s.id, s.as_of, s.self, s.verified, s.missing, s.waiting, s.waiting_since, s.leaf_idx, "
           "s.pending, s.penalty FROM score_year y JOIN (SELECT ?2 AS a, ?3 AS z UNION ALL SELECT ?3, ?4 UNION ALL SELECT ?4, ?5 "
           "UNION ALL SELECT ?5, ?6 UNION ALL SELECT ?6, ?7 UNION ALL SELECT ?7, ?8 UNION ALL SELECT ?8, ?9 UNION ALL "
           "SELECT ?9, ?10 UNION ALL SELECT ?10, ?11 UNION ALL SELECT ?11, ?12 UNION ALL SELECT ?12, ?13 UNION ALL "
           "SELECT ?13, ?14) m ON m.z > m.a JOIN score_snapshot s ON s.gov = y.gov AND s.id = (SELECT x.id FROM score_snapshot x "
           "WHERE x.gov = y.gov AND x.year = y.id AND x.voided_at IS NULL AND x.as_of > m.a AND x.as_of <= m.z "
           "ORDER BY x.as_of DESC, x.id DESC LIMIT 1) "
           "WHERE y.template = ?1 AND y.voided_at IS NULL ORDER BY s.gov, s.as_of, s.id LIMIT ?15",
    .in = "iiiiiiiiiiiiiii", .out = "iiiiiiiiiii",
};
static const struct query q_all_areas = {
    .name = "score.all-areas",
    .sql = "SELECT l.gov, l.id, l.snapshot, s.as_of, l.code, l.title, l.self, l.verified, l.missing, l.due "
           "FROM score_year y JOIN score_snapshot s ON s.gov = y.gov AND s.year = y.id "
           "JOIN score_line l ON l.gov = s.gov AND l.snapshot = s.id "
           "WHERE y.template = ?1 AND y.voided_at IS NULL AND s.id = (SELECT x.id FROM score_snapshot x WHERE x.gov = y.gov "
           "AND x.year = y.id AND x.voided_at IS NULL AND x.as_of <= ?2 ORDER BY x.as_of DESC, x.id DESC LIMIT 1) "
           "ORDER BY l.gov, l.code, l.id LIMIT ?3",
    .in = "iii", .out = "iiiittiiii",
};
/* clang-format on */

const struct query *const score_queries[SCORE_QUERIES] = {
    &score_q_nodes,   &score_q_inputs, &q_years,     &q_points,          &q_areas,      &q_template,
    &q_govs,          &q_all_points,   &q_all_areas, &score_q_penalties, &score_q_late, &score_q_open_years,
    &score_q_same_day};

static date take_date(const struct rows *rows, int column)
{
    return rows_null(rows, column) ? DATE_NONE : (date){(int32_t)rows_int(rows, column)};
}

int score_level(const struct score_bands *b, int64_t score)
{
    int level = score == INT_NONE ? 0 : score_band_of(b->v, b->n, fraction_of(score, 100));

    return level < 0 ? 1 : level > 3 ? 4 : level + 1;
}

/* ---- one government ---- */

static void take_year(const struct rows *rows, struct arena *a, struct score_year_item *ret)
{
    int64_t target = rows_int(rows, 5);

    *ret = (struct score_year_item){
        .id = rows_int(rows, 0),
        .template = rows_int(rows, 1),
        .title = rows_text(rows, a, 2),
        .template_name = rows_text(rows, a, 3),
        .year = rows_int(rows, 4),
        .target = target == INT_NONE ? INT_NONE : target * 100,
        .closes = take_date(rows, 6),
        .bands = rows_text(rows, a, 7),
        .example = text_eq(rows_text(rows, a, 8), "example"),
        .status = rows_text(rows, a, 9),
        .snapshot = rows_null(rows, 10) ? 0 : rows_int(rows, 10),
        .frozen_on = take_date(rows, 11),
    };
}

int score_years_read(struct db *db, struct arena *a, int64_t gov, struct score_year_item ret[SCORE_YEARS_MAX], size_t *ret_n)
{
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &q_years, V(gov), V((int64_t)SCORE_YEARS_MAX));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        take_year(&rows, a, &ret[n++]);
        e = 0;
    }
    *ret_n = n;
    return e;
}

static struct score_point take_point(const struct rows *rows)
{
    return (struct score_point){.gov = rows_int(rows, 0),
                                .id = rows_int(rows, 1),
                                .as_of = take_date(rows, 2),
                                .self = rows_int(rows, 3),
                                .verified = rows_int(rows, 4),
                                .missing = rows_int(rows, 5),
                                .waiting = rows_int(rows, 6),
                                .waiting_since = take_date(rows, 7),
                                .leaf_idx = rows_int(rows, 8),
                                .pending = rows_int(rows, 9),
                                .penalty = rows_int(rows, 10)};
}

static struct score_area_point take_area(const struct rows *rows, struct arena *a)
{
    return (struct score_area_point){.gov = rows_int(rows, 0),
                                     .id = rows_int(rows, 1),
                                     .snapshot = rows_int(rows, 2),
                                     .as_of = take_date(rows, 3),
                                     .code = rows_text(rows, a, 4),
                                     .title = rows_text(rows, a, 5),
                                     .self = rows_int(rows, 6),
                                     .verified = rows_int(rows, 7),
                                     .missing = rows_int(rows, 8),
                                     .due = take_date(rows, 9)};
}

/* The newest of them, turned so that the oldest comes first. */
int score_points_read(struct db *db, struct arena *a, int64_t gov, int64_t year, struct score_point **ret, size_t *ret_n)
{
    struct score_point *v = arena_array(a, POINTS_MAX, struct score_point), keep;
    size_t n = 0, i;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &q_points, V(gov), V(year), V((int64_t)POINTS_MAX));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        v[n++] = take_point(&rows);
        e = 0;
    }
    for (i = 0; i < n / 2; i++) {
        keep = v[i];
        v[i] = v[n - 1 - i];
        v[n - 1 - i] = keep;
    }
    *ret = v;
    *ret_n = n;
    return e;
}

int score_areas_read(struct db *db, struct arena *a, int64_t gov, const int64_t *snapshots, size_t n_snapshots,
                     struct score_area_point **ret, size_t *ret_n)
{
    int64_t s[SCORE_MONTHS_MAX] = {0};

    struct score_area_point *v = arena_array(a, AREAS_MAX, struct score_area_point);
    size_t n = 0, i;
    int e;

    AUTO_ROWS struct rows rows;

    for (i = 0; i < n_snapshots && i < SCORE_MONTHS_MAX; i++)
        s[i] = snapshots[i];
    e = db_select(&rows, db, &q_areas, V(gov), V(s[0]), V(s[1]), V(s[2]), V(s[3]), V(s[4]), V(s[5]), V(s[6]), V(s[7]), V(s[8]),
                  V(s[9]), V(s[10]), V(s[11]), V(s[12]), V(s[13]), V((int64_t)AREAS_MAX));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        v[n++] = take_area(&rows, a);
        e = 0;
    }
    *ret = v;
    *ret_n = n;
    return e;
}

/* ---- several ---- */

int score_newest_template(struct db *db, struct arena *a, struct score_year_item *ret)
{
    AUTO_ROWS struct rows rows;
    int e = db_select(&rows, db, &q_template);

    if (e == 0)
        e = rows_next(&rows);
    if (e > 0)
        take_year(&rows, a, ret);
    return e;
}

static int read_govs(struct req *r, int64_t template, bool (*keep)(const struct req *r, int64_t gov), struct score_compare *c)
{
    int e;

    AUTO_ROWS struct rows rows;

    c->govs = arena_array(r->arena, GOVS_MAX, struct score_gov);
    e = db_select(&rows, r->db, &q_govs, V(template), V((int64_t)GOVS_MAX));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        struct score_gov g = {rows_int(&rows, 0), rows_text(&rows, r->arena, 1), rows_text(&rows, r->arena, 2),
                              rows_text(&rows, r->arena, 3)};

        if (keep == NULL || keep(r, g.id))
            c->govs[c->n_govs++] = g;
        e = 0;
    }
    return e;
}

static bool is_kept(const struct score_compare *c, int64_t gov)
{
    size_t i;

    for (i = 0; i < c->n_govs; i++)
        if (c->govs[i].id == gov)
            return true;
    return false;
}

/* Of month 1 to 12: the last day, none behind `until`; what came after the year counts as its last month. [0] is before it. */
static void month_ends(int64_t year, date until, int64_t ret[MONTHS + 1])
{
    int m;

    ret[0] = INT32_MIN;
    for (m = 1; m <= MONTHS; m++) {
        ret[m] = m == MONTHS ? until.v : date_of((int)year, m + 1, 1).v - 1;
        if (ret[m] > until.v)
            ret[m] = until.v;
    }
}

static int read_points(struct req *r, const struct score_year_item *template, date until, struct score_compare *c)
{
    int64_t m[MONTHS + 1];
    int e;

    AUTO_ROWS struct rows rows;

    c->points = arena_array(r->arena, c->n_govs * MONTHS + 1, struct score_point);
    month_ends(template->year, until, m);
    e = db_select(&rows, r->db, &q_all_points, V(template->id), V(m[0]), V(m[1]), V(m[2]), V(m[3]), V(m[4]), V(m[5]), V(m[6]),
                  V(m[7]), V(m[8]), V(m[9]), V(m[10]), V(m[11]), V(m[12]), V((int64_t)(GOVS_MAX * MONTHS)));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        struct score_point p = take_point(&rows);

        if (c->n_points < c->n_govs * MONTHS && is_kept(c, p.gov))
            c->points[c->n_points++] = p;
        e = 0;
    }
    return e;
}

static int read_areas(struct req *r, int64_t template, date until, struct score_compare *c)
{
    int e;

    AUTO_ROWS struct rows rows;

    c->areas = arena_array(r->arena, c->n_govs * GOV_AREAS + 1, struct score_area_point);
    e = db_select(&rows, r->db, &q_all_areas, V(template), V((int64_t)until.v), V((int64_t)(GOVS_MAX * GOV_AREAS)));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        struct score_area_point p = take_area(&rows, r->arena);

        if (c->n_areas < c->n_govs * GOV_AREAS && is_kept(c, p.gov))
            c->areas[c->n_areas++] = p;
        e = 0;
    }
    return e;
}

int score_compare_read(struct req *r, const struct score_year_item *template, date until,
                       bool (*keep)(const struct req *r, int64_t gov), struct score_compare *ret)
{
    int e;

    *ret = (struct score_compare){.n_govs = 0};
    e = read_govs(r, template->id, keep, ret);
    if (e == 0)
        e = read_points(r, template, until, ret);
    return e < 0 ? e : read_areas(r, template->id, until, ret);
}
