/*
 * review_test.c: reviews, commitments and recommendations: who writes what and when, what is locked, who signs; both databases.
 */
#include "base/date.h"
#include "base/hash.h"
#include "base/text.h"
#include "core/user/core.h"
#include "engine/attachment.h"
#include "engine/beside.h"
#include "engine/import.h"
#include "engine/row.h"
#include "engine/save.h"
#include "engine/task.h"
#include "engine/test_web.h"
#include "mod/oversight/oversight.h"
#include "mod/oversight/review.h"
#include "os/os.h"
#include "ui/lang.h"

#define DPMPTSP 501

static const struct module *const mods[] = {&oversight_module, &review_module, &core_module, &attach_module,
                                            &flow_module,      &import_module, &job_module};

/* clang-format off */
static const struct test_person people[] = {
    {"secretary", 11, {{.role = "secretary",    .gov = CITY_GOV}}, 1},
    {"staff",     12, {{.role = "agency_staff", .gov = CITY_GOV, .agency = DPMPTSP}}, 1},
    {"other",     13, {{.role = "agency_staff", .gov = CITY_GOV, .agency = DPMPTSP + 1}}, 1},
    {"inspector", 14, {{.role = "inspector",    .gov = CITY_GOV}}, 1},
    {"kpk",       15, {{.role = "supervisor_kpk", .gov = GOV_ANY}}, 1},
    {"province",  16, {{.role = "supervisor_province", .gov = GOV_ANY}}, 1},
};
static const struct route no_routes[] = {{0}};
/* clang-format on */

struct world {
    struct city c;
    struct test_site s;
    int64_t action, session;
};

/* ---- writing without a page ---- */

struct save {
    const struct screen *s; /* or */
    const struct entity *e;
    const void *row;
    struct record head;
};

static int save_run(struct tx *tx, void *arg)
{
    struct save *x = arg;

    return x->e != NULL ? row_insert(tx, x->e, x->row, &x->head) : save_row(tx, x->s, NULL, x->row, &x->head);
}

static int64_t put(struct world *w, const struct screen *s, const struct entity *e, const void *row)
{
    struct save x = {.s = s, .e = e, .row = row};

    assert_int_equal(writer_do(w->c.writer, save_run, &x), 0);
    return x.head.id;
}

static void put_agency(struct world *w, int64_t id, const char *code, const char *name)
{
    const struct agency a = {.head = {.gov = CITY_GOV, .id = id, .voided_at = INSTANT_NONE},
                             .code = code,
                             .name = name,
                             .kind = {"office"},
                             .valid_from = DATE_NONE,
                             .valid_to = DATE_NONE};

    (void)put(w, NULL, &agency_entity, &a);
}

static void put_action(struct world *w)
{
    struct action_plan *plan = row_new(&w->c.a, &action_plan_entity, CITY_GOV);
    struct action_item *x = row_new(&w->c.a, &action_item_entity, CITY_GOV);

    plan->code = "renaksi-2026";
    plan->title = "Rencana aksi 2026";
    plan->year = 2026;
    plan->status.v = "decreed";
    plan->origin.v = "entered";
    x->plan.v = put(w, &action_plan_screen, NULL, plan);
    x->area = "Perizinan";
    x->action = "Larangan gratifikasi terpasang di semua loket";
    x->agency.v = DPMPTSP;
    x->origin.v = "entered";
    w->action = put(w, &action_item_screen, NULL, x);
}

static void put_file(struct world *w, const char *of, int64_t record, const char *sha256)
{
    const struct attachment x = {.head = {.gov = CITY_GOV, .voided_at = INSTANT_NONE},
                                 .record = record,
                                 .of_entity = of,
                                 .file = text_printf(&w->c.a, "%032lld", (long long)record),
                                 .name = "foto.jpg",
                                 .media = "image/jpeg",
                                 .size = 3,
                                 .sha256 = sha256,
                                 .version = 1,
                                 .author = 12,
                                 .author_name = "staff",
                                 .added_at = os_now()};

    (void)put(w, NULL, &attachment_entity, &x);
}

