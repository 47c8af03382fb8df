/*
 * erase_test.c: a person is taken out of rows, history, drafts, search, comments, files and tasks, and no byte of the name
 * stays in the database; the ledger still agrees. On both databases.
 */
#include "base/date.h"
#include "base/text.h"
#include "engine/attachment.h"
#include "engine/beside.h"
#include "engine/comment.h"
#include "engine/engine_module.h"
#include "engine/erase.h"
#include "engine/ledger_table.h"
#include "engine/list.h"
#include "engine/search.h"
#include "engine/test_city.h"
#include "os/os.h"
#include "os/test_dir.h"
#undef fail

#define NAME  "Kusumawardhani Xq"
#define OLD   "Kusumawardhana Xq"
#define MARK  "usumawardhan" /* in both, whatever the first letter */
#define BASIS "UU 27/2022 pasal 43"

static const char *const case_words[] = {"number", "applicant", NULL};
static const struct screen case_screen = {.entity = &sample_case_entity,
                                          .slug = "kasus",
                                          .permission = "case",
                                          .name = "applicant",
                                          .code = "number",
                                          .search = case_words,
                                          .attachments = true,
                                          .comments = true};
static const struct screen *const screens[] = {&case_screen};
static const struct entity *const entities[] = {&sample_node_entity, &sample_person_entity, &sample_case_entity,
                                                &sample_line_entity};
static const struct module module = {
    .name = "case", .entities = entities, .n_entities = ARRAY_LEN(entities), .screens = screens, .n_screens = 1};
static const struct module *const modules[] = {&module, &search_module, &attach_module, &erase_module};

struct world {
    struct city c;
    struct test_dir files;
    struct sample_person person, other;
    struct sample_case held, former; /* about the person; about the person once */
    struct attachment file;
    struct comment naming, other_comment;
    struct erase_person p;
};

/* clang-format off */
static const struct query q_draft = {
    .name = "test.draft", .in = "", .out = "",
    .sql = "INSERT INTO form_draft (by_user, gov, screen, record, rev, typed, at) VALUES (7, 3671, 'kasus', 0, 0, '{\"applicant\":\"KUSUMAWARDHANI XQ\"}', 1)"};
static const struct query q_draft_other = {
    .name = "test.draft", .in = "", .out = "",
    .sql = "INSERT INTO form_draft (by_user, gov, screen, record, rev, typed, at) VALUES (8, 3671, 'kasus', 0, 0, '{\"applicant\":\"Budi\"}', 1)"};
static const struct query q_view = {
    .name = "test.view", .in = "", .out = "",
    .sql = "INSERT INTO saved_view (gov, id, rev, person, screen, name, query) VALUES (3671, 5, 1, 7, 'kasus', 'punya', 'q=Kusumawardhani+Xq')"};
static const struct query q_drafts_n = {
    .name = "test.drafts", .sql = "SELECT count(*) FROM form_draft", .in = "", .out = "i"};
static const struct query q_leaf = {
    .name = "test.leaf", .sql = "SELECT body FROM ledger_entry WHERE idx = ?1", .in = "i", .out = "b"};
static const struct query q_tables = {
    .name = "test.tables", .in = "t", .out = "t",
    .sql = "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = ?1 ORDER BY tablename"};
/* clang-format on */

