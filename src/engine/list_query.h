/*
 * list_query.h: what a list is asked for, between an address and a struct list_ask.
 *
 *     q=WORDS  FIELD=VALUE  FIELD_dari=VALUE  FIELD_sampai=VALUE  urut=FIELD or urut=-FIELD  batal=1  c=CURSOR  no=26
 *
 * Values are read as people type them: "30-9-2026", "1.500.000". The page, its saved views and its files read the same
 * address in the same way, so a file holds what the page shows. Not for: programs (API), pages.
 */
#ifndef ENGINE_LIST_QUERY_H
#define ENGINE_LIST_QUERY_H

#include "engine/list.h"
#include "engine/screen.h"
#include "http/http.h"

#define QUERY_MAX ((size_t)1000) /* characters of a query that is kept */

/* One control of the filter: a field, and which of its three questions. */
struct query_part {
    const struct field *field;
    enum list_test test;
    const char *name;  /* in addresses: "due_sampai" */
    const char *label; /* "Jatuh tempo sampai" */
    const char *typed; /* NULL: not asked */
    const char *shown; /* the value as people read it, for the chip; NULL when it is wrong */
    const char *error; /* words; NULL when it is right */
};

struct list_query {
    const struct screen *screen;
    int64_t gov;
    struct list_ask ask;
    const char *words; /* looked for; NULL: none */
    bool best_only;    /* more was found than is shown */
    struct query_part part[LIST_FILTERS];
    size_t n_parts;
    size_t n_wrong;
    int64_t first; /* number of the first row of this page */
};

/*
 * Reads the pairs of an address for the rows that `act` of the screen's permission reaches. What is typed wrongly is in
 * .part[i].error and asks for nothing. Negative only when the database fails, or E_RATE when too much was looked for.
 */
MUST_USE int query_take(struct req *r, const struct screen *s, const char *act, int64_t gov, const struct http_pairs *from,
                        struct list_query *ret);

/* The pairs of a query that was kept as text; those that cannot be read are left out. */
struct http_pairs query_pairs(struct arena *a, const char *text);

/* "status=filed&urut=-due": the same again, cursor and number aside, without part `without` (-1: with all of them, -2: without
 * the words). "" when nothing is asked. */
const char *query_text(struct req *r, const struct list_query *q, int without);
#define QUERY_WHOLE    (-1)
#define QUERY_NO_WORDS (-2)

/* "/kerja/kota-contoh/SLUG" and what follows behind a '?', which may be "". */
const char *query_href(struct req *r, const struct list_query *q, const char *below, const char *query);

/* May the list be sorted by it? Not by long texts, nor by what is hidden from the reader. */
bool query_sorts(const struct req *r, const struct list_query *q, const struct field *f);

/* How many parts are asked, words included. */
size_t query_asked(const struct list_query *q);

#endif
