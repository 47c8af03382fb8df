/*
 * recent_test.c: what a person opened last, only what may still be seen; on both databases.
 */
#include "core/notice/recent.h"
#include "core/notice/test_notice.h"

static const char *page_of(struct door_test *d, const struct sample_case *row)
{
    return text_printf(&d->c.a, "/kerja/kota-contoh/kasus/%lld", (long long)row->head.id);
}

static void opening_a_record_is_kept_and_reads_its_notices(void **world)
{
    struct sample_case row;
    struct browser b;
    struct world w;
    int64_t unread;

    DOOR(d, world);
    people(&d, &w);
    row = begin(&w, "503/0001");
    round_of(&d);
    b = (struct browser){.d = &d};
    browser_login(&b, &w.other);
    assert_int_equal(browser_get(&b, page_of(&d, &row)), 200);
    assert_int_equal(counted(&d.c, "SELECT COUNT(*) FROM recent"), 0); /* the page itself writes nothing */
    assert_int_equal(recent_store(&d.c.app), 1);
    assert_int_equal(counted(&d.c, "SELECT COUNT(*) FROM recent"), 1);
    assert_int_equal(notices_unread(d.c.t.owner, id_of(&w.other), &unread), 0);
    assert_int_equal(unread, 0);
    assert_int_equal(recent_store(&d.c.app), 0);
    door_close(&d);
}

static void ten_are_kept_the_newest_first(void **world)
{
    struct sample_case row;
    struct browser b;
    struct world w;
    int i;

    DOOR(d, world);
    people(&d, &w);
    b = (struct browser){.d = &d};
    browser_login(&b, &w.other);
    for (i = 0; i < 12; i++) {
        row = begin(&w, text_printf(&d.c.a, "503/%04d", i));
        door_wait(&d, 1000);
        assert_int_equal(browser_get(&b, page_of(&d, &row)), 200);
        assert_int_equal(recent_store(&d.c.app), 1);
    }
    assert_int_equal(counted(&d.c, "SELECT COUNT(*) FROM recent"), RECENT_MAX);
    assert_int_equal(browser_get(&b, "/kerja/kota-contoh/cari"), 200);
    assert_non_null(strstr(b.body, "503/0011"));
    assert_null(strstr(b.body, "503/0001"));
    assert_true(strstr(b.body, "503/0011") < strstr(b.body, "503/0002"));
    door_close(&d);
}

static int end_role(struct tx *tx, void *arg)
{
    static const struct query q = {
        .name = "test.end", .sql = "UPDATE role_grant SET role = 'hr_officer' WHERE holder = ?1", .in = "i", .out = ""};

    return db_send(tx->db, &q, V(*(int64_t *)arg));
}

static void what_may_not_be_seen_any_more_is_left_out_and_the_list_can_be_cleared(void **world)
{
    struct sample_case row;
    struct browser b;
    struct world w;
    int64_t user;

    DOOR(d, world);
    people(&d, &w);
    row = begin(&w, "503/0001");
    b = (struct browser){.d = &d};
    browser_login(&b, &w.other);
    assert_int_equal(browser_get(&b, page_of(&d, &row)), 200);
    assert_int_equal(recent_store(&d.c.app), 1);
    user = id_of(&w.other);
    assert_int_equal(writer_do(d.c.writer, end_role, &user), 0);
    sessions_forget_user(core_of(&d.c.app)->sessions, user);
    assert_int_equal(browser_get(&b, "/kerja/kota-contoh/cari"), 200);
    assert_null(strstr(b.body, "503/0001"));
    assert_int_equal(browser_get(&b, "/akun/pemberitahuan/pilihan"), 200);
    assert_int_equal(browser_post(&b, "/kerja/kota-contoh/terakhir/hapus", ""), 303);
    assert_int_equal(counted(&d.c, "SELECT COUNT(*) FROM recent"), 0);
    door_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(opening_a_record_is_kept_and_reads_its_notices),
        TEST_ON_BOTH(ten_are_kept_the_newest_first),
        TEST_ON_BOTH(what_may_not_be_seen_any_more_is_left_out_and_the_list_can_be_cleared),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
