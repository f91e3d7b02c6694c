#!/bin/sh
# A link deleted.
set -eu
rm "$1/usr/bin/alpha-link"
