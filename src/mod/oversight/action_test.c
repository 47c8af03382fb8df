/*
 * action_test.c: tables, owners, import, steps and figures of actions, on both databases.
 */
#include "base/date.h"
#include "base/text.h"
#include "core/agency/change.h"
#include "core/user/core.h"
#include "engine/beside.h"
#include "engine/import.h"
#include "engine/list.h"
#include "engine/save.h"
#include "engine/task.h"
#include "engine/attachment.h"
#include "engine/row.h"
#include "engine/test_web.h"
#include "mod/oversight/oversight.h"
#include "os/os.h"
#include "ui/lang.h"

#define BAPPEDA 501
#define BPKD    502

static const struct module *const mods[] = {&oversight_module, &core_module,   &attach_module,
                                            &flow_module,      &import_module, &job_module};

/* clang-format off */
static const struct test_person people[] = {
    {"planner",   11, {{.role = "planner",      .gov = CITY_GOV}}, 1},
    {"staff",     12, {{.role = "agency_staff", .gov = CITY_GOV, .agency = BAPPEDA}}, 1},
    {"other",     13, {{.role = "agency_staff", .gov = CITY_GOV, .agency = BPKD}}, 1},
    {"inspector", 14, {{.role = "inspector",    .gov = CITY_GOV}}, 1},
    {"kpk",       15, {{.role = "supervisor_kpk", .gov = GOV_ANY}}, 1},
};
static const struct route no_routes[] = {{0}};
/* clang-format on */

struct world {
    struct city c;
    struct test_site s;
    int64_t plan;
};

/* ---- writing ---- */

struct save {
    const struct screen *s;
    const struct entity *e; /* instead of a screen's */
    const void *before, *row;
    struct record head;
};

static int save_run(struct tx *tx, void *arg)
{
    struct save *x = arg;

    return x->e != NULL ? row_insert(tx, x->e, x->row, &x->head) : save_row(tx, x->s, x->before, x->row, &x->head);
}

static struct record put(struct world *w, const struct screen *s, const struct entity *e, const void *row)
{
    struct save x = {.s = s, .e = e, .row = row};

    assert_int_equal(writer_do(w->c.writer, save_run, &x), 0);
    return x.head;
}

static void put_agency(struct world *w, int64_t id, const char *code, const char *name, const char *short_name)
{
    const struct agency a = {.head = {.gov = CITY_GOV, .id = id, .voided_at = INSTANT_NONE},
                             .code = code,
                             .name = name,
                             .short_name = short_name,
                             .kind = {"office"},
                             .valid_from = DATE_NONE,
                             .valid_to = DATE_NONE};

    (void)put(w, NULL, &agency_entity, &a);
}

static struct action_item item_of(struct world *w, const char *action)
{
    struct action_item *x = row_new(&w->c.a, &action_item_entity, CITY_GOV);

    x->plan.v = w->plan;
    x->area = "Perizinan";
    x->action = action;
    x->agency.v = BAPPEDA;
    x->origin.v = "entered";
    return *x;
}

static struct action_item read_item(struct world *w, int64_t id)
{
    struct action_item x;

    assert_int_equal(row_get(w->c.t.owner, &w->c.a, &action_item_entity, CITY_GOV, id, &x), 1);
    return x;
}

static int64_t put_item(struct world *w, const struct action_item *x)
{
    return put(w, &action_item_screen, NULL, x).id;
}

static void world_open(struct world *w)
{
    const struct government city = {.head = {.id = CITY_GOV, .voided_at = INSTANT_NONE},
                                    .kind = {"city"},
                                    .code = "36.71",
                                    .slug = "kota-tangerang",
                                    .name = "Kota Tangerang",
                                    .zone = 420,
                                    .valid_from = DATE_NONE,
                                    .valid_to = DATE_NONE};
    struct action_plan *plan;

    w->c.app.modules = mods;
    w->c.app.n_modules = ARRAY_LEN(mods);
    site_open(&w->s, &w->c, no_routes, 0, people, ARRAY_LEN(people));
    (void)put(w, NULL, &government_entity, &city);
    put_agency(w, BAPPEDA, "5.01", "Badan Perencanaan Pembangunan Daerah", "Bappeda");
    put_agency(w, BPKD, "5.02", "Badan Pengelola Keuangan Daerah", "BPKD");
    plan = row_new(&w->c.a, &action_plan_entity, CITY_GOV);
    plan->code = "renaksi-2016";
    plan->title = "Rencana aksi 2016";
    plan->year = 2016;
    plan->status.v = "decreed";
    plan->origin.v = "source";
    w->plan = put(w, &action_plan_screen, NULL, plan).id;
}

