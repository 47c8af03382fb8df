-- Official lists in versions: one row a set; its rows are in code. Only sets whose state is 'loaded' are ever shown.
CREATE TABLE code_set (
    id $id,
    name $text NOT NULL,
    version $text NOT NULL,
    basis $text NOT NULL,
    valid_from $int,
    valid_to $int,
    state $text NOT NULL,
    n_rows $int NOT NULL,
    n_stored $int NOT NULL,
    sha256 $blob NOT NULL,
    loaded_at $int,
    loaded_by $text,
    leaf_hash $blob,
    leaf_idx $int
);
CREATE UNIQUE INDEX code_set_version ON code_set (name, version);

-- Rows of a set: scope is '' or who may use the code; parent is '' at the top; more is '' or a JSON object of texts.
CREATE TABLE code (
    set_id $int NOT NULL,
    code $text NOT NULL,
    scope $text NOT NULL,
    name $text NOT NULL,
    level $int NOT NULL,
    parent $text NOT NULL,
    more $text NOT NULL,
    PRIMARY KEY (set_id, code, scope)
) $clustered;
CREATE INDEX code_parent ON code (set_id, parent, code, scope);

-- What a code of one version became in another; none when the code was dropped without a successor ('').
CREATE TABLE code_successor (
    from_set $int NOT NULL,
    from_code $text NOT NULL,
    from_scope $text NOT NULL,
    to_set $int NOT NULL,
    to_code $text NOT NULL,
    to_scope $text NOT NULL,
    PRIMARY KEY (from_set, to_set, from_code, from_scope, to_code, to_scope)
) $clustered;
