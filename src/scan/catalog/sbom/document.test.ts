import { describe, expect, it } from 'vitest';

import { namesOf, readCatalog } from '../../../../test/support/catalog-file.ts';
import { ParseError } from '../../../core/base/errors.ts';
import type { CatalogedPackage, CatalogResult } from '../../../core/model/catalog/catalog.ts';
import { sbomDocument } from './document.ts';

type Json = Readonly<Record<string, unknown>>;

function read(document: Json): Promise<CatalogResult> {
  const whole = { bomFormat: 'CycloneDX', specVersion: '1.6', ...document };
  return readCatalog(sbomDocument, '/a.cdx.json', JSON.stringify(whole));
}

/** The one package of a document with one component. */
async function readOne(
  component: Json,
  document: Json = {},
): Promise<CatalogedPackage | undefined> {
  const { packages } = await read({ components: [{ type: 'library', ...component }], ...document });
  return packages[0];
}

function trivy(properties: Readonly<Record<string, string>>): Json {
  return {
    properties: Object.entries(properties).map(([name, value]) => ({
      name: `aquasecurity:trivy:${name}`,
      value,
    })),
  };
}

function gaps({ diagnostics = [] }: CatalogResult): readonly string[] {
  return diagnostics.flatMap(({ gap, message }) => (gap === undefined ? [] : `${gap}: ${message}`));
}

const DEBIAN = { type: 'operating-system', name: 'debian', version: '12.5' };

describe('names and versions', () => {
  it.each([
    ['a scoped name', { purl: 'pkg:npm/%40babel/core@7.1.0' }, 'npm @babel/core 7.1.0'],
    [
      'an npm name with capitals, which package URLs fold',
      { name: 'JSONStream', purl: 'pkg:npm/jsonstream@1.3.5' },
      'npm JSONStream 1.3.5',
    ],
    [
      'a scope given as group',
      { group: '@Acme', name: 'App', purl: 'pkg:npm/%40acme/app@1.0.0' },
      'npm @Acme/App 1.0.0',
    ],
    [
      'a Python name in the normal form of the index',
      { name: 'Zope.Interface', purl: 'pkg:pypi/Zope.Interface@5.0' },
      'pypi zope-interface 5.0',
    ],
    [
      'a Python version in the spelling of the component',
      { version: '1.0-RC1', purl: 'pkg:pypi/a@1.0-rc1' },
      'pypi a 1.0-RC1',
    ],
    ['an epoch in the URL', { purl: 'pkg:deb/debian/a@1%3A2-3' }, 'debian a 1:2-3'],
    ['an epoch as qualifier', { purl: 'pkg:deb/debian/a@2-3?epoch=1' }, 'debian a 1:2-3'],
    ['an epoch of zero', { purl: 'pkg:deb/debian/a@2-3?epoch=0' }, 'debian a 2-3'],
    [
      'an epoch in the component only',
      { version: '4:2-3', purl: 'pkg:deb/debian/a@2-3' },
      'debian a 4:2-3',
    ],
    ['a version in the component only', { version: '2', purl: 'pkg:npm/a' }, 'npm a 2'],
    ['no version at all', { purl: 'pkg:npm/a' }, 'npm a '],
    ['a system by its namespace', { purl: 'pkg:deb/ubuntu/a@1' }, 'ubuntu a 1'],
    ['a system by its id', { purl: 'pkg:rpm/opensuse-leap/a@1' }, 'opensuse a 1'],
    ['a system without a row of its own', { purl: 'pkg:deb/kali/a@1' }, 'debian a 1'],
  ])('reads %s', async (_, component, expected) => {
    const pkg = await readOne(component);
    expect(`${String(pkg?.ecosystem)} ${String(pkg?.name)} ${String(pkg?.version)}`).toBe(expected);
  });

  it('finds components inside components, and the subject', async () => {
    const library = (name: string, more: Json = {}): Json => ({
      type: 'library',
      purl: `pkg:npm/${name}@1.0.0`,
      ...more,
    });
    const result = await read({
      metadata: { component: library('app') },
      components: [library('a', { components: [library('b', { components: [library('c')] })] })],
    });
    expect(namesOf(result)).toEqual(['a@1.0.0', 'app@1.0.0', 'b@1.0.0', 'c@1.0.0']);
  });
});

