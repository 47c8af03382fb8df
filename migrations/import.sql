-- A file that was judged, and what became of it. The plan of what is to be written lies in files/impor until it was written
-- or dropped; `report` says what was wrong and is emptied with it, since both may hold data of persons.
CREATE TABLE import_run (
    gov $int NOT NULL,
    id $int NOT NULL,
    screen $text NOT NULL,
    by_user $int NOT NULL,
    by_name $text,
    file $text NOT NULL,
    size $int NOT NULL,
    sha256 $blob NOT NULL, -- of the file as it came
    plan $blob NOT NULL, -- SHA-256 of the plan
    state $text NOT NULL,
    n_rows $int NOT NULL,
    n_new $int NOT NULL,
    n_changed $int NOT NULL,
    n_same $int NOT NULL,
    n_left $int NOT NULL,
    n_wrong $int NOT NULL,
    n_kept $int NOT NULL, -- could not be taken back
    job $int,
    made_at $int NOT NULL,
    ended_at $int,
    undone_at $int,
    error $text,
    report $text,
    PRIMARY KEY (gov, id)
);
CREATE INDEX import_run_screen ON import_run (gov, screen, id);
CREATE INDEX import_run_waits ON import_run (state, made_at);

-- The rows that a run wrote, in the order of the file, with the revision that it left: what has to be taken back.
CREATE TABLE import_row (
    gov $int NOT NULL,
    run $int NOT NULL,
    n $int NOT NULL,
    record $int NOT NULL,
    rev $int NOT NULL, -- 1: the row was made
    PRIMARY KEY (gov, run, n)
) $clustered;
