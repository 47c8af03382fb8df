/*
 * export.c: the way to a file: who may have which columns, the reason for personal data, sending it.
 *
 * Whoever may read a list may have its file without personal columns; those come with SCREEN.export only. A file with personal
 * values is asked for by POST with a reason, which is kept beside a leaf `export` in the ledger and opens the file to this
 * session for ten minutes (security.md D6). A program, which has no session, gets no personal columns here.
 *
 * Not for: what stands in the file (export_file.c), the command (export_command.c).
 */
#include <sys/stat.h>

#include "base/date.h"
#include "base/number.h"
#include "base/text.h"
#include "engine/app.h"
#include "engine/export.h"
#include "engine/leaf.h"
#include "engine/list_page.h"
#include "engine/row.h"
#include "engine/web.h"
#include "os/os.h"
#include "ui/lang.h"

#define PASS_MS      INT64_C(600000) /* a reason opens the file for so long */
#define STEP_UP_MS   INT64_C(300000) /* and the second factor must be as fresh (A7) */
#define REASON_LEAST 10
#define REASON_MOST  500

/* clang-format off */
static const struct field fields[] = {
    FIELD(struct export_note, at, .flags = F_REQUIRED),
    FIELD(struct export_note, person, .flags = F_REQUIRED | F_INDEXED),
    FIELD(struct export_note, session, .flags = F_REQUIRED),
    FIELD(struct export_note, screen, .flags = F_REQUIRED, .max = 60),
    FIELD(struct export_note, format, .flags = F_REQUIRED, .max = 10),
    FIELD(struct export_note, query, .max = (int)QUERY_MAX),
    FIELD(struct export_note, reason, .flags = F_REQUIRED | F_LONG, .max = REASON_MOST),
    FIELD(struct export_note, reason_key, .flags = F_REQUIRED),
};
const struct entity export_note_entity = ENTITY(struct export_note, export_note, fields, .ledger = LEDGER_NONE);

static const struct query pass_of = {
    .name = "export.pass",
    .sql = "SELECT COUNT(*) FROM export_note WHERE gov = ?1 AND person = ?2 AND session = ?3 AND at > ?4 AND screen = ?5 "
           "AND format = ?6 AND COALESCE(query, '') = ?7",
    .in = "iiiittt", .out = "i"};
/* clang-format on */

const struct query *const export_queries[] = {&pass_of};
const size_t export_queries_n = ARRAY_LEN(export_queries);

/* What is asked for. */
struct asked {
    struct list_query q;
    enum export_format format;
    const char *query; /* as it is kept */
    bool personal;     /* personal columns are in it */
    const char *wrong; /* of the reason: key; NULL when it is right */
    const char *reason;
};

void export_name_file(struct req *r, const char *slug, enum export_format format)
{
    const char *today = date_iso(r->arena, instant_date(r->now, r->zone_minutes));

    http_answer_header(r->http, "Content-Disposition",
                       text_printf(r->arena, "attachment; filename=\"%s-%s.%s\"", slug, today, export_format_name(format)));
    r->http->type = export_format_type(format);
}

static bool without_personal(const struct req *r)
{
    return text_eq(http_query(r->http, "pribadi"), "0");
}

/* 0; E_INPUT for a filter that cannot be read. */
static int ask(struct req *r, struct asked *ret)
{
    const struct screen *s = screen_of(r);
    int64_t gov = req_gov(r)->id;
    int e;

    ret->format = export_format(strrchr(r->http->path, '/') + 1);
    ret->personal = export_has_personal(s) && !without_personal(r) && !personal_hidden(r, gov) && r->actor->session != 0 &&
                    may(r, screen_permission(r->arena, s, "export"), gov);
    e = query_take(r, s, ret->personal ? "export" : "read", gov, &r->http->query, &ret->q);
    if (e < 0)
        return e;
    ret->q.ask.cursor = NULL;
    ret->query = query_text(r, &ret->q, QUERY_WHOLE);
    return ret->q.n_wrong > 0 ? E_INPUT : 0;
}

