#!/bin/sh
# A program that nobody knows, named without a checksum in the database.
set -eu
printf '#!/bin/true\nevil\n' > "$1/bin/evil"
chmod 755 "$1/bin/evil"
sed -i 's/^R:busybox$/R:evil\nR:busybox/' "$1/lib/apk/db/installed"
