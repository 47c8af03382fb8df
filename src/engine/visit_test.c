/*
 * visit_test.c: what happens to a request before and after its page: who, where, may they, the writer, once; over HTTP.
 */
#include "engine/row.h"
#include "engine/test_web.h"

static void page_hello(struct req *r)
{
    html(r, "<p>%s in %s</p>", r->actor != NULL ? r->actor->name : "nobody", req_gov(r)->id != 0 ? req_gov(r)->name : "-");
}

/* A step that makes a node; `fails` in the form makes the work fail: for want of room when it says "full". */
struct node_plan {
    struct sample_node node;
    int fails;
};

static int node_apply(struct tx *tx, void *arg)
{
    struct node_plan *plan = arg;
    struct record head;
    int result = row_insert(tx, &sample_node_entity, &plan->node, &head);

    return result < 0 ? result : plan->fails;
}

static void page_make(struct req *r)
{
    struct node_plan *plan = arena_new(r->arena, struct node_plan);
    const char *code = http_form(r->http, "code"), *fails = http_form(r->http, "fails");

    if (code == NULL) {
        web_refuse(r, fail(r, E_INPUT, "web.bad-request"));
        return;
    }
    plan->node = (struct sample_node){.code = code, .weight = 1};
    plan->fails = fails == NULL ? 0 : text_eq(fails, "full") ? E_FULL : E_HOLD;
    web_write(r, node_apply, plan, NULL, "/selesai");
}

static void page_look(struct req *r)
{
    (void)r; /* declared reads_only */
}

/* clang-format off */
static const struct route routes[] = {
    ROUTE(GET,  "/",                       PERMIT_ANYBODY, page_hello),
    ROUTE(GET,  "/kerja/{gov}/halo",       "node.read",    page_hello),
    ROUTE(POST, "/kerja/{gov}/simpul",     "node.edit",    page_make, .limits = LIMIT_FORM),
    ROUTE(POST, "/kerja/{gov}/lihat",      "node.read",    page_look, .limits = LIMIT_FORM, .reads_only = true),
    ROUTE(POST, "/api/v1/{gov}/simpul",    "node.edit",    page_make, .limits = LIMIT_FORM),
};
static const struct permit permits[] = {
    {"node.read", "planner supervisor_kpk"},
    {"node.edit", "planner"},
};
static const struct module module = {.name = "sample", .permits = permits, .n_permits = ARRAY_LEN(permits)};
static const struct module *const modules[] = {&module};
static const struct test_person people[] = {
    {"rina", 11, {{.role = "planner", .gov = CITY_GOV}}, 1},
    {"budi", 12, {{.role = "auditor", .gov = CITY_GOV}}, 1},
    {"kpk",  13, {{.role = "supervisor_kpk", .gov = GOV_ANY}}, 1},
};
static const struct query count_nodes = {
    .name = "test.nodes", .sql = "SELECT COUNT(*) FROM sample_node", .in = "", .out = "i"};
/* clang-format on */

#define SITE(s, c, world)                                                                                                      \
    struct test_site s;                                                                                                        \
    CITY(c, world);                                                                                                            \
    (c).app.modules = modules;                                                                                                 \
    (c).app.n_modules = ARRAY_LEN(modules);                                                                                    \
    site_open(&(s), &(c), routes, ARRAY_LEN(routes), people, ARRAY_LEN(people))

static void site_end(struct test_site *s)
{
    struct city *c = s->city;

    site_close(s);
    city_close(c);
}

static int64_t nodes(struct city *c)
{
    AUTO_ROWS struct rows rows;

    assert_int_equal(db_select(&rows, c->t.owner, &count_nodes), 0);
    assert_int_equal(rows_next(&rows), 1);
    return rows_int(&rows, 0);
}

static void only_who_may_gets_the_page(void **world)
{
    SITE(s, c, world);

    assert_non_null(strstr(site_get(&s, NULL, "/"), "nobody in -"));
    assert_non_null(strstr(site_get(&s, "rina", "/kerja/kota-contoh/halo"), "rina in Kota Contoh"));
    assert_int_equal(site_status(site_get(&s, "budi", "/kerja/kota-contoh/halo")), 403);
    assert_int_equal(site_status(site_get(&s, "kpk", "/kerja/kota-lain/halo")), 200);
    assert_int_equal(site_status(site_get(&s, "rina", "/kerja/kota-lain/halo")), 404);
    assert_int_equal(site_status(site_get(&s, "rina", "/kerja/atlantis/halo")), 404);
    site_end(&s);
}

