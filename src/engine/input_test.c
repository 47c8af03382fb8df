/*
 * input_test.c: what is typed becomes the value that was meant, or words on what to do; and comes back as it was typed.
 */
#include "base/date.h"
#include "base/text.h"
#include "engine/row.h"
#include "engine/screen.h"
#include "engine/test_city.h"

/* Every type of field. */
struct thing {
    struct record head;
    int64_t size;
    bool own;
    money fee;
    date due;
    instant at;
    ref node;
    state kind;
    const char *title;
    const char *remark;
    const char *total;
};

static const char *no_x(const void *row)
{
    const struct thing *t = row;

    return strchr(t->title, 'x') != NULL ? "form.controls" : NULL;
}

/* clang-format off */
static const struct field thing_fields[] = {
    FIELD(struct thing, size, .flags = F_REQUIRED, .least = 1, .most = 24),
    FIELD(struct thing, own),
    FIELD(struct thing, fee),
    FIELD(struct thing, due),
    FIELD(struct thing, at),
    FIELD(struct thing, node, .of = &sample_node_entity),
    FIELD(struct thing, kind, .codes = "open closed", .flags = F_FIXED),
    FIELD(struct thing, title, .flags = F_REQUIRED, .max = 10, .check = no_x),
    FIELD(struct thing, remark, .flags = F_LONG),
    FIELD(struct thing, total, .flags = F_COMPUTED),
};
static const struct entity thing_entity = ENTITY(struct thing, thing, thing_fields);

static const struct screen node_screen = {
    .entity = &sample_node_entity, .slug = "node", .permission = "node", .name = "code", .code = "code"};
static const struct screen_form_field asked[] = {{.field = "own"}, {.field = "fee", .only_if = "own"}};
static const struct screen_section sections[] = {{.fields = asked, .n = ARRAY_LEN(asked)}};
static const struct screen *const screens[] = {&node_screen};
static const struct permit permits[] = {{"node.read", "planner"}};
static const struct module module = {.screens = screens, .n_screens = 1, .permits = permits, .n_permits = 1};
static const struct module *const modules[] = {&module};
/* clang-format on */

static void total_of(const struct req *r, const void *before, void *row, struct faults *f)
{
    struct thing *t = row;

    (void)before;
    (void)f;
    t->total = text_printf(r->arena, "%lld", (long long)t->size);
}

static const struct screen thing_screen = {.entity = &thing_entity, .sections = sections, .n_sections = 1, .check = total_of};

static struct req reader_of(struct arena *a, enum lang lang)
{
    return (struct req){.arena = a, .lang = lang, .zone_minutes = 420, .zone = "WIB"};
}

struct reader_case {
    const char *field, *typed;
    enum lang lang;
    const char *stored; /* of the value; NULL for none */
    const char *key;    /* or what is said */
};

static void read_cases(struct arena *a, const struct reader_case *v, size_t n)
{
    size_t i;

    for (i = 0; i < n; i++) {
        struct req r = reader_of(a, v[i].lang);
        const struct field *f = entity_field(&thing_entity, v[i].field);
        struct thing *row = row_new(a, &thing_entity, CITY_GOV);
        const char *arg = NULL, *key;

        row->title = "t";
        key = input_take(&r, &thing_entity, f, row, v[i].typed, &arg);
        if (!text_eq(key, v[i].key) || (key == NULL && !text_eq(field_stored(f, row, a), v[i].stored)))
            print_error("%s \"%s\": %s, %s\n", v[i].field, v[i].typed, key != NULL ? key : "taken", field_stored(f, row, a));
        assert_true(text_eq(key, v[i].key));
        assert_true(key != NULL || text_eq(field_stored(f, row, a), v[i].stored));
        if (key == NULL) {
            const char *back = input_text(&r, f, row);
            struct thing *again = row_new(a, &thing_entity, CITY_GOV);

            again->title = "t";
            assert_null(input_take(&r, &thing_entity, f, again, back, &arg));
            assert_true(text_eq(field_stored(f, again, a), v[i].stored));
        }
    }
}

