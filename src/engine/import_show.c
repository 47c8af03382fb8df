/*
 * import_show.c: one import: what will be written before it is, how far it has come, what became of it, and taking it back.
 */
#include "base/text.h"
#include "engine/app.h"
#include "engine/form.h"
#include "engine/import_parts.h"
#include "engine/job.h"
#include "engine/row.h"
#include "ui/html.h"

#define ACT_FIELD      "tindakan"
#define SAMPLE         5
#define SAMPLE_COLUMNS 8
#define REFRESH_S      3
#define WAY_MAX        20

static const enum tone tones[] = {
    [IMPORT_WAITS] = TONE_WARN,  [IMPORT_RUNS] = TONE_INFO,    [IMPORT_DONE] = TONE_GOOD,
    [IMPORT_BACK] = TONE_INFO,   [IMPORT_FAILED] = TONE_BAD,   [IMPORT_UNDOING] = TONE_INFO,
    [IMPORT_UNDONE] = TONE_NONE, [IMPORT_DROPPED] = TONE_NONE, [IMPORT_STUCK] = TONE_BAD,
};
_Static_assert(ARRAY_LEN(tones) == IMPORT_STATE_COUNT, "a tone for each state");

static int64_t to_write(const struct import_run *run)
{
    return run->count[IMPORT_NEW] + run->count[IMPORT_CHANGED];
}

static const char *run_path(struct req *r, const struct import_run *run)
{
    return text_printf(r->arena, "%s/impor/periksa/%lld", screen_path(r, screen_of(r)), (long long)run->id);
}

bool import_may_see(const struct req *r, const struct import_run *run)
{
    struct scope scope;

    if (r->actor != NULL && run->user == r->actor->user)
        return true;
    scope_of(r, screen_permission(r->arena, screen_of(r), "import"), req_gov(r)->id, &scope);
    return scope.all;
}

/* ---- counts ---- */

static void counts(struct req *r, const struct import_run *run)
{
    static const char *const keys[] = {
        [IMPORT_NEW] = "import.n-new",   [IMPORT_CHANGED] = "import.n-changed", [IMPORT_SAME] = "import.n-same",
        [IMPORT_LEFT] = "import.n-left", [IMPORT_WRONG] = "import.n-wrong",
    };
    int i;

    ui_facts_begin(r, true);
    ui_fact(r, T(r, "import.n-rows"), say_count(r, run->rows));
    for (i = 0; i < IMPORT_END_COUNT; i++)
        if (run->count[i] > 0 || i == IMPORT_NEW || i == IMPORT_CHANGED)
            ui_fact(r, T(r, keys[i]), say_count(r, run->count[i]));
    ui_facts_end(r);
}

static void about(struct req *r, const struct import_run *run)
{
    ui_panel_begin(r, T(r, "import.one"));
    ui_facts_begin(r, false);
    ui_fact_begin(r, T(r, "import.state"));
    ui_tag(r, tones[run->state], ICON_OF_TONE, T(r, text_printf(r->arena, "import.state-%s", import_state_code(run->state))));
    ui_fact_end(r);
    ui_fact(r, T(r, "import.file"), run->file);
    ui_fact(r, T(r, "import.size"), say_size(r, run->size));
    ui_fact(r, T(r, "import.by"), run->by);
    ui_fact(r, T(r, "import.sent"), say_moment(r, run->made_at));
    if (run->ended_at.v != INSTANT_NONE.v)
        ui_fact(r, T(r, "import.ended"), say_moment(r, run->ended_at));
    if (run->undone_at.v != INSTANT_NONE.v)
        ui_fact(r, T(r, "import.undone"), say_moment(r, run->undone_at));
    ui_fact_begin(r, T(r, "import.sha256"));
    html(r, "<code>%s</code>", hex_text(r->arena, run->sha256, sizeof run->sha256));
    ui_fact_end(r);
    ui_facts_end(r);
    ui_panel_end(r);
}

/* ---- before it is written ---- */

