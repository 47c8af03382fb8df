/*
 * table_test.c: the tables of all modules are sound, have their words in both languages, and give nobody what the separation
 * of duties forbids (security.md Z1, Z3, Z6).
 */
#include "engine/flow.h"
#include "engine/job.h"
#include "engine/web.h"
#include "main/server.h"
#include "ui/lang.h"
#include "whole.h"

/* ---- soundness ---- */

static void every_entity_screen_and_workflow_is_sound(void **world)
{
    struct arena *a = unit_arena(world);
    size_t n_modules, m, i, wrong = 0;
    const struct module *const *modules_v = whole_modules(a, &n_modules);

    for (m = 0; m < n_modules; m++) {
        const struct module *x = modules_v[m];

        for (i = 0; i < x->n_entities; i++)
            if (entity_fault(x->entities[i], a) != NULL)
                WRONG(wrong, "%s", entity_fault(x->entities[i], a));
        for (i = 0; i < x->n_screens; i++) {
            if (screen_fault(x->screens[i], a) != NULL)
                WRONG(wrong, "%s", screen_fault(x->screens[i], a));
            if (x->screens[i]->flow != NULL && flow_fault(x->screens[i]->flow, a) != NULL)
                WRONG(wrong, "%s", flow_fault(x->screens[i]->flow, a));
        }
    }
    assert_int_equal(wrong, 0);
}

static bool is_in_a_module(const struct entity *e)
{
    size_t m, i;

    for (m = 0; m < modules_n(); m++)
        for (i = 0; i < modules[m]->n_entities; i++)
            if (modules[m]->entities[i] == e)
                return true;
    return false;
}

static void every_screen_shows_an_entity_of_a_module(void **world)
{
    size_t m, i, wrong = 0;

    (void)world;
    for (m = 0; m < modules_n(); m++)
        for (i = 0; i < modules[m]->n_screens; i++)
            if (!is_in_a_module(modules[m]->screens[i]->entity))
                WRONG(wrong, "%s", modules[m]->screens[i]->slug);
    assert_int_equal(wrong, 0);
}

/* ---- words ---- */

static size_t lacking(const char *key)
{
    size_t n = 0;
    int lang;

    for (lang = 0; lang < LANG_COUNT; lang++)
        if (lang_text((enum lang)lang, key) == NULL)
            WRONG(n, "no text for %s in %s", key, lang_code((enum lang)lang));
    return n;
}

static size_t field_lacks(struct arena *a, const struct entity *e, const struct field *f)
{
    size_t wrong = lacking(text_printf(a, "%s.%s", e->name, f->name)), n = 0, i;
    char **codes = f->type == FIELD_STATE && f->codes != NULL ? text_split(a, f->codes, ' ', &n) : NULL;

    for (i = 0; i < n; i++)
        wrong += lacking(text_printf(a, "%s.%s-%s", e->name, f->name, codes[i]));
    return wrong;
}

static size_t entity_lacks(struct arena *a, const struct entity *e)
{
    size_t wrong = lacking(text_printf(a, "%s.one", e->name)) + lacking(text_printf(a, "%s.many", e->name)), i;

    for (i = 0; i < e->n_fields; i++)
        wrong += field_lacks(a, e, &e->fields[i]);
    return wrong;
}

/* What no screen shows needs no words of its own: what stands beside records, secrets, caches. */
static bool is_shown(const struct entity *e)
{
    size_t m, i;

    for (m = 0; m < modules_n(); m++)
        for (i = 0; i < modules[m]->n_screens; i++)
            if (modules[m]->screens[i]->entity == e)
                return true;
    return false;
}

static void every_entity_field_and_code_has_words(void **world)
{
    size_t n, i, shown = 0, wrong = 0;
    const struct entity *const *v = whole_entities(unit_arena(world), &n);

    for (i = 0; i < n; i++) {
        if (!is_shown(v[i]))
            continue;
        wrong += entity_lacks(unit_arena(world), v[i]);
        shown++;
    }
    assert_true(shown > 3);
    assert_int_equal(wrong, 0);
}

