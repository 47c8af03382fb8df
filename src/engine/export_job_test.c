/*
 * export_job_test.c: more rows than one request takes become a file that its asker alone can fetch for a day; on both
 * databases.
 */
#include <dirent.h>
#include <sys/stat.h>

#include "engine/engine_module.h"
#include "engine/export.h"
#include "engine/job_parts.h"
#include "engine/test_office.h"
#include "os/os.h"

#define NODES "/kerja/-/contoh-simpul"
#define DAY   INT64_C(86400000)

static const struct module *job_modules[8];

/* What core does for the program: rights by user. Rina has lost hers when `rina_left`. */
static struct office *office_now;
static bool rina_left;

static int actor_of(struct db *db, struct arena *a, int64_t user, instant now, bool second_factor, struct actor *ret)
{
    size_t i;

    (void)db;
    (void)a;
    (void)now;
    for (i = 0; i < ARRAY_LEN(office_now->people); i++) {
        const struct test_person *p = &office_now->people[i];

        if (p->user != user || (rina_left && text_eq(p->login, "rina")))
            continue;
        *ret = (struct actor){
            .user = user, .login = p->login, .grants = p->grant, .n_grants = p->n, .second_factor = second_factor};
        return 1;
    }
    return 0;
}

/* An office whose program knows jobs too; opened by hand, since the routes are read once. */
static void open_with_jobs(struct office *o)
{
    size_t n = 0;

    site_close(&o->site);
    for (n = 0; n < ARRAY_LEN(sample_modules); n++)
        job_modules[n] = sample_modules[n];
    job_modules[n++] = &engine_module;
    job_modules[n++] = &job_module;
    o->city.app.modules = job_modules;
    o->city.app.n_modules = n;
    o->city.app.actor_of = actor_of;
    office_now = o;
    rina_left = false;
    os_clock_allow_test();
    site_open(&o->site, &o->city, NULL, 0, o->people, ARRAY_LEN(o->people));
}

#define JOB_OFFICE(o, env)                                                                                                     \
    OFFICE(o, env);                                                                                                            \
    open_with_jobs(&(o))

