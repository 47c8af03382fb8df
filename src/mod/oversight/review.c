/*
 * review.c: tables of reviews, commitments and recommendations: fields, screens, who may what.
 */
#include "base/date.h"
#include "base/text.h"
#include "core/gov/gov.h"
#include "engine/app.h"
#include "engine/web.h"
#include "mod/oversight/oversight.h"
#include "mod/oversight/review.h"

#define ORIGINS "entered source example"
#define MADE    F_PUBLIC | F_COMPUTED

/* clang-format off */
static const struct field session_fields[] = {
    FIELD(struct review_session, code, .flags = F_REQUIRED | F_PUBLIC | F_UNIQUE, .max = 40),
    FIELD(struct review_session, title, .flags = F_REQUIRED | F_PUBLIC, .max = 200),
    FIELD(struct review_session, series, .flags = F_PUBLIC | F_INDEXED, .max = 60),
    FIELD(struct review_session, held_on, .flags = F_REQUIRED | F_PUBLIC | F_INDEXED),
    FIELD(struct review_session, starts, .flags = F_PUBLIC, .max = 5),
    FIELD(struct review_session, place, .flags = F_REQUIRED | F_PUBLIC, .max = 200),
    FIELD(struct review_session, delegation, .flags = F_PUBLIC | F_LONG, .max = 2000),
    FIELD(struct review_session, team, .flags = F_PUBLIC | F_LONG, .max = 2000),
    FIELD(struct review_session, minutes_no, .flags = F_PUBLIC, .max = 120),
    FIELD(struct review_session, status, .flags = F_REQUIRED | F_PUBLIC | F_INDEXED, .max = 20,
          .codes = "scheduled open locked half_signed signed published cancelled"),
    FIELD(struct review_session, minutes, .flags = MADE | F_LONG, .max = 60000),
    FIELD(struct review_session, minutes_hash, .flags = MADE, .max = 64),
    FIELD(struct review_session, gov_hash, .flags = MADE, .max = 64),
    FIELD(struct review_session, team_hash, .flags = MADE, .max = 64),
    FIELD(struct review_session, locked_on, .flags = MADE),
    FIELD(struct review_session, signed_on, .flags = MADE),
    FIELD(struct review_session, origin, .flags = F_REQUIRED | MADE, .codes = ORIGINS, .max = 20),
};
const struct entity review_session_entity = ENTITY(struct review_session, review_session, session_fields);

static const struct field topic_fields[] = {
    FIELD(struct review_topic, session, .of = &review_session_entity, .flags = F_REQUIRED | F_PUBLIC | F_FIXED),
    FIELD(struct review_topic, number, .flags = F_REQUIRED | F_PUBLIC, .least = 1, .most = 999),
    FIELD(struct review_topic, title, .flags = F_REQUIRED | F_PUBLIC, .max = 500),
    FIELD(struct review_topic, area, .flags = F_PUBLIC, .max = 120),
    FIELD(struct review_topic, action, .of = &action_item_entity, .flags = F_PUBLIC),
    FIELD(struct review_topic, reported, .flags = F_PUBLIC, .max = 500),
    FIELD(struct review_topic, found, .flags = F_PUBLIC | F_LONG, .max = 2000),
    FIELD(struct review_topic, conclusion, .flags = F_REQUIRED | F_PUBLIC, .max = 20,
          .codes = "open done running stuck not_applicable deferred"),
};
const struct entity review_topic_entity = ENTITY(struct review_topic, review_topic, topic_fields, .parent = "session");

