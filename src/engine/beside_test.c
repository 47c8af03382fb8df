/*
 * beside_test.c: comments, files and search over HTTP, by people with and without the right to, on both databases.
 */
#include "base/hash.h"
#include "engine/comment.h"
#include "engine/history.h"
#include "engine/test_files.h"

/* ---- comments ---- */

static struct comment only_comment(struct world *w)
{
    struct comment *v;
    size_t n;

    assert_int_equal(comments_read(w->c.t.owner, &w->s.a, CITY_GOV, w->id, &v, &n), 0);
    assert_int_equal(n, 1);
    return v[0];
}

static void a_comment_is_shown_to_who_may_read_the_record(void **world)
{
    struct world *at;
    const char *answer;

    WORLD(w, world);
    at = &w;
    answer = site_post(&w.s, "siti", below(at, "/catatan"), "isi=Mohon+dicek+%3Cb%3Elagi%3C%2Fb%3E%0Abaris+dua");
    assert_int_equal(site_status(answer), 303);
    assert_string_equal(site_field(&w.s, answer, "Location"), below(at, "#catatan"));
    answer = detail(at, "budi");
    assert_non_null(strstr(answer, "Mohon dicek &lt;b&gt;lagi&lt;/b&gt;<br>baris dua"));
    assert_null(strstr(answer, "/tarik"));
    assert_non_null(strstr(detail(at, "siti"), "/tarik"));
    assert_int_equal(site_status(site_get(&w.s, "luar", w.page)), 404);
    world_close(&w);
}

static void only_who_may_comment_does(void **world)
{
    WORLD(w, world);
    assert_int_equal(site_status(site_post(&w.s, "audit", below(&w, "/catatan"), "isi=halo")), 403);
    assert_int_equal(site_status(site_post(&w.s, "luar", below(&w, "/catatan"), "isi=halo")), 404);
    assert_int_equal(site_status(site_post(&w.s, "siti", PAGE "99/catatan", "isi=halo")), 404);
    assert_null(strstr(detail(&w, "audit"), "<textarea"));
    world_close(&w);
}

static void an_empty_or_endless_comment_is_sent_back(void **world)
{
    char *form;

    WORLD(w, world);
    assert_int_equal(site_status(site_post(&w.s, "siti", below(&w, "/catatan"), "isi=+%0A+")), 422);
    form = arena_alloc(&w.s.a, COMMENT_MAX + 10);
    memcpy(form, "isi=", 4);
    memset(form + 4, 'a', COMMENT_MAX + 1);
    assert_int_equal(site_status(site_post(&w.s, "siti", below(&w, "/catatan"), form)), 422);
    form[4 + COMMENT_MAX] = '\0';
    assert_int_equal(site_status(site_post(&w.s, "siti", below(&w, "/catatan"), form)), 303);
    world_close(&w);
}

static void ones_own_comment_is_withdrawn_and_stays_in_the_history(void **world)
{
    struct comment c;
    struct history *h;
    const char *path;
    size_t n;

    WORLD(w, world);
    assert_int_equal(site_status(site_post(&w.s, "siti", below(&w, "/catatan"), "isi=Salah+tulis")), 303);
    c = only_comment(&w);
    assert_int_equal(c.head.leaf_idx, INT_NONE);
    path = below(&w, text_printf(&w.s.a, "/catatan/%lld/tarik", (long long)c.head.id));
    assert_int_equal(site_status(site_post(&w.s, "budi", path, "")), 403);
    assert_int_equal(site_status(site_post(&w.s, "siti", path, "")), 303);
    assert_null(strstr(detail(&w, "budi"), "Salah tulis"));
    assert_non_null(strstr(detail(&w, "budi"), "ditarik"));
    assert_int_equal(history_read(w.c.t.owner, &w.s.a, &comment_entity, CITY_GOV, c.head.id, 0, &h, &n), 0);
    assert_int_equal(n, 2);
    assert_int_equal(h[0].user, 7);
    world_close(&w);
}

/* ---- files ---- */

