/*
 * user.h: people who log in, what they may, and what lets them in: structs and tables. README.md says which of them the
 * ledger sees and which it never does.
 *
 * Not for: pages (login.c, account.c, manage.c), the rules of giving roles (grant.h), sessions in memory (session.h).
 */
#ifndef CORE_USER_USER_H
#define CORE_USER_USER_H

#include "core/gov/gov.h"

/* Somebody whom a government keeps data about; a subject of the ledger, so that erasure can destroy the key. */
struct person {
    struct record head;
    const char *name;
    const char *nip;
    const char *nik; /* found by person_number, core/person/number.h */
    const char *email;
    const char *phone;
    ref account; /* the login of this person, or none */
};

/* A login. A subject of its own: the same human may be a person in several governments. */
struct app_user {
    struct record head;
    const char *login; /* folded: lower case */
    const char *name;
    const char *email;
    const char *nip;
    ref home; /* government whose administrators look after the account; none: those of the installation */
    bool disabled;
    const char *email_new; /* wanted instead of email, or as the first, and not confirmed yet */
    instant email_at;      /* when email was confirmed: mail goes nowhere else; INSTANT_NONE for one that somebody only typed */
    state language;        /* of mails: id, en; none: Indonesian */
    instant secret_at; /* when password or second factor last changed: that they changed is public, what they are is nowhere */
};

/* What opens an account. Its id is the user's. Never in ledger or history. */
struct user_secret {
    struct record head;
    const char *password; /* PHC string */
    const char *totp;     /* sealed by secretbox for "user/ID/totp", base64; NULL without a second factor */
    int64_t totp_step;    /* of the code used last, INT_NONE for none */
    bool must_change;     /* somebody else knows the password */
    instant first_until;  /* until when a first password counts; INSTANT_NONE for one that the person chose */
};

struct role_grant {
    struct record head;
    ref holder;
    state role;
    ref in_gov; /* none: every government of the installation */
    int64_t in_agency, in_unit,
        in_place; /* ids, INT_NONE for the whole of the wider one; no refs, because they lead to data (D7) */
    date valid_from, valid_to;
    state status; /* pending, active, refused, ended */
    ref given_by, approved_by, ended_by;
    const char *basis; /* decree */
};

/* How far a login has come. Only an open session is anybody. */
struct session {
    struct record head;
    const char *hash; /* of the token in the cookie, hex */
    ref holder;
    state stage; /* factor, password, enrol, open */
    instant made_at, seen_at, ended_at;
    bool second_factor;
    instant stepped_up;
    const char *enrol; /* sealed secret that is being enrolled, base64 */
    const char *address;
    const char *agent;
};

/* A right for programs. The secret is a credential. */
struct api_token {
    struct record head;
    ref holder;
    const char *name;
    const char *scope; /* permissions, parted by spaces */
    date expires;      /* the last day */
    instant revoked_at;
};

/* One of the two places for first administrators (security.md Z4). */
struct setup_seat {
    struct record head;
    int64_t round; /* 1 at init, one more at each recovery */
    int64_t seat;  /* 1, 2 */
    ref taken_by;
    instant taken_at;
};

/* The stored hash of something that is shown once. Never in ledger or history. */
struct credential {
    struct record head;
    ref holder; /* none for setup */
    state kind; /* api, setup, recovery, reset (ordered by an administrator), link (a reset by mail), confirm (an address) */
    const char *hash;
    int64_t key_id;     /* of the keyring, recovery only */
    int64_t stands_for; /* api_token or setup_seat; reset: the administrator who asked for it */
    instant used_at;
    instant until; /* link, confirm: good until then */
};

extern const struct entity person_entity, app_user_entity, user_secret_entity, role_grant_entity, session_entity,
    api_token_entity, setup_seat_entity, credential_entity;

#endif
