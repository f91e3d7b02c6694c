/**
 * The demonstration's images: one app on three bases, as `docker save` writes them, with package
 * databases and a lockfile in the real formats. Their programs are empty files; what is scanned is
 * what the files say.
 *
 * Sources: Docker Image Specification v1.2, "Combined Image JSON + Filesystem Changeset Format";
 * deb-control(5); apk-tools "installed" database; npm "package-lock.json", lockfileVersion 3.
 */

import { createHash } from 'node:crypto';
import { writeTar, type TarMember } from '../../../../formats/archive/tar/tar-writer.ts';

/** The three bases. */
export type DemoBase = 'full' | 'slim' | 'alpine';

/** The bases of the demonstration's image, from the largest. */
export const DEMO_BASES: readonly DemoBase[] = ['full', 'slim', 'alpine'];

/** One layer: the instruction that made it, and what it holds. */
export interface DemoLayer {
  readonly createdBy: string;
  readonly members: readonly TarMember[];
}

/**
 * Binary package, version, source package (where its name differs), source version (where it
 * differs).
 */
type DebianRow = readonly [name: string, version: string, source?: string, sourceVersion?: string];

const DEBIAN_SLIM: readonly DebianRow[] = [
  ['base-files', '12.4+deb12u8'],
  ['bash', '5.2.15-2+b7', 'bash', '5.2.15-2'],
  ['coreutils', '9.1-1'],
  ['dpkg', '1.21.22'],
  ['libc6', '2.36-9+deb12u8', 'glibc'],
  ['libc-bin', '2.36-9+deb12u8', 'glibc'],
  ['libssl3', '3.0.14-1~deb12u2', 'openssl'],
  ['openssl', '3.0.14-1~deb12u2'],
  ['util-linux', '2.38.1-5+deb12u1'],
  ['zlib1g', '1:1.2.13.dfsg-1', 'zlib'],
];

const DEBIAN_FULL_BASE: readonly DebianRow[] = [
  ['base-files', '12.4'],
  ['bash', '5.2.15-2+b2', 'bash', '5.2.15-2'],
  ['coreutils', '9.1-1'],
  ['dpkg', '1.21.22'],
  ['libc6', '2.36-9', 'glibc'],
  ['libc-bin', '2.36-9', 'glibc'],
  ['libssl3', '3.0.9-1', 'openssl'],
  ['openssl', '3.0.9-1'],
  ['util-linux', '2.38.1-5+b1', 'util-linux', '2.38.1-5'],
  ['zlib1g', '1:1.2.13.dfsg-1', 'zlib'],
];

const DEBIAN_FULL_TOOLS: readonly DebianRow[] = [
  ['curl', '7.88.1-10'],
  ['libcurl4', '7.88.1-10', 'curl'],
  ['git', '1:2.39.2-1.1'],
  ['libexpat1', '2.5.0-1', 'expat'],
  ['libkrb5-3', '1.20.1-2', 'krb5'],
  ['libnghttp2-14', '1.52.0-1', 'nghttp2'],
  ['libwebp7', '1.2.4-0.2', 'libwebp'],
  ['openssh-client', '1:9.2p1-2', 'openssh'],
  ['python3-yaml', '6.0-3+b2', 'pyyaml', '6.0-3'],
];

/** Package, version, origin. */
const ALPINE: readonly (readonly [name: string, version: string, origin: string])[] = [
  ['alpine-baselayout', '3.4.3-r2', 'alpine-baselayout'],
  ['alpine-keys', '2.4-r1', 'alpine-keys'],
  ['apk-tools', '2.14.0-r5', 'apk-tools'],
  ['busybox', '1.36.1-r15', 'busybox'],
  ['ca-certificates-bundle', '20230506-r0', 'ca-certificates'],
  ['libcrypto3', '3.1.4-r5', 'openssl'],
  ['libssl3', '3.1.4-r5', 'openssl'],
  ['musl', '1.2.4_git20230717-r4', 'musl'],
  ['zlib', '1.3.1-r0', 'zlib'],
];

/** The shell, the package manager and the C library, and the runtime of the app. */
const DEBIAN_PROGRAMS: readonly string[] = [
  'usr/bin/bash',
  'usr/bin/dpkg',
  'usr/lib64/ld-linux-x86-64.so.2',
  'usr/lib/x86_64-linux-gnu/libc.so.6',
  'usr/local/bin/node',
];
const ALPINE_PROGRAMS: readonly string[] = [
  'bin/busybox',
  'sbin/apk',
  'lib/ld-musl-x86_64.so.1',
  'usr/local/bin/node',
];

/** The dependencies of the app, at the versions of its first release. */
const APP: Readonly<Record<string, string>> = {
  'ansi-regex': '5.0.1',
  axios: '0.21.1',
  'body-parser': '1.20.1',
  express: '4.18.2',
  'follow-redirects': '1.14.7',
  lodash: '4.17.20',
  minimist: '1.2.5',
  moment: '2.29.1',
  'path-to-regexp': '0.1.7',
  qs: '6.11.0',
  semver: '7.5.4',
  ws: '8.17.1',
};

/** Returns the app's own two files. */
export function appFiles(): Readonly<Record<'package.json' | 'package-lock.json', string>> {
  const dependencies = Object.fromEntries(
    Object.entries(APP).map(([name, version]) => [name, `^${version}`]),
  );
  const root = { name: 'assay-demo-app', version: '1.0.0', dependencies };
  const packages: Record<string, object> = { '': root };
  for (const [name, version] of Object.entries(APP)) {
    packages[`node_modules/${name}`] = { version, license: 'MIT' };
  }
  return {
    'package.json': json({ ...root, private: true }),
    'package-lock.json': json({
      name: root.name,
      version: root.version,
      lockfileVersion: 3,
      requires: true,
      packages,
    }),
  };
}

