/** Optional packages of a lockfile, judged by the documentation of npm. */

import { describe, expect, it } from 'vitest';

import {
  packagesIn,
  scannedImage,
  scannedTree,
  type Files,
} from '../../../../test/support/scanned-files.ts';

const LOCK = {
  lockfileVersion: 3,
  packages: {
    '': { dependencies: { a: '1.0.0' }, optionalDependencies: { fsevents: '2.3.2' } },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/fsevents': { version: '2.3.2', optional: true },
  },
};
const A = { 'app/node_modules/a/package.json': { name: 'a', version: '1.0.0' } };
const FSEVENTS = {
  'app/node_modules/fsevents/package.json': { name: 'fsevents', version: '2.3.2' },
};
const HIDDEN = {
  'app/node_modules/.package-lock.json': {
    lockfileVersion: 3,
    packages: { 'node_modules/a': { version: '1.0.0' } },
  },
};

describe('an optional package of a lockfile', () => {
  it.each<[string, Files, readonly string[]]>([
    ['that npm left out', { ...A, ...HIDDEN }, ['a@1.0.0']],
    ['that is installed', { ...A, ...HIDDEN, ...FSEVENTS }, ['a@1.0.0', 'fsevents@2.3.2']],
    ['where nothing is installed', {}, ['a@1.0.0', 'fsevents@2.3.2']],
    ['where npm has not run', A, ['a@1.0.0', 'fsevents@2.3.2']],
    ['where a package that is needed is missing', HIDDEN, ['a@1.0.0']],
  ])('%s, in an image', async (_case, files, expected) => {
    const result = await scannedImage([{ 'app/package-lock.json': LOCK }, files]);
    expect([...packagesIn(result)].sort()).toEqual(expected);
  });

  const TWO = {
    lockfileVersion: 3,
    packages: {
      '': { dependencies: { a: '1.0.0' }, optionalDependencies: { fsevents: '2.3.2', b: '1.0.0' } },
      'node_modules/a': { version: '1.0.0' },
      'node_modules/b': { version: '1.0.0', optional: true, dependencies: { c: '1.0.0' } },
      'node_modules/c': { version: '1.0.0', optional: true },
      'node_modules/fsevents': { version: '2.3.2', optional: true },
    },
  };
  const hidden = (...names: readonly string[]): Files => ({
    'app/node_modules/.package-lock.json': {
      lockfileVersion: 3,
      packages: Object.fromEntries(
        names.map((name) => [`node_modules/${name}`, { version: '1.0.0' }]),
      ),
    },
  });
  const installed = (...names: readonly string[]): Files =>
    Object.fromEntries(
      names.map((name) => [`app/node_modules/${name}/package.json`, { name, version: '1.0.0' }]),
    );

  it.each<[string, readonly string[], readonly string[]]>([
    ['one of two', ['a', 'b', 'c'], ['a@1.0.0', 'b@1.0.0', 'c@1.0.0']],
    ['both, with what one of them needs', ['a'], ['a@1.0.0']],
  ])('of several: npm left out %s', async (_case, names, expected) => {
    const files = { ...hidden(...names), ...installed(...names) };
    const result = await scannedImage([{ 'app/package-lock.json': TWO }, files]);
    expect([...packagesIn(result)].sort()).toEqual(expected);
  });

  it('counts in a checkout', async () => {
    const result = await scannedTree({ 'app/package-lock.json': LOCK, ...A, ...HIDDEN });
    expect([...packagesIn(result)].sort()).toEqual(['a@1.0.0', 'fsevents@2.3.2']);
  });
});
