#!/bin/sh
# The name changed in package.json, and in npm's own lockfile as if it were an alias.
set -eu
sed -i 's/"lodash"/"harmless"/' "$1/app/node_modules/lodash/package.json"
sed -i 's/"version":"4.17.15"/"name":"harmless","version":"4.17.15"/' "$1/app/node_modules/.package-lock.json"
