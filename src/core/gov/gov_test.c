/*
 * gov_test.c: the zone of a government reaches its clocks and pages, its tree everybody who works there; on both databases.
 */
#include "base/date.h"
#include "core/user/test_door.h"
#include "engine/flow.h"
#include "engine/test_case.h"

#define WIT 540

static const struct government papua = {.head = {.id = CITY_GOV},
                                        .kind = {"regency"},
                                        .code = "91.03",
                                        .slug = "kab-contoh",
                                        .name = "Kabupaten Contoh",
                                        .zone = WIT,
                                        .valid_from = DATE_NONE,
                                        .valid_to = DATE_NONE};

/* `arg`, a filed case, as it is stored afterwards. */
static int begin_run(struct tx *tx, void *arg)
{
    struct sample_case *row = arg;
    struct record head;
    int e = workflow_begin(tx, &sample_case_flow, row, &head);

    if (e == 0)
        e = row_get(tx->db, tx->arena, &sample_case_entity, head.gov, head.id, row);
    return e < 0 ? e : 0;
}

static date due_of_a_case(struct door_test *d, int64_t gov)
{
    struct sample_case row = a_case(gov, case_person(&d->c, gov), "503/0001");

    assert_int_equal(writer_do(d->c.writer, begin_run, &row), 0);
    return row.due;
}

/* Thursday 23.30 in the west is Friday 01.30 in the east: five working days begin a day later. */
static void a_deadline_counts_from_the_day_in_the_zone_of_its_government(void **world)
{
    os_clock_allow_test();
    assert_int_equal(os_clock_test_set(instant_at(date_of(2026, 9, 17), 23 * 60 + 30, 420)), 0);
    DOOR(d, world);
    door_insert(&d, &government_entity, &papua);
    assert_int_equal(due_of_a_case(&d, CITY_GOV).v, date_of(2026, 9, 25).v);
    assert_int_equal(due_of_a_case(&d, CITY_FOREIGN).v, date_of(2026, 9, 24).v);
    door_close(&d);
}

static const struct agency office = {.head = {.gov = CITY_GOV, .id = 4001},
                                     .code = "5.03",
                                     .name = "Dinas Contoh",
                                     .kind = {"office"},
                                     .valid_from = DATE_NONE,
                                     .valid_to = DATE_NONE};
static const struct unit bidang = {.head = {.gov = CITY_GOV, .id = 4002},
                                   .agency = {4001},
                                   .code = "5.03.01",
                                   .name = "Bidang Contoh",
                                   .valid_from = DATE_NONE,
                                   .valid_to = DATE_NONE};

static void a_page_shows_times_in_the_zone_of_its_government(void **world)
{
    struct door_person ani;
    struct browser b;

    DOOR(d, world);
    b = (struct browser){.d = &d};
    door_insert(&d, &government_entity, &papua);
    door_insert(&d, &agency_entity, &office);
    door_make(&d, &ani, "ani", "admin");
    browser_login(&b, &ani);
    assert_int_equal(browser_get(&b, "/kerja/kab-contoh/perangkat-daerah/4001"), 200);
    assert_non_null(strstr(b.body, " WIT"));
    assert_null(strstr(b.body, " WIB"));
    door_close(&d);
}

static void whoever_reads_units_reads_all_of_them(void **world)
{
    static const char *const readers[] = {"citizen", "village_officer", "employee", "agency_staff"};
    size_t i;

    DOOR(d, world);
    door_insert(&d, &government_entity, &papua);
    door_insert(&d, &agency_entity, &office);
    door_insert(&d, &unit_entity, &bidang);
    for (i = 0; i < ARRAY_LEN(readers); i++) {
        struct browser b = {.d = &d};
        struct door_person p;

        door_make(&d, &p, readers[i], readers[i]);
        browser_login(&b, &p);
        assert_int_equal(browser_get(&b, "/kerja/kab-contoh/unit/4002"), 200);
        assert_int_equal(browser_get(&b, "/kerja/kab-contoh/unit"), 200);
        assert_non_null(strstr(b.body, "Bidang Contoh"));
        assert_int_equal(browser_get(&b, "/kerja/kab-contoh/unit/baru"), 403);
    }
    door_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_deadline_counts_from_the_day_in_the_zone_of_its_government),
        TEST_ON_BOTH(a_page_shows_times_in_the_zone_of_its_government),
        TEST_ON_BOTH(whoever_reads_units_reads_all_of_them),
    };

    return cmocka_run_group_tests_name("gov", tests, NULL, NULL);
}
