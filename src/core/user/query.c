/*
 * query.c: the statements on accounts, roles, sessions and what opens them.
 */
#include "core/user/query.h"

/* clang-format off */
const struct query q_session_open = {
    .name = "session.open",
    .sql = "SELECT s.id, s.holder, s.made_at, s.seen_at, s.second_factor, s.stepped_up, u.record_key, u.login, u.name "
           "FROM session s JOIN app_user u ON u.id = s.holder "
           "WHERE s.hash = ?1 AND s.stage = 'open' AND s.ended_at IS NULL AND u.disabled = 0 AND u.voided_at IS NULL",
    .in = "t", .out = "iiiiiiitt",
};
const struct query q_session_id = {
    .name = "session.id",
    .sql = "SELECT id FROM session WHERE hash = ?1",
    .in = "t", .out = "i",
};
const struct query q_session_token = {
    .name = "session.token",
    .sql = "SELECT t.holder, t.scope, u.record_key, u.login, u.name "
           "FROM credential c JOIN api_token t ON t.id = c.stands_for JOIN app_user u ON u.id = t.holder "
           "WHERE c.hash = ?1 AND c.kind = 'api' AND c.used_at IS NULL AND t.revoked_at IS NULL AND t.voided_at IS NULL "
           "AND t.expires >= ?2 AND u.disabled = 0 AND u.voided_at IS NULL",
    .in = "ti", .out = "ititt",
};
const struct query q_session_grants = {
    .name = "session.grants",
    .sql = "SELECT role, in_gov, in_agency, in_unit, in_place FROM role_grant "
           "WHERE holder = ?1 AND status = 'active' AND voided_at IS NULL "
           "AND (valid_from IS NULL OR valid_from <= ?2) AND (valid_to IS NULL OR valid_to >= ?2) ORDER BY id LIMIT ?3",
    .in = "iii", .out = "tiiii",
};
const struct query q_session_seen = {
    .name = "session.seen",
    .sql = "UPDATE session SET seen_at = ?2 WHERE id = ?1 AND seen_at < ?2 AND ended_at IS NULL",
    .in = "ii", .out = "",
};
const struct query q_session_end_all = {
    .name = "session.end-all",
    .sql = "UPDATE session SET ended_at = ?1, rev = rev + 1 WHERE holder = ?2 AND id <> ?3 AND ended_at IS NULL",
    .in = "iii", .out = "",
};
const struct query q_session_list = {
    .name = "session.list",
    .sql = "SELECT id FROM session WHERE holder = ?1 AND ended_at IS NULL AND stage = 'open' AND made_at > ?2 AND seen_at > ?3 "
           "ORDER BY id DESC LIMIT ?4",
    .in = "iiii", .out = "i",
};
/* clang-format on */
