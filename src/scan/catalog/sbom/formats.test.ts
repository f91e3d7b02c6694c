/** The same few packages in every format: what is read of each, and what is refused. */

import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { ParseError } from '../../../core/base/errors.ts';
import type { CatalogResult } from '../../../core/model/catalog/catalog.ts';
import { sbomDocument } from './document.ts';
import { embeddedSbom } from './embedded.ts';

const SHA1 = 'ab'.repeat(20);
const LIBSSL = 'pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12';

const XML = `<?xml version="1.0" encoding="UTF-8"?>
<bom xmlns="http://cyclonedx.org/schema/bom/1.5" version="1">
  <metadata><lifecycles><lifecycle><phase>post-build</phase></lifecycle></lifecycles>
    <component type="application" bom-ref="app"><name>app</name></component></metadata>
  <components>
    <component type="operating-system"><name>debian</name><version>12</version></component>
    <component type="library" bom-ref="ssl"><name>libssl3</name><version>3.0.11-1</version>
      <hashes><hash alg="SHA-1">${SHA1}</hash></hashes>
      <licenses><license><id>Apache-2.0</id></license></licenses>
      <purl>${LIBSSL.replace('&', '&amp;')}</purl>
      <properties><property name="aquasecurity:trivy:SrcName">openssl</property></properties>
    </component>
    <component type="library" bom-ref="left"><name>left</name><version>1.0.0</version>
      <scope>excluded</scope><purl>pkg:npm/left@1.0.0</purl>
      <components><component type="library" bom-ref="right"><name>right</name><purl>pkg:npm/right@2.0.0</purl></component></components>
    </component>
  </components>
  <dependencies><dependency ref="app"><dependency ref="left"/></dependency>
    <dependency ref="left"><dependency ref="right"/></dependency></dependencies>
</bom>`;

const spdxPackage = (id: string, purl: string, more: object = {}): object => ({
  SPDXID: `SPDXRef-${id}`,
  name: id,
  externalRefs: [
    { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl },
  ],
  ...more,
});
const relationship = (from: string, type: string, to: string): object => ({
  spdxElementId: `SPDXRef-${from}`,
  relationshipType: type,
  relatedSpdxElement: `SPDXRef-${to}`,
});

const SPDX_JSON = JSON.stringify({
  spdxVersion: 'SPDX-2.3',
  packages: [
    { SPDXID: 'SPDXRef-image', name: 'app', primaryPackagePurpose: 'CONTAINER' },
    { SPDXID: 'SPDXRef-OperatingSystem-1', name: 'debian', versionInfo: '12' },
    spdxPackage('libssl3', LIBSSL, {
      sourceInfo: 'built package from: openssl 3.0.11-1',
      licenseDeclared: 'LicenseRef-a',
      checksums: [{ algorithm: 'SHA1', checksumValue: SHA1 }],
    }),
    spdxPackage('left', 'pkg:npm/left@1.0.0'),
    spdxPackage('right', 'pkg:npm/right@2.0.0'),
    spdxPackage('source', 'pkg:generic/source@1', { primaryPackagePurpose: 'SOURCE' }),
  ],
  hasExtractedLicensingInfos: [{ licenseId: 'LicenseRef-a', name: 'Apache-2.0' }],
  relationships: [
    relationship('DOCUMENT', 'DESCRIBES', 'image'),
    relationship('image', 'CONTAINS', 'left'),
    relationship('left', 'DEV_DEPENDENCY_OF', 'image'),
    relationship('left', 'DEPENDS_ON', 'right'),
  ],
});

const TAG_VALUE = `# comment
SPDXVersion: SPDX-2.3
DataLicense: CC0-1.0
DocumentName: app
Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-image
Relationship: SPDXRef-left DEV_DEPENDENCY_OF SPDXRef-image
Relationship: SPDXRef-left DEPENDS_ON SPDXRef-right

PackageName: app
SPDXID: SPDXRef-image
PrimaryPackagePurpose: CONTAINER

PackageName: debian
SPDXID: SPDXRef-OperatingSystem-1
PackageVersion: 12

PackageName: libssl3
SPDXID: SPDXRef-libssl3
PackageChecksum: SHA1: ${SHA1}
PackageSourceInfo: <text>built package from: openssl 3.0.11-1</text>
PackageLicenseDeclared: Apache-2.0
PackageComment: <text>two
PackageName: lines</text>
ExternalRef: PACKAGE-MANAGER purl ${LIBSSL}

PackageName: left
SPDXID: SPDXRef-left
ExternalRef: PACKAGE-MANAGER purl pkg:npm/left@1.0.0

PackageName: right
SPDXID: SPDXRef-right
ExternalRef: PACKAGE_MANAGER purl pkg:npm/right@2.0.0

FileName: ./a
SPDXID: SPDXRef-file
`;

