/*
 * input.c: what people and programs give for a field becomes a value in the row, or words on what to do instead.
 *
 * One way for form, import and API, so that what one refuses no other lets in. Not for: which fields a request may carry at
 * all (the pages), and not for rules of the business (screen->check).
 */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/money.h"
#include "base/number.h"
#include "base/text.h"
#include "engine/flow.h"
#include "engine/ref.h"
#include "engine/row.h"
#include "ui/lang.h"

/* What is being taken, for the functions below. */
struct taking {
    const struct req *r;
    const struct entity *e;
    const struct field *f;
    void *row;
    const char *arg; /* of the key that is returned */
    bool stored;     /* the form of machines, not of people */
};

static void *at(const struct field *f, void *row)
{
    return (char *)row + f->offset;
}

static const void *seen_at(const struct field *f, const void *row)
{
    return (const char *)row + f->offset;
}

/* ---- words in faults ---- */

static const char *wrong(struct taking *t, const char *key)
{
    t->arg = label_inside(t->r, label_of(t->r, t->e, t->f));
    return key;
}

/* "lebar (paling besar 24)" */
static const char *beyond(struct taking *t, const char *key, const char *limit_key, const char *limit)
{
    t->arg = T2(t->r, limit_key, label_inside(t->r, label_of(t->r, t->e, t->f)), limit);
    return key;
}

/* ---- rules of a value that is in the row ---- */

static size_t characters(const char *s)
{
    size_t n = 0;

    for (; *s != '\0'; s++)
        n += ((unsigned char)*s & 0xc0) != 0x80;
    return n;
}

static bool is_empty(const struct field *f, const void *row)
{
    const void *v = seen_at(f, row);

    switch (f->type) {
    case FIELD_INT:
    case FIELD_MONEY:
    case FIELD_INSTANT:
        return *(const int64_t *)v == INT_NONE;
    case FIELD_DATE:
        return date_is_none(*(const date *)v);
    case FIELD_REF:
        return ((const ref *)v)->v == 0;
    case FIELD_STATE:
        return text_empty(((const state *)v)->v);
    case FIELD_TEXT:
        return text_empty(*(const char *const *)v);
    case FIELD_BOOL:
    case FIELD_TYPE_COUNT:
        break;
    }
    return false;
}

static const char *limit_text(const struct taking *t, int64_t v)
{
    return t->f->type == FIELD_MONEY ? money_text(t->r->arena, (money){v}, MONEY_SCREEN, t->r->lang)
                                     : number_text(t->r->arena, v, t->r->lang);
}

static const char *check_range(struct taking *t)
{
    const struct field *f = t->f;
    int64_t v;

    if ((f->type != FIELD_INT && f->type != FIELD_MONEY) || (f->least == 0 && f->most == 0))
        return NULL;
    v = *(const int64_t *)seen_at(f, t->row);
    if (v < f->least)
        return beyond(t, "form.too-small", "form.at-least", limit_text(t, f->least));
    if (v > f->most)
        return beyond(t, "form.too-large", "form.at-most", limit_text(t, f->most));
    return NULL;
}

static const char *check_length(struct taking *t, const char *text)
{
    size_t max = (size_t)(t->f->max > 0 ? t->f->max : FIELD_TEXT_MAX);

    if (characters(text) <= max)
        return NULL;
    return beyond(t, "form.too-long", "form.at-most-characters", number_text(t->r->arena, (int64_t)max, t->r->lang));
}

/* Required, length, range, codes, the field's own rule. */
static const char *check_value(struct taking *t)
{
    const struct field *f = t->f;
    const char *codes, *key = NULL;

    if (is_empty(f, t->row)) {
        if ((f->flags & F_REQUIRED) == 0)
            return NULL;
        return wrong(t, f->type == FIELD_STATE || f->type == FIELD_REF ? "form.choose" : "form.fill");
    }
    codes = f->type == FIELD_STATE ? field_codes(t->r->arena, t->r->app, f) : NULL;
    if (f->type == FIELD_TEXT)
        key = check_length(t, *(const char *const *)seen_at(f, t->row));
    else if (codes != NULL && !text_has_word(codes, ((const state *)seen_at(f, t->row))->v))
        key = wrong(t, "form.choose");
    else
        key = check_range(t);
    if (key == NULL && f->check != NULL) {
        key = f->check(t->row);
        if (key != NULL)
            t->arg = label_inside(t->r, label_of(t->r, t->e, f));
    }
    return key;
}

