#!/bin/sh
# A program changed, and its digest as installed, of a file that is not changed when it is installed.
set -eu
printf '\n' >> "$1/opt/conda/bin/alpha"
sum=$(sha256sum < "$1/opt/conda/bin/alpha" | cut -d' ' -f1)
sed -i "s/\"sha256_in_prefix\": \"[^\"]*\"/\"sha256_in_prefix\": \"$sum\"/" "$1/opt/conda/conda-meta/alpha-1.2.3-h1234_0.json"