static void world_open(struct world *w)
{
    struct review_session *s;

    w->c.app.modules = mods;
    w->c.app.n_modules = ARRAY_LEN(mods);
    site_open(&w->s, &w->c, no_routes, 0, people, ARRAY_LEN(people));
    put_agency(w, DPMPTSP, "2.18", "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu");
    put_agency(w, DPMPTSP + 1, "5.02", "Badan Pengelola Keuangan Daerah");
    put_action(w);
    s = row_new(&w->c.a, &review_session_entity, CITY_GOV);
    s->code = "reviu-2026-3";
    s->title = "Reviu triwulan III";
    s->held_on = date_of(2026, 9, 14);
    s->place = "Inspektorat Provinsi Banten";
    s->delegation = "Sekretaris Daerah\nInspektur";
    s->origin.v = "entered";
    w->session = put(w, &review_session_screen, NULL, s);
}

#define WORLD(w, env)                                                                                                          \
    struct world w;                                                                                                            \
    if (!city_db_open(&(w).c.t, *(enum db_kind *)*(env)))                                                                      \
        skip();                                                                                                                \
    city_open(&(w).c);                                                                                                         \
    world_open(&(w))

static void world_close(struct world *w)
{
    site_close(&w->s);
    city_close(&w->c);
}

/* ---- through pages ---- */

static struct record head_of(struct world *w, const struct entity *e, int64_t id)
{
    struct record *row = arena_alloc(&w->c.a, e->size);

    assert_int_equal(row_get(w->c.t.owner, &w->c.a, e, CITY_GOV, id, row), 1);
    return *row;
}

static int post(struct world *w, const char *who, const char *path, const char *form)
{
    return site_status(site_post(&w->s, who, text_printf(&w->c.a, "/kerja/kota-contoh/%s", path), form));
}

static int take(struct world *w, const char *who, const struct screen *s, int64_t id, const char *verb, const char *more)
{
    return post(w, who, text_printf(&w->c.a, "%s/%lld/langkah/%s", s->slug, (long long)id, verb),
                text_printf(&w->c.a, "rev=%lld%s", (long long)head_of(w, s->entity, id).rev, more));
}

static int create(struct world *w, const char *who, const struct screen *s, const char *form)
{
    return post(w, who, text_printf(&w->c.a, "%s/baru", s->slug), form);
}

static int64_t id_where(struct world *w, const char *sql)
{
    const struct query q = {.name = "test.id", .sql = sql, .in = "", .out = "i"};

    AUTO_ROWS struct rows rows;

    assert_int_equal(db_select(&rows, w->c.t.owner, &q), 0);
    assert_int_equal(rows_next(&rows), 1);
    return rows_int(&rows, 0);
}

static struct review_session session_of(struct world *w)
{
    struct review_session s;

    assert_int_equal(row_get(w->c.t.owner, &w->c.a, &review_session_entity, CITY_GOV, w->session, &s), 1);
    return s;
}

static int topic(struct world *w, const char *who, int number, const char *conclusion)
{
    return create(w, who, &review_topic_screen,
                  text_printf(&w->c.a, "session=%lld&number=%d&title=Loket&action=%lld&found=Empat+foto+buram&conclusion=%s",
                              (long long)w->session, number, (long long)w->action, conclusion));
}

static int promise(struct world *w, const char *who, const char *deadline)
{
    return create(
        w, who, &commitment_screen,
        text_printf(&w->c.a, "session=%lld&text=Foto+ulang&agency=%d&deadline=%s", (long long)w->session, DPMPTSP, deadline));
}

static int recommend(struct world *w, const char *who, const char *number, const char *issuer)
{
    return create(w, who, &recommendation_screen,
                  text_printf(&w->c.a,
                              "number=%s&issuer=%s&text=Pasang+kamera&agency=%d&issued_on=14-9-2026&deadline=30-9-2026", number,
                              issuer, DPMPTSP));
}

