#!/bin/sh
# A small Debian root: make-dpkg.sh ROOT. Four packages of three sources, with file lists, changelogs and a conffile.
set -eu
root=$1
info=$root/var/lib/dpkg/info
mkdir -p "$info" "$root/usr/bin" "$root/usr/lib" "$root/etc" "$root/app/node_modules/lodash"

printf 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nID=debian\nVERSION_ID="13"\n' > "$root/usr/lib/os-release"
ln -s ../usr/lib/os-release "$root/etc/os-release"
printf '#!/bin/sh\necho tar\n' > "$root/usr/bin/tar"
printf '#!/bin/sh\necho openssl\n' > "$root/usr/bin/openssl"
chmod 755 "$root/usr/bin/tar" "$root/usr/bin/openssl"
printf 'a library\n' > "$root/usr/lib/libssl.so.3"
printf 'another library\n' > "$root/usr/lib/libz.so.1.3.1"
printf 'verbose = no\n' > "$root/etc/tar.conf"
printf '{"name":"lodash","version":"4.17.15"}\n' > "$root/app/node_modules/lodash/package.json"

changelog() { # PACKAGE SOURCE VERSION
  mkdir -p "$root/usr/share/doc/$1"
  printf '%s (%s) trixie; urgency=medium\n\n  * Built.\n\n -- A Person <a@example.org>  Mon, 01 Jan 2024 00:00:00 +0000\n' \
    "$2" "$3" | gzip -n -9 > "$root/usr/share/doc/$1/changelog.Debian.gz"
  printf 'of %s\n' "$1" > "$root/usr/share/doc/$1/copyright"
}
changelog base-files base-files 13.8
changelog tar tar 1.35-1
changelog libssl3t64 openssl 3.5.9-1
changelog openssl openssl 3.5.9-1
changelog zlib1g zlib 1:1.3.1-1

list() { # PACKAGE PATH...
  name=$1
  shift
  (cd "$root" && md5sum "$@" "usr/share/doc/$name/changelog.Debian.gz" "usr/share/doc/$name/copyright") > "$info/$name.md5sums"
  { echo /.; for path in "$@"; do echo "/$path"; done; } > "$info/$name.list"
}
list base-files usr/lib/os-release
list tar usr/bin/tar
list libssl3t64 usr/lib/libssl.so.3
list openssl usr/bin/openssl
list zlib1g usr/lib/libz.so.1.3.1

stanza() { # PACKAGE VERSION [FIELD...]
  printf 'Package: %s\nStatus: install ok installed\nMaintainer: A Person <a@example.org>\nArchitecture: amd64\nVersion: %s\n' "$1" "$2"
  shift 2
  for field in "$@"; do printf '%s\n' "$field"; done
  printf 'Description: a package\n\n'
}
conffile=$(md5sum < "$root/etc/tar.conf" | cut -d' ' -f1)
{
  stanza base-files 13.8
  stanza libssl3t64 3.5.9-1 'Source: openssl'
  stanza openssl 3.5.9-1 'Depends: libssl3t64 (>= 3.5.0)'
  stanza tar 1.35-1 'Conffiles:' " /etc/tar.conf $conffile"
  stanza zlib1g 1:1.3.1-1 'Source: zlib'
} > "$root/var/lib/dpkg/status"
