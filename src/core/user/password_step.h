/*
 * password_step.h: a new password, from the form to its hash: the rules, the hashing pool, and a look at the old one.
 */
#ifndef CORE_USER_PASSWORD_STEP_H
#define CORE_USER_PASSWORD_STEP_H

#include "core/user/door.h"

struct password_step {
    struct password_person person;
    bool second_factor;     /* guards the account too: shorter passwords will do */
    const char *current;    /* PHC string that the field "current" must match; NULL: not asked */
    const char *other_than; /* PHC string that the new one must not match; NULL: none */
    void (*refused)(struct req *r, void *arg, const struct ui_error *error);
    void (*good)(struct req *r, void *arg, const char *phc); /* phc lives in the request's arena */
    void *arg;

    struct parked *parked; /* the step's own, from here on */
    enum { STEP_CURRENT, STEP_OTHER, STEP_MAKE } at;
    int result;
    char phc[PASSWORD_PHC_SIZE];
};

/* Reads the fields "new", "again" and "current" of the form and ends in refused() or good(), or with a 503 when too many wait.
 */
void password_step(struct req *r, struct password_step *s);

/* First in a form of passwords: tells password managers whose they are. Not sent. */
void password_owner(struct req *r, const char *login);

/* The fields "new" and "again". */
void new_password_fields(struct req *r, const struct door_page *d, bool second_factor);

#endif
