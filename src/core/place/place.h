/*
 * place.h: the places of a government, from the official list of regions: a province's regencies and cities, their districts,
 * and the villages of these. Read only; the list is loaded by the operator (codeset.h).
 */
#ifndef CORE_PLACE_PLACE_H
#define CORE_PLACE_PLACE_H

#include "engine/app.h"

extern const struct module place_module;

/* Codes below a place in a set of regions: how many of each level, from 1. */
#define PLACE_LEVELS 4
MUST_USE int place_counts(struct db *db, int64_t set, const char *code, int64_t ret[static PLACE_LEVELS + 1]);

#endif
