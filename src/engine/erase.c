/*
 * erase.c: texts that name a person, wherever others wrote them or the program keeps them for a while; what was erased.
 *
 * Rows of entities are in sql_erase.c.
 */
#include "base/text.h"
#include "engine/app.h"
#include "engine/attachment.h"
#include "engine/comment.h"
#include "engine/erase.h"
#include "engine/import.h"
#include "os/os.h"

#define KEYS_MAX  4
#define TEXTS_MAX 3
#define PLAN_MAX  ((size_t)160 * MB)

/* clang-format off */
static const struct query q_erased_add = {
    .name = "erase.erased-add",
    .sql = "INSERT INTO erased (gov, record, field, entity, at) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (gov, record, field) DO NOTHING",
    .in = "iitti", .out = "",
};
static const struct query q_erased = {
    .name = "erase.erased",
    .sql = "SELECT at FROM erased WHERE gov = ?1 AND record = ?2 AND field = ?3",
    .in = "iit", .out = "i",
};
static const struct query q_former = {
    .name = "erase.former",
    .sql = "SELECT DISTINCT gov, record, entity FROM history WHERE (?1 = 0 OR gov = ?1) AND changed LIKE ?2 ORDER BY gov, record, entity",
    .in = "it", .out = "iit",
};
static const struct query q_changed = {
    .name = "erase.changed",
    .sql = "SELECT gov, record, changed FROM history WHERE entity = ?1 AND (?2 = 0 OR gov = ?2) ORDER BY gov, record, rev",
    .in = "ti", .out = "iit",
};

static const struct query q_drafts = {
    .name = "erase.drafts",
    .sql = "SELECT by_user, gov, record, screen, typed FROM form_draft WHERE ?1 = 0 OR gov = ?1 ORDER BY by_user, gov, screen, record",
    .in = "i", .out = "iiitt",
};
static const struct query q_draft_drop = {
    .name = "erase.draft-drop",
    .sql = "DELETE FROM form_draft WHERE by_user = ?1 AND gov = ?2 AND record = ?3",
    .in = "iii", .out = "",
};
static const struct query q_views = {
    .name = "erase.views",
    .sql = "SELECT gov, id, name, query FROM saved_view WHERE ?1 = 0 OR gov = ?1 ORDER BY gov, id",
    .in = "i", .out = "iitt",
};
static const struct query q_view_empty = {
    .name = "erase.view-empty",
    .sql = "UPDATE saved_view SET name = '[dihapus]', query = NULL WHERE gov = ?1 AND id = ?2",
    .in = "ii", .out = "",
};
static const struct query q_exports = {
    .name = "erase.exports",
    .sql = "SELECT gov, id, query, reason FROM export_note WHERE ?1 = 0 OR gov = ?1 ORDER BY gov, id",
    .in = "i", .out = "iitt",
};
static const struct query q_export_empty = {
    .name = "erase.export-empty",
    .sql = "UPDATE export_note SET query = NULL, reason = '[dihapus]' WHERE gov = ?1 AND id = ?2",
    .in = "ii", .out = "",
};
static const struct query q_passes = {
    .name = "erase.passes",
    .sql = "SELECT gov, record, id, reason FROM read_pass WHERE ?1 = 0 OR gov = ?1 ORDER BY gov, record, id",
    .in = "i", .out = "iiit",
};
static const struct query q_pass_empty = {
    .name = "erase.pass-empty",
    .sql = "UPDATE read_pass SET reason = '[dihapus]' WHERE gov = ?1 AND record = ?2 AND id = ?3",
    .in = "iii", .out = "",
};
static const struct query q_tasks = {
    .name = "erase.tasks",
    .sql = "SELECT gov, agency, due, record, title, about FROM task WHERE ?1 = 0 OR gov = ?1 ORDER BY gov, agency, due, record",
    .in = "i", .out = "iiiitt",
};
static const struct query q_task_empty = {
    .name = "erase.task-empty",
    .sql = "UPDATE task SET title = '[dihapus]', about = NULL WHERE gov = ?1 AND agency = ?2 AND due = ?3 AND record = ?4",
    .in = "iiii", .out = "",
};
static const struct query q_jobs = {
    .name = "erase.jobs",
    .sql = "SELECT id, args, result FROM job WHERE (?1 = 0 OR gov = ?1) AND ended_at IS NOT NULL ORDER BY id",
    .in = "i", .out = "itt",
};
static const struct query q_job_empty = {
    .name = "erase.job-empty",
    .sql = "UPDATE job SET args = '{}', result = NULL WHERE id = ?1",
    .in = "i", .out = "",
};
static const struct query q_waiting = { /* of every government: an effect does not say whose it is */
    .name = "erase.waiting",
    .sql = "SELECT id, args FROM outbox WHERE ?1 >= 0 AND done_at IS NULL ORDER BY id",
    .in = "i", .out = "it",
};
static const struct query q_waiting_end = {
    .name = "erase.waiting-end",
    .sql = "UPDATE outbox SET args = '{}', due_at = NULL, given_up_at = made_at WHERE id = ?1",
    .in = "i", .out = "",
};
static const struct query q_comments = {
    .name = "erase.comments",
    .sql = "SELECT gov, record, id, body FROM comment WHERE ?1 = 0 OR gov = ?1 ORDER BY gov, record, id",
    .in = "i", .out = "iiit",
};
static const struct query q_wrote_comments = {
    .name = "erase.wrote-comments",
    .sql = "SELECT gov, record, id FROM comment WHERE author = ?1 AND author_name <> '[dihapus]' ORDER BY gov, record, id LIMIT ?2",
    .in = "ii", .out = "iii",
};
static const struct query q_wrote_files = {
    .name = "erase.wrote-files",
    .sql = "SELECT gov, record, id FROM attachment WHERE author = ?1 AND author_name <> '[dihapus]' ORDER BY gov, record, id LIMIT ?2",
    .in = "ii", .out = "iii",
};
static const struct query q_runs = {
    .name = "erase.runs",
    .sql = "SELECT gov, id FROM import_run WHERE (?1 = 0 OR gov = ?1) AND (state = 'waits' OR report IS NOT NULL) ORDER BY gov, id",
    .in = "i", .out = "ii",
};
static const struct query q_run_empty = {
    .name = "erase.run-empty",
    .sql = "UPDATE import_run SET report = NULL, file = '[dihapus]' WHERE gov = ?1 AND id = ?2",
    .in = "ii", .out = "",
};
/* clang-format on */