static const struct field commitment_fields[] = {
    FIELD(struct commitment, session, .of = &review_session_entity, .flags = F_REQUIRED | F_PUBLIC | F_FIXED | F_INDEXED),
    FIELD(struct commitment, topic, .of = &review_topic_entity, .flags = F_PUBLIC),
    FIELD(struct commitment, code, .flags = F_REQUIRED | MADE | F_UNIQUE, .max = 60),
    FIELD(struct commitment, text, .flags = F_REQUIRED | F_PUBLIC | F_LONG, .max = 500),
    FIELD(struct commitment, agency, .of = &agency_entity, .flags = F_REQUIRED | F_PUBLIC | F_INDEXED),
    FIELD(struct commitment, position, .flags = F_PUBLIC, .max = 120),
    FIELD(struct commitment, deadline, .flags = F_REQUIRED | F_PUBLIC | F_INDEXED),
    FIELD(struct commitment, status, .flags = F_REQUIRED | F_PUBLIC | F_INDEXED, .max = 20,
          .codes = "promised claimed kept broken withdrawn"),
    FIELD(struct commitment, claimed_on, .flags = MADE),
    FIELD(struct commitment, judged_on, .flags = MADE),
    FIELD(struct commitment, origin, .flags = F_REQUIRED | MADE, .codes = ORIGINS, .max = 20),
};
const struct entity commitment_entity =
    ENTITY(struct commitment, commitment, commitment_fields, .agency = "agency", .agency_order = "deadline");

static const struct field recommendation_fields[] = {
    FIELD(struct recommendation, number, .flags = F_REQUIRED | F_PUBLIC | F_UNIQUE, .max = 60),
    FIELD(struct recommendation, issuer, .flags = F_REQUIRED | F_PUBLIC | F_INDEXED, .codes = "kpk province inspectorate", .max = 20),
    FIELD(struct recommendation, session, .of = &review_session_entity, .flags = F_PUBLIC | F_INDEXED),
    FIELD(struct recommendation, action, .of = &action_item_entity, .flags = F_PUBLIC),
    FIELD(struct recommendation, basis, .flags = F_PUBLIC, .max = 200),
    FIELD(struct recommendation, text, .flags = F_REQUIRED | F_PUBLIC | F_LONG, .max = 1000),
    FIELD(struct recommendation, agency, .of = &agency_entity, .flags = F_REQUIRED | F_PUBLIC | F_INDEXED),
    FIELD(struct recommendation, position, .flags = F_PUBLIC, .max = 120),
    FIELD(struct recommendation, issued_on, .flags = F_REQUIRED | F_PUBLIC),
    FIELD(struct recommendation, deadline, .flags = F_REQUIRED | F_PUBLIC | F_INDEXED),
    FIELD(struct recommendation, status, .flags = F_REQUIRED | F_PUBLIC | F_INDEXED, .max = 20,
          .codes = "issued acknowledged in_follow_up claimed reopened closed"),
    FIELD(struct recommendation, answer, .flags = MADE | F_LONG, .max = 2000),
    FIELD(struct recommendation, claimed_on, .flags = MADE),
    FIELD(struct recommendation, closed_on, .flags = MADE),
    FIELD(struct recommendation, origin, .flags = F_REQUIRED | MADE, .codes = ORIGINS, .max = 20),
};
const struct entity recommendation_entity =
    ENTITY(struct recommendation, recommendation, recommendation_fields, .agency = "agency", .agency_order = "deadline");

/* ---- screens ---- */

static void commitment_status_cell(struct req *r, const void *row)
{
    const struct commitment *x = row;
    const struct flow_state *now = flow_state(&commitment_flow, x->status.v);
    const struct field *f = entity_field(&commitment_entity, "status");

    ui_tag(r, now != NULL ? now->tone : TONE_NONE, ICON_OF_TONE, label_code(r, &commitment_entity, f, x->status.v));
    if (commitment_late(x, instant_date(r->now, r->zone_minutes)))
        ui_tag(r, TONE_BAD, ICON_OF_TONE, T(r, "action.late"));
}

static void recommendation_status_cell(struct req *r, const void *row)
{
    const struct recommendation *x = row;
    const struct flow_state *now = flow_state(&recommendation_flow, x->status.v);
    const struct field *f = entity_field(&recommendation_entity, "status");

    ui_tag(r, now != NULL ? now->tone : TONE_NONE, ICON_OF_TONE, label_code(r, &recommendation_entity, f, x->status.v));
    if (recommendation_late(x, instant_date(r->now, r->zone_minutes)))
        ui_tag(r, TONE_BAD, ICON_OF_TONE, T(r, "action.late"));
}

