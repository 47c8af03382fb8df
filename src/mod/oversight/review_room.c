/*
 * review_room.c: the meeting room: the agenda at the left, one topic at a time with its evidence and earlier promises, what was
 * found and promised, the commitments of these minutes, and how the review ends. Who leads writes; everybody else reads along.
 *
 * Not for: storing a topic (review_note.c).
 */
#include "mod/oversight/review_room.h"

#include "base/date.h"
#include "base/text.h"
#include "engine/attachment.h"
#include "engine/row.h"
#include "ui/layout.h"

#define EARLIER_SHOWN 12 /* beside the agenda; the list of commitments has all */

/* ---- reading ---- */

/* The first topic that was not talked about, else the first. */
static size_t next_topic(const struct review *v)
{
    size_t i;

    for (i = 0; i < v->n_topics; i++)
        if (text_eq(v->topics[i].conclusion.v, "open"))
            return i;
    return 0;
}

static void choose_topic(struct room *m, const char *asked)
{
    int64_t number;
    size_t i;

    m->at = next_topic(&m->v);
    if (asked == NULL || text_int(asked, 1, INT64_MAX, &number) < 0)
        return;
    for (i = 0; i < m->v.n_topics; i++)
        if (m->v.topics[i].number == number)
            m->at = i;
}

int room_read(struct req *r, int64_t id, const char *topic, struct room *ret)
{
    const int64_t gov = req_gov(r)->id;
    int e;

    *ret = (struct room){.open = false};
    if (gov == 0)
        return 0;
    e = review_read(r->db, r->arena, gov, id, &ret->v);
    if (e <= 0)
        return e;
    if (ret->v.s.head.voided_at.v != INSTANT_NONE.v)
        return 0;
    ret->open = review_is_open(&ret->v.s) && may(r, "review_topic.edit", gov);
    choose_topic(ret, topic);
    e = agency_list(r->db, r->arena, gov, instant_date(r->now, r->zone_minutes), &ret->agencies, &ret->n_agencies);
    if (e == 0)
        e = commitments_before(r->db, r->arena, &ret->v.s, &ret->before, &ret->n_before);
    return e < 0 ? e : 1;
}

/* ---- words ---- */

static const char *state_word(struct req *r, const struct entity *e, const char *field, const char *code)
{
    return label_code(r, e, entity_field(e, field), code);
}

static const char *agency_name(struct req *r, const struct room *m, int64_t id)
{
    size_t i;

    for (i = 0; i < m->n_agencies; i++)
        if (m->agencies[i].id == id)
            return m->agencies[i].name;
    return T(r, "action.unknown");
}

static const char *room_path(struct req *r, const struct room *m, int64_t topic)
{
    const char *slug = req_gov(r)->slug;
    long long id = (long long)m->v.s.head.id;

    return topic > 0 ? url(r, "/kerja/%s/rapat/%lld?pokok=%lld", slug, id, (long long)topic)
                     : url(r, "/kerja/%s/rapat/%lld", slug, id);
}

static enum tone tone_of(const struct flow *f, const char *code)
{
    const struct flow_state *s = flow_state(f, code);

    return s != NULL ? s->tone : TONE_NONE;
}

/* ---- the agenda ---- */

static void put_agenda(struct req *r, const struct room *m)
{
    struct ui_step *steps = arena_array(r->arena, m->v.n_topics + 1, struct ui_step);
    size_t i, done = 0;

    for (i = 0; i < m->v.n_topics; i++) {
        const struct review_topic *t = &m->v.topics[i];

        steps[i] = (struct ui_step){.label = text_printf(r->arena, "%lld. %s", (long long)t->number, t->title),
                                    .href = room_path(r, m, t->number),
                                    .done = !text_eq(t->conclusion.v, "open"),
                                    .here = i == m->at};
        done += steps[i].done;
    }
    html(r, "<h2>%s</h2>\n", label_many(r, &review_topic_entity));
    html(r, "<p class=\"mute small\">%s</p>\n",
         T2(r, "review.done-of", say_count(r, (int64_t)done), say_count(r, (int64_t)m->v.n_topics)));
    ui_steps(r, steps, m->v.n_topics);
}

