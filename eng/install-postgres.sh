#!/usr/bin/env bash
# Unpacks PostgreSQL 17 with pgvector from Debian's packages into a folder and runs it there on a free port of 127.0.0.1, with a password of its own; installs nothing into the system.
# usage: eng/install-postgres.sh [FOLDER]           then: source FOLDER/env, which sets HYBRIDREC_POSTGRES to the connection string
#        eng/install-postgres.sh --folder           prints the default folder
#        eng/install-postgres.sh --stop [FOLDER]    stops the server; its data stay
# Does nothing where the server answers already. Fails, and says why, where the packages are not to be had; the tests of vector stores are skipped then.
set -euo pipefail
say() { echo "install-postgres: $*" >&2; }
stop=
case "${1:-}" in --stop) stop=1; shift ;; esac
# PostgreSQL refuses to run as root, and whoever it runs as instead has to reach the folder: root's home is closed to others.
[ "$(id -u)" -eq 0 ] && default=/var/lib/hybridrec/postgres || default="$HOME/.cache/hybridrec/postgres"
[ "${1:-}" = --folder ] && { echo "$default"; exit 0; }
prefix="${1:-$default}"
bin="$prefix/usr/lib/postgresql/17/bin" data="$prefix/data"
as_user() { if [ "$(id -u)" -eq 0 ]; then setpriv --reuid=nobody --regid=nogroup --clear-groups -- "$@"; else "$@"; fi; }
run() { as_user env -u LD_LIBRARY_PATH LD_LIBRARY_PATH="$prefix/usr/lib/$(uname -m)-linux-gnu" LC_ALL=C "$@"; }
running() { [ -f "$data/postmaster.pid" ] && run "$bin/pg_ctl" -D "$data" status >/dev/null 2>&1; }

if [ -n "$stop" ]; then
  if running; then run "$bin/pg_ctl" -D "$data" -m fast -w stop >/dev/null; fi
  exit 0
fi

# Programs that do not start were put together wrongly: they are unpacked anew.
starts() { run "$bin/psql" --version >/dev/null 2>"$prefix/psql.log" && run "$bin/postgres" --version >/dev/null 2>>"$prefix/psql.log"; }
if [ ! -f "$prefix/complete" ] || ! starts; then
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || { say "apt-get and dpkg-deb are needed, and this machine does not have them"; exit 1; }
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  # The server, and the libraries that an older Debian lacks or has in another version. Not the just-in-time compiler: it is a hundred megabytes, and searches do not need it.
  wanted="postgresql-17 postgresql-client-17 postgresql-17-pgvector libpq5 libicu76 libldap2 libsasl2-2"
  [ -n "$(apt-cache search --names-only '^postgresql-17-pgvector$' 2>/dev/null)" ] || apt-get update -qq >/dev/null 2>&1 || true
  # A machine may know several releases of Debian. psql of 17 does not run with the libpq of another one: both are made of one source and have one version.
  versions() { apt-cache madison "$1" 2>/dev/null | awk '{ print $3 }' || true; }
  same=$(comm -12 <(versions postgresql-17 | sort) <(versions libpq5 | sort) | tail -n 1)
  wanted=" $wanted "
  [ -z "$same" ] || for package in postgresql-17 postgresql-client-17 libpq5; do wanted=${wanted/ $package / $package=$same }; done
  download() { ( cd "$work" && rm -f ./*.deb && apt-get download -qq $wanted ) >/dev/null 2>"$work/log"; }
  download || { apt-get update -qq >/dev/null 2>&1; download; } || { say "the packages are not to be had:"; cat "$work/log" >&2; exit 1; }
  mkdir -p "$prefix"
  for package in "$work"/*.deb; do dpkg-deb -x "$package" "$prefix"; done
  missing=$(LD_LIBRARY_PATH="$prefix/usr/lib/$(uname -m)-linux-gnu" ldd "$bin/postgres" "$bin/initdb" "$bin/psql" "$prefix/usr/lib/postgresql/17/lib/vector.so" 2>&1 | grep 'not found' | sort -u || true)
  [ -z "$missing" ] || { say "this system lacks libraries of PostgreSQL 17:"; echo "$missing" >&2; exit 1; }
  starts || { say "PostgreSQL does not start on this system:"; cat "$prefix/psql.log" >&2; exit 1; }
  touch "$prefix/complete" # last: its being there says that the rest is
fi

if [ ! -f "$data/PG_VERSION" ]; then
  rm -rf "$data"
  mkdir -p "$data"
  ( umask 077; head -c 18 /dev/urandom | base64 | tr '+/' 'ab' > "$prefix/password" )
  [ "$(id -u)" -ne 0 ] || chown nobody:nogroup "$data" "$prefix/password"
  run "$bin/initdb" -D "$data" -U hybridrec -A scram-sha-256 --pwfile="$prefix/password" -E UTF8 --no-sync >"$prefix/initdb.log" 2>&1 || { say "initdb failed:"; cat "$prefix/initdb.log" >&2; exit 1; }
fi

if ! running; then
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])' 2>/dev/null || echo $((49152 + RANDOM % 16000)))
  # It is for tests: without fsync what a power cut would lose is nothing anybody wants back.
  run "$bin/pg_ctl" -D "$data" -w -t 60 -l "$data/server.log" -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c jit=off" start >/dev/null ||
    { say "the server does not start:"; tail -n 20 "$data/server.log" >&2; exit 1; }
fi
port=$(sed -n 4p "$data/postmaster.pid")
( umask 077; echo "export HYBRIDREC_POSTGRES='Host=127.0.0.1;Port=$port;Username=hybridrec;Password=$(cat "$prefix/password");Database=postgres'" > "$prefix/env" )
version=$(PGPASSWORD=$(cat "$prefix/password") run "$bin/psql" -h 127.0.0.1 -p "$port" -U hybridrec -d postgres -Atc "CREATE EXTENSION IF NOT EXISTS vector; SELECT 'PostgreSQL ' || current_setting('server_version') || ', pgvector ' || extversion FROM pg_extension WHERE extname = 'vector'" 2>"$prefix/psql.log" | tail -n 1) || version=
[ -n "$version" ] || { say "the server does not answer, or has no pgvector:"; cat "$prefix/psql.log" >&2; exit 1; }
echo "$version is on port $port of 127.0.0.1; source $prefix/env"
