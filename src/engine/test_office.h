/*
 * test_office.h: a live server with the sample screens and people of two agencies, for tests of pages. No part of the product.
 *
 *     OFFICE(o, world);   ... site_get(&o.site, "sari", "/kerja/kota-contoh/contoh-permohonan") ...   office_close(&o);
 */
#ifndef ENGINE_TEST_OFFICE_H
#define ENGINE_TEST_OFFICE_H

#include "engine/test_case.h"
#include "engine/test_web.h"

#define OFFICE_LIST "/kerja/kota-contoh/contoh-permohonan"

struct office {
    struct city city;
    struct test_site site;
    struct test_person people[6];
    int64_t agency, other, person;
};

static inline struct test_person office_person(const char *login, int64_t user, const char *role, int64_t gov, int64_t agency)
{
    return (struct test_person){.login = login, .user = user, .grant = {{.role = role, .gov = gov, .agency = agency}}, .n = 1};
}

/* After city_open(). Sari and Budi work in one agency, Rina in another; Wali heads the city, Tamu another one. */
static inline void office_open(struct office *o)
{
    o->city.app.modules = sample_modules;
    o->city.app.n_modules = ARRAY_LEN(sample_modules);
    o->agency = case_agency(&o->city, "5.03");
    o->other = case_agency(&o->city, "5.04");
    o->person = case_person(&o->city, CITY_GOV);
    o->people[0] = office_person("sari", 101, "front_office", CITY_GOV, o->agency);
    o->people[1] = office_person("budi", 102, "back_office", CITY_GOV, o->agency);
    o->people[2] = office_person("rina", 103, "back_office", CITY_GOV, o->other);
    o->people[3] = office_person("wali", 104, "head", CITY_GOV, 0);
    o->people[4] = office_person("tamu", 105, "head", CITY_FOREIGN, 0);
    o->people[5] = office_person("kpk", 106, "supervisor_kpk", GOV_ANY, 0);
    site_open(&o->site, &o->city, NULL, 0, o->people, ARRAY_LEN(o->people));
}

static inline void office_close(struct office *o)
{
    site_close(&o->site);
    (void)unlinkat(o->city.key_dir, "upload", AT_REMOVEDIR); /* there after a file */
    city_close(&o->city);
}

#define OFFICE(o, env)                                                                                                         \
    struct office o;                                                                                                           \
    if (!city_db_open(&(o).city.t, *(enum db_kind *)*(env)))                                                                   \
        skip();                                                                                                                \
    city_open(&(o).city);                                                                                                      \
    office_open(&(o))

/* n filed cases of an agency, numbered from `first`. */
static inline struct sample_case *office_cases(struct office *o, int64_t agency, size_t first, size_t n)
{
    struct sample_case *v = arena_array(&o->city.a, n, struct sample_case);
    size_t i;

    for (i = 0; i < n; i++) {
        v[i] = a_case(CITY_GOV, o->person, text_printf(&o->city.a, "TRG-%04zu", first + i));
        v[i].agency.v = agency;
    }
    case_put(&o->city, &sample_case_entity, v, n);
    return v;
}

#endif
