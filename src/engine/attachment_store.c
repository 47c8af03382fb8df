/*
 * attachment_store.c: bytes of attachments on the disk: kept, opened, swept; and the rows that name them.
 */
#include <inttypes.h>
#include <unistd.h>

#include "base/text.h"
#include "engine/app.h"
#include "engine/attachment.h"
#include "engine/privacy.h"
#include "engine/row.h"
#include "os/os.h"

#define NAME_BYTES  16
#define GOVS_MAX    10000 /* directories of governments */
#define FAN_OUT_MAX 1000  /* directories of one government; there are 256 of ours */
#define FILES_MAX   200000
#define DIR_MODE    0700
#define WAIT_MS     2000

/* clang-format off */
static const struct field attachment_fields[] = {
    FIELD(struct attachment, record, .flags = F_REQUIRED | F_FIXED),
    FIELD(struct attachment, of_entity, .flags = F_REQUIRED | F_FIXED, .max = 60),
    FIELD(struct attachment, file, .flags = F_FIXED | F_UNIQUE, .max = 2 * NAME_BYTES),
    FIELD(struct attachment, name, .flags = F_REQUIRED | F_FIXED, .max = ATTACHMENT_NAME_MAX),
    FIELD(struct attachment, media, .flags = F_REQUIRED | F_FIXED, .max = 100),
    FIELD(struct attachment, size, .flags = F_REQUIRED | F_FIXED),
    FIELD(struct attachment, sha256, .flags = F_REQUIRED | F_FIXED | F_INDEXED, .max = 64),
    FIELD(struct attachment, previous, .of = &attachment_entity, .flags = F_FIXED),
    FIELD(struct attachment, version, .flags = F_REQUIRED | F_FIXED),
    FIELD(struct attachment, note, .flags = F_FIXED, .max = 500),
    FIELD(struct attachment, author, .flags = F_REQUIRED | F_FIXED | F_INDEXED),
    FIELD(struct attachment, author_name, .flags = F_REQUIRED | F_FIXED, .max = 200, .privacy = &privacy_author),
    FIELD(struct attachment, added_at, .flags = F_REQUIRED | F_FIXED),
    FIELD(struct attachment, agency, .flags = F_FIXED),
    FIELD(struct attachment, scan, .max = 10, .codes = "clean waiting found"),
};
const struct entity attachment_entity = ENTITY(struct attachment, attachment, attachment_fields, .parent = "record");

static const struct query q_same = {
    .name = "attachment.same",
    /* SQLite would read every file of the government: it thinks the clustered key the better way. */
    .sql = "SELECT DISTINCT of_entity, record FROM attachment INDEXED BY attachment_sha256 "
           "WHERE gov = ?1 AND sha256 = ?2 AND record <> ?3 AND voided_at IS NULL ORDER BY of_entity, record LIMIT 3",
    .sql_pg = "SELECT DISTINCT of_entity, record FROM attachment "
              "WHERE gov = ?1 AND sha256 = ?2 AND record <> ?3 AND voided_at IS NULL ORDER BY of_entity, record LIMIT 3",
    .in = "iti", .out = "ti",
};
static const struct query q_named = {
    .name = "attachment.named",
    .sql = "SELECT id FROM attachment WHERE gov = ?1 AND file = ?2",
    .in = "it", .out = "i",
};
/* clang-format on */

const struct query *const attachment_queries[] = {&q_same, &q_named};

/* ---- rows ---- */

int attachments_read(struct db *db, struct arena *a, int64_t gov, int64_t record, struct attachment **ret, size_t *ret_n)
{
    return row_children(db, a, &attachment_entity, gov, record, 0, ATTACHMENTS_SHOWN, (void **)ret, ret_n);
}

int attachment_same(struct db *db, struct arena *a, const struct attachment *x, struct attachment_place ret[static 3],
                    size_t *ret_n)
{
    size_t n = 0;
    int result;

    AUTO_ROWS struct rows rows;

    result = db_select(&rows, db, &q_same, V(x->head.gov), V(x->sha256), V(x->record));
    while (result == 0 && n < 3 && (result = rows_next(&rows)) > 0) {
        ret[n++] = (struct attachment_place){.of_entity = rows_text(&rows, a, 0), .record = rows_int(&rows, 1)};
        result = 0;
    }
    if (result < 0)
        return result;
    *ret_n = n;
    return 0;
}

/* ---- bytes ---- */

/* "3671/ab" */
static const char *folder_of(int64_t gov, const char *file, struct arena *a)
{
    return text_printf(a, "%" PRId64 "/%.2s", gov, file);
}

static int open_folder(int files_dir, int64_t gov, const char *file, struct arena *a)
{
    const char *folder = folder_of(gov, file, a);
    int result;

    result = os_make_dir(files_dir, text_printf(a, "%" PRId64, gov), DIR_MODE);
    if (result == 0)
        result = os_make_dir(files_dir, folder, DIR_MODE);
    return result < 0 ? result : os_open_dir_in(files_dir, folder);
}

