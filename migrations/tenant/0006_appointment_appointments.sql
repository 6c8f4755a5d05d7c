-- Name, price, duration and buffers are what was agreed at booking: later edits of the service don't change them.
CREATE TABLE appointments (
  id                    uuid PRIMARY KEY,
  location_id           uuid NOT NULL REFERENCES locations,
  service_id            uuid NOT NULL REFERENCES services,
  customer_id           uuid NOT NULL REFERENCES customers,
  status                text NOT NULL CHECK (status IN ('CONFIRMED', 'CANCELLED')),
  starts_at             timestamptz NOT NULL,
  ends_at               timestamptz NOT NULL,
  time_zone             text NOT NULL,  -- the location's at booking
  service_name          text NOT NULL,
  price_amount          bigint NOT NULL,
  price_currency        text NOT NULL,
  buffer_before_minutes integer NOT NULL,
  buffer_after_minutes  integer NOT NULL,
  assignment_reason     text NOT NULL CHECK (assignment_reason IN ('chosen', 'least_booked_day')),
  cancel_reason         text,
  cancelled_at          timestamptz,
  created_at            timestamptz NOT NULL,
  updated_at            timestamptz NOT NULL,
  version               integer NOT NULL,
  CONSTRAINT appointments_span CHECK (starts_at < ends_at)
);
CREATE INDEX appointments_time ON appointments USING gist (tstzrange(starts_at, ends_at));
CREATE INDEX appointments_customer ON appointments (customer_id, starts_at);
CREATE INDEX appointments_service ON appointments (service_id);
CREATE INDEX appointments_location ON appointments (location_id);

-- One resource reserved for one interval, buffers included: the row that blocks time.
CREATE TABLE allocations (
  id             uuid PRIMARY KEY,
  appointment_id uuid NOT NULL REFERENCES appointments,
  resource_id    uuid NOT NULL REFERENCES resources,
  busy_range     tstzrange NOT NULL CHECK (NOT isempty(busy_range)),
  units          integer NOT NULL CHECK (units > 0),
  exclusive      boolean NOT NULL,  -- nobody else may have the resource then
  active         boolean NOT NULL,  -- false once cancelled
  -- The guarantee. The advisory lock taken before each booking keeps it from ever having to speak.
  CONSTRAINT allocations_no_overlap EXCLUDE USING gist
    (resource_id public.gist_uuid_ops WITH =, busy_range WITH &&) WHERE (active AND exclusive)
);
CREATE INDEX allocations_appointment ON allocations (appointment_id);
CREATE INDEX allocations_busy ON allocations USING gist (resource_id public.gist_uuid_ops, busy_range) WHERE (active);
