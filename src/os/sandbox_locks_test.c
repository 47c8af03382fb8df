/*
 * sandbox_locks_test.c: filters and limits as they are shipped. Release build only (suite 'release').
 *
 * Two halves: what a role must be able to do, tried with the libraries it will use, and what ends or fails. Each case is a
 * function that runs in a child of process_start() after sandbox_enter().
 */
#include <cairo-pdf.h>
#include <curl/curl.h>
#include <errno.h>
#include <expat.h>
#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pango/pangocairo.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sodium.h>
#include <spawn.h>
#include <sqlite3.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <zip.h>

#include "os/pipe.h"
#include "os/process.h"
#include "os/sandbox.h"
#include "os/sandbox_parts.h"
#include "os/socket.h"
#include "os/test_dir.h"

#define WAIT_MS         20000
#define PARSER_START_US 5000 /* security.md section 2, process.h */

/* What a locked-in child holds. */
struct cell {
    enum sandbox_role role;
    int (*body)(struct cell *c); /* after the locks are on; its result is the exit code */
    int given;                   /* may be written: a socket to the test, or a file */
    int other;                   /* may not be written by signer and parser */
    int dir;                     /* of the server and the signer */
    const char *path;            /* of dir */
};

enum { GIVEN, OTHER, DIR_FD, CELL_FDS };

static int enter_and_run(const int *fds, size_t n, void *arg)
{
    struct cell *c = arg;
    const struct sandbox_path paths[] = {{c->path, SANDBOX_WRITE}};
    unsigned on;

    if (n != CELL_FDS)
        return 90;
    c->given = fds[GIVEN];
    c->other = fds[OTHER];
    c->dir = fds[DIR_FD];
    on = sandbox_enter(&(struct sandbox_conf){
        .role = c->role,
        .fds = &c->given,
        .n_fds = 1,
        .dir = c->role == SANDBOX_SIGNER ? c->dir : 0,
        .paths = paths,
        .n_paths = 1,
    });
    if ((sandbox_needed(c->role) & ~on) != 0)
        return 91;
    return c->body(c);
}

static struct process_end run_cell(enum sandbox_role role, int (*body)(struct cell *c), int given)
{
    struct cell c = {.role = role, .body = body};
    struct process p = PROCESS_NONE;
    struct process_end end;
    struct test_dir d;
    int ends[2], fds[CELL_FDS];

    test_dir_make(&d);
    assert_int_equal(pipe_make(ends), 0);
    c.path = d.path;
    fds[GIVEN] = given > 0 ? given : ends[1];
    fds[OTHER] = ends[1];
    fds[DIR_FD] = d.fd;
    assert_int_equal(
        process_start(&(struct process_conf){.name = "cell", .run = enter_and_run, .arg = &c, .fds = fds, .n_fds = CELL_FDS},
                      &p),
        0);
    assert_int_equal(process_wait(&p, WAIT_MS, &end), 1);
    os_close(&ends[0]);
    os_close(&ends[1]);
    test_dir_finish(&d);
    return end;
}

/* ---- what ends the process ---- */

static int opens_passwd(struct cell *c)
{
    (void)c; /* nothing needed */
    return open("/etc/passwd", O_RDONLY | O_CLOEXEC) < 0 ? 1 : 0;
}

static int opens_beneath(struct cell *c)
{
    return os_open_read(c->dir, "there") < 0 ? 1 : 0;
}

static int opens_a_socket(struct cell *c)
{
    (void)c; /* nothing needed */
    return socket(AF_INET, SOCK_STREAM, 0) < 0 ? 1 : 0;
}

static int writes_elsewhere(struct cell *c)
{
    return write(c->other, "x", 1) == 1 ? 0 : 1;
}

static int sends_elsewhere(struct cell *c)
{
    return pipe_send(c->other, &(struct pipe_msg){.kind = 1}, 10);
}

static int writes_to_stderr(struct cell *c)
{
    (void)c; /* nothing needed */
    return write(STDERR_FILENO, "", 0) == 0 ? 0 : 1;
}

static int runs_a_program(struct cell *c)
{
    (void)c; /* nothing needed */
    return execve("/bin/true", (char *[]){"true", NULL}, (char *[]){NULL});
}

static int forks(struct cell *c)
{
    (void)c; /* nothing needed */
    return fork() < 0 ? 1 : 0;
}

