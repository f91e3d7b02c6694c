/** The list of catalogers: it equals the folder, and every reader survives files that nobody would write. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { quietContext } from '../../src/base/context.ts';
import { ParseError } from '../../src/base/errors.ts';
import type { Cataloger, CatalogerRow } from '../../src/catalog/cataloger.ts';
import { CATALOGERS } from '../../src/catalog/list.ts';
import { ECOSYSTEMS } from '../../src/model/ecosystem.ts';
import { catalogFile } from '../support/catalog-file.ts';
import { ndbDatabase, rpmHeader } from '../support/rpm.ts';
import { WELL_FORMED_INSTALLED } from './well-formed-installed.ts';
import { WELL_FORMED_LOCKFILES } from './well-formed-lockfiles.ts';
import { WELL_FORMED_PROJECTS } from './well-formed-projects.ts';

const FOLDER = join(import.meta.dirname, '../../src/catalog');

/** A well-formed file of each row, to be cut and bent. */
const WELL_FORMED: Readonly<Record<string, { readonly path: string; readonly body: string }>> = {
  'os/os-release': { path: '/etc/os-release', body: 'ID=debian\nVERSION_ID="12"\n' },
  'os/release-file': {
    path: '/etc/redhat-release',
    body: 'CentOS Linux release 7.9.2009 (Core)\n',
  },
  'debian/dpkg-status': {
    path: '/var/lib/dpkg/status',
    body: 'Package: a\nStatus: install ok installed\nVersion: 1\nSource: b (2)\nDepends: c | d (>= 1)\n\n',
  },
  'debian/dpkg-status-d': {
    path: '/var/lib/dpkg/status.d/a',
    body: 'Package: a\nVersion: 1\nDescription: x\n y\n',
  },
  'alpine/apk-installed': {
    path: '/lib/apk/db/installed',
    body: 'C:Q1qKcZ+j23xssAXmgQhkOO8dHnbWw=\nP:a\nV:1-r0\nD:b>1 so:c\np:so:d=1\nF:etc\nR:x\na:0:0:777\nZ:Q1qKcZ+j23xssAXmgQhkOO8dHnbWw=\n\n',
  },
  'rpm/rpmdb': { path: '/var/lib/rpm/Packages.db', body: rpmDatabase() },
  'rpm/rpm-manifest': {
    path: '/var/lib/rpmmanifest/container-manifest-2',
    body: 'a\t1-2\t1\t2\tb\t(none)\t9\tnoarch\t0\tc-1-2.src.rpm\n',
  },
  'ubuntu/chisel-manifest': {
    path: '/var/lib/chisel/manifest.wall',
    body: '{"jsonwall":"1.0"}\n{"kind":"package","name":"a","version":"1"}\n{"kind":"path","path":"/a","slices":["a_b"],"link":"c"}\n',
  },
  'arch/pacman-desc': {
    path: '/var/lib/pacman/local/a-1-1/desc',
    body: '%NAME%\na\n\n%VERSION%\n1-1\n\n%DEPENDS%\nb>=1\n\n',
  },
  'gentoo/portage': { path: '/var/db/pkg/b/a-1/PF', body: 'a-1.2_rc3-r1\n' },
  'openwrt/opkg-status': {
    path: '/usr/lib/opkg/status',
    body: 'Package: a\nVersion: 1\nStatus: install ok installed\nDepends: b (>= 1), c\n\n',
  },
  'cos/package-info': {
    path: '/etc/cos-package-info.json',
    body: '{"installedPackages":[{"category":"a","name":"b","version":"1"}]}',
  },
  'npm/package-lock': {
    path: '/app/package-lock.json',
    body: '{"lockfileVersion":3,"packages":{"":{"dependencies":{"a":"1"}},"node_modules/a":{"version":"1.0.0","dependencies":{"b":"1"},"integrity":"sha1-qKcZ"},"node_modules/b":{"resolved":"p/b","link":true},"p/b":{"version":"1"}},"dependencies":{"a":{"version":"npm:x@1.0.0","requires":{"b":"1"},"dependencies":{"b":{"version":"1"}}}}}',
  },
  'npm/node-package': {
    path: '/app/node_modules/a/package.json',
    body: '{"name":"a","version":"1.0.0","licenses":[{"type":"MIT"}],"dependencies":{"b":"1"}}',
  },
  'pypi/dist-info': {
    path: '/lib/a-1.dist-info/METADATA',
    body: 'Metadata-Version: 2.1\nName: a\nVersion: 1\nRequires-Dist: b; extra == "c"\n\nbody\n',
  },
  'pypi/egg-info': { path: '/lib/a-1.egg-info', body: 'Name: a\nVersion: 1\n' },
  'sbom/document': {
    path: '/a.cdx.json',
    body: '{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{"type":"operating-system","name":"debian","version":"12"},{"type":"library","bom-ref":"a","name":"a","version":"1:2","purl":"pkg:deb/debian/a@2?epoch=1&upstream=b%401","licenses":[{"license":{"id":"MIT"}}],"components":[{"type":"library","name":"c","purl":"pkg:npm/c@1"}]}],"dependencies":[{"ref":"a","dependsOn":["b"]}]}',
  },
  'sbom/embedded': {
    path: '/opt/bitnami/a/.spdx-a.spdx',
    body: 'SPDXVersion: SPDX-2.3\n# c\nPackageName: a\nSPDXID: SPDXRef-a\nPackageVersion: 1\nPackageComment: <text>x\ny</text>\nExternalRef: PACKAGE-MANAGER purl pkg:npm/a@1\nPackageChecksum: SHA1: 00\nPackageLicenseDeclared: LicenseRef-a\nAnnotationComment: <text>PkgType: npm</text>\nRelationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-a\nLicenseID: LicenseRef-a\nLicenseName: A\n',
  },
  'other/unread-lockfile': { path: '/app/yarn.lock', body: '# yarn lockfile v1\n' },
  'pypi/egg': { path: '/lib/a-1.egg', body: 'PK\x05\x06' + '\0'.repeat(18) },
  ...WELL_FORMED_INSTALLED,
  ...WELL_FORMED_LOCKFILES,
  ...WELL_FORMED_PROJECTS,
};