static void set_number(struct world *w)
{
    const struct review_session s = session_of(w);

    assert_int_equal(post(w, "kpk", text_printf(&w->c.a, "reviu/%lld/ubah", (long long)w->session),
                          text_printf(&w->c.a,
                                      "rev=%lld&code=reviu-2026-3&title=Reviu+triwulan+III&held_on=14-9-2026&place=Serang&"
                                      "delegation=Sekda&minutes_no=BA-07%%2FKORSUP%%2F2026",
                                      (long long)s.head.rev)),
                     303);
}

/* ---- tables ---- */

static void the_tables_are_sound_and_have_their_words(void **world)
{
    static const struct flow *const flows[] = {&review_flow, &commitment_flow, &recommendation_flow};
    struct arena *a = unit_arena(world);
    size_t i;

    for (i = 0; i < review_module.n_screens; i++)
        assert_null(screen_fault(review_module.screens[i], a));
    for (i = 0; i < ARRAY_LEN(flows); i++) {
        assert_null(flow_fault(flows[i], a));
        assert_null(flow_word_missing(flows[i], a));
    }
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

        for (k = 0; k < review_module.n_entities; k++)
            ours = ours || strcmp(review_module.entities[k]->name, have.columns[i].table) == 0;
        if (!ours)
            others[n++] = have.columns[i].table;
    }
    (void)schema_diff(review_module.entities, review_module.n_entities, others, &have, &text); /* the text tells more */
    assert_string_equal(text.s, "");
    city_close(&c);
}

/* ---- a review ---- */

static void only_supervisors_write_a_review(void **world)
{
    WORLD(w, world);
    assert_int_equal(topic(&w, "inspector", 1, "running"), 403);
    assert_int_equal(topic(&w, "staff", 1, "running"), 403);
    assert_int_equal(promise(&w, "secretary", "21-9-2026"), 403);
    assert_int_equal(topic(&w, "kpk", 1, "running"), 303);
    assert_int_equal(promise(&w, "province", "21-9-2026"), 303);
    world_close(&w);
}

static void minutes_are_locked_when_all_was_discussed_and_they_have_a_number(void **world)
{
    WORLD(w, world);
    assert_int_equal(take(&w, "kpk", &review_session_screen, w.session, "open", ""), 303);
    assert_int_equal(take(&w, "kpk", &review_session_screen, w.session, "lock", ""), 422);
    assert_int_equal(topic(&w, "kpk", 1, "running"), 303);
    assert_int_equal(topic(&w, "kpk", 2, "open"), 303);
    set_number(&w);
    assert_int_equal(take(&w, "kpk", &review_session_screen, w.session, "lock", ""), 422);
    assert_string_equal(session_of(&w).status.v, "open");
    world_close(&w);
}

static void lock(struct world *w)
{
    put_file(w, "action_item", w->action, "aa");
    assert_int_equal(take(w, "kpk", &review_session_screen, w->session, "open", ""), 303);
    assert_int_equal(topic(w, "kpk", 1, "running"), 303);
    assert_int_equal(promise(w, "kpk", "21-9-2026"), 303);
    set_number(w);
    assert_int_equal(take(w, "kpk", &review_session_screen, w->session, "lock", ""), 303);
}

static void what_is_locked_is_the_text_that_both_sign(void **world)
{
    struct review_session s;
    uint8_t hash[HASH_SIZE];

    WORLD(w, world);
    lock(&w);
    s = session_of(&w);
    assert_string_equal(s.minutes, "review|reviu-2026-3|Reviu triwulan III|2026-09-14||Serang\n"
                                   "number|BA-07/KORSUP/2026\ndelegation|Sekda\nteam|\n"
                                   "topic|1|Loket||Empat foto buram|running\n"
                                   "commitment|reviu-2026-3/1|Foto ulang|501||2026-09-21\n"
                                   "file|1|aa|foto.jpg\n");
    hash_sha256(s.minutes, strlen(s.minutes), hash);
    assert_string_equal(s.minutes_hash, hex_text(&w.c.a, hash, sizeof hash));
    assert_int_equal(take(&w, "kpk", &review_session_screen, w.session, "sign-team", ""), 409); /* the government first */
    assert_int_equal(take(&w, "staff", &review_session_screen, w.session, "sign-gov", ""), 403);
    assert_int_equal(take(&w, "secretary", &review_session_screen, w.session, "sign-gov", ""), 303);
    assert_int_equal(take(&w, "kpk", &review_session_screen, w.session, "sign-team", ""), 303);
    s = session_of(&w);
    assert_string_equal(s.gov_hash, s.minutes_hash);
    assert_string_equal(s.team_hash, s.minutes_hash);
    assert_string_equal(s.status.v, "signed");
    world_close(&w);
}

