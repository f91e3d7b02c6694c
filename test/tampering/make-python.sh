#!/bin/sh
# A distribution as pip installs it: make-python.sh ROOT.
set -eu
root=$1
site=$root/usr/local/lib/python3.12/site-packages
info=$site/six-1.17.0.dist-info
mkdir -p "$info" "$site/__pycache__"
printf '"""Six."""\n\n__version__ = "1.17.0"\n' > "$site/six.py"
printf 'compiled' > "$site/__pycache__/six.cpython-312.pyc"
printf 'Metadata-Version: 2.1\nName: six\nVersion: 1.17.0\nSummary: Six\n' > "$info/METADATA"
printf 'pip\n' > "$info/INSTALLER"
row() {
  sum=$(openssl dgst -sha256 -binary < "$site/$1" | base64 | tr '+/' '-_' | tr -d '=')
  printf '%s,sha256=%s,%s\n' "$1" "$sum" "$(wc -c < "$site/$1" | tr -d ' ')"
}
{
  echo '__pycache__/six.cpython-312.pyc,,'
  row six-1.17.0.dist-info/INSTALLER
  row six-1.17.0.dist-info/METADATA
  echo 'six-1.17.0.dist-info/RECORD,,'
  row six.py
} > "$info/RECORD"
