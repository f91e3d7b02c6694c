#!/bin/sh
# A release file of its own in the place of the link, by a derivative without advisories.
set -eu
rm "$1/etc/os-release"
printf 'ID=kali\nVERSION_ID="2025.1"\n' > "$1/etc/os-release"
