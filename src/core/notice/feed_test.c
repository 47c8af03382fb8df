/*
 * feed_test.c: the calendar as strict readers take it, and its secret address; on both databases.
 */
#include "core/notice/ical.h"
#include "core/notice/test_notice.h"

#define HERE "/akun/kalender"

/* ---- a strict reader of RFC 5545: folding, line ends, nesting, what each event must have once ---- */

struct read {
    int events;
    char summary[400], uid[200], start[40];
};

static const char *const once[] = {"UID:", "DTSTAMP:", "DTSTART;VALUE=DATE:", "DTEND;VALUE=DATE:", "SUMMARY:", "URL:"};

static void take_line(struct read *x, const char *line, int *depth, int seen[ARRAY_LEN(once)])
{
    size_t i;

    if (strcmp(line, "BEGIN:VCALENDAR") == 0 || strcmp(line, "BEGIN:VEVENT") == 0) {
        assert_int_equal(*depth, strcmp(line, "BEGIN:VEVENT") == 0);
        (*depth)++;
        memset(seen, 0, ARRAY_LEN(once) * sizeof *seen);
        return;
    }
    if (strcmp(line, "END:VEVENT") == 0) {
        assert_int_equal((*depth)--, 2);
        for (i = 0; i < ARRAY_LEN(once); i++)
            assert_int_equal(seen[i], 1);
        x->events++;
        return;
    }
    if (strcmp(line, "END:VCALENDAR") == 0) {
        assert_int_equal((*depth)--, 1);
        return;
    }
    assert_true(*depth > 0);
    assert_non_null(strchr(line, ':'));
    for (i = 0; i < ARRAY_LEN(once); i++)
        seen[i] += strncmp(line, once[i], strlen(once[i])) == 0;
    if (strncmp(line, "SUMMARY:", 8) == 0)
        (void)snprintf(x->summary, sizeof x->summary, "%s", line + 8);
    if (strncmp(line, "UID:", 4) == 0)
        (void)snprintf(x->uid, sizeof x->uid, "%s", line + 4);
    if (strncmp(line, "DTSTART;VALUE=DATE:", 19) == 0)
        (void)snprintf(x->start, sizeof x->start, "%s", line + 19);
}

static void read_strictly(const char *text, struct read *ret)
{
    char line[4000] = "";
    int depth = 0, seen[ARRAY_LEN(once)] = {0};

    *ret = (struct read){0};
    while (*text != '\0') {
        const char *end = strstr(text, "\r\n");
        size_t n;

        assert_non_null(end);
        n = (size_t)(end - text);
        assert_true(n <= 75);
        assert_null(memchr(text, '\n', n));
        assert_null(memchr(text, '\r', n));
        assert_int_not_equal((unsigned char)text[0] & 0xc0, 0x80); /* no character is cut */
        if (text[0] == ' ') {
            assert_int_not_equal((unsigned char)text[1] & 0xc0, 0x80);
            (void)strncat(line, text + 1, n - 1);
        } else {
            if (line[0] != '\0')
                take_line(ret, line, &depth, seen);
            (void)snprintf(line, sizeof line, "%.*s", (int)n, text);
        }
        text = end + 2;
    }
    take_line(ret, line, &depth, seen);
    assert_int_equal(depth, 0);
}

static void long_titles_are_folded_and_signs_escaped(void **world)
{
    struct read x;
    struct buf out;
    const struct ical_event e = {.uid = "1-2@kota.example",
                                 .day = date_of(2026, 12, 31),
                                 .stamp = {INT64_C(1767225600000)},
                                 .title = "Periksa; berkas, \\ dengan \xe2\x80\x9cpetik\xe2\x80\x9d\r\ndan baris baru "
                                          "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
                                          "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9 "
                                          "yang panjang sekali sampai dilipat dua kali",
                                 .url =
                                     "https://kota.example/kerja/kota-contoh/contoh/1234567890123456789/halaman-yang-panjang"};

    buf_init(&out, unit_arena(world), 64 * KB);
    ical_begin(&out, "Terang");
    ical_event(&out, &e);
    ical_end(&out);
    read_strictly(out.s, &x);
    assert_int_equal(x.events, 1);
    assert_string_equal(x.start, "20261231");
    assert_non_null(strstr(out.s, "DTEND;VALUE=DATE:20270101\r\n"));
    assert_non_null(strstr(out.s, "DTSTAMP:20260101T000000Z\r\n"));
    assert_int_equal(strncmp(x.summary, "Periksa\\; berkas\\, \\\\ dengan", 27), 0);
    assert_non_null(strstr(x.summary, "\\ndan baris baru"));
}

/* ---- the address ---- */

static const char *address(struct door_test *d, struct browser *b)
{
    assert_int_equal(browser_get(b, HERE), 200);
    assert_int_equal(browser_post(b, HERE, ""), 200);
    return text_printf(&d->site.a, "/kal/%s", browser_between(b, "<code>https://kota.example/kal/", "</code>"));
}

static void set_up(struct door_test *d, struct world *w, struct browser *b)
{
    struct sample_case row;

    people(d, w);
    row = begin(w, "503/0001");
    assert_int_equal(step(&d->c, &row, "file", id_of(&w->front)), 0);
    *b = (struct browser){.d = d};
    browser_login(b, &w->other);
    assert_int_equal(browser_get(b, "/akun/pastikan"), 200);
    door_wait(d, 31000); /* a code of its own */
    assert_int_equal(browser_post(b, "/akun/pastikan", text_printf(&d->c.a, "code=%s", door_code(d, &w->other.totp))), 303);
}

