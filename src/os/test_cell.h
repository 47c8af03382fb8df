/*
 * test_cell.h: a child behind the locks of its role, for tests. Unsanitized builds only.
 */
#ifndef OS_TEST_CELL_H
#define OS_TEST_CELL_H

#include "os/pipe.h"
#include "os/process.h"
#include "os/sandbox.h"
#include "os/test_dir.h"

#define CELL_WAIT_MS 20000

/* What a locked-in child holds. */
struct cell {
    enum sandbox_role role;
    int (*body)(struct cell *c); /* after the locks are on; its result is the exit code */
    int given;                   /* may be written: a socket to the test, or a file */
    int other;                   /* may not be written by signer and parser */
    int dir;                     /* of the server and the signer */
    const char *path;            /* of dir */
};

enum { GIVEN, OTHER, DIR_FD, CELL_FDS };

static inline int cell_enter(const int *fds, size_t n, void *arg)
{
    struct cell *c = arg;
    const struct sandbox_path paths[] = {{c->path, SANDBOX_WRITE}};
    unsigned on;

    if (n != CELL_FDS)
        return 90;
    c->given = fds[GIVEN];
    c->other = fds[OTHER];
    c->dir = fds[DIR_FD];
    on = sandbox_enter(&(struct sandbox_conf){
        .role = c->role,
        .fds = &c->given,
        .n_fds = 1,
        .dir = c->role == SANDBOX_SIGNER ? c->dir : 0,
        .paths = paths,
        .n_paths = 1,
    });
    if ((sandbox_needed(c->role) & ~on) != 0)
        return 91;
    return c->body(c);
}

/* Runs `body` locked in and waits for its end. `given` is what it may write, 0 for a socket. */
static inline struct process_end cell_run(enum sandbox_role role, int (*body)(struct cell *c), int given)
{
    struct cell c = {.role = role, .body = body};
    struct process p = PROCESS_NONE;
    struct process_end end;
    struct test_dir d;
    int ends[2], fds[CELL_FDS];

    test_dir_make(&d);
    assert_int_equal(pipe_make(ends), 0);
    c.path = d.path;
    fds[GIVEN] = given > 0 ? given : ends[1];
    fds[OTHER] = ends[1];
    fds[DIR_FD] = d.fd;
    assert_int_equal(
        process_start(&(struct process_conf){.name = "cell", .run = cell_enter, .arg = &c, .fds = fds, .n_fds = CELL_FDS}, &p),
        0);
    assert_int_equal(process_wait(&p, CELL_WAIT_MS, &end), 1);
    os_close(&ends[0]);
    os_close(&ends[1]);
    test_dir_finish(&d);
    return end;
}

/* Checks that it ended well. */
static inline void cell_ends_well(enum sandbox_role role, int (*body)(struct cell *c), int given)
{
    struct process_end end = cell_run(role, body, given);

    assert_int_equal(end.signal, 0);
    assert_int_equal(end.code, 0);
}

#endif
