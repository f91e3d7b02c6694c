#!/bin/sh
# A version raised in an installed package, and what npm remembers of it deleted.
set -eu
sed -i 's/"version":"4.17.15"/"version":"4.17.21"/' "$1/app/node_modules/lodash/package.json"
rm "$1/app/node_modules/.package-lock.json"
