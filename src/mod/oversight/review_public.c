/*
 * review_public.c: for everybody: reviews that were published, how many promises were kept, recommendations with their state;
 * and one review with the text that was signed.
 */
#include "base/date.h"
#include "base/text.h"
#include "engine/list.h"
#include "engine/record.h"
#include "engine/row.h"
#include "engine/web.h"
#include "mod/oversight/oversight.h"
#include "mod/oversight/review.h"
#include "ui/lang.h"
#include "ui/layout.h"

#define SHOWN 50 /* of each kind; open data has all */

static int read_lot(struct req *r, const struct entity *e, const char *order, struct list_rows *ret)
{
    const struct list_ask ask = {
        .entity = e, .scope = scope_all(req_gov(r)->id), .order = entity_field(e, order), .descending = true, .limit = SHOWN};

    return list_read(r->db, r->arena, &ask, ret);
}

/* What is said in a meeting is public with its minutes. */
static bool is_out(const struct list_rows *sessions, ref session)
{
    size_t i;

    for (i = 0; i < sessions->n; i++) {
        const struct review_session *s = sessions->v[i];

        if (s->head.id == session.v)
            return text_eq(s->status.v, "published");
    }
    return false;
}

static void keep_commitments(const struct list_rows *sessions, struct list_rows *rows, struct arena *a)
{
    const void **v = arena_array(a, rows->n + 1, const void *);
    size_t i, n = 0;

    for (i = 0; i < rows->n; i++)
        if (is_out(sessions, ((const struct commitment *)rows->v[i])->session))
            v[n++] = rows->v[i];
    rows->v = v;
    rows->n = n;
}

/* One that was given outside of a meeting is public at once. */
static void keep_advice(const struct list_rows *sessions, struct list_rows *rows, struct arena *a)
{
    const void **v = arena_array(a, rows->n + 1, const void *);
    size_t i, n = 0;

    for (i = 0; i < rows->n; i++) {
        const struct recommendation *x = rows->v[i];

        if (x->session.v == 0 || is_out(sessions, x->session))
            v[n++] = x;
    }
    rows->v = v;
    rows->n = n;
}

static const char *code_word(struct req *r, const struct entity *e, const char *field, const char *code)
{
    return label_code(r, e, entity_field(e, field), code);
}

static void put_state(struct req *r, const struct flow *f, const char *code, bool late)
{
    const struct flow_state *s = flow_state(f, code);

    ui_tag(r, s != NULL ? s->tone : TONE_NONE, ICON_OF_TONE, code_word(r, f->entity, "status", code));
    if (late)
        ui_tag(r, TONE_BAD, ICON_OF_TONE, T(r, "action.late"));
}

/* ---- reviews ---- */

static void put_sessions(struct req *r, const struct list_rows *rows)
{
    size_t i, n = 0;

    ui_section_begin(r, "reviu", label_many(r, &review_session_entity));
    for (i = 0; i < rows->n; i++) {
        const struct review_session *s = rows->v[i];
        const char *facts[] = {say_day(r, s->held_on), s->place};
        const struct ui_row_item item = {.title = s->title,
                                         .href = url(r, "/%s/reviu/%lld", req_gov(r)->slug, (long long)s->head.id),
                                         .facts = facts,
                                         .n_facts = 2};

        if (!text_eq(s->status.v, "published"))
            continue;
        if (n++ == 0)
            ui_rows_begin(r);
        ui_row_item_begin(r, &item);
        html(r, "<a class=\"btn plain\" href=\"%s\">%s</a>",
             url(r, "/%s/reviu/%lld/berita-acara.pdf", req_gov(r)->slug, (long long)s->head.id), T(r, "review.minutes"));
        ui_row_item_end(r);
    }
    if (n > 0)
        ui_rows_end(r);
    else
        html(r, "<p class=\"mute\">%s</p>\n", T(r, "review.none-published"));
    ui_section_end(r);
}

/* ---- promises ---- */

