/*
 * sandbox.c: which locks a role has, and the order in which they go on.
 */
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/buf.h"
#include "os/build.h"
#include "os/process.h"
#include "os/sandbox_parts.h"

#define TEXT_MAX ((size_t)256)

#define ALL_LANDLOCK (SANDBOX_FILES | SANDBOX_PORTS | SANDBOX_SIGNALS)

/* clang-format off */
static const char *const lock_names[SANDBOX_LOCK_COUNT] = {
    "no-new-privs", "filter", "files", "ports", "signals", "limits",
};

static const struct {
    const char *name;
    unsigned wanted;
    unsigned needed;
} roles[SANDBOX_ROLE_COUNT] = {
    [SANDBOX_SERVER] = {"server", SANDBOX_NO_NEW_PRIVS | SANDBOX_FILTER | ALL_LANDLOCK,                  SANDBOX_NO_NEW_PRIVS | SANDBOX_FILTER},
    [SANDBOX_SIGNER] = {"signer", SANDBOX_NO_NEW_PRIVS | SANDBOX_FILTER | ALL_LANDLOCK | SANDBOX_LIMITS, SANDBOX_NO_NEW_PRIVS | SANDBOX_FILTER | SANDBOX_LIMITS},
    [SANDBOX_PARSER] = {"parser", SANDBOX_NO_NEW_PRIVS | SANDBOX_FILTER | ALL_LANDLOCK | SANDBOX_LIMITS, SANDBOX_NO_NEW_PRIVS | SANDBOX_FILTER | SANDBOX_LIMITS},
    [SANDBOX_PAINTER] = {"painter", SANDBOX_NO_NEW_PRIVS | SANDBOX_FILTER | ALL_LANDLOCK | SANDBOX_LIMITS, SANDBOX_NO_NEW_PRIVS | SANDBOX_FILTER | SANDBOX_LIMITS},
    [SANDBOX_MAILER] = {"mailer", SANDBOX_NO_NEW_PRIVS | SANDBOX_FILTER | ALL_LANDLOCK | SANDBOX_LIMITS, SANDBOX_NO_NEW_PRIVS | SANDBOX_FILTER | SANDBOX_LIMITS},
};

/* Limits of security.md P3. The second second of time lets SIGXCPU end the parser before SIGKILL would. */
static const struct limit {
    enum sandbox_role role;
    __rlimit_resource_t what;
    rlim_t soft, hard;
} limits[] = {
    /* role            resource        soft                hard */
    {SANDBOX_PARSER,   RLIMIT_AS,      (rlim_t)256 * MB,   (rlim_t)256 * MB},
    {SANDBOX_PARSER,   RLIMIT_CPU,     5,                  6},
    {SANDBOX_PARSER,   RLIMIT_FSIZE,   0,                  0},
    {SANDBOX_PARSER,   RLIMIT_NOFILE,  16,                 16},
    {SANDBOX_PARSER,   RLIMIT_NPROC,   0,                  0},
    {SANDBOX_PAINTER,  RLIMIT_AS,      (rlim_t)640 * MB,   (rlim_t)640 * MB}, /* libraries alone take 150 */
    {SANDBOX_PAINTER,  RLIMIT_CPU,     5,                  6},
    {SANDBOX_PAINTER,  RLIMIT_FSIZE,   0,                  0},
    {SANDBOX_PAINTER,  RLIMIT_NOFILE,  32,                 32},
    {SANDBOX_PAINTER,  RLIMIT_NPROC,   0,                  0},
    {SANDBOX_MAILER,   RLIMIT_CPU,     5,                  6},
    {SANDBOX_MAILER,   RLIMIT_FSIZE,   0,                  0},
    {SANDBOX_MAILER,   RLIMIT_NOFILE,  64,                 64},
    {SANDBOX_SIGNER,   RLIMIT_NOFILE,  32,                 32},
    {SANDBOX_SIGNER,   RLIMIT_NPROC,   0,                  0},
};
/* clang-format on */

bool sandbox_limits(enum sandbox_role role)
{
    bool good = true;

    for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
        const struct limit *l = &limits[i];
        const struct rlimit value = {.rlim_cur = l->soft, .rlim_max = l->hard};

        if (l->role == role && setrlimit(l->what, &value) < 0)
            good = false;
    }
    return good;
}

static bool no_new_privs(void)
{
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
}

/*
 * libc opens files of its own accord, which would end a small role. When memory is gone, malloc looks for another arena and
 * counts the processors in /sys: one arena is enough. mktime(), which libzip calls for every member, looks whether
 * /etc/localtime has changed: a zone that is no file is read once, here.
 */
static void quiet_libc(void)
{
    (void)mallopt(M_ARENA_MAX, 1); /* 1 is a value it takes */
    BUG_IF(setenv("TZ", "UTC0", 1) < 0);
    tzset();
}

unsigned sandbox_enter(const struct sandbox_conf *conf)
{
    unsigned wanted = sandbox_wanted(conf->role);
    unsigned on = 0;

    /* Landlock counts for the calling thread alone. */
    BUG_IF(conf->role >= SANDBOX_ROLE_COUNT || conf->n_fds > SANDBOX_FDS_MAX || !process_has_one_thread());

    if (conf->role != SANDBOX_SERVER)
        quiet_libc();
    if (!no_new_privs())
        return 0; /* nothing else can be put on without it */

    on |= SANDBOX_NO_NEW_PRIVS;
    on |= sandbox_landlock(conf);
    if ((wanted & SANDBOX_LIMITS) != 0 && sandbox_limits(conf->role))
        on |= SANDBOX_LIMITS;
    if ((wanted & SANDBOX_FILTER) != 0 && sandbox_filter(conf)) /* last: it forbids what the others need */
        on |= SANDBOX_FILTER;
    return on;
}

static unsigned build_has(void)
{
    return OS_SANITIZED ? ~(unsigned)(SANDBOX_FILTER | SANDBOX_LIMITS) : ~0u;
}

unsigned sandbox_wanted(enum sandbox_role role)
{
    BUG_IF(role >= SANDBOX_ROLE_COUNT);
    return roles[role].wanted & build_has();
}

unsigned sandbox_needed(enum sandbox_role role)
{
    BUG_IF(role >= SANDBOX_ROLE_COUNT);
    return roles[role].needed & build_has();
}

static void add_names(struct buf *b, unsigned locks, const char *before)
{
    for (size_t i = 0; i < SANDBOX_LOCK_COUNT; i++)
        if ((locks & 1u << i) != 0) {
            buf_add(b, before);
            buf_add(b, lock_names[i]);
            before = ", ";
        }
}

const char *sandbox_text(unsigned on, unsigned wanted, struct arena *a)
{
    struct buf b;

    buf_init(&b, a, TEXT_MAX);
    add_names(&b, on, "");
    if (on == 0)
        buf_add(&b, "none");
    add_names(&b, wanted & ~on, "; without ");
    return b.s;
}

const char *sandbox_role_name(enum sandbox_role role)
{
    BUG_IF(role >= SANDBOX_ROLE_COUNT);
    return roles[role].name;
}
