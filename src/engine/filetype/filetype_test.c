/*
 * filetype_test.c: each type is known by its content, and what only looks like one is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <cmocka.h>

#include "engine/filetype/filetype.h"
#include "engine/sheet/test_zip.h"
#include "engine/sheet/xlsx_write.h"
#include "os/os.h"

static struct made made;

/* ---- small files of each kind ---- */

static void begin(const void *p, size_t n)
{
    made_init(&made);
    made_bytes(&made, p, n);
}

static void text(const char *s)
{
    begin(s, strlen(s));
}

/* Start of frame with height and width, start of scan, a few bytes with a stuffed 0xFF, end. */
static void jpg(uint16_t width, uint16_t height)
{
    const uint8_t all[] = {0xff,
                           0xd8,
                           0xff,
                           0xe0,
                           0,
                           4,
                           'J',
                           'F',
                           0xff,
                           0xc0,
                           0,
                           11,
                           8,
                           (uint8_t)(height >> 8),
                           (uint8_t)height,
                           (uint8_t)(width >> 8),
                           (uint8_t)width,
                           1,
                           1,
                           0x11,
                           0,
                           0xff,
                           0xda,
                           0,
                           8,
                           1,
                           1,
                           0,
                           0,
                           63,
                           0,
                           0x12,
                           0xff,
                           0x00,
                           0x34,
                           0xff,
                           0xd0,
                           0x56,
                           0xff,
                           0xd9};

    begin(all, sizeof all);
}

static void png(uint32_t width, uint32_t height)
{
    uint8_t all[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13,  'I', 'H', 'D', 'R', 0, 0,   0,   0,
                     0,    0,   0,   0,   8,    2,    0,    0,    0, 1, 2, 3,   4,   0,   0,   0,   2, 'I', 'D', 'A',
                     'T',  1,   2,   1,   2,    3,    4,    0,    0, 0, 0, 'I', 'E', 'N', 'D', 1,   2, 3,   4};
    int i;

    for (i = 0; i < 4; i++) {
        all[16 + i] = (uint8_t)(width >> (24 - 8 * i));
        all[20 + i] = (uint8_t)(height >> (24 - 8 * i));
    }
    begin(all, sizeof all);
}

static void gif(void)
{
    static const uint8_t all[] = {'G', 'I', 'F', '8', '9', 'a',  2, 0, 2, 0, 0x80, 0, 0, 1, 1, 1, 2, 2,    2,    0x21, 0xf9, 4,
                                  0,   0,   0,   0,   0,   0x2c, 0, 0, 0, 0, 2,    0, 2, 0, 0, 2, 2, 0x44, 0x01, 0,    0x3b};

    begin(all, sizeof all);
}

static void office(const char *part)
{
    made_init(&made);
    made_text(&made, "[Content_Types].xml", "<Types/>");
    made_text(&made, part, "<x/>");
    made_end(&made);
}

