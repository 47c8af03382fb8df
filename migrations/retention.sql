-- Rows that hold data about persons past the time of their statement, as the daily job found them; `job` is the run that saw
-- the row last. Ids and days only: what is listed here has to be decided on by people.
CREATE TABLE retention_past (
    gov $int NOT NULL,
    entity $text NOT NULL,
    statement $text NOT NULL,
    record $int NOT NULL,
    until $int NOT NULL,
    job $int NOT NULL,
    PRIMARY KEY (gov, entity, statement, record)
) $clustered;
CREATE INDEX retention_past_job ON retention_past (job, record);