static void every_statement_on_data_about_persons_has_words(void **world)
{
    size_t n, i, k, seen = 0, wrong = 0;
    const struct entity *const *v = whole_entities(unit_arena(world), &n);

    for (i = 0; i < n; i++)
        for (k = 0; k < v[i]->n_fields; k++) {
            const struct privacy *p = v[i]->fields[k].privacy;

            if (p == NULL)
                continue;
            wrong += lacking(text_printf(unit_arena(world), "privacy.%s", p->name));
            wrong += lacking(text_printf(unit_arena(world), "privacy.%s-purpose", p->name));
            seen++;
        }
    assert_true(seen > 8);
    assert_int_equal(wrong, 0);
}

static bool is_of_screen(struct arena *a, const char *permission, const char *verb)
{
    size_t m, i;

    for (m = 0; m < modules_n(); m++)
        for (i = 0; i < modules[m]->n_screens; i++)
            if (text_eq(permission, text_printf(a, "%s.%s", modules[m]->screens[i]->permission, verb)))
                return true;
    return false;
}

/* Who makes a token chooses among them. */
static void every_permission_has_words(void **world)
{
    struct arena *a = unit_arena(world);
    size_t m, i, wrong = 0;

    for (m = 0; m < modules_n(); m++)
        for (i = 0; i < modules[m]->n_permits; i++) {
            const char *permission = modules[m]->permits[i].permission, *dot = strchr(permission, '.');

            assert_non_null(dot);
            wrong += lacking(is_of_screen(a, permission, dot + 1)
                                 ? text_printf(a, "permit.%s", dot + 1)
                                 : text_printf(a, "permit.%.*s-%s", (int)(dot - permission), permission, dot + 1));
        }
    assert_int_equal(wrong, 0);
}

static void every_section_workflow_job_and_measure_has_words(void **world)
{
    struct arena *a = unit_arena(world);
    size_t m, i, k, wrong = 0;

    for (m = 0; m < modules_n(); m++) {
        const struct module *x = modules[m];

        for (i = 0; i < x->n_screens; i++) {
            const struct screen *s = x->screens[i];

            for (k = 0; k < s->n_sections; k++)
                wrong += s->sections[k].title != NULL ? lacking(s->sections[k].title) : 0;
            if (s->flow != NULL && flow_word_missing(s->flow, a) != NULL)
                WRONG(wrong, "no text for %s", flow_word_missing(s->flow, a));
        }
        for (i = 0; i < x->n_jobs; i++)
            wrong += lacking(text_printf(a, "job.%s", x->jobs[i].name));
        for (i = 0; i < x->n_measures; i++)
            wrong += lacking(x->measures[i].name);
    }
    assert_int_equal(wrong, 0);
}

static void every_role_has_a_name(void **world)
{
    size_t i, wrong = 0;

    for (i = 0; i < roles_n; i++)
        wrong += lacking(text_printf(unit_arena(world), "role.%s", roles[i].code));
    assert_int_equal(wrong, 0);
}

/* ---- permissions ---- */

/* Does the table of the program give it to anybody? */
static const char *holders(const char *permission)
{
    size_t m, i;

    for (m = 0; m < modules_n(); m++)
        for (i = 0; i < modules[m]->n_permits; i++)
            if (text_eq(modules[m]->permits[i].permission, permission))
                return modules[m]->permits[i].roles;
    return NULL;
}

static bool is_granted(const char *permission)
{
    return text_eq(permission, PERMIT_ANYBODY) || text_eq(permission, PERMIT_LOGIN) || !text_empty(holders(permission));
}

