/*
 * check.c: "is this proof true?" for everybody: a proof file, or its text, and three answers that stand apart: who issued it,
 * whether it still holds, whether the record is unchanged. Nothing that is sent in is kept.
 *
 * What is proven comes from the file and this log's keys alone (ledger/verify.h); whether it still holds is what the tables
 * of this installation say today, and the page says so. Not for: somebody else's log, which `terang verify` checks.
 */
#include "base/date.h"
#include "base/text.h"
#include "core/front/check.h"
#include "core/gov/gov.h"
#include "engine/row.h"
#include "engine/screen.h"
#include "engine/web.h"
#include "ledger/ledger.h"
#include "ledger/verify.h"
#include "os/os.h"
#include "ui/lang.h"

/* A proof that was looked at. */
struct check {
    struct verify v;
    const struct entity *entity; /* NULL: of no table of this program */
    struct record *row;          /* as it stands today; NULL: not there */
    const char *gov;             /* name of the government; NULL: of the installation itself, or unknown */
};

/* clang-format off */
const struct query check_query = {
    .name = "front.gov_by_code", .sql = "SELECT id, name FROM government WHERE code = ?1", .in = "t", .out = "it",
};
/* clang-format on */

/* ---- what was sent ---- */

/* Browsers end the lines of a box with CR LF and people copy empty lines; a proof ends with one LF. */
static int take_text(struct req *r, const char *typed, struct bytes *ret)
{
    struct buf b;
    size_t i;

    buf_init(&b, r->arena, PROOF_MAX);
    for (i = 0; typed[i] != '\0'; i++)
        if (typed[i] != '\r')
            buf_byte(&b, typed[i]);
    while (b.n > 0 && b.s[b.n - 1] == '\n')
        b.n--;
    buf_byte(&b, '\n');
    *ret = (struct bytes){.p = (const uint8_t *)b.s, .n = b.n};
    return buf_failed(&b) < 0 ? E_LIMIT : 0;
}

/* The file, or the text of the box; empty when there is neither. */
static int take_proof(struct req *r, struct bytes *ret)
{
    const char *typed = http_form(r->http, "teks");

    *ret = (struct bytes){0};
    if (r->http->n_files > 0 && r->http->files[0].size > 0)
        return os_read_all(r->http->files[0].fd, r->arena, PROOF_MAX, ret);
    return text_empty(typed) ? 0 : take_text(r, typed, ret);
}

/* The policy that this installation serves for its running log. */
static int read_policy(struct req *r, struct policy *ret)
{
    struct ledger_status status;
    struct ledger_page page = {0};
    int line, e;

    if (r->app->ledger == NULL)
        return E_BUSY;
    e = ledger_status(r->app->ledger, r->db, &status);
    if (e == 0)
        e = ledger_read(r->app->ledger, r->db, r->arena, text_printf(r->arena, "%d/policy", status.log), &page);
    if (e < 0)
        return e;
    return page.type == NULL ? E_STATE : policy_parse(r->arena, page.body, ret, &line);
}

/* ---- what it is about ---- */

/* "36.71/5.01" to the code before the slash. */
static const char *code_of_unit(struct arena *a, const char *unit)
{
    const char *slash = unit != NULL ? strchr(unit, '/') : NULL;

    return slash == NULL ? unit : arena_text_n(a, unit, (size_t)(slash - unit));
}

static int find_gov(struct req *r, struct check *c, int64_t *ret_id)
{
    const char *code = code_of_unit(r->arena, c->v.leaf.unit);
    int e;

    AUTO_ROWS struct rows rows;

    *ret_id = 0;
    if (text_empty(code))
        return 0;
    e = db_select(&rows, r->db, &check_query, V(code));
    if (e == 0)
        e = rows_next(&rows);
    if (e > 0) {
        *ret_id = rows_int(&rows, 0);
        c->gov = rows_text(&rows, r->arena, 1);
    }
    return e < 0 ? e : 0;
}

