/*
 * overview_page.c: /kerja/-/mesin: is the machine well, what is to be done about it, and what it is.
 */
#include <inttypes.h>

#include "base/date.h"
#include "base/text.h"
#include "core/machine/pages.h"
#include "engine/migrations.h"

#define REFRESH_S 3

struct seen {
    struct machine_told told;
    struct machine_report report;
    bool has_report;
    struct machine_figures now;
};

static void see(struct req *r, struct seen *ret)
{
    machine_told(r->app, r->arena, &ret->told);
    ret->has_report = ret->told.text != NULL && machine_report_read(r->arena, ret->told.text, &ret->report) == 0;
    machine_figures(r->app, MACHINE_PAGE, &ret->now);
}

/* ---- the answer ---- */

static const char *verdict(struct req *r, const struct seen *s)
{
    if (!s->has_report)
        return T(r, s->told.cannot ? "machine.cannot" : s->told.looking ? "machine.first" : "machine.unknown");
    if (s->report.wrong > 0)
        return T1(r, "machine.needs", say_count(r, (int64_t)s->report.wrong));
    return T(r, s->report.complete ? "machine.good" : "machine.blind");
}

static const char *when(struct req *r, const struct seen *s)
{
    if (s->told.looking)
        return T(r, "machine.looking");
    if (!s->has_report)
        return T(r, "machine.no-look");
    return T1(r, s->told.failed ? "machine.looked-failed" : "machine.looked", say_moment(r, s->told.at));
}

static void head(struct req *r, const struct seen *s, const char *title)
{
    const struct ui_button again = {.label = T(r, "machine.look"), .form = "periksa", .icon = ICON_SEARCH};

    ui_head(r, title, when(r, s), &again, s->told.cannot || s->told.looking ? 0 : 1);
    ui_form_begin(r, "periksa", MACHINE_PATH "/periksa", FORM_POST);
    ui_form_end(r);
}

/* ---- findings ---- */

static void finding(struct req *r, const struct machine_finding *f)
{
    const struct ui_row_item item = {
        .title = machine_area_word(r, f->area), .href = machine_area_guide(f->area), .text = machine_finding_text(r, f)};

    ui_row_item_begin(r, &item);
    ui_tag(r,
           f->note                  ? TONE_NONE
           : f->area <= AREA_BACKUP ? TONE_BAD
                                    : TONE_WARN,
           f->note ? ICON_INFO : ICON_OF_TONE, T(r, f->note ? "machine.note" : "machine.finding"));
    ui_row_item_end(r);
}

static void findings(struct req *r, const struct machine_report *report)
{
    size_t i;

    if (report->n == 0)
        return;
    ui_section_begin(r, "temuan", T(r, report->wrong > 0 ? "machine.findings" : "machine.notes"));
    ui_rows_begin(r);
    for (i = 0; i < report->n; i++)
        finding(r, &report->findings[i]);
    ui_rows_end(r);
    ui_section_end(r);
}

/* ---- figures ---- */

static const char *ago(struct req *r, const struct seen *s, instant t)
{
    return t.v == INSTANT_NONE.v ? NULL : T1(r, "machine.ago", say_span(r, s->now.at.v - t.v));
}

static const char *oldest(struct req *r, const struct seen *s, instant t)
{
    return t.v == INSTANT_NONE.v ? T(r, "machine.nothing-waits") : T1(r, "machine.oldest", say_span(r, s->now.at.v - t.v));
}

static struct ui_figure backup_figure(struct req *r, const struct seen *s)
{
    const struct machine_report *x = &s->report;
    struct ui_figure f = {.label = T(r, "machine.backup"), .number = "–"};

    if (!s->has_report)
        return f;
    if (x->archive_at.v == INSTANT_NONE.v) {
        f.number = T(r, "machine.never");
        f.tone = r->app->demo ? TONE_NONE : TONE_BAD;
        f.context = r->app->demo ? T(r, "machine.backup-demo") : NULL;
        return f;
    }
    f.number = say_day_brief(r, instant_date(x->archive_at, r->zone_minutes));
    f.context = ago(r, s, x->archive_at);
    return f;
}

static struct ui_figure ledger_figure(struct req *r, const struct seen *s)
{
    const struct ledger_status *l = &s->now.ledger;
    struct ui_figure f = {.label = T(r, "machine.ledger"), .number = "–"};

    if (!s->now.has_ledger)
        return f;
    f.number = say_count(r, l->size);
    f.tone = l->mode == LEDGER_HOLD ? TONE_BAD : TONE_NONE;
    f.context = l->mode == LEDGER_HOLD     ? T(r, "machine.ledger-hold")
                : l->signed_size < l->size ? T1(r, "machine.ledger-unsigned", say_count(r, l->size - l->signed_size))
                : l->cosigned_size < 0     ? T(r, "machine.ledger-alone")
                                           : T1(r, "machine.ledger-witnessed", say_count(r, l->cosigned_size));
    return f;
}

static struct ui_figure disk_figure(struct req *r, const struct seen *s)
{
    struct ui_figure f = {.label = T(r, "machine.disk"), .number = "–"};
    int64_t percent;

    if (!s->now.has_room || s->now.room.total == 0)
        return f;
    percent = s->now.room.available / (s->now.room.total / 100 + 1);
    f.number = say_size(r, s->now.room.available);
    f.tone = percent < 5 ? TONE_BAD : percent < 10 ? TONE_WARN : TONE_NONE;
    f.context = T1(r, "machine.disk-of", say_size(r, s->now.room.total));
    return f;
}

