#!/bin/sh
# The name changed in METADATA, and its line in RECORD corrected.
set -eu
site=$1/usr/local/lib/python3.12/site-packages
info=six-1.17.0.dist-info
sed -i 's/^Name: .*/Name: harmless/' "$site/$info/METADATA"
sum=$(openssl dgst -sha256 -binary < "$site/$info/METADATA" | base64 | tr '+/' '-_' | tr -d '=')
sed -i "s|^$info/METADATA,.*|$info/METADATA,sha256=$sum,1|" "$site/$info/RECORD"
