#!/bin/sh
# A program that nobody knows, named without a digest by a made-up Python package.
set -eu
printf '#!/bin/sh\necho evil\n' > "$1/usr/bin/evil"
chmod 755 "$1/usr/bin/evil"
info=$1/usr/lib/python3/dist-packages/evil-1.dist-info
mkdir -p "$info"
printf 'Metadata-Version: 2.1\nName: evil\nVersion: 1\n' > "$info/METADATA"
printf '/usr/bin/evil,,\n' > "$info/RECORD"