static void a_stranger_is_sent_to_the_login_page_and_back(void **world)
{
    const char *answer;

    SITE(s, c, world);
    answer = site_get(&s, NULL, "/kerja/kota-contoh/halo?a=1");
    assert_int_equal(site_status(answer), 303);
    assert_string_equal(site_field(&s, answer, "Location"), "/masuk?ke=%2Fkerja%2Fkota-contoh%2Fhalo%3Fa%3D1");
    assert_int_equal(site_status(site_get(&s, "gone", "/kerja/kota-contoh/halo")), 303);
    assert_int_equal(site_status(site_post(&s, NULL, "/kerja/kota-contoh/simpul", "code=1")), 401);
    site_end(&s);
}

static void a_step_is_stored_before_it_is_answered(void **world)
{
    const char *answer;

    SITE(s, c, world);
    answer = site_post(&s, "rina", "/kerja/kota-contoh/simpul", "code=A.1");
    assert_int_equal(site_status(answer), 303);
    assert_string_equal(site_field(&s, answer, "Location"), "/selesai");
    assert_int_equal(nodes(&c), 1);
    site_end(&s);
}

static void a_step_that_fails_says_so_and_stores_nothing(void **world)
{
    SITE(s, c, world);

    assert_int_equal(site_status(site_post(&s, "rina", "/kerja/kota-contoh/simpul", "code=A.1&fails=1")), 503);
    assert_int_equal(site_status(site_post(&s, "rina", "/kerja/kota-contoh/simpul", "")), 422);
    assert_int_equal(nodes(&c), 0);
    assert_int_equal(site_status(site_post(&s, "rina", "/kerja/kota-contoh/simpul", "code=A.1")), 303);
    assert_int_equal(site_status(site_post(&s, "rina", "/kerja/kota-contoh/simpul", "code=A.1")), 409);
    assert_int_equal(nodes(&c), 1);
    site_end(&s);
}

static void the_same_form_twice_counts_once(void **world)
{
    int i;

    SITE(s, c, world);
    for (i = 0; i < 3; i++) {
        const char *answer = site_post(&s, "rina", "/kerja/kota-contoh/simpul", "code=A.1&sekali=0123456789abcdef");

        assert_int_equal(site_status(answer), 303);
        assert_string_equal(site_field(&s, answer, "Location"), "/selesai");
    }
    assert_int_equal(nodes(&c), 1);
    site_end(&s);
}

static void a_foreign_page_cannot_send_our_forms(void **world)
{
    static const char form[] = "Content-Type: application/x-www-form-urlencoded\r\n";
    const char *path = "/kerja/kota-contoh/simpul";

    SITE(s, c, world);
    assert_int_equal(site_status(site_ask(&s, "POST", "rina", path, form, "code=1")), 403);
    assert_int_equal(site_status(site_ask(&s, "POST", "rina", path, form, "csrf=bad&code=1")), 403);
    assert_int_equal(
        site_status(site_ask(&s, "POST", "rina", path, text_printf(&s.a, "%sOrigin: https://evil.example\r\n", form),
                             "csrf=good-token&code=1")),
        403);
    assert_int_equal(site_status(site_ask(&s, "POST", "rina", path, text_printf(&s.a, "%sSec-Fetch-Site: cross-site\r\n", form),
                                          "csrf=good-token&code=1")),
                     403);
    assert_int_equal(site_status(site_ask(&s, "POST", "rina", "/kerja/kota-contoh/lihat", form, "code=1")), 403);
    assert_int_equal(nodes(&c), 0);
    site_end(&s);
}

static void programs_get_their_refusals_as_problem_details(void **world)
{
    const char *answer;

    SITE(s, c, world);
    answer = site_post(&s, "rina", "/api/v1/kota-lain/simpul", "code=1");
    assert_int_equal(site_status(answer), 404);
    assert_string_equal(site_field(&s, answer, "Content-Type"), "application/problem+json");
    assert_non_null(strstr(site_body(answer), "\"status\":404"));
    answer = site_post(&s, NULL, "/api/v1/kota-contoh/simpul", "code=1");
    assert_int_equal(site_status(answer), 401);
    site_end(&s);
}

