/*
 * test_notice.h: two people at the counter and one behind it, and cases between them. Not part of the product.
 */
#ifndef CORE_NOTICE_TEST_NOTICE_H
#define CORE_NOTICE_TEST_NOTICE_H

#include "core/mail/mail.h"
#include "core/notice/notice.h"
#define DOOR_MODULES &core_module, &mail_module, &notice_module, &job_module, &param_module, &search_module, &flow_test_module
#include "engine/job.h"
#include "engine/param.h"
#include "engine/search.h"
#include "engine/test_flow.h"

#include "core/user/test_door.h"

struct world {
    struct door_test *d;
    struct door_person front, other, back;
};

static inline void person(struct door_test *d, struct door_person *p, const char *login, const char *role)
{
    struct role_grant g = {.role = {role},
                           .in_gov = {CITY_GOV},
                           .in_agency = AGENCY,
                           .in_unit = INT_NONE,
                           .in_place = INT_NONE,
                           .valid_from = DATE_NONE,
                           .valid_to = DATE_NONE,
                           .status = {"active"}};

    door_make(d, p, login, NULL);
    g.holder.v = p->user.head.id;
    door_insert(d, &role_grant_entity, &g);
}

/* Two at the counter, one behind it. */
static inline void people(struct door_test *d, struct world *w)
{
    *w = (struct world){.d = d};
    door_make_city(d);
    person(d, &w->front, "loket", "front_office");
    person(d, &w->other, "loket2", "front_office");
    person(d, &w->back, "olah", "back_office");
}

static inline int64_t id_of(const struct door_person *p)
{
    return p->user.head.id;
}

static inline void round_of(struct door_test *d)
{
    assert_int_equal(notice_round(&d->c.app), 0);
    assert_int_equal(counted(&d->c, "SELECT COUNT(*) FROM cause"), 0);
}

static inline struct sample_case begin(struct world *w, const char *number)
{
    return begin_case_of(&w->d->c, number, id_of(&w->front), AGENCY, 0);
}

#endif
