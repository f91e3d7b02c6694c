import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { parsePackageUrl } from '../../../core/model/purl/purl.ts';
import { sbomDocument } from './document.ts';
import { BARE_COMPONENT } from './sbom-document.ts';
import { isNameMismatch } from './name-mismatch.ts';

function areTwo(name: string, purl: string, more = {}): boolean {
  return isNameMismatch({ ...BARE_COMPONENT, name, ...more }, parsePackageUrl(purl));
}

describe('the names of a component and its package URL', () => {
  it.each([
    ['lodash', 'pkg:npm/ok@4.17.10'],
    ['openssl', 'pkg:deb/debian/bash@1'],
    ['log4j-core', 'pkg:maven/org.example/a@1'],
  ])('are two: %s, %s', (name, purl) => {
    expect(areTwo(name, purl)).toBe(true);
  });

  it.each([
    ['lodash', 'pkg:npm/lodash@1', {}],
    ['@babel/core', 'pkg:npm/%40babel/core@1', {}],
    ['core', 'pkg:npm/%40babel/core@1', { group: '@babel' }],
    ['core', 'pkg:npm/%40babel/core@1', {}],
    ['babel', 'pkg:npm/%40babel/core@1', { group: 'core' }],
    ['org.example:a', 'pkg:maven/org.example/a@1', {}],
    ['github.com/BurntSushi/toml', 'pkg:golang/github.com/burntsushi/toml@1', {}],
    ['golang.org/x/net/html', 'pkg:golang/golang.org/x/net@1#html', {}],
    ['Foo_Bar.baz', 'pkg:pypi/foo-bar-baz@1', {}],
    ['@a%2Fb', 'pkg:npm/%40a/b@1', {}],
    ['Firebase/Core', 'pkg:cocoapods/Firebase@1#Core', {}],
    ['openssl', 'pkg:deb/debian/libssl3@1?upstream=openssl%403', {}],
    ['libssl3', 'pkg:deb/debian/openssl@1', { properties: new Map([['SrcName', 'libssl3']]) }],
    ['', 'pkg:npm/a@1', {}],
  ])('are one: "%s", %s', (name, purl, more) => {
    expect(areTwo(name, purl, more)).toBe(false);
  });

  it('are told', async () => {
    const document = {
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      components: [
        { type: 'library', name: 'lodash', version: '4.17.10', purl: 'pkg:npm/ok@4.17.10' },
      ],
    };
    const read = await readCatalog(sbomDocument, '/a.json', JSON.stringify(document));
    expect(read.packages[0]).toMatchObject({ name: 'ok' });
    expect(read.diagnostics?.map(({ message }) => message)).toEqual([
      '"lodash" is called "ok" in its package URL, which was asked about instead',
    ]);
  });

  it('are those of each of several package URLs in SPDX', async () => {
    const purls = ['pkg:npm/two@4.17.10', 'pkg:npm/lodash@4.17.10', 'pkg:npm/lodash@4.17.10'];
    const externalRefs = purls.map((referenceLocator) => ({
      referenceCategory: 'PACKAGE-MANAGER',
      referenceType: 'purl',
      referenceLocator,
    }));
    const document = {
      spdxVersion: 'SPDX-2.3',
      packages: [{ SPDXID: 'SPDXRef-2', name: 'lodash', versionInfo: '4.17.10', externalRefs }],
    };
    const read = await readCatalog(sbomDocument, '/a.json', JSON.stringify(document));
    expect(read.packages.map(({ name }) => name)).toEqual(['two', 'lodash']);
    expect(read.diagnostics).toHaveLength(1);
  });
});
