/*
 * vacuum.c: `terang vacuum`: the files of the database hold no longer what was deleted in it (security.md D3).
 *
 * PostgreSQL keeps dead rows in its files until they are written anew, which only the owner may do, and which locks each table
 * meanwhile. SQLite overwrites what is freed at once (secure_delete), so there only its log is emptied. Not for: copies
 * elsewhere, as the log that PostgreSQL archives.
 */
#include "base/json.h"
#include "main/command.h"
#include "main/instance.h"

/* Statistics hold values too: they are made anew first, so that the old ones are dead when their table is written anew. */
static int drop_dead(struct db *db)
{
    int e;

    if (db_kind(db) != DB_POSTGRESQL)
        return 0;
    e = db_script(db, "ANALYZE");
    return e < 0 ? e : db_script(db, "VACUUM (FULL)");
}

static int tell(const struct command_line *line)
{
    struct json_out j;
    struct buf out;

    buf_init(&out, line->arena, 4 * KB);
    if (line->json) {
        json_out_init(&j, &out);
        json_out_object(&j);
        json_put_bool(&j, "done", true);
        json_out_end(&j);
    } else {
        buf_add(&out, command_said(line, "cli.vacuum-done", NULL));
    }
    buf_byte(&out, '\n');
    return command_print(&out);
}

int command_vacuum(const struct command_line *line)
{
    struct opened o;
    struct db *db = NULL;
    char why[DB_WHY];
    int code, e;

    code = instance_open(line->arena, USE_WRITE, &o); /* keeps servers away; its connections rest */
    if (code != 0)
        return code;
    e = db_open_why(o.in.owner, DB_OWNER, why, &db);
    if (e < 0)
        code = cannot("the database cannot be opened: %s", why);
    else if (drop_dead(db) < 0)
        code = cannot("not done: %s", db_fault(db));
    db_close(db);
    if (code == 0)
        e = db_forget(o.in.address);
    instance_close(&o);
    if (code == 0 && e < 0)
        code = cannot("the log of the database was not emptied: %s", reason_of(e));
    return code != 0 ? code : tell(line);
}
