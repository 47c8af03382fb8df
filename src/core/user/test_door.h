/*
 * test_door.h: a live server with core's own hooks over a test city, a clock that tests move, and a browser that keeps its
 * cookie and its csrf token. Not part of the product.
 *
 *     DOOR(d, world);
 *     browser_get(&b, "/masuk"), browser_post(&b, "/masuk", "login=...&password=...")     b.status, b.location, b.body
 *     door_close(&d);
 */
#ifndef CORE_USER_TEST_DOOR_H
#define CORE_USER_TEST_DOOR_H

#include "core/user/admin.h"
#include "core/user/core.h"
#include "core/user/secret.h"
#include "engine/row.h"
#include "engine/test_web.h"
#include "os/os.h"

struct door_test {
    struct city c;
    struct test_site site;
    instant now;
};

struct browser {
    struct door_test *d;
    const char *cookie; /* value of __Host-sesi, NULL for none */
    const char *csrf;
    const char *answer, *body, *location;
    int status;
};

/* Another test may define what stands beside core. */
#ifndef DOOR_MODULES
#define DOOR_MODULES &core_module
#endif
static const struct module *const door_modules[] = {DOOR_MODULES};

static const struct route door_no_routes[] = {{0}};

static inline void door_open(struct door_test *d)
{
    struct http_conf conf = {
        .listen = "127.0.0.1:0", .listen_fd = -1, .threads = 2, .conn_per_address = 200, .conn_total = 300};
    struct test_site *s = &d->site;
    const char *why = NULL;

    log_set_up(LEVEL_ERROR, NULL);
    os_clock_allow_test();
    d->now = os_now();
    d->c.app.modules = door_modules;
    d->c.app.n_modules = ARRAY_LEN(door_modules);
    assert_int_equal(core_open(&d->c.app, NULL), 0);
    *s = (struct test_site){.city = &d->c, .uploads = "/tmp/terang-up-XXXXXX"};
    arena_init(&s->a, 64 * MB);
    assert_non_null(mkdtemp(s->uploads));
    s->upload_dir = open(s->uploads, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    conf.upload_dir = s->upload_dir;
    s->web_conf = (struct web_conf){
        .routes = door_no_routes, .n = 0, .app = &d->c.app, .hooks = &core_hooks, .zone_minutes = 420, .zone = "WIB"};
    assert_int_equal(web_open(&s->web_conf, &s->a, &s->web, &why), 0);
    d->c.app.web = s->web;
    web_serve(s->web, &conf);
    assert_int_equal(http_start(&conf, &s->http), 0);
}

static inline void door_close(struct door_test *d)
{
    site_close(&d->site);
    core_close(&d->c.app);
    city_close(&d->c);
}

#define DOOR(d, env)                                                                                                           \
    struct door_test d;                                                                                                        \
    if (!city_db_open(&(d).c.t, *(enum db_kind *)*(env)))                                                                      \
        skip();                                                                                                                \
    city_open(&(d).c);                                                                                                         \
    door_open(&(d))

static inline void door_wait(struct door_test *d, int64_t ms)
{
    d->now.v = os_now().v + ms;
    assert_int_equal(os_clock_test_set(d->now), 0);
}

/* ---- a browser ---- */

static inline void browser_take_cookie(struct browser *b)
{
    const char *at = strstr(b->answer, "\r\nSet-Cookie: __Host-" SESSION_COOKIE "=");
    size_t n;

    if (at == NULL)
        return;
    at += strlen("\r\nSet-Cookie: __Host-" SESSION_COOKIE "=");
    n = strcspn(at, ";");
    b->cookie = n > 0 ? arena_text_n(&b->d->site.a, at, n) : NULL;
}

static inline void browser_take_csrf(struct browser *b)
{
    static const char mark[] = "name=\"csrf\" value=\"";
    const char *at = strstr(b->body, mark);

    if (at != NULL)
        b->csrf = arena_text_n(&b->d->site.a, at + strlen(mark), strcspn(at + strlen(mark), "\""));
}

static inline void browser_ask(struct browser *b, const char *method, const char *path, const char *more, const char *form)
{
    struct arena *a = &b->d->site.a;
    const char *cookie = b->cookie != NULL ? text_printf(a, "Cookie: __Host-%s=%s\r\n", SESSION_COOKIE, b->cookie) : "";
    const char *raw;

    if (form == NULL)
        raw = text_printf(a, "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s%s\r\n", method, path, cookie, more);
    else
        raw = text_printf(a,
                          "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s%sContent-Length: %zu\r\n"
                          "Content-Type: application/x-www-form-urlencoded\r\nOrigin: http://localhost\r\n\r\n%s",
                          method, path, cookie, more, strlen(form), form);
    b->answer = site_raw(&b->d->site, raw, strlen(raw));
    b->status = site_status(b->answer);
    b->body = site_body(b->answer);
    b->location = site_field(&b->d->site, b->answer, "Location");
    browser_take_cookie(b);
    browser_take_csrf(b);
}

static inline int browser_get(struct browser *b, const char *path)
{
    browser_ask(b, "GET", path, "", NULL);
    return b->status;
}

/* `form` is encoded already; the csrf token of the page seen last is added. */
static inline int browser_post(struct browser *b, const char *path, const char *form)
{
    struct arena *a = &b->d->site.a;

    if (b->csrf != NULL)
        form = text_printf(a, "csrf=%s%s%s", b->csrf, *form != '\0' ? "&" : "", form);
    browser_ask(b, "POST", path, "", form);
    return b->status;
}

/* What stands between two marks in the last page. */
static inline const char *browser_between(struct browser *b, const char *from, const char *to)
{
    const char *at = strstr(b->body, from);
    const char *end = at != NULL ? strstr(at + strlen(from), to) : NULL;

    assert_non_null(end);
    return arena_text_n(&b->d->site.a, at + strlen(from), (size_t)(end - at) - strlen(from));
}

/* ---- people ---- */

#define DOOR_PASSWORD "embun-pasar-tujuh-layang"

struct door_person {
    struct app_user user;
    struct totp_secret totp;
};

struct door_insert {
    const struct entity *entity;
    const void *row;
};

static inline int door_insert_run(struct tx *tx, void *arg)
{
    const struct door_insert *i = arg;
    struct record head;

    return row_insert(tx, i->entity, i->row, &head);
}

static inline void door_insert(struct door_test *d, const struct entity *entity, const void *row)
{
    struct door_insert i = {entity, row};

    assert_int_equal(writer_do(d->c.writer, door_insert_run, &i), 0);
}

/* The city of these tests, at /kerja/kota-contoh. */
static inline void door_make_city(struct door_test *d)
{
    const struct government city = {.head = {.id = CITY_GOV},
                                    .kind = {"city"},
                                    .code = "36.71",
                                    .slug = "kota-contoh",
                                    .name = "Kota Contoh",
                                    .zone = 420,
                                    .valid_from = DATE_NONE,
                                    .valid_to = DATE_NONE};

    door_insert(d, &government_entity, &city);
}

/* Once a process: hashing is dear. */
static inline const char *door_phc(void)
{
    static char phc[PASSWORD_PHC_SIZE];

    if (phc[0] == '\0')
        assert_int_equal(password_hash(DOOR_PASSWORD, password_cost_least, phc), 0);
    return phc;
}

/* A person with the password above and a second factor, and one role everywhere (NULL: none). */
static inline void door_make(struct door_test *d, struct door_person *p, const char *login, const char *role)
{
    const struct core *core = core_of(&d->c.app);
    struct user_secret secret = {.password = door_phc(), .totp_step = INT_NONE, .first_until = INSTANT_NONE};
    struct role_grant grant = {.role = {role},
                               .in_agency = INT_NONE,
                               .in_unit = INT_NONE,
                               .in_place = INT_NONE,
                               .valid_from = DATE_NONE,
                               .valid_to = DATE_NONE,
                               .status = {"active"}};

    p->user = (struct app_user){.head = {.id = os_new_id()},
                                .login = login,
                                .name = text_printf(&d->c.a, "Contoh %s", login),
                                .secret_at = INSTANT_NONE};
    door_insert(d, &app_user_entity, &p->user);
    totp_secret_new(&p->totp);
    secret.head.id = p->user.head.id;
    assert_int_equal(totp_seal(core->keyring, &d->c.a, p->user.head.id, &p->totp, &secret.totp), 0);
    door_insert(d, &user_secret_entity, &secret);
    grant.holder.v = p->user.head.id;
    if (role != NULL)
        door_insert(d, &role_grant_entity, &grant);
}

static inline const char *door_code(struct door_test *d, const struct totp_secret *secret)
{
    char code[TOTP_DIGITS + 1];

    totp_code(secret, totp_step(os_now()), code);
    return arena_text(&d->site.a, code);
}

/* Password and code: the browser is logged in. */
static inline void browser_login(struct browser *b, const struct door_person *p)
{
    struct arena *a = &b->d->site.a;

    b->csrf = NULL;
    assert_int_equal(browser_post(b, "/masuk", text_printf(a, "login=%s&password=%s", p->user.login, DOOR_PASSWORD)), 303);
    assert_string_equal(b->location, "/masuk/kode");
    assert_int_equal(browser_post(b, "/masuk/kode", text_printf(a, "code=%s", door_code(b->d, &p->totp))), 303);
}

#endif
