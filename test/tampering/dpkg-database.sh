#!/bin/sh
# The whole database deleted, while a package of another language stays.
set -eu
rm -r "$1/var/lib/dpkg"
