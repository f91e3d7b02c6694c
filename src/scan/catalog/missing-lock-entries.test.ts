import { describe, expect, it } from 'vitest';

import { catalogFile, readCatalog } from '../../../test/support/catalog-file.ts';
import { quietContext } from '../../core/base/context.ts';
import type { Siblings } from '../../core/model/catalog/catalog.ts';
import type { Cataloger } from './cataloger.ts';
import { podfileLock } from './cocoapods/podfile-lock.ts';
import { renvLock } from './cran/renv-lock.ts';
import { cabalFreeze } from './hackage/cabal-freeze.ts';
import { gleamManifest } from './hex/gleam-manifest.ts';
import { mixLock } from './hex/mix-lock.ts';
import { rebarLock } from './hex/rebar-lock.ts';
import { manifestToml } from './julia/manifest-toml.ts';
import { bunLock } from './npm/bun-lock.ts';
import { denoLock } from './npm/deno-lock.ts';
import { pnpmLock } from './npm/pnpm-lock.ts';
import { paketLock } from './nuget/paket-lock.ts';
import { composerLock } from './packagist/composer-lock.ts';
import { pubspecLock } from './pub/pubspec-lock.ts';
import { poetryLock } from './pypi/poetry-lock.ts';

const PODS = 'PODS:\n  - A (1.0.0):\n    - B/Core (~> 1.0)\n';
const GLEAM =
  'packages = [{ name = "a", version = "1.0.0", requirements = ["b"] }BESIDE]\n[requirements]\na = { version = "1" }\n';
const JULIA = 'manifest_format = "2.0"\n[[deps.A]]\ndeps = ["B"]\nuuid = "u"\nversion = "1.0.0"\n';
const PNPM =
  "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      a: {specifier: ^1, version: 1.0.0}\n      m: {specifier: 'workspace:*', version: 'link:m'}\npackages:\n  a@1.0.0: {}\nBESIDEsnapshots:\n  a@1.0.0:\n    dependencies:\n      b: 2.0.0\n      f: file:f\nBESIDE";
const BUN =
  '{"workspaces":{"":{"name":"x","dependencies":{"a":"1"},"optionalDependencies":{"o":"1"}}},"packages":{"a":["a@1.0.0","",{"dependencies":{"b":"1","p":"1"},"peerDependencies":{"p":"1"}}]BESIDE}}';

const DENO =
  '{"version":"4","specifiers":{"npm:a@1":"1.0.0","jsr:@std/c@1":"1.0.0"},"npm":{"a@1.0.0":{"dependencies":["b"]}BESIDE}}';
const REBAR = `{"1.2.0",[BESIDE]}.
[{pkg_hash_ext,[{<<"b">>, <<"${'0'.repeat(64)}">>}]}].
`;
const PAKET =
  'NUGET\n  remote: https://api.nuget.org/v3/index.json\n    A (1.0)\n      b (>= 1.0)\n      c (>= 1.0) - restriction: >= netstandard2.0\n';

/** A lockfile that asks for `b`, and what must stand beside it. */
const CASES: readonly (readonly [string, Cataloger, string, string])[] = [
  ['Podfile.lock', podfileLock, `${PODS}BESIDEDEPENDENCIES:\n  - A\n`, '  - B/Core (1.0.0)\n'],
  ['manifest.toml', gleamManifest, GLEAM, ', { name = "b", version = "1.0.0" }'],
  ['Manifest.toml', manifestToml, `${JULIA}BESIDE`, '[[deps.B]]\nuuid = "v"\nversion = "1"\n'],
  ['pnpm-lock.yaml', pnpmLock, PNPM, '  b@2.0.0: {}\n'],
  ['deno.lock', denoLock, DENO, ',"b@1.0.0_a@1.0.0":{}'],
  [
    'deno.lock',
    denoLock,
    '{"version":"4","specifiers":{"npm:b@1":"1.2.0"},"npm":{BESIDE}}',
    '"b@1.2.0":{}',
  ],
  ['rebar.lock', rebarLock, REBAR, '{<<"b">>,{pkg,<<"b">>,<<"1.0.0">>},0}'],
  ['paket.lock', paketLock, `${PAKET}BESIDE`, '    B (1.1)\n'],
  ['bun.lock', bunLock, BUN, ',"b":["b@1.0.0","",{}]'],
];

describe('what a lockfile asks for', () => {
  it.each(CASES)('is looked for in %s', async (name, cataloger, text, beside) => {
    const read = (more: string) =>
      readCatalog(cataloger, `/app/${name}`, text.replaceAll('BESIDE', more));
    expect((await read(beside)).diagnostics).toBeUndefined();
    const { diagnostics } = await read('');
    expect(diagnostics).toMatchObject([{ gap: 'unreadable' }]);
    expect(diagnostics?.[0]?.message).toMatch(/^asks for "b["@\/]/i);
  });
});

