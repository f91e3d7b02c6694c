#!/bin/sh
# What rpm does to a root, one step a call: upgrade-rpm.sh ROOT STEP. Each version has times of its own: rpm keeps whole
# seconds, and two builds within one would look like the same file.
set -eu
root=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
build() { # NAME VERSION
  cat > "$work/$1.spec" <<SPEC
Name: $1
Version: $2
Release: 1
Summary: a package
License: MIT
BuildArch: noarch
%description
a package
%install
mkdir -p %{buildroot}/usr/bin %{buildroot}/usr/lib
echo '#!/bin/sh' > %{buildroot}/usr/bin/$1-script
echo '#!/bin/true $2' > %{buildroot}/usr/bin/$1
echo 'library $2' > %{buildroot}/usr/lib/lib$1.so.1
chmod 755 %{buildroot}/usr/bin/*
touch -d 2024-01-0$2 %{buildroot}/usr/bin/$1 %{buildroot}/usr/lib/lib$1.so.1
touch -d 2020-01-01 %{buildroot}/usr/bin/$1-script
%files
/usr/bin/$1
/usr/bin/$1-script
/usr/lib/lib$1.so.1
SPEC
  rpmbuild --quiet -bb --define "_topdir $work" "$work/$1.spec" > "$work/log" 2>&1
}
db() { rpm --root "$root" --define '_db_backend sqlite' --dbpath /var/lib/rpm "$@" > "$work/log" 2>&1; }
add() { db "$1" --nodeps --noscripts --nosignature "$work/RPMS/noarch/$2.noarch.rpm"; }
case $2 in
  install)
    mkdir -p "$root/etc"
    printf 'ID="rhel"\nVERSION_ID="9.4"\n' > "$root/etc/os-release"
    db --initdb
    for name in alpha beta; do
      build "$name" 1
      add -i "$name-1-1"
    done
    ;;
  upgrade) build alpha 2 && add -U alpha-2-1 ;;
  again) build beta 1 && db -e --nodeps beta && add -i beta-1-1 ;;
  purge) db -e --nodeps alpha ;;
esac
