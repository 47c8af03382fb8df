/*
 * digest_test.c: the mail of the morning: one a day, nothing when there is nothing, whole after the mail server was away; on
 * both databases.
 */
#include "core/notice/digest.h"
#include "core/notice/test_notice.h"

#include "core/mail/test_smtp.h"

#define HOUR (INT64_C(3600) * 1000)
#define DAY  (24 * HOUR)

static struct smtp_server mails; /* too large for a stack */

struct address {
    struct app_user user;
    bool confirmed;
};

static int address_run(struct tx *tx, void *arg)
{
    const struct address *x = arg;
    struct app_user after = x->user;
    struct record head;

    after.email = text_printf(tx->arena, "%s@kota.example", after.login);
    after.email_at = x->confirmed ? tx->now : INSTANT_NONE;
    return row_update(tx, &app_user_entity, &x->user, &after, &head);
}

static void address(struct door_test *d, const struct door_person *p, bool confirmed)
{
    struct address x = {.confirmed = confirmed};

    assert_int_equal(row_get(d->c.t.owner, &d->c.a, &app_user_entity, 0, id_of(p), &x.user), 1);
    assert_int_equal(writer_do(d->c.writer, address_run, &x), 0);
}

/* One of the counter has an address that counts. */
static void set_up(struct door_test *d, struct world *w)
{
    smtp_server_start(&mails);
    d->c.app.mail = &mails.conf;
    d->c.app.zone_minutes = 420;
    people(d, w);
    address(d, &w->other, true);
}

static void finish(struct door_test *d)
{
    smtp_server_stop(&mails);
    door_close(d);
}

/* The clock of the process, before a city is opened. */
static void at(int day, int minute)
{
    os_clock_allow_test();
    assert_int_equal(os_clock_test_set(instant_at(date_of(2026, 9, day), minute, 420)), 0);
}

static void morning(struct door_test *d)
{
    assert_int_equal(digest_round(&d->c.app, os_now()), 0);
    assert_int_equal(runner_drain(&d->c.app), 0);
}

static int64_t waiting(struct door_test *d)
{
    return counted(&d->c, "SELECT COUNT(*) FROM outbox WHERE due_at IS NOT NULL");
}

static int64_t given_up(struct door_test *d)
{
    return counted(&d->c, "SELECT COUNT(*) FROM outbox WHERE given_up_at IS NOT NULL");
}

/* A case that is due for `other` on the ninth: filed on Monday the seventh, with two days for the stage. */
static void file_case(struct world *w, const char *number)
{
    struct sample_case row = begin(w, number);

    assert_int_equal(step(&w->d->c, &row, "file", id_of(&w->front)), 0);
    round_of(w->d);
}

static void there_is_one_mail_a_day_and_it_names_what_is_due(void **world)
{
    const char *body;
    struct world w;

    at(7, 8 * 60);
    DOOR(d, world);
    set_up(&d, &w);
    file_case(&w, "503/0001");
    at(8, 5 * 60);
    morning(&d);
    assert_int_equal(mails.n, 0); /* not before the hour */
    at(8, 6 * 60 + 5);
    morning(&d);
    morning(&d);
    at(8, 18 * 60);
    morning(&d);
    assert_int_equal(mails.n, 1);
    assert_string_equal(mails.to[0], "loket2@kota.example");
    body = smtp_body(&mails, &d.c.a, 0);
    assert_non_null(strstr(body, "Minggu ini (1)"));
    assert_non_null(strstr(body, "jatuh tempo 9 September 2026"));
    assert_non_null(strstr(body, "https://kota.example/kerja/kota-contoh/kasus/"));
    assert_non_null(strstr(body, "Giliran saya: 1"));
    assert_null(strstr(body, "503/0001")); /* nothing of the business */
    assert_int_equal(waiting(&d), 0);
    finish(&d);
}

static void who_has_nothing_to_do_gets_no_mail(void **world)
{
    struct world w;

    at(8, 7 * 60);
    DOOR(d, world);
    set_up(&d, &w);
    morning(&d);
    assert_int_equal(mails.n, 0);
    assert_int_equal(waiting(&d) + given_up(&d), 0);
    assert_int_equal(counted(&d.c, "SELECT COUNT(*) FROM outbox WHERE effect_key LIKE 'digest/%' AND done_at IS NOT NULL"), 1);
    finish(&d);
}