/* How long it has been open, or was until it was closed: the ageing that a register is read for. */
static void recommendation_age_cell(struct req *r, const void *row)
{
    const struct recommendation *x = row;
    date until = date_is_none(x->closed_on) ? instant_date(r->now, r->zone_minutes) : x->closed_on;

    html(r, "%s", say_day_brief(r, x->issued_on));
    ui_sub(r, T1(r, "recommendation.age", say_count(r, until.v - x->issued_on.v)));
}

static const struct screen_column session_columns[] = {
    {.field = "title"}, {.field = "held_on"}, {.field = "place"}, {.field = "status"}, {.field = "minutes_no"},
    {.field = "code", .hidden = true}, {.field = "series", .hidden = true}, {.field = "starts", .hidden = true},
    {.field = "delegation", .hidden = true}, {.field = "team", .hidden = true}, {.field = "minutes_hash", .hidden = true},
    {.field = "origin", .hidden = true},
};
static const struct screen_filter session_filters[] = {{"status"}, {"held_on"}};
static const struct screen_form_field session_form[] = {
    {.field = "code", .size = UI_SIZE_M}, {.field = "title"}, {.field = "held_on", .size = UI_SIZE_M, .pair = true},
    {.field = "starts", .size = UI_SIZE_S}, {.field = "place"}, {.field = "series", .size = UI_SIZE_M},
    {.field = "delegation"}, {.field = "team"}, {.field = "minutes_no", .size = UI_SIZE_M},
};
static const struct screen_form_field session_seals[] = {
    {.field = "locked_on"}, {.field = "minutes_hash"}, {.field = "gov_hash"}, {.field = "team_hash"}, {.field = "signed_on"}, {.field = "origin"},
};
static const struct screen_section session_sections[] = {
    {NULL, session_form, ARRAY_LEN(session_form)},
    {"review.seals", session_seals, ARRAY_LEN(session_seals)},
};
static const struct screen_child session_children[] = {
    {&review_topic_screen, "session"}, {&commitment_screen, "session"}, {&recommendation_screen, "session"},
};
static const char *const session_search[] = {"code", "title", "place", "minutes_no", NULL};
const struct screen review_session_screen = {
    .entity = &review_session_entity, .slug = "reviu", .permission = "review_session", .name = "title",
    .columns = session_columns, .n_columns = ARRAY_LEN(session_columns),
    .filters = session_filters, .n_filters = ARRAY_LEN(session_filters), .order = "held_on", .descending = true, .search = session_search,
    .sections = session_sections, .n_sections = ARRAY_LEN(session_sections),
    .children = session_children, .n_children = ARRAY_LEN(session_children),
    .flow = &review_flow, .attachments = true, .comments = true, .check = review_session_check,
    .voided = review_session_voided, .more = review_more,
};

static const struct screen_column topic_columns[] = {
    {.field = "number", .num = true}, {.field = "title"}, {.field = "reported"}, {.field = "found"}, {.field = "conclusion"},
    {.field = "area", .hidden = true}, {.field = "action", .hidden = true}, {.field = "session", .hidden = true},
};
static const struct screen_form_field topic_form[] = {
    {.field = "session"}, {.field = "number", .size = UI_SIZE_S}, {.field = "title"}, {.field = "area"}, {.field = "action"},
    {.field = "reported"}, {.field = "found"}, {.field = "conclusion"},
};
static const struct screen_section topic_sections[] = {{NULL, topic_form, ARRAY_LEN(topic_form)}};
const struct screen review_topic_screen = {
    .entity = &review_topic_entity, .slug = "pokok-reviu", .permission = "review_topic", .name = "title",
    .columns = topic_columns, .n_columns = ARRAY_LEN(topic_columns), .order = "number",
    .sections = topic_sections, .n_sections = ARRAY_LEN(topic_sections), .check = review_topic_check,
    .saved = review_topic_saved, .voided = review_topic_voided,
};

