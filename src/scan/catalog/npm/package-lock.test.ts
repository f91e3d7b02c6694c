import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { namesOf, readAmong, readCatalog } from '../../../../test/support/catalog-file.ts';
import { sharedPath } from '../../../../test/support/shared.ts';
import { DEFAULT_LIMITS } from '../../../core/base/context.ts';
import { ParseError } from '../../../core/base/errors.ts';
import type { CatalogedPackage, CatalogResult } from '../../../core/model/catalog/catalog.ts';
import { packageLock } from './package-lock.ts';
import { startCpuClock } from '../../../../test/support/cpu-time.ts';

const PATH = '/app/package-lock.json';

function read(lock: unknown): Promise<CatalogResult> {
  return readCatalog(packageLock, PATH, JSON.stringify(lock, undefined, 2));
}

/** A lockfile of version 3 with these rows. */
function v3(packages: unknown): Promise<CatalogResult> {
  return read({ lockfileVersion: 3, packages });
}

/** A lockfile of version 1 with these rows. */
function v1(dependencies: unknown): Promise<CatalogResult> {
  return read({ lockfileVersion: 1, dependencies });
}

async function only(result: Promise<CatalogResult>): Promise<CatalogedPackage | undefined> {
  const { packages } = await result;
  expect(packages).toHaveLength(1);
  return packages[0];
}

function gaps(result: CatalogResult): number {
  return result.diagnostics?.filter(({ gap }) => gap !== undefined).length ?? 0;
}

describe('an address that names another version', () => {
  const row = (version: string, resolved: string) => ({
    'node_modules/@x/a': { version, resolved },
  });

  it.each([
    ['the same version', '1.2.3', 'https://registry.example/@x/a/-/a-1.2.3.tgz', 0],
    ['another version', '1.2.9', 'https://registry.example/@x/a/-/a-1.2.3.tgz#sha', 1],
    ['a version without its build', '1.2.3+x', 'https://registry.example/@x/a/-/a-1.2.3.tgz', 0],
    ['the scope in the archive', '1.2.3', 'https://r.example/@x/a/-/@x/a-1.2.3.tgz', 0],
    ['a scope that is escaped', '1.2.3', 'https://r.example/@x%2fa/-/a-1.2.3.tgz', 0],
    ['another version with the scope', '1.2.9', 'https://r.example/@x/a/-/@x/a-1.2.3.tgz', 1],
    ['a version with a letter', 'v1.2.3', 'https://registry.example/@x/a/-/a-1.2.3.tgz', 0],
    ['a package of another name', '1.2.3', 'https://registry.example/@x/b/-/b-1.2.3.tgz', 1],
    ['a package of another scope', '1.2.3', 'https://registry.example/@y/a/-/a-1.2.3.tgz', 1],
    ['a package without the scope', '1.2.3', 'https://registry.example/a/-/a-1.2.3.tgz', 1],
    ['an archive of another name', '1.2.9', 'https://registry.example/@x/a/-/b-1.2.3.tgz', 0],
    ['a place that is no registry', '1.2.9', 'https://example.org/a-1.2.3.tgz', 0],
    ['a file', '1.2.9', 'file:vendor/-/a-1.2.3.tgz', 0],
    ['no version', '1.2.9', 'https://registry.example/@x/a/-/a-latest.tgz', 0],
  ])('%s', async (_name, version, resolved, count) => {
    const result = await v3(row(version, resolved));
    expect(result.packages).toMatchObject([{ name: '@x/a', version }]);
    expect(gaps(result)).toBe(count);
  });

  it('is none of an alias, whose row has the name', async () => {
    const resolved = 'https://registry.example/@x/a/-/a-1.2.3.tgz';
    const rows = { 'node_modules/old': { name: '@x/a', version: '1.2.3', resolved } };
    expect(gaps(await v3(rows))).toBe(0);
  });

  it('is a name of its own where a scoped package hides behind one without a scope', async () => {
    const resolved = 'https://registry.example/@x/a/-/a-1.2.3.tgz';
    expect(gaps(await v3({ 'node_modules/a': { version: '1.2.3', resolved } }))).toBe(1);
  });

  it('names the package where npm 6 recorded it as the version', async () => {
    const version = 'https://registry.example/real/-/real-1.2.3.tgz';
    expect((await v1({ a: { version } })).packages).toMatchObject([
      { name: 'real', version: '1.2.3' },
    ]);
  });

  it('takes no longer for one that is long', async () => {
    const resolved = `https://${'/-/'.repeat(300_000)}@x/a/-/a-1.2.3.tgz`;
    expect(gaps(await v3(row('1.2.9', resolved)))).toBe(1);
  });
});

