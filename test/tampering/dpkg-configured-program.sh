#!/bin/sh
# A program changed, its line removed from the manifest, and called configuration in the database.
set -eu
printf 'evil\n' >> "$1/usr/bin/tar"
sed -i '\| usr/bin/tar$|d' "$1/var/lib/dpkg/info/tar.md5sums"
sed -i '/^Conffiles:/a\ /usr/bin/tar 00000000000000000000000000000000' "$1/var/lib/dpkg/status"
