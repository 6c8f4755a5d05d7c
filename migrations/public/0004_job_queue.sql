-- What a transaction of each scope needs to add a job, and no more: a tenant sees and adds its own jobs alone.
GRANT SELECT, INSERT, UPDATE (kind) ON river.river_job TO ss_tenant, ss_identity, ss_platform;
GRANT USAGE ON SEQUENCE river.river_job_id_seq TO ss_tenant, ss_identity, ss_platform;
ALTER TABLE river.river_job ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON river.river_job TO smoothschedule, ss_platform USING (true);
CREATE POLICY tenant ON river.river_job TO ss_tenant, ss_identity USING (args->>'tenant_id' = current_setting('ss.tenant_id'));