const struct query *const erase_queries[] = {
    &q_changed, &q_erased_add,   &q_erased,   &q_former,     &q_drafts,    &q_draft_drop,     &q_views,       &q_view_empty,
    &q_exports, &q_export_empty, &q_passes,   &q_pass_empty, &q_tasks,     &q_task_empty,     &q_jobs,        &q_job_empty,
    &q_waiting, &q_waiting_end,  &q_comments, &q_runs,       &q_run_empty, &q_wrote_comments, &q_wrote_files,
};
const size_t erase_queries_n = ARRAY_LEN(erase_queries);

/* ---- what was erased ---- */

int erased_add(struct tx *tx, const struct entity *e, const void *row, const struct field *f)
{
    const struct record *head = row;

    return db_send(tx->db, &q_erased_add, V(head->gov), V(head->id), V(f->name), V(e->name), V(tx->now));
}

bool erased_is(struct db *db, const struct entity *e, const void *row, const struct field *f)
{
    const struct record *head = row;

    AUTO_ROWS struct rows rows = {0};

    if (db == NULL || head->id == 0)
        return false;
    (void)e; /* ids are unique over all entities */
    return db_select(&rows, db, &q_erased, V(head->gov), V(head->id), V(f->name)) == 0 && rows_next(&rows) > 0;
}

/* ---- does a text name the person? ---- */

static bool is_part_of_word(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80;
}

static bool has_word(const char *text, const char *word)
{
    const char *at;

    for (at = text; (at = strstr(at, word)) != NULL; at++)
        if ((at == text || !is_part_of_word((unsigned char)at[-1])) && !is_part_of_word((unsigned char)at[strlen(word)]))
            return true;
    return false;
}

static int digit(char c)
{
    const char *digits = "0123456789abcdef", *at = c != '\0' ? strchr(digits, c) : NULL;

    return at != NULL ? (int)(at - digits) : -1;
}