static int make(struct tx *tx, void *arg)
{
    struct world *w = arg;
    struct sample_case before;
    int e;

    w->person = (struct sample_person){.head = {.gov = CITY_GOV}, .name = OLD};
    w->other = (struct sample_person){.head = {.gov = CITY_GOV}, .name = "Budi Santoso"};
    e = row_insert(tx, &sample_person_entity, &w->person, &w->person.head);
    if (e == 0)
        e = row_insert(tx, &sample_person_entity, &w->other, &w->other.head);
    w->held = w->former = (struct sample_case){.head = {.gov = CITY_GOV},
                                               .number = "503/1",
                                               .person = {w->person.head.id},
                                               .applicant = NAME,
                                               .status = {"filed"},
                                               .due = DATE_NONE,
                                               .filed_at = tx->now,
                                               .fee = MONEY_NONE};
    w->former.number = "503/2";
    if (e == 0)
        e = row_insert(tx, &sample_case_entity, &w->held, &w->held.head);
    if (e == 0)
        e = row_insert(tx, &sample_case_entity, &w->former, &w->former.head);
    before = w->former;
    w->former.person.v = w->other.head.id;
    w->former.applicant = "Budi Santoso";
    if (e == 0)
        e = row_update(tx, &sample_case_entity, &before, &w->former, &w->former.head);
    w->naming = (struct comment){.head = {.gov = CITY_GOV},
                                 .record = w->held.head.id,
                                 .of_entity = "sample_case",
                                 .body = "Sudah ditelepon: " NAME ", setuju.",
                                 .author = 7,
                                 .author_name = "Sari",
                                 .written_at = tx->now};
    w->other_comment = w->naming;
    w->other_comment.body = "Kusuma lain";
    if (e == 0)
        e = row_insert(tx, &comment_entity, &w->naming, &w->naming.head);
    if (e == 0)
        e = row_insert(tx, &comment_entity, &w->other_comment, &w->other_comment.head);
    if (e == 0)
        e = row_insert(tx, &attachment_entity, &w->file, &w->file.head);
    if (e == 0)
        e = db_send(tx->db, &q_draft);
    if (e == 0)
        e = db_send(tx->db, &q_draft_other);
    return e < 0 ? e : db_send(tx->db, &q_view);
}

static int rename_person(struct tx *tx, void *arg)
{
    struct world *w = arg;
    struct sample_person after;
    int e = row_get(tx->db, tx->arena, &sample_person_entity, CITY_GOV, w->person.head.id, &w->person);

    after = w->person;
    after.name = NAME;
    return e < 0 ? e : row_update(tx, &sample_person_entity, &w->person, &after, &w->person.head);
}

static void world_open(struct world *w)
{
    static const char content[] = "KTP " NAME;
    const char *file;

    city_open(&w->c);
    test_dir_make(&w->files);
    w->c.app.files_dir = w->files.fd;
    w->c.app.modules = modules;
    w->c.app.n_modules = ARRAY_LEN(modules);
    assert_int_equal(attachment_keep_bytes((struct bytes){.p = (const uint8_t *)content, .n = strlen(content)}, w->files.fd,
                                           CITY_GOV, &w->c.a, &file),
                     0);
    w->file = (struct attachment){.head = {.gov = CITY_GOV},
                                  .record = 1,
                                  .of_entity = "sample_case",
                                  .file = file,
                                  .name = "ktp " NAME ".pdf",
                                  .media = "application/pdf",
                                  .size = (int64_t)strlen(content),
                                  .sha256 = "00",
                                  .version = 1,
                                  .author = 7,
                                  .author_name = "Sari",
                                  .added_at = {1}};
    assert_int_equal(writer_do(w->c.writer, make, w), 0);
    assert_int_equal(writer_do(w->c.writer, rename_person, w), 0);
    assert_int_equal(erase_person_read(w->c.t.owner, &w->c.a, &w->c.app, "sample_person", CITY_GOV, w->person.head.id, &w->p),
                     1);
}

static void world_close(struct world *w)
{
    city_close(&w->c);
    test_dir_finish(&w->files);
}

#define WORLD(w, env)                                                                                                          \
    struct world w;                                                                                                            \
    if (!city_db_open(&(w).c.t, *(enum db_kind *)*(env)))                                                                      \
        skip();                                                                                                                \
    world_open(&(w))

