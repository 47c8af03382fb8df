/*
 * forms.c: logging the forms of leaves when they changed, and showing older ones.
 */
#include "base/hash.h"
#include "base/text.h"
#include "core/ledger/forms.h"
#include "engine/ledger_pages.h"
#include "engine/row.h"
#include "os/os.h"

#define FORMS_MAX ((size_t)2 * MB)
#define WAIT_MS   5000

/* clang-format off */
static const struct query q_newest = {
    .name = "forms.newest",
    .sql = "SELECT id, sha256 FROM leaf_forms ORDER BY id DESC LIMIT 1",
    .in = "", .out = "it",
};
static const struct query q_by_hash = {
    .name = "forms.by-hash",
    .sql = "SELECT body FROM leaf_forms WHERE sha256 = ?1 ORDER BY id DESC LIMIT 1",
    .in = "t", .out = "t",
};

static const struct field fields[] = {
    FIELD(struct leaf_forms, sha256, .flags = F_REQUIRED | F_PUBLIC | F_FIXED, .max = 64),
    FIELD(struct leaf_forms, body, .flags = F_REQUIRED | F_LONG | F_FIXED, .max = 2 * 1024 * 1024),
};
/* clang-format on */

const struct entity leaf_forms_entity = ENTITY(struct leaf_forms, leaf_forms, fields, .kind = ENTITY_CONTROL);
const struct query *const forms_queries[2] = {&q_newest, &q_by_hash};

static int present_forms(const struct app *app, struct arena *a, struct leaf_forms *ret)
{
    uint8_t hash[HASH_SIZE];
    struct buf text;
    int e;

    buf_init(&text, a, FORMS_MAX);
    e = ledger_forms(app, &text);
    if (e < 0)
        return e;
    hash_sha256(text.s, text.n, hash);
    *ret = (struct leaf_forms){.sha256 = hex_text(a, hash, sizeof hash), .body = text.s};
    return 0;
}

static int newest_is(struct db *db, struct arena *a, const char *sha256, int64_t *ret_id)
{
    int e;

    AUTO_ROWS struct rows rows;

    *ret_id = 0;
    e = db_select(&rows, db, &q_newest);
    if (e == 0)
        e = rows_next(&rows);
    if (e <= 0)
        return e;
    *ret_id = rows_int(&rows, 0);
    return text_eq(rows_text(&rows, a, 1), sha256);
}

int forms_logged(const struct app *app, struct db *db, int64_t *ret_id)
{
    struct leaf_forms now;
    struct arena a;
    int e;

    arena_init(&a, 2 * FORMS_MAX);
    e = present_forms(app, &a, &now);
    if (e == 0)
        e = newest_is(db, &a, now.sha256, ret_id);
    arena_finish(&a);
    return e;
}

static int log_run(struct tx *tx, void *arg)
{
    static const struct actor_mark machine = {.role = "system"};
    struct leaf_forms *now = arg;
    struct record head;
    int64_t newest;
    int e = newest_is(tx->db, tx->arena, now->sha256, &newest);

    if (e != 0)
        return e < 0 ? e : 0;
    (void)actor_act(tx, &machine);
    return row_insert(tx, &leaf_forms_entity, now, &head);
}

int forms_log(struct app *app)
{
    struct leaf_forms now;
    struct arena a;
    struct db *db;
    int64_t newest;
    int e = pool_take(app->pool, WAIT_MS, &db);

    if (e < 0)
        return e;
    arena_init(&a, 2 * FORMS_MAX);
    e = present_forms(app, &a, &now);
    if (e == 0)
        e = newest_is(db, &a, now.sha256, &newest);
    pool_give(app->pool, db);
    if (e == 0)
        e = writer_do(app->writer, log_run, &now);
    arena_finish(&a);
    return e < 0 ? e : 0;
}

void page_old_forms(struct req *r)
{
    int e;

    AUTO_ROWS struct rows rows;

    http_answer_header(r->http, "Access-Control-Allow-Origin", "*");
    e = db_select(&rows, r->db, &q_by_hash, V(route_param(r, "hash")));
    if (e == 0)
        e = rows_next(&rows);
    if (e <= 0) {
        r->http->status = e == 0 ? 404 : 500;
        return;
    }
    r->http->type = "application/json";
    r->http->cache = HTTP_CACHE_IMMUTABLE;
    buf_add(r->out, rows_text(&rows, r->arena, 0));
}
