-- Governments and their agencies; people, accounts, roles, sessions and what opens them (src/core/user/README.md).
CREATE TABLE government (
    id $id,
    rev $int NOT NULL,
    leaf_hash $blob NOT NULL,
    leaf_idx $int NOT NULL,
    record_key $int,
    voided_at $int,
    kind $text NOT NULL,
    code $text NOT NULL,
    slug $text NOT NULL,
    name $text NOT NULL,
    parent $int,
    zone $int NOT NULL,
    valid_from $int,
    valid_to $int
);
CREATE INDEX government_kind ON government (kind,id);
CREATE UNIQUE INDEX government_code ON government (code);
CREATE UNIQUE INDEX government_slug ON government (slug);
CREATE INDEX government_parent ON government (parent,id);
CREATE TABLE agency (
    gov $int NOT NULL,
    id $int NOT NULL,
    rev $int NOT NULL,
    leaf_hash $blob NOT NULL,
    leaf_idx $int NOT NULL,
    record_key $int,
    voided_at $int,
    code $text NOT NULL,
    name $text NOT NULL,
    short_name $text,
    kind $text NOT NULL,
    valid_from $int,
    valid_to $int,
    successor $int,
    PRIMARY KEY (gov, id)
) $clustered;
CREATE UNIQUE INDEX agency_code ON agency (gov,code);
CREATE TABLE unit (
    gov $int NOT NULL,
    id $int NOT NULL,
    rev $int NOT NULL,
    leaf_hash $blob NOT NULL,
    leaf_idx $int NOT NULL,
    record_key $int,
    voided_at $int,
    agency $int NOT NULL,
    code $text NOT NULL,
    name $text NOT NULL,
    valid_from $int,
    valid_to $int,
    PRIMARY KEY (gov, id)
) $clustered;
CREATE INDEX unit_agency ON unit (gov,agency,id);
CREATE UNIQUE INDEX unit_code ON unit (gov,code);
CREATE TABLE person (
    gov $int NOT NULL,
    id $int NOT NULL,
    rev $int NOT NULL,
    leaf_hash $blob NOT NULL,
    leaf_idx $int NOT NULL,
    record_key $int,
    voided_at $int,
    name $text,
    nip $text,
    email $text,
    phone $text,
    account $int,
    PRIMARY KEY (gov, id)
) $clustered;
CREATE INDEX person_name ON person (gov,name,id);
CREATE UNIQUE INDEX person_nip ON person (gov,nip);
CREATE INDEX person_account ON person (gov,account,id);
CREATE TABLE app_user (
    id $id,
    rev $int NOT NULL,
    leaf_hash $blob NOT NULL,
    leaf_idx $int NOT NULL,
    record_key $int,
    voided_at $int,
    login $text,
    name $text,
    email $text,
    nip $text,
    home $int,
    disabled $int NOT NULL,
    secret_at $int
);
CREATE UNIQUE INDEX app_user_login ON app_user (login);
CREATE INDEX app_user_home ON app_user (home,id);
CREATE TABLE user_secret (
    id $id,
    rev $int NOT NULL,
    voided_at $int,
    password $text,
    totp $text,
    totp_step $int,
    must_change $int NOT NULL,
    first_until $int
);
CREATE TABLE role_grant (
    id $id,
    rev $int NOT NULL,
    leaf_hash $blob NOT NULL,
    leaf_idx $int NOT NULL,
    record_key $int,
    voided_at $int,
    holder $int NOT NULL,
    role $text NOT NULL,
    in_gov $int,
    in_agency $int,
    in_unit $int,
    in_place $int,
    valid_from $int,
    valid_to $int,
    status $text NOT NULL,
    given_by $int,
    approved_by $int,
    ended_by $int,
    basis $text
);
CREATE INDEX role_grant_holder ON role_grant (holder,id);
CREATE INDEX role_grant_role ON role_grant (role,id);
CREATE INDEX role_grant_in_gov ON role_grant (in_gov,id);
CREATE INDEX role_grant_status ON role_grant (status,id);
CREATE TABLE session (
    id $id,
    rev $int NOT NULL,
    voided_at $int,
    hash $text NOT NULL,
    holder $int NOT NULL,
    stage $text NOT NULL,
    made_at $int NOT NULL,
    seen_at $int NOT NULL,
    ended_at $int,
    second_factor $int NOT NULL,
    stepped_up $int,
    enrol $text,
    address $text,
    agent $text
);
CREATE UNIQUE INDEX session_hash ON session (hash);
CREATE INDEX session_holder ON session (holder,id);
CREATE TABLE api_token (
    id $id,
    rev $int NOT NULL,
    leaf_hash $blob NOT NULL,
    leaf_idx $int NOT NULL,
    record_key $int,
    voided_at $int,
    holder $int NOT NULL,
    name $text NOT NULL,
    scope $text NOT NULL,
    expires $int NOT NULL,
    revoked_at $int
);
CREATE INDEX api_token_holder ON api_token (holder,id);
CREATE TABLE setup_seat (
    id $id,
    rev $int NOT NULL,
    leaf_hash $blob NOT NULL,
    leaf_idx $int NOT NULL,
    record_key $int,
    voided_at $int,
    round $int NOT NULL,
    seat $int NOT NULL,
    taken_by $int,
    taken_at $int
);
CREATE TABLE credential (
    id $id,
    rev $int NOT NULL,
    voided_at $int,
    holder $int,
    kind $text NOT NULL,
    hash $text NOT NULL,
    key_id $int,
    stands_for $int,
    used_at $int
);
CREATE INDEX credential_holder ON credential (holder,id);
CREATE UNIQUE INDEX credential_hash ON credential (hash);
