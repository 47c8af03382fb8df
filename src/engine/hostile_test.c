/*
 * hostile_test.c: one file of each hostile kind, really uploaded: what the rule says happens, in words, and nothing stays
 * (security.md F1, F3, F5, F8).
 *
 * The structure of single formats is tried in filetype_test.c and sheet/unzip_test.c; document types and entities of XML, which
 * only an import reads, in sheet/xlsx_test.c.
 */
#include <sys/time.h>

#include "engine/sheet/test_zip.h"
#include "engine/test_files.h"

#define IN_TIME_US INT64_C(2000000) /* F3 */

/* fail_msg() of cmocka calls its fail(), whose name the engine has. */
#define WRONG(...)                                                                                                             \
    do {                                                                                                                       \
        print_error(__VA_ARGS__);                                                                                              \
        assert_true(false);                                                                                                    \
    } while (0)

static struct made made;

static struct upload as_made(const char *name, const char *type)
{
    return (struct upload){name, type, (const char *)made.p, made.n};
}

/* ---- archives that are none of ours ---- */

static void plain_zip(void)
{
    made_init(&made);
    made_text(&made, "a.txt", "a");
    made_end(&made);
}

static void bomb(void)
{
    static char zeros[2 * 1024 * 1024];

    made_init(&made);
    made_text(&made, "[Content_Types].xml", "<Types/>");
    made_text(&made, "word/document.xml", "<x/>");
    made_member(&made, "word/media/besar.bin", zeros, sizeof zeros, 1);
    made_end(&made);
}

static void with_member(const char *name, const char *text)
{
    made_init(&made);
    made_text(&made, "[Content_Types].xml", "<Types/>");
    made_text(&made, "word/document.xml", "<x/>");
    made_text(&made, name, text);
    made_end(&made);
}

static void nested(void)
{
    static struct made inner;

    made_init(&inner);
    made_text(&inner, "a.txt", "a");
    made_end(&inner);
    made_init(&made);
    made_text(&made, "[Content_Types].xml", "<Types/>");
    made_text(&made, "word/document.xml", "<x/>");
    made_member(&made, "word/lagi.zip", inner.p, inner.n, 1);
    made_end(&made);
}

static void encrypted(void)
{
    made_init(&made);
    made.member[0].flags = 1;
    made_text(&made, "[Content_Types].xml", "<Types/>");
    made_text(&made, "word/document.xml", "<x/>");
    made_end(&made);
}

static void overlapping(void)
{
    with_member("word/styles.xml", "<y/>");
    made_set32(&made, made_entry(&made, 2) + 42, (uint32_t)made.member[1].header);
}

/* ---- pictures, and files that are two ---- */

static void huge_png(void)
{
    static const uint8_t all[] = {0x89, 'P', 'N', 'G',  '\r', '\n', 0x1a, '\n', 0,    0,   0,   13, 'I', 'H', 'D',
                                  'R',  0,   0,   0xff, 0xff, 0,    0,    0xff, 0xff, 8,   2,   0,  0,   0,   1,
                                  2,    3,   4,   0,    0,    0,    2,    'I',  'D',  'A', 'T', 1,  2,   1,   2,
                                  3,    4,   0,   0,    0,    0,    'I',  'E',  'N',  'D', 1,   2,  3,   4};

    made_init(&made);
    made_bytes(&made, all, sizeof all);
}

static void pdf_and_zip(void)
{
    static struct made zip;

    with_member("a.txt", "a");
    zip = made;
    made_init(&made);
    made_bytes(&made, "%PDF-1.7\n1 0 obj<<>>endobj\nstartxref\n9\n%%EOF\n", 46);
    made_bytes(&made, zip.p, zip.n);
}

/* ---- the table ---- */

#define WORD "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#define EXE  "MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff"
#define ELF                                                                                                                    \
    "\x7f"                                                                                                                     \
    "ELF\x02\x01\x01\0"

