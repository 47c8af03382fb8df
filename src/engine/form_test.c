/*
 * form_test.c: forms and the pages of a record over HTTP, on both databases.
 */
#include "engine/form.h"
#include "engine/row.h"
#include "engine/sample_screen.h"
#include "engine/test_web.h"
#include "ui/test_markup.h"

/* Every type of field, a computed and a masked one. */
struct thing {
    struct record head;
    const char *number;
    const char *about;
    int64_t size;
    bool own;
    money fee;
    date due;
    instant filed;
    ref node;
    state kind;
    const char *total;
    const char *nik;
};

static const char *dots(struct arena *a, const char *value)
{
    return text_printf(a, "\xe2\x80\xa2\xe2\x80\xa2%s", strlen(value) > 4 ? value + strlen(value) - 4 : "");
}

static void total_of(const struct req *r, const void *before, void *row, struct faults *f)
{
    struct thing *t = row;

    (void)before;
    if (t->own && t->size != INT_NONE && t->size > 20)
        faults_add(f, "size", "form.too-large", "ukuran");
    t->total = t->size != INT_NONE ? text_printf(r->arena, "%lld m", (long long)t->size) : NULL;
}

/* clang-format off */
static const struct field thing_fields[] = {
    FIELD(struct thing, number, .flags = F_REQUIRED | F_PUBLIC | F_UNIQUE, .max = 40),
    FIELD(struct thing, about, .flags = F_LONG),
    FIELD(struct thing, size, .least = 1, .most = 100),
    FIELD(struct thing, own),
    FIELD(struct thing, fee),
    FIELD(struct thing, due, .flags = F_PUBLIC),
    FIELD(struct thing, filed),
    FIELD(struct thing, node, .of = &sample_node_entity),
    FIELD(struct thing, kind, .codes = "draft filed", .flags = F_FIXED),
    FIELD(struct thing, total, .flags = F_COMPUTED),
    FIELD(struct thing, nik, .flags = F_PERSONAL, .subject = "id", .max = 16, .mask = dots, .privacy = &sample_privacy),
};
static const struct entity thing_entity = ENTITY(struct thing, thing, thing_fields, .is_subject = true);

static const struct screen_column columns[] = {{.field = "number"}};
static const struct screen_form_field asked[] = {
    {.field = "number"}, {.field = "about"}, {.field = "size", .pair = true}, {.field = "own"}, {.field = "fee"}, {.field = "due"},
    {.field = "filed"}, {.field = "node"}, {.field = "kind"}, {.field = "total"}, {.field = "nik"},
};
static const struct screen_section sections[] = {{.fields = asked, .n = ARRAY_LEN(asked)}};
static const struct screen thing_screen = {
    .entity = &thing_entity, .slug = "hal", .permission = "thing", .name = "number", .code = "number",
    .columns = columns, .n_columns = 1, .sections = sections, .n_sections = 1, .check = total_of,
};
static const struct screen *const screens[] = {&thing_screen};
static const struct permit permits[] = {
    {"thing.read", "planner auditor"}, {"thing.create", "planner"}, {"thing.edit", "planner"}, {"thing.void", "planner"},
    {"thing.reveal", "planner"},
};
static const struct module things = {.name = "things", .screens = screens, .n_screens = 1,
                                     .permits = permits, .n_permits = ARRAY_LEN(permits)};
static const struct module *const modules[] = {&things, &sample_module};
static struct test_person people[] = { /* the agency of siti is set when it is there */
    {"rina", 11, {{.role = "planner", .gov = CITY_GOV}}, 1},
    {"dewi", 12, {{.role = "planner", .gov = CITY_GOV}}, 1},
    {"budi", 13, {{.role = "auditor", .gov = CITY_GOV}}, 1},
    {"lain", 14, {{.role = "planner", .gov = CITY_FOREIGN}}, 1},
    {"ayu",  16, {{.role = "admin", .gov = GOV_ANY}}, 1},
    {"adm",  17, {{.role = "admin", .gov = CITY_GOV}}, 1},
    {"siti", 15, {{.role = "front_office", .gov = CITY_GOV}, {.role = "back_office", .gov = CITY_GOV}}, 2},
};
static const struct query count_things = {.name = "test.things", .sql = "SELECT COUNT(*), MAX(id) FROM thing", .in = "", .out = "ii"};
static const struct query count_drafts = {.name = "test.drafts", .sql = "SELECT COUNT(*), MAX(rev) FROM form_draft", .in = "", .out = "ii"};
static const struct query count_reads = {.name = "test.reads", .sql = "SELECT COUNT(*), MAX(leaf_idx) FROM read_pass", .in = "", .out = "ii"};
/* clang-format on */

