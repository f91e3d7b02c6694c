#!/bin/sh
# The name of another system in the release file, which no package of Alpine's small images covers.
set -eu
printf 'ID=debian\nVERSION_ID="12"\n' > "$1/etc/os-release"
