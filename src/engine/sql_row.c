/*
 * sql_row.c: statements from entity tables, and the writes that carry their leaf.
 *
 * A statement's text depends on the entity alone, so the connection's cache finds it again. Not for: lists.
 */
#include "base/text.h"
#include "engine/erase.h"
#include "engine/history.h"
#include "engine/leaf.h"
#include "engine/row.h"
#include "engine/search.h"
#include "engine/sql_part.h"
#include "os/os.h"

#define VALUES_MAX SCHEMA_COLUMNS_MAX

/* ---- statements ---- */

static size_t row_values(const struct entity *e, const struct schema_want *w, size_t n, const void *row,
                         struct val ret[static VALUES_MAX])
{
    size_t own = n - e->n_fields, i;

    for (i = 0; i < own; i++)
        ret[i] = sql_head_value(row, w[i].name);
    for (i = own; i < n; i++)
        ret[i] = sql_field_value(&e->fields[i - own], row);
    return n;
}

static struct query insert_query(const struct entity *e, const struct schema_want *w, size_t n, struct arena *a)
{
    struct buf b;
    size_t i;

    buf_init(&b, a, SQL_MAX);
    buf_printf(&b, "INSERT INTO %s (%s) VALUES (", e->name, sql_columns(w, n, a));
    for (i = 0; i < n; i++)
        buf_printf(&b, "%s?%zu", i > 0 ? ", " : "", i + 1);
    buf_add(&b, ")");
    return (struct query){.name = e->name, .sql = b.s, .in = sql_types(w, n, "", a), .out = ""};
}

/* Sets every column anew and demands the revision that was read, the last parameter. */
static struct query update_query(const struct entity *e, const struct schema_want *w, size_t n, struct arena *a)
{
    struct buf b;
    size_t i, k;

    buf_init(&b, a, SQL_MAX);
    buf_printf(&b, "UPDATE %s SET ", e->name);
    for (i = 0, k = 0; i < n; i++)
        if (w[i].key == 0)
            buf_printf(&b, "%s%s = ?%zu", k++ > 0 ? ", " : "", w[i].name, i + 1);
    buf_printf(&b, " WHERE rev = ?%zu", n + 1);
    for (i = 0; i < n; i++)
        if (w[i].key > 0)
            buf_printf(&b, " AND %s = ?%zu", w[i].name, i + 1);
    return (struct query){.name = e->name, .sql = b.s, .in = sql_types(w, n, "i", a), .out = ""};
}

static struct query select_query(const struct entity *e, const struct schema_want *w, size_t n, struct arena *a)
{
    bool data = e->kind == ENTITY_DATA;

    return (struct query){
        .name = e->name,
        .sql = text_printf(a, "SELECT %s FROM %s WHERE id = ?1%s", sql_columns(w, n, a), e->name, data ? " AND gov = ?2" : ""),
        .in = data ? "ii" : "i",
        .out = sql_types(w, n, "", a),
    };
}

int row_get(struct db *db, struct arena *a, const struct entity *e, int64_t gov, int64_t id, void *ret)
{
    struct schema_want w[SCHEMA_COLUMNS_MAX];
    size_t n = schema_columns(e, w);
    const struct query q = select_query(e, w, n, a);
    const struct val in[] = {V(id), V(gov)};
    int found;

    AUTO_ROWS struct rows rows;

    found = db_select_(&rows, db, &q, in, strlen(q.in));
    if (found == 0)
        found = rows_next(&rows);
    if (found <= 0)
        return found;

    sql_take_row(e, w, n, &rows, a, ret);
    return 1;
}

/* ---- the leaf ---- */

/* The key of a person's row; E_INPUT when there is no such person. */
static int subject_key(struct tx *tx, const struct entity *person, int64_t gov, int64_t id, int64_t *ret)
{
    struct record *row = arena_alloc(tx->arena, person->size);
    int found = row_get(tx->db, tx->arena, person, gov, id, row);

    if (found <= 0)
        return found < 0 ? found : E_INPUT;
    *ret = row->record_key;
    return 0;
}