#define SITI 6
#define HOME "/kerja/kota-contoh/hal"

#define SITE(s, c, world)                                                                                                      \
    struct test_site s;                                                                                                        \
    CITY(c, world);                                                                                                            \
    site_begin(&(s), &(c))

static void site_begin(struct test_site *s, struct city *c)
{
    const char *sql;
    struct buf text;

    buf_init(&text, &c->a, 64 * KB);
    schema_create(&thing_entity, &text);
    assert_int_equal(migration_text(c->t.kind, &c->a, text.s, &sql), 0);
    assert_int_equal(db_script(c->t.owner, sql), 0);
    c->app.modules = modules;
    c->app.n_modules = ARRAY_LEN(modules);
    site_open(s, c, NULL, 0, people, ARRAY_LEN(people));
}

static void site_end(struct test_site *s)
{
    struct city *c = s->city;

    site_close(s);
    city_close(c);
}

static int64_t count(struct city *c, const struct query *q, int64_t *ret_max)
{
    AUTO_ROWS struct rows rows;

    assert_int_equal(db_select(&rows, c->t.owner, q), 0);
    assert_int_equal(rows_next(&rows), 1);
    if (ret_max != NULL)
        *ret_max = rows_int(&rows, 1);
    return rows_int(&rows, 0);
}

static struct thing *thing_of(struct city *c, int64_t id)
{
    struct thing *t = arena_alloc(&c->a, sizeof *t);

    assert_int_equal(row_get(c->t.owner, &c->a, &thing_entity, CITY_GOV, id, t), 1);
    return t;
}

static int64_t a_thing(struct test_site *s, const char *form)
{
    const char *answer = site_post(s, "rina", HOME "/baru", form), *to;
    int64_t id = 0;

    assert_int_equal(site_status(answer), 303);
    to = site_field(s, answer, "Location");
    assert_true(text_starts(to, HOME "/"));
    assert_int_equal(text_int(to + strlen(HOME "/"), 1, INT64_MAX, &id), 0);
    return id;
}

static const char *path_of(struct test_site *s, int64_t id, const char *more)
{
    return text_printf(&s->a, HOME "/%lld%s", (long long)id, more);
}

static bool has(const char *answer, const char *text)
{
    return strstr(answer, text) != NULL;
}

/* A page of ours, read strictly. */
static const char *page_of(struct test_site *s, const char *answer)
{
    const char *fault = markup_fault(&s->a, site_body(answer), true);

    if (fault != NULL)
        print_error("%s\n", fault);
    assert_null(fault);
    return answer;
}

static void a_form_makes_a_row_and_leads_to_it(void **world)
{
    const struct thing *t;
    const char *answer;
    int64_t id;

    SITE(s, c, world);
    answer = page_of(&s, site_get(&s, "rina", HOME "/baru"));
    assert_int_equal(site_status(answer), 200);
    assert_true(has(answer, "name=\"number\""));
    assert_false(has(answer, "name=\"total\""));
    id = a_thing(&s,
                 "number=T-1&about=satu%0D%0Adua&size=12&own=1&fee=48.500.000&due=18-9-2026&filed=18-9-2026+10.42&kind=filed&"
                 "nik=3671010101010001");
    t = thing_of(&c, id);
    assert_string_equal(t->about, "satu\ndua");
    assert_int_equal(t->fee.v, INT64_C(4850000000));
    assert_true(t->own);
    assert_string_equal(t->total, "12 m");
    answer = page_of(&s, site_get(&s, "rina", path_of(&s, id, "")));
    assert_int_equal(site_status(answer), 200);
    assert_true(has(answer, "T-1"));
    assert_true(has(answer, "class=\"proof\""));
    assert_true(has(answer, "class=\"trail\""));
    assert_false(has(answer, "3671010101010001"));
    assert_int_equal(site_status(site_get(&s, "rina", path_of(&s, id, "/bukti"))), 503); /* no checkpoint yet */
    site_end(&s);
}