/* clang-format off */
static void what_people_type_becomes_the_value_they_mean(void **world)
{
    static const struct reader_case cases[] = {
        {"size",   "4",                              LANG_ID, "4", NULL},
        {"size",   " 24 ",                           LANG_EN, "24", NULL},
        {"own",    "Ya",                             LANG_ID, "1", NULL},
        {"own",    "no",                             LANG_ID, "0", NULL},
        {"own",    "",                               LANG_ID, "0", NULL},
        {"fee",    "Rp48.500.000,50",                LANG_ID, "4850000050", NULL},
        {"fee",    "48,500,000.50",                  LANG_EN, "4850000050", NULL},
        {"fee",    "-1.000",                         LANG_ID, "-100000", NULL},
        {"fee",    "",                               LANG_ID, NULL, NULL},
        {"due",    "18-9-2026",                      LANG_ID, "2026-09-18", NULL},
        {"due",    "18 September 2026",              LANG_EN, "2026-09-18", NULL},
        {"due",    "2026-09-18",                     LANG_ID, "2026-09-18", NULL},
        {"due",    "5-3-0913",                       LANG_ID, "0913-03-05", NULL},
        {"at",     "18-9-2026 10.42",                LANG_ID, "1789702920000", NULL},
        {"at",     "18 September 2026 pukul 10.42 WIB", LANG_ID, "1789702920000", NULL},
        {"at",     "2026-09-18T10:42",               LANG_EN, "1789702920000", NULL},
        {"at",     "2026-09-18T03:42:00Z",           LANG_EN, "1789702920000", NULL},
        {"kind",   "closed",                         LANG_ID, "closed", NULL},
        {"title",  "  Kafe\xcc\x81  ",               LANG_ID, "Kaf\xc3\xa9", NULL}, /* NFC */
        {"title",  "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", LANG_ID,
            "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", NULL}, /* ten characters */
        {"remark", "satu\r\ndua",                    LANG_ID, "satu\ndua", NULL},
    };

    read_cases(unit_arena(world), cases, ARRAY_LEN(cases));
}

static void a_moment_outside_of_the_calendar_is_refused(void **world)
{
    struct arena *a = unit_arena(world);
    struct req r = reader_of(a, LANG_ID);
    const struct field *f = entity_field(&thing_entity, "at");
    struct thing *row = row_new(a, &thing_entity, CITY_GOV);
    const char *arg = NULL;

    assert_string_equal(input_stored(&r, &thing_entity, f, row, "-5800000009000000011", &arg), "form.moment");
    assert_string_equal(input_stored(&r, &thing_entity, f, row, "253402300800000", &arg), "form.moment"); /* the year 10000 */
    assert_null(input_stored(&r, &thing_entity, f, row, "253402200000000", &arg));
}

static void what_cannot_be_taken_says_what_to_do(void **world)
{
    static const struct reader_case cases[] = {
        {"size",   "",                  LANG_ID, NULL, "form.fill"},
        {"size",   "empat",             LANG_ID, NULL, "form.number"},
        {"size",   "4,5",               LANG_ID, NULL, "form.number"},
        {"size",   "0",                 LANG_ID, NULL, "form.too-small"},
        {"size",   "25",                LANG_ID, NULL, "form.too-large"},
        {"size",   "99999999999999999999", LANG_ID, NULL, "form.out-of-range"},
        {"own",    "barangkali",        LANG_ID, NULL, "form.yes-or-no"},
        {"fee",    "48,500,000",        LANG_ID, NULL, "form.amount"},
        {"due",    "30-2-2026",         LANG_ID, NULL, "form.no-such-day"},
        {"due",    "besok",             LANG_ID, NULL, "form.date"},
        {"at",     "18-9-2026",         LANG_ID, NULL, "form.moment"},
        {"at",     "18-9-2026 24.00",   LANG_ID, NULL, "form.moment"},
        {"kind",   "half",              LANG_ID, NULL, "form.choose"},
        {"title",  " \xe2\x80\x8b ",    LANG_ID, NULL, "form.fill"},
        {"title",  "elevenchars",       LANG_ID, NULL, "form.too-long"},
        {"title",  "a\nb",              LANG_ID, NULL, "form.one-line"},
        {"title",  "a\x01",             LANG_ID, NULL, "form.one-line"},
        {"title",  "a\xe2\x80\xae" "b", LANG_ID, NULL, "form.one-line"}, /* turns the direction around */
        {"title",  "x",                 LANG_ID, NULL, "form.controls"}, /* the field's own rule */
        {"remark", "a\xc2\x85" "b",     LANG_ID, NULL, "form.controls"},
        {"remark", "a\xff",             LANG_ID, NULL, "form.controls"},
    };

    read_cases(unit_arena(world), cases, ARRAY_LEN(cases));
}
/* clang-format on */

