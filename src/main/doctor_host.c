/*
 * doctor_host.c: what doctor sees without the database: locks, modes and owners, room, addresses, backups.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "ledger/ledger.h"
#include "main/backup.h"
#include "main/doctor.h"
#include "os/os.h"
#include "os/process.h"
#include "os/sandbox.h"
#include "os/smtp.h"

#define DEPTH_MAX     6
#define NAMED_MAX     5                       /* paths with a wrong mode that are named; the others are counted */
#define FREE_PERCENT  10                      /* uploads end at 5 */
#define BACKUP_AGE_MS (26 * INT64_C(3600000)) /* daily, and some patience */
#define KEYS_AGE_MS   (31 * INT64_C(86400000))

/* ---- locks ---- */

/* As a child, because locks stay. The exit code names the locks that are on. */
static int try_locks(const int *fds, size_t n_fds, void *arg)
{
    const enum sandbox_role *role = arg;
    const int writes[] = {2};

    (void)fds;
    (void)n_fds;
    return (int)(sandbox_enter(&(struct sandbox_conf){.role = *role, .fds = writes, .n_fds = 1}) & 0x7f);
}

static void look_at_locks(struct doctor *d)
{
    enum sandbox_role role;

    for (role = 0; role < SANDBOX_ROLE_COUNT; role++) {
        const unsigned needed = sandbox_wanted(role) & (sandbox_needed(role) | SANDBOX_FILES);
        struct process child;
        struct process_end end;
        unsigned missing = needed;

        if (process_start(&(struct process_conf){.name = "locks", .run = try_locks, .arg = &role}, &child) == 0 &&
            process_wait(&child, PROCESS_FOREVER, &end) == 1 && end.code >= 0)
            missing = needed & ~(unsigned)end.code;
        if (missing != 0)
            doctor_says(d, DOCTOR_FINDING, "doctor.locks", sandbox_role_name(role),
                        sandbox_text(needed & ~missing, needed, d->a));
    }
}

/* ---- modes and owners ---- */

struct modes {
    struct doctor *d;
    int64_t found;
};

static void look_at_mode(struct modes *m, const struct os_entry *x, const char *path)
{
    bool open = (x->mode & 077) != 0;

    if (!open && x->is_mine)
        return;
    if (m->found++ >= NAMED_MAX)
        return;
    if (!x->is_mine)
        doctor_says(m->d, DOCTOR_FINDING, "doctor.owner", path, NULL);
    else
        doctor_says(m->d, DOCTOR_FINDING, "doctor.mode", path, text_printf(m->d->a, "%04o", x->mode));
}

static void look_below(struct modes *m, int dir, const char *path, int depth)
{
    struct arena a;
    struct os_entry *v;
    size_t n, i;

    arena_init(&a, 64 * MB);
    if (depth > DEPTH_MAX || os_list(dir, &a, BACKUP_ENTRIES, &v, &n) < 0) {
        (void)cannot("%s: cannot be listed", path); /* said; the looking goes on */
        m->d->blind = true;
        n = 0;
    }
    for (i = 0; i < n; i++) {
        const char *name = text_printf(&a, "%s/%s", path, v[i].name);

        look_at_mode(m, &v[i], name);
        if (!v[i].is_dir || !v[i].is_mine)
            continue;
        AUTO_CLOSE int below = os_open_dir_in(dir, v[i].name);

        if (below >= 0)
            look_below(m, below, name, depth + 1);
    }
    arena_finish(&a);
}

/* The directory itself is an entry of the one it lies in. */
static void look_at_top(struct modes *m)
{
    char *path = arena_text(m->d->a, m->d->in.path);
    size_t n = strlen(path);
    struct named_place at;
    struct os_entry *v;
    size_t count, i;

    while (n > 1 && path[n - 1] == '/')
        path[--n] = '\0';
    if (named_open(m->d->a, path, &at) < 0)
        return; /* "/" or "..": nothing to say */
    if (os_list(at.dir, m->d->a, BACKUP_ENTRIES, &v, &count) < 0)
        count = 0; /* a folder that only passes through */
    for (i = 0; i < count; i++)
        if (text_eq(v[i].name, at.name))
            look_at_mode(m, &v[i], path);
    os_close(&at.dir);
}

static void look_at_modes(struct doctor *d)
{
    struct modes m = {.d = d};

    look_at_top(&m);
    look_below(&m, d->top, d->in.path, 0);
    if (m.found > NAMED_MAX)
        doctor_says(d, DOCTOR_FINDING, "doctor.mode-more", doctor_number(d, m.found - NAMED_MAX), NULL);
}

/* ---- room ---- */

static void look_at_room(struct doctor *d)
{
    static const char *const written[] = {".", "db", "files", "keys", "signer", "upload"};
    int percent = os_disk_free_percent(d->top);
    size_t i;

    if (percent >= 0 && percent < FREE_PERCENT)
        doctor_says(d, DOCTOR_FINDING, "doctor.room", doctor_number(d, percent), d->in.path);
    for (i = 0; i < ARRAY_LEN(written); i++)
        if (faccessat(d->top, written[i], W_OK, 0) < 0)
            doctor_says(d, DOCTOR_FINDING, "doctor.read-only", text_printf(d->a, "%s/%s", d->in.path, written[i]), NULL);
}

