/**
 * A well-formed file of each row that reads what is installed or built, for the contract of
 * catalogers.
 */

import { createHash } from 'node:crypto';
import { deflateSync, gzipSync } from 'node:zlib';

import { writeTar } from '../../src/formats/archive/tar/tar-writer.ts';
import { assemblyFile } from '../support/assembly.ts';
import { sqliteTables } from '../support/small-databases.ts';
import { zip } from '../support/zip.ts';

/**
 * A 64-bit ELF program with one section of data that can be written, which is all that readers look
 * for.
 */
function elf(data: Uint8Array): Buffer {
  const header = Buffer.alloc(128);
  header.write('\u007fELF', 'latin1');
  header[4] = 2;
  header[5] = 1;
  header.writeBigUInt64LE(64n, 32);
  header.writeUInt16LE(56, 54);
  header.writeUInt16LE(1, 56);
  header.writeUInt32LE(1, 64);
  header.writeUInt32LE(6, 68);
  header.writeBigUInt64LE(128n, 72);
  header.writeBigUInt64LE(0x1000n, 80);
  header.writeBigUInt64LE(BigInt(data.length), 96);
  return Buffer.concat([header, data]);
}

/** A PE program with one named section. */
function pe(name: string, data: Uint8Array): Buffer {
  const header = Buffer.alloc(64 + 24 + 240 + 40);
  header.write('MZ');
  header.writeUInt32LE(64, 60);
  header.write('PE', 64);
  header.writeUInt16LE(1, 70);
  header.writeUInt16LE(240, 84);
  header.writeUInt16LE(0x20b, 88);
  header.write(name, 64 + 264);
  header.writeUInt32LE(data.length, 64 + 264 + 16);
  header.writeUInt32LE(header.length, 64 + 264 + 20);
  return Buffer.concat([header, data]);
}

function goProgram(): Buffer {
  const modules =
    '0'.repeat(16) + 'path\ta\nmod\ta\tv1.0.0\nndep\tb\tv1.0.0\th1:x=\n' + '0'.repeat(16);
  const mark = Buffer.alloc(32);
  mark.write('\u00ff Go buildinf:', 'latin1');
  mark[14] = 8;
  mark[15] = 2;
  const text = (value: string): Buffer => Buffer.from([value.length, ...Buffer.from(value)]);
  return elf(Buffer.concat([mark, text('go1.22.1'), text(modules)]));
}

const CRATES = deflateSync(
  JSON.stringify({ packages: [{ name: 'a', version: '1.0.0', source: 'crates.io', root: true }] }),
);

const POM =
  '<project><modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>b</artifactId><version>1</version><properties><v>2</v></properties><dependencies><dependency><groupId>c</groupId><artifactId>d</artifactId><version>${v}</version></dependency></dependencies></project>';

