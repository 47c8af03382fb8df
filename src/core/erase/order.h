/*
 * order.h: orders to erase a person: given by one, confirmed by another, carried out by a job (docs/decisions/0008).
 *
 * The rules are here and no page can pass by them. Not for: what is erased and how (engine/erase.h).
 */
#ifndef CORE_ERASE_ORDER_H
#define CORE_ERASE_ORDER_H

#include "core/user/user.h"
#include "engine/erase.h"
#include "engine/job.h"

struct erase_order {
    struct record head;
    ref in_gov;          /* none: of the installation */
    const char *subject; /* entity of subjects */
    int64_t subject_id;
    state reason;
    const char *letter; /* number of the request: never the person's name */
    const char *files;  /* ids of attachments that go too, parted by spaces */
    state status;       /* pending, confirmed, refused, done, failed */
    ref ordered_by, confirmed_by;
    instant done_at;
};

extern const struct entity erase_order_entity;
extern const struct module erasure_module;

/* "UU 27/2022 pasal 43; erase_order/7" */
const char *erase_basis(struct arena *a, const struct erase_order *o);

enum erase_step {
    ERASE_ORDER,
    ERASE_CONFIRM,
    ERASE_REFUSE,
};

/* May `by` take the step? 0, or E_STATE with the key of why not in *ret_key; what it names in *ret_arg. */
MUST_USE int erase_may(struct db *db, struct arena *a, const struct app *app, const struct erase_order *o, enum erase_step step,
                       int64_t by, instant now, const char **ret_key, const char **ret_arg);

/* Stores a step that was checked, in the writer; checks again. A confirmation starts the job. */
struct erase_plan {
    struct erase_order before, after;
    enum erase_step step;
    int64_t by;
};
MUST_USE int erase_store(struct tx *tx, const struct erase_plan *p);

/* The account of a person, 0 for none. */
MUST_USE int erase_account(struct db *db, struct arena *a, const struct erase_person *p, int64_t *ret);

extern const struct query q_erase_orders, q_erase_persons;

/* order_pages.c */
void page_erasures(struct req *r);
void page_erasure_new(struct req *r);
void page_erasure_order(struct req *r);
void page_erasure(struct req *r);
void page_erasure_confirm(struct req *r);
void page_erasure_refuse(struct req *r);

#endif
