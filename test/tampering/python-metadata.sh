#!/bin/sh
# A version raised in the metadata.
set -eu
sed -i 's/^Version: .*/Version: 1.18.0/' "$1/usr/local/lib/python3.12/site-packages/six-1.17.0.dist-info/METADATA"
