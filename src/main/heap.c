/*
 * heap.c: memory that is given back is wiped (security.md M7).
 *
 * What a person typed passes through many hands before it is hashed: the pool of libmicrohttpd, buffers of requests, of
 * libpq, of zlib. Nobody wipes all of them by hand for long, so free() and realloc() are defined here, in the program, and
 * wipe whatever library calls them; the allocator itself stays the system's. What is kept for the next use is wiped by whom
 * it belongs to: arena_reset() (base/arena.h), squeeze() (http/squeeze.h), the keys in os_secret_alloc().
 *
 * Costs a memset a release. Part of the release build only: sanitizers and valgrind have an allocator of their own. Not for:
 * stacks.
 */
#include <errno.h>
#include <malloc.h>

#include "os/os.h"

/* glibc's own names of what is replaced here: the only way to them that needs no memory itself. */
/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
void __libc_free(void *p);
void *__libc_realloc(void *p, size_t n);
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

void free(void *p)
{
    int kept = errno; /* which free() does not touch */

    if (p == NULL)
        return;
    explicit_bzero(p, malloc_usable_size(p));
    __libc_free(p);
    errno = kept;
}

/* Grows by a copy, so that no old place is left unwiped. */
void *realloc(void *p, size_t n)
{
    size_t had = malloc_usable_size(p);
    void *fresh;

    if (n > 0 && n <= had) {
        explicit_bzero((unsigned char *)p + n, had - n);
        return __libc_realloc(p, n);
    }
    fresh = n > 0 || p == NULL ? malloc(n) : NULL;
    if (n > 0 && fresh == NULL)
        return NULL;
    if (p != NULL && fresh != NULL)
        memcpy(fresh, p, had);
    free(p);
    return fresh;
}
