/* fuzz: os base */
/*
 * fuzz_pipe.c: the messages between our processes, written by a role that was taken over.
 *
 * The input goes into a socket pair byte for byte; the receiver must neither wait, nor answer more than was wanted, nor
 * keep a descriptor.
 */
#include <sys/socket.h>

#include "os/pipe.h"

#define INPUT_MAX 4096 /* less than the socket holds, so that one thread can play both sides */

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    const struct pipe_want want = {.body_max = 512, .timeout_ms = 1000};
    struct pipe_msg m;
    struct arena a;
    int ends[2];
    int e;

    if (n > INPUT_MAX || pipe_make(ends) < 0)
        return 0;
    arena_init(&a, MB);
    BUG_IF(os_write_all(ends[0], p, n) < 0);
    os_close(&ends[0]);

    while ((e = pipe_receive(ends[1], &want, &a, &m)) == 1)
        BUG_IF(m.body.n > want.body_max || m.n_fds != 0);
    BUG_IF(e == E_BUSY || (e == 0 && a.used == 0 && n > 0));

    os_close(&ends[1]);
    arena_finish(&a);
    return 0;
}
