/*
 * score_page.c: the scorecard of one government: where it stands, what adds most, how the year went. The same page for staff,
 * for supervisors and for everybody; only who may read records gets links to them. No person is named.
 *
 * Not for: several governments (score_compare.c).
 */
#include "base/date.h"
#include "base/text.h"
#include "core/gov/gov.h"
#include "engine/app.h"
#include "engine/web.h"
#include "mod/oversight/score_card.h"

/* ---- figures ---- */

/* On a day of the past, how much was left then. */
static const char *closing(struct req *r, const struct card *c, const char **ret_number)
{
    date day = c->asked != NULL && !c->asked_bad ? c->until : instant_date(r->now, r->zone_minutes);
    int64_t left = date_is_none(c->year->closes) ? INT_NONE : c->year->closes.v - day.v;

    *ret_number = left == INT_NONE ? say_count(r, INT_NONE)
                  : left < 0       ? T(r, "score.closed")
                                   : T1(r, "score.days-left", say_count(r, left));
    return left == INT_NONE ? NULL : say_day(r, c->year->closes);
}

/* How old the queue is, and what the index were if all of it was accepted today. */
static const char *waiting_words(struct req *r, const struct score_point *p)
{
    int64_t then = p->pending == INT_NONE ? INT_NONE : p->pending > p->penalty ? p->pending - p->penalty : 0;

    if (p->waiting == INT_NONE || p->waiting == 0)
        return NULL;
    if (date_is_none(p->waiting_since) || then == INT_NONE)
        return then == INT_NONE ? NULL : T1(r, "score.if-accepted", say_score(r, then));
    return T2(r, "score.oldest-and", card_days_since(r, p->waiting_since), say_score(r, then));
}

static void put_figures(struct req *r, const struct card *c)
{
    const struct score_point *p = c->last;
    const char *left, *closes = closing(r, c, &left), *score = card_record(r, c, "nilai", p->id);
    bool records = c->place != FOR_EVERYBODY;
    char word[] = "score.band-0";
    struct ui_figure v[5];

    word[sizeof word - 2] = (char)('0' + (p->verified == INT_NONE ? 1 : score_level(&c->bands, p->verified)));
    v[0] = (struct ui_figure){.label = T(r, "score.verified"),
                              .number = say_score(r, p->verified),
                              .context = T(r, word),
                              .href = score,
                              .tone = card_tone(c, p->verified)};
    v[1] = (struct ui_figure){.label = T(r, "score.self"),
                              .number = say_score(r, p->self),
                              .context = T1(r, "score.gap-of", say_score(r, card_minus(p->self, p->verified))),
                              .href = score};
    v[2] = (struct ui_figure){
        .label = T(r, "score.waiting"),
        .number = T1(r, "score.documents", say_count(r, p->waiting)),
        .context = waiting_words(r, p),
        .href = records ? url(r, "/kerja/%s/penilaian?year=%lld&status=waiting", c->slug, (long long)c->year->id) : NULL};
    v[3] = (struct ui_figure){.label = T(r, "score.target"),
                              .number = say_score(r, c->year->target),
                              .context = card_minus(c->year->target, p->verified) > 0
                                             ? T1(r, "score.short-of", say_score(r, card_minus(c->year->target, p->verified)))
                                             : T(r, "score.reached"),
                              .href = records ? url(r, "/kerja/-/templat-nilai/%lld", (long long)c->year->template) : NULL};
    v[4] = (struct ui_figure){.label = T(r, "score.closes"),
                              .number = left,
                              .context = closes,
                              .href = card_record(r, c, "tahun-program", c->year->id)};
    ui_figures(r, v, ARRAY_LEN(v));
}

/* ---- the page ---- */

static void put_years(struct req *r, const struct card *c)
{
    struct ui_tab tabs[SCORE_YEARS_MAX];
    size_t i;

    if (c->n_years < 2)
        return;
    for (i = 0; i < c->n_years; i++)
        tabs[i] = (struct ui_tab){.label = c->years[i].title,
                                  .href = text_printf(r->arena, "%s?tahun=%lld", card_href(r, c), (long long)c->years[i].id),
                                  .count = -1,
                                  .here = &c->years[i] == c->year};
    ui_tabs(r, T(r, "score_year.many"), tabs, c->n_years);
}

static void put_proof(struct req *r, const struct card *c)
{
    const char *href = c->place == FOR_EVERYBODY ? url(r, "/%s/rapor/bukti?tahun=%lld", c->slug, (long long)c->year->id)
                                                 : url(r, "/kerja/%s/nilai/%lld/bukti", c->slug, (long long)c->last->id);

    if (c->last->leaf_idx != INT_NONE && c->recorded.v != INSTANT_NONE.v)
        ui_proof(r, &(struct ui_proof){.entry = c->last->leaf_idx + 1, .at = c->recorded, .href = href});
}

