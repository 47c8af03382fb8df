/*
 * sandbox_libraries_test.c: the libraries of the server and the parser at work behind the locks. Release build only.
 *
 * A library that makes a call we did not foresee is told ENOSYS in the server and ends the parser; here is where one hears
 * of it before a city does. Not for: what is forbidden (src/os/sandbox_locks_test.c).
 */
#include <cairo-pdf.h>
#include <curl/curl.h>
#include <expat.h>
#include <libpq-fe.h>
#include <microhttpd.h>
#include <pango/pangocairo.h>
#include <sqlite3.h>
#include <zip.h>

#include "os/socket.h"
#include "os/test_cell.h"

/* ---- the parser ---- */

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
    char path[96];
    int fd;

    (void)world; /* none */
    test_dir_make(&d);
    (void)snprintf(path, sizeof path, "%s/book.xlsx", d.path); /* always fits */
    make_workbook(path);
    fd = os_open_read(d.fd, "book.xlsx");
    assert_true(fd > 0);
    cell_ends_well(SANDBOX_PARSER, reads_a_workbook, fd);
    os_close(&fd);
    test_dir_finish(&d);
}

/* ---- the server ---- */

static bool run_statement(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *st;
    int e;

    if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
        return false;
    do
        e = sqlite3_step(st);
    while (e == SQLITE_ROW);
    return sqlite3_finalize(st) == SQLITE_OK && e == SQLITE_DONE;
}

static int stores_rows(struct cell *c)
{
    static const char *const statements[] = {
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "CREATE TABLE t (a INTEGER)",
        "BEGIN IMMEDIATE",
        "INSERT INTO t VALUES (1), (2)",
        "COMMIT",
        "PRAGMA wal_checkpoint(TRUNCATE)",
        "SELECT a FROM t ORDER BY a DESC",
        "VACUUM",
    };
    char path[96];
    sqlite3 *db;

    (void)snprintf(path, sizeof path, "%s/terang.db", c->path); /* always fits */
    if (sqlite3_open(path, &db) != SQLITE_OK)
        return 1;
    for (size_t i = 0; i < ARRAY_LEN(statements); i++)
        if (!run_statement(db, statements[i]))
            return 10 + (int)i;
    return sqlite3_close(db) == SQLITE_OK ? 0 : 2;
}

static void server_stores_rows(void **world)
{
    (void)world; /* none */
    cell_ends_well(SANDBOX_SERVER, stores_rows, 0);
}

/* As the driver does it: a statement prepared, then run. */
static int asks_postgresql(struct cell *c)
{
    PGconn *db = PQconnectdb(getenv("TERANG_TEST_PG"));
    PGresult *prepared = PQprepare(db, "one", "SELECT 1", 0, NULL);
    PGresult *answer = PQexecPrepared(db, "one", 0, NULL, NULL, NULL, 0);
    bool good = PQresultStatus(prepared) == PGRES_COMMAND_OK && PQntuples(answer) == 1;

    (void)c; /* the address comes from the environment */
    PQclear(prepared);
    PQclear(answer);
    PQfinish(db);
    return good ? 0 : 1;
}

static void server_asks_postgresql(void **world)
{
    (void)world; /* none */
    if (getenv("TERANG_TEST_PG") == NULL)
        skip();
    cell_ends_well(SANDBOX_SERVER, asks_postgresql, 0);
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

    (void)world; /* none */
    assert_true(fd > 0);
    cell_ends_well(SANDBOX_SERVER, serves_and_fetches, fd);
    os_close(&fd);
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
    (void)world; /* none */
    cell_ends_well(SANDBOX_SERVER, draws_a_page, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(parser_reads_a_workbook),   UNIT(server_stores_rows),  UNIT(server_asks_postgresql),
        UNIT(server_serves_and_fetches), UNIT(server_draws_a_page),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
