/*
 * pdf_test.c: documents are drawn, broken into pages, finished, signed and checked; other programs agree.
 *
 * qpdf, pdftotext and pdfsig look at the result where they are installed. TERANG_TEST_PAGES names a directory to keep the
 * files in for a look.
 */
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ui/test.h"

#include "base/date.h"
#include "base/text.h"
#include "ui/pdf.h"
#include "ui/pdf_finish.h"
#include "ui/pdf_icc.h"
#include "ui/pdf_sign.h"
#include "ui/pdf_syntax.h"

extern char **environ;

#define HOSTILE ") /JS (x ]]><x> /Launch & \\ \""

static const struct pdf_head letter = {
    .title = "Izin reklame",
    .created = {INT64_C(1789353600000)},
    .government = "PEMERINTAH KOTA TANGERANG",
    .office = "DINAS PENANAMAN MODAL DAN PELAYANAN TERPADU SATU PINTU",
    .address = "Jalan Satria Sudirman Nomor 1, Sukaasih, Tangerang 15111",
    .foot = "503/0412/REK/DPMPTSP/VII/2026",
    .verify = "https://terang.example/v/K7Q2M9XD4TBWZ3HA",
};

/* ---- files and programs ---- */

/* Each call names another file, so that all can be looked at. */
static const char *file_path(struct page_test *t, const char *name)
{
    static int number;
    const char *dir = getenv("TERANG_TEST_PAGES");

    if (dir == NULL)
        dir = "/tmp";
    return text_printf(&t->arena, "%s/terang-%ld-%d-%s", dir, (long)getpid(), ++number, name);
}

static void file_write(const char *path, struct bytes b)
{
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(b.p, 1, b.n, f), b.n);
    assert_int_equal(fclose(f), 0);
}

static bool installed(struct page_test *t, const char *program)
{
    return access(text_printf(&t->arena, "/usr/bin/%s", program), X_OK) == 0;
}

