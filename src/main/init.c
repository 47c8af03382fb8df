/*
 * init.c: `terang init`: a directory, a schema, keys. `terang migrate`: the schema of a newer program.
 */
#include <errno.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "core/user/admin.h"
#include "ledger/ledger.h"
#include "main/backup.h"
#include "main/init.h"
#include "main/instance.h"
#include "os/os.h"

enum { NAME, ORIGIN, ZONE };
enum { DEMO };

#define JSON_MAX ((size_t)64 * KB)

/* ---- what was asked for ---- */

/* "kota.example:8080" of "https://kota.example:8080"; NULL when it is no origin. */
static const char *host_of(struct arena *a, const char *origin)
{
    const char *host = text_starts(origin, "https://")  ? origin + strlen("https://")
                       : text_starts(origin, "http://") ? origin + strlen("http://")
                                                        : "";
    size_t n = strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789.-:[]");

    return n == 0 || host[n] != '\0' ? NULL : arena_text(a, host);
}

/* Names that the server answers to: its own, and this machine's for whoever looks after it. A demo answers to any. */
static const char *const *hosts_of(struct arena *a, const char *host, bool demo)
{
    static const char *const local[] = {"localhost", "127.0.0.1", "[::1]"};
    const char **hosts = arena_array(a, ARRAY_LEN(local) + 2, const char *);

    if (demo)
        return NULL;
    hosts[0] = host;
    memcpy(hosts + 1, local, sizeof local);
    return hosts;
}

static int describe(const struct command_line *line, bool demo, struct instance *in)
{
    const char *host;

    instance_environment(line->arena, in);
    in->demo = demo;
    in->name = line->values[NAME] != NULL ? line->values[NAME] : in->demo ? "Terang Contoh" : "Terang";
    in->origin = line->values[ORIGIN] != NULL ? line->values[ORIGIN] : ORIGIN_DEFAULT;
    in->zone = line->values[ZONE] != NULL ? line->values[ZONE] : "WIB";
    in->zone_minutes = instance_zone(in->zone);
    if (in->zone_minutes == 0)
        return command_usage(line->command, "--zone is WIB, WITA or WIT");
    if (!text_is_utf8(in->name, strlen(in->name)))
        return command_usage(line->command, "--name is not UTF-8");
    host = host_of(line->arena, in->origin);
    if (host == NULL)
        return command_usage(line->command, "--origin is https://HOST or http://HOST:PORT, in lower case, without a path");
    in->log = text_printf(line->arena, "%s/ledger", host);
    in->hosts = hosts_of(line->arena, host, in->demo);
    return 0;
}

/* ---- making it ---- */

static int make_schema(const struct instance *in)
{
    char why[DB_WHY];
    int done;

    return instance_upgrade(in, why, &done) < 0 ? cannot("the schema cannot be made: %s", why) : 0;
}

static int make_keys(const struct command_line *line, const struct instance *in, int top, const char **ret_vkey)
{
    AUTO_CLOSE int dir = os_open_dir_in(top, "signer");
    int e = dir < 0 ? dir : ledger_keygen(text_printf(line->arena, "%s/1", in->log), dir, line->arena, ret_vkey);

    return e < 0 ? cannot("the ledger's key cannot be made: %s", reason_of(e)) : 0;
}

static int make_description(const struct command_line *line, const struct instance *in, int top)
{
    struct buf text;

    buf_init(&text, line->arena, JSON_MAX);
    instance_json(in, &text);
    if (os_replace_file(top, INSTANCE_FILE, text.s, text.n, 0600) < 0)
        return cannot("%s/" INSTANCE_FILE ": cannot be written: %s", in->path, strerror(errno));
    return 0;
}

/* The description comes last: without it nothing takes the directory for an instance. */
static int make(const struct command_line *line, const struct instance *in, const char **ret_vkey)
{
    AUTO_CLOSE int top = os_open_dir(in->path);
    int code;

    if (top < 0)
        return cannot("%s: cannot be opened", in->path);
    code = instance_make_folders(top) < 0 ? cannot("%s: folders cannot be made: %s", in->path, strerror(errno))
                                          : instance_refuse_used(line->arena, in);
    if (code == 0)
        code = make_schema(in);
    if (code == 0)
        code = make_keys(line, in, top, ret_vkey);
    if (code == 0)
        code = make_description(line, in, top);
    if (code != 0 && remove_below(top, NULL) < 0)
        (void)cannot("%s: what was begun cannot be removed", in->path); /* the code is set */
    return code;
}

