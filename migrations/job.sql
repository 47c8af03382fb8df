-- Long work, a row a job. `place` is where the next slice goes on: it moves in the transaction of the slice itself.
CREATE TABLE job (
    id $id,
    kind $text NOT NULL,
    gov $int NOT NULL,
    args $text NOT NULL,
    state $text NOT NULL,
    place $text NOT NULL,
    done $int NOT NULL,
    total $int NOT NULL,
    result $text,
    error $text,
    slices $int NOT NULL,
    attempts $int NOT NULL,
    made_at $int NOT NULL,
    started_at $int,
    heartbeat_at $int,
    ended_at $int,
    cancel_at $int,
    by_user $int NOT NULL,
    by_key $int NOT NULL,
    by_role $text NOT NULL,
    by_name $text,
    by_unit $text
);
CREATE INDEX job_state ON job (state, id);
CREATE INDEX job_gov ON job (gov, id);
CREATE INDEX job_user ON job (by_user, gov, id);

-- Days on which a daily kind has started: once a day, whatever the clock does.
CREATE TABLE job_day (
    kind $text NOT NULL,
    day $int NOT NULL,
    job $int NOT NULL,
    PRIMARY KEY (kind, day)
) $clustered;

-- Effects outside the database. due_at is NULL when nothing is left to do; args are emptied once it is done.
CREATE TABLE outbox (
    id $id,
    kind $text NOT NULL,
    effect_key $text NOT NULL,
    args $text NOT NULL,
    made_at $int NOT NULL,
    since_at $int NOT NULL,
    due_at $int,
    attempts $int NOT NULL,
    last_error $text,
    done_at $int,
    given_up_at $int
);
CREATE UNIQUE INDEX outbox_key ON outbox (kind, effect_key);
CREATE INDEX outbox_due ON outbox (due_at, id);
CREATE INDEX outbox_given_up ON outbox (given_up_at, id);
CREATE INDEX outbox_done ON outbox (done_at, id);
