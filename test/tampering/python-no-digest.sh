#!/bin/sh
# Code added to a module, and its digest removed from the list of files.
set -eu
site=$1/usr/local/lib/python3.12/site-packages
printf 'import os\n' >> "$site/six.py"
sed -i 's|^six.py,.*|six.py,,|' "$site/six-1.17.0.dist-info/RECORD"
