#!/bin/sh
# A program changed, and a made-up package whose manifest has the new digest.
set -eu
printf 'evil\n' >> "$1/usr/bin/tar"
(cd "$1" && md5sum usr/bin/tar) > "$1/var/lib/dpkg/info/evil.md5sums"
printf 'Package: evil\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\nDescription: a package\n\n' >> "$1/var/lib/dpkg/status"
