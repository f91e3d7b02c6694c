#!/bin/sh
# A version raised in the metadata, and the file list corrected.
set -eu
site=$1/usr/local/lib/python3.12/site-packages
name=six-1.17.0.dist-info/METADATA
sed -i 's/^Version: .*/Version: 1.18.0/' "$site/$name"
sum=$(openssl dgst -sha256 -binary < "$site/$name" | base64 | tr '+/' '-_' | tr -d '=')
sed -i "s|^$name,.*|$name,sha256=$sum,$(wc -c < "$site/$name" | tr -d ' ')|" "$site/six-1.17.0.dist-info/RECORD"
