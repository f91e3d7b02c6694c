#!/bin/sh
# A link to the shell that leads to another program now.
set -eu
printf '#!/bin/true\nevil\n' > "$1/bin/evil"
chmod 755 "$1/bin/evil"
ln -sf evil "$1/bin/sh"
