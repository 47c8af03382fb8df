/*
 * parser_test.c: a parent, a server that asks, and children that look: answers come back, a dying child is a broken file.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"
#include "base/unit.h"
#undef fail /* of cmocka: ui/req.h has a function of that name */
#include "engine/app.h"
#include "engine/parser.h"
#include "os/pipe.h"
#include "os/test_dir.h"
#undef fail

/* Exit codes 0 to 3 end the supervisor; what is wrong is told by a number of its own. */
enum { GOOD = 0, WRONG = 1 };

static int file_with(const char *text)
{
    char path[] = "/tmp/terang-parser-XXXXXX";
    int fd = mkstemp(path);

    if (fd < 0 || unlink(path) != 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
        return -1;
    return fd;
}

static bool answers(const struct app *app, const char *text, const char *name, const char *type, int result,
                    enum file_fault fault)
{
    struct file_finding found;
    int fd = file_with(text);
    bool same = fd >= 0 && parser_accept(app, fd, name, type, PURPOSE_DOCUMENT, &found) == result && found.fault == fault;

    os_close(&fd);
    return same;
}

static int asks(const int *fds, size_t n_fds, void *arg)
{
    const struct app app = {.parser = fds[0]};
    int i;

    (void)n_fds;
    (void)arg;
    for (i = 0; i < 3; i++)
        if (!answers(&app, "halo dunia\n", "a.txt", "text/plain", 0, FILE_GOOD) ||
            !answers(&app, "halo dunia\n", "a.csv", NULL, 0, FILE_GOOD) ||
            !answers(&app, "<html><script>alert(1)</script>", "a.txt", NULL, E_FORMAT, FILE_TYPE) ||
            !answers(&app, "PK\x03\x04 rusak", "a.xlsx", NULL, E_FORMAT, FILE_ARCHIVE) ||
            !answers(&app, "halo dunia\n", "a.pdf", NULL, E_FORMAT, FILE_NAME))
            return WRONG;
    return GOOD;
}

/* The parent talks to nobody: the question is taken and its descriptors are dropped. */
static int asks_in_vain(const int *fds, size_t n_fds, void *arg)
{
    const struct app app = {.parser = fds[0]};

    (void)n_fds;
    (void)arg;
    return answers(&app, "halo dunia\n", "a.txt", NULL, E_FORMAT, FILE_BROKEN) ? GOOD : WRONG;
}

/* ---- rows ---- */

struct rows_seen {
    struct arena *a;
    const char *text; /* "1:a|b;" for each line */
};

static int see_row(void *arg, int64_t line, const struct import_cell *cells, size_t n)
{
    struct rows_seen *seen = arg;
    size_t i;

    seen->text = text_printf(seen->a, "%s%lld:", seen->text, (long long)line);
    for (i = 0; i < n; i++)
        seen->text = text_printf(seen->a, "%s%s|", seen->text, cells[i].text);
    return 0;
}

static bool reads(const struct app *app, const char *content, int result, const char *said)
{
    struct import_report report = {0};
    struct rows_seen seen;
    struct arena a, lot;
    int fd = file_with(content);
    bool same;

    arena_init(&a, 64 * MB);
    arena_init(&lot, 16 * MB);
    seen = (struct rows_seen){&a, ""};
    same = fd >= 0 && parser_rows(app, fd, &a, &lot, see_row, &seen, &report) == result &&
           text_eq(result == 0 ? seen.text : report.refused, said);
    arena_finish(&lot);
    arena_finish(&a);
    os_close(&fd);
    return same;
}

/* 20,002 lines besides the heading. */
static const char *long_file(struct arena *a)
{
    struct buf b;
    int i;

    buf_init(&b, a, 1 * MB);
    buf_add(&b, "kode\n");
    for (i = 0; i < IMPORT_ROWS + 2; i++)
        buf_printf(&b, "%d\n", i);
    return b.s;
}

static int asks_for_rows(const int *fds, size_t n_fds, void *arg)
{
    const struct app app = {.parser = fds[0]};
    struct arena a;
    bool good;

    (void)n_fds;
    (void)arg;
    arena_init(&a, 8 * MB);
    good = reads(&app, "kode;nama\n1;Caf\xc3\xa9\n\n2;\"b;c\"\n", 0, "1:kode|nama|2:1|Caf\xc3\xa9|4:2|b;c|") &&
           reads(&app, "", E_FORMAT, "import.empty") && reads(&app, "a,b\n\"open", E_FORMAT, "import.csv-open-quote") &&
           reads(&app, "PK\x03\x04 rusak", E_FORMAT, "import.sheet-refused") &&
           reads(&app, long_file(&a), E_LIMIT, "import.too-many-rows");
    arena_finish(&a);
    return good ? GOOD : WRONG;
}

static int asks_for_rows_in_vain(const int *fds, size_t n_fds, void *arg)
{
    const struct app app = {.parser = fds[0]};

    (void)n_fds;
    (void)arg;
    return reads(&app, "kode\n1\n", E_FORMAT, "import.reading-failed") ? GOOD : WRONG;
}

/* ---- pictures ---- */

/* Two pages with a word in a font that is not in the file, as most letters of offices are. */
static int pdf_file(void)
{
    static const char text[] = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
                               "2 0 obj<</Type/Pages/Kids[3 0 R 3 0 R]/Count 2>>endobj\n"
                               "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R"
                               "/Resources<</Font<</F 5 0 R>>>>>>endobj\n"
                               "4 0 obj<</Length 38>>stream\nBT /F 72 Tf 10 20 Td (MMMM) Tj ET     \nendstream endobj\n"
                               "5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
                               "trailer<</Root 1 0 R>>\n%%EOF\n";

    return file_with(text);
}

static bool has_ink(struct arena *a, const struct picture *p)
{
    struct picture again;
    int fd = p->jpeg ? -1 : file_with("");
    bool good = fd >= 0 && write(fd, p->content.p, p->content.n) == (ssize_t)p->content.n;

    if (good)
        paint(fd, FILE_PNG, 1, a, &again);
    os_close(&fd);
    return good && again.fault == PAINT_GOOD && p->content.n > 5000; /* an empty page is a quarter of that */
}

static int asks_for_pictures(const int *fds, size_t n_fds, void *arg)
{
    const struct app app = {.parser = fds[0]};
    struct picture p, far, broken;
    struct arena a;
    int fd, text;
    bool good;

    (void)n_fds;
    (void)arg;
    arena_init(&a, 32 * MB);
    fd = pdf_file();
    text = file_with("%PDF-1.4\n%%EOF\n");
    parser_paint(&app, fd, FILE_PDF, 2, &a, &p);
    parser_paint(&app, fd, FILE_PDF, 3, &a, &far);
    parser_paint(&app, text, FILE_PDF, 1, &a, &broken);
    good = p.fault == PAINT_GOOD && p.pages == 2 && p.width == 600 && has_ink(&a, &p) && far.fault == PAINT_PAGE &&
           far.pages == 2 && far.content.n == 0 && broken.fault == PAINT_BROKEN;
    os_close(&text);
    os_close(&fd);
    arena_finish(&a);
    return good ? GOOD : WRONG;
}

static int asks_for_pictures_in_vain(const int *fds, size_t n_fds, void *arg)
{
    const struct app app = {.parser = fds[0]};
    struct picture p;
    struct arena a;
    int fd;

    (void)n_fds;
    (void)arg;
    arena_init(&a, 32 * MB);
    fd = pdf_file();
    parser_paint(&app, fd, FILE_PDF, 1, &a, &p);
    os_close(&fd);
    arena_finish(&a);
    return p.fault == PAINT_BROKEN ? GOOD : WRONG;
}

static int serves_and_crashes(const int *fds, size_t n_fds, void *arg)
{
    const struct app app = {.parser = fds[0]};

    (void)n_fds;
    (void)arg;
    if (parser_tell_ready(&app) < 0)
        return WRONG;
    abort();
}

#define CRASHES 6

struct parent {
    process_run_fn *server;
    int ends, longest_ms;
};

static int start(void *ctx, struct supervisor *s)
{
    const struct parent *p = ctx;
    int ends[2], e = pipe_make(ends);

    if (e < 0)
        return e;
    supervise_watch(s, ends[0]);
    e = supervise_add(s, &(struct process_conf){.name = "server", .run = p->server, .fds = &ends[1], .n_fds = 1});
    os_close(&ends[1]);
    return e;
}

static int asked(void *ctx, struct supervisor *s, int fd)
{
    (void)ctx;
    return parser_asked(s, fd, NULL, NULL);
}

static int takes_and_drops(void *ctx, struct supervisor *s, int fd)
{
    const struct pipe_want want = {.body_max = 4 * KB, .fds_max = 2, .timeout_ms = 1000};
    struct pipe_msg m;
    struct arena a;

    (void)ctx;
    (void)s;
    arena_init(&a, MB);
    if (pipe_receive(fd, &want, &a, &m) > 0)
        pipe_close_fds(&m);
    arena_finish(&a);
    return 0;
}

static void ended(void *ctx, const char *name, const struct process_end *end, int again_ms)
{
    (void)ctx;
    (void)name;
    (void)end;
    (void)again_ms;
}

/* The last round has its word, so that the loop ends. */
static void counts_ends(void *ctx, const char *name, const struct process_end *end, int again_ms)
{
    struct parent *p = ctx;

    (void)name;
    (void)end;
    p->longest_ms = again_ms > p->longest_ms ? again_ms : p->longest_ms;
    if (++p->ends == CRASHES)
        p->server = asks;
}

static void a_server_that_told_that_it_serves_is_started_again_soon(void **world)
{
    struct parent p = {.server = serves_and_crashes};

    (void)world;
    assert_int_equal(supervise_run(&(struct supervise_conf){
                         .start = start, .asked = asked, .ended = counts_ends, .ctx = &p, .grace_ms = 1000}),
                     GOOD);
    assert_true(p.longest_ms <= supervise_backoff_ms(0, 0));
}

static void children_look_and_answer(void **world)
{
    struct parent p = {.server = asks};

    (void)world;
    assert_int_equal(
        supervise_run(&(struct supervise_conf){.start = start, .asked = asked, .ended = ended, .ctx = &p, .grace_ms = 1000}),
        GOOD);
}

static void no_answer_is_a_broken_file(void **world)
{
    struct parent p = {.server = asks_in_vain};

    (void)world;
    assert_int_equal(supervise_run(&(struct supervise_conf){
                         .start = start, .asked = takes_and_drops, .ended = ended, .ctx = &p, .grace_ms = 1000}),
                     GOOD);
}

static void children_hand_over_rows(void **world)
{
    struct parent p = {.server = asks_for_rows};

    (void)world;
    assert_int_equal(
        supervise_run(&(struct supervise_conf){.start = start, .asked = asked, .ended = ended, .ctx = &p, .grace_ms = 1000}),
        GOOD);
}

static void a_reading_that_does_not_end_is_said(void **world)
{
    struct parent p = {.server = asks_for_rows_in_vain};

    (void)world;
    assert_int_equal(supervise_run(&(struct supervise_conf){
                         .start = start, .asked = takes_and_drops, .ended = ended, .ctx = &p, .grace_ms = 1000}),
                     GOOD);
}

static void children_draw_pages(void **world)
{
    struct parent p = {.server = asks_for_pictures};

    (void)world;
    assert_int_equal(
        supervise_run(&(struct supervise_conf){.start = start, .asked = asked, .ended = ended, .ctx = &p, .grace_ms = 1000}),
        GOOD);
}

static void a_drawing_that_does_not_come_is_a_broken_file(void **world)
{
    struct parent p = {.server = asks_for_pictures_in_vain};

    (void)world;
    assert_int_equal(supervise_run(&(struct supervise_conf){
                         .start = start, .asked = takes_and_drops, .ended = ended, .ctx = &p, .grace_ms = 1000}),
                     GOOD);
}

static void without_a_parent_the_look_is_here(void **world)
{
    const struct app app = {0};

    (void)world;
    assert_true(answers(&app, "halo dunia\n", "a.txt", "text/plain", 0, FILE_GOOD));
    assert_true(answers(&app, "halo dunia\n", "a.pdf", NULL, E_FORMAT, FILE_NAME));
    assert_true(reads(&app, "kode\n1\n", 0, "1:kode|2:1|"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(children_look_and_answer),
        UNIT(a_server_that_told_that_it_serves_is_started_again_soon),
        UNIT(no_answer_is_a_broken_file),
        UNIT(children_hand_over_rows),
        UNIT(a_reading_that_does_not_end_is_said),
        UNIT(children_draw_pages),
        UNIT(a_drawing_that_does_not_come_is_a_broken_file),
        UNIT(without_a_parent_the_look_is_here),
    };

    if (test_lacks_pidfd())
        return 0;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
