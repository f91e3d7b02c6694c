#!/bin/sh
# The version changed in METADATA, RECORD and the name of the folder.
set -eu
site=$1/usr/local/lib/python3.12/site-packages
info=six-1.99.0.dist-info
mv "$site/six-1.17.0.dist-info" "$site/$info"
sed -i 's/^Version: .*/Version: 1.99.0/' "$site/$info/METADATA"
sum=$(openssl dgst -sha256 -binary < "$site/$info/METADATA" | base64 | tr '+/' '-_' | tr -d '=')
sed -i -e 's/six-1.17.0/six-1.99.0/' -e "s|^$info/METADATA,.*|$info/METADATA,sha256=$sum,1|" "$site/$info/RECORD"
