/*
 * list_view.h: saved views of lists: an address kept under a name, for oneself or for one's agency.
 *
 * A view holds a question, never rows: whoever opens it sees what their own scope gives. Conveniences of a person, so they
 * leave no leaf in the ledger.
 */
#ifndef ENGINE_LIST_VIEW_H
#define ENGINE_LIST_VIEW_H

#include "engine/list_query.h"

#define VIEWS_MAX 12 /* of one person for one list; and as many are shown */

struct saved_view {
    struct record head;
    int64_t person; /* user who made it */
    int64_t agency; /* whose people see it too; INT_NONE: nobody */
    const char *screen;
    const char *name;
    const char *query; /* as query_text() gives it */
};
extern const struct entity saved_view_entity;

/* Those that the one who asks sees in this list: one's own first, then by name. */
MUST_USE int views_read(struct req *r, const struct list_query *q, struct saved_view **ret, size_t *ret_n);

extern const struct query *const view_queries[];
extern const size_t view_queries_n;

#endif
