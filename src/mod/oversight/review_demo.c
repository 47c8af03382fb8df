/*
 * review_demo.c: two reviews of Kota Tangerang with topics, commitments and recommendations. Everything in them is invented.
 */
#include "mod/oversight/review_demo.h"

#include "base/date.h"
#include "base/hash.h"
#include "base/text.h"
#include "core/gov/gov.h"
#include "engine/attachment.h"
#include "engine/list.h"
#include "engine/row.h"
#include "engine/save.h"
#include "mod/oversight/oversight.h"
#include "mod/oversight/review.h"
#include "os/os.h"

/* clang-format off */
enum { LAST, NOW, SESSIONS };
static const struct {
    const char *code, *title, *number;
    int64_t days;      /* from today */
    const char *steps; /* "role:step", parted by spaces, after the topics are written */
} sessions[SESSIONS] = {
    [LAST] = {"contoh-reviu-1", "Contoh reviu rencana aksi, putaran pertama", "CONTOH-BA-01", -30,
              "supervisor_kpk:lock secretary:sign-gov supervisor_kpk:sign-team supervisor_kpk:publish"},
    [NOW]  = {"contoh-reviu-2", "Contoh reviu rencana aksi, putaran kedua", NULL, 0, ""},
};

static const struct {
    int session;
    int64_t number;    /* of the action in the example plan */
    const char *found; /* NULL: not talked about yet */
    const char *conclusion;
} topics[] = {
    {LAST, 1, "Contoh: 12 dari 20 jenis izin sudah daring.", "running"},
    {LAST, 3, "Contoh: foto di tiga loket belum ada.", "running"},
    {LAST, 5, "Contoh: tiga perangkat daerah belum memakai penolakan harga.", "stuck"},
    {NOW,  1, "Contoh: 17 dari 20 jenis izin sudah daring.", "running"},
    {NOW,  3, NULL, "open"},
    {NOW,  5, NULL, "open"},
    {NOW,  6, NULL, "open"},
};

static const struct {
    int session;
    int64_t number; /* of the action */
    const char *text, *agency, *position;
    int64_t days;      /* deadline, from the review */
    const char *steps; /* after the minutes; "file" puts one beside it */
} commitments[] = {
    {LAST, 1, "Contoh: lima jenis izin lagi dapat diajukan secara daring", "2.18", "Kepala DPMPTSP", 20,
     "agency_head:file agency_head:claim supervisor_kpk:keep"},
    {LAST, 3, "Contoh: foto larangan gratifikasi di tiga loket", "2.18", "Kepala DPMPTSP", 10, "supervisor_kpk:break"},
    {LAST, 5, "Contoh: tiga perangkat daerah memakai penolakan harga", "5.02", "Kepala BPKD", 28, ""},
    {NOW,  1, "Contoh: tiga jenis izin terakhir dapat diajukan secara daring", "2.18", "Kepala DPMPTSP", 30, ""},
};

static const struct {
    const char *role, *issuer, *number, *text, *agency, *position;
    int64_t issued, deadline; /* days from today */
    const char *steps;
} recommendations[] = {
    {"supervisor_kpk", "kpk", "CONTOH-KPK-01", "Contoh: terbitkan waktu layanan tiap jenis izin setiap bulan", "2.18", "Kepala DPMPTSP", -30, -3,
     "agency_head:acknowledge agency_staff:follow"},
    {"supervisor_province", "province", "CONTOH-PROV-01", "Contoh: samakan daftar jenis izin dengan standar layanan provinsi", "2.18",
     "Kepala DPMPTSP", -20, 20, "agency_head:acknowledge"},
    {"inspector", "inspectorate", "CONTOH-INSP-01", "Contoh: periksa ulang berkas yang dikembalikan sebelum diajukan lagi", "2.18",
     "Kepala DPMPTSP", -10, 45, ""},
};
/* clang-format on */

#define REMARK "Contoh: rekaan untuk memperlihatkan langkah ini."

struct demo {
    struct app *app;
    struct arena *a;
    const struct oversight_demo *d;
    const struct action_item *actions; /* of the example plan; */
    size_t n_actions;
    struct gov_item *agencies;
    size_t n_agencies;
    int64_t session[SESSIONS], promise[ARRAY_LEN(commitments)], topic[ARRAY_LEN(topics)];
};

/* ---- one write by one person ---- */

struct write {
    const struct screen *screen;
    const void *row;  /* a new one, */
    const char *verb; /* or a step of the row `id` */
    int64_t gov, id;
    struct actor_mark mark;
    struct record head;
};

