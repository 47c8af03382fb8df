/*
 * manage.h: what the pages of user administration share.
 */
#ifndef CORE_USER_MANAGE_H
#define CORE_USER_MANAGE_H

#include "core/user/admin.h"
#include "core/user/pages.h"

/* The list (user 0) or the page of a user, under the address's government. */
const char *manage_url(struct req *r, int64_t user) __attribute__((returns_nonnull));

/* The user of {id}, when the one who asks looks after it. False: the answer was made. */
bool managed_get(struct req *r, struct app_user *ret);

/* web_refuse() with words of our own; key NULL: the usual ones. */
/* A person who may not do it, security.md Z3: 403 with the words of `key`, and a leaf of the record that was to be changed. */
void manage_forbid(struct req *r, const char *entity, int64_t id, const char *what, const char *key);
void manage_refuse(struct req *r, int result, const char *key);

#endif
