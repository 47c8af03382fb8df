-- For whom somebody stood in who wrote a line of the history or started a job.
ALTER TABLE history ADD COLUMN for_user $int;
ALTER TABLE history ADD COLUMN for_name $text;
ALTER TABLE job ADD COLUMN for_user $int;
ALTER TABLE job ADD COLUMN for_key $int;
ALTER TABLE job ADD COLUMN for_name $text;
-- Who stands in for whom, with which roles and how long.
CREATE TABLE delegation (
    id $id,
    rev $int NOT NULL,
    leaf_hash $blob NOT NULL,
    leaf_idx $int NOT NULL,
    record_key $int,
    voided_at $int,
    delegator $int NOT NULL,
    delegate $int NOT NULL,
    in_gov $int,
    of_grant $int,
    valid_from $int NOT NULL,
    valid_to $int NOT NULL,
    kind $text NOT NULL,
    reason $text,
    basis $text NOT NULL,
    status $text NOT NULL,
    given_by $int,
    approved_by $int,
    ended_by $int
);
CREATE INDEX delegation_delegator ON delegation (delegator,id);
CREATE INDEX delegation_delegate ON delegation (delegate,id);
CREATE INDEX delegation_in_gov ON delegation (in_gov,id);
