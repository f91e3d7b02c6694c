#!/bin/sh
# A small Alpine root: make-apk.sh ROOT. Three packages of two sources, with checksums of files and links.
set -eu
root=$1
mkdir -p "$root/lib/apk/db" "$root/bin" "$root/lib" "$root/etc/apk"
printf 'https://mirror.example/alpine/v3.20/main\nhttps://mirror.example/alpine/v3.20/community\n' > "$root/etc/apk/repositories"
printf 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.20.3\n' > "$root/etc/os-release"
printf '#!/bin/true\n' > "$root/bin/busybox"
printf 'crypto\n' > "$root/lib/libcrypto.so.3"
printf 'ssl\n' > "$root/lib/libssl.so.3"
chmod 755 "$root/bin/busybox" "$root/lib/libcrypto.so.3" "$root/lib/libssl.so.3"
ln -s busybox "$root/bin/sh"

sum() { openssl dgst -sha1 -binary | base64; }
package() { # NAME VERSION ORIGIN COMMIT
  printf 'C:Q1%s\nP:%s\nV:%s\nA:x86_64\nS:1\nI:1\nT:a package\nU:https://example.org\nL:MIT\no:%s\nt:1700000000\nc:%s\n' \
    "$(printf '%s' "$1" | sum)" "$1" "$2" "$3" "$4"
}
file() { printf 'R:%s\na:0:0:%s\nZ:Q1%s\n' "$1" "${3:-755}" "$2"; }
{
  package busybox 1.36.1-r29 busybox 1111111111111111111111111111111111111111
  echo F:bin
  file busybox "$(sum < "$root/bin/busybox")"
  file sh "$(printf busybox | sum)" 777
  echo
  package libcrypto3 3.3.2-r0 openssl 2222222222222222222222222222222222222222
  echo F:lib
  file libcrypto.so.3 "$(sum < "$root/lib/libcrypto.so.3")"
  echo
  package libssl3 3.3.2-r0 openssl 2222222222222222222222222222222222222222
  echo F:lib
  file libssl.so.3 "$(sum < "$root/lib/libssl.so.3")"
  echo
} > "$root/lib/apk/db/installed"