describe('versions 2 and 3', () => {
  it('reads all that a row says', async () => {
    const integrity = `sha512-${Buffer.alloc(64, 7).toString('base64')}`;
    const result = await v3({
      '': { name: 'app', version: '1.0.0', dependencies: { a: '^1.0.0' } },
      'node_modules/a': { version: '1.2.0', integrity, license: 'MIT', dependencies: { b: '2' } },
      'node_modules/b': { version: '1.0.0' },
      'node_modules/a/node_modules/b': { version: '2.0.0' },
    });
    expect(result).toEqual({
      packages: [
        {
          name: 'a',
          version: '1.2.0',
          line: 11,
          scope: 'runtime',
          relationship: 'direct',
          licenses: ['MIT'],
          digests: [`sha512:${'07'.repeat(64)}`],
          dependsOn: ['b@2.0.0'],
        },
        { name: 'b', version: '1.0.0', line: 19, scope: 'runtime', relationship: 'indirect' },
        { name: 'b', version: '2.0.0', line: 22, scope: 'runtime', relationship: 'indirect' },
      ],
    });
  });

  it.each([
    [{}, 'runtime'],
    [{ dev: true }, 'development'],
    [{ dev: true, optional: true }, 'development'],
    [{ dev: true, peer: true }, 'development'],
    [{ devOptional: true }, 'optional'],
    [{ optional: true }, 'optional'],
    [{ peer: true }, 'peer'],
    [{ dev: 'yes' }, 'runtime'],
  ])('%j is %s', async (flags, scope) => {
    const row = { version: '1.0.0', ...flags };
    expect((await only(v3({ 'node_modules/a': row })))?.scope).toBe(scope);
  });

  it('names an alias by what it stands for', async () => {
    const result = await v3({ 'node_modules/old': { name: '@x/lodash', version: '3.10.1' } });
    expect(namesOf(result)).toEqual(['@x/lodash@3.10.1']);
  });

  it('takes the name from the path behind the last node_modules', async () => {
    const result = await v3({
      'node_modules/@a/b': { version: '1' },
      'node_modules/@a/b/node_modules/@c/d': { version: '2' },
      'packages/x/node_modules/e': { version: '3' },
    });
    expect(namesOf(result)).toEqual(['@a/b@1', '@c/d@2', 'e@3']);
  });

  it('lists workspace members once, under their own names, as direct dependencies', async () => {
    const result = await v3({
      '': { workspaces: ['packages/*'] },
      'node_modules/@x/a': { resolved: 'packages/a', link: true },
      'node_modules/b': { resolved: 'packages/b', link: true },
      'node_modules/c': { version: '1.0.0' },
      'packages/a': { name: '@x/a', version: '1.0.0', dependencies: { b: '2.0.0', c: '1' } },
      'packages/b': { version: '2.0.0' },
    });
    expect(result.packages).toMatchObject([
      { name: 'c', relationship: 'indirect' },
      { name: '@x/a', version: '1.0.0', relationship: 'direct', dependsOn: ['b@2.0.0', 'c@1.0.0'] },
      { name: 'b', version: '2.0.0', relationship: 'direct' },
    ]);
    expect(result.diagnostics).toBeUndefined();
  });

  it('lists a folder that a file: dependency names, with or without a link', async () => {
    const result = await v3({
      '': { devDependencies: { etag: 'file:./deps/../deps/etag' } },
      'deps/etag': { version: '1.8.0', dev: true },
    });
    expect(result.packages).toMatchObject([
      { name: 'etag', version: '1.8.0', scope: 'development', relationship: 'direct' },
    ]);
  });

  it('notes folders that nothing leads to, folders without a version, and links to nowhere', async () => {
    const result = await v3({
      '': {},
      'node_modules/lost': { resolved: '', link: true },
      'node_modules/member': { resolved: 'member', link: true },
      lost: { version: '1.0.0' },
      member: {},
    });
    expect(result.packages).toEqual([]);
    expect(result.diagnostics).toHaveLength(3);
    expect(gaps(result)).toBe(0);
  });

  it.each(['node_modules\\left', 'lib\\node_modules\\left', 'node_modules/left/'])(
    'does not pass over the package at %s',
    async (path) => {
      const result = await v3({ '': {}, [path]: { version: '1.0.0' } });
      expect(result.packages.length + gaps(result)).toBe(1);
    },
  );

  it.each<[string, object, boolean]>([
    ['a folder of the project', { resolved: 'vendor/lodash' }, true],
    ['a folder outside the project', { resolved: '../lodash' }, true],
    ['a folder in node_modules', { resolved: 'node_modules/.store/lodash' }, true],
    ['nobody knows where', {}, true],
    ['the project', { resolved: '' }, false],
    ['the project, as a path', { resolved: '.' }, false],
  ])('tells of a link to %s that the file does not describe', async (_, row, isGap) => {
    const result = await v3({ '': {}, 'node_modules/lodash': { ...row, link: true } });
    expect(result.packages).toEqual([]);
    expect(result.diagnostics?.[0]?.location?.line).toBeGreaterThan(1);
    expect(gaps(result)).toBe(isGap ? 1 : 0);
  });

  it('lists one package at several places once, with its strongest claims', async () => {
    const result = await v3({
      '': { devDependencies: { b: '1' } },
      'node_modules/a/node_modules/b': { version: '1.0.0' },
      'node_modules/b': { version: '1.0.0', dev: true },
    });
    expect(result.packages).toMatchObject([
      { name: 'b', version: '1.0.0', scope: 'runtime', relationship: 'direct', line: 9 },
    ]);
  });

  it('keeps packages from different commits apart', async () => {
    const result = await v3({
      'node_modules/a': { version: '1.0.0', resolved: 'git+ssh://git@h.example/a.git#01' },
      'node_modules/b/node_modules/a': {
        version: '1.0.0',
        resolved: 'git+ssh://git@h.example/a.git#02',
      },
      'node_modules/c': { resolved: 'git+https://token@h.example/c.git#03' },
    });
    expect(namesOf(result)).toEqual(['a@1.0.0', 'a@1.0.0', 'c@']);
    expect(result.packages.map(({ qualifiers }) => qualifiers?.get('vcs_url'))).toEqual([
      'git+ssh://git@h.example/a.git@01',
      'git+ssh://git@h.example/a.git@02',
      'git+https://h.example/c.git@03',
    ]);
  });

  it('lists rows for other platforms without a version', async () => {
    const result = await v3({ 'node_modules/fsevents': { optional: true } });
    expect(namesOf(result)).toEqual(['fsevents@']);
    expect(gaps(result)).toBe(0);
  });

  it.each([
    ['no version', {}],
    ['a version that is no text', { version: 1, resolved: 'https://r.example/a.tgz' }],
    ['a version that is no text in an optional row', { version: null, optional: true }],
    ['no object', 'text'],
  ])('reports a row with %s and reads the others', async (_name, row) => {
    const result = await v3({ 'node_modules/a': row, 'node_modules/b': { version: '1' } });
    expect(namesOf(result)).toEqual(['b@1']);
    expect(gaps(result)).toBe(1);
  });

  it('says nothing of directness without a root row', async () => {
    expect(await only(v3({ 'node_modules/a': { version: '1' } }))).not.toHaveProperty(
      'relationship',
    );
  });

  it('lists nothing of the old tree of version 2, and reports what only that has', async () => {
    const lock = {
      lockfileVersion: 2,
      packages: { 'node_modules/a': { version: '1' } },
      dependencies: {
        a: { version: '1' },
        b: { version: '2' },
        folder: { version: 'file:folder' },
        alias: { version: 'npm:a@1' },
      },
    };
    const result = await read(lock);
    expect(namesOf(result)).toEqual(['a@1']);
    expect(result.diagnostics).toMatchObject([
      { gap: 'unreadable', message: expect.stringContaining('b@2') as unknown },
    ]);
  });

  it('finishes quickly on a long path and many dependencies', async () => {
    const path = `${'a/'.repeat(500)}node_modules/x`;
    const dependencies = Object.fromEntries(
      Array.from({ length: 50_000 }, (_, i) => [`d${i}`, '1']),
    );
    const cpuMs = startCpuClock();
    expect(namesOf(await v3({ [path]: { version: '1', dependencies } }))).toEqual(['x@1']);
    expect(cpuMs()).toBeLessThan(20_000);
  });
});

