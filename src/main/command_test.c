/*
 * command_test.c: the table of commands against its words and usage lines.
 */
#include "base/text.h"
#include "base/unit.h"
#undef fail
#include "main/command.h"
#include "ui/lang.h"

static int missing(struct arena *a, const char *word, const char *option)
{
    char *key = text_printf(a, "cli.%s%s%s", word, option != NULL ? "-" : "", option != NULL ? option : ""), *space;
    int n = 0;
    enum lang lang;

    space = strchr(key, ' ');
    if (space != NULL)
        *space = '-';
    for (lang = 0; lang < LANG_COUNT; lang++)
        if (text_empty(lang_text(lang, key))) {
            print_message("# %s is not in %s\n", key, lang_code(lang));
            n++;
        }
    return n;
}

/* Does the usage line name it, and nothing that only begins alike? */
static bool shows(struct arena *a, const struct command *c, const char *option)
{
    const char *wanted = text_printf(a, "--%s", option), *at = c->args;

    while ((at = strstr(at, wanted)) != NULL) {
        at += strlen(wanted);
        if (*at == '\0' || strchr(" ]),|", *at) != NULL)
            return true;
    }
    print_message("# the usage of %s does not show %s\n", c->word, wanted);
    return false;
}

static void every_command_and_option_is_explained_and_shown(void **world)
{
    struct arena *a = unit_arena(world);
    size_t i, k;
    int wrong = 0;

    for (i = 0; i < commands_n; i++) {
        const struct command *c = &commands[i];

        wrong += missing(a, c->word, NULL);
        for (k = 0; k < ARRAY_LEN(c->options) && c->options[k] != NULL; k++)
            wrong += missing(a, c->word, c->options[k]) + !shows(a, c, c->options[k]);
        for (k = 0; k < ARRAY_LEN(c->flags) && c->flags[k] != NULL; k++)
            wrong += missing(a, c->word, c->flags[k]) + !shows(a, c, c->flags[k]);
        wrong += c->json != (strstr(c->args, "--json") != NULL);
    }
    assert_int_equal(wrong, 0);
}

static void commands_stand_sorted_but_for_the_short_ones(void **world)
{
    size_t i;
    (void)world;

    for (i = 1; i < commands_n; i++) {
        size_t n = strcspn(commands[i].word, " "), m = strcspn(commands[i - 1].word, " ");
        int order = strncmp(commands[i - 1].word, commands[i].word, n < m ? n : m);

        assert_true(order < 0 || (order == 0 && m <= n));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(every_command_and_option_is_explained_and_shown),
        UNIT(commands_stand_sorted_but_for_the_short_ones),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
