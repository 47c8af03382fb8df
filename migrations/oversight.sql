-- Action plans, their actions, and who owns these (src/mod/oversight/README.md).
CREATE TABLE action_plan (
    gov $int NOT NULL,
    id $int NOT NULL,
    rev $int NOT NULL,
    leaf_hash $blob NOT NULL,
    leaf_idx $int NOT NULL,
    record_key $int,
    voided_at $int,
    code $text NOT NULL,
    title $text NOT NULL,
    year $int NOT NULL,
    status $text NOT NULL,
    decree_no $text,
    decree_date $int,
    note $text,
    source $text,
    origin $text NOT NULL,
    PRIMARY KEY (gov, id)
) $clustered;
CREATE UNIQUE INDEX action_plan_code ON action_plan (gov,code);
CREATE INDEX action_plan_year ON action_plan (gov,year,id);
CREATE TABLE action_item (
    gov $int NOT NULL,
    id $int NOT NULL,
    rev $int NOT NULL,
    leaf_hash $blob NOT NULL,
    leaf_idx $int NOT NULL,
    record_key $int,
    voided_at $int,
    plan $int NOT NULL,
    number $int,
    area $text NOT NULL,
    action $text NOT NULL,
    output $text,
    agency $int,
    owners $text,
    pic $int,
    pic_name $text,
    deadline $int,
    deadline_text $text,
    target $int,
    progress $int,
    status $text NOT NULL,
    claimed_on $int,
    accepted_on $int,
    note $text,
    source $text,
    origin $text NOT NULL,
    PRIMARY KEY (gov, id)
) $clustered;
CREATE INDEX action_item_plan ON action_item (gov,plan,id);
CREATE INDEX action_item_area ON action_item (gov,area,id);
CREATE INDEX action_item_agency ON action_item (gov,agency,id);
CREATE INDEX action_item_deadline ON action_item (gov,deadline,id);
CREATE INDEX action_item_status ON action_item (gov,status,id);
CREATE TABLE action_owner (
    gov $int NOT NULL,
    id $int NOT NULL,
    rev $int NOT NULL,
    leaf_hash $blob NOT NULL,
    leaf_idx $int NOT NULL,
    record_key $int,
    voided_at $int,
    item $int NOT NULL,
    agency $int,
    name $text NOT NULL,
    PRIMARY KEY (gov, item, id)
) $clustered;
