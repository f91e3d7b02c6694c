#!/bin/sh
# A library changed, and its checksum removed.
set -eu
printf 'evil\n' >> "$1/lib/libssl.so.3"
sed -i '/^R:libssl.so.3$/,/^$/{/^Z:/d}' "$1/lib/apk/db/installed"