static const char *key_words(struct req *r, const char *key, const char *arg)
{
    const char *words = lang_text(r->lang, key);

    if (words == NULL)
        return key; /* of a program that knew it */
    return arg != NULL ? T1(r, key, arg) : T(r, key);
}

static void faults_table(struct req *r, const struct import_run *run, const struct import_report *report)
{
    const struct ui_column columns[] = {{.label = T(r, "import.row"), .num = true, .head = true},
                                        {.label = T(r, "import.column")},
                                        {.label = T(r, "import.fault")}};
    const struct ui_table t = {.caption = T(r, "import.faults"), .columns = columns, .n = ARRAY_LEN(columns), .fold = true};
    size_t i;

    if (report->n_faults == 0)
        return;
    ui_section_begin(r, "salah", T(r, "import.faults"));
    if (report->n_faults == IMPORT_FAULTS)
        html(r, "<p>%s</p>\n",
             T2(r, "import.faults-first", say_count(r, IMPORT_FAULTS), say_count(r, run->count[IMPORT_WRONG])));
    ui_table_begin(r, &t);
    for (i = 0; i < report->n_faults; i++) {
        const struct import_fault *f = &report->faults[i];

        ui_row_begin(r, true);
        ui_cell(r, &t, 0, text_printf(r->arena, "%lld", (long long)f->line));
        ui_cell(r, &t, 1, f->column != NULL ? f->column : T(r, "import.whole-row"));
        ui_cell(r, &t, 2, key_words(r, f->key, f->arg));
        ui_row_end(r);
    }
    ui_table_end(r, &t);
    ui_section_end(r);
}

static void reasons_list(struct req *r, const struct import_report *report)
{
    size_t i;

    if (report->n_left > 0) {
        ui_section_begin(r, "dilewati", T(r, "import.left"));
        ui_facts_begin(r, true);
        for (i = 0; i < report->n_left; i++)
            ui_fact(r, key_words(r, report->left[i].key, NULL), say_count(r, report->left[i].n));
        ui_facts_end(r);
        ui_section_end(r);
    }
    if (report->n_ignored > 0) {
        const char *all = report->ignored[0];

        for (i = 1; i < report->n_ignored; i++)
            all = text_printf(r->arena, "%s, %s", all, report->ignored[i]);
        ui_note(r, TONE_INFO, T(r, "import.ignored"), all);
    }
}

static void sample_row(struct req *r, const struct ui_table *t, const struct import_planned *line,
                       const struct field *const *fields, const void *row, const struct names *names)
{
    size_t k;

    ui_row_begin(r, false);
    ui_cell(r, t, 0, text_printf(r->arena, "%lld", (long long)line->line));
    ui_cell(r, t, 1, T(r, line->rev == 0 ? "import.will-make" : "import.will-change"));
    for (k = 2; k < t->n; k++)
        ui_cell(r, t, k, value_shown(r, screen_of(r)->entity, fields[k - 2], row, names));
    ui_row_end(r);
}

/* The rows of the sample as they will be, and the names that they refer to. */
static int sample_read(struct req *r, const struct import_run *run, struct import_plan_head *head, const void **rows,
                       const struct names **ret)
{
    const struct entity *e = screen_of(r)->entity;
    int result = import_plan_head(r->app, r->arena, run, SAMPLE, head);
    size_t i;

    for (i = 0; result >= 0 && i < head->n; i++) {
        struct record *row = row_new(r->arena, e, run->gov);

        rows[i] = row;
        if (head->v[i].rev > 0)
            result = row_get(r->db, r->arena, e, row->gov, head->v[i].id, row);
        if (result >= 0)
            result = import_plan_row(&head->v[i], e, r->arena, row);
    }
    return result < 0 ? result : names_read(r, e, rows, head->n, ret);
}

