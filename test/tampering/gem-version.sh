#!/bin/sh
# A version raised in the installed specification.
set -eu
sed -i 's/1\.2\.3/1.9.9/g' "$1/usr/local/bundle/specifications/alpha-1.2.3.gemspec"
