/*
 * log_file.c: see log_file.h.
 */
#include <inttypes.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/log.h"
#include "base/text.h"
#include "os/log_file.h"

#define DAY_S    86400
#define LIST_MAX 10000

/* The process's own. */
static struct {
    pthread_mutex_t lock;
    int dir, fd; /* fd -1: the next line begins a file */
    int64_t bytes;
    int64_t day;  /* days since 1970 on which the file began: each day begins another */
    int64_t lost; /* lines that could not be written */
} out = {.lock = PTHREAD_MUTEX_INITIALIZER, .dir = -1, .fd = -1};

/* ---- files ---- */

/* The oldest go, so that with a new one there are LOG_FILES. Names sort by time. */
static void drop_old(void)
{
    struct os_entry *v;
    struct arena a;
    size_t n = 0, logs = 0, i;

    arena_init(&a, 8 * MB);
    if (os_list(out.dir, &a, LIST_MAX, &v, &n) < 0)
        n = 0;
    for (i = 0; i < n; i++)
        logs += text_ends(v[i].name, LOG_FILE_END);
    for (i = 0; i < n; i++) {
        bool goes = logs >= LOG_FILES || v[i].age_s > (int64_t)LOG_FILE_DAYS * DAY_S;

        if (goes && text_ends(v[i].name, LOG_FILE_END) && os_remove(out.dir, v[i].name) == 0)
            logs--;
    }
    arena_finish(&a);
}

static void begin_file(instant now)
{
    date d = instant_date(now, 0);
    struct civil c = date_civil(d);
    struct time_of_day at = instant_time(now, 0);
    char name[64];

    drop_old();
    (void)snprintf(name, sizeof name, "%04d%02d%02dT%02d%02d%02d.%03d-%d" LOG_FILE_END, c.year, c.month, c.day, at.hour,
                   at.minute, at.second, (int)(now.v % 1000), (int)getpid()); /* fits */
    out.fd = os_create(out.dir, name, 0600);
    out.bytes = 0;
    out.day = now.v / (DAY_S * INT64_C(1000));
}

static int put(const char *line, size_t n)
{
    int e = out.fd < 0 ? E_STORAGE : os_write_all(out.fd, line, n);

    if (e == 0)
        out.bytes += (int64_t)n;
    return e;
}

static void put_lost(instant now)
{
    char line[LOG_LINE_MAX];
    size_t n = log_format_kept(line, now, LEVEL_WARN, "log.lost", &LOG_INT("n", out.lost), 1);

    if (put(line, n) == 0)
        out.lost = 0;
}

/* ---- lines ---- */

static void keep(const char *line, size_t n)
{
    instant now = os_now();

    (void)pthread_mutex_lock(&out.lock); /* a plain mutex does not fail */
    if (out.fd >= 0 && (out.bytes + (int64_t)n > LOG_FILE_BYTES || out.day != now.v / (DAY_S * INT64_C(1000))))
        os_close(&out.fd);
    if (out.fd < 0)
        begin_file(now);
    if (out.lost > 0)
        put_lost(now);
    if (put(line, n) < 0)
        out.lost++;
    (void)pthread_mutex_unlock(&out.lock); /* as above */
}

void log_file_begin(int dir)
{
    out.dir = dir;
    log_keep(keep);
}

void log_file_end(void)
{
    log_keep(NULL);
    (void)pthread_mutex_lock(&out.lock); /* as above */
    os_close(&out.fd);
    out.lost = 0;
    (void)pthread_mutex_unlock(&out.lock);
}
