-- A service that several customers take part in at once. Its seats are appointments: each with its own status, history, fee and link.
ALTER TABLE services ADD COLUMN group_rules jsonb;  -- {"capacity": 10, …}; NULL is no group

CREATE TABLE group_sessions (
  id            uuid PRIMARY KEY,
  service_id    uuid NOT NULL REFERENCES services,
  location_id   uuid NOT NULL REFERENCES locations,
  status        text NOT NULL CHECK (status IN ('SCHEDULED', 'CANCELLED')),
  starts_at     timestamptz NOT NULL,
  ends_at       timestamptz NOT NULL,
  time_zone     text NOT NULL,
  service_name  text NOT NULL,
  buffer_before_minutes integer NOT NULL,
  buffer_after_minutes  integer NOT NULL,
  capacity      integer NOT NULL CHECK (capacity > 0),
  minimum       integer NOT NULL CHECK (minimum >= 0),
  deadline      integer NOT NULL CHECK (deadline >= 0),
  too_few       text NOT NULL CHECK (too_few IN ('warn', 'cancel')),
  open          boolean NOT NULL,   -- customers may take seats themselves
  ad_hoc        boolean NOT NULL,   -- made by its first seat, gone with its last
  notes         text,
  cancel_reason text,
  created_at    timestamptz NOT NULL,
  updated_at    timestamptz NOT NULL,
  changed_by    uuid,
  acted_by      uuid,
  version       integer NOT NULL,
  CONSTRAINT group_sessions_span CHECK (starts_at < ends_at)
);
CREATE INDEX group_sessions_start ON group_sessions (service_id, starts_at) WHERE status = 'SCHEDULED';
CREATE INDEX group_sessions_time ON group_sessions (starts_at);

ALTER TABLE allocations ADD CONSTRAINT allocations_session FOREIGN KEY (session_id) REFERENCES group_sessions;
ALTER TABLE appointments
  ADD COLUMN session_id  uuid REFERENCES group_sessions,          -- whose seat it is
  ADD COLUMN free_cancel boolean NOT NULL DEFAULT false;          -- the business moved it: calling it off costs nothing
CREATE INDEX appointments_session ON appointments (session_id) WHERE session_id IS NOT NULL;
