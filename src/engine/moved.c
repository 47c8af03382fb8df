/*
 * moved.c: which running deadlines stand on another day than was promised, because days off came or went.
 *
 * Not for: computing them (flow_again.c).
 */
#include "engine/moved.h"

#include "base/json.h"
#include "base/text.h"
#include "engine/app.h"
#include "engine/job.h"
#include "engine/row.h"
#include "engine/task.h"
#include "engine/web.h"

#define SHOWN_MAX 200
#define READ_MAX  1000 /* rows that one list looks at: the rest belongs to others */

/* clang-format off */
static const struct query q_moved = {
    .name = "moved.running",
    .sql = "SELECT t.record, t.kind, t.title, c.promised, CASE WHEN c.days <> 0 THEN c.due ELSE c.stage_due END FROM task t "
           "JOIN flow_clock c ON c.gov = t.gov AND c.record = t.record "
           "WHERE t.gov = ?1 AND c.promised <> CASE WHEN c.days <> 0 THEN c.due ELSE c.stage_due END "
           "ORDER BY t.due, t.record LIMIT ?2",
    .in = "ii", .out = "ittii",
};
static const struct query q_job = {
    .name = "moved.job",
    .sql = "SELECT state, ended_at, result FROM job WHERE gov = ?1 AND kind = 'deadlines' ORDER BY id DESC LIMIT 1",
    .in = "i", .out = "tit",
};
/* clang-format on */

const struct query *const moved_queries[] = {&q_moved, &q_job};
const size_t moved_queries_n = ARRAY_LEN(moved_queries);

static const struct screen *screen_of_kind(const struct req *r, const char *kind)
{
    size_t m, i;

    for (m = 0; m < r->app->n_modules; m++)
        for (i = 0; i < r->app->modules[m]->n_screens; i++) {
            const struct screen *s = r->app->modules[m]->screens[i];
            const struct flow *f;

            for (f = s->flow; f != NULL; f = f->older)
                if (text_starts(kind, task_kind(r->arena, f, "")))
                    return s;
        }
    return NULL;
}

/* 1 when the one who asks may see the record. */
static int visible(struct req *r, const struct screen *s, int64_t gov, int64_t record)
{
    void *row = arena_alloc(r->arena, s->entity->size);
    struct scope scope;
    int e;

    scope_of(r, screen_permission(r->arena, s, "read"), gov, &scope);
    if (scope.none)
        return 0;
    e = row_get(r->db, r->arena, s->entity, gov, record, row);
    return e <= 0 ? e : scope_holds(&scope, s->entity, row);
}

static int read_moved(struct req *r, int64_t gov, struct moved *v, size_t *ret_n)
{
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, r->db, &q_moved, V(gov), V((int64_t)READ_MAX));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        const struct screen *s = screen_of_kind(r, rows_text(&rows, r->arena, 1));

        e = 0;
        if (s == NULL)
            continue;
        v[n++] = (struct moved){.screen = s,
                                .record = rows_int(&rows, 0),
                                .title = rows_text(&rows, r->arena, 2),
                                .promised = {(int32_t)rows_int(&rows, 3)},
                                .due = {(int32_t)rows_int(&rows, 4)}};
    }
    *ret_n = n;
    return e;
}

int moved_list(struct req *r, int64_t gov, size_t n_max, struct moved **ret, size_t *ret_n, bool *ret_more)
{
    struct moved *v = arena_array(r->arena, READ_MAX, struct moved);
    size_t n, i, k = 0;
    int e = read_moved(r, gov, v, &n);

    *ret_more = n == READ_MAX;
    for (i = 0; e >= 0 && i < n; i++) {
        e = visible(r, v[i].screen, gov, v[i].record);
        if (e <= 0)
            continue;
        if (k == n_max) {
            *ret_more = true;
            break;
        }
        v[k++] = v[i];
    }
    if (e < 0)
        return e;

    *ret = v;
    *ret_n = k;
    return 0;
}

/* ---- the page ---- */

enum { COL_RECORD, COL_PROMISED, COL_DUE, COLUMNS };

