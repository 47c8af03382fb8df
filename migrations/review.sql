-- Reviews with the supervisor, commitments, recommendations (docs/decisions/0021-reviews.md).
CREATE TABLE review_session (
    gov $int NOT NULL,
    id $int NOT NULL,
    rev $int NOT NULL,
    leaf_hash $blob NOT NULL,
    leaf_idx $int NOT NULL,
    record_key $int,
    voided_at $int,
    code $text NOT NULL,
    title $text NOT NULL,
    series $text,
    held_on $int NOT NULL,
    starts $text,
    place $text NOT NULL,
    delegation $text,
    team $text,
    minutes_no $text,
    status $text NOT NULL,
    minutes $text,
    minutes_hash $text,
    gov_hash $text,
    team_hash $text,
    locked_on $int,
    signed_on $int,
    origin $text NOT NULL,
    PRIMARY KEY (gov, id)
) $clustered;
CREATE UNIQUE INDEX review_session_code ON review_session (gov,code);
CREATE INDEX review_session_series ON review_session (gov,series,id);
CREATE INDEX review_session_held_on ON review_session (gov,held_on,id);
CREATE INDEX review_session_status ON review_session (gov,status,id);
CREATE TABLE review_topic (
    gov $int NOT NULL,
    id $int NOT NULL,
    rev $int NOT NULL,
    leaf_hash $blob NOT NULL,
    leaf_idx $int NOT NULL,
    record_key $int,
    voided_at $int,
    session $int NOT NULL,
    number $int NOT NULL,
    title $text NOT NULL,
    area $text,
    action $int,
    reported $text,
    found $text,
    conclusion $text NOT NULL,
    PRIMARY KEY (gov, session, id)
) $clustered;
CREATE TABLE commitment (
    gov $int NOT NULL,
    id $int NOT NULL,
    rev $int NOT NULL,
    leaf_hash $blob NOT NULL,
    leaf_idx $int NOT NULL,
    record_key $int,
    voided_at $int,
    session $int NOT NULL,
    topic $int,
    code $text NOT NULL,
    text $text NOT NULL,
    agency $int NOT NULL,
    position $text,
    deadline $int NOT NULL,
    status $text NOT NULL,
    claimed_on $int,
    judged_on $int,
    origin $text NOT NULL,
    PRIMARY KEY (gov, id)
) $clustered;
CREATE INDEX commitment_session ON commitment (gov,session,id);
CREATE UNIQUE INDEX commitment_code ON commitment (gov,code);
CREATE INDEX commitment_agency ON commitment (gov,agency,voided_at,deadline,id);
CREATE INDEX commitment_deadline ON commitment (gov,deadline,id);
CREATE INDEX commitment_status ON commitment (gov,status,id);
CREATE TABLE recommendation (
    gov $int NOT NULL,
    id $int NOT NULL,
    rev $int NOT NULL,
    leaf_hash $blob NOT NULL,
    leaf_idx $int NOT NULL,
    record_key $int,
    voided_at $int,
    number $text NOT NULL,
    issuer $text NOT NULL,
    session $int,
    action $int,
    basis $text,
    text $text NOT NULL,
    agency $int NOT NULL,
    position $text,
    issued_on $int NOT NULL,
    deadline $int NOT NULL,
    status $text NOT NULL,
    answer $text,
    claimed_on $int,
    closed_on $int,
    origin $text NOT NULL,
    PRIMARY KEY (gov, id)
) $clustered;
CREATE UNIQUE INDEX recommendation_number ON recommendation (gov,number);
CREATE INDEX recommendation_issuer ON recommendation (gov,issuer,id);
CREATE INDEX recommendation_session ON recommendation (gov,session,id);
CREATE INDEX recommendation_agency ON recommendation (gov,agency,voided_at,deadline,id);
CREATE INDEX recommendation_deadline ON recommendation (gov,deadline,id);
CREATE INDEX recommendation_status ON recommendation (gov,status,id);