describe('source packages', () => {
  const OWN = { purl: 'pkg:deb/debian/libssl3@3.0.11-1', name: 'libssl3', version: '3.0.11-1' };
  it.each([
    [
      'trivy',
      trivy({ SrcName: 'openssl', SrcVersion: '3.0.11', SrcRelease: '1', SrcEpoch: '2' }),
      'openssl 2:3.0.11-1',
    ],
    [
      'trivy, in one piece',
      trivy({ SrcName: 'openssl', SrcVersion: '3.0.11-1' }),
      'openssl 3.0.11-1',
    ],
    ['trivy, a version without name', trivy({ SrcVersion: '3' }), 'libssl3 3'],
    ['an upstream', { purl: `${OWN.purl}?upstream=openssl` }, 'openssl 3.0.11-1'],
    [
      'an upstream with version',
      { purl: `${OWN.purl}?upstream=openssl%403.0.9-1` },
      'openssl 3.0.9-1',
    ],
    [
      'an upstream of RPM',
      { purl: `${OWN.purl}?upstream=openssl-libs-3.0.9-1.el9.src.rpm` },
      'openssl-libs 3.0.9-1.el9',
    ],
    [
      'syft',
      {
        properties: [
          { name: 'syft:metadata:source', value: 'openssl' },
          { name: 'syft:metadata:sourceVersion', value: '3.0.9' },
        ],
      },
      'openssl 3.0.9',
    ],
    ['nobody', {}, undefined],
  ])('are told by %s', async (_, more, expected) => {
    const source = (await readOne({ ...OWN, ...more }))?.source;
    expect(source && `${source.name} ${source.version}`).toBe(expected);
  });

  it('are no matter of languages', async () => {
    expect((await readOne({ purl: 'pkg:npm/a@1?upstream=b' }))?.source).toBeUndefined();
  });
});

describe('the system', () => {
  const APK = 'pkg:apk/alpine/musl@1.2.4-r2';
  it.each([
    ['a component', [DEBIAN], { id: 'debian', versionId: '12.5' }],
    [
      "a component in trivy's words",
      [{ ...DEBIAN, name: 'redhat', version: '8.4' }],
      { id: 'rhel', versionId: '8.4' },
    ],
    [
      "a component with syft's properties",
      [
        {
          ...DEBIAN,
          name: 'Debian GNU/Linux',
          version: '',
          properties: [
            { name: 'syft:distro:id', value: 'debian' },
            { name: 'syft:distro:versionID', value: '11' },
          ],
        },
      ],
      { id: 'debian', versionId: '11' },
    ],
    [
      'package URLs',
      [{ purl: `${APK}?distro=alpine-3.19.1` }],
      { id: 'alpine', versionId: '3.19.1' },
    ],
    [
      'package URLs with a bare version',
      [{ purl: `${APK}?distro=3.19.1` }],
      { id: 'alpine', versionId: '3.19.1' },
    ],
    [
      'package URLs with a code name',
      [{ purl: 'pkg:deb/debian/a@1?distro=bookworm' }],
      { id: 'debian', versionId: '12', codename: 'bookworm' },
    ],
    ['package URLs without a release', [{ purl: APK }], { id: 'alpine', versionId: '' }],
    ['nobody', [{ purl: 'pkg:npm/a@1' }], undefined],
  ])('is named by %s', async (_, components, expected) => {
    expect((await read({ components })).distro).toEqual(expected);
  });

  it('is what most packages name, and the others are left out with a gap', async () => {
    const result = await read({
      components: [
        { purl: 'pkg:deb/debian/a@1?distro=debian-11' },
        { purl: 'pkg:deb/debian/b@1?distro=debian-12.5' },
        { purl: 'pkg:deb/debian/c@1?distro=debian-12.5&arch=amd64' },
        { purl: 'pkg:npm/d@1' },
      ],
    });
    expect(namesOf(result)).toEqual(['b@1', 'c@1', 'd@1']);
    expect(gaps(result)).toEqual([
      'unknownSystem: left out, as the document speaks of another system: 1 package (a) of "debian-11"',
    ]);
    // The qualifier that every package of the system has is not kept twice.
    expect(result.packages.map(({ qualifiers }) => [...(qualifiers ?? [])])).toEqual([
      [],
      [['arch', 'amd64']],
      [],
    ]);
  });

  it('is the first of several, with a gap', async () => {
    const other = { ...DEBIAN, name: 'alpine', version: '3.19' };
    const result = await read({ components: [DEBIAN, other, DEBIAN] });
    expect(result.distro?.id).toBe('debian');
    expect(gaps(result)).toEqual([
      'unknownSystem: the document names 2 systems; it is read as one of "debian 12.5", and not of alpine 3.19',
    ]);
  });
});

