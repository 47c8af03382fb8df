/*
 * score_book.c: from rows to a tree, and from answers to a snapshot.
 */
#include <string.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/hash.h"
#include "base/text.h"
#include "engine/row.h"
#include "mod/oversight/score_book.h"

#define INPUTS_MAX_BYTES ((size_t)60000)

/* clang-format off */
const struct query score_q_nodes = {
    .name = "score.nodes",
    .sql = "SELECT id, parent, place, code, name, weight, method, params, owners, origin FROM score_node "
           "WHERE template = ?1 AND voided_at IS NULL ORDER BY place, id LIMIT ?2",
    .in = "ii", .out = "iiittitttt",
};
const struct query score_q_inputs = {
    .name = "score.inputs",
    .sql = "SELECT id, node, code, title, area, agency, self, pending, rehearsal, total, due, missing, waiting, waiting_since, "
           "verified, na, na_reason, status, origin, rev, leaf_idx FROM score_input "
           "WHERE gov = ?1 AND year = ?2 AND voided_at IS NULL ORDER BY id LIMIT ?3",
    .in = "iii", .out = "iitttitttiiiiititttii",
};
/* clang-format on */

static date take_date(const struct rows *rows, int column)
{
    return rows_null(rows, column) ? DATE_NONE : (date){(int32_t)rows_int(rows, column)};
}

static ref take_ref(const struct rows *rows, int column)
{
    return rows_null(rows, column) ? REF_NONE : (ref){rows_int(rows, column)};
}

/* ---- the template ---- */

size_t score_book_place(const struct score_book *b, int64_t node)
{
    size_t i;

    for (i = 0; i < b->n; i++)
        if (b->rows[i].head.id == node)
            return i;
    return b->n;
}

bool score_book_leaf(const struct score_book *b, size_t i)
{
    return !b->tree.group[i];
}

size_t score_book_area(const struct score_book *b, size_t i)
{
    while (b->tree.parent[i] >= 0)
        i = (size_t)b->tree.parent[i];
    return i;
}

int score_book_make(struct arena *a, const struct score_node_row *rows, size_t n, struct score_book *ret,
                    struct score_fault faults[SCORE_FAULTS_MAX], size_t *ret_faults)
{
    struct score_book b = {.rows = rows, .n = n, .nodes = arena_array(a, n + 1, struct score_node)};
    size_t i, up;
    int e;

    *ret_faults = 0;
    for (i = 0; i < n; i++) {
        struct score_node *node = &b.nodes[i];

        *node =
            (struct score_node){.code = rows[i].code, .weight = rows[i].weight, .method = rows[i].method, .total = INT_NONE};
        if (rows[i].parent.v != 0) {
            up = score_book_place(&b, rows[i].parent.v);
            node->parent = up < n ? rows[up].code : "?";
        }
        if (score_params_parse(a, rows[i].params, &node->params) < 0) {
            node->params = (struct score_params){.total = INT_NONE};
            if (*ret_faults < SCORE_FAULTS_MAX)
                faults[(*ret_faults)++] = (struct score_fault){i, "score.params-bad"};
        }
    }
    if (*ret_faults > 0)
        return E_INPUT;
    e = score_tree_make(a, b.nodes, n, &b.tree, faults, ret_faults);
    if (e == 0)
        *ret = b;
    return e;
}

int score_nodes_read(struct db *db, struct arena *a, int64_t template, struct score_node_row **ret, size_t *ret_n)
{
    struct score_node_row *v = arena_array(a, SCORE_NODES_MAX, struct score_node_row);
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &score_q_nodes, V(template), V((int64_t)SCORE_NODES_MAX));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        v[n++] = (struct score_node_row){.head = {.id = rows_int(&rows, 0)},
                                         .template = {template},
                                         .parent = take_ref(&rows, 1),
                                         .place = rows_int(&rows, 2),
                                         .code = rows_text(&rows, a, 3),
                                         .name = rows_text(&rows, a, 4),
                                         .weight = rows_int(&rows, 5),
                                         .method = rows_text(&rows, a, 6),
                                         .params = rows_text(&rows, a, 7),
                                         .owners = rows_text(&rows, a, 8),
                                         .origin = {rows_text(&rows, a, 9)}};
        e = 0;
    }
    *ret = v;
    *ret_n = n;
    return e;
}