/* The row that the leaf is about, as it stands now: "TABLE/ID" names it. Of a sealed one nothing is said. */
static int find_row(struct req *r, struct check *c)
{
    const char *slash = strchr(c->v.leaf.rec, '/');
    int64_t gov, id;
    void *row;
    int e = find_gov(r, c, &gov);

    c->entity = app_entity(r->app, c->v.leaf.t);
    if (e < 0 || c->entity == NULL || c->entity->ledger != LEDGER_PUBLIC || slash == NULL ||
        text_int(slash + 1, 1, INT64_MAX, &id) < 0)
        return e;
    row = arena_alloc(r->arena, c->entity->size);
    e = row_get(r->db, r->arena, c->entity, c->entity->kind == ENTITY_DATA ? gov : 0, id, row);
    if (e > 0)
        c->row = row;
    return e < 0 ? e : 0;
}

/* ---- three answers ---- */

enum outcome { GOOD, CHANGED, VOID, ALONE, NO_PROOF, FOREIGN, BROKEN, OPEN };

static const struct {
    const char *title, *lead; /* keys */
} outcomes[] = {
    [GOOD] = {"check.good", "check.good-lead"},
    [CHANGED] = {"check.changed", "check.changed-lead"},
    [VOID] = {"check.void", "check.void-lead"},
    [ALONE] = {"check.alone", "check.alone-lead"},
    [NO_PROOF] = {"check.no-proof", "check.no-proof-lead"},
    [FOREIGN] = {"check.foreign", "check.foreign-lead"},
    [BROKEN] = {"check.broken", "check.broken-lead"},
    [OPEN] = {"check.open", "check.open-lead"},
};

static bool is_newest(const struct check *c)
{
    return c->row->leaf_hash.n == sizeof c->v.leaf_hash.v &&
           memcmp(c->row->leaf_hash.p, c->v.leaf_hash.v, sizeof c->v.leaf_hash.v) == 0;
}

static enum outcome outcome_of(const struct check *c)
{
    if (c->v.result == VERIFY_UNKNOWN)
        return OPEN;
    if (c->v.result == VERIFY_INVALID)
        return c->v.step == VERIFY_FORM ? NO_PROOF : c->v.step == VERIFY_LOG ? FOREIGN : BROKEN;
    if (c->row == NULL)
        return ALONE;
    return c->row->voided_at.v != INSTANT_NONE.v ? VOID : is_newest(c) ? GOOD : CHANGED;
}

static struct ui_verdict issued(struct req *r, const struct check *c)
{
    const char *log = c->v.verdict.checkpoint.origin;

    if (c->v.step == VERIFY_LOG)
        return (struct ui_verdict){TONE_BAD, T(r, "check.not-issued"), T(r, "check.not-issued-text")};
    return (struct ui_verdict){TONE_GOOD,
                               c->gov != NULL ? T1(r, "check.issued-by", c->gov) : T1(r, "check.issued-log", r->app->name),
                               T1(r, "check.issued-text", log)};
}

static struct ui_verdict holds(struct req *r, const struct check *c, enum outcome o)
{
    const char *now = say_moment(r, r->now);

    if (o == GOOD)
        return (struct ui_verdict){TONE_GOOD, T(r, "check.holds"), T1(r, "check.holds-text", now)};
    if (o == CHANGED)
        return (struct ui_verdict){TONE_WARN, T(r, "check.changed-since"),
                                   T2(r, "check.changed-text", c->v.leaf.rev, say_count(r, c->row->rev))};
    if (o == VOID)
        return (struct ui_verdict){TONE_BAD, T(r, "check.voided"),
                                   T1(r, "check.voided-text", say_moment(r, c->row->voided_at))};
    return (struct ui_verdict){TONE_INFO, T(r, "check.holds-unknown"), T(r, "check.holds-unknown-text")};
}

static struct ui_verdict unchanged(struct req *r, const struct check *c)
{
    const struct policy_verdict *p = &c->v.verdict;
    const char *entry = say_count(r, (int64_t)c->v.index + 1), *size = say_count(r, (int64_t)p->checkpoint.size);

