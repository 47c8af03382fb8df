/*
 * notice_test.c: who hears of what, once; what the page says; choices; on both databases.
 */
#include "core/notice/test_notice.h"

#define PAGE "/akun/pemberitahuan"

/* Notices of a kind that the person has, unread ones only. */
static int64_t told(struct door_test *d, const struct door_person *p, enum notice_kind kind)
{
    struct notice *v;
    int64_t count = 0;
    size_t n, i;

    assert_int_equal(notices_read(d->c.t.owner, &d->c.a, id_of(p), 0, 100, &v, &n), 0);
    for (i = 0; i < n; i++)
        count += v[i].kind == kind && v[i].unread;
    return count;
}

static void whose_turn_it_is_hears_of_it_once(void **world)
{
    struct world w;

    DOOR(d, world);
    people(&d, &w);
    (void)begin(&w, "503/0001");
    round_of(&d);
    round_of(&d);
    assert_int_equal(told(&d, &w.other, NOTICE_TURN), 1);
    assert_int_equal(told(&d, &w.front, NOTICE_TURN), 0); /* did it */
    assert_int_equal(told(&d, &w.back, NOTICE_TURN), 0);  /* has no step yet */
    door_close(&d);
}

static void a_step_overtakes_the_turn_and_is_told_to_who_worked_on_it(void **world)
{
    struct sample_case row;
    struct world w;

    DOOR(d, world);
    people(&d, &w);
    row = begin(&w, "503/0001");
    round_of(&d);
    assert_int_equal(step(&d.c, &row, "file", id_of(&w.other)), 0);
    round_of(&d);
    assert_int_equal(told(&d, &w.other, NOTICE_TURN), 0); /* nothing is asked any more */
    assert_int_equal(told(&d, &w.back, NOTICE_TURN), 1);
    assert_int_equal(told(&d, &w.front, NOTICE_TURN) + told(&d, &w.front, NOTICE_DECISION), 1);
    door_close(&d);
}

static void several_steps_before_a_round_tell_the_last_turn_only(void **world)
{
    struct sample_case row;
    struct world w;

    DOOR(d, world);
    people(&d, &w);
    row = begin(&w, "503/0001");
    assert_int_equal(step(&d.c, &row, "file", id_of(&w.other)), 0);
    assert_int_equal(step(&d.c, &row, "check", id_of(&w.back)), 0);
    round_of(&d);
    assert_int_equal(told(&d, &w.back, NOTICE_TURN), 0);
    assert_int_equal(told(&d, &w.front, NOTICE_DECISION), 1);
    door_close(&d);
}

static void many_that_are_made_at_once_are_not_told_one_by_one(void **world)
{
    struct world w;
    int i;

    DOOR(d, world);
    people(&d, &w);
    for (i = 0; i < 12; i++)
        (void)begin(&w, text_printf(&d.c.a, "503/%04d", i));
    round_of(&d);
    assert_int_equal(told(&d, &w.other, NOTICE_TURN), 5);
    door_close(&d);
}

static int comment_run(struct tx *tx, void *arg)
{
    const struct sample_case *row = arg;
    struct actor_mark mark = {.role = "back_office", .user = row->owner.v};
    const struct cause c = {
        .gov = CITY_GOV, .record = row->head.id, .entity = "sample_case", .what = CAUSE_COMMENT, .due = DATE_NONE};

    tx->actor = &mark;
    return cause_add(tx, &c);
}

static void a_comment_is_told_to_who_worked_on_the_record(void **world)
{
    struct sample_case row;
    struct world w;

    DOOR(d, world);
    people(&d, &w);
    row = begin(&w, "503/0001");
    round_of(&d);
    row.owner.v = id_of(&w.back); /* who writes */
    assert_int_equal(writer_do(d.c.writer, comment_run, &row), 0);
    round_of(&d);
    assert_int_equal(told(&d, &w.front, NOTICE_COMMENT), 1);
    assert_int_equal(told(&d, &w.back, NOTICE_COMMENT), 0);
    assert_int_equal(told(&d, &w.other, NOTICE_COMMENT), 0);
    door_close(&d);
}

