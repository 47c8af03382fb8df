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
/*
 * Roles in force of the people named by `of`. A role at an agency counts at all that the agency came from, too, from the day of
 * the reorganisation on (core/agency/change.h); those come after the role itself.
 */
#define IN_FORCE(of)                                                                                                           \
    "(SELECT id, holder, 0 AS steps, role, in_gov, in_agency, in_unit, in_place, valid_from, valid_to FROM role_grant "         \
    "WHERE holder " of " AND status = 'active' AND voided_at IS NULL "                                                          \
    "UNION ALL SELECT r.id, r.holder, o.steps, r.role, r.in_gov, o.origin, r.in_unit, r.in_place, "                             \
    "CASE WHEN r.valid_from > o.day THEN r.valid_from ELSE o.day END, r.valid_to FROM role_grant r "                            \
    "JOIN agency_origin o ON o.gov = r.in_gov AND o.agency = r.in_agency "                                                      \
    "WHERE r.holder " of " AND r.status = 'active' AND r.voided_at IS NULL AND r.in_unit IS NULL AND r.in_place IS NULL) g "
#define MEETS "(g.valid_from IS NULL OR g.valid_from <= ?3) AND (g.valid_to IS NULL OR g.valid_to >= ?2) "

const struct query q_session_grants = {
    .name = "session.grants",
    .sql = "SELECT g.role, g.in_gov, g.in_agency, g.in_unit, g.in_place, g.valid_from, g.valid_to, v.zone FROM " IN_FORCE("= ?1")
           "LEFT JOIN government v ON v.id = g.in_gov WHERE " MEETS "ORDER BY g.steps, g.id, g.in_agency LIMIT ?4",
    .in = "iiii", .out = "tiiiiiii",
};
/* Roles of others, who are away and whom ?1 stands in for; the delegation counts no longer than the role. */
const struct query q_session_lent = {
    .name = "session.lent",
    .sql = "SELECT g.role, g.in_gov, g.in_agency, g.in_unit, g.in_place, g.valid_from, g.valid_to, v.zone, "
           "d.valid_from, d.valid_to, d.delegator, u.record_key, u.name, u.login "
           "FROM delegation d JOIN app_user u ON u.id = d.delegator JOIN "
           IN_FORCE("IN (SELECT delegator FROM delegation WHERE delegate = ?1 AND status = 'active' AND voided_at IS NULL)")
           "ON g.holder = d.delegator LEFT JOIN government v ON v.id = g.in_gov "
           "WHERE d.delegate = ?1 AND d.status = 'active' AND d.voided_at IS NULL AND d.valid_from <= ?3 AND d.valid_to >= ?2 "
           "AND u.disabled = 0 AND u.voided_at IS NULL AND " MEETS
           "AND (d.of_grant IS NULL OR d.of_grant = g.id) AND COALESCE(d.in_gov, 0) = COALESCE(g.in_gov, 0) "
           "ORDER BY d.id, g.steps, g.id, g.in_agency LIMIT ?4",
    .in = "iiii", .out = "tiiiiiiiiiiitt",
};
/* Roles that somebody has or shall have, and those lent to ?1 or offered; the last column: it counts in its time. */
const struct query q_held = {
    .name = "delegation.held",
    .sql = "SELECT id, role, valid_from, valid_to, in_gov, CASE WHEN status = 'active' THEN 1 ELSE 0 END FROM role_grant "
           "WHERE holder = ?1 AND status IN ('pending', 'active') AND voided_at IS NULL ORDER BY id LIMIT ?2",
    .in = "ii", .out = "itiiii",
};
const struct query q_lent = {
    .name = "delegation.lent",
    .sql = "SELECT g.id, g.role, d.valid_from, d.valid_to, d.in_gov, CASE WHEN d.status = 'active' THEN 1 ELSE 0 END "
           "FROM delegation d JOIN role_grant g ON g.holder = d.delegator AND g.status = 'active' AND g.voided_at IS NULL "
           "WHERE d.delegate = ?1 AND d.status = 'active' AND d.voided_at IS NULL "
           "AND (d.of_grant IS NULL OR d.of_grant = g.id) AND COALESCE(d.in_gov, 0) = COALESCE(g.in_gov, 0) "
           "ORDER BY d.id, g.id LIMIT ?2",
    .in = "ii", .out = "itiiii",
};
/* Delegations of ?1 that wait or run and meet the days ?2 to ?3. */
const struct query q_delegations_open = {
    .name = "delegation.open",
    .sql = "SELECT id, of_grant, in_gov FROM delegation WHERE delegator = ?1 AND status IN ('pending', 'offered', 'active') "
           "AND voided_at IS NULL AND valid_from <= ?3 AND valid_to >= ?2 ORDER BY id LIMIT ?4",
    .in = "iiii", .out = "iii",
};
/* Where somebody is one of the two, newest first. */
const struct query q_delegations_of = {
    .name = "delegation.of",
    .sql = "SELECT id FROM delegation WHERE (delegator = ?1 OR delegate = ?1) AND voided_at IS NULL ORDER BY id DESC LIMIT ?2",
    .in = "ii", .out = "i",
};
const struct query q_delegates_of = {
    .name = "delegation.delegates",
    .sql = "SELECT DISTINCT delegate FROM delegation WHERE delegator = ?1 AND voided_at IS NULL ORDER BY delegate LIMIT ?2",
    .in = "ii", .out = "i",
};
const struct query q_agencies_of = {
    .name = "role_grant.agencies",
    .sql = "SELECT a.name FROM role_grant g JOIN agency a ON a.gov = g.in_gov AND a.id = g.in_agency "
           "WHERE g.holder = ?1 AND g.status = 'active' AND g.voided_at IS NULL ORDER BY g.id LIMIT 20",
    .in = "i", .out = "t",
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
const struct query q_session_remove = {
    .name = "session.remove",
    .sql = "DELETE FROM session WHERE id IN (SELECT id FROM session WHERE seen_at < ?1 AND (ended_at IS NULL OR ended_at < ?1) "
           "ORDER BY id LIMIT ?2)",
    .in = "ii", .out = "",
};
const struct query q_session_end_every = {
    .name = "session.end-every",
    .sql = "UPDATE session SET ended_at = ?1, rev = rev + 1 WHERE ended_at IS NULL",
    .in = "i", .out = "",
};
const struct query q_token_end_every = {
    .name = "session.token-end-every",
    .sql = "UPDATE credential SET used_at = ?1, rev = rev + 1 WHERE kind = 'api' AND used_at IS NULL",
    .in = "i", .out = "",
};
const struct query q_session_list = {
    .name = "session.list",
    .sql = "SELECT id FROM session WHERE holder = ?1 AND ended_at IS NULL AND stage = 'open' AND made_at > ?2 AND seen_at > ?3 "
           "ORDER BY id DESC LIMIT ?4",
    .in = "iiii", .out = "i",
};
const struct query q_recovery = {
    .name = "user.recovery",
    .sql = "SELECT id, hash, key_id FROM credential WHERE holder = ?1 AND kind = 'recovery' AND used_at IS NULL "
           "ORDER BY id LIMIT ?2",
    .in = "ii", .out = "iti",
};
const struct query q_recovery_left = {
    .name = "user.recovery-left",
    .sql = "SELECT COUNT(*) FROM credential WHERE holder = ?1 AND kind = 'recovery' AND used_at IS NULL",
    .in = "i", .out = "i",
};
const struct query q_recovery_retire = {
    .name = "user.recovery-retire",
    .sql = "UPDATE credential SET used_at = ?1, rev = rev + 1 WHERE holder = ?2 AND kind = 'recovery' AND used_at IS NULL",
    .in = "ii", .out = "",
};
const struct query q_reset_open = {
    .name = "user.reset-open",
    .sql = "SELECT id, stands_for FROM credential WHERE holder = ?1 AND kind = 'reset' AND used_at IS NULL ORDER BY id DESC LIMIT 1",
    .in = "i", .out = "ii",
};
const struct query q_reset_retire = {
    .name = "user.reset-retire",
    .sql = "UPDATE credential SET used_at = ?1, rev = rev + 1 WHERE holder = ?2 AND kind IN ('reset', 'link') AND used_at IS NULL",
    .in = "ii", .out = "",
};
/* Mailed links of a kind. */
const struct query q_link_retire = {
    .name = "user.link-retire",
    .sql = "UPDATE credential SET used_at = ?1, rev = rev + 1 WHERE holder = ?2 AND kind = ?3 AND used_at IS NULL",
    .in = "iit", .out = "",
};
const struct query q_user_email = {
    .name = "user.email",
    .sql = "SELECT id FROM app_user WHERE LOWER(email) = ?1 AND email_at > 0 AND disabled = 0 AND voided_at IS NULL "
           "ORDER BY id LIMIT ?2",
    .in = "ti", .out = "i",
};
const struct query q_user_login = {
    .name = "user.login",
    .sql = "SELECT id FROM app_user WHERE login = ?1 AND voided_at IS NULL",
    .in = "t", .out = "i",
};
/* Administrators of the installation: others than ?1, and whether ?2 is one. */
const struct query q_admins = {
    .name = "user.admins",
    .sql = "SELECT COALESCE(SUM(CASE WHEN g.holder <> ?1 THEN 1 ELSE 0 END), 0), "
           "COALESCE(SUM(CASE WHEN g.holder = ?2 THEN 1 ELSE 0 END), 0) "
           "FROM role_grant g JOIN app_user u ON u.id = g.holder "
           "WHERE g.role = 'admin' AND g.status = 'active' AND g.in_gov IS NULL AND g.voided_at IS NULL "
           "AND u.disabled = 0 AND u.voided_at IS NULL",
    .in = "ii", .out = "ii",
};
const struct query q_grants_of = {
    .name = "user.grants",
    .sql = "SELECT id, role, valid_from, valid_to, in_gov, in_agency, in_unit, in_place FROM role_grant "
           "WHERE holder = ?1 AND status IN ('pending', 'active') AND voided_at IS NULL ORDER BY id LIMIT ?2",
    .in = "ii", .out = "itiiiiii",
};
const struct query q_setup_round = {
    .name = "setup.round",
    .sql = "SELECT round, SUM(CASE WHEN taken_at IS NULL THEN 1 ELSE 0 END) FROM setup_seat WHERE voided_at IS NULL "
           "GROUP BY round ORDER BY round DESC LIMIT 1",
    .in = "", .out = "ii",
};
const struct query q_setup_void = {
    .name = "setup.void",
    .sql = "UPDATE credential SET used_at = ?1, rev = rev + 1 WHERE kind = 'setup' AND used_at IS NULL",
    .in = "i", .out = "",
};
const struct query q_credential = {
    .name = "user.credential",
    .sql = "SELECT id FROM credential WHERE kind = ?1 AND hash = ?2",
    .in = "tt", .out = "i",
};
/* A token whose credential a restore has ended is none any more. */
const struct query q_tokens = {
    .name = "user.tokens",
    .sql = "SELECT t.id FROM api_token t WHERE t.holder = ?1 AND t.revoked_at IS NULL AND t.voided_at IS NULL "
           "AND EXISTS (SELECT 1 FROM credential c WHERE c.holder = ?1 AND c.stands_for = t.id AND c.used_at IS NULL) "
           "ORDER BY t.id DESC LIMIT 100",
    .in = "i", .out = "i",
};
/* Accounts of a home (NULL: all), by login behind ?2, whose login or name is like ?3. */
const struct query q_users = {
    .name = "user.list",
    .sql = "SELECT u.id, u.login, u.name, u.disabled, "
           "(SELECT COUNT(*) FROM role_grant g WHERE g.holder = u.id AND g.status = 'pending' AND g.voided_at IS NULL) "
           "FROM app_user u WHERE u.voided_at IS NULL AND (?1 IS NULL OR u.home = ?1) AND u.login > ?2 "
           "AND (u.login LIKE ?3 OR LOWER(u.name) LIKE ?3) ORDER BY u.login LIMIT ?4",
    .in = "itti", .out = "ittii",
};
const struct query q_grants_all = {
    .name = "user.grants-all",
    .sql = "SELECT id FROM role_grant WHERE holder = ?1 AND voided_at IS NULL ORDER BY id DESC LIMIT 100",
    .in = "i", .out = "i",
};
const struct query q_totp_behind = {
    .name = "rekey.totp",
    .sql = "SELECT id, totp FROM user_secret WHERE totp IS NOT NULL AND id > ?1 ORDER BY id LIMIT ?2",
    .in = "ii", .out = "it",
};
/* Its revision rises, so that a login that read the old text begins again and does not put it back. */
const struct query q_totp_reseal = {
    .name = "rekey.reseal",
    .sql = "UPDATE user_secret SET totp = ?2, rev = rev + 1 WHERE id = ?1 AND totp = ?3",
    .in = "itt", .out = "",
};
const struct query q_enrol_begun = {
    .name = "rekey.enrol",
    .sql = "SELECT enrol FROM session WHERE stage = 'enrol' AND enrol IS NOT NULL AND ended_at IS NULL AND made_at > ?1 "
           "ORDER BY id",
    .in = "i", .out = "t",
};
const struct query q_recovery_keys = {
    .name = "rekey.recovery",
    .sql = "SELECT key_id, COUNT(*) FROM credential WHERE kind = 'recovery' AND used_at IS NULL AND key_id IS NOT NULL "
           "GROUP BY key_id ORDER BY key_id",
    .in = "", .out = "ii",
};
const struct query q_keyring_keys = {
    .name = "rekey.keys",
    .sql = "SELECT id, number, retired_at FROM keyring_key ORDER BY number DESC LIMIT ?1",
    .in = "i", .out = "iii",
};
/* clang-format on */
