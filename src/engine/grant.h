/*
 * grant.h: what the server's role may do in PostgreSQL (security.md P4): no DDL, and nothing that rewrites history.
 *
 *     entries, checkpoints, abandoned logs   SELECT, INSERT
 *     covered entities, history, tiles ...   SELECT, INSERT, UPDATE: rows are voided, never deleted
 *     the rest                               SELECT, INSERT, UPDATE, DELETE: sessions, jobs, keys of erased persons
 *     migration                              SELECT
 *
 * Not for: SQLite, which has no roles; there triggers refuse the first line.
 */
#ifndef ENGINE_GRANT_H
#define ENGINE_GRANT_H

#include "engine/app.h"

/*
 * Gives the role of `server` its rights on every table of the schema, anew, in one transaction on `owner`. Nothing at all
 * when both are the same role: an owner cannot be held back. 1 given, 0 the same role.
 */
MUST_USE int grants_give(struct db *owner, struct db *server, const struct module *const *modules, size_t n);

extern const struct query *const grant_queries[];
extern const size_t grant_queries_n;

#endif
