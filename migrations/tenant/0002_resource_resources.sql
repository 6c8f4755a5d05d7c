CREATE TABLE resources (
  id          uuid PRIMARY KEY,
  name        text NOT NULL,
  kind        text NOT NULL CHECK (kind IN ('STAFF', 'ROOM', 'EQUIPMENT')),
  location_id uuid NOT NULL REFERENCES locations,
  user_id     uuid,   -- public.users: the login behind a member of staff
  hours       jsonb,  -- as locations.opening_hours; NULL follows the location
  created_at  timestamptz NOT NULL,
  updated_at  timestamptz NOT NULL,
  archived_at timestamptz,
  version     integer NOT NULL
);
CREATE INDEX resources_location ON resources (location_id);
CREATE INDEX resources_user ON resources (user_id) WHERE user_id IS NOT NULL;