const COMPOSER =
  '{"packages":[{"name":"x/a","version":"1","require":{"php":"*","x/b":"*"}BESIDE}]}';
const POETRY = `[[package]]
name = "a"
version = "1"
[package.dependencies]
B = ">=1"
c = {version = "*", markers = "sys_platform == 'win32'"}
d = {version = "*", optional = true}
setuptools = "*"
BESIDE`;
const MIX = `%{
  "a": {:hex, :a, "1.0.0", "sum", [:mix], [{:b, "~> 1.0", [hex: :b, repo: "hexpm", optional: false]}, {:c, "~> 1.0", [hex: :c, repo: "hexpm", optional: true]}], "hexpm", "sum"},
BESIDE}
`;

/**
 * As above, with the manifest that makes it certain, and the manifest of a project that `b` is
 * itself.
 */
const BESIDE_MANIFESTS: readonly (readonly [
  string,
  Cataloger,
  string,
  string,
  string,
  string,
  string,
])[] = [
  [
    'composer.lock',
    composerLock,
    COMPOSER,
    ',"provide":{"X/B":"1"}',
    'composer.json',
    '{"name":"x/c"}',
    '{"replace":{"x/b":"*"}}',
  ],
  [
    'poetry.lock',
    poetryLock,
    POETRY,
    '[[package]]\nname = "b"\nversion = "1"\n',
    'pyproject.toml',
    '[project]\nname = "c"\n',
    '[tool.poetry]\nname = "B"\n',
  ],
  [
    'mix.lock',
    mixLock,
    MIX,
    '  "b": {:hex, :b, "1.0.0", "sum", [:mix], [], "hexpm", "sum"},\n',
    'mix.exs',
    '[app: :c, deps: [{:a, "~> 1.0"}]]',
    '[app: :b, deps: [{:a, "~> 1.0"}]]',
  ],
];

describe('what a lockfile asks for, if it is not the project itself,', () => {
  it.each(BESIDE_MANIFESTS)('is looked for in %s', async (...row) => {
    const [name, cataloger, text, beside, manifestName, other, own] = row;
    const read = async (more: string, manifest?: string) => {
      const file = catalogFile(`/app/${name}`, text.replaceAll('BESIDE', more));
      const at = `/app/${manifestName}`;
      const siblings: Siblings = {
        get: (path) =>
          path === at && manifest !== undefined ? catalogFile(at, manifest) : undefined,
      };
      return (await cataloger.read(file, siblings, quietContext())).diagnostics ?? [];
    };
    expect(await read(beside)).toEqual([]);
    expect(await read(beside, other)).toEqual([]);
    expect(await read('', own)).toEqual([]);
    const message = expect.stringMatching(/^asks for "(?:x\/)?b"/) as string;
    expect(await read('', other)).toMatchObject([{ message, gap: 'unreadable' }]);
    const notes = await read('');
    expect(notes).toMatchObject([{ message }]);
    expect(notes[0]).not.toHaveProperty('gap');
  });

  it('may be a folder of a project of Mix', async () => {
    const siblings: Siblings = {
      get: (path) => catalogFile(path, '[app: :c, deps: [{:b, path: "b", override: true}]]'),
    };
    const file = catalogFile('/app/mix.lock', MIX.replace('BESIDE', ''));
    const { diagnostics } = await mixLock.read(file, siblings, quietContext());
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics?.[0]).not.toHaveProperty('gap');
  });
});

describe('what a lockfile says twice', () => {
  it.each<[string, Cataloger, string, string]>([
    ['renv.lock', renvLock, '{"Packages":{"a":{"Package":"b","Version":"1.0"}}}', 'the key of "b"'],
    [
      'pubspec.lock',
      pubspecLock,
      'packages:\n  a:\n    description: {name: b, url: "https://pub.dev"}\n    source: hosted\n    version: "1.0.0"\nsdks: {}\n',
      '"b" in its description',
    ],
    [
      'cabal.project.freeze',
      cabalFreeze,
      'constraints: any.a ==1.0 || ==2.0,\n             any.c ==1.0\n',
      'any.a ==1.0 || ==2.0',
    ],
    [
      'cabal.project.freeze',
      cabalFreeze,
      'constraints: any.a >=1.0,\n             any.c ==1.0,\n             c +flag\n',
      'any.a >=1.0',
    ],
  ])('is a gap of %s where it differs', async (name, cataloger, text, words) => {
    const { packages, diagnostics } = await readCatalog(cataloger, `/app/${name}`, text);
    expect(packages).toHaveLength(1);
    expect(diagnostics).toMatchObject([{ gap: 'unreadable' }]);
    expect(diagnostics?.[0]?.message).toContain(words);
  });
});