/* Header, a FAT sector, one directory sector with root and the given streams. */
static void ole(const char *one, const char *two)
{
    static uint8_t all[3 * 512];
    const char *names[] = {"Root Entry", one, two};
    size_t i, k;

    memset(all, 0, sizeof all);
    memcpy(all, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
    memcpy(all + 24, "\x3e\0\x03\0\xfe\xff\x09\0\x06\0", 10);
    all[48] = 1; /* the directory's sector; the FAT's is 0 */
    memset(all + 68, 0xff, 4);
    memset(all + 80, 0xff, 512 - 80);
    memset(all + 512, 0xff, 512);
    memcpy(all + 512, "\xfd\xff\xff\xff\xfe\xff\xff\xff", 8);
    for (i = 0; i < 3 && names[i] != NULL; i++) {
        uint8_t *entry = all + 1024 + 128 * i;

        for (k = 0; names[i][k] != '\0'; k++)
            entry[2 * k] = (uint8_t)names[i][k];
        entry[64] = (uint8_t)(2 * k + 2);
        entry[66] = i == 0 ? 5 : 2;
    }
    begin(all, sizeof all);
}

static struct file_finding look(void)
{
    AUTO_CLOSE int fd = made_fd(&made);
    struct file_finding f;
    int e = file_look(fd, &f);

    assert_true((e == 0) == (f.fault == FILE_GOOD));
    return f;
}

static enum file_fault accept_as(const char *name, const char *declared, enum file_purpose purpose)
{
    AUTO_CLOSE int fd = made_fd(&made);
    struct file_finding f;
    int e = file_accept(fd, name, declared, purpose, &f);

    assert_true((e == 0) == (f.fault == FILE_GOOD));
    return f.fault;
}

#define assert_type(t)                                                                                                         \
    do {                                                                                                                       \
        struct file_finding f_ = look();                                                                                       \
        assert_int_equal(f_.fault, FILE_GOOD);                                                                                 \
        assert_int_equal(f_.type, (t));                                                                                        \
    } while (0)

#define assert_fault(x) assert_int_equal(look().fault, (x))

/* ---- tests ---- */

static void each_type_is_known_by_its_content(void **world)
{
    (void)world;
    jpg(640, 480);
    assert_type(FILE_JPG);
    png(640, 480);
    assert_type(FILE_PNG);
    gif();
    assert_type(FILE_GIF);
    text("%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\nstartxref\n9\n%%EOF\n");
    assert_type(FILE_PDF);
    ole("WordDocument", NULL);
    assert_type(FILE_DOC);
    ole("Workbook", NULL);
    assert_type(FILE_XLS);
    ole("PowerPoint Document", NULL);
    assert_type(FILE_PPT);
    office("word/document.xml");
    assert_type(FILE_DOCX);
    office("xl/workbook.xml");
    assert_type(FILE_XLSX);
    office("ppt/presentation.xml");
    assert_type(FILE_PPTX);
    office("apa/saja.xml");
    assert_type(FILE_ZIP);
    text("nama,nilai\r\nBudi – Sari,\"1\"\r\n");
    assert_type(FILE_TXT);
}

static void pictures_tell_their_size(void **world)
{
    struct file_finding f;
    (void)world;

    jpg(640, 480);
    f = look();
    assert_int_equal(f.width, 640);
    assert_int_equal(f.height, 480);
    png(3000, 2000);
    f = look();
    assert_int_equal(f.width, 3000);
    assert_int_equal(f.height, 2000);
    gif();
    f = look();
    assert_int_equal(f.width, 2);
    assert_int_equal(f.height, 2);
}

static void fifty_megapixels_are_the_limit(void **world)
{
    (void)world;
    png(10000, 5000);
    assert_fault(FILE_GOOD);
    png(10000, 5001);
    assert_fault(FILE_PIXELS);
    png(0x7fffffff, 0x7fffffff);
    assert_fault(FILE_PIXELS);
    jpg(65535, 65535);
    assert_fault(FILE_PIXELS);
    png(0, 10);
    assert_fault(FILE_BROKEN);
    png(0xffffffff, 1);
    assert_fault(FILE_BROKEN);
}

/* Every true beginning of a picture is refused, and never read beyond its end. */
static void cut_pictures_are_refused(void **world)
{
    static struct made whole;
    int kind;
    (void)world;

    for (kind = 0; kind < 3; kind++) {
        if (kind == 0)
            jpg(64, 64);
        else if (kind == 1)
            png(64, 64);
        else
            gif();
        whole = made;
        for (made.n = whole.n - 1; made.n > 6; made.n--) /* six letters of a GIF are a text */
            assert_int_not_equal(look().fault, FILE_GOOD);
    }
}

static void what_follows_a_picture_is_refused_where_nothing_may(void **world)
{
    (void)world;
    png(64, 64);
    made_bytes(&made, "<script>", 8);
    assert_fault(FILE_DOUBLE);
    gif();
    made_bytes(&made, ";", 1);
    assert_fault(FILE_DOUBLE);
    jpg(64, 64);
    made_bytes(&made, "SEFT of a telephone", 19);
    assert_fault(FILE_GOOD);
}

static void two_files_in_one_are_refused(void **world)
{
    static struct made zip;
    (void)world;

    office("word/document.xml");
    zip = made;
    text("%PDF-1.7\n1 0 obj<<>>endobj\nstartxref\n9\n%%EOF\n");
    made_bytes(&made, zip.p, zip.n);
    assert_fault(FILE_DOUBLE);
    jpg(64, 64);
    made_bytes(&made, zip.p, zip.n);
    assert_fault(FILE_DOUBLE);

    made_init(&made); /* a PDF as the first, stored member of an archive: PDF readers find it */
    made_member(&made, "a", "%PDF-1.7\n%%EOF", 14, 0);
    made_end(&made);
    assert_fault(FILE_DOUBLE);

    text("%PDF-1.7\n1 0 obj<<>>endobj\nstartxref\n9\n%%EOF\n<html><script>alert(1)</script>");
    assert_fault(FILE_DOUBLE);
    text("catatan\n%PDF-1.7\n");
    assert_fault(FILE_DOUBLE);

    made_init(&made);
    made_text(&made, "[Content_Types].xml", "<Types/>");
    made_text(&made, "word/document.xml", "<x/>");
    made_text(&made, "xl/workbook.xml", "<x/>");
    made_end(&made);
    assert_fault(FILE_DOUBLE);
    ole("WordDocument", "Workbook");
    assert_fault(FILE_DOUBLE);
}

static void programs_and_markup_are_no_type_of_ours(void **world)
{
    static const char *const bad[] = {
        "<html><body>x",
        "  \r\n<!DOCTYPE html>",
        "\xef\xbb\xbf<svg onload=x>",
        "<?php x",
        "<?xml version='1.0'?>",
        "<script>x",
        "#!/bin/sh\n",
        "{\\rtf1",
        "MIME-Version: 1.0\n",
    };
    size_t i;
    (void)world;

    for (i = 0; i < ARRAY_LEN(bad); i++) {
        text(bad[i]);
        assert_fault(FILE_TYPE);
    }
    begin("MZ\x90\0\x03\0\0\0", 8);
    assert_fault(FILE_TYPE);
    begin("\x7f"
          "ELF\x02\x01\x01\0",
          8);
    assert_fault(FILE_TYPE);
    begin("a\0b", 3);
    assert_fault(FILE_TYPE);
    text("Latin-1: caf\xe9");
    assert_fault(FILE_TYPE);
    text("nilai < 5 & > 3");
    assert_fault(FILE_GOOD);
    text("< 5 hari");
    assert_fault(FILE_GOOD);
    begin("", 0);
    assert_fault(FILE_EMPTY);
}

static void macros_are_refused(void **world)
{
    (void)world;
    made_init(&made);
    made_text(&made, "[Content_Types].xml", "<Types/>");
    made_text(&made, "xl/workbook.xml", "<x/>");
    made_text(&made, "xl/vbaProject.bin", "x");
    made_end(&made);
    assert_fault(FILE_MACROS);
    ole("Workbook", "_VBA_PROJECT_CUR");
    assert_fault(FILE_MACROS);
}

static void broken_old_office_files_end(void **world)
{
    (void)world;
    ole("Workbook", NULL);
    memcpy(made.p + 512 + 4, "\x01\0\0\0", 4); /* the directory's chain is a ring */
    assert_fault(FILE_BROKEN);
    ole("Workbook", NULL);
    memset(made.p + 76, 0xff, 4); /* no FAT */
    assert_fault(FILE_BROKEN);
    ole("Contents", NULL);
    assert_fault(FILE_TYPE);
    ole("Workbook", NULL);
    made.n = 100;
    assert_fault(FILE_BROKEN);
}

static void archive_faults_come_through(void **world)
{
    struct file_finding f;
    (void)world;

    made_init(&made);
    made_text(&made, "../x", "y");
    made_end(&made);
    f = look();
    assert_int_equal(f.fault, FILE_ARCHIVE);
    assert_int_equal(f.zip_fault, UNZIP_NAME);
}

static void name_declared_type_and_purpose_must_agree(void **world)
{
    (void)world;
    text("%PDF-1.7\n1 0 obj<<>>endobj\nstartxref\n9\n%%EOF\n");
    assert_int_equal(accept_as("surat.PDF", "application/pdf", PURPOSE_DOCUMENT), FILE_GOOD);
    assert_int_equal(accept_as("surat.pdf", NULL, PURPOSE_SIGNED), FILE_GOOD);
    assert_int_equal(accept_as("surat.pdf", "application/octet-stream", PURPOSE_SIGNED), FILE_GOOD);
    assert_int_equal(accept_as("surat.pdf", "image/png", PURPOSE_DOCUMENT), FILE_DECLARED);
    assert_int_equal(accept_as("surat.pdf", "application/pdfx", PURPOSE_DOCUMENT), FILE_DECLARED);
    assert_int_equal(accept_as("surat.jpg", "application/pdf", PURPOSE_DOCUMENT), FILE_NAME);
    assert_int_equal(accept_as("surat.pdf.exe", "application/pdf", PURPOSE_DOCUMENT), FILE_NAME);
    assert_int_equal(accept_as("pdf", "application/pdf", PURPOSE_DOCUMENT), FILE_NAME);
    assert_int_equal(accept_as(".pdf", "application/pdf", PURPOSE_DOCUMENT), FILE_NAME);
    assert_int_equal(accept_as("surat.", "application/pdf", PURPOSE_DOCUMENT), FILE_NAME);
    assert_int_equal(accept_as("exe\xe2\x80\xae.pdf", "application/pdf", PURPOSE_DOCUMENT), FILE_NAME);
    assert_int_equal(accept_as("surat.pdf", "application/pdf", PURPOSE_PHOTO), FILE_TYPE);
    assert_int_equal(accept_as("surat.pdf", "application/pdf", PURPOSE_IMPORT), FILE_TYPE);

    jpg(64, 64);
    assert_int_equal(accept_as("foto.jpeg", "image/jpeg", PURPOSE_PHOTO), FILE_GOOD);
    text("a,b\n");
    assert_int_equal(accept_as("tabel.csv", "text/csv; charset=utf-8", PURPOSE_IMPORT), FILE_GOOD);
    assert_int_equal(accept_as("tabel.txt", "text/plain", PURPOSE_IMPORT), FILE_TYPE);
    text("<html>");
    assert_int_equal(accept_as("foto.jpg", "image/jpeg", PURPOSE_PHOTO), FILE_TYPE);
    begin("MZ\x90\0", 4);
    assert_int_equal(accept_as("surat.pdf", "application/pdf", PURPOSE_DOCUMENT), FILE_TYPE);
}

static void written_table_is_a_spreadsheet(void **world)
{
    static const struct xlsx_column column = {.title = "Nama", .type = XLSX_COLUMN_TEXT};
    const struct xlsx_sheet sheet = {.name = "Laporan", .column = &column, .n = 1, .created = {0}};
    AUTO_CLOSE int fd = memfd_create("tabel", MFD_CLOEXEC);
    struct file_finding finding;
    struct xlsx_writer *w;
    (void)world;

    assert_true(fd >= 0);
    assert_int_equal(xlsx_writer_open(fd, "/tmp", &sheet, &w), 0);
    xlsx_put_text(w, 0, "Siti");
    assert_int_equal(xlsx_row_end(w), 0);
    assert_int_equal(xlsx_writer_close(w), 0);
    assert_int_equal(file_look(fd, &finding), 0);
    assert_int_equal(finding.type, FILE_XLSX);
}

static void tables_are_whole(void **world)
{
    int i;
    (void)world;

    for (i = 0; i < FILE_TYPE_COUNT; i++)
        assert_int_equal(filetype_row((enum filetype)i)->type, i);
    for (i = 0; i < FILE_FAULT_COUNT; i++)
        assert_memory_equal(file_fault_key((enum file_fault)i), "file.", 5);
    for (i = 0; i < PURPOSE_COUNT; i++)
        assert_int_equal(file_purpose_types((enum file_purpose)i) & FILE_BIT(FILE_UNKNOWN), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_type_is_known_by_its_content),
        cmocka_unit_test(pictures_tell_their_size),
        cmocka_unit_test(fifty_megapixels_are_the_limit),
        cmocka_unit_test(cut_pictures_are_refused),
        cmocka_unit_test(what_follows_a_picture_is_refused_where_nothing_may),
        cmocka_unit_test(two_files_in_one_are_refused),
        cmocka_unit_test(programs_and_markup_are_no_type_of_ours),
        cmocka_unit_test(macros_are_refused),
        cmocka_unit_test(broken_old_office_files_end),
        cmocka_unit_test(archive_faults_come_through),
        cmocka_unit_test(name_declared_type_and_purpose_must_agree),
        cmocka_unit_test(written_table_is_a_spreadsheet),
        cmocka_unit_test(tables_are_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
