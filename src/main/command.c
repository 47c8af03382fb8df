/*
 * command.c: the table of commands, reading their options, help.
 */
#include <unistd.h>

#include "base/text.h"
#include "main/command.h"
#include "os/os.h"

#define ARENA_MAX ((size_t)64 * MB)

/* clang-format off */
const struct command commands[] = {
    {.word = "backup keygen", .args = "FILE [--replace] [--json]",
     .help = "Make the key of backups: the instance keeps the public half, FILE gets the secret one, which is kept elsewhere.",
     .flags = {"replace"}, .args_min = 1, .args_max = 1, .run = command_backup_keygen},
    {.word = "backup keys", .args = "FILE [--json]",
     .help = "Write what opens commitments and second factors to a second file, kept apart from backups. Replaces FILE.",
     .args_min = 1, .args_max = 1, .run = command_backup_keys},
    {.word = "backup", .args = "FILE [--json]",
     .help = "Write database, files and settings to one encrypted archive, beside a running server.",
     .args_min = 1, .args_max = 1, .run = command_backup},
    {.word = "demo", .args = "[--name NAME] [--origin URL] [--zone WIB|WITA|WIT] [--json]",
     .help = "Make an instance to look at: governments of Banten, invented people, an action plan. Prints the logins.",
     .options = {"name", "origin", "zone"}, .args_max = 0, .run = command_demo},
    {.word = "doctor", .args = "[--json]",
     .help = "Look the installation over: modes, locks, schema, database, ledger, backups, accounts, jobs, files. Exit 1 on a finding.",
     .args_max = 0, .run = command_doctor},
    {.word = "import",
     .args = "FILE --as WORD (--gov SLUG [--user LOGIN] [--leave-wrong] | --version VERSION --basis TEXT [--from DAY] [--to DAY]) "
             "[--dry-run] [--json]",
     .help = "Load a file: rows of a screen by its slug (CSV, XLSX), or an official list (region, account, sub_activity, holiday "
             "...) as a new version with its legal basis.",
     .options = {"as", "version", "basis", "from", "to", "gov", "user"}, .flags = {"dry-run", "leave-wrong"}, .args_min = 1, .args_max = 1,
     .run = command_import},
    {.word = "init", .args = "[--name NAME] [--origin URL] [--zone WIB|WITA|WIT] [--demo] [--json]",
     .help = "Make an instance: its directory TERANG_DATA, schema, keys and first administrators. Touches nothing that is there.",
     .options = {"name", "origin", "zone"}, .flags = {"demo"}, .args_max = 0, .run = command_init},
    {.word = "ledger check", .args = "[--since IDX] [--json]",
     .help = "Compare every covered row and loaded set with its leaf, and the log with itself. Says what differs, repairs nothing.",
     .options = {"since"}, .args_max = 0, .run = command_ledger_check},
    {.word = "ledger export", .args = "DIR [--json]",
     .help = "Write the public files of the log below a directory, for mirrors. Only what is missing or changed.",
     .args_min = 1, .args_max = 1, .run = command_ledger_export},
    {.word = "ledger keygen", .args = "[ORIGIN | --rotate | --settle] [--json]",
     .help = "Make the signing key; --rotate adds a second that signs beside it, --settle leaves the newer alone 90 days later.",
     .flags = {"rotate", "settle"}, .args_max = 1, .run = command_ledger_keygen},
    {.word = "ledger rebuild", .args = "[--json]",
     .help = "Compute tiles anew from the entries, as TERANG_DB_OWNER, while no server runs.",
     .args_max = 0, .run = command_ledger_rebuild},
    {.word = "ledger renew", .args = "--reason TEXT --by NAME --second NAME [--json]",
     .help = "End a log whose entries, state or key are lost, and begin the next. Two people decide; no server runs.",
     .options = {"reason", "by", "second"}, .args_max = 0, .run = command_ledger_renew},
    {.word = "ledger resume", .args = "--from DIR [--json]",
     .help = "Leave the hold: fetch lost entries from a mirror, whose root must be the one that was signed. No server runs.",
     .options = {"from"}, .args_max = 0, .run = command_ledger_resume},
    {.word = "ledger status", .args = "[--json]",
     .help = "Say how many leaves are logged, signed and witnessed, and whether the log is on hold (exit 1).",
     .args_max = 0, .run = command_ledger_status},
    {.word = "migrate", .args = "[--json]",
     .help = "Bring the schema of a stopped instance up to date, as TERANG_DB_OWNER. `serve` does it too when it may.",
     .args_max = 0, .run = command_migrate},
    {.word = "openapi",
     .help = "Print the interface for programs as OpenAPI 3.1 (also at /openapi.json).",
     .args_max = 0, .run = command_openapi},
    {.word = "proof", .args = "TABLE/ID | LEAF [--open COLUMN,...|all] [--out FILE]",
     .help = "Write the proof of a record's newest revision, or of a leaf by its hash, for `terang verify`.",
     .options = {"open", "out"}, .args_min = 1, .args_max = 1, .run = command_proof},
    {.word = "restore", .args = "FILE --key SECRET (--keys FILE | --without-keys) [--signer DIR] [--again] [--json], or: FILE --key SECRET --check [--json]",
     .help = "Bring a backup back into an empty TERANG_DATA and an empty database; with --check only prove that it could be.",
     .options = {"key", "keys", "signer"}, .flags = {"check", "without-keys", "again"}, .args_min = 1, .args_max = 1,
     .run = command_restore},
    {.word = "roles", .args = "[ROLE] [--json]",
     .help = "List the roles; of one, what it may do and which pages it may ask for.",
     .args_max = 1, .run = command_roles},
    {.word = "routes", .args = "[--json]",
     .help = "List every route with its method, permission and limits.",
     .args_max = 0, .run = command_routes},
    {.word = "schema", .args = "[--json]",
     .help = "List the tables of all modules.", .args_max = 0, .run = command_schema},
    {.word = "schema diff", .args = "[--json]",
     .help = "Compare the database with the tables of all modules; prints what a migration would have to say (exit 1).",
     .args_max = 0, .run = command_schema_diff},
    {.word = "serve", .args = "[--listen ADDRESS:PORT] [--require-sandbox]",
     .help = "Serve pages until a signal ends it. TERANG_LISTEN says where, 127.0.0.1:8080 unless set.",
     .options = {"listen"}, .flags = {"require-sandbox"}, .args_max = 0, .run = command_serve},
    {.word = "user code", .args = "LOGIN [--json]",
     .help = "Print the present code of the second factor. Only where the instance is marked demo.",
     .args_min = 1, .args_max = 1, .run = command_user_code},
    {.word = "user create", .args = "LOGIN --name NAME [--email EMAIL] [--nip NIP] [--gov CODE] [--json]",
     .help = "Make an account without a role and print its first password, which counts for seven days.",
     .options = {"name", "email", "nip", "gov"}, .args_min = 1, .args_max = 1, .run = command_user_create},
    {.word = "user disable", .args = "LOGIN",
     .help = "Disable an account and end its sessions. The last administrator stays.",
     .args_min = 1, .args_max = 1, .run = command_user_disable},
    {.word = "user grant", .args = "LOGIN ROLE [--gov CODE] [--agency CODE] [--to DAY] [--basis TEXT] [--json]",
     .help = "Propose a role; it counts once an administrator has approved it.",
     .options = {"gov", "agency", "to", "basis"}, .args_min = 2, .args_max = 2, .run = command_user_grant},
    {.word = "user list", .args = "[--json]",
     .help = "List the accounts and the roles that count today.",
     .args_max = 0, .run = command_user_list},
    {.word = "user recover", .args = "[--json]",
     .help = "Print two new setup secrets, when no administrator can log in any more. Leaves a trace in the ledger.",
     .args_max = 0, .run = command_user_recover},
    {.word = "verify", .args = "FILE [--policy FILE | --vkey KEY] [--json]",
     .help = "Check a proof without asking any server, and say what it proves.",
     .options = {"policy", "vkey"}, .args_min = 1, .args_max = 1, .run = command_verify},
};
/* clang-format on */

