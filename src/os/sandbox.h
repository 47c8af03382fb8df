/*
 * sandbox.h: the locks a role puts on itself before it meets foreign bytes.
 *
 *                 server                     signer                      parser
 * system calls    allow list; what is not    allow list, the rest ends   as signer, shorter
 *                 on it fails with ENOSYS,   the process (SIGSYS)
 *                 what only an attacker
 *                 wants ends the process
 * files           paths given and those of   its state directory, or     none
 *                 the system, by Landlock    none
 * network         no listening on new ports  none                        none
 * writes          any descriptor             given descriptors           given descriptors
 * limits          -                          descriptors                 memory, time, files, descriptors
 *
 * The mailer, which hands one message to a mail server, is a server without any path of its own: it reads the system's, writes
 * no file, listens nowhere, connects to one port (Landlock ABI 4).
 *
 * The painter, which draws a page of a PDF or a picture (engine/paint), is a parser that may read fonts: poppler opens a font
 * by its path when a PDF brings none. Where the kernel has no Landlock to keep it to those, it opens nothing.
 *
 * The server, the mailer and the painter answer ENOSYS instead of dying, because they link libraries that try a new call and
 * fall back when the kernel has none; the two small roles link nothing that we do not know.
 *
 * Filters and limits are off in sanitized builds (build.h): there sandbox_wanted() does not name them.
 *
 * Not for: deciding whether a role may run without a lock. The caller compares what is on with what is wanted.
 */
#ifndef OS_SANDBOX_H
#define OS_SANDBOX_H

#include "os/os.h"

enum sandbox_role {
    SANDBOX_SERVER,
    SANDBOX_SIGNER,
    SANDBOX_PARSER,
    SANDBOX_MAILER,
    SANDBOX_PAINTER,
    SANDBOX_ROLE_COUNT,
};

/* One bit a lock. */
enum sandbox_lock {
    SANDBOX_NO_NEW_PRIVS = 1 << 0, /* executing a setuid program gives nothing */
    SANDBOX_FILTER = 1 << 1,       /* system calls (seccomp) */
    SANDBOX_FILES = 1 << 2,        /* paths (Landlock) */
    SANDBOX_PORTS = 1 << 3,        /* TCP ports (Landlock ABI 4, Linux 6.7) */
    SANDBOX_SIGNALS = 1 << 4,      /* no signals to other processes (Landlock ABI 6, Linux 6.12) */
    SANDBOX_LIMITS = 1 << 5,       /* RLIMIT_* of the role */
};
#define SANDBOX_LOCK_COUNT 6

enum sandbox_right {
    SANDBOX_READ,  /* read files, list directories */
    SANDBOX_WRITE, /* and write, create, rename and remove files and directories */
};

struct sandbox_path {
    const char *path; /* a file or everything below a directory; left out when it does not exist */
    enum sandbox_right right;
};

struct sandbox_conf {
    enum sandbox_role role;
    const int *fds; /* signer, parser, painter: the only descriptors that can be written; put 2 among them to keep stderr */
    size_t n_fds;   /* at most SANDBOX_FDS_MAX */
    int dir;        /* signer: directory of ledger.state, for os_read_file() and os_replace_file(); 0 for none */
    const struct sandbox_path *paths; /* server: its data directory and the like */
    size_t n_paths;
    int port; /* mailer: the only one it may connect to, beside that of name servers */
};

#define SANDBOX_FDS_MAX 4

/*
 * Puts on every lock of the role that this kernel and this build have, and returns them as bits. Irrevocable, and for all
 * threads to come: a BUG when there is more than one thread already. Call it last: after libraries are initialised,
 * descriptors opened, privileges dropped. A lock that cannot be put on is missing in the answer, never an error.
 */
unsigned sandbox_enter(const struct sandbox_conf *conf);

/* The locks that the role has in this build on a kernel that knows all: what --require-sandbox asks for. */
unsigned sandbox_wanted(enum sandbox_role role);

/*
 * The locks that no installation should be without: the filter, limits and no_new_privs. Debian 12's kernel has Landlock
 * for files (ABI 2), not for ports and signals.
 */
unsigned sandbox_needed(enum sandbox_role role);

/* "no-new-privs, filter, files; without ports, signals", for the line at startup. */
const char *sandbox_text(unsigned on, unsigned wanted, struct arena *a);

/* Landlock's version in this kernel, 0 for none. */
int sandbox_landlock_abi(void);

const char *sandbox_role_name(enum sandbox_role role);

#endif