static const struct screen_column commitment_columns[] = {
    {.field = "text"}, {.field = "agency"}, {.field = "deadline"}, {.field = "status", .cell = commitment_status_cell},
    {.field = "code"}, {.field = "position", .hidden = true}, {.field = "session", .hidden = true}, {.field = "topic", .hidden = true},
    {.field = "claimed_on", .hidden = true}, {.field = "judged_on", .hidden = true}, {.field = "origin", .hidden = true},
};
static const struct screen_filter commitment_filters[] = {{"session"}, {"agency"}, {"status"}, {"deadline"}};
static const struct screen_form_field commitment_form[] = {
    {.field = "session"}, {.field = "topic"}, {.field = "code"}, {.field = "text"}, {.field = "agency"}, {.field = "position"},
    {.field = "deadline", .size = UI_SIZE_M}, {.field = "status"}, {.field = "claimed_on"}, {.field = "judged_on"}, {.field = "origin"},
};
static const struct screen_section commitment_sections[] = {{NULL, commitment_form, ARRAY_LEN(commitment_form)}};
static const char *const commitment_search[] = {"code", "text", NULL};
const struct screen commitment_screen = {
    .entity = &commitment_entity, .slug = "komitmen", .permission = "commitment", .name = "text",
    .columns = commitment_columns, .n_columns = ARRAY_LEN(commitment_columns),
    .filters = commitment_filters, .n_filters = ARRAY_LEN(commitment_filters), .order = "deadline", .search = commitment_search,
    .sections = commitment_sections, .n_sections = ARRAY_LEN(commitment_sections),
    .flow = &commitment_flow, .attachments = true, .comments = true, .check = commitment_check,
    .saved = commitment_saved, .voided = commitment_voided,
};

static const struct screen_column recommendation_columns[] = {
    {.field = "text"}, {.field = "number"}, {.field = "agency"}, {.field = "issued_on", .cell = recommendation_age_cell},
    {.field = "deadline"}, {.field = "status", .cell = recommendation_status_cell}, {.field = "issuer", .hidden = true},
    {.field = "position", .hidden = true}, {.field = "basis", .hidden = true}, {.field = "answer", .hidden = true},
    {.field = "session", .hidden = true}, {.field = "action", .hidden = true}, {.field = "closed_on", .hidden = true},
    {.field = "origin", .hidden = true},
};
static const struct screen_filter recommendation_filters[] = {{"issuer"}, {"agency"}, {"status"}, {"deadline"}};
static const struct screen_form_field recommendation_form[] = {
    {.field = "number", .size = UI_SIZE_M}, {.field = "issuer"}, {.field = "text"}, {.field = "basis"}, {.field = "session"}, {.field = "action"},
    {.field = "agency"}, {.field = "position"}, {.field = "issued_on", .size = UI_SIZE_M, .pair = true}, {.field = "deadline", .size = UI_SIZE_M},
};
static const struct screen_form_field recommendation_after[] = {
    {.field = "answer"}, {.field = "claimed_on"}, {.field = "closed_on"}, {.field = "origin"},
};
static const struct screen_section recommendation_sections[] = {
    {NULL, recommendation_form, ARRAY_LEN(recommendation_form)},
    {"recommendation.follow-up", recommendation_after, ARRAY_LEN(recommendation_after)},
};
static const char *const recommendation_search[] = {"number", "text", "answer", NULL};
const struct screen recommendation_screen = {
    .entity = &recommendation_entity, .slug = "rekomendasi", .permission = "recommendation", .name = "text", .code = "number",
    .columns = recommendation_columns, .n_columns = ARRAY_LEN(recommendation_columns),
    .filters = recommendation_filters, .n_filters = ARRAY_LEN(recommendation_filters), .order = "deadline", .search = recommendation_search,
    .sections = recommendation_sections, .n_sections = ARRAY_LEN(recommendation_sections),
    .flow = &recommendation_flow, .attachments = true, .comments = true, .check = recommendation_check,
    .saved = recommendation_saved, .voided = recommendation_voided,
};

