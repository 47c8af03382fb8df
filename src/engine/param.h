/*
 * param.h: numbers that a law, a decree or the operator sets, each with the days it counts on and its legal basis (design D18).
 *
 * A module declares which numbers it asks for; rows of `parameter` give their values, of one government or, as rows of
 * government 0, of all. A value counts once a second person has put it in force, and never changes afterwards: another value is
 * another row. What was decided on a day is computed again with the value of that day.
 *
 * Not for: limits that protect the server (constants beside their code), tables of tariffs (entities of their module).
 */
#ifndef ENGINE_PARAM_H
#define ENGINE_PARAM_H

#include "db/db.h"
#include "engine/screen.h"

enum param_unit {
    PARAM_COUNT,
    PARAM_HOURS,
    PARAM_DAYS,
    PARAM_WORKDAYS,
    PARAM_MEBIBYTES,
    PARAM_PERCENT, /* basis points */
    PARAM_MONEY,   /* sen */
    PARAM_UNIT_COUNT,
};

/*
 * Its words: "parameter.code-CODE", and "param.CODE-text" says in a sentence what follows from it. The initial value is our own
 * proposal: it counts, marked as such, while nobody has given another.
 */
struct param {
    const char *code; /* [a-z0-9-]+, unique over all modules */
    enum param_unit unit;
    int64_t least, most, initial;
};

struct parameter {
    struct record head;
    state code;
    const char *value; /* as Indonesian readers write it, without points: "12,5" */
    date valid_from, valid_to;
    const char *basis; /* the law or decree */
    bool verified;     /* somebody has read the basis itself */
    const char *note;
    state status; /* proposed, in_force, refused */
};
extern const struct entity parameter_entity;
extern const struct screen parameter_screen;
extern const struct module param_module;

/* What counts on a day. Texts live in the arena it was asked with. */
struct param_value {
    int64_t value; /* in the unit */
    date since;    /* DATE_NONE: the initial value */
    bool national, verified;
    const char *basis; /* NULL: the initial value */
    int64_t gov, row;  /* 0: the initial value */
};

/* The government's own value before the one for all. Cost: one short range of an index. */
MUST_USE int param_on(struct db *db, struct arena *a, int64_t gov, const struct param *p, date day, struct param_value *ret);

/* A typed value in the unit; E_FORMAT or E_INPUT for what is none or out of range. `reader` as base/reader.h has it. */
MUST_USE int param_parse(const struct param *p, const char *typed, int reader, int64_t *ret);

/* "12,5 %", "24 jam", "Rp1.000". */
const char *param_say(struct req *r, const struct param *p, int64_t value);

const struct param *param_named(const struct app *app, const char *code); /* NULL for none */

#endif