static void files_come_back_byte_by_byte_as_downloads(void **world)
{
    static const char pdf[] = "%PDF-1.4\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\nstartxref\n0\n%%EOF\n";
    const struct upload both[] = {{"berita acara.pdf", "application/pdf", pdf, 0}, {"data.csv", "text/csv", "a,b\n1,2\n", 0}};
    struct attachment *v;
    const char *answer, *path;
    uint8_t hash[32];

    WORLD(w, world);
    answer = upload(&w, "siti", both, 2, NULL);
    assert_int_equal(site_status(answer), 303);
    assert_string_equal(site_field(&w.s, answer, "Location"), below(&w, "#berkas"));
    assert_int_equal(files_of(&w, &v), 2);
    hash_sha256(pdf, strlen(pdf), hash);
    assert_string_equal(v[1].sha256, hex_text(&w.s.a, hash, sizeof hash));
    path = below(&w, text_printf(&w.s.a, "/berkas/%lld", (long long)v[1].head.id));
    answer = site_get(&w.s, "audit", path);
    assert_int_equal(site_status(answer), 200);
    assert_string_equal(site_body(answer), pdf);
    assert_string_equal(site_field(&w.s, answer, "Content-Type"), "application/pdf");
    assert_string_equal(site_field(&w.s, answer, "Content-Disposition"),
                        "attachment; filename=\"berita acara.pdf\"; filename*=UTF-8''berita%20acara.pdf");
    assert_string_equal(site_field(&w.s, answer, "X-Content-Type-Options"), "nosniff");
    assert_non_null(strstr(site_field(&w.s, answer, "Content-Security-Policy"), "sandbox"));
    assert_int_equal(site_status(site_get(&w.s, "luar", path)), 404);
    answer = detail(&w, "audit");
    assert_non_null(strstr(answer, "data.csv"));
    assert_null(strstr(answer, "type=\"file\""));
    assert_non_null(strstr(detail(&w, "siti"), "type=\"file\""));
    world_close(&w);
}

static void only_who_may_edit_uploads(void **world)
{
    WORLD(w, world);
    assert_int_equal(upload_text(&w, "audit", "a.txt", "halo\n"), 403);
    assert_int_equal(upload_text(&w, "luar", "a.txt", "halo\n"), 404);
    assert_int_equal(files_on_disk(&w), 0);
    world_close(&w);
}

static void a_new_version_names_the_one_before(void **world)
{
    struct attachment *v;
    const char *old;

    WORLD(w, world);
    assert_int_equal(upload_text(&w, "siti", "a.txt", "satu\n"), 303);
    assert_int_equal(files_of(&w, &v), 1);
    old = text_printf(&w.s.a, "%lld", (long long)v[0].head.id);
    assert_int_equal(site_status(upload(&w, "budi", &(struct upload){"a.txt", "text/plain", "dua\n", 0}, 1, old)), 303);
    assert_int_equal(files_of(&w, &v), 2);
    assert_int_equal(v[0].version, 2);
    assert_int_equal(v[0].previous.v, v[1].head.id);
    assert_int_equal(site_status(upload(&w, "budi", &(struct upload){"a.txt", "text/plain", "tiga\n", 0}, 1, old)), 422);
    assert_non_null(strstr(detail(&w, "siti"), "Diganti versi 2"));
    world_close(&w);
}

static void the_same_bytes_are_noticed(void **world)
{
    int64_t first;

    WORLD(w, world);
    assert_int_equal(upload_text(&w, "siti", "a.txt", "sama\n"), 303);
    assert_int_equal(upload_text(&w, "siti", "b.txt", "sama\n"), 422);
    first = w.id;
    assert_int_equal(writer_do(w.c.writer, add_case, &w), 0);
    w.page = text_printf(&w.s.a, PAGE "%lld", (long long)w.id);
    assert_int_equal(upload_text(&w, "siti", "c.txt", "sama\n"), 303);
    assert_non_null(strstr(detail(&w, "siti"), text_printf(&w.s.a, "href=\"" PAGE "%lld#berkas\"", (long long)first)));
    world_close(&w);
}

