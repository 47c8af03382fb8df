-- Days off: rows of government 0 are national, the others closures by a local decree.
CREATE TABLE holiday (
    gov $int NOT NULL,
    id $int NOT NULL,
    rev $int NOT NULL,
    leaf_hash $blob NOT NULL,
    leaf_idx $int NOT NULL,
    record_key $int,
    voided_at $int,
    day $int NOT NULL,
    kind $text NOT NULL,
    name $text NOT NULL,
    basis $text,
    decreed $int,
    PRIMARY KEY (gov, id)
) $clustered;
CREATE INDEX holiday_day ON holiday (gov, day, id);

-- The clock of a record with a workflow, and who took which step: days in working days, dates in days since 1970.
CREATE TABLE flow_clock (
    gov $int NOT NULL,
    record $int NOT NULL,
    seq $int NOT NULL,          -- a change of the clock demands the one that was read
    entered_at $int NOT NULL,   -- the present state
    how $int NOT NULL,          -- enum flow_clock
    days $int NOT NULL,         -- total limit, 0 none
    used $int NOT NULL,         -- in stretches that have ended
    since $int,                 -- day 0 of the stretch that runs
    stopped $int,
    due $int,
    stage_days $int NOT NULL,
    stage_since $int,
    stage_due $int,
    promised $int,              -- the due date before the calendar changed
    ended $int,
    took $text NOT NULL,        -- " file:17 check:21 "
    task_agency $int,           -- key of the line in task: agency and
    task_due $int,              -- due; NULL: it has none
    PRIMARY KEY (gov, record)
) $clustered;

-- What waits for somebody: a line for each record that is not final, made from record and clock at any time.
CREATE TABLE task (
    gov $int NOT NULL,
    agency $int NOT NULL,       -- 0 without
    due $int NOT NULL,          -- the nearer limit; 9999-12-31 without
    record $int NOT NULL,
    kind $text NOT NULL,        -- flow.version.state
    title $text,
    about $text,
    unit $int,
    place $int,
    owner $int,                 -- only where the owner can take a step
    wide $int NOT NULL,         -- 1: roles of a whole government or of a place can take a step
    since $int NOT NULL,        -- when it came into the state
    days $int NOT NULL,         -- the limit that ends with due; 0 none
    stopped $int,               -- waits for the applicant since
    took $text NOT NULL,        -- as in flow_clock
    PRIMARY KEY (gov, agency, due, record)
) $clustered;
CREATE INDEX task_wide ON task (gov, due, record) WHERE wide = 1;
CREATE INDEX task_owner ON task (gov, owner, due, record) WHERE owner IS NOT NULL;
