-- The keys of the keyring by their number: when each came and left. The keys themselves are in a file.
CREATE TABLE keyring_key (
    id $id,
    rev $int NOT NULL,
    leaf_hash $blob NOT NULL,
    leaf_idx $int NOT NULL,
    record_key $int,
    voided_at $int,
    number $int NOT NULL,
    made_at $int NOT NULL,
    retired_at $int
);
CREATE UNIQUE INDEX keyring_key_number ON keyring_key (number);
