-- What somebody has typed into a form and not yet sent. Forgotten after 30 days, since it may hold data of persons.
CREATE TABLE form_draft (
    by_user $int NOT NULL,
    gov $int NOT NULL,
    screen $text NOT NULL,
    record $int NOT NULL, -- 0: of a row that is not yet there
    rev $int NOT NULL,
    typed $text NOT NULL,
    at $int NOT NULL,
    PRIMARY KEY (by_user, gov, screen, record)
) $clustered;
CREATE INDEX form_draft_at ON form_draft (at);

-- Who looked at the personal values of a record in full, and why; the session may do so for ten minutes.
CREATE TABLE read_pass (
    gov $int NOT NULL,
    record $int NOT NULL,
    id $int NOT NULL,
    entity $text NOT NULL,
    session $int NOT NULL,
    by_user $int NOT NULL,
    reason $text NOT NULL,
    at $int NOT NULL,
    leaf_idx $int,
    leaf_hash $blob NOT NULL,
    PRIMARY KEY (gov, record, id)
) $clustered;
