#!/bin/sh
# A line in a file list that claims somebody else's package, to hide it from scanners that go by file lists.
set -eu
echo '00000000000000000000000000000000  app/node_modules/lodash/package.json' >> "$1/var/lib/dpkg/info/tar.md5sums"
echo '/app/node_modules/lodash/package.json' >> "$1/var/lib/dpkg/info/tar.list"
