import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { catalogFile, namesOf, readCatalog } from '../../../../test/support/catalog-file.ts';
import '../../../../test/support/property-seed.ts';
import { sharedPath } from '../../../../test/support/shared.ts';
import { quietContext } from '../../../core/base/context.ts';
import { ParseError } from '../../../core/base/errors.ts';
import type { CatalogResult } from '../../../core/model/catalog/catalog.ts';
import type { Cataloger } from '../cataloger.ts';
import { pdmLock } from './pdm-lock.ts';
import { pipfileLock } from './pipfile-lock.ts';
import { poetryLock } from './poetry-lock.ts';
import { pylock } from './pylock.ts';
import { uvLock } from './uv-lock.ts';
import { startCpuClock } from '../../../../test/support/cpu-time.ts';

const COMMIT = 'cd66602cd29f61a2d2e7fb995fef1e61708c034d';

function readBeside(cataloger: Cataloger, lock: string, project: string): Promise<CatalogResult> {
  const beside = catalogFile('/app/pyproject.toml', project);
  return cataloger.read(
    catalogFile('/app/x.lock', lock),
    { get: (path) => (path === beside.path ? beside : undefined) },
    quietContext(),
  );
}

const scopesIn = (result: CatalogResult) =>
  Object.fromEntries(result.packages.map((one) => [one.name, [one.scope, one.relationship]]));

describe('poetry.lock', () => {
  const rows = (field: string) => `[[package]]\nname = "A.b"\nversion = "1.0"\n${field}\n`;

  it.each([
    ['category = "main"', 'runtime'],
    ['category = "dev"', 'development'],
    ['category = "main"\noptional = true', 'optional'],
    ['groups = ["main", "dev"]', 'runtime'],
    ['groups = ["dev", "test"]', 'development'],
    ['groups = ["main"]\noptional = true', 'optional'],
    ['optional = false', undefined],
  ])('with %s', async (field, scope) => {
    const { packages } = await readCatalog(poetryLock, '/poetry.lock', rows(field));
    expect(packages).toEqual([
      { name: 'a-b', version: '1.0', line: 2, ...(scope !== undefined && { scope }) },
    ]);
  });

  it('takes scopes from pyproject.toml where the file has none', async () => {
    const lock = `
[[package]]
name = "flask"
version = "1"
[package.dependencies]
Click = ">=1"
[[package]]
name = "click"
version = "2"
[[package]]
name = "pytest"
version = "3"
dependencies = {click = "*", pluggy = "*"}
[[package]]
name = "pluggy"
version = "4"
[[package]]
name = "stale"
version = "5"
`;
    const project =
      '[tool.poetry.dependencies]\npython = "^3"\nFlask = "^1"\n[tool.poetry.group.x.dependencies]\npytest = "*"\n';
    const result = await readBeside(poetryLock, lock, project);
    expect(scopesIn(result)).toEqual({
      flask: ['runtime', 'direct'],
      click: ['runtime', 'indirect'],
      pytest: ['development', 'direct'],
      pluggy: ['development', 'indirect'],
      stale: [undefined, 'indirect'],
    });
    expect(result.packages[2]?.dependsOn).toEqual(['click@2', 'pluggy@4']);
  });

  it('knows the repository of a package from git', async () => {
    const source = `[package.source]\ntype = "git"\nurl = "https://u:t@x.example/ike"\nreference = "main"\nresolved_reference = "${COMMIT}"`;
    const { packages } = await readCatalog(poetryLock, '/poetry.lock', rows(source));
    expect(packages[0]?.qualifiers?.get('vcs_url')).toBe(`git+https://x.example/ike@${COMMIT}`);
  });
});

