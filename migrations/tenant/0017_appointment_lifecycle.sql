ALTER TABLE appointments
  DROP CONSTRAINT appointments_status_check,
  DROP CONSTRAINT appointments_assignment_reason_check;
ALTER TABLE appointments
  ADD CONSTRAINT appointments_status CHECK (status IN ('PENDING', 'CONFIRMED', 'CHECKED_IN', 'IN_PROGRESS', 'COMPLETED', 'NO_SHOW', 'CANCELLED', 'DECLINED', 'EXPIRED')),
  ADD COLUMN party_size      integer NOT NULL DEFAULT 1 CHECK (party_size > 0),
  ADD COLUMN pending_until   timestamptz,                      -- a request not answered by then expires
  ADD COLUMN overbooked      boolean NOT NULL DEFAULT false,   -- booked against the rules, by somebody who may
  ADD COLUMN overridden      jsonb NOT NULL DEFAULT '[]',      -- which rules
  ADD COLUMN override_reason text,
  ADD COLUMN cancelled_by    text CHECK (cancelled_by IN ('customer', 'staff', 'system')),
  ADD COLUMN cancelled_late  boolean NOT NULL DEFAULT false,
  ADD COLUMN checked_in_at   timestamptz,
  ADD COLUMN started_at      timestamptz,
  ADD COLUMN finished_at     timestamptz,
  ADD COLUMN released_at     timestamptz,                      -- from then on its resources are free again
  ADD COLUMN reschedules     integer NOT NULL DEFAULT 0,       -- of the customer's own; also the SEQUENCE of its calendar entry grows with each
  ADD COLUMN notes           text;
CREATE INDEX appointments_pending ON appointments (pending_until) WHERE status = 'PENDING';

-- Every change of an appointment, in order; never changed itself.
CREATE TABLE appointment_history (
  id             uuid PRIMARY KEY,
  appointment_id uuid NOT NULL REFERENCES appointments,
  version        integer NOT NULL,   -- of the appointment, after the change
  action         text NOT NULL,
  changes        jsonb NOT NULL,     -- {"start": {"from": "…", "to": "…"}}
  reason         text,
  at             timestamptz NOT NULL,
  changed_by     uuid,
  acted_by       uuid
);
CREATE INDEX appointment_history_appointment ON appointment_history (appointment_id, id);
DO $$ BEGIN EXECUTE format('REVOKE UPDATE, DELETE ON appointment_history FROM %I', current_schema()); END $$;

-- A slot kept for a moment while somebody fills in the form or pays. The browser has the token.
CREATE TABLE holds (
  id          uuid PRIMARY KEY,
  token_hash  bytea NOT NULL CONSTRAINT holds_token UNIQUE,
  service_id  uuid NOT NULL REFERENCES services,
  location_id uuid NOT NULL REFERENCES locations,
  starts_at   timestamptz NOT NULL,
  ends_at     timestamptz NOT NULL,
  party_size  integer NOT NULL,
  expires_at  timestamptz NOT NULL,
  created_at  timestamptz NOT NULL
);
CREATE INDEX holds_expiry ON holds (expires_at);
CREATE INDEX holds_service ON holds (service_id);

-- A resource is reserved by an appointment or by a hold; a group session comes with its own table.
ALTER TABLE allocations
  ALTER COLUMN appointment_id DROP NOT NULL,
  ADD COLUMN hold_id    uuid REFERENCES holds ON DELETE CASCADE,
  ADD COLUMN session_id uuid,
  ADD COLUMN expires_at timestamptz,                      -- of a hold: free again from then on
  ADD COLUMN need       integer NOT NULL DEFAULT 0,       -- which of the service's requirements, in order
  ADD COLUMN linked     boolean NOT NULL DEFAULT false,   -- taken along with the resource that requires it
  ADD CONSTRAINT allocations_holder CHECK (num_nonnulls(appointment_id, hold_id, session_id) = 1);
CREATE INDEX allocations_hold ON allocations (hold_id) WHERE hold_id IS NOT NULL;
CREATE INDEX allocations_session ON allocations (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX allocations_expiry ON allocations (expires_at) WHERE expires_at IS NOT NULL;
