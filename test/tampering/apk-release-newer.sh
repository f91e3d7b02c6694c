#!/bin/sh
# A newer release than that of the repositories.
set -eu
sed -i 's/^VERSION_ID=.*/VERSION_ID=3.22.1/' "$1/etc/os-release"
