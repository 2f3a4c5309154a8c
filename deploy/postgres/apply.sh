#!/bin/sh
# Brings a PostgreSQL database to what `grants.sql` beside it says, and the login roles to their passwords.
#
#   PGHOST=… PGPORT=… PGUSER=… PGDATABASE=… apply.sh FOLDER_OF_PASSWORDS
#
# The folder holds one file a role, named like it, that of PGUSER among them. It can be run as often as one likes.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
passwords=$1
PGPASSWORD=$(cat "$passwords/$PGUSER")
PGOPTIONS='-c client_min_messages=warning'
export PGPASSWORD PGOPTIONS

for role in lockstep_owner lockstep_project lockstep_desk lockstep_gateway lockstep_effects; do
  # By the environment: everybody can read a command line.
  LOCKSTEP_ROLE_PASSWORD=$(cat "$passwords/$role") \
    psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --set role="$role" <<'SQL'
\getenv password LOCKSTEP_ROLE_PASSWORD
SELECT format('CREATE ROLE %I LOGIN', :'role')
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \gexec
ALTER ROLE :"role" WITH LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'password';
SQL
done
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --file "$here/grants.sql"
