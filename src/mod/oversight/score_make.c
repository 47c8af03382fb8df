/*
 * score_make.c: the proof of a scorecard, for everybody; a snapshot of today.
 */
#include "base/date.h"
#include "base/text.h"
#include "core/gov/gov.h"
#include "engine/app.h"
#include "engine/record.h"
#include "engine/row.h"
#include "engine/web.h"
#include "mod/oversight/score_card.h"
#include "mod/oversight/score_now.h"

/* ---- its proof, for everybody: every column of a snapshot is public ---- */

void score_public_proof(struct req *r)
{
    struct card c = {.place = FOR_EVERYBODY, .slug = req_gov(r)->slug};
    struct score_snapshot last;
    int e = req_gov(r)->id == 0 ? 0 : card_points(r, req_gov(r)->id, &c);

    if (e > 0)
        e = row_get(r->db, r->arena, &score_snapshot_entity, req_gov(r)->id, c.last->id, &last);
    if (e < 0)
        web_refuse(r, e);
    else if (e == 0)
        r->http->status = 404;
    else
        proof_answer(r, &last.head, NULL, 0, text_printf(r->arena, "rapor-%s-%s", c.slug, date_iso(r->arena, c.last->as_of)));
}

/* ---- a snapshot of today ---- */

struct make_plan {
    struct score_result result;
    const char *done;
};

static int make_apply(struct tx *tx, void *arg)
{
    const struct make_plan *plan = arg;
    struct record head;

    return score_result_store(tx, &plan->result, &head);
}

void score_make_post(struct req *r)
{
    const struct gov *gov = req_gov(r);
    struct make_plan *plan = arena_new(r->arena, struct make_plan);
    const char *asked = http_form(r->http, "tahun");
    struct score_year year;
    int64_t id = 0;
    int e = 0;

    if (gov->id != 0 && asked != NULL && text_int(asked, 1, INT64_MAX, &id) == 0)
        e = row_get(r->db, r->arena, &score_year_entity, gov->id, id, &year);
    if (e == 0) {
        r->http->status = 404;
        return;
    }
    if (e > 0 && !text_eq(year.status.v, "open"))
        e = fail(r, E_STATE, "score_input.year-closed");
    if (e > 0)
        e = score_now(r->db, r->arena, &year, instant_date(r->now, r->zone_minutes), &plan->result);
    if (e == 0)
        e = E_STATE;
    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    plan->done = url(r, "/kerja/%s/rapor?tahun=%lld", gov->slug, (long long)id);
    web_write(r, make_apply, plan, NULL, plan->done);
}
