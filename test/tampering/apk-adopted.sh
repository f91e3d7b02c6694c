#!/bin/sh
# A package deleted from the database, and its files given to another one.
set -eu
db=$1/lib/apk/db/installed
files=$(sed -n '/^P:busybox$/,/^$/p' "$db" | sed -n '/^F:/,$p' | sed '/^$/d')
awk -v RS= -v ORS='\n\n' '!/\nP:busybox\n/' "$db" > "$db.new"
awk -v RS= -v ORS='\n\n' -v files="$files" '{ print ($0 ~ /\nP:libcrypto3\n/) ? $0 "\n" files : $0 }' "$db.new" > "$db"
rm "$db.new"