static int column_key(struct tx *tx, const struct entity *e, const struct field *f, const struct record *head, int64_t *ret)
{
    const struct field *subject;
    const ref *person;

    *ret = head->record_key;
    if ((f->flags & F_PERSONAL) == 0 || text_eq(f->subject, "id"))
        return 0;
    subject = entity_field(e, f->subject);
    person = (const ref *)((const char *)head + subject->offset);
    return person->v == 0 ? 0 : subject_key(tx, subject->of, head->gov, person->v, ret);
}

/* What an erase leaf says besides: which fields it does not hold any more, and by which law. */
struct erasing {
    const bool *gone;
    const char *basis;
};

static int leaf_columns(struct tx *tx, const struct entity *e, const struct record *head, const struct erasing *erasing,
                        struct ledger_column *ret, size_t *ret_n)
{
    size_t i, n = 0;

    for (i = 0; i < e->n_fields; i++) {
        const struct field *f = &e->fields[i];
        int64_t key = 0;
        int result;

        if (erasing != NULL && erasing->gone[i] && field_stored(f, head, tx->arena) == NULL)
            continue;
        result = (f->flags & F_PUBLIC) != 0 ? 0 : column_key(tx, e, f, head, &key);
        if (result < 0)
            return result;
        ret[n++] = (struct ledger_column){
            .name = f->name, .value = field_stored(f, head, tx->arena), .is_public = (f->flags & F_PUBLIC) != 0, .key = key};
    }
    if (erasing != NULL)
        ret[n++] = (struct ledger_column){.name = "legal_basis", .value = erasing->basis, .is_public = true};
    ret[n] = (struct ledger_column){.name = "voided_at", .is_public = true};
    if (head->voided_at.v != INSTANT_NONE.v)
        ret[n].value = text_printf(tx->arena, "%lld", (long long)head->voided_at.v);
    *ret_n = n + 1;
    return 0;
}

/* Appends the leaf of head.rev and puts its receipt into the head. */
static int append(struct tx *tx, const struct entity *e, enum leaf_op op, const struct erasing *erasing, struct record *head)
{
    static const struct actor_mark machine = {.role = "system"};
    const struct actor_mark *actor = tx->actor != NULL ? tx->actor : &machine;
    struct ledger_column *columns = arena_array(tx->arena, e->n_fields + 2, struct ledger_column);
    struct ledger_receipt receipt;
    struct ledger_leaf leaf;
    size_t n;
    int result;

    if (e->ledger == LEDGER_NONE)
        return 0;
    result = leaf_columns(tx, e, head, erasing, columns, &n);
    if (result < 0)
        return result;
    leaf = leaf_by(tx, actor, e->name, head->id, op);
    leaf.rev = head->rev;
    leaf.prev = head->rev > 1 ? head->leaf_hash : (struct bytes){0};
    leaf.columns = columns;
    leaf.n = n;
    leaf.sealed = e->ledger == LEDGER_SEALED;
    leaf.seal_key = head->record_key;
    result = ledger_append(tx, &leaf, &receipt);
    if (result < 0)
        return result;
    head->leaf_hash = arena_bytes(tx->arena, receipt.leaf_hash.v, sizeof receipt.leaf_hash.v);
    head->leaf_idx = receipt.idx;
    return 0;
}

/* ---- writes ---- */

/* A row of our own with the same fields. */
static struct record *copy_of(struct tx *tx, const struct entity *e, const void *row)
{
    return memcpy(arena_alloc(tx->arena, e->size), row, e->size);
}

