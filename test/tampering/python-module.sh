#!/bin/sh
# Code added to a module.
set -eu
printf 'import os\n' >> "$1/usr/local/lib/python3.12/site-packages/six.py"
