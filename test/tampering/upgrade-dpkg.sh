#!/bin/sh
# What dpkg does to a root, one step a call: upgrade-dpkg.sh ROOT STEP. Packages are built with the times of their changelog.
set -eu
root=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
deb() { # NAME VERSION [FIELD...]: a program that differs, a script and data that do not, and a library
  tree=$work/$1
  doc=$tree/usr/share/doc/$1
  mkdir -p "$tree/DEBIAN" "$tree/usr/bin" "$tree/usr/lib" "$tree/usr/share/$1" "$doc"
  printf '#!/bin/true\n%s\n' "$2" > "$tree/usr/bin/$1"
  printf '#!/bin/sh\n' > "$tree/usr/bin/$1-script"
  chmod 755 "$tree/usr/bin/$1" "$tree/usr/bin/$1-script"
  printf 'library %s\n' "$2" > "$tree/usr/lib/lib$1.so.1"
  printf 'data\n' > "$tree/usr/share/$1/data"
  printf 'of %s\n' "$1" > "$doc/copyright"
  printf '%s (%s) trixie; urgency=medium\n\n  * Built.\n\n -- A Person <a@example.org>  Mon, 01 Jan 2024 00:00:00 +0000\n' \
    "$1" "$2" | gzip -n -9 > "$doc/changelog.Debian.gz"
  name=$1 version=$2
  shift 2
  {
    printf 'Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: A Person <a@example.org>\n' "$name" "$version"
    for field in "$@"; do printf '%s\n' "$field"; done
    printf 'Description: a package\n'
  } > "$tree/DEBIAN/control"
  (cd "$tree" && find usr -type f -exec md5sum {} + > DEBIAN/md5sums)
  find "$tree" -exec touch -h -d "2024-01-0$(printf '%s' "$version" | cut -c1)" {} +
  # Kept from the upstream archive, whatever version it is.
  touch -d 2020-01-01 "$tree/usr/bin/$name-script" "$tree/usr/share/$name/data"
  dpkg-deb --root-owner-group --build "$tree" "$work/$name.deb" > "$work/log" 2>&1
}
run() { dpkg --root="$root" --force-not-root --force-script-chrootless "$@" > "$work/log" 2>&1; }
case $2 in
  install)
    mkdir -p "$root/var/lib/dpkg/updates" "$root/var/lib/dpkg/info" "$root/etc" "$root/usr/lib"
    : > "$root/var/lib/dpkg/status"
    printf 'ID=debian\nVERSION_ID="13"\n' > "$root/usr/lib/os-release"
    ln -s ../usr/lib/os-release "$root/etc/os-release"
    for name in alpha beta; do
      deb "$name" 1-1
      run --install "$work/$name.deb"
    done
    ;;
  upgrade) deb alpha 2-1 && run --install "$work/alpha.deb" ;;
  again) deb alpha 1-1 && run --install "$work/alpha.deb" ;;
  purge) run --purge alpha ;;
  replace) # the files of alpha under another name of the package
    deb alpha 2-1 'Source: alpha' 'Replaces: alpha' 'Conflicts: alpha' 'Provides: alpha'
    sed -i 's/^Package: .*/Package: gamma/' "$work/alpha/DEBIAN/control"
    mv "$work/alpha/usr/share/doc/alpha" "$work/alpha/usr/share/doc/gamma"
    (cd "$work/alpha" && find usr -type f -exec md5sum {} + > DEBIAN/md5sums)
    dpkg-deb --root-owner-group --build "$work/alpha" "$work/gamma.deb" > "$work/log" 2>&1
    run --purge alpha
    run --install "$work/gamma.deb"
    ;;
esac
rm -f "$root"/var/lib/dpkg/*-old "$root"/var/lib/dpkg/lock*