int row_insert(struct tx *tx, const struct entity *e, const void *row, struct record *ret_head)
{
    struct schema_want w[SCHEMA_COLUMNS_MAX];
    size_t n = schema_columns(e, w);
    struct val in[VALUES_MAX];
    struct record *head = copy_of(tx, e, row);
    struct query *q = arena_new(tx->arena, struct query);
    int result = 0;

    *head = (struct record){.gov = head->gov,
                            .id = head->id != 0 ? head->id : os_new_id(),
                            .rev = 1,
                            .leaf_idx = INT_NONE,
                            .voided_at = INSTANT_NONE};
    if (e->ledger != LEDGER_NONE)
        result = ledger_key_new(tx, e->is_subject ? LEDGER_KEY_SUBJECT : LEDGER_KEY_RECORD, &head->record_key);
    if (result == 0)
        result = append(tx, e, LEAF_INSERT, NULL, head);
    if (result < 0)
        return result;
    *q = insert_query(e, w, n, tx->arena);
    result = db_send_(tx->db, q, true, in, row_values(e, w, n, head, in));
    if (result == 0 && e->ledger != LEDGER_NONE)
        result = history_add(tx, e, NULL, head, "insert");
    if (result == 0)
        result = search_put(tx, e, NULL, head);
    if (result < 0)
        return result;

    *ret_head = *head;
    return 0;
}

static const char *const history_ops[] = {[LEAF_UPDATE] = "update", [LEAF_DELETE] = "void", [LEAF_ERASE] = "erase"};

/* An erasure puts nothing of what was there before into the history. */
static int write_revision(struct tx *tx, const struct entity *e, enum leaf_op op, const struct erasing *erasing,
                          const void *before, struct record *head, struct record *ret_head)
{
    struct schema_want w[SCHEMA_COLUMNS_MAX];
    size_t n = schema_columns(e, w);
    struct val in[VALUES_MAX + 1];
    struct query *q = arena_new(tx->arena, struct query);
    int result;

    in[n] = V(head->rev);
    head->rev++;
    result = append(tx, e, op, erasing, head);
    if (result < 0)
        return result;
    *q = update_query(e, w, n, tx->arena);
    (void)row_values(e, w, n, head, in); /* n of them, as before */
    result = db_send_(tx->db, q, true, in, n + 1);
    if (result == 0 && e->ledger != LEDGER_NONE)
        result = history_add(tx, e, erasing != NULL ? head : before, head, history_ops[op]);
    if (result == 0)
        result = search_put(tx, e, before, head);
    if (result < 0)
        return result;

    *ret_head = *head;
    return 0;
}

int row_update(struct tx *tx, const struct entity *e, const void *before, const void *row, struct record *ret_head)
{
    return write_revision(tx, e, LEAF_UPDATE, NULL, before, copy_of(tx, e, row), ret_head);
}

int row_void(struct tx *tx, const struct entity *e, const void *row, struct record *ret_head)
{
    struct record *head = copy_of(tx, e, row);

    head->voided_at = tx->now;
    return write_revision(tx, e, LEAF_DELETE, NULL, row, head, ret_head);
}

static int empty_field(const struct entity *e, const struct field *f, struct record *row, struct arena *a)
{
    bool kept = (f->flags & (F_REQUIRED | F_PERSONAL)) == F_REQUIRED; /* NOT NULL */

    BUG_IF(kept && f->type != FIELD_TEXT);
    BUG_IF(e->parent != NULL && text_eq(f->name, e->parent));
    return field_take(f, row, kept ? ERASED_TEXT : NULL, a);
}

int row_erase(struct tx *tx, const struct entity *e, const void *row, const bool *gone, const struct history_person *person,
              const char *basis, struct record *ret_head)
{
    struct record *head = copy_of(tx, e, row);
    const struct erasing erasing = {gone, basis};
    int result = 0;
    size_t i;

    for (i = 0; i < e->n_fields && result == 0; i++) {
        const struct field *f = &e->fields[i];

        if (gone[i] && field_stored(f, row, tx->arena) != NULL)
            result = erased_add(tx, e, head, f);
        if (gone[i] && result == 0)
            result = empty_field(e, f, head, tx->arena);
    }
    if (result == 0)
        result = history_empty(tx, e, head->gov, head->id, person == NULL ? gone : NULL, person);
    return result < 0 ? result : write_revision(tx, e, LEAF_ERASE, &erasing, row, head, ret_head);
}
