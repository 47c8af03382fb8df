/*
 * api_test.c: rows for programs over HTTP: what is made, read, changed, moved and refused; and the description of it.
 */
#include "base/json.h"
#include "engine/openapi.h"
#include "engine/row.h"
#include "engine/sample_screen.h"
#include "engine/test_web.h"

#define CASES "/api/v1/kota-contoh/contoh-permohonan"

/* clang-format off */
static const struct permit steps[] = {{"case.file", "front_office"}, {"case.check", "back_office"}, {"case.grant", "head"}};
static const struct module step_module = {.name = "steps", .permits = steps, .n_permits = ARRAY_LEN(steps)};
static const struct module *const modules[] = {&sample_module, &step_module};
/* clang-format on */

/* A city whose people work in the first of two agencies, the node rows `here` and `there`. */
struct office {
    struct city city;
    struct test_site site;
    struct test_person people[4];
    int64_t here, there;
};

struct node_work {
    struct sample_node node;
    struct record head;
};

static int make_node(struct tx *tx, void *arg)
{
    struct node_work *w = arg;

    return row_insert(tx, &sample_node_entity, &w->node, &w->head);
}

static int64_t node(struct office *o, const char *code)
{
    struct node_work w = {.node = {.code = code, .weight = 1}};

    assert_int_equal(writer_do(o->city.writer, make_node, &w), 0);
    return w.head.id;
}

static void office_open(struct office *o)
{
    city_open(&o->city);
    o->city.app.modules = modules;
    o->city.app.n_modules = ARRAY_LEN(modules);
    o->here = node(o, "DPMPTSP");
    o->there = node(o, "DINKES");
    o->people[0] = (struct test_person){"loket", 21, {{.role = "front_office", .gov = CITY_GOV, .agency = o->here}}, 1};
    o->people[1] = (struct test_person){"olah", 22, {{.role = "back_office", .gov = CITY_GOV, .agency = o->here}}, 1};
    o->people[2] = (struct test_person){"lain", 23, {{.role = "back_office", .gov = CITY_GOV, .agency = o->there}}, 1};
    o->people[3] = (struct test_person){"kpk", 24, {{.role = "supervisor_kpk", .gov = GOV_ANY}}, 1};
    site_open(&o->site, &o->city, NULL, 0, o->people, ARRAY_LEN(o->people));
}

static void office_close(struct office *o)
{
    site_close(&o->site);
    city_close(&o->city);
}

#define OFFICE(o, world)                                                                                                       \
    struct office o = {.here = 0};                                                                                             \
    if (!city_db_open(&(o).city.t, *(enum db_kind *)*(world)))                                                                 \
        skip();                                                                                                                \
    office_open(&(o))

static const char *send_json(struct office *o, const char *method, const char *login, const char *path, const char *match,
                             const char *body)
{
    struct arena *a = &o->site.a;
    const char *if_match = match != NULL ? text_printf(a, "If-Match: %s\r\n", match) : "";

    return site_ask(&o->site, method, login, path,
                    text_printf(a, "Content-Type: application/json\r\nX-CSRF-Token: good-token\r\n%s", if_match), body);
}

/* A new case of the agency; its path. */
static const char *make_case(struct office *o, const char *number)
{
    const char *answer =
        send_json(o, "POST", "loket", CASES, NULL,
                  text_printf(&o->site.a,
                              "{\"number\":\"%s\",\"applicant\":\"Siti\",\"filed_at\":\"1767225600000\",\"fee\":\"125000\","
                              "\"agency\":\"%lld\"}",
                              number, (long long)o->here));

    assert_int_equal(site_status(answer), 201);
    assert_non_null(strstr(answer, "ETag: \"1\""));
    return site_field(&o->site, answer, "Location");
}

static void a_row_is_made_read_and_found(void **world)
{
    const char *path, *answer;

    OFFICE(o, world);
    path = make_case(&o, "503/1");
    answer = site_get(&o.site, "olah", path);
    assert_int_equal(site_status(answer), 200);
    assert_non_null(strstr(answer, "\"number\":\"503/1\""));
    assert_non_null(strstr(answer, "\"status\":\"draft\""));
    assert_non_null(strstr(answer, "\"fee\":\"125000\""));
    assert_non_null(strstr(answer, "\"due\":null"));
    (void)make_case(&o, "503/2");
    answer = site_get(&o.site, "olah", CASES "?q=503/2");
    assert_non_null(strstr(answer, "503/2"));
    assert_null(strstr(answer, "503/1"));
    assert_int_equal(site_status(site_get(&o.site, "olah", CASES "?due_dari=besok")), 422);
    office_close(&o);
}

static void a_foreign_row_is_not_there(void **world)
{
    const char *path;

    OFFICE(o, world);
    path = make_case(&o, "503/1");
    assert_int_equal(site_status(site_get(&o.site, "lain", path)), 404);
    assert_int_equal(site_status(send_json(&o, "PATCH", "lain", path, "\"1\"", "{\"fee\":\"1\"}")), 404);
    assert_null(strstr(site_get(&o.site, "lain", CASES), "503/1"));
    assert_int_equal(site_status(site_get(&o.site, "loket", "/api/v1/kota-lain/contoh-permohonan")), 404);
    office_close(&o);
}

