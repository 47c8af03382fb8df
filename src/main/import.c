/*
 * import.c: `terang import FILE --as WORD`: a file becomes rows. What the word stands for decides who reads the file: a row
 * of `kinds` each.
 *
 * Not for: the checks and the storing, which are those of pages and jobs.
 */
#include <errno.h>
#include <fcntl.h>

#include "base/date.h"
#include "base/json.h"
#include "base/text.h"
#include "core/codeset/codeset.h"
#include "main/command.h"
#include "main/import.h"
#include "main/instance.h"
#include "mod/oversight/score_import.h"
#include "os/os.h"

#define OUT_MAX ((size_t)1 * MB)

/* The file is opened first: afterwards a command of root is no longer root. */
static int read_named(struct arena *a, const char *path, struct bytes *ret)
{
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    int e;

    if (fd < 0)
        return cannot("%s: cannot be read: %s", path, strerror(errno));
    e = os_read_all(fd, a, CODESET_FILE_MAX, ret);
    return e < 0 ? cannot("%s: cannot be read: %s", path, reason_of(e)) : 0;
}

static const char *plain_number(struct arena *a, int64_t n)
{
    return text_printf(a, "%lld", (long long)n);
}

/* ---- official lists ---- */

static int take_day(const struct command_line *line, int option, date *ret)
{
    const char *value = line->values[option];

    *ret = DATE_NONE;
    if (value == NULL || date_iso_parse(value, ret) == 0)
        return 0;
    return command_usage(line->command, text_printf(line->arena, "%s is no day; write it as 2026-01-31", value));
}

static int take_options(const struct command_line *line, struct codeset_options *ret)
{
    int code;

    *ret = (struct codeset_options){
        .version = line->values[IMPORT_VERSION], .basis = line->values[IMPORT_BASIS], .dry_run = line->flags[IMPORT_DRY_RUN]};
    if (text_empty(ret->version) || text_empty(ret->basis))
        return command_usage(line->command, "an official list needs --version and --basis");
    code = take_day(line, IMPORT_FROM, &ret->valid_from);
    return code != 0 ? code : take_day(line, IMPORT_TO, &ret->valid_to);
}

static void say_fault(const struct command_line *line, const struct req *r, const struct codeset_fault *f, struct buf *out)
{
    if (f->line > 0)
        buf_printf(out, "%s:%lld: ", line->args[0], (long long)f->line);
    if (f->column != NULL)
        buf_printf(out, "%s: ", f->column);
    buf_printf(out, "%s\n", T1(r, f->key, f->value));
}

static void codes_text(const struct command_line *line, const struct codeset_spec *spec, const struct codeset_report *report,
                       int result, struct buf *out)
{
    const struct req r = {.arena = line->arena, .lang = line->lang};
    struct arena *a = line->arena;
    size_t i;

    for (i = 0; i < report->n_faults; i++)
        say_fault(line, &r, &report->faults[i], out);
    if (report->wrong > (int64_t)report->n_faults)
        buf_printf(out, "%s\n", T1(&r, "codeset.wrong-more", plain_number(a, report->wrong - (int64_t)report->n_faults)));
    if (report->wrong > 0) {
        buf_printf(out, "%s\n", T1(&r, "codeset.wrong", plain_number(a, report->wrong)));
        return;
    }
    buf_printf(out, "%s\n", T1(&r, "codeset.good", plain_number(a, report->rows)));
    for (i = 1; i <= CODESET_LEVELS && report->levels[2] > 0; i++)
        if (report->levels[i] > 0)
            buf_printf(out, "  %s\n",
                       T2(&r, "codeset.level-count", plain_number(a, (int64_t)i), plain_number(a, report->levels[i])));
    if (result == E_CONFLICT)
        buf_printf(out, "%s\n", T(&r, "codeset.version-taken"));
    else if (report->same)
        buf_printf(out, "%s\n", T1(&r, "codeset.same", report->version));
    else if (line->flags[IMPORT_DRY_RUN])
        buf_printf(out, "%s\n", T(&r, "codeset.dry-run"));
    else if (result == 0)
        buf_printf(out, "%s\n", T2(&r, "codeset.loaded", spec->set, report->version));
}

