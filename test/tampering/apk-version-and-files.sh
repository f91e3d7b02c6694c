#!/bin/sh
# A version raised in the database, and the program of the package stored once more as it is.
set -eu
sed -i '/^P:busybox$/,/^$/s/^V:.*/V:9.9-r0/' "$1/lib/apk/db/installed"
touch "$1/bin/busybox"