static void what_is_wrong_is_said_and_nothing_typed_is_lost(void **world)
{
    const char *answer;

    SITE(s, c, world);
    answer = site_post(&s, "rina", HOME "/baru",
                       "number=&about=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E&size=empat&fee=%3Cb%3E&due=30-2-2026&own=1");
    assert_int_equal(site_status(answer), 422);
    assert_true(has(page_of(&s, answer), "<title>Kesalahan:"));
    assert_true(has(answer, "href=\"#number\""));
    assert_true(has(answer, "value=\"empat\""));
    assert_true(has(answer, "&lt;script&gt;alert(1)"));
    assert_false(has(answer, "<script>alert"));
    assert_true(has(answer, "value=\"&lt;b&gt;\""));
    assert_true(has(answer, "value=\"30-2-2026\""));
    assert_true(has(answer, "checked"));
    assert_int_equal(count(&c, &count_things, NULL), 0);
    answer = site_post(&s, "rina", HOME "/baru", "number=T-1&size=50&own=1"); /* the screen's own rule */
    assert_int_equal(site_status(answer), 422);
    assert_true(has(answer, "href=\"#size\""));
    site_end(&s);
}

static void what_is_stored_comes_out_escaped(void **world)
{
    const char *evil = "%22%3E%3Cscript%3Ex%3C%2Fscript%3E%27%26";
    const char *answer;
    int64_t id;

    SITE(s, c, world);
    id = a_thing(&s, text_printf(&s.a, "number=%s&about=%s", evil, evil));
    assert_int_equal(site_status(site_post(&s, "rina", path_of(&s, id, "/ubah"),
                                           text_printf(&s.a, "rev=1&number=T%s&about=%s", evil, evil))),
                     303);
    assert_false(has(page_of(&s, site_get(&s, "rina", path_of(&s, id, ""))), "<script>x"));
    assert_false(has(page_of(&s, site_get(&s, "rina", path_of(&s, id, "/ubah"))), "<script>x"));
    assert_false(has(page_of(&s, site_get(&s, "rina", path_of(&s, id, "/batal"))), "<script>x"));
    answer = site_post(&s, "dewi", path_of(&s, id, "/ubah"), text_printf(&s.a, "rev=1&number=%s&about=a%s", evil, evil));
    assert_int_equal(site_status(answer), 409);
    assert_false(has(page_of(&s, answer), "<script>x"));
    site_end(&s);
}

static void a_form_sent_twice_makes_one_row(void **world)
{
    const char *first, *second;

    SITE(s, c, world);
    assert_int_equal(site_status(site_post(&s, "rina", HOME "/baru", "number=&sekali=k1")), 422);
    first = site_post(&s, "rina", HOME "/baru", "number=T-1&sekali=k1");
    assert_int_equal(site_status(first), 303);
    first = site_post(&s, "rina", HOME "/baru", "about=x&number=T-2&sekali=k2");
    second = site_post(&s, "rina", HOME "/baru", "about=x&number=T-3&sekali=k2");
    assert_int_equal(site_status(second), 303);
    assert_string_equal(site_field(&s, first, "Location"), site_field(&s, second, "Location"));
    assert_int_equal(count(&c, &count_things, NULL), 2);
    site_end(&s);
}

static void two_editors_get_both_versions_and_choose(void **world)
{
    const struct thing *t;
    const char *answer;
    int64_t id;

    SITE(s, c, world);
    id = a_thing(&s, "number=T-1&about=awal&size=3");
    assert_int_equal(site_status(site_post(&s, "dewi", path_of(&s, id, "/ubah"), "rev=1&number=T-1&about=dewi&size=7")), 303);
    answer = site_post(&s, "rina", path_of(&s, id, "/ubah"), "rev=1&number=T-1&about=rina&size=3");
    assert_int_equal(site_status(answer), 409);
    assert_true(has(answer, "value=\"rina\" checked")); /* both changed it: mine is offered first */
    assert_true(has(answer, "value=\"dewi\""));
    assert_true(has(answer, "value=\"7\" checked")); /* only the other changed it */
    assert_true(has(answer, "name=\"rev\" value=\"2\""));
    assert_string_equal(thing_of(&c, id)->about, "dewi");
    assert_int_equal(site_status(site_post(&s, "rina", path_of(&s, id, "/ubah"), "rev=2&number=T-1&about=rina&size=7")), 303);
    t = thing_of(&c, id);
    assert_string_equal(t->about, "rina");
    assert_int_equal(t->size, 7);
    site_end(&s);
}

