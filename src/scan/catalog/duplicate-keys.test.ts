import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../test/support/catalog-file.ts';
import type { Cataloger } from './cataloger.ts';
import { conanLock } from './conan/conan-lock.ts';
import { renvLock } from './cran/renv-lock.ts';
import { bunLock } from './npm/bun-lock.ts';
import { depsJson } from './nuget/deps-json.ts';
import { packagesLock } from './nuget/packages-lock.ts';
import { composerLock } from './packagist/composer-lock.ts';
import { pipfileLock } from './pypi/pipfile-lock.ts';
import { sbomDocument } from './sbom/document.ts';
import { packageResolved } from './swift/package-resolved.ts';

const CASES: readonly (readonly [string, Cataloger, string])[] = [
  ['conan.lock', conanLock, '{"requires":["a/1.0"],\n"requires":[],"build_requires":[]}'],
  ['composer.lock', composerLock, '{"packages":[{"name":"a/b","version":"1"}],\n"packages":[]}'],
  ['renv.lock', renvLock, '{"Packages":{"a":{"Package":"a","Version":"1"}},\n"Packages":{}}'],
  ['packages.lock.json', packagesLock, '{"version":1,"dependencies":{},\n"dependencies":{}}'],
  ['bun.lock', bunLock, '{"lockfileVersion":1,"packages":{"a":["a@1.0.0","",{}]},\n"packages":{}}'],
  ['Pipfile.lock', pipfileLock, '{"default":{"a":{"version":"==1"}},\n"default":{}}'],
  [
    'a.deps.json',
    depsJson,
    '{"libraries":{"A/1.0.0":{"type":"package"},\n"A/1.0.0":{"type":"reference"}}}',
  ],
  ['Package.resolved', packageResolved, '{"version":2,"pins":[],\n"pins":[]}'],
  [
    'a.cdx.json',
    sbomDocument,
    '{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library","name":"a"}],\n"components":[]}',
  ],
];

describe('a key that is given twice', () => {
  it.each(CASES)('is a gap of %s', async (name, cataloger, body) => {
    const { diagnostics = [] } = await readCatalog(cataloger, `/${name}`, body);
    const found = diagnostics.filter(({ message }) => message.includes('given twice'));
    expect(found).toMatchObject([{ gap: 'unreadable', location: { line: 2 } }]);
  });
});
