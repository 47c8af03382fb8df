/*
 * scan_test.c: a scanner of our own that answers well, badly, late or not at all; and what uploads make of it.
 *
 * EICAR stands here in two halves, so that no scanner takes this file for it.
 */
#include <poll.h>
#include <pthread.h>

#include "engine/refusal.h"
#include "engine/scan.h"
#include "engine/test_files.h"
#include "os/socket.h"

#define EICAR                                                                                                                  \
    "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-"                                                                             \
    "ANTIVIRUS-TEST-FILE!$H+H*"
#define SHORT_MS 400

enum mood { HONEST, SAYS_ERROR, SAYS_NONSENSE, SAYS_ENDLESS, HANGS, CLOSES, HEARS_NOTHING };

struct clamd {
    int listening;
    enum mood mood;
    bool ending;
    pthread_t thread;
    char address[128];
    char heard[MB]; /* of the last file */
    size_t n;
    int asked;
};

static bool take(int fd, void *p, size_t n)
{
    return recv(fd, p, n, MSG_WAITALL) == (ssize_t)n;
}

/* The stream of pieces; false when it broke off. */
static bool take_stream(struct clamd *c, int fd)
{
    uint8_t l[4];

    c->n = 0;
    while (take(fd, l, 4)) {
        size_t n = (size_t)l[0] << 24 | (size_t)l[1] << 16 | (size_t)l[2] << 8 | l[3];

        if (n == 0)
            return true;
        if (n > sizeof c->heard - c->n || !take(fd, c->heard + c->n, n))
            return false;
        c->n += n;
    }
    return false;
}

static void answer(int fd, const char *text)
{
    (void)send(fd, text, strlen(text) + 1, MSG_NOSIGNAL); /* whoever asked may have gone */
}

static void wait_for_the_end(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN | POLLRDHUP};
    char c;

    while (poll(&p, 1, 5000) > 0 && recv(fd, &c, 1, 0) > 0)
        ;
}

static void serve_file(struct clamd *c, int fd)
{
    static char long_text[4096];
    bool whole = take_stream(c, fd);

    c->asked++;
    memset(long_text, 'a', sizeof long_text - 1);
    if (c->mood == HONEST && whole)
        answer(fd, memmem(c->heard, c->n, EICAR, strlen(EICAR)) != NULL ? "stream: Eicar-Signature FOUND" : "stream: OK");
    else if (c->mood == SAYS_ERROR)
        answer(fd, "INSTREAM size limit exceeded. ERROR");
    else if (c->mood == SAYS_NONSENSE)
        answer(fd, "stream: OKAY, I THINK\n\x01");
    else if (c->mood == SAYS_ENDLESS)
        answer(fd, long_text);
    else if (c->mood == HANGS)
        wait_for_the_end(fd);
}

static void serve(struct clamd *c, int fd)
{
    char word[10];

    if (c->mood == HEARS_NOTHING) {
        wait_for_the_end(fd);
        return;
    }
    if (!take(fd, word, 6))
        return;
    if (memcmp(word, "zPING", 6) == 0)
        answer(fd, c->mood == HONEST ? "PONG" : "NEIN");
    else if (take(fd, word + 6, 4) && memcmp(word, "zINSTREAM", 10) == 0)
        serve_file(c, fd);
}

static void *clamd_thread(void *arg)
{
    struct clamd *c = arg;

    while (!__atomic_load_n(&c->ending, __ATOMIC_SEQ_CST)) {
        struct pollfd p = {.fd = c->listening, .events = POLLIN};
        int fd = poll(&p, 1, 20) > 0 ? accept4(c->listening, NULL, NULL, SOCK_CLOEXEC) : -1;

        if (fd < 0)
            continue;
        serve(c, fd);
        (void)close(fd);
    }
    return NULL;
}

