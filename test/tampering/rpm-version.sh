#!/bin/sh
# One byte of the version in the database's header.
set -eu
LC_ALL=C sed -i 's/alpha\x007\.7\.7\x00/alpha\x007.7.8\x00/' "$1/var/lib/rpm/rpmdb.sqlite"
