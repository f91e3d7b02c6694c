import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { catalogFile, namesOf, readCatalog } from '../../../../test/support/catalog-file.ts';
import '../../../../test/support/property-seed.ts';
import { sharedPath } from '../../../../test/support/shared.ts';
import { quietContext } from '../../../core/base/context.ts';
import { ParseError } from '../../../core/base/errors.ts';
import type { CatalogResult } from '../../../core/model/catalog/catalog.ts';
import { yarnLock } from './yarn-lock.ts';
import { startCpuClock } from '../../../../test/support/cpu-time.ts';

const PATH = '/app/yarn.lock';
const read = (text: string, path = PATH) => readCatalog(yarnLock, path, text);

function readBeside(text: string, manifests: Readonly<Record<string, unknown>>) {
  const files = new Map(
    Object.entries(manifests).map(([path, root]) => [
      path,
      catalogFile(path, typeof root === 'string' ? root : JSON.stringify(root)),
    ]),
  );
  return yarnLock.read(catalogFile(PATH, text), { get: (path) => files.get(path) }, quietContext());
}

const scopesIn = (result: CatalogResult) =>
  Object.fromEntries(
    result.packages.map(({ name, version, scope, relationship }) => [
      `${name}@${version}`,
      [scope, relationship],
    ]),
  );

const V1 = `# yarn lockfile v1

"@s/a@^1.0.0", "@s/a@^1.1.0, < 2":
  version "1.2.0"
  resolved "https://registry.example/@s/a.tgz#aaaa"
  integrity sha1-2Klr13/Wjfd5OnMDajug1UBdR3s=
  dependencies:
    old "npm:real@1.0.0"
    ms "2.1.2"
  optionalDependencies:
    native "^3.0.0"

"old@npm:real@1.0.0":
  version "1.0.0"

ms@2.0.0:
  version "2.0.0"

native@^3.0.0:
  version "3.1.0"

tool@*:
  version "5.0.0"
  dependencies:
    ms "2.0.0"
    "@s/a" "^1.0.0"
`;

const BERRY = `__metadata:
  version: 8
  cacheKey: 10c0

"app@workspace:.":
  version: 0.0.0-use.local
  resolution: "app@workspace:."
  dependencies:
    a: "npm:^1.0.0"
    tool: "npm:^5.0.0"
  dependenciesMeta:
    a:
      optional: true
  languageName: unknown
  linkType: soft

? "a@npm:^1.0.0, a@npm:^1.1.0"
:
  version: 1.2.0
  resolution: "a@npm:1.2.0::__archiveUrl=https%3A%2F%2Fx.example%2Fa.tgz"
  dependencies:
    b: ^2.0.0
  checksum: 10c0/abcd

"b@npm:^2.0.0":
  version: 2.0.0
  resolution: "b@npm:2.0.0"

"b@patch:b@npm%3A^2.0.0#optional!builtin<compat/b>":
  version: 2.0.0
  resolution: "b@patch:b@npm%3A2.0.0#optional!builtin<compat/b>::version=2.0.0&hash=1"

"g@owner/g#main":
  version: 0.1.0
  resolution: "g@https://user:secret@git.example/owner/g.git#commit=0b824c650d3a03444dbcf2b27a5f3566f6e41358"

"l@portal:../l::locator=app%40workspace%3A.":
  version: 0.0.0-use.local
  resolution: "l@portal:../l::locator=app%40workspace%3A."

"tool@npm:^5.0.0":
  version: 5.0.0
  resolution: "tool@npm:5.0.0"
`;

