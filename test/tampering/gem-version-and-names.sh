#!/bin/sh
# A version raised in the installed specification, and its file and folder renamed.
set -eu
cd "$1/usr/local/bundle"
sed -i 's/1\.2\.3/1.9.9/g' specifications/alpha-1.2.3.gemspec
mv specifications/alpha-1.2.3.gemspec specifications/alpha-1.9.9.gemspec
mv gems/alpha-1.2.3 gems/alpha-1.9.9