int score_book_read(struct db *db, struct arena *a, int64_t template, struct score_book *ret)
{
    struct score_fault faults[SCORE_FAULTS_MAX];
    struct score_node_row *v;
    size_t n, n_faults;
    int e = score_nodes_read(db, a, template, &v, &n);

    if (e < 0 || n == 0)
        return e;
    return score_book_make(a, v, n, ret, faults, &n_faults) < 0 ? E_STORAGE : 1;
}

const char *score_area_name(struct arena *a, const char *code, const char *name)
{
    return text_printf(a, "%s %.100s", code, name);
}

/* ---- answers ---- */

static void take_input(const struct rows *rows, struct arena *a, int64_t gov, int64_t year, struct score_input *ret)
{
    *ret = (struct score_input){
        .head = {.gov = gov,
                 .id = rows_int(rows, 0),
                 .rev = rows_int(rows, 19),
                 .leaf_idx = rows_int(rows, 20),
                 .voided_at = INSTANT_NONE},
        .year = {year},
        .node = take_ref(rows, 1),
        .code = rows_text(rows, a, 2),
        .title = rows_text(rows, a, 3),
        .area = rows_text(rows, a, 4),
        .agency = take_ref(rows, 5),
        .self = rows_text(rows, a, 6),
        .pending = rows_text(rows, a, 7),
        .rehearsal = rows_text(rows, a, 8),
        .total = rows_int(rows, 9),
        .due = take_date(rows, 10),
        .missing = rows_int(rows, 11),
        .waiting = rows_int(rows, 12),
        .waiting_since = take_date(rows, 13),
        .verified = rows_text(rows, a, 14),
        .na = rows_int(rows, 15) == 1,
        .na_reason = rows_text(rows, a, 16),
        .status = {rows_text(rows, a, 17)},
        .origin = {rows_text(rows, a, 18)},
    };
}

int score_inputs_read(struct db *db, struct arena *a, int64_t gov, int64_t year, struct score_input **ret, size_t *ret_n)
{
    struct score_input *v = arena_array(a, SCORE_NODES_MAX, struct score_input);
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &score_q_inputs, V(gov), V(year), V((int64_t)SCORE_NODES_MAX));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        take_input(&rows, a, gov, year, &v[n++]);
        e = 0;
    }
    if (e < 0)
        return e;
    *ret = v;
    *ret_n = n;
    return 0;
}

static int fill_one(struct arena *a, struct score_node *node, const char *const text[SCORE_VIEWS])
{
    size_t k;
    int e = 0;

    for (k = 0; e == 0 && k < SCORE_VIEWS; k++)
        e = score_answer_parse(a, node->method, &node->params, text[k], &node->answer[k]);
    return e;
}

static void empty(struct score_book *b)
{
    static const struct score_answer nothing = {.actual = {0, 1}};
    size_t i, k;

    for (i = 0; i < b->n; i++) {
        b->nodes[i].na = false;
        b->nodes[i].total = SCORE_COUNT_MAX; /* where nobody said of how many, nothing of it is done */
        for (k = 0; k < SCORE_VIEWS; k++)
            b->nodes[i].answer[k] = nothing;
    }
}

