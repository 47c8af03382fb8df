/*
 * pages.c: the table of routes that each screen gets.
 */
#include "engine/pages.h"

/* clang-format off */
const struct screen_route screen_routes[] = {
    {.path = NULL}, /* until the first page has come */
};
/* clang-format on */

const size_t screen_routes_n = 0;
