/*
 * review_minutes.c: the minutes on paper (berita acara): who met where, what was found and promised, recommendations,
 * signatures, and the fingerprints of the evidence. Before they are locked it says "Rancangan".
 *
 * In Indonesian whatever the reader's language: it is a document of the government.
 */
#include "base/date.h"
#include "base/text.h"
#include "core/gov/gov.h"
#include "engine/app.h"
#include "engine/web.h"
#include "mod/oversight/oversight.h"
#include "mod/oversight/review.h"
#include "ui/lang.h"
#include "ui/pdf.h"

struct paper {
    struct req r; /* the reader's, in Indonesian */
    const struct review *v;
    struct gov_item *agencies;
    size_t n_agencies;
    const char *text; /* that was signed, or would be */
    struct pdf *pdf;
};

static const char *agency_of(const struct paper *m, int64_t id)
{
    size_t i;

    for (i = 0; i < m->n_agencies; i++)
        if (m->agencies[i].id == id)
            return m->agencies[i].name;
    return "–";
}

static const char *held_words(struct paper *m)
{
    const struct review_session *s = &m->v->s;
    const char *day = say_weekday(&m->r, s->held_on);

    if (!text_empty(s->starts))
        day = T3(&m->r, "review.day-time", day, s->starts, m->r.zone);
    return T3(&m->r, "review.opening", day, s->place, req_gov(&m->r)->name);
}

static void put_offices(struct paper *m, const char *label, const char *lines)
{
    size_t n, i, shown = 0;
    char **v;

    if (text_empty(lines))
        return;
    pdf_text(m->pdf, label);
    v = text_split(m->r.arena, lines, '\n', &n);
    for (i = 0; i < n; i++)
        if (!text_empty(text_trim(m->r.arena, v[i])))
            pdf_item(m->pdf, text_printf(m->r.arena, "%zu.", ++shown), text_trim(m->r.arena, v[i]));
}

/* clang-format off */
static const struct pdf_column topic_columns[] = {{"No", 1, true}, {"Pokok bahasan", 5, false}, {"Laporan", 3, false}, {"Keadaan yang ditemukan", 6, false}, {"Kesimpulan", 3, false}};
static const struct pdf_column promise_columns[] = {{"Nomor", 3, false}, {"Komitmen", 6, false}, {"Pemilik", 5, false}, {"Selesai pada", 3, false}};
static const struct pdf_column advice_columns[] = {{"Nomor", 3, false}, {"Rekomendasi", 6, false}, {"Perangkat daerah", 5, false}, {"Tenggat", 3, false}};
static const struct pdf_column file_columns[] = {{"Pokok", 1, true}, {"Berkas", 4, false}, {"SHA-256", 9, false}};
/* clang-format on */

static void put_topics(struct paper *m)
{
    const struct field *f = entity_field(&review_topic_entity, "conclusion");
    size_t i;

    pdf_heading(m->pdf, T(&m->r, "review_topic.many"));
    pdf_table_begin(m->pdf, topic_columns, ARRAY_LEN(topic_columns));
    for (i = 0; i < m->v->n_topics; i++) {
        const struct review_topic *t = &m->v->topics[i];
        const char *const cells[] = {say_count(&m->r, t->number), t->title, t->reported, t->found,
                                     label_code(&m->r, &review_topic_entity, f, t->conclusion.v)};

        pdf_table_row(m->pdf, PDF_ROW, cells);
    }
    pdf_table_end(m->pdf);
}

static void put_promises(struct paper *m)
{
    size_t i;

    if (m->v->n_commitments == 0)
        return;
    pdf_heading(m->pdf, T(&m->r, "commitment.many"));
    pdf_table_begin(m->pdf, promise_columns, ARRAY_LEN(promise_columns));
    for (i = 0; i < m->v->n_commitments; i++) {
        const struct commitment *c = &m->v->commitments[i];
        const char *const cells[] = {c->code, c->text, text_empty(c->position) ? agency_of(m, c->agency.v) : c->position,
                                     say_day_brief(&m->r, c->deadline)};

        pdf_table_row(m->pdf, PDF_ROW, cells);
    }
    pdf_table_end(m->pdf);
}

static void put_advice(struct paper *m)
{
    size_t i;

    if (m->v->n_recommendations == 0)
        return;
    pdf_heading(m->pdf, T(&m->r, "recommendation.many"));
    pdf_table_begin(m->pdf, advice_columns, ARRAY_LEN(advice_columns));
    for (i = 0; i < m->v->n_recommendations; i++) {
        const struct recommendation *x = &m->v->recommendations[i];
        const char *const cells[] = {x->number, x->text, text_empty(x->position) ? agency_of(m, x->agency.v) : x->position,
                                     say_day_brief(&m->r, x->deadline)};

        pdf_table_row(m->pdf, PDF_ROW, cells);
    }
    pdf_table_end(m->pdf);
}

