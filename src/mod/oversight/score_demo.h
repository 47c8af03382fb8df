/*
 * score_demo.h: the programme of a demo instance: templates whose names a source gives, and invented values of each government.
 */
#ifndef MOD_OVERSIGHT_SCORE_DEMO_H
#define MOD_OVERSIGHT_SCORE_DEMO_H

#include "engine/actor.h"
#include "engine/app.h"

struct score_demo_gov {
    int64_t id;
    const char *code;
};

struct score_demo {
    const struct score_demo_gov *govs;
    size_t n_govs;
    int64_t city; /* the one whose agencies and verdicts are told */
    date today;
    const struct actor_mark *mark;
    int64_t (*agency)(void *arg, const char *code); /* id of an agency of the city; 0 for none */
    void *arg;
};

/* Through the writer, some rows a work. Codes without values here are left out. */
MUST_USE int score_demo(struct app *app, struct arena *a, const struct score_demo *d);

#endif
