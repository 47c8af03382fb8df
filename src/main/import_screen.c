/*
 * import_screen.c: `terang import FILE --as SLUG --gov SLUG`: rows of a screen, by the same code as its page.
 *
 * Not for: official lists (import.c). The writing is this process's own, so no server may run.
 */
#include <errno.h>
#include <fcntl.h>

#include "base/json.h"
#include "base/text.h"
#include "engine/import.h"
#include "main/behalf.h"
#include "main/import.h"
#include "os/os.h"

#define OUT_MAX ((size_t)1 * MB)

bool is_screen(const char *word)
{
    return behalf_screen(word) != NULL;
}

/* ---- saying ---- */

static void faults_json(struct json_out *j, const struct import_report *report)
{
    size_t i;

    json_put_array(j, "faults");
    for (i = 0; i < report->n_faults; i++) {
        json_out_object(j);
        json_put_int(j, "line", report->faults[i].line);
        json_put_text(j, "column", report->faults[i].column);
        json_put_text(j, "fault", report->faults[i].key);
        json_put_text(j, "value", report->faults[i].arg);
        json_out_end(j);
    }
    json_out_end(j);
}

static void say_json(const struct import_order *order, const struct import_report *report, const struct import_run *run,
                     struct buf *out)
{
    static const char *const counts[] = {[IMPORT_NEW] = "new",
                                         [IMPORT_CHANGED] = "changed",
                                         [IMPORT_SAME] = "same",
                                         [IMPORT_LEFT] = "left",
                                         [IMPORT_WRONG] = "wrong"};
    struct json_out j;
    int i;

    json_out_init(&j, out);
    json_out_object(&j);
    json_put_text(&j, "screen", order->screen->slug);
    json_put_text(&j, "refused", report->refused);
    json_put_int(&j, "rows", report->rows);
    for (i = 0; i < IMPORT_END_COUNT; i++)
        json_put_int(&j, counts[i], report->count[i]);
    json_put_bool(&j, "dry_run", order->dry_run);
    json_put_text(&j, "state", run->id != 0 ? import_state_code(run->state) : NULL);
    json_put_text(&j, "error", run->id != 0 ? run->error : NULL);
    json_put_text(&j, "run", run->id != 0 ? text_printf(out->arena, "%lld", (long long)run->id) : NULL);
    faults_json(&j, report);
    json_out_end(&j);
    BUG_IF(json_out_done(&j) < 0); /* OUT_MAX holds fifty faults */
    buf_byte(out, '\n');
}

static void say_text(const struct command_line *line, const struct import_order *order, const struct import_report *report,
                     const struct import_run *run, struct buf *out)
{
    const struct req r = {.arena = out->arena, .lang = line->lang};

    import_report_words(&r, line->args[0], report, out);
    if (report->refused != NULL)
        return;
    if (run->id != 0)
        buf_printf(out, "%s\n", T(&r, text_printf(out->arena, "import.state-%s", import_state_code(run->state))));
    else
        buf_printf(out, "%s\n", order->dry_run ? T(&r, "import.dry-run") : T(&r, "import.not-written"));
}

static int outcome(const struct import_order *order, const struct import_report *report, const struct import_run *run)
{
    if (report->refused != NULL || (run->id != 0 && run->state != IMPORT_DONE))
        return EXIT_WRONG;
    return report->count[IMPORT_WRONG] > 0 && !(order->leave_wrong && !order->dry_run) ? EXIT_WRONG : EXIT_GOOD;
}

/* ---- the command ---- */

static int carry_out(const struct command_line *line, struct arena *a, struct opened *o, struct import_order *order)
{
    struct import_report *report = arena_new(a, struct import_report);
    struct import_run run;
    struct buf out;
    struct behalf behalf;
    int e, code = behalf_find(line, a, o, line->values[IMPORT_GOV], line->values[IMPORT_USER], &behalf);

    if (code != 0)
        return code;
    order->gov = behalf.gov;
    order->actor = behalf.actor;
    e = import_carry_out(&o->app, a, order, report, &run);
    if (e == E_PERMIT)
        return cannot("%s may not import %s there", line->values[IMPORT_USER], order->screen->slug);
    if (e < 0)
        return cannot("%s: cannot be imported: %s", order->file, reason_of(e));
    buf_init(&out, a, OUT_MAX);
    if (line->json)
        say_json(order, report, &run, &out);
    else
        say_text(line, order, report, &run, &out);
    code = command_print(&out);
    return code != 0 ? code : outcome(order, report, &run);
}

int import_screen(const struct command_line *line, struct arena *a)
{
    /* The file is opened first: afterwards a command of root is no longer root. */
    AUTO_CLOSE int fd = open(line->args[0], O_RDONLY | O_CLOEXEC | O_NOCTTY);
    const char *slash = strrchr(line->args[0], '/');
    struct import_order order = {.screen = behalf_screen(line->values[IMPORT_AS]),
                                 .lang = line->lang,
                                 .file = slash != NULL ? slash + 1 : line->args[0],
                                 .fd = fd,
                                 .dry_run = line->flags[IMPORT_DRY_RUN],
                                 .leave_wrong = line->flags[IMPORT_LEAVE_WRONG]};
    struct opened opened;
    int code;

    if (fd < 0)
        return cannot("%s: cannot be read: %s", line->args[0], strerror(errno));
    code = behalf_usage(line, order.screen, line->values[IMPORT_GOV]);
    if (code != 0)
        return code;
    code = instance_open(a, order.dry_run ? USE_READ : USE_WRITE, &opened);
    if (code != 0)
        return code;
    code = carry_out(line, a, &opened, &order);
    instance_close(&opened);
    return code;
}