/* clang-format off */
static const struct {
    struct upload file;
    void (*make)(void);          /* instead of bytes */
    const char *macro;           /* a member that makes a Word file hostile */
    const char *words;           /* in the answer */
} hostile[] = {
    /* content of no kind of ours under a name of one */
    {{"surat.pdf", "application/pdf", EXE, 14},                                   NULL, NULL, "jenis isinya tidak termasuk"},
    {{"surat.pdf", "application/pdf", ELF, 8},                                    NULL, NULL, "jenis isinya tidak termasuk"},
    {{"foto.jpg", "image/jpeg", "<html><script>alert(1)</script></html>", 0},     NULL, NULL, "jenis isinya tidak termasuk"},
    {{"gambar.svg", "image/svg+xml", "<svg onload=\"alert(1)\"/>", 0},            NULL, NULL, "jenis isinya tidak termasuk"},
    {{"gambar.png", "image/png", "<?xml version=\"1.0\"?><svg/>", 0},             NULL, NULL, "jenis isinya tidak termasuk"},
    {{"surat.txt", "text/plain", "<svg onload=alert(1)>", 0},                     NULL, NULL, "jenis isinya tidak termasuk"},
    {{"pasang.txt", "text/plain", "#!/bin/sh\nrm -rf /\n", 0},                    NULL, NULL, "jenis isinya tidak termasuk"},
    {{"arsip.zip", "application/zip", NULL, 0}, plain_zip, NULL, "jenis isinya tidak termasuk"},
    /* a kind of ours that is broken, or two at once */
    {{"foto.jpg", "image/jpeg", "\xff\xd8\xff\xe0<script>alert(1)</script>", 0},  NULL, NULL, "rusak atau tidak lengkap"},
    {{"ganda.pdf", "application/pdf", "%PDF-1.4\n%%EOF\nPK\x03\x04", 0},          NULL, NULL, "dibaca sebagai dua jenis"},
    {{"ganda.pdf", "application/pdf", NULL, 0},                                   pdf_and_zip, NULL, "dibaca sebagai dua jenis"},
    {{"ganda.txt", "text/plain", "catatan\n%PDF-1.7\n", 0},                       NULL, NULL, "dibaca sebagai dua jenis"},
    {{"kosong.txt", "text/plain", "", 0},                                         NULL, NULL, "berkas kosong"},
    {{"raksasa.png", "image/png", NULL, 0},                                       huge_png, NULL, "lebih dari 50 megapiksel"},
    /* names */
    {{"program.exe", "text/plain", "halo\n", 0},                                  NULL, NULL, "akhiran namanya tidak sesuai"},
    {{"laporan.pdf.exe", "application/pdf", "%PDF-1.4\nx\n%%EOF\n", 0},           NULL, NULL, "akhiran namanya tidak sesuai"},
    {{"laporan.txt", "text/plain", "%PDF-1.4\nx\n%%EOF\n", 0},                    NULL, NULL, "akhiran namanya tidak sesuai"},
    {{"tanpa akhiran", "text/plain", "halo\n", 0},                                NULL, NULL, "akhiran namanya tidak sesuai"},
    {{".txt", "text/plain", "halo\n", 0},                                         NULL, NULL, "akhiran namanya tidak sesuai"},
    {{"gambar\xe2\x80\xaetxt.txt", "text/plain", "halo\n", 0},                    NULL, NULL, "akhiran namanya tidak sesuai"},
    {{"laporan.pdf", "text/html", "%PDF-1.4\nx\n%%EOF\n", 0},                     NULL, NULL, "jenis yang disebut peramban"},
    /* office files and archives */
    {{"makro.docx", WORD, NULL, 0},                                               NULL, "word/vbaProject.bin", "berisi makro"},
    {{"bom.docx", WORD, NULL, 0},                                                 bomb, NULL, "dimampatkan secara tidak wajar"},
    {{"sarang.docx", WORD, NULL, 0},                                              nested, NULL, "arsip di dalam arsip"},
    {{"kunci.docx", WORD, NULL, 0},                                               encrypted, NULL, "terkunci kata sandi"},
    {{"tindih.docx", WORD, NULL, 0},                                              overlapping, NULL, "arsip"},
    {{"keluar.docx", WORD, NULL, 0},                                              NULL, "../../etc/cron.d/x", "nama di dalam arsip"},
    {{"keluar.docx", WORD, NULL, 0},                                              NULL, "/etc/cron.d/x", "nama di dalam arsip"},
    {{"data.xlsx", "application/octet-stream", "PK\x03\x04 rusak", 0},            NULL, NULL, "arsip rusak"},
};