/* All parts in their order, as the job of an order does them. */
static int erase_all(struct tx *tx, void *arg)
{
    struct world *w = arg;
    struct erase_words words;
    struct erase_place *former;
    struct attachment file;
    size_t n, i;
    int e;

    e = erase_words(tx->db, tx->arena, tx->app, &w->p, &words);
    if (e == 0)
        e = erase_former(tx->db, tx->arena, tx->app, &w->p, &words, &former, &n);
    if (e == 0)
        e = erase_texts(tx, &w->p, &words, BASIS);
    if (e == 0)
        e = row_get(tx->db, tx->arena, &attachment_entity, CITY_GOV, w->file.head.id, &file);
    if (e == 1)
        e = erase_file(tx, &file, BASIS);
    while (e == 0 && (e = erase_rows(tx, &w->p, 1, BASIS)) == 1)
        e = 0;
    for (i = 0; e == 0 && i < n; i++)
        e = erase_history(tx, &w->p, &words, &former[i], BASIS);
    if (e == 0)
        e = erase_last(tx, &w->p, BASIS);
    return e < 0 ? e : search_optimise(tx);
}

static struct sample_case case_now(struct world *w, int64_t id)
{
    struct sample_case row;

    assert_int_equal(row_get(w->c.t.owner, &w->c.a, &sample_case_entity, CITY_GOV, id, &row), 1);
    return row;
}

static struct history *lines_of(struct world *w, const struct entity *e, int64_t id, size_t *ret_n)
{
    struct history *lines;

    assert_int_equal(history_read(w->c.t.owner, &w->c.a, e, CITY_GOV, id, 0, &lines, ret_n), 0);
    return lines;
}

static const struct history_change *change_of(const struct history *line, const char *field)
{
    size_t i;

    for (i = 0; i < line->n; i++)
        if (text_eq(line->changes[i].name, field))
            return &line->changes[i];
    return NULL;
}

static void values_go_and_their_places_say_so(void **world)
{
    struct sample_case held;
    struct history *lines;
    size_t n;

    WORLD(w, world);
    assert_int_equal(writer_do(w.c.writer, erase_all, &w), 0);
    held = case_now(&w, w.held.head.id);
    assert_null(held.applicant);
    assert_int_equal(held.person.v, w.person.head.id);
    assert_true(erased_is(w.c.t.owner, &sample_case_entity, &held, entity_field(&sample_case_entity, "applicant")));
    assert_false(erased_is(w.c.t.owner, &sample_case_entity, &held, entity_field(&sample_case_entity, "number")));
    lines = lines_of(&w, &sample_case_entity, held.head.id, &n);
    assert_int_equal(n, 2);
    assert_string_equal(lines[0].step, "erase");
    assert_int_equal(lines[0].n, 0);
    assert_true(change_of(&lines[1], "applicant")->gone_after);
    assert_string_equal(change_of(&lines[1], "number")->after, "503/1");
    world_close(&w);
}

static void history_loses_only_the_times_when_it_was_about_the_person(void **world)
{
    const struct history_change *change;
    struct history *lines;
    size_t n;

    WORLD(w, world);
    assert_int_equal(writer_do(w.c.writer, erase_all, &w), 0);
    assert_string_equal(case_now(&w, w.former.head.id).applicant, "Budi Santoso");
    lines = lines_of(&w, &sample_case_entity, w.former.head.id, &n);
    assert_int_equal(n, 2);
    change = change_of(&lines[0], "applicant");
    assert_true(change->gone_before);
    assert_false(change->gone_after);
    assert_string_equal(change->after, "Budi Santoso");
    assert_true(change_of(&lines[1], "applicant")->gone_after);
    world_close(&w);
}

static void an_erased_row_stays_in_the_list_that_is_sorted_by_what_went(void **world)
{
    struct list_ask ask = {
        .entity = &sample_case_entity, .scope = scope_all(CITY_GOV), .order = entity_field(&sample_case_entity, "applicant")};
    struct list_rows rows;

    WORLD(w, world);
    assert_int_equal(writer_do(w.c.writer, erase_all, &w), 0);
    assert_int_equal(list_read(w.c.t.owner, &w.c.a, &ask, &rows), 0);
    assert_int_equal(rows.n, 2);
    assert_int_equal(((const struct record *)rows.v[1])->id, w.held.head.id);
    world_close(&w);
}

