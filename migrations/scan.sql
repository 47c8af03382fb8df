-- What the operator's virus scanner said of a file: clean, waiting (in quarantine), found. Files of before were not scanned.
ALTER TABLE attachment ADD COLUMN scan $text;
