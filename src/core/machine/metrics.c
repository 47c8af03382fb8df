/*
 * metrics.c: /metrics in the text format of Prometheus, for a collector on this host.
 *
 * One table says name, kind, help and where the number lies. Names end in their unit, counters in _total.
 */
#include <inttypes.h>
#include <stddef.h>

#include "base/text.h"
#include "core/machine/pages.h"

enum part {
    PART_HTTP,
    PART_WRITER,
    PART_READERS,
    PART_LEDGER,
    PART_QUEUES,
    PART_ROOM,
    PART_ALWAYS,
};

struct metric {
    enum part part;
    const char *name, *label; /* label: `state="waiting"`; NULL for none */
    bool counter;
    bool moment; /* an instant, told in seconds since 1970; 0: never */
    size_t at, size;
    const char *help; /* NULL: the name's help stands at an earlier row */
};

#define AT(member) offsetof(struct machine_figures, member), sizeof(((struct machine_figures *)NULL)->member)

/* clang-format off */
static const struct metric metrics[] = {
    {PART_HTTP, "http_requests_total", NULL, true, false, AT(http.requests), "Requests that were taken."},
    {PART_HTTP, "http_refused_total", "by=\"gate\"",  true, false, AT(http.refused_by_gate), "Connections and requests refused before a page saw them."},
    {PART_HTTP, "http_refused_total", "by=\"limit\"", true, false, AT(http.refused_by_limit), NULL},
    {PART_HTTP, "http_answers_total", "class=\"2xx\"", true, false, AT(http.by_class[2]), "Answers by class of their status."},
    {PART_HTTP, "http_answers_total", "class=\"3xx\"", true, false, AT(http.by_class[3]), NULL},
    {PART_HTTP, "http_answers_total", "class=\"4xx\"", true, false, AT(http.by_class[4]), NULL},
    {PART_HTTP, "http_answers_total", "class=\"5xx\"", true, false, AT(http.by_class[5]), NULL},
    {PART_HTTP, "http_received_bytes_total", NULL, true, false, AT(http.bytes_in), "Bytes received."},
    {PART_HTTP, "http_sent_bytes_total", NULL, true, false, AT(http.bytes_out), "Bytes of answers sent."},
    {PART_HTTP, "http_connections", NULL, false, false, AT(http.connections), "Connections that are open."},

    {PART_WRITER, "writer_groups_total", NULL, true, false, AT(writer.groups), "Transactions of the one writer."},
    {PART_WRITER, "writer_works_total", NULL, true, false, AT(writer.works), "Steps that were written."},
    {PART_WRITER, "writer_failed_total", NULL, true, false, AT(writer.failed), "Steps that failed and were undone."},
    {PART_WRITER, "writer_slices_total", NULL, true, false, AT(writer.slices), "Slices of jobs that were written."},
    {PART_WRITER, "writer_repeated_total", NULL, true, false, AT(writer.repeated), "Groups that had to run again."},
    {PART_WRITER, "writer_lost_total", NULL, true, false, AT(writer.lost), "Connections to the database that broke."},
    {PART_WRITER, "writer_group_us_max", NULL, false, false, AT(writer.group_us_max), "Longest group since this page was last read, in microseconds."},
    {PART_WRITER, "writer_waiting", NULL, false, false, AT(writer.waiting), "Steps that wait for the writer."},

    {PART_READERS, "readers_open", NULL, false, false, AT(pool.open), "Reader connections to the database."},
    {PART_READERS, "readers_out", NULL, false, false, AT(pool.out), "Those that answer a page now."},
    {PART_READERS, "readers_taken_total", NULL, true, false, AT(pool.taken), "How often one was taken."},
    {PART_READERS, "readers_waited_total", NULL, true, false, AT(pool.waited), "How often one had to be waited for."},
    {PART_READERS, "readers_lost_total", NULL, true, false, AT(pool.lost), "Those that broke."},

    {PART_LEDGER, "ledger_size", NULL, false, false, AT(ledger.size), "Leaves of the running log."},
    {PART_LEDGER, "ledger_signed_size", NULL, false, false, AT(ledger.signed_size), "Those under the newest checkpoint."},
    {PART_LEDGER, "ledger_signed_seconds", NULL, false, true, AT(ledger.signed_at), "When it was signed, in seconds since 1970; 0: never."},
    {PART_LEDGER, "ledger_cosigned_size", NULL, false, false, AT(ledger.cosigned_size), "Leaves that a witness has cosigned; -1: none has."},
    {PART_LEDGER, "ledger_cosigned_seconds", NULL, false, true, AT(ledger.cosigned_at), "When, in seconds since 1970; 0: never."},
    {PART_LEDGER, "ledger_clock_behind_ms", NULL, false, false, AT(ledger.clock_behind_ms), "How far the clock was behind the last leaf, at worst."},
    {PART_LEDGER, "ledger_sealed_waiting", NULL, false, false, AT(ledger.sealed_waiting), "Sealed leaves that wait for the daily batch."},

    {PART_QUEUES, "jobs", "state=\"waiting\"", false, false, AT(queues.jobs_waiting), "Jobs by state; failed ones of the last day."},
    {PART_QUEUES, "jobs", "state=\"running\"", false, false, AT(queues.jobs_running), NULL},
    {PART_QUEUES, "jobs", "state=\"failed\"", false, false, AT(queues.jobs_failed), NULL},
    {PART_QUEUES, "jobs_oldest_seconds", NULL, false, true, AT(queues.job_oldest), "When the oldest that waits was started; 0: none waits."},
    {PART_QUEUES, "outbox", "state=\"waiting\"", false, false, AT(queues.outbox_waiting), "Mails and other effects by state; given up in 30 days."},
    {PART_QUEUES, "outbox", "state=\"late\"", false, false, AT(queues.outbox_late), NULL},
    {PART_QUEUES, "outbox", "state=\"given_up\"", false, false, AT(queues.outbox_given_up), NULL},
    {PART_QUEUES, "outbox_oldest_seconds", NULL, false, true, AT(queues.outbox_oldest), "When the oldest that waits was put there; 0: none waits."},
    {PART_QUEUES, "database_bytes", NULL, false, false, AT(database_bytes), "Size of the database."},

    {PART_ROOM, "disk_bytes", NULL, false, false, AT(room.total), "Size of the disk that kept files lie on."},
    {PART_ROOM, "disk_available_bytes", NULL, false, false, AT(room.available), "What is free there."},
    {PART_ALWAYS, "memory_bytes", NULL, false, false, AT(memory), "Memory that the server's process has."},
};
/* clang-format on */

