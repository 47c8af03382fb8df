/*
 * place.c: where a role counts, in words, as narrow as it was given: "Bidang Dikdas, Dinas Pendidikan, Kota Contoh".
 */
#include "base/text.h"
#include "core/codeset/codeset.h"
#include "core/user/pages.h"
#include "engine/row.h"

static int64_t or_zero(int64_t id)
{
    return id == INT_NONE ? 0 : id;
}

struct grant grant_shown(const struct role_grant *g)
{
    return (struct grant){.role = g->role.v,
                          .gov = g->in_gov.v,
                          .agency = or_zero(g->in_agency),
                          .unit = or_zero(g->in_unit),
                          .place = or_zero(g->in_place)};
}

/* "36.71.01.1001" of the number that a grant keeps: the digits of the code. */
static const char *region_code(struct arena *a, int64_t place)
{
    const char *digits = text_printf(a, "%lld", (long long)place);

    switch (strlen(digits)) {
    case 10:
        return text_printf(a, "%.2s.%.2s.%.2s.%s", digits, digits + 2, digits + 4, digits + 6);
    case 6:
        return text_printf(a, "%.2s.%.2s.%s", digits, digits + 2, digits + 4);
    default:
        return digits;
    }
}

const char *region_place(struct req *r, int64_t place)
{
    const struct codes_of regions = {.set = "region", .day = DATE_NONE};
    const char *code = region_code(r->arena, place), *name = NULL;

    if (code_name(r->db, r->arena, &regions, code, "", &name) < 0 || name == NULL)
        return T1(r, "access.place", code);
    return text_printf(r->arena, "%s (%s)", name, code);
}

const char *grant_place(struct req *r, const struct grant *g)
{
    struct gov gov;
    struct agency agency;
    struct unit unit;
    const char *name = T(r, "user.everywhere");

    if (g->gov != GOV_ANY && gov_by_id(r->db, r->arena, g->gov, &gov) == 1)
        name = gov.name;
    if (g->agency != 0 && row_get(r->db, r->arena, &agency_entity, g->gov, g->agency, &agency) == 1)
        name = text_printf(r->arena, "%s, %s", agency.name, name);
    if (g->unit != 0 && row_get(r->db, r->arena, &unit_entity, g->gov, g->unit, &unit) == 1)
        name = text_printf(r->arena, "%s, %s", unit.name, name);
    return g->place != 0 ? text_printf(r->arena, "%s, %s", region_place(r, g->place), name) : name;
}
