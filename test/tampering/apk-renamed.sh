#!/bin/sh
# A package renamed in the database, with its origin.
set -eu
sed -i '/^P:busybox$/,/^$/{s/^o:.*/o:harmless/;s/^P:.*/P:harmless/}' "$1/lib/apk/db/installed"
