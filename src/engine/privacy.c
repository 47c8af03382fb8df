/*
 * privacy.c: the words of a statement, and the days it counts.
 */
#include "base/date.h"
#include "base/text.h"
#include "engine/app.h"
#include "engine/flow.h"
#include "engine/history.h"
#include "engine/privacy.h"
#include "engine/record.h"

const struct privacy privacy_author = {
    .name = "author", .kind = PRIVACY_GENERAL, .ground = GROUND_DUTY, .basis = "UU 43/2009", .years = 5};

/* ---- words ---- */

const char *privacy_title(const struct req *r, const struct privacy *p)
{
    return T(r, text_printf(r->arena, "privacy.%s", p->name));
}

const char *privacy_purpose(const struct req *r, const struct privacy *p)
{
    return T(r, text_printf(r->arena, "privacy.%s-purpose", p->name));
}

const char *privacy_kept(const struct req *r, const struct app *app, const struct entity *e, const struct privacy *p)
{
    const char *unit = p->years == 0 ? "privacy.days" : privacy_has_end(app, e) ? "privacy.years-ended" : "privacy.years";

    return T1(r, unit, text_printf(r->arena, "%d", p->years > 0 ? p->years : p->days));
}

/* The labels of the asked fields of that statement: "Nama, NIP". */
static const char *labels(const struct req *r, const struct entity *e, const bool *asked, const struct privacy *p)
{
    const char *text = NULL;
    size_t i;

    for (i = 0; i < e->n_fields; i++) {
        const char *label = asked[i] && e->fields[i].privacy == p ? label_of(r, e, &e->fields[i]) : NULL;

        if (label != NULL)
            text = text == NULL ? label : text_printf(r->arena, "%s, %s", text, label);
    }
    return text;
}

void privacy_notice(struct req *r, const struct entity *e, const bool *asked)
{
    size_t i, k;

    for (i = 0; i < e->n_fields; i++) {
        const struct privacy *p = asked[i] ? e->fields[i].privacy : NULL;

        for (k = 0; k < i && p != NULL; k++)
            if (asked[k] && e->fields[k].privacy == p)
                p = NULL;
        if (p != NULL)
            html(r, "<p class=\"small mute\"><b>%s</b> %s %s</p>\n", T1(r, "privacy.notice", labels(r, e, asked, p)),
                 privacy_purpose(r, p), T1(r, "privacy.notice-basis", p->basis));
    }
}

/* ---- how long ---- */

static const struct screen *flowing(const struct app *app, const struct entity *e)
{
    const struct screen *s = screen_of_entity(app, e);

    return s != NULL && s->flow != NULL ? s : NULL;
}

bool privacy_has_end(const struct app *app, const struct entity *e)
{
    return e->ended_by != NULL || flowing(app, e) != NULL;
}

bool privacy_ended(const struct app *app, const struct entity *e, const void *row)
{
    const struct screen *s = flowing(app, e);

    if (((const struct record *)row)->voided_at.v != INSTANT_NONE.v)
        return true;
    if (e->ended_by != NULL)
        return *(const bool *)((const char *)row + entity_field(e, e->ended_by)->offset);
    return s == NULL || record_ended(s, row);
}

date privacy_add(date from, const struct privacy *p)
{
    return p->years > 0 ? date_add_months(from, 12 * p->years) : date_add_days(from, p->days);
}

int privacy_last(struct db *db, const struct app *app, const void *row, date *ret)
{
    const struct record *head = row;
    instant at;
    int result = history_last(db, head->gov, head->id, &at);

    if (result == 0)
        *ret = instant_date(at, app->zone_minutes);
    return result;
}

int privacy_until(struct db *db, const struct app *app, const void *row, const struct privacy *p, date *ret)
{
    date last;
    int result = privacy_last(db, app, row, &last);

    if (result == 0)
        *ret = last.v == DATE_NONE.v ? DATE_NONE : privacy_add(last, p);
    return result;
}
