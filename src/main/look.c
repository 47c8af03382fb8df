/*
 * look.c: the chores that the parent's children do for the server (engine/chore.h): looking the installation over as `doctor`
 * does, with what lies on the disk and the server cannot see behind its locks.
 */
#include "base/date.h"
#include "base/json.h"
#include "main/backup.h"
#include "main/doctor.h"
#include "main/look.h"
#include "os/os.h"

#define LOOK_MS (300 * 1000)

static void put_moment(struct json_out *j, const char *key, struct arena *a, instant t)
{
    if (t.v != INSTANT_NONE.v)
        json_put_text(j, key, instant_iso(a, t));
}

static void put_backup(struct json_out *j, const struct doctor *d)
{
    AUTO_CLOSE int key = os_open_if_there(d->top, BACKUP_PUBLIC_FILE);
    struct backup_record record;

    if (backup_record_read(d->a, d->top, &record) < 0)
        record = (struct backup_record){.archive_at = INSTANT_NONE, .keys_at = INSTANT_NONE}; /* a finding says so */
    json_put_object(j, "backup");
    json_put_bool(j, "key", key > 0);
    put_moment(j, "archive_at", d->a, record.archive_at);
    put_moment(j, "keys_at", d->a, record.keys_at);
    json_out_end(j);
}

static int look(void *arg, struct arena *a, struct buf *out)
{
    const struct command_line line = {.arena = a, .lang = LANG_EN, .json = true};
    struct doctor d;
    struct json_out j;

    (void)arg;
    if (doctor_look(&d, &line) != 0)
        return E_STORAGE;
    json_out_init(&j, out);
    json_out_object(&j);
    doctor_json(&d, &j);
    put_backup(&j, &d);
    json_out_end(&j);
    doctor_end(&d);
    return 0;
}

static const struct chore chores[] = {
    [CHORE_LOOK] = {.name = "look", .deadline_ms = LOOK_MS, .run = look},
};

void look_chores(struct chores *ret, void *arg)
{
    *ret = (struct chores){.v = chores, .arg = arg};
}
