/*
 * score_final_test.c: penalties, days kept, past days asked for, and years that end, on both databases.
 */
#include "engine/job.h"
#include "mod/oversight/score_daily.h"
#include "mod/oversight/score_world.h"

/* ---- steps ---- */

static struct record head_of(struct world *w, const struct entity *e, int64_t id)
{
    struct record *row = arena_alloc(&w->c.a, e->size);

    assert_int_equal(row_get(w->c.t.owner, &w->c.a, e, CITY_GOV, id, row), 1);
    return *row;
}

static int take(struct world *w, const char *who, const struct screen *s, int64_t id, const char *verb, const char *more)
{
    const char *path = text_printf(&w->c.a, "/kerja/kota-contoh/%s/%lld/langkah/%s", s->slug, (long long)id, verb);

    return site_status(
        site_post(&w->s, who, path, text_printf(&w->c.a, "rev=%lld%s", (long long)head_of(w, s->entity, id).rev, more)));
}

static int64_t number(struct world *w, const struct query *q)
{
    AUTO_ROWS struct rows rows;

    assert_int_equal(db_select(&rows, w->c.t.owner, q), 0);
    assert_int_equal(rows_next(&rows), 1);
    return rows_int(&rows, 0);
}

static int propose(struct world *w, const char *who, const char *points)
{
    return site_status(
        site_post(&w->s, who, "/kerja/kota-contoh/penalti/baru",
                  text_printf(&w->c.a, "year=%lld&title=Laporan+terlambat&points=%s&reason=Lewat+batas&document=ND-1",
                              (long long)w->year, points)));
}

static int64_t the_penalty(struct world *w)
{
    static const struct query q = {.name = "test.penalty", .sql = "SELECT MAX(id) FROM score_penalty", .in = "", .out = "i"};

    return number(w, &q);
}

static void put_file(struct world *w, int64_t record)
{
    const struct attachment x = {.head = {.gov = CITY_GOV, .voided_at = INSTANT_NONE},
                                 .record = record,
                                 .of_entity = "score_penalty",
                                 .file = text_printf(&w->c.a, "%032lld", (long long)record),
                                 .name = "surat.pdf",
                                 .media = "application/pdf",
                                 .size = 3,
                                 .sha256 = "00",
                                 .version = 1,
                                 .author = 15,
                                 .author_name = "kpk",
                                 .added_at = os_now()};

    (void)put(w, NULL, &attachment_entity, &x);
}

static struct score_snapshot newest(struct world *w)
{
    struct score_snapshot x;

    assert_int_equal(row_get(w->c.t.owner, &w->c.a, &score_snapshot_entity, CITY_GOV, newest_snapshot(w), &x), 1);
    return x;
}

/* ---- penalties ---- */

static void a_penalty_counts_after_a_file_and_a_second_person(void **world)
{
    int64_t id;

    WORLD(w, world);
    fulfil_the_example(&w);
    assert_int_equal(propose(&w, "inspector", "2"), 403);
    assert_int_equal(propose(&w, "kpk", "dua"), 422);
    assert_int_equal(propose(&w, "kpk", "0"), 422);
    assert_int_equal(propose(&w, "kpk", "2"), 303);
    id = the_penalty(&w);
    assert_int_equal(take(&w, "second", &score_penalty_screen, id, "confirm", ""), 422); /* no document beside it */
    put_file(&w, id);
    assert_int_equal(take(&w, "kpk", &score_penalty_screen, id, "confirm", ""), 403);
    assert_int_equal(make(&w, "inspector"), 303);
    assert_int_equal(newest(&w).verified, 7233); /* a proposal changes nothing */
    assert_int_equal(take(&w, "second", &score_penalty_screen, id, "confirm", ""), 303);
    assert_int_equal(make(&w, "inspector"), 303);
    assert_int_equal(newest(&w).verified, 7033); /* section 5 of the rules */
    assert_int_equal(newest(&w).penalty, 200);
    assert_non_null(strstr(site_get(&w.s, NULL, "/kota-contoh/rapor"), "Laporan terlambat"));
    assert_int_equal(take(&w, "kpk", &score_penalty_screen, id, "lift", "&catatan=Bukan+kesalahan+daerah"), 303);
    assert_int_equal(make(&w, "inspector"), 303);
    assert_int_equal(newest(&w).verified, 7233);
    world_close(&w);
}

static void a_proposal_is_not_shown_to_everybody(void **world)
{
    WORLD(w, world);
    fulfil_the_example(&w);
    assert_int_equal(propose(&w, "kpk", "2,5"), 303);
    assert_null(strstr(site_get(&w.s, NULL, "/kota-contoh/rapor"), "Laporan terlambat"));
    assert_non_null(strstr(site_get(&w.s, "inspector", "/kerja/kota-contoh/rapor"), "Laporan terlambat"));
    world_close(&w);
}

/* ---- the end of a year ---- */

static const struct query snapshots = {
    .name = "test.snapshots", .sql = "SELECT COUNT(*) FROM score_snapshot", .in = "", .out = "i"};

