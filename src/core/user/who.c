/*
 * who.c: what core tells the web layer: who asks, which government an address names, and the frame of a page.
 *
 * A browser sends the cookie, a program "Authorization: Bearer trg_..." below API_PATH; a token anywhere else, in an address
 * above all, is nobody (security.md A9).
 */
#include "base/date.h"
#include "base/text.h"
#include "core/notice/notice.h"
#include "core/user/core.h"
#include "ledger/ledger.h"
#include "os/os.h"

#define COOKIE  "__Host-" SESSION_COOKIE
#define NAV_MAX 96
#define BEARER  "Bearer "

static int who_by_token(struct req *r, const char *authorization)
{
    const struct core *core = core_of(r->app);
    struct actor *actor = arena_new(r->arena, struct actor);
    struct token_hash hash;
    int64_t wait_ms;
    int e;

    if (!text_starts(r->http->path, API_PATH) || !text_starts(authorization, BEARER) ||
        token_hash(TOKEN_API, authorization + strlen(BEARER), &hash) < 0)
        return E_AUTH;
    e = ratelimit_take(core->limits, RATE_API, hex_text(r->arena, hash.h, sizeof hash.h), os_monotonic_us() / 1000, &wait_ms);
    if (e < 0)
        return e;
    e = token_actor(r->db, r->arena, &hash, r->now, instant_date(r->now, r->zone_minutes), actor);
    if (e == 1)
        r->actor = actor;
    return e == 0 ? E_AUTH : e < 0 ? e : 0;
}

static int who_by_cookie(struct req *r, const char *cookie)
{
    const struct core *core = core_of(r->app);
    struct actor *actor = arena_new(r->arena, struct actor);
    struct token_hash hash;
    struct csrf_key key;
    int e;

    if (token_hash(TOKEN_SESSION, cookie, &hash) < 0)
        return E_AUTH;
    e = session_actor(core->sessions, r->db, r->arena, &hash, r->now, actor);
    if (e <= 0)
        return e == 0 ? E_AUTH : e;
    csrf_key_of(cookie, &key);
    r->csrf = csrf_token(r->arena, &key);
    r->actor = actor;
    return 0;
}

static int who(struct req *r)
{
    const char *authorization = http_header(r->http, "authorization"), *cookie = http_cookie(r->http, COOKIE);

    if (authorization != NULL)
        return who_by_token(r, authorization);
    return cookie != NULL ? who_by_cookie(r, cookie) : 0;
}

static bool csrf_is_good(const struct req *r, const char *token)
{
    const char *cookie = http_cookie(r->http, COOKIE);
    struct token_hash hash;
    struct csrf_key key;

    if (cookie == NULL || token_hash(TOKEN_SESSION, cookie, &hash) < 0)
        return false;
    csrf_key_of(cookie, &key);
    return csrf_good(&key, token);
}

static int find_gov(struct req *r, const char *slug, struct gov *ret)
{
    return gov_by_slug(r->db, r->arena, slug, ret);
}

/* ---- the frame ---- */

/* The government of the page, or the only one where the person has a role. */
static void frame_gov(struct req *r, struct gov *ret)
{
    const struct actor *actor = r->actor;
    int64_t only = 0;
    size_t i;

    *ret = *req_gov(r);
    for (i = 0; ret->id == 0 && actor != NULL && i < actor->n_grants; i++) {
        if (actor->grants[i].gov == GOV_ANY || (only != 0 && only != actor->grants[i].gov))
            return;
        only = actor->grants[i].gov;
    }
    if (only != 0 && gov_by_id(r->db, r->arena, only, ret) < 0)
        *ret = *req_gov(r);
}

struct nav {
    struct nav_item *v;
    size_t n;
};

static void nav_add(struct nav *nav, const char *word, const char *path)
{
    if (nav->n < NAV_MAX)
        nav->v[nav->n++] = (struct nav_item){word, path};
}

