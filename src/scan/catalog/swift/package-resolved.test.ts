import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

import { namesOf, readCatalog } from '../../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { sharedPath } from '../../../../test/support/shared.ts';
import { packageResolved } from './package-resolved.ts';

const PATH = '/Package.resolved';
const SECOND = `{ "pins": [
{ "identity": "nimble", "kind": "remoteSourceControl", "location": "https://github.com/Quick/Nimble.git", "state": { "revision": "c9", "version": "9.2.1" } },
{ "identity": "fork", "kind": "remoteSourceControl", "location": "git@github.com:a/fork.git", "state": { "branch": "main", "revision": "c8" } },
{ "identity": "near", "kind": "localSourceControl", "location": "/near", "state": { "revision": "c7" } },
{ "identity": "mona.LinkedList", "kind": "registry", "location": "", "state": { "version": "1.2.0" } },
{ "identity": "bad", "state": {} }
], "version": 3 }`;

describe('Package.resolved', () => {
  it('names packages by their repositories', async () => {
    const { packages, diagnostics } = await readCatalog(packageResolved, PATH, SECOND);
    expect(packages).toEqual([
      { name: 'github.com/Quick/Nimble', version: '9.2.1', line: 2 },
      {
        name: 'github.com/a/fork',
        version: '',
        qualifiers: new Map([['vcs_url', 'git+ssh://git@github.com/a/fork.git@c8']]),
        line: 3,
      },
      { name: 'mona/LinkedList', version: '1.2.0', line: 5 },
    ]);
    expect(diagnostics?.map(({ gap }) => gap)).toEqual([undefined, 'unreadable']);
  });

  it.each([
    ['https://github.com/a/b', 'github.com/a/b'],
    ['https://github.com/a/b/', 'github.com/a/b'],
    ['ssh://git@GitHub.com:22/a/b.git', 'github.com/a/b'],
    ['git@gitlab.com:a/c/b.git', 'gitlab.com/a/c/b'],
  ])('%s is %s', async (repositoryURL, name) => {
    const pin = { package: 'x', repositoryURL, state: { version: '1.0.0' } };
    const body = JSON.stringify({ object: { pins: [pin] }, version: 1 });
    expect((await readCatalog(packageResolved, PATH, body)).packages[0]?.name).toBe(name);
  });

  it('finds nothing where nothing is pinned', async () => {
    expect(await readCatalog(packageResolved, PATH, '{}')).toEqual({ packages: [] });
  });

  it('survives hostile files', () => survivesHostileInput(packageResolved, PATH, SECOND));
});

const samples = sharedPath('samples/lockfiles/swift');

it.skipIf(samples === undefined).each([
  ['Package.resolved', 5],
  ['v1/Package.resolved', 2],
  ['v2/Package.resolved', 6],
])('%s has %i pins (needs ../shared)', async (name, count) => {
  const body = await readFile(`${samples ?? ''}/${name}`);
  const result = await readCatalog(packageResolved, PATH, body);
  expect([namesOf(result).length, result.diagnostics]).toEqual([count, undefined]);
});
