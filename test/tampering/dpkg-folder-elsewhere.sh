#!/bin/sh
# The folder of libraries moved, a link in its place, and a library changed.
set -eu
mkdir -p "$1/srv"
mv "$1/usr/lib" "$1/srv/lib"
ln -s /srv/lib "$1/usr/lib"
printf 'evil\n' >> "$1/srv/lib/libssl.so.3"
