#!/bin/sh
# A program and the go.mod and go.sum that it was built from: make-go.sh ROOT. The module comes from a folder that serves
# as proxy. Set in the environment: MODULE_BODY, the body of the module's only function.
set -eu
root=$1
work=$(mktemp -d)
export GOFLAGS=-mod=mod GONOSUMDB='*' GONOSUMCHECK=1 GOTOOLCHAIN=local GOPROXY="file://$work/proxy" GOMODCACHE="$work/cache" GOSUMDB=off CGO_ENABLED=0
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
served=$work/proxy/example.org/alpha/@v
mkdir -p "$served" "$work/source" "$work/module/example.org/alpha@v1.2.3" "$root/app"
printf 'module example.org/alpha\n\ngo 1.20\n' | tee "$served/v1.2.3.mod" > "$work/module/example.org/alpha@v1.2.3/go.mod"
printf '{"Version":"v1.2.3","Time":"2024-01-01T00:00:00Z"}\n' > "$served/v1.2.3.info"
printf 'package alpha\n\nfunc Do() { %s }\n' "${MODULE_BODY:-println(1)}" > "$work/module/example.org/alpha@v1.2.3/alpha.go"
(cd "$work/module" && python3 -c 'import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w") as z:
    for name in ("go.mod", "alpha.go"): z.write("example.org/alpha@v1.2.3/" + name)' "$served/v1.2.3.zip")
cd "$work/source"
printf 'module example.org/app\n\ngo 1.20\n\nrequire example.org/alpha v1.2.3\n' > go.mod
printf 'package main\n\nimport "example.org/alpha"\n\nfunc main() { alpha.Do() }\n' > main.go
go build -buildvcs=false -o "$root/app/program" .
cp go.mod go.sum "$root/app/"
