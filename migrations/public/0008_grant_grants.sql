-- Rights that somebody gave somebody else for a while. Immutable but for what happens to them: revocation and use.
CREATE TABLE public.permission_grants (
  id             uuid PRIMARY KEY,
  tenant_id      uuid REFERENCES public.tenants,
  grantor_id     uuid NOT NULL REFERENCES public.users,
  grantee_id     uuid NOT NULL REFERENCES public.users,
  target_user_id uuid REFERENCES public.users,
  action         text NOT NULL,
  reason         text NOT NULL CHECK (char_length(reason) BETWEEN 10 AND 500),
  created_at     timestamptz NOT NULL,
  starts_at      timestamptz NOT NULL,
  expires_at     timestamptz NOT NULL CHECK (expires_at > starts_at),
  expired_at     timestamptz,  -- when its end was put on record
  revoked_at     timestamptz,
  revoked_by     uuid REFERENCES public.users,
  revoke_reason  text,
  last_used_at   timestamptz,
  use_count      integer NOT NULL DEFAULT 0,
  is_sandbox     boolean NOT NULL DEFAULT false,
  CONSTRAINT permission_grants_other CHECK (grantor_id <> grantee_id)
);
CREATE INDEX permission_grants_tenant ON public.permission_grants (tenant_id, id);
CREATE INDEX permission_grants_grantee ON public.permission_grants (grantee_id, expires_at);
CREATE INDEX permission_grants_grantor ON public.permission_grants (grantor_id, created_at);
CREATE INDEX permission_grants_ending ON public.permission_grants (expires_at) WHERE revoked_at IS NULL AND expired_at IS NULL;
GRANT SELECT, INSERT, UPDATE (revoked_at, revoked_by, revoke_reason, last_used_at, use_count, expired_at) ON public.permission_grants TO ss_platform;
GRANT SELECT, UPDATE (last_used_at, use_count) ON public.permission_grants TO ss_tenant;
GRANT SELECT, UPDATE (revoked_at, revoked_by, revoke_reason, last_used_at, use_count) ON public.permission_grants TO ss_identity;
ALTER TABLE public.permission_grants ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON public.permission_grants TO ss_identity, ss_tenant USING (tenant_id = current_setting('ss.tenant_id')::uuid);
CREATE POLICY platform ON public.permission_grants TO ss_platform USING (true);

-- Who gave a grant in this tenant is seen there, to know whether they still may.
CREATE POLICY granting ON public.users FOR SELECT TO ss_identity USING (tenant_id IS NULL AND EXISTS (
  SELECT FROM public.permission_grants g WHERE g.grantor_id = users.id AND g.tenant_id = current_setting('ss.tenant_id')::uuid AND g.revoked_at IS NULL));
