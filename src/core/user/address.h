/*
 * address.h: asking somebody to confirm an address, for the pages of an account and of its administrators.
 */
#ifndef CORE_USER_ADDRESS_H
#define CORE_USER_ADDRESS_H

#include "core/user/link.h"

/*
 * The mail with the link that confirms `address`, which stands in the account's email_new, or in email while that is not
 * confirmed. Planned on a snapshot, stored by the tx of what made the address known.
 */
struct address_ask {
    struct link_new link;
    const char *address;
    enum lang lang;
};
void address_ask_plan(struct address_ask *x, struct req *r, int64_t user, const char *address);
MUST_USE int address_ask_store(struct tx *tx, const struct address_ask *x);

#endif