static void a_locked_review_takes_nothing_more(void **world)
{
    const struct review_topic late = {
        .head = {.gov = CITY_GOV, .voided_at = INSTANT_NONE}, .number = 9, .title = "Sesudahnya", .conclusion = {"running"}};
    struct review_topic row = late;
    struct save x = {.s = &review_topic_screen, .row = &row};

    WORLD(w, world);
    lock(&w);
    assert_int_equal(topic(&w, "kpk", 2, "running"), 422);
    assert_int_equal(promise(&w, "kpk", "22-9-2026"), 422);
    row.session.v = w.session; /* a form that was checked before the lock */
    assert_int_equal(writer_do(w.c.writer, save_run, &x), E_STATE);
    assert_int_equal(post(&w, "kpk", text_printf(&w.c.a, "reviu/%lld/batal", (long long)w.session),
                          text_printf(&w.c.a, "rev=%lld&alasan=salah", (long long)session_of(&w).head.rev)),
                     409);
    world_close(&w);
}

static void opening_it_again_takes_the_signature_away(void **world)
{
    WORLD(w, world);
    lock(&w);
    assert_int_equal(take(&w, "secretary", &review_session_screen, w.session, "sign-gov", ""), 303);
    assert_int_equal(take(&w, "kpk", &review_session_screen, w.session, "unlock", ""), 422); /* why? */
    assert_int_equal(take(&w, "kpk", &review_session_screen, w.session, "unlock", "&catatan=Nomor+salah"), 303);
    assert_string_equal(session_of(&w).status.v, "open");
    assert_null(session_of(&w).gov_hash);
    assert_null(session_of(&w).minutes_hash);
    world_close(&w);
}

/* ---- the meeting room ---- */

static const char *room_form(struct world *w, int64_t rev, const char *more)
{
    return text_printf(&w->c.a, "topic=1&rev=%lld&found=Tiga+loket&conclusion=running%s", (long long)rev, more);
}

static int note(struct world *w, const char *who, int64_t rev, const char *more)
{
    return post(w, who, text_printf(&w->c.a, "rapat/%lld/pokok", (long long)w->session), room_form(w, rev, more));
}

static int64_t count(struct world *w, const char *table)
{
    return id_where(w, text_printf(&w->c.a, "SELECT COUNT(*) FROM %s", table));
}

static void the_agenda_is_made_of_what_is_not_finished(void **world)
{
    const char *page;

    WORLD(w, world);
    assert_int_equal(post(&w, "staff", text_printf(&w.c.a, "rapat/%lld/agenda", (long long)w.session), ""), 403);
    assert_int_equal(post(&w, "kpk", text_printf(&w.c.a, "rapat/%lld/agenda", (long long)w.session), ""), 303);
    assert_int_equal(count(&w, "review_topic WHERE number = 1"), 1);
    assert_int_equal(post(&w, "kpk", text_printf(&w.c.a, "rapat/%lld/agenda", (long long)w.session), ""), 409); /* all on it */
    page = site_get(&w.s, "secretary", text_printf(&w.c.a, "/kerja/kota-contoh/rapat/%lld", (long long)w.session));
    assert_non_null(strstr(page, "Larangan gratifikasi terpasang di semua loket"));
    assert_null(strstr(page, "name=\"found\"")); /* reads along */
    page = site_get(&w.s, "kpk", text_printf(&w.c.a, "/kerja/kota-contoh/rapat/%lld", (long long)w.session));
    assert_non_null(strstr(page, "name=\"found\""));
    world_close(&w);
}

