/*
 * verify.c: `terang verify`: a proof, a policy, an answer. Works on a machine that has never seen the installation.
 */
#include "ledger/verify.h"
#include "main/command.h"
#include "os/os.h"

#include <fcntl.h>

#define FILE_MAX   ((size_t)1 * MB)
#define ANSWER_MAX ((size_t)1 * MB)

enum { POLICY, VKEY };

/* Any path the person names, so not beneath a directory of ours. */
static int read_named(struct arena *a, const char *path, struct bytes *ret)
{
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

    if (fd < 0)
        return E_STORAGE;
    return os_read_all(fd, a, FILE_MAX, ret);
}

static int cannot(const char *what, const char *path)
{
    (void)fprintf(stderr, "terang: %s: %s\n", path, what); /* nobody left to tell */
    return EXIT_UNKNOWN;
}

/* 0, or an exit code with the reason said. */
static int read_policy(const struct command_line *line, struct policy *ret)
{
    const char *path = line->values[POLICY], *vkey = line->values[VKEY];
    struct bytes text;
    int at, e;

    if ((path == NULL) == (vkey == NULL)) {
        if (path != NULL)
            return command_usage(line->command, "--policy and --vkey exclude each other");
        (void)command_usage(line->command, "without a key nothing can be told: give --policy or --vkey");
        return EXIT_UNKNOWN;
    }
    if (vkey != NULL)
        return policy_of_vkey(line->arena, vkey, ret) < 0 ? command_usage(line->command, "--vkey is not a key") : 0;
    if (read_named(line->arena, path, &text) < 0)
        return cannot("cannot be read", path);
    e = policy_parse(line->arena, text, ret, &at);
    if (e < 0) {
        (void)fprintf(stderr, "terang: %s:%d: not a line of a policy\n", path, at); /* nobody left to tell */
        return EXIT_UNKNOWN;
    }
    return 0;
}

int command_verify(const struct command_line *line)
{
    struct policy policy;
    struct verify v;
    struct bytes file;
    struct buf out;
    int code;

    code = read_policy(line, &policy);
    if (code != 0)
        return code;
    if (read_named(line->arena, line->args[0], &file) < 0)
        return cannot("cannot be read", line->args[0]);

    verify_proof(line->arena, file, &policy, &v);
    buf_init(&out, line->arena, ANSWER_MAX);
    if (line->json && verify_json(&v, &out) == 0)
        buf_byte(&out, '\n');
    if (!line->json)
        verify_print(&v, line->lang == LANG_ID ? VERIFY_ID : VERIFY_EN, &out);
    if (os_write_all(1, out.s, out.n) < 0)
        return EXIT_UNKNOWN;
    return (int)v.result;
}