static void put_offices(struct req *r, const char *label, const char *lines)
{
    size_t n, i;
    char **v;

    if (text_empty(lines))
        return;
    v = text_split(r->arena, lines, '\n', &n);
    html(r, "<p class=\"small\"><b>%s</b></p>\n<ul class=\"small names\" role=\"list\">", label);
    for (i = 0; i < n; i++)
        if (!text_empty(text_trim(r->arena, v[i])))
            html(r, "<li>%s</li>", text_trim(r->arena, v[i]));
    html(r, "</ul>\n");
}

static void put_present(struct req *r, const struct review_session *s)
{
    if (text_empty(s->delegation) && text_empty(s->team))
        return;
    ui_more_begin(r, T(r, "review.present"));
    put_offices(r, T(r, "review_session.delegation"), s->delegation);
    put_offices(r, T(r, "review_session.team"), s->team);
    ui_more_end(r);
}

static void put_earlier(struct req *r, const struct room *m)
{
    size_t i;

    if (m->n_before == 0)
        return;
    html(r, "<h2>%s</h2>\n<ul class=\"small names\" role=\"list\">", T(r, "review.before"));
    for (i = 0; i < m->n_before && i < EARLIER_SHOWN; i++) {
        const struct commitment *c = &m->before[i].c;

        html(r, "<li><a href=\"%s\">%s</a><br>", url(r, "/kerja/%s/komitmen/%lld", req_gov(r)->slug, (long long)c->head.id),
             c->text);
        ui_tag(r, tone_of(&commitment_flow, c->status.v), ICON_OF_TONE,
               state_word(r, &commitment_entity, "status", c->status.v));
        html(r, "</li>");
    }
    html(r, "</ul>\n");
}

/* ---- one topic ---- */

static void put_before(struct req *r, const struct room *m, int64_t action)
{
    date today = instant_date(r->now, r->zone_minutes);
    size_t i, n = 0;

    for (i = 0; i < m->n_before; i++) {
        const struct earlier *x = &m->before[i];

        if (action == 0 || x->action != action)
            continue;
        if (n++ == 0)
            ui_fact_begin(r, T(r, "review.before"));
        html(r, "<p><a href=\"%s\">%s</a>, %s ", url(r, "/kerja/%s/komitmen/%lld", req_gov(r)->slug, (long long)x->c.head.id),
             x->c.text, say_day_brief(r, x->c.deadline));
        ui_tag(r, tone_of(&commitment_flow, x->c.status.v), ICON_OF_TONE,
               state_word(r, &commitment_entity, "status", x->c.status.v));
        if (commitment_late(&x->c, today))
            ui_tag(r, TONE_BAD, ICON_OF_TONE, T(r, "action.late"));
        html(r, "</p>");
    }
    if (n > 0)
        ui_fact_end(r);
}

static int put_action(struct req *r, const struct room *m, int64_t action)
{
    struct action_item x;
    struct attachment *files;
    size_t n, i, whole = 0;
    int e = row_get(r->db, r->arena, &action_item_entity, m->v.s.head.gov, action, &x);

    if (e <= 0)
        return e;
    e = attachments_read(r->db, r->arena, x.head.gov, action, &files, &n);
    if (e < 0)
        return e;
    for (i = 0; i < n; i++)
        whole += files[i].head.voided_at.v == INSTANT_NONE.v;
    ui_fact_begin(r, T(r, "review.deadline"));
    action_deadline_cell(r, &x);
    html(r, ", %s", action_percent(r, x.target));
    ui_fact_end(r);
    ui_fact_begin(r, T(r, "review.today"));
    html(r, "%s ", action_percent(r, x.progress));
    action_status_cell(r, &x);
    ui_fact_end(r);
    ui_fact_begin(r, T(r, "review.evidence"));
    html(r, "<a href=\"%s\">%s</a>", url(r, "/kerja/%s/aksi/%lld", req_gov(r)->slug, (long long)action),
         T1(r, "review.files", say_count(r, (int64_t)whole)));
    ui_fact_end(r);
    return 0;
}

