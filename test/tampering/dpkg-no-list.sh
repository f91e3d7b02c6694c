#!/bin/sh
# A program changed, and the list of files deleted.
set -eu
printf 'evil\n' >> "$1/usr/bin/tar"
rm "$1/var/lib/dpkg/info/tar.md5sums"
