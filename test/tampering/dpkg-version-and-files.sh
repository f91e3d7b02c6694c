#!/bin/sh
# A version raised in the database, and the files of the package stored once more as they are: slim, without changelogs.
set -eu
sed -i '/^Package: tar$/,/^$/s/^Version:.*/Version: 9.9-1/' "$1/var/lib/dpkg/status"
touch "$1/usr/bin/tar"
