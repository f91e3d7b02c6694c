/**
 * Inputs far larger than any real one: the first rows are listed, the others are a gap with their
 * number, and the memory stays within what `docs/limits.md` promises. No times are compared, since
 * machines differ.
 *
 * The inputs take minutes, so they are made only with `ASSAY_TEST_LARGE_INPUTS=1`, as a step of CI
 * does.
 */

import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

import { writeTar, type TarMember } from '../../src/formats/archive/tar/tar-writer.ts';
import { gapMessages, measuredResult, measuredScene } from '../support/measured-scans.ts';
import { dockerArchive, makeImage } from '../support/stored-images.ts';

const isAsked = process.env['ASSAY_TEST_LARGE_INPUTS'] === '1';
const skipped = isAsked ? '' : ' (needs ASSAY_TEST_LARGE_INPUTS)';
const MAX_PACKAGES = 60_000;
const PACKAGES = ['--scanners', 'packages', '-f', 'json'];
const HEX = 'ab'.repeat(64);

const scene = measuredScene();

/** A text of a head, so many rows, and an end. */
interface Rows {
  readonly head?: string;
  readonly row: (index: number) => string;
  readonly between?: string;
  readonly end?: string;
  readonly count: number;
}

function writeRows(name: string, { head = '', row, between = '', end = '', count }: Rows): void {
  const file = openSync(path.join(scene.folder, name), 'w');
  let text = head;
  for (let index = 0; index < count; index += 1) {
    text += (index === 0 ? '' : between) + row(index);
    if (text.length < 4_000_000) continue;
    writeSync(file, text);
    text = '';
  }
  writeSync(file, text + end);
  closeSync(file);
}

function textOf({ head = '', row, between = '', end = '', count }: Rows): string {
  return head + Array.from({ length: count }, (_, index) => row(index)).join(between) + end;
}

const purl = (index: number): string => `pkg:npm/p${String(index)}@1.0.0`;

describe.skipIf(!isAsked)(
  `a bill of materials with more components than an artifact may have packages${skipped}`,
  () => {
    const COUNT = 250_000;

    it.each<[string, Rows]>([
      [
        'CycloneDX',
        {
          head: '{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":[',
          row: (i) =>
            `{"type":"library","bom-ref":"r${String(i)}","name":"p${String(i)}","version":"1.0.0","purl":"${purl(i)}"}`,
          between: ',\n',
          end: ']}',
          count: COUNT,
        },
      ],
      [
        'CycloneDX of 200 MB, with hashes, licenses and dependencies',
        {
          head: '{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":[',
          row: (i) =>
            `{"type":"library","bom-ref":"r${String(i)}","name":"p${String(i)}","version":"1.0.0","purl":"${purl(i)}","licenses":[{"license":{"id":"MIT"}}],"hashes":[{"alg":"SHA-512","content":"${HEX}"}],"description":"${'x'.repeat(500)}"}`,
          between: ',\n',
          end: `],"dependencies":[${Array.from({ length: 100_000 }, (_, i) => `{"ref":"r${String(i)}","dependsOn":["r1"]}`).join(',')}]}`,
          count: COUNT,
        },
      ],
      [
        'SPDX',
        {
          head: '{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"x","packages":[',
          row: (i) =>
            `{"SPDXID":"SPDXRef-${String(i)}","name":"p${String(i)}","versionInfo":"1.0.0","externalRefs":[{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"${purl(i)}"}]}`,
          between: ',',
          end: ']}',
          count: COUNT,
        },
      ],
      [
        'the JSON of syft',
        {
          head: '{"artifacts":[',
          row: (i) =>
            `{"id":"${String(i)}","name":"p${String(i)}","version":"1.0.0","type":"npm","locations":[{"path":"/a"}],"licenses":[],"cpes":[],"purl":"${purl(i)}"}`,
          between: ',',
          end: '],"source":{"type":"directory"},"distro":{},"descriptor":{"name":"syft"},"schema":{"version":"16.0.0"}}',
          count: COUNT,
        },
      ],
      [
        'tags of SPDX',
        {
          head: 'SPDXVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\nDocumentName: x\n\n',
          row: (i) =>
            `PackageName: p${String(i)}\nSPDXID: SPDXRef-${String(i)}\nPackageVersion: 1.0.0\nExternalRef: PACKAGE-MANAGER purl ${purl(i)}\n\n`,
          count: COUNT,
        },
      ],
      [
        'CycloneDX in XML',
        {
          head: '<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/1.5"><components>',
          row: (i) =>
            `<component type="library"><name>p${String(i)}</name><version>1.0.0</version><purl>${purl(i)}</purl></component>`,
          end: '</components></bom>',
          count: COUNT,
        },
      ],
    ])(
      'is read as far as there is room: %s',
      async (_, rows) => {
        writeRows('bom', rows);
        const result = measuredResult(await scene.scan(['sbom', 'bom', ...PACKAGES]));
        const names = new Set(result.inventory.packages.map(({ name }) => name));
        expect(names.size).toBeGreaterThan(40_000);
        expect(names.size).toBeLessThanOrEqual(MAX_PACKAGES);
        expect(['p0', 'p1', 'p39999'].filter((name) => !names.has(name))).toEqual([]);
        expect(gapMessages(result, 'limit')).not.toEqual([]);
        expect(gapMessages(result, 'unreadable')).toEqual([]);
      },
      240_000,
    );
  },
);

