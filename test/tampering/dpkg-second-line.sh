#!/bin/sh
# A program changed, and a second line for it in the manifest.
set -eu
printf 'evil\n' >> "$1/usr/bin/tar"
(cd "$1" && md5sum usr/bin/tar) >> "$1/var/lib/dpkg/info/tar.md5sums"
