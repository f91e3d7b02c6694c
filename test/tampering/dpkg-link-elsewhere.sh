#!/bin/sh
# A library replaced by a link to a plain file where no package puts anything.
set -eu
mkdir -p "$1/srv"
printf 'evil\n' > "$1/srv/data"
ln -sf /srv/data "$1/usr/lib/libssl.so.3"
