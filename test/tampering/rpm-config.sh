#!/bin/sh
# Configuration edited by its administrator.
set -eu
printf 'edited\n' >> "$1/etc/alpha.conf"