/* As an address has it: "%20" and "+" are spaces. `text` is folded already. */
static const char *decoded(struct arena *a, const char *text)
{
    char *to = arena_text(a, text), *out = to;

    for (; *text != '\0'; text++) {
        int high = *text == '%' ? digit(text[1]) : -1, low = high >= 0 ? digit(text[2]) : -1;

        if (low > 0 || (low == 0 && high > 0)) {
            *out++ = (char)(high * 16 + low);
            text += 2;
        } else {
            *out++ = *text == '+' ? ' ' : *text;
        }
    }
    *out = '\0';
    return to;
}

bool erase_names(struct arena *a, const struct erase_words *w, const char *text)
{
    const char *plain, *address;
    size_t i;

    if (text_empty(text))
        return false;
    plain = text_fold(a, text);
    address = decoded(a, plain);
    for (i = 0; i < w->n; i++)
        if (has_word(plain, w->v[i]) || has_word(address, w->v[i]))
            return true;
    return false;
}

bool erase_is_name(struct arena *a, const struct erase_words *w, const char *value)
{
    const char *plain;
    size_t i;

    if (text_empty(value))
        return false;
    plain = text_collapse(a, text_fold(a, value));
    for (i = 0; i < w->n; i++)
        if (text_eq(plain, w->v[i]) || (strchr(w->v[i], ' ') != NULL && has_word(plain, w->v[i])))
            return true;
    return false;
}

/* ---- records that were about the person once ---- */

/* Could the person be whom a personal field of it is about? */
static bool leads_to(const struct entity *e, const struct erase_person *p)
{
    size_t i;

    for (i = 0; i < e->n_fields; i++) {
        const struct field *f = &e->fields[i], *subject = (f->flags & F_PERSONAL) != 0 ? entity_field(e, f->subject) : NULL;

        if (subject != NULL && subject->of == p->e)
            return true;
    }
    return false;
}

#define FORMER_MAX ((size_t)10000)
#define LINE_MAX_  ((size_t)4 * MB)

struct finding {
    struct erase_place *v;
    size_t n;
};

static int add_former(struct finding *f, const struct entity *e, int64_t gov, int64_t id)
{
    if (f->n > 0 && f->v[f->n - 1].e == e && f->v[f->n - 1].id == id)
        return 0;
    if (f->n == FORMER_MAX)
        return E_LIMIT;
    f->v[f->n++] = (struct erase_place){e, gov, id};
    return 0;
}

static int find_by_ref(struct db *db, struct arena *a, const struct app *app, const struct erase_person *p, struct finding *f)
{
    int result;

    AUTO_ROWS struct rows rows;

    result = db_select(&rows, db, &q_former, V(p->gov), V(text_printf(a, "%%\"%lld\"%%", (long long)p->id)));
    while (result == 0 && (result = rows_next(&rows)) > 0) {
        const struct entity *e = app_entity(app, rows_text(&rows, a, 2));

        result = e != NULL && leads_to(e, p) ? add_former(f, e, rows_int(&rows, 0), rows_int(&rows, 1)) : 0;
    }
    return result;
}

/* Lines that hold the name somewhere: which field it is in, erase_history() sees. */
static int find_by_name(struct db *db, const struct entity *e, const struct erase_person *p, const struct erase_words *w,
                        struct finding *f)
{
    struct arena own;
    int result;

    AUTO_ROWS struct rows rows;

    arena_init(&own, LINE_MAX_);
    result = db_select(&rows, db, &q_changed, V(e->name), V(p->gov));
    while (result == 0 && (result = rows_next(&rows)) > 0) {
        result = erase_names(&own, w, rows_text(&rows, &own, 2)) ? add_former(f, e, rows_int(&rows, 0), rows_int(&rows, 1)) : 0;
        arena_reset(&own);
    }
    arena_finish(&own);
    return result;
}

