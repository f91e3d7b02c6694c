#!/bin/sh
# A program that nobody knows, with the name of a text.
set -eu
printf '#!/bin/sh\necho evil\n' > "$1/usr/bin/evil.txt"
chmod 755 "$1/usr/bin/evil.txt"
