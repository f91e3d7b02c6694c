#!/bin/sh
# A module changed, and a second line for it in RECORD by another way.
set -eu
site=$1/usr/local/lib/python3.12/site-packages
printf 'evil = 1\n' >> "$site/six.py"
sum=$(openssl dgst -sha256 -binary < "$site/six.py" | base64 | tr '+/' '-_' | tr -d '=')
printf '../site-packages/six.py,sha256=%s,1\n' "$sum" >> "$site/six-1.17.0.dist-info/RECORD"
