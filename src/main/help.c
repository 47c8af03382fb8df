/*
 * help.c: what each command does, how it is used, what its options mean.
 */
#include <unistd.h>

#include "base/text.h"
#include "main/command.h"
#include "os/os.h"
#include "ui/lang.h"

#define HELP_MAX ((size_t)64 * KB)

struct help {
    struct arena a;
    struct req req;
    struct buf out;
};

static const char *about(struct help *h, const struct command *c, const char *option)
{
    char *key = text_printf(&h->a, "cli.%s%s%s", c->word, option != NULL ? "-" : "", option != NULL ? option : "");
    char *space = strchr(key, ' ');

    if (space != NULL)
        *space = '-';
    return T(&h->req, key);
}

static void put_usage(struct help *h, const struct command *c)
{
    buf_printf(&h->out, "%s: terang %s%s%s\n", T(&h->req, "cli.usage"), c->word, c->args[0] != '\0' ? " " : "", c->args);
}

static void put_options(struct help *h, const struct command *c)
{
    size_t i;

    for (i = 0; i < ARRAY_LEN(c->options) && c->options[i] != NULL; i++)
        buf_printf(&h->out, "  --%-16s %s\n", c->options[i], about(h, c, c->options[i]));
    for (i = 0; i < ARRAY_LEN(c->flags) && c->flags[i] != NULL; i++)
        buf_printf(&h->out, "  --%-16s %s\n", c->flags[i], about(h, c, c->flags[i]));
    if (c->json)
        buf_printf(&h->out, "  --%-16s %s\n", "json", T(&h->req, "cli.json"));
}

static void put_one(struct help *h, const struct command *c)
{
    put_usage(h, c);
    buf_printf(&h->out, "\n%s\n\n", about(h, c, NULL));
    put_options(h, c);
    buf_printf(&h->out, "\n%s\n", T(&h->req, "cli.codes"));
}

static bool begins(const struct command *c, const char *word)
{
    size_t n = word != NULL ? strlen(word) : 0;

    return n == 0 || (text_starts(c->word, word) && (c->word[n] == '\0' || c->word[n] == ' '));
}

/* How many there were. */
static int put_list(struct help *h, const char *word)
{
    size_t i;
    int n = 0;

    buf_printf(&h->out, "%s: terang %s\n\n", T(&h->req, "cli.usage"), T(&h->req, "cli.commands"));
    for (i = 0; i < commands_n; i++) {
        if (!begins(&commands[i], word))
            continue;
        buf_printf(&h->out, "  terang %s %s\n      %s\n", commands[i].word, commands[i].args, about(h, &commands[i], NULL));
        n++;
    }
    buf_printf(&h->out, "\n%s\n%s\n", T(&h->req, "cli.more"), T(&h->req, "cli.codes"));
    return n;
}

static const struct command *find(const char *word)
{
    size_t i;

    for (i = 0; i < commands_n; i++)
        if (text_eq(commands[i].word, word))
            return &commands[i];
    return NULL;
}

static void help_init(struct help *h)
{
    arena_init(&h->a, MB);
    h->req = (struct req){.arena = &h->a, .lang = command_lang()};
    buf_init(&h->out, &h->a, HELP_MAX);
}

static int help_finish(struct help *h, int fd)
{
    int e = os_write_all(fd, h->out.s, h->out.n);

    arena_finish(&h->a);
    return e;
}

int command_usage(const struct command *command, const char *wrong)
{
    struct help h;

    help_init(&h);
    buf_printf(&h.out, "terang: %s\n", wrong);
    put_usage(&h, command);
    (void)help_finish(&h, STDERR_FILENO); /* nobody left to tell */
    return EXIT_USAGE;
}

int command_help(const char *word, bool asked)
{
    const struct command *c = asked && word != NULL ? find(word) : NULL;
    struct help h;

    help_init(&h);
    if (c != NULL) {
        put_one(&h, c);
    } else if (put_list(&h, word) == 0) {
        buf_clear(&h.out);
        buf_printf(&h.out, "terang: %s\n", T1(&h.req, "cli.no-command", word));
        (void)put_list(&h, NULL); /* there are some */
        asked = false;
    }
    if (help_finish(&h, asked ? STDOUT_FILENO : STDERR_FILENO) < 0)
        return EXIT_UNKNOWN;
    return asked ? EXIT_GOOD : EXIT_USAGE;
}
