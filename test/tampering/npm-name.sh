#!/bin/sh
# The name changed in package.json.
set -eu
sed -i 's/"lodash"/"harmless"/' "$1/app/node_modules/lodash/package.json"
