/*
 * import_page.c: sending a file: what columns there are, a template, the form, judging.
 *
 * The file is judged on the reader's snapshot while the person waits, then kept as a run; the writer only stores its row. Not
 * for: what a run looks like (import_show.c).
 */
#include <unistd.h>

#include "base/csv.h"
#include "base/text.h"
#include "engine/app.h"
#include "engine/form.h"
#include "engine/import.h"
#include "engine/parser.h"
#include "engine/sheet/xlsx_write.h"
#include "os/os.h"
#include "ui/html.h"

#define FILE_FIELD   "berkas"
#define TWICE_FIELD  "ganda" /* ticked: rows that are there already come in all the same */
#define NAME_MAX_    200     /* characters of a file's name that are kept */
#define TEMPLATE_MAX ((size_t)64 * KB)

static const struct {
    const char *name, *type;
} templates[] = {
    {"csv", "text/csv; charset=utf-8"},
    {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
};

static const char *home(struct req *r)
{
    return text_printf(r->arena, "%s/impor", screen_path(r, screen_of(r)));
}

/* ---- what columns there are ---- */

static void column_row(struct req *r, const struct ui_table *t, const struct field *f)
{
    const struct screen *s = screen_of(r);
    const char *hint = label_hint(r, s->entity, f);

    ui_row_begin(r, false);
    ui_cell_begin(r, t, 0);
    html(r, "%s", label_of(r, s->entity, f));
    ui_sub(r, f->name);
    ui_cell_end(r, t, 0);
    ui_cell(r, t, 1, (f->flags & F_REQUIRED) != 0 ? T(r, "import.needed") : T(r, "import.not-needed"));
    ui_cell_begin(r, t, 2);
    html(r, "%s", import_hint(r, s, f));
    if (hint != NULL)
        ui_sub(r, hint);
    if (text_eq(f->name, s->code))
        ui_sub(r, T1(r, "import.by-code", label_one(r, s->entity)));
    if (input_fixed(s->entity, f))
        ui_sub(r, T(r, "import.fixed"));
    ui_cell_end(r, t, 2);
    ui_row_end(r);
}

static void columns_table(struct req *r)
{
    const struct ui_column columns[] = {
        {.label = T(r, "import.column"), .head = true}, {.label = T(r, "import.need")}, {.label = T(r, "import.may")}};
    const struct ui_table t = {.caption = T(r, "import.columns"), .columns = columns, .n = ARRAY_LEN(columns), .fold = true};
    const struct field *const *fields;
    size_t i, n = import_fields(screen_of(r), r->arena, &fields);

    ui_table_begin(r, &t);
    for (i = 0; i < n; i++)
        column_row(r, &t, fields[i]);
    ui_table_end(r, &t);
}

static void template_buttons(struct req *r)
{
    struct ui_button buttons[ARRAY_LEN(templates)];
    size_t i;

    for (i = 0; i < ARRAY_LEN(templates); i++)
        buttons[i] = (struct ui_button){.label = T1(r, "import.template", i == 0 ? "CSV" : "XLSX"),
                                        .href = text_printf(r->arena, "%s/templat/%s", home(r), templates[i].name),
                                        .icon = ICON_DOWNLOAD};
    ui_buttons(r, buttons, ARRAY_LEN(buttons));
}

/* ---- runs before ---- */

static void runs_table(struct req *r)
{
    const struct ui_column columns[] = {{.label = T(r, "import.file"), .head = true},
                                        {.label = T(r, "import.state")},
                                        {.label = T(r, "import.sent")},
                                        {.label = T(r, "import.by")}};
    const struct ui_table t = {.caption = T(r, "import.before"), .columns = columns, .n = ARRAY_LEN(columns), .fold = true};
    int64_t gov = req_gov(r)->id;
    struct import_run *v, every = {.user = -1};
    size_t n = 0, i;

    if (import_runs(r->db, r->arena, gov, screen_of(r)->slug, import_may_see(r, &every) ? 0 : r->actor->user, &v, &n) < 0 ||
        n == 0)
        return; /* the form matters more than the list */
    ui_section_begin(r, "sebelumnya", T(r, "import.before"));
    ui_table_begin(r, &t);
    for (i = 0; i < n; i++) {
        ui_row_begin(r, false);
        ui_cell_link(r, &t, 0, v[i].file, text_printf(r->arena, "%s/periksa/%lld", home(r), (long long)v[i].id));
        ui_cell(r, &t, 1, T(r, text_printf(r->arena, "import.state-%s", import_state_code(v[i].state))));
        ui_cell(r, &t, 2, say_moment(r, v[i].made_at));
        ui_cell(r, &t, 3, v[i].by);
        ui_row_end(r);
    }
    ui_table_end(r, &t);
    ui_section_end(r);
}

/* ---- the form ---- */

static void file_form(struct req *r, const char *error)
{
    ui_form_begin(r, NULL, home(r), FORM_FILES);
    web_once(r);
    ui_field(r, &(struct ui_field){.type = CONTROL_FILE,
                                   .name = FILE_FIELD,
                                   .label = T(r, "import.file"),
                                   .hint = T(r, "import.file-hint"),
                                   .error = error,
                                   .accept = ".csv,.xlsx"});
    if (screen_of(r)->code == NULL)
        ui_field(r, &(struct ui_field){.type = CONTROL_CHECK,
                                       .name = TWICE_FIELD,
                                       .label = T(r, "import.twice"),
                                       .hint = T(r, "import.twice-hint"),
                                       .value = http_form(r->http, TWICE_FIELD)});
    ui_button(r, &(struct ui_button){.label = T(r, "import.send"), .look = BUTTON_FIRST, .icon = ICON_UPLOAD});
    ui_form_end(r);
}

void import_form_show(struct req *r, const char *error, int status)
{
    const struct screen *s = screen_of(r);
    const char *title = T1(r, "import.title", label_one(r, s->entity));
    const struct crumb crumbs[] = {{label_many(r, s->entity), screen_path(r, s)}, {title, NULL}};
    struct page page = {.shell = SHELL_WORKSPACE,
                        .title = title,
                        .wrong = error != NULL,
                        .crumbs = crumbs,
                        .n_crumbs = ARRAY_LEN(crumbs),
                        .here = screen_path(r, s)};

    web_page_begin(r, &page);
    ui_head(r, title, T(r, "import.line"), NULL, 0);
    if (error != NULL)
        ui_errors(r, &(struct ui_error){FILE_FIELD, error}, 1);
    file_form(r, error);
    ui_section_begin(r, "kolom", T(r, "import.columns"));
    html(r, "<p>%s</p>\n", T(r, "import.columns-text"));
    template_buttons(r);
    columns_table(r);
    ui_section_end(r);
    runs_table(r);
    page_end(r, &page);
    r->http->status = status;
}

void import_page(struct req *r)
{
    import_form_show(r, NULL, 200);
}

/* ---- the template ---- */

static int sheet_template(struct req *r, const struct field *const *fields, size_t n, int fd, int dir)
{
    const struct entity *e = screen_of(r)->entity;
    struct xlsx_column *columns = arena_array(r->arena, n + 1, struct xlsx_column);
    const struct xlsx_sheet sheet = {
        .name = label_many(r, e), .column = columns, .n = n, .zone_minutes = r->zone_minutes, .created = r->now};
    struct xlsx_writer *w;
    size_t i;
    int result;

    for (i = 0; i < n; i++) /* text throughout: a spreadsheet then leaves codes and long numbers as they are typed */
        columns[i] = (struct xlsx_column){.title = label_of(r, e, fields[i]), .type = XLSX_COLUMN_TEXT};
    result = xlsx_writer_open(fd, text_printf(r->arena, "/proc/self/fd/%d", dir), &sheet, &w);
    return result < 0 ? result : xlsx_writer_close(w);
}

static void csv_template(struct req *r, const struct field *const *fields, size_t n)
{
    struct csv_writer w;
    size_t i;

    csv_writer_init(&w, r->out, ',', true);
    for (i = 0; i < n; i++)
        csv_text(&w, label_of(r, screen_of(r)->entity, fields[i]));
    csv_end_record(&w);
}

/* In the folder of plans, without a name. */
static int nameless_file(struct req *r, int dir)
{
    const char *name = text_printf(r->arena, "rencana-t%lld", (long long)os_new_id());
    int fd = os_create(dir, name, 0600);
    int e = fd < 0 ? fd : os_remove(dir, name);

    if (e < 0)
        os_close(&fd);
    return e < 0 ? e : fd;
}

static int sheet_answer(struct req *r, const struct field *const *fields, size_t n)
{
    AUTO_CLOSE int dir = import_dir(r->app);
    AUTO_CLOSE int fd = dir < 0 ? dir : nameless_file(r, dir);
    struct bytes content;
    int e;

    if (fd < 0)
        return fd;
    e = sheet_template(r, fields, n, fd, dir);
    if (e < 0)
        return e;
    if (lseek(fd, 0, SEEK_SET) < 0)
        return E_STORAGE;
    e = os_read_all(fd, r->arena, TEMPLATE_MAX, &content);
    if (e == 0)
        buf_add_n(r->out, content.p, content.n);
    return e;
}

void import_template(struct req *r)
{
    const char *kind = route_param(r, "jenis");
    const struct field *const *fields;
    size_t i, n = import_fields(screen_of(r), r->arena, &fields);
    int e = 0;

    for (i = 0; i < ARRAY_LEN(templates); i++)
        if (text_eq(templates[i].name, kind))
            break;
    if (i == ARRAY_LEN(templates) || n == 0) {
        r->http->status = 404;
        return;
    }
    if (i == 0)
        csv_template(r, fields, n);
    else
        e = sheet_answer(r, fields, n);
    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    r->http->type = templates[i].type;
    http_answer_header(r->http, "Content-Disposition",
                       text_printf(r->arena, "attachment; filename=\"%s.%s\"", screen_of(r)->slug, templates[i].name));
}

/* ---- sending ---- */

static const struct http_file *sent_file(const struct req *r)
{
    size_t i;

    for (i = 0; i < r->http->n_files; i++)
        if (text_eq(r->http->files[i].field, FILE_FIELD))
            return &r->http->files[i];
    return NULL;
}

/* NULL, or what is wrong with the file itself. */
static const char *file_fault(struct req *r, const struct http_file *f, int *ret_result)
{
    struct file_finding found;

    *ret_result = 0;
    if (f == NULL || f->size == 0)
        return T(r, "import.file-missing");
    *ret_result = parser_accept(r->app, f->fd, f->filename, f->type, PURPOSE_IMPORT, &found);
    if (*ret_result != E_FORMAT && *ret_result != E_LIMIT)
        return NULL;
    *ret_result = 0;
    if (found.type == FILE_UNKNOWN && text_ends(f->filename, ".csv"))
        return NULL; /* broken text: the reader says in which line */
    return T1(r, "import.file-refused",
              T(r, found.fault == FILE_ARCHIVE ? unzip_fault_key(found.zip_fault) : file_fault_key(found.fault)));
}

static const char *refusal(struct req *r, const struct import_report *report)
{
    const char *words = report->refused_arg != NULL ? T1(r, report->refused, report->refused_arg) : T(r, report->refused);

    return report->refused_line > 0 ? T2(r, "import.at-line", say_count(r, report->refused_line), words) : words;
}

static int apply_add(struct tx *tx, void *plan)
{
    return import_run_add(tx, plan);
}

static void after_add(struct req *r, void *plan, int result)
{
    const struct import_run *run = plan;

    if (result >= 0) {
        web_redirect(r, text_printf(r->arena, "%s/periksa/%lld", home(r), (long long)run->id));
        return;
    }
    if (result == E_AGAIN)
        web_redirect(r, home(r));
    else
        web_refuse(r, result); /* the sweep takes the plan away */
}

static void take_report(struct req *r, struct import_run *run, const struct import_report *report)
{
    int i;

    run->rows = report->rows;
    for (i = 0; i < IMPORT_END_COUNT; i++)
        run->count[i] = report->count[i];
    run->report = import_report_text(r->arena, report);
}

static const char *name_kept(struct req *r, const char *name)
{
    size_t n = strlen(name) < NAME_MAX_ ? strlen(name) : NAME_MAX_;

    while (n > 0 && ((unsigned char)name[n] & 0xc0) == 0x80)
        n--;
    return arena_text_n(r->arena, name, n);
}

void import_post(struct req *r)
{
    struct import_report *report = arena_new(r->arena, struct import_report);
    struct import_run *run = arena_new(r->arena, struct import_run);
    const struct http_file *file = sent_file(r);
    const char *error;
    int result;

    error = file_fault(r, file, &result);
    if (error != NULL) {
        import_form_show(r, error, 422);
        return;
    }
    *run = (struct import_run){.gov = req_gov(r)->id, .id = os_new_id(), .screen = screen_of(r)->slug, .user = r->actor->user};
    if (result == 0) {
        AUTO_CLOSE int dir = import_dir(r->app);

        result = dir < 0 ? dir
                         : import_check(r, file->fd, dir, import_plan_name(r->arena, run->id),
                                        http_form(r->http, TWICE_FIELD) != NULL, report, run->plan);
    }
    if (result < 0) {
        web_refuse(r, result);
        return;
    }
    if (report->refused != NULL) {
        import_form_show(r, refusal(r, report), 422);
        return;
    }
    run->by = r->actor->name;
    run->file = name_kept(r, file->filename);
    run->size = file->size;
    memcpy(run->sha256, file->sha256, sizeof run->sha256);
    take_report(r, run, report);
    web_write(r, apply_add, run, after_add, NULL);
}