int erase_former(struct db *db, struct arena *a, const struct app *app, const struct erase_person *p,
                 const struct erase_words *w, struct erase_place **ret, size_t *ret_n)
{
    struct finding f = {arena_array(a, FORMER_MAX, struct erase_place), 0};
    const struct entity *const *all;
    size_t n, i;
    int result = find_by_ref(db, a, app, p, &f);

    all = app_entities(app, a, &n);
    for (i = 0; result == 0 && w->n > 0 && i < n; i++)
        if (leads_to(all[i], p))
            result = find_by_name(db, all[i], p, w, &f);
    *ret = f.v;
    *ret_n = f.n;
    return result;
}

/* ---- texts of others ---- */

/* Columns that are numbers are the key; the texts behind them are looked at. */
struct text_place {
    const struct query *read;
    const struct query *empty; /* by the key; NULL: comments, which have a leaf */
};
/* clang-format off */
static const struct text_place places[] = {
    {&q_drafts,   &q_draft_drop},
    {&q_views,    &q_view_empty},
    {&q_exports,  &q_export_empty},
    {&q_passes,   &q_pass_empty},
    {&q_tasks,    &q_task_empty},
    {&q_jobs,     &q_job_empty},
    {&q_waiting,  &q_waiting_end},
    {&q_comments, NULL},
};
/* clang-format on */

struct hit {
    int64_t key[KEYS_MAX];
};

#define HITS_MAX 1000 /* of one round; then it is read again */

/* How many rows name the person. */
static int find_hits(struct tx *tx, const struct text_place *place, int64_t gov, const struct erase_words *w, struct hit *ret)
{
    const size_t keys = strspn(place->read->out, "i"), columns = strlen(place->read->out);
    struct arena own;
    int n = 0, result;
    size_t i;

    AUTO_ROWS struct rows rows;

    arena_init(&own, 64 * MB);
    result = db_select(&rows, tx->db, place->read, V(gov));
    while (result == 0 && n < HITS_MAX && (result = rows_next(&rows)) > 0) {
        bool named = false;

        for (i = keys; i < columns && !named; i++)
            named = erase_names(&own, w, rows_text(&rows, &own, (int)i));
        for (i = 0; named && i < keys; i++)
            ret[n].key[i] = rows_int(&rows, (int)i);
        n += named;
        arena_reset(&own);
        result = 0;
    }
    arena_finish(&own);
    return result < 0 ? result : n;
}

static int empty_comment(struct tx *tx, const struct hit *hit, const char *basis)
{
    struct comment c;
    int result = row_child(tx->db, tx->arena, &comment_entity, hit->key[0], hit->key[1], hit->key[2], &c);

    return result <= 0 ? result : erase_comment(tx, &c, basis);
}

static int empty_hit(struct tx *tx, const struct text_place *place, const struct hit *hit, const char *basis)
{
    struct val in[KEYS_MAX];
    size_t i, n;

    if (place->empty == NULL)
        return empty_comment(tx, hit, basis);
    n = strlen(place->empty->in);
    for (i = 0; i < n; i++)
        in[i] = V(hit->key[i]);
    return db_send_(tx->db, place->empty, false, in, n);
}

static int empty_place(struct tx *tx, const struct text_place *place, int64_t gov, const struct erase_words *w,
                       const char *basis)
{
    struct hit *hits = arena_array(tx->arena, HITS_MAX, struct hit);
    int n, i, result;

    do {
        n = find_hits(tx, place, gov, w, hits);
        result = n < 0 ? n : 0;
        for (i = 0; result == 0 && i < n; i++)
            result = empty_hit(tx, place, &hits[i], basis);
    } while (result == 0 && n == HITS_MAX);
    return result;
}

/* ---- imports ---- */

/* The plan of a run that waits, as text; NULL when there is none. */
static bool plan_names(const struct app *app, const struct import_run *run, const struct erase_words *w)
{
    struct import_plan plan;
    struct arena own;
    bool named;

    AUTO_CLOSE int dir = import_dir(app);

    arena_init(&own, PLAN_MAX);
    named = dir >= 0 && import_plan_read(dir, import_plan_name(&own, run->id), run->plan, &own, &plan) == 0 &&
            erase_names(&own, w, arena_text_n(&own, (const char *)plan.content.p, plan.content.n));
    arena_finish(&own);
    return named;
}