/* What the meeting is about: the action as it is now beside what was reported when the agenda was made. */
static void put_topic_facts(struct req *r, const struct room *m)
{
    const struct review_topic *t = &m->v.topics[m->at];

    ui_facts_begin(r, true);
    if (!text_empty(t->reported))
        ui_fact(r, T(r, "review_topic.reported"), t->reported);
    if (t->action.v != 0 && put_action(r, m, t->action.v) < 0)
        ui_fact(r, T(r, "review.evidence"), T(r, "form.unread"));
    put_before(r, m, t->action.v);
    if (!m->open || m->conflict) {
        ui_fact(r, T(r, "review_topic.found"), text_empty(t->found) ? T(r, "review.nothing-yet") : t->found);
        ui_fact(r, T(r, "review_topic.conclusion"), state_word(r, &review_topic_entity, "conclusion", t->conclusion.v));
    }
    ui_facts_end(r);
}

static const char *typed(const struct room *m, const char *name, const char *otherwise)
{
    size_t i;

    for (i = 0; i < ROOM_FIELDS; i++)
        if (m->typed != NULL && text_eq(room_fields[i], name))
            return m->typed[i];
    return otherwise;
}

static const char *error_of(const struct room *m, const char *name)
{
    size_t i;

    for (i = 0; i < m->n_errors; i++)
        if (text_eq(m->errors[i].field, name))
            return m->errors[i].text;
    return NULL;
}

static void put_field(struct req *r, const struct room *m, struct ui_field f, const char *otherwise)
{
    f.value = typed(m, f.name, otherwise);
    f.error = error_of(m, f.name);
    ui_field(r, &f);
}

static void put_conclusion(struct req *r, const struct room *m)
{
    static const char *const codes[] = {"done", "running", "stuck", "not_applicable"};
    struct ui_choice choices[ARRAY_LEN(codes)];
    size_t i;

    for (i = 0; i < ARRAY_LEN(codes); i++)
        choices[i] = (struct ui_choice){codes[i], state_word(r, &review_topic_entity, "conclusion", codes[i]), NULL};
    put_field(r, m,
              (struct ui_field){.type = CONTROL_RADIO,
                                .name = "conclusion",
                                .label = T(r, "review_topic.conclusion"),
                                .options = choices,
                                .n_options = ARRAY_LEN(codes)},
              m->v.topics[m->at].conclusion.v);
}

static void put_promise(struct req *r, const struct room *m)
{
    struct ui_choice *agencies = arena_array(r->arena, m->n_agencies + 1, struct ui_choice);
    size_t i;

    for (i = 0; i < m->n_agencies; i++)
        agencies[i] =
            (struct ui_choice){text_printf(r->arena, "%lld", (long long)m->agencies[i].id), m->agencies[i].name, NULL};
    put_field(r, m,
              (struct ui_field){.type = CONTROL_TEXT,
                                .name = "text",
                                .label = T(r, "commitment.text"),
                                .optional = true,
                                .hint = T(r, "review.promise-hint"),
                                .size = UI_SIZE_L,
                                .maxlength = 500},
              NULL);
    put_field(r, m,
              (struct ui_field){.type = CONTROL_LONG,
                                .name = "advice",
                                .label = T(r, "recommendation.text"),
                                .optional = true,
                                .hint = T(r, "review.advice-hint"),
                                .maxlength = 1000},
              NULL);
    ui_pair_begin(r);
    put_field(r, m,
              (struct ui_field){.type = CONTROL_SELECT,
                                .name = "agency",
                                .label = T(r, "commitment.agency"),
                                .optional = true,
                                .choose = T(r, "review.choose-agency"),
                                .options = agencies,
                                .n_options = m->n_agencies},
              NULL);
    put_field(r, m,
              (struct ui_field){.type = CONTROL_DATE,
                                .name = "deadline",
                                .label = T(r, "commitment.deadline"),
                                .optional = true,
                                .size = UI_SIZE_M},
              NULL);
    ui_pair_end(r);
}

static void put_form(struct req *r, const struct room *m)
{
    const struct review_topic *t = &m->v.topics[m->at];
    const struct ui_button buttons[] = {
        {.label = T(r, m->at + 1 < m->v.n_topics ? "review.save-next" : "review.save"), .look = BUTTON_FIRST},
        {.label = T(r, "review.defer"), .name = "defer", .value = "1"},
    };

    if (m->n_errors > 0)
        ui_errors(r, m->errors, m->n_errors);
    if (m->conflict)
        ui_note(r, TONE_WARN, T(r, "review.both"), T(r, "review.both-text"));
    ui_form_begin(r, NULL, url(r, "/kerja/%s/rapat/%lld/pokok", req_gov(r)->slug, (long long)m->v.s.head.id), FORM_POST);
    web_once(r);
    ui_hidden(r, "topic", text_printf(r->arena, "%lld", (long long)t->number));
    ui_hidden(r, "rev", text_printf(r->arena, "%lld", (long long)t->head.rev));
    put_field(r, m,
              (struct ui_field){.type = CONTROL_LONG, .name = "found", .label = T(r, "review_topic.found"), .maxlength = 2000},
              t->found);
    put_conclusion(r, m);
    put_promise(r, m);
    ui_buttons(r, buttons, ARRAY_LEN(buttons));
    ui_form_end(r);
}

