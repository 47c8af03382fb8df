/*
 * migrations.c: the list of steps, put together from the ledger's and the embedded files.
 */
#include <pthread.h>

#include "engine/migrations.h"
#include "ledger/ledger.h"
#include "ui/assets.h"

/* Names of files in migrations/, and in src/ui/meson.build, which embeds them. Their order is their number. */
/* clang-format off */
static const char *const files[] = {
    "engine",
    "flow",
    "attach",
    "core",
    "job",
    "codeset",
    "form",
    "list",
    "import",
    "oversight",
    "erase",
    "erasure",
    "quota",
    "rekey",
    "score",
    "mail",
    "person",
    "retention",
    "agency_order",
    "agency",
    "leaf_forms",
    "parameter",
    "access",
    "review",
    "notify",
    "digest",
    "scan",
    "reminder",
    "feed",
    "recent",
    "gov_profile",
    "code_change",
    "score_final",
};
/* clang-format on */

#define PATH_MAX_ 64

/* The process's own: built once, read by all. */
static struct migration steps[ARRAY_LEN(files) + 1];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void build(void)
{
    size_t i;

    steps[0] = ledger_migration;
    steps[0].number = 1;
    for (i = 0; i < ARRAY_LEN(files); i++) {
        char path[PATH_MAX_];
        const struct asset *file;

        (void)snprintf(path, sizeof path, "migrations/%s.sql", files[i]); /* a cut name is not found */
        file = asset_named(path);
        BUG_IF(file == NULL);
        steps[i + 1] = (struct migration){.number = (int)i + 2, .name = files[i], .sql = (const char *)file->content.p};
    }
}

const struct migration *migrations(size_t *ret_n)
{
    BUG_IF(pthread_once(&once, build) != 0);
    *ret_n = ARRAY_LEN(steps);
    return steps;
}
