/*
 * digest.c: see digest.h.
 */
#include "core/notice/digest.h"

#include <inttypes.h>

#include "base/date.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "core/gov/gov.h"
#include "core/mail/mail.h"
#include "core/notice/notice.h"
#include "core/notice/query.h"
#include "engine/flow.h"
#include "engine/param.h"
#include "engine/task.h"
#include "os/os.h"
#include "ui/lang.h"

#define LOT         100
#define GOVS_MAX    12  /* of one person: more are told in the application */
#define TASKS_MAX   200 /* of one government */
#define LINES_MAX   8   /* of one group */
#define NOTICES_MAX 200
#define TEXT_MAX    ((size_t)16 * KB)
#define ARGS_MAX    ((size_t)4 * KB)
#define DAY_MS      INT64_C(86400000)
#define HOUR_MS     INT64_C(3600000)
#define FIRST_MS    (7 * DAY_MS) /* what the first one tells of */
#define ZONES_MAX   64
#define READER_WAIT 1000

/* clang-format off */
const struct query q_digest_zones = {
    .name = "digest.zones",
    .sql = "SELECT DISTINCT zone FROM government WHERE voided_at IS NULL ORDER BY zone LIMIT ?1",
    .in = "i", .out = "i",
};
const struct query q_digest_begun = {
    .name = "digest.begun", .sql = "SELECT 1 FROM digest_run WHERE zone = ?1 AND day = ?2", .in = "ii", .out = "i",
};
const struct query q_digest_begin = {
    .name = "digest.begin",
    .sql = "INSERT INTO digest_run (zone, day) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
    .in = "ii", .out = "",
};
const struct query q_digest_people = {
    .name = "digest.people",
    .sql = "SELECT u.id FROM app_user u LEFT JOIN government g ON g.id = u.home WHERE u.id > ?1 AND u.email IS NOT NULL "
           "AND u.email_at IS NOT NULL AND u.disabled = 0 AND u.voided_at IS NULL AND COALESCE(g.zone, ?3) = ?2 ORDER BY u.id LIMIT ?4",
    .in = "iiii", .out = "i",
};
const struct query q_digest_last = {
    .name = "digest.last", .sql = "SELECT made_at FROM digest_last WHERE person = ?1", .in = "i", .out = "i",
};
const struct query q_digest_sent = {
    .name = "digest.sent",
    .sql = "INSERT INTO digest_last (person, made_at) VALUES (?1, ?2) ON CONFLICT (person) DO UPDATE SET made_at = excluded.made_at",
    .in = "ii", .out = "",
};
/* clang-format on */

/* ---- the text ---- */

struct digest {
    struct app *app;
    struct db *db;
    struct arena *a;
    enum lang lang;
    const struct actor *actor;
    struct notice_choice choices[NOTICE_KIND_COUNT];
    struct buf out;
    bool urgent; /* there is something to do or to know */
};

static const char *said(const struct digest *d, const char *key)
{
    const char *text = lang_text(d->lang, key);

    return text != NULL ? text : key;
}

static void heading(struct digest *d, const char *key, int64_t n)
{
    buf_printf(&d->out, "%s%s (%" PRId64 ")\n", d->out.n > 0 ? "\n" : "", said(d, key), n);
}

/* Some screen with a workflow: a request needs one to stand on. */
static const struct screen *some_screen(const struct app *app)
{
    size_t m, i;

    for (m = 0; m < app->n_modules; m++)
        for (i = 0; i < app->modules[m]->n_screens; i++)
            if (app->modules[m]->screens[i]->flow != NULL)
                return app->modules[m]->screens[i];
    return NULL;
}

/* "- Periksa berkas: aksi, jatuh tempo 3 Maret 2026" and its address. */
static void write_task(struct digest *d, struct req *r, const struct task_mine *x)
{
    const char *verb = x->step != NULL ? flow_word(r, x->flow, x->step->verb, "") : NULL;
    const char *due = say_day(r, x->task.due);

    buf_printf(&d->out, "- %s: %s, %s\n  %s/kerja/%s/%s/%" PRId64 "\n", verb != NULL ? verb : said(d, "notice.digest-open"),
               label_one(r, x->screen->entity), lang_fill(d->a, d->lang, "notice.digest-due", &due, 1), d->app->origin,
               req_gov(r)->slug, x->screen->slug, x->task.record);
}

static void write_groups(struct digest *d, struct req *r, const struct task_mine *v, size_t n)
{
    static const char *const words[] = {[TASK_LATE] = "task.late", [TASK_TODAY] = "task.today", [TASK_WEEK] = "task.week"};
    const date today = instant_date(r->now, r->zone_minutes);
    size_t group, i;

    for (group = 0; group < ARRAY_LEN(words); group++) {
        int64_t count = 0, written = 0;

        for (i = 0; i < n; i++)
            count += (size_t)task_group(&v[i].task, today) == group;
        if (count == 0)
            continue;
        d->urgent = true;
        heading(d, words[group], count);
        for (i = 0; i < n && written < LINES_MAX; i++)
            if ((size_t)task_group(&v[i].task, today) == group) {
                write_task(d, r, &v[i]);
                written++;
            }
        if (count > written)
            buf_printf(&d->out, "  %s\n", said(d, "notice.digest-more"));
    }
}

