import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

import { catalogFile, namesOf, readCatalog } from '../../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { sharedPath } from '../../../../test/support/shared.ts';
import { quietContext } from '../../../core/base/context.ts';
import { paketDependencies } from './paket-dependencies.ts';
import { paketLock } from './paket-lock.ts';

const LOCK = `STORAGE: NONE
NUGET
  remote: https://api.nuget.org/v3/index.json
    A (1.0.0)
      B (>= 3.0) - restriction: >= net45
    B (3.1.0) - restriction: || (>= net45) (< netstandard2.0)
GITHUB
  remote: owner/repository
    file.fs (0123abc)

GROUP Build
NUGET
  remote: https://api.nuget.org/v3/index.json
    A (1.0.0)
    C (2.0.0-beta)
`;
const DEPENDENCIES = `source https://api.nuget.org/v3/index.json
nuget A
nuget Range ~> 2.6.3 // comment
nuget Least >= 4.0.0 # comment
nuget Exact == 12.0.3
nuget Same = 1.0.0
nuget Bare 1.2.3 lowest_matching: true
nuget Two 1.2.3 < 2
github owner/repository:0.1 file.fs
group Build
  nuget A
`;

describe('paket.lock', () => {
  it('lists packages of all groups once', async () => {
    const { packages, diagnostics } = await readCatalog(paketLock, '/paket.lock', LOCK);
    expect(packages).toEqual([
      { name: 'A', version: '1.0.0', line: 4, dependsOn: ['B'] },
      { name: 'B', version: '3.1.0', line: 6 },
      { name: 'C', version: '2.0.0-beta', line: 15 },
    ]);
    expect(diagnostics?.map(({ gap }) => gap)).toEqual([undefined]);
  });

  it('takes what is direct from paket.dependencies', async () => {
    const siblings = {
      get: (path: string) =>
        path === '/a/paket.dependencies' ? catalogFile(path, DEPENDENCIES) : undefined,
    };
    const file = catalogFile('/a/paket.lock', LOCK);
    const { packages } = await paketLock.read(file, siblings, quietContext());
    expect(packages.map(({ relationship }) => relationship)).toEqual([
      'direct',
      'indirect',
      'indirect',
    ]);
  });

  it('reports what is not of the format', async () => {
    const result = await readCatalog(paketLock, '/paket.lock', 'not a lockfile\nNUGET\nA (1)\n');
    expect(result.packages).toEqual([]);
    expect(result.diagnostics?.map(({ gap }) => gap)).toEqual(['unreadable', 'unreadable']);
  });

  it('survives hostile files', () => survivesHostileInput(paketLock, '/paket.lock', LOCK));
});

describe('paket.dependencies', () => {
  const path = '/paket.dependencies';

  it('lists what is asked for', async () => {
    const { packages } = await readCatalog(paketDependencies, path, DEPENDENCIES);
    expect(packages.map(({ name, version, line }) => [name, version, line])).toEqual([
      ['A', '', 2],
      ['Range', '', 3],
      ['Least', '', 4],
      ['Exact', '12.0.3', 5],
      ['Same', '1.0.0', 6],
      ['Bare', '1.2.3', 7],
      ['Two', '', 8],
      ['A', '', 11],
    ]);
  });

  it('survives hostile files', () => survivesHostileInput(paketDependencies, path, DEPENDENCIES));
});

const samples = sharedPath('samples/lockfiles/dotnet');

it.skipIf(samples === undefined)('the sample of paket.lock (needs ../shared)', async () => {
  const body = await readFile(`${samples ?? ''}/paket.lock`);
  const result = await readCatalog(paketLock, '/paket.lock', body);
  expect(namesOf(result)).toHaveLength(6);
});
