CREATE TABLE services (
  id                    uuid PRIMARY KEY,
  name                  text NOT NULL,
  duration_minutes      integer NOT NULL CHECK (duration_minutes > 0),
  price_amount          bigint NOT NULL CHECK (price_amount >= 0),  -- minor units
  price_currency        text NOT NULL,
  buffer_before_minutes integer NOT NULL CHECK (buffer_before_minutes >= 0),
  buffer_after_minutes  integer NOT NULL CHECK (buffer_after_minutes >= 0),
  buffers_inside_hours  boolean NOT NULL,
  slot_interval_minutes integer NOT NULL CHECK (slot_interval_minutes > 0),
  min_notice_minutes    integer NOT NULL CHECK (min_notice_minutes >= 0),
  max_advance_days      integer NOT NULL CHECK (max_advance_days >= 0),
  public                boolean NOT NULL,
  created_at            timestamptz NOT NULL,
  updated_at            timestamptz NOT NULL,
  archived_at           timestamptz,
  version               integer NOT NULL
);

-- Which resources can perform a service.
CREATE TABLE service_resources (
  service_id  uuid NOT NULL REFERENCES services,
  resource_id uuid NOT NULL REFERENCES resources,
  PRIMARY KEY (service_id, resource_id)
);
CREATE INDEX service_resources_resource ON service_resources (resource_id);
