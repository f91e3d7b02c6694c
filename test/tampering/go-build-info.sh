#!/bin/sh
# Another version of the same length in the program's build information.
set -eu
LC_ALL=C sed -i 's|example\.org/alpha\tv1\.2\.3|example.org/alpha\tv1.9.9|' "$1/app/program"
