/*
 * ledger_pages.h: the public side of the ledger over HTTP (C2SP tlog-tiles): routes without login, session or cookie.
 *
 * The content of each path is ledger_read()'s; `forms` says how the tables of this program stand in leaves. Not for: the
 * check page for people, witnesses.
 */
#ifndef ENGINE_LEDGER_PAGES_H
#define ENGINE_LEDGER_PAGES_H

#include "engine/web.h"

extern const struct route ledger_routes[];
extern const size_t ledger_routes_n;

/*
 * JSON: each covered table, its columns, and of each whether it stands in clear or is a commitment, and under whose key. Equal
 * for equal tables.
 */
MUST_USE int ledger_forms(const struct app *app, struct buf *out);

#endif
