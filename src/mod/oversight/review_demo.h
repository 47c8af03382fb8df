/*
 * review_demo.h: two reviews of a demo instance, one with published minutes and one that is being held today; what was promised
 * and recommended in them. All invented, and marked so.
 */
#ifndef MOD_OVERSIGHT_REVIEW_DEMO_H
#define MOD_OVERSIGHT_REVIEW_DEMO_H

#include "mod/oversight/demo.h"

/* After oversight_demo(), whose actions are the topics. Through the writer, as the people of the demo. */
MUST_USE int review_demo(struct app *app, struct arena *a, const struct oversight_demo *d);

#endif
