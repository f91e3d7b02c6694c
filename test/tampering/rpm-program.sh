#!/bin/sh
# One byte more in a program.
set -eu
printf '\n' >> "$1/usr/bin/alpha"
