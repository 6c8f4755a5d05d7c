CREATE TABLE public.tenants (
  id              uuid PRIMARY KEY,
  slug            text NOT NULL UNIQUE CHECK (slug ~ '^[a-z][a-z0-9-]{1,38}[a-z0-9]$'),
  schema          text NOT NULL UNIQUE,  -- of the live data; the sandbox's has the prefix sandbox_. Fixed for good
  name            text NOT NULL,
  currency        text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  tier            text NOT NULL CHECK (tier IN ('FREE', 'STARTER', 'PROFESSIONAL', 'ENTERPRISE')),
  status          text NOT NULL CHECK (status IN ('ACTIVE', 'SUSPENDED', 'DELETED')),
  is_demo         boolean NOT NULL,
  sandbox_enabled boolean NOT NULL,
  created_at      timestamptz NOT NULL,
  updated_at      timestamptz NOT NULL,
  version         integer NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON public.tenants TO ss_platform;

-- Which version each schema has reached, so that "is anything behind?" is one query.
CREATE TABLE public.tenant_schemas (
  schema     text PRIMARY KEY,
  tenant_id  uuid NOT NULL REFERENCES public.tenants,
  mode       text NOT NULL CHECK (mode IN ('live', 'test')),
  version    integer NOT NULL,
  state      text NOT NULL CHECK (state IN ('READY', 'FAILED')),
  error      text,
  updated_at timestamptz NOT NULL
);
CREATE INDEX tenant_schemas_tenant ON public.tenant_schemas (tenant_id);
GRANT SELECT ON public.tenant_schemas TO smoothschedule, ss_platform;
ALTER TABLE public.tenant_schemas ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON public.tenant_schemas TO smoothschedule, ss_platform USING (true);
