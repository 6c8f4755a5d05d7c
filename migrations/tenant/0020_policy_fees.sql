-- What a business and its customers agree on; for one service, or where service_id is NULL for all that have nothing of their own.
CREATE TABLE policies (
  id         uuid PRIMARY KEY,
  service_id uuid REFERENCES services,
  terms      jsonb,  -- NULL: the business's again
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  changed_by uuid,
  acted_by   uuid,
  version    integer NOT NULL,
  CONSTRAINT policies_subject UNIQUE NULLS NOT DISTINCT (service_id)
);

-- The terms and the deposit as they were agreed at booking; {} is what holds where a business has said nothing.
ALTER TABLE appointments
  ADD COLUMN policy         jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN deposit_amount bigint NOT NULL DEFAULT 0 CHECK (deposit_amount >= 0);

-- What customers owe for not coming, or for calling off late. It is outstanding from due_at on; until then it may be waived.
CREATE TABLE fees (
  id             uuid PRIMARY KEY,
  appointment_id uuid NOT NULL REFERENCES appointments,
  kind           text NOT NULL CHECK (kind IN ('LATE_CANCELLATION', 'NO_SHOW', 'CUSTOM')),
  amount         bigint NOT NULL CHECK (amount > 0),
  currency       text NOT NULL,
  due_at         timestamptz NOT NULL,
  waived_at      timestamptz,
  reason         text,
  waive_reason   text,
  created_at     timestamptz NOT NULL,
  updated_at     timestamptz NOT NULL,
  changed_by     uuid,
  acted_by       uuid,
  version        integer NOT NULL
);
CREATE INDEX fees_appointment ON fees (appointment_id);
