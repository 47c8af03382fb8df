/*
 * base.c: names of results, and the two ways a process ends itself.
 */
#include <unistd.h>

#include "base.h"

#define EXIT_MEMORY 71 /* EX_OSERR of sysexits.h */

const char *result_name(int result)
{
    static const char *const names[] = {
        "ok",    "input", "state", "conflict", "permit", "auth",    "format",
        "limit", "rate",  "busy",  "hold",     "full",   "storage", "system",
    };

    if (result >= 0)
        return names[0];
    if (result <= -(int)ARRAY_LEN(names))
        return "unknown";
    return names[-result];
}

void bug_at(const char *file, int line, const char *what)
{
    (void)fprintf(stderr, "bug: %s:%d: %s\n", file, line, what); /* nothing left to do if stderr is closed */
    abort();
}

void memory_gone(size_t wanted)
{
    (void)fprintf(stderr, "out of memory: %zu bytes wanted\n", wanted);
    _exit(EXIT_MEMORY);
}
