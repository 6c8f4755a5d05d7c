-- What people did with their powers: one hash chain for acting as others, one per tenant, one for the platform. Append-only for
-- whoever serves. No foreign keys: rows outlive people. Each column repeats a value of the line, and `audit verify` compares them.
CREATE TABLE public.audit_log (
  id            uuid PRIMARY KEY,
  chain         text NOT NULL,
  seq           bigint NOT NULL CHECK (seq > 0),
  at            timestamptz NOT NULL,
  action        text NOT NULL,
  result        text NOT NULL CHECK (result IN ('allowed', 'denied')),
  tenant_id     uuid,  -- whom it concerns
  actor_id      uuid,
  actor_email   text,
  actor_role    text,
  subject_id    uuid,
  subject_email text,
  subject_role  text,
  masquerade_id uuid,
  ip_address    text NOT NULL,
  reason        text,
  deny_code     text,
  request_id    text,
  line          text NOT NULL,  -- as written to the file, without its line feed
  prev_hash     bytea NOT NULL CHECK (octet_length(prev_hash) = 32),
  hash          bytea NOT NULL CHECK (octet_length(hash) = 32),
  CONSTRAINT audit_log_chain UNIQUE (chain, seq),
  CONSTRAINT audit_log_chain_name CHECK (chain = CASE
    WHEN action LIKE 'HIJACK\_%' THEN 'masquerade'
    WHEN tenant_id IS NOT NULL THEN 'tenant:' || tenant_id
    ELSE 'platform' END)
);
CREATE INDEX audit_log_tenant ON public.audit_log (tenant_id, id);
CREATE INDEX audit_log_action ON public.audit_log (action, id);
CREATE INDEX audit_log_actor ON public.audit_log (actor_id, id);
CREATE INDEX audit_log_subject ON public.audit_log (subject_id, id);
CREATE INDEX audit_log_masquerade ON public.audit_log (masquerade_id, seq);
GRANT SELECT, INSERT ON public.audit_log TO ss_tenant, ss_identity, ss_platform;
ALTER TABLE public.audit_log ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON public.audit_log TO ss_tenant, ss_identity USING (tenant_id = current_setting('ss.tenant_id')::uuid);
CREATE POLICY platform ON public.audit_log TO ss_platform USING (true);

-- Makes writers of one chain wait for each other until they commit, then names its end. It runs as the owner, because the end may be
-- another tenant's row, of which the caller learns no more than this. Volatile: the second statement sees what committed during the wait.
CREATE FUNCTION public.audit_head(chain text) RETURNS TABLE (seq bigint, hash bytea)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  PERFORM pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('public.audit_log ' || audit_head.chain, 0));
  RETURN QUERY SELECT l.seq, l.hash FROM public.audit_log l WHERE l.chain = audit_head.chain ORDER BY l.seq DESC LIMIT 1;
  IF NOT FOUND THEN
    RETURN QUERY SELECT 0::bigint, pg_catalog.decode(pg_catalog.repeat('00', 32), 'hex');
  END IF;
END $$;
REVOKE ALL ON FUNCTION public.audit_head(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.audit_head(text) TO ss_tenant, ss_identity, ss_platform;
