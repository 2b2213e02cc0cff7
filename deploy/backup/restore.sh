#!/bin/sh
# Makes a data folder out of a base backup and the log. Usage: restore.sh BACKUP DATA ARCHIVE [FOLLOWED]
# FOLLOWED is the folder of follow.sh: its last file is not finished, and is taken as it is.
set -eu
[ $# -ge 3 ] && [ $# -le 4 ] || { echo "usage: $0 BACKUP DATA ARCHIVE [FOLLOWED]" >&2; exit 2; }
[ ! -e "$2" ] || [ -z "$(ls -A "$2")" ] || { echo "$2 is not empty" >&2; exit 1; }
mkdir -p "$2"
cp -a "$1/." "$2/"
chmod 700 "$2"
command="cp \"$3/%f\" \"%p\""
if [ $# -eq 4 ]; then command="$command || cp \"$4/%f\" \"%p\" || cp \"$4/%f.partial\" \"%p\""; fi
# A follower's confirmation is not wanted of a server that has none yet.
cat >> "$2/postgresql.auto.conf" <<SETTINGS
restore_command = '($command) 2>/dev/null'
recovery_target_timeline = 'latest'
synchronous_standby_names = ''
SETTINGS
touch "$2/recovery.signal"
echo "Start PostgreSQL on $2: it recovers, and takes writes when it has come to the end of the log."