/** Rows whose sample alone gives nothing: an archive without members, a file without reader, a list without its copies. */
const WITHOUT_PACKAGES: ReadonlySet<string> = new Set([
  'other/unread-lockfile',
  'pypi/egg',
  'pypi/vendored',
]);

/** One package, in RPM's own form of a database. */
function rpmDatabase(): string {
  const header = rpmHeader(
    new Map([
      [1000, { text: 'a' }],
      [1001, { text: '1' }],
      [1002, { text: '2' }],
      [1049, { texts: ['b'] }],
      [1116, { int32: [0] }],
      [1117, { texts: ['x'] }],
      [1118, { texts: ['/'] }],
      [1030, { int16: [0o100644] }],
    ]),
  );
  return ndbDatabase([header]).toString('latin1');
}

describe('the list of catalogers', () => {
  it('has unique ids', () => {
    const ids = CATALOGERS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('names every reader in the folder, and only those', async () => {
    const listed = new Set(await Promise.all(CATALOGERS.map((row) => row.load())));
    const found = new Map<Cataloger, string>();
    for (const file of formatFiles()) {
      const module = (await import(join(FOLDER, file))) as Record<string, unknown>;
      for (const exported of Object.values(module)) {
        if (isCataloger(exported)) found.set(exported, file);
      }
    }
    expect([...found].filter(([reader]) => !listed.has(reader)).map(([, file]) => file)).toEqual(
      [],
    );
    expect(found.size).toBe(CATALOGERS.length);
    for (const row of CATALOGERS) expect(found.get(await row.load())).toBe(`${row.id}.ts`);
  });

  it.each(CATALOGERS.map((row) => [row.id, row] as const))('%s is well formed', (_id, row) => {
    const [folder] = row.id.split('/');
    if (row.ecosystem === undefined) expect(['os', 'binary', 'sbom', 'other']).toContain(folder);
    else {
      // One reader serves all systems with RPM; which of them it is the system tells.
      const { purlType } = ECOSYSTEMS[row.ecosystem];
      expect(folder === 'rpm' ? purlType : row.ecosystem).toBe(folder);
      expect(ECOSYSTEMS[row.ecosystem].scheme).toBeTruthy();
    }
    const { names, paths, prefixes, suffixes, magics } = row.files;
    expect(
      [names, paths, prefixes, suffixes, magics].flat().filter(Boolean).length,
    ).toBeGreaterThan(0);
    for (const path of paths ?? []) expect(path).toMatch(/^\//);
    expect(row.version).toBeGreaterThan(0);
    expect(WELL_FORMED).toHaveProperty([row.id]);
  });
});

describe.each(CATALOGERS.map((row) => [row.id, row] as const))('%s', (id, row) => {
  const sample = WELL_FORMED[id];
  const body = Buffer.from(sample?.body ?? '', 'latin1');
  const path = sample?.path ?? '/x';

  it('reads its well-formed file', async () => {
    const cataloger = await row.load();
    const result = await cataloger.read(catalogFile(path, body), { get: () => undefined }, context);
    const isWithoutPackages = WITHOUT_PACKAGES.has(id);
    const { packages, testimonies = [], diversions = [], distro, repositoryReleases = [] } = result;
    const said =
      repositoryReleases.length +
      packages.length +
      testimonies.length +
      diversions.length +
      (distro ? 1 : 0);
    expect(said + (isWithoutPackages ? 1 : 0)).toBeGreaterThan(0);
  });

  it('survives a file cut at every place', async () => {
    for (let end = 0; end < body.length; end += 1) await survives(row, path, body.subarray(0, end));
  });

  it('survives bytes changed at random', async () => {
    const change = fc.array(
      fc.tuple(fc.nat(Math.max(body.length - 1, 0)), fc.integer({ min: 0, max: 255 })),
      {
        minLength: 1,
        maxLength: 8,
      },
    );
    await fc.assert(
      fc.asyncProperty(change, async (changes) => {
        const changed = Uint8Array.from(body);
        for (const [at, byte] of changes) changed[at] = byte;
        await survives(row, path, changed);
      }),
      { numRuns: 300 },
    );
  });

  it('survives random bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), (bytes) => survives(row, path, bytes)),
      { numRuns: 200 },
    );
  });

  it('survives JSON of any shape', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), (text) => survives(row, path, Buffer.from(text))),
      { numRuns: 100 },
    );
  });
});

const context = quietContext();

async function survives(row: CatalogerRow, path: string, bytes: Uint8Array): Promise<void> {
  const cataloger = await row.load();
  try {
    const result = await cataloger.read(
      catalogFile(path, bytes),
      { get: () => undefined },
      context,
    );
    expect(Array.isArray(result.packages)).toBe(true);
    for (const { name } of result.packages) expect(name).not.toBe('');
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
  }
}

/** Files below an ecosystem's folder, without tests: `npm/package-lock.ts`. */
function formatFiles(): readonly string[] {
  return readdirSync(FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((folder) =>
      readdirSync(join(FOLDER, folder.name)).map((file) => `${folder.name}/${file}`),
    )
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
}

function isCataloger(value: unknown): value is Cataloger {
  return (
    typeof value === 'object' &&
    value !== null &&
    'read' in value &&
    typeof value.read === 'function'
  );
}
