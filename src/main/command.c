/*
 * command.c: the table of commands, reading their options. What they do is said in help.c, of words in lang/ (cli.COMMAND).
 */
#include <unistd.h>

#include "base/text.h"
#include "main/command.h"
#include "os/os.h"

#define ARENA_MAX ((size_t)64 * MB)

/* clang-format off */
const struct command commands[] = {
    {.word = "backup keygen", .args = "FILE [--replace] [--json]",
     .flags = {"replace"}, .args_min = 1, .args_max = 1, .json = true, .run = command_backup_keygen},
    {.word = "backup keys", .args = "FILE [--json]",
     .args_min = 1, .args_max = 1, .json = true, .run = command_backup_keys},
    {.word = "backup", .args = "FILE [--json]",
     .args_min = 1, .args_max = 1, .json = true, .run = command_backup},
    {.word = "calc", .args = "FILE",
     .args_min = 1, .args_max = 1, .run = command_calc},
    {.word = "demo", .args = "[--name NAME] [--origin URL] [--zone WIB|WITA|WIT] [--json]",
     .options = {"name", "origin", "zone"}, .args_max = 0, .json = true, .run = command_demo},
    {.word = "doctor", .args = "[--json]",
     .args_max = 0, .json = true, .run = command_doctor},
    {.word = "export",
     .args = "SCREEN --gov SLUG [--user LOGIN [--reason TEXT]] [--query QUERY] [--format csv|xlsx] [--out FILE [--json]]",
     .options = {"gov", "user", "query", "format", "reason", "out"}, .args_min = 1, .args_max = 1, .json = true,
     .run = command_export},
    {.word = "import",
     .args = "FILE --as WORD (--gov SLUG [--user LOGIN] [--leave-wrong] | --version VERSION --basis TEXT [--from DAY] [--to DAY]) "
             "[--dry-run] [--json]",
     .options = {"as", "version", "basis", "from", "to", "gov", "user"}, .flags = {"dry-run", "leave-wrong"}, .args_min = 1, .args_max = 1,
     .json = true, .run = command_import},
    {.word = "init", .args = "[--name NAME] [--origin URL] [--zone WIB|WITA|WIT] [--demo] [--json]",
     .options = {"name", "origin", "zone"}, .flags = {"demo"}, .args_max = 0, .json = true, .run = command_init},
    {.word = "ledger check", .args = "[--since IDX] [--json]",
     .options = {"since"}, .args_max = 0, .json = true, .run = command_ledger_check},
    {.word = "ledger export", .args = "DIR [--json]",
     .args_min = 1, .args_max = 1, .json = true, .run = command_ledger_export},
    {.word = "ledger keygen", .args = "[ORIGIN | --rotate | --settle] [--json]",
     .flags = {"rotate", "settle"}, .args_max = 1, .json = true, .run = command_ledger_keygen},
    {.word = "ledger rebuild", .args = "[--json]",
     .args_max = 0, .json = true, .run = command_ledger_rebuild},
    {.word = "ledger renew", .args = "--reason TEXT --by NAME --second NAME [--json]",
     .options = {"reason", "by", "second"}, .args_max = 0, .json = true, .run = command_ledger_renew},
    {.word = "ledger resume", .args = "--from DIR [--json]",
     .options = {"from"}, .args_max = 0, .json = true, .run = command_ledger_resume},
    {.word = "ledger status", .args = "[--json]",
     .args_max = 0, .json = true, .run = command_ledger_status},
    {.word = "migrate", .args = "[--json]",
     .args_max = 0, .json = true, .run = command_migrate},
    {.word = "openapi", .args = "[--json]",
     .args_max = 0, .json = true, .run = command_openapi},
    {.word = "proof", .args = "TABLE/ID[@REVISION] | LEAF [--open COLUMN,...|all] [--out FILE]",
     .options = {"open", "out"}, .args_min = 1, .args_max = 1, .run = command_proof},
    {.word = "restore", .args = "FILE --key SECRET (--keys FILE | --without-keys) [--signer DIR] [--again] [--json], or: FILE --key SECRET --check [--json]",
     .options = {"key", "keys", "signer"}, .flags = {"check", "without-keys", "again"}, .args_min = 1, .args_max = 1,
     .json = true, .run = command_restore},
    {.word = "roles", .args = "[ROLE] [--json]",
     .args_max = 1, .json = true, .run = command_roles},
    {.word = "routes", .args = "[--json]",
     .args_max = 0, .json = true, .run = command_routes},
    {.word = "schema", .args = "[--json]", .args_max = 0, .json = true, .run = command_schema},
    {.word = "schema diff", .args = "[--json]",
     .args_max = 0, .json = true, .run = command_schema_diff},
    {.word = "schema privacy", .args = "[--json]",
     .args_max = 0, .json = true, .run = command_schema_privacy},
    {.word = "serve", .args = "[--listen ADDRESS:PORT] [--require-sandbox]",
     .options = {"listen"}, .flags = {"require-sandbox"}, .args_max = 0, .run = command_serve},
    {.word = "user code", .args = "LOGIN [--json]",
     .args_min = 1, .args_max = 1, .json = true, .run = command_user_code},
    {.word = "user create", .args = "LOGIN --name NAME [--email EMAIL] [--nip NIP] [--gov CODE] [--json]",
     .options = {"name", "email", "nip", "gov"}, .args_min = 1, .args_max = 1, .json = true, .run = command_user_create},
    {.word = "user disable", .args = "LOGIN [--json]",
     .args_min = 1, .args_max = 1, .json = true, .run = command_user_disable},
    {.word = "user grant", .args = "LOGIN ROLE [--gov CODE] [--agency CODE] [--to DAY] [--basis TEXT] [--json]",
     .options = {"gov", "agency", "to", "basis"}, .args_min = 2, .args_max = 2, .json = true, .run = command_user_grant},
    {.word = "user keyring", .args = "[--rotate | --settle] [--json]",
     .flags = {"rotate", "settle"}, .args_max = 0, .json = true, .run = command_user_keyring},
    {.word = "user list", .args = "[--json]",
     .args_max = 0, .json = true, .run = command_user_list},
    {.word = "user recover", .args = "[--json]",
     .args_max = 0, .json = true, .run = command_user_recover},
    {.word = "vacuum", .args = "[--json]",
     .args_max = 0, .json = true, .run = command_vacuum},
    {.word = "verify", .args = "FILE [--policy FILE | --vkey KEY] [--json]",
     .options = {"policy", "vkey"}, .args_min = 1, .args_max = 1, .json = true, .run = command_verify},
};
/* clang-format on */