/**
 * Returns one image as a `docker save` archive, tagged `demo/app:BASE`. `app` are the files below
 * `/app`; `patches` are newer versions of Alpine's source packages; `more` are layers on top.
 */
export function demoImage(
  base: DemoBase,
  app: Readonly<Record<string, string>>,
  patches: ReadonlyMap<string, string> = new Map(),
  more: readonly DemoLayer[] = [],
): Uint8Array {
  const layers = [...baseLayers(base, patches), appLayer(app), ...more].map(
    ({ createdBy, members }) => {
      const tar = writeTar(members);
      return { createdBy, tar, name: `${digest(tar)}.tar` };
    },
  );
  const config = json({
    architecture: 'amd64',
    os: 'linux',
    created: '2024-07-01T00:00:00Z',
    config: { Env: ['PATH=/usr/local/bin:/usr/bin:/bin'], Entrypoint: ['node', '/app/server.js'] },
    rootfs: { type: 'layers', diff_ids: layers.map(({ tar }) => `sha256:${digest(tar)}`) },
    history: layers.map(({ createdBy }) => ({
      created: '2024-07-01T00:00:00Z',
      created_by: createdBy,
    })),
  });
  const configName = `${digest(Buffer.from(config))}.json`;
  const manifest = [
    { Config: configName, RepoTags: [`demo/app:${base}`], Layers: layers.map(({ name }) => name) },
  ];
  return writeTar([
    ...layers.map(({ name, tar }) => ({ path: name, body: tar })),
    { path: configName, body: config },
    { path: 'manifest.json', body: json(manifest) },
  ]);
}

/** Returns the layers of a base image. `patches` are newer versions of Alpine's source packages. */
export function baseLayers(
  base: DemoBase,
  patches: ReadonlyMap<string, string>,
): readonly DemoLayer[] {
  switch (base) {
    case 'full':
      return [
        debianBase(DEBIAN_FULL_BASE),
        {
          createdBy: 'RUN apt-get install -y curl git openssh-client python3-yaml',
          members: [
            dpkgStatus([...DEBIAN_FULL_BASE, ...DEBIAN_FULL_TOOLS]),
            ...['usr/bin/python3.11', 'usr/bin/git', 'usr/bin/curl'].map(program),
            pythonPackage('requests', '2.19.1'),
            pythonPackage('Jinja2', '2.10'),
          ],
        },
      ];
    case 'slim':
      return [debianBase(DEBIAN_SLIM)];
    case 'alpine':
      return [
        {
          createdBy: 'ADD alpine-minirootfs.tar.gz /',
          members: [
            file('etc/alpine-release', '3.19.1\n'),
            file('etc/os-release', osRelease('alpine', 'Alpine Linux', '3.19.1')),
            file('lib/apk/db/installed', ALPINE.map((row) => apkEntry(row, patches)).join('\n')),
            ...ALPINE_PROGRAMS.map(program),
            { path: 'bin/sh', type: 'symlink', target: '/bin/busybox' },
          ],
        },
      ];
  }
}

function debianBase(packages: readonly DebianRow[]): DemoLayer {
  return {
    createdBy: 'ADD debian-rootfs.tar /',
    members: [
      file('etc/debian_version', '12.6\n'),
      file('etc/os-release', osRelease('debian', 'Debian GNU/Linux', '12', 'bookworm')),
      dpkgStatus(packages),
      ...DEBIAN_PROGRAMS.map(program),
      { path: 'usr/bin/sh', type: 'symlink', target: 'bash' },
    ],
  };
}

function program(path: string): TarMember {
  return { path, mode: 0o755 };
}

function appLayer(app: Readonly<Record<string, string>>): DemoLayer {
  return {
    createdBy: 'COPY . /app',
    members: Object.entries(app).map(([name, text]) => file(`app/${name}`, text)),
  };
}

function osRelease(id: string, name: string, version: string, codename?: string): string {
  const lines = [`ID=${id}`, `NAME="${name}"`, `VERSION_ID="${version}"`];
  if (codename !== undefined) lines.push(`VERSION_CODENAME=${codename}`);
  return `${lines.join('\n')}\n`;
}

function dpkgStatus(packages: readonly DebianRow[]): TarMember {
  const stanzas = packages.map(([name, version, source, sourceVersion]) => {
    const lines = [
      `Package: ${name}`,
      'Status: install ok installed',
      'Maintainer: Demo <demo@example.invalid>',
      'Architecture: amd64',
      `Version: ${version}`,
    ];
    if (source !== undefined) {
      lines.push(`Source: ${source}${sourceVersion === undefined ? '' : ` (${sourceVersion})`}`);
    }
    return `${lines.join('\n')}\n`;
  });
  return file('var/lib/dpkg/status', stanzas.join('\n'));
}

function apkEntry(
  [name, version, origin]: (typeof ALPINE)[number],
  patches: ReadonlyMap<string, string>,
): string {
  const installed = patches.get(origin) ?? version;
  const lines = [`P:${name}`, `V:${installed}`, 'A:x86_64', 'L:MIT', `o:${origin}`];
  return `${lines.join('\n')}\n`;
}

function pythonPackage(name: string, version: string): TarMember {
  return file(
    `usr/lib/python3/dist-packages/${name}-${version}.dist-info/METADATA`,
    `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`,
  );
}

function file(path: string, body: string): TarMember {
  return { path, body };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