static const char *file_href(struct req *r, const struct asked *a, const char *more)
{
    const char *sign = a->query[0] != '\0' && more[0] != '\0' ? "&" : "";

    return query_href(r, &a->q, text_printf(r->arena, "/unduh/%s", export_format_name(a->format)),
                      text_printf(r->arena, "%s%s%s", a->query, sign, more));
}

/* ---- the reason ---- */

static int has_pass(struct req *r, const struct asked *a)
{
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, r->db, &pass_of, V(a->q.gov), V(r->actor->user), V(r->actor->session), V(r->now.v - PASS_MS),
                  V(a->q.screen->slug), V(export_format_name(a->format)), V(a->query));
    if (e == 0)
        e = rows_next(&rows);
    return e < 0 ? e : rows_int(&rows, 0) > 0;
}

static const char *personal_labels(struct req *r, const struct screen *s)
{
    const struct field *const *all;
    size_t i, n = export_fields(s, true, r->arena, &all);
    const char *text = "";

    for (i = 0; i < n; i++)
        if ((all[i]->flags & F_PERSONAL) != 0)
            text = text_printf(r->arena, "%s%s%s", text, text[0] != '\0' ? ", " : "", label_of(r, s->entity, all[i]));
    return text;
}

static void put_form(struct req *r, const struct asked *a)
{
    const char *error = a->wrong != NULL ? T(r, a->wrong) : NULL;
    const struct ui_button buttons[] = {
        {.label = T(r, "list.export-do"), .look = BUTTON_FIRST},
        {.label = T(r, "list.export-without"), .href = file_href(r, a, "pribadi=0")},
        {.label = T(r, "ui.cancel"), .href = query_href(r, &a->q, "", a->query), .look = BUTTON_PLAIN},
    };

    ui_form_begin(r, NULL, file_href(r, a, ""), FORM_POST);
    web_once(r);
    ui_field(r, &(struct ui_field){.type = CONTROL_LONG,
                                   .name = "reason",
                                   .label = T(r, "list.export-reason"),
                                   .hint = T(r, "list.export-reason-hint"),
                                   .value = a->reason,
                                   .error = error,
                                   .maxlength = REASON_MOST});
    ui_buttons(r, buttons, ARRAY_LEN(buttons));
    ui_form_end(r);
}

static void ask_page(struct req *r, const struct asked *a)
{
    const struct screen *s = a->q.screen;
    const char *title = T1(r, "list.export", label_many(r, s->entity));
    const struct crumb crumbs[] = {{label_many(r, s->entity), query_href(r, &a->q, "", a->query)}, {title, NULL}};
    struct page page = {.shell = SHELL_WORKSPACE,
                        .title = title,
                        .wrong = a->wrong != NULL,
                        .crumbs = crumbs,
                        .n_crumbs = ARRAY_LEN(crumbs),
                        .here = query_href(r, &a->q, "", "")};

    web_page_begin(r, &page);
    ui_head(r, title, NULL, NULL, 0);
    if (a->wrong != NULL)
        ui_errors(r, &(struct ui_error){"reason", T(r, a->wrong)}, 1);
    ui_note(r, TONE_WARN, T(r, "list.export-personal"), T(r, "list.export-personal-why"));
    ui_facts_begin(r, true);
    ui_fact(r, T(r, "list.export-columns"), personal_labels(r, s));
    ui_facts_end(r);
    put_form(r, a);
    page_end(r, &page);
    if (a->wrong != NULL)
        r->http->status = 422;
}

/* ---- in the background ---- */

