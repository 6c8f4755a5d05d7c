ALTER TABLE services ADD COLUMN hours jsonb;  -- as locations.opening_hours, in the location's zone; NULL is always