/* ---- text ---- */

/* C0, DEL, C1, and what turns the direction of writing around: text must read as it is stored. */
static bool has_controls(const char *s, bool lines)
{
    const unsigned char *p = (const unsigned char *)s;

    for (; *p != '\0'; p++) {
        if (*p < 0x20 && !(lines && (*p == '\n' || *p == '\t')))
            return true;
        if (*p == 0x7f || (*p == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f))
            return true;
        if (*p == 0xe2 && p[1] == 0x80 && p[2] >= 0xaa && p[2] <= 0xae)
            return true;
        if (*p == 0xe2 && p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9)
            return true;
    }
    return false;
}

/* Browsers send CR LF. */
static const char *plain_lines(struct arena *a, const char *s)
{
    char *to = arena_text(a, s);
    size_t n = 0;

    for (; *s != '\0'; s++)
        if (*s != '\r' || s[1] != '\n')
            to[n++] = *s;
    to[n] = '\0';
    return to;
}

static const char *take_text(struct taking *t, const char *s)
{
    bool lines = (t->f->flags & F_LONG) != 0;
    const char *text = text_trim(t->r->arena, text_nfc(t->r->arena, s));

    if (lines)
        text = plain_lines(t->r->arena, text);
    if (has_controls(text, lines))
        return wrong(t, lines ? "form.controls" : "form.one-line");
    *(const char **)at(t->f, t->row) = *text != '\0' ? text : NULL;
    return NULL;
}

/* ---- choices ---- */

static bool looks_like_code(const char *s)
{
    return *s >= 'a' && *s <= 'z' && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_-") == strlen(s);
}

static const char *take_state(struct taking *t, const char *s)
{
    struct arena *a = t->r->arena;
    const char *may_be = field_codes(t->r->arena, t->r->app, t->f);
    size_t n, i;
    char **codes = text_split(a, may_be != NULL ? may_be : "", ' ', &n);
    state *to = at(t->f, t->row);
    int lang;

    if (may_be == NULL) {
        if (!looks_like_code(s))
            return wrong(t, "form.choose");
        to->v = s;
        return NULL;
    }
    for (i = 0; codes[i] != NULL; i++) {
        bool same = text_eq(codes[i], s);

        for (lang = 0; !same && !t->stored && lang < LANG_COUNT; lang++) {
            const char *word = lang_text((enum lang)lang, text_printf(a, "%s.%s-%s", t->e->name, t->f->name, codes[i]));

            same = word != NULL && text_eq_fold(word, s);
        }
        if (same) {
            to->v = codes[i];
            return NULL;
        }
    }
    return wrong(t, "form.choose");
}

static const char *take_bool(struct taking *t, const char *s)
{
    static const struct {
        const char *word;
        bool v;
    } words[] = {{"1", true},   {"0", false},   {"ya", true},     {"tidak", false}, {"yes", true},
                 {"no", false}, {"true", true}, {"false", false}, {"benar", true},  {"salah", false}};
    size_t i;

    for (i = 0; i < (t->stored ? 2 : ARRAY_LEN(words)); i++)
        if (text_eq_fold(words[i].word, s)) {
            *(bool *)at(t->f, t->row) = words[i].v;
            return NULL;
        }
    return wrong(t, "form.yes-or-no");
}

