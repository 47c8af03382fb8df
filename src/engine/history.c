/*
 * history.c: lines of the history, what changed as a JSON object {"field": [before, after]}.
 */
#include "base/json.h"
#include "base/text.h"
#include "engine/actor.h"
#include "engine/history.h"

#define CHANGED_MAX ((size_t)256 * KB)

/* clang-format off */
static const struct query q_history_add = {
    .name = "history.add",
    .sql = "INSERT INTO history (gov, record, rev, entity, at, by_user, by_name, role, step, reason, remark, changed, leaf_idx, leaf_hash) "
           "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    .in = "iiitiittttttib", .out = "",
};
static const struct query q_history = {
    .name = "history.read",
    .sql = "SELECT rev, at, by_user, by_name, role, step, reason, remark, changed, leaf_idx, leaf_hash FROM history "
           "WHERE gov = ?1 AND record = ?2 AND rev < ?3 ORDER BY rev DESC LIMIT ?4",
    .in = "iiii", .out = "iiittttttib",
};
static const struct query q_history_steps = {
    .name = "history.steps",
    .sql = "SELECT DISTINCT step FROM history WHERE gov = ?1 AND record = ?2 AND by_user = ?3 ORDER BY step",
    .in = "iii", .out = "t",
};
/* clang-format on */

const struct query *const history_queries[] = {&q_history_add, &q_history, &q_history_steps};
const size_t history_queries_n = ARRAY_LEN(history_queries);

/* ---- writing ---- */

static int changes_text(struct tx *tx, const struct entity *e, const void *before, const void *after, const char **ret)
{
    struct buf b;
    struct json_out j;
    size_t i;

    buf_init(&b, tx->arena, CHANGED_MAX);
    json_out_init(&j, &b);
    json_out_object(&j);
    for (i = 0; i < e->n_fields; i++) {
        const struct field *f = &e->fields[i];
        const char *old = before != NULL ? field_stored(f, before, tx->arena) : NULL, *new = field_stored(f, after, tx->arena);

        if (text_eq(old, new))
            continue;
        json_put_array(&j, f->name);
        json_out_text(&j, old);
        json_out_text(&j, new);
        json_out_end(&j);
    }
    json_out_end(&j);
    *ret = b.s;
    return json_out_done(&j);
}

int history_add(struct tx *tx, const struct entity *e, const void *before, const void *after, const char *op)
{
    static const struct actor_mark machine = {.role = "system"};
    const struct actor_mark *who = tx->actor != NULL ? tx->actor : &machine;
    const struct record *head = after;
    const char *changed;
    int result;

    result = changes_text(tx, e, before, after, &changed);
    if (result < 0)
        return result;
    return db_send(tx->db, &q_history_add, V(head->gov), V(head->id), V(head->rev), V(e->name), V(tx->now), V((ref){who->user}),
                   V(who->name), V(who->role), V(who->step != NULL ? who->step : op), V(who->reason), V(who->remark),
                   V(changed), V(head->leaf_idx), V(head->leaf_hash));
}

/* ---- reading ---- */

static const char *side(const struct json_in *pair, size_t i)
{
    return pair->kind == JSON_IS_ARRAY && i < pair->n && pair->items[i].kind == JSON_IS_TEXT ? pair->items[i].text : NULL;
}

static int take_changes(struct arena *a, const struct entity *e, const char *text, struct history *h)
{
    const struct json_in *in;
    struct history_change *v;
    size_t i;
    int result;

    result = json_read(a, text, strlen(text), CHANGED_MAX, &in, NULL);
    if (result < 0)
        return E_STORAGE;
    v = arena_array(a, in->n, struct history_change);
    for (i = 0; i < in->n; i++)
        v[i] = (struct history_change){.field = entity_field(e, in->items[i].key),
                                       .name = in->items[i].key,
                                       .before = side(&in->items[i], 0),
                                       .after = side(&in->items[i], 1)};
    h->changes = v;
    h->n = in->n;
    return 0;
}

int history_read(struct db *db, struct arena *a, const struct entity *e, int64_t gov, int64_t record, int64_t below,
                 struct history **ret, size_t *ret_n)
{
    struct history *v = arena_array(a, HISTORY_PAGE, struct history);
    size_t n = 0;
    int result;

    AUTO_ROWS struct rows rows;

    result = db_select(&rows, db, &q_history, V(gov), V(record), V(below > 0 ? below : INT64_MAX), V((int64_t)HISTORY_PAGE));
    while (result == 0 && (result = rows_next(&rows)) > 0) {
        struct history *h = &v[n++];

        *h = (struct history){.rev = rows_int(&rows, 0),
                              .at = {rows_int(&rows, 1)},
                              .user = rows_null(&rows, 2) ? 0 : rows_int(&rows, 2),
                              .by = rows_text(&rows, a, 3),
                              .role = rows_text(&rows, a, 4),
                              .step = rows_text(&rows, a, 5),
                              .reason = rows_text(&rows, a, 6),
                              .remark = rows_text(&rows, a, 7),
                              .leaf_idx = rows_int(&rows, 9),
                              .leaf_hash = rows_bytes(&rows, a, 10)};
        result = take_changes(a, e, rows_text(&rows, a, 8), h);
    }
    if (result < 0)
        return result;
    *ret = v;
    *ret_n = n;
    return 0;
}

int history_took(struct db *db, struct arena *a, int64_t gov, int64_t record, int64_t user, const char *steps)
{
    int result;

    AUTO_ROWS struct rows rows;

    result = db_select(&rows, db, &q_history_steps, V(gov), V(record), V(user));
    while (result == 0 && (result = rows_next(&rows)) > 0) {
        if (text_has_word(steps, rows_text(&rows, a, 0)))
            return 1;
        result = 0;
    }
    return result;
}
