-- Time off of a resource, or a closure of a location: [starts_at, ends_at).
CREATE TABLE blocks (
  id          uuid PRIMARY KEY,
  location_id uuid REFERENCES locations,
  resource_id uuid REFERENCES resources,
  starts_at   timestamptz NOT NULL,
  ends_at     timestamptz NOT NULL,
  reason      text NOT NULL,
  created_at  timestamptz NOT NULL,
  updated_at  timestamptz NOT NULL,
  archived_at timestamptz,
  version     integer NOT NULL,
  CONSTRAINT blocks_subject CHECK (num_nonnulls(location_id, resource_id) = 1),
  CONSTRAINT blocks_span CHECK (starts_at < ends_at)
);
CREATE INDEX blocks_location ON blocks (location_id, ends_at) WHERE archived_at IS NULL AND location_id IS NOT NULL;
CREATE INDEX blocks_resource ON blocks (resource_id, ends_at) WHERE archived_at IS NULL AND resource_id IS NOT NULL;
