-- What happened that somebody may want to hear of, until it was told. Ids and codes only.
CREATE TABLE cause (
    id $id,
    gov $int NOT NULL,
    record $int NOT NULL,
    entity $text NOT NULL,
    what $text NOT NULL,
    word $text,
    person $int,
    by_user $int,
    due $int,
    at $int NOT NULL
);

-- What a person was told. The words are made when it is read, of what the person may see then.
CREATE TABLE notice (
    person $int NOT NULL,       -- user
    id $int NOT NULL,           -- of the cause
    kind $text NOT NULL,        -- turn, soon, late, comment, decision, security
    gov $int NOT NULL,
    record $int NOT NULL,
    entity $text NOT NULL,
    what $text NOT NULL,        -- as in cause
    word $text,
    by_user $int,
    due $int,
    at $int NOT NULL,
    in_app $int NOT NULL,       -- 0: only for the mail of the morning
    read_at $int,
    PRIMARY KEY (person, id)
) $clustered;
CREATE INDEX notice_unread ON notice (person, id) WHERE read_at IS NULL AND in_app = 1;
CREATE INDEX notice_open ON notice (gov, record, person, id) WHERE read_at IS NULL;
CREATE INDEX notice_at ON notice (at, person, id);

-- What a person chose to hear of, and how; a kind without a row has what the program proposes.
CREATE TABLE notice_choice (
    person $int NOT NULL,
    kind $text NOT NULL,
    in_app $int NOT NULL,       -- 1, 0
    mail $text NOT NULL,        -- none, digest, once
    PRIMARY KEY (person, kind)
) $clustered;
