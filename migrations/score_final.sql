-- How a programme year ends, penalties, and verdicts that come after it was frozen (docs/decisions/0020-frozen-years.md).
ALTER TABLE score_year ADD COLUMN snapshot $int;
ALTER TABLE score_year ADD COLUMN frozen_on $int;
ALTER TABLE score_verdict ADD COLUMN late_on $int;
CREATE TABLE score_penalty (
    gov $int NOT NULL,
    id $int NOT NULL,
    rev $int NOT NULL,
    leaf_hash $blob NOT NULL,
    leaf_idx $int NOT NULL,
    record_key $int,
    voided_at $int,
    year $int NOT NULL,
    title $text NOT NULL,
    points $text NOT NULL,
    value $int,
    reason $text NOT NULL,
    document $text NOT NULL,
    status $text NOT NULL,
    decided_on $int,
    origin $text NOT NULL,
    PRIMARY KEY (gov, id)
) $clustered;
CREATE INDEX score_penalty_year ON score_penalty (gov,year,id);
CREATE INDEX score_penalty_status ON score_penalty (gov,status,id);