static void a_program_reads_the_due_dates_without_login(void **world)
{
    struct browser b, program;
    struct world w;
    struct read x;
    const char *path;

    DOOR(d, world);
    set_up(&d, &w, &b);
    path = address(&d, &b);
    program = (struct browser){.d = &d};
    assert_int_equal(browser_get(&program, path), 200);
    assert_non_null(strstr(program.answer, "Content-Type: text/calendar; charset=utf-8"));
    assert_non_null(strstr(program.answer, "Referrer-Policy: no-referrer"));
    read_strictly(program.body, &x);
    assert_int_equal(x.events, 1);
    assert_non_null(strstr(x.summary, "503/0001"));
    assert_non_null(strstr(x.uid, "@kota.example"));
    assert_null(strstr(program.body, "Siti Aminah"));
    door_close(&d);
}

static void what_has_not_changed_is_not_sent_again(void **world)
{
    struct browser b, program;
    struct world w;
    const char *path, *tag;

    DOOR(d, world);
    set_up(&d, &w, &b);
    path = address(&d, &b);
    program = (struct browser){.d = &d};
    assert_int_equal(browser_get(&program, path), 200);
    tag = site_field(&d.site, program.answer, "ETag");
    assert_non_null(tag);
    browser_ask(&program, "GET", path, text_printf(&d.c.a, "If-None-Match: %s\r\n", tag), NULL);
    assert_int_equal(program.status, 304);
    (void)begin(&w, "503/0002"); /* without a limit: not in it */
    browser_ask(&program, "GET", path, text_printf(&d.c.a, "If-None-Match: %s\r\n", tag), NULL);
    assert_int_equal(program.status, 304);
    door_close(&d);
}

static void renewed_or_withdrawn_the_old_address_is_gone(void **world)
{
    struct browser b, program;
    struct world w;
    const char *first, *second;

    DOOR(d, world);
    set_up(&d, &w, &b);
    first = address(&d, &b);
    second = address(&d, &b);
    program = (struct browser){.d = &d};
    assert_int_equal(browser_get(&program, first), 410);
    assert_int_equal(browser_get(&program, second), 200);
    assert_int_equal(browser_get(&b, HERE), 200);
    assert_int_equal(browser_post(&b, HERE "/cabut", ""), 303);
    assert_int_equal(browser_get(&program, second), 410);
    assert_int_equal(counted(&d.c, "SELECT COUNT(*) FROM calendar_feed"), 0);
    door_close(&d);
}

static int end_role(struct tx *tx, void *arg)
{
    static const struct query q = {
        .name = "test.end", .sql = "UPDATE role_grant SET status = 'ended' WHERE holder = ?1", .in = "i", .out = ""};

    return db_send(tx->db, &q, V(*(int64_t *)arg));
}

static void it_ends_with_the_roles(void **world)
{
    struct browser b, program;
    struct world w;
    const char *path;
    int64_t user;

    DOOR(d, world);
    set_up(&d, &w, &b);
    path = address(&d, &b);
    user = id_of(&w.other);
    assert_int_equal(writer_do(d.c.writer, end_role, &user), 0);
    program = (struct browser){.d = &d};
    assert_int_equal(browser_get(&program, path), 410);
    door_close(&d);
}

static void after_a_restore_no_address_comes_back(void **world)
{
    struct browser b;
    struct world w;
    int64_t tokens;

    DOOR(d, world);
    set_up(&d, &w, &b);
    (void)address(&d, &b);
    assert_int_equal(core_end_restored(d.c.t.owner, os_now(), &tokens), 0);
    assert_int_equal(counted(&d.c, "SELECT COUNT(*) FROM calendar_feed"), 0);
    door_close(&d);
}

static void the_database_holds_no_address(void **world)
{
    struct browser b;
    struct world w;
    const char *path, *stored;

    DOOR(d, world);
    set_up(&d, &w, &b);
    path = address(&d, &b);
    stored = text_printf(&d.c.a, "SELECT COUNT(*) FROM calendar_feed WHERE hash = '%.32s'", path + 5);
    assert_int_equal(counted(&d.c, stored), 0);
    assert_int_equal(counted(&d.c, "SELECT COUNT(*) FROM calendar_feed WHERE LENGTH(hash) = 64"), 1);
    assert_int_equal(city_leaves_with(&d.c, "calendar"), 0);
    door_close(&d);
}

static void who_guesses_addresses_has_to_wait(void **world)
{
    struct browser program;
    struct world w;
    int i, late = 0;

    DOOR(d, world);
    people(&d, &w);
    program = (struct browser){.d = &d};
    for (i = 0; i < 200 && !late; i++)
        late = browser_get(&program, "/kal/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.ics") == 429;
    assert_true(late);
    door_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(long_titles_are_folded_and_signs_escaped),
        TEST_ON_BOTH(a_program_reads_the_due_dates_without_login),
        TEST_ON_BOTH(what_has_not_changed_is_not_sent_again),
        TEST_ON_BOTH(renewed_or_withdrawn_the_old_address_is_gone),
        TEST_ON_BOTH(it_ends_with_the_roles),
        TEST_ON_BOTH(after_a_restore_no_address_comes_back),
        TEST_ON_BOTH(the_database_holds_no_address),
        TEST_ON_BOTH(who_guesses_addresses_has_to_wait),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