static void a_topic_is_stored_with_its_promise_and_advice_or_not_at_all(void **world)
{
    static const char both[] = "&text=Foto+ulang&advice=Pasang+kamera&agency=501&deadline=";

    WORLD(w, world);
    assert_int_equal(topic(&w, "kpk", 1, "open"), 303);
    assert_int_equal(note(&w, "staff", 1, ""), 403);
    assert_int_equal(note(&w, "kpk", 1, text_printf(&w.c.a, "%s1-1-2020", both)), 422);
    assert_int_equal(count(&w, "commitment"), 0);
    assert_int_equal(id_where(&w, "SELECT rev FROM review_topic"), 1);
    assert_int_equal(note(&w, "kpk", 1, text_printf(&w.c.a, "%s21-9-2026", both)), 303);
    assert_int_equal(count(&w, "commitment WHERE code = 'reviu-2026-3/1'"), 1);
    assert_int_equal(count(&w, "recommendation WHERE number = 'reviu-2026-3/R1' AND issuer = 'kpk'"), 1);
    assert_int_equal(count(&w, "review_topic WHERE conclusion = 'running' AND found = 'Tiga loket'"), 1);
    world_close(&w);
}

static void of_two_who_write_one_topic_the_second_sees_both(void **world)
{
    const char *page;

    WORLD(w, world);
    assert_int_equal(topic(&w, "kpk", 1, "open"), 303);
    assert_int_equal(note(&w, "province", 1, ""), 303);
    page = site_post(&w.s, "kpk", text_printf(&w.c.a, "/kerja/kota-contoh/rapat/%lld/pokok", (long long)w.session),
                     "topic=1&rev=1&found=Empat+loket&conclusion=stuck&text=Foto&agency=501&deadline=21-9-2026");
    assert_int_equal(site_status(page), 409);
    assert_non_null(strstr(page, "Tiga loket"));
    assert_non_null(strstr(page, "Empat loket"));
    assert_int_equal(count(&w, "commitment"), 0);
    world_close(&w);
}

static void minutes_are_public_once_they_are_published(void **world)
{
    const char *page, *pdf;

    WORLD(w, world);
    lock(&w);
    page = text_printf(&w.c.a, "/kota-contoh/reviu/%lld", (long long)w.session);
    pdf = text_printf(&w.c.a, "%s/berita-acara.pdf", page);
    assert_null(strstr(site_get(&w.s, NULL, "/kota-contoh/reviu"), "Foto ulang"));
    assert_int_equal(site_status(site_get(&w.s, NULL, page)), 404);
    assert_int_equal(site_status(site_get(&w.s, NULL, pdf)), 404);
    assert_int_equal(take(&w, "secretary", &review_session_screen, w.session, "sign-gov", ""), 303);
    assert_int_equal(take(&w, "kpk", &review_session_screen, w.session, "sign-team", ""), 303);
    assert_int_equal(take(&w, "kpk", &review_session_screen, w.session, "publish", ""), 303);
    assert_non_null(strstr(site_get(&w.s, NULL, page), session_of(&w).minutes_hash));
    assert_non_null(strstr(site_get(&w.s, NULL, "/kota-contoh/reviu"), "Reviu triwulan III"));
    assert_non_null(strstr(site_get(&w.s, NULL, "/kota-contoh/reviu"), "Foto ulang"));
    assert_true(text_starts(site_body(site_get(&w.s, NULL, pdf)), "%PDF-"));
    world_close(&w);
}

/* ---- commitments ---- */

