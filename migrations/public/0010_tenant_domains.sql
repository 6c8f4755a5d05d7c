-- Hosts that businesses bring along. <slug>.<base domain> needs no row: see docs/adr/0016-domains.md.
CREATE TABLE public.domains (
  id               uuid PRIMARY KEY,
  tenant_id        uuid NOT NULL REFERENCES public.tenants ON DELETE CASCADE,
  host             text NOT NULL CHECK (host = lower(host)),
  is_primary       boolean NOT NULL DEFAULT false,
  is_custom_domain boolean NOT NULL DEFAULT true,
  status           text NOT NULL CHECK (status IN ('PENDING', 'VERIFIED', 'SUSPENDED')),
  verified_at      timestamptz,           -- when it was verified last
  route53_zone_id  text,
  txt_value        text NOT NULL,         -- what the tenant's DNS must show: another with each attempt to have the host
  checked_at       timestamptz,
  problem          text,                  -- what the last check found wrong
  failing_since    timestamptz,
  created_at       timestamptz NOT NULL,
  removed_at       timestamptz,
  CONSTRAINT domains_primary CHECK (NOT is_primary OR status = 'VERIFIED' AND removed_at IS NULL)
);
-- Several may ask for a host, one has it.
CREATE UNIQUE INDEX domains_verified ON public.domains (host) WHERE status = 'VERIFIED' AND removed_at IS NULL;
CREATE UNIQUE INDEX domains_asked ON public.domains (tenant_id, host) WHERE removed_at IS NULL;
CREATE UNIQUE INDEX domains_one_primary ON public.domains (tenant_id) WHERE is_primary;
CREATE INDEX domains_tenant ON public.domains (tenant_id, id);
CREATE INDEX domains_host ON public.domains (host, removed_at);
CREATE INDEX domains_checked ON public.domains (checked_at) WHERE removed_at IS NULL;
GRANT SELECT, INSERT, UPDATE ON public.domains TO ss_platform;
GRANT SELECT ON public.domains TO ss_identity;
ALTER TABLE public.domains ENABLE ROW LEVEL SECURITY;
CREATE POLICY identity ON public.domains TO ss_identity USING (tenant_id = current_setting('ss.tenant_id')::uuid);
CREATE POLICY platform ON public.domains TO ss_platform USING (true);

-- How many people signed in, day by day (UTC): sessions themselves are gone when they end.
CREATE TABLE public.sign_ins (
  day       date NOT NULL,
  tenant_id uuid REFERENCES public.tenants ON DELETE CASCADE,  -- NULL: on the platform's host
  count     integer NOT NULL,
  CONSTRAINT sign_ins_day UNIQUE NULLS NOT DISTINCT (tenant_id, day)
);
CREATE INDEX sign_ins_by_day ON public.sign_ins (day);
GRANT SELECT, INSERT, UPDATE (count) ON public.sign_ins TO ss_identity, ss_platform;
ALTER TABLE public.sign_ins ENABLE ROW LEVEL SECURITY;
CREATE POLICY identity ON public.sign_ins TO ss_identity USING (tenant_id = current_setting('ss.tenant_id')::uuid);
CREATE POLICY platform ON public.sign_ins TO ss_platform USING (true);