/* ---- who may what (security.md Z6: what supervisors write) ---- */

#define READERS \
    "head secretary agency_head agency_staff planner inspector auditor follow_up_officer supervisor_kpk supervisor_province"
#define WHOLE   "head secretary planner inspector auditor follow_up_officer supervisor_kpk supervisor_province"
#define OUTSIDE "supervisor_kpk supervisor_province"

static const struct permit permits[] = {
    {"review_session.read",    READERS},
    {"review_session.create",  OUTSIDE},
    {"review_session.edit",    OUTSIDE},
    {"review_session.void",    OUTSIDE},
    {"review_session.lead",    OUTSIDE},
    {"review_session.sign",    "head secretary"},
    {"review_session.export",  WHOLE},
    {"review_session.comment", READERS},
    {"review_topic.read",      READERS},
    {"review_topic.create",    OUTSIDE},
    {"review_topic.edit",      OUTSIDE},
    {"review_topic.void",      OUTSIDE},
    {"review_topic.export",    WHOLE},
    {"commitment.read",        READERS},
    {"commitment.create",      OUTSIDE},
    {"commitment.edit",        OUTSIDE},
    {"commitment.void",        OUTSIDE},
    {"commitment.work",        "agency_head agency_staff secretary"},
    {"commitment.judge",       OUTSIDE},
    {"commitment.export",      WHOLE " agency_head"},
    {"commitment.comment",     READERS},
    {"recommendation.read",    READERS},
    {"recommendation.create",  OUTSIDE " inspector"},
    {"recommendation.edit",    OUTSIDE " inspector"},
    {"recommendation.void",    OUTSIDE " inspector"},
    {"recommendation.import",  "inspector"}, /* those of audit reports of years past */
    {"recommendation.work",    "agency_head agency_staff secretary follow_up_officer"},
    {"recommendation.judge",   OUTSIDE " inspector"},
    {"recommendation.export",  WHOLE " agency_head"},
    {"recommendation.comment", READERS},
};

static const struct entity *const entities[] = {
    &review_session_entity, &review_topic_entity, &commitment_entity, &recommendation_entity,
};
static const struct screen *const screens[] = {
    &review_session_screen, &commitment_screen, &recommendation_screen, &review_topic_screen,
};
static const struct route routes[] = {
    ROUTE(GET, "/kerja/{gov}/rapat/{id}", "review_session.read", review_room_page),
    ROUTE(POST, "/kerja/{gov}/rapat/{id}/pokok", "review_topic.edit", review_topic_post, .limits = LIMIT_FORM),
    ROUTE(POST, "/kerja/{gov}/rapat/{id}/agenda", "review_topic.create", review_agenda_post, .limits = LIMIT_FORM),
    ROUTE(GET, "/kerja/{gov}/rapat/{id}/berita-acara.pdf", "review_session.read", review_minutes_page),
    ROUTE(GET, "/{gov}/reviu", PERMIT_ANYBODY, review_public_page, .word = "review.public"),
    ROUTE(GET, "/{gov}/reviu/{id}", PERMIT_ANYBODY, review_public_one),
    ROUTE(GET, "/{gov}/reviu/{id}/berita-acara.pdf", PERMIT_ANYBODY, review_public_minutes),
    ROUTE(GET, "/{gov}/reviu/{id}/bukti", PERMIT_ANYBODY, review_public_proof),
};
const struct module review_module = {
    .name = "review",
    .routes = routes, .n_routes = ARRAY_LEN(routes),
    .entities = entities, .n_entities = ARRAY_LEN(entities),
    .screens = screens, .n_screens = ARRAY_LEN(screens),
    .permits = permits, .n_permits = ARRAY_LEN(permits),
};
/* clang-format on */
