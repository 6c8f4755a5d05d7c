-- Seats of a group session are kept as other starts are, by a hold; the session has the resources. A session that nobody sits in yet,
-- made by its first hold, has them until allocations.expires_at. The version of the program before this one keeps no seats.
ALTER TABLE holds ADD COLUMN session_id uuid REFERENCES group_sessions;
CREATE INDEX holds_session ON holds (session_id) WHERE session_id IS NOT NULL;
