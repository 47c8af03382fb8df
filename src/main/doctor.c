/*
 * doctor.c: `terang doctor`: what is wrong with the installation, a line each with what to do about it (security.md P5).
 *
 * Exit 1 on a finding, 2 when something could not be looked at and nothing was found, 0 otherwise. Changes nothing.
 */
#include <inttypes.h>

#include "base/json.h"
#include "base/text.h"
#include "main/doctor.h"
#include "os/os.h"

#define OUT_MAX ((size_t)1 * MB)

void doctor_says(struct doctor *d, enum doctor_weight weight, const char *word, const char *a, const char *b)
{
    struct doctor_line *l = arena_new(d->a, struct doctor_line);

    *l = (struct doctor_line){.weight = weight, .word = word, .a = arena_text(d->a, a), .b = arena_text(d->a, b)};
    *d->last = l;
    d->last = &l->next;
    d->findings += weight == DOCTOR_FINDING;
}

const char *doctor_number(struct doctor *d, int64_t n)
{
    return text_printf(d->a, "%" PRId64, n);
}

/* ---- telling ---- */

static const char *words_of(const struct doctor *d, const struct doctor_line *l)
{
    const struct req r = {.arena = d->a, .lang = d->line->lang};

    return T2(&r, l->word, l->a, l->b);
}

static void tell_text(const struct doctor *d, struct buf *out)
{
    const struct req r = {.arena = d->a, .lang = d->line->lang};
    const struct doctor_line *l;

    for (l = d->first; l != NULL; l = l->next)
        buf_printf(out, "%s %s\n", T(&r, l->weight == DOCTOR_FINDING ? "doctor.finding" : "doctor.note"), words_of(d, l));
    buf_printf(out, "%s\n",
               d->findings > 0 ? T1(&r, "doctor.found", text_printf(d->a, "%d", d->findings)) : T(&r, "doctor.good"));
}

void doctor_json(const struct doctor *d, struct json_out *j)
{
    const struct doctor_line *l;

    json_put_array(j, "lines");
    for (l = d->first; l != NULL; l = l->next) {
        json_out_object(j);
        json_put_text(j, "weight", l->weight == DOCTOR_FINDING ? "finding" : "note");
        json_put_text(j, "word", strchr(l->word, '.') + 1);
        json_put_text(j, "a", l->a);
        json_put_text(j, "b", l->b);
        json_put_text(j, "text", words_of(d, l));
        json_out_end(j);
    }
    json_out_end(j);
    json_put_int(j, "findings", d->findings);
    json_put_bool(j, "complete", !d->blind);
}

static void tell_json(const struct doctor *d, struct buf *out)
{
    struct json_out j;

    json_out_init(&j, out);
    json_out_object(&j);
    doctor_json(d, &j);
    json_out_end(&j);
    buf_byte(out, '\n');
}

static int tell(const struct doctor *d)
{
    struct buf out;

    buf_init(&out, d->a, OUT_MAX);
    if (d->line->json)
        tell_json(d, &out);
    else
        tell_text(d, &out);
    if (command_print(&out) != EXIT_GOOD)
        return EXIT_UNKNOWN;
    return d->findings > 0 ? EXIT_WRONG : d->blind ? EXIT_UNKNOWN : EXIT_GOOD;
}

/* ---- the command ---- */

/* A database that cannot be opened is a finding and not the end of the looking. */
static void look_inside(struct doctor *d)
{
    struct opened o;
    char why[DB_WHY];
    int e;

    e = instance_current(&d->in, why);
    if (e <= 0) {
        doctor_says(d, DOCTOR_FINDING, e < 0 ? "doctor.no-database" : "doctor.schema", e < 0 ? why : NULL, NULL);
        return;
    }
    if (instance_open(d->a, USE_READ, &o) != 0) {
        doctor_says(d, DOCTOR_FINDING, "doctor.not-opened", NULL, NULL); /* the reason is on stderr */
        return;
    }
    d->app = &o.app;
    doctor_data(d);
    d->app = NULL;
    instance_close(&o);
}

int doctor_look(struct doctor *ret, const struct command_line *line)
{
    int code;

    *ret = (struct doctor){.line = line, .a = line->arena};
    ret->last = &ret->first;
    code = instance_read(ret->a, &ret->in);
    if (code != 0)
        return code;
    ret->top = os_open_dir(ret->in.path);
    if (ret->top < 0)
        return cannot("%s: cannot be opened", ret->in.path);
    if (ret->in.demo)
        os_clock_allow_test();
    ret->now = os_now();
    doctor_host(ret);
    look_inside(ret);
    return 0;
}

void doctor_end(struct doctor *d)
{
    os_close(&d->top);
}

int command_doctor(const struct command_line *line)
{
    struct doctor d;
    int code = doctor_look(&d, line);

    if (code != 0)
        return code;
    code = tell(&d);
    doctor_end(&d);
    return code;
}