static int run(struct tx *tx, void *arg)
{
    struct write *w = arg;
    struct record *row;
    int e;

    (void)actor_act(tx, &w->mark);
    if (w->screen == NULL)
        return attachment_add(tx, w->row, NULL);
    if (w->verb == NULL)
        return save_row(tx, w->screen, NULL, w->row, &w->head);
    row = arena_alloc(tx->arena, w->screen->entity->size);
    e = row_get(tx->db, tx->arena, w->screen->entity, w->gov, w->id, row);
    if (e <= 0)
        return e < 0 ? e : E_STATE;
    return workflow_move(tx, w->screen->flow, row, w->verb, &w->head);
}

static int write_as(const struct demo *demo, const char *role, struct write *w)
{
    const struct actor_mark *who = demo->d->who(demo->d->arg, role);

    if (who == NULL)
        return E_STATE;
    w->gov = demo->d->gov;
    w->mark = *who;
    if (w->verb != NULL)
        w->mark.remark = REMARK;
    return writer_do(demo->app->writer, run, w);
}

static int add(const struct demo *demo, const char *role, const struct screen *s, const void *row, int64_t *ret_id)
{
    struct write w = {.screen = s, .row = row};
    int e = write_as(demo, role, &w);

    *ret_id = w.head.id;
    return e;
}

static int add_file(const struct demo *demo, const char *role, const struct screen *s, int64_t record)
{
    static const char content[] = "Contoh: berkas rekaan, bukan bukti.\n";
    const struct actor_mark *who = demo->d->who(demo->d->arg, role);
    struct attachment x = {.head = {.gov = demo->d->gov, .voided_at = INSTANT_NONE},
                           .record = record,
                           .of_entity = s->entity->name,
                           .name = "Contoh - bukti.txt",
                           .media = "text/plain",
                           .size = sizeof content - 1,
                           .version = 1,
                           .note = "contoh",
                           .added_at = os_now(),
                           .agency = INT_NONE};
    struct write w = {.row = &x};
    uint8_t hash[HASH_SIZE];
    int e = who == NULL ? E_STATE
                        : attachment_keep_bytes((struct bytes){(const uint8_t *)content, sizeof content - 1},
                                                demo->app->files_dir, demo->d->gov, demo->a, &x.file);

    if (e < 0)
        return e;
    hash_sha256(content, sizeof content - 1, hash);
    x.sha256 = hex_text(demo->a, hash, sizeof hash);
    x.author = who->user;
    x.author_name = who->name;
    return write_as(demo, role, &w);
}

/* "role:verb role:verb" of one row. */
static int take_steps(const struct demo *demo, const struct screen *s, int64_t id, const char *steps)
{
    size_t n, i;
    char **v = text_split(demo->a, steps, ' ', &n);
    int e = 0;

    for (i = 0; e == 0 && i < n && v[i][0] != '\0'; i++) {
        char *verb = strchr(v[i], ':');
        struct write w = {.screen = s, .id = id};

        *verb++ = '\0';
        w.verb = verb;
        e = text_eq(verb, "file") ? add_file(demo, v[i], s, id) : write_as(demo, v[i], &w);
    }
    return e;
}

/* ---- what the reviews are about ---- */

static const struct action_item *action_of(const struct demo *demo, int64_t number)
{
    size_t i;

    for (i = 0; i < demo->n_actions; i++)
        if (demo->actions[i].number == number && text_eq(demo->actions[i].origin.v, "example"))
            return &demo->actions[i];
    return NULL;
}

static int64_t agency_of(const struct demo *demo, const char *code)
{
    size_t i;

    for (i = 0; i < demo->n_agencies; i++)
        if (text_eq(demo->agencies[i].code, code))
            return demo->agencies[i].id;
    return 0;
}

static int read_world(struct demo *demo)
{
    const struct list_ask ask = {.entity = &action_item_entity, .scope = scope_all(demo->d->gov), .limit = LIST_PAGE_MAX};
    struct action_item *v = arena_array(demo->a, LIST_PAGE_MAX, struct action_item);
    struct list_rows rows;
    struct db *db;
    size_t i;
    int e = pool_take(demo->app->pool, 1000, &db);

    if (e < 0)
        return e;
    e = list_read(db, demo->a, &ask, &rows);
    for (i = 0; e == 0 && i < rows.n; i++)
        v[demo->n_actions++] = *(const struct action_item *)rows.v[i];
    if (e == 0)
        e = agency_list(db, demo->a, demo->d->gov, demo->d->today, &demo->agencies, &demo->n_agencies);
    pool_give(demo->app->pool, db);
    demo->actions = v;
    return e;
}

/* ---- rows ---- */

static date held(const struct demo *demo, int session)
{
    return date_add_days(demo->d->today, (int)sessions[session].days);
}

