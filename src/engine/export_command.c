/*
 * export_command.c: a file of a list without a browser: the same rights, the same columns, and for personal ones the same note
 * and leaf, stored before the first row is written.
 */
#include "base/text.h"
#include "engine/app.h"
#include "engine/export.h"
#include "engine/list_page.h"
#include "engine/seat.h"
#include "ledger/ledger.h"
#include "os/os.h"
#include "ui/lang.h"

#define READER_WAIT 2000 /* ms */

static struct seat_conf seat_of(const struct export_order *order)
{
    return (struct seat_conf){.screen = order->screen,
                              .act = order->reason != NULL ? "export" : "read",
                              .gov = order->gov,
                              .actor = order->actor,
                              .command = "terang export",
                              .lang = order->lang};
}

/* A name that the page passes over would give a file of more rows than were meant. */
static const char *unknown_name(const struct list_query *q, const struct http_pairs *pairs)
{
    size_t i, k;

    for (i = 0; i < pairs->n; i++) {
        const char *name = pairs->v[i].name;

        for (k = 0; k < q->n_parts && !text_eq(q->part[k].name, name); k++)
            ;
        if (k == q->n_parts && !text_eq(name, "q") && !text_eq(name, "urut") && !text_eq(name, "batal"))
            return name;
    }
    return NULL;
}

static const char *known_names(struct req *r, const struct list_query *q, const char *unknown)
{
    const char *text = text_printf(r->arena, "--query: %s is none of: q urut batal", unknown);
    size_t k;

    for (k = 0; k < q->n_parts; k++)
        text = text_printf(r->arena, "%s %s", text, q->part[k].name);
    return text;
}

/* The query read, or E_INPUT with what is wrong with it. */
static int ask(struct req *r, const struct export_order *order, struct list_query *ret, const char **ret_wrong)
{
    const struct http_pairs pairs = query_pairs(r->arena, order->query != NULL ? order->query : "");
    const char *unknown;
    size_t i;
    int e;

    if (!may(r, r->route->permission, order->gov.id))
        return E_PERMIT;
    if (order->reason != NULL &&
        (order->actor == NULL || !export_has_personal(order->screen) || personal_hidden(r, order->gov.id)))
        return E_PERMIT;
    e = query_take(r, order->screen, order->reason != NULL ? "export" : "read", order->gov.id, &pairs, ret);
    ret->ask.cursor = NULL;
    unknown = e == 0 ? unknown_name(ret, &pairs) : NULL;
    if (unknown != NULL) {
        *ret_wrong = known_names(r, ret, unknown);
        return E_INPUT;
    }
    for (i = 0; e == 0 && i < ret->n_parts; i++)
        if (ret->part[i].error != NULL) {
            *ret_wrong = text_printf(r->arena, "%s: %s", ret->part[i].name, ret->part[i].error);
            e = E_INPUT;
        }
    return e;
}

/* Who takes what, and why, stands in the ledger before a row is read. */
struct leaving {
    struct export_note note;
    struct actor_mark mark;
};

static int leave_note(struct tx *tx, void *arg)
{
    struct leaving *l = arg;

    tx->actor = &l->mark;
    return export_note_store(tx, &l->note);
}

static int tell_ledger(struct req *r, const struct export_order *order, const struct list_query *q)
{
    const struct seat_conf conf = seat_of(order);
    struct leaving *l = arena_new(r->arena, struct leaving);
    const char *query = query_text(r, q, QUERY_WHOLE);

    l->mark = seat_mark(r, &conf);
    l->note = (struct export_note){.head = {.gov = order->gov.id, .id = os_new_id()},
                                   .person = order->actor->user,
                                   .screen = order->screen->slug,
                                   .format = export_format_name(order->format),
                                   .query = query[0] != '\0' ? query : NULL,
                                   .reason = order->reason};
    return writer_do(r->app->writer, leave_note, l);
}

int64_t export_carry_out(struct app *app, struct arena *a, const struct export_order *order, const char **ret_wrong)
{
    const struct seat_conf conf = seat_of(order);
    struct req *r = seat_take(app, a, &conf);
    const char *fault = order->reason != NULL ? export_reason_fault(a, order->reason) : NULL;
    struct list_query *q = arena_new(a, struct list_query);
    int64_t e;

    *ret_wrong = NULL;
    if (fault != NULL) {
        *ret_wrong = lang_text(order->lang, fault);
        return E_INPUT;
    }
    e = pool_take(app->pool, READER_WAIT, &r->db);
    if (e < 0)
        return e;
    e = ask(r, order, q, ret_wrong);
    if (e == 0 && order->reason != NULL)
        e = tell_ledger(r, order, q);
    if (e == 0)
        e = export_write(r, q, order->format, order->reason != NULL, EXPORT_ROWS_COMMAND, order->fd, order->temporary);
    pool_give(app->pool, r->db);
    return e;
}
