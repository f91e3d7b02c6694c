import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { aPackage } from '../../../test/support/model.ts';
import type { Contents } from '../../core/model/artifact/contents.ts';
import type { FileFact, LayerRecord } from '../../core/model/layer/layer-record.ts';
import type { Package } from '../../core/model/package/package.ts';
import { mergeLayers } from '../rootfs/merge-layers.ts';
import { findContents } from './contents.ts';
import { TOOL_NAMES, toolNamed } from './tool-names.ts';

/**
 * A layer: `path` is an executable, `path -` a plain file, `a -> b` a symlink, `a => b` a hard
 * link, `!path` a whiteout.
 */
function layerOf(rows: readonly string[]): LayerRecord {
  const files: FileFact[] = [];
  const links: LayerRecord['links'][number][] = [];
  const whiteouts: string[] = [];
  for (const row of rows) {
    const [path = '', symbolic] = row.split(' -> ');
    const [name = '', hard] = row.split(' => ');
    if (symbolic !== undefined) links.push({ path, target: symbolic, isHard: false });
    else if (hard !== undefined) links.push({ path: name, target: hard, isHard: true });
    else if (row.startsWith('!')) whiteouts.push(row.slice(1));
    else {
      const isExecutable = !row.endsWith(' -');
      const mode = isExecutable ? 0o755 : 0o644;
      files.push({ path: row.replace(/ -$/, ''), mode, sizeBytes: 1, digests: [], isExecutable });
    }
  }
  const empty = { opaques: [], directories: [], cataloged: [], rules: [], diagnostics: [] };
  return { ...empty, unpackedBytes: 10, entryCount: rows.length, whiteouts, links, files };
}

function contentsOf(
  layers: readonly (readonly string[])[],
  more: { readonly environment?: readonly string[]; readonly packages?: readonly Package[] } = {},
): Contents {
  const records = layers.map(layerOf);
  const { root, links } = mergeLayers(records);
  const layerBytes = records.map(({ unpackedBytes }) => unpackedBytes);
  return findContents({ root, links, packages: [], environment: [], layerBytes, ...more });
}

/** All tools as `kind: name version`. */
function shown(contents: Contents): string[] {
  const { libc, shells, packageManagers, interpreters, compilers } = contents;
  const lists = { libc, shells, packageManagers, interpreters, compilers };
  return Object.entries(lists).flatMap(([kind, tools]) =>
    tools.map(({ name, version }) => `${kind}: ${[name, version].join(' ').trim()}`),
  );
}

const MUSL = '/lib/ld-musl-x86_64.so.1';
const TRIXIE = [
  '/bin -> usr/bin',
  '/lib -> usr/lib',
  '/lib64 -> usr/lib64',
  '/usr/lib64/ld-linux-x86-64.so.2 -> ../lib/x86_64-linux-gnu/ld-linux-x86-64.so.2',
  '/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2',
  '/usr/lib/x86_64-linux-gnu/libc.so.6',
  '/usr/bin/dash',
  '/usr/bin/sh -> dash',
  '/usr/bin/bash',
  '/usr/bin/rbash -> bash',
  '/usr/bin/perl',
  '/usr/bin/perl5.40.1 => /usr/bin/perl',
  '/usr/bin/apt',
  '/usr/bin/apt-get',
  '/usr/bin/dpkg',
];

