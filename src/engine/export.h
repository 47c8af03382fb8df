/*
 * export.h: what is kept of a file with personal data: who took it, when, and why (security.md D6).
 *
 * The reason stands here in clear, for the data protection officer; in the ledger it is a commitment.
 */
#ifndef ENGINE_EXPORT_H
#define ENGINE_EXPORT_H

#include "db/db.h"
#include "engine/entity.h"

struct export_note {
    struct record head;
    instant at;
    int64_t person; /* user */
    int64_t session;
    const char *screen; /* slug */
    const char *format;
    const char *query; /* as query_text() gives it; NULL: all rows */
    const char *reason;
    int64_t reason_key; /* of the commitments in the leaf */
};
extern const struct entity export_note_entity;

extern const struct query *const export_queries[];
extern const size_t export_queries_n;

#endif
