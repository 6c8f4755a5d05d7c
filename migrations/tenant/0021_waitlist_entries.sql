-- What becomes of the wait list of a service when time is free again: 'off', 'notify_all', 'offer_next' or 'auto_enrol'.
ALTER TABLE services
  ADD COLUMN waitlist                   text    NOT NULL DEFAULT 'off' CHECK (waitlist IN ('off', 'notify_all', 'offer_next', 'auto_enrol')),
  ADD COLUMN auto_promote_until_minutes integer NOT NULL DEFAULT 120 CHECK (auto_promote_until_minutes >= 0);

-- Who waits for a time that is taken, and for which times.
CREATE TABLE waitlist_entries (
  id             uuid PRIMARY KEY,
  service_id     uuid NOT NULL REFERENCES services,
  location_id    uuid NOT NULL REFERENCES locations,
  customer_id    uuid NOT NULL REFERENCES customers,
  from_date      date NOT NULL,         -- of the location
  to_date        date NOT NULL,         -- the last, included
  windows        jsonb NOT NULL,        -- [{"weekday": 1, "from": "09:00", "to": "12:00"}] on the location's clock; [] is any time
  resource_ids   uuid[] NOT NULL,       -- any one of these; {} is any
  party_size     integer NOT NULL CHECK (party_size > 0),
  notes          text,
  priority       integer NOT NULL,      -- higher comes first
  queued_at      timestamptz NOT NULL,  -- then who waits longest; an offer that wasn't taken puts its entry behind the others
  status         text NOT NULL CHECK (status IN ('WAITING', 'OFFERED', 'BOOKED', 'EXPIRED', 'CANCELLED')),
  offered_hold   uuid,                  -- no foreign key: holds end without a lock on this row
  offered_start  timestamptz,
  offered_end    timestamptz,
  offered_until  timestamptz,
  offers         timestamptz[] NOT NULL,  -- all starts that it was offered: none twice
  appointment_id uuid REFERENCES appointments,
  expires_at     timestamptz NOT NULL,
  token_hash     bytea,                 -- of the customer's key; NULL where staff made it
  shadow         boolean NOT NULL,      -- a customer's second entry for the same: its key works, and nothing comes of it
  created_at     timestamptz NOT NULL,
  updated_at     timestamptz NOT NULL,
  changed_by     uuid,
  acted_by       uuid,
  version        integer NOT NULL,
  CONSTRAINT waitlist_entries_dates CHECK (from_date <= to_date),
  CONSTRAINT waitlist_entries_offer CHECK (status <> 'OFFERED' OR offered_hold IS NOT NULL AND offered_start IS NOT NULL AND offered_end IS NOT NULL AND offered_until IS NOT NULL),
  CONSTRAINT waitlist_entries_once EXCLUDE USING gist
    (customer_id public.gist_uuid_ops WITH =, service_id public.gist_uuid_ops WITH =, daterange(from_date, to_date, '[]') WITH &&)
    WHERE (status IN ('WAITING', 'OFFERED') AND NOT shadow)
);
CREATE UNIQUE INDEX waitlist_entries_token ON waitlist_entries (token_hash) WHERE token_hash IS NOT NULL;
CREATE INDEX waitlist_entries_waiting ON waitlist_entries (location_id, to_date) WHERE status = 'WAITING' AND NOT shadow;
CREATE INDEX waitlist_entries_expiry ON waitlist_entries (expires_at) WHERE status = 'WAITING';
CREATE INDEX waitlist_entries_offered ON waitlist_entries (offered_until) WHERE status = 'OFFERED';
