#!/bin/sh
# A root that rpm itself installed: make-rpm.sh ROOT. One package with a program, a link, configuration and documentation.
set -eu
root=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat > "$work/alpha.spec" <<'SPEC'
Name: alpha
Version: 7.7.7
Release: 4.el9
Summary: a package
License: MIT
BuildArch: noarch
%description
a package
%install
mkdir -p %{buildroot}/etc %{buildroot}/usr/bin %{buildroot}/usr/share/doc/alpha
echo conf > %{buildroot}/etc/alpha.conf
echo '#!/bin/sh' > %{buildroot}/usr/bin/alpha
chmod 755 %{buildroot}/usr/bin/alpha
ln -s alpha %{buildroot}/usr/bin/alpha-link
echo doc > %{buildroot}/usr/share/doc/alpha/README
%files
%config(noreplace) /etc/alpha.conf
/usr/bin/alpha
/usr/bin/alpha-link
%doc /usr/share/doc/alpha/README
SPEC
rpmbuild --quiet -bb --define "_topdir $work" "$work/alpha.spec" > "$work/log" 2>&1
mkdir -p "$root/etc"
printf 'ID="rhel"\nVERSION_ID="9.4"\n' > "$root/etc/os-release"
set -- --root "$root" --define '_db_backend sqlite' --dbpath /var/lib/rpm
rpm "$@" --initdb
rpm "$@" -i --nodeps --noscripts --nosignature "$work"/RPMS/noarch/alpha-7.7.7-4.el9.noarch.rpm