static void codes_json(const struct command_line *line, const struct codeset_spec *spec, const struct codeset_report *report,
                       int result, struct buf *out)
{
    struct json_out j;
    size_t i;

    json_out_init(&j, out);
    json_out_object(&j);
    json_put_text(&j, "result", result_name(result));
    json_put_text(&j, "list", spec->set);
    json_put_text(&j, "version", report->version != NULL ? report->version : line->values[IMPORT_VERSION]);
    json_put_int(&j, "rows", report->rows);
    json_put_int(&j, "wrong", report->wrong);
    json_put_bool(&j, "same", report->same);
    json_put_bool(&j, "dry_run", line->flags[IMPORT_DRY_RUN]);
    json_put_text(&j, "sha256", report->wrong > 0 ? NULL : hex_text(line->arena, report->sha256, sizeof report->sha256));
    json_put_int(&j, "entry", report->leaf_idx);
    json_put_array(&j, "faults");
    for (i = 0; i < report->n_faults; i++) {
        json_out_object(&j);
        json_put_int(&j, "line", report->faults[i].line);
        json_put_text(&j, "column", report->faults[i].column);
        json_put_text(&j, "fault", report->faults[i].key);
        json_put_text(&j, "value", report->faults[i].value);
        json_out_end(&j);
    }
    json_out_end(&j);
    json_out_end(&j);
    BUG_IF(json_out_done(&j) < 0); /* OUT_MAX holds twenty faults */
    buf_byte(out, '\n');
}

/* Stores what was read, when it is good. 0 with *ret_result, or an exit code with the reason said. */
static int store_codes(const struct command_line *line, const struct codeset_reader *reader,
                       const struct codeset_options *options, int *ret_result)
{
    struct opened opened;
    int code;

    if (reader->report->wrong > 0)
        return 0;
    code = instance_open(line->arena, options->dry_run ? USE_READ : USE_WRITE, &opened);
    if (code != 0)
        return code;
    *ret_result = codeset_store(&opened.app, reader, options, reader->report);
    instance_close(&opened);
    if (*ret_result == 0 || *ret_result == E_CONFLICT)
        return 0;
    return *ret_result == E_INPUT
               ? command_usage(line->command, "--version holds at most 100 bytes, --basis 300; --to is not before --from")
               : cannot("nothing was loaded: %s", reason_of(*ret_result));
}

static int import_codes(const struct command_line *line, struct arena *a)
{
    const struct codeset_spec *spec = codeset_spec_of(line->values[IMPORT_AS]);
    struct codeset_options options;
    struct codeset_report report;
    struct codeset_reader reader;
    struct bytes content;
    struct buf out;
    int code, result;

    code = take_options(line, &options);
    if (code == 0)
        code = read_named(a, line->args[0], &content);
    if (code != 0)
        return code;
    codeset_read_begin(&reader, a, spec, &report);
    result = codeset_read_feed(&reader, content.p, content.n);
    if (result == 0)
        result = codeset_read_end(&reader);
    if (result < 0 && report.wrong == 0)
        return cannot("%s: cannot be taken: %s", line->args[0], reason_of(result));
    code = store_codes(line, &reader, &options, &result);
    if (code != 0)
        return code;
    buf_init(&out, line->arena, OUT_MAX);
    if (line->json)
        codes_json(line, spec, &report, result, &out);
    else
        codes_text(line, spec, &report, result, &out);
    code = command_print(&out);
    return code != 0 ? code : result < 0 ? EXIT_WRONG : EXIT_GOOD;
}

static bool is_codes(const char *word)
{
    return codeset_spec_of(word) != NULL;
}

/* ---- templates of scores ---- */

static bool is_template(const char *word)
{
    return text_eq(word, "score_template");
}

static void template_text(const struct command_line *line, const struct score_import_report *report, int result,
                          struct buf *out)
{
    const struct req r = {.arena = line->arena, .lang = line->lang};
    size_t i;

