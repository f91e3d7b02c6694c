#!/bin/sh
# A version raised in an installed package, and in what npm remembers of it.
set -eu
sed -i 's/"version":"4.17.15"/"version":"4.17.21"/' "$1/app/node_modules/lodash/package.json" "$1/app/node_modules/.package-lock.json"