    if (c->v.result == VERIFY_INVALID)
        return (struct ui_verdict){TONE_BAD, T(r, "check.not-unchanged"), T(r, "check.not-unchanged-text")};
    if (c->v.result == VERIFY_UNKNOWN)
        return (struct ui_verdict){TONE_WARN, T(r, "check.quorum"), T(r, "check.quorum-text")};
    if (p->cosigned == 0)
        return (struct ui_verdict){TONE_INFO, T(r, "check.unwitnessed"), T2(r, "check.unwitnessed-text", entry, size)};
    return (struct ui_verdict){TONE_GOOD, T(r, "check.unchanged"),
                               T3(r, "check.unchanged-text", entry, size, say_count(r, (int64_t)p->cosigned))};
}

static void show_answers(struct req *r, const struct check *c, enum outcome o)
{
    const struct ui_verdict v[] = {issued(r, c), holds(r, c, o), unchanged(r, c)};

    if (o == NO_PROOF)
        return;
    if (o == FOREIGN)
        ui_verdicts(r, v, 1);
    else
        ui_verdicts(r, v, ARRAY_LEN(v));
}

/* ---- what the record says ---- */

static const char *unquoted(const char *form)
{
    return leaf_value_is_null(form) ? NULL : form[0] == '\\' ? form + 1 : form;
}

/* A value of the file as the program shows it; ids of other rows are no words. NULL: not shown. */
static const char *in_words(struct req *r, const struct entity *e, const struct field *f, const char *form)
{
    const char *stored = unquoted(form);
    void *row;

    if (f == NULL || f->type == FIELD_REF || stored == NULL)
        return NULL;
    row = arena_alloc(r->arena, e->size);
    return field_take(f, row, stored, r->arena) < 0 ? stored : value_shown(r, e, f, row, NULL);
}

static void show_value(struct req *r, const struct check *c, const char *column, const char *form)
{
    const struct field *f = entity_field(c->entity, column);
    const char *words = in_words(r, c->entity, f, form);

    if (words != NULL)
        ui_fact(r, label_of(r, c->entity, f), words);
}

static void show_record(struct req *r, const struct check *c)
{
    const struct leaf *l = &c->v.leaf;
    instant at;
    size_t i;

    if (c->entity == NULL || c->v.result != VERIFY_VALID)
        return;
    ui_section_begin(r, NULL, T(r, "check.record"));
    ui_facts_begin(r, true);
    if (screen_of_entity(r->app, c->entity) != NULL)
        ui_fact(r, T(r, "check.kind"), label_many(r, c->entity));
    if (l->rev != NULL)
        ui_fact(r, T(r, "check.revision"), l->rev);
    if (instant_iso_parse(l->ts, &at) == 0)
        ui_fact(r, T(r, "check.at"), say_moment(r, at));
    for (i = 0; i < l->n_pub && screen_of_entity(r->app, c->entity) != NULL; i++)
        show_value(r, c, l->pub[i].name, l->pub[i].value);
    for (i = 0; i < c->v.n_open && screen_of_entity(r->app, c->entity) != NULL; i++)
        show_value(r, c, c->v.open[i].column, c->v.open[i].value);
    ui_facts_end(r);
    html(r, "<p class=\"small mute\">%s</p>\n", T(r, "check.record-text"));
    ui_section_end(r);
}

static const char *hex(struct arena *a, const uint8_t *v, size_t n)
{
    struct buf b;
    size_t i;

    buf_init(&b, a, 4 * n + 1);
    for (i = 0; i < n; i++)
        buf_printf(&b, "%02x", v[i]);
    return b.s;
}

static void show_code(struct req *r, const char *label, const char *text)
{
    ui_fact_begin(r, label);
    html(r, "<code>%s</code>", text);
    ui_fact_end(r);
}

static void show_technical(struct req *r, const struct check *c)
{
    const struct checkpoint *p = &c->v.verdict.checkpoint;

    if (c->v.result != VERIFY_VALID)
        return;
    ui_more_begin(r, T(r, "check.technical"));
    html(r, "<div class=\"stack\">");
    ui_facts_begin(r, false);
    ui_fact(r, T(r, "check.entry"),
            T2(r, "check.entry-of", say_count(r, (int64_t)c->v.index + 1), say_count(r, (int64_t)p->size)));
    show_code(r, T(r, "check.log"), p->origin);
    show_code(r, T(r, "check.root"), hex(r->arena, p->root.v, sizeof p->root.v));
    show_code(r, T(r, "check.leaf"), hex(r->arena, c->v.leaf_hash.v, sizeof c->v.leaf_hash.v));
    show_code(r, T(r, "check.body"), arena_text_n(r->arena, (const char *)c->v.body.p, c->v.body.n));
    ui_facts_end(r);
    html(r, "<p class=\"small mute\">%s <code>%s</code></p></div>\n", T(r, "check.yourself"), "terang verify bukti.tlog-proof");
    ui_more_end(r);
}