static void a_number_that_is_taken_is_named(void **world)
{
    const char *answer;

    SITE(s, c, world);
    (void)a_thing(&s, "number=T-1"); /* its id is not needed */
    answer = site_post(&s, "rina", HOME "/baru", "number=T-1&about=x");
    assert_int_equal(site_status(answer), 422);
    assert_true(has(answer, "href=\"#number\""));
    assert_int_equal(count(&c, &count_things, NULL), 1);
    site_end(&s);
}

static void fields_that_the_form_does_not_have_are_refused(void **world)
{
    static const char *const forms[] = {"total=9", "id=5", "gov=3603", "role=admin", "voided_at=1", "number=T-2", "rekam=1"};
    int64_t id;
    size_t i;

    SITE(s, c, world);
    for (i = 0; i < ARRAY_LEN(forms); i++)
        assert_int_equal(site_status(site_post(&s, "rina", HOME "/baru", text_printf(&s.a, "number=T-1&%s", forms[i]))), 400);
    assert_int_equal(count(&c, &count_things, NULL), 0);
    id = a_thing(&s, "number=T-1&kind=draft");
    assert_int_equal(site_status(site_post(&s, "rina", path_of(&s, id, "/ubah"), "rev=1&number=T-1&kind=filed")),
                     400);                                                                             /* fixed */
    assert_int_equal(site_status(site_post(&s, "rina", path_of(&s, id, "/ubah"), "number=T-1")), 400); /* of which revision? */
    site_end(&s);
}

static void a_foreign_record_is_not_there(void **world)
{
    const char *theirs;
    int64_t id;

    SITE(s, c, world);
    id = a_thing(&s, "number=T-1");
    theirs = text_printf(&s.a, "/kerja/kota-lain/hal/%lld", (long long)id);
    assert_int_equal(site_status(site_get(&s, "lain", theirs)), 404);
    assert_int_equal(site_status(site_get(&s, "lain", text_printf(&s.a, "%s/ubah", theirs))), 404);
    assert_int_equal(site_status(site_get(&s, "lain", text_printf(&s.a, "%s/batal", theirs))), 404);
    assert_int_equal(site_status(site_get(&s, "lain", text_printf(&s.a, "%s/bukti", theirs))), 404);
    assert_int_equal(site_status(site_post(&s, "lain", text_printf(&s.a, "%s/ubah", theirs), "rev=1&number=X")), 404);
    assert_int_equal(site_status(site_post(&s, "lain", text_printf(&s.a, "%s/batal", theirs), "rev=1&alasan=X")), 404);
    assert_int_equal(site_status(site_post(&s, "lain", text_printf(&s.a, "%s/tampilkan", theirs), "alasan=X")), 404);
    assert_int_equal(site_status(site_post(&s, "lain", "/kerja/kota-lain/hal/draf",
                                           text_printf(&s.a, "rekaman=%lld&number=X&rev=1", (long long)id))),
                     404);
    assert_int_equal(site_status(site_get(&s, "rina", HOME "/999")), 404);
    assert_int_equal(site_status(site_get(&s, "rina", HOME "/x")), 404);
    assert_int_equal(site_status(site_get(&s, "budi", path_of(&s, id, ""))), 200);
    assert_int_equal(site_status(site_get(&s, "budi", path_of(&s, id, "/ubah"))), 403);
    site_end(&s);
}

