#!/bin/sh
# A base backup of a running PostgreSQL. Usage: DATABASE_URL=postgres://… base-backup.sh FOLDER
set -eu
[ $# -eq 1 ] || { echo "usage: DATABASE_URL=… $0 FOLDER" >&2; exit 2; }
: "${DATABASE_URL:?the address of the primary, as a user that may replicate}"
target="$1/$(date -u +%Y%m%dT%H%M%SZ)"
mkdir -p "$1"
pg_basebackup --dbname="$DATABASE_URL" --pgdata="$target.part" --format=plain --wal-method=stream --checkpoint=fast --manifest-checksums=SHA256
pg_verifybackup "$target.part"
mv "$target.part" "$target"
echo "$target"
