/*
 * order_test.c: a person is erased when one ordered it and another confirmed, and an account too; nobody alone, nobody for
 * himself, nothing that must be kept; over HTTP, on both databases.
 */
#define DOOR_MODULES &core_module, &erasure_module, &erase_module, &attach_module, &search_module, &job_module

#include "core/erase/order.h"
#include "engine/beside.h"
#include "engine/search.h"
/* The modules of the instance are named before. */
#include "core/user/test_door.h"

#define NAME "Wirawangsa Xq"

/* clang-format off */
static const struct query q_last = {
    .name = "test.order", .sql = "SELECT id FROM erase_order ORDER BY id DESC LIMIT 1", .in = "", .out = "i"};
static const struct query q_margin = {
    .name = "test.margin", .sql = "SELECT count(*) FROM history WHERE by_user = ?1 AND by_name <> '[dihapus]'", .in = "i", .out = "i"};
/* clang-format on */

struct office {
    struct door_person ani, budi, rina;
    struct browser a, b;
    struct person person;
};

static void open_office(struct door_test *d, struct office *o)
{
    door_make_city(d);
    door_make(d, &o->ani, "ani", "admin");
    door_make(d, &o->budi, "budi", "data_protection_officer");
    door_make(d, &o->rina, "rina", NULL);
    o->person = (struct person){.head = {.gov = CITY_GOV, .id = os_new_id()}, .name = NAME, .email = "wirawangsa@contoh.id"};
    door_insert(d, &person_entity, &o->person);
    o->a = o->b = (struct browser){.d = d};
    browser_login(&o->a, &o->ani);
    browser_login(&o->b, &o->budi);
}

static struct erase_order last_order(struct door_test *d)
{
    struct erase_order o;

    AUTO_ROWS struct rows rows;

    assert_int_equal(db_select(&rows, d->c.t.owner, &q_last), 0);
    assert_int_equal(rows_next(&rows), 1);
    assert_int_equal(row_get(d->c.t.owner, &d->c.a, &erase_order_entity, 0, rows_int(&rows, 0), &o), 1);
    return o;
}

static int order(struct browser *b, const char *gov, const char *entity, int64_t id)
{
    struct arena *a = &b->d->site.a;

    (void)browser_get(b, text_printf(a, "/kerja/%s/penghapusan", gov)); /* a token */
    return browser_post(b, text_printf(a, "/kerja/%s/penghapusan/baru", gov),
                        text_printf(a, "jenis=%s&id=%lld&reason=asked&letter=800%%2F12", entity, (long long)id));
}

static int decide(struct browser *b, const char *gov, const struct erase_order *o, const char *verb)
{
    struct arena *a = &b->d->site.a;

    (void)browser_get(b, text_printf(a, "/kerja/%s/penghapusan/%lld", gov, (long long)o->head.id));
    return browser_post(b, text_printf(a, "/kerja/%s/penghapusan/%lld/%s", gov, (long long)o->head.id, verb), "");
}

static void a_person_is_erased_once_a_second_one_confirms(void **world)
{
    struct office o;
    struct erase_order order_;
    struct person gone;

    DOOR(d, world);
    open_office(&d, &o);
    assert_int_equal(browser_get(&o.a, "/kerja/kota-contoh/penghapusan"), 200);
    assert_int_equal(browser_post(&o.a, "/kerja/kota-contoh/penghapusan", "cari=wirawangsa"), 200);
    assert_non_null(strstr(o.a.body, NAME));
    assert_int_equal(order(&o.a, "kota-contoh", "person", o.person.head.id), 303);
    order_ = last_order(&d);
    assert_string_equal(order_.status.v, "pending");
    assert_int_equal(decide(&o.a, "kota-contoh", &order_, "setujui"), 403);
    assert_int_equal(decide(&o.b, "kota-contoh", &order_, "setujui"), 303);
    assert_int_equal(runner_drain(&d.c.app), 0);
    order_ = last_order(&d);
    assert_string_equal(order_.status.v, "done");
    assert_int_equal(order_.confirmed_by.v, o.budi.user.head.id);
    assert_int_equal(row_get(d.c.t.owner, &d.c.a, &person_entity, CITY_GOV, o.person.head.id, &gone), 1);
    assert_null(gone.name);
    assert_null(gone.email);
    assert_int_equal(browser_get(&o.a, "/kerja/kota-contoh/penghapusan"), 200);
    assert_int_equal(browser_post(&o.a, "/kerja/kota-contoh/penghapusan", "cari=wirawangsa"), 200);
    assert_null(strstr(o.a.body, NAME));
    assert_int_equal(order(&o.a, "kota-contoh", "person", o.person.head.id), 409);
    door_close(&d);
}