static void a_draft_is_kept_offered_used_and_forgotten(void **world)
{
    const char *answer;

    SITE(s, c, world);
    assert_int_equal(site_status(site_post(&s, "rina", HOME "/baru", "number=&about=panjang&own=1")), 422);
    assert_int_equal(count(&c, &count_drafts, NULL), 1);
    answer = site_get(&s, "rina", HOME "/baru");
    assert_true(has(answer, "Draf tersimpan"));
    assert_false(has(answer, "panjang"));
    assert_false(has(site_get(&s, "dewi", HOME "/baru"), "href=\"?draf=1\"")); /* hers alone */
    answer = site_get(&s, "rina", HOME "/baru?draf=1");
    assert_true(has(answer, "panjang"));
    assert_true(has(answer, "checked"));
    answer = site_post(&s, "rina", HOME "/draf", "rekaman=0&buang=1");
    assert_int_equal(site_status(answer), 303);
    assert_string_equal(site_field(&s, answer, "Location"), HOME "/baru");
    assert_int_equal(count(&c, &count_drafts, NULL), 0);

    answer = site_post(&s, "rina", HOME "/draf", "rekaman=0&number=T-9"); /* as the script does */
    assert_int_equal(site_status(answer), 200);
    assert_true(text_starts(site_body(answer), "Draf tersimpan"));
    assert_int_equal(site_status(site_post(&s, "rina", HOME "/baru", "number=T-8&draf=1")), 303);
    assert_int_equal(count(&c, &count_drafts, NULL), 1);
    assert_int_equal(count(&c, &count_things, NULL), 0);
    (void)a_thing(&s, "number=T-8"); /* its id is not needed */
    assert_int_equal(count(&c, &count_drafts, NULL), 0);
    site_end(&s);
}

static int forget(struct tx *tx, void *arg)
{
    return draft_forget(tx, *(const instant *)arg);
}

static void old_drafts_are_forgotten(void **world)
{
    instant before = {1}, after = {INT64_MAX};

    SITE(s, c, world);
    assert_int_equal(site_status(site_post(&s, "rina", HOME "/draf", "rekaman=0&nik=3671010101010001")), 200);
    assert_int_equal(writer_do(c.writer, forget, &before), 0);
    assert_int_equal(count(&c, &count_drafts, NULL), 1);
    assert_int_equal(writer_do(c.writer, forget, &after), 0);
    assert_int_equal(count(&c, &count_drafts, NULL), 0);
    site_end(&s);
}

static void masked_values_are_shown_for_a_reason_to_one_session(void **world)
{
    const char *answer;
    int64_t id, leaf = 0;

    SITE(s, c, world);
    id = a_thing(&s, "number=T-1&nik=3671010101010001");
    assert_false(has(site_get(&s, "rina", path_of(&s, id, "/ubah")), "3671010101010001"));
    assert_int_equal(site_status(site_post(&s, "rina", path_of(&s, id, "/ubah"), "rev=1&number=T-2")), 303);
    assert_string_equal(thing_of(&c, id)->nik, "3671010101010001"); /* what was not shown was not touched */
    answer = site_post(&s, "rina", path_of(&s, id, "/tampilkan"), "alasan=+");
    assert_int_equal(site_status(answer), 422);
    assert_false(has(answer, "3671010101010001"));
    assert_int_equal(site_status(site_post(&s, "budi", path_of(&s, id, "/tampilkan"), "alasan=ingin")), 403);
    assert_int_equal(site_status(site_post(&s, "rina", path_of(&s, id, "/tampilkan"), "alasan=cocokkan+KTP")), 303);
    assert_int_equal(count(&c, &count_reads, &leaf), 1);
    assert_true(leaf > 0);
    assert_true(has(site_get(&s, "rina", path_of(&s, id, "")), "3671010101010001"));
    assert_true(has(site_get(&s, "rina", path_of(&s, id, "/ubah")), "3671010101010001"));
    assert_false(has(site_get(&s, "dewi", path_of(&s, id, "")), "3671010101010001"));
    test_db_script(&c.t, "UPDATE read_pass SET at = at - 600001"); /* ten minutes later */
    assert_false(has(site_get(&s, "rina", path_of(&s, id, "")), "3671010101010001"));
    site_end(&s);
}

static void a_void_record_keeps_its_reason_and_is_edited_no_more(void **world)
{
    const char *answer;
    int64_t id;

    SITE(s, c, world);
    id = a_thing(&s, "number=T-1");
    assert_int_equal(site_status(site_post(&s, "rina", path_of(&s, id, "/batal"), "rev=1&alasan=")), 422);
    assert_int_equal(site_status(site_post(&s, "rina", path_of(&s, id, "/batal"), "rev=9&alasan=ganda")), 409);
    assert_int_equal(site_status(site_post(&s, "rina", path_of(&s, id, "/batal"), "rev=1&alasan=tercatat+dua+kali")), 303);
    assert_true(thing_of(&c, id)->head.voided_at.v != INSTANT_NONE.v);
    answer = site_get(&s, "rina", path_of(&s, id, ""));
    assert_true(has(answer, "tercatat dua kali"));
    assert_false(has(answer, "/ubah\""));
    assert_int_equal(site_status(site_get(&s, "rina", path_of(&s, id, "/ubah"))), 409);
    assert_int_equal(site_status(site_post(&s, "rina", path_of(&s, id, "/ubah"), "rev=2&number=T-9")), 409);
    site_end(&s);
}

