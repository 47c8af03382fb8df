/*
 * calc.c: `terang calc FILE`: cases of pure computations, a JSON object a line, answered a line each. By it an outsider has any
 * figure computed again, or compares another program with ours. Needs no instance.
 *
 * A case that is none, or of a kind that is not known, is answered {"id", "error"}; the exit code is then 2.
 */
#include <fcntl.h>

#include "base/json.h"
#include "base/text.h"
#include "main/command.h"
#include "main/instance.h"
#include "mod/oversight/score_case.h"
#include "os/os.h"

#define FILE_MAX   ((size_t)64 * MB)
#define LINE_MAX_  ((size_t)4 * MB)
#define ANSWER_MAX ((size_t)4 * MB)

static const struct {
    bool (*knows)(const char *kind);
    int (*answer)(struct arena *a, const char *kind, const struct json_in *in, struct json_out *out, const char **ret_why);
} kinds[] = {
    {score_case_knows, score_case_answer},
};

static int answer_kind(struct arena *a, const char *kind, const struct json_in *in, struct json_out *out, const char **ret_why)
{
    size_t i;

    for (i = 0; i < ARRAY_LEN(kinds); i++)
        if (kind != NULL && kinds[i].knows(kind))
            return kinds[i].answer(a, kind, in, out, ret_why);
    *ret_why = "kind";
    return E_INPUT;
}

/* Into `out` one line; negative when it could not be answered. */
static int answer_line(struct arena *a, const char *line, size_t n, struct buf *out)
{
    const struct json_in *one = NULL, *in = NULL;
    const char *id = NULL, *kind = NULL, *why = "json";
    struct json_out j;
    struct buf got;
    int e = json_read(a, line, n, LINE_MAX_, &one, NULL);

    buf_init(&got, a, ANSWER_MAX);
    json_out_init(&j, &got);
    json_out_object(&j);
    if (e == 0 &&
        (json_get_text(one, "id", &id) < 0 || json_get_text(one, "kind", &kind) < 0 || json_get_object(one, "in", &in) < 0))
        e = E_FORMAT;
    json_put_text(&j, "id", id);
    if (e == 0) {
        struct json_out before = j;
        size_t end = got.n;

        json_out_key(&j, "got");
        e = answer_kind(a, kind, in, &j, &why);
        if (e < 0) { /* as before the key */
            j = before;
            got.n = end;
            got.s[end] = '\0';
        }
    }
    if (e < 0)
        json_put_text(&j, "error", why);
    json_out_end(&j);
    if (json_out_done(&j) < 0)
        return E_LIMIT;
    buf_add_n(out, got.s, got.n);
    buf_byte(out, '\n');
    return e;
}

int command_calc(const struct command_line *line)
{
    AUTO_CLOSE int fd = open(line->args[0], O_RDONLY | O_CLOEXEC | O_NOCTTY);

    struct bytes text;
    struct arena a;
    struct buf out;
    size_t at, n;
    int code = EXIT_GOOD;

    if (fd < 0 || os_read_all(fd, line->arena, FILE_MAX, &text) < 0)
        return cannot("%s cannot be read", line->args[0]);
    arena_init(&a, 16 * MB);
    for (at = 0; at < text.n; at += n + 1) {
        const uint8_t *end = memchr(text.p + at, '\n', text.n - at);

        n = end != NULL ? (size_t)(end - (text.p + at)) : text.n - at;
        if (n == 0)
            continue;
        arena_reset(&a);
        buf_init(&out, &a, ANSWER_MAX);
        if (answer_line(&a, (const char *)text.p + at, n, &out) < 0)
            code = EXIT_UNKNOWN;
        if (command_print(&out) != EXIT_GOOD)
            code = EXIT_UNKNOWN;
    }
    arena_finish(&a);
    return code;
}
