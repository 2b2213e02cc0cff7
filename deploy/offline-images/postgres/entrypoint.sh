#!/bin/sh
# Makes the cluster on an empty volume and starts the server, by the variables of the official image:
# POSTGRES_PASSWORD (needed), POSTGRES_USER (postgres), POSTGRES_DB (the user's name), POSTGRES_INITDB_ARGS, PGDATA.
set -eu

if [ "$(id -u)" = 0 ]; then
  mkdir -p "${PGDATA}"
  chown postgres:postgres /var/lib/postgresql
  chown -R postgres:postgres "${PGDATA}"
  chmod 700 "${PGDATA}"
  exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi

if [ ! -s "${PGDATA}/PG_VERSION" ]; then
  if [ -z "${POSTGRES_PASSWORD:-}" ]; then
    echo "POSTGRES_PASSWORD is not set: give the database's administrator a password." >&2
    exit 1
  fi
  user="${POSTGRES_USER:-postgres}"
  database="${POSTGRES_DB:-${user}}"
  draft="$(mktemp -d)"
  printf '%s\n' "${POSTGRES_PASSWORD}" > "${draft}/password"
  # shellcheck disable=SC2086 -- several words are meant
  initdb --pgdata="${PGDATA}" --username="${user}" --pwfile="${draft}/password" --encoding=UTF8 --auth-local=trust \
    --auth-host=scram-sha-256 ${POSTGRES_INITDB_ARGS:-}
  rm -r "${draft}"
  echo 'host all all all scram-sha-256' >> "${PGDATA}/pg_hba.conf"
  printf "listen_addresses = '*'\nunix_socket_directories = '/var/run/postgresql'\n" >> "${PGDATA}/postgresql.conf"
  if [ "${database}" != postgres ]; then
    printf 'create database "%s"\n' "${database}" | postgres --single -D "${PGDATA}" postgres > /dev/null
  fi
fi

exec "$@"
