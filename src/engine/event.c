/*
 * event.c: an event runs the sinks of all modules in the transaction that emits it.
 */
#include "base/text.h"
#include "engine/app.h"
#include "engine/job.h"

int event_emit(struct tx *tx, const char *event, const struct entity *e, const void *row)
{
    const struct app *app = tx->app;
    const struct record *head = row;
    size_t m, i;
    int result;

    BUG_IF(app == NULL || event == NULL);
    for (m = 0; m < app->n_modules; m++)
        for (i = 0; i < app->modules[m]->n_sinks; i++) {
            const struct event_sink *sink = &app->modules[m]->sinks[i];

            if (!text_eq(sink->event, event))
                continue;
            result = sink->react(tx, head != NULL ? head->gov : 0, e, row);
            if (result < 0)
                return result;
        }
    return 0;
}
