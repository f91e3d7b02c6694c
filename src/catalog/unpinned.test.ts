import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../test/support/catalog-file.ts';
import type { Cataloger } from './cataloger.ts';
import { podfileLock } from './cocoapods/podfile-lock.ts';
import { renvLock } from './cran/renv-lock.ts';
import { cabalFreeze } from './hackage/cabal-freeze.ts';
import { gleamManifest } from './hex/gleam-manifest.ts';
import { manifestToml } from './julia/manifest-toml.ts';
import { bunLock } from './npm/bun-lock.ts';
import { pnpmLock } from './npm/pnpm-lock.ts';
import { pubspecLock } from './pub/pubspec-lock.ts';

const PODS = 'PODS:\n  - A (1.0.0):\n    - B/Core (~> 1.0)\n';
const GLEAM =
  'packages = [{ name = "a", version = "1.0.0", requirements = ["b"] }BESIDE]\n[requirements]\na = { version = "1" }\n';
const JULIA = 'manifest_format = "2.0"\n[[deps.A]]\ndeps = ["B"]\nuuid = "u"\nversion = "1.0.0"\n';
const PNPM =
  "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      a: {specifier: ^1, version: 1.0.0}\n      m: {specifier: 'workspace:*', version: 'link:m'}\npackages:\n  a@1.0.0: {}\nBESIDEsnapshots:\n  a@1.0.0:\n    dependencies:\n      b: 2.0.0\n      f: file:f\nBESIDE";
const BUN =
  '{"workspaces":{"":{"name":"x","dependencies":{"a":"1"},"optionalDependencies":{"o":"1"}}},"packages":{"a":["a@1.0.0","",{"dependencies":{"b":"1","p":"1"},"peerDependencies":{"p":"1"}}]BESIDE}}';

/** A lockfile that asks for `b`, and what must stand beside it. */
const CASES: readonly (readonly [string, Cataloger, string, string])[] = [
  ['Podfile.lock', podfileLock, `${PODS}BESIDEDEPENDENCIES:\n  - A\n`, '  - B/Core (1.0.0)\n'],
  ['manifest.toml', gleamManifest, GLEAM, ', { name = "b", version = "1.0.0" }'],
  ['Manifest.toml', manifestToml, `${JULIA}BESIDE`, '[[deps.B]]\nuuid = "v"\nversion = "1"\n'],
  ['pnpm-lock.yaml', pnpmLock, PNPM, '  b@2.0.0: {}\n'],
  ['bun.lock', bunLock, BUN, ',"b":["b@1.0.0","",{}]'],
];

describe('what a lockfile asks for', () => {
  it.each(CASES)('is looked for in %s', async (name, cataloger, text, beside) => {
    const read = (more: string) =>
      readCatalog(cataloger, `/app/${name}`, text.replaceAll('BESIDE', more));
    expect((await read(beside)).diagnostics).toBeUndefined();
    const { diagnostics } = await read('');
    expect(diagnostics).toMatchObject([{ gap: 'unreadable' }]);
    expect(diagnostics?.[0]?.message).toMatch(/^asks for "b"/i);
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
