/*
 * upload.c: temporary files of uploads: made, kept by http_file_keep(), or removed.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "http/server.h"
#include "http/upload.h"
#include "os/os.h"

#define PREFIX "up-"

int upload_begin(struct upload *u, struct arena *a, int dir, int64_t max)
{
    const char *name = text_printf(a, PREFIX "%016" PRIx64, (uint64_t)os_new_id());
    int fd = os_create(dir, name, S_IRUSR | S_IWUSR);

    if (fd < 0)
        return fd;
    *u = (struct upload){.dir = dir, .max = max, .file = {.fd = fd, .temporary = name}};
    hash_begin(&u->hash);
    return 0;
}

int upload_add(struct upload *u, const uint8_t *p, size_t n)
{
    if ((uint64_t)n > (uint64_t)(u->max - u->file.size))
        return E_LIMIT;
    u->file.size += (int64_t)n;
    hash_add(&u->hash, p, n);
    return os_write_all(u->file.fd, p, n);
}

int upload_end(struct upload *u, struct http_file *ret)
{
    if (lseek(u->file.fd, 0, SEEK_SET) < 0)
        return E_STORAGE;
    hash_end(&u->hash, u->file.sha256);
    hash_drop(&u->hash);
    *ret = u->file;
    *u = (struct upload){0};
    return 0;
}

void upload_release(int dir, struct http_file *f)
{
    os_close(&f->fd);
    if (f->temporary != NULL)
        (void)unlinkat(dir, f->temporary, 0); /* what stays behind goes with the sweep */
    f->temporary = NULL;
}

void upload_drop(struct upload *u)
{
    if (u->file.temporary == NULL)
        return;
    hash_drop(&u->hash);
    upload_release(u->dir, &u->file);
    *u = (struct upload){0};
}

/* Another file system than the upload directory's: the bytes have to travel. */
static int copy_to(struct http_file *f, int dir_fd, const char *name)
{
    AUTO_CLOSE int to = os_create(dir_fd, name, S_IRUSR | S_IWUSR);
    off_t from = 0;
    ssize_t n = 1;

    if (to < 0)
        return to;
    while (n > 0)
        n = copy_file_range(f->fd, &from, to, NULL, MB, 0);
    if (n < 0 || from != f->size || os_sync(to) < 0) {
        int err = errno;

        (void)unlinkat(dir_fd, name, 0); /* the failure itself is reported */
        return n < 0 && err == ENOSPC ? E_FULL : E_STORAGE;
    }
    return 0;
}

int http_file_keep(struct http_req *r, struct http_file *f, int dir_fd, const char *name)
{
    int dir = http_upload_dir(r), e;

    if (f->temporary == NULL || strchr(name, '/') != NULL || *name == '\0' || *name == '.')
        return E_INPUT;
    e = os_sync(f->fd);
    if (e < 0)
        return e;
    e = renameat2(dir, f->temporary, dir_fd, name, RENAME_NOREPLACE);
    if (e < 0 && errno == EEXIST)
        return E_CONFLICT;
    if (e < 0 && errno != EXDEV)
        return errno == ENOSPC ? E_FULL : E_STORAGE;
    if (e < 0) {
        e = copy_to(f, dir_fd, name);
        if (e < 0)
            return e;
        (void)unlinkat(dir, f->temporary, 0); /* copied; the sweep takes what stays */
    }
    f->temporary = NULL;
    return os_sync(dir_fd);
}

static bool is_old_upload(int dir_fd, const char *name, int64_t before_s)
{
    struct stat st;

    return strncmp(name, PREFIX, sizeof PREFIX - 1) == 0 && fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISREG(st.st_mode) && st.st_mtim.tv_sec < before_s;
}

int http_sweep(int dir_fd, int64_t age_s)
{
    int own = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), n = 0;
    struct timespec now;
    struct dirent *entry;
    DIR *d;

    d = own < 0 ? NULL : fdopendir(own);
    if (d == NULL) {
        os_close(&own);
        return E_STORAGE;
    }
    BUG_IF(clock_gettime(CLOCK_REALTIME, &now) < 0); /* files carry the real time, also under a test clock */
    while ((entry = readdir(d)) != NULL) {
        if (is_old_upload(dir_fd, entry->d_name, now.tv_sec - age_s) && unlinkat(dir_fd, entry->d_name, 0) == 0)
            n++;
    }
    (void)closedir(d); /* read only */
    return n;
}