describe.skipIf(!isAsked)(
  `a lockfile with more rows than an artifact may have packages${skipped}`,
  () => {
    const COUNT = 250_000;

    it.each<[string, Rows]>([
      [
        'package-lock.json',
        {
          head: '{"name":"a","lockfileVersion":3,"packages":{"":{"name":"a"},',
          row: (i) =>
            `"node_modules/p${String(i)}":{"version":"1.0.0","resolved":"https://example.test/p${String(i)}.tgz","integrity":"sha512-${HEX}","license":"MIT","engines":{"node":"${'>'.repeat(400)}"}}`,
          between: ',\n',
          end: '}}',
          count: COUNT,
        },
      ],
      [
        'pnpm-lock.yaml',
        {
          head: "lockfileVersion: '9.0'\n\npackages:\n\n",
          row: (i) => `  p${String(i)}@1.0.0:\n    resolution: {integrity: sha512-${HEX}}\n\n`,
          end: 'snapshots:\n\n  p0@1.0.0: {}\n',
          count: COUNT,
        },
      ],
      [
        'Cargo.lock',
        {
          head: 'version = 3\n\n',
          row: (i) =>
            `[[package]]\nname = "p${String(i)}"\nversion = "1.0.0"\nsource = "registry+https://github.com/rust-lang/crates.io-index"\nchecksum = "${HEX.slice(64)}"\n\n`,
          count: COUNT,
        },
      ],
      [
        'yarn.lock',
        {
          head: '# yarn lockfile v1\n\n\n',
          row: (i) =>
            `p${String(i)}@^1.0.0:\n  version "1.0.0"\n  resolved "https://example.test/p${String(i)}/-/p${String(i)}-1.0.0.tgz#${HEX.slice(88)}"\n\n`,
          count: COUNT,
        },
      ],
      [
        'composer.lock',
        {
          head: '{"packages":[',
          row: (i) =>
            `{"name":"v/p${String(i)}","version":"1.0.0","source":{"type":"git","url":"https://example.test/p","reference":"${HEX.slice(88)}"},"require":{"php":"^8"},"license":["MIT"]}`,
          between: ',\n',
          end: '],"packages-dev":[]}',
          count: COUNT,
        },
      ],
      [
        'Gemfile.lock',
        {
          head: 'GEM\n  remote: https://rubygems.org/\n  specs:\n',
          row: (i) => `    p${String(i)} (1.0.0)\n      p${String(i + 1)} (>= 1.0)\n`,
          end: '\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  p0\n',
          count: 700_000,
        },
      ],
    ])(
      'is read as far as there is room: %s',
      async (name, rows) => {
        mkdirSync(path.join(scene.folder, 'code'));
        writeRows(`code/${name}`, rows);
        const result = measuredResult(await scene.scan(['fs', 'code', ...PACKAGES]));
        const names = new Set(result.inventory.packages.map((pkg) => pkg.name.replace('v/', '')));
        expect(names.size).toBeGreaterThan(40_000);
        expect(names.size).toBeLessThanOrEqual(MAX_PACKAGES);
        expect(['p0', 'p1', 'p39999'].filter((one) => !names.has(one))).toEqual([]);
        expect(gapMessages(result, 'limit')).not.toEqual([]);
        // What stands behind the end of what was read is not missing.
        expect(gapMessages(result, 'unreadable')).toEqual([]);
      },
      240_000,
    );
  },
);

