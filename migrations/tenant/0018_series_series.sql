-- A recurring set of appointments. Each of them is a row of its own; the series says how they came about, and for one without end how more do.
CREATE TABLE series (
  id           uuid PRIMARY KEY,
  service_id   uuid NOT NULL REFERENCES services,
  location_id  uuid NOT NULL REFERENCES locations,
  customer_id  uuid NOT NULL REFERENCES customers,
  rrule        text NOT NULL,
  time_zone    text NOT NULL,
  anchor       text NOT NULL,         -- '2026-03-02T09:00': the date on which the rule begins, and the wall clock that is kept
  shift_days   integer NOT NULL,      -- its appointments are so many days after the dates of the rule, since they were moved
  from_date    date NOT NULL,         -- the first date of the rule that is this series'
  until_date   date,                  -- the last, where it was ended or split
  made_until   date NOT NULL,         -- appointments exist up to this date of the rule
  starts_at    timestamptz NOT NULL,  -- of the first appointment
  ends_at      timestamptz NOT NULL,
  party_size   integer NOT NULL,
  resource_ids uuid[] NOT NULL,       -- those that were chosen; {} is whoever is free
  rotate       boolean NOT NULL,      -- not the same resource each time
  notes        text,
  left_out     jsonb NOT NULL,        -- [{"date": "…", "message": "…"}]: dates on which nothing could be booked
  created_at   timestamptz NOT NULL,
  updated_at   timestamptz NOT NULL,
  changed_by   uuid,
  acted_by     uuid,
  version      integer NOT NULL
);
CREATE INDEX series_made ON series (made_until) WHERE until_date IS NULL;

ALTER TABLE appointments
  ADD COLUMN series_id   uuid REFERENCES series,
  ADD COLUMN series_date date;  -- which of the series it is: the date that the rule gave
CREATE INDEX appointments_series ON appointments (series_id, series_date) WHERE series_id IS NOT NULL;
