-- Whose room a file takes, and how much is taken: the bytes of each agency, 0 for files of none.
ALTER TABLE attachment ADD COLUMN agency $int;
CREATE TABLE file_use (
    gov $int NOT NULL,
    agency $int NOT NULL,
    bytes $int NOT NULL,
    PRIMARY KEY (gov, agency)
) $clustered;
INSERT INTO file_use (gov, agency, bytes)
SELECT gov, 0, CAST(sum(size) AS BIGINT) FROM attachment WHERE file IS NOT NULL GROUP BY gov;
