/*
 * query.h: the statements of this folder, for the list of the module.
 */
#ifndef CORE_NOTICE_QUERY_H
#define CORE_NOTICE_QUERY_H

#include "db/db.h"

extern const struct query q_notice_put, q_notice_list, q_notice_unread, q_notice_read, q_notice_read_up_to, q_notice_read_of,
    q_notice_overtaken, q_notice_forget, q_notice_of_person, q_choice_read, q_choice_put, q_tell_holders, q_recent_put,
    q_recent_trim, q_recent_list, q_recent_clear, q_feed_of, q_feed_find, q_feed_put, q_feed_drop, q_feed_end_every,
    q_remind_tasks, q_digest_zones, q_digest_begun, q_digest_begin, q_digest_people, q_digest_last, q_digest_sent;

#endif
