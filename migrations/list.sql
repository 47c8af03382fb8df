-- Saved views of lists: an address kept under a name, for one person, or for the people of an agency too.
CREATE TABLE saved_view (
    gov $int NOT NULL,
    id $int NOT NULL,
    rev $int NOT NULL,
    voided_at $int,
    person $int NOT NULL,
    agency $int,
    screen $text NOT NULL,
    name $text NOT NULL,
    query $text,
    PRIMARY KEY (gov, id)
) $clustered;
CREATE INDEX saved_view_person ON saved_view (gov, person, id);

-- Files with personal data: who took one, when and why; beside its leaf `export` in the ledger.
CREATE TABLE export_note (
    gov $int NOT NULL,
    id $int NOT NULL,
    rev $int NOT NULL,
    voided_at $int,
    at $int NOT NULL,
    person $int NOT NULL,
    session $int NOT NULL,
    screen $text NOT NULL,
    format $text NOT NULL,
    query $text,
    reason $text NOT NULL,
    reason_key $int NOT NULL,
    PRIMARY KEY (gov, id)
) $clustered;
CREATE INDEX export_note_person ON export_note (gov, person, id);