static void world_close(struct world *w)
{
    site_close(&w->s);
    city_close(&w->c);
}

#define WORLD(w, env)                                                                                                          \
    struct world w;                                                                                                            \
    if (!city_db_open(&(w).c.t, *(enum db_kind *)*(env)))                                                                      \
        skip();                                                                                                                \
    city_open(&(w).c);                                                                                                         \
    world_open(&(w))

static const char *path_of(struct world *w, int64_t id, const char *below)
{
    return text_printf(&w->c.a, "/kerja/kota-contoh/aksi/%lld%s", (long long)id, below);
}

static int take(struct world *w, const char *who, int64_t id, const char *verb, const char *more)
{
    const struct action_item x = read_item(w, id);
    const char *form = text_printf(&w->c.a, "rev=%lld%s", (long long)x.head.rev, more);

    return site_status(site_post(&w->s, who, path_of(w, id, text_printf(&w->c.a, "/langkah/%s", verb)), form));
}

static const char *state_of(struct world *w, int64_t id)
{
    return read_item(w, id).status.v;
}

static void add_evidence(struct world *w, int64_t id)
{
    const struct attachment x = {.head = {.gov = CITY_GOV, .voided_at = INSTANT_NONE},
                                 .record = id,
                                 .of_entity = "action_item",
                                 .file = "00112233445566778899aabbccddeeff",
                                 .name = "bukti.txt",
                                 .media = "text/plain",
                                 .size = 3,
                                 .sha256 = "00",
                                 .version = 1,
                                 .author = 12,
                                 .author_name = "staff",
                                 .added_at = os_now()};

    (void)put(w, NULL, &attachment_entity, &x);
}

/* ---- tables ---- */

static void the_tables_are_sound_and_have_their_words(void **world)
{
    struct arena *a = unit_arena(world);

    assert_null(screen_fault(&action_plan_screen, a));
    assert_null(screen_fault(&action_item_screen, a));
    assert_null(screen_fault(&action_owner_screen, a));
    assert_null(flow_fault(&action_flow, a));
    assert_null(flow_word_missing(&action_flow, a));
}

static void the_migrated_database_equals_the_tables(void **world)
{
    const char **others;
    struct schema have;
    struct buf text;
    size_t i, k, n = 0;

    CITY(c, world);
    buf_init(&text, &c.a, 1 * MB);
    assert_int_equal(schema_read(c.t.owner, &c.a, &have), 0);
    others = arena_array(&c.a, have.n_columns + 1, const char *);
    for (i = 0; i < have.n_columns; i++) {
        bool ours = false;

        for (k = 0; k < oversight_module.n_entities; k++)
            ours = ours || strcmp(oversight_module.entities[k]->name, have.columns[i].table) == 0;
        if (!ours)
            others[n++] = have.columns[i].table;
    }
    (void)schema_diff(oversight_module.entities, oversight_module.n_entities, others, &have, &text); /* the text tells more */
    assert_string_equal(text.s, "");
    for (i = 0; i < oversight_module.n_queries; i++)
        assert_int_equal(db_check(c.t.owner, oversight_module.queries[i]), 0);
    city_close(&c);
}

/* ---- owners ---- */

static size_t owners_that_count(struct world *w, int64_t id, const char *name)
{
    size_t n, i, found = 0;
    void *rows;

    assert_int_equal(row_children(w->c.t.owner, &w->c.a, &action_owner_entity, CITY_GOV, id, 0, 50, &rows, &n), 0);
    for (i = 0; i < n; i++) {
        const struct action_owner *o = (const struct action_owner *)rows + i;

        found += o->head.voided_at.v == INSTANT_NONE.v && (name == NULL || text_eq(o->name, name));
    }
    return found;
}

