/*
 * session_test.c: which sessions are somebody, and for how long; on both databases.
 */
#include "base/date.h"
#include "base/text.h"
#include "core/auth/token.h"
#include "core/user/core.h"
#include "engine/row.h"
#include "engine/test_city.h"
#include "os/os.h"

#define MINUTE INT64_C(60000)

static const date today = {20000};

/* A user with a session, and the memory in front of it. */
struct world {
    struct app_user user;
    struct session_new session;
    struct sessions *memory;
    instant now;
};

struct insert {
    const struct entity *entity;
    const void *row;
    struct record head;
};

static int insert_run(struct tx *tx, void *arg)
{
    struct insert *i = arg;

    return row_insert(tx, i->entity, i->row, &i->head);
}

static void insert(struct city *c, const struct entity *entity, const void *row)
{
    struct insert i = {.entity = entity, .row = row};

    assert_int_equal(writer_do(c->writer, insert_run, &i), 0);
}

static int start_run(struct tx *tx, void *arg)
{
    return session_start(tx, arg, NULL);
}

static void open_world(struct city *c, struct world *w)
{
    w->now = instant_at(today, 10 * 60, 420);
    w->memory = sessions_create();
    w->user =
        (struct app_user){.head = {.id = os_new_id()}, .login = "planner", .name = "Rina Kartika", .secret_at = INSTANT_NONE};
    insert(c, &app_user_entity, &w->user);
    session_plan(&w->session, &c->a, w->user.head.id, "open", w->now, "192.0.2.7", "test");
    w->session.row.second_factor = true;
    assert_int_equal(writer_do(c->writer, start_run, &w->session), 0);
}

static void give_in(struct city *c, const struct world *w, int64_t gov, const char *role, date from, date to,
                    const char *status)
{
    const struct role_grant g = {.holder = {w->user.head.id},
                                 .role = {role},
                                 .in_gov = {gov},
                                 .in_agency = INT_NONE,
                                 .in_unit = INT_NONE,
                                 .in_place = INT_NONE,
                                 .valid_from = from,
                                 .valid_to = to,
                                 .status = {status}};

    insert(c, &role_grant_entity, &g);
}

static void give(struct city *c, const struct world *w, const char *role, date from, date to, const char *status)
{
    give_in(c, w, CITY_GOV, role, from, to, status);
}

static int ask(struct city *c, const struct world *w, int64_t after_ms, struct actor *ret)
{
    struct db *db;
    int e;

    assert_int_equal(pool_take(c->app.pool, 1000, &db), 0);
    e = session_actor(w->memory, db, &c->a, &w->session.token.hash, (instant){w->now.v + after_ms}, ret);
    pool_give(c->app.pool, db);
    return e;
}

static void close_world(struct city *c, struct world *w)
{
    sessions_destroy(w->memory);
    city_close(c);
}

static void a_session_is_its_user_with_the_grants_of_today(void **world)
{
    struct world w;
    struct actor actor;

    CITY(c, world);
    open_world(&c, &w);
    give(&c, &w, "planner", DATE_NONE, today, "active");
    give(&c, &w, "budget_team", DATE_NONE, (date){today.v - 1}, "active");
    give(&c, &w, "head", (date){today.v + 1}, DATE_NONE, "active");
    give(&c, &w, "secretary", DATE_NONE, DATE_NONE, "pending");
    assert_int_equal(ask(&c, &w, 0, &actor), 1);
    assert_int_equal(actor.user, w.user.head.id);
    assert_string_equal(actor.name, "Rina Kartika");
    assert_int_equal(actor.n_grants, 1);
    assert_string_equal(actor.grants[0].role, "planner");
    assert_int_equal(actor.grants[0].gov, CITY_GOV);
    assert_int_equal(actor.grants[0].agency, 0);
    close_world(&c, &w);
}

static void a_session_that_is_idle_for_half_an_hour_is_over(void **world)
{
    struct world w;
    struct actor actor;

    CITY(c, world);
    open_world(&c, &w);
    assert_int_equal(ask(&c, &w, 29 * MINUTE, &actor), 1);
    assert_int_equal(ask(&c, &w, 58 * MINUTE, &actor), 1);
    assert_int_equal(ask(&c, &w, 88 * MINUTE, &actor), 0);
    close_world(&c, &w);
}

