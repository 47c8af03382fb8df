/*
 * forgotten_test.c: a password that is made anew by mail, an address that is confirmed, and what is told of; over HTTP and
 * SMTP, on both databases.
 */
#include <arpa/inet.h>
#include <netinet/in.h>

#include "core/mail/mail.h"
#define DOOR_MODULES &core_module, &mail_module
#include "core/user/test_door.h"

#include "core/mail/test_smtp.h"
#include "engine/job.h"

#define MINUTE INT64_C(60000)
#define FRESH  "kopi-hangat-senja-biru"

/* clang-format off */
static const struct query q_waiting = {.name = "test.waiting", .sql = "SELECT COUNT(*) FROM outbox WHERE due_at IS NOT NULL", .in = "", .out = "i"};
static const struct query q_given_up = {.name = "test.given-up", .sql = "SELECT COUNT(*) FROM outbox WHERE given_up_at IS NOT NULL", .in = "", .out = "i"};
static const struct query q_steps = {.name = "test.steps", .sql = "SELECT COUNT(*) FROM history WHERE step = 'password' AND role = 'login'", .in = "", .out = "i"};
static const struct query q_all_args = {.name = "test.args", .sql = "SELECT args FROM outbox ORDER BY id", .in = "", .out = "t"};
/* clang-format on */

/* The tests' own: too large for a stack. */
static struct smtp_server mails;

static int64_t count(struct door_test *d, const struct query *q)
{
    AUTO_ROWS struct rows rows;

    assert_int_equal(db_select(&rows, d->c.t.owner, q), 0);
    assert_int_equal(rows_next(&rows), 1);
    return rows_int(&rows, 0);
}

static int address_run(struct tx *tx, void *arg)
{
    struct app_user after = *(struct app_user *)arg;
    struct record head;
    int e;

    after.email = text_printf(tx->arena, "%s@kota.example", after.login);
    after.email_at = tx->now;
    e = row_update(tx, &app_user_entity, arg, &after, &head);
    if (e == 0) {
        after.head = head;
        *(struct app_user *)arg = after;
    }
    return e;
}

/* A mail server, and a person with an address that counts. */
static void begin(struct door_test *d, struct door_person *p, struct browser *b)
{
    smtp_server_start(&mails);
    d->c.app.mail = &mails.conf;
    *b = (struct browser){.d = d};
    door_make(d, p, "rina", "planner");
    assert_int_equal(row_get(d->c.t.owner, &d->c.a, &app_user_entity, 0, p->user.head.id, &p->user), 1);
    assert_int_equal(writer_do(d->c.writer, address_run, &p->user), 0);
}

static void finish(struct door_test *d)
{
    smtp_server_stop(&mails);
    door_close(d);
}

static const char *ask(struct door_test *d, struct browser *b, const char *login)
{
    assert_int_equal(browser_get(b, "/masuk/lupa"), 200);
    assert_int_equal(browser_post(b, "/masuk/lupa", text_printf(&d->c.a, "login=%s", login)), 200);
    return b->body;
}

/* From the question to the link. */
static const char *link_for(struct door_test *d, struct browser *b)
{
    int before = mails.n;

    (void)ask(d, b, "rina");
    assert_int_equal(runner_drain(&d->c.app), 0);
    assert_int_equal(mails.n, before + 1);
    return smtp_after(&mails, &d->c.a, before, "/masuk/baru?kunci=");
}

static int set(struct door_test *d, struct browser *b, const char *link, const char *password)
{
    return browser_post(b, "/masuk/baru", text_printf(&d->c.a, "kunci=%s&new=%s&again=%s", link, password, password));
}

static void a_forgotten_password_is_made_anew_by_mail(void **world)
{
    struct door_person rina;
    struct browser b, open, stranger;
    const char *link;

    DOOR(d, world);
    begin(&d, &rina, &b);
    open = stranger = b;
    browser_login(&open, &rina);
    link = link_for(&d, &b);
    assert_string_equal(mails.to[0], "rina@kota.example");
    assert_int_equal(browser_get(&b, text_printf(&d.c.a, "/masuk/baru?kunci=%s", link)), 200);
    assert_non_null(strstr(b.answer, "Referrer-Policy: no-referrer"));
    assert_int_equal(set(&d, &b, link, "rahasia"), 422);
    assert_int_equal(set(&d, &b, link, FRESH), 200);
    assert_null(b.cookie); /* it logs nobody in */
    assert_int_equal(browser_get(&open, "/akun"), 303);
    assert_int_equal(browser_post(&stranger, "/masuk", "login=rina&password=" DOOR_PASSWORD), 422);
    assert_int_equal(browser_post(&stranger, "/masuk", "login=rina&password=" FRESH), 303);
    assert_string_equal(stranger.location, "/masuk/kode"); /* the second factor stays */
    assert_int_equal(runner_drain(&d.c.app), 0);
    assert_int_equal(mails.n, 2);
    assert_non_null(strstr(smtp_body(&mails, &d.c.a, 1), "Kata sandi akun Anda baru saja diganti"));
    assert_int_equal(count(&d, &q_steps), 1);
    finish(&d);
}

