import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { namesOf, readCatalog } from '../../../../test/support/catalog-file.ts';
import '../../../../test/support/property-seed.ts';
import { sharedPath } from '../../../../test/support/shared.ts';
import { ParseError } from '../../../core/base/errors.ts';
import { readPnpmKey } from './pnpm-keys.ts';
import { pnpmLock } from './pnpm-lock.ts';

const PATH = '/app/pnpm-lock.yaml';
const read = (text: string) => readCatalog(pnpmLock, PATH, text);

const V9 = `lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      a:
        specifier: ^1.0.0
        version: 1.0.0(peer@2.0.0)
      member:
        specifier: workspace:*
        version: link:packages/member
    devDependencies:
      old:
        specifier: npm:tool@5
        version: tool@5.0.0
packages:
  a@1.0.0:
    resolution: {integrity: sha1-2Klr13/Wjfd5OnMDajug1UBdR3s=}
  g@https://codeload.github.com/o/g/tar.gz/02fa893d619d3da85411acc8fd4e2eea0e95a9d9:
    resolution: {tarball: https://codeload.github.com/o/g/tar.gz/02fa893d619d3da85411acc8fd4e2eea0e95a9d9}
    version: 6.0.1
  native@3.0.0: {}
  peer@2.0.0: {}
  tool@5.0.0: {}
snapshots:
  a@1.0.0(peer@2.0.0):
    dependencies:
      peer: 2.0.0
    optionalDependencies:
      native: 3.0.0
  g@https://codeload.github.com/o/g/tar.gz/02fa893d619d3da85411acc8fd4e2eea0e95a9d9: {}
  native@3.0.0:
    optional: true
  peer@2.0.0: {}
  tool@5.0.0:
    dependencies:
      peer: 2.0.0
`;