static void the_page_names_the_record_and_the_head_counts(void **world)
{
    struct sample_case row;
    struct notice *v;
    struct world w;
    struct browser b;
    size_t n;

    DOOR(d, world);
    people(&d, &w);
    row = begin(&w, "503/0001");
    round_of(&d);
    b = (struct browser){.d = &d};
    browser_login(&b, &w.other);
    assert_int_equal(browser_get(&b, PAGE), 200);
    assert_non_null(strstr(b.body, "503/0001"));
    assert_non_null(strstr(b.body, text_printf(&d.c.a, "/kerja/kota-contoh/kasus/%lld", (long long)row.head.id)));
    assert_non_null(strstr(b.body, "Giliran Anda"));
    assert_non_null(strstr(b.body, "1 belum dibaca"));
    assert_non_null(strstr(b.body, "<a class=\"btn plain unread only-wide\" href=\"" PAGE "\">"));
    assert_null(strstr(b.body, "Siti Aminah"));
    assert_int_equal(notices_read(d.c.t.owner, &d.c.a, id_of(&w.other), 0, 1, &v, &n), 0);
    assert_int_equal(browser_post(&b, text_printf(&d.c.a, PAGE "/%lld/dibaca", (long long)v[0].cause.id), ""), 303);
    assert_int_equal(browser_get(&b, PAGE), 200);
    assert_non_null(strstr(b.body, "Semua sudah dibaca"));
    assert_null(strstr(b.body, "<a class=\"btn plain unread only-wide\" href=\"" PAGE "\">"));
    door_close(&d);
}

static void nobody_marks_the_notices_of_another(void **world)
{
    struct notice *v;
    struct world w;
    struct browser b;
    size_t n;

    DOOR(d, world);
    people(&d, &w);
    (void)begin(&w, "503/0001");
    round_of(&d);
    assert_int_equal(notices_read(d.c.t.owner, &d.c.a, id_of(&w.other), 0, 10, &v, &n), 0);
    b = (struct browser){.d = &d};
    browser_login(&b, &w.back);
    assert_int_equal(browser_get(&b, PAGE), 200);
    assert_null(strstr(b.body, "503/0001"));
    assert_int_equal(browser_post(&b, text_printf(&d.c.a, PAGE "/%lld/dibaca", (long long)v[0].cause.id), ""), 303);
    assert_int_equal(browser_post(&b, PAGE "/dibaca", text_printf(&d.c.a, "sampai=%lld", (long long)v[0].cause.id)), 303);
    assert_int_equal(told(&d, &w.other, NOTICE_TURN), 1);
    door_close(&d);
}

static int end_roles(struct tx *tx, void *arg)
{
    static const struct query q = {
        .name = "test.end", .sql = "UPDATE role_grant SET role = 'hr_officer' WHERE holder = ?1", .in = "i", .out = ""};

    return db_send(tx->db, &q, V(*(int64_t *)arg));
}

static void what_somebody_may_not_see_any_more_is_not_named(void **world)
{
    struct world w;
    struct browser b;
    int64_t id;

    DOOR(d, world);
    people(&d, &w);
    (void)begin(&w, "503/0001");
    round_of(&d);
    id = id_of(&w.other);
    assert_int_equal(writer_do(d.c.writer, end_roles, &id), 0);
    b = (struct browser){.d = &d};
    browser_login(&b, &w.other);
    assert_int_equal(browser_get(&b, PAGE), 200);
    assert_null(strstr(b.body, "503/0001"));
    assert_non_null(strstr(b.body, "Catatan yang tidak dapat Anda buka"));
    door_close(&d);
}

#define ALL_OFF "turn-mail=none&soon-mail=none&late-mail=none&comment-mail=none&decision-mail=none"

static void a_kind_that_was_turned_off_is_not_told(void **world)
{
    struct world w;
    struct browser b;

    DOOR(d, world);
    people(&d, &w);
    b = (struct browser){.d = &d};
    browser_login(&b, &w.other);
    assert_int_equal(browser_get(&b, PAGE "/pilihan"), 200);
    assert_int_equal(browser_post(&b, PAGE "/pilihan", ALL_OFF), 303);
    (void)begin(&w, "503/0001");
    round_of(&d);
    assert_int_equal(told(&d, &w.other, NOTICE_TURN), 0);
    assert_int_equal(browser_post(&b, PAGE "/pilihan", "turn-mail=now"), 400);
    door_close(&d);
}

