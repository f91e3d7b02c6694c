import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { sharedPath } from '../../../../test/support/shared.ts';
import { conanLock } from './conan-lock.ts';

const PATH = '/conan.lock';
const GRAPH = `{ "graph_lock": { "nodes": {
"0": { "ref": "app/1.0", "requires": ["1"], "build_requires": ["3"], "path": "conanfile.py" },
"1": { "ref": "openssl/3.0.3@user/stable#288a", "requires": ["2"], "context": "host" },
"2": { "ref": "zlib/1.2.12#1b5c" },
"3": { "ref": "ninja/1.11.1", "context": "host" },
"4": { "ref": "1.2.3#ffa7" }, "5": 1
} }, "version": "0.4" }`;
const OLDEST = `{ "graph_lock": { "nodes": {
"a": { "pref": null, "requires": { "zlib/1.2.11@_/_": "b" } },
"b": { "pref": "zlib/1.2.11@_/_#5f49:1972#5884" } } } }`;
const LISTS = `{ "version": "0.5",
"requires": [
"sound32/1.0#83d4%1675278904.07",
"bad"
],
"build_requires": ["cmake/3.25@me"], "python_requires": [] }`;

describe('conan.lock', () => {
  it.each([
    '{"graph_lock":{"nodes":{"0":{"ref":"app/1.0","path":"c"},"1":{"ref":"zlib/[>1.0]@_/_"}}}}',
    '{"version":"0.5","requires":["zlib/[>1.0 <2]"]}',
    '{"version":"0.5","requires":["zlib/[~1]#83d4"]}',
  ])('takes a range for no version: %s', async (body) => {
    const { packages, diagnostics } = await readCatalog(conanLock, PATH, body);
    expect(packages).toEqual([]);
    expect(diagnostics).toMatchObject([{ gap: 'unreadable' }]);
  });

  it('reads the graph of Conan 1', async () => {
    const { packages, diagnostics } = await readCatalog(conanLock, PATH, GRAPH);
    expect(packages).toEqual([
      {
        name: 'openssl',
        version: '3.0.3',
        qualifiers: new Map([
          ['user', 'user'],
          ['channel', 'stable'],
        ]),
        relationship: 'direct',
        scope: 'runtime',
        line: 3,
        dependsOn: ['zlib@1.2.12'],
      },
      { name: 'zlib', version: '1.2.12', relationship: 'indirect', scope: 'runtime', line: 4 },
      { name: 'ninja', version: '1.11.1', relationship: 'direct', scope: 'development', line: 5 },
    ]);
    expect(diagnostics?.map(({ gap }) => gap)).toEqual(['unreadable', 'unreadable']);
  });

  it('lists what the lockfile was made for as the root, and no folder hides what is needed', async () => {
    const graph = `{ "graph_lock": { "nodes": {
"0": { "ref": "app/1.0", "requires": ["1"] },
"1": { "ref": "zlib/1.2.11", "path": "../zlib" },
"2": { "ref": "png/1.6.1", "path": "../png" } } } }`;
    const { packages } = await readCatalog(conanLock, PATH, graph);
    expect(packages.map(({ name, relationship }) => [name, relationship])).toEqual([
      ['app', 'root'],
      ['zlib', 'direct'],
      ['png', 'indirect'],
    ]);
  });

  // Conan 1.17 to 1.26: `pref` is a package reference,
  // `name/version@user/channel#revision:id#revision`.
  it.each<[string, object, readonly string[]]>([
    [
      'a recipe in 0.1, without a path',
      {
        '0': { pref: 'test/1.0:2ce0', requires: { 'zlib/1.2.11#5f49': '1' } },
        '1': { pref: 'zlib/1.2.11#5f49:1972#5884' },
      },
      ['zlib'],
    ],
    [
      'a recipe in 0.1 with user and channel',
      {
        '0': { pref: 'app/1.0@me/dev#0:ab', requires: ['1'], build_requires: ['2'] },
        '1': { pref: 'zlib/1.2.11#5f49:1972#5884' },
        '2': { pref: 'cmake/3.20.0#1:2#3' },
      },
      ['zlib', 'cmake'],
    ],
    [
      'a recipe in 0.0 with a reference',
      {
        '05b7-be': { pref: 'app/1.0:2ce0', requires: { 'zlib/1.2.11': '05b7-bd' } },
        '05b7-bd': { pref: 'zlib/1.2.11#5f49:1972#5884' },
      },
      ['zlib'],
    ],
    [
      'a recipe in 0.2, with a path',
      {
        '0': { pref: 'test/1.0:2ce0', requires: { 'zlib/1.2.11': '1' }, path: '/x/conanfile.py' },
        '1': { pref: 'zlib/1.2.11#5f49:1972#5884' },
      },
      ['zlib'],
    ],
    [
      'a reference, below a node without one',
      { '0': { pref: null, requires: ['1'] }, '1': { pref: 'zlib/1.2.11#5f49:1972#5884' } },
      ['zlib'],
    ],
    [
      'a reference in 0.4, which is the root',
      { '0': { ref: 'app/1.0', requires: ['1'] }, '1': { ref: 'zlib/1.2.11' } },
      ['app', 'zlib'],
    ],
    [
      'several nodes that no other needs',
      { a: { pref: 'zlib/1.2.11' }, b: { pref: 'png/1.6.1' } },
      ['zlib', 'png'],
    ],
  ])('made for %s lists what it needs', async (_case, nodes, names) => {
    const body = JSON.stringify({ graph_lock: { nodes }, version: '0.1' });
    const { packages, diagnostics } = await readCatalog(conanLock, PATH, body);
    expect(packages.map(({ name }) => name)).toEqual(names);
    expect(diagnostics ?? []).toEqual([]);
  });

  it('reads the oldest form', async () => {
    expect((await readCatalog(conanLock, PATH, OLDEST)).packages).toEqual([
      { name: 'zlib', version: '1.2.11', relationship: 'direct', scope: 'runtime', line: 3 },
    ]);
  });

  it('reads the lists of Conan 2', async () => {
    const { packages, diagnostics } = await readCatalog(conanLock, PATH, LISTS);
    expect(packages).toEqual([
      { name: 'sound32', version: '1.0', scope: 'runtime', line: 3 },
      {
        name: 'cmake',
        version: '3.25',
        qualifiers: new Map([['user', 'me']]),
        scope: 'development',
      },
    ]);
    expect(diagnostics?.map(({ gap }) => gap)).toEqual(['unreadable']);
  });

  it('reads references with their binaries, and what configures Conan', async () => {
    const lists = {
      requires: [['zlib/1.2.11#abc%16', { pid: ['prev'] }], [], [1]],
      config_requires: ['conf/1.0'],
      python_requires: 'tool/2.0',
    };
    const { packages, diagnostics } = await readCatalog(conanLock, PATH, JSON.stringify(lists));
    expect(packages.map(({ name, version, scope }) => [name, version, scope])).toEqual([
      ['zlib', '1.2.11', 'runtime'],
      ['conf', '1.0', 'development'],
    ]);
    expect(diagnostics?.map(({ gap }) => gap)).toEqual(['unreadable', 'unreadable', 'unreadable']);
    expect(diagnostics?.[2]?.message).toContain('"python_requires" is no list');
  });

  it('refuses other JSON', async () => {
    await expect(readCatalog(conanLock, PATH, '{}')).rejects.toThrow('neither');
  });

  it.each([GRAPH, OLDEST, LISTS])('survives hostile files', (body) =>
    survivesHostileInput(conanLock, PATH, body),
  );
});

const samples = sharedPath('samples/lockfiles/cpp');

it.skipIf(samples === undefined).each(['v1', 'v1-large', 'v2'])(
  'reads the sample %s without a gap (needs ../shared)',
  async (folder) => {
    const body = await readFile(`${samples ?? ''}/${folder}/conan.lock`);
    const { packages, diagnostics } = await readCatalog(conanLock, PATH, body);
    expect(packages.length).toBeGreaterThan(0);
    expect(diagnostics).toBeUndefined();
  },
);
