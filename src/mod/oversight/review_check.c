/*
 * review_check.c: what a form, a file or a program may write of a review: only while it is open.
 */
#include "base/date.h"
#include "base/text.h"
#include "engine/list.h"
#include "engine/row.h"
#include "engine/web.h"
#include "mod/oversight/review.h"

static void origin_default(state *origin)
{
    if (origin->v == NULL)
        origin->v = "entered";
}

static bool is_time(const char *s)
{
    return strlen(s) == 5 && s[2] == '.' && strspn(s, "0123456789.") == 5 && strncmp(s, "24", 2) < 0 && s[3] < '6';
}

void review_session_check(const struct req *r, const void *before, void *row, struct faults *f)
{
    const struct review_session *old = before;
    struct review_session *s = row;

    (void)r;
    if (old == NULL)
        origin_default(&s->origin);
    else if (!review_is_open(old))
        faults_add(f, NULL, "review.is-locked", NULL);
    if (!text_empty(s->starts) && !is_time(s->starts))
        faults_add(f, "starts", "review.time-bad", NULL);
}

/* The review a row belongs to, of the row's own government; false after a fault. */
static bool is_of_open_review(const struct req *r, int64_t gov, int64_t session, struct faults *f, struct review_session *ret)
{
    if (row_get(r->db, r->arena, &review_session_entity, gov, session, ret) <= 0) {
        faults_add(f, "session", "review.not-there", NULL);
        return false;
    }
    if (!review_is_open(ret))
        faults_add(f, NULL, "review.is-locked", NULL);
    return review_is_open(ret);
}

void review_topic_check(const struct req *r, const void *before, void *row, struct faults *f)
{
    struct review_topic *x = row;
    struct review_session s;

    if (before == NULL && x->conclusion.v == NULL)
        x->conclusion.v = "open";
    (void)is_of_open_review(r, x->head.gov, x->session.v, f, &s);
}

/* "reviu-2026-3/2": how many there have been, voided ones too, so that no number comes twice. */
static const char *next_code(const struct req *r, const struct review_session *s)
{
    const struct list_ask ask = {.entity = &commitment_entity,
                                 .scope = scope_all(s->head.gov),
                                 .filters = {{entity_field(&commitment_entity, "session"), LIST_IS, V(s->head.id)}},
                                 .n_filters = 1,
                                 .voided = true};
    int64_t n = list_count(r->db, r->arena, &ask);

    return n < 0 ? NULL : text_printf(r->arena, "%s/%lld", s->code, (long long)n + 1);
}

void commitment_check(const struct req *r, const void *before, void *row, struct faults *f)
{
    struct commitment *x = row;
    struct review_session s;

    if (!is_of_open_review(r, x->head.gov, x->session.v, f, &s))
        return;
    if (x->deadline.v < s.held_on.v)
        faults_add(f, "deadline", "commitment.before-review", NULL);
    if (before != NULL)
        return;
    origin_default(&x->origin);
    x->code = next_code(r, &s);
    if (x->code == NULL)
        faults_add(f, NULL, "form.unread", NULL);
}

bool issuer_is(const struct req *r, const char *issuer)
{
    static const struct {
        const char *issuer, *role;
    } issuers[] = {{"kpk", "supervisor_kpk"}, {"province", "supervisor_province"}, {"inspectorate", "inspector"}};
    size_t i, k;

    for (i = 0; i < ARRAY_LEN(issuers); i++)
        for (k = 0; text_eq(issuers[i].issuer, issuer) && r->actor != NULL && k < r->actor->n_grants; k++)
            if (text_eq(r->actor->grants[k].role, issuers[i].role))
                return true;
    return false;
}

void recommendation_check(const struct req *r, const void *before, void *row, struct faults *f)
{
    const struct recommendation *old = before;
    struct recommendation *x = row;
    struct review_session s;

    if (old == NULL)
        origin_default(&x->origin);
    else if (!text_eq(old->status.v, "issued"))
        faults_add(f, NULL, "recommendation.is-fixed", NULL);
    if (r->actor != NULL && !issuer_is(r, x->issuer.v))
        faults_add(f, "issuer", "recommendation.issuer-not-yours", NULL);
    if (x->deadline.v < x->issued_on.v)
        faults_add(f, "deadline", "recommendation.before-issue", NULL);
    if (x->session.v != 0)
        (void)is_of_open_review(r, x->head.gov, x->session.v, f, &s);
}

/* ---- in the writer: the review may have been locked since the form was checked ---- */

static int still_open(struct tx *tx, int64_t gov, int64_t session)
{
    struct review_session s;
    int e = row_get(tx->db, tx->arena, &review_session_entity, gov, session, &s);

    if (e < 0)
        return e;
    return e == 1 && review_is_open(&s) ? 0 : E_STATE;
}

int review_topic_saved(struct tx *tx, const void *before, const void *row, const struct record *head)
{
    (void)before;
    return still_open(tx, head->gov, ((const struct review_topic *)row)->session.v);
}

int commitment_saved(struct tx *tx, const void *before, const void *row, const struct record *head)
{
    (void)before;
    return still_open(tx, head->gov, ((const struct commitment *)row)->session.v);
}

int recommendation_saved(struct tx *tx, const void *before, const void *row, const struct record *head)
{
    const struct recommendation *x = row;

    (void)before;
    return x->session.v != 0 ? still_open(tx, head->gov, x->session.v) : 0;
}

/* What has been locked, or followed up, stays. */
int review_session_voided(struct tx *tx, const void *row)
{
    (void)tx;
    return review_is_open(row) ? 0 : E_STATE;
}

int recommendation_voided(struct tx *tx, const void *row)
{
    (void)tx;
    return text_eq(((const struct recommendation *)row)->status.v, "issued") ? 0 : E_STATE;
}

int review_topic_voided(struct tx *tx, const void *row)
{
    const struct review_topic *x = row;

    return still_open(tx, x->head.gov, x->session.v);
}

int commitment_voided(struct tx *tx, const void *row)
{
    const struct commitment *x = row;

    return still_open(tx, x->head.gov, x->session.v);
}
