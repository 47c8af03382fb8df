/* fuzz: sheet */
/*
 * fuzz_zip.c: a directory that is accepted accounts for every byte of the file: members in order, apart, inside it.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "engine/sheet/unzip.h"

#define INPUT_MAX (64 * KB)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct unzip_limits limits = {.members = 100, .ratio = 100, .unpacked = 4 * MB};
    struct arena a;
    struct unzip z;
    int64_t end = 0;
    size_t i;
    int fd;

    if (size > INPUT_MAX)
        return 0;
    fd = memfd_create("zip", MFD_CLOEXEC);
    BUG_IF(fd < 0 || write(fd, data, size) != (ssize_t)size);
    arena_init(&a, 8 * MB);
    if (unzip_open(&z, fd, &limits, &a) == 0) {
        for (i = 0; i < z.n; i++) {
            const struct unzip_member *m = &z.member[i];

            BUG_IF(m->header < end || m->data < m->header || m->data + m->packed > (int64_t)size);
            BUG_IF(m->name[0] == '/' || strstr(m->name, "../") == m->name || strstr(m->name, "/../") != NULL);
            end = m->data + m->packed;
            (void)unzip_read(&z, m, NULL, NULL); /* any answer, as long as it comes */
        }
        BUG_IF(z.unpacked > limits.unpacked + (int64_t)64 * KB);
    } else {
        BUG_IF(z.fault == UNZIP_GOOD);
    }
    arena_finish(&a);
    (void)close(fd);
    return 0;
}