static int64_t count_drafts(struct world *w)
{
    AUTO_ROWS struct rows rows;

    assert_int_equal(db_select(&rows, w->c.t.owner, &q_drafts_n), 0);
    assert_int_equal(rows_next(&rows), 1);
    return rows_int(&rows, 0);
}

static void only_texts_that_name_the_person_go(void **world)
{
    struct comment *comments;
    struct scope all = scope_all(CITY_GOV);
    struct search_found found;
    size_t n;

    WORLD(w, world);
    assert_int_equal(writer_do(w.c.writer, erase_all, &w), 0);
    assert_int_equal(count_drafts(&w), 1);
    assert_int_equal(comments_read(w.c.t.owner, &w.c.a, CITY_GOV, w.held.head.id, &comments, &n), 0);
    assert_int_equal(n, 2);
    assert_string_equal(comments[0].body, "Kusuma lain");
    assert_string_equal(comments[1].body, ERASED_TEXT);
    assert_int_equal(search_find(w.c.t.owner, &w.c.a, &case_screen, &all, "Kusumawardhani", 9, NULL, &found), 0);
    assert_int_equal(found.n, 0);
    assert_int_equal(search_find(w.c.t.owner, &w.c.a, &case_screen, &all, "Budi", 9, NULL, &found), 0);
    assert_int_equal(found.n, 1);
    world_close(&w);
}

static int edit_held(struct tx *tx, void *arg)
{
    struct world *w = arg;
    struct sample_case before, after;
    struct record head;
    int e = row_get(tx->db, tx->arena, &sample_case_entity, CITY_GOV, w->held.head.id, &before);

    after = before;
    after.number = "503/9";
    return e < 0 ? e : row_update(tx, &sample_case_entity, &before, &after, &head);
}

static int name_again(struct tx *tx, void *arg)
{
    struct world *w = arg;
    struct sample_case again = w->held;
    struct record head;

    again.number = "503/10";
    again.head.id = 0;
    return row_insert(tx, &sample_case_entity, &again, &head);
}

static void found(void *arg, const struct ledger_finding *f)
{
    (void)arg;
    print_message("%s %s %s\n", ledger_fault_name(f->fault), f->rec, f->detail);
}

static const char *leaf_of(struct world *w, int64_t idx)
{
    struct bytes body;

    AUTO_ROWS struct rows rows;

    assert_int_equal(db_select(&rows, w->c.t.owner, &q_leaf, V(idx)), 0);
    assert_int_equal(rows_next(&rows), 1);
    body = rows_bytes(&rows, &w->c.a, 0);
    return arena_text_n(&w->c.a, (const char *)body.p, body.n);
}

static int64_t ledger_faults(struct world *w)
{
    static const struct entity *const all[] = {&sample_node_entity, &sample_person_entity, &sample_case_entity,
                                               &sample_line_entity, &attachment_entity,    &comment_entity};
    struct ledger_entities of = {all, ARRAY_LEN(all)};
    struct ledger_check check = {.subject = ledger_subject, .arg = &of, .found = found};
    struct ledger_table *tables;

    ledger_tables(&w->c.a, all, ARRAY_LEN(all), &tables, &check.n_tables);
    check.tables = tables;
    return ledger_check(w->c.ledger, w->c.t.owner, &check);
}

static int name_loosely(struct tx *tx, void *arg)
{
    struct world *w = arg;
    struct sample_case before, loose = w->held;
    int e;

    loose.number = "503/3";
    loose.person.v = 0;
    loose.head = (struct record){.gov = CITY_GOV};
    e = row_insert(tx, &sample_case_entity, &loose, &loose.head);
    w->held = loose; /* named now, the other one before */
    loose.number = "503/4";
    loose.head = (struct record){.gov = CITY_GOV};
    if (e == 0)
        e = row_insert(tx, &sample_case_entity, &loose, &loose.head);
    before = loose;
    loose.applicant = "Budi Santoso";
    if (e == 0)
        e = row_update(tx, &sample_case_entity, &before, &loose, &loose.head);
    w->former = loose;
    return e;
}

