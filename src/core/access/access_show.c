/*
 * access_show.c: the sections of the page: who holds which role, what is about to end, what nobody can do; one role with all
 * that it allows; the answer to "who may do this".
 */
#include "base/text.h"
#include "core/access/access_parts.h"
#include "core/user/delegation.h"
#include "engine/app.h"
#include "engine/permit_words.h"
#include "ui/layout.h"

/* ---- lines ---- */

enum { COL_NAME, COL_ROLE, COL_OFFICE, COL_PERIOD, COL_DECISION, COLUMNS };

/* Columns of a table, with or without the role: `at` says where each stands. */
struct shape {
    struct ui_column columns[COLUMNS];
    struct ui_table t;
    size_t at[COLUMNS];
    bool role;
};

static void shape_of(struct req *r, struct shape *s, const char *caption, bool role)
{
    const struct ui_column all[COLUMNS] = {
        [COL_NAME] = {.label = T(r, "access.person"), .head = true},
        [COL_ROLE] = {.label = T(r, "role_grant.role")},
        [COL_OFFICE] = {.label = T(r, "access.office")},
        [COL_PERIOD] = {.label = T(r, "access.period")},
        [COL_DECISION] = {.label = T(r, "access.decision")},
    };
    size_t n = 0, i;

    *s = (struct shape){.role = role};
    for (i = 0; i < COLUMNS; i++) {
        s->at[i] = n;
        if (role || i != COL_ROLE)
            s->columns[n++] = all[i];
    }
    s->t = (struct ui_table){.caption = caption, .columns = s->columns, .n = n, .fold = true};
}

static const char *role_words(struct req *r, const char *role)
{
    return T(r, text_printf(r->arena, "role.%s", role));
}

static void name_cell(struct req *r, const struct shape *s, const struct access_line *g)
{
    const char *name = g->name != NULL ? g->name : T(r, "detail.erased");

    ui_cell_begin(r, &s->t, s->at[COL_NAME]);
    html(r, "<a href=\"%s\">%s</a>", url(r, "/kerja/%s/akses/%lld", route_param(r, "gov"), (long long)g->grant), name);
    if (g->delegation != 0)
        ui_sub(r, T1(r, "access.on-behalf", g->behalf != NULL ? g->behalf : T(r, "detail.erased")));
    if (g->off)
        ui_tag(r, TONE_WARN, ICON_PAUSE, T(r, "app_user.disabled"));
    ui_cell_end(r, &s->t, s->at[COL_NAME]);
}

static void period_cell(struct req *r, const struct shape *s, const struct access_view *v, const struct access_line *g)
{
    ui_cell_begin(r, &s->t, s->at[COL_PERIOD]);
    html(r, "%s", access_period(r, g->from, g->to));
    if (access_ends_soon(v, g))
        ui_tag(r, TONE_WARN, ICON_CLOCK,
               g->to.v == v->ask.day.v ? T(r, "access.ends-today")
                                       : T1(r, "access.ends-in", say_count(r, g->to.v - v->ask.day.v)));
    ui_cell_end(r, &s->t, s->at[COL_PERIOD]);
}

static void decision_cell(struct req *r, const struct shape *s, const struct access_line *g)
{
    ui_cell_begin(r, &s->t, s->at[COL_DECISION]);
    html(r, "%s", access_decision(r, g));
    ui_sub(r, access_since(r, g));
    if (!text_empty(g->basis))
        ui_sub(r, T1(r, "access.basis", g->basis));
    ui_cell_end(r, &s->t, s->at[COL_DECISION]);
}

static void line_row(struct req *r, const struct shape *s, const struct access_view *v, const struct access_line *g)
{
    ui_row_begin(r, false);
    name_cell(r, s, g);
    if (s->role)
        ui_cell_link(r, &s->t, s->at[COL_ROLE], role_words(r, g->role), access_href_role(r, v, g->role));
    ui_cell(r, &s->t, s->at[COL_OFFICE], access_office(r, g));
    period_cell(r, s, v, g);
    decision_cell(r, s, g);
    ui_row_end(r);
}

