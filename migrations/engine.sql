-- History of rows: what changed, by whom and why; beside the row's own entry in the ledger (leaf_idx, NULL when sealed).
CREATE TABLE history (
    gov $int NOT NULL,
    record $int NOT NULL,
    rev $int NOT NULL,
    entity $text NOT NULL,
    at $int NOT NULL,
    by_user $int,
    by_name $text,
    role $text NOT NULL,
    step $text,
    reason $text,
    remark $text,
    changed $text NOT NULL,
    leaf_idx $int,
    leaf_hash $blob,
    PRIMARY KEY (gov, record, rev)
) $clustered;

-- Requests that were carried out, so that a second arrival of the same one does nothing.
CREATE TABLE once_key (
    once $text NOT NULL PRIMARY KEY,
    answer $text NOT NULL,
    at $int NOT NULL
) $clustered;
CREATE INDEX once_key_at ON once_key (at);
