#!/bin/sh
# A module changed, and RECORD deleted.
set -eu
site=$1/usr/local/lib/python3.12/site-packages
printf 'evil = 1\n' >> "$site/six.py"
rm "$site/six-1.17.0.dist-info/RECORD"