static void put_topic(struct req *r, const struct room *m)
{
    const struct review_topic *t = &m->v.topics[m->at];

    ui_section_begin(r, "pokok", text_printf(r->arena, "%lld. %s", (long long)t->number, t->title));
    put_topic_facts(r, m);
    if (m->open)
        put_form(r, m);
    ui_section_end(r);
}

/* ---- what these minutes hold so far ---- */

enum { CODE, TEXT, OWNER, DAY, STATE, COLUMNS };

static void put_promises(struct req *r, const struct room *m)
{
    const struct ui_column columns[COLUMNS] = {
        [CODE] = {.label = T(r, "commitment.code")},    [TEXT] = {.label = T(r, "commitment.text"), .head = true},
        [OWNER] = {.label = T(r, "commitment.agency")}, [DAY] = {.label = T(r, "commitment.deadline")},
        [STATE] = {.label = T(r, "commitment.status")},
    };
    const struct ui_table t = {.caption = label_many(r, &commitment_entity), .columns = columns, .n = COLUMNS, .fold = true};
    size_t i;

    ui_section_begin(r, "komitmen", T(r, "review.promises"));
    if (m->v.n_commitments == 0)
        html(r, "<p class=\"mute\">%s</p>\n", T(r, "review.no-promises"));
    else
        ui_table_begin(r, &t);
    for (i = 0; i < m->v.n_commitments; i++) {
        const struct commitment *c = &m->v.commitments[i];

        ui_row_begin(r, false);
        ui_cell(r, &t, CODE, c->code);
        ui_cell_link(r, &t, TEXT, c->text, url(r, "/kerja/%s/komitmen/%lld", req_gov(r)->slug, (long long)c->head.id));
        ui_cell(r, &t, OWNER, agency_name(r, m, c->agency.v));
        ui_cell(r, &t, DAY, say_day_brief(r, c->deadline));
        ui_cell_begin(r, &t, STATE);
        ui_tag(r, tone_of(&commitment_flow, c->status.v), ICON_OF_TONE,
               state_word(r, &commitment_entity, "status", c->status.v));
        ui_cell_end(r, &t, STATE);
        ui_row_end(r);
    }
    if (m->v.n_commitments > 0)
        ui_table_end(r, &t);
    ui_section_end(r);
}

static void put_advice(struct req *r, const struct room *m)
{
    size_t i;

    if (m->v.n_recommendations == 0)
        return;
    ui_section_begin(r, "rekomendasi", label_many(r, &recommendation_entity));
    ui_rows_begin(r);
    for (i = 0; i < m->v.n_recommendations; i++) {
        const struct recommendation *x = &m->v.recommendations[i];
        const char *facts[] = {x->number, agency_name(r, m, x->agency.v)};
        const struct ui_row_item item = {.title = x->text,
                                         .href = url(r, "/kerja/%s/rekomendasi/%lld", req_gov(r)->slug, (long long)x->head.id),
                                         .facts = facts,
                                         .n_facts = 2};

        ui_row_item_begin(r, &item);
        html(r, "<span>%s</span>", say_day_brief(r, x->deadline));
        ui_row_item_end(r);
    }
    ui_rows_end(r);
    ui_section_end(r);
}