int score_book_fill(struct arena *a, struct score_book *b, const struct score_input *v, size_t n, const char **ret_wrong)
{
    size_t i, k;
    int e;

    empty(b);
    for (i = 0; i < n; i++) {
        const char *const text[SCORE_VIEWS] = {v[i].self, v[i].verified, v[i].pending, v[i].rehearsal};

        k = score_book_place(b, v[i].node.v);
        if (k == b->n)
            continue;
        b->nodes[k].na = v[i].na;
        if (v[i].total != INT_NONE)
            b->nodes[k].total = v[i].total;
        e = fill_one(a, &b->nodes[k], text);
        if (e < 0) {
            *ret_wrong = v[i].code;
            return e;
        }
    }
    return 0;
}

enum { LINE_CODE, LINE_TOTAL = 1 + SCORE_VIEWS, LINE_NA, LINE_PARTS };

static int refill_line(struct arena *a, struct score_book *b, const char *line)
{
    size_t n, i;
    char **parts = text_split(a, line, '|', &n);
    int e = 0;

    if (n != LINE_PARTS)
        return E_FORMAT;
    for (i = 0; i < b->n; i++) {
        struct score_node *node = &b->nodes[i];

        if (!text_eq(node->code, parts[LINE_CODE]))
            continue;
        node->na = text_eq(parts[LINE_NA], "1");
        if (*parts[LINE_TOTAL] != '\0')
            e = text_int(parts[LINE_TOTAL], 1, SCORE_COUNT_MAX, &node->total);
        return e < 0 ? e : fill_one(a, node, (const char *const *)parts + 1);
    }
    return E_FORMAT;
}

int score_book_refill(struct arena *a, struct score_book *b, const char *inputs)
{
    size_t n, i;
    char **lines = text_split(a, inputs != NULL ? inputs : "", ';', &n);
    int e = 0;

    empty(b);
    for (i = 0; e == 0 && i < n; i++) {
        const char *line = text_trim(a, lines[i]);

        if (*line != '\0')
            e = refill_line(a, b, line);
    }
    return e;
}

/* ---- snapshots ---- */

static const char *or_empty(const char *s)
{
    return s != NULL ? s : "";
}

static int write_inputs(struct arena *a, const struct score_book *b, const struct score_input *v, size_t n, const char **ret)
{
    struct buf text;
    size_t i, k;

    buf_init(&text, a, INPUTS_MAX_BYTES);
    for (k = 0; k < b->n; k++)
        for (i = 0; i < n; i++) {
            const struct score_input *x = &v[i];

            if (x->node.v != b->rows[k].head.id)
                continue;
            buf_printf(&text, "%s|%s|%s|%s|%s|", x->code, or_empty(x->self), or_empty(x->verified), or_empty(x->pending),
                       or_empty(x->rehearsal));
            if (x->total != INT_NONE)
                buf_printf(&text, "%lld", (long long)x->total);
            buf_printf(&text, "|%d; ", x->na ? 1 : 0);
        }
    *ret = text.s;
    return buf_failed(&text);
}

struct sums {
    int64_t missing, waiting;
    date since, due;
};

static bool earlier(date x, date than)
{
    return !date_is_none(x) && (date_is_none(than) || x.v < than.v);
}

/* Of all leaves, or those below an area (its place). */
static struct sums sum_up(const struct score_book *b, const struct score_input *v, size_t n, size_t area)
{
    struct sums s = {0, 0, DATE_NONE, DATE_NONE};
    size_t i, k;

    for (i = 0; i < n; i++) {
        k = score_book_place(b, v[i].node.v);
        if (k == b->n || v[i].na || (area < b->n && score_book_area(b, k) != area))
            continue;
        s.missing += v[i].missing != INT_NONE ? v[i].missing : 0;
        s.waiting += v[i].waiting != INT_NONE ? v[i].waiting : 0;
        if (v[i].waiting != INT_NONE && v[i].waiting > 0 && earlier(v[i].waiting_since, s.since))
            s.since = v[i].waiting_since;
        if (v[i].missing != INT_NONE && v[i].missing > 0 && earlier(v[i].due, s.due))
            s.due = v[i].due;
    }
    return s;
}