static void an_address_that_is_not_confirmed_gets_none(void **world)
{
    struct world w;

    at(7, 8 * 60);
    DOOR(d, world);
    set_up(&d, &w);
    address(&d, &w.other, false);
    file_case(&w, "503/0001");
    at(8, 7 * 60);
    morning(&d);
    assert_int_equal(counted(&d.c, "SELECT COUNT(*) FROM digest_run"), 1);
    assert_int_equal(counted(&d.c, "SELECT COUNT(*) FROM outbox WHERE kind = 'mail'"), 0);
    finish(&d);
}

static void who_chose_no_digest_gets_none(void **world)
{
    struct world w;
    struct browser b;

    at(7, 8 * 60);
    DOOR(d, world);
    set_up(&d, &w);
    b = (struct browser){.d = &d};
    browser_login(&b, &w.other);
    assert_int_equal(browser_get(&b, "/akun/pemberitahuan/pilihan"), 200);
    assert_int_equal(
        browser_post(&b, "/akun/pemberitahuan/pilihan",
                     "turn-app=1&turn-mail=none&soon-mail=none&late-mail=once&comment-mail=none&decision-mail=none"),
        303);
    file_case(&w, "503/0001");
    at(8, 7 * 60);
    morning(&d);
    assert_int_equal(mails.n, 0);
    finish(&d);
}

static void a_mail_server_that_is_away_for_a_day_loses_and_doubles_nothing(void **world)
{
    const char *body;
    struct world w;
    int hour;

    at(7, 8 * 60);
    DOOR(d, world);
    set_up(&d, &w);
    file_case(&w, "503/0001");
    mails.refuse = 451; /* later */
    at(8, 6 * 60 + 5);
    morning(&d);
    for (hour = 7; hour < 24; hour++) { /* tried again and again */
        at(8, hour * 60);
        morning(&d);
    }
    assert_int_equal(mails.n, 0);
    assert_int_equal(waiting(&d), 1);
    file_case(&w, "503/0002");
    at(9, 5 * 60 + 30);
    morning(&d);
    mails.refuse = 0;
    for (hour = 6; hour < 24; hour++) {
        at(9, hour * 60 + 5);
        morning(&d);
    }
    assert_int_equal(mails.n, 1); /* that of yesterday was replaced */
    body = smtp_body(&mails, &d.c.a, 0);
    assert_non_null(strstr(body, "Giliran saya: 2"));
    assert_non_null(strstr(body, "Jatuh tempo hari ini (1)"));
    assert_int_equal(waiting(&d) + given_up(&d), 0);
    finish(&d);
}

static void what_was_told_yesterday_is_not_told_again(void **world)
{
    struct world w;

    at(7, 8 * 60);
    DOOR(d, world);
    set_up(&d, &w);
    file_case(&w, "503/0001");
    at(8, 6 * 60 + 5);
    morning(&d);
    at(9, 6 * 60 + 5);
    morning(&d);
    assert_int_equal(mails.n, 2);
    assert_non_null(strstr(smtp_body(&mails, &d.c.a, 0), "Giliran saya: 1"));
    assert_null(strstr(smtp_body(&mails, &d.c.a, 1), "Giliran saya"));
    assert_non_null(strstr(smtp_body(&mails, &d.c.a, 1), "Jatuh tempo hari ini (1)"));
    finish(&d);
}

static void the_morning_is_that_of_the_government(void **world)
{
    const struct government east = {.head = {.id = CITY_GOV + 1},
                                    .kind = {"city"},
                                    .code = "91.71",
                                    .slug = "kota-timur",
                                    .name = "Kota Timur",
                                    .zone = 540,
                                    .valid_from = DATE_NONE,
                                    .valid_to = DATE_NONE};
    struct world w;

    at(8, 4 * 60 + 30); /* half past six in the east */
    DOOR(d, world);
    set_up(&d, &w);
    door_insert(&d, &government_entity, &east);
    morning(&d);
    assert_int_equal(counted(&d.c, "SELECT COUNT(*) FROM digest_run WHERE zone = 540"), 1);
    assert_int_equal(counted(&d.c, "SELECT COUNT(*) FROM digest_run WHERE zone = 420"), 0);
    finish(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(there_is_one_mail_a_day_and_it_names_what_is_due),
        TEST_ON_BOTH(who_has_nothing_to_do_gets_no_mail),
        TEST_ON_BOTH(an_address_that_is_not_confirmed_gets_none),
        TEST_ON_BOTH(who_chose_no_digest_gets_none),
        TEST_ON_BOTH(a_mail_server_that_is_away_for_a_day_loses_and_doubles_nothing),
        TEST_ON_BOTH(what_was_told_yesterday_is_not_told_again),
        TEST_ON_BOTH(the_morning_is_that_of_the_government),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