const size_t commands_n = ARRAY_LEN(commands);

enum lang command_lang(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    size_t i;

    for (i = 0; i < ARRAY_LEN(names); i++) {
        const char *value = getenv(names[i]);

        if (value != NULL && *value != '\0')
            return text_starts(value, "id") ? LANG_ID : LANG_EN;
    }
    return LANG_EN;
}

/* Place of a valued option in the command's list, -1 for none. `--name=value` and `--name value` are alike. */
static int option_of(const struct command *c, const char *arg, const char **ret_value)
{
    size_t n = strcspn(arg, "=");
    int i;

    for (i = 0; i < (int)ARRAY_LEN(c->options) && c->options[i] != NULL; i++) {
        if (strlen(c->options[i]) != n || memcmp(c->options[i], arg, n) != 0)
            continue;
        *ret_value = arg[n] == '=' ? arg + n + 1 : NULL;
        return i;
    }
    return -1;
}

static bool take_flag(struct command_line *line, const char *name)
{
    const struct command *c = line->command;
    size_t i;

    for (i = 0; i < ARRAY_LEN(c->flags) && c->flags[i] != NULL; i++)
        if (text_eq(c->flags[i], name))
            return line->flags[i] = true;
    return false;
}

/* 0, with *ret_help when help was asked for; or EXIT_USAGE with the reason said. */
static int read_line(struct command_line *line, int argc, char **argv, bool *ret_help)
{
    const struct command *c = line->command;
    char **args = arena_array(line->arena, (size_t)argc + 1, char *);
    bool options = true;
    int i;

    line->args = args;
    for (i = 0; i < argc; i++) {
        const char *value;
        int at;

        if (!options || argv[i][0] != '-' || argv[i][1] == '\0') {
            args[line->n_args++] = argv[i];
            continue;
        }
        if (text_eq(argv[i], "-h") || text_eq(argv[i], "--help"))
            return *ret_help = true, 0;
        if (text_eq(argv[i], "--")) {
            options = false;
            continue;
        }
        if (c->json && text_eq(argv[i], "--json")) {
            line->json = true;
            continue;
        }
        if (text_starts(argv[i], "--") && take_flag(line, argv[i] + 2))
            continue;
        at = text_starts(argv[i], "--") ? option_of(c, argv[i] + 2, &value) : -1;
        if (at < 0)
            return command_usage(c, text_printf(line->arena, "%s is not an option here", argv[i]));
        if (value == NULL && ++i == argc)
            return command_usage(c, text_printf(line->arena, "--%s needs a value", c->options[at]));
        line->values[at] = value != NULL ? value : argv[i];
    }
    if (line->n_args < c->args_min || line->n_args > c->args_max)
        return command_usage(c, line->n_args < c->args_min ? "something is missing" : "that is too much");
    return 0;
}

