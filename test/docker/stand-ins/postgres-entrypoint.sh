#!/bin/sh
# What the official PostgreSQL image does with its variables and init scripts, for Debian's PostgreSQL.
set -eu
PATH=$(echo /usr/lib/postgresql/*/bin):$PATH
export PATH PGDATA=/var/lib/postgresql/data PGUSER="$POSTGRES_USER" PGPASSWORD="$POSTGRES_PASSWORD"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  printf %s "$POSTGRES_PASSWORD" > /tmp/password
  initdb --username="$POSTGRES_USER" --pwfile=/tmp/password --auth=scram-sha-256 > /dev/null
  echo "host all all all scram-sha-256" >> "$PGDATA/pg_hba.conf"
  pg_ctl --wait --options="-c listen_addresses='' -c unix_socket_directories=/var/run/postgresql" start > /dev/null
  createdb --host=/var/run/postgresql "$POSTGRES_DB"
  for script in /docker-entrypoint-initdb.d/*.sql; do psql --host=/var/run/postgresql --dbname="$POSTGRES_DB" --file="$script"; done
  pg_ctl --wait stop > /dev/null
fi
exec postgres -c listen_addresses='*' -c unix_socket_directories=/var/run/postgresql
