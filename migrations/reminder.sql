-- What was reminded of and raised, once for each day due and stage.
CREATE TABLE reminder (
    gov $int NOT NULL,
    record $int NOT NULL,
    due $int NOT NULL,
    stage $text NOT NULL,       -- early, soon, today, late, raised
    role $text NOT NULL,        -- of raised; '' otherwise
    at $int NOT NULL,
    PRIMARY KEY (gov, record, due, stage, role)
) $clustered;
