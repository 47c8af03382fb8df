/*
 * daily.h: the ledger's daily work as jobs, and the check of all tables and loaded sets against the log.
 *
 * Not for: commands (main), the log itself (src/ledger).
 */
#ifndef CORE_LEDGER_DAILY_H
#define CORE_LEDGER_DAILY_H

#include "engine/app.h"
#include "ledger/ledger.h"

/*
 * Jobs, in the zone of the installation: ledger_seal at 02:00 (the sealed batch), ledger_keys at 02:30 (key-encryption keys),
 * ledger_check at 03:00. Permission ledger.operate.
 */
extern const struct module ledger_module;

/*
 * ledger_check() over every covered entity and every loaded code set, on a reader's snapshot. `found` may be NULL. How many
 * findings, or negative.
 */
MUST_USE int64_t ledger_check_app(const struct app *app, struct db *db, int64_t since,
                                  void (*found)(void *arg, const struct ledger_finding *f), void *arg);

#endif