static void a_file_is_taken_back_with_a_reason(void **world)
{
    struct attachment *v;
    struct history *h;
    const char *file;
    size_t n;

    WORLD(w, world);
    assert_int_equal(upload_text(&w, "siti", "a.txt", "salah\n"), 303);
    assert_int_equal(files_of(&w, &v), 1);
    file = below(&w, text_printf(&w.s.a, "/berkas/%lld", (long long)v[0].head.id));
    assert_int_equal(site_status(site_post(&w.s, "siti", text_printf(&w.s.a, "%s/batal", file), "alasan=+")), 422);
    assert_int_equal(site_status(site_post(&w.s, "siti", text_printf(&w.s.a, "%s/batal", file), "alasan=Salah+berkas")), 303);
    assert_int_equal(site_status(site_get(&w.s, "siti", file)), 404);
    assert_int_equal(history_read(w.c.t.owner, &w.s.a, &attachment_entity, CITY_GOV, v[0].head.id, 0, &h, &n), 0);
    assert_string_equal(h[0].remark, "Salah berkas");
    assert_int_equal(files_on_disk(&w), 1);
    assert_int_equal(upload_text(&w, "siti", "a.txt", "salah\n"), 303);
    world_close(&w);
}

static void the_sweep_takes_files_without_a_row_only(void **world)
{
    int removed, dir;

    WORLD(w, world);
    assert_int_equal(upload_text(&w, "siti", "a.txt", "berkas\n"), 303);
    assert_int_equal(os_make_dir(w.c.app.files_dir, "3671/ff", 0700), 0);
    dir = os_open_dir_in(w.c.app.files_dir, "3671/ff");
    assert_int_equal(os_replace_file(dir, "ff000000000000000000000000000000", "x", 1, 0600), 0);
    os_close(&dir);
    assert_int_equal(files_on_disk(&w), 2);
    removed = attachment_sweep(w.c.t.owner, w.c.app.files_dir, 3600, &w.s.a);
    assert_int_equal(removed, 0);
    removed = attachment_sweep(w.c.t.owner, w.c.app.files_dir, 0, &w.s.a);
    assert_int_equal(removed, 1);
    assert_int_equal(files_on_disk(&w), 1);
    world_close(&w);
}

static int quota(struct world *w, int64_t user, instant since, int64_t files, int64_t bytes)
{
    struct quota q = {.gov = CITY_GOV,
                      .agency = INT_NONE,
                      .user = user,
                      .since = since,
                      .day = instant_date(os_now(), 420),
                      .files = files,
                      .bytes = bytes};

    return attachment_quota(w->c.t.owner, &q);
}

static void a_day_has_a_limit_a_person(void **world)
{
    instant before = {0}, later = {INT64_MAX / 2};

    WORLD(w, world);
    assert_int_equal(upload_text(&w, "siti", "a.txt", "berkas\n"), 303);
    assert_int_equal(quota(&w, 7, before, QUOTA_DAY_FILES - 1, 1), 0);
    assert_int_equal(quota(&w, 7, before, QUOTA_DAY_FILES, 1), E_LIMIT);
    assert_int_equal(quota(&w, 7, before, 1, QUOTA_DAY_BYTES), E_LIMIT);
    assert_int_equal(quota(&w, 7, later, QUOTA_DAY_FILES, QUOTA_DAY_BYTES), 0);
    assert_int_equal(quota(&w, 8, before, QUOTA_DAY_FILES, QUOTA_DAY_BYTES), 0);
    world_close(&w);
}

/* clang-format off */
static const struct query q_used = {
    .name = "test.used", .sql = "SELECT bytes FROM file_use WHERE gov = ?1 AND agency = ?2", .in = "ii", .out = "i"};
static const struct query q_fill = {
    .name = "test.fill", .sql = "INSERT INTO file_use (gov, agency, bytes) VALUES (?1, ?2, ?3) "
                                "ON CONFLICT (gov, agency) DO UPDATE SET bytes = excluded.bytes", .in = "iii", .out = ""};
/* clang-format on */

struct filling {
    int64_t gov, agency, bytes;
};

static int fill(struct tx *tx, void *arg)
{
    const struct filling *f = arg;

    return db_send(tx->db, &q_fill, V(f->gov), V(f->agency), V(f->bytes));
}

static void use(struct world *w, int64_t gov, int64_t agency, int64_t bytes)
{
    assert_int_equal(writer_do(w->c.writer, fill, &(struct filling){gov, agency, bytes}), 0);
}

static int64_t used(struct world *w, int64_t agency)
{
    int64_t bytes = 0;

    AUTO_ROWS struct rows rows;

    assert_int_equal(db_select(&rows, w->c.t.owner, &q_used, V((int64_t)CITY_GOV), V(agency)), 0);
    if (rows_next(&rows) > 0)
        bytes = rows_int(&rows, 0);
    return bytes;
}