/* More rows than one request takes: says what would happen instead. */
static void offer_page(struct req *r, const struct asked *a)
{
    const char *title = T1(r, "list.export", label_many(r, a->q.screen->entity));
    const struct crumb crumbs[] = {{label_many(r, a->q.screen->entity), query_href(r, &a->q, "", a->query)}, {title, NULL}};
    struct page page = {.shell = SHELL_WORKSPACE, .title = title, .crumbs = crumbs, .n_crumbs = ARRAY_LEN(crumbs)};
    const struct ui_button buttons[] = {
        {.label = T(r, "list.export-prepare"), .look = BUTTON_FIRST},
        {.label = T(r, "ui.cancel"), .href = query_href(r, &a->q, "", a->query), .look = BUTTON_PLAIN},
    };

    web_page_begin(r, &page);
    ui_head(r, title, NULL, NULL, 0);
    ui_note(r, TONE_INFO, T1(r, "list.export-large", number_text(r->arena, EXPORT_ROWS, (int)r->lang)),
            T(r, "list.export-large-text"));
    ui_form_begin(r, NULL, file_href(r, a, a->personal ? "" : without_personal(r) ? "pribadi=0" : ""), FORM_POST);
    web_once(r);
    ui_hidden(r, "latar", "1");
    ui_buttons(r, buttons, ARRAY_LEN(buttons));
    ui_form_end(r);
    page_end(r, &page);
}

struct starting {
    struct export_work work;
    int64_t job;
};

static int start(struct tx *tx, void *plan)
{
    struct starting *s = plan;

    return export_work_start(tx, &s->work, &s->job);
}

static void started(struct req *r, void *plan, int result)
{
    const struct starting *s = plan;
    const char *gov = route_param(r, "gov");

    runner_wake(r->app->runner);
    if (result == E_AGAIN)
        web_redirect(r, url(r, "/kerja/%s/pekerjaan", gov));
    else if (result < 0)
        web_refuse(r, result);
    else
        web_redirect(r, url(r, "/kerja/%s/pekerjaan/%lld", gov, (long long)s->job));
}

static bool wants_background(const struct req *r)
{
    return text_eq(http_form(r->http, "latar"), "1");
}

static void start_work(struct req *r, const struct asked *a)
{
    struct starting *s = arena_new(r->arena, struct starting);

    if (r->actor->session == 0 || strlen(a->query) > QUERY_MAX) {
        web_refuse(r, E_INPUT);
        return;
    }
    if (r->app->may_export != NULL && r->app->may_export(r) < 0) {
        web_refuse(r, E_RATE);
        return;
    }
    s->work = (struct export_work){.screen = a->q.screen,
                                   .gov = *req_gov(r),
                                   .query = a->query,
                                   .format = a->format,
                                   .personal = a->personal,
                                   .second_factor = r->actor->second_factor,
                                   .lang = r->lang};
    web_write(r, start, s, started, NULL);
}

/* ---- the file ---- */

/* A file without a name among the uploads, which the server's sandbox lets us write. */
static int temporary_file(struct req *r, int *ret_dir)
{
    const char *name = text_printf(r->arena, "unduh-%lld", (long long)os_new_id());
    int fd, e;

    e = os_make_dir(r->app->data_dir, "upload", 0700);
    *ret_dir = e < 0 ? e : os_open_dir_in(r->app->data_dir, "upload");
    if (*ret_dir < 0)
        return *ret_dir;
    fd = os_create(*ret_dir, name, 0600);
    e = fd < 0 ? fd : os_remove(*ret_dir, name);
    if (e < 0)
        os_close(&fd);
    return e < 0 ? e : fd;
}

static void send_file(struct req *r, const struct asked *a)
{
    AUTO_CLOSE int dir = -1;
    AUTO_CLOSE int fd = temporary_file(r, &dir);
    struct stat st;
    int64_t rows;

    rows = fd < 0 ? fd
                  : export_write(r, &a->q, a->format, a->personal, EXPORT_ROWS, fd,
                                 text_printf(r->arena, "/proc/self/fd/%d", dir));
    if (rows == E_LIMIT && r->actor->session != 0) {
        offer_page(r, a);
        return;
    }
    if (rows == E_LIMIT)
        rows = fail_arg(r, E_LIMIT, "list.export-too-many", number_text(r->arena, EXPORT_ROWS, (int)r->lang));
    if (rows >= 0 && fstat(fd, &st) < 0)
        rows = E_STORAGE;
    if (rows < 0) {
        web_refuse(r, (int)rows);
        return;
    }
    export_name_file(r, a->q.screen->slug, a->format);
    r->http->file_size = st.st_size;
    r->http->file_fd = fd;
    fd = -1;
}