static void a_commitment_is_claimed_with_a_file_and_judged_by_another(void **world)
{
    struct commitment x;
    int64_t id;

    WORLD(w, world);
    assert_int_equal(promise(&w, "kpk", "1-9-2026"), 422); /* before the review */
    assert_int_equal(promise(&w, "kpk", "21-9-2026"), 303);
    assert_int_equal(promise(&w, "kpk", "22-9-2026"), 303);
    id = id_where(&w, "SELECT id FROM commitment WHERE code = 'reviu-2026-3/1'");
    assert_int_equal(id_where(&w, "SELECT COUNT(*) FROM commitment WHERE code = 'reviu-2026-3/2'"), 1);
    assert_int_equal(id_where(&w, "SELECT COUNT(*) FROM task WHERE kind = 'commitment.1.promised' AND due = 20717"), 1);
    assert_int_equal(take(&w, "other", &commitment_screen, id, "claim", ""), 404); /* another office's */
    assert_int_equal(take(&w, "staff", &commitment_screen, id, "claim", ""), 422); /* nothing shows it */
    put_file(&w, "commitment", id, "bb");
    assert_int_equal(take(&w, "staff", &commitment_screen, id, "claim", ""), 303);
    assert_int_equal(take(&w, "staff", &commitment_screen, id, "keep", ""), 403);
    assert_int_equal(take(&w, "province", &commitment_screen, id, "keep", ""), 303);
    assert_int_equal(row_get(w.c.t.owner, &w.c.a, &commitment_entity, CITY_GOV, id, &x), 1);
    assert_string_equal(x.status.v, "kept");
    assert_false(commitment_late(&x, date_of(2027, 1, 1)));
    world_close(&w);
}

/* ---- recommendations ---- */

static void a_recommendation_is_given_in_ones_own_name_and_judged_by_its_giver(void **world)
{
    struct recommendation x;
    int64_t id;

    WORLD(w, world);
    assert_int_equal(recommend(&w, "inspector", "KPK-1", "kpk"), 422);
    assert_int_equal(recommend(&w, "staff", "KPK-1", "kpk"), 403);
    assert_int_equal(recommend(&w, "kpk", "KPK-1", "kpk"), 303);
    id = id_where(&w, "SELECT id FROM recommendation");
    assert_int_equal(take(&w, "staff", &recommendation_screen, id, "acknowledge", ""), 303);
    put_file(&w, "recommendation", id, "cc");
    assert_int_equal(take(&w, "staff", &recommendation_screen, id, "claim", ""), 422); /* what was done? */
    assert_int_equal(take(&w, "staff", &recommendation_screen, id, "claim", "&catatan=Kamera+terpasang"), 303);
    assert_int_equal(take(&w, "province", &recommendation_screen, id, "close", ""), 422);
    assert_int_equal(take(&w, "inspector", &recommendation_screen, id, "close", ""), 422);
    assert_int_equal(take(&w, "kpk", &recommendation_screen, id, "reopen", "&alasan=unreadable&catatan=Foto+buram"), 303);
    assert_int_equal(take(&w, "staff", &recommendation_screen, id, "claim", "&catatan=Difoto+ulang"), 303);
    assert_int_equal(take(&w, "kpk", &recommendation_screen, id, "close", ""), 303);
    assert_int_equal(row_get(w.c.t.owner, &w.c.a, &recommendation_entity, CITY_GOV, id, &x), 1);
    assert_string_equal(x.status.v, "closed");
    assert_string_equal(x.answer, "Difoto ulang");
    assert_false(date_is_none(x.closed_on));
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(the_tables_are_sound_and_have_their_words),
        TEST_ON_BOTH(the_migrated_database_equals_the_tables),
        TEST_ON_BOTH(only_supervisors_write_a_review),
        TEST_ON_BOTH(minutes_are_locked_when_all_was_discussed_and_they_have_a_number),
        TEST_ON_BOTH(what_is_locked_is_the_text_that_both_sign),
        TEST_ON_BOTH(a_locked_review_takes_nothing_more),
        TEST_ON_BOTH(opening_it_again_takes_the_signature_away),
        TEST_ON_BOTH(the_agenda_is_made_of_what_is_not_finished),
        TEST_ON_BOTH(a_topic_is_stored_with_its_promise_and_advice_or_not_at_all),
        TEST_ON_BOTH(of_two_who_write_one_topic_the_second_sees_both),
        TEST_ON_BOTH(minutes_are_public_once_they_are_published),
        TEST_ON_BOTH(a_commitment_is_claimed_with_a_file_and_judged_by_another),
        TEST_ON_BOTH(a_recommendation_is_given_in_ones_own_name_and_judged_by_its_giver),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
