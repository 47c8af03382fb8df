/*
 * import_screen.c: `terang import FILE --as SLUG --gov SLUG`: rows of a screen, by the same code as its page.
 *
 * Not for: official lists (import.c). The writing is this process's own, so no server may run.
 */
#include <errno.h>
#include <fcntl.h>

#include "base/date.h"
#include "base/json.h"
#include "base/text.h"
#include "core/user/admin.h"
#include "engine/import.h"
#include "main/command.h"
#include "main/import.h"
#include "main/instance.h"
#include "main/modules.h"
#include "os/os.h"

#define OUT_MAX     ((size_t)1 * MB)
#define READER_WAIT 2000 /* ms */

static const struct screen *screen_named(const char *slug)
{
    const struct app app = {.modules = modules, .n_modules = modules_n()};

    return screen_by_slug(&app, slug);
}

bool is_screen(const char *word)
{
    return screen_named(word) != NULL;
}

/* ---- who and where ---- */

/* 0, or an exit code with the reason said. */
static int find_user(const struct command_line *line, struct arena *a, struct db *db, instant now, struct import_order *order)
{
    const char *login = line->values[IMPORT_USER];
    struct actor *actor;
    struct grant *grants;
    struct app_user user;
    size_t n = 0;
    int e;

    if (login == NULL)
        return 0;
    e = user_by_login(db, a, login, &user);
    if (e == 0 || (e > 0 && user.disabled))
        return cannot("%s: there is no such account, or it is disabled", login);
    if (e > 0)
        e = grants_of(db, a, user.head.id, instant_date(now, order->gov.zone_minutes), &grants, &n);
    if (e < 0)
        return cannot("%s: %s", login, result_name(e));
    actor = arena_new(a, struct actor);
    *actor = (struct actor){.user = user.head.id,
                            .subject_key = user.head.record_key,
                            .login = user.login,
                            .name = user.name,
                            .grants = grants,
                            .n_grants = n};
    order->actor = actor;
    return 0;
}

static int find_gov(const struct command_line *line, struct arena *a, struct db *db, const struct opened *o,
                    struct import_order *order)
{
    const char *slug = line->values[IMPORT_GOV];
    int e;

    order->gov = (struct gov){.slug = "-", .zone_minutes = o->in.zone_minutes, .zone = o->in.zone};
    if (text_eq(slug, "-"))
        return 0;
    e = gov_by_slug(db, a, slug, &order->gov);
    if (e < 0)
        return cannot("%s: %s", slug, result_name(e));
    return e > 0 ? 0 : command_usage(line->command, text_printf(a, "--gov %s: there is no such government", slug));
}

static int find_both(const struct command_line *line, struct arena *a, struct opened *o, struct import_order *order)
{
    struct db *db;
    int e = pool_take(o->app.pool, READER_WAIT, &db), code;

    if (e < 0)
        return cannot("the database cannot be read: %s", result_name(e));
    code = find_gov(line, a, db, o, order);
    if (code == 0)
        code = find_user(line, a, db, os_now(), order);
    pool_give(o->app.pool, db);
    return code;
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
    int e, code = find_both(line, a, o, order);

    if (code != 0)
        return code;
    e = import_carry_out(&o->app, a, order, report, &run);
    if (e == E_PERMIT)
        return cannot("%s may not import %s there", line->values[IMPORT_USER], order->screen->slug);
    if (e < 0)
        return cannot("%s: cannot be imported: %s", order->file, result_name(e));
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
    struct import_order order = {.screen = screen_named(line->values[IMPORT_AS]),
                                 .lang = line->lang,
                                 .file = slash != NULL ? slash + 1 : line->args[0],
                                 .fd = fd,
                                 .dry_run = line->flags[IMPORT_DRY_RUN],
                                 .leave_wrong = line->flags[IMPORT_LEAVE_WRONG]};
    struct opened opened;
    int code;

    if (fd < 0)
        return cannot("%s: cannot be read: %s", line->args[0], strerror(errno));
    if (line->values[IMPORT_GOV] == NULL)
        return command_usage(line->command, "rows of a screen need --gov, \"-\" for what belongs to no government");
    if ((order.screen->entity->kind == ENTITY_DATA) == text_eq(line->values[IMPORT_GOV], "-"))
        return command_usage(line->command, order.screen->entity->kind == ENTITY_DATA ? "these rows belong to a government"
                                                                                      : "these rows belong to none: --gov -");
    code = instance_open(a, order.dry_run ? USE_READ : USE_WRITE, &opened);
    if (code != 0)
        return code;
    code = carry_out(line, a, &opened, &order);
    instance_close(&opened);
    return code;
}
