/*
 * test_web.h: a live server over a test city, with people who need no password, and a client. Not part of the product.
 *
 *     struct test_site s;
 *     site_open(&s, &c, routes, n_routes, people, n_people);            c.app.modules is set before
 *     answer = site_get(&s, "siti", "/kerja/kota-contoh/kasus");
 *     answer = site_post(&s, "siti", "/kerja/kota-contoh/kasus/baru", "number=1&...");     csrf and origin are added
 *     site_status(answer), site_field(&s, answer, "Location"), site_body(answer)
 *     site_close(&s);
 *
 * The cookie names the person; "kota-contoh" is CITY_GOV, "kota-lain" CITY_FOREIGN.
 */
#ifndef ENGINE_TEST_WEB_H
#define ENGINE_TEST_WEB_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/log.h"
#include "base/text.h"
#include "engine/test_city.h"
#include "http/http.h"

#define SITE_ANSWER_MAX ((size_t)4 * MB)

struct test_person {
    const char *login;
    int64_t user;
    struct grant grant[3];
    size_t n;
};

struct test_site {
    struct city *city;
    struct arena a;
    struct web *web;
    struct web_conf web_conf;
    struct http_server *http;
    const struct test_person *people;
    size_t n_people;
    int64_t subject_key; /* of all of them */
    int upload_dir;
    char uploads[64];
};

/* The process's own: hooks have no argument of the test's. */
static struct test_site *site_now;

static inline int site_who(struct req *r)
{
    const char *login = http_cookie(r->http, "orang");
    size_t i;

    for (i = 0; login != NULL && i < site_now->n_people; i++) {
        const struct test_person *p = &site_now->people[i];
        struct actor *a;

        if (!text_eq(p->login, login))
            continue;
        a = arena_new(r->arena, struct actor);
        *a = (struct actor){.user = p->user,
                            .subject_key = site_now->subject_key,
                            .login = p->login,
                            .name = p->login,
                            .grants = p->grant,
                            .n_grants = p->n,
                            .session = p->user,
                            .second_factor = true,
                            .stepped_up = r->now};
        r->actor = a;
        r->csrf = "good-token";
        return 0;
    }
    return login != NULL ? E_AUTH : 0;
}

static inline bool site_csrf_good(const struct req *r, const char *token)
{
    (void)r;
    return text_eq(token, "good-token");
}

static inline int site_gov(struct req *r, const char *slug, struct gov *ret)
{
    bool own = text_eq(slug, "kota-contoh");

    (void)r;
    if (!own && !text_eq(slug, "kota-lain"))
        return 0;
    *ret = (struct gov){.id = own ? CITY_GOV : CITY_FOREIGN,
                        .code = own ? "36.71" : "36.03",
                        .slug = own ? "kota-contoh" : "kota-lain",
                        .name = own ? "Kota Contoh" : "Kota Lain",
                        .zone_minutes = 420,
                        .zone = "WIB"};
    return 1;
}

static inline void site_frame(struct req *r, struct page *p)
{
    p->person = r->actor != NULL ? r->actor->name : NULL;
}

static const struct web_hooks site_hooks = {
    .who = site_who, .csrf_good = site_csrf_good, .gov = site_gov, .frame = site_frame, .login_path = "/masuk"};

static inline int site_key(struct tx *tx, void *arg)
{
    return ledger_key_new(tx, LEDGER_KEY_SUBJECT, arg);
}

static inline void site_open(struct test_site *s, struct city *c, const struct route *routes, size_t n_routes,
                             const struct test_person *people, size_t n_people)
{
    struct http_conf conf = {
        .listen = "127.0.0.1:0", .listen_fd = -1, .threads = 2, .conn_per_address = 200, .conn_total = 300};
    const char *why = NULL;

    log_set_up(LEVEL_WARN, NULL);
    *s = (struct test_site){.city = c, .people = people, .n_people = n_people, .uploads = "/tmp/terang-up-XXXXXX"};
    arena_init(&s->a, 64 * MB);
    assert_int_equal(writer_do(c->writer, site_key, &s->subject_key), 0);
    assert_non_null(mkdtemp(s->uploads));
    s->upload_dir = open(s->uploads, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    conf.upload_dir = s->upload_dir;
    site_now = s;
    s->web_conf = (struct web_conf){
        .routes = routes, .n = n_routes, .app = &c->app, .hooks = &site_hooks, .zone_minutes = 420, .zone = "WIB"};
    assert_int_equal(web_open(&s->web_conf, &s->a, &s->web, &why), 0);
    assert_non_null(s->web);
    c->app.web = s->web;
    web_serve(s->web, &conf);
    assert_int_equal(http_start(&conf, &s->http), 0);
}

static inline void site_close(struct test_site *s)
{
    http_stop(s->http);
    (void)close(s->upload_dir);
    test_db_remove_folder(s->uploads);
    arena_finish(&s->a);
    site_now = NULL;
}

/* Sends bytes on a fresh connection and returns what comes until the server closes it. */
static inline const char *site_raw(struct test_site *s, const char *raw, size_t n)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)http_port(s->http))};
    char *answer = arena_alloc(&s->a, SITE_ANSWER_MAX / 8);
    size_t got = 0;
    ssize_t k;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    while (n > 0) {
        k = send(fd, raw, n, MSG_NOSIGNAL);
        assert_true(k > 0);
        raw += k;
        n -= (size_t)k;
    }
    while (got + 1 < SITE_ANSWER_MAX / 8 && (k = read(fd, answer + got, SITE_ANSWER_MAX / 8 - 1 - got)) > 0)
        got += (size_t)k;
    (void)close(fd);
    return answer;
}

/* `more`: further header lines, each with CRLF; may be "". */
static inline const char *site_ask(struct test_site *s, const char *method, const char *login, const char *path,
                                   const char *more, const char *body)
{
    const char *cookie = login != NULL ? text_printf(&s->a, "Cookie: orang=%s\r\n", login) : "";
    const char *length = body != NULL ? text_printf(&s->a, "Content-Length: %zu\r\n", strlen(body)) : "";
    const char *raw = text_printf(&s->a, "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s%s%s\r\n%s", method, path,
                                  cookie, length, more, body != NULL ? body : "");

    return site_raw(s, raw, strlen(raw));
}

static inline const char *site_get(struct test_site *s, const char *login, const char *path)
{
    return site_ask(s, "GET", login, path, "", NULL);
}

static inline const char *site_post(struct test_site *s, const char *login, const char *path, const char *form)
{
    return site_ask(s, "POST", login, path, "Content-Type: application/x-www-form-urlencoded\r\nOrigin: http://localhost\r\n",
                    text_printf(&s->a, "csrf=good-token%s%s", form[0] != '\0' ? "&" : "", form));
}

static inline int site_status(const char *answer)
{
    int status = 0;

    return sscanf(answer, "HTTP/1.1 %d", &status) == 1 ? status : 0;
}

static inline const char *site_body(const char *answer)
{
    const char *end = strstr(answer, "\r\n\r\n");

    return end != NULL ? end + 4 : "";
}

static inline const char *site_field(struct test_site *s, const char *answer, const char *name)
{
    const char *at = strstr(answer, text_printf(&s->a, "\r\n%s: ", name));
    const char *value = at != NULL ? at + strlen(name) + 4 : NULL;

    return value != NULL ? arena_text_n(&s->a, value, strcspn(value, "\r")) : NULL;
}

#endif
