/*
 * query.h: the statements of this folder, so that module.c can list them for the test that prepares each.
 */
#ifndef CORE_USER_QUERY_H
#define CORE_USER_QUERY_H

#include "db/db.h"

extern const struct query q_session_open, q_session_id, q_session_token, q_session_grants, q_session_lent, q_held, q_lent,
    q_delegations_open, q_delegations_of, q_delegates_of, q_agencies_of, q_session_seen, q_session_end_all, q_session_list,
    q_recovery, q_recovery_left, q_recovery_retire, q_reset_open, q_reset_retire, q_user_login, q_admins, q_grants_of,
    q_setup_round, q_setup_void, q_credential, q_tokens, q_users, q_grants_all, q_session_remove, q_session_end_every,
    q_token_end_every, q_totp_behind, q_totp_reseal, q_enrol_begun, q_recovery_keys, q_keyring_keys, q_link_retire,
    q_user_email;

#endif
