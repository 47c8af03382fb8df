/* fuzz: filetype */
/*
 * fuzz_filetype.c: any bytes are one type or none; looking twice finds the same; what is good was read to its end.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "engine/filetype/filetype.h"

#define INPUT_MAX (64 * KB)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct file_finding one, two;
    int fd, e;

    if (size > INPUT_MAX)
        return 0;
    fd = memfd_create("file", MFD_CLOEXEC);
    BUG_IF(fd < 0 || write(fd, data, size) != (ssize_t)size);
    e = file_look(fd, &one);
    BUG_IF(file_look(fd, &two) != e || one.type != two.type || one.fault != two.fault);
    BUG_IF((e == 0) != (one.fault == FILE_GOOD) || (e == 0 && one.type == FILE_UNKNOWN));
    BUG_IF(e == 0 && (int64_t)one.width * one.height > INT64_C(50000000));
    if (e == 0)
        BUG_IF(file_accept(fd, "a.exe", NULL, PURPOSE_REPORT, &two) == 0);
    (void)close(fd);
    return 0;
}