/* "file|3|SHA|NAME" of the signed text. */
static void put_files(struct paper *m)
{
    size_t n, i, k, shown = 0;
    char **lines = text_split(m->r.arena, m->text, '\n', &n), **part;

    for (i = 0; i < n; i++) {
        if (!text_starts(lines[i], "file|"))
            continue;
        if (shown++ == 0) {
            pdf_heading(m->pdf, T(&m->r, "review.annex"));
            pdf_table_begin(m->pdf, file_columns, ARRAY_LEN(file_columns));
        }
        part = text_split(m->r.arena, lines[i], '|', &k);
        pdf_table_row(m->pdf, PDF_ROW, (const char *const[]){part[1], part[3], part[2]});
    }
    if (shown > 0)
        pdf_table_end(m->pdf);
}

static const char *first_line(struct arena *a, const char *lines, const char *otherwise)
{
    size_t n;

    return text_empty(lines) ? otherwise : text_split(a, lines, '\n', &n)[0];
}

static void put_signatures(struct paper *m)
{
    const struct review_session *s = &m->v->s;
    const char *electronic = T(&m->r, "review.signed-electronically");
    const struct pdf_signature v[] = {
        {.place_date = T(&m->r, "review.for-government"),
         .role = first_line(m->r.arena, s->delegation, req_gov(&m->r)->name),
         .note = s->gov_hash != NULL ? electronic : NULL,
         .name = s->gov_hash != NULL ? "" : NULL},
        {.place_date = T(&m->r, "review.for-supervisor"),
         .role = first_line(m->r.arena, s->team, T(&m->r, "review.supervisor")),
         .note = s->team_hash != NULL ? electronic : NULL,
         .name = s->team_hash != NULL ? "" : NULL},
    };

    pdf_sign_row(m->pdf, v, ARRAY_LEN(v));
}

static int put_fingerprint(struct paper *m)
{
    const struct review_session *s = &m->v->s;
    const char *page =
        text_printf(m->r.arena, "%s/%s/reviu/%lld", m->r.app->origin, req_gov(&m->r)->slug, (long long)s->head.id);

    if (s->minutes_hash == NULL) {
        pdf_quiet(m->pdf, T(&m->r, "review.draft-text"));
        return 0;
    }
    return pdf_code(m->pdf, page, T2(&m->r, "review.fingerprint", s->minutes_hash, page));
}

static int draw(struct paper *m)
{
    const struct review_session *s = &m->v->s;
    int e;

    pdf_title(m->pdf, T(&m->r, "review.minutes-title"),
              text_printf(m->r.arena, "Nomor: %s", text_empty(s->minutes_no) ? "–" : s->minutes_no));
    if (text_eq(s->origin.v, "example"))
        pdf_quiet(m->pdf, T(&m->r, "review.example-text"));
    pdf_text(m->pdf, held_words(m));
    put_offices(m, T(&m->r, "review_session.delegation"), s->delegation);
    put_offices(m, T(&m->r, "review_session.team"), s->team);
    put_topics(m);
    put_promises(m);
    put_advice(m);
    put_signatures(m);
    e = put_fingerprint(m);
    put_files(m);
    return e;
}

static int make(struct req *r, const struct review *v, struct bytes *ret)
{
    struct paper m = {.r = *r, .v = v, .text = v->s.minutes};
    const struct pdf_head head = {.title = v->s.title,
                                  .lang = LANG_ID,
                                  .created = r->now,
                                  .foot = text_empty(v->s.minutes_no) ? v->s.code : v->s.minutes_no};
    int e = agency_list(r->db, r->arena, v->s.head.gov, v->s.held_on, &m.agencies, &m.n_agencies);

    AUTO_PDF struct pdf *p = NULL;

    m.r.lang = LANG_ID;
    if (e == 0 && m.text == NULL)
        e = review_text(r->db, r->arena, v, &m.text);
    if (e < 0)
        return e;
    p = m.pdf = pdf_begin(r->arena, &head);
    e = draw(&m);
    return e < 0 ? e : pdf_end(p, ret);
}

/* ---- answers ---- */

static void answer(struct req *r, const struct review *v)
{
    struct bytes file;
    int e = make(r, v, &file);

    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    r->http->type = "application/pdf";
    http_answer_header(r->http, "Content-Disposition",
                       text_printf(r->arena, "inline; filename=\"berita-acara-%s.pdf\"", v->s.code));
    buf_add_n(r->out, file.p, file.n);
    r->http->status = 200;
}

/* Of the route's {id}; NULL when the request is answered. */
static const struct review *asked(struct req *r, bool published)
{
    struct review *v = arena_new(r->arena, struct review);
    int e = req_gov(r)->id != 0 ? review_read(r->db, r->arena, req_gov(r)->id, route_id(r, "id"), v) : 0;

    if (e > 0 && (v->s.head.voided_at.v != INSTANT_NONE.v || (published && !text_eq(v->s.status.v, "published"))))
        e = 0;
    if (e < 0)
        web_refuse(r, e);
    else if (e == 0)
        r->http->status = 404;
    return e > 0 ? v : NULL;
}

void review_minutes_page(struct req *r)
{
    const struct review *v = asked(r, false);

    if (v != NULL)
        answer(r, v);
}

void review_public_minutes(struct req *r)
{
    const struct review *v = asked(r, true);

    if (v != NULL)
        answer(r, v);
}
