/*
 * score_card.c: reads one government's scorecard; its addresses and small words.
 */
#include "base/date.h"
#include "base/text.h"
#include "engine/history.h"
#include "engine/row.h"
#include "engine/web.h"
#include "mod/oversight/score_card.h"

/* ---- reading ---- */

static date quarter_before(date d)
{
    struct civil c = date_civil(d);

    return date_add_days(date_of(c.year, (c.month - 1) / 3 * 3 + 1, 1), -1);
}

/* What is younger than the day that is asked for, or than the figures that count, is left out. */
static void find_points(struct card *c)
{
    size_t i;

    while (c->n_points > 0 && c->points[c->n_points - 1].as_of.v > c->until.v)
        c->n_points--;
    for (i = 0; c->year->snapshot != 0 && i < c->n_points; i++)
        if (c->points[i].id == c->year->snapshot)
            c->n_points = i + 1;
    if (c->n_points == 0)
        return;
    c->last = &c->points[c->n_points - 1];
    for (i = 0; i + 1 < c->n_points; i++)
        if (c->points[i].as_of.v <= quarter_before(c->last->as_of).v)
            c->before = &c->points[i];
}

/* The leaves by the inputs that the newest snapshot was computed of, so the figures agree with it to the last digit. */
static int read_basis(struct req *r, struct card *c, int64_t gov)
{
    struct score_snapshot last;
    struct history *history;
    size_t n;
    int e = score_book_read(r->db, r->arena, c->year->template, &c->book);

    if (e > 0)
        e = row_get(r->db, r->arena, &score_snapshot_entity, gov, c->last->id, &last);
    if (e <= 0)
        return e < 0 ? e : E_STORAGE;
    e = score_book_refill(r->arena, &c->book, last.inputs);
    if (e == 0)
        e = score_compute(r->arena, &c->book.tree, SCORE_SELF, FRACTION_ZERO, &c->self);
    if (e == 0)
        e = score_compute(r->arena, &c->book.tree, SCORE_VERIFIED, FRACTION_ZERO, &c->verified);
    if (e == 0)
        e = score_gains(r->arena, &c->book.tree, fraction_of(last.penalty, 100), false, &c->gains, &c->n_gains);
    if (e == 0)
        e = history_read(r->db, r->arena, &score_snapshot_entity, gov, last.head.id, 0, &history, &n);
    if (e == 0 && n > 0)
        c->recorded = history[n - 1].at;
    return e;
}

/* The newest of each month. */
static size_t months_of(const struct card *c, int64_t ret[SCORE_MONTHS_MAX])
{
    int month = 0;
    size_t i, n = 0;

    for (i = c->n_points; i-- > 0 && n < SCORE_MONTHS_MAX - 2;) {
        struct civil day = date_civil(c->points[i].as_of);

        if (day.year * 12 + day.month == month)
            continue;
        month = day.year * 12 + day.month;
        ret[n++] = c->points[i].id;
    }
    if (c->before != NULL)
        ret[n++] = c->before->id;
    return n;
}

/* "30-6-2026" of the address. */
static void take_until(struct req *r, struct card *c)
{
    const char *typed = http_query(r->http, "pada");

    c->until = (date){INT32_MAX};
    if (text_empty(typed))
        return;
    c->asked = typed;
    c->asked_bad = date_parse(typed, &c->until) < 0;
    if (c->asked_bad)
        c->until = (date){INT32_MAX};
}

int card_points(struct req *r, int64_t gov, struct card *c)
{
    const char *asked = http_query(r->http, "tahun");
    int64_t id = 0;
    size_t i;
    int e = score_years_read(r->db, r->arena, gov, c->years, &c->n_years);

    if (e < 0 || c->n_years == 0)
        return e;
    c->year = &c->years[0];
    if (asked != NULL && text_int(asked, 1, INT64_MAX, &id) == 0)
        for (i = 0; i < c->n_years; i++)
            if (c->years[i].id == id)
                c->year = &c->years[i];
    e = score_points_read(r->db, r->arena, gov, c->year->id, &c->points, &c->n_points);
    if (e < 0 || c->n_points == 0)
        return e;
    take_until(r, c);
    find_points(c);
    return c->n_points > 0;
}

int card_read(struct req *r, int64_t gov, struct card *c)
{
    int64_t months[SCORE_MONTHS_MAX];
    int e = card_points(r, gov, c);

    if (e <= 0)
        return e;
    if (score_bands_parse(r->arena, c->year->bands, c->bands.v, &c->bands.n) < 0)
        c->bands.n = 0;
    e = score_areas_read(r->db, r->arena, gov, months, months_of(c, months), &c->areas, &c->n_areas);
    if (e == 0)
        e = score_inputs_read(r->db, r->arena, gov, c->year->id, &c->inputs, &c->n_inputs);
    if (e == 0)
        e = score_penalties_read(r->db, r->arena, gov, c->year->id, &c->penalties, &c->n_penalties);
    if (e == 0)
        e = score_late_verdicts(r->db, gov, c->year->id, &c->late);
    if (e < 0)
        return e;
    e = read_basis(r, c, gov);
    if (e == E_FORMAT || e == E_INPUT || e == E_STORAGE) { /* then the page shows what was computed, and nothing anew */
        c->book.n = c->n_gains = 0;
        e = 0;
    }
    return e < 0 ? e : 1;
}

/* ---- small words ---- */

const char *card_href(struct req *r, const struct card *c)
{
    switch (c->place) {
    case FOR_STAFF:
        return url(r, "/kerja/%s/rapor", c->slug);
    case FOR_SUPERVISOR:
        return url(r, "/pengawas/rapor/%s", c->slug);
    case FOR_EVERYBODY:
        break;
    }
    return url(r, "/%s/rapor", c->slug);
}

const char *card_area(struct req *r, const struct card *c, const char *code)
{
    return text_printf(r->arena, "%s?tahun=%lld&area=%s#area", card_href(r, c), (long long)c->year->id,
                       url_encode(r->arena, code));
}

const char *card_record(struct req *r, const struct card *c, const char *slug, int64_t id)
{
    return c->place == FOR_EVERYBODY ? NULL : url(r, "/kerja/%s/%s/%lld", c->slug, slug, (long long)id);
}

const char *card_signed(struct req *r, int64_t v)
{
    if (v == INT_NONE)
        return say_score(r, v);
    return v > 0 ? text_printf(r->arena, "+%s", say_score(r, v)) : say_score(r, v);
}

int64_t card_minus(int64_t a, int64_t b)
{
    return a == INT_NONE || b == INT_NONE ? INT_NONE : a - b;
}

const char *card_days_since(struct req *r, date since)
{
    return say_count(r, instant_date(r->now, r->zone_minutes).v - since.v);
}

int64_t card_leaf(const struct score_values *v, size_t i)
{
    int64_t score;

    return v->node_applies[i] && score_rounded(v->node[i], &score) == 0 ? score : INT_NONE;
}

void card_band(struct req *r, const struct card *c, int64_t score)
{
    if (score == INT_NONE)
        html(r, "%s", T(r, "score.na"));
    else
        ui_band(r, score_level(&c->bands, score), score, true);
}

enum tone card_tone(const struct card *c, int64_t score)
{
    return score == INT_NONE ? TONE_NONE : band_tone(score_level(&c->bands, score));
}

const struct score_input *card_input(const struct card *c, size_t place)
{
    size_t i;

    for (i = 0; i < c->n_inputs; i++)
        if (c->inputs[i].node.v == c->book.rows[place].head.id)
            return &c->inputs[i];
    return NULL;
}
