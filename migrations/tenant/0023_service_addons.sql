-- What can be had on top of a service, and in which other lengths.
ALTER TABLE services
  ADD COLUMN addons   jsonb NOT NULL DEFAULT '[]',  -- [{"id": "add_…", "name": "…", "duration_minutes": 30, "price": {…}, …}]
  ADD COLUMN variants jsonb NOT NULL DEFAULT '[]';  -- [{"id": "var_…", "name": "…", "duration_minutes": 90, "price": {…}}]

-- What of it was chosen, as it was then: {"variant": {…}, "addons": [{…}]}; {} is the service as it is.
ALTER TABLE appointments ADD COLUMN combination jsonb NOT NULL DEFAULT '{}';
ALTER TABLE holds        ADD COLUMN combination jsonb NOT NULL DEFAULT '{}';
ALTER TABLE series       ADD COLUMN combination jsonb NOT NULL DEFAULT '{}';

-- What those who wait want of it: it counts as it is when they are booked.
ALTER TABLE waitlist_entries
  ADD COLUMN variant_id uuid,
  ADD COLUMN addon_ids  uuid[] NOT NULL DEFAULT '{}';
