/*
 * permit_words.h: what a role may do, one permission after the other, and in the reader's words: for pages, tokens and
 * `terang roles`, which so say the same.
 *
 * Not for: whether somebody may do it (permit.h).
 */
#ifndef ENGINE_PERMIT_WORDS_H
#define ENGINE_PERMIT_WORDS_H

#include "engine/permit.h"

struct module;

/* A permission that some table gives, and the module whose table names it first. */
struct permit_line {
    const struct module *module;
    const char *permission;
};

/* Those of one role, or of any role (NULL), each once, in the order of the tables. *ret lives in `a`. */
size_t permits_of(const struct app *app, struct arena *a, const char *role, const struct permit_line **ret);

/* "Butir aksi: membaca": the records of a screen and what is done with them, or what "permit.ENTITY-VERB" says. Of r only
 * language, arena and app are used. */
const char *permit_words(const struct req *r, const char *permission);

/*
 * The same in two parts for lists: *ret_about "Butir aksi" and *ret_act "membaca"; *ret_about NULL where the words are one
 * whole. What follows the last line of the same subject is so told in one sentence.
 */
void permit_parts(const struct req *r, const char *permission, const char **ret_about, const char **ret_act);

/* What a module is about: "module.NAME", "module.other" for those without a name of their own. */
const char *permit_group(const struct req *r, const struct module *module);

/* "agency", "government": how far a role reaches, as programs read it. */
const char *role_reach(const struct role *role) __attribute__((returns_nonnull));

/* What a role is for, in a sentence. */
const char *role_purpose(const struct req *r, const char *role);

#endif