describe('the tools of a root filesystem', () => {
  it.each<[string, readonly (readonly string[])[], readonly string[]]>([
    [
      'Debian with merged directories',
      [TRIXIE],
      [
        ...['libc: glibc', 'shells: bash', 'shells: dash', 'packageManagers: apt'],
        ...['packageManagers: dpkg', 'interpreters: perl 5.40.1'],
      ],
    ],
    [
      'Debian 11, whose loader and library are links to files with the version',
      [
        [
          '/lib64/ld-linux-x86-64.so.2 -> /lib/x86_64-linux-gnu/ld-2.31.so',
          '/lib/x86_64-linux-gnu/ld-2.31.so',
          '/lib/x86_64-linux-gnu/libc-2.31.so',
          '/lib/x86_64-linux-gnu/libc.so.6 -> libc-2.31.so',
        ],
      ],
      ['libc: glibc'],
    ],
    [
      'Alpine, whose shell is a symlink to busybox',
      [[MUSL, '/bin/busybox', '/bin/sh -> /bin/busybox', '/bin/ash -> /bin/busybox', '/sbin/apk']],
      ['libc: musl', 'shells: busybox', 'packageManagers: apk'],
    ],
    [
      'the busybox image, whose commands are hard links to one file',
      [['/bin/[', '/bin/sh => /bin/[', '/bin/ash => /bin/[', '/bin/busybox => /bin/[']],
      ['shells: busybox'],
    ],
    [
      'Alpine with gcompat, which has the loader of glibc without glibc',
      [[MUSL, '/lib/ld-linux-x86-64.so.2', '/lib/libgcompat.so.0']],
      ['libc: musl'],
    ],
    ['a static program alone', [['/app']], []],
    [
      'Python as in the official images',
      [
        [
          '/usr/local/bin/python3.12',
          '/usr/local/bin/python3 -> python3.12',
          '/usr/local/bin/python -> python3',
          '/usr/local/bin/pip',
          '/usr/local/bin/pip3',
          '/usr/local/bin/pip3.12',
          '/usr/local/bin/python3.12-config',
        ],
      ],
      ['packageManagers: pip', 'interpreters: python 3.12'],
    ],
    [
      'a virtual environment, whose interpreter is a link',
      [['/usr/bin/python3.11', '/opt/venv/bin/python -> /usr/bin/python3.11', '/opt/venv/bin/pip']],
      ['packageManagers: pip', 'interpreters: python 3.11'],
    ],
    [
      'Java behind alternatives',
      [
        [
          '/usr/bin/java -> /etc/alternatives/java',
          '/etc/alternatives/java -> /usr/lib/jvm/java-21-openjdk-amd64/bin/java',
          '/usr/lib/jvm/java-21-openjdk-amd64/bin/java',
          '/usr/lib/jvm/java-21-openjdk-amd64/bin/javac',
        ],
      ],
      ['interpreters: java', 'compilers: javac'],
    ],
    [
      'compilers under the name of their target',
      [
        [
          '/usr/bin/x86_64-linux-gnu-gcc-14',
          '/usr/bin/gcc-14 -> x86_64-linux-gnu-gcc-14',
          '/usr/bin/gcc -> gcc-14',
          '/usr/bin/cc -> /etc/alternatives/cc',
          '/etc/alternatives/cc -> /usr/bin/gcc',
          '/usr/bin/gcc-ar-14',
          '/usr/bin/x86_64-linux-gnu-g++-14',
          '/usr/lib/llvm-19/bin/clang',
          '/usr/bin/clang-19 -> ../lib/llvm-19/bin/clang',
        ],
      ],
      ['compilers: clang', 'compilers: g++ 14', 'compilers: gcc 14'],
    ],
    [
      'scripts that are named after packages, which are not commands',
      [['/etc/cron.daily/dpkg', '/usr/share/bug/apt', '/etc/init.d/php', '/usr/lib/node']],
      [],
    ],
    ['files that are not executable', [['/usr/bin/bash -', '/usr/bin/python3.12 -']], []],
    [
      'what a higher layer deletes: the other name of a body stays',
      [TRIXIE, ['!/usr/bin/bash', '!/usr/bin/perl', '!/usr/bin/dpkg']],
      [...['libc: glibc', 'shells: dash', 'packageManagers: apt'], 'interpreters: perl 5.40.1'],
    ],
    ['a link that leads nowhere', [['/usr/bin/node -> /opt/node/bin/node']], []],
    ['a link to a file that is no program', [['/usr/bin/sh -> /etc/x', '/etc/x -']], []],
    [
      'a link in a directory of commands to a program elsewhere',
      [['/bin/sh -> /opt/tools/minishell', '/opt/tools/minishell']],
      ['shells: sh'],
    ],
    ['a program under a name of its own', [['/usr/bin/definitely-not-a-shell']], []],
    [
      'two versions of one interpreter',
      [['/usr/bin/python3.11', '/usr/local/bin/python3.13']],
      ['interpreters: python 3.11', 'interpreters: python 3.13'],
    ],
  ])('%s', (_, layers, expected) => {
    expect(shown(contentsOf(layers))).toEqual(expected);
  });

  it.each<[string, readonly string[], readonly string[]]>([
    ['the path of the image', ['PATH=/usr/bin:/busybox'], ['shells: busybox']],
    ['a path with a slash at its end', ['PATH=/busybox/'], ['shells: busybox']],
    ['a path without it', ['PATH=/usr/bin'], []],
    ['no path', [], []],
    ['an empty path', ['PATH='], []],
    ['another variable', ['XPATH=/busybox'], []],
  ])('counts programs in directories of %s', (_, environment, expected) => {
    const rows = ['/busybox/busybox', '/busybox/sh -> busybox', '/bash'];
    expect(shown(contentsOf([rows], { environment }))).toEqual(expected);
  });

  it('takes versions from packages at the path, and from the package of the C library', () => {
    const packages = [
      aPackage('node', '22.1.0', {
        ecosystem: 'node',
        locations: [{ path: '/usr/local/bin/node', layer: 0 }],
      }),
      aPackage('musl', '1.2.5-r0', { ecosystem: 'alpine' }),
    ];
    const rows = [MUSL, '/usr/local/bin/node', '/usr/local/bin/nodejs -> node'];
    const { libc, interpreters } = contentsOf([rows], { packages });
    expect(libc).toEqual([{ name: 'musl', version: '1.2.5-r0', paths: [MUSL] }]);
    expect(interpreters).toEqual([
      { name: 'node', version: '22.1.0', paths: ['/usr/local/bin/node'] },
    ]);
  });

  it('adds up the layers, with what higher ones delete', () => {
    expect(contentsOf([TRIXIE, ['!/usr/bin/bash']]).unpackedBytes).toBe(20);
  });

  it('lists at most twenty paths of one program', () => {
    const rows = Array.from({ length: 50 }, (_, at) => `/opt/${at}/bin/node`);
    const [node] = contentsOf([rows]).interpreters;
    expect(node?.paths).toHaveLength(20);
  });
});

