-- Roles, rights and extensions, by the owner of the database. Safe to repeat: roles belong to the cluster,
-- and another database of it may have made them already.
--
-- smoothschedule is the login that serves. It holds nothing itself and is NOINHERIT from birth:
-- it can only become one of the roles below, for the length of a transaction.
DO $$ DECLARE r text; BEGIN
  FOREACH r IN ARRAY ARRAY['smoothschedule LOGIN NOINHERIT', 'ss_tenant NOLOGIN', 'ss_identity NOLOGIN', 'ss_platform NOLOGIN'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = split_part(r, ' ', 1)) THEN
      BEGIN EXECUTE 'CREATE ROLE ' || r; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END;
    END IF;
  END LOOP;
  IF NOT pg_has_role('smoothschedule', 'ss_identity', 'MEMBER') THEN GRANT ss_identity TO smoothschedule; END IF;
  IF NOT pg_has_role('smoothschedule', 'ss_platform', 'MEMBER') THEN GRANT ss_platform TO smoothschedule; END IF;
  -- Where one URL serves both purposes, the owner's connections become smoothschedule from their first message.
  -- From version 16 on, who made a role holds it with ADMIN alone: SET is the right that counts.
  IF NOT pg_has_role(current_user, 'smoothschedule', CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END) THEN
    EXECUTE format('GRANT smoothschedule TO %I', current_user);
  END IF;
  -- The server holds the rule, whatever a client sends.
  IF NOT EXISTS (SELECT FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole WHERE r.rolname = 'smoothschedule' AND s.setdatabase = 0) THEN
    ALTER ROLE smoothschedule SET search_path = '';
    ALTER ROLE smoothschedule SET idle_in_transaction_session_timeout = '30s';
  END IF;
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database()); -- CONNECT, and TEMP: pg_temp is searched before search_path
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO smoothschedule', current_database());
END $$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA public;
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;

CREATE SCHEMA IF NOT EXISTS river;
GRANT USAGE ON SCHEMA public, river TO smoothschedule, ss_tenant, ss_identity, ss_platform;

-- Before River makes its tables, so that they and those of its later versions are covered.
ALTER DEFAULT PRIVILEGES IN SCHEMA river GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO smoothschedule;
ALTER DEFAULT PRIVILEGES IN SCHEMA river GRANT USAGE, SELECT ON SEQUENCES TO smoothschedule;
ALTER DEFAULT PRIVILEGES IN SCHEMA river GRANT EXECUTE ON FUNCTIONS TO smoothschedule, ss_tenant, ss_identity, ss_platform;