describe('names that no package can have', () => {
  const row = { version: '1.0.0' };

  it.each<[string, Record<string, unknown>]>([
    ['a path that leads out', { 'node_modules/../../x': row }],
    ['a path that ends in dots', { 'node_modules/..': row }],
    ['a path with an empty part', { 'node_modules/a//b': row }],
    ['a slash too many', { 'node_modules/a/b': row }],
    ['a name that leads out', { 'node_modules/a': { ...row, name: '../../x' } }],
    ['a name with a slash too many', { 'node_modules/a': { ...row, name: '@s/a/b' } }],
  ])('%s is a gap', async (_name, rows) => {
    const result = await v3(rows);
    expect(result.packages).toEqual([]);
    expect(gaps(result)).toBe(1);
  });

  it('are gaps in version 1, too', async () => {
    const result = await v1({ '../../x': row, 'a/b': row, '@s/a': row });
    expect(namesOf(result)).toEqual(['@s/a@1.0.0']);
    expect(gaps(result)).toBe(2);
  });

  it('are none of a folder inside a package that a link leads to', async () => {
    const result = await v3({
      'node_modules/a': { ...row, dependencies: { b: 'file:vendor/b' } },
      'node_modules/a/vendor/b': row,
      'node_modules/b': { resolved: 'node_modules/a/vendor/b', link: true },
    });
    expect(namesOf(result)).toEqual(['a@1.0.0', 'b@1.0.0']);
    expect(gaps(result)).toBe(0);
  });
});

