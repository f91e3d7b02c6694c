import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { namesOf, readCatalog } from '../../../../test/support/catalog-file.ts';
import '../../../../test/support/property-seed.ts';
import { sharedPath } from '../../../../test/support/shared.ts';
import { ParseError } from '../../../core/base/errors.ts';
import { bunLock } from './bun-lock.ts';

const PATH = '/app/bun.lock';
const read = (text: string) => readCatalog(bunLock, PATH, text);

const LOCK = `{
  "lockfileVersion": 1,
  "workspaces": {
    "": { "name": "app", "dependencies": { "a": "^1" }, "devDependencies": { "old": "npm:tool@5" }, },
    "packages/m": { "name": "m", "dependencies": { "b": "2" }, },
  },
  "packages": {
    "a": ["a@1.0.0", "", { "dependencies": { "b": "^1" }, "optionalDependencies": { "n": "3" } }, "sha1-2Klr13/Wjfd5OnMDajug1UBdR3s="],
    "b": ["b@1.0.0", "", {}, ""],
    "g": ["g@github:o/g#6609a88", {}, "o-g-6609a88"],
    "m": ["m@workspace:packages/m"],
    "n": ["n@3.0.0", "", {}],
    "old": ["tool@5.0.0", "", { "dependencies": { "b": "^1" } }],
    "f": ["f@file:vendor/f", {}],
    "m/b": ["b@2.0.0", "", {}],
  },
}
`;

describe('bun.lock', () => {
  it.each([
    ['https://r.example/a/-/a-1.0.0.tgz', 0],
    ['https://r.example/a/-/a-1.1.0.tgz', 1],
    ['https://r.example/b/-/b-1.0.0.tgz', 1],
  ])('compares a package with the address %s', async (address, count) => {
    const row = JSON.stringify(['a@1.0.0', address, {}, '']);
    const result = await read(`{ "lockfileVersion": 1, "packages": { "a": ${row} } }`);
    expect(namesOf(result)).toEqual(['a@1.0.0']);
    expect(result.diagnostics ?? []).toHaveLength(count);
  });

  it('lists what the workspace asks for and what that needs', async () => {
    const { packages, diagnostics } = await read(LOCK);
    expect(packages).toEqual([
      {
        name: 'a',
        version: '1.0.0',
        line: 8,
        relationship: 'direct',
        scope: 'runtime',
        dependsOn: ['b@1.0.0', 'n@3.0.0'],
        digests: ['sha1:d8a96bd77fd68df7793a73036a3ba0d5405d477b'],
      },
      { name: 'b', version: '1.0.0', line: 9, relationship: 'indirect', scope: 'runtime' },
      {
        name: 'g',
        version: '',
        line: 10,
        relationship: 'indirect',
        qualifiers: new Map([['vcs_url', 'git+https://github.com/o/g.git@6609a88']]),
      },
      { name: 'n', version: '3.0.0', line: 12, relationship: 'indirect', scope: 'optional' },
      {
        name: 'tool',
        version: '5.0.0',
        line: 13,
        relationship: 'direct',
        scope: 'development',
        dependsOn: ['b@1.0.0'],
      },
      { name: 'f', version: '', line: 14, relationship: 'indirect' },
      { name: 'b', version: '2.0.0', line: 15, relationship: 'direct', scope: 'runtime' },
    ]);
    expect(diagnostics).toBeUndefined();
  });

  it.each(['[123, ""]', '[{}]', '[]', '"a@1"', '["a"]', 'null'])(
    'reports a row that is %s',
    async (row) => {
      const result = await read(`{"packages": {"x": ${row}, "b": ["b@1.0.0"]}}`);
      expect(namesOf(result)).toEqual(['b@1.0.0']);
      expect(result.diagnostics?.map(({ gap }) => gap)).toEqual(['unreadable']);
    },
  );

  it('says so where the file is newer than what it knows', async () => {
    const { diagnostics } = await read('{"lockfileVersion": 9, "packages": {}}');
    expect(diagnostics?.[0]).toMatchObject({ gap: 'unreadable', location: { line: 1 } });
  });

  it('has no trouble with the names of prototypes', async () => {
    const text =
      '{"workspaces": {"": {"dependencies": {"constructor": "1"}}}, "packages": {"__proto__": ["__proto__@1.0.0"]}}';
    expect(namesOf(await read(text))).toEqual(['__proto__@1.0.0']);
  });

  it('refuses what is no JSON', async () => {
    await expect(read('no JSON')).rejects.toThrow(ParseError);
  });

  it('survives truncated and changed files', async () => {
    const piece = fc.constantFrom('"a@1"', ':', ',', '{', '}', '[', ']', '/', '*');
    await fc.assert(
      fc.asyncProperty(fc.nat(LOCK.length), fc.array(piece), async (at, pieces) => {
        try {
          await read(LOCK.slice(0, at) + pieces.join('') + LOCK.slice(at));
        } catch (error) {
          expect(error).toBeInstanceOf(ParseError);
        }
      }),
      { numRuns: 200 },
    );
  });
});

const samples = sharedPath('samples/npm');

describe.skipIf(samples === undefined)('real bun.lock files (needs ../shared)', () => {
  it.each(['bun-app', 'bun-edge'])('%s', async (name) => {
    const folder = `${samples ?? ''}/${name}`;
    const expected = JSON.parse(readFileSync(`${folder}/expected.json`, 'utf8')) as {
      name: string;
      version: string;
    }[];
    const result = await readCatalog(bunLock, PATH, readFileSync(`${folder}/bun.lock`));
    // The list leaves out folders, which have no version in the file.
    expect(namesOf(result).filter((one) => !one.endsWith('@'))).toEqual(
      expected.map((one) => `${one.name}@${one.version}`).sort(),
    );
    expect(result.diagnostics).toBeUndefined();
  });
});