static void no_session_lives_longer_than_twelve_hours(void **world)
{
    struct world w;
    struct actor actor;
    int64_t t;

    CITY(c, world);
    open_world(&c, &w);
    for (t = 0; t < 12 * 60; t += 20)
        assert_int_equal(ask(&c, &w, t * MINUTE, &actor), 1);
    assert_int_equal(ask(&c, &w, 12 * 60 * MINUTE, &actor), 0);
    close_world(&c, &w);
}

static int end_run(struct tx *tx, void *arg)
{
    return session_end(tx, arg);
}

static void after_logout_the_old_cookie_is_nobody(void **world)
{
    struct session stored;
    struct world w;
    struct actor actor;

    CITY(c, world);
    open_world(&c, &w);
    assert_int_equal(ask(&c, &w, 0, &actor), 1);
    assert_int_equal(session_find(c.t.owner, &c.a, &w.session.token.hash, &stored), 1);
    assert_int_equal(writer_do(c.writer, end_run, &stored), 0);
    sessions_forget(w.memory, stored.head.id);
    assert_int_equal(ask(&c, &w, 0, &actor), 0);
    close_world(&c, &w);
}

static void what_was_dropped_a_moment_ago_is_not_kept_again(void **world)
{
    struct world w;
    struct actor actor;

    CITY(c, world);
    open_world(&c, &w);
    sessions_forget_user(w.memory, w.user.head.id);
    assert_int_equal(ask(&c, &w, 0, &actor), 1);
    assert_int_equal(actor.n_grants, 0);
    give(&c, &w, "planner", DATE_NONE, DATE_NONE, "active");
    assert_int_equal(ask(&c, &w, 0, &actor), 1);
    assert_int_equal(actor.n_grants, 1);
    close_world(&c, &w);
}

static void grants_that_end_today_are_gone_tomorrow(void **world)
{
    const int64_t midnight = (int64_t)14 * 60 * MINUTE; /* from ten in the morning */
    struct world w;
    struct actor actor;

    CITY(c, world);
    open_world(&c, &w);
    give(&c, &w, "planner", DATE_NONE, today, "active");
    w.session.row.made_at = w.session.row.seen_at = (instant){w.now.v + midnight - 2 * MINUTE};
    token_new(TOKEN_SESSION, &w.session.token);
    w.session.row.head.id = os_new_id();
    w.session.row.hash = hex_text(&c.a, w.session.token.hash.h, sizeof w.session.token.hash.h);
    assert_int_equal(writer_do(c.writer, start_run, &w.session), 0);
    assert_int_equal(ask(&c, &w, midnight - 1, &actor), 1);
    assert_int_equal(actor.n_grants, 1);
    assert_int_equal(ask(&c, &w, midnight, &actor), 1);
    assert_int_equal(actor.n_grants, 0);
    close_world(&c, &w);
}

/* Jayapura is two hours ahead of the city: its role ends at ten in the evening there, in the session that is open. */
static void a_role_ends_at_midnight_of_its_own_government(void **world)
{
    const struct government east = {.head = {.id = CITY_FOREIGN},
                                    .kind = {"city"},
                                    .code = "91.71",
                                    .slug = "kota-timur",
                                    .name = "Kota Timur",
                                    .zone = 540,
                                    .valid_from = DATE_NONE,
                                    .valid_to = DATE_NONE};
    const int64_t evening = (int64_t)12 * 60 * MINUTE; /* from ten in the morning */
    struct world w;
    struct actor actor;

    CITY(c, world);
    open_world(&c, &w);
    insert(&c, &government_entity, &east);
    give(&c, &w, "planner", DATE_NONE, today, "active");
    give_in(&c, &w, CITY_FOREIGN, "budget_team", DATE_NONE, today, "active");
    w.session.row.made_at = w.session.row.seen_at = (instant){w.now.v + evening - 2 * MINUTE};
    token_new(TOKEN_SESSION, &w.session.token);
    w.session.row.head.id = os_new_id();
    w.session.row.hash = hex_text(&c.a, w.session.token.hash.h, sizeof w.session.token.hash.h);
    assert_int_equal(writer_do(c.writer, start_run, &w.session), 0);
    assert_int_equal(ask(&c, &w, evening - 1, &actor), 1);
    assert_int_equal(actor.n_grants, 2);
    assert_int_equal(ask(&c, &w, evening, &actor), 1);
    assert_int_equal(actor.n_grants, 1);
    assert_string_equal(actor.grants[0].role, "planner");
    assert_int_equal(ask(&c, &w, evening + 5 * MINUTE, &actor), 1);
    assert_int_equal(actor.n_grants, 1);
    close_world(&c, &w);
}

