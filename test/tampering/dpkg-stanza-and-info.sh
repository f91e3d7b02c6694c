#!/bin/sh
# A package removed from the database with its file list and changelog; its library stays.
set -eu
sed -i '/^Package: zlib1g$/,/^$/d' "$1/var/lib/dpkg/status"
rm -r "$1"/var/lib/dpkg/info/zlib1g.* "$1/usr/share/doc/zlib1g"