/* The command that the first arguments name, and how many they are. */
static const struct command *find(int argc, char **argv, int *ret_words)
{
    const struct command *one = NULL;
    size_t i;

    for (i = 0; i < commands_n; i++) {
        const char *word = commands[i].word, *space = strchr(word, ' ');
        size_t n = space != NULL ? (size_t)(space - word) : strlen(word);

        if (argc < 2 || strlen(argv[1]) != n || memcmp(argv[1], word, n) != 0)
            continue;
        if (space == NULL)
            one = &commands[i];
        else if (argc > 2 && text_eq(space + 1, argv[2])) {
            *ret_words = 2;
            return &commands[i];
        }
    }
    *ret_words = 1;
    return one;
}

static int run(const struct command *c, int argc, char **argv)
{
    struct arena a;
    struct command_line line = {.command = c, .arena = &a, .lang = command_lang()};
    bool help = false;
    int code;

    arena_init(&a, ARENA_MAX);
    code = read_line(&line, argc, argv, &help);
    if (code == 0)
        code = help ? command_help(c->word, true) : c->run(&line);
    arena_finish(&a);
    return code;
}

const char *command_said(const struct command_line *line, const char *key, const char *arg)
{
    const struct req r = {.arena = line->arena, .lang = line->lang};

    return T1(&r, key, arg);
}

const char *reason_of(int result)
{
    static const char *const words[] = {
        [-E_INPUT] = "it is not accepted",
        [-E_STATE] = "not in this state",
        [-E_CONFLICT] = "it is there already, or somebody else was quicker",
        [-E_PERMIT] = "not permitted",
        [-E_AUTH] = "nobody is logged in",
        [-E_FORMAT] = "it is not in the form that is expected, or damaged",
        [-E_LIMIT] = "it is too large",
        [-E_RATE] = "too often",
        [-E_BUSY] = "the database is away or in use: try again",
        [-E_HOLD] = "the ledger is on hold: see terang ledger status",
        [-E_FULL] = "the disk is full",
        [-E_STORAGE] = "it cannot be read or written: is the disk read-only, whose is the file?",
        [-E_SYSTEM] = "the operating system refused",
    };

    return result < 0 && -result < (int)ARRAY_LEN(words) ? words[-result] : result_name(result);
}

int command_print(const struct buf *out)
{
    int e = buf_failed(out);

    if (e == 0)
        e = os_write_all(STDOUT_FILENO, out->s, out->n);
    if (e < 0)
        (void)fprintf(stderr, "terang: done, but the answer cannot be written: %s\n", reason_of(e)); /* nobody left to tell */
    return e < 0 ? EXIT_UNKNOWN : EXIT_GOOD;
}

/* "backup keys" of the words behind `help`. */
static int help_about(int argc, char **argv)
{
    struct arena a;
    int code;

    arena_init(&a, MB);
    code = command_help(argc > 1 ? text_printf(&a, "%s %s", argv[0], argv[1]) : argc > 0 ? argv[0] : NULL, true);
    arena_finish(&a);
    return code;
}

int command_main(int argc, char **argv)
{
    int words = 0;
    const struct command *c = find(argc, argv, &words);

    if (argc > 1 && text_eq(argv[1], "--version"))
        return printf("terang " TERANG_VERSION "\n") < 0 || fflush(stdout) != 0 ? EXIT_UNKNOWN : EXIT_GOOD;
    if (argc > 1 && (text_eq(argv[1], "help") || text_eq(argv[1], "--help") || text_eq(argv[1], "-h")))
        return help_about(argc - 2, argv + 2);
    if (c != NULL)
        return run(c, argc - 1 - words, argv + 1 + words);
    if (argc > 2 && (text_eq(argv[2], "--help") || text_eq(argv[2], "-h")))
        return help_about(1, argv + 1);
    return command_help(argc > 1 ? argv[1] : NULL, false);
}