static void a_name_that_leads_to_nobody_goes_too(void **world)
{
    struct sample_case loose;
    struct history *lines;
    size_t n;

    WORLD(w, world);
    assert_int_equal(writer_do(w.c.writer, name_loosely, &w), 0);
    assert_int_equal(writer_do(w.c.writer, erase_all, &w), 0);
    loose = case_now(&w, w.held.head.id);
    assert_null(loose.applicant);
    assert_true(erased_is(w.c.t.owner, &sample_case_entity, &loose, entity_field(&sample_case_entity, "applicant")));
    lines = lines_of(&w, &sample_case_entity, loose.head.id, &n);
    assert_int_equal(n, 2);
    assert_true(change_of(&lines[1], "applicant")->gone_after);
    assert_string_equal(case_now(&w, w.former.head.id).applicant, "Budi Santoso");
    lines = lines_of(&w, &sample_case_entity, w.former.head.id, &n);
    assert_int_equal(n, 2);
    assert_true(change_of(&lines[0], "applicant")->gone_before);
    assert_string_equal(change_of(&lines[0], "applicant")->after, "Budi Santoso");
    assert_true(change_of(&lines[1], "applicant")->gone_after);
    assert_int_equal(ledger_faults(&w), 0);
    world_close(&w);
}

static void the_ledger_agrees_and_nothing_new_is_kept_about_the_person(void **world)
{
    const char *body;

    WORLD(w, world);
    assert_int_equal(writer_do(w.c.writer, erase_all, &w), 0);
    assert_int_equal(ledger_key_alive(w.c.ledger, w.c.t.owner, w.p.key), 0);
    assert_int_equal(writer_do(w.c.writer, name_again, &w), E_STATE);
    assert_int_equal(writer_do(w.c.writer, edit_held, &w), 0);
    assert_int_equal(ledger_faults(&w), 0);
    assert_int_equal(row_get(w.c.t.owner, &w.c.a, &sample_person_entity, CITY_GOV, w.person.head.id, &w.person), 1);
    body = leaf_of(&w, w.person.head.leaf_idx);
    assert_non_null(strstr(body, "\"op\":\"erase\""));
    assert_non_null(strstr(body, BASIS));
    assert_null(strstr(body, "name"));
    world_close(&w);
}

/* ---- no byte ---- */

static void look_in_file(const char *folder, const char *name)
{
    char path[256];
    size_t n;
    char *p;
    FILE *f;

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    f = fopen(path, "rb");
    if (f == NULL)
        return;
    p = malloc((size_t)64 * MB);
    assert_non_null(p);
    n = fread(p, 1, (size_t)64 * MB, f);
    (void)fclose(f);
    if (memmem(p, n, MARK, strlen(MARK)) != NULL)
        print_message("%s still holds the name\n", path);
    assert_null(memmem(p, n, MARK, strlen(MARK)));
    free(p);
}

/* As text, and bytes as their hex. */
static void look_in_table(struct world *w, const char *table)
{
    const struct query q = {
        .name = "test.look",
        .sql = text_printf(&w->c.a, "SELECT count(*) FROM %s t WHERE lower(t::text) LIKE ?1 OR t::text LIKE ?2", table),
        .in = "tt",
        .out = "i"};
    const char *hex = hex_text(&w->c.a, (const uint8_t *)MARK, strlen(MARK));

    AUTO_ROWS struct rows rows;

    assert_int_equal(db_select(&rows, w->c.t.owner, &q, V("%" MARK "%"), V(text_printf(&w->c.a, "%%%s%%", hex))), 0);
    assert_int_equal(rows_next(&rows), 1);
    if (rows_int(&rows, 0) != 0)
        print_message("%s still holds the name\n", table);
    assert_int_equal(rows_int(&rows, 0), 0);
}