static void each_owner_becomes_a_row_and_follows_the_text(void **world)
{
    struct action_item x, y;
    struct save change = {.s = &action_item_screen, .before = &x, .row = &y};
    int64_t id;

    WORLD(w, world);
    x = item_of(&w, "E-planning");
    x.owners = "Sekda; Bappeda";
    id = put_item(&w, &x);
    assert_int_equal(owners_that_count(&w, id, NULL), 2);
    assert_int_equal(owners_that_count(&w, id, "Sekda"), 1);
    x = y = read_item(&w, id);
    y.owners = "Bappeda; BPKD; Wali Kota";
    assert_int_equal(writer_do(w.c.writer, save_run, &change), 0);
    assert_int_equal(owners_that_count(&w, id, NULL), 3);
    assert_int_equal(owners_that_count(&w, id, "Sekda"), 0);
    x = y = read_item(&w, id);
    y.progress = 10;
    assert_int_equal(writer_do(w.c.writer, save_run, &change), 0);
    assert_int_equal(owners_that_count(&w, id, NULL), 3);
    world_close(&w);
}

static void the_first_owner_that_is_an_agency_leads(void **world)
{
    struct faults f = {.n = 0};
    struct action_item x;

    WORLD(w, world);
    x = item_of(&w, "E-budgeting");
    x.agency.v = 0;
    x.origin.v = NULL;
    x.source = "tangerangkota.go.id berita 25235";
    x.owners = "Sekda; Badan Pengelola Keuangan; Bappeda";
    action_check(&(struct req){.db = w.c.t.owner, .arena = &w.c.a}, NULL, &x, &f);
    assert_int_equal(f.n, 0);
    assert_int_equal(x.agency.v, BPKD);
    assert_string_equal(x.origin.v, "source");
    world_close(&w);
}

/* What the office was called in 2016 no source says; the article on that year uses the name of 2017. */
static void a_plan_of_2016_means_the_office_of_2016_whichever_of_its_names_it_uses(void **world)
{
    static const char *const names[] = {"DPMPTSP Kota Tangerang", "Perizinan 2016"};
    const struct agency old = {.head = {.gov = CITY_GOV, .id = 2016, .voided_at = INSTANT_NONE},
                               .code = "2016",
                               .name = "Perizinan 2016",
                               .kind = {"other"},
                               .valid_from = DATE_NONE,
                               .valid_to = date_of(2016, 12, 31)};
    const struct agency now = {.head = {.gov = CITY_GOV, .id = 2017, .voided_at = INSTANT_NONE},
                               .code = "2.18",
                               .name = "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu",
                               .short_name = "DPMPTSP",
                               .kind = {"office"},
                               .valid_from = date_of(2017, 1, 1),
                               .valid_to = DATE_NONE};
    const struct agency_origin link = {.head = {.gov = CITY_GOV, .voided_at = INSTANT_NONE},
                                       .agency = {2017},
                                       .origin = {2016},
                                       .reorganisation = {1},
                                       .steps = 1,
                                       .day = date_of(2017, 1, 1)};
    size_t i;

    WORLD(w, world);
    (void)put(&w, NULL, &agency_entity, &old);
    (void)put(&w, NULL, &agency_entity, &now);
    (void)put(&w, NULL, &agency_origin_entity, &link);
    for (i = 0; i < ARRAY_LEN(names); i++) {
        struct action_item x = item_of(&w, "PTSP");
        struct faults f = {.n = 0};

        x.agency.v = 0;
        x.owners = names[i];
        action_check(&(struct req){.db = w.c.t.owner, .arena = &w.c.a}, NULL, &x, &f);
        assert_int_equal(f.n, 0);
        assert_int_equal(x.agency.v, 2016);
    }
    world_close(&w);
}

/* ---- a file that was not made for this screen ---- */

