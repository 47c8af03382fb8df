/*
 * signer_role.c: the signer as a process: what it is given, and its locks. What it does stands in ledger/signer.h.
 */
#include <sodium.h>

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/log.h"
#include "ledger/signer.h"
#include "main/command.h"
#include "main/instance.h"
#include "os/pipe.h"
#include "os/sandbox.h"

enum { SOCKET, KEY, STATE };

int signer_child_open(const struct instance *in, struct signer_child *ret)
{
    AUTO_CLOSE int top = os_open_dir(in->path);
    struct signer_child c = {.fds = {-1, -1, -1}, .server = -1};
    int ends[2];
    int e;

    if (top < 0)
        return top;
    c.fds[STATE] = os_open_dir_in(top, "signer");
    if (c.fds[STATE] < 0)
        return c.fds[STATE];
    c.fds[KEY] = os_open_read(c.fds[STATE], LEDGER_KEY_FILE);
    e = c.fds[KEY] < 0 ? c.fds[KEY] : pipe_make(ends);
    if (e < 0) {
        signer_child_close(&c);
        return e;
    }
    c.server = ends[0];
    c.fds[SOCKET] = ends[1];
    *ret = c;
    return 0;
}

void signer_child_close(struct signer_child *c)
{
    size_t i;

    for (i = 0; i < ARRAY_LEN(c->fds); i++)
        os_close(&c->fds[i]);
    os_close(&c->server);
}

static void end_well(int number)
{
    (void)number;
    _exit(EXIT_GOOD);
}

/*
 * A service manager sends SIGTERM to all roles at once, but the server has a last checkpoint to ask for. So the signal waits
 * until the server has gone.
 */
static void hold_back_the_end(bool hold)
{
    sigset_t ends;

    (void)sigemptyset(&ends); /* these cannot fail with signals that exist */
    (void)sigaddset(&ends, SIGTERM);
    (void)signal(SIGTERM, end_well);
    (void)sigprocmask(hold ? SIG_BLOCK : SIG_UNBLOCK, &ends, NULL);
}

/* Libraries that open files when first used do so before the locks. */
static void wake_libraries(void)
{
    uint8_t h[HASH_SIZE];

    BUG_IF(sodium_init() < 0);
    hash_sha256("", 0, h);
}

static void say_locks(unsigned on, unsigned wanted)
{
    struct arena a;

    arena_init(&a, 4 * KB);
    log_record(LEVEL_INFO, "serve.sandbox", LOG_TEXT("role", "signer"), LOG_TEXT("on", sandbox_text(on, wanted, &a)));
    arena_finish(&a);
}

int signer_role(const int *fds, size_t n_fds, void *arg)
{
    const int writes[] = {fds[SOCKET], STDERR_FILENO};
    const struct sandbox_conf locks = {.role = SANDBOX_SIGNER, .fds = writes, .n_fds = ARRAY_LEN(writes), .dir = fds[STATE]};
    const bool *required = arg;
    unsigned on, wanted = sandbox_wanted(SANDBOX_SIGNER);
    int e;

    BUG_IF(n_fds != 3);
    hold_back_the_end(true);
    wake_libraries();
    on = sandbox_enter(&locks);
    if (required != NULL)
        say_locks(on, wanted);
    if (required != NULL && *required && (on & wanted) != wanted)
        return EXIT_UNKNOWN;
    e = signer_main(fds[SOCKET], fds[KEY], fds[STATE]);
    if (e < 0) {
        log_record(LEVEL_ERROR, "signer.cannot", LOG_TEXT("why", result_name(e)));
        return EXIT_UNKNOWN;
    }
    /* The server has gone. The parent says whether the installation ends or another round begins. */
    hold_back_the_end(false);
    while (poll(NULL, 0, -1) != 0)
        ;
    return EXIT_GOOD;
}
