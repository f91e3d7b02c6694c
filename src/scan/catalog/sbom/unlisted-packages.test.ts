import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { sbomDocument } from './document.ts';

type Json = Readonly<Record<string, unknown>>;

async function gapsOf(text: string): Promise<readonly string[]> {
  const { diagnostics = [] } = await readCatalog(sbomDocument, '/a.cdx.json', text);
  return diagnostics.flatMap(({ gap, message }) =>
    gap === undefined ? [] : [`${gap}: ${message}`],
  );
}

function cyclonedx(document: Json): string {
  const a = { type: 'library', 'bom-ref': 'a', name: 'a', version: '1', purl: 'pkg:npm/a@1' };
  return JSON.stringify({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    components: [a],
    ...document,
  });
}

function xml(inside: string, component = ''): string {
  return `<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components><component type="library" bom-ref="a"><name>a</name><version>1</version><purl>pkg:npm/a@1</purl>${component}</component></components>${inside}</bom>`;
}

function spdx(document: Json): string {
  const reference = {
    referenceCategory: 'PACKAGE-MANAGER',
    referenceType: 'purl',
    referenceLocator: 'pkg:npm/a@1',
  };
  return JSON.stringify({
    spdxVersion: 'SPDX-2.3',
    SPDXID: 'SPDXRef-DOCUMENT',
    packages: [{ SPDXID: 'SPDXRef-a', name: 'a', versionInfo: '1', externalRefs: [reference] }],
    ...document,
  });
}

const BOM = { type: 'bom', url: 'https://example.org/b.cdx.json' };
const NOT_LISTED = 'not listed in the document, such as';

describe('packages that a document names and does not list', () => {
  it.each<[string, string, string]>([
    [
      'a dependency by its package URL',
      cyclonedx({ dependencies: [{ ref: 'a', dependsOn: ['pkg:npm/b@2', 'pkg:npm/c@3'] }] }),
      `unread: 2 dependencies are ${NOT_LISTED} "pkg:npm/b@2"`,
    ],
    [
      'one in another document',
      cyclonedx({ dependencies: [{ ref: 'a', dependsOn: ['urn:cdx:f08a/1#b'] }] }),
      `unread: 1 dependency is ${NOT_LISTED} "urn:cdx:f08a/1#b"`,
    ],
    [
      'one in XML',
      xml(
        '<dependencies><dependency ref="a"><dependency ref="pkg:npm/b@2"/></dependency></dependencies>',
      ),
      `unread: 1 dependency is ${NOT_LISTED} "pkg:npm/b@2"`,
    ],
    [
      'an element of another document of SPDX',
      spdx({
        externalDocumentRefs: [{ externalDocumentId: 'DocumentRef-b', spdxDocument: 'urn:b' }],
        relationships: [
          {
            spdxElementId: 'SPDXRef-a',
            relationshipType: 'DEPENDS_ON',
            relatedSpdxElement: 'DocumentRef-b:SPDXRef-b',
          },
        ],
      }),
      `unread: 1 dependency is ${NOT_LISTED} "DocumentRef-b:SPDXRef-b"`,
    ],
    [
      'a composition that is incomplete',
      cyclonedx({ compositions: [{ aggregate: 'complete' }, { aggregate: 'incomplete' }] }),
      'unread: the document says of itself that it is incomplete ("compositions")',
    ],
    [
      'one of third parties',
      cyclonedx({ compositions: [{ aggregate: 'incomplete_third_party_only' }] }),
      'unread: the document says of itself that it is incomplete ("compositions")',
    ],
    [
      'an incomplete composition in XML',
      xml(
        '<compositions><composition><aggregate>incomplete</aggregate></composition></compositions>',
      ),
      'unread: the document says of itself that it is incomplete ("compositions")',
    ],
    [
      'a component with a document of its own',
      cyclonedx({
        components: [
          {
            type: 'library',
            name: 'a',
            purl: 'pkg:npm/a@1',
            version: '1',
            externalReferences: [BOM],
          },
        ],
      }),
      `unread: 1 component has its parts in other documents that are not read, such as "${BOM.url}"`,
    ],
    [
      'such a component in XML',
      xml(
        '',
        `<externalReferences><reference type="bom"><url>${BOM.url}</url></reference></externalReferences>`,
      ),
      `unread: 1 component has its parts in other documents that are not read, such as "${BOM.url}"`,
    ],
  ])('are a gap: %s', async (_name, text, gap) => {
    expect(await gapsOf(text)).toEqual([gap]);
  });

  it.each<[string, string]>([
    [
      'a dependency by the package URL of a component with another reference',
      cyclonedx({ dependencies: [{ ref: 'a', dependsOn: ['pkg:npm/a@1'] }] }),
    ],
    [
      'a reference that names nothing',
      cyclonedx({
        dependencies: [{ ref: 'a', dependsOn: ['5c3f9d1e-0000-4000-8000-000000000000'] }],
      }),
    ],
    [
      'compositions that say nothing',
      cyclonedx({ compositions: [{ aggregate: 'unknown' }, { aggregate: 'not_specified' }, {}] }),
    ],
    [
      'the document of the subject',
      cyclonedx({
        metadata: { component: { type: 'application', name: 'x', externalReferences: [BOM] } },
      }),
    ],
    [
      'references of other types',
      cyclonedx({
        components: [
          {
            ...{ type: 'library', name: 'a', purl: 'pkg:npm/a@1', version: '1' },
            externalReferences: [{ type: 'website', url: 'https://example.org' }, 'bom', null],
          },
        ],
      }),
    ],
    [
      'a dependency on the document itself',
      spdx({
        relationships: [
          {
            spdxElementId: 'SPDXRef-DOCUMENT',
            relationshipType: 'DESCRIBES',
            relatedSpdxElement: 'SPDXRef-a',
          },
        ],
      }),
    ],
  ])('are none: %s', async (_name, text) => {
    expect(await gapsOf(text)).toEqual([]);
  });
});
