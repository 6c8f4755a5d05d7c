-- The record of a masquerade that ended with the actor's own session still names the session it was.
CREATE INDEX dead_sessions_masquerade ON public.dead_sessions (masquerade_id) WHERE masquerade_id IS NOT NULL;
