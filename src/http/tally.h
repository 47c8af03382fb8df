/*
 * tally.h: how many connections each address has. Not safe by itself: the door's lock guards it.
 */
#ifndef HTTP_TALLY_H
#define HTTP_TALLY_H

#include "http/address.h"

#define TALLY_SLOTS 1024

struct tally_entry;

struct tally {
    struct tally_entry *slots[TALLY_SLOTS];
};

/* Counts one more of address_unit(a), unless it has `max` already: then false. */
bool tally_add(struct tally *t, const struct address *a, int max);

void tally_remove(struct tally *t, const struct address *a);

void tally_finish(struct tally *t);

#endif