describe('what it asks for and does not pin', () => {
  it('is a gap where the project itself is all that is left, and no manifest tells more', async () => {
    const result = await v3({
      '': { dependencies: { a: '^1' }, optionalDependencies: { o: '1' } },
    });
    expect(result.diagnostics).toMatchObject([
      { gap: 'unreadable', message: expect.stringContaining('asks for "a",') as string },
    ]);
  });

  const a = { version: '1.0.0', dependencies: { b: '1', c: '1' } };
  const c = { version: '1.0.0' };

  it.each<[string, Record<string, unknown>, string | undefined]>([
    [
      'of the project',
      { '': { devDependencies: { a: '1' } }, 'node_modules/c': c },
      'asks for "a",',
    ],
    ['of a package', { 'node_modules/a': a, 'node_modules/c': c }, 'asks for "b",'],
    ['twice', { 'node_modules/a': a, 'node_modules/x': a }, 'asks for "b" and 1 more,'],
    ['below another', { 'node_modules/a': a, 'node_modules/x/node_modules/b': c }, 'asks for "b"'],
    [
      'of a folder of the project',
      { 'node_modules/x': { link: true, resolved: 'x' }, x: a },
      'asks for "b"',
    ],
  ])('%s is a gap', async (_, packages, message) => {
    const { diagnostics = [] } = await v3(packages);
    const gaps = diagnostics.filter(({ gap }) => gap === 'unreadable');
    expect(gaps).toHaveLength(1);
    expect(gaps[0]?.message).toContain(message);
  });

  it.each<[string, Record<string, unknown>]>([
    ['found in its own folder', { 'node_modules/a': a, 'node_modules/a/node_modules/b': c }],
    ['of an optional package', { 'node_modules/a': { ...a, optional: true } }],
    ['of a bundled package', { 'node_modules/a': { ...a, inBundle: true } }],
    ['that is optional', { 'node_modules/a': { ...a, optionalDependencies: { b: '1' } } }],
    ['that is a peer', { '': { peerDependencies: { b: '1' } } }],
    ['below a shrinkwrap', { 'node_modules/a': { ...a, hasShrinkwrap: true } }],
    ['of a folder that nothing leads to', { x: a }],
    [
      'of a folder outside the project',
      { '../x': a, 'node_modules/x': { link: true, resolved: '../x' } },
    ],
  ])('%s is none', async (_, packages) => {
    const { diagnostics = [] } = await v3({ 'node_modules/c': c, ...packages });
    expect(diagnostics.filter(({ gap }) => gap !== undefined)).toEqual([]);
  });
});

