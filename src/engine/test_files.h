/*
 * test_files.h: a live site with one case, people who may and may not touch it, and a client that uploads. Not part of the
 * product.
 *
 *     WORLD(w, world);
 *     answer = upload(&w, "siti", &(struct upload){"a.txt", "text/plain", "halo\n", 0}, 1, NULL);
 *     world_close(&w);
 */
#ifndef ENGINE_TEST_FILES_H
#define ENGINE_TEST_FILES_H

#include "base/text.h"
#include "engine/attachment.h"
#include "engine/beside.h"
#include "engine/row.h"
#include "engine/search.h"
#include "engine/test_web.h"
#include "os/os.h"
#include "os/test_dir.h"
#undef fail

#define PAGE "/kerja/kota-contoh/kasus/"

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

/* clang-format off */
static const struct permit permits[] = {
    {"case.read", "head secretary auditor"}, {"case.comment", "head secretary"}, {"case.edit", "head secretary"},
};
static const struct test_person people[] = {
    {"siti",  7,  {{.role = "head", .gov = CITY_GOV}}, 1},
    {"budi",  8,  {{.role = "secretary", .gov = CITY_GOV}}, 1},
    {"audit", 9,  {{.role = "auditor", .gov = CITY_GOV}}, 1},
    {"luar",  10, {{.role = "head", .gov = CITY_FOREIGN}}, 1},
};
/* clang-format on */
static const struct module module = {
    .name = "case", .screens = screens, .n_screens = ARRAY_LEN(screens), .permits = permits, .n_permits = ARRAY_LEN(permits)};
static const struct module *const modules[] = {&module, &search_module, &attach_module};

struct world {
    struct city c;
    struct test_dir files;
    struct test_site s;
    int64_t id, agency;
    const char *page;
};

static inline int add_case(struct tx *tx, void *arg)
{
    struct world *w = arg;
    struct sample_person person = {.head = {.gov = CITY_GOV}, .name = "Siti Aminah"};
    struct sample_case row = {.head = {.gov = CITY_GOV},
                              .number = text_printf(tx->arena, "503/%lld", (long long)os_new_id()),
                              .applicant = "Siti Aminah",
                              .status = {"filed"},
                              .due = DATE_NONE,
                              .filed_at = tx->now,
                              .fee = MONEY_NONE,
                              .agency = {w->agency}};
    struct record head;
    int e = row_insert(tx, &sample_person_entity, &person, &head);

    row.person.v = head.id;
    if (e == 0)
        e = row_insert(tx, &sample_case_entity, &row, &head);
    w->id = head.id;
    return e;
}

static inline void world_open(struct world *w)
{
    city_open(&w->c);
    test_dir_make(&w->files);
    w->c.app.files_dir = w->files.fd;
    w->c.app.modules = modules;
    w->c.app.n_modules = ARRAY_LEN(modules);
    site_open(&w->s, &w->c, NULL, 0, people, ARRAY_LEN(people));
    assert_int_equal(writer_do(w->c.writer, add_case, w), 0);
    w->page = text_printf(&w->s.a, PAGE "%lld", (long long)w->id);
}

static inline void world_close(struct world *w)
{
    site_close(&w->s);
    city_close(&w->c);
    test_dir_finish(&w->files);
}

#define WORLD(w, env)                                                                                                          \
    struct world w;                                                                                                            \
    if (!city_db_open(&(w).c.t, *(enum db_kind *)*(env)))                                                                      \
        skip();                                                                                                                \
    world_open(&(w))

static inline const char *below(struct world *w, const char *part)
{
    return text_printf(&w->s.a, "%s%s", w->page, part);
}

static inline const char *detail(struct world *w, const char *login)
{
    const char *answer = site_get(&w->s, login, w->page);

    assert_int_equal(site_status(answer), 200);
    return answer;
}

struct upload {
    const char *name, *type, *bytes;
    size_t n;
};

static inline const char *upload(struct world *w, const char *login, const struct upload *v, size_t n, const char *replaces)
{
    struct buf body, head;
    size_t i;

    buf_init(&body, &w->s.a, 1 * MB);
    buf_init(&head, &w->s.a, 1 * MB);
    buf_add(&body, "--XX\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\ngood-token\r\n");
    if (replaces != NULL)
        buf_printf(&body, "--XX\r\nContent-Disposition: form-data; name=\"gantikan\"\r\n\r\n%s\r\n", replaces);
    for (i = 0; i < n; i++) {
        buf_printf(&body,
                   "--XX\r\nContent-Disposition: form-data; name=\"berkas\"; filename=\"%s\"\r\nContent-Type: %s\r\n\r\n",
                   v[i].name, v[i].type);
        buf_add_n(&body, v[i].bytes, v[i].n != 0 ? v[i].n : strlen(v[i].bytes));
        buf_add(&body, "\r\n");
    }
    buf_add(&body, "--XX--\r\n");
    buf_printf(
        &head,
        "POST %s/berkas HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: orang=%s\r\nOrigin: http://localhost\r\n"
        "Content-Type: multipart/form-data; boundary=XX\r\nContent-Length: %zu\r\n\r\n",
        w->page, login, body.n);
    buf_add_n(&head, body.s, body.n);
    return site_raw(&w->s, head.s, head.n);
}

static inline int upload_text(struct world *w, const char *login, const char *name, const char *text)
{
    return site_status(upload(w, login, &(struct upload){name, "text/plain", text, 0}, 1, NULL));
}

static inline size_t files_of(struct world *w, struct attachment **ret)
{
    size_t n;

    assert_int_equal(attachments_read(w->c.t.owner, &w->s.a, CITY_GOV, w->id, ret, &n), 0);
    return n;
}

static inline size_t files_on_disk(struct world *w)
{
    struct os_entry *folders, *files;
    size_t n, m, all = 0, i;
    int gov = os_open_dir_in(w->c.app.files_dir, "3671");

    if (gov < 0)
        return 0;
    assert_int_equal(os_list(gov, &w->s.a, 1000, &folders, &n), 0);
    for (i = 0; i < n; i++) {
        int dir = os_open_dir_in(gov, folders[i].name);

        assert_int_equal(os_list(dir, &w->s.a, 1000, &files, &m), 0);
        all += m;
        os_close(&dir);
    }
    os_close(&gov);
    return all;
}

#endif
