/*
 * score_now.c: a year's rows and penalties, read and computed.
 */
#include "base/text.h"
#include "mod/oversight/score_now.h"

/* clang-format off */
const struct query score_q_penalties = {
    .name = "score.penalties",
    .sql = "SELECT id, title, value, status, decided_on, origin FROM score_penalty "
           "WHERE gov = ?1 AND year = ?2 AND voided_at IS NULL ORDER BY id LIMIT ?3",
    .in = "iii", .out = "ititit",
};
const struct query score_q_late = {
    .name = "score.late-verdicts",
    .sql = "SELECT COUNT(*) FROM score_input i JOIN score_verdict v ON v.gov = i.gov AND v.input = i.id "
           "WHERE i.gov = ?1 AND i.year = ?2 AND v.late_on IS NOT NULL AND v.voided_at IS NULL",
    .in = "ii", .out = "i",
};
/* clang-format on */

int score_penalties_read(struct db *db, struct arena *a, int64_t gov, int64_t year, struct score_penalty **ret, size_t *ret_n)
{
    struct score_penalty *v = arena_array(a, SCORE_PENALTIES_MAX, struct score_penalty);
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &score_q_penalties, V(gov), V(year), V((int64_t)SCORE_PENALTIES_MAX));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        v[n++] = (struct score_penalty){
            .head = {.gov = gov, .id = rows_int(&rows, 0), .voided_at = INSTANT_NONE},
            .year = {year},
            .title = rows_text(&rows, a, 1),
            .value = rows_int(&rows, 2),
            .status = {rows_text(&rows, a, 3)},
            .decided_on = rows_null(&rows, 4) ? DATE_NONE : (date){(int32_t)rows_int(&rows, 4)},
            .origin = {rows_text(&rows, a, 5)},
        };
        e = 0;
    }
    if (e < 0)
        return e;
    *ret = v;
    *ret_n = n;
    return 0;
}

int64_t score_penalty_sum(const struct score_penalty *v, size_t n)
{
    int64_t sum = 0;
    size_t i;

    for (i = 0; i < n; i++)
        if (text_eq(v[i].status.v, "confirmed") && v[i].value != INT_NONE)
            sum += v[i].value;
    return sum;
}

int score_now(struct db *db, struct arena *a, const struct score_year *year, date as_of, struct score_result *ret)
{
    struct score_penalty *penalties;
    struct score_input *inputs;
    struct score_book book;
    size_t n, n_penalties;
    int e = score_book_read(db, a, year->template.v, &book);

    if (e <= 0)
        return e;
    e = score_inputs_read(db, a, year->head.gov, year->head.id, &inputs, &n);
    if (e == 0)
        e = score_penalties_read(db, a, year->head.gov, year->head.id, &penalties, &n_penalties);
    if (e == 0)
        e = score_book_compute(a, &book, year, inputs, n, score_penalty_sum(penalties, n_penalties), as_of, ret);
    return e < 0 ? e : 1;
}

int score_late_verdicts(struct db *db, int64_t gov, int64_t year, int64_t *ret)
{
    AUTO_ROWS struct rows rows;
    int e = db_select(&rows, db, &score_q_late, V(gov), V(year));

    if (e == 0)
        e = rows_next(&rows);
    if (e > 0)
        *ret = rows_int(&rows, 0);
    return e < 0 ? e : e > 0 ? 0 : E_STORAGE;
}
