#!/bin/sh
# A package.json without a name, as Node allows.
set -eu
printf '{"version":"4.17.15"}\n' > "$1/app/node_modules/lodash/package.json"
