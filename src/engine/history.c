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
    .sql = "INSERT INTO history (gov, record, rev, entity, at, by_user, by_name, role, step, reason, remark, changed, leaf_idx, leaf_hash, "
           "for_user, for_name) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
    .in = "iiitiittttttibit", .out = "",
};
static const struct query q_history = {
    .name = "history.read",
    .sql = "SELECT rev, at, by_user, by_name, role, step, reason, remark, changed, leaf_idx, leaf_hash, for_user, for_name FROM history "
           "WHERE gov = ?1 AND record = ?2 AND rev < ?3 ORDER BY rev DESC LIMIT ?4",
    .in = "iiii", .out = "iiittttttibit",
};
static const struct query q_history_last = {
    .name = "history.last",
    .sql = "SELECT at FROM history WHERE gov = ?1 AND record = ?2 ORDER BY rev DESC LIMIT 1",
    .in = "ii", .out = "i",
};
static const struct query q_history_steps = {
    .name = "history.steps",
    .sql = "SELECT DISTINCT step FROM history WHERE gov = ?1 AND record = ?2 AND (by_user = ?3 OR for_user = ?3) ORDER BY step",
    .in = "iii", .out = "t",
};
static const struct query q_history_lines = {
    .name = "history.lines",
    .sql = "SELECT rev, changed FROM history WHERE gov = ?1 AND record = ?2 AND rev > ?3 ORDER BY rev LIMIT 100",
    .in = "iii", .out = "it",
};
static const struct query q_history_empty = {
    .name = "history.empty",
    .sql = "UPDATE history SET changed = ?4, remark = NULL WHERE gov = ?1 AND record = ?2 AND rev = ?3",
    .in = "iiit", .out = "",
};
/* clang-format on */

const struct query *const history_queries[] = {&q_history_add,   &q_history,       &q_history_last,
                                               &q_history_steps, &q_history_lines, &q_history_empty};
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
                   V(changed), V(head->leaf_idx), V(head->leaf_hash), V((ref){who->behalf.user}), V(who->behalf.name));
}

/* ---- reading ---- */

static const char *side(const struct json_in *pair, size_t i)
{
    return pair->kind == JSON_IS_ARRAY && i < pair->n && pair->items[i].kind == JSON_IS_TEXT ? pair->items[i].text : NULL;
}

static bool is_gone(const struct json_in *pair, size_t i)
{
    return pair->kind == JSON_IS_ARRAY && i < pair->n && pair->items[i].kind == JSON_IS_BOOL;
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
                                       .after = side(&in->items[i], 1),
                                       .gone_before = is_gone(&in->items[i], 0),
                                       .gone_after = is_gone(&in->items[i], 1)};
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
                              .leaf_hash = rows_bytes(&rows, a, 10),
                              .behalf = rows_null(&rows, 11) ? 0 : rows_int(&rows, 11),
                              .behalf_of = rows_text(&rows, a, 12)};
        result = take_changes(a, e, rows_text(&rows, a, 8), h);
    }
    if (result < 0)
        return result;
    *ret = v;
    *ret_n = n;
    return 0;
}

int history_last(struct db *db, int64_t gov, int64_t record, instant *ret)
{
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &q_history_last, V(gov), V(record));
    if (e == 0)
        e = rows_next(&rows);
    if (e < 0)
        return e;
    ret->v = e > 0 ? rows_int(&rows, 0) : INSTANT_NONE.v;
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

/* ---- erasing ---- */

struct emptying {
    const struct entity *e;
    const bool *gone;
    const struct history_person *person;
    int64_t about[64]; /* of each field that leads to a person: whom, at the line in hand */
};

/* Whom a personal field is about: the place of its ref among the fields, -1 for the row itself or none. */
static ptrdiff_t subject_place(const struct entity *e, const struct field *f)
{
    const struct field *subject = (f->flags & F_PERSONAL) != 0 ? entity_field(e, f->subject) : NULL;

    return subject != NULL ? subject - e->fields : -1;
}

