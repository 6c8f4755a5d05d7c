-- Second factors: see internal/identity/mfa. Whoever reads these tables alone can neither make a code nor try one.
CREATE TABLE public.totp_factors (
  user_id       uuid PRIMARY KEY REFERENCES public.users ON DELETE CASCADE,
  tenant_id     uuid REFERENCES public.tenants,
  secret_sealed bytea NOT NULL,        -- AES-256-GCM, bound to the user; the key is not in the database
  confirmed_at  timestamptz,           -- NULL: shown, but no code has come back yet, so it does not count
  last_step     bigint NOT NULL,       -- of the last accepted code: only later ones are accepted
  created_at    timestamptz NOT NULL
);
CREATE INDEX totp_factors_user ON public.totp_factors (tenant_id, user_id);

CREATE TABLE public.recovery_codes (
  user_id   uuid NOT NULL REFERENCES public.users ON DELETE CASCADE,
  tenant_id uuid REFERENCES public.tenants,
  code_hash bytea NOT NULL,            -- keyed
  used_at   timestamptz,
  PRIMARY KEY (user_id, code_hash)
);
CREATE INDEX recovery_codes_user ON public.recovery_codes (tenant_id, user_id);

-- Wrong codes of a user, of the app and of paper together. A table of its own, so that it outlives a factor that is removed and set up again.
CREATE TABLE public.factor_attempts (
  user_id      uuid PRIMARY KEY REFERENCES public.users ON DELETE CASCADE,
  tenant_id    uuid REFERENCES public.tenants,
  wrong_at     timestamptz[] NOT NULL, -- of the last hour
  locked_until timestamptz
);
CREATE INDEX factor_attempts_user ON public.factor_attempts (tenant_id, user_id);

CREATE TABLE public.passkeys (
  id            uuid PRIMARY KEY,
  user_id       uuid NOT NULL REFERENCES public.users ON DELETE CASCADE,
  tenant_id     uuid REFERENCES public.tenants,
  rp_id         text NOT NULL,         -- the host it was made on and works on
  name          text NOT NULL,
  credential_id bytea NOT NULL,
  credential    jsonb NOT NULL,        -- public key, counter, flags
  created_at    timestamptz NOT NULL,
  last_used_at  timestamptz,
  CONSTRAINT passkeys_credential UNIQUE (credential_id)
);
CREATE INDEX passkeys_tenant ON public.passkeys (tenant_id, user_id);
CREATE INDEX passkeys_user ON public.passkeys (user_id);

CREATE TABLE public.webauthn_challenges (
  id         uuid PRIMARY KEY,
  tenant_id  uuid REFERENCES public.tenants,
  user_id    uuid REFERENCES public.users ON DELETE CASCADE, -- NULL: whoever signs in
  host       text NOT NULL,
  purpose    text NOT NULL CHECK (purpose IN ('enroll', 'prove', 'sign_in')),
  data       jsonb NOT NULL,
  expires_at timestamptz NOT NULL,
  CONSTRAINT webauthn_challenges_user CHECK ((user_id IS NULL) = (purpose = 'sign_in'))
);
CREATE INDEX webauthn_challenges_user ON public.webauthn_challenges (tenant_id, user_id);
CREATE INDEX webauthn_challenges_expiry ON public.webauthn_challenges (expires_at);

-- Devices of tenants' people that need no second factor for a while; the platform's people always do.
CREATE TABLE public.remembered_devices (
  token_hash bytea PRIMARY KEY,        -- SHA-256 of the cookie's value, which is never stored
  user_id    uuid NOT NULL REFERENCES public.users ON DELETE CASCADE,
  tenant_id  uuid NOT NULL REFERENCES public.tenants,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX remembered_devices_user ON public.remembered_devices (tenant_id, user_id);

GRANT SELECT, INSERT, UPDATE, DELETE ON public.totp_factors, public.recovery_codes, public.factor_attempts, public.passkeys,
  public.webauthn_challenges, public.remembered_devices TO ss_identity, ss_platform;
ALTER TABLE public.totp_factors ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.recovery_codes ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.factor_attempts ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.passkeys ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.webauthn_challenges ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.remembered_devices ENABLE ROW LEVEL SECURITY;
CREATE POLICY identity ON public.totp_factors TO ss_identity USING (tenant_id = current_setting('ss.tenant_id')::uuid);
CREATE POLICY identity ON public.recovery_codes TO ss_identity USING (tenant_id = current_setting('ss.tenant_id')::uuid);
CREATE POLICY identity ON public.factor_attempts TO ss_identity USING (tenant_id = current_setting('ss.tenant_id')::uuid);
CREATE POLICY identity ON public.passkeys TO ss_identity USING (tenant_id = current_setting('ss.tenant_id')::uuid);
CREATE POLICY identity ON public.webauthn_challenges TO ss_identity USING (tenant_id = current_setting('ss.tenant_id')::uuid);
CREATE POLICY identity ON public.remembered_devices TO ss_identity USING (tenant_id = current_setting('ss.tenant_id')::uuid);
CREATE POLICY platform ON public.totp_factors TO ss_platform USING (true);
CREATE POLICY platform ON public.recovery_codes TO ss_platform USING (true);
CREATE POLICY platform ON public.factor_attempts TO ss_platform USING (true);
CREATE POLICY platform ON public.passkeys TO ss_platform USING (true);
CREATE POLICY platform ON public.webauthn_challenges TO ss_platform USING (true);
CREATE POLICY platform ON public.remembered_devices TO ss_platform USING (true);