#define LIST_HEAD "area,action,output,owner,deadline,source\n"
#define OWN       "tangerangkota.go.id berita 25235\n"

/* The folder of plans, which the city does not know of. */
static void forget_plans(struct world *w)
{
    const char *path = text_printf(&w->c.a, "%s/impor", w->c.keys);

    test_db_remove_folder(path);
}

static struct action_item item_called(struct world *w, const char *action)
{
    const struct list_ask ask = {.entity = &action_item_entity, .scope = scope_all(CITY_GOV)};
    struct list_rows rows;
    size_t i;

    assert_int_equal(list_read(w->c.t.owner, &w->c.a, &ask, &rows), 0);
    for (i = 0; i < rows.n; i++)
        if (text_eq(((const struct action_item *)rows.v[i])->action, action))
            return *(const struct action_item *)rows.v[i];
    assert_string_equal(action, "an action that is there");
    return (struct action_item){.plan = {0}};
}

static void imported_reads(struct world *w)
{
    struct action_item x = item_called(w, "PTSP daring");

    assert_int_equal(x.plan.v, w->plan);
    assert_int_equal(x.agency.v, BAPPEDA);
    assert_string_equal(x.owners, "Sekda; Bappeda");
    assert_int_equal(x.deadline.v, date_of(2016, 12, 31).v);
    assert_null(x.deadline_text);
    assert_int_equal(x.progress, INT_NONE);
    assert_string_equal(x.origin.v, "source");
    assert_int_equal(owners_that_count(w, x.head.id, "Sekda"), 1);
    x = item_called(w, "Pelaporan");
    assert_true(date_is_none(x.deadline));
    assert_string_equal(x.deadline_text, "bulanan");
    assert_string_equal(x.source, "tangerangkota.go.id berita 25235, tanpa keluaran");
    assert_int_equal(x.agency.v, 0);
}

static void a_list_of_many_governments_gives_only_the_rows_of_this_one(void **world)
{
    static const char text[] =
        LIST_HEAD "Perizinan,Izin daring,,DPMPTSP; Bappeda,,Radar Banten 2016-08\n"
                  "Perizinan,PTSP daring,Semua izin,Sekda; Bappeda,2016-12-31," OWN
                  "Tata kelola,Pelaporan,,Sekda,bulanan,tangerangkota.go.id berita 25235, tanpa keluaran\n"
                  "Perizinan,Sudah ada,,,," OWN;
    struct import_order order = {.screen = &action_item_screen,
                                 .gov = {.id = CITY_GOV,
                                         .code = "36.71",
                                         .slug = "kota-tangerang",
                                         .name = "Kota Tangerang",
                                         .zone_minutes = 420,
                                         .zone = "WIB"},
                                 .file = "renaksi-2016.csv"};
    struct import_report report;
    struct import_run run;
    struct action_item there;
    struct arena a;
    char path[] = "/tmp/terang-csv-XXXXXX";

    WORLD(w, world);
    arena_init(&a, 64 * MB);
    there = item_of(&w, "Sudah ada");
    (void)put_item(&w, &there);
    order.fd = mkstemp(path);
    assert_true(order.fd >= 0);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(write(order.fd, text, sizeof text - 1), sizeof text - 1);
    assert_int_equal(lseek(order.fd, 0, SEEK_SET), 0);
    assert_int_equal(import_carry_out(&w.c.app, &a, &order, &report, &run), 0);
    assert_null(report.refused);
    assert_int_equal(report.count[IMPORT_WRONG], 0);
    assert_int_equal(report.count[IMPORT_NEW], 2);
    assert_int_equal(report.count[IMPORT_LEFT], 2);
    assert_int_equal(report.n_left, 2);
    assert_string_equal(report.left[0].key, "action_item.left-source");
    assert_string_equal(report.left[1].key, "action_item.left-there");
    imported_reads(&w);
    (void)close(order.fd);
    arena_finish(&a);
    forget_plans(&w);
    world_close(&w);
}

/* ---- steps ---- */