static void put_make(struct req *r, const struct card *c)
{
    if (c->place != FOR_STAFF || c->asked != NULL || !text_eq(c->year->status, "open") || !may(r, "score.make", req_gov(r)->id))
        return;
    ui_form_begin(r, "hitung", url(r, "/kerja/%s/rapor/hitung", c->slug), FORM_POST);
    ui_hidden(r, "tahun", text_printf(r->arena, "%lld", (long long)c->year->id));
    web_once(r);
    ui_buttons(r, &(struct ui_button){.label = T(r, "score.make")}, 1);
    ui_form_end(r);
}

static void put_until(struct req *r, const struct card *c)
{
    const struct ui_field field = {.type = CONTROL_DATE,
                                   .name = "pada",
                                   .label = T(r, "score.until"),
                                   .value = c->asked != NULL ? c->asked : "",
                                   .placeholder = "30-6-2026"};
    const struct ui_error wrong = {"pada", T(r, "score.until-bad")};

    ui_errors(r, &wrong, c->asked_bad);
    html(r, "<form class=\"filter\" action=\"%s\" aria-label=\"%s\">", link_to(card_href(r, c)), T(r, "score.until"));
    ui_hidden(r, "tahun", text_printf(r->arena, "%lld", (long long)c->year->id));
    ui_filter_field(r, &field);
    html(r, "<button class=\"btn\">%s</button></form>\n", T(r, "score.until-show"));
}

static void put_head(struct req *r, const struct card *c)
{
    const struct gov *gov = req_gov(r);
    const struct ui_button records[] = {
        {.label = T(r, "score_input.many"), .href = url(r, "/kerja/%s/penilaian?year=%lld", c->slug, (long long)c->year->id)}};

    ui_head(r, T1(r, "score.card-of", text_printf(r->arena, "%lld", (long long)c->year->year)),
            T3(r, "score.card-line", gov->name, c->year->template_name, say_day(r, c->last->as_of)), records,
            c->place == FOR_EVERYBODY ? 0 : ARRAY_LEN(records));
    if (c->year->example)
        ui_note(r, TONE_WARN, T(r, "score.example"), T(r, "score.example-text"));
    put_years(r, c);
    put_until(r, c);
}

void score_nav(struct page *p)
{
    static const struct nav_item nav[] = {{"score.compare", "/pengawas/banding"}, {"front.supervised", "/pengawas"}};

    p->nav = nav;
    p->n_nav = ARRAY_LEN(nav);
    p->here = "/pengawas/banding";
}

static void put_scope(struct req *r, const struct card *c, struct page *p)
{
    struct scope_fact *facts = arena_array(r->arena, 3, struct scope_fact);

    if (c->place != FOR_SUPERVISOR)
        return;
    facts[0] = (struct scope_fact){T(r, "front.scope-gov"), req_gov(r)->name};
    facts[1] = (struct scope_fact){T(r, "score_year.template"), c->year != NULL ? c->year->template_name : "–"};
    facts[2] =
        (struct scope_fact){NULL, c->last != NULL ? T1(r, "score.as-of", say_day(r, c->last->as_of)) : T(r, "score.none")};
    p->scope = facts;
    p->n_scope = 3;
    p->scope_change = "/pengawas/banding";
    score_nav(p);
}

static void show(struct req *r, enum place place, enum shell shell)
{
    const struct gov *gov = req_gov(r);
    struct page p = {.shell = shell, .title = T(r, "score.card")};
    struct card c = {.place = place, .slug = gov->slug, .recorded = INSTANT_NONE};
    int e;

    if (gov->id == 0) {
        r->http->status = 404;
        return;
    }
    e = card_read(r, gov->id, &c);
    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    put_scope(r, &c, &p);
    web_page_begin(r, &p);
    if (e == 0) {
        ui_head(r, p.title, gov->name, NULL, 0);
        if (c.asked != NULL)
            put_until(r, &c);
        else if (c.n_years > 0)
            put_make(r, &c);
        state_empty(r, T(r, "score.none"), T(r, c.asked != NULL ? "score.none-then" : "score.none-text"), NULL);
    } else {
        put_head(r, &c);
        put_figures(r, &c);
        put_make(r, &c);
        card_ending(r, &c);
        card_areas(r, &c);
        card_steps(r, &c);
        card_area_detail(r, &c);
        card_year(r, &c);
        put_proof(r, &c);
    }
    page_end(r, &p);
    if (r->actor == NULL)
        r->http->cache = HTTP_CACHE_PUBLIC;
}

void score_work_page(struct req *r)
{
    show(r, FOR_STAFF, SHELL_WORKSPACE);
}

void score_supervisor_page(struct req *r)
{
    show(r, FOR_SUPERVISOR, SHELL_SUPERVISOR);
}

void score_public_page(struct req *r)
{
    show(r, FOR_EVERYBODY, SHELL_PUBLIC);
}