const SPDX3 = JSON.stringify({
  '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld',
  '@graph': [
    { type: 'SpdxDocument', spdxId: 'doc', rootElement: ['image'] },
    {
      type: 'software_Package',
      spdxId: 'image',
      name: 'app',
      software_primaryPurpose: 'container',
    },
    {
      type: 'software_Package',
      spdxId: 'os',
      name: 'debian',
      software_packageVersion: '12',
      software_primaryPurpose: 'operatingSystem',
    },
    {
      type: 'software_Package',
      spdxId: 'ssl',
      name: 'libssl3',
      software_packageUrl: `${LIBSSL}&upstream=openssl`,
      verifiedUsing: [{ type: 'Hash', algorithm: 'sha1', hashValue: SHA1 }],
    },
    {
      type: 'software_Package',
      spdxId: 'left',
      name: 'left',
      externalIdentifier: [
        { externalIdentifierType: 'packageUrl', identifier: 'pkg:npm/left@1.0.0' },
      ],
    },
    {
      type: 'software_Package',
      spdxId: 'right',
      name: 'right',
      software_packageUrl: 'pkg:npm/right@2.0.0',
    },
    { spdxId: 'license', simplelicensing_licenseExpression: 'Apache-2.0' },
    { type: 'Relationship', from: 'ssl', relationshipType: 'hasDeclaredLicense', to: ['license'] },
    {
      type: 'LifecycleScopedRelationship',
      from: 'image',
      relationshipType: 'dependsOn',
      scope: 'development',
      to: ['left'],
    },
    { type: 'Relationship', from: 'left', relationshipType: 'dependsOn', to: ['right'] },
  ],
});

const SYFT = JSON.stringify({
  artifacts: [
    {
      id: 's',
      name: 'libssl3',
      version: '3.0.11-1',
      purl: LIBSSL,
      licenses: [{ value: 'Apache-2.0', spdxExpression: 'Apache-2.0' }],
      metadata: { source: 'openssl' },
    },
    { id: 'l', name: 'left', version: '1.0.0', purl: 'pkg:npm/left@1.0.0' },
    { id: 'r', name: 'right', version: '2.0.0', purl: 'pkg:npm/right@2.0.0' },
  ],
  artifactRelationships: [{ parent: 'r', child: 'l', type: 'dependency-of' }],
  source: { type: 'image' },
  distro: { id: 'debian', versionID: '12' },
  descriptor: { name: 'syft' },
});

const TRIVY = JSON.stringify({
  SchemaVersion: 2,
  ArtifactName: 'app',
  ArtifactType: 'container_image',
  Metadata: { OS: { Family: 'debian', Name: '12' } },
  Results: [
    {
      Target: 'app (debian 12)',
      Class: 'os-pkgs',
      Type: 'debian',
      Packages: [
        {
          ID: 'libssl3@3.0.11-1',
          Name: 'libssl3',
          Version: '3.0.11',
          Release: '1',
          Arch: 'amd64',
          SrcName: 'openssl',
          SrcVersion: '3.0.11',
          SrcRelease: '1',
          Licenses: ['Apache-2.0'],
          Digest: `sha1:${SHA1}`,
        },
      ],
    },
    {
      Target: 'package-lock.json',
      Type: 'npm',
      Packages: [
        {
          ID: 'left@1.0.0',
          Name: 'left',
          Version: '1.0.0',
          Dev: true,
          DependsOn: ['right@2.0.0'],
          Identifier: { PURL: 'pkg:npm/left@1.0.0' },
        },
        { ID: 'right@2.0.0', Name: 'right', Version: '2.0.0' },
      ],
    },
  ],
});