/* A fresh name and the folder it belongs in: a descriptor, the caller's. */
static int open_fresh(int files_dir, int64_t gov, struct arena *a, const char **ret_file)
{
    int room = os_disk_free_percent(files_dir);
    uint8_t random[NAME_BYTES];

    if (room < 0)
        return room;
    if (room < ATTACHMENT_DISK_FREE)
        return E_FULL;
    os_random(random, sizeof random);
    *ret_file = hex_text(a, random, sizeof random);
    return open_folder(files_dir, gov, *ret_file, a);
}

int attachment_keep(struct http_req *h, struct http_file *f, int files_dir, int64_t gov, struct arena *a, const char **ret_file)
{
    const char *file;
    int result;

    AUTO_CLOSE int folder = open_fresh(files_dir, gov, a, &file);

    if (folder < 0)
        return folder;
    result = http_file_keep(h, f, folder, file);
    if (result < 0)
        return result;
    *ret_file = file;
    return 0;
}

int attachment_keep_bytes(struct bytes content, int files_dir, int64_t gov, struct arena *a, const char **ret_file)
{
    const char *file;
    int result;

    AUTO_CLOSE int folder = open_fresh(files_dir, gov, a, &file);

    if (folder < 0)
        return folder;
    result = os_replace_file(folder, file, content.p, content.n, 0600);
    if (result < 0)
        return result;
    *ret_file = file;
    return 0;
}

int attachment_open(int files_dir, int64_t gov, const char *file, int64_t size, struct arena *a)
{
    int fd = os_open_read(files_dir, text_printf(a, "%s/%s", folder_of(gov, file, a), file));

    if (fd < 0)
        return fd;
    if (lseek(fd, 0, SEEK_END) != size || lseek(fd, 0, SEEK_SET) != 0) {
        os_close(&fd);
        return E_STORAGE;
    }
    return fd;
}

int attachment_drop(int files_dir, int64_t gov, const char *file, struct arena *a)
{
    return os_remove(files_dir, text_printf(a, "%s/%s", folder_of(gov, file, a), file));
}

/* ---- the sweep ---- */

static int is_named(struct db *db, int64_t gov, const char *file)
{
    int result;

    AUTO_ROWS struct rows rows;

    result = db_select(&rows, db, &q_named, V(gov), V(file));
    return result < 0 ? result : rows_next(&rows);
}

/* One directory of the fan-out. */
static int sweep_folder(struct db *db, int dir, int64_t gov, int64_t age_s, struct arena *a)
{
    struct os_entry *v;
    int removed = 0, result;
    size_t n, i;

    result = os_list(dir, a, FILES_MAX, &v, &n);
    for (i = 0; result >= 0 && i < n; i++) {
        if (v[i].is_dir || v[i].age_s < age_s)
            continue;
        result = is_named(db, gov, v[i].name);
        if (result == 0)
            result = os_remove(dir, v[i].name) == 0;
        else if (result > 0)
            result = 0;
        removed += result > 0;
    }
    return result < 0 ? result : removed;
}

static int sweep_gov(struct db *db, int dir, int64_t gov, int64_t age_s, struct arena *a)
{
    struct os_entry *v;
    int removed = 0, result;
    size_t n, i;

    result = os_list(dir, a, FAN_OUT_MAX, &v, &n);
    for (i = 0; result >= 0 && i < n; i++) {
        struct arena own;

        AUTO_CLOSE int folder = v[i].is_dir ? os_open_dir_in(dir, v[i].name) : -1;

        if (folder < 0)
            continue;
        arena_init(&own, 32 * MB);
        result = sweep_folder(db, folder, gov, age_s, &own);
        arena_finish(&own);
        removed += result > 0 ? result : 0;
    }
    return result < 0 ? result : removed;
}

int attachment_sweep(struct db *db, int files_dir, int64_t age_s, struct arena *a)
{
    struct os_entry *v;
    int removed = 0, result;
    size_t n, i;

    result = os_list(files_dir, a, GOVS_MAX, &v, &n);
    for (i = 0; result >= 0 && i < n; i++) {
        int64_t gov;

        if (!v[i].is_dir || text_int(v[i].name, 0, INT64_MAX, &gov) < 0)
            continue; /* not ours */

        AUTO_CLOSE int dir = os_open_dir_in(files_dir, v[i].name);

        result = dir < 0 ? dir : sweep_gov(db, dir, gov, age_s, a);
        removed += result > 0 ? result : 0;
    }
    return result < 0 ? result : removed;
}

/* Outside of the writer, which only learns that it is done. */
int attachment_sweep_prepare(struct app *app, struct job *job, struct arena *a)
{
    struct db *db;
    int result;

    if (app->files_dir < 0)
        return 0;
    result = pool_take(app->pool, WAIT_MS, &db);
    if (result < 0)
        return result;
    result = attachment_sweep(db, app->files_dir, ATTACHMENT_ORPHAN_AGE, a);
    pool_give(app->pool, db);
    if (result >= 0)
        job->result = text_printf(a, "{\"removed\":%d}", result);
    return result < 0 ? result : 0;
}

int attachment_sweep_slice(struct tx *tx, struct job *job)
{
    (void)tx;
    (void)job;
    return 0;
}
