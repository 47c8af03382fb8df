/*
 * codeset_spec.c: the lists that can be loaded, a table row each: columns of their files, shapes of their codes.
 */
#include "base/text.h"
#include "core/codeset/query.h"

/* clang-format off */
#define COLUMN(name_, role_, max_, ...) {.name = (name_), .role = CODE_IS_##role_, .max = (max_), ##__VA_ARGS__}

static const struct codeset_column region[] = {
    COLUMN("code",  CODE,  13),
    COLUMN("name",  NAME,  100),
    COLUMN("level", LEVEL, 1, .optional = true),
};
static const struct codeset_column account[] = {
    COLUMN("code",  CODE,  20),
    COLUMN("name",  NAME,  500),
    COLUMN("level", LEVEL, 1, .optional = true),
    COLUMN("basis", MORE,  200, .optional = true, .may_be_empty = true),
};
static const struct codeset_column sub_activity[] = {
    COLUMN("code",  CODE,  20),
    COLUMN("name",  NAME,  500, .may_be_empty = true), /* the list of 2027 has no name for affair 9 */
    COLUMN("level", LEVEL, 1, .optional = true),
    COLUMN("scope", SCOPE, 10, .words = "both kabkota provinsi"),
};
static const struct codeset_column sub_activity_2023[] = {
    COLUMN("code",      CODE,  20),
    COLUMN("name",      NAME,  500),
    COLUMN("level",     LEVEL, 1, .optional = true),
    COLUMN("indicator", MORE,  600, .may_be_empty = true),
    COLUMN("output",    MORE,  600, .may_be_empty = true),
    COLUMN("unit",      MORE,  60, .may_be_empty = true),
};
static const struct codeset_column fund_source[] = {
    COLUMN("code",  CODE,  20),
    COLUMN("name",  NAME,  300),
    COLUMN("level", LEVEL, 1, .optional = true),
};
static const struct codeset_column function[] = {
    COLUMN("code", CODE, 2),
    COLUMN("name", NAME, 100),
};
static const struct codeset_column unit_of_measure[] = {
    COLUMN("code",    CODE, 40),
    COLUMN("name",    NAME, 60),
    COLUMN("aliases", MORE, 200, .optional = true, .may_be_empty = true),
};
static const struct codeset_column finding_code[] = {
    COLUMN("kind",           SCOPE,  20, .words = "finding recommendation cause"),
    COLUMN("code",           CODE,   10),
    COLUMN("level",          LEVEL,  10, .words = "group subgroup type"),
    COLUMN("parent",         PARENT, 10, .may_be_empty = true),
    COLUMN("label_id",       NAME,   300),
    COLUMN("label_en",       MORE,   300, .may_be_empty = true),
    COLUMN("money_expected", MORE,   1, .words = "0 1"),
    COLUMN("source",         MORE,   300, .optional = true, .may_be_empty = true),
};
static const struct codeset_column holiday[] = {
    COLUMN("date", CODE, 10),
    COLUMN("name", NAME, 100),
    COLUMN("kind", MORE, 20, .words = "national joint-leave"),
};

static const struct codeset_column code_change[] = {
    COLUMN("old_code",    CODE,  20),
    COLUMN("new_code",    SCOPE, 20, .may_be_empty = true), /* empty: the code has ended */
    COLUMN("note",        NAME,  300, .optional = true, .may_be_empty = true),
    COLUMN("list",        MORE,  40, .words = "account fund_source function region sub_activity unit_of_measure"),
    COLUMN("new_scope",   MORE,  10, .optional = true, .may_be_empty = true),
    COLUMN("new_version", MORE,  100),
    COLUMN("old_scope",   MORE,  10, .optional = true, .may_be_empty = true),
    COLUMN("old_version", MORE,  100),
};

#define COLUMNS(table) .columns = (table), .n = ARRAY_LEN(table)
#define SUB_ACTIVITY_SHAPES {"#", "#.##", "#.##.##", "#.##.##.9.99", "#.##.##.9.99.9999"}
#define ACCOUNT_SHAPES      {"9", "9.9", "9.9.99", "9.9.99.99", "9.9.99.99.99", "9.9.99.99.99.9999"}

const struct codeset_spec codeset_specs[] = {
    {.word = "account",           .set = "account",         COLUMNS(account),         .shapes = ACCOUNT_SHAPES},
    {.word = "code_change",       .set = CODESET_CHANGES,   COLUMNS(code_change),     .changes = true},
    {.word = "finding_code",      .set = "finding_code",    COLUMNS(finding_code)},
    {.word = "function",          .set = "function",        COLUMNS(function),        .shapes = {"9"}},
    {.word = "fund_source",       .set = "fund_source",     COLUMNS(fund_source),     .shapes = ACCOUNT_SHAPES},
    {.word = "holiday",           .set = "holiday",         COLUMNS(holiday),         .days = true},
    {.word = "region",            .set = "region",          COLUMNS(region),          .shapes = {"99", "99.99", "99.99.99", "99.99.99.9999"}},
    {.word = "sub_activity",      .set = "sub_activity",    COLUMNS(sub_activity),    .shapes = SUB_ACTIVITY_SHAPES},
    {.word = "sub_activity_2023", .set = "sub_activity",    COLUMNS(sub_activity_2023), .shapes = SUB_ACTIVITY_SHAPES, .scope = "kabkota"},
    {.word = "unit_of_measure",   .set = "unit_of_measure", COLUMNS(unit_of_measure)},
};
/* clang-format on */

const size_t codeset_specs_n = ARRAY_LEN(codeset_specs);

const struct codeset_spec *codeset_spec_of(const char *word)
{
    size_t i;

    for (i = 0; i < codeset_specs_n; i++)
        if (text_eq(codeset_specs[i].word, word))
            return &codeset_specs[i];
    return NULL;
}