static const char *take_ref(struct taking *t, const char *s)
{
    int64_t gov = ((const struct record *)t->row)->gov, id = 0;
    int found;

    found = t->stored ? 0 : ref_by_code(t->r, t->f->of, gov, s, &id);
    if (found == 0 && text_int(s, 1, INT64_MAX, &id) == 0)
        found = ref_seen(t->r, t->f->of, gov, id);
    if (found < 0)
        return "form.unread";
    if (found == 0) {
        t->arg = s;
        return "form.no-such";
    }
    ((ref *)at(t->f, t->row))->v = id;
    return NULL;
}

/* ---- numbers and times ---- */

static const char *take_number(struct taking *t, const char *s)
{
    int64_t v = 0;
    int e;

    if (t->stored)
        e = text_int(s, INT64_MIN + 1, INT64_MAX, &v);
    else if (t->f->type == FIELD_MONEY) {
        money m = {0};

        e = money_parse(s, t->r->lang, &m);
        v = m.v;
    } else
        e = decimal_parse(s, 0, t->r->lang, &v);
    if (e == E_INPUT)
        return wrong(t, "form.out-of-range");
    if (e < 0)
        return wrong(t, t->f->type == FIELD_MONEY ? "form.amount" : "form.number");
    *(int64_t *)at(t->f, t->row) = v;
    return NULL;
}

static const char *take_date(struct taking *t, const char *s)
{
    date d;
    int e = t->stored ? date_iso_parse(s, &d) : date_parse(s, &d);

    if (e == E_INPUT)
        return wrong(t, "form.no-such-day");
    if (e < 0)
        return wrong(t, "form.date");
    *(date *)at(t->f, t->row) = d;
    return NULL;
}

static bool digits(const char *s, size_t least, size_t most)
{
    size_t n = strspn(s, "0123456789");

    return s[n] == '\0' && n >= least && n <= most;
}

/* "10.42", "10:42"; -1 for what is no time of day. */
static int minute_of_day(struct arena *a, const char *s)
{
    size_t n = strcspn(s, ".:");
    const char *hour = arena_text_n(a, s, n), *minute = s[n] != '\0' ? s + n + 1 : "";
    int64_t h, m;

    if (!digits(hour, 1, 2) || !digits(minute, 2, 2))
        return -1;
    h = strtoll(hour, NULL, 10);
    m = strtoll(minute, NULL, 10);
    return h > 23 || m > 59 ? -1 : (int)(h * 60 + m);
}

/* Day, then time in the reader's zone: "18-9-2026 10.42", "18 September 2026 pukul 10.42 WIB", "2026-09-18T10:42". */
static int moment_parse(const struct req *r, const char *s, instant *ret)
{
    char *text = text_collapse(r->arena, s), *space;
    int minute;
    date d;

    if (instant_iso_parse(text, ret) == 0)
        return 0;
    if (r->zone != NULL && text_ends(text, r->zone))
        text = text_trim(r->arena, arena_text_n(r->arena, text, strlen(text) - strlen(r->zone)));
    space = strrchr(text, ' ');
    if (space == NULL)
        space = strchr(text, 'T');
    if (space == NULL)
        return E_FORMAT;
    *space = '\0';
    minute = minute_of_day(r->arena, space + 1);
    if (minute < 0)
        return E_FORMAT;
    if (text_ends(text, " pukul"))
        text[strlen(text) - strlen(" pukul")] = '\0';
    if (text_ends(text, ","))
        text[strlen(text) - 1] = '\0';
    if (date_parse(text, &d) < 0)
        return E_FORMAT;
    *ret = instant_at(d, minute, r->zone_minutes);
    return 0;
}

static const char *take_instant(struct taking *t, const char *s)
{
    instant v = INSTANT_NONE;
    int e = t->stored ? text_int(s, INT64_MIN + 1, INT64_MAX, &v.v) : moment_parse(t->r, s, &v);

    if (e == 0 && date_is_none(instant_date(v, t->r->zone_minutes)))
        e = E_INPUT; /* outside the years 1 to 9999: no page could show it */
    if (e < 0)
        return wrong(t, "form.moment");
    *(instant *)at(t->f, t->row) = v;
    return NULL;
}

/* ---- taking ---- */

