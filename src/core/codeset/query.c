/*
 * query.c: the statements over the tables of code sets. Not for: what they are used for.
 */
#include "core/codeset/query.h"

/* clang-format off */
#define SET_COLUMNS \
    "SELECT id, name, version, basis, valid_from, valid_to, n_rows, sha256, loaded_at, loaded_by, leaf_hash, leaf_idx FROM code_set "
#define SET_OUT "itttiiibitbi"

const struct query codeset_by_id = {
    .name = "codeset.by_id", .in = "i", .out = SET_OUT,
    .sql = SET_COLUMNS "WHERE id = ?1 AND state = 'loaded'"};

const struct query codeset_by_version = {
    .name = "codeset.by_version", .in = "tt", .out = SET_OUT,
    .sql = SET_COLUMNS "WHERE name = ?1 AND version = ?2 AND state = 'loaded'"};

const struct query codeset_by_day = {
    .name = "codeset.by_day", .in = "ti", .out = SET_OUT,
    .sql = SET_COLUMNS
        "WHERE name = ?1 AND state = 'loaded' "
        "AND (?2 IS NULL OR (COALESCE(valid_from, ?2) <= ?2 AND COALESCE(valid_to, ?2) >= ?2)) "
        "ORDER BY COALESCE(valid_from, -1000000) DESC, id DESC LIMIT 1"};

const struct query codeset_all = {
    .name = "codeset.all", .in = "i", .out = SET_OUT,
    .sql = SET_COLUMNS "WHERE state = 'loaded' ORDER BY name, COALESCE(valid_from, -1000000) DESC, id DESC LIMIT ?1"};

/* ---- codes ---- */

#define CODE_COLUMNS "SELECT code, scope, name, level, parent, more FROM code "
#define CODE_OUT "tttitt"

const struct query code_one = {
    .name = "code.one", .in = "itt", .out = CODE_OUT,
    .sql = CODE_COLUMNS
        "WHERE set_id = ?1 AND code = ?2 AND (scope = ?3 OR scope = 'both' OR scope = '') "
        "ORDER BY CASE WHEN scope = ?3 THEN 0 ELSE 1 END, scope LIMIT 1"};

const struct query code_below = {
    .name = "code.below", .in = "ittti", .out = CODE_OUT,
    .sql = CODE_COLUMNS "WHERE set_id = ?1 AND parent = ?2 AND (code, scope) > (?3, ?4) ORDER BY code, scope LIMIT ?5"};

const struct query code_prefix = {
    .name = "code.prefix", .in = "itttti", .out = CODE_OUT,
    .sql = CODE_COLUMNS
        "WHERE set_id = ?1 AND code >= ?2 AND code < ?3 AND (code, scope) > (?4, ?5) ORDER BY code, scope LIMIT ?6"};

const struct query code_words = {
    .name = "code.words", .in = "ittttti", .out = CODE_OUT,
    .sql = CODE_COLUMNS
        "WHERE set_id = ?1 AND (code, scope) > (?2, ?3) AND lower(name) LIKE ?4 ESCAPE '\\' "
        "AND lower(name) LIKE ?5 ESCAPE '\\' AND lower(name) LIKE ?6 ESCAPE '\\' ORDER BY code, scope LIMIT ?7"};

const struct query code_after = {
    .name = "code.after", .in = "itti", .out = CODE_OUT,
    .sql = CODE_COLUMNS "WHERE set_id = ?1 AND (code, scope) > (?2, ?3) ORDER BY code, scope LIMIT ?4"};

const struct query code_mapped = {
    .name = "code.mapped", .in = "iitt", .out = CODE_OUT,
    .sql =
        "SELECT c.code, c.scope, c.name, c.level, c.parent, c.more FROM code_successor s "
        "JOIN code c ON c.set_id = s.to_set AND c.code = s.to_code AND c.scope = s.to_scope "
        "WHERE s.from_set = ?1 AND s.to_set = ?2 AND s.from_code = ?3 AND s.from_scope = ?4 "
        "UNION ALL "
        "SELECT c.code, c.scope, c.name, c.level, c.parent, c.more FROM code c "
        "WHERE c.set_id = ?2 AND c.code = ?3 AND c.scope = ?4 AND NOT EXISTS (SELECT 1 FROM code_successor s "
        "WHERE s.from_set = ?1 AND s.to_set = ?2 AND s.from_code = ?3 AND s.from_scope = ?4) "
        "ORDER BY 1, 2 LIMIT 50"};

const struct query code_origin = {
    .name = "code.origin", .in = "iitt", .out = CODE_OUT,
    .sql =
        "SELECT c.code, c.scope, c.name, c.level, c.parent, c.more FROM code_successor s "
        "JOIN code c ON c.set_id = s.from_set AND c.code = s.from_code AND c.scope = s.from_scope "
        "WHERE s.to_set = ?1 AND s.from_set = ?2 AND s.to_code = ?3 AND s.to_scope = ?4 ORDER BY 1, 2 LIMIT 50"};

/* Does the mapping between the two sets speak of this old code, or of this new one? */
const struct query code_said = {
    .name = "code.said", .in = "iitt", .out = "i",
    .sql =
        "SELECT COUNT(*) FROM code_successor "
        "WHERE from_set = ?1 AND to_set = ?2 AND from_code = ?3 AND from_scope = ?4"};

const struct query code_said_of_new = {
    .name = "code.said_of_new", .in = "iitt", .out = "i",
    .sql =
        "SELECT COUNT(*) FROM code_successor "
        "WHERE to_set = ?1 AND from_set = ?2 AND to_code = ?3 AND to_scope = ?4"};

