/*
 * core.h: what core keeps while the server lives, and what main puts into the web layer.
 *
 *     core_open(&app, &core_conf) after the writer was started and before the port is open;
 *     web_conf.hooks = &core_hooks, and &core_module in app.modules;
 *     core_close(&app) after http_stop() and before writer_stop().
 *
 * Commands open it too, when they touch accounts. Not for: the rules of accounts (admin.h), pages.
 */
#ifndef CORE_USER_CORE_H
#define CORE_USER_CORE_H

#include "core/auth/hashpool.h"
#include "core/auth/keyring.h"
#include "core/auth/ratelimit.h"
#include "core/user/session.h"
#include "engine/app.h"

#define CORE_KEYRING "keyring" /* file in app->data_dir */

struct core {
    struct app *app;
    struct hashpool *hashpool;
    struct ratelimit *limits;
    struct keyring *keyring;
    struct sessions *sessions;
    struct password_cost cost;
    struct keeper *keeper; /* stores last-seen times */
};

extern const struct module core_module;
extern const struct web_hooks core_hooks;

/*
 * Opens the keyring (made when there is none), starts the hashing threads and, when there is a writer, the keeper of last-seen
 * times; hangs the whole into app->core. `cost` NULL: the least that is allowed. As keyring_open() and hashpool_start().
 */
MUST_USE int core_open(struct app *app, const struct password_cost *cost);

/* Stores the last-seen times once more and ends the threads. Without core_open() does nothing. */
void core_close(struct app *app);

struct core *core_of(const struct app *app) __attribute__((returns_nonnull));

/*
 * Was the second factor given less than five minutes ago? Steps that give rights, use keys, export personal data or pay ask
 * this first (security.md A7). If not, the answer is a 403 that leads to the page where it is given again, and the caller
 * returns.
 */
bool core_stepped_up(struct req *r);

#endif