static void a_person_is_hidden_from_who_looks_in_from_outside(void **world)
{
    const char *path;

    OFFICE(o, world);
    path = make_case(&o, "503/1");
    assert_non_null(strstr(site_get(&o.site, "olah", path), "Siti"));
    assert_int_equal(site_status(site_get(&o.site, "kpk", path)), 200);
    assert_null(strstr(site_get(&o.site, "kpk", path), "Siti"));
    assert_null(strstr(site_get(&o.site, "kpk", CASES), "Siti"));
    assert_null(strstr(site_get(&o.site, "kpk", text_printf(&o.site.a, "%s/riwayat", path)), "Siti"));
    office_close(&o);
}

/* docs/decisions/0011: four eyes are about people; lists for programs are not. */
static void who_acted_is_named_to_a_supervisor_and_not_to_programs(void **world)
{
    const char *path, *page, *lines;

    OFFICE(o, world);
    path = make_case(&o, "503/1");
    page = site_get(&o.site, "kpk", text_printf(&o.site.a, "/kerja/kota-contoh/contoh-permohonan/%s", strrchr(path, '/') + 1));
    assert_int_equal(site_status(page), 200);
    page = strstr(page, "class=\"trail\"");
    assert_non_null(page);
    assert_non_null(strstr(page, "loket"));
    assert_null(strstr(page, "Siti")); /* whom it is about */
    lines = site_get(&o.site, "kpk", text_printf(&o.site.a, "%s/riwayat", path));
    assert_int_equal(site_status(lines), 200);
    assert_non_null(strstr(lines, "\"role\":\"front_office\""));
    assert_null(strstr(lines, "loket"));
    assert_null(strstr(site_get(&o.site, "olah", text_printf(&o.site.a, "%s/riwayat", path)), "loket"));
    office_close(&o);
}

static void only_who_names_the_revision_changes_the_row(void **world)
{
    const char *path, *answer;

    OFFICE(o, world);
    path = make_case(&o, "503/1");
    assert_int_equal(site_status(send_json(&o, "PATCH", "olah", path, NULL, "{\"fee\":\"1\"}")), 428);
    answer = send_json(&o, "PATCH", "olah", path, "\"1\"", "{\"fee\":\"7500\"}");
    assert_int_equal(site_status(answer), 200);
    assert_non_null(strstr(answer, "ETag: \"2\""));
    assert_int_equal(site_status(send_json(&o, "PATCH", "olah", path, "\"1\"", "{\"fee\":\"1\"}")), 412);
    assert_non_null(strstr(site_get(&o.site, "olah", path), "\"fee\":\"7500\""));
    office_close(&o);
}

static void nothing_is_taken_that_nobody_may_give(void **world)
{
    static const struct {
        const char *body;
        int status;
        const char *says;
    } bad[] = {
        {"{\"status\":\"granted\"}", 400, "status"},
        {"{\"due\":\"2026-09-18\"}", 400, "due"},
        {"{\"id\":\"1\"}", 400, "id"},
        {"{\"gov\":1}", 400, "gov"},
        {"{\"fee\":{}}", 422, "\"field\":\"fee\""},
        {"{\"fee\":\"x\"}", 422, "\"field\":\"fee\""},
        {"{\"number\":null}", 422, "number"},
        {"[1]", 400, "application/problem+json"},
        {"{\"fee\":\"1\",\"fee\":\"2\"}", 400, "problem"},
    };
    const char *path;
    size_t i;

    OFFICE(o, world);
    path = make_case(&o, "503/1");
    for (i = 0; i < ARRAY_LEN(bad); i++) {
        const char *answer = send_json(&o, "PATCH", "olah", path, "\"1\"", bad[i].body);

        assert_int_equal(site_status(answer), bad[i].status);
        assert_non_null(strstr(answer, bad[i].says));
    }
    assert_non_null(strstr(site_get(&o.site, "olah", path), "\"rev\":1,"));
    office_close(&o);
}

static void a_repeated_request_makes_one_row(void **world)
{
    const char *body, *more, *first, *second;

    OFFICE(o, world);
    body = text_printf(&o.site.a, "{\"number\":\"503/9\",\"applicant\":\"Siti\",\"filed_at\":\"1\",\"agency\":\"%lld\"}",
                       (long long)o.here);
    more = "Content-Type: application/json\r\nX-CSRF-Token: good-token\r\nIdempotency-Key: 7f3a\r\n";
    first = site_ask(&o.site, "POST", "loket", CASES, more, body);
    second = site_ask(&o.site, "POST", "loket", CASES, more, body);
    assert_int_equal(site_status(first), 201);
    assert_int_equal(site_status(second), 303);
    assert_string_equal(site_field(&o.site, second, "Location"), site_field(&o.site, first, "Location"));
    office_close(&o);
}