/* ---- the page ---- */

static void show_form(struct req *r, bool first, const char *error)
{
    const struct ui_button button = {.label = T(r, "check.do"), .look = first ? BUTTON_FIRST : BUTTON_SECOND};

    ui_form_begin(r, "periksa", CHECK_PATH, FORM_FILES);
    ui_field(r, &(struct ui_field){.type = CONTROL_FILE,
                                   .name = "berkas",
                                   .label = T(r, "check.file"),
                                   .hint = T(r, "check.file-hint"),
                                   .error = error,
                                   .optional = true,
                                   .accept = ".tlog-proof,.txt"});
    ui_field(r, &(struct ui_field){.type = CONTROL_LONG,
                                   .name = "teks",
                                   .label = T(r, "check.text"),
                                   .hint = T(r, "check.text-hint"),
                                   .optional = true});
    ui_buttons(r, &button, 1);
    ui_form_end(r);
}

static void show_aside(struct req *r)
{
    ui_split_aside(r);
    ui_panel_begin(r, T(r, "check.where"));
    html(r, "<p class=\"small\">%s</p>\n<p class=\"small mute\">%s</p>\n", T(r, "check.where-text"),
         T1(r, "check.address", r->app->origin));
    ui_panel_end(r);
    ui_section_begin(r, NULL, T(r, "check.witnessed"));
    html(r, "<p class=\"small mute\">%s</p>\n", T(r, "check.witnessed-text"));
    ui_section_end(r);
    ui_split_end(r);
}

static void show_empty(struct req *r, int status, const char *error)
{
    struct page p = {.shell = SHELL_PUBLIC, .title = T(r, "check.title"), .wrong = error != NULL};

    web_page_begin(r, &p);
    ui_head(r, p.title, NULL, NULL, 0);
    ui_split_begin(r);
    if (error != NULL)
        ui_errors(r, &(struct ui_error){"berkas", error}, 1);
    html(r, "<p class=\"lead\">%s</p>\n", T(r, "check.lead"));
    show_form(r, true, error);
    show_aside(r);
    page_end(r, &p);
    r->http->status = status;
}

void check_page(struct req *r)
{
    show_empty(r, 200, NULL);
}

static void show_check(struct req *r, const struct check *c)
{
    enum outcome o = outcome_of(c);
    struct page p = {.shell = SHELL_PUBLIC, .title = T(r, outcomes[o].title)};

    web_page_begin(r, &p);
    ui_head(r, p.title, NULL, NULL, 0);
    ui_split_begin(r);
    html(r, "<p class=\"lead\">%s</p>\n", T(r, outcomes[o].lead));
    show_answers(r, c, o);
    show_record(r, c);
    show_technical(r, c);
    ui_section_begin(r, NULL, T(r, "check.other"));
    show_form(r, false, NULL);
    ui_section_end(r);
    show_aside(r);
    page_end(r, &p);
}

void check_post(struct req *r)
{
    struct check *c = arena_new(r->arena, struct check);
    struct policy policy;
    struct bytes file;
    int e = r->app->may_search != NULL ? r->app->may_search(r) : 0;

    if (e == 0)
        e = take_proof(r, &file);
    if (e == 0 && file.n == 0) {
        show_empty(r, 422, T(r, "check.nothing"));
        return;
    }
    if (e == 0)
        e = read_policy(r, &policy);
    if (e == 0) {
        verify_proof(r->arena, file, &policy, &c->v);
        if (c->v.result == VERIFY_VALID && c->v.has_leaf && c->v.leaf.c == NULL)
            e = find_row(r, c);
    }
    if (e < 0)
        web_refuse(r, e);
    else
        show_check(r, c);
}
