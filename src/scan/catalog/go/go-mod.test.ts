import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import '../../../../test/support/property-seed.ts';
import {
  catalogFile,
  namesOf,
  readAmong,
  readCatalog,
} from '../../../../test/support/catalog-file.ts';
import { sharedPath } from '../../../../test/support/shared.ts';
import { quietContext } from '../../../core/base/context.ts';
import { ParseError } from '../../../core/base/errors.ts';
import type { CatalogResult } from '../../../core/model/catalog/catalog.ts';
import { goMod } from './go-mod.ts';
import { vendorModules } from './vendor-modules.ts';

const SUM = 'h1:gTbpqR6DTF0Sn+ZgaOb/7f2MuAdikC1z3JCNuSyG74c=';
const HEX = '8136e9a91e834c5d129fe66068e6ffedfd8cb80762902d73dc908db92c86ef87';

function read(text: string, path = '/app/go.mod'): Promise<CatalogResult> {
  return readCatalog(goMod, path, text);
}

describe('goMod', () => {
  it('lists what is required, directly and not', async () => {
    const text =
      'module example.test/app // mine\n\ngo 1.22\n\nrequire example.test/a v1.2.3\n' +
      'require (\n\texample.test/b v0.1.0 // indirect\n\t"example.test/c" v0.0.1 // why not\n)\n' +
      'exclude example.test/d v9.0.0\nretract [v1.0.0, v1.1.0] // bad\ntool example.test/t\n';
    expect((await read(text)).packages).toEqual([
      { name: 'example.test/a', version: 'v1.2.3', line: 5, relationship: 'direct' },
      { name: 'example.test/b', version: 'v0.1.0', line: 7, relationship: 'indirect' },
      { name: 'example.test/c', version: 'v0.0.1', line: 8, relationship: 'direct' },
    ]);
  });

  it.each([
    ['any version', 'replace a.b/x => c.d/y v2.0.0', ['c.d/y@v2.0.0']],
    ['this version', 'replace a.b/x v1.0.0 => c.d/y v2.0.0', ['c.d/y@v2.0.0']],
    ['another version', 'replace a.b/x v1.1.0 => c.d/y v2.0.0', ['a.b/x@v1.0.0']],
    ['a block', 'replace (\n a.b/x => c.d/y v2.0.0\n)', ['c.d/y@v2.0.0']],
    ['a folder', 'replace a.b/x => ../y', []],
    ['a module without a version', 'replace a.b/x => c.d/y', ['a.b/x@v1.0.0']],
  ])('replaces %s', async (_name, line, names) => {
    expect(namesOf(await read(`module m\nrequire a.b/x v1.0.0\n${line}\n`))).toEqual(names);
  });

  it.each([
    ['./y', '/app/y/go.mod', undefined],
    ['../y/', '/y/go.mod', undefined],
    ['./y', '/app/z/go.mod', 'unread'],
    ['../../y', '/y/go.mod', 'unread'],
  ])('judges the folder %s by the file %s', async (folder, there, gap) => {
    const text = `module m\nrequire a.b/x v1.0.0\nreplace a.b/x => ${folder}\n`;
    const siblings = {
      get: (path: string) => (path === there ? catalogFile(path, 'module a.b/x\n') : undefined),
    };
    const file = catalogFile('/app/go.mod', text);
    const { diagnostics = [] } = await goMod.read(file, siblings, quietContext());
    expect(diagnostics.map((one) => one.gap)).toEqual([gap]);
  });

  it.each([
    ['toolchain go1.22.3', ['stdlib@1.22.3']],
    ['toolchain go1.22rc1', ['stdlib@1.22rc1']],
    ['toolchain default', []],
    ['toolchain mine', []],
    ['go 1.22.3', []],
  ])('reads the standard library from "%s"', async (line, names) => {
    expect(namesOf(await read(`module m\n${line}\n`))).toEqual(names);
  });

  it('gives the sums of go.sum', async () => {
    const file = catalogFile('/app/go.mod', 'module m\nrequire gopkg.in/yaml.v3 v3.0.1\n');
    const sums = `gopkg.in/yaml.v3 v3.0.1 ${SUM}\ngopkg.in/yaml.v3 v3.0.1/go.mod h1:JArf2Puz=\n`;
    const siblings = {
      get: (path: string) => (path === '/app/go.sum' ? catalogFile(path, sums) : undefined),
    };
    const { packages } = await goMod.read(file, siblings, quietContext());
    expect(packages).toMatchObject([{ digests: [`sha256:${HEX}`] }]);
  });

  it.each([
    ['a module that was fetched', '/root/go/pkg/mod/example.test/a@v1.0.0/go.mod', 'm'],
    ['the standard library', '/usr/local/go/src/go.mod', 'std'],
    ['the toolchain', '/usr/local/go/src/cmd/go.mod', 'cmd'],
  ])('notes the requirements of %s', async (_name, path, own) => {
    const result = await read(`module ${own}\nrequire a.b/x v1.0.0\n`, path);
    expect(result.packages).toEqual([]);
    expect(result.diagnostics?.[0]).not.toHaveProperty('gap');
  });

  it.each([
    ['go 1.16', ['a.b/direct@v1.0.0', 'a.b/other@v1.10.0']],
    ['', ['a.b/direct@v1.0.0', 'a.b/other@v1.10.0']],
    ['go 1.17', ['a.b/direct@v1.0.0']],
    ['go 1.22.3', ['a.b/direct@v1.0.0']],
  ])('takes indirect modules from go.sum only before Go 1.17: "%s"', async (line, names) => {
    const sums = [
      `a.b/direct v1.0.0 ${SUM}`,
      `a.b/direct v1.2.0 ${SUM}`,
      `a.b/other v1.9.0 ${SUM}`,
      `a.b/other v1.10.0 ${SUM}`,
      `a.b/other v1.11.0/go.mod ${SUM}`,
      `a.b/only v1.0.0/go.mod ${SUM}`,
    ].join('\n');
    const result = await readAmong(goMod, {
      '/app/go.mod': `module m\n${line}\nrequire a.b/direct v1.0.0\n`,
      '/app/go.sum': sums,
    });
    expect(namesOf(result)).toEqual(names);
    expect(result.packages.slice(1).map(({ relationship }) => relationship)).toEqual(
      names.slice(1).map(() => 'indirect'),
    );
  });

  it.each([
    ['requires nothing', 'module m\ngo 1.22\n', ['unreadable']],
    ['requires one', 'module m\ngo 1.22\nrequire a.b/x v1.0.0\n', []],
  ])('beside sums, where it %s', async (_, text, gaps) => {
    const sums = `a.b/x v1.0.0 ${SUM}\na.b/y v1.0.0 ${SUM}\n`;
    const { diagnostics = [] } = await readAmong(goMod, {
      '/app/go.mod': text,
      '/app/go.sum': sums,
    });
    expect(diagnostics.map(({ gap }) => gap)).toEqual(gaps);
  });

  it.each([
    ['a block on one line', 'require(a.b/x v1.0.0)', []],
    ['a block on one line, with spaces', 'require ( a.b/x v1.0.0 )', []],
    ['two versions', 'require a.b/x v1.0.0 v2.0.0', []],
    ['lines that end with a carriage return', '// x\rrequire a.b/x v1.0.0', []],
    ['a block that follows the verb at once', 'require(\n\ta.b/x v1.0.0\n)', ['a.b/x@v1.0.0']],
    ['an empty block', 'require ()\nrequire a.b/x v1.0.0', ['a.b/x@v1.0.0']],
  ])('with %s', async (_, lines, names) => {
    const result = await read(`module m\r\n${lines}\n`);
    expect(namesOf(result)).toEqual(names);
    const gaps = result.diagnostics?.map(({ gap, location }) => [gap, location?.line]) ?? [];
    expect(gaps).toEqual(names.length > 0 ? [] : [['unreadable', 2]]);
  });

  it('that ends within a block is a gap', async () => {
    const result = await read('module m\ngo 1.22\nrequire (\n\ta.b/x v1.0.0\n');
    expect(namesOf(result)).toEqual(['a.b/x@v1.0.0']);
    expect(result.diagnostics).toMatchObject([{ gap: 'unreadable' }]);
  });

  it('makes no modules of the marks of a merge', async () => {
    const result = await read(
      'module m\nrequire (\n<<<<<<< HEAD\n\ta.b/x v1.0.0\n=======\n\ta.b/x v1.1.0\n>>>>>>> x\n)\n',
    );
    expect(namesOf(result)).toEqual(['a.b/x@v1.0.0', 'a.b/x@v1.1.0']);
    expect(result.diagnostics).toHaveLength(3);
  });

  it('reports lines that are none, and refuses another format', async () => {
    const result = await read('module m\nrequire a.b/x\nfrobnicate y\n');
    expect(result.diagnostics).toMatchObject([
      { gap: 'unreadable', location: { line: 2 } },
      { gap: 'unreadable', location: { line: 3 } },
    ]);
    await expect(read('<html>\n')).rejects.toThrow(ParseError);
    expect(await read('')).toEqual({ packages: [] });
  });

  it('survives any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        try {
          await readCatalog(goMod, '/app/go.mod', bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(ParseError);
        }
      }),
    );
  });
});

