-- Orders to erase a person: by whom, confirmed by whom. The person is a number that leads to an emptied row.
CREATE TABLE erase_order (
    id $id,
    rev $int NOT NULL,
    leaf_hash $blob NOT NULL,
    leaf_idx $int NOT NULL,
    record_key $int,
    voided_at $int,
    in_gov $int,
    subject $text NOT NULL,
    subject_id $int NOT NULL,
    reason $text NOT NULL,
    letter $text NOT NULL,
    files $text,
    status $text NOT NULL,
    ordered_by $int,
    confirmed_by $int,
    done_at $int
);
CREATE INDEX erase_order_in_gov ON erase_order (in_gov,id);
