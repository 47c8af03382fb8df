/*
 * changes.c: what became of codes from one version of a list to another: checked, stored, followed, shown.
 *
 * The mapping itself is a set like the others, with its leaf; the pairs are made of it, so that they can be found from both
 * ends. Not for: reading files.
 */
#include "core/codeset/changes.h"

#include "base/text.h"
#include "core/codeset/query.h"
#include "engine/web.h"

/* ---- a row of the mapping ---- */

struct pair {
    const char *list, *old_version, *new_version;
    const char *old_code, *old_scope, *new_code, *new_scope; /* new_code "": ended */
    int64_t from, to;                                        /* sets; 0 while they are not known */
};

static const char *or_empty(const char *s)
{
    return s != NULL ? s : "";
}

static struct pair pair_of(const struct code *c, struct arena *a)
{
    return (struct pair){.list = or_empty(code_more(c, a, "list")),
                         .old_version = or_empty(code_more(c, a, "old_version")),
                         .new_version = or_empty(code_more(c, a, "new_version")),
                         .old_code = c->code,
                         .old_scope = or_empty(code_more(c, a, "old_scope")),
                         .new_code = c->scope,
                         .new_scope = or_empty(code_more(c, a, "new_scope"))};
}

static int set_of(struct db *db, const char *list, const char *version, int64_t *ret)
{
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &codeset_any, V(list), V(version));
    if (e == 0)
        e = rows_next(&rows);
    *ret = e > 0 ? rows_int(&rows, 0) : 0;
    return e < 0 ? e : 0;
}

/* Most rows name the same two versions as the row before. */
static int find_sets(struct db *db, struct pair *p, const struct pair *last)
{
    int e;

    if (last->list != NULL && text_eq(p->list, last->list) && text_eq(p->old_version, last->old_version) &&
        text_eq(p->new_version, last->new_version)) {
        p->from = last->from;
        p->to = last->to;
        return 0;
    }
    e = set_of(db, p->list, p->old_version, &p->from);
    return e < 0 ? e : set_of(db, p->list, p->new_version, &p->to);
}

/* ---- checking ---- */

static void fault(struct codeset_report *report, int64_t line, const char *column, const char *key, const char *value)
{
    if (report->n_faults < CODESET_FAULTS_MAX)
        report->faults[report->n_faults++] = (struct codeset_fault){line, column, key, value};
    report->wrong++;
}

/* 1 when exactly this code with this scope is in the set. */
static int is_there(struct db *db, struct arena *a, int64_t set, const char *code, const char *scope)
{
    struct code c;
    int e = code_find_in(db, a, set, code, scope, &c);

    return e <= 0 ? e : text_eq(c.scope, scope);
}

static int check_pair(struct db *db, struct arena *a, const struct pair *p, int64_t line, struct codeset_report *report)
{
    int e;

    if (p->from == 0)
        fault(report, line, "old_version", "codeset.change-version", p->old_version);
    if (p->to == 0)
        fault(report, line, "new_version", "codeset.change-version", p->new_version);
    if (p->from == 0 || p->to == 0)
        return 0;
    if (p->from == p->to) {
        fault(report, line, "new_version", "codeset.change-same", p->new_version);
        return 0;
    }
    e = is_there(db, a, p->from, p->old_code, p->old_scope);
    if (e == 0)
        fault(report, line, "old_code", "codeset.change-code", p->old_code);
    if (e >= 0 && *p->new_code != '\0') {
        e = is_there(db, a, p->to, p->new_code, p->new_scope);
        if (e == 0)
            fault(report, line, "new_code", "codeset.change-code", p->new_code);
    }
    return e < 0 ? e : 0;
}

int changes_check(struct db *db, const struct codeset_reader *r, struct codeset_report *report)
{
    struct pair last = {0};
    size_t i;
    int e = 0;

    for (i = 0; e >= 0 && i < r->n; i++) {
        struct pair p = pair_of(&r->rows[i].c, r->a);

        e = find_sets(db, &p, &last);
        if (e == 0)
            e = check_pair(db, r->a, &p, r->rows[i].line, report);
        /* A code that ended has nothing else. */
        if (e == 0 && *p.new_code != '\0' && last.old_code != NULL && *last.new_code == '\0' &&
            text_eq(last.old_code, p.old_code) && last.from == p.from && last.to == p.to)
            fault(report, r->rows[i].line, "new_code", "codeset.change-ended", p.old_code);
        last = p;
    }
    if (e < 0)
        return e;
    return report->wrong > 0 ? E_INPUT : 0;
}

int changes_store(struct tx *tx, const struct codeset_reader *r)
{
    struct pair last = {0};
    size_t i;
    int e = 0;

    for (i = 0; e >= 0 && i < r->n; i++) {
        struct pair p = pair_of(&r->rows[i].c, tx->arena);

        e = find_sets(tx->db, &p, &last);
        if (e == 0 && (p.from == 0 || p.to == 0))
            e = E_CONFLICT;
        if (e == 0)
            e = db_send(tx->db, &code_successor_put, V(p.from), V(p.old_code), V(p.old_scope), V(p.to), V(p.new_code),
                        V(p.new_scope));
        last = p;
    }
    return e;
}