describe('version 1', () => {
  it('reads a level of any width', async () => {
    const wide = Object.fromEntries(
      Array.from({ length: 200_000 }, (_, index) => [`d${String(index)}`, { version: '1' }]),
    );
    const lock = {
      lockfileVersion: 1,
      dependencies: { top: { version: '1', dependencies: wide } },
    };
    const limits = { ...DEFAULT_LIMITS, maxPackages: 300_000 };
    const files = { '/app/package-lock.json': JSON.stringify(lock) };
    const result = await readAmong(packageLock, files, { limits });
    expect(result.packages).toHaveLength(200_001);
  });

  it('reads nested dependencies, found as Node finds them', async () => {
    const result = await v1({
      a: {
        version: '1.0.0',
        dev: true,
        requires: { b: '^2', c: '1' },
        dependencies: { b: { version: '2.0.0', requires: { c: '1' } } },
      },
      b: { version: '1.0.0', bundled: true },
      c: { version: '1.0.0', optional: true },
    });
    expect(result.packages).toEqual([
      {
        name: 'a',
        version: '1.0.0',
        line: 4,
        scope: 'development',
        dependsOn: ['b@2.0.0', 'c@1.0.0'],
      },
      { name: 'b', version: '2.0.0', line: 12, scope: 'runtime', dependsOn: ['c@1.0.0'] },
      { name: 'b', version: '1.0.0', line: 20, scope: 'runtime' },
      { name: 'c', version: '1.0.0', line: 24, scope: 'optional' },
    ]);
  });

  it.each([
    ['npm:lodash@3.10.1', 'lodash@3.10.1', undefined],
    ['npm:@babel/core@7.0.0', '@babel/core@7.0.0', undefined],
    ['file:deps/a', 'a@', undefined],
    ['https://r.example/a-1.0.0.tgz', 'a@', undefined],
    ['git+ssh://git@h.example/a.git#01', 'a@', 'git+ssh://git@h.example/a.git@01'],
    ['git+https://user:token@h.example/a.git#01', 'a@', 'git+https://h.example/a.git@01'],
    ['github:x/a#01', 'a@', 'git+https://github.com/x/a.git@01'],
    ['1.0.0', 'a@1.0.0', undefined],
  ])('reads the version %s', async (version, name, vcsUrl) => {
    const result = await v1({ a: { version } });
    expect(namesOf(result)).toEqual([name]);
    expect(result.packages[0]?.qualifiers?.get('vcs_url')).toBe(vcsUrl);
  });

  it('lists one commit once, however its repository is written', async () => {
    const commit = '0123456789012345678901234567890123456789';
    const result = await v1({
      a: { version: `git+ssh://git@github.com/x/a.git#${commit}` },
      b: { version: '1', dependencies: { a: { version: `github:x/a#${commit}` } } },
    });
    expect(namesOf(result)).toEqual(['a@', 'b@1']);
  });

  it('reports rows without a version and reads what they hold', async () => {
    const result = await v1({ a: { dependencies: { b: { version: '1' } } }, c: 5 });
    expect(namesOf(result)).toEqual(['b@1']);
    expect(gaps(result)).toBe(2);
  });

  it('reads a shrinkwrap that has no version of its own', async () => {
    expect(namesOf(await read({ dependencies: { a: { version: '1' } } }))).toEqual(['a@1']);
  });
});