static void a_kind_by_mail_at_once_goes_into_the_outbox_once(void **world)
{
    struct world w;
    struct browser b;

    DOOR(d, world);
    people(&d, &w);
    b = (struct browser){.d = &d};
    browser_login(&b, &w.other);
    assert_int_equal(browser_get(&b, PAGE "/pilihan"), 200);
    assert_int_equal(
        browser_post(&b, PAGE "/pilihan", "turn-mail=once&soon-mail=none&late-mail=none&comment-mail=none&decision-mail=none"),
        303);
    (void)begin(&w, "503/0001");
    round_of(&d);
    assert_int_equal(told(&d, &w.other, NOTICE_TURN), 0);
    assert_int_equal(counted(&d.c, "SELECT COUNT(*) FROM outbox WHERE kind = 'mail' AND args LIKE '%notice-turn%'"), 1);
    assert_int_equal(counted(&d.c, "SELECT COUNT(*) FROM outbox WHERE args LIKE '%503/0001%'"),
                     0); /* nothing of the business */
    door_close(&d);
}

static int account_run(struct tx *tx, void *arg)
{
    const int64_t user = *(int64_t *)arg;
    const struct cause c = {
        .record = user, .entity = "app_user", .what = CAUSE_ACCOUNT, .word = "password", .person = user, .due = DATE_NONE};

    return cause_add(tx, &c);
}

static void security_of_the_account_is_always_told(void **world)
{
    struct world w;
    struct browser b;
    int64_t user;

    DOOR(d, world);
    people(&d, &w);
    b = (struct browser){.d = &d};
    browser_login(&b, &w.other);
    assert_int_equal(browser_get(&b, PAGE "/pilihan"), 200);
    assert_int_equal(browser_post(&b, PAGE "/pilihan", ALL_OFF), 303);
    user = id_of(&w.other);
    assert_int_equal(writer_do(d.c.writer, account_run, &user), 0);
    round_of(&d);
    assert_int_equal(told(&d, &w.other, NOTICE_SECURITY), 1);
    assert_int_equal(browser_get(&b, PAGE), 200);
    assert_non_null(strstr(b.body, "Kata sandi diganti"));
    door_close(&d);
}

static int forget_run(struct tx *tx, void *arg)
{
    (void)arg;
    return job_start_once(tx, "notice-forget", 0);
}

static void old_ones_are_forgotten(void **world)
{
    struct world w;

    DOOR(d, world);
    people(&d, &w);
    (void)begin(&w, "503/0001");
    round_of(&d);
    assert_int_equal(writer_do(d.c.writer, forget_run, NULL), 0);
    assert_int_equal(runner_drain(&d.c.app), 0);
    assert_int_equal(counted(&d.c, "SELECT COUNT(*) FROM notice"), 1);
    door_wait(&d, INT64_C(91) * 86400000);
    assert_int_equal(writer_do(d.c.writer, forget_run, NULL), 0);
    assert_int_equal(runner_drain(&d.c.app), 0);
    assert_int_equal(counted(&d.c, "SELECT COUNT(*) FROM notice"), 0);
    door_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(whose_turn_it_is_hears_of_it_once),
        TEST_ON_BOTH(a_step_overtakes_the_turn_and_is_told_to_who_worked_on_it),
        TEST_ON_BOTH(several_steps_before_a_round_tell_the_last_turn_only),
        TEST_ON_BOTH(many_that_are_made_at_once_are_not_told_one_by_one),
        TEST_ON_BOTH(a_comment_is_told_to_who_worked_on_the_record),
        TEST_ON_BOTH(the_page_names_the_record_and_the_head_counts),
        TEST_ON_BOTH(nobody_marks_the_notices_of_another),
        TEST_ON_BOTH(what_somebody_may_not_see_any_more_is_not_named),
        TEST_ON_BOTH(a_kind_that_was_turned_off_is_not_told),
        TEST_ON_BOTH(a_kind_by_mail_at_once_goes_into_the_outbox_once),
        TEST_ON_BOTH(security_of_the_account_is_always_told),
        TEST_ON_BOTH(old_ones_are_forgotten),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
