#!/bin/sh
# Receives the log as it is written, onto a disk of its own, and confirms each part once it is there: with the name in
# synchronous_standby_names no commit returns before. Usage: DATABASE_URL=postgres://… follow.sh NAME FOLDER
set -eu
[ $# -eq 2 ] || { echo "usage: DATABASE_URL=… $0 NAME FOLDER" >&2; exit 2; }
: "${DATABASE_URL:?the address of the primary, as a user that may replicate}"
mkdir -p "$2"
export PGAPPNAME="$1"
pg_receivewal --dbname="$DATABASE_URL" --slot="$1" --create-slot --if-not-exists
exec pg_receivewal --dbname="$DATABASE_URL" --slot="$1" --directory="$2" --synchronous