/** A gem as RubyGems builds it: the digests of its parts stand in one of them. */
function gem(): Buffer {
  const metadata = gzipSync(
    '--- !ruby/object:Gem::Specification\nname: a\nversion: !ruby/object:Gem::Version\n  version: 1.2\nplatform: ruby\n',
  );
  const data = gzipSync(writeTar([{ path: 'lib/a.rb', body: 'puts 1' }]));
  const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
  const sums = `---\nSHA256:\n  metadata.gz: ${sha256(metadata)}\n  data.tar.gz: ${sha256(data)}\n`;
  return Buffer.from(
    writeTar([
      { path: 'metadata.gz', body: metadata },
      { path: 'data.tar.gz', body: data },
      { path: 'checksums.yaml.gz', body: gzipSync(sums) },
    ]),
  );
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

export const WELL_FORMED_INSTALLED: Readonly<
  Record<string, { readonly path: string; readonly body: string }>
> = {
  'binary/jdk-release': {
    path: '/opt/java/release',
    body: 'IMPLEMENTOR="a"\nJAVA_VERSION="17.0.9"\n',
  },
  'binary/otp-version': { path: '/usr/lib/erlang/releases/27/OTP_VERSION', body: '27.3.4.1\n' },
  'binary/program-text': { path: '/usr/sbin/nginx', body: '\u007fELF\0nginx/1.22.1\0' },
  'cargo/auditable': { path: '/usr/bin/a', body: latin1(pe('.dep-v0', CRATES)) },
  'go/binary': { path: '/usr/bin/a', body: latin1(goProgram()) },
  'go/go-mod': {
    path: '/go.mod',
    body: 'module a\n\ngo 1.22\ntoolchain go1.22.1\n\nrequire (\n\tb.c/d v1.0.0 // indirect\n)\nreplace b.c/d => ./d\n',
  },
  'go/vendor-modules': {
    path: '/vendor/modules.txt',
    body: '# b.c/d v1.0.0 => e.f/g v1.1.0\n## explicit; go 1.20\nb.c/d/h\n',
  },
  'conda/conda-meta': {
    path: '/opt/conda/conda-meta/a-1.0-0.json',
    body: '{"name":"a","version":"1.0","build":"0","fn":"a-1.0-0.conda","md5":"0123456789abcdef0123456789abcdef","depends":["b >=1"],"files":["bin/a"],"paths_data":{"paths":[{"_path":"bin/a","sha256_in_prefix":"x","path_type":"hardlink"}]}}',
  },
  'conda/environment': {
    path: '/environment.yml',
    body: 'name: a\ndependencies:\n  - b=1.0=0\n  - pip:\n      - c==1.0\n',
  },
  'alpine/apk-repositories': {
    path: '/etc/apk/repositories',
    body: 'https://a.example/alpine/v3.20/main\n@edge http://a.example/edge/main\n# end\n',
  },
  'debian/dpkg-changelog': {
    path: '/usr/share/doc/a/changelog.Debian.gz',
    body: latin1(gzipSync('a (1.0-1) unstable; urgency=low\n\n  * x\n')),
  },
  'debian/dpkg-diversions': {
    path: '/var/lib/dpkg/diversions',
    body: '/usr/bin/a\n/usr/bin/a.real\nb\n',
  },
  'debian/dpkg-md5sums': {
    path: '/var/lib/dpkg/info/a:amd64.md5sums',
    body: '0123456789abcdef0123456789abcdef  usr/bin/a\n',
  },
  'maven/gradle-catalog': {
    path: '/gradle/libs.versions.toml',
    body: '[versions]\nv = "1.0"\n[libraries]\na = { module = "b:c", version.ref = "v" }\nd = "e:f:2"\n',
  },
  'maven/gradle-verification': {
    path: '/gradle/verification-metadata.xml',
    body: '<verification-metadata><components><component group="a" name="b" version="1"><artifact name="b-1.jar"><sha256 value="x"/></artifact></component></components></verification-metadata>',
  },
  'maven/gradle-lockfile': {
    path: '/gradle.lockfile',
    body: '# x\na:b:1.0=runtimeClasspath\nempty=\n',
  },
  'maven/jar': {
    path: '/app/b-1.jar',
    body: latin1(
      zip([
        {
          name: 'META-INF/MANIFEST.MF',
          body: 'Manifest-Version: 1.0\r\nImplementation-Version: 1\r\n',
        },
        { name: 'META-INF/maven/a/b/pom.properties', body: 'groupId=a\nartifactId=b\nversion=1\n' },
        { name: 'META-INF/maven/a/b/pom.xml', body: POM },
      ]),
    ),
  },
  'maven/launcher': {
    path: '/app/c',
    body: `#!/bin/sh\n${latin1(
      zip([
        { name: 'META-INF/maven/a/c/pom.properties', body: 'groupId=a\nartifactId=c\nversion=1\n' },
      ]),
    )}`,
  },
  'maven/zip': {
    path: '/app/b-1.war.bak',
    body: latin1(
      zip([
        { name: 'META-INF/maven/a/b/pom.properties', body: 'groupId=a\nartifactId=b\nversion=1\n' },
      ]),
    ),
  },
  'pypi/wheel': {
    path: '/app/a-1-py3-none-any.whl',
    body: latin1(
      zip([
        { name: 'a-1.dist-info/METADATA', body: 'Metadata-Version: 2.1\nName: a\nVersion: 1\n' },
      ]),
    ),
  },
  'pypi/zipapp': {
    path: '/usr/bin/a',
    body:
      '#!/usr/bin/env python3\n' +
      latin1(
        zip([
          { name: 'a-1.dist-info/METADATA', body: 'Metadata-Version: 2.1\nName: a\nVersion: 1\n' },
        ]),
      ),
  },
  'maven/pom': { path: '/pom.xml', body: POM },
  'maven/sbt-lock': {
    path: '/build.sbt.lock',
    body: '{"lockVersion":1,"dependencies":[{"org":"a","name":"b","version":"1","configurations":["compile"]}]}',
  },
  'binary/mozilla-application': {
    path: '/opt/firefox/application.ini',
    body: '[App]\nVendor=Mozilla\nName=Firefox\nVersion=1.0\n',
  },
  'homebrew/keg': {
    path: '/opt/homebrew/Cellar/a/1.0_1/INSTALL_RECEIPT.json',
    body: '{"source":{"versions":{"stable":"1.0"}}}',
  },
  'homebrew/keg-folder': {
    path: '/opt/homebrew/Cellar/a/1.0_1/bin/a',
    body: '',
  },
  'homebrew/cask': {
    path: '/opt/homebrew/Caskroom/a/.metadata/1.0/20240101000000.000/Casks/a.rb',
    body: 'cask "a"',
  },
  'snap/snap-yaml': {
    path: '/snap/a/1/meta/snap.yaml',
    body: 'name: a\nversion: "1.0"\narchitectures: [amd64]\n',
  },
  'flatpak/metainfo': {
    path: '/var/lib/flatpak/app/a.b/x86_64/stable/1/files/share/metainfo/a.b.metainfo.xml',
    body: '<component><id>a.b</id><releases><release version="1.0"/></releases></component>',
  },
  'swipl/pack': {
    path: '/usr/share/swi-prolog/pack/a/pack.pl',
    body: "name(a).\nversion('1.0').\n",
  },
  'nim/nimble-package': {
    path: '/root/.nimble/pkgs2/a-1.0.0-0123456789012345678901234567890123456789/a.nimble',
    body: 'version = "1.0.0"\nrequires "nim >= 1.6"\n',
  },
  'opam/switch-package': {
    path: '/root/.opam/default/.opam-switch/packages/a.1.0/opam',
    body: 'opam-version: "2.0"\n',
  },
  'hex/otp-app': {
    path: '/app/lib/a-1.0/ebin/a.app',
    body: '{application,a,[{vsn,"1.0"},{modules,[a]}]}.\n',
  },
  'nix/store-database': {
    path: '/nix/var/nix/db/db.sqlite',
    body: latin1(
      sqliteTables([
        {
          name: 'ValidPaths',
          sql: 'CREATE TABLE ValidPaths (id integer primary key, path text)',
          rows: [[null, `/nix/store/${'0'.repeat(32)}-a-1.0`]],
        },
      ]),
    ),
  },
  'nix/store-path': { path: `/nix/store/${'0'.repeat(32)}-a-1.0/bin/a`, body: 'x' },
  'nuget/project-assets': {
    path: '/obj/project.assets.json',
    body: '{"targets":{"net8.0":{"A/1":{"type":"package","dependencies":{"B":"1"}}}},"project":{"frameworks":{"net8.0":{"dependencies":{"A":{"suppressParent":"All"}}}}}}',
  },
  'packagist/pear-registry': {
    path: '/usr/share/php/.registry/a.reg',
    body: 'a:2:{s:4:"name";s:1:"A";s:7:"version";a:1:{s:7:"release";s:3:"1.0";}}',
  },
  'nuget/assembly': {
    path: '/app/A.dll',
    body: latin1(
      assemblyFile({ strings: { OriginalFilename: 'A.dll', ProductVersion: '1.0.0+abc' } }),
    ),
  },
  'npm/installed-lock': {
    path: '/app/node_modules/.package-lock.json',
    body: '{"lockfileVersion":3,"packages":{"node_modules/a":{"version":"1.0.0","integrity":"sha1-qKcZ+j23xssAXmgQhkOO8dHnbWw="}}}',
  },
  'pypi/record': {
    path: '/lib/a-1.dist-info/RECORD',
    body: 'a/__init__.py,sha256=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA,1\na-1.dist-info/RECORD,,\n',
  },
  'pypi/vendored': { path: '/lib/pip/_vendor/vendor.txt', body: 'a==1.0\n    b==2.0\n# c\n' },
  'rubygems/gemfile-lock': {
    path: '/Gemfile.lock',
    body: 'GIT\n  remote: https://h/a\n  revision: 0\n  specs:\n    a (1.0)\n\nGEM\n  remote: https://h/\n  specs:\n    b (1.0-java)\n      c (>= 1)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  b\n',
  },
  'rubygems/cached-gem': { path: '/bundle/cache/a-1.2.gem', body: latin1(gem()) },
  'rubygems/gemspec': {
    path: '/usr/lib/ruby/specifications/a-1.0.gemspec',
    body: 'Gem::Specification.new do |s|\n  s.name = "a".freeze\n  s.version = "1.0"\n  s.licenses = ["MIT".freeze]\nend\n',
  },
};
