#!/bin/bash
# Makes a database cluster when there is none, as the environment says, then runs the server as the
# user postgres. What it obeys is documented at https://hub.docker.com/_/postgres.
set -Eeo pipefail
shopt -s nullglob

# setting NAME [DEFAULT]: the variable, or what the file named by NAME_FILE holds; not both.
setting() {
  local name=$1 file_name="${1}_FILE"
  if [ -n "${!name:-}" ] && [ -n "${!file_name:-}" ]; then
    echo >&2 "error: both $name and $file_name are set, but they exclude each other"
    exit 1
  fi
  local value="${!name:-${2:-}}"
  if [ -n "${!file_name:-}" ]; then value=$(<"${!file_name}"); fi
  export "$name"="$value"
  unset "$file_name"
}

read_settings() {
  setting POSTGRES_PASSWORD
  setting POSTGRES_USER postgres
  setting POSTGRES_DB "$POSTGRES_USER"
  setting POSTGRES_INITDB_ARGS
  : "${POSTGRES_HOST_AUTH_METHOD:=}"
}

prepare_folders() {
  mkdir -p "$PGDATA" /var/run/postgresql
  chmod 00700 "$PGDATA" || :
  chmod 03775 /var/run/postgresql || :
  if [ "$(id -u)" = 0 ]; then
    find "$PGDATA" \! -user postgres -exec chown postgres '{}' +
    find /var/run/postgresql \! -user postgres -exec chown postgres '{}' +
  fi
}

require_password() {
  if [ -z "$POSTGRES_PASSWORD" ] && [ "$POSTGRES_HOST_AUTH_METHOD" != trust ]; then
    cat >&2 <<'TEXT'
Error: Database is uninitialized and superuser password is not specified.
       You must specify POSTGRES_PASSWORD to a non-empty value for the
       superuser, for example "-e POSTGRES_PASSWORD=password".
       POSTGRES_HOST_AUTH_METHOD=trust allows all connections without a
       password: not recommended.
TEXT
    exit 1
  fi
}

make_cluster() {
  local waldir=()
  if [ -n "${POSTGRES_INITDB_WALDIR:-}" ]; then waldir=(--waldir "$POSTGRES_INITDB_WALDIR"); fi
  # The arguments come as one string by definition, quotes in it included.
  eval 'initdb --username="$POSTGRES_USER" --pwfile=<(printf "%s\n" "$POSTGRES_PASSWORD") "${waldir[@]}" '"$POSTGRES_INITDB_ARGS"
}

allow_hosts() {
  local method=$POSTGRES_HOST_AUTH_METHOD
  if [ -z "$method" ]; then method=$(postgres -C password_encryption "${@:2}"); fi
  printf '\nhost all all all %s\n' "$method" >>"$PGDATA/pg_hba.conf"
}

# sql ARGS…: psql as the superuser, over the socket of the server that serves nobody else yet.
sql() {
  PGHOST='' PGHOSTADDR='' PGPASSWORD=$POSTGRES_PASSWORD psql -v ON_ERROR_STOP=1 --no-psqlrc --no-password \
    --username "$POSTGRES_USER" "$@"
}

make_database() {
  local present
  present=$(sql --dbname postgres --set db="$POSTGRES_DB" --tuples-only <<<"SELECT 1 FROM pg_database WHERE datname = :'db';")
  if [ -z "$present" ]; then sql --dbname postgres --set db="$POSTGRES_DB" <<<'CREATE DATABASE :"db";'; fi
}

run_init_scripts() {
  local file
  for file in /docker-entrypoint-initdb.d/*; do
    echo "$0: running $file"
    case $file in
      *.sh) if [ -x "$file" ]; then "$file"; else . "$file"; fi ;;
      *.sql) sql --dbname "$POSTGRES_DB" -f "$file" ;;
      *.sql.gz) gunzip -c "$file" | sql --dbname "$POSTGRES_DB" ;;
      *.sql.xz) xzcat "$file" | sql --dbname "$POSTGRES_DB" ;;
      *.sql.zst) zstd -dc "$file" | sql --dbname "$POSTGRES_DB" ;;
      *) echo "$0: ignoring $file" ;;
    esac
  done
}

initialize() {
  require_password
  make_cluster
  allow_hosts "$@"
  PGPASSWORD=$POSTGRES_PASSWORD pg_ctl -D "$PGDATA" -w start -o "$(printf '%q ' "${@:2}" -c listen_addresses='' -p "${PGPORT:-5432}")"
  make_database
  run_init_scripts
  pg_ctl -D "$PGDATA" -m fast -w stop
  printf '\nPostgreSQL init process complete; ready for start up.\n\n'
}

if [ "${1:0:1}" = - ]; then set -- postgres "$@"; fi

if [ "$1" = postgres ]; then
  case " $* " in *' --help '* | *' -? '* | *' --version '* | *' -V '* | *' --describe-config '* | *' -C '*) exec "$@" ;; esac
  read_settings
  prepare_folders
  if [ "$(id -u)" = 0 ]; then exec gosu postgres "$BASH_SOURCE" "$@"; fi
  if [ -s "$PGDATA/PG_VERSION" ]; then
    printf '\nPostgreSQL Database directory appears to contain a database; Skipping initialization\n\n'
  else
    initialize "$@"
  fi
fi
exec "$@"