static void clamd_start(struct clamd *c, const char *dir, enum mood mood)
{
    c->mood = mood;
    c->ending = false;
    (void)snprintf(c->address, sizeof c->address, "unix:%s/clamd", dir); /* always fits */
    c->listening = socket_listen(c->address);
    assert_true(c->listening > 0);
    assert_int_equal(pthread_create(&c->thread, NULL, clamd_thread, c), 0);
}

static void clamd_stop(struct clamd *c)
{
    __atomic_store_n(&c->ending, true, __ATOMIC_SEQ_CST);
    assert_int_equal(pthread_join(c->thread, NULL), 0);
    os_close(&c->listening);
}

/* The test's own: large. */
static struct clamd clamd;

/* ---- one file ---- */

static int file_of(struct test_dir *d, const char *text, size_t n)
{
    int fd;

    assert_int_equal(os_remove(d->fd, "f"), 0); /* of the case before */
    fd = os_create(d->fd, "f", 0600);
    assert_true(fd > 0);
    assert_int_equal(os_write_all(fd, text, n), 0);
    os_close(&fd);
    return os_open_read(d->fd, "f");
}

static enum scan_verdict ask(struct test_dir *d, const char *text, size_t n, enum mood mood, char name[SCAN_NAME_MAX])
{
    const struct scan_conf conf = {.address = clamd.address, .deadline_ms = mood == HONEST ? 0 : SHORT_MS};
    int fd = file_of(d, text, n);
    enum scan_verdict v;

    clamd_start(&clamd, d->path, mood);
    v = scan_file(&conf, fd, name);
    clamd_stop(&clamd);
    os_close(&fd);
    return v;
}

static void the_scanner_hears_the_whole_file(void **world)
{
    static char text[200 * 1024 + 7];
    char name[SCAN_NAME_MAX];
    struct test_dir d;
    size_t i;

    (void)world;
    for (i = 0; i < sizeof text; i++)
        text[i] = (char)('a' + i % 23);
    test_dir_make(&d);
    assert_int_equal(ask(&d, text, sizeof text, HONEST, name), SCAN_CLEAN);
    assert_int_equal(clamd.n, sizeof text);
    assert_memory_equal(clamd.heard, text, sizeof text);
    assert_string_equal(name, "");
    assert_int_equal(ask(&d, EICAR, strlen(EICAR), HONEST, name), SCAN_FOUND);
    assert_string_equal(name, "Eicar-Signature");
    test_dir_finish(&d);
}

static void what_is_no_verdict_is_none(void **world)
{
    static const enum mood moods[] = {SAYS_ERROR, SAYS_NONSENSE, SAYS_ENDLESS, HANGS, CLOSES, HEARS_NOTHING};
    char name[SCAN_NAME_MAX];
    struct test_dir d;
    size_t i;

    (void)world;
    test_dir_make(&d);
    for (i = 0; i < ARRAY_LEN(moods); i++) {
        int64_t began = os_monotonic_us();

        assert_int_equal(ask(&d, "halo\n", 5, moods[i], name), SCAN_AWAY);
        assert_string_equal(name, "");
        assert_true(os_monotonic_us() - began < INT64_C(10000000));
    }
    test_dir_finish(&d);
}

static void nobody_at_the_socket_is_away(void **world)
{
    const struct scan_conf conf = {.address = "unix:/tmp/terang-no-such-clamd"};
    char name[SCAN_NAME_MAX];
    struct test_dir d;
    int fd;

    (void)world;
    test_dir_make(&d);
    fd = file_of(&d, "halo\n", 5);
    assert_int_equal(scan_file(&conf, fd, name), SCAN_AWAY);
    assert_int_equal(scan_ping(&conf), E_BUSY);
    os_close(&fd);
    test_dir_finish(&d);
}