typedef bool line_test(const struct access_view *v, const struct access_line *g);

/* The lines that pass (NULL: all), of one role (NULL: all). Nothing is written when there are none. */
static size_t lines_table(struct req *r, const struct access_view *v, const char *caption, const char *role, line_test *passes)
{
    struct shape s;
    size_t n = 0, i;

    shape_of(r, &s, caption, role == NULL);
    for (i = 0; i < v->list.n; i++) {
        const struct access_line *g = &v->list.v[i];

        if ((role != NULL && !text_eq(g->role, role)) || (passes != NULL && !passes(v, g)))
            continue;
        if (n++ == 0)
            ui_table_begin(r, &s.t);
        line_row(r, &s, v, g);
    }
    if (n > 0)
        ui_table_end(r, &s.t);
    return n;
}

/* ---- what a role allows ---- */

/* One sentence a subject: "Butir aksi: membaca, mengubah." */
static void put_acts(struct req *r, const struct permit_line *v, size_t n, const char *group)
{
    const char *last = NULL;
    size_t i;

    for (i = 0; i < n; i++) {
        const char *about, *act;

        if (!text_eq(permit_group(r, v[i].module), group))
            continue;
        permit_parts(r, v[i].permission, &about, &act);
        if (about != NULL && text_eq(about, last)) {
            html(r, ", %s", act);
            continue;
        }
        if (last != NULL)
            html(r, "</li>\n<li>");
        else
            html(r, "<ul>\n<li>");
        if (about != NULL)
            html(r, "<b>%s</b>: ", about);
        html(r, "%s", act);
        last = about != NULL ? about : "";
    }
    html(r, "</li>\n</ul>\n");
}

/* Is it the first line of its group? */
static bool begins_group(struct req *r, const struct permit_line *v, size_t at)
{
    const char *group = permit_group(r, v[at].module);
    size_t i;

    for (i = 0; i < at; i++)
        if (text_eq(permit_group(r, v[i].module), group))
            return false;
    return true;
}

static void allowed(struct req *r, const char *role)
{
    const struct permit_line *v;
    size_t n = permits_of(r->app, r->arena, role, &v), i;

    ui_section_begin(r, "boleh", T(r, "access.allows"));
    if (n == 0)
        html(r, "<p>%s</p>\n", T(r, "access.allows-nothing"));
    for (i = 0; i < n; i++) {
        if (!begins_group(r, v, i))
            continue;
        html(r, "<h3>%s</h3>\n", permit_group(r, v[i].module));
        put_acts(r, v, n, permit_group(r, v[i].module));
    }
    ui_section_end(r);
}

static const char *roles_listed(struct req *r, const char *codes)
{
    size_t n, i;
    char **v = text_split(r->arena, codes, ' ', &n);
    const char *text = "";

    for (i = 0; i < n; i++)
        if (*v[i] != '\0')
            text = text_printf(r->arena, "%s%s%s", text, *text != '\0' ? ", " : "", role_words(r, v[i]));
    return text;
}

static const char *nobody_words(struct req *r, const struct access_view *v)
{
    const bool narrowed = v->ask.agency != 0 || v->ask.name != NULL;

    return T1(r, narrowed ? "access.nobody-here" : "access.nobody", say_day(r, v->ask.day));
}

void access_one_role(struct req *r, const struct access_view *v)
{
    const struct role *role = role_find(v->ask.role);

    ui_section_begin(r, "pemegang", role_words(r, role->code));
    html(r, "<p class=\"read\">%s</p>\n", role_purpose(r, role->code));
    if (lines_table(r, v, role_words(r, role->code), role->code, NULL) == 0)
        ui_note(r, TONE_WARN, NULL, nobody_words(r, v));
    ui_section_end(r);
    allowed(r, role->code);
    ui_section_begin(r, "aturan", T(r, "access.rules"));
    ui_facts_begin(r, true);
    ui_fact(r, T(r, "access.reach"), T(r, text_printf(r->arena, "access.reach-%s", role_reach(role))));
    ui_fact(r, T(r, "access.second-factor"), T(r, role->second_factor ? "access.must" : "access.may-lack"));
    ui_fact(r, T(r, "access.not-with"),
            role->not_with != NULL ? roles_listed(r, role->not_with) : T(r, "access.not-with-none"));
    ui_fact(r, T(r, "access.lending"), T(r, delegation_lends(role->code) ? "access.lends" : "access.lends-not"));
    ui_facts_end(r);
    ui_section_end(r);
}

