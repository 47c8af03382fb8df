-- Scores of the programme: templates, reports, verdicts, snapshots (src/mod/oversight/README.md).
CREATE TABLE score_template (
    id $id,
    rev $int NOT NULL,
    leaf_hash $blob NOT NULL,
    leaf_idx $int NOT NULL,
    record_key $int,
    voided_at $int,
    code $text NOT NULL,
    name $text NOT NULL,
    year $int NOT NULL,
    version $int NOT NULL,
    status $text NOT NULL,
    bands $text NOT NULL,
    target $int,
    closes $int,
    note $text,
    source $text,
    origin $text NOT NULL
);
CREATE UNIQUE INDEX score_template_code ON score_template (code);
CREATE INDEX score_template_year ON score_template (year,id);
CREATE TABLE score_node (
    id $id,
    rev $int NOT NULL,
    leaf_hash $blob NOT NULL,
    leaf_idx $int NOT NULL,
    record_key $int,
    voided_at $int,
    template $int NOT NULL,
    parent $int,
    place $int NOT NULL,
    code $text NOT NULL,
    name $text NOT NULL,
    weight $int,
    method $text,
    params $text,
    owners $text,
    source $text,
    origin $text NOT NULL
);
CREATE INDEX score_node_template ON score_node (template,id);
CREATE TABLE score_requirement (
    id $id,
    rev $int NOT NULL,
    leaf_hash $blob NOT NULL,
    leaf_idx $int NOT NULL,
    record_key $int,
    voided_at $int,
    node $int NOT NULL,
    number $int NOT NULL,
    title $text NOT NULL,
    source $text,
    origin $text NOT NULL
);
CREATE INDEX score_requirement_node ON score_requirement (node,id);
CREATE TABLE score_year (
    gov $int NOT NULL,
    id $int NOT NULL,
    rev $int NOT NULL,
    leaf_hash $blob NOT NULL,
    leaf_idx $int NOT NULL,
    record_key $int,
    voided_at $int,
    template $int NOT NULL,
    title $text NOT NULL,
    status $text NOT NULL,
    closes $int,
    note $text,
    origin $text NOT NULL,
    PRIMARY KEY (gov, id)
) $clustered;
CREATE INDEX score_year_template ON score_year (gov,template,id);
CREATE UNIQUE INDEX score_year_title ON score_year (gov,title);
CREATE TABLE score_input (
    gov $int NOT NULL,
    id $int NOT NULL,
    rev $int NOT NULL,
    leaf_hash $blob NOT NULL,
    leaf_idx $int NOT NULL,
    record_key $int,
    voided_at $int,
    year $int NOT NULL,
    node $int NOT NULL,
    code $text NOT NULL,
    title $text NOT NULL,
    area $text NOT NULL,
    agency $int,
    self $text,
    pending $text,
    rehearsal $text,
    total $int,
    due $int,
    missing $int,
    waiting $int,
    waiting_since $int,
    verified $text,
    na $int NOT NULL,
    na_reason $text,
    status $text NOT NULL,
    note $text,
    origin $text NOT NULL,
    PRIMARY KEY (gov, id)
) $clustered;
CREATE INDEX score_input_year ON score_input (gov,year,id);
CREATE INDEX score_input_area ON score_input (gov,area,id);
CREATE INDEX score_input_agency ON score_input (gov,agency,id);
CREATE INDEX score_input_status ON score_input (gov,status,id);
CREATE TABLE score_verdict (
    gov $int NOT NULL,
    id $int NOT NULL,
    rev $int NOT NULL,
    leaf_hash $blob NOT NULL,
    leaf_idx $int NOT NULL,
    record_key $int,
    voided_at $int,
    input $int NOT NULL,
    title $text NOT NULL,
    verified $text,
    na $int NOT NULL,
    reason $text,
    origin $text NOT NULL,
    PRIMARY KEY (gov, id)
) $clustered;
CREATE INDEX score_verdict_input ON score_verdict (gov,input,id);
CREATE TABLE score_snapshot (
    gov $int NOT NULL,
    id $int NOT NULL,
    rev $int NOT NULL,
    leaf_hash $blob NOT NULL,
    leaf_idx $int NOT NULL,
    record_key $int,
    voided_at $int,
    year $int NOT NULL,
    title $text NOT NULL,
    as_of $int NOT NULL,
    self $int,
    verified $int,
    pending $int,
    rehearsal $int,
    penalty $int,
    missing $int,
    waiting $int,
    waiting_since $int,
    inputs $text,
    inputs_hash $text NOT NULL,
    origin $text NOT NULL,
    PRIMARY KEY (gov, id)
) $clustered;
CREATE INDEX score_snapshot_year ON score_snapshot (gov,year,id);
CREATE INDEX score_snapshot_as_of ON score_snapshot (gov,as_of,id);
CREATE TABLE score_line (
    gov $int NOT NULL,
    id $int NOT NULL,
    rev $int NOT NULL,
    leaf_hash $blob NOT NULL,
    leaf_idx $int NOT NULL,
    record_key $int,
    voided_at $int,
    snapshot $int NOT NULL,
    node $int NOT NULL,
    code $text NOT NULL,
    title $text NOT NULL,
    self $int,
    verified $int,
    pending $int,
    missing $int,
    waiting $int,
    waiting_since $int,
    due $int,
    PRIMARY KEY (gov, snapshot, id)
) $clustered;
