#!/bin/sh
# A program changed, and its line removed from the manifest.
set -eu
printf 'evil\n' >> "$1/usr/bin/tar"
sed -i '\| usr/bin/tar$|d' "$1/var/lib/dpkg/info/tar.md5sums"