static bool field_goes(const struct emptying *m, const struct field *f, const int64_t *about, struct arena *a,
                       const char *value)
{
    const struct history_person *p = m->person;
    ptrdiff_t subject = f != NULL ? subject_place(m->e, f) : -1;

    if (f != NULL && m->gone != NULL && m->gone[f - m->e->fields])
        return true;
    if (p == NULL || subject < 0 || m->e->fields[subject].of != p->e)
        return false;
    if (about[subject] == 0)
        return p->names != NULL && value != NULL && p->names(p->arg, a, value);
    return about[subject] == p->id;
}

static void put_side(struct json_out *j, const struct json_in *pair, size_t i, bool goes, bool *changed)
{
    if (is_gone(pair, i) || (goes && side(pair, i) != NULL)) {
        *changed |= !is_gone(pair, i);
        json_out_bool(j, false);
    } else {
        json_out_text(j, side(pair, i));
    }
}

/* Refs as they stand after this line. */
static void follow(const struct emptying *m, const struct json_in *in, int64_t *about)
{
    size_t i;

    for (i = 0; i < in->n; i++) {
        const struct field *f = entity_field(m->e, in->items[i].key);
        const char *to = side(&in->items[i], 1);

        if (f != NULL && f->type == FIELD_REF && (to == NULL || text_int(to, 1, INT64_MAX, &about[f - m->e->fields]) < 0))
            about[f - m->e->fields] = 0;
    }
}

/* *ret is the text without what goes, or NULL when nothing does. */
static int emptied_text(struct tx *tx, struct emptying *m, const char *text, const char **ret)
{
    int64_t before[ARRAY_LEN(m->about)];
    const struct json_in *in;
    struct json_out j;
    struct buf b;
    bool changed = false;
    size_t i;

    if (json_read(tx->arena, text, strlen(text), CHANGED_MAX, &in, NULL) < 0)
        return E_STORAGE;
    memcpy(before, m->about, sizeof before);
    follow(m, in, m->about);
    buf_init(&b, tx->arena, CHANGED_MAX);
    json_out_init(&j, &b);
    json_out_object(&j);
    for (i = 0; i < in->n; i++) {
        const struct json_in *pair = &in->items[i];
        const struct field *f = entity_field(m->e, pair->key);

        json_put_array(&j, pair->key);
        put_side(&j, pair, 0, field_goes(m, f, before, tx->arena, side(pair, 0)), &changed);
        put_side(&j, pair, 1, field_goes(m, f, m->about, tx->arena, side(pair, 1)), &changed);
        json_out_end(&j);
    }
    json_out_end(&j);
    *ret = changed ? b.s : NULL;
    return json_out_done(&j);
}

static int empty_lines(struct tx *tx, struct emptying *m, int64_t gov, int64_t record, int64_t *after)
{
    int64_t rev[100];
    const char *text[100];
    int n = 0, result;

    AUTO_ROWS struct rows rows;

    result = db_select(&rows, tx->db, &q_history_lines, V(gov), V(record), V(*after));
    while (result == 0 && (result = rows_next(&rows)) > 0) {
        *after = rows_int(&rows, 0);
        rev[n] = *after;
        result = emptied_text(tx, m, rows_text(&rows, tx->arena, 1), &text[n]);
        n++;
    }
    rows_close(&rows);
    for (int i = 0; i < n && result == 0; i++)
        if (text[i] != NULL)
            result = db_send(tx->db, &q_history_empty, V(gov), V(record), V(rev[i]), V(text[i]));
    return result < 0 ? result : n;
}

int history_empty(struct tx *tx, const struct entity *e, int64_t gov, int64_t record, const bool *gone,
                  const struct history_person *person)
{
    struct emptying m = {.e = e, .gone = gone, .person = person};
    int64_t after = 0;
    int n;

    BUG_IF(e->n_fields > ARRAY_LEN(m.about));
    do {
        n = empty_lines(tx, &m, gov, record, &after);
    } while (n > 0);
    return n;
}