static void a_refused_order_erases_nothing(void **world)
{
    struct office o;
    struct erase_order order_;
    struct person still;

    DOOR(d, world);
    open_office(&d, &o);
    assert_int_equal(order(&o.a, "kota-contoh", "person", o.person.head.id), 303);
    order_ = last_order(&d);
    assert_int_equal(decide(&o.b, "kota-contoh", &order_, "tolak"), 303);
    assert_int_equal(decide(&o.b, "kota-contoh", &order_, "setujui"), 409);
    assert_int_equal(runner_drain(&d.c.app), 0);
    assert_int_equal(row_get(d.c.t.owner, &d.c.a, &person_entity, CITY_GOV, o.person.head.id, &still), 1);
    assert_string_equal(still.name, NAME);
    door_close(&d);
}

static int64_t margins(struct door_test *d, int64_t user)
{
    AUTO_ROWS struct rows rows;

    assert_int_equal(db_select(&rows, d->c.t.owner, &q_margin, V(user)), 0);
    assert_int_equal(rows_next(&rows), 1);
    return rows_int(&rows, 0);
}

static void an_account_must_be_off_and_without_roles(void **world)
{
    struct office o;
    struct erase_order order_;
    struct app_user gone;
    struct browser r;

    DOOR(d, world);
    open_office(&d, &o);
    r = (struct browser){.d = &d};
    browser_login(&r, &o.rina);
    assert_int_equal(order(&o.a, "-", "app_user", o.rina.user.head.id), 409);
    (void)browser_get(&o.a, text_printf(&d.c.a, "/kerja/-/pengguna/%lld", (long long)o.rina.user.head.id));
    assert_int_equal(
        browser_post(&o.a, text_printf(&d.c.a, "/kerja/-/pengguna/%lld/nonaktif", (long long)o.rina.user.head.id), ""), 303);
    assert_int_equal(order(&o.a, "-", "app_user", o.rina.user.head.id), 303);
    order_ = last_order(&d);
    assert_int_equal(decide(&o.b, "-", &order_, "setujui"), 303);
    assert_int_equal(runner_drain(&d.c.app), 0);
    assert_string_equal(last_order(&d).status.v, "done");
    assert_int_equal(row_get(d.c.t.owner, &d.c.a, &app_user_entity, 0, o.rina.user.head.id, &gone), 1);
    assert_null(gone.login);
    assert_null(gone.name);
    assert_int_equal(margins(&d, o.rina.user.head.id), 0);
    (void)browser_get(&o.a, text_printf(&d.c.a, "/kerja/-/pengguna/%lld", (long long)o.rina.user.head.id));
    assert_int_equal(o.a.status, 200);
    assert_int_equal(
        browser_post(&o.a, text_printf(&d.c.a, "/kerja/-/pengguna/%lld/aktif", (long long)o.rina.user.head.id), ""), 409);
    door_close(&d);
}

static void nobody_decides_about_himself(void **world)
{
    struct office o;

    DOOR(d, world);
    open_office(&d, &o);
    assert_int_equal(order(&o.a, "-", "app_user", o.ani.user.head.id), 403);
    assert_int_equal(order(&o.a, "-", "person", o.person.head.id), 404);
    assert_int_equal(order(&o.a, "kota-contoh", "app_user", o.rina.user.head.id), 404);
    door_close(&d);
}

static void the_table_is_that_of_the_migration(void **world)
{
    const struct entity *const v[] = {&erase_order_entity};
    struct schema have;
    struct buf text;
    const char **others;
    size_t n = 0, i;

    CITY(c, world);
    buf_init(&text, &c.a, 1 * MB);
    assert_null(entity_fault(&erase_order_entity, &c.a));
    assert_int_equal(schema_read(c.t.owner, &c.a, &have), 0);
    others = arena_array(&c.a, have.n_columns + 1, const char *);
    for (i = 0; i < have.n_columns; i++)
        if (strcmp(have.columns[i].table, "erase_order") != 0)
            others[n++] = have.columns[i].table;
    (void)schema_diff(v, 1, others, &have, &text); /* the text tells more */
    assert_string_equal(text.s, "");
    city_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(the_table_is_that_of_the_migration), TEST_ON_BOTH(a_person_is_erased_once_a_second_one_confirms),
        TEST_ON_BOTH(a_refused_order_erases_nothing),     TEST_ON_BOTH(an_account_must_be_off_and_without_roles),
        TEST_ON_BOTH(nobody_decides_about_himself),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
