-- Whose address a customer keeps a start from: a keyed hash, gone with the hold. NULL for staff and for the program itself.
ALTER TABLE holds ADD COLUMN kept_by bytea;
CREATE INDEX holds_kept_by ON holds (kept_by) WHERE kept_by IS NOT NULL;
