#!/bin/sh
# A gem as RubyGems installs it: make-gem.sh ROOT.
set -eu
root=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lib" "$root/usr/local/bundle"
printf 'module Alpha\n  VERSION = "1.2.3"\nend\n' > "$work/lib/alpha.rb"
cat > "$work/alpha.gemspec" <<'SPEC'
Gem::Specification.new do |s|
  s.name = 'alpha'
  s.version = '1.2.3'
  s.summary = 'a gem'
  s.authors = ['A Person']
  s.homepage = 'https://example.org'
  s.license = 'MIT'
  s.files = ['lib/alpha.rb']
end
SPEC
(cd "$work" && gem build alpha.gemspec) > "$work/log" 2>&1
gem install --local --force --no-document --install-dir "$root/usr/local/bundle" "$work/alpha-1.2.3.gem" > "$work/log" 2>&1
