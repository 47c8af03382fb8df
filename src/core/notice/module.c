/*
 * module.c: what notices bring to an instance.
 */
#include "core/notice/digest.h"
#include "core/notice/notice.h"
#include "core/notice/query.h"
#include "core/notice/recent.h"
#include "core/notice/remind_job.h"
#include "engine/job.h"
#include "engine/param.h"

/* clang-format off */
static const struct query *const queries[] = {
    &q_notice_put, &q_notice_list, &q_notice_unread, &q_notice_read, &q_notice_read_up_to, &q_notice_read_of,
    &q_notice_overtaken, &q_notice_forget, &q_notice_of_person,
    &q_feed_of, &q_feed_find, &q_feed_put, &q_feed_drop, &q_feed_end_every,
    &q_recent_put, &q_recent_trim, &q_recent_list, &q_recent_clear,
    &q_choice_read, &q_choice_put,
    &q_tell_holders, &q_remind_tasks,
    &q_digest_zones, &q_digest_begun, &q_digest_begin, &q_digest_people, &q_digest_last, &q_digest_sent,
};
const struct param notice_params[NOTICE_PARAMS] = {
    [NOTICE_DAYS]        = {.code = "notice-days", .unit = PARAM_DAYS,  .least = 7, .most = 365, .initial = 90},
    [NOTICE_DIGEST_HOUR] = {.code = "digest-hour", .unit = PARAM_COUNT, .least = 0, .most = 23,  .initial = 6},
    [NOTICE_REMIND_EARLY] = {.code = "remind-early-days", .unit = PARAM_WORKDAYS, .least = 0, .most = 60, .initial = 10},
    [NOTICE_REMIND_DAYS]  = {.code = "remind-days",       .unit = PARAM_WORKDAYS, .least = 0, .most = 30, .initial = 3},
    [NOTICE_RAISE_DAYS]   = {.code = "raise-days",        .unit = PARAM_WORKDAYS, .least = 1, .most = 60, .initial = 2},
};
static const struct job_kind jobs[] = {
    {.name = "notice-forget", .permission = "job.notice-forget", .daily_minute = 2 * 60 + 50, .slice = notice_forget, .lasting = true},
    {.name = DIGEST_JOB,      .permission = "job.digest",        .daily_minute = -1,          .slice = digest_slice,  .lasting = true},
    {.name = REMIND_JOB,      .permission = "job.reminders",     .daily_minute = 3 * 60 + 10, .slice = remind_slice,  .lasting = true},
};
static const struct permit permits[] = {
    {"job.notice-forget", "operator"},
    {"job.digest",        "operator"},
    {"job.reminders",     "operator"},
};
static const struct route routes[] = {
    ROUTE(GET,  "/akun/pemberitahuan",             PERMIT_LOGIN, page_notices),
    ROUTE(POST, "/akun/pemberitahuan/dibaca",      PERMIT_LOGIN, page_notices_all_read, .limits = LIMIT_FORM),
    ROUTE(POST, "/akun/pemberitahuan/{id}/dibaca", PERMIT_LOGIN, page_notice_read, .limits = LIMIT_FORM),
    ROUTE(GET,  "/akun/pemberitahuan/pilihan",     PERMIT_LOGIN, page_notice_choices),
    ROUTE(POST, "/akun/pemberitahuan/pilihan",     PERMIT_LOGIN, page_notice_choices_set, .limits = LIMIT_FORM),
    ROUTE(POST, "/kerja/{gov}/terakhir/hapus",     PERMIT_LOGIN, page_recent_clear, .limits = LIMIT_FORM),
    ROUTE(GET,  "/kal/{secret}",                   PERMIT_ANYBODY, page_feed),
    ROUTE(GET,  "/akun/kalender",                  PERMIT_LOGIN, page_feed_own),
    ROUTE(POST, "/akun/kalender",                  PERMIT_LOGIN, page_feed_make, .limits = LIMIT_FORM),
    ROUTE(POST, "/akun/kalender/cabut",            PERMIT_LOGIN, page_feed_drop, .limits = LIMIT_FORM),
};

const struct module notice_module = {
    .name = "notice",
    .routes = routes,               .n_routes = ARRAY_LEN(routes),
    .permits = permits,             .n_permits = ARRAY_LEN(permits),
    .jobs = jobs,                   .n_jobs = ARRAY_LEN(jobs),
    .params = notice_params,        .n_params = NOTICE_PARAMS,
    .queries = queries,             .n_queries = ARRAY_LEN(queries),
};
/* clang-format on */
