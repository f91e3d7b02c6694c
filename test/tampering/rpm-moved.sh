#!/bin/sh
# The database moved to where newer systems have it, with another version in the header, and no digests of it.
set -eu
mkdir -p "$1/usr/lib/sysimage"
mv "$1/var/lib/rpm" "$1/usr/lib/sysimage/rpm"
python3 - "$1/usr/lib/sysimage/rpm/rpmdb.sqlite" <<'PY'
import sqlite3, struct, sys
database = sqlite3.connect(sys.argv[1])
database.execute('pragma journal_mode=delete')
for number, blob in database.execute('select hnum, blob from Packages').fetchall():
    header = bytearray(blob.replace(b'7.7.7\0', b'9.9.9\0'))
    for at in range(8, 8 + 16 * struct.unpack('>I', header[:4])[0], 16):
        if struct.unpack('>I', header[at:at + 4])[0] in (269, 273):
            header[at:at + 4] = struct.pack('>I', 9999)
    database.execute('update Packages set blob = ? where hnum = ?', (bytes(header), number))
database.commit()
PY