static void look_in_tables(struct world *w)
{
    const char *v[200];
    size_t n = 0, i;

    AUTO_ROWS struct rows rows;

    assert_int_equal(db_select(&rows, w->c.t.owner, &q_tables, V(w->c.t.place)), 0);
    while (n < ARRAY_LEN(v) && rows_next(&rows) > 0)
        v[n++] = rows_text(&rows, &w->c.a, 0);
    rows_close(&rows);
    assert_true(n > 20);
    for (i = 0; i < n; i++)
        look_in_table(w, v[i]);
}

static void no_byte_of_the_name_stays(void **world)
{
    WORLD(w, world);
    assert_int_equal(writer_do(w.c.writer, erase_all, &w), 0);
    assert_int_equal(runner_drain(&w.c.app), 0);
    assert_true(attachment_open(w.files.fd, CITY_GOV, w.file.file, w.file.size, &w.c.a) < 0);
    if (w.c.t.kind == DB_POSTGRESQL) {
        look_in_tables(&w);
    } else {
        assert_int_equal(db_forget(w.c.t.address), 0);
        look_in_file(w.c.t.place, "terang.db");
        look_in_file(w.c.t.place, "terang.db-wal");
    }
    world_close(&w);
}

static void a_text_names_a_person_by_whole_words(void **world)
{
    static const char *list[] = {"siti aminah", "3671012345670001"};
    const struct erase_words w = {list, ARRAY_LEN(list)};
    struct arena a;

    (void)world;
    arena_init(&a, 1 * MB);
    assert_true(erase_names(&a, &w, "Untuk SITI AMINAH, besok"));
    assert_true(erase_names(&a, &w, "q=Siti%20Aminah&x=1"));
    assert_true(erase_names(&a, &w, "q=siti+aminah"));
    assert_true(erase_names(&a, &w, "NIK 3671012345670001."));
    assert_false(erase_names(&a, &w, "siti aminahwati"));
    assert_false(erase_names(&a, &w, "36710123456700012"));
    assert_false(erase_names(&a, &w, NULL));
    arena_finish(&a);
}

static void a_name_of_one_word_is_not_part_of_another(void **world)
{
    static const char *list[] = {"siti aminah", "budi"};
    const struct erase_words w = {list, ARRAY_LEN(list)};
    struct arena a;

    (void)world;
    arena_init(&a, 1 * MB);
    assert_true(erase_is_name(&a, &w, "BUDI"));
    assert_false(erase_is_name(&a, &w, "Budi Santoso"));
    assert_true(erase_is_name(&a, &w, "Dra. Siti  Aminah, M.Si."));
    assert_false(erase_is_name(&a, &w, "Siti Aminahwati"));
    assert_false(erase_is_name(&a, &w, NULL));
    arena_finish(&a);
}

static void it_is_known_beforehand_what_hangs_on_the_person(void **world)
{
    struct erase_kept kept;
    struct erase_place places[4];
    size_t n;

    WORLD(w, world);
    assert_int_equal(erase_places(w.c.t.owner, &w.c.a, &w.c.app, &w.p, ARRAY_LEN(places), places, &n), 0);
    assert_int_equal(n, 1);
    assert_int_equal(places[0].id, w.held.head.id);
    assert_int_equal(erase_kept(w.c.t.owner, &w.c.a, &w.c.app, &w.p, instant_date(os_now(), 420), &kept), 0);
    assert_null(kept.e);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_names_a_person_by_whole_words),
        cmocka_unit_test(a_name_of_one_word_is_not_part_of_another),
        TEST_ON_BOTH(values_go_and_their_places_say_so),
        TEST_ON_BOTH(history_loses_only_the_times_when_it_was_about_the_person),
        TEST_ON_BOTH(only_texts_that_name_the_person_go),
        TEST_ON_BOTH(a_name_that_leads_to_nobody_goes_too),
        TEST_ON_BOTH(an_erased_row_stays_in_the_list_that_is_sorted_by_what_went),
        TEST_ON_BOTH(the_ledger_agrees_and_nothing_new_is_kept_about_the_person),
        TEST_ON_BOTH(it_is_known_beforehand_what_hangs_on_the_person),
        TEST_ON_BOTH(no_byte_of_the_name_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
