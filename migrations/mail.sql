-- Addresses that are confirmed before mail goes there, the language of mails, and until when a mailed link is good.
ALTER TABLE app_user ADD COLUMN email_new $text;
ALTER TABLE app_user ADD COLUMN email_at $int;
ALTER TABLE app_user ADD COLUMN language $text;
ALTER TABLE credential ADD COLUMN until $int;