static int empty_run(struct tx *tx, int64_t gov, int64_t id, const struct erase_words *w)
{
    struct import_run run;
    bool plan;
    int result = import_run_read(tx->db, tx->arena, gov, id, &run);

    if (result <= 0)
        return result;
    plan = run.state == IMPORT_WAITS && tx->app->files_dir >= 0 && plan_names(tx->app, &run, w);
    if (!plan && !erase_names(tx->arena, w, run.file) && !erase_names(tx->arena, w, run.report))
        return 0;
    result = run.state == IMPORT_WAITS ? import_run_drop(tx, &run) : 0;
    return result < 0 ? result : db_send(tx->db, &q_run_empty, V(gov), V(id));
}

static int empty_runs(struct tx *tx, int64_t gov, const struct erase_words *w)
{
    struct hit *hits = arena_array(tx->arena, HITS_MAX, struct hit);
    int n = 0, result;

    AUTO_ROWS struct rows rows;

    result = db_select(&rows, tx->db, &q_runs, V(gov));
    while (result == 0 && n < HITS_MAX && (result = rows_next(&rows)) > 0) {
        hits[n++] = (struct hit){{rows_int(&rows, 0), rows_int(&rows, 1)}};
        result = 0;
    }
    rows_close(&rows);
    for (int i = 0; result == 0 && i < n; i++)
        result = empty_run(tx, hits[i].key[0], hits[i].key[1], w);
    return result;
}

int erase_texts(struct tx *tx, const struct erase_person *p, const struct erase_words *w, const char *basis)
{
    int result = 0;
    size_t i;

    if (w->n == 0)
        return 0;
    for (i = 0; result == 0 && i < ARRAY_LEN(places); i++)
        result = empty_place(tx, &places[i], p->gov, w, basis);
    return result < 0 ? result : empty_runs(tx, p->gov, w);
}

/* ---- what an account wrote ---- */

static int wrote_row(struct tx *tx, const struct entity *e, const struct hit *hit, const char *basis)
{
    bool *gone = arena_array(tx->arena, e->n_fields, bool);
    void *row = arena_alloc(tx->arena, e->size);
    struct record head;
    int result = row_child(tx->db, tx->arena, e, hit->key[0], hit->key[1], hit->key[2], row);

    gone[entity_field(e, "author_name") - e->fields] = true;
    return result <= 0 ? result : row_erase(tx, e, row, gone, NULL, basis, &head);
}

/* How many there were. */
static int wrote_rows(struct tx *tx, const struct entity *e, const struct query *q, int64_t user, size_t max, const char *basis)
{
    struct hit *hits = arena_array(tx->arena, max, struct hit);
    int n = 0, i, result;

    AUTO_ROWS struct rows rows;

    result = db_select(&rows, tx->db, q, V(user), V((int64_t)max));
    while (result == 0 && (result = rows_next(&rows)) > 0) {
        hits[n++] = (struct hit){{rows_int(&rows, 0), rows_int(&rows, 1), rows_int(&rows, 2)}};
        result = 0;
    }
    rows_close(&rows);
    for (i = 0; result == 0 && i < n; i++)
        result = wrote_row(tx, e, &hits[i], basis);
    return result < 0 ? result : n;
}

int erase_wrote(struct tx *tx, int64_t user, size_t max, const char *basis)
{
    int n = wrote_rows(tx, &comment_entity, &q_wrote_comments, user, max, basis);

    if (n == 0)
        n = wrote_rows(tx, &attachment_entity, &q_wrote_files, user, max, basis);
    return n < 0 ? n : n > 0;
}

/* ---- the module ---- */

/* The bytes of a file; its row has forgotten them in the transaction that brought us here. */
static int drop_file(struct app *app, const char *key, const char *args, struct arena *a)
{
    const char *slash = strchr(key, '/');
    int64_t gov;

    (void)args;
    if (slash == NULL || text_int(arena_text_n(a, key, (size_t)(slash - key)), 0, INT64_MAX, &gov) < 0 || app->files_dir < 0)
        return E_INPUT;
    return attachment_drop(app->files_dir, gov, slash + 1, a);
}

static const struct effect_kind effects[] = {{.name = ERASE_EFFECT, .run = drop_file}};

const struct module erase_module = {
    .name = "erase",
    .effects = effects,
    .n_effects = ARRAY_LEN(effects),
};
