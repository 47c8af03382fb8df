/*
 * score_import.c: reads a template's file, checks it as a whole, stores it.
 */
#include <string.h>

#include "base/csv.h"
#include "base/date.h"
#include "base/text.h"
#include "engine/row.h"
#include "mod/oversight/score_import.h"
#include "os/os.h"

#define DOCUMENTS_MAX 5000

enum { CODE, PARENT, NAME, WEIGHT, METHOD, PARAMS, OWNERS, DOCUMENTS, SOURCE, COLUMNS };

/* clang-format off */
static const struct {
    const char *name;
    size_t max;
    bool needed; /* the column */
} columns[COLUMNS] = {
    [CODE]      = {"code", 40, true},
    [PARENT]    = {"parent", 40, true},
    [NAME]      = {"name", 300, true},
    [WEIGHT]    = {"weight", 20, false},
    [METHOD]    = {"method", 60, false},
    [PARAMS]    = {"params", 500, false},
    [OWNERS]    = {"owners", 300, false},
    [DOCUMENTS] = {"documents", 4000, false},
    [SOURCE]    = {"source", 500, false},
};
/* clang-format on */

struct reading {
    struct arena *a;
    struct score_draft *draft;
    struct score_import_report *report;
    int at[COLUMNS]; /* field of each column, -1 */
    bool headed;
    const char **parents; /* codes, a node each */
    int64_t *lines;
};

static void fault(struct score_import_report *report, int64_t line, const char *key, const char *value)
{
    if (report->n_faults < SCORE_FAULTS_MAX)
        report->faults[report->n_faults++] = (struct score_import_fault){line, key, value};
}

/* ---- reading ---- */

static void take_heading(struct reading *x, const struct csv_record *record)
{
    size_t i, k;

    for (k = 0; k < COLUMNS; k++) {
        x->at[k] = -1;
        for (i = 0; i < record->n; i++)
            if (text_eq(columns[k].name, text_trim(x->a, record->field[i])))
                x->at[k] = (int)i;
        if (x->at[k] < 0 && columns[k].needed)
            fault(x->report, record->line, "score.column-missing", columns[k].name);
    }
    x->headed = true;
}

static const char *cell(struct reading *x, const struct csv_record *record, size_t column)
{
    const char *s;

    if (x->at[column] < 0 || (size_t)x->at[column] >= record->n)
        return NULL;
    s = text_nfc(x->a, text_trim(x->a, record->field[x->at[column]]));
    if (strlen(s) > columns[column].max) {
        fault(x->report, record->line, "score.cell-long", columns[column].name);
        return NULL;
    }
    return *s != '\0' ? s : NULL;
}

static void take_documents(struct reading *x, const struct score_node_row *node, const char *text)
{
    size_t n, i;
    char **parts = text_split(x->a, text != NULL ? text : "", ';', &n);
    int64_t number = 1;

    for (i = 0; i < n && x->draft->n_documents < DOCUMENTS_MAX; i++) {
        const char *title = text_collapse(x->a, parts[i]);

        if (*title == '\0')
            continue;
        x->draft->documents[x->draft->n_documents++] =
            (struct score_requirement){.head = {.id = os_new_id(), .voided_at = INSTANT_NONE},
                                       .node = {node->head.id},
                                       .number = number,
                                       .title = title,
                                       .source = node->source,
                                       .origin = node->origin};
        number++;
    }
}

static int take_record(void *ctx, const struct csv_record *record)
{
    struct reading *x = ctx;
    struct score_draft *d = x->draft;
    struct score_node_row *node;
    const char *weight;

    if (!x->headed) {
        take_heading(x, record);
        return x->report->n_faults > 0 ? E_INPUT : 0;
    }
    if (d->n_nodes == SCORE_NODES_MAX) {
        fault(x->report, 0, "score.nodes", NULL);
        return E_LIMIT;
    }
    node = &d->nodes[d->n_nodes];
    *node = (struct score_node_row){.head = {.id = os_new_id(), .voided_at = INSTANT_NONE},
                                    .template = {d->template.head.id},
                                    .place = (int64_t)d->n_nodes + 1,
                                    .code = cell(x, record, CODE),
                                    .name = cell(x, record, NAME),
                                    .weight = INT_NONE,
                                    .method = cell(x, record, METHOD),
                                    .params = cell(x, record, PARAMS),
                                    .owners = cell(x, record, OWNERS),
                                    .source = cell(x, record, SOURCE),
                                    .origin = d->template.origin};
    x->parents[d->n_nodes] = cell(x, record, PARENT);
    x->lines[d->n_nodes] = record->line;
    weight = cell(x, record, WEIGHT);
    if (node->code == NULL || node->name == NULL || strpbrk(node->code, "|;") != NULL)
        fault(x->report, record->line, "score.code-or-name", NULL);
    if (weight != NULL && text_int(weight, 0, 1000000, &node->weight) < 0)
        fault(x->report, record->line, "score.weight-bad", weight);
    take_documents(x, node, cell(x, record, DOCUMENTS));
    d->n_nodes++;
    return 0;
}