static void a_scanner_is_asked_whether_it_is_there(void **world)
{
    struct scan_conf conf = {.address = clamd.address, .deadline_ms = SHORT_MS};
    struct test_dir d;

    (void)world;
    test_dir_make(&d);
    clamd_start(&clamd, d.path, HONEST);
    conf.deadline_ms = 0;
    assert_int_equal(scan_ping(&conf), 0);
    clamd_stop(&clamd);
    clamd_start(&clamd, d.path, SAYS_NONSENSE);
    assert_int_equal(scan_ping(&conf), E_BUSY);
    clamd_stop(&clamd);
    test_dir_finish(&d);
}

/* ---- uploads ---- */

static struct upload text_named(const char *name, const char *text)
{
    return (struct upload){name, "text/plain", text, 0};
}

static const char *send_text(struct world *w, const char *name, const char *text)
{
    struct upload u = text_named(name, text);

    return upload(w, "siti", &u, 1, NULL);
}

static struct scan_conf conf;

static void scans(struct world *w, enum mood mood, bool quarantine)
{
    clamd_start(&clamd, w->files.path, mood);
    conf = (struct scan_conf){.address = clamd.address, .quarantine = quarantine, .deadline_ms = mood == HONEST ? 0 : SHORT_MS};
    w->c.app.scan = &conf;
}

static const char *file_path(struct world *w, const char *act)
{
    struct attachment *v;

    assert_int_equal(files_of(w, &v), 1);
    return below(w, text_printf(&w->s.a, "/berkas/%lld%s", (long long)v[0].head.id, act));
}

static const char *scan_of(struct world *w)
{
    struct attachment *v;

    assert_int_equal(files_of(w, &v), 1);
    return v[0].scan.v;
}

static void without_a_scanner_nobody_is_asked(void **world)
{
    WORLD(w, world);
    assert_int_equal(site_status(send_text(&w, "virus.txt", EICAR)), 303);
    assert_null(scan_of(&w));
    world_close(&w);
}

static void a_clean_file_is_kept_and_says_so(void **world)
{
    WORLD(w, world);
    scans(&w, HONEST, false);
    assert_int_equal(site_status(send_text(&w, "a.txt", "halo\n")), 303);
    assert_string_equal(scan_of(&w), SCANNED_CLEAN);
    assert_non_null(strstr(site_get(&w.s, "siti", file_path(&w, "/lihat")), "Bersih"));
    clamd_stop(&clamd);
    world_close(&w);
}

static int64_t leaves(struct world *w)
{
    static const struct query q = {.name = "test.leaves", .sql = "SELECT count(*) FROM ledger_entry", .in = "", .out = "i"};
    int64_t n;

    AUTO_ROWS struct rows rows;

    assert_int_equal(db_select_(&rows, w->c.t.owner, &q, NULL, 0), 0);
    assert_int_equal(rows_next(&rows), 1);
    n = rows_int(&rows, 0);
    return n;
}

static void a_virus_is_refused_with_its_name_and_a_leaf(void **world)
{
    const struct upload both[] = {text_named("baik.txt", "baik\n"), text_named("virus.txt", EICAR)};
    struct attachment *v;
    const char *said;
    int64_t before;

    WORLD(w, world);
    scans(&w, HONEST, true);
    before = leaves(&w);
    said = upload(&w, "siti", both, 2, NULL);
    assert_int_equal(site_status(said), 422);
    assert_non_null(strstr(said, "virus.txt ditolak: pemindai virus menemukan Eicar-Signature"));
    assert_int_equal(files_of(&w, &v), 0);
    assert_int_equal(files_on_disk(&w), 0);
    assert_int_equal(leaves(&w), before + 1);
    clamd_stop(&clamd);
    world_close(&w);
}

static void a_scanner_that_is_away_lets_nothing_in(void **world)
{
    struct attachment *v;
    const char *said;

    WORLD(w, world);
    scans(&w, SAYS_ERROR, false);
    said = send_text(&w, "a.txt", "halo\n");
    assert_int_equal(site_status(said), 503);
    assert_non_null(strstr(said, "Pemindai virus sedang tidak menjawab"));
    assert_int_equal(files_of(&w, &v), 0);
    assert_int_equal(files_on_disk(&w), 0);
    clamd_stop(&clamd);
    world_close(&w);
}

