-- The records that a person opened last: ids only, ten a person and government.
CREATE TABLE recent (
    person $int NOT NULL,
    gov $int NOT NULL,
    record $int NOT NULL,
    entity $text NOT NULL,
    at $int NOT NULL,
    PRIMARY KEY (person, gov, record)
) $clustered;