const size_t commands_n = ARRAY_LEN(commands);

int command_usage(const struct command *command, const char *wrong)
{
    (void)fprintf(stderr, "terang: %s\nusage: terang %s %s\n", wrong, command->word, command->args); /* nobody left to tell */
    return EXIT_USAGE;
}

static int help(FILE *out)
{
    size_t i;

    (void)fprintf(out, "usage: terang COMMAND ...\n\n"); /* a closed output is the reader's choice, here and below */
    for (i = 0; i < commands_n; i++)
        (void)fprintf(out, "  terang %s %s\n      %s\n", commands[i].word, commands[i].args, commands[i].help);
    (void)fprintf(out, "\nExit codes: 0 good, 1 found something wrong, 2 could not tell, 3 usage.\n");
    return out == stdout ? EXIT_GOOD : EXIT_USAGE;
}

static enum lang lang_of_environment(void)
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

/* 0, or EXIT_USAGE with the reason said. */
static int read_line(struct command_line *line, int argc, char **argv)
{
    const struct command *c = line->command;
    char **args = arena_array(line->arena, (size_t)argc + 1, char *);
    bool options = true;
    int i;

    line->args = args;
    for (i = 0; i < argc; i++) {
        const char *value;
        int at;

        if (!options || !text_starts(argv[i], "--")) {
            args[line->n_args++] = argv[i];
            continue;
        }
        if (text_eq(argv[i], "--")) {
            options = false;
            continue;
        }
        if (text_eq(argv[i], "--json")) {
            line->json = true;
            continue;
        }
        if (take_flag(line, argv[i] + 2))
            continue;
        at = option_of(c, argv[i] + 2, &value);
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
    struct command_line line = {.command = c, .arena = &a, .lang = lang_of_environment()};
    int code;

    arena_init(&a, ARENA_MAX);
    code = read_line(&line, argc, argv);
    if (code == 0)
        code = c->run(&line);
    arena_finish(&a);
    return code;
}

int command_print(const struct buf *out)
{
    return buf_failed(out) < 0 || os_write_all(STDOUT_FILENO, out->s, out->n) < 0 ? EXIT_UNKNOWN : EXIT_GOOD;
}

int command_main(int argc, char **argv)
{
    int words = 0;
    const struct command *c = find(argc, argv, &words);

    if (argc > 1 && (text_eq(argv[1], "help") || text_eq(argv[1], "--help")))
        return help(stdout);
    return c != NULL ? run(c, argc - 1 - words, argv + 1 + words) : help(stderr);
}
