/*
 * privilege.c: giving up what a process does not need, so that it cannot be talked into using it.
 *
 * The order matters: groups before the user (only root may change them), the bounding set before the user (needs
 * CAP_SETPCAP), capabilities after it, no_new_privs last; then we try to come back and must fail.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/build.h"
#include "os/process.h"

#define PASSWD_ROOM ((size_t)16 * KB)
#define CAP_SETS    2 /* version 3 of the call: 64 bits in two halves */

void process_harden(void)
{
    const struct rlimit none = {0, 0};

    BUG_IF(setrlimit(RLIMIT_CORE, &none) < 0);
    if (!OS_SANITIZED)
        BUG_IF(prctl(PR_SET_DUMPABLE, 0) < 0);
    BUG_IF(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0);
    (void)umask(S_IRWXG | S_IRWXO); /* cannot fail */
    (void)signal(SIGPIPE, SIG_IGN); /* SIGPIPE may always be ignored */
}

static bool caps_empty(void)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct sets[CAP_SETS];

    if (syscall(SYS_capget, &head, sets) < 0)
        return false;
    for (size_t i = 0; i < CAP_SETS; i++)
        if ((sets[i].effective | sets[i].permitted | sets[i].inheritable) != 0)
            return false;
    return true;
}

static bool caps_clear(void)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    const struct __user_cap_data_struct none[CAP_SETS] = {0};

    return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == 0 && syscall(SYS_capset, &head, none) == 0;
}

/* The kernel knows where its list of capabilities ends: there it says EINVAL. */
static bool bounding_clear(void)
{
    for (unsigned long cap = 0;; cap++)
        if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
            return errno == EINVAL && cap > 0;
}

bool process_has_privileges(void)
{
    uid_t real, effective, saved;

    if (getresuid(&real, &effective, &saved) < 0 || real == 0 || effective == 0 || saved == 0)
        return true;
    return !caps_empty() || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1;
}

/* Each of these must fail: they are the ways back. */
static bool comes_back(void)
{
    return setresuid(0, 0, 0) == 0 || setresgid(0, 0, 0) == 0 || setuid(0) == 0 || seteuid(0) == 0 || setgroups(0, NULL) == 0;
}

static int find_user(const char *user, uid_t *ret_uid, gid_t *ret_gid)
{
    struct passwd entry, *found = NULL;
    char *room;
    int e;

    if (user == NULL)
        return E_INPUT;
    room = malloc(PASSWD_ROOM);
    if (room == NULL)
        memory_gone(PASSWD_ROOM);
    e = getpwnam_r(user, &entry, room, PASSWD_ROOM, &found);
    if (e == 0 && found != NULL) {
        *ret_uid = entry.pw_uid;
        *ret_gid = entry.pw_gid;
    }
    free(room);
    return e == 0 && found != NULL && *ret_uid != 0 && *ret_gid != 0 ? 0 : E_INPUT;
}

static bool has_only_group(gid_t gid)
{
    gid_t real, effective, saved, further[2];

    return getresgid(&real, &effective, &saved) == 0 && real == gid && effective == gid && saved == gid &&
           getgroups(ARRAY_LEN(further), further) == 1 && further[0] == gid;
}

static int leave_root(const char *user)
{
    uid_t uid = 0;
    gid_t gid = 0;
    int e;

    e = find_user(user, &uid, &gid);
    if (e < 0)
        return e;
    if (!bounding_clear() || setgroups(1, &gid) < 0 || setresgid(gid, gid, gid) < 0 || setresuid(uid, uid, uid) < 0)
        return E_PERMIT;
    return has_only_group(gid) ? 0 : E_PERMIT;
}

int process_drop(const char *user)
{
    int e = 0;

    if (geteuid() == 0 || getuid() == 0)
        e = leave_root(user);
    if (e < 0)
        return e;
    if (!caps_clear())
        return E_PERMIT;
    process_harden(); /* changing the user made us dumpable as the system likes */
    return comes_back() || process_has_privileges() ? E_PERMIT : 0;
}

/* 1 empty, 0 not, negative when it cannot be read. */
static int is_empty(int dir)
{
    int copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = copy < 0 ? NULL : fdopendir(copy);
    struct dirent *entry;
    int n = 0;

    if (list == NULL) {
        os_close(&copy);
        return E_STORAGE;
    }
    while ((entry = readdir(list)) != NULL)
        n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    (void)closedir(list); /* only read from */
    return n == 0;
}

int process_make_home(const char *path, const char *user)
{
    uid_t uid = (uid_t)-1;
    gid_t gid = (gid_t)-1;
    AUTO_CLOSE int dir = -1;
    int e = 0;

    if (geteuid() == 0)
        e = find_user(user, &uid, &gid);
    if (e < 0)
        return e;
    if (mkdir(path, S_IRWXU) < 0 && errno != EEXIST)
        return E_STORAGE;
    dir = os_open_dir(path);
    if (dir < 0)
        return dir;
    e = is_empty(dir);
    if (e <= 0)
        return e < 0 ? e : E_CONFLICT;
    if (geteuid() == 0 && fchown(dir, uid, gid) < 0)
        return E_STORAGE;
    return fchmod(dir, S_IRWXU) < 0 ? E_STORAGE : 0;
}
