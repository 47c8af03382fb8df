/*
 * review_text.c: the minutes as the text that both sides sign the hash of.
 */
#include "base/date.h"
#include "base/text.h"
#include "engine/attachment.h"
#include "engine/row.h"
#include "mod/oversight/oversight.h"
#include "mod/oversight/review.h"

/* One fact a line: line breaks and bars inside a value would make two texts alike. */
static const char *flat(struct arena *a, const char *s)
{
    char *copy = arena_text(a, s != NULL ? s : ""), *p;

    for (p = copy; *p != '\0'; p++)
        if (*p == '\n' || *p == '|')
            *p = *p == '|' ? '/' : ' ';
    return copy;
}

static const char *day(struct arena *a, date d)
{
    return date_is_none(d) ? "" : date_iso(a, d);
}

static void put_session(struct buf *b, struct arena *a, const struct review_session *s)
{
    buf_printf(b, "review|%s|%s|%s|%s|%s\n", s->code, flat(a, s->title), day(a, s->held_on), flat(a, s->starts),
               flat(a, s->place));
    buf_printf(b, "number|%s\ndelegation|%s\nteam|%s\n", flat(a, s->minutes_no), flat(a, s->delegation), flat(a, s->team));
}

/* The files beside the action of a topic, as they are now. */
static int put_files(struct buf *b, struct db *db, struct arena *a, const struct review_topic *t)
{
    struct attachment *v;
    size_t n, i;
    int e = attachments_read(db, a, t->head.gov, t->action.v, &v, &n);

    for (i = 0; e == 0 && i < n; i++)
        if (v[i].head.voided_at.v == INSTANT_NONE.v)
            buf_printf(b, "file|%lld|%s|%s\n", (long long)t->number, v[i].sha256, flat(a, v[i].name));
    return e;
}

int review_text(struct db *db, struct arena *a, const struct review *v, const char **ret)
{
    const struct field *f = entity_field(&review_session_entity, "minutes");
    struct buf b;
    size_t i;
    int e = 0;

    buf_init(&b, a, (size_t)f->max);
    put_session(&b, a, &v->s);
    for (i = 0; i < v->n_topics; i++) {
        const struct review_topic *t = &v->topics[i];

        buf_printf(&b, "topic|%lld|%s|%s|%s|%s\n", (long long)t->number, flat(a, t->title), flat(a, t->reported),
                   flat(a, t->found), t->conclusion.v);
    }
    for (i = 0; i < v->n_commitments; i++) {
        const struct commitment *c = &v->commitments[i];

        buf_printf(&b, "commitment|%s|%s|%lld|%s|%s\n", c->code, flat(a, c->text), (long long)c->agency.v, flat(a, c->position),
                   day(a, c->deadline));
    }
    for (i = 0; i < v->n_recommendations; i++) {
        const struct recommendation *x = &v->recommendations[i];

        buf_printf(&b, "recommendation|%s|%s|%lld|%s|%s\n", flat(a, x->number), flat(a, x->text), (long long)x->agency.v,
                   flat(a, x->position), day(a, x->deadline));
    }
    for (i = 0; e == 0 && i < v->n_topics; i++)
        if (v->topics[i].action.v != 0)
            e = put_files(&b, db, a, &v->topics[i]);
    if (e == 0)
        e = buf_failed(&b);
    *ret = b.s;
    return e;
}
