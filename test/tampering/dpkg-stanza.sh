#!/bin/sh
# A package removed from the database; its files stay.
set -eu
sed -i '/^Package: zlib1g$/,/^$/d' "$1/var/lib/dpkg/status"
