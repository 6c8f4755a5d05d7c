CREATE TABLE public.login_sessions (
  id_hash      bytea PRIMARY KEY,  -- SHA-256 of the cookie's value, which is never stored
  user_id      uuid NOT NULL REFERENCES public.users,
  tenant_id    uuid REFERENCES public.tenants,
  mode         text NOT NULL CHECK (mode IN ('live', 'test')),
  auth_time    timestamptz NOT NULL,
  created_at   timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,
  ip_address   text NOT NULL,
  user_agent   text NOT NULL
);
CREATE INDEX login_sessions_user ON public.login_sessions (tenant_id, user_id, created_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON public.login_sessions TO ss_identity, ss_platform;
ALTER TABLE public.login_sessions ENABLE ROW LEVEL SECURITY;
CREATE POLICY identity ON public.login_sessions TO ss_identity USING (tenant_id = current_setting('ss.tenant_id')::uuid);
CREATE POLICY platform ON public.login_sessions TO ss_platform USING (true);

-- Failed log-ins by a keyed hash of address and host, or of the caller's network: no address of anyone is stored.
CREATE TABLE public.login_failures (
  bucket        bytea PRIMARY KEY,
  failures      integer NOT NULL,
  window_start  timestamptz NOT NULL,
  blocked_until timestamptz NOT NULL
);
CREATE INDEX login_failures_window ON public.login_failures (window_start);
GRANT SELECT, INSERT, UPDATE, DELETE ON public.login_failures TO ss_identity, ss_platform;
