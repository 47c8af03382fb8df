/*
 * profile.h: how a government presents itself: crest, letterhead, and where to complain. One row a government.
 *
 * A reference row like the government's own (design D7), so that finding a government by its address brings both. Not for:
 * code, name and place of a government (core/gov), agencies.
 */
#ifndef CORE_PROFILE_PROFILE_H
#define CORE_PROFILE_PROFILE_H

#include "core/gov/gov.h"
#include "engine/app.h"
#include "engine/screen.h"

struct gov_profile {
    struct record head;
    ref government;
    const char *letter; /* first line of a letter: "PEMERINTAH KOTA TANGERANG" */
    const char *address, *postcode, *phone, *email, *web;
    const char *complaint;    /* where a complaint goes, in words or as an address */
    const char *crest;        /* its file (attachment.h); NULL: none */
    const char *crest_sha256; /* hex */
    int64_t crest_size;
    const char *basis; /* what it was taken from: a decree or a letter */
};

extern const struct entity gov_profile_entity;
extern const struct screen gov_profile_screen;
extern const struct module profile_module;
extern const struct query profile_q_of;

/* 1 there, 0 not yet. Texts live in `a`. */
MUST_USE int profile_read(struct db *db, struct arena *a, int64_t gov, struct gov_profile *ret);

/* What is wrong with the row, a field each: the same for every way in. */
void profile_check(const struct req *r, const void *before, void *row, struct faults *f);

#endif