/* ---- the whole ---- */

static void find_parents(struct reading *x)
{
    struct score_draft *d = x->draft;
    size_t i, k;

    for (i = 0; i < d->n_nodes; i++) {
        if (x->parents[i] == NULL)
            continue;
        for (k = 0; k < d->n_nodes && !text_eq(d->nodes[k].code, x->parents[i]); k++)
            ;
        if (k < d->n_nodes)
            d->nodes[i].parent.v = d->nodes[k].head.id;
        else
            fault(x->report, x->lines[i], "score.parent-unknown", d->nodes[i].code);
    }
}

static void check_tree(struct reading *x)
{
    struct score_fault faults[SCORE_FAULTS_MAX];
    struct score_book book;
    size_t n, i;

    if (score_book_make(x->a, x->draft->nodes, x->draft->n_nodes, &book, faults, &n) == 0)
        return;
    for (i = 0; i < n; i++) {
        size_t k = faults[i].node;
        bool known = k < x->draft->n_nodes;

        fault(x->report, known ? x->lines[k] : 0, faults[i].key, known ? x->draft->nodes[k].code : "");
    }
}

int score_import_read(struct arena *a, const struct score_template *template, struct bytes file, struct score_draft *ret,
                      struct score_import_report *report)
{
    struct reading x = {.a = a,
                        .draft = ret,
                        .report = report,
                        .parents = arena_array(a, SCORE_NODES_MAX, const char *),
                        .lines = arena_array(a, SCORE_NODES_MAX, int64_t)};
    struct csv_reader csv;
    int e;

    *report = (struct score_import_report){.n_faults = 0};
    *ret = (struct score_draft){.template = *template,
                                .nodes = arena_array(a, SCORE_NODES_MAX, struct score_node_row),
                                .documents = arena_array(a, DOCUMENTS_MAX, struct score_requirement)};
    ret->template.head = (struct record){.id = os_new_id(), .voided_at = INSTANT_NONE};
    csv_init(&csv, a, '\0', take_record, &x);
    e = csv_feed(&csv, file.p, file.n);
    if (e == 0)
        e = csv_end(&csv);
    if (e < 0 && report->n_faults == 0)
        fault(report, csv.fault_line, "score.csv", csv_fault_code(csv.fault));
    if (report->n_faults == 0)
        find_parents(&x);
    if (report->n_faults == 0)
        check_tree(&x);
    report->nodes = (int64_t)ret->n_nodes;
    report->documents = (int64_t)ret->n_documents;
    return report->n_faults > 0 ? E_INPUT : 0;
}

/* ---- storing ---- */

int score_draft_store(struct tx *tx, const struct score_draft *d)
{
    struct record head;
    size_t i;
    int e = row_insert(tx, &score_template_entity, &d->template, &head);

    for (i = 0; e == 0 && i < d->n_nodes; i++)
        e = row_insert(tx, &score_node_entity, &d->nodes[i], &head);
    for (i = 0; e == 0 && i < d->n_documents; i++)
        e = row_insert(tx, &score_requirement_entity, &d->documents[i], &head);
    return e;
}

struct store {
    const struct score_draft *draft;
    const struct actor_mark *mark;
};

static int run(struct tx *tx, void *arg)
{
    const struct store *x = arg;

    (void)actor_act(tx, x->mark);
    return score_draft_store(tx, x->draft);
}

int score_import_store(struct app *app, const struct score_draft *draft, const struct actor_mark *mark)
{
    struct store x = {draft, mark};

    return writer_do(app->writer, run, &x);
}

int score_template_of(struct arena *a, const char *version, const char *source, struct score_template *ret)
{
    const char *point = strchr(version, '.');
    int64_t year, number;

    if (point == NULL || text_int(arena_text_n(a, version, (size_t)(point - version)), 2016, 2100, &year) < 0 ||
        text_int(point + 1, 1, 999, &number) < 0)
        return E_INPUT;
    *ret = (struct score_template){.code = text_printf(a, "mcsp-%lld-%lld", (long long)year, (long long)number),
                                   .name = text_printf(a, "MCSP %lld versi %lld", (long long)year, (long long)number),
                                   .year = year,
                                   .version = number,
                                   .status = {"draft"},
                                   .bands = "0:buruk 25:hati-hati 50:sedang 75:baik",
                                   .target = INT_NONE,
                                   .closes = DATE_NONE,
                                   .source = source,
                                   .origin = {"source"}};
    return 0;
}