static void every_permit_names_roles_that_exist_once(void **world)
{
    struct arena *a = unit_arena(world);
    size_t m, i, k, n, wrong = 0;

    for (m = 0; m < modules_n(); m++)
        for (i = 0; i < modules[m]->n_permits; i++) {
            const struct permit *p = &modules[m]->permits[i];
            char **codes = text_split(a, p->roles, ' ', &n);

            if (holders(p->permission) != p->roles)
                WRONG(wrong, "%s is given in two lines", p->permission);
            for (k = 0; k < n; k++)
                if (role_find(codes[k]) == NULL)
                    WRONG(wrong, "%s: %s is no role", p->permission, codes[k]);
        }
    assert_int_equal(wrong, 0);
}

/* Asked by some screen's route and given to nobody, each with its reason. */
static const struct {
    const char *permission, *why;
} nobodys[] = {
    {"review_session.import", "a review is called, not loaded"},
    {"review_topic.import", "what was found is written in the meeting"},
    {"commitment.import", "what was promised is written in the meeting"},
    {"score_input.create", "a year of a government makes them all"},
    {"score_input.void", "a line of the template is left out by N/A alone"},
    {"score_input.import", "figures come with their documents, one by one"},
    {"score_verdict.edit", "a verdict is never changed: a later one counts"},
    {"score_verdict.void", "as above"},
    {"score_verdict.import", "a judgement is made, not loaded"},
    {"score_year.void", "what was reported stays"},
    {"score_year.import", "there is one a year"},
    {"score_penalty.import", "a penalty is reasoned, one by one"},
    {"score_template.void", "governments report on it; it is closed"},
    {"score_template.import", "its nodes come by a file of their own (score_import.h)"},
};

static bool is_nobodys(const char *permission)
{
    size_t i;

    for (i = 0; i < ARRAY_LEN(nobodys); i++)
        if (text_eq(nobodys[i].permission, permission))
            return true;
    return false;
}

static struct web *web_of_the_program(struct arena *a)
{
    struct app *app = arena_new(a, struct app);
    struct web_conf conf = {.app = app};
    const char *why = NULL;
    struct web *w;

    app->modules = modules;
    app->n_modules = modules_n();
    conf.routes = instance_routes(a, &conf.n);
    if (web_open(&conf, a, &w, &why) < 0) {
        print_message("# %s\n", why);
        assert_null(why);
    }
    return w;
}

static void every_route_asks_for_a_permission_that_somebody_has(void **world)
{
    struct arena *a = unit_arena(world);
    size_t n, i, wrong = 0;
    const struct route *v = web_routes(web_of_the_program(a), &n);

    assert_true(n > 50);
    for (i = 0; i < n; i++)
        if (!is_granted(v[i].permission) && !is_nobodys(v[i].permission))
            WRONG(wrong, "%s %s asks for %s, which nobody has", route_method(&v[i]), v[i].path, v[i].permission);
    assert_int_equal(wrong, 0);
}

static void every_step_and_job_asks_for_a_permission_that_somebody_has(void **world)
{
    size_t m, i, k, wrong = 0;

    (void)world;
    for (m = 0; m < modules_n(); m++) {
        for (i = 0; i < modules[m]->n_jobs; i++)
            if (!is_granted(modules[m]->jobs[i].permission))
                WRONG(wrong, "job %s asks for %s", modules[m]->jobs[i].name, modules[m]->jobs[i].permission);
        for (i = 0; i < modules[m]->n_screens; i++) {
            const struct flow *f = modules[m]->screens[i]->flow;

            for (k = 0; f != NULL && k < f->n_steps; k++)
                if (!is_granted(f->steps[k].permission))
                    WRONG(wrong, "step %s.%s asks for %s", f->name, f->steps[k].verb, f->steps[k].permission);
        }
    }
    assert_int_equal(wrong, 0);
}

/* ---- separation of duties ---- */

static const char *act_of(const char *permission)
{
    const char *dot = strchr(permission, '.');

    return dot != NULL ? dot + 1 : "";
}

