-- What a service needs at once, in order. Without any it needs one of its service_resources, all the time.
CREATE TABLE service_requirements (
  id                  uuid PRIMARY KEY,
  service_id          uuid NOT NULL REFERENCES services,
  position            integer NOT NULL,
  label               text NOT NULL,
  group_id            uuid REFERENCES resource_groups,
  kind                text CHECK (kind IN ('STAFF', 'ROOM', 'EQUIPMENT')),
  quantity            integer NOT NULL CHECK (quantity > 0),
  units               integer NOT NULL CHECK (units > 0),  -- of each one's capacity
  per_person          boolean NOT NULL,                    -- units for each person of the party
  parts               jsonb NOT NULL,                      -- [{"from_minutes": 0, "to_minutes": 30}]; [] is all of the appointment
  customer_selectable boolean NOT NULL,
  strategy            text NOT NULL CHECK (strategy IN ('least_booked_day', 'least_booked_week', 'round_robin', 'priority', 'weighted', 'random')),
  CONSTRAINT service_requirements_position UNIQUE (service_id, position),
  CONSTRAINT service_requirements_set CHECK (num_nonnulls(group_id, kind) <= 1)
);
CREATE INDEX service_requirements_group ON service_requirements (group_id) WHERE group_id IS NOT NULL;
-- The resources of a requirement that names them one by one.
CREATE TABLE requirement_resources (
  requirement_id uuid NOT NULL REFERENCES service_requirements ON DELETE CASCADE,
  resource_id    uuid NOT NULL REFERENCES resources,
  PRIMARY KEY (requirement_id, resource_id)
);
CREATE INDEX requirement_resources_resource ON requirement_resources (resource_id);

ALTER TABLE services
  ADD COLUMN strategy             text NOT NULL DEFAULT 'least_booked_day'
    CHECK (strategy IN ('least_booked_day', 'least_booked_week', 'round_robin', 'priority', 'weighted', 'random')),
  ADD COLUMN prefer_last          boolean NOT NULL DEFAULT false,  -- whoever served the customer last comes first
  ADD COLUMN count_per_person     boolean NOT NULL DEFAULT false,  -- of its service_resources a unit for each person
  ADD COLUMN max_party_size       integer NOT NULL DEFAULT 1 CHECK (max_party_size > 0),
  ADD COLUMN confirmation         text NOT NULL DEFAULT 'automatic' CHECK (confirmation IN ('automatic', 'request')),
  ADD COLUMN pending_blocks_slot  boolean NOT NULL DEFAULT true,
  ADD COLUMN pending_minutes      integer NOT NULL DEFAULT 1440 CHECK (pending_minutes > 0),  -- then a request expires
  ADD COLUMN unassigned_requests  boolean NOT NULL DEFAULT false,  -- a request names no resource until it is confirmed
  ADD COLUMN min_notice_inherited boolean NOT NULL DEFAULT false,  -- the location's or the business's counts
  ADD COLUMN day_before           text,                            -- '18:00': until then on the day before
  ADD COLUMN bookable_days        integer CHECK (bookable_days > 0),
  ADD COLUMN for_customers        text NOT NULL DEFAULT 'all' CHECK (for_customers IN ('all', 'new', 'known'));

ALTER TABLE locations ADD COLUMN min_notice_minutes integer CHECK (min_notice_minutes >= 0);

-- One row, or none while everything is as at first.
CREATE TABLE booking_settings (
  singleton                       boolean PRIMARY KEY CHECK (singleton),
  min_notice_minutes              integer NOT NULL CHECK (min_notice_minutes >= 0),
  resource_hours_override_opening boolean NOT NULL,
  overlapping_customers           boolean NOT NULL,  -- whether a customer may have two appointments at once
  max_open_appointments           integer CHECK (max_open_appointments > 0),  -- of one customer
  look_busy_percent               integer NOT NULL CHECK (look_busy_percent BETWEEN 0 AND 90),
  created_at                      timestamptz NOT NULL,
  updated_at                      timestamptz NOT NULL,
  changed_by                      uuid,
  acted_by                        uuid,
  version                         integer NOT NULL
);

ALTER TABLE customers ADD COLUMN status text NOT NULL DEFAULT 'ACTIVE' CHECK (status IN ('ACTIVE', 'BLOCKED'));