static void moved_row(struct req *r, const struct ui_table *t, const struct moved *m)
{
    ui_row_begin(r, false);
    ui_cell_begin(r, t, COL_RECORD);
    html(r, "<a class=\"key\" href=\"%s\">%s</a>",
         url(r, "/kerja/%s/%s/%lld", req_gov(r)->slug, m->screen->slug, (long long)m->record),
         m->title != NULL ? m->title : label_one(r, m->screen->entity));
    ui_sub(r, label_many(r, m->screen->entity));
    ui_cell_end(r, t, COL_RECORD);
    ui_cell(r, t, COL_PROMISED, say_weekday(r, m->promised));
    ui_cell(r, t, COL_DUE, say_weekday(r, m->due));
    ui_row_end(r);
}

static void moved_table(struct req *r, const struct moved *v, size_t n)
{
    const struct ui_column columns[COLUMNS] = {[COL_RECORD] = {.label = T(r, "moved.record"), .head = true},
                                               [COL_PROMISED] = {.label = T(r, "moved.promised")},
                                               [COL_DUE] = {.label = T(r, "moved.due")}};
    const struct ui_table t = {.caption = T(r, "moved.title"), .columns = columns, .n = COLUMNS, .fold = true};
    size_t i;

    ui_table_begin(r, &t);
    for (i = 0; i < n; i++)
        moved_row(r, &t, &v[i]);
    ui_table_end(r, &t);
}

void moved_page(struct req *r)
{
    struct page p = {.shell = SHELL_WORKSPACE, .title = T(r, "moved.title")};
    int64_t gov = req_gov(r)->id;
    struct moved *v;
    size_t n;
    bool more;
    int e;

    if (gov == 0) {
        r->http->status = 404;
        return;
    }
    e = moved_list(r, gov, SHOWN_MAX, &v, &n, &more);
    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    p.here = url(r, "/kerja/%s/kalender", req_gov(r)->slug);
    web_page_begin(r, &p);
    ui_head(r, p.title, T(r, "moved.line"), NULL, 0);
    if (n == 0)
        state_empty(r, T(r, "moved.none"), T(r, "moved.none-text"), NULL);
    else
        moved_table(r, v, n);
    if (more)
        html(r, "<p class=\"mute small\">%s</p>\n", T1(r, "moved.more", say_count(r, (int64_t)n)));
    page_end(r, &p);
}

/* ---- on the page of a day off ---- */

static int64_t moved_in(struct req *r, const char *result)
{
    const struct json_in *in;
    int64_t n = 0;

    if (result == NULL || json_read(r->arena, result, strlen(result), 1 * KB, &in, NULL) < 0 ||
        json_get_int(in, "moved", 0, INT64_MAX, &n) < 0)
        return INT_NONE;
    return n;
}

static void computed(struct req *r, const struct rows *rows)
{
    const char *how = rows_text(rows, r->arena, 0);
    int64_t n = moved_in(r, rows_text(rows, r->arena, 2));

    if (text_eq(how, "done"))
        html(r, "<p>%s</p>\n", T2(r, "moved.computed", say_moment(r, (instant){rows_int(rows, 1)}), say_count(r, n)));
    else if (text_eq(how, "waiting") || text_eq(how, "running"))
        ui_note(r, TONE_INFO, NULL, T(r, "moved.computing"));
    else
        ui_note(r, TONE_WARN, NULL, T(r, "moved.failed"));
}

void moved_by_day_off(struct req *r, const void *row)
{
    const struct record *head = row;
    int found;

    AUTO_ROWS struct rows rows;

    found = db_select(&rows, r->db, &q_job, V(head->gov));
    if (found == 0)
        found = rows_next(&rows);
    if (found <= 0)
        return;
    ui_section_begin(r, "tenggat", T(r, "moved.section"));
    computed(r, &rows);
    if (req_gov(r)->id != 0)
        html(r, "<p><a href=\"%s\">%s</a></p>\n", url(r, "/kerja/%s/tenggat-bergeser", req_gov(r)->slug), T(r, "moved.title"));
    ui_section_end(r);
}
