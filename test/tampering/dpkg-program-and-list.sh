#!/bin/sh
# One byte more in a program, and the file list corrected: what a careful attacker does.
set -eu
printf '\n' >> "$1/usr/bin/tar"
sum=$(md5sum < "$1/usr/bin/tar" | cut -d' ' -f1)
sed -i "s|^[0-9a-f]*  usr/bin/tar\$|$sum  usr/bin/tar|" "$1/var/lib/dpkg/info/tar.md5sums"
