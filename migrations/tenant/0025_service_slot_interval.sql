-- A service whose slot_interval_minutes isn't its own has 15 there, for the release before; a location's NULL is 15 too.
ALTER TABLE services  ADD COLUMN slot_interval_inherited boolean NOT NULL DEFAULT false;  -- the location's counts
ALTER TABLE locations ADD COLUMN slot_interval_minutes   integer CHECK (slot_interval_minutes BETWEEN 1 AND 1440);
