#!/bin/sh
# The program built again, from a module of the same version with other source; go.sum as it was.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
MODULE_BODY='println(2)' sh "$(dirname "$0")/make-go.sh" "$work"
cp "$work/app/program" "$1/app/program"
