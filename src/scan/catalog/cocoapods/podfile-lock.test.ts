import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

import { namesOf, readCatalog } from '../../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { sharedPath } from '../../../../test/support/shared.ts';
import { podfileLock } from './podfile-lock.ts';

const PATH = '/Podfile.lock';
const LOCK = `PODS:
  - Alone (33)
  - "Big/Core (3.0.3)":
    - Small (~> 1.2.1)
  - Big/iOS (3.0.3):
    - Big/Core
  - Fork (0.1.0)
  - Near (0.2.0)
  - Small (1.2.1)
  - Odd

DEPENDENCIES:
  - Alone (from \`https://github.com/a/alone.podspec\`)
  - Big (~> 3)
  - Fork (from \`https://github.com/a/fork.git\`, branch \`main\`)
  - Near (from \`../near\`)

EXTERNAL SOURCES:
  Fork:
    :branch: main
    :git: https://github.com/a/fork.git
  Near:
    :path: "../near"

CHECKOUT OPTIONS:
  Fork:
    :commit: 0123abc
    :git: https://github.com/a/fork.git

COCOAPODS: 1.11.2
`;

describe('Podfile.lock', () => {
  it('lists pods, with their parts as one', async () => {
    const { packages, diagnostics } = await readCatalog(podfileLock, PATH, LOCK);
    expect(packages).toEqual([
      { name: 'Alone', version: '33', relationship: 'direct', line: 2 },
      { name: 'Big', version: '3.0.3', relationship: 'direct', line: 3, dependsOn: ['Small'] },
      {
        name: 'Fork',
        version: '0.1.0',
        relationship: 'direct',
        line: 7,
        qualifiers: new Map([['vcs_url', 'git+https://github.com/a/fork.git@0123abc']]),
      },
      { name: 'Near', version: '0.2.0', relationship: 'direct', line: 8 },
      { name: 'Small', version: '1.2.1', relationship: 'indirect', line: 9 },
    ]);
    expect(diagnostics?.map(({ gap }) => gap)).toEqual(['unreadable']);
  });

  it('refuses other files', async () => {
    expect(await readCatalog(podfileLock, PATH, '')).toEqual({ packages: [] });
    await expect(readCatalog(podfileLock, PATH, 'text')).rejects.toThrow('no mapping');
  });

  it('that was cut off is a gap', async () => {
    const text = LOCK.slice(0, LOCK.indexOf('\nDEPENDENCIES'));
    const { packages, diagnostics } = await readCatalog(podfileLock, PATH, text);
    expect(packages).not.toEqual([]);
    expect(diagnostics?.at(-1)).toMatchObject({
      gap: 'unreadable',
      message: 'cut off: no "DEPENDENCIES" behind the pods',
    });
  });

  it('survives hostile files', () => survivesHostileInput(podfileLock, PATH, LOCK));
});

const sample = sharedPath('samples/lockfiles/swift/Podfile.lock');

it.skipIf(sample === undefined)('reads the sample without a gap (needs ../shared)', async () => {
  const result = await readCatalog(podfileLock, PATH, await readFile(sample ?? ''));
  expect(namesOf(result)).toContain('PINRemoteImage@3.0.3');
  expect(result.diagnostics).toBeUndefined();
});
