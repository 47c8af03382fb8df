/*
 * backup_parts.c: key files of backups, the record of when they were made, paths, and the check of a copied ledger.
 */
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/json.h"
#include "base/text.h"
#include "ledger/ledger.h"
#include "main/backup.h"
#include "os/os.h"

#define PUBLIC_WORD "terang-backup-public-1 "
#define SECRET_WORD "terang-backup-secret-1 "
#define DEPTH_MAX   8

/* ---- keys ---- */

const char *backup_public_text(struct arena *a, const struct archive_keys *keys)
{
    return text_printf(a, PUBLIC_WORD "%s\n", base64_text(a, keys->public_key, sizeof keys->public_key));
}

const char *backup_secret_text(struct arena *a, const struct archive_keys *keys)
{
    return text_printf(a, SECRET_WORD "%s\n", base64_text(a, keys, sizeof *keys));
}

/* The n bytes behind `word`. */
static int parse(struct arena *a, const char *text, const char *word, void *ret, size_t n)
{
    struct bytes value;

    if (!text_starts(text, word) || base64_bytes(a, text_trim(a, text + strlen(word)), &value) < 0 || value.n != n)
        return E_FORMAT;
    memcpy(ret, value.p, n);
    return 0;
}

int backup_public_parse(struct arena *a, const char *text, uint8_t ret[static ARCHIVE_KEY_BYTES])
{
    return parse(a, text, PUBLIC_WORD, ret, ARCHIVE_KEY_BYTES);
}

int backup_secret_parse(struct arena *a, const char *text, struct archive_keys *ret)
{
    return parse(a, text, SECRET_WORD, ret, sizeof *ret);
}

/* ---- the record ---- */

static int take_instant(const struct json_in *top, const char *key, instant *ret)
{
    const char *text = NULL;
    int e = json_get_text(top, key, &text);

    return e == 1 ? instant_iso_parse(text, ret) : e;
}

int backup_record_read(struct arena *a, int top, struct backup_record *ret)
{
    AUTO_CLOSE int fd = os_open_if_there(top, BACKUP_RECORD_FILE);
    const struct json_in *json;
    struct bytes text;
    int e;

    *ret = (struct backup_record){.archive_at = INSTANT_NONE, .keys_at = INSTANT_NONE};
    if (fd <= 0)
        return fd;
    e = os_read_all(fd, a, BACKUP_TEXT_MAX, &text);
    if (e == 0)
        e = json_read(a, text.p, text.n, BACKUP_TEXT_MAX, &json, NULL);
    if (e == 0)
        e = take_instant(json, "archive_at", &ret->archive_at);
    return e < 0 ? e : take_instant(json, "keys_at", &ret->keys_at);
}

int backup_record_write(struct arena *a, int top, const struct backup_record *record)
{
    struct json_out j;
    struct buf out;

    buf_init(&out, a, BACKUP_TEXT_MAX);
    json_out_init(&j, &out);
    json_out_object(&j);
    json_put_text(&j, "archive_at", instant_iso(a, record->archive_at));
    json_put_text(&j, "keys_at", instant_iso(a, record->keys_at));
    json_out_end(&j);
    buf_byte(&out, '\n');
    return os_replace_file(top, BACKUP_RECORD_FILE, out.s, out.n, 0600);
}

/* ---- paths ---- */

static const char *folder_of(struct arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? "." : arena_text_n(a, path, slash == path ? 1 : (size_t)(slash - path));
}

int named_open(struct arena *a, const char *path, struct named_place *ret)
{
    const char *slash = strrchr(path, '/');

    ret->name = slash == NULL ? path : slash + 1;
    ret->dir = *ret->name == '\0' ? E_INPUT : os_open_dir(folder_of(a, path));
    return ret->dir < 0 ? ret->dir : 0;
}

bool named_is_inside(struct arena *a, const char *path, const char *directory)
{
    char folder[PATH_MAX], top[PATH_MAX];
    size_t n;

    if (realpath(folder_of(a, path), folder) == NULL || realpath(directory, top) == NULL)
        return false;
    n = strlen(top);
    return strncmp(folder, top, n) == 0 && (folder[n] == '/' || folder[n] == '\0');
}

static int remove_depth(int dir, const char *keep, int depth)
{
    struct arena a;
    struct os_entry *v;
    size_t n, i;
    int e;

    if (depth > DEPTH_MAX)
        return E_LIMIT;
    arena_init(&a, 64 * MB);
    e = os_list(dir, &a, BACKUP_ENTRIES, &v, &n);
    for (i = 0; e == 0 && i < n; i++) {
        if (keep != NULL && text_eq(v[i].name, keep))
            continue;
        if (!v[i].is_dir) {
            e = os_remove(dir, v[i].name);
            continue;
        }
        AUTO_CLOSE int below = os_open_dir_in(dir, v[i].name);

        e = below < 0 ? below : remove_depth(below, NULL, depth + 1);
        if (e == 0 && unlinkat(dir, v[i].name, AT_REMOVEDIR) < 0)
            e = E_STORAGE;
    }
    arena_finish(&a);
    return e;
}

int remove_below(int dir, const char *keep)
{
    return remove_depth(dir, keep, 0);
}

/* ---- the ledger of a copy ---- */

/* Without keys nothing can be opened, which is no fault of the log. */
static void count(void *arg, const struct ledger_finding *f)
{
    int64_t *wrong = arg;

    *wrong += f->fault != LEDGER_OPENING_LOST && !(text_eq(f->rec, "sealed") && text_eq(f->detail, "cannot be opened"));
}

/* How many disagree, or negative. */
static int64_t compare(struct ledger *l, struct db *db, int64_t *ret_size)
{
    int64_t wrong = 0, e;
    const struct ledger_check check = {.found = count, .arg = &wrong};
    struct ledger_status s;

    e = ledger_check(l, db, &check);
    if (e < 0)
        return e;
    e = ledger_status(l, db, &s);
    if (e < 0)
        return e;
    *ret_size = s.size;
    return wrong;
}

int64_t backup_ledger_check(const char *address, const char *log, int dir, int64_t *ret_size)
{
    const struct ledger_conf conf = {.address = address, .origin = log, .key_dir = dir, .signer = -1};
    AUTO_DB struct db *db = NULL;
    struct ledger *l = NULL;
    int64_t e;

    e = ledger_open(&conf, &l);
    if (e == 0)
        e = db_open(address, DB_READ, &db);
    if (e == 0)
        e = db_snapshot_begin(db);
    if (e == 0) {
        e = compare(l, db, ret_size);
        db_snapshot_end(db);
    }
    ledger_close(l);
    return e;
}
