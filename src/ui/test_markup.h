/*
 * test_markup.h: a strict reader of the pages we write, for tests.
 *
 * It knows less than HTML and wants more: every tag closed and nested, every attribute quoted and once, every id once, and
 * every reference (for, aria-describedby, aria-labelledby, an address of the same page) to an id that is there.
 */
#ifndef UI_TEST_MARKUP_H
#define UI_TEST_MARKUP_H

#include "base/text.h"
#include "ui/test.h"

#define MARKUP_DEPTH 64
#define MARKUP_IDS   400

struct markup {
    struct arena *arena;
    const char *at;
    const char *open[MARKUP_DEPTH];
    size_t depth;
    const char *ids[MARKUP_IDS];
    size_t n_ids;
    const char *wanted[MARKUP_IDS]; /* ids that something refers to */
    size_t n_wanted;
    char *fault; /* the first one */
};

static inline void markup_bad(struct markup *m, const char *what)
{
    if (m->fault == NULL)
        m->fault = text_printf(m->arena, "%s at: %.80s", what, m->at);
    m->at += strlen(m->at);
}

static inline bool markup_void(const char *name)
{
    static const char *const names[] = {"meta", "link", "br", "input", "hr", "img", "wbr"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (strcmp(name, names[i]) == 0)
            return true;
    }
    return false;
}

static inline char *markup_name(struct markup *m)
{
    size_t n = strspn(m->at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-:");
    char *name = arena_text_n(m->arena, m->at, n);

    m->at += n;
    return name;
}

static inline void markup_refer(struct markup *m, const char *name, const char *value)
{
    bool list = strcmp(name, "aria-describedby") == 0 || strcmp(name, "aria-labelledby") == 0 || strcmp(name, "for") == 0;
    char **parts;
    size_t n = 0;

    if (strcmp(name, "id") == 0) {
        for (size_t i = 0; i < m->n_ids; i++) {
            if (strcmp(m->ids[i], value) == 0)
                markup_bad(m, text_printf(m->arena, "the id %s stands twice", value));
        }
        assert_true(m->n_ids < MARKUP_IDS);
        m->ids[m->n_ids++] = value;
    }
    if (strcmp(name, "href") == 0 && value[0] == '#' && value[1] != '\0')
        m->wanted[m->n_wanted++] = value + 1;
    if (!list)
        return;
    parts = text_split(m->arena, value, ' ', &n);
    for (size_t i = 0; i < n; i++) {
        assert_true(m->n_wanted < MARKUP_IDS - 1);
        m->wanted[m->n_wanted++] = parts[i];
    }
}

/* Attributes up to > or />; true when the tag closed itself. */
static inline bool markup_attributes(struct markup *m)
{
    const char *seen[32];
    size_t n = 0;

    for (;;) {
        const char *name, *end;

        m->at += strspn(m->at, " \n");
        if (m->at[0] == '>' || (m->at[0] == '/' && m->at[1] == '>'))
            break;
        name = markup_name(m);
        if (name[0] == '\0' || n == ARRAY_LEN(seen)) {
            markup_bad(m, "no attribute");
            return false;
        }
        for (size_t i = 0; i < n; i++) {
            if (strcmp(seen[i], name) == 0)
                markup_bad(m, "an attribute stands twice");
        }
        seen[n++] = name;
        if (m->at[0] != '=')
            continue;
        end = m->at[1] == '"' ? strchr(m->at + 2, '"') : NULL;
        if (end == NULL) {
            markup_bad(m, "an attribute without quotes");
            return false;
        }
        markup_refer(m, name, arena_text_n(m->arena, m->at + 2, (size_t)(end - m->at - 2)));
        m->at = end + 1;
    }
    m->at += m->at[0] == '/' ? 2 : 1;
    return m->at[-2] == '/';
}

static inline void markup_tag(struct markup *m)
{
    const char *name;

    if (text_starts(m->at, "<!DOCTYPE html>")) {
        m->at += strlen("<!DOCTYPE html>");
        return;
    }
    m->at++;
    if (*m->at == '/') {
        m->at++;
        name = markup_name(m);
        if (m->depth == 0 || strcmp(m->open[m->depth - 1], name) != 0 || *m->at != '>') {
            markup_bad(m, text_printf(m->arena, "</%s> does not close <%s>", name, m->depth > 0 ? m->open[m->depth - 1] : ""));
            return;
        }
        m->depth--;
        m->at++;
        return;
    }
    name = markup_name(m);
    if (name[0] == '\0') {
        markup_bad(m, "a < that begins no tag");
        return;
    }
    if (markup_attributes(m) || markup_void(name))
        return;
    if (m->depth == MARKUP_DEPTH)
        markup_bad(m, "too deep");
    else
        m->open[m->depth++] = name;
}

static inline void markup_references(struct markup *m)
{
    for (size_t i = 0; i < m->n_wanted && m->fault == NULL; i++) {
        bool found = false;

        for (size_t k = 0; k < m->n_ids; k++)
            found |= strcmp(m->ids[k], m->wanted[i]) == 0;
        if (!found)
            m->fault = text_printf(m->arena, "nothing has the id %s", m->wanted[i]);
    }
}

/* NULL when the markup is well-formed, else what is wrong. A part of a page may refer outside itself: `whole` is false. */
static inline const char *markup_fault(struct arena *a, const char *s, bool whole)
{
    struct markup *m = arena_new(a, struct markup);

    m->arena = a;
    m->at = s;
    while (*m->at != '\0') {
        size_t n = strcspn(m->at, "<>");

        m->at += n;
        if (*m->at == '<')
            markup_tag(m);
        else if (*m->at == '>')
            markup_bad(m, "a > outside of a tag");
    }
    if (m->depth > 0 && m->fault == NULL)
        m->fault = text_printf(a, "<%s> stays open", m->open[m->depth - 1]);
    if (whole)
        markup_references(m);
    return m->fault;
}

static inline void assert_markup(struct page_test *t, const char *s, bool whole)
{
    const char *fault = markup_fault(&t->arena, s, whole);

    if (fault != NULL)
        print_error("%s\n", fault);
    assert_null(fault);
}

#endif
