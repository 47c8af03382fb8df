/*
 * module.c: what notices bring to an instance.
 */
#include "core/notice/notice.h"
#include "core/notice/query.h"
#include "engine/job.h"
#include "engine/param.h"

/* clang-format off */
static const struct query *const queries[] = {
    &q_notice_put, &q_notice_list, &q_notice_unread, &q_notice_read, &q_notice_read_up_to, &q_notice_read_of,
    &q_notice_overtaken, &q_notice_forget, &q_notice_of_person,
    &q_choice_read, &q_choice_put,
    &q_tell_holders,
};
static const struct permit permits[] = {
    {"job.notice-forget", "operator"},
};
static const struct route routes[] = {
    ROUTE(GET,  "/akun/pemberitahuan",             PERMIT_LOGIN, page_notices),
    ROUTE(POST, "/akun/pemberitahuan/dibaca",      PERMIT_LOGIN, page_notices_all_read, .limits = LIMIT_FORM),
    ROUTE(POST, "/akun/pemberitahuan/{id}/dibaca", PERMIT_LOGIN, page_notice_read, .limits = LIMIT_FORM),
    ROUTE(GET,  "/akun/pemberitahuan/pilihan",     PERMIT_LOGIN, page_notice_choices),
    ROUTE(POST, "/akun/pemberitahuan/pilihan",     PERMIT_LOGIN, page_notice_choices_set, .limits = LIMIT_FORM),
};

const struct module notice_module = {
    .name = "notice",
    .routes = routes,               .n_routes = ARRAY_LEN(routes),
    .permits = permits,             .n_permits = ARRAY_LEN(permits),
    .jobs = &notice_forget_job,     .n_jobs = 1,
    .params = &param_notice_days,   .n_params = 1,
    .queries = queries,             .n_queries = ARRAY_LEN(queries),
};
/* clang-format on */