static void the_stored_form_is_taken_by_the_same_rules(void **world)
{
    struct req r = reader_of(*world, LANG_ID);
    struct thing *row = row_new(*world, &thing_entity, CITY_GOV);
    const struct entity *e = &thing_entity;
    const char *arg;

    assert_null(input_stored(&r, e, entity_field(e, "fee"), row, "125000000", &arg));
    assert_int_equal(row->fee.v, 125000000);
    assert_null(input_stored(&r, e, entity_field(e, "due"), row, "2026-09-18", &arg));
    assert_int_equal(row->due.v, date_of(2026, 9, 18).v);
    assert_string_equal(input_stored(&r, e, entity_field(e, "due"), row, "18-9-2026", &arg), "form.date");
    assert_string_equal(input_stored(&r, e, entity_field(e, "fee"), row, "1.000", &arg), "form.amount");
    assert_string_equal(input_stored(&r, e, entity_field(e, "size"), row, "25", &arg), "form.too-large");
    assert_string_equal(input_stored(&r, e, entity_field(e, "own"), row, "ya", &arg), "form.yes-or-no");
    assert_string_equal(input_stored(&r, e, entity_field(e, "title"), row, NULL, &arg), "form.fill");
}

static void rules_of_the_row_are_looked_at_together(void **world)
{
    struct req r = reader_of(*world, LANG_ID);
    struct thing *before = row_new(*world, &thing_entity, CITY_GOV), *row = row_new(*world, &thing_entity, CITY_GOV);
    struct faults f = {.n = 0};

    entity_check(&r, &thing_screen, NULL, row, &f);
    assert_int_equal(f.n, 2);
    assert_string_equal(f.v[0].field, "size");
    assert_string_equal(f.v[1].field, "title");
    assert_null(row->total);

    row->size = 4;
    row->title = "Toko";
    row->fee = (money){100};
    before->kind.v = "open";
    row->kind.v = "closed";
    f.n = 0;
    entity_check(&r, &thing_screen, before, row, &f);
    assert_int_equal(f.n, 1);
    assert_string_equal(f.v[0].key, "form.fixed");

    f.n = 0;
    entity_check(&r, &thing_screen, row, row, &f);
    assert_int_equal(f.n, 0);
    assert_string_equal(row->total, "4");
    assert_int_equal(row->fee.v, MONEY_NONE.v); /* asked only of one's own */
    assert_false(input_allowed(&thing_screen, entity_field(&thing_entity, "total")));
}

/* ---- refs ---- */

struct node_work {
    struct sample_node node;
};

static int insert_node(struct tx *tx, void *arg)
{
    struct node_work *w = arg;
    struct record head;
    int e = row_insert(tx, &sample_node_entity, &w->node, &head);

    if (e == 0)
        w->node.head.id = head.id;
    return e;
}

static int64_t a_node(struct city *c, const char *code)
{
    struct node_work w = {.node = {.head = {.gov = CITY_GOV}, .code = code, .weight = INT_NONE}};

    assert_int_equal(writer_do(c->writer, insert_node, &w), 0);
    return w.node.head.id;
}

static void a_ref_is_found_by_code_or_id_and_only_within_the_scope(void **world)
{
    static const struct grant planner = {.role = "planner", .gov = CITY_GOV},
                              treasurer = {.role = "treasurer", .gov = CITY_GOV};
    struct actor actor = {.user = 7, .grants = &planner, .n_grants = 1};
    const struct field *f = entity_field(&thing_entity, "node");
    struct thing *row;
    struct req r;
    const char *arg;
    int64_t id;

    CITY(c, world);
    c.app.modules = modules;
    c.app.n_modules = 1;
    id = a_node(&c, "1.2");
    r = reader_of(&c.a, LANG_ID);
    r.app = &c.app;
    r.db = c.t.owner;
    r.actor = &actor;
    row = row_new(&c.a, &thing_entity, CITY_GOV);

    assert_null(input_take(&r, &thing_entity, f, row, "1.2", &arg));
    assert_int_equal(row->node.v, id);
    assert_string_equal(input_text(&r, f, row), "1.2");
    assert_null(input_take(&r, &thing_entity, f, row, text_printf(&c.a, "%lld", (long long)id), &arg));
    assert_int_equal(row->node.v, id);
    assert_string_equal(input_take(&r, &thing_entity, f, row, "9.9", &arg), "form.no-such");
    assert_string_equal(arg, "9.9");
    row->head.gov = CITY_FOREIGN;
    assert_string_equal(input_take(&r, &thing_entity, f, row, text_printf(&c.a, "%lld", (long long)id), &arg), "form.no-such");
    row->head.gov = CITY_GOV;
    actor.grants = &treasurer; /* who has no business with nodes */
    assert_string_equal(input_take(&r, &thing_entity, f, row, "1.2", &arg), "form.no-such");
    assert_int_equal(row->node.v, 0);
    city_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(what_people_type_becomes_the_value_they_mean),
        UNIT(what_cannot_be_taken_says_what_to_do),
        UNIT(a_moment_outside_of_the_calendar_is_refused),
        UNIT(the_stored_form_is_taken_by_the_same_rules),
        UNIT(rules_of_the_row_are_looked_at_together),
        TEST_ON_BOTH(a_ref_is_found_by_code_or_id_and_only_within_the_scope),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