/* What cannot be read is said when it is to be written. */
static void sample(struct req *r, const struct import_run *run)
{
    const struct entity *e = screen_of(r)->entity;
    const struct field *const *fields;
    size_t i, n = import_fields(screen_of(r), r->arena, &fields);
    struct ui_column *columns = arena_array(r->arena, n + 2, struct ui_column);
    struct ui_table t = {.caption = T(r, "import.sample"), .columns = columns, .fold = true, .wide = true};
    struct import_plan_head head = {0};
    const struct names *names;
    const void *rows[SAMPLE];

    if (sample_read(r, run, &head, rows, &names) < 0 || head.n == 0)
        return;
    t.n = 2 + (n < SAMPLE_COLUMNS ? n : SAMPLE_COLUMNS);
    columns[0] = (struct ui_column){.label = T(r, "import.row"), .num = true, .head = true};
    columns[1] = (struct ui_column){.label = T(r, "import.what")};
    for (i = 2; i < t.n; i++)
        columns[i] = (struct ui_column){.label = label_of(r, e, fields[i - 2])};
    ui_section_begin(r, "contoh", T(r, "import.sample"));
    ui_table_begin(r, &t);
    for (i = 0; i < head.n; i++)
        sample_row(r, &t, &head.v[i], fields, rows[i], names);
    ui_table_end(r, &t);
    ui_section_end(r);
}

static void choices(struct req *r, const struct import_run *run)
{
    bool wrong = run->count[IMPORT_WRONG] > 0, any = to_write(run) > 0;
    bool old = r->now.v - run->made_at.v > IMPORT_WAIT_MS;
    const char *n = say_count(r, to_write(run));

    ui_form_begin(r, NULL, run_path(r, run), FORM_POST);
    web_once(r);
    ui_acts_begin(r);
    if (any && !old && !wrong)
        ui_button(
            r, &(struct ui_button){.label = T1(r, "import.do", n), .name = ACT_FIELD, .value = "impor", .look = BUTTON_FIRST});
    if (any && !old && wrong)
        ui_button(r, &(struct ui_button){.label = T2(r, "import.do-part", n, say_count(r, run->count[IMPORT_WRONG])),
                                         .name = ACT_FIELD,
                                         .value = "impor-sebagian"});
    ui_button(r, &(struct ui_button){.label = T(r, "import.drop"), .name = ACT_FIELD, .value = "buang", .look = BUTTON_BAD});
    ui_acts_end(r);
    ui_form_end(r);
    if (old)
        ui_note(r, TONE_WARN, T(r, "import.old"), T(r, "import.old-text"));
    else if (wrong)
        html(r, "<p>%s</p>\n", T(r, "import.wrong-text"));
}

static void show_waits(struct req *r, const struct import_run *run)
{
    struct import_report report = {0};

    if (run->report != NULL && import_report_take(r->arena, run->report, &report) < 0)
        ui_note(r, TONE_WARN, T(r, "import.unread"), NULL);
    if (run->count[IMPORT_WRONG] > 0)
        ui_note(r, TONE_BAD, T1(r, "import.has-wrong", say_count(r, run->count[IMPORT_WRONG])), T(r, "import.nothing-yet"));
    else if (to_write(run) == 0)
        ui_note(r, TONE_GOOD, T(r, "import.nothing-to-do"), T(r, "import.nothing-to-do-text"));
    else
        ui_note(r, TONE_INFO, T1(r, "import.ready", say_count(r, to_write(run))), T(r, "import.nothing-yet"));
    counts(r, run);
    choices(r, run);
    faults_table(r, run, &report);
    reasons_list(r, &report);
    sample(r, run);
}

/* ---- afterwards ---- */

static void show_progress(struct req *r, const struct import_run *run)
{
    const char *title = T(r, run->state == IMPORT_RUNS ? "import.runs" : "import.goes-back");
    enum job_state job_is;
    struct job job;
    int found = job_read(r->db, r->arena, run->job, &job, &job_is);

    if (found > 0 && job.total > 0)
        state_preparing(r, title, job.done, job.total, NULL);
    else
        ui_note(r, TONE_INFO, title, T(r, "import.soon"));
    if (run->state != IMPORT_RUNS && run->error != NULL)
        ui_note(r, TONE_WARN, T(r, "import.why"), key_words(r, run->error, NULL));
    if (found > 0)
        html(r, "<p><a href=\"%s\">%s</a></p>\n",
             url(r, "/kerja/%s/pekerjaan/%lld", route_param(r, "gov"), (long long)run->job), T(r, "import.job"));
}