/* What reads like an attack and is none: kept, as a download that nothing opens by itself. */
static const struct {
    struct upload file;
    const char *kept_as;
} odd[] = {
    {{"skrip.pdf", "application/pdf", "%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n%%EOF\n", 0}, "skrip.pdf"},
    {{"jalan.pdf", "application/pdf", "%PDF-1.4\n1 0 obj<</AA<</O<</S/Launch/F(cmd.exe)>>>>>>endobj\n%%EOF\n", 0}, "jalan.pdf"},
    {{"lampir.pdf", "application/pdf", "%PDF-1.4\n1 0 obj<</Type/EmbeddedFile>>endobj\n%%EOF\n", 0}, "lampir.pdf"},
    {{"kunci.pdf", "application/pdf", "%PDF-1.4\ntrailer<</Encrypt 4 0 R>>\n%%EOF\n", 0}, "kunci.pdf"},
    {{"laporan.exe.pdf", "application/pdf", "%PDF-1.4\nlain\n%%EOF\n", 0}, "laporan.exe.pdf"},
    {{"../../etc/passwd.txt", "text/plain", "satu\n", 0}, "passwd.txt"},
    {{"C:\\\\Windows\\\\win.txt", "text/plain", "dua\n", 0}, "win.txt"},
    {{"<b>tebal</b>.txt", "text/plain", "tiga\n", 0}, "b>.txt"},
};
/* clang-format on */

static size_t uploads(struct world *w)
{
    struct os_entry *entries;
    size_t n;

    assert_int_equal(os_list(w->s.upload_dir, &w->s.a, 1000, &entries, &n), 0);
    return n;
}

static bool leaves_nothing(struct world *w)
{
    struct attachment *v;

    return uploads(w) == 0 && files_of(w, &v) == 0 && files_on_disk(w) == 0;
}

static void hostile_files_are_refused_and_leave_nothing(void **world)
{
    size_t i;

    WORLD(w, world);
    for (i = 0; i < ARRAY_LEN(hostile); i++) {
        struct upload u = hostile[i].file;
        int64_t began = os_monotonic_us();
        const char *answer;

        if (hostile[i].macro != NULL)
            with_member(hostile[i].macro, "x");
        else if (hostile[i].make != NULL)
            hostile[i].make();
        if (hostile[i].macro != NULL || hostile[i].make != NULL)
            u = as_made(u.name, u.type);
        answer = upload(&w, "siti", &u, 1, NULL);
        if (site_status(answer) != 422 || strstr(answer, hostile[i].words) == NULL)
            WRONG("%zu %s: %d, without \"%s\":\n%s", i, u.name, site_status(answer), hostile[i].words, answer);
        if (os_monotonic_us() - began > IN_TIME_US)
            WRONG("%s took too long", u.name);
    }
    assert_int_equal(site_status(upload(&w, "siti", NULL, 0, NULL)), 422);
    assert_int_equal(
        site_status(upload(&w, "siti", (struct upload[]){{"a.txt", "text/plain", "baik\n", 0}, hostile[0].file}, 2, NULL)),
        422);
    assert_true(leaves_nothing(&w));
    world_close(&w);
}

static void what_only_looks_hostile_is_kept_as_a_download(void **world)
{
    struct attachment *v;
    const char *answer;
    size_t i;

    WORLD(w, world);
    for (i = 0; i < ARRAY_LEN(odd); i++) {
        answer = upload(&w, "siti", &odd[i].file, 1, NULL);
        if (site_status(answer) != 303)
            WRONG("%s: %d\n%s", odd[i].file.name, site_status(answer), answer);
        assert_int_equal(files_of(&w, &v), i + 1);
        assert_string_equal(v[0].name, odd[i].kept_as);
        answer = site_get(&w.s, "siti", below(&w, text_printf(&w.s.a, "/berkas/%lld", (long long)v[0].head.id)));
        assert_int_equal(site_status(answer), 200);
        assert_true(text_starts(site_field(&w.s, answer, "Content-Disposition"), "attachment; "));
        assert_string_equal(site_field(&w.s, answer, "X-Content-Type-Options"), "nosniff");
        assert_non_null(strstr(site_field(&w.s, answer, "Content-Security-Policy"), "sandbox"));
    }
    assert_null(strstr(detail(&w, "siti"), "<b>tebal"));
    world_close(&w);
}