describe('what cannot be matched', () => {
  it('is counted by the type of the package URL, with a gap', async () => {
    const result = await read({
      metadata: { component: { type: 'container', purl: 'pkg:oci/app@sha256%3Aab' } },
      components: ['a', 'b', 'c', 'd'].map((name) => ({ purl: `pkg:unheard-of/${name}@1` })),
    });
    expect(gaps(result)).toEqual([
      'noAdvisoryData: Assay knows no advisories for package URLs of type "unheard-of": 4 packages (a, b, c and 1 more) could not be matched',
    ]);
  });

  it('is software without a package URL', async () => {
    const result = await read({
      components: [
        { type: 'application', name: 'etcd', version: '3.5' },
        { type: 'application', name: 'go.mod' },
        { type: 'file', name: '/bin/sh' },
        { type: 'file', name: '/bin/ls' },
      ],
    });
    expect(result.diagnostics?.map(({ message, gap }) => [gap, message])).toEqual([
      ['noAdvisoryData', 'without a package URL, so not matched: 1 component (etcd 3.5)'],
      [undefined, 'no packages: 1 component of the type "application"'],
      [undefined, 'no packages: 2 components of the type "file"'],
    ]);
  });

  it('is software without a package URL and without a version, at any depth', async () => {
    const inner = { type: 'framework', name: 'rails' };
    const result = await read({
      components: [
        { type: 'library', name: 'openssl', components: [inner] },
        { type: 'application', name: 'nginx' },
        {
          type: 'application',
          name: 'Node.js',
          properties: [{ name: 'aquasecurity:trivy:Class', value: 'lang-pkgs' }],
        },
        { type: 'data', name: 'weights' },
      ],
    });
    expect(result.diagnostics?.map(({ message, gap }) => [gap, message])).toEqual([
      [
        'noAdvisoryData',
        'without a package URL, so not matched: 3 components (openssl, rails, nginx)',
      ],
      [undefined, 'no packages: 1 component of the type "application"'],
      [undefined, 'no packages: 1 component of the type "data"'],
    ]);
  });

  it.each([
    ['a broken package URL', { purl: 'npm/a@1' }],
    ['no name', { type: 'library' }],
    ['no object', 'a'],
    ['an absurd name', { purl: `pkg:npm/${'a'.repeat(2000)}@1` }],
  ])('is a row with %s', async (_, component) => {
    const [gap] = gaps(await read({ components: [component] }));
    expect(gap).toMatch(/^unreadable: unreadable row/);
  });

  it.each(['1.8', '2.0', undefined])('may be in version %s', async (specVersion) => {
    expect(gaps(await read({ specVersion }))[0]).toMatch(/version of CycloneDX that is not known/);
  });
});