static void a_link_works_once_and_for_half_an_hour(void **world)
{
    struct door_person rina;
    struct browser b;
    const char *first, *second;

    DOOR(d, world);
    begin(&d, &rina, &b);
    first = link_for(&d, &b);
    second = link_for(&d, &b);
    assert_int_equal(browser_get(&b, text_printf(&d.c.a, "/masuk/baru?kunci=%s", first)), 410); /* replaced */
    assert_int_equal(set(&d, &b, second, FRESH), 200);
    assert_int_equal(set(&d, &b, second, FRESH "-lagi"), 410);
    assert_int_equal(browser_get(&b, text_printf(&d.c.a, "/masuk/baru?kunci=%s", second)), 410);
    assert_int_equal(runner_drain(&d.c.app), 0); /* that the password was changed */
    first = link_for(&d, &b);
    door_wait(&d, 29 * MINUTE);
    assert_int_equal(browser_get(&b, text_printf(&d.c.a, "/masuk/baru?kunci=%s", first)), 200);
    door_wait(&d, 2 * MINUTE);
    assert_int_equal(browser_get(&b, text_printf(&d.c.a, "/masuk/baru?kunci=%s", first)), 410);
    assert_non_null(strstr(b.answer, "Referrer-Policy: no-referrer"));
    finish(&d);
}

/* Also one whose address is not confirmed, and one that is disabled, are nobody here. */
static void the_answer_does_not_tell_who_has_an_account(void **world)
{
    struct door_person rina;
    struct browser b;
    const char *known, *unknown;

    DOOR(d, world);
    begin(&d, &rina, &b);
    known = ask(&d, &b, "RINA@kota.example");
    unknown = ask(&d, &b, "siapa@kota.example");
    assert_int_equal(strlen(known), strlen(unknown));
    assert_int_equal(count(&d, &q_waiting), 2); /* the same work for both: a row */
    assert_int_equal(runner_drain(&d.c.app), 0);
    assert_int_equal(mails.n, 1);
    assert_int_equal(count(&d, &q_waiting), 0);
    finish(&d);
}

static void asking_has_limits_by_name_and_by_address(void **world)
{
    struct door_person rina;
    struct browser b;
    int i;

    DOOR(d, world);
    begin(&d, &rina, &b);
    for (i = 0; i < 3; i++)
        (void)ask(&d, &b, "rina");
    assert_int_equal(browser_post(&b, "/masuk/lupa", "login=Rina"), 429);
    assert_non_null(strstr(b.answer, "\r\nRetry-After: "));
    (void)ask(&d, &b, "budi"); /* the fifth of this address */
    assert_int_equal(browser_post(&b, "/masuk/lupa", "login=tono"), 429);
    finish(&d);
}

static void neither_outbox_nor_ledger_holds_a_link(void **world)
{
    struct door_person rina;
    struct browser b;
    const char *link;
    struct buf all;
    int e;

    DOOR(d, world);
    begin(&d, &rina, &b);
    mails.refuse = 450;
    (void)ask(&d, &b, "rina");
    assert_int_equal(runner_drain(&d.c.app), 0);
    assert_int_equal(mails.n, 0);
    buf_init(&all, &d.c.a, 1 * MB);
    {
        AUTO_ROWS struct rows rows;

        assert_int_equal(db_select(&rows, d.c.t.owner, &q_all_args), 0);
        while ((e = rows_next(&rows)) == 1)
            buf_add(&all, rows_text(&rows, &d.c.a, 0));
        assert_int_equal(e, 0);
    }
    assert_non_null(strstr(all.s, "\"secret\":\""));
    mails.refuse = 0;
    door_wait(&d, 2 * MINUTE);
    assert_int_equal(runner_drain(&d.c.app), 0);
    assert_int_equal(mails.n, 1);
    link = smtp_after(&mails, &d.c.a, 0, "/masuk/baru?kunci=");
    assert_null(strstr(all.s, link));
    assert_int_equal(city_leaves_with(&d.c, link), 0);
    finish(&d);
}