static void an_action_goes_from_the_agency_over_the_inspectorate_to_the_supervisor(void **world)
{
    struct action_item x;
    int64_t id;

    WORLD(w, world);
    x = item_of(&w, "PTSP daring");
    id = put_item(&w, &x);
    assert_string_equal(state_of(&w, id), "planned");
    assert_int_equal(take(&w, "staff", id, "start", ""), 303);
    assert_int_not_equal(take(&w, "staff", id, "claim", ""), 303);
    assert_string_equal(state_of(&w, id), "in_progress");
    add_evidence(&w, id);
    assert_int_equal(take(&w, "staff", id, "claim", ""), 303);
    assert_false(date_is_none(read_item(&w, id).claimed_on));
    assert_int_not_equal(take(&w, "kpk", id, "accept", ""), 303);
    assert_int_equal(take(&w, "inspector", id, "check", ""), 303);
    assert_int_not_equal(take(&w, "inspector", id, "accept", ""), 303);
    assert_int_equal(take(&w, "kpk", id, "accept", ""), 303);
    assert_string_equal(state_of(&w, id), "accepted");
    assert_false(date_is_none(read_item(&w, id).accepted_on));
    world_close(&w);
}

static bool is_task_of(struct world *w, const char *who)
{
    return strstr(site_get(&w->s, who, "/kerja/kota-contoh/tugas"), "PTSP daring") != NULL;
}

static void an_action_is_the_task_of_those_it_waits_for(void **world)
{
    struct action_item x;
    int64_t id;

    WORLD(w, world);
    x = item_of(&w, "PTSP daring");
    id = put_item(&w, &x);
    assert_true(is_task_of(&w, "staff"));
    assert_false(is_task_of(&w, "kpk")); /* who could cancel it */
    add_evidence(&w, id);
    assert_int_equal(take(&w, "staff", id, "start", ""), 303);
    assert_int_equal(take(&w, "staff", id, "claim", ""), 303);
    assert_true(is_task_of(&w, "inspector"));
    assert_int_equal(take(&w, "inspector", id, "check", ""), 303);
    assert_true(is_task_of(&w, "kpk"));
    assert_false(is_task_of(&w, "staff"));
    world_close(&w);
}

static void returning_asks_for_a_reason_and_forgets_the_claim(void **world)
{
    struct action_item x;
    int64_t id;

    WORLD(w, world);
    x = item_of(&w, "PTSP daring");
    id = put_item(&w, &x);
    add_evidence(&w, id);
    assert_int_equal(take(&w, "staff", id, "start", ""), 303);
    assert_int_equal(take(&w, "staff", id, "claim", ""), 303);
    assert_int_equal(take(&w, "inspector", id, "check", ""), 303);
    assert_int_equal(take(&w, "kpk", id, "return", ""), 422);
    assert_int_equal(take(&w, "kpk", id, "return", "&alasan=unsigned&catatan=Tanpa+tanda+tangan"), 303);
    assert_string_equal(state_of(&w, id), "returned");
    assert_true(date_is_none(read_item(&w, id).claimed_on));
    world_close(&w);
}

static void another_agency_does_not_see_the_action(void **world)
{
    struct action_item x;
    int64_t id;

    WORLD(w, world);
    x = item_of(&w, "PTSP daring");
    id = put_item(&w, &x);
    assert_int_equal(site_status(site_get(&w.s, "other", path_of(&w, id, ""))), 404);
    assert_int_equal(site_status(site_get(&w.s, "staff", path_of(&w, id, ""))), 200);
    world_close(&w);
}

static void supervisors_read_and_never_edit(void **world)
{
    struct action_item x;
    const char *answer;
    int64_t id;

    WORLD(w, world);
    x = item_of(&w, "PTSP daring");
    x.pic_name = "Rina Contoh";
    id = put_item(&w, &x);
    answer = site_get(&w.s, "kpk", path_of(&w, id, ""));
    assert_int_equal(site_status(answer), 200);
    assert_null(strstr(answer, "Rina Contoh"));
    assert_null(strstr(answer, "/ubah"));
    assert_int_equal(site_status(site_get(&w.s, "kpk", path_of(&w, id, "/ubah"))), 403);
    world_close(&w);
}

