-- What each role may do in this database. Run it as a superuser, in the database itself, as often as one likes:
-- `apply.sh` does for a deployment, tests do for databases of their own. `decide` and `edge` have no role here.

DO $$
BEGIN
  EXECUTE format('ALTER DATABASE %I OWNER TO lockstep_owner', current_database());
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO lockstep_project, lockstep_desk, lockstep_gateway, lockstep_effects',
    current_database());
  -- Rows of a rebuild are copied into a temporary table first.
  EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO lockstep_project', current_database());
END
$$;

-- Stored views: the projector makes a set of tables for every generation, the desk reads them.
CREATE SCHEMA IF NOT EXISTS read AUTHORIZATION lockstep_owner;
GRANT USAGE, CREATE ON SCHEMA read TO lockstep_project;
GRANT USAGE ON SCHEMA read TO lockstep_desk;
GRANT SELECT ON ALL TABLES IN SCHEMA read TO lockstep_desk;
ALTER DEFAULT PRIVILEGES FOR ROLE lockstep_project IN SCHEMA read GRANT SELECT ON TABLES TO lockstep_desk;
-- What migrations make there, the projector fills.
ALTER DEFAULT PRIVILEGES FOR ROLE lockstep_owner IN SCHEMA read GRANT SELECT ON TABLES TO lockstep_desk;
ALTER DEFAULT PRIVILEGES FOR ROLE lockstep_owner IN SCHEMA read
  GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON TABLES TO lockstep_project;

-- The key store: the doors seal and erase, effects open, the projector never comes near it.
CREATE SCHEMA IF NOT EXISTS keys AUTHORIZATION lockstep_owner;
GRANT USAGE ON SCHEMA keys TO lockstep_gateway, lockstep_desk, lockstep_effects;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA keys TO lockstep_gateway, lockstep_desk;
GRANT SELECT ON ALL TABLES IN SCHEMA keys TO lockstep_effects;
ALTER DEFAULT PRIVILEGES FOR ROLE lockstep_owner IN SCHEMA keys
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO lockstep_gateway, lockstep_desk;
ALTER DEFAULT PRIVILEGES FOR ROLE lockstep_owner IN SCHEMA keys GRANT USAGE ON SEQUENCES TO lockstep_gateway, lockstep_desk;
ALTER DEFAULT PRIVILEGES FOR ROLE lockstep_owner IN SCHEMA keys GRANT SELECT ON TABLES TO lockstep_effects;

-- Staff sign in at the desk: nobody else needs their hashes. What was migrated is the owner's to say.
DO $$
BEGIN
  IF to_regclass('keys.credentials') IS NOT NULL THEN
    REVOKE ALL ON keys.credentials FROM lockstep_gateway, lockstep_effects;
    REVOKE INSERT, UPDATE, DELETE ON keys.schema_history FROM lockstep_gateway, lockstep_desk;
  END IF;
END
$$;