/* The machinery: accounts, the tree of agencies, code sets and numbers of law for all governments, jobs, what the server does
 * at night. Everything else is business. */
static bool is_housekeeping(const char *permission)
{
    static const char *const parts[] = {"government.", "gov_profile.", "agency.",    "unit.",       "user.",
                                        "holiday.",    "job.",         "search.",    "attachment.", "ledger.",
                                        "operator.",   "codeset.",     "account.",   "erasure.",    "import.see",
                                        "export.see",  "privacy.",     "parameter.", "access."};
    size_t i;

    for (i = 0; i < ARRAY_LEN(parts); i++)
        if (text_starts(permission, parts[i]))
            return true;
    return false;
}

static void who_manages_accounts_or_the_server_has_no_business(void **world)
{
    size_t m, i, wrong = 0;

    (void)world;
    for (m = 0; m < modules_n(); m++)
        for (i = 0; i < modules[m]->n_permits; i++) {
            const struct permit *p = &modules[m]->permits[i];

            if (!is_housekeeping(p->permission) && (text_has_word(p->roles, "admin") || text_has_word(p->roles, "operator")))
                WRONG(wrong, "%s: %s", p->permission, p->roles);
        }
    assert_int_equal(wrong, 0);
}

static void supervisors_write_no_record_of_a_government(void **world)
{
    /* What security.md Z6 leaves to them: templates, verification, which is a row of its own, reviews and recommendations. */
    static const char theirs[] = "score_template.create score_template.edit score_verdict.create "
                                 "review_session.create review_session.edit review_session.void "
                                 "review_topic.create review_topic.edit review_topic.void "
                                 "commitment.create commitment.edit commitment.void "
                                 "recommendation.create recommendation.edit recommendation.void "
                                 "score_penalty.create score_penalty.edit score_penalty.void";
    static const char *const acts[] = {"create", "edit", "void", "import"};
    size_t m, i, k, r, wrong = 0;

    (void)world;
    for (m = 0; m < modules_n(); m++)
        for (i = 0; i < modules[m]->n_permits; i++)
            for (r = 0; r < roles_n; r++)
                for (k = 0; k < ARRAY_LEN(acts); k++) {
                    const struct permit *p = &modules[m]->permits[i];

                    if (roles[r].supervisor && text_eq(act_of(p->permission), acts[k]) &&
                        text_has_word(p->roles, roles[r].code) && !text_has_word(theirs, p->permission))
                        WRONG(wrong, "%s: %s", p->permission, roles[r].code);
                }
    assert_int_equal(wrong, 0);
}

static void an_exclusion_names_other_roles_that_exist(void **world)
{
    size_t i, k, n, wrong = 0;

    for (i = 0; i < roles_n; i++) {
        char **codes = text_split(unit_arena(world), roles[i].not_with != NULL ? roles[i].not_with : "", ' ', &n);

        for (k = 0; k < n; k++)
            if (*codes[k] != '\0' && (role_find(codes[k]) == NULL || text_eq(codes[k], roles[i].code)))
                WRONG(wrong, "%s excludes %s", roles[i].code, codes[k]);
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(every_entity_screen_and_workflow_is_sound),
        UNIT(every_screen_shows_an_entity_of_a_module),
        UNIT(every_entity_field_and_code_has_words),
        UNIT(every_statement_on_data_about_persons_has_words),
        UNIT(every_permission_has_words),
        UNIT(every_section_workflow_job_and_measure_has_words),
        UNIT(every_role_has_a_name),
        UNIT(every_permit_names_roles_that_exist_once),
        UNIT(every_route_asks_for_a_permission_that_somebody_has),
        UNIT(every_step_and_job_asks_for_a_permission_that_somebody_has),
        UNIT(who_manages_accounts_or_the_server_has_no_business),
        UNIT(supervisors_write_no_record_of_a_government),
        UNIT(an_exclusion_names_other_roles_that_exist),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