const ATTESTATION = JSON.stringify({
  payloadType: 'application/vnd.in-toto+json',
  payload: Buffer.from(
    JSON.stringify({
      _type: 'https://in-toto.io/Statement/v1',
      predicate: JSON.parse(SPDX_JSON) as unknown,
    }),
  ).toString('base64'),
});

const ALL: readonly (readonly [string, string])[] = [
  ['CycloneDX in XML', XML],
  ['SPDX 2 in JSON', SPDX_JSON],
  ['SPDX 2 as tags and values', TAG_VALUE],
  ['SPDX 3', SPDX3],
  ['syft', SYFT],
  ['trivy', TRIVY],
  ['an attestation', `${ATTESTATION}\n${ATTESTATION}\n`],
];

const read = (text: string): Promise<CatalogResult> => readCatalog(sbomDocument, '/x', text);

describe.each(ALL)('%s', (format, text) => {
  it('gives packages, their sources, and what they depend on', async () => {
    const { packages, distro, diagnostics = [] } = await read(text);
    expect(diagnostics.filter(({ gap }) => gap !== undefined)).toEqual([]);
    expect(distro).toEqual({ id: 'debian', versionId: '12' });
    const rows = packages.map(({ ecosystem, name, version, source, dependsOn }) => {
      const from = source === undefined ? '' : ` from ${source.name} ${source.version}`;
      return `${ecosystem ?? ''} ${name} ${version}${from} -> ${(dependsOn ?? []).join()}`;
    });
    expect(rows.sort()).toEqual([
      'debian libssl3 3.0.11-1 from openssl 3.0.11-1 -> ',
      'npm left 1.0.0 -> right@2.0.0',
      'npm right 2.0.0 -> ',
    ]);
    const [libssl] = packages.filter(({ name }) => name === 'libssl3');
    expect(libssl?.licenses).toEqual(['Apache-2.0']);
    if (format !== 'syft') expect(libssl?.digests).toEqual([`sha1:${SHA1}`]);
    expect([...(libssl?.qualifiers ?? [])]).toEqual([['arch', 'amd64']]);
    const [left] = packages.filter(({ name }) => name === 'left');
    if (format !== 'syft') expect(left?.scope).toBe('development');
  });

  it('is no document when it is cut', async () => {
    if (format === 'SPDX 2 as tags and values') return;
    const half = text.slice(0, Math.floor(text.length / 3));
    await expect(read(half)).rejects.toThrow(ParseError);
  });
});

describe('what could hide findings', () => {
  const gapsOf = async (text: string): Promise<readonly unknown[]> =>
    ((await read(text)).diagnostics ?? []).flatMap(({ gap, message }) =>
      gap === undefined ? [] : [`${gap}: ${message}`],
    );

  it('is what a report of findings leaves out', async () => {
    const text = JSON.stringify({
      SchemaVersion: 2,
      ArtifactName: 'app',
      Results: [
        {
          Target: 'a',
          Type: 'npm',
          Vulnerabilities: [
            { PkgName: 'left', InstalledVersion: '1.0.0' },
            { PkgName: 'left', InstalledVersion: '1.0.0' },
          ],
        },
      ],
    });
    expect((await read(text)).packages).toHaveLength(1);
    expect(await gapsOf(text)).toEqual([
      'unreadable: only packages with findings are listed for "a"',
    ]);
  });

  it('is what a text takes that nothing ends', async () => {
    const text = `${TAG_VALUE}PackageComment: <text>open\nPackageName: zzz\n`;
    expect(await gapsOf(text)).toEqual([expect.stringContaining('no </text> ends it')]);
  });

  it.each<[string, string, string]>([
    [
      'a second URL of a component in XML',
      XML.replace('<purl>pkg:npm/left', '<purl>pkg:npm/other@1</purl><purl>pkg:npm/left'),
      'given twice; the first one was read): "purl"',
    ],
    [
      'a second version of a package in tags',
      `${TAG_VALUE}PackageName: a\nPackageVersion: 1\nPackageVersion: 2\n`,
      'given twice; the last one was read): "PackageVersion"',
    ],
    [
      'a name of npm with a version in it',
      SPDX_JSON.replace('pkg:npm/left@1.0.0', 'pkg:npm/left%401.0.0'),
      'no valid package URL): "pkg:npm/left%401.0.0"',
    ],
  ])('is %s', async (_, text, gap) => {
    expect(await gapsOf(text)).toContainEqual(expect.stringContaining(gap));
  });

  it('is the only thing that a document is about, where nobody knows it', async () => {
    const text = JSON.stringify({
      spdxVersion: 'SPDX-2.3',
      documentDescribes: ['SPDXRef-redis'],
      packages: [spdxPackage('redis', 'pkg:unheard-of/redis@7')],
    });
    expect(await gapsOf(text)).toHaveLength(1);
  });

  it('is each of the things that a document describes', async () => {
    const text = JSON.stringify({
      spdxVersion: 'SPDX-2.3',
      documentDescribes: ['SPDXRef-a', 'SPDXRef-b'],
      packages: [
        spdxPackage('a', 'pkg:unheard-of/a@7'),
        { SPDXID: 'SPDXRef-b', name: 'b', versionInfo: '1' },
      ],
    });
    expect(await gapsOf(text)).toHaveLength(2);
  });
});