static int write_gov(struct digest *d, int64_t gov)
{
    const struct screen *s = some_screen(d->app);
    struct req *r = NULL;
    struct task_mine *v;
    size_t n, waiting, before = d->out.n;
    bool more;
    int e = s != NULL ? sight_take(d->app, d->db, d->a, d->actor, s, gov, &r) : 0;

    if (e < 0 || r == NULL)
        return e;
    r->lang = d->lang;
    e = task_mine(r, gov, false, DATE_NONE, 0, TASKS_MAX, &v, &n, &more);
    if (e < 0)
        return e;
    buf_printf(&d->out, "%s%s\n", before > 0 ? "\n" : "", req_gov(r)->name);
    write_groups(d, r, v, n);
    e = task_mine(r, gov, true, DATE_NONE, 0, TASKS_MAX, &v, &waiting, &more);
    if (e == 0 && waiting > 0) {
        heading(d, "task.waiting", (int64_t)waiting);
        buf_printf(&d->out, "  %s/kerja/%s/tugas?lihat=menunggu\n", d->app->origin, req_gov(r)->slug);
    }
    return e;
}

static int write_govs(struct digest *d)
{
    int64_t seen[GOVS_MAX];
    size_t n = 0, i, k;
    int e = 0;

    for (i = 0; i < d->actor->n_grants && n < GOVS_MAX && e == 0; i++) {
        for (k = 0; k < n && seen[k] != d->actor->grants[i].gov; k++)
            ;
        if (k < n || d->actor->grants[i].gov == GOV_ANY)
            continue;
        seen[n++] = d->actor->grants[i].gov;
        e = write_gov(d, seen[n - 1]);
    }
    return e;
}

static int since(struct db *db, int64_t user, instant now, instant *ret)
{
    int e;

    AUTO_ROWS struct rows rows;

    *ret = (instant){now.v - FIRST_MS};
    e = db_select(&rows, db, &q_digest_last, V(user));
    if (e == 0)
        e = rows_next(&rows);
    if (e > 0)
        ret->v = rows_int(&rows, 0);
    return e < 0 ? e : 0;
}

/* What happened, a line a kind; the page says what exactly. */
static int write_notices(struct digest *d, instant from)
{
    int64_t count[NOTICE_KIND_COUNT] = {0};
    struct notice *v;
    size_t n, i;
    bool any = false;
    int e = notices_since(d->db, d->a, d->actor->user, from, NOTICES_MAX, &v, &n);

    for (i = 0; e == 0 && i < n; i++)
        if (d->choices[v[i].kind].mail == NOTICE_MAIL_DIGEST) {
            count[v[i].kind]++;
            any = true;
        }
    if (e < 0 || !any)
        return e;
    d->urgent = true;
    buf_printf(&d->out, "%s%s\n", d->out.n > 0 ? "\n" : "", said(d, "notice.title"));
    for (i = 0; i < NOTICE_KIND_COUNT; i++)
        if (count[i] > 0)
            buf_printf(&d->out, "- %s: %" PRId64 "\n",
                       said(d, text_printf(d->a, "notice.kind-%s", notice_kind_code((enum notice_kind)i))), count[i]);
    buf_printf(&d->out, "  %s/akun/pemberitahuan\n", d->app->origin);
    return 0;
}

static bool wants_none(const struct digest *d)
{
    size_t i;

    for (i = 0; i < NOTICE_KIND_COUNT; i++)
        if (d->choices[i].mail == NOTICE_MAIL_DIGEST)
            return false;
    return true;
}

int digest_text(struct app *app, struct db *db, struct arena *a, int64_t user, enum lang lang, const char **ret,
                instant *ret_made)
{
    struct digest d = {.app = app, .db = db, .a = a, .lang = lang};
    instant now = os_now(), from;
    int e = notice_choices(db, a, user, d.choices);

    if (e < 0 || wants_none(&d))
        return e;
    e = sight_actor(app, db, a, user, &d.actor);
    if (e < 0 || d.actor == NULL)
        return e;
    buf_init(&d.out, a, TEXT_MAX);
    e = since(db, user, now, &from);
    if (e == 0)
        e = write_govs(&d);
    if (e == 0)
        e = write_notices(&d, from);
    if (e < 0 || !d.urgent)
        return e;
    *ret = d.out.s;
    *ret_made = now;
    return 1;
}

struct sent {
    int64_t user;
    instant made;
};

static int sent_run(struct tx *tx, void *arg)
{
    const struct sent *s = arg;

    return db_send(tx->db, &q_digest_sent, V(s->user), V(s->made));
}

int digest_sent(struct app *app, int64_t user, instant made)
{
    struct sent s = {user, made};

    return writer_do(app->writer, sent_run, &s);
}

