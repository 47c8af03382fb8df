-- Which values of which rows were erased with a person: the places show it. The values are nowhere.
CREATE TABLE erased (
    gov $int NOT NULL,
    record $int NOT NULL,
    field $text NOT NULL,
    entity $text NOT NULL,
    at $int NOT NULL,
    PRIMARY KEY (gov, record, field)
) $clustered;