static void set_none(const struct field *f, void *row)
{
    void *v = at(f, row);

    switch (f->type) {
    case FIELD_INT:
    case FIELD_MONEY:
    case FIELD_INSTANT:
        *(int64_t *)v = INT_NONE;
        return;
    case FIELD_BOOL:
        *(bool *)v = false;
        return;
    case FIELD_DATE:
        *(date *)v = DATE_NONE;
        return;
    case FIELD_REF:
        *(ref *)v = REF_NONE;
        return;
    case FIELD_STATE:
        *(state *)v = STATE_NONE;
        return;
    case FIELD_TEXT:
        *(const char **)v = NULL;
        return;
    case FIELD_TYPE_COUNT:
        break;
    }
    bug_at(__FILE__, __LINE__, f->name);
}

static const char *take(struct taking *t, const char *s)
{
    switch (t->f->type) {
    case FIELD_INT:
    case FIELD_MONEY:
        return take_number(t, s);
    case FIELD_BOOL:
        return take_bool(t, s);
    case FIELD_DATE:
        return take_date(t, s);
    case FIELD_INSTANT:
        return take_instant(t, s);
    case FIELD_REF:
        return take_ref(t, s);
    case FIELD_STATE:
        return take_state(t, s);
    case FIELD_TEXT:
        return take_text(t, s);
    case FIELD_TYPE_COUNT:
        break;
    }
    bug_at(__FILE__, __LINE__, t->f->name);
}

/* What an export says of a value that was erased is none again. */
static bool is_erased_text(const struct field *f, const char *s)
{
    return (f->flags & F_PERSONAL) != 0 && text_eq(s, ERASED_TEXT);
}

static const char *take_checked(struct taking *t, const char *s, const char **ret_arg)
{
    const char *key = NULL, *plain;

    set_none(t->f, t->row);
    if (s != NULL && !text_is_utf8(s, strlen(s)))
        key = wrong(t, "form.controls");
    else {
        plain = text_trim(t->r->arena, s != NULL ? s : "");
        if (*plain != '\0' && !is_erased_text(t->f, plain))
            key = take(t, t->f->type == FIELD_TEXT ? s : plain);
    }
    if (key == NULL)
        key = check_value(t);
    *ret_arg = t->arg;
    return key;
}

const char *input_take(const struct req *r, const struct entity *e, const struct field *f, void *row, const char *typed,
                       const char **ret_arg)
{
    return take_checked(&(struct taking){.r = r, .e = e, .f = f, .row = row}, typed, ret_arg);
}

const char *input_stored(const struct req *r, const struct entity *e, const struct field *f, void *row, const char *stored,
                         const char **ret_arg)
{
    return take_checked(&(struct taking){.r = r, .e = e, .f = f, .row = row, .stored = true}, stored, ret_arg);
}

/* ---- the way back ---- */

const char *input_date(struct arena *a, date d)
{
    struct civil c = date_civil(d);

    return text_printf(a, "%d-%d-%04d", c.day, c.month, c.year);
}

/* What decimal_parse() reads: an ordinary minus. */
static const char *number_typed(struct arena *a, const char *text)
{
    static const char minus[] = "\xe2\x88\x92"; /* U+2212 */

    return text_starts(text, minus) ? text_printf(a, "-%s", text + strlen(minus)) : text;
}

static const char *moment_typed(const struct req *r, instant v)
{
    struct time_of_day time = instant_time(v, r->zone_minutes);

    return text_printf(r->arena, "%s %02d%c%02d", input_date(r->arena, instant_date(v, r->zone_minutes)), time.hour,
                       r->lang == LANG_EN ? ':' : '.', time.minute);
}