static void nobody_opens_what_is_in_quarantine(void **world)
{
    WORLD(w, world);
    scans(&w, HANGS, true);
    assert_int_equal(site_status(send_text(&w, "a.txt", "halo\n")), 303);
    assert_string_equal(scan_of(&w), SCANNED_WAITING);
    assert_int_equal(site_status(site_get(&w.s, "siti", file_path(&w, ""))), 404);
    assert_int_equal(site_status(site_get(&w.s, "siti", file_path(&w, "/lihat"))), 404);
    assert_non_null(strstr(detail(&w, "siti"), "Belum dipindai"));
    w.c.app.scan = NULL; /* the operator took the scanner away */
    assert_int_equal(site_status(site_get(&w.s, "siti", file_path(&w, ""))), 200);
    clamd_stop(&clamd);
    world_close(&w);
}

/* The job by hand: what it reads, and its one slice. */
static int slice(struct tx *tx, void *job)
{
    return scan_job_slice(tx, job);
}

static void run_job(struct world *w)
{
    struct job job = {.place = ""};
    struct arena a;

    arena_init(&a, MB);
    assert_int_equal(scan_job_prepare(&w->c.app, &job, &a), 0);
    assert_int_equal(writer_do(w->c.writer, slice, &job), 0);
    arena_finish(&a);
}

static void what_waits_is_looked_at_when_the_scanner_is_back(void **world)
{
    WORLD(w, world);
    scans(&w, HANGS, true);
    assert_int_equal(site_status(send_text(&w, "a.txt", "halo\n")), 303);
    clamd_stop(&clamd);
    run_job(&w); /* nobody answers: it stays */
    assert_string_equal(scan_of(&w), SCANNED_WAITING);
    scans(&w, HONEST, true);
    run_job(&w);
    assert_string_equal(scan_of(&w), SCANNED_CLEAN);
    assert_int_equal(site_status(site_get(&w.s, "siti", file_path(&w, ""))), 200);
    clamd_stop(&clamd);
    world_close(&w);
}

static void a_virus_in_quarantine_stays_locked(void **world)
{
    WORLD(w, world);
    scans(&w, HANGS, true);
    assert_int_equal(site_status(send_text(&w, "virus.txt", EICAR)), 303);
    clamd_stop(&clamd);
    scans(&w, HONEST, true);
    run_job(&w);
    assert_string_equal(scan_of(&w), SCANNED_FOUND);
    assert_int_equal(site_status(site_get(&w.s, "siti", file_path(&w, ""))), 404);
    w.c.app.scan = NULL;
    assert_int_equal(site_status(site_get(&w.s, "siti", file_path(&w, ""))), 404);
    assert_non_null(strstr(detail(&w, "siti"), "Berisi virus"));
    clamd_stop(&clamd);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_scanner_hears_the_whole_file),
        cmocka_unit_test(what_is_no_verdict_is_none),
        cmocka_unit_test(nobody_at_the_socket_is_away),
        cmocka_unit_test(a_scanner_is_asked_whether_it_is_there),
        TEST_ON_BOTH(without_a_scanner_nobody_is_asked),
        TEST_ON_BOTH(a_clean_file_is_kept_and_says_so),
        TEST_ON_BOTH(a_virus_is_refused_with_its_name_and_a_leaf),
        TEST_ON_BOTH(a_scanner_that_is_away_lets_nothing_in),
        TEST_ON_BOTH(nobody_opens_what_is_in_quarantine),
        TEST_ON_BOTH(what_waits_is_looked_at_when_the_scanner_is_back),
        TEST_ON_BOTH(a_virus_in_quarantine_stays_locked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