/* Pages of the workspace that have a name in it, work or reference: of the government, or of the installation. */
static void nav_routes(struct req *r, const struct gov *gov, bool reference, struct nav *nav)
{
    size_t n, i;
    const struct route *routes = web_routes(r->app->web, &n);

    for (i = 0; i < n; i++) {
        const struct route *x = &routes[i];

        if (x->word != NULL && x->reference == reference &&
            text_starts(x->path, gov->id != 0 ? "/kerja/{gov}/" : "/kerja/-/") && may(r, x->permission, gov->id))
            nav_add(nav, x->word, route_of_gov(r, x, gov->id != 0 ? gov->slug : "-"));
    }
}

/* A heading, over what follows. */
static void nav_group(struct nav *nav, const char *word)
{
    nav_add(nav, word, NULL);
}

/*
 * Lists of the screens that the person may read here, work or reference: the words are "ENTITY.many". What lies beside another
 * row is reached from there.
 */
static void nav_screens(struct req *r, const struct gov *gov, bool reference, struct nav *nav)
{
    size_t m, i;

    for (m = 0; m < r->app->n_modules; m++) {
        const struct module *module = r->app->modules[m];

        for (i = 0; i < module->n_screens; i++) {
            const struct screen *s = module->screens[i];
            bool data = s->entity->kind == ENTITY_DATA;

            if (s->derived || s->entity->parent != NULL || s->reference != reference || (data && gov->id == 0 && !s->nation) ||
                !may(r, text_printf(r->arena, "%s.read", s->permission), data ? gov->id : GOV_ANY))
                continue;
            nav_add(nav, text_printf(r->arena, "%s.many", s->entity->name),
                    url(r, "/kerja/%s/%s", data && gov->id != 0 ? gov->slug : "-", s->slug));
        }
    }
}

static void frame_nav(struct req *r, const struct gov *gov, struct page *p)
{
    struct nav nav = {.v = arena_array(r->arena, NAV_MAX, struct nav_item)};

    nav_routes(r, gov, false, &nav);
    if (gov->id == 0 && may(r, "job.read", GOV_ANY))
        nav_add(&nav, "job.many", "/kerja/-/pekerjaan");
    nav_screens(r, gov, false, &nav);
    nav_group(&nav, "front.nav-reference");
    nav_routes(r, gov, true, &nav);
    nav_screens(r, gov, true, &nav);
    if (gov->id != 0 && may(r, "agency.read", gov->id))
        nav_add(&nav, "reorganisation.title", url(r, "/kerja/%s/susunan", gov->slug));
    if (may(r, "user.manage", gov->id))
        nav_add(&nav, "user.title", url(r, "/kerja/%s/pengguna", gov->id != 0 ? gov->slug : "-"));
    if (may(r, "access.see", gov->id))
        nav_add(&nav, "access.title", url(r, "/kerja/%s/akses", gov->id != 0 ? gov->slug : "-"));
    if (may(r, "erasure.order", gov->id))
        nav_add(&nav, "erase_order.many", url(r, "/kerja/%s/penghapusan", gov->id != 0 ? gov->slug : "-"));
    if (nav.v[nav.n - 1].href == NULL)
        nav.n--;
    p->nav = nav.v;
    p->n_nav = nav.n;
}

/* Who looks in from outside sees it from the first glance. */
static void frame_outside(struct req *r, const struct gov *gov, struct page *p)
{
    struct scope_fact *fact;
    size_t i;
    bool outside = false;

    for (i = 0; i < r->actor->n_grants; i++)
        outside = outside || role_find(r->actor->grants[i].role)->supervisor;
    if (!outside || p->shell != SHELL_WORKSPACE)
        return;
    p->shell = SHELL_SUPERVISOR;
    fact = arena_new(r->arena, struct scope_fact);
    *fact = (struct scope_fact){T(r, "front.scope-gov"), gov->id != 0 ? gov->name : T(r, "front.scope-all")};
    p->scope = fact;
    p->n_scope = 1;
    p->scope_change = "/pengawas";
}