static void remove_files(struct office *o)
{
    DIR *dir = fdopendir(openat(o->city.key_dir, "upload", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    struct dirent *e;

    assert_non_null(dir);
    while ((e = readdir(dir)) != NULL)
        if (e->d_name[0] != '.')
            assert_int_equal(unlinkat(dirfd(dir), e->d_name, 0), 0);
    (void)closedir(dir);
}

static int64_t files_in(struct office *o)
{
    DIR *dir = fdopendir(openat(o->city.key_dir, "upload", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    struct dirent *e;
    int64_t n = 0;

    assert_non_null(dir);
    while ((e = readdir(dir)) != NULL)
        n += e->d_name[0] != '.';
    (void)closedir(dir);
    return n;
}

static void many_nodes(struct office *o, int n)
{
    const char *zero = db_kind(o->city.t.owner) == DB_SQLITE ? "x'00'" : "'\\x00'::bytea";

    assert_int_equal(
        db_script(o->city.t.owner, text_printf(&o->city.a,
                                               "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) "
                                               "INSERT INTO sample_node (id, rev, leaf_hash, leaf_idx, code, leaf) "
                                               "SELECT i, 1, %s, i, '=' || CAST(i AS text), 0 FROM n",
                                               n, zero)),
        0);
}

static size_t lines_of(const char *text)
{
    size_t n = 0;

    for (; (text = strchr(text, '\n')) != NULL; text++)
        n++;
    return n;
}

/* Asks for the job; the path of its page. */
static const char *start(struct office *o, const char *login, const char *path)
{
    const char *answer = site_post(&o->site, login, path, "latar=1");

    assert_int_equal(site_status(answer), 303);
    return site_field(&o->site, answer, "Location");
}

static const char *file_of(struct office *o, const char *page)
{
    return text_printf(&o->city.a, "%s/berkas", page);
}

static void many_rows_are_prepared_and_fetched_by_their_asker_alone(void **world)
{
    const char *answer, *page;
    JOB_OFFICE(o, world);

    many_nodes(&o, EXPORT_ROWS + 1);
    answer = site_get(&o.site, "sari", NODES "/unduh/csv");
    assert_int_equal(site_status(answer), 200);
    assert_non_null(strstr(answer, "Siapkan berkas"));
    page = start(&o, "sari", NODES "/unduh/csv");
    assert_int_equal(site_status(site_get(&o.site, "sari", file_of(&o, page))), 404); /* not yet */
    assert_int_equal(runner_drain(&o.city.app), 0);
    answer = site_get(&o.site, "sari", page);
    assert_non_null(strstr(answer, "10.003")); /* the two agencies of the office are nodes too */
    assert_non_null(strstr(answer, "Unduh berkas"));
    answer = site_get(&o.site, "sari", file_of(&o, page));
    assert_int_equal(site_status(answer), 200);
    assert_non_null(strstr(site_field(&o.site, answer, "Content-Disposition"), "attachment; filename=\"contoh-simpul-"));
    assert_int_equal(lines_of(site_body(answer)), EXPORT_ROWS + 4);
    assert_non_null(strstr(answer, "'=10001"));
    assert_int_equal(site_status(site_get(&o.site, "wali", file_of(&o, page))), 404);
    assert_int_equal(site_status(site_get(&o.site, "budi", file_of(&o, page))), 404);
    remove_files(&o);
    office_close(&o);
}

static void a_file_holds_what_its_asker_reaches(void **world)
{
    const char *page, *answer;
    JOB_OFFICE(o, world);

    office_cases(&o, o.agency, 1, 3);
    office_cases(&o, o.other, 11, 2);
    page = start(&o, "sari", OFFICE_LIST "/unduh/csv");
    assert_int_equal(runner_drain(&o.city.app), 0);
    answer = site_get(&o.site, "sari", file_of(&o, page));
    assert_non_null(strstr(answer, "TRG-0001"));
    assert_null(strstr(answer, "TRG-0011"));
    assert_null(strstr(answer, "Siti"));
    page = start(&o, "sari", OFFICE_LIST "/unduh/xlsx");
    assert_int_equal(runner_drain(&o.city.app), 0);
    assert_non_null(strstr(site_get(&o.site, "sari", file_of(&o, page)), "spreadsheetml"));
    remove_files(&o);
    office_close(&o);
}

static void personal_columns_need_their_reason_first(void **world)
{
    const char *page, *answer, *path = OFFICE_LIST "/unduh/csv?status=filed";
    JOB_OFFICE(o, world);

    office_cases(&o, o.agency, 1, 3);
    answer = site_post(&o.site, "budi", path, "latar=1");
    assert_int_equal(site_status(answer), 200);
    assert_non_null(strstr(answer, "Alasan mengunduh"));
    assert_int_equal(site_status(site_post(&o.site, "budi", path, "reason=Laporan+bulanan")), 303);
    page = start(&o, "budi", path);
    assert_int_equal(runner_drain(&o.city.app), 0);
    assert_non_null(strstr(site_get(&o.site, "budi", file_of(&o, page)), "Siti Aminah"));
    remove_files(&o);
    office_close(&o);
}

static void who_lost_the_right_gets_no_file(void **world)
{
    const char *page;
    JOB_OFFICE(o, world);

    office_cases(&o, o.other, 11, 2);
    page = start(&o, "rina", OFFICE_LIST "/unduh/csv?pribadi=0");
    rina_left = true;
    assert_int_equal(runner_drain(&o.city.app), 0);
    assert_non_null(strstr(site_get(&o.site, "rina", page), "Hak Anda atas daftar ini telah berubah"));
    assert_int_equal(site_status(site_get(&o.site, "rina", file_of(&o, page))), 404);
    office_close(&o);
}

static void a_file_is_gone_after_a_day(void **world)
{
    const instant now = os_now();
    const char *page;
    JOB_OFFICE(o, world);

    office_cases(&o, o.agency, 1, 1);
    page = start(&o, "sari", OFFICE_LIST "/unduh/csv");
    assert_int_equal(runner_drain(&o.city.app), 0);
    assert_int_equal(os_clock_test_set((instant){now.v + DAY - 60000}), 0);
    assert_int_equal(site_status(site_get(&o.site, "sari", file_of(&o, page))), 200);
    assert_int_equal(os_clock_test_set((instant){now.v + DAY + 60000}), 0);
    assert_int_equal(site_status(site_get(&o.site, "sari", file_of(&o, page))), 404);
    assert_non_null(strstr(site_get(&o.site, "sari", page), "Masa simpan berkas ini telah lewat"));
    remove_files(&o);
    office_close(&o);
}

static int sweep_run(struct tx *tx, void *arg)
{
    return job_start_once(tx, arg, 0);
}

static void old_files_are_removed_by_the_daily_job(void **world)
{
    struct timespec old[2];
    char kind[] = "export-sweep";
    const char *page, *name;
    JOB_OFFICE(o, world);

    office_cases(&o, o.agency, 1, 1);
    page = start(&o, "sari", OFFICE_LIST "/unduh/csv");
    (void)start(&o, "sari", OFFICE_LIST "/unduh/xlsx");
    assert_int_equal(runner_drain(&o.city.app), 0);
    name = text_printf(&o.city.a, "upload/ekspor-%s", strrchr(page, '/') + 1);
    assert_int_equal(clock_gettime(CLOCK_REALTIME, &old[0]), 0); /* files know no test clock */
    old[0].tv_sec -= 73 * 3600;                                  /* beyond the longest time they may be kept */
    old[1] = old[0];
    assert_int_equal(utimensat(o.city.key_dir, name, old, 0), 0);
    assert_int_equal(writer_do(o.city.writer, sweep_run, kind), 0);
    assert_int_equal(runner_drain(&o.city.app), 0);
    assert_int_equal(files_in(&o), 1);
    remove_files(&o);
    office_close(&o);
}

/* The file of a job that was carried half way, then lost with the process. */
static void after_a_crash_the_file_is_begun_anew(void **world)
{
    const char *page, *answer;
    struct jobs *j;
    JOB_OFFICE(o, world);

    many_nodes(&o, EXPORT_ROWS + 1);
    page = start(&o, "sari", NODES "/unduh/csv");
    j = jobs_open(&o.city.app, false);
    assert_int_equal(jobs_round(j), 1);
    jobs_close(j);
    assert_int_equal(runner_drain(&o.city.app), 0);
    answer = site_get(&o.site, "sari", file_of(&o, page));
    assert_int_equal(lines_of(site_body(answer)), EXPORT_ROWS + 4);
    remove_files(&o);
    office_close(&o);
}

static void a_cancelled_export_leaves_no_file(void **world)
{
    const char *page;
    struct jobs *j;
    JOB_OFFICE(o, world);

    many_nodes(&o, EXPORT_ROWS + 1);
    page = start(&o, "sari", NODES "/unduh/csv");
    j = jobs_open(&o.city.app, false);
    assert_int_equal(jobs_round(j), 1);
    assert_int_equal(files_in(&o), 1);
    assert_int_equal(site_status(site_post(&o.site, "sari", text_printf(&o.city.a, "%s/batal", page), "")), 303);
    assert_int_equal(jobs_round(j), 1);
    assert_int_equal(files_in(&o), 0);
    jobs_close(j);
    office_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(many_rows_are_prepared_and_fetched_by_their_asker_alone),
        TEST_ON_BOTH(a_file_holds_what_its_asker_reaches),
        TEST_ON_BOTH(personal_columns_need_their_reason_first),
        TEST_ON_BOTH(who_lost_the_right_gets_no_file),
        TEST_ON_BOTH(a_file_is_gone_after_a_day),
        TEST_ON_BOTH(old_files_are_removed_by_the_daily_job),
        TEST_ON_BOTH(after_a_crash_the_file_is_begun_anew),
        TEST_ON_BOTH(a_cancelled_export_leaves_no_file),
    };

    return cmocka_run_group_tests_name("export_job", tests, NULL, NULL);
}
