-- The number of a resident, and the keyed index by which a person is found by it: nothing else leads from a number to a row.
ALTER TABLE person ADD COLUMN nik $text;
CREATE TABLE person_number (
    gov $int NOT NULL,
    hash $blob NOT NULL,
    key_id $int NOT NULL,
    person $int NOT NULL,
    PRIMARY KEY (gov, hash)
) $clustered;
CREATE INDEX person_number_person ON person_number (gov,person);
CREATE INDEX person_number_key ON person_number (key_id,gov,person);
