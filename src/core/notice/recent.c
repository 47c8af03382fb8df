/*
 * recent.c: see recent.h.
 */
#include "core/notice/recent.h"

#include <pthread.h>

#include "core/notice/notice.h"
#include "core/notice/query.h"
#include "core/user/door.h"
#include "engine/form.h"
#include "engine/row.h"

#define NOTED_MAX 256 /* in one second; more are not noted */

/* clang-format off */
const struct query q_recent_put = {
    .name = "recent.put",
    .sql = "INSERT INTO recent (person, gov, record, entity, at) VALUES (?1, ?2, ?3, ?4, ?5) "
           "ON CONFLICT (person, gov, record) DO UPDATE SET at = excluded.at",
    .in = "iiiti", .out = "",
};
const struct query q_recent_trim = {
    .name = "recent.trim",
    .sql = "DELETE FROM recent WHERE person = ?1 AND gov = ?2 AND record NOT IN "
           "(SELECT record FROM recent WHERE person = ?1 AND gov = ?2 ORDER BY at DESC, record LIMIT ?3)",
    .in = "iii", .out = "",
};
const struct query q_recent_list = {
    .name = "recent.list",
    .sql = "SELECT record, entity FROM recent WHERE person = ?1 AND gov = ?2 ORDER BY at DESC, record LIMIT ?3",
    .in = "iii", .out = "it",
};
const struct query q_recent_clear = {.name = "recent.clear", .sql = "DELETE FROM recent WHERE person = ?1", .in = "i", .out = ""};
/* clang-format on */

struct noted {
    int64_t user, gov, record;
    const char *entity; /* of a constant table */
    instant at;
};

/* The process's own, between the threads of pages and the one that stores. */
static struct {
    pthread_mutex_t lock;
    size_t n;
    struct noted v[NOTED_MAX];
} pending = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* ---- noting ---- */

void recent_seen(struct req *r, const struct screen *s, const void *row)
{
    const struct record *head = row;
    struct noted x = {.gov = head->gov, .record = head->id, .entity = s->entity->name, .at = r->now};
    size_t i;

    if (r->actor == NULL || r->actor->by_token || r->actor->session == 0 ||
        s->entity->is_subject) /* no trail of who looked at whom */
        return;
    x.user = r->actor->user;
    (void)pthread_mutex_lock(&pending.lock); /* a plain mutex does not fail */
    for (i = 0; i < pending.n; i++)
        if (pending.v[i].user == x.user && pending.v[i].record == x.record && pending.v[i].gov == x.gov)
            break;
    if (i < NOTED_MAX) {
        pending.v[i] = x;
        pending.n += i == pending.n;
    }
    (void)pthread_mutex_unlock(&pending.lock);
}

/* ---- storing ---- */

struct batch {
    size_t n;
    struct noted v[NOTED_MAX];
};

static int store(struct tx *tx, void *arg)
{
    const struct batch *b = arg;
    size_t i;
    int e = 0;

    for (i = 0; i < b->n && e >= 0; i++) {
        const struct noted *x = &b->v[i];

        e = db_send(tx->db, &q_recent_put, V(x->user), V(x->gov), V(x->record), V(x->entity), V(x->at));
        if (e == 0)
            e = db_send(tx->db, &q_recent_trim, V(x->user), V(x->gov), V((int64_t)RECENT_MAX));
        if (e == 0)
            e = notices_read_of(tx, x->user, x->gov, x->record);
    }
    return e;
}

int recent_store(struct app *app)
{
    struct arena a;
    struct batch *b;
    int e = 0;

    arena_init(&a, 1 * MB);
    b = arena_new(&a, struct batch);
    (void)pthread_mutex_lock(&pending.lock);
    b->n = pending.n;
    memcpy(b->v, pending.v, pending.n * sizeof *b->v);
    pending.n = 0;
    (void)pthread_mutex_unlock(&pending.lock);
    if (b->n > 0)
        e = writer_do(app->writer, store, b);
    if (e == 0)
        e = (int)b->n;
    arena_finish(&a);
    return e;
}

/* ---- showing ---- */

struct line {
    int64_t record;
    const char *entity;
};

static int read_lines(struct req *r, struct line v[static RECENT_MAX], size_t *ret_n)
{
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, r->db, &q_recent_list, V(r->actor->user), V(req_gov(r)->id), V((int64_t)RECENT_MAX));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        v[n++] = (struct line){rows_int(&rows, 0), rows_text(&rows, r->arena, 1)};
        e = 0;
    }
    *ret_n = n;
    return e;
}

static void begin(struct req *r)
{
    ui_section_begin(r, "terakhir", T(r, "recent.title"));
    ui_rows_begin(r);
}

static void end(struct req *r)
{
    const struct ui_button clear = {.label = T(r, "recent.clear"), .look = BUTTON_PLAIN};

    ui_rows_end(r);
    ui_form_begin(r, NULL, url(r, "/kerja/%s/terakhir/hapus", req_gov(r)->slug), FORM_POST);
    ui_button(r, &clear);
    ui_form_end(r);
    ui_section_end(r);
}

void recent_section(struct req *r)
{
    struct line v[RECENT_MAX];
    size_t n, i, shown = 0;

    if (r->actor == NULL || read_lines(r, v, &n) < 0)
        return;
    for (i = 0; i < n; i++) {
        const struct screen *s = sight_screen(r->app, v[i].entity);
        const char *facts[1];
        void *row;

        if (s == NULL || sight_row(r, s, req_gov(r)->id, v[i].record, &row) <= 0)
            continue;
        if (shown++ == 0)
            begin(r);
        facts[0] = label_one(r, s->entity);
        ui_row_item_begin(r, &(struct ui_row_item){.title = row_title(r, s, row),
                                                   .href = sight_path(r, s, req_gov(r)->id, v[i].record),
                                                   .facts = facts,
                                                   .n_facts = 1});
        ui_row_item_end(r);
    }
    if (shown > 0)
        end(r);
}

static int clear_run(struct tx *tx, void *plan)
{
    return db_send(tx->db, &q_recent_clear, V(*(int64_t *)plan));
}

void page_recent_clear(struct req *r)
{
    int64_t *user = arena_new(r->arena, int64_t);

    if (!form_knows(r, ""))
        return;
    *user = r->actor->user;
    web_write(r, clear_run, user, NULL, url(r, "/kerja/%s/cari", req_gov(r)->slug));
}
