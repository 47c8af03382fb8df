/*
 * web.h: from a request to the page function of its route, and back to an answer.
 *
 * Routes are constant tables. A route without a permission does not start (security.md Z1); what no route matches is 404,
 * a path with other methods is 405 with Allow. Before a page function runs the engine has found who asks, checked the origin
 * and the csrf token of anything but GET, the permission, and the government that {gov} names; a GET has a reader's snapshot
 * in r->db. A step that writes reads on the same kind of snapshot, decides, and calls web_write() (design D4).
 *
 * Not for: what sessions are (core), rows.
 */
#ifndef ENGINE_WEB_H
#define ENGINE_WEB_H

#include "db/writer.h"
#include "engine/permit.h"
#include "http/http.h"
#include "ui/layout.h"
#include "ui/req.h"

#define ROUTE_PARAMS_MAX 6
#define API_PATH         "/api/" /* below it answers are JSON, faults too (RFC 9457) */

/*
 * One line of the route table. `path` begins with /; a part {name} matches any one part, {gov} is the slug of a government
 * ("-" for what belongs to none). Of two routes that match, the one with more fixed parts is taken, of two with equally
 * many the one whose first part is fixed (no slug may be one of those); two that are equal in this are refused at the start.
 */
struct route {
    enum http_method method; /* HTTP_GET answers HEAD too */
    const char *path;
    const char *permission;
    void (*page)(struct req *r);
    struct http_limits limits;   /* of the body; all zero for none */
    const struct screen *screen; /* of the routes that the engine makes from screens */
    bool reads_only;             /* a POST that changes nothing (compare, preview): web_write() is a BUG */
    bool no_snapshot;            /* the page needs no database: assets, health */
    const char *word;            /* key of its name in navigation, for pages without parameters but {gov}; NULL: not there */
    bool reference;              /* stands in the navigation after the work */
    bool foreign;                /* a POST that comes from other programs and proves itself: no origin or csrf check */
};

