/*
 * review_read.c: the rows of one review, and what was promised before it.
 */
#include "base/text.h"
#include "engine/list.h"
#include "engine/row.h"
#include "mod/oversight/review.h"

/* All rows of `ask`, copied one behind the other; E_LIMIT over `most`. */
static int read_all(struct db *db, struct arena *a, struct list_ask *ask, size_t most, void **ret, size_t *ret_n)
{
    size_t size = ask->entity->size, n = 0, i;
    char *v = arena_alloc(a, most * size);
    struct list_rows rows;
    int e;

    ask->limit = LIST_PAGE_MAX;
    do {
        e = list_read(db, a, ask, &rows);
        if (e < 0)
            return e;
        if (n + rows.n > most)
            return E_LIMIT;
        for (i = 0; i < rows.n; i++)
            memcpy(v + (n++) * size, rows.v[i], size);
        ask->cursor = rows.next;
    } while (ask->cursor != NULL);
    *ret = v;
    *ret_n = n;
    return 0;
}

static int read_within(struct db *db, struct arena *a, const struct review_session *s, const struct entity *e,
                       const char *order, size_t most, void **ret, size_t *ret_n)
{
    struct list_ask ask = {.entity = e,
                           .scope = scope_all(s->head.gov),
                           .filters = {{entity_field(e, "session"), LIST_IS, V(s->head.id)}},
                           .n_filters = 1,
                           .order = order != NULL ? entity_field(e, order) : NULL};

    return read_all(db, a, &ask, most, ret, ret_n);
}

int review_read(struct db *db, struct arena *a, int64_t gov, int64_t id, struct review *ret)
{
    void *topics, *commitments, *recommendations;
    int e = row_get(db, a, &review_session_entity, gov, id, &ret->s);

    if (e <= 0)
        return e;
    e = read_within(db, a, &ret->s, &review_topic_entity, "number", REVIEW_TOPICS_MAX, &topics, &ret->n_topics);
    if (e == 0)
        e = read_within(db, a, &ret->s, &commitment_entity, NULL, REVIEW_COMMITMENTS_MAX, &commitments, &ret->n_commitments);
    if (e == 0)
        e = read_within(db, a, &ret->s, &recommendation_entity, NULL, REVIEW_COMMITMENTS_MAX, &recommendations,
                        &ret->n_recommendations);
    if (e < 0)
        return e;
    ret->topics = topics;
    ret->commitments = commitments;
    ret->recommendations = recommendations;
    return 1;
}

static int action_of(struct db *db, struct arena *a, const struct commitment *c, int64_t *ret)
{
    struct review_topic t;
    int e = c->topic.v != 0 ? row_child(db, a, &review_topic_entity, c->head.gov, c->session.v, c->topic.v, &t) : 0;

    *ret = e > 0 ? t.action.v : 0;
    return e < 0 ? e : 0;
}

int commitments_before(struct db *db, struct arena *a, const struct review_session *s, struct earlier **ret, size_t *ret_n)
{
    const struct list_ask ask = {.entity = &commitment_entity,
                                 .scope = scope_all(s->head.gov),
                                 .order = entity_field(&commitment_entity, "deadline"),
                                 .descending = true,
                                 .limit = LIST_PAGE_MAX};
    struct earlier *v = arena_array(a, REVIEW_EARLIER_MAX, struct earlier);
    struct list_rows rows;
    size_t i, n = 0;
    int e = list_read(db, a, &ask, &rows);

    for (i = 0; e == 0 && i < rows.n && n < REVIEW_EARLIER_MAX; i++) {
        const struct commitment *c = rows.v[i];

        if (c->session.v >= s->head.id) /* ids grow with time */
            continue;
        v[n].c = *c;
        e = action_of(db, a, c, &v[n++].action);
    }
    *ret = v;
    *ret_n = n;
    return e;
}