/* ---- addresses ---- */

static bool is_local(const char *origin)
{
    static const char *const local[] = {"http://127.0.0.1", "http://localhost", "http://[::1]"};
    size_t i;

    for (i = 0; i < ARRAY_LEN(local); i++)
        if (text_starts(origin, local[i]))
            return true;
    return false;
}

static void look_at_addresses(struct doctor *d)
{
    const char *proxy = getenv("TERANG_PROXY");
    bool local = is_local(d->in.origin);

    if (d->in.demo && !local)
        doctor_says(d, DOCTOR_FINDING, "doctor.demo-public", d->in.origin, NULL);
    if (!local && text_starts(d->in.origin, "http://"))
        doctor_says(d, DOCTOR_FINDING, "doctor.no-tls", d->in.origin, NULL);
    if (!d->in.demo && local)
        doctor_says(d, DOCTOR_NOTE, "doctor.local-origin", d->in.origin, NULL);
    if (text_starts(d->in.origin, "https://") && text_empty(proxy))
        doctor_says(d, DOCTOR_NOTE, "doctor.no-proxy", NULL, NULL);
    if (d->in.hosts == NULL && !d->in.demo)
        doctor_says(d, DOCTOR_FINDING, "doctor.any-host", NULL, NULL);
}

/* ---- mail ---- */

static void look_at_mail(struct doctor *d)
{
    struct mailer_conf conf;
    struct smtp_login login = {0};
    const char *why;
    int e = instance_mail(d->a, &conf, &why);

    if (e == 0 && !d->in.demo)
        doctor_says(d, DOCTOR_NOTE, "doctor.no-mail", NULL, NULL);
    if (e < 0)
        doctor_says(d, DOCTOR_FINDING, "doctor.mail-setting", why, NULL);
    if (e == 1 && conf.login != NULL && smtp_login_read(conf.login, &login) < 0)
        doctor_says(d, DOCTOR_FINDING, "doctor.mail-login", conf.login, NULL);
    explicit_bzero(&login, sizeof login);
}

/* ---- the scanner ---- */

static void look_at_scanner(struct doctor *d)
{
    struct scan_conf conf;
    const char *why;
    int e = instance_scan(d->a, &conf, &why);

    if (e < 0)
        doctor_says(d, DOCTOR_FINDING, "doctor.scan-setting", why, NULL);
    if (e == 1 && scan_ping(&conf) < 0)
        doctor_says(d, DOCTOR_FINDING, "doctor.scan-away", conf.address, NULL);
}

/* ---- backups ---- */

static int64_t age_of(const struct doctor *d, instant t)
{
    return t.v == INSTANT_NONE.v ? INT64_MAX : d->now.v - t.v;
}

static const char *hours(struct doctor *d, int64_t ms)
{
    return doctor_number(d, ms / 3600000);
}

/* Was a key-encryption key made after the keys were last saved? */
static bool keys_changed(struct doctor *d, instant saved)
{
    AUTO_CLOSE int dir = os_open_dir_in(d->top, "keys");
    struct os_entry *v;
    size_t n, i;

    if (dir < 0 || os_list(dir, d->a, BACKUP_ENTRIES, &v, &n) < 0)
        return false; /* look_at_modes() has said it */
    for (i = 0; i < n; i++)
        if (text_eq(v[i].name, LEDGER_KEK_FILE))
            return v[i].age_s * 1000 < age_of(d, saved) - 1000;
    return false;
}

/* Nobody needs a copy of a demo. */
static void look_at_backups(struct doctor *d)
{
    AUTO_CLOSE int key = os_open_if_there(d->top, BACKUP_PUBLIC_FILE);
    struct backup_record record;

    if (d->in.demo)
        return;
    if (key == 0) {
        doctor_says(d, DOCTOR_FINDING, "doctor.backup-no-key", NULL, NULL);
        return;
    }
    if (backup_record_read(d->a, d->top, &record) < 0) {
        doctor_says(d, DOCTOR_FINDING, "doctor.backup-record", d->in.path, NULL);
        return;
    }
    if (record.archive_at.v == INSTANT_NONE.v)
        doctor_says(d, DOCTOR_FINDING, "doctor.backup-never", NULL, NULL);
    else if (age_of(d, record.archive_at) > BACKUP_AGE_MS)
        doctor_says(d, DOCTOR_FINDING, "doctor.backup-old", hours(d, age_of(d, record.archive_at)), NULL);
    if (record.keys_at.v == INSTANT_NONE.v)
        doctor_says(d, DOCTOR_FINDING, "doctor.keys-never", NULL, NULL);
    else if (age_of(d, record.keys_at) > KEYS_AGE_MS || keys_changed(d, record.keys_at))
        doctor_says(d, DOCTOR_FINDING, "doctor.keys-old", hours(d, age_of(d, record.keys_at)), NULL);
}

void doctor_host(struct doctor *d)
{
    look_at_locks(d);
    look_at_modes(d);
    look_at_room(d);
    look_at_addresses(d);
    look_at_mail(d);
    look_at_scanner(d);
    look_at_backups(d);
}
