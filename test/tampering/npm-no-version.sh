#!/bin/sh
# A package.json with settings of Node alone, as Node allows.
set -eu
printf '{"type":"commonjs"}\n' > "$1/app/node_modules/lodash/package.json"