static void list_way(struct req *r, const int64_t *ids, size_t n)
{
    const struct entity *e = screen_of(r)->entity;
    size_t i;

    ui_note(r, TONE_WARN, T(r, "import.way"), T(r, "import.way-text"));
    ui_rows_begin(r);
    for (i = 0; i < n; i++) {
        struct record *row = arena_alloc(r->arena, e->size);

        if (row_get(r->db, r->arena, e, e->kind == ENTITY_DATA ? req_gov(r)->id : 0, ids[i], row) <= 0)
            continue;
        ui_row_item_begin(
            r, &(struct ui_row_item){.title = row_title(r, screen_of(r), row), .href = row_path(r, screen_of(r), ids[i])});
        ui_row_item_end(r);
    }
    ui_rows_end(r);
}

static void offer_undo(struct req *r, const struct import_run *run)
{
    int64_t ids[WAY_MAX];
    size_t n = 0;

    if (to_write(run) == 0 || r->now.v - run->ended_at.v > IMPORT_UNDO_MS)
        return;
    ui_section_begin(r, "urungkan", T(r, "import.undo-title"));
    if (import_in_the_way(r->db, screen_of(r)->entity, run, WAY_MAX, ids, &n) < 0)
        html(r, "<p>%s</p>\n", T(r, "import.unread"));
    else if (n > 0)
        list_way(r, ids, n);
    else {
        html(r, "<p>%s</p>\n", T(r, "import.undo-text"));
        ui_form_begin(r, NULL, run_path(r, run), FORM_POST);
        web_once(r);
        ui_button(r, &(struct ui_button){.label = T1(r, "import.undo", say_count(r, to_write(run))),
                                         .name = ACT_FIELD,
                                         .value = "urungkan",
                                         .look = BUTTON_BAD});
        ui_form_end(r);
    }
    ui_section_end(r);
}

static void show_end(struct req *r, const struct import_run *run)
{
    const char *title = T(r, text_printf(r->arena, "import.end-%s", import_state_code(run->state)));
    const char *why = run->error != NULL ? key_words(r, run->error, NULL) : NULL;

    ui_note(r, tones[run->state], title, why);
    if (run->kept > 0)
        ui_note(r, TONE_WARN, T1(r, "import.kept", say_count(r, run->kept)), T(r, "import.kept-text"));
    counts(r, run);
    if (run->state == IMPORT_DONE)
        offer_undo(r, run);
}

void import_run_show(struct req *r, const struct import_run *run, const char *error, int status)
{
    const struct screen *s = screen_of(r);
    const char *title = T1(r, "import.title", label_one(r, s->entity));
    const struct crumb crumbs[] = {{label_many(r, s->entity), screen_path(r, s)},
                                   {title, text_printf(r->arena, "%s/impor", screen_path(r, s))},
                                   {run->file, NULL}};
    bool moves = run->state == IMPORT_RUNS || run->state == IMPORT_BACK || run->state == IMPORT_UNDOING;
    struct page page = {.shell = SHELL_WORKSPACE,
                        .title = title,
                        .wrong = error != NULL,
                        .refresh = moves ? REFRESH_S : 0,
                        .crumbs = crumbs,
                        .n_crumbs = ARRAY_LEN(crumbs),
                        .here = screen_path(r, s)};

    web_page_begin(r, &page);
    ui_head(r, title, run->file, NULL, 0);
    if (error != NULL)
        ui_note(r, TONE_BAD, error, NULL);
    ui_split_begin(r);
    if (run->state == IMPORT_WAITS)
        show_waits(r, run);
    else if (moves)
        show_progress(r, run);
    else
        show_end(r, run);
    ui_split_aside(r);
    about(r, run);
    ui_split_end(r);
    page_end(r, &page);
    r->http->status = status;
}