static int rounded(bool applies, struct fraction score, int64_t *ret)
{
    *ret = INT_NONE;
    return applies ? score_rounded(score, ret) : 0;
}

static int area_lines(struct arena *a, const struct score_book *b, const struct score_input *v, size_t n,
                      const struct score_values view[SCORE_VIEWS], struct score_result *ret)
{
    size_t i;
    int e = 0;

    ret->lines = arena_array(a, b->n + 1, struct score_line);
    ret->n_lines = 0;
    for (i = 0; e == 0 && i < b->n; i++) {
        struct score_line *x = &ret->lines[ret->n_lines];
        struct sums s;

        if (b->tree.parent[i] >= 0)
            continue;
        s = sum_up(b, v, n, i);
        *x = (struct score_line){.head = {.voided_at = INSTANT_NONE, .gov = ret->snapshot.head.gov},
                                 .node = {b->rows[i].head.id},
                                 .code = b->rows[i].code,
                                 .title = b->rows[i].name,
                                 .missing = s.missing,
                                 .waiting = s.waiting,
                                 .waiting_since = s.since,
                                 .due = s.due};
        e = rounded(view[SCORE_SELF].node_applies[i], view[SCORE_SELF].node[i], &x->self);
        if (e == 0)
            e = rounded(view[SCORE_VERIFIED].node_applies[i], view[SCORE_VERIFIED].node[i], &x->verified);
        if (e == 0)
            e = rounded(view[SCORE_PENDING].node_applies[i], view[SCORE_PENDING].node[i], &x->pending);
        ret->n_lines++;
    }
    return e;
}

static const char *hash_of(struct arena *a, const char *text)
{
    uint8_t hash[HASH_SIZE];

    hash_sha256(text, strlen(text), hash);
    return hex_text(a, hash, sizeof hash);
}

int score_book_compute(struct arena *a, struct score_book *b, const struct score_year *year, const struct score_input *v,
                       size_t n, int64_t penalty, date as_of, struct score_result *ret)
{
    struct score_values view[SCORE_VIEWS];
    struct sums s = sum_up(b, v, n, b->n);
    struct score_snapshot *x = &ret->snapshot;
    int64_t *const index[SCORE_VIEWS] = {&x->self, &x->verified, &x->pending, &x->rehearsal};
    const char *wrong;
    size_t i;
    int e = score_book_fill(a, b, v, n, &wrong);

    *x = (struct score_snapshot){.head = {.gov = year->head.gov, .voided_at = INSTANT_NONE},
                                 .year = {year->head.id},
                                 .title = text_printf(a, "%s, %s", year->title, date_iso(a, as_of)),
                                 .as_of = as_of,
                                 .penalty = penalty,
                                 .missing = s.missing,
                                 .waiting = s.waiting,
                                 .waiting_since = s.since,
                                 .origin = year->origin};
    for (i = 0; e == 0 && i < SCORE_VIEWS; i++) {
        e = score_compute(a, &b->tree, (enum score_view)i, fraction_of(penalty, 100), &view[i]);
        if (e == 0)
            e = rounded(view[i].applies, view[i].index, index[i]);
    }
    if (e == 0)
        e = write_inputs(a, b, v, n, &x->inputs);
    if (e < 0)
        return e;
    x->inputs_hash = hash_of(a, x->inputs);
    return area_lines(a, b, v, n, view, ret);
}

int score_result_store(struct tx *tx, const struct score_result *x, struct record *ret_head)
{
    size_t i;
    int e = row_insert(tx, &score_snapshot_entity, &x->snapshot, ret_head);

    for (i = 0; e == 0 && i < x->n_lines; i++) {
        struct score_line line = x->lines[i];
        struct record head;

        line.snapshot.v = ret_head->id;
        e = row_insert(tx, &score_line_entity, &line, &head);
    }
    return e;
}