    for (i = 0; i < report->n_faults; i++) {
        const struct score_import_fault *f = &report->faults[i];

        if (f->line > 0)
            buf_printf(out, "%s:%lld: ", line->args[0], (long long)f->line);
        buf_printf(out, "%s\n", f->value != NULL ? T1(&r, f->key, f->value) : T(&r, f->key));
    }
    if (result == E_CONFLICT)
        buf_printf(out, "%s\n", T(&r, "codeset.version-taken"));
    else if (result == 0)
        buf_printf(out, "%s\n",
                   T2(&r, line->flags[IMPORT_DRY_RUN] ? "score.file-good" : "score.file-stored",
                      plain_number(line->arena, report->nodes), plain_number(line->arena, report->documents)));
}

static void template_json(const struct score_import_report *report, int result, struct buf *out)
{
    struct json_out j;
    size_t i;

    json_out_init(&j, out);
    json_out_object(&j);
    json_put_text(&j, "result", result_name(result));
    json_put_int(&j, "nodes", report->nodes);
    json_put_int(&j, "documents", report->documents);
    json_put_array(&j, "faults");
    for (i = 0; i < report->n_faults; i++) {
        json_out_object(&j);
        json_put_int(&j, "line", report->faults[i].line);
        json_put_text(&j, "fault", report->faults[i].key);
        json_put_text(&j, "value", report->faults[i].value);
        json_out_end(&j);
    }
    json_out_end(&j);
    json_out_end(&j);
    BUG_IF(json_out_done(&j) < 0); /* OUT_MAX holds twenty faults */
    buf_byte(out, '\n');
}

/* All or nothing, as a draft: its supervisor opens it. */
static int import_template(const struct command_line *line, struct arena *a)
{
    static const struct actor_mark mark = {.role = "operator", .name = "terang import"};
    const char *version = line->values[IMPORT_VERSION], *basis = line->values[IMPORT_BASIS];
    struct score_import_report report;
    struct score_template template;
    struct score_draft draft;
    struct opened opened;
    struct bytes content;
    struct buf out;
    int code, e;

    if (text_empty(version) || text_empty(basis) || score_template_of(a, version, basis, &template) < 0)
        return command_usage(line->command, "a template of scores needs --version YEAR.NUMBER and --basis SOURCE");
    code = read_named(a, line->args[0], &content);
    if (code != 0)
        return code;
    e = score_import_read(a, &template, content, &draft, &report);
    if (e == 0 && !line->flags[IMPORT_DRY_RUN]) {
        code = instance_open(line->arena, USE_WRITE, &opened);
        if (code != 0)
            return code;
        e = score_import_store(&opened.app, &draft, &mark);
        instance_close(&opened);
        if (e < 0 && e != E_CONFLICT)
            return cannot("nothing was imported: %s", reason_of(e));
    }
    buf_init(&out, line->arena, OUT_MAX);
    if (line->json)
        template_json(&report, e, &out);
    else
        template_text(line, &report, e, &out);
    code = command_print(&out);
    return code != 0 ? code : e < 0 ? EXIT_WRONG : EXIT_GOOD;
}

/* ---- the command ---- */

static const struct kind {
    bool (*knows)(const char *word);
    int (*import)(const struct command_line *line, struct arena *a); /* the exit code; `a` is large */
} kinds[] = {
    {is_codes, import_codes},
    {is_template, import_template},
    {is_screen, import_screen},
};

int command_import(const struct command_line *line)
{
    const char *word = line->values[IMPORT_AS];
    struct arena a;
    size_t i;
    int code;

    if (word == NULL)
        return command_usage(line->command, "--as says what the file holds");
    for (i = 0; i < ARRAY_LEN(kinds); i++)
        if (kinds[i].knows(word))
            break;
    if (i == ARRAY_LEN(kinds))
        return command_usage(line->command, text_printf(line->arena, "--as %s is not known", word));
    arena_init(&a, CODESET_ARENA_MAX);
    code = kinds[i].import(line, &a);
    arena_finish(&a);
    return code;
}