static void a_repeated_change_is_one_change(void **world)
{
    const char *more =
        "Content-Type: application/json\r\nX-CSRF-Token: good-token\r\nIdempotency-Key: 7f3b\r\nIf-Match: \"1\"\r\n";
    const char *path, *second;

    OFFICE(o, world);
    path = make_case(&o, "503/1");
    assert_int_equal(site_status(site_ask(&o.site, "PATCH", "olah", path, more, "{\"fee\":\"7500\"}")), 200);
    second = site_ask(&o.site, "PATCH", "olah", path, more, "{\"fee\":\"7500\"}");
    assert_int_equal(site_status(second), 303);
    assert_string_equal(site_field(&o.site, second, "Location"), path);
    assert_non_null(strstr(site_get(&o.site, "olah", path), "\"rev\":2,"));
    office_close(&o);
}

static void steps_are_taken_by_who_may_and_with_a_reason(void **world)
{
    const char *path, *answer;

    OFFICE(o, world);
    path = make_case(&o, "503/1");
    assert_int_equal(site_status(send_json(&o, "POST", "olah", text_printf(&o.site.a, "%s/langkah/file", path), "\"1\"", "{}")),
                     404);
    assert_int_equal(city_leaves_with(o.site.city, "\"because\":\"no-right\",\"refused\":\"file\""), 1);
    answer = send_json(&o, "POST", "loket", text_printf(&o.site.a, "%s/langkah/file", path), "\"1\"", "{}");
    assert_int_equal(site_status(answer), 200);
    assert_non_null(strstr(answer, "\"status\":\"filed\""));
    path = text_printf(&o.site.a, "%s/langkah/return", path);
    assert_int_equal(site_status(send_json(&o, "POST", "olah", path, "\"2\"", "{}")), 422);
    answer = send_json(&o, "POST", "olah", path, "\"2\"", "{\"reason\":\"incomplete\",\"remark\":\"KTP\"}");
    assert_int_equal(site_status(answer), 200);
    assert_non_null(strstr(answer, "\"status\":\"draft\""));
    office_close(&o);
}

static void a_row_is_voided_with_a_reason_and_stays(void **world)
{
    const char *path, *drop, *answer;

    OFFICE(o, world);
    path = make_case(&o, "503/1");
    drop = text_printf(&o.site.a, "%s/batal", path);
    assert_int_equal(site_status(send_json(&o, "POST", "olah", drop, "\"1\"", "{}")), 422);
    assert_int_equal(site_status(send_json(&o, "POST", "olah", drop, "\"1\"", "{\"remark\":\"ganda\"}")), 200);
    assert_non_null(strstr(site_get(&o.site, "olah", path), "\"voided_at\""));
    assert_int_equal(site_status(send_json(&o, "PATCH", "olah", path, "\"2\"", "{\"fee\":\"1\"}")), 409);
    assert_null(strstr(site_get(&o.site, "olah", CASES), "503/1"));
    answer = site_get(&o.site, "olah", text_printf(&o.site.a, "%s/riwayat", path));
    assert_non_null(strstr(answer, "\"remark\":\"ganda\""));
    office_close(&o);
}

static void the_description_is_json_and_names_every_path(void **world)
{
    struct app app = {.modules = modules, .n_modules = ARRAY_LEN(modules)};
    const struct json_in *in, *paths;
    struct buf out;

    buf_init(&out, *world, OPENAPI_MAX);
    assert_int_equal(openapi_write(&app, *world, &out), 0);
    assert_int_equal(json_read(*world, out.s, out.n, OPENAPI_MAX, &in, NULL), 0);
    paths = json_member(in, "paths");
    assert_non_null(json_member(paths, "/api/v1/{gov}/contoh-permohonan/{id}/langkah/file"));
    assert_int_equal(paths->n, ARRAY_LEN(sample_screens) * 4 + sample_case_flow.n_steps);
    assert_non_null(json_member(json_member(json_member(in, "components"), "schemas"), "sample_case"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_row_is_made_read_and_found),
        TEST_ON_BOTH(a_foreign_row_is_not_there),
        TEST_ON_BOTH(a_person_is_hidden_from_who_looks_in_from_outside),
        TEST_ON_BOTH(who_acted_is_named_to_a_supervisor_and_not_to_programs),
        TEST_ON_BOTH(only_who_names_the_revision_changes_the_row),
        TEST_ON_BOTH(nothing_is_taken_that_nobody_may_give),
        TEST_ON_BOTH(a_repeated_request_makes_one_row),
        TEST_ON_BOTH(a_repeated_change_is_one_change),
        TEST_ON_BOTH(steps_are_taken_by_who_may_and_with_a_reason),
        TEST_ON_BOTH(a_row_is_voided_with_a_reason_and_stays),
        UNIT(the_description_is_json_and_names_every_path),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
