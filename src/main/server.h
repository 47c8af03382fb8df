/*
 * server.h: the role that meets the network: readers, writer, ledger, pages; and what it is given by the parent.
 */
#ifndef MAIN_SERVER_H
#define MAIN_SERVER_H

#include "engine/web.h"
#include "main/instance.h"

struct serving {
    struct instance in;
    const char *listen; /* as asked for, for the log */
    bool require_sandbox;
    const char *const *proxies; /* TERANG_PROXY, ends with NULL */
    int conn_per_address;       /* TERANG_CONN_PER_ADDRESS */
    struct signer_child *signer;
    int parser;                     /* the server's end of the way to ask for parsers */
    const struct mailer_conf *mail; /* NULL: none goes out */
    instant since;                  /* when the parent began */
    int64_t restarts;               /* rounds that ended by themselves since */
    instant restarted;              /* when the last one began */
    const struct scan_conf *scan;   /* NULL: no file is scanned */
    int socket;                     /* bound by the parent before it dropped its privileges */
};

/* The role's main, for process_conf: fds are the listening socket, the way to the signer and that to the parent, which starts
 * parsers; arg a struct serving. */
int server_role(const int *fds, size_t n_fds, void *arg);

/* Routes of the instance itself, for the server and for `terang routes`. */
const struct route *instance_routes(struct arena *a, size_t *ret_n);

/* As the server opens it, hooks and all. `app` is filled as far as its modules. */
MUST_USE int server_web(struct app *app, const struct instance *in, struct arena *a, struct web **ret, const char **ret_why);

#endif