static void an_agency_has_room_of_its_own_and_is_told_what_is_left(void **world)
{
    const char *answer;

    WORLD(w, world);
    w.agency = 77;
    assert_int_equal(writer_do(w.c.writer, add_case, &w), 0);
    w.page = text_printf(&w.s.a, PAGE "%lld", (long long)w.id);
    assert_int_equal(upload_text(&w, "siti", "a.txt", "berkas\n"), 303);
    assert_int_equal(used(&w, 77), 7);
    assert_null(strstr(detail(&w, "siti"), "hampir atau sudah penuh"));

    use(&w, CITY_GOV, 77, QUOTA_AGENCY - 100);
    assert_non_null(strstr(detail(&w, "siti"), "Ruang berkas perangkat daerah"));
    assert_null(strstr(detail(&w, "audit"), "hampir atau sudah penuh")); /* who adds no files need not know */
    assert_int_equal(upload_text(&w, "siti", "b.txt", "masih muat\n"), 303);
    use(&w, CITY_GOV, 77, QUOTA_AGENCY - 3);
    answer = upload(&w, "siti", &(struct upload){"c.txt", "text/plain", "tidak muat\n", 0}, 1, NULL);
    assert_int_equal(site_status(answer), 422);
    assert_non_null(strstr(answer, "Ruang berkas perangkat daerah"));
    assert_non_null(strstr(answer, "sisa 3"));
    assert_int_equal(used(&w, 77), QUOTA_AGENCY - 3);
    assert_int_equal(files_on_disk(&w), 2);

    w.agency = 78; /* the neighbour has room */
    assert_int_equal(writer_do(w.c.writer, add_case, &w), 0);
    w.page = text_printf(&w.s.a, PAGE "%lld", (long long)w.id);
    assert_int_equal(upload_text(&w, "siti", "d.txt", "tetangga\n"), 303);
    world_close(&w);
}

static int decide(struct tx *tx, void *arg)
{
    struct parameter x = {.head = {.gov = CITY_GOV},
                          .code = {arg},
                          .value = "100",
                          .valid_from = instant_date(tx->now, 420),
                          .valid_to = DATE_NONE,
                          .basis = "Keputusan Sekda 1/2026",
                          .status = {"in_force"}};
    struct record head;

    return row_insert(tx, &parameter_entity, &x, &head);
}

static void a_decision_of_the_government_moves_the_limits(void **world)
{
    struct quota q = {.gov = CITY_GOV, .agency = 77, .day = instant_date(os_now(), 420)};

    WORLD(w, world);
    assert_int_equal(attachment_use(w.c.t.owner, &q), 0);
    assert_int_equal(q.limit, QUOTA_AGENCY);
    assert_int_equal(writer_do(w.c.writer, decide, (void *)(uintptr_t) "file-agency-size"), 0);
    assert_int_equal(writer_do(w.c.writer, decide, (void *)(uintptr_t) "file-day-count"), 0);
    assert_int_equal(attachment_use(w.c.t.owner, &q), 0);
    assert_int_equal(q.limit, 100 * (int64_t)MB);
    q.user = 7;
    q.files = 100;
    assert_int_equal(attachment_quota(w.c.t.owner, &q), 0);
    q.files = 101;
    assert_int_equal(attachment_quota(w.c.t.owner, &q), E_LIMIT);
    assert_int_equal(q.full, QUOTA_OF_PERSON_FILES);
    q.files = 1;
    q.bytes = 101 * (int64_t)MB;
    assert_int_equal(attachment_quota(w.c.t.owner, &q), E_LIMIT);
    assert_int_equal(q.full, QUOTA_OF_AGENCY);
    assert_non_null(strstr(detail(&w, "siti"), "Ruang berkas: terpakai"));
    assert_null(strstr(detail(&w, "audit"), "Ruang berkas"));
    world_close(&w);
}

