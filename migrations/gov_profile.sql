-- How a government presents itself: crest, letterhead, where to complain. One row a government.
CREATE TABLE gov_profile (
    id $id,
    rev $int NOT NULL,
    leaf_hash $blob NOT NULL,
    leaf_idx $int NOT NULL,
    record_key $int,
    voided_at $int,
    government $int NOT NULL,
    letter $text,
    address $text,
    postcode $text,
    phone $text,
    email $text,
    web $text,
    complaint $text,
    crest $text,
    crest_sha256 $text,
    crest_size $int,
    basis $text
);
CREATE UNIQUE INDEX gov_profile_government ON gov_profile (government);
