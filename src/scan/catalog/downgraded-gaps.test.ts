import { describe, expect, it } from 'vitest';

import type { Artifact } from '../../core/model/artifact/artifact.ts';
import type { CatalogResult } from '../../core/model/catalog/catalog.ts';
import type { GapKind } from '../../core/model/finding/finding.ts';
import type { CatalogerRow } from './cataloger.ts';
import { CATALOGERS } from './list.ts';
import { downgradeGaps } from './downgraded-gaps.ts';

function rowOf(id: string): CatalogerRow {
  const row = CATALOGERS.find((one) => one.id === id);
  if (row === undefined) throw new Error(`no cataloger "${id}"`);
  return row;
}

/** The gap that is left of one at this path. */
function left(
  kind: Artifact['kind'],
  path: string,
  id: string,
  gap: GapKind = 'unreadable',
): GapKind | undefined {
  const result: CatalogResult = {
    packages: [],
    diagnostics: [{ stage: 'catalog', message: 'no', location: { path, layer: 0 }, gap }],
  };
  const [diagnostic] = downgradeGaps(result, rowOf(id), { path, kind }).diagnostics ?? [];
  expect(diagnostic?.message).toContain('no');
  expect(diagnostic?.location).toEqual({ path, layer: 0 });
  return diagnostic?.gap;
}

describe('a gap is a note', () => {
  it.each<[Artifact['kind'], string, string]>([
    ['directory', '/test/package.json', 'npm/node-package'],
    ['repository', '/src/__fixtures__/yarn.lock', 'npm/yarn-lock'],
    ['image', '/app/node_modules/x/test/fixtures/package.json', 'npm/node-package'],
    ['rootfs', '/usr/lib/node_modules/x/test/yarn.lock', 'npm/yarn-lock'],
    ['image', '/usr/share/doc/python3-pip/requirements.md.txt', 'pypi/requirements'],
    ['image', '/var/lib/dpkg/info/a.md5sums', 'debian/dpkg-md5sums'],
  ])('in a %s at %s of %s', (kind, path, id) => {
    expect(left(kind, path, id)).toBeUndefined();
  });
});

describe('a gap stays one', () => {
  it.each<[Artifact['kind'], string, string, GapKind]>([
    ['image', '/app/test/package.json', 'npm/node-package', 'unreadable'],
    ['image', '/spec/package-lock.json', 'npm/package-lock', 'unreadable'],
    ['rootfs', '/srv/fixtures/composer.lock', 'packagist/composer-lock', 'unreadable'],
    ['image', '/opt/tests/a.dist-info/METADATA', 'pypi/dist-info', 'unreadable'],
    ['image', '/usr/share/doc/x/package.json', 'npm/node-package', 'unreadable'],
    ['image', '/app/node_modules/x/test/a.jar', 'maven/jar', 'unreadable'],
    ['image', '/app/node_modules/x/test/package.json', 'npm/node-package', 'limit'],
    ['image', '/usr/share/doc/x/requirements.txt', 'pypi/requirements', 'limit'],
    ['directory', '/test/a.jar', 'maven/jar', 'unreadable'],
    ['directory', '/spec/fixtures/a.gem', 'rubygems/cached-gem', 'unreadable'],
    ['directory', '/tests/a.egg', 'pypi/egg', 'unreadable'],
    ['repository', '/fixtures/a.vsix', 'npm/vsix', 'unreadable'],
    ['directory', '/test/package-lock.json', 'npm/package-lock', 'limit'],
  ])('in a %s at %s of %s (%s)', (kind, path, id, gap) => {
    expect(left(kind, path, id, gap)).toBe(gap);
  });
});
