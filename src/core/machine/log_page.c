/*
 * log_page.c: /kerja/-/mesin/log: the server's log, by time, level, event and the code that stands on a page of an error.
 *
 * What stands in a line is decided where it is written (base/log.h): no name, no text that somebody typed.
 */
#include <inttypes.h>

#include "base/date.h"
#include "base/text.h"
#include "core/machine/log_search.h"
#include "core/machine/pages.h"
#include "http/http.h"

#define PATH   MACHINE_PATH "/log"
#define SHOWN  100
#define HOUR   INT64_C(3600000)
#define ID_MAX 20

/* clang-format off */
static const struct {
    const char *value, *word;
    int level;
} levels[] = {
    {"semua",      "machine.level-all",   LEVEL_DEBUG},
    {"peringatan", "machine.level-warn",  LEVEL_WARN},
    {"galat",      "machine.level-error", LEVEL_ERROR},
};
static const struct {
    const char *value, *word;
    int64_t ms; /* 0: all there is */
} spans[] = {
    {"jam",    "machine.since-hour", HOUR},
    {"hari",   "machine.since-day",  24 * HOUR},
    {"minggu", "machine.since-week", 7 * 24 * HOUR},
    {"awal",   "machine.since-all",  0},
};
/* clang-format on */

static const struct {
    enum tone tone;
    const char *word;
} looks[] = {
    [LEVEL_DEBUG] = {TONE_NONE, "machine.level-debug"},
    [LEVEL_INFO] = {TONE_NONE, "machine.level-info"},
    [LEVEL_WARN] = {TONE_WARN, "machine.level-warn"},
    [LEVEL_ERROR] = {TONE_BAD, "machine.level-error"},
};
_Static_assert(ARRAY_LEN(looks) == LEVEL_COUNT, "a look for each level");

/* What is asked for, as it stands in the address. */
struct asked {
    size_t level, span;
    const char *event, *id; /* "" for any */
    int64_t before;         /* 0: from now on back */
};

static const char *trimmed(struct req *r, const char *name)
{
    const char *value = http_query(r->http, name);

    return value == NULL ? "" : text_trim(r->arena, value);
}

/* An address that nobody would make is answered as if it asked for less. */
static void read_asked(struct req *r, struct asked *ret)
{
    size_t i;

    *ret = (struct asked){.span = 1, .event = trimmed(r, "kejadian"), .id = trimmed(r, "kode")};
    for (i = 0; i < ARRAY_LEN(levels); i++)
        if (text_eq(http_query(r->http, "tingkat"), levels[i].value))
            ret->level = i;
    for (i = 0; i < ARRAY_LEN(spans); i++)
        if (text_eq(http_query(r->http, "sejak"), spans[i].value))
            ret->span = i;
    if (text_int(trimmed(r, "sebelum"), 1, INT64_MAX, &ret->before) < 0)
        ret->before = 0;
}

static int search(struct req *r, const struct asked *q, struct log_found **ret, size_t *ret_n, bool *ret_more,
                  instant *ret_reached)
{
    const struct machine_conf *conf = machine_conf(r->app);
    struct log_wanted w = {.level = levels[q->level].level, .from = INSTANT_NONE, .before = INSTANT_NONE};

    if (q->event[0] != '\0')
        w.event = q->event;
    if (q->id[0] != '\0')
        w.id = q->id;
    if (spans[q->span].ms > 0)
        w.from.v = r->now.v - spans[q->span].ms;
    if (q->before > 0)
        w.before.v = q->before;
    *ret_n = 0;
    *ret_more = false;
    if (conf == NULL || conf->log_dir <= 0)
        return 0;
    return log_search(conf->log_dir, &w, SHOWN, r->arena, ret, ret_n, ret_more, ret_reached);
}

/* ---- the form ---- */

