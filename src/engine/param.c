/*
 * param.c: the table of parameters: its rules, its life, what counts on a day.
 */
#include "base/date.h"
#include "base/money.h"
#include "base/number.h"
#include "base/text.h"
#include "engine/app.h"
#include "engine/flow.h"
#include "engine/param.h"
#include "engine/param_page.h"

/* ---- units ---- */

static const struct {
    const char *word; /* key with one %s; NULL: say it another way */
    int scale;
} units[] = {
    [PARAM_COUNT] = {NULL, 0},
    [PARAM_HOURS] = {"param.hours", 0},
    [PARAM_DAYS] = {"param.days", 0},
    [PARAM_WORKDAYS] = {"param.workdays", 0},
    [PARAM_MEBIBYTES] = {"param.mebibytes", 0},
    [PARAM_PERCENT] = {NULL, 2},
    [PARAM_MONEY] = {NULL, 2},
};
_Static_assert(ARRAY_LEN(units) == PARAM_UNIT_COUNT, "a row for each unit");

int param_parse(const struct param *p, const char *typed, int reader, int64_t *ret)
{
    int64_t v;
    int e = decimal_parse(typed, units[p->unit].scale, reader, &v);

    if (e == E_FORMAT) /* as it is kept */
        e = decimal_parse(typed, units[p->unit].scale, LANG_ID, &v);
    if (e < 0)
        return e;
    if (v < p->least || v > p->most)
        return E_INPUT;
    *ret = v;
    return 0;
}

const char *param_say(struct req *r, const struct param *p, int64_t value)
{
    if (p->unit == PARAM_PERCENT)
        return say_percent(r, value);
    if (p->unit == PARAM_MONEY)
        return money_text(r->arena, (money){value}, MONEY_SCREEN, (int)r->lang);
    if (units[p->unit].word == NULL)
        return say_count(r, value);
    return T1(r, units[p->unit].word, say_count(r, value));
}

/* Without points, so that every reader's form takes it back: "1250", "12,5". */
static const char *kept_form(struct arena *a, const struct param *p, int64_t value)
{
    char *s = decimal_exact(a, value, units[p->unit].scale), *point = strchr(s, '.');
    size_t n = strlen(s);

    if (point == NULL)
        return s;
    *point = ',';
    while (s[n - 1] == '0')
        s[--n] = '\0';
    if (s[n - 1] == ',')
        s[n - 1] = '\0';
    return s;
}

/* ---- what the modules ask for ---- */

const struct param *param_named(const struct app *app, const char *code)
{
    size_t m, i;

    for (m = 0; m < app->n_modules; m++)
        for (i = 0; i < app->modules[m]->n_params; i++)
            if (text_eq(app->modules[m]->params[i].code, code))
                return &app->modules[m]->params[i];
    return NULL;
}

static const char *codes_of(struct arena *a, const struct app *app)
{
    const char *all = "";
    size_t m, i;

    for (m = 0; app != NULL && m < app->n_modules; m++)
        for (i = 0; i < app->modules[m]->n_params; i++)
            all = text_printf(a, "%s%s%s", all, *all != '\0' ? " " : "", app->modules[m]->params[i].code);
    return all;
}

/* ---- table ---- */

static const char *check_value(const void *row)
{
    const struct parameter *x = row;
    int64_t v;

    if (x->value == NULL || decimal_parse(x->value, 2, LANG_ID, &v) == 0 || decimal_parse(x->value, 2, LANG_EN, &v) == 0)
        return NULL;
    return "parameter.value-bad";
}

/* clang-format off */
static const struct field fields[] = {
    FIELD(struct parameter, code, .flags = F_REQUIRED | F_PUBLIC | F_INDEXED | F_FIXED, .codes_of = codes_of, .max = 60),
    FIELD(struct parameter, value, .flags = F_REQUIRED | F_PUBLIC, .max = 24, .check = check_value),
    FIELD(struct parameter, valid_from, .flags = F_REQUIRED | F_PUBLIC),
    FIELD(struct parameter, valid_to, .flags = F_PUBLIC),
    FIELD(struct parameter, basis, .flags = F_REQUIRED | F_PUBLIC, .max = 300),
    FIELD(struct parameter, verified, .flags = F_PUBLIC),
    FIELD(struct parameter, note, .flags = F_PUBLIC | F_LONG),
    FIELD(struct parameter, status, .flags = F_REQUIRED | F_PUBLIC | F_INDEXED, .max = 20,
          .codes = "proposed in_force refused"),
};
const struct entity parameter_entity = ENTITY(struct parameter, parameter, fields);

static const struct flow_state states[] = {
    {.code = "proposed",  .tone = TONE_INFO, .clock = FLOW_RUNS},
    {.code = "in_force",  .tone = TONE_GOOD, .clock = FLOW_ENDS},
    {.code = "refused",   .tone = TONE_NONE, .clock = FLOW_ENDS},
};
static const struct flow_step steps[] = {
    {.verb = "enact",    .from = "proposed", .to = "in_force",  .permission = "parameter.decide", .look = BUTTON_FIRST,
     .not_after = "create edit"},
    {.verb = "refuse",   .from = "proposed", .to = "refused",   .permission = "parameter.decide", .not_after = "create edit",
     .remark = true},
};
static const struct flow parameter_flow = {
    .name = "parameter_life", .version = 1, .entity = &parameter_entity, .state_field = "status", .title = "basis",
    .states = states, .n_states = ARRAY_LEN(states), .steps = steps, .n_steps = ARRAY_LEN(steps),
};
/* clang-format on */