describe('packageLock', () => {
  it.each([
    ['an empty project', { lockfileVersion: 1 }],
    ['no packages', { lockfileVersion: 3, packages: { '': {} } }],
  ])('reads %s', async (_name, lock) => {
    expect(await read(lock)).toEqual({ packages: [] });
  });

  it.each([
    ['another file', { name: 'x' }],
    ['packages as a list', { lockfileVersion: 3, packages: [] }],
    ['dependencies as a text', { lockfileVersion: 1, dependencies: 'x' }],
  ])('refuses %s', async (_name, lock) => {
    await expect(read(lock)).rejects.toThrow(ParseError);
  });

  it('reports a version from the future, and reads what it can', async () => {
    const result = await read({
      lockfileVersion: 4,
      packages: { 'node_modules/a': { version: '1' } },
    });
    expect(namesOf(result)).toEqual(['a@1']);
    expect(gaps(result)).toBe(1);
  });

  it('notes keys that are given twice', async () => {
    const row = '"node_modules/a":{"version":"1"}';
    const text = `{"lockfileVersion":3,"packages":{${row},${row.replace('1', '2')}}}`;
    const result = await readCatalog(packageLock, PATH, text);
    expect(namesOf(result)).toEqual(['a@2']);
    expect(result.diagnostics?.[0]?.message).toContain('given twice');
    expect(gaps(result)).toBe(0);
  });

  it('notes a lockfile that came with a package', async () => {
    const path = '/app/node_modules/a/package-lock.json';
    const result = await readCatalog(packageLock, path, '{"lockfileVersion":1,"dependencies":{}}');
    expect(result.packages).toEqual([]);
    expect(gaps(result)).toBe(0);
  });

  it('is not misled by keys of the language', async () => {
    const text =
      '{"lockfileVersion":1,"dependencies":{"__proto__":{"version":"1","requires":{"constructor":"1","toString":"1"}},"constructor":{"version":"2"}}}';
    const result = await readCatalog(packageLock, PATH, text);
    expect(namesOf(result)).toEqual(['__proto__@1', 'constructor@2']);
    expect(result.packages[0]?.dependsOn).toEqual(['constructor@2']);
  });

  it('survives rows of any shape', async () => {
    const key = fc.constantFrom(
      '',
      'node_modules/a',
      'a',
      'node_modules/',
      'x/node_modules/@s/b',
      '../a',
    );
    const row = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.record(
        {
          version: fc.oneof(fc.constant('1.0.0'), fc.jsonValue({ maxDepth: 0 })),
          link: fc.boolean(),
          resolved: fc.oneof(key, fc.constant('git+ssh://x')),
          requires: fc.dictionary(key, fc.constant('1')),
          dependencies: fc.dictionary(
            key,
            fc.oneof(fc.constant('file:a'), fc.constant({ version: '1' })),
          ),
          license: fc.jsonValue({ maxDepth: 2 }),
        },
        { requiredKeys: [] },
      ),
    );
    const rows = fc.dictionary(key, row);
    await fc.assert(
      fc.asyncProperty(rows, fc.boolean(), async (value, isOld) => {
        const result = await (isOld ? v1(value) : v3(value));
        for (const { name } of result.packages) expect(name).not.toBe('');
      }),
      { numRuns: 300 },
    );
  });
});

const samples = sharedPath('samples/npm');

describe.skipIf(!samples)('real lockfiles (needs ../shared)', () => {
  it.each(['npm-v1-app', 'npm-v2-app', 'npm-v3-app', 'npm-v2-edge', 'npm-v3-edge'])(
    '%s',
    async (sample) => {
      const folder = `${samples ?? ''}/${sample}`;
      const result = await readCatalog(
        packageLock,
        PATH,
        readFileSync(`${folder}/package-lock.json`),
      );
      const expected = JSON.parse(readFileSync(`${folder}/expected.json`, 'utf8')) as {
        readonly name: string;
        readonly version: string;
        readonly dev: boolean;
        readonly optional: boolean;
      }[];
      const describeRow = (
        name: string,
        version: string,
        dev: boolean,
        optional: boolean,
      ): string => `${name}@${version}${dev ? ' dev' : ''}${optional && !dev ? ' optional' : ''}`;
      expect(
        result.packages
          .map(({ name, version, scope }) =>
            describeRow(name, version, scope === 'development', scope === 'optional'),
          )
          .sort(),
      ).toEqual(
        expected.map((row) => describeRow(row.name, row.version, row.dev, row.optional)).sort(),
      );
      expect(result.diagnostics).toBeUndefined();
    },
  );
});