describe.skipIf(!isAsked)(`a package database${skipped}`, () => {
  const DEBIAN = 'ID=debian\nVERSION_ID="12"\n';
  const ALPINE = 'ID=alpine\nVERSION_ID=3.22.0\n';

  function imageOf(members: readonly TarMember[]): string {
    const image = makeImage([members]);
    writeFileSync(
      path.join(scene.folder, 'image.tar'),
      writeTar(dockerArchive([{ image, tags: ['a:1'] }])),
    );
    return 'image.tar';
  }

  it.each<[string, string, string, Rows]>([
    [
      'of dpkg, of 180 MB',
      DEBIAN,
      'var/lib/dpkg/status',
      {
        row: (i) =>
          `Package: p${String(i)}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0-1\nDescription: ${'x'.repeat(600)}\n\n`,
        count: 250_000,
      },
    ],
    [
      'of apk',
      ALPINE,
      'lib/apk/db/installed',
      {
        row: (i) =>
          `P:p${String(i)}\nV:1.0-r1\nA:x86_64\no:p${String(i)}\np:so:lib${String(i)}.so=1\nD:so:libc.so\nF:usr/lib\nR:lib${String(i)}.so\nZ:Q1${'A'.repeat(27)}=\n\n`,
        count: 250_000,
      },
    ],
  ])(
    'is read as far as there is room: %s',
    async (_, release, name, rows) => {
      const file = imageOf([
        { path: 'etc/os-release', body: release },
        { path: name, body: textOf(rows) },
      ]);
      const result = measuredResult(await scene.scan(['image', '--input', file, ...PACKAGES]));
      expect(result.inventory.packages).toHaveLength(MAX_PACKAGES);
      expect(result.inventory.packages.map((pkg) => pkg.name)).toContain('p0');
      expect(gapMessages(result, 'limit')).toEqual([
        expect.stringContaining('190000 packages left out'),
      ]);
    },
    240_000,
  );

  it('is read beside more links and longer paths than an image may hold', async () => {
    const deep = `${'d'.repeat(200)}/`.repeat(15);
    const file = imageOf([
      { path: 'etc/os-release', body: DEBIAN },
      {
        path: 'var/lib/dpkg/status',
        body: 'Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5.2-1\n',
      },
      ...Array.from({ length: 301_000 }, (_, i) => ({
        path: `usr/lib/l${String(i)}`,
        type: 'symlink' as const,
        target: `l${String(i + 1)}`,
      })),
      ...Array.from({ length: 18_000 }, (_, i) => ({
        path: `app/${deep}n${String(i)}/package.json`,
        body: '',
      })),
    ]);
    const result = measuredResult(await scene.scan(['image', '--input', file, ...PACKAGES]));
    expect(result.inventory.packages.map(({ name }) => name)).toContain('bash');
    expect(gapMessages(result, 'limit').join('\n')).toContain('too many entries, or paths');
  }, 240_000);
});

describe.skipIf(!isAsked)(`the report of an artifact with 240,000 findings${skipped}`, () => {
  it('is written within the same memory', async () => {
    writeRows('bom', {
      head: '{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"operating-system","name":"debian","version":"12"},',
      row: (i) =>
        `{"type":"library","bom-ref":"r${String(i)}","name":"linux-image-${String(i)}","version":"6.1.20-1","purl":"pkg:deb/debian/linux-image-${String(i)}@6.1.20-1?distro=debian-12&upstream=linux"}`,
      between: ',\n',
      end: ']}',
      count: MAX_PACKAGES,
    });
    mkdirSync(path.join(scene.folder, 'advisories'));
    for (const id of [
      'DEBIAN-CVE-2024-1',
      'DEBIAN-CVE-2024-2',
      'DEBIAN-CVE-2024-3',
      'DEBIAN-CVE-2024-4',
    ]) {
      const advisory = {
        schema_version: '1.6.0',
        id,
        modified: '2024-05-01T00:00:00Z',
        details: 'a'.repeat(2000),
        affected: [
          {
            package: { ecosystem: 'Debian:12', name: 'linux' },
            ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '6.1.99-1' }] }],
          },
        ],
      };
      writeFileSync(path.join(scene.folder, 'advisories', `${id}.json`), JSON.stringify(advisory));
    }
    const outputs = ['table', 'cyclonedx'].flatMap((name) => ['-o', `${name}=${name}`]);
    const outcome = await scene.scan(['sbom', 'bom', '--advisories', 'advisories', ...outputs]);
    expect(outcome.exitCode).toBe(0);
    const affected = readFileSync(path.join(scene.folder, 'cyclonedx'), 'utf8').match(
      /"status": "affected"/g,
    );
    expect(affected).toHaveLength(4 * MAX_PACKAGES);
    expect(readFileSync(path.join(scene.folder, 'table'), 'utf8')).toContain('Total: 240000');
  }, 240_000);
});
