/*
 * seed.c: fills a demo instance with actions for the benchmarks, through the engine's own writes: row, history, leaf, clock,
 * task, search words, owners. Nobody else writes meanwhile: the server is down.
 *
 *     perf_seed COUNT EVIDENCE      of TERANG_DATA; the first EVIDENCE actions get a file each, for the guard of "claim"
 *
 * Deadlines lie over 700 days; half of the actions are led by the agency that the demo's staff belongs to. The kept files have
 * rows and no bytes: no benchmark reads them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "core/gov/gov.h"
#include "engine/attachment.h"
#include "engine/row.h"
#include "engine/save.h"
#include "main/command.h"
#include "main/instance.h"
#include "mod/oversight/oversight.h"
#include "os/os.h"

#define CITY      "36.71"
#define WORK      500 /* actions a transaction */
#define DAYS      700
#define ARENA_MAX ((size_t)64 * MB)

static const struct query q_agencies = {
    .name = "perf.agencies",
    .sql = "SELECT id, name FROM agency WHERE gov = ?1 ORDER BY code",
    .in = "i",
    .out = "it",
};

static const char *const areas[] = {
    "Perencanaan dan penganggaran", "Pengadaan barang dan jasa", "Perizinan",       "Pengawasan APIP", "Manajemen ASN",
    "Optimalisasi pajak daerah",    "Manajemen aset daerah",     "Tata kelola desa"};

struct seed {
    struct arena a;
    struct opened o;
    struct gov gov;
    int64_t agencies[16];
    const char *names[16];
    size_t n_agencies;
    int64_t plan;
    int64_t next, count, evidence;
    date today;
};

static const struct actor_mark seed_mark = {.role = "planner", .name = "perf_seed"};

/* ---- one work ---- */

static int add_file(struct tx *tx, int64_t gov, int64_t action)
{
    struct attachment x = {.head = {.gov = gov, .voided_at = INSTANT_NONE},
                           .record = action,
                           .of_entity = action_item_entity.name,
                           .file = text_printf(tx->arena, "%032llx", (unsigned long long)action),
                           .name = "bukti.pdf",
                           .media = "application/pdf",
                           .sha256 = text_printf(tx->arena, "%064llx", (unsigned long long)action),
                           .version = 1,
                           .author_name = "perf_seed",
                           .added_at = tx->now};
    struct record head;

    return row_insert(tx, &attachment_entity, &x, &head);
}

static int add_action(struct tx *tx, const struct seed *s, int64_t i)
{
    struct action_item *x = row_new(tx->arena, &action_item_entity, s->gov.id);
    size_t agency = i % 2 == 0 ? 0 : (size_t)(i / 2) % s->n_agencies;
    struct record head;
    int e;

    x->plan.v = s->plan;
    x->number = i % 9999 + 1;
    x->area = areas[(size_t)i % ARRAY_LEN(areas)];
    x->action = text_printf(tx->arena, "Aksi %lld: penguatan %s pada perangkat daerah dan kelurahan", (long long)i, x->area);
    x->output = "Laporan triwulanan dengan lampiran dan berita acara";
    x->agency.v = s->agencies[agency];
    x->owners = s->names[agency];
    x->deadline = date_add_days(s->today, (int)(i * 7919 % DAYS) - DAYS / 2);
    x->target = 100;
    x->progress = i % 101;
    x->status.v = "planned";
    x->origin.v = "example";
    e = save_row(tx, &action_item_screen, NULL, x, &head);
    return e == 0 && i < s->evidence ? add_file(tx, s->gov.id, head.id) : e;
}

static int work(struct tx *tx, void *arg)
{
    const struct seed *s = arg;
    int64_t i;
    int e = 0;

    (void)actor_act(tx, &seed_mark);
    for (i = s->next; e == 0 && i < s->count && i < s->next + WORK; i++)
        e = add_action(tx, s, i);
    return e;
}

static int add_plan(struct tx *tx, void *arg)
{
    struct seed *s = arg;
    struct action_plan *p = row_new(tx->arena, &action_plan_entity, s->gov.id);
    struct record head;
    int e;

    (void)actor_act(tx, &seed_mark);
    p->code = "ukur";
    p->title = "Rencana aksi untuk pengukuran";
    p->year = date_civil(s->today).year;
    p->status.v = "draft"; /* the public page leaves it out */
    p->origin.v = "example";
    e = save_row(tx, &action_plan_screen, NULL, p, &head);
    s->plan = head.id;
    return e;
}

/* ---- all of it ---- */

static int read_agencies(struct seed *s, struct db *db)
{
    int e = gov_by_code(db, &s->a, CITY, &s->gov);

    AUTO_ROWS struct rows rows;

    if (e <= 0)
        return e < 0 ? e : E_STATE;
    e = db_select(&rows, db, &q_agencies, V(s->gov.id));
    while (e >= 0 && s->n_agencies < ARRAY_LEN(s->agencies) && (e = rows_next(&rows)) > 0) {
        s->agencies[s->n_agencies] = rows_int(&rows, 0);
        s->names[s->n_agencies++] = rows_text(&rows, &s->a, 1);
    }
    return e < 0 ? e : s->n_agencies > 0 ? 0 : E_STATE;
}

static int fill(struct seed *s)
{
    struct db *db;
    int e = pool_take(s->o.app.pool, 1000, &db);

    if (e < 0)
        return e;
    e = read_agencies(s, db);
    pool_give(s->o.app.pool, db);
    if (e == 0)
        e = writer_do(s->o.app.writer, add_plan, s);
    for (; e == 0 && s->next < s->count; s->next += WORK)
        e = writer_do(s->o.app.writer, work, s);
    return e;
}

int main(int argc, char **argv)
{
    struct seed s = {.n_agencies = 0};
    int code, e;

    if (argc != 3)
        return EXIT_USAGE;
    arena_init(&s.a, ARENA_MAX);
    s.count = strtoll(argv[1], NULL, 10);
    s.evidence = strtoll(argv[2], NULL, 10);
    code = instance_open(&s.a, USE_WRITE, &s.o);
    if (code != 0)
        return code;
    s.today = instant_date(os_now(), s.o.in.zone_minutes);
    e = fill(&s);
    instance_close(&s.o);
    arena_finish(&s.a);
    return e < 0 ? cannot("perf_seed: %s", result_name(e)) : EXIT_GOOD;
}
