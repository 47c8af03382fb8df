-- Words of rows for search, folded by the program. SQLite has them in a full-text index beside, PostgreSQL in a column.
-- sqlite: CREATE TABLE search_row (id INTEGER PRIMARY KEY, gov INTEGER NOT NULL, entity TEXT NOT NULL, record INTEGER NOT NULL, words TEXT NOT NULL, UNIQUE (gov, entity, record));
-- sqlite: CREATE VIRTUAL TABLE search_word USING fts5 (words, content = 'search_row', content_rowid = 'id', tokenize = 'ascii tokenchars _', detail = none, columnsize = 0);
-- postgresql: CREATE TABLE search_row (gov BIGINT NOT NULL, entity TEXT COLLATE "C" NOT NULL, record BIGINT NOT NULL, words TEXT COLLATE "C" NOT NULL, found TSVECTOR GENERATED ALWAYS AS (array_to_tsvector(string_to_array(words, ' '))) STORED, PRIMARY KEY (gov, entity, record));
-- postgresql: CREATE INDEX search_row_found ON search_row USING GIN (found);

-- Evidence files beside records; the bytes lie in the folder of files under the name in "file".
CREATE TABLE attachment (
    gov $int NOT NULL,
    id $int NOT NULL,
    rev $int NOT NULL,
    leaf_hash $blob NOT NULL,
    leaf_idx $int NOT NULL,
    record_key $int,
    voided_at $int,
    record $int NOT NULL,
    of_entity $text NOT NULL,
    file $text,
    name $text NOT NULL,
    media $text NOT NULL,
    size $int NOT NULL,
    sha256 $text NOT NULL,
    previous $int,
    version $int NOT NULL,
    note $text,
    author $int NOT NULL,
    author_name $text NOT NULL,
    added_at $int NOT NULL,
    PRIMARY KEY (gov, record, id)
) $clustered;
CREATE UNIQUE INDEX attachment_file ON attachment (gov,file);
CREATE INDEX attachment_sha256 ON attachment (gov,sha256,id);
CREATE INDEX attachment_author ON attachment (gov,author,id);

-- What people write beside records.
CREATE TABLE comment (
    gov $int NOT NULL,
    id $int NOT NULL,
    rev $int NOT NULL,
    leaf_hash $blob NOT NULL,
    record_key $int,
    voided_at $int,
    record $int NOT NULL,
    of_entity $text NOT NULL,
    body $text NOT NULL,
    author $int NOT NULL,
    author_name $text NOT NULL,
    written_at $int NOT NULL,
    PRIMARY KEY (gov, record, id)
) $clustered;