describe('yarn.lock of version 1', () => {
  it('lists each entry under its real name, with line, digest and what it depends on', async () => {
    const { packages } = await read(V1);
    expect(packages).toEqual([
      {
        name: '@s/a',
        version: '1.2.0',
        line: 3,
        dependsOn: ['real@1.0.0', 'ms@2.0.0', 'native@3.1.0'],
        digests: ['sha1:d8a96bd77fd68df7793a73036a3ba0d5405d477b'],
      },
      { name: 'real', version: '1.0.0', line: 13 },
      { name: 'ms', version: '2.0.0', line: 16 },
      { name: 'native', version: '3.1.0', line: 19 },
      { name: 'tool', version: '5.0.0', line: 22, dependsOn: ['ms@2.0.0', '@s/a@1.2.0'] },
    ]);
  });

  it('takes what is direct and for development from package.json', async () => {
    const manifest = { dependencies: { '@s/a': '^1.0.0' }, devDependencies: { tool: '*' } };
    expect(scopesIn(await readBeside(V1, { '/app/package.json': manifest }))).toEqual({
      '@s/a@1.2.0': ['runtime', 'direct'],
      'real@1.0.0': ['runtime', 'indirect'],
      'ms@2.0.0': ['runtime', 'indirect'],
      'native@3.1.0': ['optional', 'indirect'],
      'tool@5.0.0': ['development', 'direct'],
    });
  });

  it.each([
    ['has workspaces', { workspaces: ['packages/*'], devDependencies: { tool: '*' } }],
    ['cannot be read', '{'],
  ])('says nothing of scopes where package.json %s', async (_, manifest) => {
    const result = await readBeside(V1, { '/app/package.json': manifest });
    expect(result.packages.every(({ scope }) => scope === undefined)).toBe(true);
    expect(result.packages).toHaveLength(5);
  });

  it.each([
    ['git+ssh://git@github.com:o/r#0a2d2506c1fe299691fc5db53a2097db3bd615bc'],
    ['https://codeload.github.com/o/r/tar.gz/0a2d2506c1fe299691fc5db53a2097db3bd615bc'],
  ])('knows the commit of %s', async (resolved) => {
    const { packages } = await read(`x@o/r:\n  version "1.0.0"\n  resolved "${resolved}"\n`);
    expect(packages[0]?.qualifiers?.get('vcs_url')).toMatch(
      /^git\+.*github\.com.*@0a2d2506c1fe299691fc5db53a2097db3bd615bc$/,
    );
  });

  it.each([
    ['minimist@npm:^0.0.8', 'minimist'],
    ['minimist@npm:0.0.8', 'minimist'],
    ['minimist@npm:>=0.0.8 || *', 'minimist'],
    ['old@npm:tool@^0.0.8', 'tool'],
    ['old@npm:7zip@^0.0.8', '7zip'],
    ['old@npm:@a/b@^0.0.8', '@a/b'],
    ['old@npm:tool', 'tool'],
  ])('takes "%s" of version 1 for %s', async (spec, name) => {
    const { packages } = await read(`# yarn lockfile v1\n"${spec}":\n  version "0.0.8"\n`);
    expect(packages.map((pkg) => `${pkg.name}@${pkg.version}`)).toEqual([`${name}@0.0.8`]);
  });

  it.each([
    ['a@^1', '1.0.0', 'https://r.example/a/-/a-1.0.0.tgz#aaaa', undefined],
    ['@s/a@^1', '1.0.0', 'https://r.example/@s/a/-/a-1.0.0.tgz#aaaa', undefined],
    ['old@npm:@s/a@^1', '1.0.0', 'https://r.example/@s/a/-/a-1.0.0.tgz', undefined],
    ['a@^1', '1.0.0+b', 'https://r.example/a/-/a-1.0.0.tgz', undefined],
    ['a@https://r.example/b.tgz', '1.0.0', 'https://r.example/b.tgz', undefined],
    ['a@o/r', '1.0.0', 'https://codeload.github.com/o/r/tar.gz/0a2d2506c1fe29', undefined],
    ['a@^1', '2.0.0', 'https://r.example/a/-/a-1.0.0.tgz#aaaa', 'version 2.0.0, and 1.0.0 in'],
    ['a@^1', '1.0.0', 'https://r.example/b/-/b-1.0.0.tgz#aaaa', '"b" in the address'],
    ['old@npm:a@^1', '1.0.0', 'https://r.example/old/-/old-1.0.0.tgz', '"old" in the address'],
  ])('compares %s in version %s with %s', async (spec, version, resolved, words) => {
    const result = await read(`"${spec}":\n  version "${version}"\n  resolved "${resolved}"\n`);
    expect(result.packages).toHaveLength(1);
    const gaps = result.diagnostics?.filter(({ gap }) => gap === 'unreadable') ?? [];
    expect(gaps.map(({ message }) => message)).toEqual(
      words === undefined ? [] : [expect.stringContaining(words)],
    );
  });

  it.each([
    ['a@https://r.example/x.tgz', '  name real\n', 'real'],
    ['a@https://r.example/real/-/real-1.0.0.tgz', '', 'real'],
    // Of a package that an alias asks for as well, Yarn may write the alias.
    ['real@^1', '  name a\n', 'real'],
  ])('knows the real name of %s', async (spec, field, name) => {
    const { packages } = await read(`"${spec}":\n${field}  version "1.0.0"\n`);
    expect(packages).toMatchObject([{ name, version: '1.0.0' }]);
  });

  it('has a gap where an entry tells its version twice', async () => {
    const result = await read('a@^1:\n  version "1.0.0"\n  version "1.2.0"\n');
    expect(result.packages).toMatchObject([{ name: 'a', version: '1.0.0' }]);
    expect(result.diagnostics).toMatchObject([{ gap: 'unreadable', location: { line: 3 } }]);
  });

  it.each(['../../x@1', '..@1', '@s/a/b@1', '@../x@1'])('has a gap for "%s"', async (spec) => {
    const result = await read(`"${spec}":\n  version "1.0.0"\n`);
    expect(result.packages).toEqual([]);
    expect(result.diagnostics).toMatchObject([{ gap: 'unreadable' }]);
  });

  it('notes folders without a version', async () => {
    const result = await read('"x@link:./x":\n  version "0.0.0"\n  uid ""\n');
    expect(result.packages).toEqual([]);
    expect(result.diagnostics?.[0]?.gap).toBeUndefined();
  });
});