const char *input_text(const struct req *r, const struct field *f, const void *row)
{
    const void *v = seen_at(f, row);

    if (is_empty(f, row))
        return "";
    switch (f->type) {
    case FIELD_INT:
        return number_typed(r->arena, number_text(r->arena, *(const int64_t *)v, r->lang));
    case FIELD_MONEY:
        return number_typed(r->arena, money_text(r->arena, *(const money *)v, MONEY_TABLE, r->lang));
    case FIELD_BOOL:
        return *(const bool *)v ? "1" : "0";
    case FIELD_DATE:
        return input_date(r->arena, *(const date *)v);
    case FIELD_INSTANT:
        return moment_typed(r, *(const instant *)v);
    case FIELD_REF:
        return ref_code(r, f->of, ((const struct record *)row)->gov, ((const ref *)v)->v);
    case FIELD_STATE:
        return ((const state *)v)->v;
    case FIELD_TEXT:
        return *(const char *const *)v;
    case FIELD_TYPE_COUNT:
        break;
    }
    bug_at(__FILE__, __LINE__, f->name);
}

void *row_new(struct arena *a, const struct entity *e, int64_t gov)
{
    void *row = arena_alloc(a, e->size);
    size_t i;

    *(struct record *)row =
        (struct record){.gov = e->kind == ENTITY_DATA ? gov : 0, .leaf_idx = INT_NONE, .voided_at = INSTANT_NONE};
    for (i = 0; i < e->n_fields; i++)
        set_none(&e->fields[i], row);
    return row;
}

/* ---- the whole row ---- */

const char *field_codes(struct arena *a, const struct app *app, const struct field *f)
{
    return f->codes_of != NULL ? f->codes_of(a, app) : f->codes;
}

bool input_allowed(const struct screen *s, const struct field *f)
{
    if ((f->flags & F_COMPUTED) != 0)
        return false;
    return s->flow == NULL || (!text_eq(f->name, s->flow->state_field) && !text_eq(f->name, s->flow->due_field));
}

bool input_fixed(const struct entity *e, const struct field *f)
{
    return (f->flags & F_FIXED) != 0 || text_eq(e->parent, f->name);
}

static const char *condition_of(const struct screen *s, const struct field *f)
{
    size_t i, k;

    for (i = 0; i < s->n_sections; i++)
        for (k = 0; k < s->sections[i].n; k++)
            if (text_eq(s->sections[i].fields[k].field, f->name))
                return s->sections[i].fields[k].only_if;
    return NULL;
}

static bool condition_holds(const struct screen *s, const char *name, const void *row)
{
    const struct field *f = name != NULL ? entity_field(s->entity, name) : NULL;

    return f == NULL || f->type != FIELD_BOOL || *(const bool *)seen_at(f, row);
}

/* Does the row bring another value than it had, in a field that somebody else gives? */
static bool is_not_theirs(const struct req *r, const struct screen *s, const struct field *f, const void *before,
                          const void *row)
{
    const struct record *head = row;
    const char *had = before != NULL ? field_stored(f, before, r->arena) : NULL;

    return !text_eq(had, field_stored(f, row, r->arena)) && !screen_gives(r, s, f, head->gov);
}

static void check_field(const struct req *r, const struct screen *s, const struct field *f, const void *before, void *row,
                        struct faults *faults)
{
    struct taking t = {.r = r, .e = s->entity, .f = f, .row = row};
    const char *key;

    if (!condition_holds(s, condition_of(s, f), row)) {
        set_none(f, row); /* what is not asked is not kept */
        return;
    }
    if (before != NULL && input_fixed(s->entity, f) &&
        !text_eq(field_stored(f, before, r->arena), field_stored(f, row, r->arena)))
        key = wrong(&t, "form.fixed");
    else if (is_not_theirs(r, s, f, before, row))
        key = wrong(&t, "form.not-yours");
    else
        key = check_value(&t);
    if (key != NULL)
        faults_add(faults, f->name, key, t.arg);
}

void entity_check(const struct req *r, const struct screen *s, const void *before, void *row, struct faults *f)
{
    size_t i;

    for (i = 0; i < s->entity->n_fields; i++)
        if (input_allowed(s, &s->entity->fields[i]))
            check_field(r, s, &s->entity->fields[i], before, row, f);
    if (f->n == 0 && s->check != NULL)
        s->check(r, before, row, f);
}