/* Whom the person stands in for, each once. */
static void frame_acting(struct req *r, struct page *p)
{
    const struct actor *actor = r->actor;
    struct page_acting *v = arena_array(r->arena, actor->n_grants + 1, struct page_acting);
    int64_t last = 0;
    size_t i;

    for (i = 0; i < actor->n_grants; i++) {
        const struct absent *absent = actor->grants[i].behalf;

        if (absent == NULL || absent->user == last)
            continue;
        last = absent->user;
        v[p->n_acting++] = (struct page_acting){absent->name, absent->until};
    }
    p->acting = v;
}

/* The list that a page of the workspace belongs to: /kerja/GOV/SLUG. */
static const char *here_of(struct req *r)
{
    const char *path = r->http->path;
    size_t n = 0, parts = 0;

    if (!text_starts(path, "/kerja/"))
        return NULL;
    for (; path[n] != '\0'; n++)
        if (path[n] == '/' && ++parts == 4)
            break;
    return arena_text_n(r->arena, path, n);
}

/* What the foot of a public page says of the government and of the record it stands in. */
static void frame_public(struct req *r, const struct gov *gov, struct page_gov *shown)
{
    struct ledger_status s;

    shown->full = T1(r, "front.gov-full", gov->name);
    shown->motto = T(r, "front.gov-motto");
    if (r->app->ledger == NULL || ledger_status(r->app->ledger, r->db, &s) < 0)
        return;
    shown->record = T1(r, s.cosigned_size < 0 ? "front.record-alone" : "front.record-witnessed", say_count(r, s.size));
    shown->verify = "/v";
}

static void frame(struct req *r, struct page *p)
{
    struct gov *gov = arena_new(r->arena, struct gov);
    struct page_gov *shown = arena_new(r->arena, struct page_gov);
    struct ui_menu_item *account;

    frame_gov(r, gov);
    if (p->gov == NULL && gov->id != 0 && p->shell != SHELL_SUPERVISOR) {
        *shown = (struct page_gov){
            .name = gov->name, .home = url(r, "/%s", gov->slug), .letter = gov->letter, .complaint = gov->complaint};
        if (p->shell == SHELL_PUBLIC)
            frame_public(r, gov, shown);
        p->gov = shown;
    }
    if (p->shell == SHELL_PUBLIC && p->login == NULL)
        p->login = "/masuk";
    if (r->actor == NULL || r->actor->by_token)
        return;
    frame_outside(r, gov, p);
    if (p->shell == SHELL_WORKSPACE || p->shell == SHELL_SUPERVISOR)
        frame_acting(r, p);
    if (p->nav == NULL && (p->shell == SHELL_WORKSPACE || (p->shell == SHELL_SUPERVISOR && gov->id != 0)))
        frame_nav(r, gov, p);
    if (p->here == NULL)
        p->here = here_of(r);
    if (p->search == NULL && gov->id != 0 && p->shell == SHELL_WORKSPACE)
        p->search = url(r, "/kerja/%s/cari", gov->slug);
    account = arena_array(r->arena, 2, struct ui_menu_item);
    account[0] = (struct ui_menu_item){T(r, "account.title"), "/akun"};
    account[1] = (struct ui_menu_item){T(r, "notice.title"), "/akun/pemberitahuan"};
    p->person = r->actor->name;
    p->account = account;
    p->n_account = 2;
    p->unread_href = account[1].href;
    if (notices_unread(r->db, r->actor->user, &p->unread) < 0)
        p->unread = 0; /* the page is worth more than its count */
    p->logout = "/keluar";
}

const struct web_hooks core_hooks = {
    .who = who, .csrf_good = csrf_is_good, .gov = find_gov, .frame = frame, .login_path = "/masuk"};
