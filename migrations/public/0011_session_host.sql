-- Where a session's cookie is. Whoever gets a host that a business gave up gets the cookies that browsers still send there.
ALTER TABLE public.login_sessions
  ADD COLUMN host text;  -- NULL: begun by the release before, and good on any host of its place