static int maps_code(struct cell *c)
{
    (void)c; /* nothing needed */
    return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? 1 : 0;
}

static int turns_memory_into_code(struct cell *c)
{
    void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    (void)c; /* nothing needed */
    return p == MAP_FAILED || mprotect(p, 4096, PROT_READ | PROT_EXEC) < 0 ? 1 : 0;
}

static int maps_a_file(struct cell *c)
{
    return mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, c->given, 0) == MAP_FAILED ? 1 : 0;
}

static int kills_its_parent(struct cell *c)
{
    (void)c; /* nothing needed */
    return kill(getppid(), SIGCONT) < 0 ? 1 : 0;
}

static int kills_all(struct cell *c)
{
    (void)c; /* nothing needed */
    return kill(-1, 0) < 0 ? 1 : 0;
}

static int lifts_its_limits(struct cell *c)
{
    const struct rlimit more = {RLIM_INFINITY, RLIM_INFINITY};

    (void)c; /* nothing needed */
    return setrlimit(RLIMIT_AS, &more) < 0 ? 1 : 0;
}

static int traces(struct cell *c)
{
    (void)c; /* nothing needed */
    return ptrace(PTRACE_ATTACH, 1, NULL, NULL) < 0 ? 1 : 0;
}

static int becomes_another(struct cell *c)
{
    (void)c; /* nothing needed */
    return setuid(1) < 0 ? 1 : 0;
}

static int looks_up_a_name(struct cell *c)
{
    struct stat st;

    (void)c; /* nothing needed */
    return stat("/etc/passwd", &st) < 0 ? 1 : 0;
}

static int deletes_beneath(struct cell *c)
{
    return os_remove(c->dir, "there") < 0 ? 1 : 0;
}

#define SIGNER 1u
#define PARSER 2u
#define SERVER 4u

/* clang-format off */
static const struct {
    const char *what;
    int (*body)(struct cell *c);
    unsigned kills; /* the roles that die by SIGSYS from it */
} deeds[] = {
    {"opens /etc/passwd",        opens_passwd,           SIGNER | PARSER},
    {"opens beneath",            opens_beneath,          PARSER},
    {"deletes beneath",          deletes_beneath,        PARSER},
    {"looks up a name",          looks_up_a_name,        SIGNER | PARSER},
    {"opens a socket",           opens_a_socket,         SIGNER | PARSER},
    {"writes elsewhere",         writes_elsewhere,       SIGNER | PARSER},
    {"sends elsewhere",          sends_elsewhere,        SIGNER | PARSER},
    {"writes to stderr",         writes_to_stderr,       SIGNER | PARSER},
    {"runs a program",           runs_a_program,         SIGNER | PARSER | SERVER},
    {"forks",                    forks,                  SIGNER | PARSER},
    {"maps code",                maps_code,              SIGNER | PARSER},
    {"turns memory into code",   turns_memory_into_code, SIGNER | PARSER},
    {"maps a file",              maps_a_file,            SIGNER | PARSER},
    {"kills its parent",         kills_its_parent,       SIGNER | PARSER},
    {"kills all",                kills_all,              SIGNER | PARSER},
    {"lifts its limits",         lifts_its_limits,       SIGNER | PARSER},
    {"traces",                   traces,                 SIGNER | PARSER | SERVER},
    {"becomes another user",     becomes_another,        SIGNER | PARSER | SERVER},
};
/* clang-format on */

static void check_deeds(enum sandbox_role role, unsigned bit)
{
    for (size_t i = 0; i < ARRAY_LEN(deeds); i++) {
        struct process_end end;

        if ((deeds[i].kills & bit) == 0)
            continue;
        end = run_cell(role, deeds[i].body, 0);
        if (end.signal != SIGSYS)
            fail_msg("%s %s: exit %d, signal %d", sandbox_role_name(role), deeds[i].what, end.code, end.signal);
    }
}

static void parser_dies_of_what_it_may_not_do(void **world)
{
    (void)world; /* none */
    check_deeds(SANDBOX_PARSER, PARSER);
}

static void signer_dies_of_what_it_may_not_do(void **world)
{
    (void)world; /* none */
    check_deeds(SANDBOX_SIGNER, SIGNER);
}

static void server_dies_of_what_only_an_attacker_wants(void **world)
{
    (void)world; /* none */
    check_deeds(SANDBOX_SERVER, SERVER);
}

/* ---- the parser at work ---- */

