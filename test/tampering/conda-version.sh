#!/bin/sh
# A version raised in the record.
set -eu
sed -i 's/"version": "1.2.3"/"version": "1.9.9"/' "$1/opt/conda/conda-meta/alpha-1.2.3-h1234_0.json"