/* Steps of the review itself, and the minutes as they would be. */
static void put_end(struct req *r, const struct room *m)
{
    struct ui_button *steps = NULL, *all;
    size_t n = flow_buttons(r, &review_session_screen, &m->v.s, &steps);

    ui_section_begin(r, "penutup", T(r, "review.end"));
    html(r, "<p class=\"mute read\">%s</p>\n", T(r, "review.end-text"));
    all = arena_array(r->arena, n + 1, struct ui_button);
    all[0] = (struct ui_button){
        .label = T(r, review_is_open(&m->v.s) ? "review.preview" : "review.minutes"),
        .href = url(r, "/kerja/%s/rapat/%lld/berita-acara.pdf", req_gov(r)->slug, (long long)m->v.s.head.id)};
    if (n > 0)
        memcpy(all + 1, steps, n * sizeof *steps);
    for (size_t i = 1; i <= n; i++)
        if (m->open && m->v.n_topics > 0 && all[i].look == BUTTON_FIRST)
            all[i].look = BUTTON_SECOND; /* the first button of the page saves the topic */
    ui_buttons(r, all, n + 1);
    ui_section_end(r);
}

static void put_no_topics(struct req *r, const struct room *m)
{
    state_empty(r, T(r, "review.no-agenda"), T(r, "review.no-agenda-text"), NULL);
    if (!m->open)
        return;
    ui_form_begin(r, NULL, url(r, "/kerja/%s/rapat/%lld/agenda", req_gov(r)->slug, (long long)m->v.s.head.id), FORM_POST);
    web_once(r);
    ui_buttons(r, &(struct ui_button){.label = T(r, "review.make-agenda"), .look = BUTTON_FIRST}, 1);
    ui_form_end(r);
}

/* ---- the page ---- */

static const char *when_and_where(struct req *r, const struct review_session *s)
{
    const char *day = say_weekday(r, s->held_on);

    if (!text_empty(s->starts))
        day = T3(r, "review.day-time", day, s->starts, r->zone);
    return text_printf(r->arena, "%s · %s", day, s->place);
}

void room_show(struct req *r, const struct room *m)
{
    const struct crumb crumbs[] = {{label_many(r, &review_session_entity), url(r, "/kerja/%s/reviu", req_gov(r)->slug)},
                                   {m->v.s.title, url(r, "/kerja/%s/reviu/%lld", req_gov(r)->slug, (long long)m->v.s.head.id)},
                                   {T(r, "review.room"), NULL}};
    struct page p = {.shell = SHELL_WORKSPACE,
                     .title = m->v.s.title,
                     .wrong = m->n_errors > 0,
                     .crumbs = crumbs,
                     .n_crumbs = ARRAY_LEN(crumbs),
                     .here = url(r, "/kerja/%s/reviu", req_gov(r)->slug)};

    web_page_begin(r, &p);
    ui_head_begin(r, p.title);
    html(r, "<p class=\"mute\">%s</p>", when_and_where(r, &m->v.s));
    ui_tag(r, tone_of(&review_flow, m->v.s.status.v), ICON_OF_TONE,
           state_word(r, &review_session_entity, "status", m->v.s.status.v));
    ui_head_end(r);
    if (text_eq(m->v.s.origin.v, "example"))
        ui_note(r, TONE_WARN, T(r, "action.example"), T(r, "review.example-text"));
    html(r, "<div class=\"split left gap\"><aside class=\"stack\">");
    if (m->v.n_topics > 0)
        put_agenda(r, m);
    put_earlier(r, m);
    put_present(r, &m->v.s);
    html(r, "</aside><div class=\"stack\">");
    if (m->v.n_topics > 0)
        put_topic(r, m);
    else
        put_no_topics(r, m);
    put_promises(r, m);
    put_advice(r, m);
    put_end(r, m);
    html(r, "</div></div>\n");
    page_end(r, &p);
}

void review_room_page(struct req *r)
{
    struct room m;
    int e = room_read(r, route_id(r, "id"), http_query(r->http, "pokok"), &m);

    if (e < 0)
        web_refuse(r, e);
    else if (e == 0)
        r->http->status = 404;
    else
        room_show(r, &m);
}

/* On the record's page: the way in. */
void review_more(struct req *r, const void *row)
{
    const struct review_session *s = row;
    const struct ui_button buttons[] = {
        {.label = T(r, "review.enter"), .href = url(r, "/kerja/%s/rapat/%lld", req_gov(r)->slug, (long long)s->head.id)},
        {.label = T(r, review_is_open(s) ? "review.preview" : "review.minutes"),
         .href = url(r, "/kerja/%s/rapat/%lld/berita-acara.pdf", req_gov(r)->slug, (long long)s->head.id)},
    };

    ui_buttons(r, buttons, ARRAY_LEN(buttons));
}