static int answers(struct cell *c)
{
    return pipe_send(c->given, &(struct pipe_msg){.kind = 1}, 1000) == 0 ? 0 : 1;
}

static void parser_starts_in_time(void **world)
{
    struct cell c = {.role = SANDBOX_PARSER, .body = answers, .path = "/"};
    int64_t best = INT64_MAX;

    for (int i = 0; i < 5; i++) {
        const struct pipe_want want = {.timeout_ms = WAIT_MS};
        struct process p = PROCESS_NONE;
        struct process_end end;
        struct pipe_msg m;
        int64_t began, took;
        int ends[2];

        assert_int_equal(pipe_make(ends), 0);
        began = os_monotonic_us();
        assert_int_equal(process_start(&(struct process_conf){.name = "parser",
                                                              .run = enter_and_run,
                                                              .arg = &c,
                                                              .fds = (int[]){ends[1], ends[1], ends[1]},
                                                              .n_fds = CELL_FDS},
                                       &p),
                         0);
        assert_int_equal(pipe_receive(ends[0], &want, unit_arena(world), &m), 1);
        took = os_monotonic_us() - began;
        best = took < best ? took : best;
        assert_int_equal(process_wait(&p, WAIT_MS, &end), 1);
        assert_int_equal(end.code, 0);
        os_close(&ends[0]);
        os_close(&ends[1]);
    }
    print_message("# parser answers after %lld us\n", (long long)best);
    assert_true(best < PARSER_START_US);
}

static int asks_for_too_much(struct cell *c)
{
    size_t taken = 0;

    (void)c; /* nothing needed */
    for (;;) {
        void *p = malloc(MB);

        if (p == NULL)
            return taken > 32 && taken < 256 ? 0 : 1;
        memset(p, 1, MB);
        taken++;
    }
}

static void parser_runs_out_of_memory_in_good_order(void **world)
{
    struct process_end end = run_cell(SANDBOX_PARSER, asks_for_too_much, 0);

    (void)world; /* none */
    assert_int_equal(end.signal, 0);
    assert_int_equal(end.code, 0);
}

static int writes_to_given(struct cell *c)
{
    return write(c->given, "x", 1) == 1 ? 0 : 1;
}

static void parser_writes_no_file_even_if_given_one(void **world)
{
    struct test_dir d;
    int fd;

    (void)world; /* none */
    test_dir_make(&d);
    fd = os_create(d.fd, "f", 0600);
    assert_true(fd > 0);
    assert_int_equal(run_cell(SANDBOX_PARSER, writes_to_given, fd).signal, SIGXFSZ);
    assert_true(test_dir_holds(&d, "f", ""));
    os_close(&fd);
    test_dir_finish(&d);
}

static int spins_with_one_second_left(const int *fds, size_t n, void *arg)
{
    struct rlimit time;

    (void)fds; /* none */
    (void)n;
    (void)arg;
    if (!sandbox_limits(SANDBOX_PARSER) || getrlimit(RLIMIT_CPU, &time) < 0 || time.rlim_cur != 5 || time.rlim_max != 6)
        return 1;
    time.rlim_cur = 1; /* the kernel's counting is the same, the test shorter */
    if (setrlimit(RLIMIT_CPU, &time) < 0)
        return 2;
    for (volatile unsigned long i = 0;; i++)
        ;
    return 3;
}

static void parser_that_spins_is_ended(void **world)
{
    struct process p = PROCESS_NONE;
    struct process_end end;

    (void)world; /* none */
    assert_int_equal(process_start(&(struct process_conf){.name = "spin", .run = spins_with_one_second_left}, &p), 0);
    assert_int_equal(process_wait(&p, WAIT_MS, &end), 1);
    assert_int_equal(end.signal, SIGXCPU);
}

static void XMLCALL count_element(void *data, const XML_Char *name, const XML_Char **attributes)
{
    (void)attributes; /* only names count */
    *(int *)data += strcmp(name, "row") == 0;
}

