-- Numbers that a law, a decree or the operator sets, each with the days it counts on.
CREATE TABLE parameter (
    gov $int NOT NULL,
    id $int NOT NULL,
    rev $int NOT NULL,
    leaf_hash $blob NOT NULL,
    leaf_idx $int NOT NULL,
    record_key $int,
    voided_at $int,
    code $text NOT NULL,
    value $text NOT NULL,
    valid_from $int NOT NULL,
    valid_to $int,
    basis $text NOT NULL,
    verified $int NOT NULL,
    note $text,
    status $text NOT NULL,
    PRIMARY KEY (gov, id)
) $clustered;
CREATE INDEX parameter_code ON parameter (gov,code,id);
CREATE INDEX parameter_status ON parameter (gov,status,id);