describe('pnpm-lock.yaml', () => {
  it.each([
    ['the packages', 'packages:', []],
    ['a package', '  native@3.0.0: {}', ['a@1.0.0', 'g@6.0.1']],
    [
      'the snapshots',
      'snapshots:',
      ['a@1.0.0', 'g@6.0.1', 'native@3.0.0', 'peer@2.0.0', 'tool@5.0.0'],
    ],
  ])('is a gap where it was cut off before %s', async (_, end, names) => {
    const result = await read(V9.slice(0, V9.indexOf(end)));
    expect(namesOf(result)).toEqual(names);
    expect(result.diagnostics).toMatchObject([{ gap: 'unreadable' }]);
  });

  it.each([
    ['a@1.0.0:', '', undefined],
    ['a@1.0.0:', 'tarball: https://r.example/a/-/a-1.0.0.tgz', undefined],
    ['/@s/a@1.0.0:', 'tarball: https://r.example/@s/a/-/a-1.0.0.tgz', undefined],
    [
      'github.com/o/a/590f321b4eb3f692bb211bd74e22947639a6f79d:',
      'name: b, version: 2.0.0',
      undefined,
    ],
    ['a@1.0.0:', 'tarball: https://r.example/a/-/a-1.1.0.tgz', '1.1.0 in the address'],
    ['a@1.0.0:', 'tarball: https://r.example/b/-/b-1.0.0.tgz', '"b" in the address'],
    ['/a/1.0.0:', 'version: 1.1.0', '1.0.0 in its key'],
    ['/a/1.0.0:', 'name: b', '"a" in its key'],
  ])('compares the key %s with { %s }', async (key, fields, words) => {
    const row = fields.startsWith('tarball') ? `resolution: {${fields}}` : fields;
    const text = `lockfileVersion: '6.0'\npackages:\n  ${key} {${row}}\n`;
    const result = await read(text);
    expect(result.packages).toHaveLength(1);
    expect(result.diagnostics?.map(({ message }) => message) ?? []).toEqual(
      words === undefined ? [] : [expect.stringContaining(words)],
    );
  });

  it.each(['/../../x/1.0.0', '/../../x@1.0.0', 'r.example/../x@1.0.0', '..@1.0.0'])(
    'has a gap for the key "%s"',
    async (key) => {
      const result = await read(`lockfileVersion: '6.0'\npackages:\n  ${key}: {}\n`);
      expect(result.packages).toEqual([]);
      expect(result.diagnostics).toMatchObject([{ gap: 'unreadable' }]);
    },
  );

  it('is none where all that is asked for are links', async () => {
    const text =
      "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      a: {specifier: 'workspace:*', version: 'link:a'}\n";
    expect(await read(text)).toEqual({ packages: [] });
  });

  it('follows the importers of version 9', async () => {
    const { packages, diagnostics } = await read(V9);
    expect(packages).toEqual([
      {
        name: 'a',
        version: '1.0.0',
        line: 16,
        relationship: 'direct',
        scope: 'runtime',
        dependsOn: ['peer@2.0.0', 'native@3.0.0'],
        digests: ['sha1:d8a96bd77fd68df7793a73036a3ba0d5405d477b'],
      },
      {
        name: 'g',
        version: '6.0.1',
        line: 18,
        relationship: 'indirect',
        qualifiers: new Map([
          ['vcs_url', 'git+https://github.com/o/g.git@02fa893d619d3da85411acc8fd4e2eea0e95a9d9'],
        ]),
      },
      { name: 'native', version: '3.0.0', line: 21, relationship: 'indirect', scope: 'optional' },
      { name: 'peer', version: '2.0.0', line: 22, relationship: 'indirect', scope: 'runtime' },
      {
        name: 'tool',
        version: '5.0.0',
        line: 23,
        relationship: 'direct',
        scope: 'development',
        dependsOn: ['peer@2.0.0'],
      },
    ]);
    expect(diagnostics).toBeUndefined();
  });

  it.each([
    ['dev: true', 'development'],
    ['optional: true', 'optional'],
    ['dev: false', 'runtime'],
  ])('takes scopes of versions before 9 from %s', async (flag, scope) => {
    const text = `lockfileVersion: '6.0'\ndevDependencies:\n  a: {specifier: '1', version: 1.0.0(b@2.0.0)}\npackages:\n  /a@1.0.0(b@2.0.0):\n    ${flag}\n`;
    expect((await read(text)).packages).toEqual([
      { name: 'a', version: '1.0.0', line: 5, relationship: 'direct', scope },
    ]);
  });

  it('leaves the package manager itself out', async () => {
    const own = `lockfileVersion: '9.0'\nimporters:\n  .:\n    packageManagerDependencies:\n      pnpm: {specifier: '12', version: 12.0.0}\npackages:\n  pnpm@12.0.0: {}\n`;
    const result = await read(`---\n${own}---\n${V9}`);
    expect(namesOf(result)).not.toContain('pnpm@12.0.0');
    expect(result.packages).toHaveLength(5);
    expect(result.diagnostics?.[0]?.gap).toBeUndefined();
  });

  it.each([
    ['/a/1.0.0', 'a', '1.0.0'],
    ['/@s/a/1.0.0_@types+b@7.1.14', '@s/a', '1.0.0'],
    ['registry.example/@s/a/1.0.0', '@s/a', '1.0.0'],
    ['/@s/a@1.0.0-rc.1(b@1)(c@2(d@3))', '@s/a', '1.0.0-rc.1'],
    ['registry.example/@s/a@1.0.0', '@s/a', '1.0.0'],
    ['a@1.0.0(@s/b@2.0.0)', 'a', '1.0.0'],
    ['@s/a@file:vendor/a', '@s/a', ''],
    ['a@git+https://x.example/a.git#1', 'a', ''],
  ])('reads the key %s', (key, name, version) => {
    expect(readPnpmKey(key)).toEqual({ name, version });
  });

  it.each(['file:vendor/a', '/a/b', 'github.com/o/r', '', '/', '@'])(
    'knows no name of %j',
    (key) => {
      expect(readPnpmKey(key)).toBeUndefined();
    },
  );

  it('reports rows without a name', async () => {
    const result = await read('lockfileVersion: 5.4\npackages:\n  file:x:\n    version: 1.0.0\n');
    expect(result.packages).toEqual([]);
    expect(result.diagnostics?.[0]).toMatchObject({ gap: 'unreadable', location: { line: 3 } });
  });

  it.each(['words', '- a\n', 'a: &x {b: 1}\nc: *x\n', 'a: {'])('refuses %j', async (text) => {
    await expect(read(text)).rejects.toThrow(ParseError);
  });

  it('has no trouble with the names of prototypes', async () => {
    const text =
      'lockfileVersion: 6.0\ndependencies:\n  constructor: toString\npackages:\n  /__proto__@1.0.0: {}\n';
    expect(namesOf(await read(text))).toEqual(['__proto__@1.0.0']);
  });

  it('survives truncated and changed files', async () => {
    const piece = fc.constantFrom('a@1', ':', '\n', '  ', '"', '{', '}', '[', '- ', '(');
    await fc.assert(
      fc.asyncProperty(fc.nat(V9.length), fc.array(piece, { maxLength: 8 }), async (at, pieces) => {
        for (const text of [V9.slice(0, at), V9.slice(0, at) + pieces.join('') + V9.slice(at)]) {
          try {
            await read(text);
          } catch (error) {
            expect(error).toBeInstanceOf(ParseError);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});

const samples = sharedPath('samples/npm');

describe.skipIf(samples === undefined)('real pnpm-lock.yaml files (needs ../shared)', () => {
  it.each(['pnpm7', 'pnpm8', 'pnpm9', 'pnpm10'].flatMap((tool) => [`${tool}-app`, `${tool}-edge`]))(
    '%s',
    async (name) => {
      const folder = `${samples ?? ''}/${name}`;
      const expected = JSON.parse(readFileSync(`${folder}/expected.json`, 'utf8')) as {
        name: string;
        version: string;
      }[];
      const result = await readCatalog(pnpmLock, PATH, readFileSync(`${folder}/pnpm-lock.yaml`));
      // The list takes the path of a folder (`file:vendor/localdir`) for a name or a version; the
      // file has its name.
      expect(namesOf(result).filter((one) => !one.startsWith('localdir@'))).toEqual(
        expected
          .filter((one) => !`${one.name}@${one.version}`.includes('file:'))
          .map((one) => `${one.name}@${one.version}`)
          .sort(),
      );
      expect(result.packages.some((one) => one.name === 'localdir')).toBe(name.endsWith('-edge'));
      expect(result.diagnostics?.filter(({ gap }) => gap !== undefined) ?? []).toEqual([]);
    },
  );
});