static int add_session(struct demo *demo, int k)
{
    struct review_session *s = row_new(demo->a, &review_session_entity, demo->d->gov);
    int e;

    s->code = sessions[k].code;
    s->title = sessions[k].title;
    s->series = "contoh-banten";
    s->held_on = held(demo, k);
    s->starts = "09.00";
    s->place = "Kantor Inspektorat Provinsi Banten, Kota Serang";
    s->delegation = "Sekretaris Daerah\nInspektur\nKepala DPMPTSP\nKepala BPKD";
    s->team = "Ketua tim Korsup KPK\nPencatat";
    s->minutes_no = sessions[k].number;
    s->origin.v = "example";
    e = add(demo, "supervisor_kpk", &review_session_screen, s, &demo->session[k]);
    return e == 0 ? take_steps(demo, &review_session_screen, demo->session[k], text_printf(demo->a, "supervisor_kpk:open")) : e;
}

static int add_topics(struct demo *demo)
{
    int64_t number[SESSIONS] = {0};
    size_t i;
    int e = 0;

    for (i = 0; e == 0 && i < ARRAY_LEN(topics); i++) {
        const struct action_item *x = action_of(demo, topics[i].number);
        struct review_topic *t = row_new(demo->a, &review_topic_entity, demo->d->gov);

        if (x == NULL)
            return E_STATE;
        t->session.v = demo->session[topics[i].session];
        t->number = ++number[topics[i].session];
        t->title = x->action;
        t->area = x->area;
        t->action.v = x->head.id;
        t->reported = x->progress != INT_NONE ? text_printf(demo->a, "%lld %%", (long long)x->progress) : NULL;
        t->found = topics[i].found;
        t->conclusion.v = topics[i].conclusion;
        e = add(demo, "supervisor_kpk", &review_topic_screen, t, &demo->topic[i]);
    }
    return e;
}

static int64_t topic_of(const struct demo *demo, int session, int64_t number)
{
    size_t i;

    for (i = 0; i < ARRAY_LEN(topics); i++)
        if (topics[i].session == session && topics[i].number == number)
            return demo->topic[i];
    return 0;
}

static int add_promises(struct demo *demo)
{
    int64_t number[SESSIONS] = {0};
    size_t i;
    int e = 0;

    for (i = 0; e == 0 && i < ARRAY_LEN(commitments); i++) {
        struct commitment *c = row_new(demo->a, &commitment_entity, demo->d->gov);
        int k = commitments[i].session;

        c->session.v = demo->session[k];
        c->topic.v = topic_of(demo, k, commitments[i].number);
        c->code = text_printf(demo->a, "%s/%lld", sessions[k].code, (long long)++number[k]);
        c->text = commitments[i].text;
        c->agency.v = agency_of(demo, commitments[i].agency);
        c->position = commitments[i].position;
        c->deadline = date_add_days(held(demo, k), (int)commitments[i].days);
        c->origin.v = "example";
        e = add(demo, "supervisor_kpk", &commitment_screen, c, &demo->promise[i]);
    }
    return e;
}

static int add_advice(const struct demo *demo)
{
    size_t i;
    int e = 0;

    for (i = 0; e == 0 && i < ARRAY_LEN(recommendations); i++) {
        struct recommendation *x = row_new(demo->a, &recommendation_entity, demo->d->gov);
        int64_t id;

        x->number = recommendations[i].number;
        x->issuer.v = recommendations[i].issuer;
        x->basis = "contoh";
        x->text = recommendations[i].text;
        x->agency.v = agency_of(demo, recommendations[i].agency);
        x->position = recommendations[i].position;
        x->issued_on = date_add_days(demo->d->today, (int)recommendations[i].issued);
        x->deadline = date_add_days(demo->d->today, (int)recommendations[i].deadline);
        x->origin.v = "example";
        e = add(demo, recommendations[i].role, &recommendation_screen, x, &id);
        if (e == 0)
            e = take_steps(demo, &recommendation_screen, id, recommendations[i].steps);
    }
    return e;
}

int review_demo(struct app *app, struct arena *a, const struct oversight_demo *d)
{
    struct demo demo = {.app = app, .a = a, .d = d};
    int e = read_world(&demo), k;
    size_t i;

    for (k = 0; e == 0 && k < SESSIONS; k++)
        e = add_session(&demo, k);
    if (e == 0)
        e = add_topics(&demo);
    if (e == 0)
        e = add_promises(&demo);
    for (k = 0; e == 0 && k < SESSIONS; k++)
        e = take_steps(&demo, &review_session_screen, demo.session[k], sessions[k].steps);
    for (i = 0; e == 0 && i < ARRAY_LEN(commitments); i++)
        e = take_steps(&demo, &commitment_screen, demo.promise[i], commitments[i].steps);
    return e == 0 ? add_advice(&demo) : e;
}