/* ---- requests ---- */

/* The run of the address; else the answer is written. */
static bool find(struct req *r, struct import_run *ret)
{
    int e = import_run_read(r->db, r->arena, req_gov(r)->id, route_id(r, "run"), ret);

    if (e < 0) {
        web_refuse(r, e);
        return false;
    }
    if (e == 0 || !text_eq(ret->screen, screen_of(r)->slug) || !import_may_see(r, ret)) {
        r->http->status = 404;
        return false;
    }
    return true;
}

void import_run_page(struct req *r)
{
    struct import_run run;

    if (find(r, &run))
        import_run_show(r, &run, NULL, 200);
}

struct run_plan {
    struct import_run run;
    const struct entity *entity;
    const char *remark;
};

static int apply_start(struct tx *tx, void *arg)
{
    struct run_plan *p = arg;
    int64_t job;

    return import_run_start(tx, &p->run, p->remark, &job);
}

static int apply_drop(struct tx *tx, void *arg)
{
    return import_run_drop(tx, &((struct run_plan *)arg)->run);
}

static int apply_undo(struct tx *tx, void *arg)
{
    struct run_plan *p = arg;
    int64_t job;

    return import_run_undo(tx, p->entity, &p->run, &job);
}

/* Whatever it was: the page of the run says how it stands now. */
static void after_act(struct req *r, void *arg, int result)
{
    struct run_plan *p = arg;

    runner_wake(r->app->runner);
    if (result >= 0 || result == E_AGAIN)
        web_redirect(r, run_path(r, &p->run));
    else if (result == E_STATE && find(r, &p->run))
        import_run_show(r, &p->run, T(r, "import.moved-on"), 409);
    else if (result != E_STATE)
        web_refuse(r, result);
}

/* Only who sent the file writes it: it was judged by what that person may. */
static const char *why_not_start(const struct req *r, const struct import_run *run, bool part)
{
    if (run->user != r->actor->user)
        return "import.not-yours";
    if (run->state != IMPORT_WAITS)
        return "import.moved-on";
    if (r->now.v - run->made_at.v > IMPORT_WAIT_MS)
        return "import.old";
    if (to_write(run) == 0)
        return "import.nothing-to-do";
    return run->count[IMPORT_WRONG] > 0 && !part ? "import.wrong-text" : NULL;
}

static const char *why_not_undo(const struct req *r, const struct import_run *run)
{
    if (run->state != IMPORT_DONE)
        return "import.moved-on";
    return r->now.v - run->ended_at.v > IMPORT_UNDO_MS ? "import.undo-late" : NULL;
}

void import_run_post(struct req *r)
{
    const char *act = http_form(r->http, ACT_FIELD), *why = NULL;
    struct run_plan *p = arena_new(r->arena, struct run_plan);
    int (*apply)(struct tx * tx, void *arg) = NULL;

    if (!find(r, &p->run))
        return;
    p->entity = screen_of(r)->entity;
    p->remark = T1(r, "import.remark", p->run.file);
    if (text_eq(act, "impor") || text_eq(act, "impor-sebagian")) {
        why = why_not_start(r, &p->run, text_eq(act, "impor-sebagian"));
        apply = apply_start;
    } else if (text_eq(act, "buang")) {
        why = p->run.state != IMPORT_WAITS ? "import.moved-on" : NULL;
        apply = apply_drop;
    } else if (text_eq(act, "urungkan")) {
        why = why_not_undo(r, &p->run);
        apply = apply_undo;
    }
    if (apply == NULL)
        r->http->status = 400;
    else if (why != NULL)
        import_run_show(r, &p->run, T(r, why), 409);
    else
        web_write(r, apply, p, after_act, NULL);
}
