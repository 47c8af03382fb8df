/*
 * scan_job.c: files in quarantine: an effect that waits for the scanner, and the job that has them looked at.
 *
 * The effect is tried again as the outbox does, which the operator sees there; the job starts when the scanner answers, and
 * once a day besides. Not for: talking to the scanner (scan.c).
 */
#include "base/log.h"
#include "base/text.h"
#include "engine/app.h"
#include "engine/attachment.h"
#include "engine/row.h"
#include "engine/scan.h"
#include "os/os.h"

#define LOT     20
#define WAIT_MS 2000
#define KIND    "attachment-scan"

/* clang-format off */
static const struct query q_waiting = {
    .name = "scan.waiting",
    .sql = "SELECT gov, id, file, size FROM attachment WHERE scan = ?1 AND file IS NOT NULL AND id > ?2 ORDER BY id LIMIT 20",
    .in = "ti", .out = "iiti",
};
/* clang-format on */
const struct query *const scan_queries[] = {&q_waiting};
const size_t scan_queries_n = ARRAY_LEN(scan_queries);

struct waiting {
    int64_t gov, id, size;
    const char *file;
    enum scan_verdict verdict;
};

struct lot {
    struct waiting v[LOT];
    size_t n;
};

int scan_later(struct tx *tx)
{
    return outbox_add(tx, "scan", NULL, "{}");
}

static int start(struct tx *tx, void *arg)
{
    (void)arg;
    return job_start_once(tx, KIND, 0);
}

int scan_effect(struct app *app, const char *key, const char *args, struct arena *a)
{
    int e;

    (void)key;
    (void)args;
    (void)a;
    e = app->scan != NULL ? scan_ping(app->scan) : 0;
    return e < 0 ? e : writer_do(app->writer, start, NULL);
}

/* ---- the job ---- */

static int read_waiting(struct app *app, int64_t after, struct arena *a, struct lot *lot)
{
    struct db *db;
    int result = pool_take(app->pool, WAIT_MS, &db);

    if (result < 0)
        return result;
    {
        AUTO_ROWS struct rows rows;

        result = db_select(&rows, db, &q_waiting, V(SCANNED_WAITING), V(after));
        while (result == 0 && lot->n < LOT && (result = rows_next(&rows)) > 0) {
            lot->v[lot->n++] = (struct waiting){.gov = rows_int(&rows, 0),
                                                .id = rows_int(&rows, 1),
                                                .file = rows_text(&rows, a, 2),
                                                .size = rows_int(&rows, 3)};
            result = 0;
        }
    }
    pool_give(app->pool, db);
    return result < 0 ? result : 0;
}

/* Files that a scanner cannot be asked about stay as they are. */
int scan_job_prepare(struct app *app, struct job *job, struct arena *a)
{
    struct lot *lot = arena_new(a, struct lot);
    int64_t after = 0;
    size_t i;
    int result;

    job->prepared = lot;
    if (app->scan == NULL || app->files_dir < 0 || scan_ping(app->scan) < 0)
        return 0;
    if (text_int(job->place, 0, INT64_MAX, &after) < 0)
        after = 0; /* the beginning */
    result = read_waiting(app, after, a, lot);
    for (i = 0; result == 0 && i < lot->n; i++) {
        char name[SCAN_NAME_MAX];
        int fd = attachment_open(app->files_dir, lot->v[i].gov, lot->v[i].file, lot->v[i].size, a);

        lot->v[i].verdict = fd < 0 ? SCAN_AWAY : scan_file(app->scan, fd, name);
        if (lot->v[i].verdict == SCAN_FOUND)
            log_record(LEVEL_ERROR, "scan.found", LOG_INT("gov", lot->v[i].gov), LOG_INT("attachment", lot->v[i].id),
                       LOG_TEXT("what", name));
        os_close(&fd);
    }
    return result;
}

static int mark(struct tx *tx, const struct waiting *w)
{
    struct attachment before, after;
    struct record head;
    int result = row_get(tx->db, tx->arena, &attachment_entity, w->gov, w->id, &before);

    if (result <= 0 || !text_eq(before.scan.v, SCANNED_WAITING))
        return result < 0 ? result : 0;
    after = before;
    after.scan.v = w->verdict == SCAN_FOUND ? SCANNED_FOUND : SCANNED_CLEAN;
    return row_update(tx, &attachment_entity, &before, &after, &head);
}

int scan_job_slice(struct tx *tx, struct job *job)
{
    const struct lot *lot = job->prepared;
    int result = 0;
    size_t i;

    for (i = 0; i < lot->n && result >= 0; i++) {
        if (lot->v[i].verdict != SCAN_AWAY) {
            result = mark(tx, &lot->v[i]);
            job->done++;
        }
        job->place = text_printf(tx->arena, "%lld", (long long)lot->v[i].id);
    }
    return result < 0 ? result : lot->n == LOT;
}