/* ---- the sample's entities ---- */

struct insert {
    const struct entity *e;
    void *row;
};

static int insert_row(struct tx *tx, void *arg)
{
    struct insert *in = arg;
    struct record head;
    int result = row_insert(tx, in->e, in->row, &head);

    if (result == 0)
        ((struct record *)in->row)->id = head.id;
    return result;
}

static int64_t inserted(struct city *c, const struct entity *e, void *row)
{
    struct insert in = {e, row};

    assert_int_equal(writer_do(c->writer, insert_row, &in), 0);
    return ((struct record *)row)->id;
}

/* The body that the form of this row sends when nobody touches it. */
static const char *as_shown(struct test_site *s, const struct screen *screen, const void *row, struct arena *a)
{
    struct req r = {
        .arena = a, .lang = LANG_ID, .zone_minutes = 420, .zone = "WIB", .app = &s->city->app, .db = s->city->t.owner};
    struct form f = {.s = screen, .before = row};
    struct buf b;
    size_t i;

    buf_init(&b, a, 64 * KB);
    buf_printf(&b, "rev=1");
    for (i = 0; i < screen->entity->n_fields; i++) {
        const struct field *field = &screen->entity->fields[i];
        const char *text = input_text(&r, field, row);

        if (form_asks(&f, field) && (field->type != FIELD_BOOL || text[0] == '1'))
            buf_printf(&b, "&%s=%s", field->name, url_encode(a, text));
    }
    return b.s;
}

static void round_trip(struct test_site *s, const char *login, const struct screen *screen, int64_t id)
{
    struct arena *a = &s->city->a;
    struct record *row = arena_alloc(a, screen->entity->size), *back = arena_alloc(a, screen->entity->size);
    const char *path = text_printf(a, "/kerja/%s/%s/%lld", screen->entity->kind == ENTITY_DATA ? "kota-contoh" : "-",
                                   screen->slug, (long long)id);
    size_t i;

    assert_int_equal(row_get(s->city->t.owner, a, screen->entity, CITY_GOV, id, row), 1);
    assert_int_equal(site_status(site_get(s, login, path)), 200);
    assert_int_equal(site_status(site_get(s, login, text_printf(a, "%s/ubah", path))), 200);
    assert_int_equal(site_status(site_post(s, login, text_printf(a, "%s/ubah", path), as_shown(s, screen, row, a))), 303);
    assert_int_equal(row_get(s->city->t.owner, a, screen->entity, CITY_GOV, id, back), 1);
    assert_int_equal(back->rev, 2);
    for (i = 0; i < screen->entity->n_fields; i++)
        assert_true(
            text_eq(field_stored(&screen->entity->fields[i], row, a), field_stored(&screen->entity->fields[i], back, a)));
}

static void every_sample_comes_back_from_its_form_as_it_was(void **world)
{
    struct sample_node node = {.code = "5.03", .weight = INT_NONE};
    struct sample_person person = {.head = {.gov = CITY_GOV}, .name = "Siti Aminah"};
    struct sample_case row = {.head = {.gov = CITY_GOV},
                              .number = "503/1",
                              .applicant = "Siti \xe2\x80\x9cMina\xe2\x80\x9d",
                              .status = {"filed"},
                              .due = {20714},
                              .filed_at = {1767225612345},
                              .fee = {-125000050}};
    struct sample_line line = {.head = {.gov = CITY_GOV}, .account = "5.1", .amount = {100}};
    const char *node_path;
    int64_t agency;

    SITE(s, c, world);
    agency = inserted(&c, &sample_node_entity, &node);
    people[SITI].grant[0].agency = people[SITI].grant[1].agency = agency;
    row.agency.v = agency;
    row.person.v = inserted(&c, &sample_person_entity, &person);
    line.of_case.v = inserted(&c, &sample_case_entity, &row);
    round_trip(&s, "siti", &sample_line_screen, inserted(&c, &sample_line_entity, &line)); /* within the case */
    round_trip(&s, "siti", &sample_case_screen, row.head.id);
    round_trip(&s, "ayu", &sample_node_screen, agency);
    node_path = text_printf(&s.a, "/kerja/-/contoh-simpul/%lld", (long long)agency);
    assert_int_equal(site_status(site_get(&s, "adm", node_path)), 200);
    assert_int_equal(site_status(site_get(&s, "adm", text_printf(&s.a, "%s/ubah", node_path))), 403); /* the same for all */
    assert_true(
        has(site_get(&s, "siti", text_printf(&s.a, "/kerja/kota-contoh/contoh-permohonan/%lld", (long long)row.head.id)),
            "contoh-rincian"));
    people[SITI].grant[0].agency = people[SITI].grant[1].agency = agency + 1; /* of another agency: not there */
    assert_int_equal(site_status(site_get(
                         &s, "siti", text_printf(&s.a, "/kerja/kota-contoh/contoh-permohonan/%lld", (long long)row.head.id))),
                     404);
    site_end(&s);
}

