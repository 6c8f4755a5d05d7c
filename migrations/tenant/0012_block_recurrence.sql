-- A block without a location and a resource closes the whole business.
ALTER TABLE blocks DROP CONSTRAINT blocks_subject;
ALTER TABLE blocks ADD CONSTRAINT blocks_subject CHECK (num_nonnulls(location_id, resource_id) <= 1);

-- A block that recurs: starts_at and ends_at are its first time, whose wall clock in time_zone is kept.
ALTER TABLE blocks
  ADD COLUMN rrule        text,
  ADD COLUMN time_zone    text,
  ADD COLUMN last_ends_at timestamptz,  -- the end of its last time; NULL where it recurs without end, or is once
  ADD CONSTRAINT blocks_recurrence CHECK ((rrule IS NULL) = (time_zone IS NULL));

CREATE INDEX blocks_business ON blocks (ends_at) WHERE archived_at IS NULL AND location_id IS NULL AND resource_id IS NULL;
CREATE INDEX blocks_recurring ON blocks (starts_at) WHERE archived_at IS NULL AND rrule IS NOT NULL;
