/*
 * import_job_test.c: imports in slices: crashes, failures and cancelling half way, and taking a whole one back.
 */
#include "engine/test_import.h"

static void a_long_file_goes_on_behind_its_last_slice(void **world)
{
    struct jobs *j;
    const char *run;

    PLACE(p, world);
    run = judged(&p, many(&p, 1200, 0));
    act(&p, run, "impor");
    j = jobs_open(&p.c.app, false);
    assert_int_equal(jobs_round(j), 1);
    jobs_close(j); /* as a crash would */
    assert_int_equal(number(&p, &count_things), 500);
    assert_true(has(page(&p, run), "Baris sedang dicatat"));
    drain(&p);
    assert_int_equal(number(&p, &count_things), 1200);
    assert_true(has(page(&p, run), "Semua baris sudah dicatat"));
    place_close(&p);
}

static int insert_thing(struct tx *tx, void *arg)
{
    struct thing *t = row_new(tx->arena, &thing_entity, CITY_GOV);
    struct record head;

    t->number = arg;
    return row_insert(tx, &thing_entity, t, &head);
}

static void a_late_slice_that_fails_takes_the_early_ones_back(void **world)
{
    struct jobs *j;
    const char *run, *answer;

    PLACE(p, world);
    imported(&p, "number,size\nT-0003,3\n");
    run = judged(&p, many(&p, 1200, 0));
    act(&p, run, "impor");
    j = jobs_open(&p.c.app, false);
    assert_int_equal(jobs_round(j), 1);
    jobs_close(j);
    assert_int_equal(thing(&p, "T-0003")->size, 7);
    assert_int_equal(writer_do(p.c.writer, insert_thing, (char[]){"T-0900"}), 0); /* somebody is quicker */
    drain(&p);
    answer = page(&p, run);
    assert_true(has(answer, "Tidak satu pun barisnya berlaku"));
    assert_true(has(answer, "bertentangan"));
    assert_int_equal(number(&p, &count_things), 2);
    assert_int_equal(thing(&p, "T-0003")->size, 3);
    assert_int_equal(thing(&p, "T-0003")->head.rev, 3);
    place_close(&p);
}

static int cancel(struct tx *tx, void *arg)
{
    return job_cancel(tx, *(int64_t *)arg);
}

static int64_t open_job(struct place *p)
{
    int64_t ids[4];
    size_t n = 0;

    assert_int_equal(jobs_open_ids(p->c.t.owner, 4, ids, &n), 0);
    assert_int_equal(n, 1);
    return ids[0];
}

static void a_cancelled_import_leaves_nothing_and_its_undoing_cannot_be_cancelled(void **world)
{
    struct jobs *j;
    const char *run;
    int64_t job;

    PLACE(p, world);
    run = judged(&p, many(&p, 1200, 0));
    act(&p, run, "impor");
    j = jobs_open(&p.c.app, false);
    assert_int_equal(jobs_round(j), 1);
    job = open_job(&p);
    assert_int_equal(writer_do(p.c.writer, cancel, &job), 0);
    assert_int_equal(jobs_round(j), 1);
    jobs_close(j);
    assert_int_equal(number(&p, &count_things), 500);
    job = open_job(&p);
    assert_int_equal(writer_do(p.c.writer, cancel, &job), E_STATE);
    drain(&p);
    assert_int_equal(number(&p, &count_things), 0);
    assert_true(has(page(&p, run), "Pekerjaan dihentikan"));
    place_close(&p);
}

static void a_row_that_was_changed_since_the_preview_stops_the_import(void **world)
{
    const char *run;

    PLACE(p, world);
    imported(&p, "number,size\nT-1,1\n");
    run = judged(&p, "number,size\nT-2,2\nT-1,2\n");
    imported(&p, "number,size\nT-1,9\n");
    act(&p, run, "impor");
    drain(&p);
    assert_true(has(page(&p, run), "sudah diubah orang lain"));
    assert_null(thing(&p, "T-2"));
    assert_int_equal(thing(&p, "T-1")->size, 9);
    place_close(&p);
}

/* ---- undo ---- */

static void an_import_is_taken_back_whole(void **world)
{
    const char *run, *answer;

    PLACE(p, world);
    imported(&p, "number,size,about\nT-1,1,satu\n");
    run = judged(&p, "number,size,about\nT-1,2,\nT-2,2,dua\n");
    act(&p, run, "impor");
    drain(&p);
    assert_true(has(page(&p, run), "Batalkan impor 2 baris"));
    act(&p, run, "urungkan");
    drain(&p);
    assert_true(has(page(&p, run), "Impor ini sudah dibatalkan"));
    assert_int_equal(thing(&p, "T-1")->size, 1);
    assert_string_equal(thing(&p, "T-1")->about, "satu");
    assert_int_equal(thing(&p, "T-1")->head.rev, 3);
    assert_int_not_equal(thing(&p, "T-2")->head.voided_at.v, INSTANT_NONE.v);
    answer = page(&p, text_printf(&p.s.a, HOME "/%lld", (long long)thing(&p, "T-1")->head.id));
    assert_true(has(answer, "Impor dibatalkan"));
    assert_int_equal(site_status(site_post(&p.s, "rina", run, "tindakan=urungkan")), 409);
    place_close(&p);
}

static void what_was_changed_since_stands_in_the_way_of_an_undo(void **world)
{
    const char *run, *answer;

    PLACE(p, world);
    run = judged(&p, "number,size\nT-1,1\nT-2,2\n");
    act(&p, run, "impor");
    drain(&p);
    imported(&p, "number,size\nT-2,3\n");
    answer = page(&p, run);
    assert_true(has(answer, "tidak dapat dibatalkan"));
    assert_true(has(answer, ">T-2<"));
    assert_false(has(answer, ">T-1<"));
    assert_int_equal(site_status(site_post(&p.s, "rina", run, "tindakan=urungkan")), 409);
    drain(&p);
    assert_int_equal(number(&p, &count_things), 2);
    place_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_long_file_goes_on_behind_its_last_slice),
        TEST_ON_BOTH(a_late_slice_that_fails_takes_the_early_ones_back),
        TEST_ON_BOTH(a_cancelled_import_leaves_nothing_and_its_undoing_cannot_be_cancelled),
        TEST_ON_BOTH(a_row_that_was_changed_since_the_preview_stops_the_import),
        TEST_ON_BOTH(an_import_is_taken_back_whole),
        TEST_ON_BOTH(what_was_changed_since_stands_in_the_way_of_an_undo),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