const struct query code_successor_put = {
    .name = "code.successor_put", .in = "ittitt", .out = "",
    .sql =
        "INSERT INTO code_successor (from_set, from_code, from_scope, to_set, to_code, to_scope) VALUES (?1, ?2, ?3, ?4, ?5, ?6) "
        "ON CONFLICT DO NOTHING"};

/* All that mappings say of a code: 1 what it became, 0 what it came from; the other code's name is NULL where it ended. */
const struct query code_changes = {
    .name = "code.changes", .in = "it", .out = "ittit",
    .sql =
        "SELECT 1, t.version, s.to_code, s.to_set, c.name FROM code_successor s JOIN code_set t ON t.id = s.to_set "
        "LEFT JOIN code c ON c.set_id = s.to_set AND c.code = s.to_code AND c.scope = s.to_scope "
        "WHERE s.from_set = ?1 AND s.from_code = ?2 "
        "UNION ALL "
        "SELECT 0, t.version, s.from_code, s.from_set, c.name FROM code_successor s JOIN code_set t ON t.id = s.from_set "
        "LEFT JOIN code c ON c.set_id = s.from_set AND c.code = s.from_code AND c.scope = s.from_scope "
        "WHERE s.to_set = ?1 AND s.to_code = ?2 ORDER BY 1, 2, 3 LIMIT 100"};

/* A list's version that is loaded: its id. */
const struct query codeset_any = {
    .name = "codeset.any", .in = "tt", .out = "i",
    .sql = "SELECT id FROM code_set WHERE name = ?1 AND version = ?2 AND state = 'loaded'"};

/* ---- days off ---- */

const struct query codeset_days = {
    .name = "codeset.days", .in = "ii", .out = "iitt",
    .sql =
        "SELECT id, day, name, kind FROM holiday "
        "WHERE gov = 0 AND voided_at IS NULL AND day >= ?1 AND day <= ?2 ORDER BY day, name"};

/* ---- loading ---- */

const struct query codeset_known = {
    .name = "codeset.known", .in = "t", .out = "itbi",
    .sql = "SELECT id, version, sha256, leaf_idx FROM code_set WHERE name = ?1 AND state = 'loaded' ORDER BY id"};

const struct query codeset_insert = {
    .name = "codeset.insert", .in = "itttiiib", .out = "",
    .sql =
        "INSERT INTO code_set (id, name, version, basis, valid_from, valid_to, state, n_rows, n_stored, sha256) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'loading', ?7, 0, ?8)"};

const struct query codeset_stored = {
    .name = "codeset.stored", .in = "iii", .out = "",
    .sql = "UPDATE code_set SET n_stored = ?3 WHERE id = ?1 AND state = 'loading' AND n_stored = ?2"};

const struct query codeset_publish = {
    .name = "codeset.publish", .in = "iitbi", .out = "",
    .sql =
        "UPDATE code_set SET state = 'loaded', loaded_at = ?2, loaded_by = ?3, leaf_hash = ?4, leaf_idx = ?5 "
        "WHERE id = ?1 AND state = 'loading' AND n_stored = n_rows"};

const struct query codeset_unfinished = {
    .name = "codeset.unfinished", .in = "t", .out = "i",
    .sql = "SELECT id FROM code_set WHERE name = ?1 AND state = 'loading' ORDER BY id LIMIT 1"};

const struct query codeset_remove = {
    .name = "codeset.remove", .in = "i", .out = "",
    .sql = "DELETE FROM code_set WHERE id = ?1 AND state = 'loading'"};

const struct query code_insert = {
    .name = "code.insert", .in = "itttitt", .out = "",
    .sql = "INSERT INTO code (set_id, code, scope, name, level, parent, more) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"};

/* Rows as a JSON array of arrays. PostgreSQL takes them two to four times faster so, SQLite a little slower. */
const struct query code_insert_many = {
    .name = "code.insert_many", .in = "it", .out = "",
    .sql =
        "INSERT INTO code (set_id, code, scope, name, level, parent, more) "
        "SELECT ?1, value ->> 0, value ->> 1, value ->> 2, CAST(value ->> 3 AS INTEGER), value ->> 4, value ->> 5 FROM json_each(?2)",
    .sql_pg =
        "INSERT INTO code (set_id, code, scope, name, level, parent, more) "
        "SELECT ?1, v ->> 0, v ->> 1, v ->> 2, CAST(v ->> 3 AS bigint), v ->> 4, v ->> 5 FROM json_array_elements(?2::json) AS v"};

const struct query code_count = {
    .name = "code.count", .in = "i", .out = "i",
    .sql = "SELECT COUNT(*) FROM code WHERE set_id = ?1"};

const struct query code_at = {
    .name = "code.at", .in = "ii", .out = "t",
    .sql = "SELECT code FROM code WHERE set_id = ?1 ORDER BY code, scope LIMIT 1 OFFSET ?2"};

const struct query code_remove_below = {
    .name = "code.remove_below", .in = "it", .out = "",
    .sql = "DELETE FROM code WHERE set_id = ?1 AND code < ?2"};

const struct query code_remove = {
    .name = "code.remove", .in = "i", .out = "",
    .sql = "DELETE FROM code WHERE set_id = ?1"};
/* clang-format on */

const struct query *const codeset_queries[CODESET_QUERIES] = {
    &codeset_by_id,    &codeset_by_version, &codeset_by_day,   &codeset_all,        &code_one,       &code_below,
    &code_prefix,      &code_words,         &code_after,       &code_mapped,        &codeset_days,   &codeset_known,
    &codeset_insert,   &codeset_stored,     &codeset_publish,  &codeset_unfinished, &codeset_remove, &code_insert,
    &code_insert_many, &code_count,         &code_at,          &code_remove_below,  &code_remove,    &codeset_any,
    &code_origin,      &code_said,          &code_said_of_new, &code_successor_put, &code_changes,
};
