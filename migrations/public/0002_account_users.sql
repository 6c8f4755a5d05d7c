CREATE TABLE public.users (
  id            uuid PRIMARY KEY,
  tenant_id     uuid REFERENCES public.tenants,
  is_sandbox    boolean NOT NULL,
  email         text NOT NULL CHECK (email = lower(email)),
  name          text NOT NULL,
  role          text NOT NULL CHECK (role IN ('SUPERUSER', 'PLATFORM_MANAGER', 'PLATFORM_SALES', 'PLATFORM_SUPPORT',
                                              'TENANT_OWNER', 'TENANT_MANAGER', 'TENANT_STAFF', 'CUSTOMER')),
  password_hash text NOT NULL,
  is_active     boolean NOT NULL,
  created_at    timestamptz NOT NULL,
  updated_at    timestamptz NOT NULL,
  version       integer NOT NULL,
  CONSTRAINT users_email UNIQUE NULLS NOT DISTINCT (tenant_id, is_sandbox, email),
  -- The four tenant roles always have a tenant, the four platform roles never.
  CONSTRAINT users_role_tenant CHECK ((tenant_id IS NULL) = (role IN ('SUPERUSER', 'PLATFORM_MANAGER', 'PLATFORM_SALES', 'PLATFORM_SUPPORT')))
);
GRANT SELECT (id, tenant_id, is_sandbox, email, name, role, is_active, created_at) ON public.users TO ss_tenant; -- no credentials
GRANT SELECT, INSERT, UPDATE ON public.users TO ss_identity, ss_platform;
ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON public.users TO ss_tenant
  USING (tenant_id = current_setting('ss.tenant_id')::uuid AND is_sandbox = (current_setting('ss.mode') = 'test'));
CREATE POLICY identity ON public.users TO ss_identity USING (tenant_id = current_setting('ss.tenant_id')::uuid);
CREATE POLICY platform ON public.users TO ss_platform USING (true);