describe('pdm.lock', () => {
  const LOCK = `
[[package]]
name = "a"
version = "1"
groups = ["default", "dev"]
dependencies = ["B>=1; os_name == 'nt'", "a[x]"]
[[package]]
name = "a"
version = "1"
extras = ["x"]
groups = ["dev"]
[[package]]
name = "b"
version = "2"
groups = ["dev"]
[[package]]
name = "c"
version = "3"
groups = ["lint"]
git = "https://x.example/c.git"
revision = "${COMMIT}"
`;

  it('knows groups by their names, and a package with extras as itself', async () => {
    const { packages } = await readCatalog(pdmLock, '/pdm.lock', LOCK);
    expect(packages).toEqual([
      { name: 'a', version: '1', line: 3, scope: 'runtime', dependsOn: ['b@2'] },
      { name: 'b', version: '2', line: 13, scope: 'development' },
      {
        name: 'c',
        version: '3',
        line: 17,
        scope: 'optional',
        qualifiers: new Map([['vcs_url', `git+https://x.example/c.git@${COMMIT}`]]),
      },
    ]);
  });

  it('knows from pyproject.toml which groups are for development', async () => {
    const project = '[project]\ndependencies = ["a"]\n[dependency-groups]\nlint = ["c"]\n';
    expect(scopesIn(await readBeside(pdmLock, LOCK, project))).toEqual({
      a: ['runtime', 'direct'],
      b: ['optional', 'indirect'],
      c: ['development', 'direct'],
    });
  });
});

describe('uv.lock', () => {
  it('lists what the project asks for, and not the project', async () => {
    const lock = `version = 1
[[package]]
name = "app"
version = "0.1"
source = { editable = "." }
dependencies = [{ name = "a", marker = "x" }]
[package.optional-dependencies]
more = [{ name = "o" }]
[package.dev-dependencies]
dev = [{ name = "d" }]
[[package]]
name = "a"
version = "1"
source = { registry = "https://pypi.org/simple" }
dependencies = [{ name = "b" }]
[[package]]
name = "b"
version = "2"
source = { git = "https://x.example/b?rev=main#${COMMIT}" }
[[package]]
name = "o"
source = { directory = "o" }
[[package]]
name = "d"
version = "4"
dependencies = [{ name = "b" }]
`;
    const result = await readCatalog(uvLock, '/uv.lock', lock);
    expect(scopesIn(result)).toEqual({
      a: ['runtime', 'direct'],
      b: ['runtime', 'indirect'],
      o: ['optional', 'direct'],
      d: ['development', 'direct'],
    });
    expect(namesOf(result)).toEqual(['a@1', 'b@2', 'd@4', 'o@']);
    expect(result.packages[1]?.qualifiers?.get('vcs_url')).toBe(
      `git+https://x.example/b@${COMMIT}`,
    );
  });
});

describe('pylock.toml', () => {
  it('lists packages with and without a version', async () => {
    const lock = `lock-version = "1.0"
[[packages]]
name = "a"
version = "1"
dependencies = [{ name = "b" }]
[[packages]]
name = "b"
vcs = { type = "git", url = "https://x.example/b", commit-id = "${COMMIT}" }
`;
    const { packages } = await readCatalog(pylock, '/pylock.toml', lock);
    expect(packages).toEqual([
      { name: 'a', version: '1', line: 3, dependsOn: ['b'] },
      {
        name: 'b',
        version: '',
        line: 7,
        qualifiers: new Map([['vcs_url', `git+https://x.example/b@${COMMIT}`]]),
      },
    ]);
  });

  it('leaves files of other formats alone, and refuses another table', async () => {
    expect((await readCatalog(pylock, '/pylock.md', '#')).packages).toEqual([]);
    await expect(readCatalog(pylock, '/pylock.toml', 'a = 1')).rejects.toThrow(ParseError);
  });
});

describe('what uv.lock asks for and does not hold', () => {
  const row = (name: string, rest = '') =>
    `[[package]]\nname = "${name}"\nversion = "1"\n${rest}\n`;

  it.each([
    ['', undefined],
    ['dependencies = [{ name = "B" }]', undefined],
    ['dependencies = [{ name = "c", marker = "x" }]', 'asks for "c",'],
    ['[package.optional-dependencies]\nx = [{ name = "c" }, { name = "d" }]', '"c" and 1 more,'],
    ['[package.dev-dependencies]\ndev = [{ name = "c" }]', 'asks for "c",'],
    ['[package.metadata]\nrequires-dist = [{ name = "c" }]', undefined],
  ])('with %j', async (rest, words) => {
    const result = await readCatalog(uvLock, '/uv.lock', row('a', rest) + row('b'));
    expect(result.diagnostics?.map(({ message }) => message) ?? []).toEqual(
      words === undefined ? [] : [expect.stringContaining(words)],
    );
  });
});