/* As the import of a workbook does it: a ZIP from a descriptor, its XML through expat. */
static int reads_a_workbook(struct cell *c)
{
    char xml[256];
    int rows = 0;
    int error = 0;
    zip_t *z = zip_fdopen(dup(c->given), 0, &error);
    zip_file_t *f = z == NULL ? NULL : zip_fopen(z, "xl/worksheets/sheet1.xml", 0);
    zip_int64_t n = f == NULL ? -1 : zip_fread(f, xml, sizeof xml);
    XML_Parser parser = XML_ParserCreate(NULL);

    if (n <= 0 || parser == NULL)
        return 1;
    XML_SetUserData(parser, &rows);
    XML_SetStartElementHandler(parser, count_element);
    if (XML_Parse(parser, xml, (int)n, 1) != XML_STATUS_OK)
        return 2;
    XML_ParserFree(parser);
    (void)zip_fclose(f); /* only read */
    zip_discard(z);
    return rows == 2 ? 0 : 3;
}

static void make_workbook(const char *path)
{
    static const char xml[] = "<sheet><row>1</row><row>2</row></sheet>";
    int error = 0;
    zip_t *z = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &error);
    zip_source_t *source;

    assert_non_null(z);
    source = zip_source_buffer(z, xml, sizeof xml - 1, 0);
    assert_true(zip_file_add(z, "xl/worksheets/sheet1.xml", source, 0) >= 0);
    assert_int_equal(zip_close(z), 0);
}

static void parser_reads_a_workbook(void **world)
{
    struct test_dir d;
    struct process_end end;
    char path[96];
    int fd;

    (void)world; /* none */
    test_dir_make(&d);
    (void)snprintf(path, sizeof path, "%s/book.xlsx", d.path); /* always fits */
    make_workbook(path);
    fd = os_open_read(d.fd, "book.xlsx");
    assert_true(fd > 0);
    end = run_cell(SANDBOX_PARSER, reads_a_workbook, fd);
    os_close(&fd);
    test_dir_finish(&d);
    assert_int_equal(end.signal, 0);
    assert_int_equal(end.code, 0);
}

static int by_text(const void *a, const void *b)
{
    return memcmp(a, b, 16);
}

static int computes(struct cell *c)
{
    enum { ROWS = 200000 };
    char(*rows)[16] = calloc(ROWS, sizeof *rows);
    unsigned char seed[16];

    os_random(seed, sizeof seed);
    for (unsigned i = 0; i < ROWS; i++)
        (void)snprintf(rows[i], sizeof rows[i], "%015u", i * 7919 % ROWS); /* always fits */
    qsort(rows, ROWS, sizeof *rows, by_text);
    if (os_now().v <= 0 || os_monotonic_us() <= 0)
        return 1;
    return answers(c);
}

static void parser_computes_and_answers(void **world)
{
    struct process_end end = run_cell(SANDBOX_PARSER, computes, 0);

    (void)world; /* none */
    assert_int_equal(end.signal, 0);
    assert_int_equal(end.code, 0);
}

/* ---- the signer at work ---- */

static int signs_and_keeps_its_state(struct cell *c)
{
    unsigned char pk[crypto_sign_PUBLICKEYBYTES], sk[crypto_sign_SECRETKEYBYTES], sig[crypto_sign_BYTES];
    unsigned char *secret = os_secret_alloc(sizeof sk);
    struct arena a;
    struct bytes state_file;
    bool good;

    arena_init(&a, MB);
    if (crypto_sign_keypair(pk, sk) != 0 || crypto_sign_detached(sig, NULL, (const unsigned char *)"root", 4, sk) != 0)
        return 1;
    os_secret_free(secret);
    for (int i = 0; i < 3; i++)
        if (os_replace_file(c->dir, "ledger.state", "42 root", 7, 0600) < 0)
            return 2;
    good = os_read_file(c->dir, "ledger.state", &a, KB, &state_file) == 0 && state_file.n == 7;
    arena_finish(&a);
    return good && os_open_if_there(c->dir, "none") == 0 ? answers(c) : 3;
}

static void signer_signs_and_keeps_its_state(void **world)
{
    struct process_end end;

    (void)world; /* none */
    assert_true(sodium_init() >= 0);
    end = run_cell(SANDBOX_SIGNER, signs_and_keeps_its_state, 0);
    assert_int_equal(end.signal, 0);
    assert_int_equal(end.code, 0);
}

/* openat2() with the right directory but a way out: the filter cannot see it, Landlock does. */
static int leaves_its_directory(struct cell *c)
{
    const uint64_t how[3] = {O_RDONLY | O_CLOEXEC, 0, 0};

    return syscall(SYS_openat2, c->dir, "/etc/passwd", how, sizeof how) < 0 && errno == EACCES ? 0 : 1;
}