describe('what yarn.lock asks for and does not pin', () => {
  const messages = async (text: string, manifests: Readonly<Record<string, unknown>> = {}) =>
    ((await readBeside(text, manifests)).diagnostics ?? []).map(({ message, gap }) => [
      gap,
      message,
    ]);
  const lacking = V1.replace('native@^3.0.0:\n  version "3.1.0"\n\n', '');
  const gap = ['unreadable', expect.stringContaining('asks for "native",')];

  it('is a gap', async () => {
    expect(await messages(lacking)).toEqual([gap]);
    expect(await messages(V1)).toEqual([]);
    const berry = BERRY.slice(0, BERRY.indexOf('"tool@npm'));
    expect(await messages(berry)).toContainEqual([
      'unreadable',
      expect.stringContaining('asks for "tool",'),
    ]);
  });

  it('is none where a member of a workspace may be meant, which Yarn 1 does not record', async () => {
    const manifest = { workspaces: ['packages/*'] };
    expect(await messages(lacking, { '/app/package.json': manifest })).toEqual([]);
  });

  it('is also what package.json asks for, but for peers', async () => {
    const manifest = { dependencies: { native: '^3.0.0' }, peerDependencies: { react: '*' } };
    expect(await messages(V1, { '/app/package.json': manifest })).toEqual([]);
    expect(await messages(lacking, { '/app/package.json': manifest })).toEqual([gap]);
    const other = { devDependencies: { z: '1' } };
    expect(await messages(V1, { '/app/package.json': other })).toEqual([
      ['unreadable', expect.stringContaining('asks for "z",')],
    ]);
  });

  it('is none where another range of the name is pinned, as with resolutions', async () => {
    const text =
      'a@1:\n  version "1.0.0"\n  dependencies:\n    b "^2"\n\nb@3:\n  version "3.0.0"\n';
    expect(await messages(text)).toEqual([]);
  });
});

describe('yarn.lock of later versions', () => {
  it('follows the resolution', async () => {
    const result = await read(BERRY);
    expect(scopesIn(result)).toEqual({
      'a@1.2.0': ['optional', 'direct'],
      'b@2.0.0': ['optional', 'indirect'],
      'g@0.1.0': [undefined, 'indirect'],
      'tool@5.0.0': ['runtime', 'direct'],
    });
    expect(result.packages.find(({ name }) => name === 'g')?.qualifiers?.get('vcs_url')).toBe(
      'git+https://git.example/owner/g.git@0b824c650d3a03444dbcf2b27a5f3566f6e41358',
    );
    expect(result.packages.find(({ name }) => name === 'a')).toMatchObject({
      line: 17,
      dependsOn: ['b@2.0.0'],
    });
    expect(result.diagnostics?.map(({ message }) => message)).toEqual([
      '"l" is a folder without a version',
    ]);
  });

  it.each([
    ['a@npm:1.0.0', undefined],
    ['a@npm:1.0.0::__archiveUrl=https%3A%2F%2Fx.example%2Fa%2F-%2Fa-1.0.0.tgz', undefined],
    ['a@patch:a@npm%3A1.0.0#optional!builtin<compat/a>::version=1.0.0&hash=1', undefined],
    ['a@patch:a@npm:1.0.0#./a.patch::locator=app%40workspace%3A.', undefined],
    ['a@https://r.example/a-2.0.0.tgz', undefined],
    ['a@npm:1.1.0', '1.1.0 in its resolution'],
    ['a@npm:1.0.0::__archiveUrl=https%3A%2F%2Fx.example%2Fa%2F-%2Fa-1.1.0.tgz', '1.1.0 in the'],
    ['a@patch:a@npm%3A1.1.0#optional!builtin<compat/a>::version=1.0.0&hash=1', '1.1.0 in its'],
    ['a@patch:a@npm%3A1.0.0#optional!builtin<compat/a>::version=1.1.0&hash=1', '1.1.0 in its'],
  ])('compares version 1.0.0 with "%s"', async (resolution, words) => {
    const text = `"a@npm:^1":\n  version: 1.0.0\n  resolution: "${resolution}"\n`;
    const result = await read(`__metadata:\n  version: 8\n\n${text}`);
    expect(result.packages).toMatchObject([{ name: 'a', version: '1.0.0' }]);
    expect(result.diagnostics?.map(({ message }) => message) ?? []).toEqual(
      words === undefined ? [] : [expect.stringContaining(words)],
    );
  });

  it('knows the real name of what was asked for by an address', async () => {
    const spec = 'a@https://r.example/real/-/real-1.0.0.tgz';
    const { packages } = await read(`"${spec}":\n  version: 1.0.0\n  resolution: "${spec}"\n`);
    expect(packages).toMatchObject([{ name: 'real', version: '1.0.0' }]);
  });

  it('takes scopes of members from their package.json', async () => {
    const manifest = { dependencies: { a: '^1.0.0' }, devDependencies: { tool: '^5.0.0' } };
    expect(scopesIn(await readBeside(BERRY, { '/app/package.json': manifest }))).toMatchObject({
      'a@1.2.0': ['runtime', 'direct'],
      'tool@5.0.0': ['development', 'direct'],
    });
  });
});

