import { describe, expect, it } from 'vitest';

import { readToml } from '../../../../formats/text/toml.ts';
import { editRequirement, reducedManifest, requestsOf, requirementFor } from './manifest.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (text: string): ReturnType<typeof readToml>['root'] =>
  readToml('Cargo.toml', bytes(text)).root;

const MANIFEST = [
  '# 1.0.0',
  '[package] # é',
  'name = "app"',
  'version = "1.0.0"',
  'build = "evil.rs"',
  '[[bin]]',
  'name = "other"',
  '[dependencies]',
  'a = "1.0.0"   # 1.0.0',
  'b = { version = \'1.0.0\', features = ["1.0.0"] }',
  'own = { path = "own", version = "1.0.0" }',
  'dotted.version = "1.0.0"',
  '[dependencies.c]',
  'package = "real-c"',
  'version = "1.0.0"',
  "[target.'cfg(unix)'.dev-dependencies]",
  'd = "1.0.0"',
  '[workspace.dependencies]',
  'e = "1.0.0"',
  '[profile.release]',
  'lto = true',
].join('\r\n');

describe('requests of a Cargo.toml', () => {
  it('have a place, a crate and a requirement', () => {
    const found = requestsOf(read(MANIFEST)).map(({ place, name, requirement }) => [
      place.join('/'),
      name,
      requirement,
    ]);
    expect(found).toEqual([
      ['dependencies/a', 'a', '1.0.0'],
      ['dependencies/b', 'b', '1.0.0'],
      ['dependencies/own', 'own', undefined],
      ['dependencies/dotted', 'dotted', '1.0.0'],
      ['dependencies/c', 'real-c', '1.0.0'],
      ['target/cfg(unix)/dev-dependencies/d', 'd', '1.0.0'],
      ['workspace/dependencies/e', 'e', '1.0.0'],
    ]);
  });

  it.each([
    ['a = "1.0.0"', 'a = "2.0.0"', ['dependencies', 'a']],
    ["version = '1.0.0', f", "version = '2.0.0', f", ['dependencies', 'b']],
    ['dotted.version = "1.0.0"', 'dotted.version = "2.0.0"', ['dependencies', 'dotted']],
    ['"real-c"\r\nversion = "1.0.0"', '"real-c"\r\nversion = "2.0.0"', ['dependencies', 'c']],
    ['d = "1.0.0"\r\n[w', 'd = "2.0.0"\r\n[w', ['target', 'cfg(unix)', 'dev-dependencies', 'd']],
    ['e = "1.0.0"', 'e = "2.0.0"', ['workspace', 'dependencies', 'e']],
  ])('are edited in their place: %s', (old, fresh, place) => {
    const edited = editRequirement('Cargo.toml', bytes(MANIFEST), {
      place,
      from: '1.0.0',
      to: '2.0.0',
    });
    expect(new TextDecoder().decode(edited)).toBe(MANIFEST.replace(old, fresh));
  });

  it('are not edited where the text does not stand', () => {
    const place = ['dependencies', 'a'];
    const manifest = bytes('[dependencies]\na = "1.0.\\u0030"\n');
    expect(editRequirement('Cargo.toml', manifest, { place, from: '1.0.0', to: '2.0.0' })).toBe(
      undefined,
    );
  });
});

it.each([
  ['1.0', '2.1.3', '2.1.3'],
  ['^1.0', '2.1.3', '^2.1.3'],
  ['=1.0.0', '1.0.1+a', '=1.0.1'],
  ['~0.2', '0.3.1', '~0.3.1'],
  ['>=1, <2', '2.1.3', '2.1.3'],
  ['1.*', '2.0.0', '2.0.0'],
])('requirement %s for %s', (old, version, expected) => {
  expect(requirementFor(old, version)).toBe(expected);
});

it('reduces a manifest to what decides the lockfile', () => {
  const reduced = readToml(
    'Cargo.toml',
    bytes(reducedManifest(read(MANIFEST), { isRoot: true, pathToRoot: '' })),
  ).root;
  expect(Object.keys(reduced).sort()).toEqual([
    'dependencies',
    'lib',
    'package',
    'target',
    'workspace',
  ]);
  expect(reduced['package']).toEqual({ name: 'app', version: '1.0.0', build: false });
  expect(reduced['dependencies']).toEqual(read(MANIFEST)['dependencies']);
  expect(reduced['workspace']).toEqual({ dependencies: { e: '1.0.0' } });
});
