CREATE TABLE locations (
  id            uuid PRIMARY KEY,
  name          text NOT NULL,
  time_zone     text NOT NULL,   -- IANA name; opening_hours are wall-clock times in it
  opening_hours jsonb NOT NULL,  -- [{"weekday": 1..7, "from": "09:00", "to": "17:00"}]
  created_at    timestamptz NOT NULL,
  updated_at    timestamptz NOT NULL,
  archived_at   timestamptz,
  version       integer NOT NULL
);