static bool has_part(const struct machine_figures *f, enum part part)
{
    switch (part) {
    case PART_HTTP:
        return f->has_http;
    case PART_WRITER:
        return f->has_writer;
    case PART_READERS:
        return f->has_pool;
    case PART_LEDGER:
        return f->has_ledger;
    case PART_QUEUES:
        return f->has_queues;
    case PART_ROOM:
        return f->has_room;
    case PART_ALWAYS:
        break;
    }
    return true;
}

static int64_t value_of(const struct machine_figures *f, const struct metric *m)
{
    const void *at = (const char *)f + m->at;
    int64_t v;

    if (m->size == sizeof(int))
        return *(const int *)at;
    v = *(const int64_t *)at; /* counters too: none comes near 2^63 */
    return !m->moment ? v : v == INSTANT_NONE.v ? 0 : v / 1000;
}

static void put_head(struct req *r, const char *name, const char *type, const char *help)
{
    buf_printf(r->out, "# HELP terang_%s %s\n# TYPE terang_%s %s\n", name, help, name, type);
}

static void put_metric(struct req *r, const struct machine_figures *f, const struct metric *m)
{
    if (m->help != NULL)
        put_head(r, m->name, m->counter ? "counter" : "gauge", m->help);
    if (m->label != NULL)
        buf_printf(r->out, "terang_%s{%s} %" PRId64 "\n", m->name, m->label, value_of(f, m));
    else
        buf_printf(r->out, "terang_%s %" PRId64 "\n", m->name, value_of(f, m));
}