static void put_kept(struct req *r, const struct list_rows *rows)
{
    date today = instant_date(r->now, r->zone_minutes);
    int64_t kept = 0, broken = 0, running = 0, late = 0;
    size_t i;

    for (i = 0; i < rows->n; i++) {
        const struct commitment *c = rows->v[i];

        kept += text_eq(c->status.v, "kept");
        broken += text_eq(c->status.v, "broken");
        running += text_has_word("promised claimed", c->status.v);
        late += commitment_late(c, today);
    }
    ui_figures(r,
               (struct ui_figure[]){
                   {.label = code_word(r, &commitment_entity, "status", "kept"), .number = say_count(r, kept)},
                   {.label = code_word(r, &commitment_entity, "status", "broken"),
                    .number = say_count(r, broken),
                    .tone = broken > 0 ? TONE_BAD : TONE_NONE},
                   {.label = T(r, "review.running"),
                    .number = say_count(r, running),
                    .context = late > 0 ? T1(r, "action.count-late", say_count(r, late)) : NULL},
               },
               3);
}

enum { WHAT, NUMBER, DAY, STATE, COLUMNS };

static void put_promises(struct req *r, const struct list_rows *rows)
{
    const struct ui_column columns[COLUMNS] = {
        [WHAT] = {.label = T(r, "commitment.text"), .head = true},
        [NUMBER] = {.label = T(r, "commitment.code")},
        [DAY] = {.label = T(r, "commitment.deadline")},
        [STATE] = {.label = T(r, "commitment.status")},
    };
    const struct ui_table t = {.caption = label_many(r, &commitment_entity), .columns = columns, .n = COLUMNS, .fold = true};
    date today = instant_date(r->now, r->zone_minutes);
    size_t i;

    ui_section_begin(r, "komitmen", label_many(r, &commitment_entity));
    put_kept(r, rows);
    if (rows->n > 0)
        ui_table_begin(r, &t);
    for (i = 0; i < rows->n; i++) {
        const struct commitment *c = rows->v[i];

        ui_row_begin(r, false);
        ui_cell(r, &t, WHAT, c->text);
        ui_cell(r, &t, NUMBER, c->code);
        ui_cell(r, &t, DAY, say_day_brief(r, c->deadline));
        ui_cell_begin(r, &t, STATE);
        put_state(r, &commitment_flow, c->status.v, commitment_late(c, today));
        ui_cell_end(r, &t, STATE);
        ui_row_end(r);
    }
    if (rows->n > 0)
        ui_table_end(r, &t);
    ui_section_end(r);
}

static void put_advice(struct req *r, const struct list_rows *rows)
{
    const struct ui_column columns[COLUMNS] = {
        [WHAT] = {.label = T(r, "recommendation.text"), .head = true},
        [NUMBER] = {.label = T(r, "recommendation.issuer")},
        [DAY] = {.label = T(r, "recommendation.deadline")},
        [STATE] = {.label = T(r, "recommendation.status")},
    };
    const struct ui_table t = {
        .caption = label_many(r, &recommendation_entity), .columns = columns, .n = COLUMNS, .fold = true};
    date today = instant_date(r->now, r->zone_minutes);
    size_t i;

    ui_section_begin(r, "rekomendasi", label_many(r, &recommendation_entity));
    if (rows->n == 0)
        html(r, "<p class=\"mute\">%s</p>\n", T(r, "review.no-advice"));
    else
        ui_table_begin(r, &t);
    for (i = 0; i < rows->n; i++) {
        const struct recommendation *x = rows->v[i];

        ui_row_begin(r, false);
        ui_cell_begin(r, &t, WHAT);
        html(r, "%s", x->text);
        ui_sub(r, x->number);
        ui_cell_end(r, &t, WHAT);
        ui_cell(r, &t, NUMBER, code_word(r, &recommendation_entity, "issuer", x->issuer.v));
        ui_cell(r, &t, DAY, say_day_brief(r, x->deadline));
        ui_cell_begin(r, &t, STATE);
        put_state(r, &recommendation_flow, x->status.v, recommendation_late(x, today));
        ui_cell_end(r, &t, STATE);
        ui_row_end(r);
    }
    if (rows->n > 0)
        ui_table_end(r, &t);
    ui_section_end(r);
}

