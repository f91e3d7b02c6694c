/**
 * The advisories and the two targets that `entered.mjs` scans: a lockfile and an image of two
 * layers.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const BLOCK_BYTES = 512;

const LOCKFILE = {
  name: 'code',
  version: '1.0.0',
  lockfileVersion: 3,
  packages: {
    '': { name: 'code', version: '1.0.0', dependencies: { left: '1.0.0' } },
    'node_modules/left': { version: '1.0.0', dependencies: { right: '^2.0.0' } },
    'node_modules/right': { version: '2.1.0' },
  },
};

const OSV_RECORD = {
  id: 'GHSA-0000-0000-0001',
  modified: '2025-01-01T00:00:00Z',
  published: '2025-01-01T00:00:00Z',
  aliases: ['CVE-2025-0001'],
  summary: 'An example of an npm advisory',
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N' }],
  affected: [
    {
      package: { ecosystem: 'npm', name: 'right' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '2.1.1' }] }],
    },
  ],
};

/** The form of the Debian security tracker. */
const DEBIAN_TRACKER = {
  tool: {
    'CVE-2025-0002': {
      scope: 'local',
      description: 'An example of a Debian advisory',
      releases: {
        bookworm: {
          status: 'resolved',
          repositories: { bookworm: '1.0-2' },
          fixed_version: '1.0-2',
          urgency: 'medium',
        },
      },
    },
  },
};

const OS_RELEASE = `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
`;

const PROGRAM = '#!/bin/sh\necho tool\n';

const DPKG_STATUS = `Package: tool
Status: install ok installed
Priority: optional
Section: utils
Installed-Size: 10
Maintainer: Example <example@example.com>
Architecture: amd64
Version: 1.0-1
Depends: libtool-example (>= 2.0)
Description: example of a program

Package: libtool-example
Status: install ok installed
Priority: optional
Section: libs
Installed-Size: 10
Maintainer: Example <example@example.com>
Architecture: amd64
Source: tool
Version: 2.0-1
Description: example of a library
`;

/** The base system, with merged `/usr`, and a layer that adds an application to it. */
const LAYERS = [
  [
    { path: 'etc/' },
    { path: 'etc/os-release', link: '../usr/lib/os-release' },
    { path: 'bin', link: 'usr/bin' },
    { path: 'usr/' },
    { path: 'usr/bin/' },
    { path: 'usr/bin/tool', body: PROGRAM, mode: 0o755 },
    { path: 'usr/lib/' },
    { path: 'usr/lib/os-release', body: OS_RELEASE },
    { path: 'usr/lib/libtool.so', link: 'libtool.so.2' },
    { path: 'usr/lib/libtool.so.2', body: 'library\n' },
    { path: 'var/lib/dpkg/' },
    { path: 'var/lib/dpkg/status', body: DPKG_STATUS },
    { path: 'var/lib/dpkg/info/' },
    { path: 'var/lib/dpkg/info/tool.list', body: '/.\n/usr\n/usr/bin\n/usr/bin/tool\n' },
    { path: 'var/lib/dpkg/info/tool.md5sums', body: `${md5(PROGRAM)}  usr/bin/tool\n` },
    {
      path: 'var/lib/dpkg/info/libtool-example.list',
      body: '/.\n/usr\n/usr/lib\n/usr/lib/libtool.so.2\n/usr/lib/libtool.so\n',
    },
  ],
  [
    { path: 'app/' },
    { path: 'app/package-lock.json', body: JSON.stringify(LOCKFILE) },
    { path: 'app/settings.json', body: '{}' },
    { path: 'app/current', link: 'settings.json' },
  ],
];

/**
 * Writes everything into `directory`. Returns the arguments of the command: `load` for the
 * advisories, and one list for each target in `scans`.
 */
export function writeTargets(directory) {
  const advisories = path.join(directory, 'advisories');
  mkdirSync(advisories);
  writeFileSync(path.join(advisories, 'GHSA-0000-0000-0001.json'), JSON.stringify(OSV_RECORD));
  writeFileSync(path.join(advisories, 'debian.json'), JSON.stringify(DEBIAN_TRACKER));
  const code = path.join(directory, 'code');
  mkdirSync(code);
  writeFileSync(path.join(code, 'package-lock.json'), JSON.stringify(LOCKFILE, null, 2));
  const image = path.join(directory, 'image.tar');
  writeFileSync(image, imageArchive(LAYERS.map(tarOf)));
  return {
    load: ['db', 'import', advisories, '--offline'],
    scans: {
      lockfile: ['fs', code, '--offline'],
      image: ['image', '--input', image, '--offline'],
    },
  };
}

/** Returns what `docker save` writes for an image of these layers. */
function imageArchive(layers) {
  const config = JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    created: '2025-01-01T00:00:00Z',
    config: {},
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => `sha256:${sha256(layer)}`) },
    history: layers.map((_, index) => ({ created_by: `step ${index + 1}` })),
  });
  const members = layers.map((layer, index) => ({ path: `${index}/layer.tar`, body: layer }));
  const configPath = `${sha256(config)}.json`;
  const manifest = [
    { Config: configPath, RepoTags: ['example:1'], Layers: members.map((member) => member.path) },
  ];
  return tarOf([
    ...members,
    { path: configPath, body: config },
    { path: 'manifest.json', body: JSON.stringify(manifest) },
  ]);
}

/** Returns a tar archive. A path that ends in `/` is a directory, one with `link` a symlink. */
function tarOf(members) {
  const blocks = members.flatMap(({ path: name, body = '', link, mode }) => {
    const bytes = Buffer.from(body);
    const type = link !== undefined ? '2' : name.endsWith('/') ? '5' : '0';
    const padding = Buffer.alloc((BLOCK_BYTES - (bytes.length % BLOCK_BYTES)) % BLOCK_BYTES);
    return [tarHeader({ name, type, link, mode, sizeBytes: bytes.length }), bytes, padding];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK_BYTES)]);
}

/** Source: POSIX.1-2017, `pax`, "ustar Interchange Format". */
function tarHeader({ name, type, link = '', mode = type === '5' ? 0o755 : 0o644, sizeBytes }) {
  const block = Buffer.alloc(BLOCK_BYTES);
  const number = (offset, digits, value) =>
    block.write(value.toString(8).padStart(digits, '0'), offset, 'latin1');
  block.write(name, 0, 'latin1');
  number(100, 7, mode);
  number(108, 7, 0);
  number(116, 7, 0);
  number(124, 11, sizeBytes);
  number(136, 11, 0);
  block.write(' '.repeat(8), 148, 'latin1');
  block.write(type, 156, 'latin1');
  block.write(link, 157, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  number(
    148,
    6,
    block.reduce((sum, byte) => sum + byte, 0),
  );
  block[154] = 0;
  return block;
}

function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

function md5(text) {
  return createHash('md5').update(text).digest('hex');
}
