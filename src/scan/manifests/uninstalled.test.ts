/** Optional packages of a lockfile, judged by the documentation of npm. */

import { describe, expect, it } from 'vitest';

import {
  packagesIn,
  scannedImage,
  scannedTree,
  type Files,
} from '../../../test/support/scanned-files.ts';

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

  it('counts in a checkout', async () => {
    const result = await scannedTree({ 'app/package-lock.json': LOCK, ...A, ...HIDDEN });
    expect([...packagesIn(result)].sort()).toEqual(['a@1.0.0', 'fsevents@2.3.2']);
  });
});
