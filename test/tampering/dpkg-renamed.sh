#!/bin/sh
# A package renamed in the database, with its list of files.
set -eu
sed -i 's/^Package: zlib1g$/Package: harmless/' "$1/var/lib/dpkg/status"
mv "$1/var/lib/dpkg/info/zlib1g.md5sums" "$1/var/lib/dpkg/info/harmless.md5sums"
mv "$1/var/lib/dpkg/info/zlib1g.list" "$1/var/lib/dpkg/info/harmless.list"
