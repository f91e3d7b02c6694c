import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

import { namesOf, readCatalog } from '../../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { sharedPath } from '../../../../test/support/shared.ts';
import { cabalFreeze } from './cabal-freeze.ts';
import { stackLock } from './stack-lock.ts';

const FREEZE = `active-repositories: hackage.haskell.org:merge
constraints: any.Cabal ==3.2.1.0,
             any.base installed,
             tls +compat -hans,
             any.Diff ==0.4.1, any.bad ==x
index-state: hackage.haskell.org 2022-07-07T01:01:53Z
`;
const LOCK = `packages:
- completed:
    hackage: fuzzy-set-0.2.4@sha256:f1b6,1618
    pantry-tree:
      size: 574
  original:
    hackage: fuzzy-set-0.2.4
- completed:
    name: fork
    version: 1.0.1
    git: https://github.com/a/fork
    commit: 0123abc
- completed:
    hackage: nothing
snapshots:
- original: lts-22.41
`;

describe('cabal.project.freeze', () => {
  const path = '/cabal.project.freeze';

  it('lists what is pinned', async () => {
    const { packages, diagnostics } = await readCatalog(cabalFreeze, path, FREEZE);
    expect(packages).toEqual([
      { name: 'Cabal', version: '3.2.1.0', line: 2 },
      { name: 'Diff', version: '0.4.1', line: 5 },
    ]);
    expect(diagnostics?.map(({ gap }) => gap)).toEqual([undefined, 'unreadable']);
  });

  it('survives hostile files', () => survivesHostileInput(cabalFreeze, path, FREEZE));
});

describe('stack.yaml.lock', () => {
  const path = '/stack.yaml.lock';

  it('lists packages of Hackage and of git', async () => {
    const { packages, diagnostics } = await readCatalog(stackLock, path, LOCK);
    expect(packages).toEqual([
      { name: 'fuzzy-set', version: '0.2.4', line: 2 },
      {
        name: 'fork',
        version: '1.0.1',
        qualifiers: new Map([['vcs_url', 'git+https://github.com/a/fork@0123abc']]),
        line: 8,
      },
    ]);
    expect(diagnostics?.map(({ gap }) => gap)).toEqual(['unreadable', undefined]);
  });

  it('finds nothing in an empty list', async () => {
    expect(await readCatalog(stackLock, path, 'packages:\n')).toEqual({ packages: [] });
    await expect(readCatalog(stackLock, path, 'text')).rejects.toThrow('no mapping');
  });

  it('survives hostile files', () => survivesHostileInput(stackLock, path, LOCK));
});

const samples = sharedPath('samples/lockfiles/haskell');

it.skipIf(samples === undefined)('the samples (needs ../shared)', async () => {
  const freeze = await readFile(`${samples ?? ''}/cabal.project.freeze`);
  const frozen = await readCatalog(cabalFreeze, '/cabal.project.freeze', freeze);
  const text = freeze.toString();
  expect(namesOf(frozen)).toHaveLength(text.split('==').length - 1);
  const lock = await readFile(`${samples ?? ''}/stack.yaml.lock`);
  const locked = await readCatalog(stackLock, '/stack.yaml.lock', lock);
  expect(namesOf(locked)).toHaveLength(lock.toString().split('- completed:').length - 2);
});