static void signer_does_not_leave_its_directory(void **world)
{
    (void)world; /* none */
    if (sandbox_landlock_abi() == 0)
        skip();
    assert_int_equal(run_cell(SANDBOX_SIGNER, leaves_its_directory, 0).code, 0);
}

/* ---- the server at work ---- */

static int forbidden_softly(struct cell *c)
{
    void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    (void)c; /* nothing needed */
    if (p != MAP_FAILED || errno != ENOSYS)
        return 1;
    if (fork() >= 0 || errno != ENOSYS)
        return 2;
    if (kill(getppid(), 0) == 0 || socket(AF_PACKET, SOCK_RAW, 0) >= 0)
        return 3;
    return syscall(SYS_io_uring_setup, 1, NULL) < 0 && errno == ENOSYS ? 0 : 4;
}

static void server_is_told_that_other_calls_are_missing(void **world)
{
    struct process_end end = run_cell(SANDBOX_SERVER, forbidden_softly, 0);

    (void)world; /* none */
    assert_int_equal(end.signal, 0);
    assert_int_equal(end.code, 0);
}

static int stores_rows(struct cell *c)
{
    static const char sql[] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t(a); BEGIN;"
                              "INSERT INTO t VALUES (1),(2); COMMIT; PRAGMA wal_checkpoint(TRUNCATE);"
                              "SELECT * FROM t ORDER BY a DESC; VACUUM";
    char path[96];
    sqlite3 *db;
    int e;

    (void)snprintf(path, sizeof path, "%s/terang.db", c->path); /* always fits */
    if (sqlite3_open(path, &db) != SQLITE_OK)
        return 1;
    e = sqlite3_exec(db, sql, NULL, NULL, NULL);
    return e == SQLITE_OK && sqlite3_close(db) == SQLITE_OK ? 0 : 2;
}

static void server_stores_rows(void **world)
{
    struct process_end end = run_cell(SANDBOX_SERVER, stores_rows, 0);

    (void)world; /* none */
    assert_int_equal(end.signal, 0);
    assert_int_equal(end.code, 0);
}

static enum MHD_Result answer_page(void *ctx, struct MHD_Connection *c, const char *url, const char *method,
                                   const char *version, const char *data, size_t *size, void **request)
{
    static char page[] = "terang";
    struct MHD_Response *r = MHD_create_response_from_buffer(sizeof page - 1, page, MHD_RESPMEM_PERSISTENT);
    enum MHD_Result e = MHD_queue_response(c, MHD_HTTP_OK, r);

    (void)ctx; /* one page, whatever is asked */
    (void)url;
    (void)method;
    (void)version;
    (void)data;
    (void)size;
    (void)request;
    MHD_destroy_response(r);
    return e;
}

static size_t count_bytes(char *p, size_t size, size_t n, void *total)
{
    (void)p; /* only counted */
    *(size_t *)total += size * n;
    return size * n;
}

/* Serves by a pool of threads on a socket bound before, and fetches its own page with libcurl by a name it looks up. */
static int serves_and_fetches(struct cell *c)
{
    struct MHD_Daemon *d =
        MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, answer_page, NULL, MHD_OPTION_LISTEN_SOCKET, c->given,
                         MHD_OPTION_THREAD_POOL_SIZE, 2u, MHD_OPTION_END);
    CURL *curl = curl_easy_init();
    char address[64];
    size_t total = 0;
    CURLcode e;

    if (d == NULL || curl == NULL)
        return 1;
    (void)snprintf(address, sizeof address, "http://localhost:%d/", socket_port(c->given)); /* always fits */
    (void)curl_easy_setopt(curl, CURLOPT_URL, address);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, count_bytes);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, &total);
    (void)curl_easy_setopt(curl, CURLOPT_TIMEOUT, 5L);
    (void)curl_easy_setopt(curl, CURLOPT_PROXY, "");
    e = curl_easy_perform(curl);
    curl_easy_cleanup(curl);
    MHD_stop_daemon(d);
    return e != CURLE_OK ? 2 : total == 6 ? 0 : 3;
}

static void server_serves_and_fetches(void **world)
{
    int fd = socket_listen("127.0.0.1:0");
    struct process_end end;

    (void)world; /* none */
    assert_true(fd > 0);
    end = run_cell(SANDBOX_SERVER, serves_and_fetches, fd);
    os_close(&fd);
    assert_int_equal(end.signal, 0);
    assert_int_equal(end.code, 0);
}