/* Runs a program over a document; its exit status, what it prints in *ret_out. */
static int program_run(struct page_test *t, struct bytes pdf, const char *const *words, const char **ret_out)
{
    const char *in = file_path(t, "x.pdf"), *out = file_path(t, "x.txt");
    char *argv[8] = {0}, *text = arena_alloc(&t->arena, 64 * KB);
    posix_spawn_file_actions_t actions;
    int status = 0;
    pid_t pid;
    FILE *f;

    file_write(in, pdf);
    for (size_t i = 0; words[i] != NULL; i++)
        argv[i] = arena_text(&t->arena, strcmp(words[i], "FILE") == 0 ? in : words[i]);
    assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
    assert_int_equal(posix_spawn_file_actions_addopen(&actions, 1, out, O_WRONLY | O_CREAT | O_TRUNC, 0600), 0);
    assert_int_equal(posix_spawn_file_actions_adddup2(&actions, 1, 2), 0);
    assert_int_equal(posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(posix_spawn_file_actions_destroy(&actions), 0);
    f = fopen(out, "r");
    assert_non_null(f);
    text[fread(text, 1, 64 * KB - 1, f)] = '\0'; /* a long text is cut, an empty one is one */
    assert_int_equal(fclose(f), 0);
    if (getenv("TERANG_TEST_PAGES") == NULL) {
        assert_int_equal(unlink(in), 0);
        assert_int_equal(unlink(out), 0);
    }
    *ret_out = text;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void assert_qpdf(struct page_test *t, struct bytes pdf)
{
    const char *said;
    int status;

    if (!installed(t, "qpdf"))
        return;
    status = program_run(t, pdf, (const char *const[]){"qpdf", "--check", "FILE", NULL}, &said);
    if (status != 0)
        print_error("%s\n", said);
    assert_int_equal(status, 0);
    assert_null(strstr(said, "WARNING"));
}

static const char *text_of(struct page_test *t, struct bytes pdf)
{
    const char *said;

    if (!installed(t, "pdftotext"))
        return NULL;
    assert_int_equal(program_run(t, pdf, (const char *const[]){"pdftotext", "-layout", "FILE", "-", NULL}, &said), 0);
    return said;
}

static bool contains(struct bytes b, const char *text)
{
    return pdf_find_last(b, text) < b.n;
}

static size_t times(const char *s, const char *part)
{
    size_t n = 0;

    for (s = strstr(s, part); s != NULL; s = strstr(s + 1, part))
        n++;
    return n;
}

/* ---- drawing ---- */

static struct bytes permit(struct page_test *t)
{
    AUTO_PDF struct pdf *p = pdf_begin(&t->arena, &letter);
    struct bytes pdf;

    pdf_title(p, "IZIN PENYELENGGARAAN REKLAME", "Nomor: 503/0412/REK/DPMPTSP/VII/2026");
    pdf_text(
        p, "Berdasarkan Peraturan Wali Kota Nomor 1 Tahun 2017 sebagaimana terakhir diubah dengan Peraturan Wali Kota Nomor 52 "
           "Tahun 2017, diberikan izin kepada:");
    pdf_fact(p, "Nama", "Toko Buku Cisadane");
    pdf_fact(p, "Lokasi",
             "Jalan Jenderal Sudirman, depan ruko 17, Kelurahan Cikokol (36.71.01.1005), Kecamatan Tangerang, Kota Tangerang");
    pdf_fact(p, "Nomor penerima kuasa dan tanggal surat kuasanya", NULL);
    pdf_heading(p, "Ketentuan");
    pdf_item(p, "1.", "Izin berlaku satu tahun sejak tanggal ditetapkan dan diperpanjang mulai 60 hari sebelum habis.");
    pdf_item(p, "2.", "Pemegang izin membongkar reklame atas biaya sendiri paling lambat 7 hari setelah izin berakhir.");
    pdf_quiet(p, "Dokumen ini ditandatangani secara elektronik.");
    assert_int_equal(pdf_sign_block(p, &(struct pdf_signature){.place_date = "Tangerang, 18 September 2026",
                                                               .role = "KEPALA DINAS",
                                                               .note = "Ditandatangani secara elektronik oleh",
                                                               .name = "Yanti Kurniawan, S.H., M.Si.",
                                                               .rank = "Pembina Utama Muda, IV/c",
                                                               .number = "NIP 19700101 199503 2 001",
                                                               .qr = letter.verify,
                                                               .qr_text = letter.verify}),
                     0);
    assert_int_equal(pdf_end(p, &pdf), 0);
    return pdf;
}

static void a_permit_is_one_page_with_all_its_words(void **world)
{
    struct page_test *t = *world;
    struct bytes pdf = permit(t);
    const char *said = text_of(t, pdf);

    assert_qpdf(t, pdf);
    if (said == NULL)
        return;
    assert_non_null(strstr(said, "PEMERINTAH KOTA TANGERANG"));
    assert_non_null(strstr(said, "IZIN PENYELENGGARAAN REKLAME"));
    assert_non_null(strstr(said, "Halaman 1 dari 1"));
    assert_non_null(strstr(said, "Yanti Kurniawan, S.H., M.Si."));
    assert_non_null(strstr(said, "https://terang.example/v/K7Q2M9XD4TBWZ3HA"));
}

static const struct pdf_column columns[] = {{"Uraian", 5, false}, {"Volume", 2, true}, {"Jumlah", 3, true}};

static void a_table_repeats_its_head_on_every_page(void **world)
{
    struct page_test *t = *world;
    AUTO_PDF struct pdf *p = pdf_begin(&t->arena, &(struct pdf_head){.title = "x", .landscape = true, .created = {0}});
    struct bytes pdf;
    const char *said;

    pdf_table_begin(p, columns, ARRAY_LEN(columns));
    for (int i = 1; i <= 90; i++) {
        const char *const cells[] = {text_printf(&t->arena, "Baris-%d-nya", i), "120 m", "102.000.000"};

        pdf_table_row(p, i % 30 == 1 ? PDF_ROW_GROUP : PDF_ROW, cells);
    }
    pdf_table_row(p, PDF_ROW_SUM, (const char *const[]){"Jumlah seluruhnya", NULL, "9.180.000.000"});
    pdf_table_end(p);
    assert_int_equal(pdf_end(p, &pdf), 0);
    said = text_of(t, pdf);
    if (said == NULL)
        return;
    for (int i = 1; i <= 90; i++)
        assert_int_equal(times(said, text_printf(&t->arena, "Baris-%d-nya", i)), 1);
    assert_true(times(said, "\f") >= 4);
    assert_int_equal(times(said, "Uraian"), times(said, "\f"));
    assert_int_equal(times(said, "Halaman"), times(said, "\f"));
}

static void a_row_higher_than_a_page_goes_on_over_the_next(void **world)
{
    struct page_test *t = *world;
    AUTO_PDF struct pdf *p = pdf_begin(&t->arena, &(struct pdf_head){.title = "x", .created = {0}});
    struct buf long_text;
    struct bytes pdf;
    const char *said;

    buf_init(&long_text, &t->arena, 64 * KB);
    for (int i = 1; i <= 900; i++)
        buf_printf(&long_text, "kata-%d. ", i);
    pdf_table_begin(p, columns, ARRAY_LEN(columns));
    pdf_table_row(p, PDF_ROW, (const char *const[]){long_text.s, "1", "2"});
    pdf_table_end(p);
    pdf_text(p, long_text.s);
    assert_int_equal(pdf_end(p, &pdf), 0);
    said = text_of(t, pdf);
    if (said == NULL)
        return;
    for (int i = 1; i <= 900; i += 7)
        assert_int_equal(times(said, text_printf(&t->arena, "kata-%d.", i)), 2);
}

static void hostile_text_is_only_drawn(void **world)
{
    struct page_test *t = *world;
    AUTO_PDF struct pdf *p =
        pdf_begin(&t->arena, &(struct pdf_head){.title = HOSTILE, .foot = HOSTILE, .government = HOSTILE, .created = {0}});
    struct bytes pdf;
    const char *said;

    pdf_text(p, HOSTILE "<b>tebal</b>&amp;");
    pdf_fact(p, HOSTILE, HOSTILE);
    pdf_text(p, "");
    assert_int_equal(pdf_end(p, &pdf), 0);
    assert_qpdf(t, pdf);
    said = text_of(t, pdf);
    if (said != NULL)
        assert_non_null(strstr(said, "<b>tebal</b>&amp;"));
}

static void too_many_pages_are_refused(void **world)
{
    struct page_test *t = *world;
    AUTO_PDF struct pdf *p = pdf_begin(&t->arena, &(struct pdf_head){.title = "x", .created = {0}});
    struct bytes pdf;

    for (int i = 0; i < 500; i++)
        pdf_page_break(p);
    assert_int_equal(pdf_end(p, &pdf), E_LIMIT);
}

static void a_document_may_be_given_up(void **world)
{
    struct page_test *t = *world;
    AUTO_PDF struct pdf *p = pdf_begin(&t->arena, &letter);

    pdf_text(p, "x");
    assert_int_equal(pdf_sign_block(p, &(struct pdf_signature){.qr = ""}), E_LIMIT);
}

/* ---- finishing ---- */

static struct pdf_finish finish_of(const char *title, const char *proof)
{
    return (struct pdf_finish){.title = title,
                               .author = "Pemerintah Kota Tangerang",
                               .subject = "Izin 😀",
                               .created = {INT64_C(1789353600000)},
                               .proof = {(const uint8_t *)proof, proof == NULL ? 0 : strlen(proof)}};
}

static void the_finished_file_says_what_it_is(void **world)
{
    struct page_test *t = *world;
    struct bytes drawn = permit(t), pdf, proof;
    struct pdf_finish f = finish_of("Izin reklame", "c2sp.org/tlog-proof@v1\nindex 7\n");

    assert_int_equal(pdf_finish(&t->arena, drawn, &f, &pdf), 0);
    assert_memory_equal(pdf.p, drawn.p, drawn.n); /* an update only appends */
    assert_qpdf(t, pdf);
    assert_true(contains(pdf, "<pdfaid:part>3</pdfaid:part>"));
    assert_true(contains(pdf, "<xmp:CreateDate>2026-09-14T02:40:00Z</xmp:CreateDate>"));
    assert_true(contains(pdf, "/CreationDate (D:20260914024000Z)"));
    assert_true(contains(pdf, "/AFRelationship /Data"));
    assert_true(contains(pdf, "/S /GTS_PDFA1"));
    assert_true(contains(pdf, "D83DDE00>")); /* the pair of U+1F600 */
    assert_int_equal(pdf_proof_read(pdf, &proof), 0);
    assert_int_equal(proof.n, f.proof.n);
    assert_memory_equal(proof.p, f.proof.p, proof.n);
}

static void other_programs_find_the_proof_and_the_properties(void **world)
{
    struct page_test *t = *world;
    struct pdf_finish f = finish_of("Izin reklame", "isi bukti\n");
    struct bytes pdf;
    const char *said;

    assert_int_equal(pdf_finish(&t->arena, permit(t), &f, &pdf), 0);
    if (installed(t, "pdfdetach")) {
        assert_int_equal(program_run(t, pdf, (const char *const[]){"pdfdetach", "-list", "FILE", NULL}, &said), 0);
        assert_non_null(strstr(said, "1 embedded files"));
        assert_non_null(strstr(said, PDF_PROOF_NAME));
    }
    if (installed(t, "pdfinfo")) {
        assert_int_equal(program_run(t, pdf, (const char *const[]){"pdfinfo", "FILE", NULL}, &said), 0);
        assert_non_null(strstr(said, "Izin reklame"));
        assert_non_null(strstr(said, "Pemerintah Kota Tangerang"));
        assert_non_null(strstr(said, "PDF version:     1.7"));
    }
}

static void a_hostile_title_stays_a_title(void **world)
{
    struct page_test *t = *world;
    struct pdf_finish f = finish_of(HOSTILE, NULL);
    struct bytes drawn = permit(t), pdf, added, proof;

    assert_int_equal(pdf_finish(&t->arena, drawn, &f, &pdf), 0);
    assert_qpdf(t, pdf);
    added = (struct bytes){pdf.p + drawn.n, pdf.n - drawn.n};
    assert_true(contains(added, ") /JS (x ]]&gt;&lt;x&gt; /Launch &amp; \\ \"")); /* in the XML only, escaped */
    assert_false(contains(added, "/Title ("));
    assert_false(contains(added, "<x>"));
    assert_false(contains(added, "/EmbeddedFile"));
    assert_false(contains(pdf, "/OpenAction"));
    assert_int_equal(pdf_proof_read(pdf, &proof), 0);
    assert_null(proof.p);
}

static void what_is_no_drawing_is_refused(void **world)
{
    struct page_test *t = *world;
    struct pdf_finish f = finish_of("x", NULL);
    struct bytes drawn = permit(t), pdf, twice;
    char *broken = arena_text_n(&t->arena, (const char *)drawn.p, drawn.n);

    assert_int_equal(pdf_finish(&t->arena, drawn, &f, &pdf), 0);
    assert_int_equal(pdf_finish(&t->arena, pdf, &f, &twice), E_FORMAT); /* once only */
    assert_int_equal(pdf_finish(&t->arena, (struct bytes){(const uint8_t *)"", 0}, &f, &pdf), E_FORMAT);
    for (size_t cut = 1; cut < 400; cut++)
        assert_int_equal(pdf_finish(&t->arena, (struct bytes){drawn.p, drawn.n - cut - 8}, &f, &pdf), E_FORMAT);
    memcpy(broken + pdf_find_last(drawn, "/Root"), "/Rook", 5);
    assert_int_equal(pdf_finish(&t->arena, (struct bytes){(const uint8_t *)broken, drawn.n}, &f, &pdf), E_FORMAT);
}

static void the_profile_has_the_form_that_ICC_wants(void **world)
{
    struct page_test *t = *world;
    struct bytes icc = icc_srgb(&t->arena);
    uint32_t tags = (uint32_t)icc.p[131];

    assert_int_equal((icc.p[2] << 8) + icc.p[3], icc.n);
    assert_int_equal(icc.n % 4, 0);
    assert_memory_equal(icc.p + 36, "acsp", 4);
    assert_int_equal(tags, 10);
    for (uint32_t i = 0; i < tags; i++) {
        const uint8_t *row = icc.p + 132 + i * 12;
        size_t offset = (size_t)(row[6] << 8) + row[7], size = (size_t)(row[10] << 8) + row[11];

        assert_int_equal(offset % 4, 0);
        assert_true(offset >= 132 + 12 * tags && offset + size <= icc.n);
        assert_int_equal(icc.p[offset + 4] + icc.p[offset + 5] + icc.p[offset + 6] + icc.p[offset + 7], 0);
    }
}

/* ---- signing ---- */

/* A key and a certificate that says so itself, as PEM. */
static struct bytes new_key(struct page_test *t, const char *name, bool elliptic)
{
    EVP_PKEY *key = elliptic ? EVP_EC_gen("P-256") : EVP_RSA_gen(2048);
    X509 *x = X509_new();
    BIO *out = BIO_new(BIO_s_mem());
    struct bytes pem;
    char *p;
    long n;

    assert_true(key != NULL && x != NULL && out != NULL);
    assert_true(X509_set_version(x, 2) && ASN1_INTEGER_set(X509_get_serialNumber(x), 7) && X509_set_pubkey(x, key));
    assert_non_null(X509_gmtime_adj(X509_getm_notBefore(x), -3600));
    assert_non_null(X509_gmtime_adj(X509_getm_notAfter(x), 86400));
    assert_true(
        X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0));
    assert_true(X509_set_issuer_name(x, X509_get_subject_name(x)));
    assert_true(X509_sign(x, key, EVP_sha256()) > 0);
    assert_true(PEM_write_bio_PrivateKey(out, key, NULL, NULL, 0, NULL, NULL) && PEM_write_bio_X509(out, x));
    n = BIO_get_mem_data(out, &p);
    pem = arena_bytes(&t->arena, p, (size_t)n);
    BIO_free(out);
    X509_free(x);
    EVP_PKEY_free(key);
    return pem;
}

static struct bytes signed_permit(struct page_test *t, bool elliptic)
{
    struct pdf_finish f = finish_of("Izin reklame", "isi bukti\n");
    struct pdf_signer *s;
    struct bytes pdf;

    assert_int_equal(pdf_signer_read(new_key(t, "Kepala Dinas Ünit", elliptic), &s), 0);
    f.sign = pdf_signer_sign;
    f.sign_arg = s;
    f.signed_by = pdf_signer_name(s, &t->arena);
    f.signed_at = f.created;
    assert_int_equal(pdf_finish(&t->arena, permit(t), &f, &pdf), 0);
    pdf_signer_free(s);
    return pdf;
}

static void a_signature_is_found_intact(void **world)
{
    struct page_test *t = *world;

    for (int elliptic = 0; elliptic < 2; elliptic++) {
        struct bytes pdf = signed_permit(t, elliptic == 1);
        struct pdf_seal seal;
        const char *said;

        assert_qpdf(t, pdf);
        assert_int_equal(pdf_seal_read(&t->arena, pdf, &seal), 0);
        assert_true(seal.present && seal.intact && seal.covers_all);
        assert_string_equal(seal.name, "Kepala Dinas Ünit");
        if (!installed(t, "pdfsig"))
            continue;
        (void)program_run(t, pdf, (const char *const[]){"pdfsig", "-nocert", "FILE", NULL},
                          &said); /* the issuer is unknown to it */
        assert_non_null(strstr(said, "Signature is Valid"));
        assert_non_null(strstr(said, "ETSI.CAdES.detached"));
        assert_non_null(strstr(said, "Total document signed"));
    }
}

static void a_changed_byte_breaks_the_signature(void **world)
{
    struct page_test *t = *world;
    struct bytes pdf = signed_permit(t, true);
    char *changed = arena_text_n(&t->arena, (const char *)pdf.p, pdf.n);
    struct bytes c = {(const uint8_t *)changed, pdf.n};
    struct pdf_seal seal;

    changed[pdf_find_last(pdf, "isi bukti")] = 'I';
    assert_int_equal(pdf_seal_read(&t->arena, c, &seal), 0);
    assert_true(seal.present && !seal.intact);
}

/* OpenSSL lost memory here: the sanitizer looks. */
static void an_unknown_digest_is_no_good_signature(void **world)
{
    static const char sha256[] = "06096086480165030402"; /* what follows says which of them */
    struct page_test *t = *world;
    struct bytes pdf = signed_permit(t, true);
    char *changed = arena_text_n(&t->arena, (const char *)pdf.p, pdf.n);
    size_t gap = pdf_find_last(pdf, "/Contents <");
    char *at = memmem(changed + gap, pdf.n - gap, sha256, strlen(sha256));
    struct pdf_seal seal = {0};

    assert_non_null(at);
    memcpy(at + strlen(sha256), "7f", 2);
    if (pdf_seal_read(&t->arena, (struct bytes){(const uint8_t *)changed, pdf.n}, &seal) == 0)
        assert_false(seal.intact);
}

static void what_is_added_later_is_noticed(void **world)
{
    struct page_test *t = *world;
    struct bytes pdf = signed_permit(t, true);
    struct pdf_seal seal;
    struct buf b;

    buf_init(&b, &t->arena, pdf.n + 100);
    buf_add_n(&b, pdf.p, pdf.n);
    buf_add(&b, "% more\n");
    assert_int_equal(pdf_seal_read(&t->arena, buf_bytes(&b), &seal), 0);
    assert_true(seal.intact && !seal.covers_all);
}

static void the_signature_must_fill_its_own_gap(void **world)
{
    struct page_test *t = *world;
    struct bytes pdf = signed_permit(t, true);
    char *changed = arena_text_n(&t->arena, (const char *)pdf.p, pdf.n);
    size_t gap = pdf_find_last(pdf, "/Contents <") + strlen("/Contents <");
    struct pdf_seal seal;

    memcpy(changed + gap + 20000, "/JS (x)", 7); /* behind the CMS, in the room that is not signed */
    assert_int_equal(pdf_seal_read(&t->arena, (struct bytes){(const uint8_t *)changed, pdf.n}, &seal), E_FORMAT);
}

static void a_document_without_signature_has_none(void **world)
{
    struct page_test *t = *world;
    struct pdf_seal seal;

    assert_int_equal(pdf_seal_read(&t->arena, permit(t), &seal), 0);
    assert_false(seal.present);
    assert_int_equal(pdf_seal_read(&t->arena, (struct bytes){(const uint8_t *)"PK", 2}, &seal), E_FORMAT);
}

static int too_long(void *arg, struct arena *a, struct bytes covered, struct bytes *ret)
{
    (void)arg, (void)covered;
    *ret = arena_bytes(a, NULL, 0);
    ret->n = 101;
    return 0;
}

static int refuses(void *arg, struct arena *a, struct bytes covered, struct bytes *ret)
{
    (void)arg, (void)a, (void)covered, (void)ret;
    return E_BUSY;
}

static void a_signature_that_does_not_fit_or_fails_is_refused(void **world)
{
    struct page_test *t = *world;
    struct pdf_finish f = finish_of("x", NULL);
    struct bytes pdf, drawn = permit(t);

    f.sign = too_long;
    f.sign_room = 100;
    assert_int_equal(pdf_finish(&t->arena, drawn, &f, &pdf), E_LIMIT);
    f.sign = refuses;
    assert_int_equal(pdf_finish(&t->arena, drawn, &f, &pdf), E_BUSY);
}

static void keys_that_do_not_fit_are_refused(void **world)
{
    struct page_test *t = *world;
    struct bytes a = new_key(t, "A", true), b = new_key(t, "B", true);
    const char *certificate = strstr((const char *)b.p, "-----BEGIN CERTIFICATE");
    size_t key_length = (size_t)(strstr((const char *)a.p, "-----BEGIN CERTIFICATE") - (const char *)a.p);
    struct pdf_signer *s;
    struct buf mixed;

    buf_init(&mixed, &t->arena, 16 * KB);
    buf_add_n(&mixed, a.p, key_length);
    buf_add(&mixed, certificate);
    assert_int_equal(pdf_signer_read(buf_bytes(&mixed), &s), E_FORMAT);
    assert_int_equal(pdf_signer_read((struct bytes){(const uint8_t *)"x", 1}, &s), E_FORMAT);
    pdf_signer_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        page_test(a_permit_is_one_page_with_all_its_words),
        page_test(a_table_repeats_its_head_on_every_page),
        page_test(a_row_higher_than_a_page_goes_on_over_the_next),
        page_test(hostile_text_is_only_drawn),
        page_test(too_many_pages_are_refused),
        page_test(a_document_may_be_given_up),
        page_test(the_finished_file_says_what_it_is),
        page_test(other_programs_find_the_proof_and_the_properties),
        page_test(a_hostile_title_stays_a_title),
        page_test(what_is_no_drawing_is_refused),
        page_test(the_profile_has_the_form_that_ICC_wants),
        page_test(a_signature_is_found_intact),
        page_test(a_changed_byte_breaks_the_signature),
        page_test(an_unknown_digest_is_no_good_signature),
        page_test(what_is_added_later_is_noticed),
        page_test(the_signature_must_fill_its_own_gap),
        page_test(a_document_without_signature_has_none),
        page_test(a_signature_that_does_not_fit_or_fails_is_refused),
        page_test(keys_that_do_not_fit_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