static void who_reaches_one_agency_makes_rows_there_and_nowhere_else(void **world)
{
    struct sample_node mine = {.code = "5.03", .weight = INT_NONE}, other = {.code = "5.04", .weight = INT_NONE};
    const char *form = "number=503%2F1&applicant=Siti&filed_at=18-9-2026+10.42";
    const char *new = "/kerja/kota-contoh/contoh-permohonan/baru", *answer;
    struct sample_case row;
    int64_t id;

    SITE(s, c, world);
    people[SITI].grant[0].agency = people[SITI].grant[1].agency = inserted(&c, &sample_node_entity, &mine);
    (void)inserted(&c, &sample_node_entity, &other); /* its id is other.head.id */
    assert_true(has(page_of(&s, site_get(&s, "siti", new)), "selected>5.03"));
    answer = site_post(&s, "siti", new, text_printf(&s.a, "%s&agency=%lld", form, (long long)other.head.id));
    assert_int_equal(site_status(answer), 422);
    assert_true(has(page_of(&s, answer), "href=\"#agency\""));
    answer = site_post(&s, "siti", new, text_printf(&s.a, "%s&agency=%lld", form, (long long)mine.head.id));
    assert_int_equal(site_status(answer), 303);
    assert_int_equal(text_int(strrchr(site_field(&s, answer, "Location"), '/') + 1, 1, INT64_MAX, &id), 0);
    assert_int_equal(row_get(c.t.owner, &c.a, &sample_case_entity, CITY_GOV, id, &row), 1);
    assert_int_equal(row.agency.v, mine.head.id);
    assert_string_equal(row.status.v, "draft"); /* where its workflow begins; */
    assert_int_equal(site_status(site_post(&s, "siti", new, text_printf(&s.a, "%s&status=granted", form))),
                     400); /* not by form */
    site_end(&s);
}

static void the_statements_of_forms_prepare(void **world)
{
    size_t i;

    CITY(c, world);
    for (i = 0; i < form_module.n_queries; i++)
        assert_int_equal(db_check(c.t.owner, form_module.queries[i]), 0);
    city_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_form_makes_a_row_and_leads_to_it),
        TEST_ON_BOTH(what_is_wrong_is_said_and_nothing_typed_is_lost),
        TEST_ON_BOTH(what_is_stored_comes_out_escaped),
        TEST_ON_BOTH(a_form_sent_twice_makes_one_row),
        TEST_ON_BOTH(two_editors_get_both_versions_and_choose),
        TEST_ON_BOTH(a_number_that_is_taken_is_named),
        TEST_ON_BOTH(fields_that_the_form_does_not_have_are_refused),
        TEST_ON_BOTH(a_foreign_record_is_not_there),
        TEST_ON_BOTH(a_draft_is_kept_offered_used_and_forgotten),
        TEST_ON_BOTH(old_drafts_are_forgotten),
        TEST_ON_BOTH(masked_values_are_shown_for_a_reason_to_one_session),
        TEST_ON_BOTH(a_void_record_keeps_its_reason_and_is_edited_no_more),
        TEST_ON_BOTH(every_sample_comes_back_from_its_form_as_it_was),
        TEST_ON_BOTH(who_reaches_one_agency_makes_rows_there_and_nowhere_else),
        TEST_ON_BOTH(the_statements_of_forms_prepare),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