static void a_year_is_frozen_by_two_and_nothing_moves_it_then(void **world)
{
    static const struct query late = {
        .name = "test.late", .sql = "SELECT COUNT(*) FROM score_verdict WHERE late_on IS NOT NULL", .in = "", .out = "i"};
    struct score_year y;
    const char *page;

    WORLD(w, world);
    fulfil_the_example(&w);
    assert_int_equal(take(&w, "inspector", &score_year_screen, w.year, "finalise", ""), 403);
    assert_int_equal(take(&w, "kpk", &score_year_screen, w.year, "finalise", ""), 303);
    assert_int_equal(judge(&w, "kpk", "A1", "verified=9"), 422);
    assert_int_equal(report(&w, "inspector", "A1", "self=9"), 422);
    assert_int_equal(propose(&w, "kpk", "2"), 422);
    assert_int_equal(take(&w, "kpk", &score_year_screen, w.year, "freeze", ""), 403);
    assert_int_equal(take(&w, "second", &score_year_screen, w.year, "freeze", ""), 303);
    assert_int_equal(row_get(w.c.t.owner, &w.c.a, &score_year_entity, CITY_GOV, w.year, &y), 1);
    assert_int_equal(y.snapshot.v, newest_snapshot(&w));
    assert_false(date_is_none(y.frozen_on));

    assert_int_equal(judge(&w, "kpk", "A1", "verified=10"), 303);
    assert_int_equal(number(&w, &late), 1);
    assert_string_equal(input_called(&w, "A1").verified, "5");
    assert_int_equal(make(&w, "inspector"), 409);
    page = site_get(&w.s, "inspector", "/kerja/kota-contoh/rapor");
    assert_non_null(strstr(page, "72,3"));
    assert_non_null(strstr(page, "tanpa pengaruh: 1"));
    assert_null(strstr(page, "/rapor/hitung"));
    world_close(&w);
}

static void a_final_year_can_be_opened_with_words(void **world)
{
    struct score_year y;

    WORLD(w, world);
    fulfil_the_example(&w);
    assert_int_equal(take(&w, "kpk", &score_year_screen, w.year, "finalise", ""), 303);
    assert_int_equal(take(&w, "second", &score_year_screen, w.year, "reopen", ""), 422);
    assert_int_equal(take(&w, "second", &score_year_screen, w.year, "reopen", "&catatan=Ada+dokumen+tertinggal"), 303);
    assert_int_equal(row_get(w.c.t.owner, &w.c.a, &score_year_entity, CITY_GOV, w.year, &y), 1);
    assert_int_equal(y.snapshot.v, 0);
    assert_int_equal(judge(&w, "kpk", "A1", "verified=6"), 303);
    assert_string_equal(input_called(&w, "A1").verified, "6");
    world_close(&w);
}

/* ---- days ---- */

static int start_daily(struct tx *tx, void *arg)
{
    return job_start(tx, score_daily_job.name, 0, NULL, arg);
}

static void run_daily(struct world *w)
{
    int64_t id;

    assert_int_equal(writer_do(w->c.writer, start_daily, &id), 0);
    assert_int_equal(runner_drain(&w->c.app), 0);
}

static void each_open_year_is_kept_once_a_day(void **world)
{
    WORLD(w, world);
    run_daily(&w);
    assert_int_equal(number(&w, &snapshots), 1);
    run_daily(&w);
    assert_int_equal(number(&w, &snapshots), 1); /* nothing new on that day */
    assert_int_equal(report(&w, "inspector", "A1", "self=6&waiting=1"), 303);
    run_daily(&w);
    assert_int_equal(number(&w, &snapshots), 2);
    assert_int_equal(take(&w, "kpk", &score_year_screen, w.year, "finalise", ""), 303);
    run_daily(&w);
    assert_int_equal(number(&w, &snapshots), 3); /* the final one */
    world_close(&w);
}

static void a_past_day_shows_what_was_kept_then(void **world)
{
    struct score_result result;
    struct score_year y;
    size_t i;

    WORLD(w, world);
    fulfil_the_example(&w);
    assert_int_equal(row_get(w.c.t.owner, &w.c.a, &score_year_entity, CITY_GOV, w.year, &y), 1);
    assert_int_equal(score_now(w.c.t.owner, &w.c.a, &y, date_of(2026, 3, 20), &result), 1);
    result.snapshot.verified = 4321;
    (void)put(&w, NULL, &score_snapshot_entity, &result.snapshot);
    for (i = 0; i < 2; i++) {
        const char *path = i == 0 ? "/kota-contoh/rapor" : "/banding";
        const char *then = site_get(&w.s, NULL, text_printf(&w.c.a, "%s?pada=31-3-2026", path));

        assert_int_equal(site_status(then), 200);
        assert_non_null(strstr(then, "43,2"));
        assert_null(strstr(then, "72,3"));
        assert_non_null(
            strstr(site_get(&w.s, NULL, text_printf(&w.c.a, "%s?pada=19-3-2026", path)), "Masa lalu tidak dihitung"));
        assert_non_null(strstr(site_get(&w.s, NULL, text_printf(&w.c.a, "%s?pada=besok", path)), "Tulis tanggal seperti"));
    }
    world_close(&w);
}

static void the_words_of_both_flows_are_there(void **world)
{
    static const struct flow *const flows[] = {&score_year_flow, &score_penalty_flow};
    size_t i;

    for (i = 0; i < ARRAY_LEN(flows); i++) {
        assert_null(flow_fault(flows[i], unit_arena(world)));
        assert_null(flow_word_missing(flows[i], unit_arena(world)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(the_words_of_both_flows_are_there),
        TEST_ON_BOTH(a_penalty_counts_after_a_file_and_a_second_person),
        TEST_ON_BOTH(a_proposal_is_not_shown_to_everybody),
        TEST_ON_BOTH(a_year_is_frozen_by_two_and_nothing_moves_it_then),
        TEST_ON_BOTH(a_final_year_can_be_opened_with_words),
        TEST_ON_BOTH(each_open_year_is_kept_once_a_day),
        TEST_ON_BOTH(a_past_day_shows_what_was_kept_then),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
