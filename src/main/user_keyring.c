/*
 * user_keyring.c: `terang user keyring`: what hangs on each key of the keyring, a new key, and the end of old ones.
 *
 * Not for: what sealing anew does (core/user/rekey.h), keys of the ledger (ledger_command.c).
 */
#include "base/json.h"
#include "base/text.h"
#include "core/user/admin.h"
#include "core/user/rekey.h"
#include "main/command.h"
#include "main/instance.h"
#include "os/os.h"

#define OUT_MAX ((size_t)64 * KB)

enum { ROTATE, SETTLE };

struct keys {
    const char *next; /* for people: what to do now; NULL nothing */
    struct rekey_use uses[KEYRING_MAX];
    size_t n;
};

/* ---- telling ---- */

static int tell(const struct command_line *line, const struct keys *keys)
{
    struct json_out j;
    struct buf out;
    size_t i;

    buf_init(&out, line->arena, OUT_MAX);
    json_out_init(&j, &out);
    if (line->json)
        json_out_array(&j);
    for (i = 0; i < keys->n; i++) {
        const struct rekey_use *u = &keys->uses[i];

        if (!line->json) {
            buf_printf(&out, "key %-4u second_factors %-6lld recovery_codes %-6lld begun %-4lld numbers %-6lld%s\n", u->id,
                       (long long)u->secrets, (long long)u->recovery, (long long)u->begun, (long long)u->numbers,
                       i == 0 ? " newest" : "");
            continue;
        }
        json_out_object(&j);
        json_put_int(&j, "key", u->id);
        json_put_bool(&j, "newest", i == 0);
        json_put_int(&j, "second_factors", u->secrets);
        json_put_int(&j, "recovery_codes", u->recovery);
        json_put_int(&j, "begun", u->begun);
        json_put_int(&j, "numbers", u->numbers);
        json_out_end(&j);
    }
    if (line->json) {
        json_out_end(&j);
        buf_byte(&out, '\n');
    } else if (keys->next != NULL) {
        buf_printf(&out, "%s\n", command_said(line, keys->next, NULL));
    }
    return command_print(&out);
}

/* From the file as it is now. */
static int count(const struct command_line *line, struct opened *o, struct keys *keys)
{
    struct keyring *ring;
    struct db *db;
    int e = keyring_open(o->app.data_dir, CORE_KEYRING, &ring);

    if (e < 0)
        return e;
    e = pool_take(o->app.pool, 1000, &db);
    if (e == 0) {
        e = rekey_uses(db, line->arena, ring, os_now(), keys->uses, &keys->n);
        pool_give(o->app.pool, db);
    }
    keyring_close(ring);
    return e;
}

/* ---- works ---- */

struct noting {
    uint32_t ids[KEYRING_MAX];
    size_t n;
    int64_t job;
};

static int note_run(struct tx *tx, void *arg)
{
    const struct noting *n = arg;

    (void)actor_act(tx, &host_mark);
    return rekey_note(tx, n->ids, n->n);
}

static int start_run(struct tx *tx, void *arg)
{
    struct noting *n = arg;

    (void)actor_act(tx, &host_mark);
    return job_start(tx, REKEY_JOB, 0, NULL, &n->job);
}

/* The file first: a key that a row names is there, whatever happens in between. */
static int rotate(struct opened *o)
{
    struct noting n = {0};
    struct keyring *ring;
    int e = keyring_rotate(o->app.data_dir, CORE_KEYRING);

    if (e == 0)
        e = keyring_open(o->app.data_dir, CORE_KEYRING, &ring);
    if (e < 0)
        return e;
    n.n = keyring_ids(ring, n.ids);
    keyring_close(ring);
    return writer_do(o->app.writer, note_run, &n);
}

static int settle(struct opened *o)
{
    struct noting n = {0};
    enum job_state ended = JOB_FAILED;
    int e = writer_do(o->app.writer, start_run, &n);

    if (e == 0)
        e = runner_finish(&o->app, n.job, &ended);
    return e < 0 ? e : ended == JOB_DONE ? 0 : E_STORAGE;
}

static int act(const struct command_line *line, struct opened *o)
{
    struct keys keys = {0};
    int e = 0;

    if (line->flags[ROTATE]) {
        keys.next = "cli.keyring-next";
        e = rotate(o);
    } else if (line->flags[SETTLE]) {
        e = core_open(&o->app, NULL);
        if (e == 0)
            e = settle(o);
        core_close(&o->app);
    }
    if (e == E_LIMIT) {
        (void)cannot("the file is full; old keys stay while unused recovery codes hang on them"); /* the code is another */
        return EXIT_WRONG;
    }
    if (e == 0)
        e = count(line, o, &keys);
    return e < 0 ? cannot("the keyring: %s", reason_of(e)) : tell(line, &keys);
}

int command_user_keyring(const struct command_line *line)
{
    bool writes = line->flags[ROTATE] || line->flags[SETTLE];
    struct opened o;
    int code;

    if (line->flags[ROTATE] && line->flags[SETTLE])
        return command_usage(line->command, "--rotate and --settle are two steps");
    code = instance_open(line->arena, writes ? USE_WRITE : USE_READ, &o);
    if (code != 0)
        return code;
    code = act(line, &o);
    instance_close(&o);
    return code;
}
