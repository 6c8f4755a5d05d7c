-- What identity needs beyond a password: see internal/identity. Every new column has a default, so that the release before can write beside this one.
ALTER TABLE public.users
  ADD COLUMN is_temporary        boolean NOT NULL DEFAULT false,  -- made for a demo business: sales may act as them
  ADD COLUMN switches            text[] NOT NULL DEFAULT '{}',    -- permissions that the owner switched on for this person (code P)
  ADD COLUMN password_changed_at timestamptz,
  ADD COLUMN password_locked_at  timestamptz,                     -- after 100 failures in a row: until a reset
  ADD COLUMN mfa_enrolled_at     timestamptz,
  ADD COLUMN locked_at           timestamptz,                     -- by an administrator
  ADD COLUMN anonymised_at       timestamptz,
  ADD COLUMN last_login_at       timestamptz;
CREATE INDEX users_platform ON public.users (tenant_id, role, id);
GRANT SELECT (is_temporary, switches, last_login_at, mfa_enrolled_at) ON public.users TO ss_tenant;

ALTER TABLE public.tenants
  ADD COLUMN status_reason text,
  ADD COLUMN expires_at    timestamptz;  -- of a demo

CREATE TABLE public.masquerades (
  id          uuid PRIMARY KEY,
  actor_id    uuid NOT NULL REFERENCES public.users,
  subject_id  uuid NOT NULL REFERENCES public.users,
  tenant_id   uuid REFERENCES public.tenants,  -- the subject's
  mode        text NOT NULL CHECK (mode IN ('live', 'test')),
  reason      text NOT NULL,
  ticket_id   text,
  return_path text NOT NULL,                   -- where the actor started
  started_at  timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL,
  ended_at    timestamptz,
  end_action  text CHECK (end_action IN ('HIJACK_END', 'HIJACK_EXPIRED', 'HIJACK_TERMINATED')),
  end_reason  text,
  CONSTRAINT masquerades_end CHECK ((ended_at IS NULL) = (end_action IS NULL))
);
CREATE INDEX masquerades_tenant ON public.masquerades (tenant_id, id);
CREATE INDEX masquerades_actor ON public.masquerades (actor_id, started_at);
CREATE INDEX masquerades_open ON public.masquerades (expires_at) WHERE ended_at IS NULL;
GRANT SELECT ON public.masquerades TO ss_identity;
GRANT SELECT, INSERT, UPDATE (ended_at, end_action, end_reason) ON public.masquerades TO ss_platform;
ALTER TABLE public.masquerades ENABLE ROW LEVEL SECURITY;
CREATE POLICY identity ON public.masquerades TO ss_identity USING (tenant_id = current_setting('ss.tenant_id')::uuid);
CREATE POLICY platform ON public.masquerades TO ss_platform USING (true);

ALTER TABLE public.login_sessions
  ADD COLUMN id            uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,  -- what lists show
  ADD COLUMN kind          text NOT NULL DEFAULT 'full' CHECK (kind IN ('full', 'mfa_pending', 'masquerade')),
  ADD COLUMN mfa_time      timestamptz,
  ADD COLUMN is_remembered boolean NOT NULL DEFAULT false,
  ADD COLUMN wrong_codes   integer NOT NULL DEFAULT 0,
  -- A child session ends with its parent, whoever ends that.
  ADD COLUMN parent_hash   bytea REFERENCES public.login_sessions (id_hash) ON UPDATE CASCADE ON DELETE CASCADE,
  ADD COLUMN masquerade_id uuid REFERENCES public.masquerades,
  ADD CONSTRAINT login_sessions_child CHECK ((kind = 'masquerade') = (parent_hash IS NOT NULL) AND (kind = 'masquerade') = (masquerade_id IS NOT NULL));
CREATE UNIQUE INDEX login_sessions_one_child ON public.login_sessions (parent_hash);
CREATE INDEX login_sessions_masquerade ON public.login_sessions (masquerade_id);

-- A platform user is seen in a tenant while acting there, and only then.
CREATE POLICY acting ON public.users FOR SELECT TO ss_identity USING (tenant_id IS NULL AND EXISTS (
  SELECT FROM public.masquerades m WHERE m.actor_id = users.id AND m.tenant_id = current_setting('ss.tenant_id')::uuid AND m.ended_at IS NULL));

-- Ids that were good once: whoever shows one has it from somewhere it should not be.
CREATE TABLE public.dead_sessions (
  id_hash       bytea PRIMARY KEY,
  user_id       uuid NOT NULL,
  tenant_id     uuid,
  masquerade_id uuid,
  died_at       timestamptz NOT NULL
);
CREATE INDEX dead_sessions_tenant ON public.dead_sessions (tenant_id, died_at);
GRANT SELECT, INSERT, DELETE ON public.dead_sessions TO ss_identity, ss_platform;
ALTER TABLE public.dead_sessions ENABLE ROW LEVEL SECURITY;
CREATE POLICY identity ON public.dead_sessions TO ss_identity USING (tenant_id = current_setting('ss.tenant_id')::uuid);
CREATE POLICY platform ON public.dead_sessions TO ss_platform USING (true);

-- One-time codes that carry a child session to the tenant's host.
CREATE TABLE public.handoffs (
  code_hash       bytea PRIMARY KEY,
  tenant_id       uuid NOT NULL REFERENCES public.tenants,
  masquerade_id   uuid NOT NULL REFERENCES public.masquerades,
  host            text NOT NULL,
  user_agent_hash bytea NOT NULL,
  expires_at      timestamptz NOT NULL,
  used_at         timestamptz
);
CREATE INDEX handoffs_tenant ON public.handoffs (tenant_id, expires_at);
GRANT SELECT, INSERT, UPDATE (used_at), DELETE ON public.handoffs TO ss_platform;
GRANT SELECT, UPDATE (used_at) ON public.handoffs TO ss_identity;
ALTER TABLE public.handoffs ENABLE ROW LEVEL SECURITY;
CREATE POLICY identity ON public.handoffs TO ss_identity USING (tenant_id = current_setting('ss.tenant_id')::uuid);
CREATE POLICY platform ON public.handoffs TO ss_platform USING (true);
