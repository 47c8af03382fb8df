/*
 * gov.h: governments, their agencies, and the units of these: what every module refers to.
 *
 * KPK and provinces are governments like any other (design D7). Codes and names have a time: what ended stays, and says what
 * came after it. Not for: places of people (kelurahan, kecamatan), which belong to the code sets of regions.
 */
#ifndef CORE_GOV_GOV_H
#define CORE_GOV_GOV_H

#include "engine/screen.h"
#include "engine/web.h"

struct government {
    struct record head;
    state kind;       /* supervisor, province, regency, city */
    const char *code; /* "36.71" */
    const char *slug; /* "kota-tangerang" */
    const char *name; /* "Kota Tangerang" */
    ref parent;       /* the province, for regencies and cities */
    int64_t zone;     /* minutes east of UTC */
    date valid_from, valid_to;
};

struct agency {
    struct record head;
    const char *code; /* "5.03" */
    const char *name;
    const char *short_name; /* "Disdik" */
    state kind;
    date valid_from, valid_to;
    ref successor;
};

struct unit {
    struct record head;
    ref agency;
    const char *code;
    const char *name;
    date valid_from, valid_to;
};

#define AGENCY_KINDS "secretariat council_secretariat inspectorate office board district village hospital enterprise other"

extern const struct entity government_entity, agency_entity, unit_entity;
extern const struct screen government_screen, agency_screen, unit_screen;
extern const struct query gov_q_slug, gov_q_code, gov_q_id, gov_q_zone, gov_q_list, gov_q_agencies;

/* May a government have this slug? Not the fixed first parts of addresses (design section 5). */
bool gov_slug_good(const char *slug);

/* Texts of *ret live in `a`. 1 there, 0 not. */
MUST_USE int gov_by_slug(struct db *db, struct arena *a, const char *slug, struct gov *ret);
MUST_USE int gov_by_id(struct db *db, struct arena *a, int64_t id, struct gov *ret);
MUST_USE int gov_by_code(struct db *db, struct arena *a, const char *code, struct gov *ret);

/* Minutes east of UTC of a government; WIB for what belongs to none. For app.zone_of: also inside the writer. */
int gov_zone(struct db *db, int64_t gov);

/* What can be chosen from, sorted by code; what has ended by `today` is left out. At most GOV_LIST_MAX. */
#define GOV_LIST_MAX 1000
struct gov_item {
    int64_t id;
    const char *code, *name;
};
MUST_USE int gov_list(struct db *db, struct arena *a, date today, struct gov_item **ret, size_t *ret_n);
MUST_USE int agency_list(struct db *db, struct arena *a, int64_t gov, date today, struct gov_item **ret, size_t *ret_n);

#endif
