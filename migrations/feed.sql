-- The secret address of a person's calendar, as its hash; a person has one at most.
CREATE TABLE calendar_feed (
    person $int NOT NULL PRIMARY KEY,
    hash $text NOT NULL,
    made_at $int NOT NULL
) $clustered;
CREATE UNIQUE INDEX calendar_feed_hash ON calendar_feed (hash);
