/**
 * Small images of one app on three bases, for tests of `assay base`: a full Debian, a slim one, and
 * Alpine without Node.
 */

import type { TarMember } from '../../src/formats/archive/tar/tar-writer.ts';
import { makeImage, type ImageOptions, type MadeImage } from './stored-images.ts';

/** Names of the images. */
export const BASE_IMAGES = ['full', 'slim', 'alpine'] as const;

/** One of {@link BASE_IMAGES}. */
export type BaseImageName = (typeof BASE_IMAGES)[number];

function program(path: string): TarMember {
  return { path, mode: 0o755, body: `program ${path}` };
}

function link(path: string, target: string): TarMember {
  return { path, type: 'symlink', target };
}

/** The installed npm package `name@version` in a directory. */
function nodeModule(directory: string, name: string, version: string): TarMember {
  return {
    path: `${directory}/node_modules/${name}/package.json`,
    body: JSON.stringify({ name, version }),
  };
}

function debian(...packages: readonly string[]): readonly TarMember[] {
  const stanzas = packages.map(
    (name) =>
      `Package: ${name}\nStatus: install ok installed\nMaintainer: Debian <d@debian.org>\nArchitecture: amd64\nVersion: 1.0-1\n`,
  );
  return [
    {
      path: 'etc/os-release',
      body: 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n',
    },
    { path: 'etc/debian_version', body: '12.6\n' },
    { path: 'var/lib/dpkg/status', body: stanzas.join('\n') },
    program('usr/lib64/ld-linux-x86-64.so.2'),
    program('usr/lib/x86_64-linux-gnu/libc.so.6'),
    program('usr/bin/dash'),
    link('usr/bin/sh', 'dash'),
    program('usr/bin/dpkg'),
    program('usr/bin/node'),
  ];
}

const ALPINE: readonly TarMember[] = [
  { path: 'etc/os-release', body: 'ID=alpine\nVERSION_ID=3.21.2\n' },
  { path: 'etc/alpine-release', body: '3.21.2\n' },
  {
    path: 'lib/apk/db/installed',
    body: 'P:musl\nV:1.2.5-r8\nA:x86_64\no:musl\n\nP:busybox\nV:1.37.0-r9\nA:x86_64\no:busybox\n',
  },
  program('lib/ld-musl-x86_64.so.1'),
  program('bin/busybox'),
  link('bin/sh', '/bin/busybox'),
  program('sbin/apk'),
];

/** The layer that all images end with. */
const APP_LAYER: readonly TarMember[] = [
  nodeModule('app', 'lodash', '4.17.20'),
  nodeModule('app', 'minimist', '1.2.5'),
];

const LAYERS: Readonly<Record<BaseImageName, readonly (readonly TarMember[])[]>> = {
  full: [
    debian('libc6', 'dash', 'dpkg', 'nodejs', 'gcc-12', 'python3.11'),
    [
      program('usr/bin/gcc-12'),
      program('usr/bin/python3.11'),
      nodeModule('usr/share/nodejs', 'axios', '0.21.1'),
      { path: 'usr/share/doc/large', body: 'x'.repeat(100_000) },
    ],
    APP_LAYER,
  ],
  slim: [debian('libc6', 'dash', 'dpkg', 'nodejs'), APP_LAYER],
  alpine: [ALPINE, APP_LAYER],
};

/** Makes one of the images. */
export function baseImage(name: BaseImageName, options: ImageOptions = {}): MadeImage {
  return makeImage(LAYERS[name], options);
}
