#!/bin/sh
# A name changed in the specification.
set -eu
sed -i 's/s.name = "alpha"/s.name = "harmless"/' "$1/usr/local/bundle/specifications/alpha-1.2.3.gemspec"