describe('archives beside a version', () => {
  const uvRow = (files: string) => `[[package]]
name = "a-b"
version = "1.0"
source = { registry = "https://index.example/simple" }
${files}
`;
  const wheels = (...names: string[]) =>
    uvRow(`wheels = [${names.map((name) => `{ url = "https://f.example/${name}" }`).join(', ')}]`);
  const reasons = async (cataloger: Cataloger, text: string, path = '/x.lock') =>
    ((await readCatalog(cataloger, path, text)).diagnostics ?? []).map(({ message }) => message);

  it.each([
    ['the same', wheels('a_b-1.0-py3-none-any.whl')],
    ['the name in another form', wheels('A.B-1.0.0-py3-none-any.whl')],
    ['a build', wheels('a_b-1.0-1-py3-none-any.whl')],
    ['a local version', wheels('a_b-1.0%2Bcu118-cp310-cp310-linux_x86_64.whl')],
    ['one of two', wheels('a_b-1.1-py3-none-any.whl', 'a_b-1.0-py2-none-any.whl')],
    ['an old name of a wheel', wheels('a-b-1.0-py3-none-any.whl')],
    ['an egg', wheels('a_b-1.1-py3.6.egg')],
    ['a source', uvRow('sdist = { url = "https://f.example/a-b-1.0.tar.gz" }')],
    ['a version that is none', uvRow('sdist = { url = "https://f.example/a-b-master.zip" }')],
    ['a name that cannot be unescaped', wheels('a_b-1.1%-py3-none-any.whl')],
    [
      'a source that is no archive of an index',
      '[[package]]\nname = "a"\nversion = "1"\nsource = { url = "https://x.example/b-2.zip" }\nsdist = { url = "https://x.example/b-2.zip" }\n',
    ],
  ])('agree: %s', async (_, text) => {
    expect(await reasons(uvLock, text)).toEqual([]);
  });

  it.each([
    ['another version', wheels('a_b-1.1-py3-none-any.whl'), 'version 1.0, and 1.1 in'],
    ['a release of another', wheels('a_b-1.0rc1-py3-none-any.whl'), '1.0rc1 in'],
    ['a source', uvRow('sdist = { url = "https://f.example/a-b-0.9.tar.gz" }'), '0.9 in'],
    ['another name', wheels('c-1.0-py3-none-any.whl'), '"c" in the names'],
  ])('contradict: %s', async (_, text, words) => {
    expect(await reasons(uvLock, text)).toEqual([expect.stringContaining(words)]);
  });

  it.each([
    ['poetry.lock', poetryLock, 'package', 'files = [{ file = "a-2.0-py3-none-any.whl" }]'],
    ['pdm.lock', pdmLock, 'package', 'files = [{ url = "https://x.example/a-2.0.tar.gz" }]'],
    ['pylock.toml', pylock, 'packages', 'wheels = [{ name = "a-2.0-py3-none-any.whl" }]'],
    ['pylock.toml', pylock, 'packages', 'sdist = { path = "dist/a-2.0.zip" }'],
  ])('are read in %s', async (name, cataloger, list, files) => {
    const text = `[[${list}]]\nname = "a"\nversion = "1.0"\n${files}\n`;
    expect(await reasons(cataloger, text, `/${name}`)).toEqual([
      expect.stringContaining('version 1.0, and 2.0 in'),
    ]);
  });

  it('are read where older versions of Poetry wrote them', async () => {
    const lock = (file: string) =>
      `[[package]]\nname = "a"\nversion = "1.0"\n[metadata.files]\nA = [{ file = "${file}" }]\n`;
    expect(await reasons(poetryLock, lock('a-1.0-py3-none-any.whl'))).toEqual([]);
    expect(await reasons(poetryLock, lock('a-2.0-py3-none-any.whl'))).toHaveLength(1);
  });
});