/* ---- following ---- */

static int said(struct db *db, const struct query *q, int64_t a_set, int64_t b_set, const char *code, const char *scope,
                int64_t *ret)
{
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, q, V(a_set), V(b_set), V(code), V(scope));
    if (e == 0)
        e = rows_next(&rows);
    if (e > 0)
        *ret = rows_int(&rows, 0);
    return e < 0 ? e : 0;
}

int code_follow(struct db *db, struct arena *a, int64_t from_set, const char *code, const char *scope, int64_t to_set,
                enum code_fate *ret_fate, struct code **ret, size_t *ret_n)
{
    int64_t n = 0;
    int e = code_successors(db, a, from_set, code, scope, to_set, ret, ret_n);

    if (e >= 0)
        e = said(db, &code_said, from_set, to_set, code, scope, &n);
    if (e < 0)
        return e;
    if (n > 0)
        *ret_fate = *ret_n > 0 ? CODE_CHANGES : CODE_ENDS;
    else
        *ret_fate = *ret_n > 0 ? CODE_STAYS : CODE_LOST;
    return 0;
}

/* Was the same code there before, and did it stay? */
static int stayed(struct db *db, struct arena *a, int64_t from_set, int64_t to_set, const char *code, const char *scope,
                  struct code *ret)
{
    int64_t n = 0;
    int e = is_there(db, a, from_set, code, scope);

    if (e > 0)
        e = said(db, &code_said, from_set, to_set, code, scope, &n);
    else
        return e;
    if (e < 0 || n > 0)
        return e < 0 ? e : 0;
    return code_find_in(db, a, from_set, code, scope, ret);
}

static int origins_said(struct db *db, struct arena *a, int64_t to_set, const char *code, const char *scope, int64_t from_set,
                        struct code *v, size_t *ret_n)
{
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &code_origin, V(to_set), V(from_set), V(code), V(scope));
    while (e >= 0 && n < CODE_SUCCESSORS_MAX && (e = rows_next(&rows)) > 0)
        v[n++] = (struct code){.code = rows_text(&rows, a, 0),
                               .scope = rows_text(&rows, a, 1),
                               .name = rows_text(&rows, a, 2),
                               .level = rows_int(&rows, 3),
                               .parent = rows_text(&rows, a, 4),
                               .more = rows_text(&rows, a, 5)};
    *ret_n = n;
    return e < 0 ? e : 0;
}

int code_origins(struct db *db, struct arena *a, int64_t to_set, const char *code, const char *scope, int64_t from_set,
                 enum code_fate *ret_fate, struct code **ret, size_t *ret_n)
{
    struct code *v = arena_array(a, CODE_SUCCESSORS_MAX, struct code);
    struct code *itself = arena_new(a, struct code);
    size_t n;
    int e = origins_said(db, a, to_set, code, scope, from_set, v, &n), there = 0;

    if (e == 0)
        there = stayed(db, a, from_set, to_set, code, scope, itself);
    if (e < 0 || there < 0)
        return e < 0 ? e : there;
    *ret_fate = n > 0 ? CODE_CHANGES : there > 0 ? CODE_STAYS : CODE_NEW;
    if (there > 0 && n < CODE_SUCCESSORS_MAX)
        v[n++] = *itself; /* also where others joined it */
    *ret = v;
    *ret_n = n;
    return 0;
}

/* ---- the page of a code ---- */

static void change_row(struct req *r, const struct rows *rows, bool became)
{
    const char *version = rows_text(rows, r->arena, 1), *code = rows_text(rows, r->arena, 2);
    const char *name = rows_text(rows, r->arena, 4), *slug = route_param(r, "gov");
    int64_t set = rows_int(rows, 3);

    html(r, "<li>%s: ", T1(r, became ? "codeset.became" : "codeset.came-from", version));
    if (*code == '\0')
        html(r, "%s", T(r, "codeset.ended"));
    else
        html(r, "<a href=\"%s\">%s</a> %s", url(r, "/kerja/%s/kode/%lld?induk=%s", slug, (long long)set, code), code, name);
    html(r, "</li>\n");
}

void changes_section(struct req *r, int64_t set, const char *code)
{
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, r->db, &code_changes, V(set), V(code));
    while (e >= 0 && (e = rows_next(&rows)) > 0) {
        if (n++ == 0) {
            ui_section_begin(r, "perubahan", T(r, "codeset.changes"));
            html(r, "<ul>\n");
        }
        change_row(r, &rows, rows_int(&rows, 0) == 1);
    }
    if (n == 0)
        return;
    html(r, "</ul>\n");
    ui_section_end(r);
}