describe('yarn.lock', () => {
  it('of one line, for its carriage returns end none, is a gap', async () => {
    const result = await read('# yarn lockfile v1\ra@1:\r  version "1.0.0"\r');
    expect(result.packages).toEqual([]);
    expect(result.diagnostics).toMatchObject([{ gap: 'unreadable', location: { line: 1 } }]);
  });

  it('pins nothing inside node_modules', async () => {
    const result = await read(V1, '/app/node_modules/x/yarn.lock');
    expect(result.packages).toEqual([]);
  });

  it.each(['no lockfile', '{"a": 1}', '\0\0\0'])('refuses %j', async (text) => {
    await expect(read(text)).rejects.toThrow(ParseError);
  });

  it('reports what has no place, and entries without a version', async () => {
    const result = await read(`${V1}\n<<<<<<< HEAD\nx@1:\n  resolved "y"\n`);
    expect(result.packages).toHaveLength(5);
    expect(result.diagnostics?.map(({ gap, location }) => [gap, location?.line])).toEqual([
      ['unreadable', 28],
      ['unreadable', 29],
    ]);
  });

  it('has no trouble with the names of prototypes', async () => {
    expect(
      namesOf(await read('__proto__@1:\n  version "1"\nconstructor@1:\n  version "2"\n')),
    ).toEqual(['__proto__@1', 'constructor@2']);
  });

  it('survives any text', async () => {
    const whole = V1 + BERRY;
    const piece = fc.constantFrom('a@1', ':', '\n', '  ', '"', ',', '\\', 'version', ' ', '? ');
    await fc.assert(
      fc.asyncProperty(
        fc.nat(whole.length),
        fc.array(piece, { maxLength: 12 }),
        async (end, pieces) => {
          try {
            await read(whole.slice(0, end) + pieces.join(''));
          } catch (error) {
            expect(error).toBeInstanceOf(ParseError);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('takes linear time', async () => {
    const text = Array.from(
      { length: 50_000 },
      (_, at) => `"a@${at}":\n  version "1"\n  dependencies:\n    a "x"\n`,
    ).join('');
    const cpuMs = startCpuClock();
    expect((await read(text)).packages).toHaveLength(1);
    expect(cpuMs()).toBeLessThan(20_000);
  });
});

const samples = sharedPath('samples/npm');

describe.skipIf(samples === undefined)('real yarn.lock files (needs ../shared)', () => {
  it.each(['yarn-v1-app', 'yarn-v1-edge', 'yarn-berry-app', 'yarn-berry-edge'])(
    '%s',
    async (name) => {
      const folder = `${samples ?? ''}/${name}`;
      const expected = JSON.parse(readFileSync(`${folder}/expected.json`, 'utf8')) as {
        name: string;
        version: string;
      }[];
      const result = await readCatalog(yarnLock, PATH, readFileSync(`${folder}/yarn.lock`));
      expect(namesOf(result)).toEqual(expected.map((one) => `${one.name}@${one.version}`).sort());
      expect(result.diagnostics?.filter(({ gap }) => gap !== undefined) ?? []).toEqual([]);
    },
  );
});
