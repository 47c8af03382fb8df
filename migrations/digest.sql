-- The mail of the morning: for which day it was begun in a zone, and up to when each person has had one.
CREATE TABLE digest_run (
    zone $int NOT NULL,         -- minutes east of UTC
    day $int NOT NULL,
    PRIMARY KEY (zone, day)
) $clustered;
CREATE TABLE digest_last (
    person $int NOT NULL PRIMARY KEY,
    made_at $int NOT NULL
) $clustered;