/* clang-format off */
#define ROUTE(method_, path_, permission_, page_, ...) \
    {.method = HTTP_##method_, .path = (path_), .permission = (permission_), .page = (page_), ##__VA_ARGS__}
#define LIMIT_FORM  {.body = HTTP_BODY_FORM, .body_max = 256 * KB}                                       /* a form without files */
#define LIMIT_FILES {.body = HTTP_BODY_FORM, .body_max = 256 * KB, .file_max = 50 * MB, .files_max = 10} /* a form with files */
#define LIMIT_JSON  {.body = HTTP_BODY_JSON, .body_max = 256 * KB}
/* clang-format on */

/* Under what the time of a request is counted: http.h, `kind`. */
enum web_kind {
    WEB_OTHER,     /* no route: 404, 405 */
    WEB_ASSET,     /* files of the program, and probes */
    WEB_PUBLIC,    /* pages that need no login */
    WEB_WORKSPACE, /* pages behind a login */
    WEB_STEP,      /* what writes: forms, steps */
    WEB_API,
    WEB_KIND_COUNT,
};
enum web_kind web_kind_of(const struct route *route); /* NULL: none */
const char *web_kind_name(enum web_kind kind);        /* "workspace" */

/* A government as requests know it. */
struct gov {
    int64_t id;
    const char *code; /* "36.71" */
    const char *slug; /* "kota-tangerang" */
    const char *name; /* "Kota Tangerang" */
    int zone_minutes;
    const char *zone;
    const struct page_letter *letter; /* NULL while it has not said */
    const char *complaint;            /* where a complaint goes; NULL: not said */
};

struct web;

/* What core knows and the engine asks. All but `who` run with a snapshot in r->db. */
struct web_hooks {
    /*
     * Who asks: sets r->actor and r->csrf, or leaves both NULL for nobody. Has a snapshot in r->db. Negative only when the
     * question could not be answered (E_STORAGE, E_BUSY, E_RATE); E_AUTH for a token or session that is no longer good.
     */
    int (*who)(struct req *r);
    bool (*csrf_good)(const struct req *r, const char *token);
    int (*gov)(struct req *r, const char *slug, struct gov *ret); /* 1 found, 0 none */
    void (*frame)(struct req *r, struct page *p);                 /* navigation, account menu, government's name, banner */
    const char *login_path;                                       /* "/masuk": gets ?ke=PATH */
};

struct web_conf {
    const struct route *routes; /* of the instance itself; those of app's modules and screens are added */
    size_t n;
    struct app *app;               /* put into every request; may be NULL in tests */
    const struct web_hooks *hooks; /* NULL: nobody can be logged in */
    int zone_minutes;
    const char *zone;
};

/* E_INPUT for a route without permission or page, or two that cannot be told apart; *ret_why says which. */
MUST_USE int web_open(const struct web_conf *conf, struct arena *a, struct web **ret, const char **ret_why);

/* Puts our callbacks into an http_conf. */
void web_serve(struct web *w, struct http_conf *conf);

/* All routes, those of modules and screens too. */
const struct route *web_routes(const struct web *w, size_t *ret_n);

/* "GET", for lists of routes. */
const char *route_method(const struct route *route) __attribute__((returns_nonnull));

/* The part of the address that {name} matched. A name that the route does not have is a BUG. */
const char *route_param(const struct req *r, const char *name) __attribute__((returns_nonnull));

/* The id in a part of the address, 0 for what is none. */
int64_t route_id(const struct req *r, const char *name);

/* The government of the route's {gov}; id 0 for "-" and for routes without. */
const struct gov *req_gov(const struct req *r) __attribute__((returns_nonnull));

/* Address of a route that has no parameter but {gov}: of the government `slug`, "-" for none. */
const char *route_of_gov(struct req *r, const struct route *route, const char *slug);

/* The route for a method and path, NULL for none; then *ret_allow is "GET, POST" or NULL when the path is unknown. */
const struct route *route_find(const struct web *w, enum http_method method, const char *path, struct arena *a,
                               const char **ret_allow);

/* The language a request asks for: ?bahasa=, else the cookie "bahasa", else Accept-Language, else Indonesian. */
enum lang request_lang(const struct http_req *h);

/* ---- answers ---- */

/* page_begin() with the frame of the shell: navigation, person, language, banner. */
void web_page_begin(struct req *r, struct page *p);

/* 303 to a path of ours. */
void web_redirect(struct req *r, const char *path);

/*
 * The answer for a negative result: 404, 409, 422, 503 ... with its page, or problem details (RFC 9457) below API_PATH. The
 * text is that of fail(), when there is one.
 */
void web_refuse(struct req *r, int result);

/* The HTTP status that stands for a result. */
int web_status(int result);

/* ---- writing ---- */

/* For leaf and history: filled from r->actor and the route's permission; steps and reasons are added by the page. */
struct actor_mark *web_mark(struct req *r) __attribute__((returns_nonnull));

/*
 * Hands `apply` to the writer and parks the connection; the page function returns at once afterwards. Then `after` runs with a
 * fresh snapshot and writes the answer, mostly web_redirect() or, for a negative result, the form again. `plan` lives in
 * r->arena; apply may run twice. `after` NULL: web_redirect(r, done_path) or web_refuse().
 *
 * A form's hidden field ONCE_FIELD, or the header Idempotency-Key below API_PATH, makes a second arrival of the same request
 * harmless: it is redirected to the done_path of the first, without its page; when there was none, `after` gets E_AGAIN.
 */
#define ONCE_FIELD "sekali"
#define E_AGAIN    (-64)
void web_write(struct req *r, int (*apply)(struct tx *tx, void *plan), void *plan,
               void (*after)(struct req *r, void *plan, int result), const char *done_path);

/* The hidden ONCE_FIELD of a form that writes; ui_form_begin() has written the csrf token. */
void web_once(struct req *r);

/* Forgets the keys that are older: daily, with a week. */
MUST_USE int web_once_forget(struct tx *tx, instant before);

/*
 * Parks the connection while something else than the writer works (hashing): `after` runs on a server thread once
 * web_wake() was called, from any thread, exactly once.
 */
struct parked;
struct parked *web_park(struct req *r, void (*after)(struct req *r, void *arg), void *arg);
void web_wake(struct parked *p);

#endif