/* ---- how long answers took ---- */

/* Microseconds as seconds: "0.005". */
static const char *seconds_text(struct req *r, uint64_t us)
{
    return text_printf(r->arena, "%" PRIu64 ".%06" PRIu64, us / 1000000, us % 1000000);
}

static void put_kind(struct req *r, const char *name, const struct http_kind_figures *k)
{
    uint64_t all = 0;
    size_t i;

    for (i = 0; i < HTTP_BUCKETS; i++) {
        all += k->latency[i];
        buf_printf(r->out, "terang_http_request_seconds_bucket{kind=\"%s\",le=\"%s\"} %" PRIu64 "\n", name,
                   i < HTTP_BUCKETS - 1 ? seconds_text(r, (uint64_t)http_bucket_us[i]) : "+Inf", all);
    }
    buf_printf(r->out, "terang_http_request_seconds_sum{kind=\"%s\"} %s\n", name, seconds_text(r, k->latency_us_sum));
    buf_printf(r->out, "terang_http_request_seconds_count{kind=\"%s\"} %" PRIu64 "\n", name, all);
}

static void put_kinds(struct req *r, const struct machine_figures *f)
{
    size_t k;

    if (!f->has_http)
        return;
    put_head(r, "http_request_seconds", "histogram", "Time from a complete request to its answer, by kind of page.");
    for (k = 0; k < WEB_KIND_COUNT; k++)
        put_kind(r, web_kind_name((enum web_kind)k), &f->http.kinds[k]);
}

/* ---- what it is ---- */

static void put_program(struct req *r)
{
    const struct machine_conf *conf = machine_conf(r->app);
    struct machine_told told;
    struct machine_report report;

    if (conf == NULL)
        return;
    put_head(r, "build_info", "gauge", "1; the label names the version.");
    buf_printf(r->out, "terang_build_info{version=\"%s\"} 1\n", conf->program);
    put_head(r, "started_seconds", "gauge", "When the parent of all processes began, in seconds since 1970.");
    buf_printf(r->out, "terang_started_seconds %" PRId64 "\n", conf->since.v / 1000);
    put_head(r, "restarts_total", "counter", "How often the server ended by itself and began again.");
    buf_printf(r->out, "terang_restarts_total %" PRId64 "\n", conf->restarts);

    machine_told(r->app, r->arena, &told);
    if (told.text == NULL || machine_report_read(r->arena, told.text, &report) < 0)
        return;
    put_head(r, "findings", "gauge", "What doctor found at its last look.");
    buf_printf(r->out, "terang_findings %zu\n", report.wrong);
    put_head(r, "backup_seconds", "gauge", "When the last backup was made, in seconds since 1970; 0: never.");
    buf_printf(r->out, "terang_backup_seconds %" PRId64 "\n",
               report.archive_at.v == INSTANT_NONE.v ? INT64_C(0) : report.archive_at.v / 1000);
}

/* Others learn nothing, not even that there is such a page. */
void page_metrics(struct req *r)
{
    struct machine_figures f;
    size_t i;

    if (!text_eq(r->http->address, "127.0.0.1") && !text_eq(r->http->address, "::/64")) {
        r->http->status = 404;
        return;
    }
    r->http->type = "text/plain; version=0.0.4; charset=utf-8";
    r->http->no_log = true;
    machine_figures(r->app, MACHINE_SCRAPE, &f);
    for (i = 0; i < ARRAY_LEN(metrics); i++)
        if (has_part(&f, metrics[i].part))
            put_metric(r, &f, &metrics[i]);
    put_head(r, "ledger_hold", "gauge", "1 while nothing is signed because the log is on hold.");
    buf_printf(r->out, "terang_ledger_hold %d\n", f.has_ledger && f.ledger.mode == LEDGER_HOLD);
    put_kinds(r, &f);
    put_program(r);
}
