#!/bin/sh
# What pip does to a folder of packages, one step a call: upgrade-pip.sh ROOT STEP. The wheels are made by hand.
set -eu
root=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
wheel() { # VERSION
  python3 - "$work/alpha-$1-py3-none-any.whl" "$1" <<'PY'
import base64, hashlib, sys, zipfile
path, version = sys.argv[1:]
info = f'alpha-{version}.dist-info'
files = {
    'alpha/__init__.py': f'__version__ = "{version}"\n',
    'alpha/same.py': 'x = 1\n',
    f'{info}/METADATA': f'Metadata-Version: 2.1\nName: alpha\nVersion: {version}\n',
    f'{info}/WHEEL': 'Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
}
rows = []
for name, body in files.items():
    digest = base64.urlsafe_b64encode(hashlib.sha256(body.encode()).digest()).decode().rstrip('=')
    rows.append(f'{name},sha256={digest},{len(body)}\n')
with zipfile.ZipFile(path, 'w') as archive:
    for name, body in files.items():
        archive.writestr(name, body)
    archive.writestr(f'{info}/RECORD', ''.join(rows) + f'{info}/RECORD,,\n')
PY
}
pip() { "$root/opt/venv/bin/python" -m pip --disable-pip-version-check "$@" > "$work/log" 2>&1; }
case $2 in
  install)
    mkdir -p "$root/opt"
    python3 -m venv "$root/opt/venv"
    wheel 1.0.0
    pip install --no-index --no-deps "$work/alpha-1.0.0-py3-none-any.whl"
    ;;
  upgrade) wheel 2.0.0 && pip install --no-index --no-deps "$work/alpha-2.0.0-py3-none-any.whl" ;;
  again) wheel 1.0.0 && pip install --no-index --no-deps --force-reinstall "$work/alpha-1.0.0-py3-none-any.whl" ;;
  purge) pip uninstall --yes alpha ;;
esac