static void a_name_has_two_hundred_letters(void **world)
{
    char name[ATTACHMENT_NAME_MAX + 2];
    struct attachment *v;

    WORLD(w, world);
    memset(name, 'n', sizeof name);
    memcpy(name + ATTACHMENT_NAME_MAX - 3, ".txt", 5);
    assert_int_equal(upload_text(&w, "siti", name, "halo\n"), 422);
    memcpy(name + ATTACHMENT_NAME_MAX - 4, ".txt", 5);
    assert_int_equal(upload_text(&w, "siti", name, "halo\n"), 303);
    assert_int_equal(files_of(&w, &v), 1);
    assert_string_equal(v[0].name, name);
    world_close(&w);
}

/* ---- names with what no name has, and uploads that break off ---- */

/* A request with a file of this name, `n` bytes long; as much of the body as `share` percent. */
static const char *request(struct world *w, const char *name, size_t name_n, size_t n, size_t share, size_t *ret_n)
{
    struct buf body, all;
    size_t i;

    buf_init(&body, &w->s.a, 2 * MB);
    buf_init(&all, &w->s.a, 2 * MB);
    buf_add(&body, "--XX\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\ngood-token\r\n"
                   "--XX\r\nContent-Disposition: form-data; name=\"berkas\"; filename=\"");
    buf_add_n(&body, name, name_n);
    buf_add(&body, "\"\r\nContent-Type: text/plain\r\n\r\n");
    for (i = 0; i < n; i++)
        buf_byte(&body, 'a');
    buf_add(&body, "\r\n--XX--\r\n");
    buf_printf(
        &all,
        "POST %s/berkas HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: orang=siti\r\nOrigin: http://localhost\r\n"
        "Content-Type: multipart/form-data; boundary=XX\r\nContent-Length: %zu\r\n\r\n",
        w->page, body.n);
    buf_add_n(&all, body.s, body.n * share / 100);
    *ret_n = all.n;
    return all.s;
}

static void a_name_with_a_nul_or_broken_letters_is_refused(void **world)
{
    static const struct {
        const char *name;
        size_t n;
    } names[] = {{"a.txt\0.exe", 10}, {"a\xff.txt", 6}, {"a\n.txt", 6}};
    size_t i, n;

    WORLD(w, world);
    for (i = 0; i < ARRAY_LEN(names); i++) {
        const char *raw = request(&w, names[i].name, names[i].n, 5, 100, &n);
        int status = site_status(site_raw(&w.s, raw, n));

        if (status != 400 && status != 422)
            WRONG("name %zu: %d", i, status);
    }
    assert_true(leaves_nothing(&w));
    world_close(&w);
}

static void an_upload_that_breaks_off_leaves_nothing(void **world)
{
    struct sockaddr_in to = {.sin_family = AF_INET};
    const char *raw;
    size_t n;
    int fd, tries;

    WORLD(w, world);
    raw = request(&w, "a.txt", 5, 1 * MB, 50, &n);
    to.sin_port = htons((uint16_t)http_port(w.s.http));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    assert_int_equal(send(fd, raw, n, MSG_NOSIGNAL), (ssize_t)n);
    for (tries = 0; tries < 500 && uploads(&w) == 0; tries++)
        (void)usleep(20000); /* waking early is harmless */
    assert_int_equal(uploads(&w), 1);
    (void)close(fd);
    for (tries = 0; tries < 1000 && uploads(&w) > 0; tries++)
        (void)usleep(20000); /* the same */
    assert_true(leaves_nothing(&w));
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(hostile_files_are_refused_and_leave_nothing),
        TEST_ON_BOTH(what_only_looks_hostile_is_kept_as_a_download),
        TEST_ON_BOTH(a_name_has_two_hundred_letters),
        TEST_ON_BOTH(a_name_with_a_nul_or_broken_letters_is_refused),
        TEST_ON_BOTH(an_upload_that_breaks_off_leaves_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