/* security.md: at most once for a receiver, whatever happens between sending and noting. */
static void a_second_attempt_has_the_same_message_id(void **world)
{
    struct door_person rina;
    struct browser b;
    const char *first;

    DOOR(d, world);
    begin(&d, &rina, &b);
    mails.sudden = true;
    (void)ask(&d, &b, "rina");
    assert_int_equal(runner_drain(&d.c.app), 0);
    assert_int_equal(mails.n, 1);
    mails.sudden = false;
    door_wait(&d, 2 * MINUTE);
    assert_int_equal(runner_drain(&d.c.app), 0);
    assert_int_equal(mails.n, 2);
    first = strstr(mails.text[0], "\r\nMessage-ID: <");
    assert_non_null(first);
    assert_non_null(strstr(mails.text[1], arena_text_n(&d.c.a, first, strcspn(first + 2, "\r") + 2)));
    assert_string_equal(smtp_after(&mails, &d.c.a, 0, "kunci="), smtp_after(&mails, &d.c.a, 1, "kunci="));
    door_wait(&d, 60 * MINUTE);
    assert_int_equal(runner_drain(&d.c.app), 0);
    assert_int_equal(mails.n, 2);
    finish(&d);
}

static void a_day_without_the_mail_server_loses_and_doubles_nothing(void **world)
{
    struct door_person rina;
    struct browser b;
    int i, before;

    DOOR(d, world);
    begin(&d, &rina, &b);
    assert_int_equal(set(&d, &b, link_for(&d, &b), FRESH), 200);
    before = mails.connections;
    mails.conf.url = "smtp://127.0.0.1:1"; /* nobody listens there */
    for (i = 0; i < 24; i++) {
        assert_int_equal(runner_drain(&d.c.app), 0);
        door_wait(&d, 60 * MINUTE);
    }
    assert_int_equal(count(&d, &q_waiting), 1);
    assert_int_equal(count(&d, &q_given_up), 0);
    mails.conf.url = mails.url;
    for (i = 0; i < 24; i++) {
        assert_int_equal(runner_drain(&d.c.app), 0);
        door_wait(&d, 60 * MINUTE);
    }
    assert_int_equal(mails.n, 2);
    assert_int_equal(mails.connections, before + 1);
    assert_int_equal(count(&d, &q_waiting), 0);
    finish(&d);
}

static void what_the_server_never_takes_is_given_up_and_so_is_what_is_too_late(void **world)
{
    struct door_person rina;
    struct browser b;

    DOOR(d, world);
    begin(&d, &rina, &b);
    mails.refuse = 550;
    (void)ask(&d, &b, "rina");
    assert_int_equal(runner_drain(&d.c.app), 0);
    assert_int_equal(count(&d, &q_given_up), 1);
    mails.refuse = 451;
    (void)ask(&d, &b, "rina");
    assert_int_equal(runner_drain(&d.c.app), 0);
    assert_int_equal(count(&d, &q_given_up), 1);
    mails.refuse = 0;
    door_wait(&d, 40 * MINUTE);
    assert_int_equal(runner_drain(&d.c.app), 0);
    assert_int_equal(mails.n, 0);
    assert_int_equal(count(&d, &q_given_up), 2);
    finish(&d);
}

static void without_a_mail_server_the_product_works_and_promises_nothing(void **world)
{
    struct door_person rina;
    struct browser b;

    DOOR(d, world);
    begin(&d, &rina, &b);
    d.c.app.mail = NULL;
    assert_int_equal(browser_get(&b, "/masuk"), 200);
    assert_null(strstr(b.body, "/masuk/lupa"));
    assert_int_equal(browser_post(&b, "/masuk/lupa", "login=rina"), 422);
    assert_int_equal(count(&d, &q_waiting), 0);
    browser_login(&b, &rina);
    assert_int_equal(browser_get(&b, "/akun"), 200);
    assert_int_equal(browser_get(&b, "/akun/surel"), 404);
    finish(&d);
}

static void mail_that_waits_for_its_setting_goes_out_later(void **world)
{
    struct door_person rina;
    struct browser b;

    DOOR(d, world);
    begin(&d, &rina, &b);
    assert_int_equal(set(&d, &b, link_for(&d, &b), FRESH), 200);
    d.c.app.mail = NULL;
    assert_int_equal(runner_drain(&d.c.app), 0);
    assert_int_equal(count(&d, &q_waiting), 1);
    d.c.app.mail = &mails.conf;
    door_wait(&d, 11 * MINUTE);
    assert_int_equal(runner_drain(&d.c.app), 0);
    assert_int_equal(mails.n, 2);
    finish(&d);
}