describe('what hides no package', () => {
  const namesOf = async (document: object): Promise<readonly string[]> => {
    const text = JSON.stringify({ spdxVersion: 'SPDX-2.3', ...document });
    const { packages } = await read(text);
    return packages.map(({ name, scope }) => `${name} ${scope ?? ''}`.trim());
  };
  const SOURCE = { primaryPackagePurpose: 'SOURCE' };

  it('the purpose SOURCE, unless no advisory can name it or it is a source package', async () => {
    const packages = [
      spdxPackage('a', 'pkg:npm/a@1', SOURCE),
      spdxPackage('b', 'pkg:github/acme/b@1', SOURCE),
      spdxPackage('c', 'pkg:deb/debian/c@1?arch=source&distro=debian-12', SOURCE),
    ];
    expect(await namesOf({ packages })).toEqual(['a']);
  });

  it('a use in development, beside one of a delivered package', async () => {
    const packages = ['a', 'b', 'c', 'd'].map((id) => spdxPackage(id, `pkg:npm/${id}@1`));
    const relationships = [
      relationship('b', 'DEV_DEPENDENCY_OF', 'a'),
      relationship('c', 'TEST_DEPENDENCY_OF', 'a'),
      relationship('d', 'DEV_DEPENDENCY_OF', 'a'),
      relationship('a', 'DEPENDS_ON', 'b'),
      relationship('b', 'DEPENDS_ON', 'c'),
    ];
    expect(await namesOf({ packages, relationships })).toEqual(['a', 'b', 'c', 'd development']);
  });

  it('a scope of npm that is written into the name', async () => {
    const packages = [spdxPackage('a', 'pkg:npm/%40acme%2Fleft@1.0.0')];
    expect(await namesOf({ packages })).toEqual(['@acme/left']);
  });

  it('tags in another case', async () => {
    const lower = TAG_VALUE.replaceAll(/^Package[A-Za-z]*:|^ExternalRef:/gmu, (tag) =>
      tag.toLowerCase(),
    );
    const { packages } = await read(lower);
    expect(packages.map(({ name }) => name).sort()).toEqual(['left', 'libssl3', 'right']);
  });
});

describe('what is refused', () => {
  it.each([
    [
      'entities',
      '<!DOCTYPE bom [<!ENTITY a "b">]><bom xmlns="http://cyclonedx.org/schema/bom/1.4"><components><component type="library"><name>&a;</name></component></components></bom>',
    ],
    ['another root', '<x xmlns="http://cyclonedx.org/schema/bom/1.4"/>'],
    [
      'an attestation of nothing',
      '{"payloadType":"application/vnd.in-toto+json","payload":"e30="}',
    ],
    [
      'an attestation inside an attestation',
      `{"_type":"https://in-toto.io/Statement/v1","predicate":${ATTESTATION}}`,
    ],
    [
      'a graph that is none',
      '{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":7}',
    ],
  ])('%s', async (_, text) => {
    await expect(read(text)).rejects.toThrow(ParseError);
  });
});

describe('a document inside an image', () => {
  it('claims packages, and nothing of the system', async () => {
    const { packages, distro } = await readCatalog(embeddedSbom, '/x', SPDX_JSON);
    expect(packages.map(({ name }) => name).sort()).toEqual(['left', 'libssl3', 'right']);
    expect(distro).toBeUndefined();
    expect(packages.some((pkg) => 'relationship' in pkg)).toBe(false);
  });
});
