#!/bin/sh
# A program replaced, and a diversion that says where the original went.
set -eu
cp "$1/usr/bin/tar" "$1/usr/bin/tar.real"
printf 'evil\n' >> "$1/usr/bin/tar"
printf '/usr/bin/tar\n/usr/bin/tar.real\nevil\n' > "$1/var/lib/dpkg/diversions"
