/*
 * score_board.c: gathers, sorts, and finds the middle of what is compared.
 */
#include <stdlib.h>

#include "base/date.h"
#include "base/text.h"
#include "engine/app.h"
#include "mod/oversight/score_board.h"

/* ---- gathering ---- */

static void take_points(struct board *b, struct board_row *row)
{
    size_t i;

    for (i = 0; i < b->read.n_points; i++)
        if (b->read.points[i].gov == row->gov->id) {
            if (row->n_points == 0)
                row->points = &b->read.points[i];
            row->n_points++;
        }
    row->last = row->n_points > 0 ? &row->points[row->n_points - 1] : NULL;
}

static void take_heads(struct board *b)
{
    size_t i, k;

    for (i = 0; i < b->read.n_areas; i++) {
        for (k = 0; k < b->n_heads && !text_eq(b->heads[k]->code, b->read.areas[i].code); k++)
            ;
        if (k == b->n_heads && k < AREAS_MAX)
            b->heads[b->n_heads++] = &b->read.areas[i];
    }
}

static void take_areas(struct board *b, struct board_row *row)
{
    size_t i, k;

    for (i = 0; i < b->read.n_areas; i++)
        for (k = 0; k < b->n_heads; k++)
            if (b->read.areas[i].gov == row->gov->id && text_eq(b->heads[k]->code, b->read.areas[i].code))
                row->area[k] = &b->read.areas[i];
}

int64_t board_gap(const struct board_row *x)
{
    return x->last->self == INT_NONE || x->last->verified == INT_NONE ? INT_NONE : x->last->self - x->last->verified;
}

int64_t board_age(const struct board *b, const struct board_row *x)
{
    return date_is_none(x->last->waiting_since) ? 0 : b->today.v - x->last->waiting_since.v;
}

/* What a column is sorted by: "nilai", "selisih", "antrean", "kurang", or the code of an area. */
static int64_t key_of(const struct board *b, const struct board_row *x, const char *by)
{
    size_t k;

    if (text_eq(by, "selisih"))
        return board_gap(x);
    if (text_eq(by, "antrean"))
        return board_age(b, x);
    if (text_eq(by, "kurang"))
        return x->last->missing;
    for (k = 0; k < b->n_heads; k++)
        if (text_eq(by, b->heads[k]->code))
            return x->area[k] != NULL ? x->area[k]->verified : INT_NONE;
    return x->last->verified;
}

/* Highest first; equal ones stay in the order of their codes. */
static void sort_rows(struct board *b, const char *by)
{
    size_t i, k;

    for (i = 1; i < b->n; i++) {
        struct board_row x = b->rows[i];
        int64_t key = key_of(b, &x, by);

        for (k = i; k > 0 && key_of(b, &b->rows[k - 1], by) < key; k--)
            b->rows[k] = b->rows[k - 1];
        b->rows[k] = x;
    }
}

static bool in_scope(const struct req *r, int64_t gov)
{
    return may(r, "score.read", gov);
}

static void take_asked(struct req *r, struct board *b)
{
    const char *typed = http_query(r->http, "pada");

    b->by = http_query(r->http, "urut");
    b->until = (date){INT32_MAX};
    if (text_empty(typed))
        return;
    b->asked = typed;
    b->asked_bad = date_parse(typed, &b->until) < 0;
    if (b->asked_bad)
        b->until = (date){INT32_MAX};
}

int board_gather(struct req *r, struct board *b)
{
    size_t i;
    int e = score_newest_template(r->db, r->arena, &b->template);

    if (e <= 0)
        return e;
    if (score_bands_parse(r->arena, b->template.bands, b->bands.v, &b->bands.n) < 0)
        b->bands.n = 0;
    take_asked(r, b);
    e = score_compare_read(r, &b->template, b->until, b->everybody ? NULL : in_scope, &b->read);
    if (e < 0)
        return e;
    take_heads(b);
    b->today = instant_date(r->now, r->zone_minutes);
    b->rows = arena_array(r->arena, b->read.n_govs + 1, struct board_row);
    for (i = 0; i < b->read.n_govs; i++) {
        struct board_row *x = &b->rows[b->n];

        x->gov = &b->read.govs[i];
        take_points(b, x);
        if (x->last == NULL)
            continue;
        take_areas(b, x);
        b->n++;
    }
    sort_rows(b, b->by);
    return 1;
}

/* ---- medians ---- */

static int compare_numbers(const void *x, const void *y)
{
    const int64_t *a = x, *b = y;

    return (*a > *b) - (*a < *b);
}

int64_t board_median(const struct req *r, const struct board *b, const char *by)
{
    int64_t *v = arena_array(r->arena, b->n + 1, int64_t);
    size_t i, n = 0;

    for (i = 0; i < b->n; i++) {
        v[n] = key_of(b, &b->rows[i], by);
        n += v[n] != INT_NONE;
    }
    if (n == 0)
        return INT_NONE;
    qsort(v, n, sizeof *v, compare_numbers);
    return n % 2 == 1 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2] + 1) / 2;
}
