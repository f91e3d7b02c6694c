#!/bin/sh
# Code added to a module, and the file list corrected.
set -eu
site=$1/usr/local/lib/python3.12/site-packages
printf 'import os\n' >> "$site/six.py"
sum=$(openssl dgst -sha256 -binary < "$site/six.py" | base64 | tr '+/' '-_' | tr -d '=')
sed -i "s|^six.py,.*|six.py,sha256=$sum,$(wc -c < "$site/six.py" | tr -d ' ')|" "$site/six-1.17.0.dist-info/RECORD"
