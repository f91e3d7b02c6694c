#!/bin/sh
# A version changed in the record, in its name and in what it says of the archive.
set -eu
meta=$1/opt/conda/conda-meta
sed 's/1\.2\.3/1.9.9/g' "$meta/alpha-1.2.3-h1234_0.json" > "$meta/alpha-1.9.9-h1234_0.json"
rm "$meta/alpha-1.2.3-h1234_0.json"
