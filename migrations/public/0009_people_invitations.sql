-- What brings people in and back: links in mails, invitations, and new businesses. Only hashes of secrets are stored.
ALTER TABLE public.users
  ADD COLUMN password_is_short boolean NOT NULL DEFAULT false;  -- set under the rule of those who have a second factor

CREATE TABLE public.account_links (
  token_hash bytea PRIMARY KEY,  -- SHA-256 of what the mail holds
  tenant_id  uuid REFERENCES public.tenants ON DELETE CASCADE,
  user_id    uuid REFERENCES public.users ON DELETE CASCADE,  -- NULL: whoever signs up
  email      text NOT NULL CHECK (email = lower(email)),
  purpose    text NOT NULL CHECK (purpose IN ('reset', 'email', 'email_undo', 'signup')),
  subject_id uuid,               -- what it is about besides a user: a sign-up
  request_id uuid NOT NULL,      -- a mail that is sent again makes a new link of the same request
  ip_address text NOT NULL,      -- of who asked for it
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at    timestamptz,        -- or when a newer one took its place
  CONSTRAINT account_links_user CHECK ((user_id IS NULL) = (purpose = 'signup'))
);
CREATE INDEX account_links_email ON public.account_links (tenant_id, email, created_at);
CREATE INDEX account_links_created ON public.account_links (created_at);
CREATE INDEX account_links_user ON public.account_links (user_id);
GRANT SELECT, INSERT, UPDATE (used_at), DELETE ON public.account_links TO ss_identity, ss_platform;
ALTER TABLE public.account_links ENABLE ROW LEVEL SECURITY;
CREATE POLICY identity ON public.account_links TO ss_identity USING (tenant_id = current_setting('ss.tenant_id')::uuid);
CREATE POLICY platform ON public.account_links TO ss_platform USING (true);

CREATE TABLE public.invitations (
  id           uuid PRIMARY KEY,
  tenant_id    uuid REFERENCES public.tenants ON DELETE CASCADE,
  is_sandbox   boolean NOT NULL,
  email        text NOT NULL CHECK (email = lower(email)),
  role         text NOT NULL CHECK (role IN ('SUPERUSER', 'PLATFORM_MANAGER', 'PLATFORM_SALES', 'PLATFORM_SUPPORT',
                                             'TENANT_OWNER', 'TENANT_MANAGER', 'TENANT_STAFF')),
  is_temporary boolean NOT NULL,  -- makes a user of a demo
  invited_by   uuid NOT NULL REFERENCES public.users ON DELETE CASCADE,
  token_hash   bytea UNIQUE,      -- SHA-256 of what the newest mail holds; NULL until it is made
  mailed_at    timestamptz[] NOT NULL,
  created_at   timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,
  accepted_at  timestamptz,
  revoked_at   timestamptz,
  CONSTRAINT invitations_role_tenant CHECK ((tenant_id IS NULL) = (role IN ('SUPERUSER', 'PLATFORM_MANAGER', 'PLATFORM_SALES', 'PLATFORM_SUPPORT')))
);
CREATE INDEX invitations_tenant ON public.invitations (tenant_id, id);
CREATE INDEX invitations_inviter ON public.invitations (invited_by);
GRANT SELECT, INSERT, UPDATE (invited_by, token_hash, mailed_at, expires_at, accepted_at, revoked_at) ON public.invitations TO ss_identity, ss_platform;
ALTER TABLE public.invitations ENABLE ROW LEVEL SECURITY;
CREATE POLICY identity ON public.invitations TO ss_identity USING (tenant_id = current_setting('ss.tenant_id')::uuid);
CREATE POLICY platform ON public.invitations TO ss_platform USING (true);

CREATE TABLE public.signups (
  id            uuid PRIMARY KEY,
  tenant_id     uuid NOT NULL UNIQUE,  -- of the business to be made; it is there when the state is READY
  slug          text NOT NULL,
  business_name text NOT NULL,
  owner_name    text NOT NULL,
  email         text NOT NULL CHECK (email = lower(email)),
  time_zone     text NOT NULL,
  currency      text NOT NULL,
  is_demo       boolean NOT NULL,
  requested_by  uuid REFERENCES public.users ON DELETE CASCADE,  -- of the platform; NULL: the owner, who proved the address
  password_hash text,                          -- until the owner's account is made
  state         text NOT NULL CHECK (state IN ('WAITING', 'MAKING', 'READY', 'FAILED')),
  steps_done    integer NOT NULL,
  problem       text,
  ip_address    text NOT NULL,
  created_at    timestamptz NOT NULL,
  updated_at    timestamptz NOT NULL
);
CREATE INDEX signups_tenant ON public.signups (tenant_id, id);
CREATE INDEX signups_waiting ON public.signups (created_at) WHERE state = 'WAITING';
CREATE UNIQUE INDEX signups_slug ON public.signups (slug) WHERE state = 'MAKING';  -- one business at a time is made at an address
GRANT SELECT, INSERT, UPDATE, DELETE ON public.signups TO ss_platform;
ALTER TABLE public.signups ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON public.signups TO ss_platform USING (true);