static void the_agency_gives_progress_and_not_what_was_promised(void **world)
{
    struct action_item x;
    const char *form;
    int64_t id;

    WORLD(w, world);
    x = item_of(&w, "PTSP daring");
    id = put_item(&w, &x);
    form = site_get(&w.s, "staff", path_of(&w, id, "/ubah"));
    assert_int_equal(site_status(form), 200);
    assert_non_null(strstr(form, "name=\"progress\""));
    assert_null(strstr(form, "name=\"deadline\""));
    assert_int_equal(site_status(site_post(&w.s, "staff", path_of(&w, id, "/ubah"), "rev=1&deadline=31-12-2030")), 400);
    assert_int_equal(site_status(site_post(&w.s, "staff", path_of(&w, id, "/ubah"), "rev=1&progress=40")), 303);
    assert_int_equal(read_item(&w, id).progress, 40);
    form = site_get(&w.s, "planner", path_of(&w, id, "/ubah"));
    assert_non_null(strstr(form, "name=\"deadline\""));
    world_close(&w);
}

static void the_interface_for_programs_keeps_the_same_rule(void **world)
{
    struct action_item x;
    const char *path;
    int64_t id;

    WORLD(w, world);
    x = item_of(&w, "PTSP daring");
    id = put_item(&w, &x);
    path = text_printf(&w.c.a, "/api/v1/kota-contoh/aksi/%lld", (long long)id);
#define PATCH(body)                                                                                                            \
    site_status(site_ask(&w.s, "PATCH", "staff", path,                                                                         \
                         "Content-Type: application/json\r\nOrigin: http://localhost\r\nX-CSRF-Token: good-token\r\n"          \
                         "If-Match: \"1\"\r\n",                                                                                \
                         body))
    assert_int_equal(PATCH("{\"deadline\":\"2030-12-31\"}"), 422);
    assert_true(date_is_none(read_item(&w, id).deadline));
    assert_int_equal(PATCH("{\"progress\":40}"), 200);
    assert_int_equal(read_item(&w, id).progress, 40);
    world_close(&w);
}

/* ---- figures, and the page for everybody ---- */

static void accepted_and_late_actions_are_counted_without_examples(void **world)
{
    struct action_item x;
    const char *basis;
    int64_t v;

    WORLD(w, world);
    assert_int_equal(action_measures[0].value(w.c.t.owner, &w.c.a, CITY_GOV, DATE_NONE, date_of(2026, 3, 31), &v, &basis), 0);
    assert_int_equal(v, INT_NONE);
    x = item_of(&w, "Terlambat");
    x.deadline = date_of(2026, 3, 30);
    (void)put_item(&w, &x);
    x = item_of(&w, "Diterima");
    x.deadline = date_of(2026, 3, 1);
    x.accepted_on = date_of(2026, 3, 2);
    (void)put_item(&w, &x);
    x = item_of(&w, "Hari ini");
    x.deadline = date_of(2026, 3, 31);
    (void)put_item(&w, &x);
    x = item_of(&w, "Contoh");
    x.origin.v = "example";
    x.deadline = date_of(2026, 1, 1);
    (void)put_item(&w, &x);
    assert_int_equal(action_measures[0].value(w.c.t.owner, &w.c.a, CITY_GOV, DATE_NONE, date_of(2026, 3, 31), &v, &basis), 0);
    assert_int_equal(v, 3333);
    assert_string_equal(basis, "1 / 3");
    assert_int_equal(action_measures[1].value(w.c.t.owner, &w.c.a, CITY_GOV, DATE_NONE, date_of(2026, 3, 31), &v, &basis), 0);
    assert_int_equal(v, 1);
    world_close(&w);
}