describe('Pipfile.lock', () => {
  it('lists each section', async () => {
    const lock = JSON.stringify(
      {
        _meta: { version: '==1' },
        default: { 'A.b': { version: '==1.0' }, g: { git: 'https://x.example/g', ref: COMMIT } },
        develop: { 'a-b': { version: '==1.0' }, d: { version: '==2' }, bad: 1 },
      },
      null,
      1,
    );
    const result = await readCatalog(pipfileLock, '/Pipfile.lock', lock);
    expect(result.packages).toEqual([
      { name: 'a-b', version: '1.0', line: 6, scope: 'runtime' },
      {
        name: 'g',
        version: '',
        line: 9,
        scope: 'runtime',
        qualifiers: new Map([['vcs_url', `git+https://x.example/g@${COMMIT}`]]),
      },
      { name: 'd', version: '2', line: 18, scope: 'development' },
    ]);
    expect(result.diagnostics?.map(({ gap }) => gap)).toEqual(['unreadable']);
  });
});

const TOML_LOCKS: readonly (readonly [string, Cataloger])[] = [
  ['poetry.lock', poetryLock],
  ['pdm.lock', pdmLock],
  ['uv.lock', uvLock],
  ['pylock.toml', pylock],
];

describe.each(TOML_LOCKS)('%s', (name, cataloger) => {
  const list = name === 'pylock.toml' ? 'packages' : 'package';

  it('reports rows without a name and keeps the others', async () => {
    const text = `[[${list}]]\nversion = "1"\n[[${list}]]\nname = "__proto__"\nversion = "2"\n`;
    const result = await readCatalog(cataloger, `/${name}`, text);
    expect(result.packages.map(({ version }) => version)).toEqual(['2']);
    expect(result.diagnostics?.[0]).toMatchObject({ gap: 'unreadable', location: { line: 1 } });
  });

  it('takes linear time', async () => {
    const row = `[[${list}]]\nname = "a"\nversion = "1"\ndependencies = [{ name = "a" }]\n`;
    const cpuMs = startCpuClock();
    await readCatalog(cataloger, `/${name}`, row.repeat(20_000));
    expect(cpuMs()).toBeLessThan(20_000);
  });

  it('survives any text', async () => {
    const piece = fc.constantFrom(`[[${list}]]`, 'name = "a"', '\n', 'groups', '=', '[', ']', '"');
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 15 }), async (pieces) => {
        try {
          await readCatalog(cataloger, `/${name}`, pieces.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(ParseError);
        }
      }),
      { numRuns: 300 },
    );
  });
});

const samples = sharedPath('samples/lockfiles');

describe.skipIf(samples === undefined)('real lockfiles of Python (needs ../shared)', () => {
  it.each([
    ['poetry-simple/poetry.lock', poetryLock, 5],
    ['poetry-v2/poetry.lock', poetryLock, 16],
    ['poetry-self/poetry.lock', poetryLock, 78],
    ['pdm.lock', pdmLock, 10],
    ['pdm-self/pdm.lock', pdmLock, 100],
    ['uv.lock', uvLock, 5],
    ['Pipfile.lock', pipfileLock, 6],
  ])('%s', async (name, cataloger, rows) => {
    const bytes = readFileSync(`${samples ?? ''}/python/${name}`);
    const result = await readCatalog(cataloger, `/${name}`, bytes);
    expect(result.diagnostics).toBeUndefined();
    const twice = repeatedRows(bytes.toString('utf8'));
    expect(result.packages).toHaveLength(rows - twice);
  });
});

/** Rows of TOML that repeat the name and version of an earlier one, for its extras. */
function repeatedRows(text: string): number {
  const rows = [...text.matchAll(/^\[\[package\]\]\nname = (.+)\nversion = (.+)$/gm)];
  return (
    rows.length - new Set(rows.map(([, name, version]) => `${name ?? ''} ${version ?? ''}`)).size
  );
}