static void filter(struct req *r, const struct asked *q)
{
    struct ui_choice level[ARRAY_LEN(levels)], since[ARRAY_LEN(spans)];
    size_t i;

    for (i = 0; i < ARRAY_LEN(levels); i++)
        level[i] = (struct ui_choice){.value = levels[i].value, .label = T(r, levels[i].word)};
    for (i = 0; i < ARRAY_LEN(spans); i++)
        since[i] = (struct ui_choice){.value = spans[i].value, .label = T(r, spans[i].word)};
    ui_filter_begin(r, PATH, T(r, "machine.log-search"));
    ui_filter_field(r, &(struct ui_field){.type = CONTROL_TEXT,
                                          .name = "kode",
                                          .label = T(r, "machine.log-id"),
                                          .value = q->id,
                                          .inputmode = "numeric",
                                          .maxlength = ID_MAX});
    ui_filter_field(r, &(struct ui_field){.type = CONTROL_TEXT,
                                          .name = "kejadian",
                                          .label = T(r, "machine.log-event"),
                                          .value = q->event,
                                          .placeholder = "web.fault",
                                          .maxlength = 40});
    ui_filter_field(r, &(struct ui_field){.type = CONTROL_SELECT,
                                          .name = "tingkat",
                                          .label = T(r, "machine.log-level"),
                                          .value = levels[q->level].value,
                                          .options = level,
                                          .n_options = ARRAY_LEN(level)});
    ui_filter_field(r, &(struct ui_field){.type = CONTROL_SELECT,
                                          .name = "sejak",
                                          .label = T(r, "machine.log-since"),
                                          .value = spans[q->span].value,
                                          .options = since,
                                          .n_options = ARRAY_LEN(since)});
    ui_filter_end(r);
}

/* ---- lines ---- */

static const char *moment(struct req *r, instant t)
{
    struct time_of_day at = instant_time(t, r->zone_minutes);

    return text_printf(r->arena, "%02d.%02d.%02d", at.hour, at.minute, at.second);
}

/* Where the pairs may be broken: never inside one. */
static void line(struct req *r, const struct ui_table *t, const struct log_found *f)
{
    ui_row_begin(r, f->level == LEVEL_ERROR);
    ui_cell_begin(r, t, 0);
    html(r, "%s", moment(r, f->at));
    ui_sub(r, say_day_brief(r, instant_date(f->at, r->zone_minutes)));
    ui_cell_end(r, t, 0);
    ui_cell_begin(r, t, 1);
    ui_tag(r, looks[f->level].tone, ICON_OF_TONE, T(r, looks[f->level].word));
    ui_cell_end(r, t, 1);
    ui_cell(r, t, 2, f->event);
    ui_cell_begin(r, t, 3);
    html(r, "<code>%s</code>", f->rest);
    ui_cell_end(r, t, 3);
    if (f->id != NULL)
        ui_cell_link(r, t, 4, T(r, "machine.log-follow"), url(r, PATH "?kode=%s&sejak=awal", f->id));
    else
        ui_cell(r, t, 4, NULL);
    ui_row_end(r);
}

static void lines(struct req *r, const struct log_found *v, size_t n)
{
    const struct ui_column columns[] = {{.label = T(r, "machine.log-time"), .head = true, .nowrap = true},
                                        {.label = T(r, "machine.log-level")},
                                        {.label = T(r, "machine.log-event")},
                                        {.label = T(r, "machine.log-details")},
                                        {.label = T(r, "machine.log-request")}};
    const struct ui_table t = {.caption = T(r, "machine.log"), .columns = columns, .n = ARRAY_LEN(columns), .fold = true};
    size_t i;

    ui_table_begin(r, &t);
    for (i = 0; i < n; i++)
        line(r, &t, &v[i]);
    ui_table_end(r, &t);
}

static void older(struct req *r, const struct asked *q, instant before)
{
    const char *to = url(r, PATH "?kode=%s&kejadian=%s&tingkat=%s&sejak=%s&sebelum=%" PRId64, q->id, q->event,
                         levels[q->level].value, spans[q->span].value, before.v);

    ui_button(r, &(struct ui_button){.label = T(r, "machine.log-older"), .href = to});
}

void page_log(struct req *r)
{
    struct page p = {.shell = SHELL_WORKSPACE, .title = T(r, "machine.log-title")};
    instant reached = INSTANT_NONE;
    struct asked q;
    struct log_found *v = NULL;
    size_t n;
    bool more;
    int e;

    read_asked(r, &q);
    e = search(r, &q, &v, &n, &more, &reached);
    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    web_page_begin(r, &p);
    ui_head(r, p.title, T(r, "machine.log-text"), NULL, 0);
    machine_tabs(r, PATH);
    filter(r, &q);
    if (n == 0)
        state_empty(r, T(r, "machine.log-none"), T(r, more ? "machine.log-none-yet" : "machine.log-none-text"), NULL);
    else
        lines(r, v, n);
    if (more && reached.v != INSTANT_NONE.v)
        older(r, &q, reached);
    page_end(r, &p);
}