static void everybody_reads_the_plan_and_nobody_a_name(void **world)
{
    struct action_plan *draft;
    struct action_item x;
    const char *answer;

    WORLD(w, world);
    x = item_of(&w, "PTSP daring");
    x.pic_name = "Rina Contoh";
    (void)put_item(&w, &x);
    draft = row_new(&w.c.a, &action_plan_entity, CITY_GOV);
    draft->code = "renaksi-2017";
    draft->title = "Rancangan 2017";
    draft->year = 2017;
    draft->status.v = "draft";
    draft->origin.v = "entered";
    (void)put(&w, &action_plan_screen, NULL, draft);
    answer = site_get(&w.s, NULL, "/kota-contoh/renaksi");
    assert_int_equal(site_status(answer), 200);
    assert_non_null(strstr(answer, "PTSP daring"));
    assert_non_null(strstr(answer, "tidak diketahui"));
    assert_null(strstr(answer, "Rina Contoh"));
    assert_null(strstr(answer, "Rancangan 2017"));
    assert_int_equal(site_status(site_get(&w.s, NULL, "/-/renaksi")), 404);
    world_close(&w);
}

static void a_list_cuts_a_long_text_and_the_record_has_the_whole(void **world)
{
    struct action_item x;
    const char *begun = "Tindakan";
    const char *list, *long_text;
    int64_t id;
    int i;

    WORLD(w, world);
    for (i = 0; i < 40; i++)
        begun = text_printf(&w.c.a, "%s bertahap", begun);
    long_text = text_printf(&w.c.a, "%s sampai tuntas", begun);
    x = item_of(&w, long_text);
    id = put_item(&w, &x);
    x = item_of(&w, text_printf(&w.c.a, "%.*s", 160, begun));
    (void)put_item(&w, &x);
    list = site_get(&w.s, "planner", "/kerja/kota-contoh/aksi");
    assert_null(strstr(list, "sampai tuntas"));
    assert_non_null(strstr(list, " bertahap…</a>")); /* between two words */
    assert_non_null(strstr(list, text_printf(&w.c.a, ">%.*s</a>", 160, begun)));
    assert_non_null(strstr(site_get(&w.s, "planner", path_of(&w, id, "")), long_text));
    world_close(&w);
}

static void a_list_is_narrowed_by_area(void **world)
{
    struct action_item x;
    const char *answer;

    WORLD(w, world);
    x = item_of(&w, "PTSP daring");
    (void)put_item(&w, &x);
    x = item_of(&w, "Penguatan APIP");
    x.area = "Pengawasan";
    (void)put_item(&w, &x);
    answer = site_get(&w.s, "planner", "/kerja/kota-contoh/aksi?area=Pengawasan");
    assert_int_equal(site_status(answer), 200);
    assert_non_null(strstr(answer, "Penguatan APIP"));
    assert_null(strstr(answer, "PTSP daring"));
    assert_non_null(strstr(answer, "<option>Perizinan</option>"));
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(the_tables_are_sound_and_have_their_words),
        TEST_ON_BOTH(the_migrated_database_equals_the_tables),
        TEST_ON_BOTH(each_owner_becomes_a_row_and_follows_the_text),
        TEST_ON_BOTH(the_first_owner_that_is_an_agency_leads),
        TEST_ON_BOTH(a_plan_of_2016_means_the_office_of_2016_whichever_of_its_names_it_uses),
        TEST_ON_BOTH(a_list_of_many_governments_gives_only_the_rows_of_this_one),
        TEST_ON_BOTH(an_action_goes_from_the_agency_over_the_inspectorate_to_the_supervisor),
        TEST_ON_BOTH(an_action_is_the_task_of_those_it_waits_for),
        TEST_ON_BOTH(returning_asks_for_a_reason_and_forgets_the_claim),
        TEST_ON_BOTH(another_agency_does_not_see_the_action),
        TEST_ON_BOTH(supervisors_read_and_never_edit),
        TEST_ON_BOTH(the_agency_gives_progress_and_not_what_was_promised),
        TEST_ON_BOTH(the_interface_for_programs_keeps_the_same_rule),
        TEST_ON_BOTH(accepted_and_late_actions_are_counted_without_examples),
        TEST_ON_BOTH(everybody_reads_the_plan_and_nobody_a_name),
        TEST_ON_BOTH(a_list_is_narrowed_by_area),
        TEST_ON_BOTH(a_list_cuts_a_long_text_and_the_record_has_the_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