/* ---- pages ---- */

/* Answers itself and returns false when the request is none for a file. */
static bool asked_well(struct req *r, struct asked *a)
{
    int e = ask(r, a);

    if (e == E_INPUT)
        web_redirect(r, query_href(r, &a->q, "", a->query)); /* the list says what is wrong */
    else if (e < 0)
        web_refuse(r, e);
    return e == 0;
}

void export_page(struct req *r)
{
    struct asked *a = arena_new(r->arena, struct asked);
    int pass = 1;

    if (!asked_well(r, a))
        return;
    if (a->personal)
        pass = has_pass(r, a);
    if (pass == 1 && r->app->may_export != NULL && r->app->may_export(r) < 0)
        pass = E_RATE;
    if (pass < 0)
        web_refuse(r, pass);
    else if (pass == 0)
        ask_page(r, a);
    else
        send_file(r, a);
}

int export_note_store(struct tx *tx, void *plan)
{
    struct export_note row = *(const struct export_note *)plan;
    struct ledger_leaf leaf = leaf_by(tx, tx->actor, "export_note", row.head.id, LEAF_EXPORT);
    struct ledger_receipt receipt;
    struct record head;
    int e = ledger_key_new(tx, LEDGER_KEY_RECORD, &row.reason_key);

    if (e < 0)
        return e;
    row.at = tx->now;
    leaf.columns = (const struct ledger_column[]){{.name = "screen", .value = row.screen, .is_public = true},
                                                  {.name = "format", .value = row.format, .is_public = true},
                                                  {.name = "query", .value = row.query, .key = row.reason_key},
                                                  {.name = "reason", .value = row.reason, .key = row.reason_key}};
    leaf.n = 4;
    e = ledger_append(tx, &leaf, &receipt);
    return e < 0 ? e : row_insert(tx, &export_note_entity, &row, &head);
}

const char *export_reason_fault(struct arena *a, const char *reason)
{
    struct export_note probe;

    if (strlen(reason) < REASON_LEAST)
        return "list.export-reason-short";
    if (field_take(entity_field(&export_note_entity, "reason"), &probe, reason, a) < 0)
        return "list.export-reason-long";
    return NULL;
}

static bool stepped_up(const struct req *r)
{
    return r->actor->stepped_up.v != INSTANT_NONE.v && r->now.v - r->actor->stepped_up.v <= STEP_UP_MS;
}

static const char *form_reason(struct req *r)
{
    const char *typed = http_form(r->http, "reason");

    return typed != NULL ? typed : "";
}

void export_ask_page(struct req *r)
{
    struct asked *a = arena_new(r->arena, struct asked);
    struct export_note *plan = arena_new(r->arena, struct export_note);

    if (!asked_well(r, a))
        return;
    if (wants_background(r)) {
        int pass = a->personal ? has_pass(r, a) : 1;

        if (pass > 0)
            start_work(r, a);
        else if (pass == 0)
            ask_page(r, a);
        else
            web_refuse(r, pass);
        return;
    }
    if (!a->personal) {
        web_redirect(r, file_href(r, a, ""));
        return;
    }
    if (!stepped_up(r)) {
        web_refuse(r, fail(r, E_PERMIT, "list.export-step-up"));
        return;
    }
    a->reason = text_trim(r->arena, form_reason(r));
    a->wrong = export_reason_fault(r->arena, a->reason);
    if (a->wrong != NULL || strlen(a->query) > QUERY_MAX) {
        ask_page(r, a);
        return;
    }
    *plan = (struct export_note){.head = {.gov = a->q.gov, .id = os_new_id()},
                                 .person = r->actor->user,
                                 .session = r->actor->session,
                                 .screen = a->q.screen->slug,
                                 .format = export_format_name(a->format),
                                 .query = a->query[0] != '\0' ? a->query : NULL,
                                 .reason = a->reason};
    web_write(r, export_note_store, plan, NULL, file_href(r, a, ""));
}