/* ---- screen ---- */

static void check(const struct req *r, const void *before, void *row, struct faults *f)
{
    struct parameter *x = row;
    const struct param *p = param_named(r->app, x->code.v);
    int64_t v;

    (void)before;
    if (!date_is_none(x->valid_to) && x->valid_to.v < x->valid_from.v)
        faults_add(f, "valid_to", "parameter.ends-before", NULL);
    if (p == NULL)
        return;
    if (param_parse(p, x->value, (int)r->lang, &v) < 0)
        faults_add(f, "value", "parameter.beyond", kept_form(r->arena, p, p->most));
    else
        x->value = kept_form(r->arena, p, v);
}

static void value_cell(struct req *r, const void *row)
{
    const struct parameter *x = row;
    const struct param *p = param_named(r->app, x->code.v);
    int64_t v;

    if (p != NULL && param_parse(p, x->value, LANG_ID, &v) == 0)
        html(r, "%s", param_say(r, p, v));
    else
        html(r, "%s", x->value);
}

/* clang-format off */
static const struct screen_column columns[] = {
    {.field = "code"}, {.field = "value", .num = true, .cell = value_cell}, {.field = "valid_from"}, {.field = "valid_to"},
    {.field = "basis"}, {.field = "verified"}, {.field = "note", .hidden = true}, {.field = "status"},
};
static const struct screen_filter filters[] = {{"code"}, {"status"}};
static const struct screen_form_field form[] = {
    {.field = "code"}, {.field = "value", .size = UI_SIZE_S}, {.field = "valid_from", .pair = true}, {.field = "valid_to"},
    {.field = "basis"}, {.field = "verified"}, {.field = "note"},
};
static const struct screen_section sections[] = {{NULL, form, ARRAY_LEN(form)}};
const struct screen parameter_screen = {
    .entity = &parameter_entity, .slug = "parameter", .permission = "parameter", .name = "basis", .reference = true,
    .columns = columns, .n_columns = ARRAY_LEN(columns), .filters = filters, .n_filters = ARRAY_LEN(filters),
    .order = "code", .sections = sections, .n_sections = ARRAY_LEN(sections), .flow = &parameter_flow,
    .attachments = true, .comments = true, .check = check,
};

/* ---- what counts ---- */

static const struct query q_on = {
    .name = "parameter.on",
    .sql = "SELECT gov, id, value, valid_from, basis, verified FROM parameter WHERE gov IN (0, ?1) AND code = ?2 AND "
           "status = 'in_force' AND voided_at IS NULL AND valid_from <= ?3 AND (valid_to IS NULL OR valid_to >= ?3) "
           "ORDER BY gov DESC, valid_from DESC, id DESC LIMIT 1",
    .in = "iti", .out = "iititi",
};
/* clang-format on */

int param_on(struct db *db, struct arena *a, int64_t gov, const struct param *p, date day, struct param_value *ret)
{
    struct param_value v = {.value = p->initial, .since = DATE_NONE};
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &q_on, V(gov), V(p->code), V(day));
    if (e == 0)
        e = rows_next(&rows);
    if (e > 0) {
        e = param_parse(p, rows_text(&rows, a, 2), LANG_ID, &v.value);
        v.gov = rows_int(&rows, 0);
        v.row = rows_int(&rows, 1);
        v.since = (date){(int32_t)rows_int(&rows, 3)};
        v.basis = rows_text(&rows, a, 4);
        v.verified = rows_int(&rows, 5) != 0;
        v.national = v.gov == 0;
        if (e < 0) /* put in force when other bounds were declared */
            return E_STORAGE;
    }
    if (e >= 0)
        *ret = v;
    return e < 0 ? e : 0;
}

/* ---- module ---- */

/* clang-format off */
#define READERS                                                                                                                \
    "head secretary agency_head agency_staff planner budget_team finance_officer treasurer budget_holder activity_officer "    \
    "finance_verifier paying_officer council_member council_secretary inspector auditor follow_up_officer hr_officer "         \
    "hr_head supervisor_kpk supervisor_province admin operator data_protection_officer"
#define DECIDERS  "head secretary operator" /* a value decided wrongly is voided, with a reason */
#define PROPOSERS "planner finance_officer hr_officer inspector follow_up_officer operator"

static const struct entity *const entities[] = {&parameter_entity};
static const struct screen *const screens[] = {&parameter_screen};
static const struct query *const queries[] = {&q_on};
static const struct permit permits[] = {
    {"parameter.read",    READERS},
    {"parameter.create",  PROPOSERS},
    {"parameter.edit",    PROPOSERS},
    {"parameter.void",    DECIDERS},
    {"parameter.comment", READERS},
    {"parameter.import",  PROPOSERS},
    {"parameter.export",  READERS},
    {"parameter.decide",  DECIDERS},
};
static const struct route routes[] = {
    ROUTE(GET, "/kerja/{gov}/parameter-berlaku", "parameter.read", param_page, .word = "param.title",
          .reference = true),
};

const struct module param_module = {
    .name = "param",
    .entities = entities, .n_entities = ARRAY_LEN(entities),
    .screens = screens, .n_screens = ARRAY_LEN(screens),
    .routes = routes, .n_routes = ARRAY_LEN(routes),
    .permits = permits, .n_permits = ARRAY_LEN(permits),
    .queries = queries, .n_queries = ARRAY_LEN(queries),
};
/* clang-format on */