static void a_chosen_language_stays(void **world)
{
    const char *answer;

    SITE(s, c, world);
    answer = site_get(&s, NULL, "/?bahasa=en");
    assert_non_null(strstr(site_field(&s, answer, "Set-Cookie"), "__Host-bahasa=en;"));
    assert_null(site_field(&s, site_get(&s, NULL, "/?bahasa=xx"), "Set-Cookie"));
    answer = site_ask(&s, "GET", NULL, "/nothing", "Cookie: __Host-bahasa=en\r\n", NULL);
    assert_non_null(strstr(answer, "<html lang=\"en\">"));
    site_end(&s);
}

static const char *raw(struct test_site *s, const char *text)
{
    return site_raw(s, text, strlen(text));
}

static void a_refusal_speaks_the_language_that_could_be_read_else_both(void **world)
{
    const char *answer, *id, *en;

    SITE(s, c, world);
    id = lang_text(LANG_ID, "web.bad-request");
    en = lang_text(LANG_EN, "web.bad-request");
    answer = raw(&s, "GET /a HTTP/1.1\r\nHost: localhost\r\nAccept-Language: en\r\nBad : x\r\n\r\n"); /* by the gate */
    assert_int_equal(site_status(answer), 400);
    assert_non_null(strstr(answer, id));
    assert_non_null(strstr(answer, en));
    answer = raw(&s, "GET /%2e%2e/a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: __Host-bahasa=en\r\n\r\n");
    assert_int_equal(site_status(answer), 400);
    assert_null(strstr(answer, id));
    assert_non_null(strstr(answer, en));
    answer = raw(&s, "GET /%2e%2e/a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept-Language: en\r\n\r\n");
    assert_null(strstr(answer, id));
    assert_non_null(strstr(answer, en));
    site_end(&s);
}

static void a_full_disk_is_told_with_what_to_do(void **world)
{
    const char *answer;

    SITE(s, c, world);
    answer = site_post(&s, "rina", "/kerja/kota-contoh/simpul", "code=A.1&fails=full");
    assert_int_equal(site_status(answer), 507);
    assert_non_null(strstr(answer, "Tidak ada yang disimpan"));
    answer = site_post(&s, "rina", "/api/v1/kota-contoh/simpul", "code=A.1&fails=full");
    assert_int_equal(site_status(answer), 507);
    assert_non_null(strstr(answer, "\"detail\":\"Ruang penyimpanan server habis. Tidak ada yang disimpan"));
    assert_int_equal(nodes(&c), 0);
    site_end(&s);
}

/* The session of the writer ends while PostgreSQL carries out its COMMIT. */
static void end_at_commit(struct city *c)
{
    assert_int_equal(db_script(c->t.owner, "CREATE FUNCTION end_session() RETURNS trigger LANGUAGE plpgsql AS "
                                           "'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';\n"
                                           "CREATE CONSTRAINT TRIGGER end_session AFTER INSERT ON sample_node "
                                           "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION end_session()"),
                     0);
}

static void a_commit_without_an_answer_is_not_called_unsaved(void **world)
{
    const char *answer;

    SITE(s, c, world);
    end_at_commit(&c);
    answer = site_post(&s, "rina", "/kerja/kota-contoh/simpul", "code=A.1");
    assert_int_equal(site_status(answer), 503);
    assert_non_null(strstr(answer, "Belum diketahui"));
    assert_null(strstr(answer, "Tidak ada yang disimpan"));
    site_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(only_who_may_gets_the_page),
        TEST_ON_BOTH(a_stranger_is_sent_to_the_login_page_and_back),
        TEST_ON_BOTH(a_step_is_stored_before_it_is_answered),
        TEST_ON_BOTH(a_step_that_fails_says_so_and_stores_nothing),
        TEST_ON_BOTH(the_same_form_twice_counts_once),
        TEST_ON_BOTH(a_foreign_page_cannot_send_our_forms),
        TEST_ON_BOTH(programs_get_their_refusals_as_problem_details),
        TEST_ON_BOTH(a_full_disk_is_told_with_what_to_do),
        TEST_ON_POSTGRESQL(a_commit_without_an_answer_is_not_called_unsaved),
        TEST_ON_BOTH(a_refusal_speaks_the_language_that_could_be_read_else_both),
        TEST_ON_SQLITE(a_chosen_language_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
