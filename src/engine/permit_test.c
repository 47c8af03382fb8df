/*
 * permit_test.c: the table of roles, who may, and which rows that reaches.
 */
#include "base/text.h"
#include "base/unit.h"
#undef fail /* of cmocka: ui/req.h has a function of that name */
#include "engine/app.h"

/* clang-format off */
static const struct permit permits[] = {
    {"item.read", "planner agency_staff employee supervisor_kpk"},
    {"item.edit", "agency_staff"},
};
static const struct module module = {.name = "sample", .permits = permits, .n_permits = ARRAY_LEN(permits)};
static const struct module *const modules[] = {&module};

struct thing {
    struct record head;
    ref agency, owner;
};
static const struct entity agency_entity = {.name = "agency"};
static const struct field thing_fields[] = {
    FIELD(struct thing, agency, .of = &agency_entity),
    FIELD(struct thing, owner, .of = &agency_entity),
};
static const struct entity thing_entity =
    ENTITY(struct thing, thing, thing_fields, .agency = "agency", .owner = "owner");
/* clang-format on */

static struct app app = {.modules = modules, .n_modules = 1};

static struct req asking(struct arena *a, struct actor *who, const struct grant *grants, size_t n)
{
    *who = (struct actor){.user = 5, .grants = grants, .n_grants = n};
    return (struct req){.arena = a, .app = &app, .actor = who};
}

static struct thing thing(int64_t gov, int64_t agency, int64_t owner)
{
    return (struct thing){.head = {.gov = gov}, .agency = {agency}, .owner = {owner}};
}

static void the_table_of_roles_names_only_roles(void **world)
{
    size_t i, k, n;

    for (i = 0; i < roles_n; i++) {
        char **codes = text_split(*world, roles[i].not_with != NULL ? roles[i].not_with : "", ' ', &n);

        for (k = 0; k < n; k++)
            if (!text_empty(codes[k]) && role_find(codes[k]) == NULL)
                assert_string_equal(codes[k], "is no role");
        assert_false(roles_exclude(roles[i].code, roles[i].code));
    }
}

static void administrators_have_no_business(void **world)
{
    (void)world;
    assert_true(roles_exclude("admin", "agency_staff"));
    assert_true(roles_exclude("planner", "operator"));
    assert_true(roles_exclude("supervisor_kpk", "head"));
    assert_true(roles_exclude("treasurer", "paying_officer"));
    assert_false(roles_exclude("agency_staff", "employee"));
}

static void nobody_may_what_no_table_says(void **world)
{
    const struct grant staff[] = {{.role = "agency_staff", .gov = 1, .agency = 7}};
    struct actor who;
    struct req r = asking(*world, &who, staff, 1), stranger = {.arena = *world, .app = &app};

    assert_true(may(&r, "item.edit", 1));
    assert_false(may(&r, "item.edit", 2));
    assert_false(may(&r, "item.void", 1));
    assert_true(may(&r, PERMIT_LOGIN, 0));
    assert_false(may(&stranger, PERMIT_LOGIN, 0));
    assert_false(may(&stranger, "item.read", 1));
    assert_true(may(&stranger, PERMIT_ANYBODY, 1));
}

static void what_belongs_to_no_government_is_read_by_all_and_changed_by_none_of_them(void **world)
{
    const struct grant staff[] = {{.role = "agency_staff", .gov = 1, .agency = 7}};
    struct actor who;
    struct req r = asking(*world, &who, staff, 1);

    assert_true(may(&r, "item.read", GOV_ANY));
    assert_false(may(&r, "item.edit", GOV_ANY));
}

static void a_scope_is_the_sum_of_the_grants(void **world)
{
    const struct grant grants[] = {{.role = "agency_staff", .gov = 1, .agency = 7}, {.role = "employee", .gov = 1}};
    struct thing in = thing(1, 7, 0), own = thing(1, 8, 5), other = thing(1, 8, 6), foreign = thing(2, 7, 5);
    struct actor who;
    struct req r = asking(*world, &who, grants, 2);
    struct scope s;

    scope_of(&r, "item.read", 1, &s);
    assert_true(scope_holds(&s, &thing_entity, &in));
    assert_true(scope_holds(&s, &thing_entity, &own));
    assert_false(scope_holds(&s, &thing_entity, &other));
    assert_false(scope_holds(&s, &thing_entity, &foreign));
    scope_of(&r, "item.edit", 1, &s);
    assert_false(scope_holds(&s, &thing_entity, &own));
    scope_of(&r, "item.read", 2, &s);
    assert_true(s.none);
}

static void a_role_of_the_whole_government_reaches_all_of_it(void **world)
{
    const struct grant planner[] = {{.role = "planner", .gov = 1}}, kpk[] = {{.role = "supervisor_kpk", .gov = GOV_ANY}};
    struct thing in = thing(1, 7, 0), foreign = thing(2, 7, 0);
    struct actor who;
    struct req r = asking(*world, &who, planner, 1);
    struct scope s;

    scope_of(&r, "item.read", 1, &s);
    assert_true(scope_holds(&s, &thing_entity, &in));
    r = asking(*world, &who, kpk, 1);
    scope_of(&r, "item.read", 2, &s);
    assert_true(scope_holds(&s, &thing_entity, &foreign));
    assert_false(scope_holds(&s, &thing_entity, &in));
}

static void a_narrow_role_without_its_place_reaches_nothing(void **world)
{
    const struct grant grants[] = {{.role = "agency_staff", .gov = 1}};
    struct thing in = thing(1, 7, 0), nowhere = thing(1, 0, 0);
    struct actor who;
    struct req r = asking(*world, &who, grants, 1);
    struct scope s;

    scope_of(&r, "item.read", 1, &s);
    assert_false(scope_holds(&s, &thing_entity, &in));
    assert_false(scope_holds(&s, &thing_entity, &nowhere));
}

static void what_belongs_to_the_whole_government_is_reached_by_its_narrow_roles(void **world)
{
    static const struct field fields[] = {FIELD(struct thing, agency, .of = &agency_entity)};
    static const struct entity plan = ENTITY(struct thing, plan, fields);
    const struct grant grants[] = {{.role = "agency_staff", .gov = 1, .agency = 7}};
    struct thing own = thing(1, 8, 0), foreign = thing(2, 8, 0);
    struct actor who;
    struct req r = asking(*world, &who, grants, 1);
    struct scope s;

    scope_of(&r, "item.read", 1, &s);
    assert_true(scope_holds(&s, &plan, &own));
    assert_false(scope_holds(&s, &plan, &foreign));
    scope_of(&r, "item.void", 1, &s);
    assert_false(scope_holds(&s, &plan, &own));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(the_table_of_roles_names_only_roles),
        UNIT(administrators_have_no_business),
        UNIT(nobody_may_what_no_table_says),
        UNIT(what_belongs_to_no_government_is_read_by_all_and_changed_by_none_of_them),
        UNIT(a_scope_is_the_sum_of_the_grants),
        UNIT(a_role_of_the_whole_government_reaches_all_of_it),
        UNIT(a_narrow_role_without_its_place_reaches_nothing),
        UNIT(what_belongs_to_the_whole_government_is_reached_by_its_narrow_roles),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