describe('the rest', () => {
  it('reads licences, digests and qualifiers', async () => {
    const pkg = await readOne({
      purl: 'pkg:deb/debian/a@1?arch=amd64&upstream=b&epoch=0',
      licenses: [
        { license: { id: 'MIT' } },
        { license: { name: 'Own' } },
        { expression: 'A OR B' },
      ],
      hashes: [
        { alg: 'SHA-1', content: 'AB'.repeat(20) },
        { alg: 'SHA-256', content: 'zz' },
        { alg: 'BLAKE3', content: 'ab' },
      ],
    });
    expect(pkg?.licenses).toEqual(['MIT', 'Own', 'A OR B']);
    expect(pkg?.digests).toEqual([`sha1:${'ab'.repeat(20)}`]);
    expect([...(pkg?.qualifiers ?? [])]).toEqual([['arch', 'amd64']]);
  });

  it.each([
    ['a property', { purl: 'pkg:deb/debian/a@1', ...trivy({ Modularitylabel: 'a:1:2:3' }) }],
    ['another tool', { purl: 'pkg:deb/debian/a@1?modularitylabel=a:1:2:3' }],
    ['a qualifier', { purl: 'pkg:deb/debian/a@1?rpmmod=a:1:2:3' }],
  ])('takes the module from %s', async (_, component) => {
    expect([...((await readOne(component))?.qualifiers ?? [])]).toEqual([
      ['modularitylabel', 'a:1:2:3'],
    ]);
  });

  it.each([
    ['excluded', { scope: 'excluded' }, 'development'],
    ['optional', { scope: 'optional' }, 'optional'],
    ['required', { scope: 'required' }, 'runtime'],
    ['nothing', {}, undefined],
    [
      'what npm marks',
      { scope: 'optional', properties: [{ name: 'cdx:npm:package:development', value: 'true' }] },
      'development',
    ],
  ])('takes %s for its scope', async (_, more, expected) => {
    expect((await readOne({ purl: 'pkg:npm/a@1', ...more }))?.scope).toBe(expected);
  });

  it.each([
    ['of the system', { purl: 'pkg:deb/debian/a@1' }, {}, 'installed'],
    ['of an image', { purl: 'pkg:npm/a@1' }, { component: { type: 'container' } }, 'installed'],
    [
      'of a lockfile in an image',
      { purl: 'pkg:npm/a@1', ...trivy({ PkgType: 'npm' }) },
      { component: { type: 'container' } },
      'declared',
    ],
    ['of a binary', { purl: 'pkg:npm/a@1', ...trivy({ PkgType: 'gobinary' }) }, {}, 'embedded'],
    ['of sources', { purl: 'pkg:npm/a@1' }, { lifecycles: [{ phase: 'pre-build' }] }, 'declared'],
    [
      'of what was built',
      { purl: 'pkg:npm/a@1' },
      { lifecycles: [{ phase: 'post-build' }] },
      'installed',
    ],
    ['of anything', { purl: 'pkg:npm/a@1' }, {}, 'declared'],
  ])('takes a package %s for present', async (_, component, metadata, expected) => {
    expect((await readOne(component, { metadata }))?.presence).toBe(expected);
  });

  it('reads dependencies and who is direct', async () => {
    const named = (name: string): Json => ({ 'bom-ref': name, purl: `pkg:npm/${name}@1` });
    const { packages } = await read({
      metadata: { component: { type: 'application', ...named('app') } },
      components: [
        { 'bom-ref': 'lock', type: 'application', name: 'package-lock.json' },
        ...['a', 'b', 'c', 'd'].map(named),
      ],
      dependencies: [
        { ref: 'app', dependsOn: ['a', 'lock', 'gone'] },
        { ref: 'lock', dependsOn: ['b'] },
        { ref: 'a', dependsOn: ['c', 'b', 'c', 7] },
        { dependsOn: ['d'] },
      ],
    });
    expect(
      packages.map(({ name, relationship, dependsOn }) => [name, relationship, dependsOn]),
    ).toEqual([
      ['app', 'root', ['a@1']],
      ['a', 'direct', ['c@1', 'b@1']],
      ['b', 'direct', undefined],
      ['c', 'indirect', undefined],
      ['d', undefined, undefined],
    ]);
  });
});

describe('what is refused', () => {
  it.each([
    ['another format', '{"bomFormat":"SPDX"}'],
    ['a lockfile', '{"lockfileVersion":3}'],
    ['half a document', '{"bomFormat":"CycloneDX","components":['],
    ['components that are no list', '{"bomFormat":"CycloneDX","components":{}}'],
  ])('%s', async (_, text) => {
    await expect(readCatalog(sbomDocument, '/a', text)).rejects.toThrow(ParseError);
  });
});
