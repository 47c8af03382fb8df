/*
 * modules.c: the modules by name. A new module is a line here and a folder.
 */
#include "core/access/access.h"
#include "core/agency/change.h"
#include "core/codeset/codeset.h"
#include "core/erase/order.h"
#include "core/front/front.h"
#include "core/ledger/daily.h"
#include "core/machine/machine.h"
#include "core/mail/mail.h"
#include "core/notice/notice.h"
#include "core/person/number.h"
#include "core/place/place.h"
#include "core/privacy/register.h"
#include "core/profile/profile.h"
#include "core/user/core.h"
#include "core/workday/workday.h"
#include "engine/beside.h"
#include "engine/engine_module.h"
#include "engine/erase.h"
#include "engine/form.h"
#include "engine/import.h"
#include "engine/job.h"
#include "engine/param.h"
#include "engine/search.h"
#include "engine/task.h"
#include "main/modules.h"
#include "mod/oversight/oversight.h"
#include "mod/oversight/review.h"
#include "mod/oversight/score.h"

/* One a line, so that two who add do not meet. */
/* clang-format off */
const struct module *const modules[] = {
    &engine_module,
    &flow_module, /* its tasks stand first in the navigation */
    &job_module,
    &outbox_module,
    &form_module,
    &import_module,
    &attach_module,
    &search_module,
    &front_module,
    &core_module,
    &access_module,
    &agency_module,
    &codeset_module,
    &place_module,
    &workday_module,
    &mail_module,
    &notice_module,
    &person_module,
    &oversight_module,
    &review_module,
    &score_module,
    &param_module,
    &profile_module,
    &erase_module,
    &erasure_module,
    &privacy_module,
    &ledger_module,
    &machine_module,
    NULL,
};
/* clang-format on */

size_t modules_n(void)
{
    return ARRAY_LEN(modules) - 1;
}
