/*
 * web_test.c: which route a request finds, and which tables are refused.
 */
#include "base/unit.h"
#undef fail /* of cmocka: ui/req.h has a function of that name */
#include "engine/web.h"

static void page(struct req *r)
{
    (void)r;
}

/* clang-format off */
static const struct route table[] = {
    ROUTE(GET,  "/",                 PERMIT_ANYBODY, page),
    ROUTE(GET,  "/izin/{nomor}",     PERMIT_ANYBODY, page),
    ROUTE(GET,  "/izin/baru",        PERMIT_ANYBODY, page),
    ROUTE(POST, "/izin/{nomor}",     PERMIT_ANYBODY, page),
};
static const struct route without_permission[] = {ROUTE(GET, "/x", NULL, page)};
static const struct route twins[] = {
    ROUTE(GET, "/x/a/{b}", PERMIT_ANYBODY, page),
    ROUTE(GET, "/x/{c}/d", PERMIT_ANYBODY, page),
};
/* clang-format on */

static int open_with(struct arena *a, const struct route *routes, size_t n, struct web **ret)
{
    const char *why;

    return web_open(&(struct web_conf){.routes = routes, .n = n}, a, ret, &why);
}

static const struct route *found(struct arena *a, enum http_method m, const char *path, const char **ret_allow)
{
    struct web *w;

    assert_int_equal(open_with(a, table, ARRAY_LEN(table), &w), 0);
    return route_find(w, m, path, a, ret_allow);
}

static void the_route_with_more_fixed_parts_is_taken(void **world)
{
    const char *allow;

    assert_string_equal(found(*world, HTTP_GET, "/izin/baru", &allow)->path, table[2].path);
    assert_string_equal(found(*world, HTTP_GET, "/izin/503", &allow)->path, table[1].path);
    assert_string_equal(found(*world, HTTP_HEAD, "/", &allow)->path, table[0].path);
}

static void a_fixed_first_part_is_no_government(void **world)
{
    static const struct route routes[] = {
        ROUTE(GET, "/{gov}/renaksi", PERMIT_ANYBODY, page),
        ROUTE(GET, "/kerja/{gov}", PERMIT_ANYBODY, page),
    };
    const char *allow;
    struct web *w;

    assert_int_equal(open_with(*world, routes, 2, &w), 0);
    assert_string_equal(route_find(w, HTTP_GET, "/kerja/renaksi", *world, &allow)->path, "/kerja/{gov}");
    assert_string_equal(route_find(w, HTTP_GET, "/kota-contoh/renaksi", *world, &allow)->path, "/{gov}/renaksi");
}

static void another_method_is_told_what_is_allowed(void **world)
{
    const char *allow;

    assert_null(found(*world, HTTP_DELETE, "/izin/503", &allow));
    assert_string_equal(allow, "GET, HEAD, POST");
    assert_null(found(*world, HTTP_GET, "/izin/503/x", &allow));
    assert_null(allow);
    assert_null(found(*world, HTTP_GET, "/izin/", &allow));
    assert_null(allow);
}

static void a_route_without_permission_does_not_start(void **world)
{
    struct web *w;

    assert_int_equal(open_with(*world, without_permission, 1, &w), E_INPUT);
}

static void two_routes_that_cannot_be_told_apart_do_not_start(void **world)
{
    struct web *w;

    assert_int_equal(open_with(*world, twins, 2, &w), E_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(the_route_with_more_fixed_parts_is_taken),
        UNIT(a_fixed_first_part_is_no_government),
        UNIT(another_method_is_told_what_is_allowed),
        UNIT(a_route_without_permission_does_not_start),
        UNIT(two_routes_that_cannot_be_told_apart_do_not_start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
