#!/bin/sh
# A program changed, and a made-up Python package whose list of files has the new digest, by an absolute path; it also
# names what lies outside of the image.
set -eu
printf 'evil\n' >> "$1/usr/bin/tar"
info=$1/usr/lib/python3/dist-packages/evil-1.dist-info
mkdir -p "$info"
printf 'Metadata-Version: 2.1\nName: evil\nVersion: 1\n' > "$info/METADATA"
sum=$(openssl dgst -sha256 -binary < "$1/usr/bin/tar" | base64 | tr '+/' '-_' | tr -d '=')
printf '/usr/bin/tar,sha256=%s,1\n../../../../../../../../etc/shadow,sha256=%s,1\n' "$sum" "$sum" > "$info/RECORD"
