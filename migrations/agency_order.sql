-- The list of one agency, in its order and counted, from one index.
DROP INDEX action_item_agency;
CREATE INDEX action_item_agency ON action_item (gov,agency,voided_at,deadline,id);