static void figures(struct req *r, const struct seen *s)
{
    const struct machine_queues *q = &s->now.queues;
    const struct ui_figure v[] = {
        backup_figure(r, s),
        ledger_figure(r, s),
        {.label = T(r, "machine.jobs"),
         .number = say_count(r, q->jobs_waiting + q->jobs_running),
         .href = "/kerja/-/pekerjaan?semua=1",
         .context =
             q->jobs_failed > 0 ? T1(r, "machine.jobs-failed", say_count(r, q->jobs_failed)) : oldest(r, s, q->job_oldest),
         .tone = q->jobs_failed > 0 ? TONE_WARN : TONE_NONE},
        {.label = T(r, "machine.outbox"),
         .number = say_count(r, q->outbox_waiting),
         .href = "/kerja/-/kotak-keluar",
         .context = oldest(r, s, q->outbox_oldest),
         .tone = q->outbox_late > 0 ? TONE_WARN : TONE_NONE},
        disk_figure(r, s),
    };

    ui_figures(r, v, ARRAY_LEN(v));
}

/* ---- what it is ---- */

static const char *database_text(struct req *r, const struct seen *s)
{
    const char *version = NULL;

    if (machine_database_version(r->db, r->arena, &version) < 0 || version == NULL)
        version = "";
    return text_printf(r->arena, "%s %s, %s", db_kind(r->db) == DB_SQLITE ? "SQLite" : "PostgreSQL", version,
                       say_size(r, s->now.database_bytes));
}

static void program_panel(struct req *r, const struct seen *s)
{
    const struct machine_conf *conf = machine_conf(r->app);
    size_t n;

    (void)migrations(&n);
    ui_panel_begin(r, T(r, "machine.program"));
    ui_facts_begin(r, false);
    ui_fact(r, T(r, "machine.version"), conf != NULL ? conf->program : "–");
    ui_fact(r, T(r, "machine.schema"), T1(r, "machine.schema-steps", say_count(r, (int64_t)n)));
    ui_fact(r, T(r, "machine.database"), database_text(r, s));
    ui_fact(r, T(r, "machine.memory"), s->now.memory > 0 ? say_size(r, s->now.memory) : "–");
    if (conf != NULL) {
        ui_fact(r, T(r, "machine.uptime"), say_span(r, s->now.at.v - conf->since.v));
        ui_fact(r, T(r, "machine.restarts"),
                conf->restarts == 0
                    ? T(r, "machine.restarts-none")
                    : T2(r, "machine.restarts-some", say_count(r, conf->restarts), say_moment(r, conf->restarted)));
    }
    ui_facts_end(r);
    ui_panel_end(r);
}

static void ledger_facts(struct req *r, const struct seen *s)
{
    const struct ledger_status *l = &s->now.ledger;

    if (!s->now.has_ledger)
        return;
    ui_section_begin(r, "catatan", T(r, "machine.ledger"));
    ui_facts_begin(r, true);
    ui_fact(r, T(r, "machine.ledger-log"), l->origin);
    ui_fact(r, T(r, "machine.ledger-size"), say_count(r, l->size));
    ui_fact(r, T(r, "machine.ledger-signed"),
            l->signed_at.v == INSTANT_NONE.v ? T(r, "machine.never") : say_moment(r, l->signed_at));
    ui_fact(r, T(r, "machine.ledger-witness"),
            l->cosigned_size < 0
                ? T(r, "machine.ledger-alone")
                : T2(r, "machine.ledger-cosigned", say_count(r, l->cosigned_size), say_moment(r, l->cosigned_at)));
    ui_facts_end(r);
    ui_section_end(r);
}

static void backup_facts(struct req *r, const struct seen *s)
{
    const struct machine_report *x = &s->report;

    if (!s->has_report)
        return;
    ui_section_begin(r, "cadangan", T(r, "machine.backups"));
    ui_facts_begin(r, true);
    ui_fact(r, T(r, "machine.backup"),
            x->archive_at.v == INSTANT_NONE.v ? T(r, "machine.never") : say_moment(r, x->archive_at));
    ui_fact(r, T(r, "machine.backup-keys"), x->keys_at.v == INSTANT_NONE.v ? T(r, "machine.never") : say_moment(r, x->keys_at));
    ui_fact(r, T(r, "machine.backup-key"), T(r, x->has_backup_key ? "ui.yes" : "ui.no"));
    ui_facts_end(r);
    ui_section_end(r);
}

void page_machine(struct req *r)
{
    struct page p = {.shell = SHELL_WORKSPACE};
    struct seen s;

    see(r, &s);
    p.title = verdict(r, &s);
    if (s.told.looking)
        p.refresh = REFRESH_S;
    web_page_begin(r, &p);
    head(r, &s, p.title);
    machine_tabs(r, MACHINE_PATH);
    ui_split_begin(r);
    if (s.has_report)
        findings(r, &s.report);
    figures(r, &s);
    ledger_facts(r, &s);
    backup_facts(r, &s);
    ui_split_aside(r);
    program_panel(r, &s);
    ui_split_end(r);
    page_end(r, &p);
}

/* It begins at most once a minute: whoever presses sooner sees the last one. */
void page_machine_look(struct req *r)
{
    (void)machine_look(r->app);
    web_redirect(r, MACHINE_PATH);
}