void review_public_page(struct req *r)
{
    struct page p = {.shell = SHELL_PUBLIC, .title = T(r, "review.public")};
    struct list_rows sessions, promises, advice;
    int e;

    if (req_gov(r)->id == 0) {
        r->http->status = 404;
        return;
    }
    e = read_lot(r, &review_session_entity, "held_on", &sessions);
    if (e == 0)
        e = read_lot(r, &commitment_entity, "deadline", &promises);
    if (e == 0)
        e = read_lot(r, &recommendation_entity, "deadline", &advice);
    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    keep_commitments(&sessions, &promises, r->arena);
    keep_advice(&sessions, &advice, r->arena);
    web_page_begin(r, &p);
    ui_head(r, p.title, T(r, "review.public-line"), NULL, 0);
    put_sessions(r, &sessions);
    put_promises(r, &promises);
    put_advice(r, &advice);
    page_end(r, &p);
    if (r->actor == NULL)
        r->http->cache = HTTP_CACHE_PUBLIC;
}

/* ---- one review ---- */

static void put_seals(struct req *r, const struct review_session *s)
{
    ui_facts_begin(r, true);
    ui_fact(r, T(r, "review_session.held_on"), say_weekday(r, s->held_on));
    ui_fact(r, T(r, "review_session.place"), s->place);
    ui_fact(r, T(r, "review_session.minutes_no"), s->minutes_no);
    ui_fact(r, T(r, "review_session.minutes_hash"), s->minutes_hash);
    ui_fact(r, T(r, "review.for-government"),
            T(r, text_eq(s->gov_hash, s->minutes_hash) ? "review.signed-this" : "review.unsigned"));
    ui_fact(r, T(r, "review.for-supervisor"),
            T(r, text_eq(s->team_hash, s->minutes_hash) ? "review.signed-this" : "review.unsigned"));
    ui_fact(r, T(r, "review_session.signed_on"), date_is_none(s->signed_on) ? NULL : say_day(r, s->signed_on));
    ui_facts_end(r);
}

/* False when the request has been answered. */
static bool read_published(struct req *r, struct review_session *ret)
{
    int e = req_gov(r)->id != 0 ? row_get(r->db, r->arena, &review_session_entity, req_gov(r)->id, route_id(r, "id"), ret) : 0;

    if (e > 0 && (ret->head.voided_at.v != INSTANT_NONE.v || !text_eq(ret->status.v, "published")))
        e = 0;
    if (e < 0)
        web_refuse(r, e);
    else if (e == 0)
        r->http->status = 404;
    return e > 0;
}

void review_public_one(struct req *r)
{
    struct page p = {.shell = SHELL_PUBLIC};
    struct review_session s;
    const char *base;

    if (!read_published(r, &s))
        return;
    base = url(r, "/%s/reviu/%lld", req_gov(r)->slug, (long long)s.head.id);
    p.title = s.title;
    web_page_begin(r, &p);
    ui_head(r, p.title, T(r, "review.public-line"), NULL, 0);
    html(r, "<div class=\"stack\">");
    if (text_eq(s.origin.v, "example"))
        ui_note(r, TONE_WARN, T(r, "action.example"), T(r, "review.example-text"));
    put_seals(r, &s);
    ui_buttons(
        r,
        (struct ui_button[]){
            {.label = T(r, "review.minutes"), .href = text_printf(r->arena, "%s/berita-acara.pdf", base), .look = BUTTON_FIRST},
            {.label = T(r, "review.proof"), .href = text_printf(r->arena, "%s/bukti", base)}},
        2);
    ui_more_begin(r, T(r, "review_session.minutes"));
    html(r, "<p class=\"mute small\">%s</p>\n<pre>%s</pre>\n", T(r, "review.text-how"), s.minutes);
    ui_more_end(r);
    html(r, "</div>\n");
    page_end(r, &p);
    if (r->actor == NULL)
        r->http->cache = HTTP_CACHE_PUBLIC;
}

/* Every column of a review is public. */
void review_public_proof(struct req *r)
{
    struct review_session s;

    if (read_published(r, &s))
        proof_answer(r, &s.head, NULL, 0, text_printf(r->arena, "reviu-%s", s.code));
}
