#!/bin/sh
# A package as conda records it: make-conda.sh ROOT.
set -eu
root=$1
env=$root/opt/conda
mkdir -p "$env/conda-meta" "$env/bin"
printf '#!/bin/sh\necho alpha\n' > "$env/bin/alpha"
chmod 755 "$env/bin/alpha"
sum=$(sha256sum < "$env/bin/alpha" | cut -d' ' -f1)
cat > "$env/conda-meta/alpha-1.2.3-h1234_0.json" <<JSON
{
  "name": "alpha",
  "version": "1.2.3",
  "build": "h1234_0",
  "build_number": 0,
  "channel": "https://conda.example.org/main/linux-64",
  "subdir": "linux-64",
  "fn": "alpha-1.2.3-h1234_0.conda",
  "url": "https://conda.example.org/main/linux-64/alpha-1.2.3-h1234_0.conda",
  "depends": [],
  "files": ["bin/alpha"],
  "paths_data": { "paths_version": 1, "paths": [
    { "_path": "bin/alpha", "path_type": "hardlink", "sha256": "$sum", "sha256_in_prefix": "$sum", "size_in_bytes": 21 }
  ] }
}
JSON