static void last_seen_is_stored_at_most_every_five_minutes(void **world)
{
    struct session stored;
    struct world w;
    struct actor actor;
    int i;

    CITY(c, world);
    open_world(&c, &w);
    for (i = 0; i < 100; i++)
        assert_int_equal(ask(&c, &w, i * 100, &actor), 1);
    assert_int_equal(sessions_store_seen(w.memory, c.writer, (instant){w.now.v + 10000}, false), 0);
    assert_int_equal(ask(&c, &w, 6 * MINUTE, &actor), 1);
    assert_int_equal(sessions_store_seen(w.memory, c.writer, (instant){w.now.v + 6 * MINUTE}, false), 1);
    assert_int_equal(sessions_store_seen(w.memory, c.writer, (instant){w.now.v + 6 * MINUTE}, false), 0);
    assert_int_equal(session_find(c.t.owner, &c.a, &w.session.token.hash, &stored), 1);
    assert_int_equal(stored.seen_at.v, w.now.v + 6 * MINUTE);
    close_world(&c, &w);
}

static void a_session_that_was_only_begun_is_nobody(void **world)
{
    struct world w;
    struct actor actor;

    CITY(c, world);
    open_world(&c, &w);
    session_plan(&w.session, &c.a, w.user.head.id, "factor", w.now, NULL, NULL);
    assert_int_equal(writer_do(c.writer, start_run, &w.session), 0);
    assert_int_equal(ask(&c, &w, 0, &actor), 0);
    close_world(&c, &w);
}

static void a_role_that_wants_a_second_factor_needs_one(void **world)
{
    struct world w;
    struct actor actor;

    CITY(c, world);
    open_world(&c, &w);
    give(&c, &w, "planner", DATE_NONE, DATE_NONE, "active");
    give(&c, &w, "employee", DATE_NONE, DATE_NONE, "active");
    assert_int_equal(ask(&c, &w, 0, &actor), 1);
    assert_int_equal(actor.n_grants, 2);
    session_plan(&w.session, &c.a, w.user.head.id, "open", w.now, NULL, NULL);
    assert_int_equal(writer_do(c.writer, start_run, &w.session), 0);
    assert_int_equal(ask(&c, &w, 0, &actor), 1);
    assert_int_equal(actor.n_grants, 1);
    assert_string_equal(actor.grants[0].role, "employee");
    close_world(&c, &w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_session_is_its_user_with_the_grants_of_today),
        TEST_ON_BOTH(a_session_that_is_idle_for_half_an_hour_is_over),
        TEST_ON_BOTH(no_session_lives_longer_than_twelve_hours),
        TEST_ON_BOTH(after_logout_the_old_cookie_is_nobody),
        TEST_ON_BOTH(what_was_dropped_a_moment_ago_is_not_kept_again),
        TEST_ON_BOTH(grants_that_end_today_are_gone_tomorrow),
        TEST_ON_BOTH(a_role_ends_at_midnight_of_its_own_government),
        TEST_ON_BOTH(last_seen_is_stored_at_most_every_five_minutes),
        TEST_ON_BOTH(a_session_that_was_only_begun_is_nobody),
        TEST_ON_BOTH(a_role_that_wants_a_second_factor_needs_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
