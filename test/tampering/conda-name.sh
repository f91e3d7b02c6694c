#!/bin/sh
# A name changed in the record.
set -eu
sed -i 's/"name": "alpha"/"name": "harmless"/' "$1/opt/conda/conda-meta/alpha-1.2.3-h1234_0.json"
