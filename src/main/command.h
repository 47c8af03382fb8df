/*
 * command.h: the words of the command line, `terang WORD ...`.
 *
 * One row a command in command.c, one file a command, words in lang/ (cli.COMMAND, cli.COMMAND-OPTION). Every command that
 * reports takes --json. Exit codes are those of
 * design section 5: 0 good, 1 found something wrong, 2 could not tell, 3 usage.
 */
#ifndef MAIN_COMMAND_H
#define MAIN_COMMAND_H

#include "base/arena.h"
#include "base/base.h"
#include "base/buf.h"
#include "ui/req.h"

enum exit_code {
    EXIT_GOOD = 0,
    EXIT_WRONG = 1,
    EXIT_UNKNOWN = 2,
    EXIT_USAGE = 3,
};

struct command;

/* The command line of one command, after its options were read. */
struct command_line {
    const struct command *command;
    struct arena *arena;
    enum lang lang; /* of LC_ALL, LC_MESSAGES or LANG; Indonesian for "id", else English */
    bool json;
    char *const *args; /* what is not an option */
    int n_args;
    const char *values[8]; /* of command->options in their order, NULL when not given */
    bool flags[4];         /* of command->flags in their order */
};

struct command {
    const char *word;       /* one, or two: "ledger check" */
    const char *args;       /* for the usage line: "FILE [--policy FILE]" */
    const char *options[8]; /* options that take a value, without --; ends with NULL */
    const char *flags[4];   /* options without a value, without --; ends with NULL */
    int args_min, args_max;
    bool json; /* takes --json */
    int (*run)(const struct command_line *line);
};

extern const struct command commands[];
extern const size_t commands_n;

/* The whole program, with what main() is given; the exit code. */
int command_main(int argc, char **argv);

/* A result in words for whoever looks after the machine: "the disk is full". Behind a colon. */
const char *reason_of(int result);

/* A text of lang/ in the command's language, with at most one value in it (NULL: none). */
const char *command_said(const struct command_line *line, const char *key, const char *arg);

/* Of LC_ALL, LC_MESSAGES or LANG. */
enum lang command_lang(void);

/* Says on stderr what is wrong and how the command is used; returns EXIT_USAGE. */
int command_usage(const struct command *command, const char *wrong);

/*
 * What the commands are (`word` NULL), those that begin with a word ("ledger"), or one with its options ("ledger check"). When
 * it was asked for, on standard output; else, or when there is no such command, on standard error, and EXIT_USAGE.
 */
int command_help(const char *word, bool asked);

/* Writes what was built to standard output; the exit code. Says on stderr when it cannot: what was asked for is done then. */
int command_print(const struct buf *out);

int command_backup(const struct command_line *line);
int command_backup_keygen(const struct command_line *line);
int command_backup_keys(const struct command_line *line);
int command_calc(const struct command_line *line);
int command_demo(const struct command_line *line);
int command_doctor(const struct command_line *line);
int command_export(const struct command_line *line);
int command_restore(const struct command_line *line);
int command_import(const struct command_line *line);
int command_ledger_check(const struct command_line *line);
int command_ledger_export(const struct command_line *line);
int command_ledger_keygen(const struct command_line *line);
int command_ledger_rebuild(const struct command_line *line);
int command_ledger_renew(const struct command_line *line);
int command_ledger_resume(const struct command_line *line);
int command_ledger_status(const struct command_line *line);
int command_proof(const struct command_line *line);
int command_roles(const struct command_line *line);
int command_schema(const struct command_line *line);
int command_schema_privacy(const struct command_line *line);
int command_schema_diff(const struct command_line *line);
int command_init(const struct command_line *line);
int command_migrate(const struct command_line *line);
int command_openapi(const struct command_line *line);
int command_routes(const struct command_line *line);
int command_serve(const struct command_line *line);
int command_user_code(const struct command_line *line);
int command_user_create(const struct command_line *line);
int command_user_disable(const struct command_line *line);
int command_user_grant(const struct command_line *line);
int command_user_keyring(const struct command_line *line);
int command_user_list(const struct command_line *line);
int command_user_recover(const struct command_line *line);
int command_vacuum(const struct command_line *line);
int command_verify(const struct command_line *line);

#endif
