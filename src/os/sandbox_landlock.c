/*
 * sandbox_landlock.c: which paths a role may open, and no ports or signals beside.
 *
 * The headers of Debian 12 know version 2 of the interface, its users may run a newer kernel: the later rights are written
 * out here, and the version asked from the kernel decides which of them are handled. A right that is handled and not
 * granted is refused.
 */
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/beneath.h"
#include "os/sandbox_parts.h"

/* Version 3 (6.2), 5 (6.10): files. Version 4 (6.7): ports. Version 6 (6.12): what goes to other processes. */
#define FS_TRUNCATE         (UINT64_C(1) << 14)
#define FS_IOCTL_DEV        (UINT64_C(1) << 15)
#define NET_BIND_TCP        (UINT64_C(1) << 0)
#define NET_CONNECT_TCP     (UINT64_C(1) << 1)
#define SCOPE_ABSTRACT_UNIX (UINT64_C(1) << 0)
#define SCOPE_SIGNAL        (UINT64_C(1) << 1)

/* As linux/landlock.h has it from version 6 on. Older kernels take it while the new members are zero. */
struct ruleset_attr {
    uint64_t files;
    uint64_t net;
    uint64_t scoped;
};

/* Of version 4: a port as one rule. */
#define RULE_NET_PORT 2
struct net_port_attr {
    uint64_t access;
    uint64_t port;
};
#define PORT_OF_NAMES 53

#define FS_READ_FILE   LANDLOCK_ACCESS_FS_READ_FILE
#define FS_READ        (FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define FS_CHANGE_FILE (LANDLOCK_ACCESS_FS_WRITE_FILE | FS_TRUNCATE)
#define FS_WRITE                                                                                                               \
    (FS_READ | FS_CHANGE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |   \
     LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REFER)

/* All that version 1 has, granted or not: without this a new right would be open to everybody. */
#define FS_FIRST ((LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1)

/* clang-format off */
static const struct {
    int abi;
    uint64_t files;
} file_rights[] = {
    {1, FS_FIRST},
    {2, LANDLOCK_ACCESS_FS_REFER},
    {3, FS_TRUNCATE},
    {5, FS_IOCTL_DEV},
};

/* What libraries of the server and the mailer read: names, certificates, fonts, zones, modules, the number of processors. */
static const struct sandbox_path system_paths[] = {
    {"/etc",                    SANDBOX_READ},
    {"/usr/lib",                SANDBOX_READ},
    {"/usr/share",              SANDBOX_READ},
    {"/usr/local/share",        SANDBOX_READ},
    {"/var/cache/fontconfig",   SANDBOX_READ},
    {"/run/systemd/resolve",    SANDBOX_READ},
    {"/run/resolvconf",         SANDBOX_READ},
    {"/sys/devices/system/cpu", SANDBOX_READ},
    {"/proc/self",              SANDBOX_READ},
    {"/dev/urandom",            SANDBOX_READ},
    {"/dev/null",               SANDBOX_WRITE},
};

/* What drawing a PDF reads: fonts that it does not bring, and which stands for which. */
static const struct sandbox_path font_paths[] = {
    {"/etc/fonts",              SANDBOX_READ},
    {"/usr/share/fonts",        SANDBOX_READ},
    {"/usr/share/fontconfig",   SANDBOX_READ},
    {"/usr/local/share/fonts",  SANDBOX_READ},
    {"/usr/share/poppler",      SANDBOX_READ},
    {"/var/cache/fontconfig",   SANDBOX_READ},
};
/* clang-format on */

int sandbox_landlock_abi(void)
{
    long n = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

    return n > 0 ? (int)n : 0;
}

static uint64_t files_handled(int abi)
{
    uint64_t rights = 0;

    for (size_t i = 0; i < ARRAY_LEN(file_rights); i++)
        if (abi >= file_rights[i].abi)
            rights |= file_rights[i].files;
    return rights;
}

static bool grant(int ruleset, int fd, enum sandbox_right right, uint64_t handled)
{
    struct landlock_path_beneath_attr rule = {.parent_fd = fd};
    struct stat st;

    if (fstat(fd, &st) < 0)
        return false;
    rule.allowed_access = right == SANDBOX_WRITE ? FS_WRITE : FS_READ;
    if (!S_ISDIR(st.st_mode))
        rule.allowed_access &= FS_READ_FILE | FS_CHANGE_FILE;
    rule.allowed_access &= handled;
    return syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
}

/* Paths that do not exist are left out: what is not there cannot be needed, and stays forbidden if it appears. */
static bool grant_paths(int ruleset, const struct sandbox_path *paths, size_t n, uint64_t handled)
{
    for (size_t i = 0; i < n; i++) {
        AUTO_CLOSE int fd = open(paths[i].path, O_PATH | O_CLOEXEC);

        if (fd >= 0 && !grant(ruleset, fd, paths[i].right, handled))
            return false;
    }
    return true;
}

/* Where the kernel knows ports: one connection, and name servers whose answer is too long for a datagram. */
static bool grant_ports(int ruleset, int port, int abi)
{
    const int ports[] = {port, PORT_OF_NAMES};

    for (size_t i = 0; i < ARRAY_LEN(ports) && abi >= 4; i++) {
        const struct net_port_attr rule = {.access = NET_CONNECT_TCP, .port = (uint64_t)ports[i]};

        if (syscall(SYS_landlock_add_rule, ruleset, RULE_NET_PORT, &rule, 0) != 0)
            return false;
    }
    return true;
}

static bool grant_all(int ruleset, const struct sandbox_conf *conf, uint64_t handled, int abi)
{
    switch (conf->role) {
    case SANDBOX_SERVER:
        return grant_paths(ruleset, system_paths, ARRAY_LEN(system_paths), handled) &&
               grant_paths(ruleset, conf->paths, conf->n_paths, handled);
    case SANDBOX_SIGNER:
        return conf->dir == 0 || grant(ruleset, conf->dir, SANDBOX_WRITE, handled);
    case SANDBOX_MAILER:
        return grant_paths(ruleset, system_paths, ARRAY_LEN(system_paths), handled) && grant_ports(ruleset, conf->port, abi);
    case SANDBOX_PAINTER:
        return grant_paths(ruleset, font_paths, ARRAY_LEN(font_paths), handled);
    case SANDBOX_PARSER:
    case SANDBOX_ROLE_COUNT:
        break;
    }
    return true;
}

unsigned sandbox_landlock(const struct sandbox_conf *conf)
{
    int abi = sandbox_landlock_abi();
    struct ruleset_attr attr = {.files = files_handled(abi)};
    AUTO_CLOSE int ruleset = -1;

    if (abi == 0)
        return 0;
    if (abi >= 4)
        attr.net = conf->role == SANDBOX_SERVER ? NET_BIND_TCP : NET_BIND_TCP | NET_CONNECT_TCP;
    if (abi >= 6)
        attr.scoped = SCOPE_ABSTRACT_UNIX | SCOPE_SIGNAL;

    ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
    if (ruleset < 0 || !grant_all(ruleset, conf, attr.files, abi))
        return 0;
    if (syscall(SYS_landlock_restrict_self, ruleset, 0) < 0)
        return 0;
    return (unsigned)SANDBOX_FILES | (abi >= 4 ? (unsigned)SANDBOX_PORTS : 0) | (abi >= 6 ? (unsigned)SANDBOX_SIGNALS : 0);
}
