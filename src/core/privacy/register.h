/*
 * register.h: the register of data about persons (security.md D1, D5), collected from the tables of all modules.
 *
 * Not for: the statements (entity.h and the tables themselves), erasing (core/erase).
 */
#ifndef CORE_PRIVACY_REGISTER_H
#define CORE_PRIVACY_REGISTER_H

#include "base/json.h"
#include "engine/app.h"

/* One column. */
struct register_line {
    const struct privacy *privacy;
    const struct entity *entity;
    const struct field *field;
};

/* All of them, in `a`; columns of one statement one after the other. */
const struct register_line *privacy_register(const struct app *app, struct arena *a, size_t *ret_n);

/* "general", "duty", for programs. */
const char *privacy_kind_code(enum privacy_kind kind);
const char *privacy_ground_code(enum privacy_ground ground);

/* The members of a statement, into an open object. */
void privacy_json(struct json_out *j, const struct privacy *p);

/* The whole as JSON: an array of statements with the columns of each, the purpose in both languages. */
void privacy_register_json(struct json_out *j, const struct app *app, struct arena *a);

/* GET /kerja/{gov}/data-pribadi, and the same .csv. */
extern const struct module privacy_module;

#endif
