-- From a new code back to the old ones.
CREATE INDEX code_successor_to ON code_successor (to_set, to_code, to_scope, from_set, from_code, from_scope);
