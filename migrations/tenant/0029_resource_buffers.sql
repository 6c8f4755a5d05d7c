-- What a resource needs kept free around each of its appointments, such as a room that is cleaned: the longer of this and the
-- service's counts. What is booked keeps its own in allocations.busy_range.
ALTER TABLE resources
  ADD COLUMN buffer_before_minutes integer NOT NULL DEFAULT 0 CHECK (buffer_before_minutes >= 0),
  ADD COLUMN buffer_after_minutes  integer NOT NULL DEFAULT 0 CHECK (buffer_after_minutes >= 0);
