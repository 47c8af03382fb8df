/*
 * access_record.c: one grant of a role: what was given, who decided each step and when, and its proof in the ledger.
 */
#include "base/text.h"
#include "core/access/access_parts.h"
#include "core/user/pages.h"
#include "engine/history.h"
#include "engine/permit_words.h"
#include "engine/record.h"
#include "engine/row.h"
#include "ui/lang.h"

/* A grant that the pages of this government show; else the answer was made. */
static bool grant_seen(struct req *r, struct role_grant *ret)
{
    const int64_t gov = req_gov(r)->id;
    int e = row_get(r->db, r->arena, &role_grant_entity, 0, route_id(r, "id"), ret);

    if (e < 0) {
        web_refuse(r, e);
        return false;
    }
    if (e == 0 || (ret->in_gov.v != 0 && ret->in_gov.v != gov) || text_has_word(ACCESS_OWN, ret->role.v) ||
        ret->head.voided_at.v != INSTANT_NONE.v) {
        r->http->status = 404;
        return false;
    }
    return true;
}

static int64_t or_zero(int64_t id)
{
    return id == INT_NONE ? 0 : id;
}

/* As the page shows it; agency and unit by name. */
static struct access_line line_of(struct req *r, const struct role_grant *g)
{
    struct agency agency;
    struct unit unit;
    struct access_line line = {.grant = g->head.id,
                               .role = g->role.v,
                               .gov = g->in_gov.v,
                               .agency = or_zero(g->in_agency),
                               .unit = or_zero(g->in_unit),
                               .place = or_zero(g->in_place)};

    if (line.agency != 0 && row_get(r->db, r->arena, &agency_entity, line.gov, line.agency, &agency) == 1)
        line.agency_name = agency.name;
    if (line.unit != 0 && row_get(r->db, r->arena, &unit_entity, line.gov, line.unit, &unit) == 1)
        line.unit_name = unit.name;
    return line;
}

static const char *step_words(struct req *r, const char *step)
{
    const char *words = lang_text(r->lang, text_printf(r->arena, "access.step-%s", step != NULL ? step : "insert"));

    return words != NULL ? words : T(r, "access.step-insert");
}

/* Oldest first: the decision before what became of it. */
static void trail(struct req *r, const struct history *h, size_t n)
{
    struct ui_trail_item *items = arena_array(r->arena, n + 1, struct ui_trail_item);
    size_t i;

    for (i = 0; i < n; i++) {
        const struct history *line = &h[n - 1 - i];

        items[i] = (struct ui_trail_item){
            .what = step_words(r, line->step),
            .when = T2(r, "access.step-by", say_moment(r, line->at), line->by != NULL ? line->by : T(r, "form.the-system")),
            .text = line->remark,
            .state = TRAIL_DONE};
    }
    ui_section_begin(r, "riwayat", T(r, "detail.history"));
    ui_trail(r, items, n);
    ui_section_end(r);
}

static void facts(struct req *r, const struct role_grant *g)
{
    const struct access_line line = line_of(r, g);

    ui_facts_begin(r, true);
    ui_fact(r, T(r, "access.person"), person_name(r, g->holder.v));
    ui_fact(r, T(r, "access.office"), access_office(r, &line));
    ui_fact(r, T(r, "access.period"), access_period(r, g->valid_from, g->valid_to));
    ui_fact(r, T(r, "role_grant.status"), T(r, text_printf(r->arena, "role_grant.status-%s", g->status.v)));
    if (g->given_by.v == 0)
        ui_fact(r, T(r, "access.decision"), T(r, "access.by-setup"));
    else
        ui_fact(r, T(r, "role_grant.given_by"), person_name(r, g->given_by.v));
    if (g->approved_by.v != 0)
        ui_fact(r, T(r, "role_grant.approved_by"), person_name(r, g->approved_by.v));
    if (g->ended_by.v != 0)
        ui_fact(r, T(r, "role_grant.ended_by"), person_name(r, g->ended_by.v));
    ui_fact(r, T(r, "role_grant.basis"), !text_empty(g->basis) ? g->basis : T(r, "access.no-basis"));
    ui_facts_end(r);
}

static void proof(struct req *r, const struct role_grant *g, instant at)
{
    const struct ui_proof line = {.entry = g->head.leaf_idx + 1,
                                  .at = at,
                                  .href = url(r, "/kerja/%s/akses/%lld/bukti", route_param(r, "gov"), (long long)g->head.id)};

    if (g->head.leaf_hash.n > 0 && g->head.leaf_idx != INT_NONE)
        ui_proof(r, &line);
}

void page_access_record(struct req *r)
{
    const char *home = url(r, "/kerja/%s/akses", route_param(r, "gov"));
    const struct crumb back = {T(r, "access.title"), home};
    struct page p = {.shell = SHELL_WORKSPACE, .crumbs = &back, .n_crumbs = 1, .here = home};
    struct role_grant g;
    struct history *h;
    size_t n;
    int e;

    if (!grant_seen(r, &g))
        return;
    e = history_read(r->db, r->arena, &role_grant_entity, 0, g.head.id, 0, &h, &n);
    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    p.title = T2(r, "access.record-title", role_name(r, g.role.v), person_name(r, g.holder.v));
    web_page_begin(r, &p);
    ui_head(r, p.title, role_purpose(r, g.role.v), NULL, 0);
    facts(r, &g);
    if (n > 0)
        trail(r, h, n);
    proof(r, &g, n > 0 ? h[0].at : INSTANT_NONE);
    page_end(r, &p);
}

void page_access_proof(struct req *r)
{
    struct role_grant g;

    if (grant_seen(r, &g))
        proof_answer(r, &g.head, NULL, 0, text_printf(r->arena, "peran-%lld", (long long)g.head.id));
}
