/*
 * app.h: what lives as long as the server, and the list of modules it is made of.
 *
 * Filled once at the start by main, then only read. Commands that need the database fill it in the same way.
 */
#ifndef ENGINE_APP_H
#define ENGINE_APP_H

#include "db/migrate.h"
#include "db/pool.h"
#include "db/writer.h"
#include "engine/permit.h"
#include "engine/web.h"

struct effect_kind;
struct event_sink;
struct flow;
struct http_server;
struct job_kind;
struct ledger;
struct machine;
struct mailer_conf;
struct measure;
struct param;
struct preview;
struct runner;
struct scan_conf;
struct screen;

/* What a folder of src/core or src/mod brings. Each member may be missing. Constant tables; pointers live for ever. */
struct module {
    const char *name;

    const struct entity *const *entities;
    size_t n_entities;
    const struct screen *const *screens;
    size_t n_screens;
    const struct route *routes;
    size_t n_routes;
    const struct permit *permits;
    size_t n_permits;
    const struct job_kind *jobs;
    size_t n_jobs;
    const struct effect_kind *effects; /* of the outbox */
    size_t n_effects;
    const struct event_sink *sinks; /* events of other modules that this one reacts to */
    size_t n_sinks;
    const struct measure *measures;
    size_t n_measures;
    /* Writes a section of a government's first public page, or nothing; negative when it cannot be read. */
    int (*public_home)(struct req *r);
    const struct param *params; /* numbers that it asks for (param.h) */
    size_t n_params;
    const struct query *const *queries; /* every statement, for the test that prepares them */
    size_t n_queries;
};

struct app {
    const struct module *const *modules;
    size_t n_modules;
    const char *address;   /* of the database, for threads that open connections of their own */
    struct pool *pool;     /* readers */
    struct writer *writer; /* NULL in commands that only read */
    struct runner *runner; /* of jobs; NULL in commands */
    struct ledger *ledger;
    struct web *web;
    int data_dir;                   /* directory of the key files that the server reads and writes */
    int files_dir;                  /* evidence and other kept files; -1 without */
    bool demo;                      /* invented people; pages carry a banner */
    const char *name;               /* of the instance, "Terang Kota Tangerang" */
    int zone_minutes;               /* of the installation, east of UTC: when daily jobs start */
    const char *origin;             /* https://terang.example, for links in mails, QR and OpenAPI */
    int parser;                     /* pipe to the parent, which starts parsers (parser.h); 0 without */
    const struct scan_conf *scan;   /* of the operator (scan.h); NULL: no file is scanned */
    struct preview *preview;        /* draws pages of evidence; NULL in commands */
    const struct mailer_conf *mail; /* of the operator; NULL: no mail goes out */
    /* May this person or address search, or take a file, once more? 0, or E_RATE with its fault. NULL: no limit. */
    int (*may_search)(struct req *r);
    int (*may_export)(struct req *r);
    /* The same before a row is asked for by its id, and, `missed`, after there was none: who guesses has to wait. */
    int (*may_guess)(struct req *r, bool missed);
    /* The rights of a user at a moment, for what runs in their name later; without those that ask for a second factor unless it
     * was given. 1, 0 when there is no such user. NULL: nothing runs so. */
    int (*actor_of)(struct db *db, struct arena *a, int64_t user, instant now, bool second_factor, struct actor *ret);
    /* A person has opened the page of a record; and a section with those opened last. NULL: nobody keeps them. */
    void (*seen)(struct req *r, const struct screen *s, const void *row);
    void (*recent)(struct req *r);
    void *core;                           /* core's own: sessions, hashing pool, rate limits */
    _Atomic(struct http_server *) server; /* set once the port is open */
    struct machine *machine;              /* what the operator's pages know; NULL in commands */

    /* Minutes east of UTC of a government, for dates that the writer computes; NULL: zone_minutes everywhere. */
    int (*zone_of)(struct db *db, int64_t gov);
};

/* Every entity of every module, in `a`. */
const struct entity *const *app_entities(const struct app *app, struct arena *a, size_t *ret_n);
const struct entity *app_entity(const struct app *app, const char *name); /* NULL for none */

#endif
