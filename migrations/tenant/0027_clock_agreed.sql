-- How many seconds the wall clock was ahead of UTC at the start, by the rules of the day on which it was agreed. NULL where the version
-- of the program before this one wrote it: then it is what today's rules say of time_zone.
ALTER TABLE appointments   ADD COLUMN utc_offset_seconds integer;
ALTER TABLE group_sessions ADD COLUMN utc_offset_seconds integer;

-- By which rules of time zones the calendar was looked through last.
CREATE TABLE clock_checks (
  singleton  boolean PRIMARY KEY CHECK (singleton),
  rules      text NOT NULL,         -- '2025b'
  checked_at timestamptz NOT NULL
);