describe('names of tools', () => {
  it('are all in the page on base images', () => {
    const page = readFileSync(new URL('../../../docs/base-images.md', import.meta.url), 'utf8');
    const [, table = ''] = page.split(/<!-- (?:names of tools|end of names).*-->/u);
    const rows = new Map(
      table
        .split('\n')
        .map((row) => [...row.matchAll(/`([^`]+)`/gu)].map(([, name = '']) => name))
        .map(([kind = '', ...names]) => [kind, names]),
    );
    for (const [kind, names] of Object.entries(TOOL_NAMES)) expect(rows.get(kind)).toEqual(names);
  });

  it('are of one kind each', () => {
    const names = Object.values(TOOL_NAMES).flat();
    expect(names).toHaveLength(new Set(names).size);
  });

  it.each([
    ['python3', 'python 3'],
    ['python3.13', 'python 3.13'],
    ['pip3.13', 'pip'],
    ['php8.2', 'php 8.2'],
    ['lua5.4', 'lua 5.4'],
    ['ksh93', 'ksh93'],
    ['dnf5', 'dnf5'],
    ['clang++-19', 'clang++ 19'],
    ['aarch64-linux-gnu-gcc', 'gcc'],
    ['arm-none-eabi-g++-13.2', 'g++ 13.2'],
    ['ld-linux-aarch64.so.1', 'glibc'],
    ['ld64.so.2', 'glibc'],
    ['ld-musl-armhf.so.1', 'musl'],
    ['ld-uClibc.so.0', 'uclibc'],
  ])('%s is %s', (base, expected) => {
    const { name, version } = toolNamed(base) ?? {};
    expect([name, version].join(' ').trim()).toBe(expected);
  });

  it.each([
    'python3-config',
    'gcc-ar',
    'node-gyp',
    'bashbug',
    'perldoc',
    'ldd',
    'pythonw',
    '3',
    '',
  ])('%s is none', (base) => {
    expect(toolNamed(base)).toBeUndefined();
  });
});