static void a_government_has_room_of_its_own(void **world)
{
    WORLD(w, world);
    use(&w, CITY_FOREIGN, 0, QUOTA_GOV); /* of another one */
    assert_int_equal(upload_text(&w, "siti", "a.txt", "berkas\n"), 303);
    use(&w, CITY_GOV, 5, QUOTA_GOV - 10);
    assert_non_null(strstr(detail(&w, "siti"), "Ruang berkas pemerintah daerah"));
    assert_int_equal(upload_text(&w, "siti", "b.txt", "tidak muat lagi\n"), 422);
    world_close(&w);
}

/* ---- search ---- */

static void search_shows_what_the_person_may_read(void **world)
{
    const char *answer;

    WORLD(w, world);
    answer = site_get(&w.s, "siti", "/kerja/kota-contoh/cari?q=amin");
    assert_int_equal(site_status(answer), 200);
    assert_non_null(strstr(answer, text_printf(&w.s.a, "href=\"%s\"", w.page)));
    answer = site_get(&w.s, "siti", "/kerja/kota-contoh/cari?q=amin&jenis=kasus");
    assert_non_null(strstr(answer, "Siti Aminah"));
    assert_null(strstr(site_get(&w.s, "luar", "/kerja/kota-lain/cari?q=amin"), "Siti Aminah"));
    assert_int_equal(site_status(site_get(&w.s, "siti", "/kerja/kota-contoh/cari?q=amin&jenis=rahasia")), 404);
    assert_int_equal(site_status(site_get(&w.s, "siti", "/kerja/kota-contoh/cari?q=%22)+OR+*&jenis=kasus")), 200);
    assert_int_equal(site_status(site_get(&w.s, "siti", "/kerja/kota-contoh/cari?q=amin&jenis=kasus&sesudah=x")), 422);
    assert_int_equal(site_status(site_get(&w.s, "siti", "/kerja/kota-contoh/cari")), 200);
    world_close(&w);
}

/* ---- tables ---- */

static void the_migrated_tables_are_those_of_the_entities(void **world)
{
    const struct entity *const both[] = {&attachment_entity, &comment_entity};
    struct schema have;
    const char **known;
    struct buf text;
    size_t i, n = 0;

    WORLD(w, world);
    buf_init(&text, &w.s.a, 1 * MB);
    assert_null(entity_fault(&attachment_entity, &w.s.a));
    assert_null(entity_fault(&comment_entity, &w.s.a));
    assert_int_equal(schema_read(w.c.t.owner, &w.s.a, &have), 0);
    known = arena_array(&w.s.a, have.n_columns + 1, const char *);
    for (i = 0; i < have.n_columns; i++)
        if (!text_eq(have.columns[i].table, "attachment") && !text_eq(have.columns[i].table, "comment"))
            known[n++] = have.columns[i].table;
    assert_int_equal(schema_diff(both, 2, known, &have, &text), 0);
    assert_string_equal(text.s, "");
    for (i = 0; i < ARRAY_LEN(attachment_queries); i++)
        assert_int_equal(db_check(w.c.t.owner, attachment_queries[i]), 0);
    for (i = 0; i < quota_queries_n; i++)
        assert_int_equal(db_check(w.c.t.owner, quota_queries[i]), 0);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_comment_is_shown_to_who_may_read_the_record),
        TEST_ON_BOTH(only_who_may_comment_does),
        TEST_ON_BOTH(an_empty_or_endless_comment_is_sent_back),
        TEST_ON_BOTH(ones_own_comment_is_withdrawn_and_stays_in_the_history),
        TEST_ON_BOTH(files_come_back_byte_by_byte_as_downloads),
        TEST_ON_BOTH(only_who_may_edit_uploads),
        TEST_ON_BOTH(a_new_version_names_the_one_before),
        TEST_ON_BOTH(the_same_bytes_are_noticed),
        TEST_ON_BOTH(a_file_is_taken_back_with_a_reason),
        TEST_ON_BOTH(the_sweep_takes_files_without_a_row_only),
        TEST_ON_BOTH(a_day_has_a_limit_a_person),
        TEST_ON_BOTH(an_agency_has_room_of_its_own_and_is_told_what_is_left),
        TEST_ON_BOTH(a_government_has_room_of_its_own),
        TEST_ON_BOTH(a_decision_of_the_government_moves_the_limits),
        TEST_ON_BOTH(search_shows_what_the_person_may_read),
        TEST_ON_BOTH(the_migrated_tables_are_those_of_the_entities),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