/* The secrets by which the first two administrators make their accounts (security.md Z4). Shown once, kept nowhere. */
static int make_secrets(const struct command_line *line, struct setup_secrets *ret)
{
    struct opened o;
    int code, e;

    code = instance_open(line->arena, USE_WRITE, &o);
    if (code != 0)
        return code;
    e = core_setup_secrets(&o.app, line->arena, "init", ret);
    instance_close(&o);
    return e < 0 ? cannot("the secrets of the first administrators cannot be made: %s", reason_of(e)) : 0;
}

static void tell_json(const struct instance *in, const char *vkey, const struct setup_secrets *secrets, struct buf *out)
{
    struct json_out j;
    size_t i;

    json_out_init(&j, out);
    json_out_object(&j);
    json_put_text(&j, "data", in->path);
    json_put_text(&j, "name", in->name);
    json_put_text(&j, "origin", in->origin);
    json_put_text(&j, "vkey", vkey);
    json_put_bool(&j, "demo", in->demo);
    json_put_array(&j, "setup");
    for (i = 0; i < SETUP_SECRETS; i++)
        json_out_text(&j, secrets->text[i]);
    json_out_end(&j);
    json_out_end(&j);
    buf_byte(out, '\n');
}

static int tell(const struct command_line *line, const struct instance *in, const char *vkey,
                const struct setup_secrets *secrets)
{
    struct buf out;
    size_t i;

    buf_init(&out, line->arena, JSON_MAX);
    if (line->json) {
        tell_json(in, vkey, secrets, &out);
    } else {
        buf_printf(&out, "instance    %s in %s\norigin      %s\nledger key  %s\n", in->name, in->path, in->origin, vkey);
        for (i = 0; i < SETUP_SECRETS; i++)
            buf_printf(&out, "secret %zu    %s\n", i + 1, secrets->text[i]);
        buf_printf(&out,
                   "Give one secret to each of the two first administrators; they go to %s/siapkan"
                   " and are shown only now.\n",
                   in->origin);
    }
    return command_print(&out);
}

int init_instance(const struct command_line *line, bool demo, struct instance *in, const char **ret_vkey)
{
    int code, e;

    code = describe(line, demo, in);
    if (code != 0)
        return code;
    e = process_make_home(in->path, INSTANCE_USER);
    if (e == E_CONFLICT)
        return cannot("%s: is there and not empty: it is left alone", in->path);
    if (e < 0)
        return cannot("%s: cannot be made: %s", in->path, strerror(errno));
    if (process_drop(INSTANCE_USER) < 0)
        return cannot("as root it needs the system user " INSTANCE_USER ", and to become that user");
    return make(line, in, ret_vkey);
}

int command_init(const struct command_line *line)
{
    struct setup_secrets secrets;
    struct instance in;
    const char *vkey;
    int code;

    code = init_instance(line, line->flags[DEMO], &in, &vkey);
    if (code == 0)
        code = make_secrets(line, &secrets);
    if (code == 0)
        code = tell(line, &in, vkey, &secrets);
    explicit_bzero(&secrets, sizeof secrets);
    return code;
}

/* ---- terang migrate ---- */

int command_migrate(const struct command_line *line)
{
    struct instance in;
    char why[DB_WHY];
    struct json_out j;
    struct buf out;
    int code, done, e;

    code = instance_read(line->arena, &in);
    if (code != 0)
        return code;
    e = instance_upgrade(&in, why, &done);
    if (e < 0)
        return cannot("the schema of the database was not changed: %s%s", why, e == E_BUSY ? " (stop the server first)" : "");
    buf_init(&out, line->arena, JSON_MAX);
    if (line->json) {
        json_out_init(&j, &out);
        json_out_object(&j);
        json_put_int(&j, "steps", done);
        json_out_end(&j);
        buf_byte(&out, '\n');
    } else {
        buf_printf(&out, "%d steps\n", done);
    }
    return command_print(&out);
}