/* ---- who may do this ---- */

void access_answer(struct req *r, const struct access_view *v)
{
    const char *act = permit_words(r, v->ask.permission), *day = say_day(r, v->ask.day);
    const size_t n = access_people(r->app, r->arena, &v->list, NULL, NULL);

    ui_section_begin(r, "jawaban", T1(r, "access.question", act));
    if (n == 0) {
        ui_note(r, TONE_WARN, T(r, "access.answer-none"), nobody_words(r, v));
    } else {
        html(r, "<p class=\"lead\">%s</p>\n",
             n == 1 ? T1(r, "access.answer-one", day) : T2(r, "access.answer", say_count(r, (int64_t)n), day));
        html(r, "<p class=\"read mute\">%s</p>\n", T(r, "access.answer-text"));
    }
    (void)lines_table(r, v, act, NULL, NULL);
    ui_section_end(r);
}

/* ---- the overview ---- */

static bool ends_soon(const struct access_view *v, const struct access_line *g)
{
    return !g->off && access_ends_soon(v, g);
}

static bool is_lent(const struct access_view *v, const struct access_line *g)
{
    (void)v;
    return g->delegation != 0;
}

static int64_t count_lines(const struct access_view *v, line_test *passes)
{
    int64_t n = 0;
    size_t i;

    for (i = 0; i < v->list.n; i++)
        n += passes(v, &v->list.v[i]);
    return n;
}

/* Is the role one that can be held here, and not only for what is one's own? */
static bool belongs(const struct access_view *v, const struct role *role)
{
    return !text_has_word(ACCESS_OWN, role->code) &&
           (v->ask.gov == 0 ? role->reach >= REACH_GOVS || text_eq(role->code, "admin") : role->reach != REACH_HOST);
}

/* Steps that need somebody who did not do the work: with fewer than two people the second pair of eyes may be missing. */
static bool is_checking(const char *permission)
{
    static const char *const ends[] = {".check", ".accept", ".judge", ".sign", ".decide", "user.grant"};
    size_t i;

    for (i = 0; i < ARRAY_LEN(ends); i++)
        if (text_ends(permission, ends[i]))
            return true;
    return false;
}

static const char *first_with(const struct req *r, const struct access_view *v, const char *permission)
{
    size_t i;

    for (i = 0; i < v->list.n; i++)
        if (!v->list.v[i].off && permit_has(r->app, permission, v->list.v[i].role))
            return v->list.v[i].name;
    return NULL;
}

/* What is checked by nobody, or by one person alone. */
static void thin_checks(struct req *r, const struct access_view *v)
{
    const struct permit_line *lines;
    size_t n = permits_of(r->app, r->arena, NULL, &lines), i, said = 0;

    for (i = 0; i < n; i++) {
        const char *permission = lines[i].permission, *act;
        size_t people = is_checking(permission) ? access_people(r->app, r->arena, &v->list, NULL, permission) : 2;

        if (people >= 2 || (people == 0 && v->ask.gov == 0)) /* most belong to governments */
            continue;
        if (said++ == 0)
            html(r, "<h3>%s</h3>\n<p class=\"read\">%s</p>\n<ul>\n", T(r, "access.thin"), T(r, "access.thin-text"));
        act = permit_words(r, permission);
        html(r, "<li><b>%s</b>: %s</li>\n", act,
             people == 0 ? T(r, "access.thin-none")
                         : T1(r, "access.thin-one",
                              first_with(r, v, permission) != NULL ? first_with(r, v, permission) : T(r, "detail.erased")));
    }
    if (said > 0)
        html(r, "</ul>\n");
}