static cairo_status_t keep_nothing(void *total, const unsigned char *p, unsigned n)
{
    (void)p; /* only counted */
    *(size_t *)total += n;
    return CAIRO_STATUS_SUCCESS;
}

static int draws_a_page(struct cell *c)
{
    size_t total = 0;
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(keep_nothing, &total, 595, 842);
    cairo_t *cr = cairo_create(surface);
    PangoLayout *layout = pango_cairo_create_layout(cr);
    PangoFontDescription *font = pango_font_description_from_string("Noto Sans 11");
    int unknown;

    (void)c; /* nothing needed */
    pango_layout_set_font_description(layout, font);
    pango_layout_set_text(layout, "Pemerintah Kota (contoh)", -1);
    unknown = pango_layout_get_unknown_glyphs_count(layout);
    pango_cairo_show_layout(cr, layout);
    pango_font_description_free(font);
    g_object_unref(layout);
    cairo_destroy(cr);
    cairo_surface_finish(surface);
    cairo_surface_destroy(surface);
    return unknown == 0 && total > 2000 ? 0 : 1;
}

static void server_draws_a_page(void **world)
{
    struct process_end end = run_cell(SANDBOX_SERVER, draws_a_page, 0);

    (void)world; /* none */
    assert_int_equal(end.signal, 0);
    assert_int_equal(end.code, 0);
}

/* ---- all together ---- */

static int tells_what_is_on(const int *fds, size_t n, void *arg)
{
    unsigned role = *(unsigned *)arg;
    unsigned on = sandbox_enter(&(struct sandbox_conf){.role = role, .fds = fds, .n_fds = n});

    return pipe_send(fds[0], &(struct pipe_msg){.kind = (uint16_t)on}, 1000) == 0 ? 0 : 1;
}

/* The line of /proc/PID/status that P2 looks at. */
static bool has_seccomp(pid_t pid)
{
    char path[64], line[256];
    bool found = false;
    FILE *f;

    (void)snprintf(path, sizeof path, "/proc/%ld/status", (long)pid); /* always fits */
    f = fopen(path, "re");
    assert_non_null(f);
    while (fgets(line, sizeof line, f) != NULL)
        found |= strcmp(line, "Seccomp:\t2\n") == 0;
    (void)fclose(f); /* only read */
    return found;
}

static void every_role_has_what_this_kernel_offers(void **world)
{
    int abi = sandbox_landlock_abi();
    unsigned missing = (abi < 1 ? SANDBOX_FILES : 0u) | (abi < 4 ? SANDBOX_PORTS : 0u) | (abi < 6 ? SANDBOX_SIGNALS : 0u);

    for (unsigned role = 0; role < SANDBOX_ROLE_COUNT; role++) {
        const struct pipe_want want = {.timeout_ms = WAIT_MS};
        struct process p = PROCESS_NONE;
        struct process_end end;
        struct pipe_msg m;
        int ends[2];

        assert_int_equal(pipe_make(ends), 0);
        assert_int_equal(
            process_start(
                &(struct process_conf){.name = "on", .run = tells_what_is_on, .arg = &role, .fds = &ends[1], .n_fds = 1}, &p),
            0);
        assert_int_equal(pipe_receive(ends[0], &want, unit_arena(world), &m), 1);
        assert_int_equal(m.kind, sandbox_wanted(role) & ~missing);
        assert_true(has_seccomp(p.pid)); /* ended perhaps, but not waited for */
        assert_int_equal(process_wait(&p, WAIT_MS, &end), 1);
        os_close(&ends[0]);
        os_close(&ends[1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(parser_dies_of_what_it_may_not_do),
        UNIT(signer_dies_of_what_it_may_not_do),
        UNIT(server_dies_of_what_only_an_attacker_wants),
        UNIT(parser_starts_in_time),
        UNIT(parser_runs_out_of_memory_in_good_order),
        UNIT(parser_writes_no_file_even_if_given_one),
        UNIT(parser_that_spins_is_ended),
        UNIT(parser_reads_a_workbook),
        UNIT(parser_computes_and_answers),
        UNIT(signer_signs_and_keeps_its_state),
        UNIT(signer_does_not_leave_its_directory),
        UNIT(server_is_told_that_other_calls_are_missing),
        UNIT(server_stores_rows),
        UNIT(server_serves_and_fetches),
        UNIT(server_draws_a_page),
        UNIT(every_role_has_what_this_kernel_offers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
