import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { sharedPath } from '../../../../test/support/shared.ts';
import { packagesLock } from './packages-lock.ts';

const PATH = '/packages.lock.json';
const LOCK = `{ "version": 1, "dependencies": {
"net8.0": {
 "A": { "type": "Transitive", "resolved": "1.0.0" },
 "B": { "type": "Direct", "requested": "[2.0.0, )", "resolved": "2.0.0", "dependencies": { "A": "0.9.0", "C": "1.0" } },
 "Own": { "type": "Project", "dependencies": { "A": "1.0.0" } },
 "Bad": { "type": "Direct" }
},
"net8.0/linux-x64": { "A": { "type": "Direct", "resolved": "1.0.0" } },
"net9.0": 1 } }`;

describe('packages.lock.json', () => {
  it('lists the packages of all frameworks once', async () => {
    const { packages, diagnostics } = await readCatalog(packagesLock, PATH, LOCK);
    expect(packages).toEqual([
      { name: 'A', version: '1.0.0', relationship: 'direct', line: 3 },
      {
        name: 'B',
        version: '2.0.0',
        relationship: 'direct',
        line: 4,
        dependsOn: ['A@1.0.0', 'C'],
      },
    ]);
    expect(diagnostics?.map(({ gap }) => gap)).toEqual(['unreadable', 'unreadable']);
  });

  it('refuses other JSON', async () => {
    await expect(readCatalog(packagesLock, PATH, '{}')).rejects.toThrow('no "dependencies"');
  });

  it('survives hostile files', () => survivesHostileInput(packagesLock, PATH, LOCK));
});

const samples = sharedPath('samples/lockfiles/dotnet');

it.skipIf(samples === undefined).each([
  ['packages.lock.json', 8],
  ['net8-app/packages.lock.json', 51],
])('%s has %i packages (needs ../shared)', async (name, count) => {
  const body = await readFile(`${samples ?? ''}/${name}`);
  const { packages, diagnostics } = await readCatalog(packagesLock, PATH, body);
  expect([packages.length, diagnostics]).toEqual([count, undefined]);
});