static void unheld(struct req *r, const struct access_view *v)
{
    size_t n = 0, i;

    for (i = 0; i < roles_n; i++) {
        if (!belongs(v, &roles[i]) || access_people(r->app, r->arena, &v->list, roles[i].code, NULL) > 0)
            continue;
        if (n++ == 0)
            html(r, "<h3>%s</h3>\n<p class=\"read\">%s</p>\n<ul class=\"cols\">\n", T(r, "access.unheld"),
                 T(r, "access.unheld-text"));
        html(r, "<li><a href=\"%s\">%s</a></li>\n", link_to(access_href_role(r, v, roles[i].code)),
             role_words(r, roles[i].code));
    }
    if (n > 0)
        html(r, "</ul>\n");
    else
        html(r, "<p>%s</p>\n", T(r, "access.all-held"));
}

static void figures(struct req *r, const struct access_view *v)
{
    int64_t held = 0, all = 0, soon = count_lines(v, ends_soon);
    size_t i;

    for (i = 0; i < roles_n; i++) {
        if (!belongs(v, &roles[i]))
            continue;
        all++;
        held += access_people(r->app, r->arena, &v->list, roles[i].code, NULL) > 0;
    }
    html(r, "<div class=\"gap\">\n");
    ui_figures(r,
               (struct ui_figure[]){
                   {.label = T(r, "access.people"),
                    .number = say_count(r, (int64_t)access_people(r->app, r->arena, &v->list, NULL, NULL)),
                    .context = v->list.own > 0 ? T1(r, "access.people-own", say_count(r, v->list.own)) : NULL},
                   {.label = T(r, "access.held"),
                    .number = say_count(r, held),
                    .context = T1(r, "access.of-roles", say_count(r, all))},
                   {.label = T(r, "access.soon"),
                    .number = say_count(r, soon),
                    .context = T1(r, "access.soon-days", say_count(r, ACCESS_SOON)),
                    .tone = soon > 0 ? TONE_WARN : TONE_NONE},
                   {.label = T(r, "access.lent"), .number = say_count(r, count_lines(v, is_lent))},
               },
               4);
    html(r, "</div>\n");
}

static void lines_section(struct req *r, const struct access_view *v, const char *id, const char *title, line_test *passes)
{
    if (count_lines(v, passes) == 0)
        return;
    ui_section_begin(r, id, title);
    (void)lines_table(r, v, title, NULL, passes);
    ui_section_end(r);
}

static void role_section(struct req *r, const struct access_view *v, const char *role)
{
    const struct permit_line *lines;
    const size_t acts = permits_of(r->app, r->arena, role, &lines);

    ui_section_begin(r, role, role_words(r, role));
    html(r, "<p class=\"read\">%s <a href=\"%s\">%s</a></p>\n", role_purpose(r, role), link_to(access_href_role(r, v, role)),
         T1(r, "access.acts", say_count(r, (int64_t)acts)));
    (void)lines_table(r, v, role_words(r, role), role, NULL);
    ui_section_end(r);
}

void access_overview(struct req *r, const struct access_view *v)
{
    const bool narrowed = v->ask.agency != 0 || v->ask.name != NULL;
    size_t i;

    if (v->list.n == 0) {
        state_empty(r, T(r, "access.none"), narrowed ? nobody_words(r, v) : T1(r, "access.none-text", say_day(r, v->ask.day)),
                    NULL);
        return;
    }
    if (!narrowed)
        figures(r, v);
    lines_section(r, v, "segera", T(r, "access.soon"), ends_soon);
    if (!narrowed) {
        ui_section_begin(r, "celah", T(r, "access.gaps"));
        unheld(r, v);
        thin_checks(r, v);
        ui_section_end(r);
    }
    lines_section(r, v, "pengganti", T(r, "access.lent"), is_lent);
    for (i = 0; i < v->list.n; i++)
        if (i == 0 || !text_eq(v->list.v[i].role, v->list.v[i - 1].role))
            role_section(r, v, v->list.v[i].role);
}
