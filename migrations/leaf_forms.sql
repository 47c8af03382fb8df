-- The forms of the leaves (/ledger/1/forms) as they were: a row whenever they changed. The leaf has the hash, the row the text.
CREATE TABLE leaf_forms (
    id $id,
    rev $int NOT NULL,
    leaf_hash $blob NOT NULL,
    leaf_idx $int NOT NULL,
    record_key $int,
    voided_at $int,
    sha256 $text NOT NULL,
    body $text NOT NULL
);
