-- Reorganisations: which agencies ended and which came after them (docs/decisions/0012).
CREATE TABLE reorganisation (
    gov $int NOT NULL,
    id $int NOT NULL,
    rev $int NOT NULL,
    leaf_hash $blob NOT NULL,
    leaf_idx $int NOT NULL,
    record_key $int,
    voided_at $int,
    day $int NOT NULL,
    kind $text NOT NULL,
    basis $text NOT NULL,
    status $text NOT NULL,
    roles $int NOT NULL,
    made_by $int,
    decided_by $int,
    PRIMARY KEY (gov, id)
) $clustered;
CREATE INDEX reorganisation_day ON reorganisation (gov,day,id);
CREATE TABLE reorganisation_part (
    gov $int NOT NULL,
    id $int NOT NULL,
    rev $int NOT NULL,
    leaf_hash $blob NOT NULL,
    leaf_idx $int NOT NULL,
    record_key $int,
    voided_at $int,
    reorganisation $int NOT NULL,
    side $text NOT NULL,
    agency $int,
    code $text,
    name $text,
    short_name $text,
    kind $text,
    PRIMARY KEY (gov, id)
) $clustered;
CREATE INDEX reorganisation_part_reorganisation ON reorganisation_part (gov,reorganisation,id);
CREATE TABLE agency_origin (
    gov $int NOT NULL,
    id $int NOT NULL,
    rev $int NOT NULL,
    leaf_hash $blob NOT NULL,
    leaf_idx $int NOT NULL,
    record_key $int,
    voided_at $int,
    agency $int NOT NULL,
    origin $int NOT NULL,
    reorganisation $int NOT NULL,
    steps $int NOT NULL,
    day $int NOT NULL,
    PRIMARY KEY (gov, id)
) $clustered;
CREATE INDEX agency_origin_agency ON agency_origin (gov,agency,id);
CREATE INDEX agency_origin_origin ON agency_origin (gov,origin,id);