describe('vendorModules', () => {
  it('lists modules with packages, replaced ones by what is there', async () => {
    const text =
      '# a.b/x v1.0.0\n## explicit; go 1.21\na.b/x\n# a.b/none v1.0.0\n## explicit\n' +
      '# a.b/y v1.0.0 => c.d/y v2.0.0\na.b/y\n# a.b/z v1.0.0 => ./z\na.b/z\n# a.b/w => ./w\n# bad\n' +
      '# a.b/x v1.0.0\na.b/x/sub\n';
    const result = await readCatalog(vendorModules, '/app/vendor/modules.txt', text);
    expect(result.packages).toEqual([
      { name: 'a.b/x', version: 'v1.0.0', line: 1, relationship: 'direct' },
      { name: 'c.d/y', version: 'v2.0.0', line: 6, relationship: 'indirect' },
      { name: 'a.b/z', version: 'v1.0.0', line: 8, relationship: 'indirect' },
    ]);
  });

  it.each(['<!DOCTYPE html>', '# a.b/x v1.0.0\n<<<<<<< HEAD\na.b/x\n'])(
    'reports a line that is no package: %j',
    async (text) => {
      const { diagnostics } = await readCatalog(vendorModules, '/app/vendor/modules.txt', text);
      expect(diagnostics).toMatchObject([{ gap: 'unreadable' }]);
    },
  );

  it('survives any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom('#', ' ', '\n', 'a', '=>', 'v1') }),
        async (text) => {
          await readCatalog(vendorModules, '/app/vendor/modules.txt', text);
        },
      ),
    );
  });
});

const samples = sharedPath('samples/lockfiles/go');

describe.skipIf(!samples)('real files (needs ../shared)', () => {
  it.each(['go.mod', 'go-rpmdb/go.mod'])('%s: requirements and their sums', async (name) => {
    const path = `${samples ?? ''}/${name}`;
    const text = readFileSync(path, 'utf8');
    const siblings = {
      get: (wanted: string) => catalogFile(wanted, readFileSync(path.replace('go.mod', 'go.sum'))),
    };
    const file = catalogFile('/app/go.mod', text);
    const { packages, diagnostics } = await goMod.read(file, siblings, quietContext());
    const rows = text
      .split('\n')
      .filter((line) => /^(?:require )?\s*\S+ v\d\S*(?: \/\/|$)/.test(line));
    const modules = packages.filter((pkg) => pkg.name !== 'stdlib');
    const folders = (diagnostics ?? []).filter(({ gap }) => gap === undefined);
    expect(modules.length + folders.length).toBe(rows.length);
    // A module that is only there to choose versions has a sum of its go.mod alone.
    const summed = modules.filter(({ digests }) => digests !== undefined);
    expect(summed.length).toBeGreaterThan(modules.length / 2);
  });
});