static void an_address_counts_once_it_was_confirmed(void **world)
{
    struct door_person rina;
    struct browser b, reader;
    const char *link;

    DOOR(d, world);
    begin(&d, &rina, &b);
    reader = b;
    browser_login(&b, &rina);
    assert_int_equal(browser_get(&b, "/akun"), 200);
    assert_non_null(strstr(b.body, "r•••@kota.example"));
    assert_null(strstr(b.body, "rina@kota.example"));
    assert_int_equal(browser_post(&b, "/akun/surel", "email=rina%0d%0aBcc:x@baru.example"), 422);
    assert_int_equal(browser_post(&b, "/akun/surel", "email=rina@baru.example"), 200);
    assert_int_equal(runner_drain(&d.c.app), 0);
    assert_int_equal(mails.n, 2);
    link = smtp_after(&mails, &d.c.a, strcmp(mails.to[0], "rina@baru.example") == 0 ? 0 : 1, "/akun/surel/sah?kunci=");
    (void)ask(&d, &reader, "rina");
    assert_int_equal(runner_drain(&d.c.app), 0);
    assert_string_equal(mails.to[2], "rina@kota.example");
    assert_int_equal(browser_get(&reader, text_printf(&d.c.a, "/akun/surel/sah?kunci=%s", link)), 200);
    assert_int_equal(browser_post(&reader, "/akun/surel/sah", text_printf(&d.c.a, "kunci=%s", link)), 200);
    assert_int_equal(browser_post(&reader, "/akun/surel/sah", text_printf(&d.c.a, "kunci=%s", link)), 410);
    (void)ask(&d, &reader, "rina@baru.example");
    assert_int_equal(runner_drain(&d.c.app), 0);
    assert_string_equal(mails.to[3], "rina@baru.example");
    finish(&d);
}

static void an_address_is_changed_with_a_fresh_second_factor_only(void **world)
{
    struct door_person rina;
    struct browser b;

    DOOR(d, world);
    begin(&d, &rina, &b);
    browser_login(&b, &rina);
    door_wait(&d, 6 * MINUTE);
    assert_int_equal(browser_get(&b, "/akun/surel"), 403);
    assert_int_equal(browser_post(&b, "/akun/surel", "email=rina@baru.example"), 403);
    assert_int_equal(runner_drain(&d.c.app), 0);
    assert_int_equal(mails.n, 0);
    finish(&d);
}

static void mails_speak_the_language_of_the_account(void **world)
{
    struct door_person rina;
    struct browser b;

    DOOR(d, world);
    begin(&d, &rina, &b);
    browser_login(&b, &rina);
    assert_int_equal(browser_get(&b, "/akun"), 200);
    assert_int_equal(browser_post(&b, "/akun/bahasa", "language=xx"), 422);
    assert_int_equal(browser_post(&b, "/akun/bahasa", "language=en"), 303);
    (void)ask(&d, &b, "rina");
    assert_int_equal(runner_drain(&d.c.app), 0);
    assert_non_null(strstr(smtp_body(&mails, &d.c.a, 0), "Dear Contoh rina"));
    finish(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_forgotten_password_is_made_anew_by_mail),
        TEST_ON_BOTH(a_link_works_once_and_for_half_an_hour),
        TEST_ON_BOTH(the_answer_does_not_tell_who_has_an_account),
        TEST_ON_BOTH(asking_has_limits_by_name_and_by_address),
        TEST_ON_BOTH(neither_outbox_nor_ledger_holds_a_link),
        TEST_ON_BOTH(a_second_attempt_has_the_same_message_id),
        TEST_ON_BOTH(a_day_without_the_mail_server_loses_and_doubles_nothing),
        TEST_ON_BOTH(what_the_server_never_takes_is_given_up_and_so_is_what_is_too_late),
        TEST_ON_BOTH(without_a_mail_server_the_product_works_and_promises_nothing),
        TEST_ON_BOTH(mail_that_waits_for_its_setting_goes_out_later),
        TEST_ON_BOTH(an_address_counts_once_it_was_confirmed),
        TEST_ON_BOTH(an_address_is_changed_with_a_fresh_second_factor_only),
        TEST_ON_BOTH(mails_speak_the_language_of_the_account),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
