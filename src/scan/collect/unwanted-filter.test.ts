import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CATALOGERS } from '../catalog/list.ts';
import { compileSelectors, type SelectorRow } from './selector.ts';

const ROWS: readonly SelectorRow[] = [
  { id: 'root', files: { paths: ['/'] } },
  {
    id: 'exact',
    files: { paths: ['/var/lib/dpkg/status', 'opt/tool/'] },
    companions: { names: ['a'] },
  },
  { id: 'ends', files: { suffixes: ['.egg-info', '/x/METADATA', '/conda-meta/', 'requirements'] } },
  { id: 'begins', files: { prefixes: ['lib', 'python3.'] }, companions: { prefixes: ['con'] } },
  { id: 'windows', files: { windowsSuffixes: ['.dll', '.deps.json'] } },
  { id: 'below', files: { suffixes: ['.php'], below: '/plugins/' } },
];

const PARTS = [
  'opt',
  'tool',
  'var',
  'lib',
  'dpkg',
  'status',
  'x',
  'METADATA',
  'conda-meta',
  'a',
  'b',
];
const NAMES = [
  ...PARTS,
  'my.egg-info',
  'dev-requirements',
  'requirements.x',
  'python3.1',
  'con',
  'c.php',
  'c.dLL',
  'c.Deps.JSON',
  'deps.json',
  '.',
];

const paths = fc
  .tuple(fc.array(fc.constantFrom(...PARTS), { maxLength: 4 }), fc.constantFrom(...NAMES))
  .map(([folders, name]) => `/${[...folders, name].join('/')}`);

describe('isPlain', () => {
  it('is never said of what somebody may want', () => {
    const table = compileSelectors(ROWS);
    fc.assert(
      fc.property(fc.array(paths, { minLength: 1 }), (list) => {
        for (const path of list) {
          const isWanted =
            table.wantedBy(path).length > 0 ||
            table.companionOf(path).length > 0 ||
            table.isWantedThroughLinks(path);
          expect(isWanted && table.isPlain(path), path).toBe(false);
        }
      }),
    );
  });

  it.each([
    '/usr/share/doc/base/copyright',
    '/usr/include/stdio.h',
    '/usr/share/man/man1/a.1.gz',
    '/srv/app/node_modules/a/index.js',
  ])('is said of %s by the selectors of all catalogers', (path) => {
    expect(compileSelectors(CATALOGERS).isPlain(path)).toBe(true);
  });
});
