#!/bin/sh
# A package as npm 10 installs it, with the project's lockfile and npm's own: make-npm.sh ROOT.
set -eu
root=$1
mkdir -p "$root/app/node_modules/lodash"
printf '{"name":"app","version":"1.0.0","dependencies":{"lodash":"4.17.15"}}\n' > "$root/app/package.json"
printf '{"name":"lodash","version":"4.17.15","license":"MIT"}\n' > "$root/app/node_modules/lodash/package.json"
entry='"node_modules/lodash":{"version":"4.17.15","resolved":"https://registry.example/lodash-4.17.15.tgz","integrity":"sha512-MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMw=="}'
printf '{"name":"app","version":"1.0.0","lockfileVersion":3,"packages":{%s}}\n' "$entry" \
  > "$root/app/node_modules/.package-lock.json"
printf '{"name":"app","version":"1.0.0","lockfileVersion":3,"packages":{"":{"name":"app","version":"1.0.0","dependencies":{"lodash":"4.17.15"}},%s}}\n' "$entry" \
  > "$root/app/package-lock.json"
