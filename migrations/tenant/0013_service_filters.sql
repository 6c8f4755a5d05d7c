-- Local dates of the location. The last bookable date of a service is included; a resource's active_until is the first on which it is gone.
ALTER TABLE services
  ADD COLUMN bookable_from  date,
  ADD COLUMN bookable_until date,
  ADD COLUMN align          text NOT NULL DEFAULT 'window' CHECK (align IN ('window', 'clock')),
  ADD COLUMN fill_gaps      boolean NOT NULL DEFAULT false,
  ADD CONSTRAINT services_bookable CHECK (bookable_from <= bookable_until);
ALTER TABLE resources
  ADD COLUMN active_from  date,
  ADD COLUMN active_until date,
  ADD CONSTRAINT resources_active CHECK (active_from < active_until);