/* ---- the job ---- */

struct spot {
    int64_t zone;
    date day;
    instant until;
};

static int read_args(struct tx *tx, const struct job *job, struct spot *ret)
{
    const struct json_in *in;
    int64_t day;
    int e = json_read(tx->arena, job->args, strlen(job->args), ARGS_MAX, &in, NULL);

    if (e < 0 || json_get_int(in, "zone", -1440, 1440, &ret->zone) != 1 || json_get_int(in, "day", 0, INT32_MAX, &day) != 1 ||
        json_get_int(in, "until", 0, INT64_MAX, &ret->until.v) != 1)
        return E_FORMAT;
    ret->day = (date){(int32_t)day};
    return 0;
}

static int read_people(struct tx *tx, const struct spot *s, int64_t after, int64_t *v, size_t *ret_n)
{
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, tx->db, &q_digest_people, V(after), V(s->zone), V((int64_t)tx->app->zone_minutes), V((int64_t)LOT));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        v[n++] = rows_int(&rows, 0);
        e = 0;
    }
    *ret_n = n;
    return e;
}

int digest_slice(struct tx *tx, struct job *job)
{
    int64_t after = 0, v[LOT];
    struct spot s;
    size_t n = 0, i;
    int e = read_args(tx, job, &s);

    if (e == 0 && !text_empty(job->place))
        e = text_int(job->place, 0, INT64_MAX, &after);
    if (e == 0)
        e = read_people(tx, &s, after, v, &n);
    for (i = 0; e == 0 && i < n; i++) {
        const struct mail m = {.user = v[i],
                               .word = DIGEST_WORD,
                               .path = "/kerja",
                               .until = s.until,
                               .key = text_printf(tx->arena, "digest/%" PRId64 "/%s", v[i], date_iso(tx->arena, s.day))};

        e = mail_queue(tx, &m);
    }
    if (e < 0)
        return e;
    job->done += (int64_t)n;
    if (n > 0)
        job->place = text_printf(tx->arena, "%" PRId64, v[n - 1]);
    return n == LOT;
}

/* ---- starting it ---- */

static int begin(struct tx *tx, void *arg)
{
    const struct spot *s = arg;
    int64_t id, n = db_run(tx->db, &q_digest_begin, V(s->zone), V(s->day));

    if (n <= 0)
        return (int)n;
    return job_start(
        tx, DIGEST_JOB, 0,
        text_printf(tx->arena, "{\"zone\":%" PRId64 ",\"day\":%d,\"until\":%" PRId64 "}", s->zone, (int)s->day.v, s->until.v),
        &id);
}

static int was_begun(struct db *db, const struct spot *s)
{
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &q_digest_begun, V(s->zone), V(s->day));
    return e < 0 ? e : rows_next(&rows);
}

/* Zones of governments, and that of the installation. */
static int read_zones(struct app *app, struct db *db, int64_t v[static ZONES_MAX + 1], size_t *ret_n)
{
    bool own = false;
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &q_digest_zones, V((int64_t)ZONES_MAX));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        v[n] = rows_int(&rows, 0);
        own = own || v[n] == app->zone_minutes;
        n++;
        e = 0;
    }
    if (!own)
        v[n++] = app->zone_minutes;
    *ret_n = n;
    return e;
}

/* The zones whose hour has come: *ret_n of them in v. */
static int due_zones(struct app *app, struct arena *a, instant now, struct spot v[static ZONES_MAX + 1], size_t *ret_n)
{
    int64_t zones[ZONES_MAX + 1];
    struct param_value hour;
    struct db *db;
    size_t n = 0, i, k = 0;
    int e = pool_take(app->pool, READER_WAIT, &db);

    if (e < 0)
        return e;
    e = param_on(db, a, 0, &notice_params[NOTICE_DIGEST_HOUR], instant_date(now, app->zone_minutes), &hour);
    if (e == 0)
        e = read_zones(app, db, zones, &n);
    for (i = 0; i < n && e >= 0; i++) {
        struct spot *s = &v[k];

        *s = (struct spot){.zone = zones[i], .day = instant_date(now, (int)zones[i])};
        s->until = instant_at(date_add_days(s->day, 1), (int)hour.value * 60, (int)zones[i]);
        if (now.v < s->until.v - DAY_MS)
            continue;
        e = was_begun(db, s);
        k += e == 0;
    }
    pool_give(app->pool, db);
    *ret_n = k;
    return e < 0 ? e : 0;
}

int digest_round(struct app *app, instant now)
{
    struct spot v[ZONES_MAX + 1];
    struct arena a;
    size_t n = 0, i;
    int e;

    if (!mail_is_set_up(app))
        return 0;
    arena_init(&a, 1 * MB);
    e = due_zones(app, &a, now, v, &n);
    arena_finish(&a);
    for (i = 0; i < n && e == 0; i++)
        e = writer_do(app->writer, begin, &v[i]);
    if (e == 0 && n > 0)
        runner_wake(app->runner);
    return e;
}
