/** Bills of materials anywhere in an image, under the names that tools give them. */

import { describe, expect, it } from 'vitest';
import { packagesIn, scannedImage, scannedTree } from '../../../../test/support/scanned-files.ts';

const PURL = 'pkg:npm/minimist@1.2.5';
const CYCLONEDX = {
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  components: [{ type: 'library', name: 'minimist', version: '1.2.5', purl: PURL }],
};
const XML = `<?xml version="1.0"?>
<bom xmlns="http://cyclonedx.org/schema/bom/1.5"><components><component type="library"><name>minimist</name><version>1.2.5</version><purl>${PURL}</purl></component></components></bom>`;
const SPDX = {
  spdxVersion: 'SPDX-2.3',
  SPDXID: 'SPDXRef-DOCUMENT',
  name: 'app',
  packages: [
    {
      SPDXID: 'SPDXRef-1',
      name: 'minimist',
      versionInfo: '1.2.5',
      externalRefs: [
        { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: PURL },
      ],
    },
  ],
};
const TAG_VALUE = `SPDXVersion: SPDX-2.3
SPDXID: SPDXRef-DOCUMENT
DocumentName: app
PackageName: minimist
SPDXID: SPDXRef-1
PackageVersion: 1.2.5
ExternalRef: PACKAGE-MANAGER purl ${PURL}
`;

describe('bills of materials in images', () => {
  it.each([
    ['/app/bom.json', CYCLONEDX],
    ['/opt/app/sbom.json', SPDX],
    ['/bom.xml', XML],
    ['/srv/app.cdx.json', CYCLONEDX],
    ['/srv/app.cdx', XML],
    ['/usr/local/share/app.spdx.json', SPDX],
    ['/usr/local/share/app.spdx', TAG_VALUE],
    ['/app/release.sbom.json', CYCLONEDX],
    ['/app/sbom', CYCLONEDX],
    ['/root/.spdx/app.bom.json', CYCLONEDX],
  ])('are read as claims: %s', async (path, body) => {
    const result = await scannedImage([{ [path.slice(1)]: body }]);
    expect(packagesIn(result)).toEqual(['minimist@1.2.5']);
    expect(result.inventory.packages[0]).toMatchObject({
      presence: 'declared',
      foundBy: 'sbom/named',
      locations: [{ path }],
    });
  });

  it.each<[string, string, string | object]>([
    ['another file of that name', '/app/bom.json', { name: 'bom', version: '1.0.0' }],
    ['a list', '/app/bom.json', '[1, 2]'],
    ['text', '/app/sbom', 'minimist 1.2.5\n'],
    ['other XML', '/app/bom.xml', '<bom><part/></bom>'],
    ['a font', '/app/a.cdx', '\u0000\u0001\u0002'],
    ['a file without content', '/app/bom.json', ''],
    ['a test input of a package', '/app/node_modules/a/test/bom.json', CYCLONEDX],
    ['a document under another name', '/app/parts.json', CYCLONEDX],
  ])('are none, and no gap: %s', async (_, path, body) => {
    const result = await scannedImage([{ [path.slice(1)]: body }]);
    expect(packagesIn(result)).toEqual([]);
    expect(result.diagnostics.filter(({ gap }) => gap !== undefined)).toEqual([]);
  });

  it('are not read in a directory of code, and are no gap where they are damaged', async () => {
    expect(packagesIn(await scannedTree({ 'bom.json': CYCLONEDX }))).toEqual([]);
    const cut = JSON.stringify(CYCLONEDX).slice(0, -5);
    const { diagnostics } = await scannedImage([{ 'app/bom.json': cut }]);
    expect(diagnostics.map(({ gap, location }) => [gap, location?.path])).toEqual([
      [undefined, '/app/bom.json'],
    ]);
  });

  it('add nothing to what a better source records', async () => {
    const installed = { name: 'minimist', version: '1.2.5' };
    const { inventory } = await scannedImage([
      { 'app/node_modules/minimist/package.json': installed, 'app/bom.json': CYCLONEDX },
    ]);
    expect(inventory.packages).toHaveLength(1);
    expect(inventory.packages[0]?.presence).toBe('installed');
  });
});
