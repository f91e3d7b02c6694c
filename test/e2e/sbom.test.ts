/**
 * A bill of materials as a target: it is found by its content, judged like an image, and refused
 * where it is none.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryReader } from '../../src/advisories/store/memory-reader.ts';
import { quietContext } from '../../src/core/base/context.ts';
import type { Report } from '../../src/core/model/report/report.ts';
import { scan, type ScanRequest } from '../../src/scan/pipeline/index.ts';
import { affects, anAdvisory, below } from '../support/model.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'assay-sbom-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ADVISORIES = [
  anAdvisory('CVE-2024-0001', {
    affected: [affects('openssl', [below('3.0.14-1')], { ecosystem: 'debian', release: '12' })],
  }),
  anAdvisory('CVE-2024-0002', { affected: [affects('lodash', [below('4.17.21')])] }),
];

const OPENSSL = 'pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12&upstream=openssl';

function documentOf(...purls: readonly string[]): string {
  return JSON.stringify({
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    components: [
      { type: 'operating-system', name: 'debian', version: '12' },
      ...purls.map((purl) => ({ type: 'library', purl })),
    ],
  });
}

function write(name: string, body: string): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, body);
  return file;
}

function judged(
  target: ScanRequest['targets'][number],
  policy: ScanRequest['policy'] = {},
): Promise<Report> {
  const advisories = { open: () => Promise.resolve(createMemoryReader(ADVISORIES)) };
  return scan({ targets: [target], policy, advisories }, quietContext());
}

function rowsOf(report: Report): readonly string[] {
  return report.results.flatMap(({ findings }) =>
    findings.map((finding) =>
      finding.kind === 'vulnerability' ? `${finding.advisoryId} ${finding.packageId}` : '',
    ),
  );
}

describe('a CycloneDX document', () => {
  it.each([
    ['asked for', 'bom', 'sbom'],
    ['guessed, whatever its name', 'lock.txt', undefined],
  ] as const)('is scanned, %s', async (_, name, kind) => {
    const reference = write(name, documentOf(OPENSSL, 'pkg:npm/lodash@4.17.20'));
    const report = await judged({ reference, ...(kind !== undefined && { kind }) });
    expect(report.results[0]?.artifact.kind).toBe('sbom');
    expect(rowsOf(report)).toEqual([
      'CVE-2024-0001 pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12',
      'CVE-2024-0002 pkg:npm/lodash@4.17.20',
    ]);
  });

  it('gives the rows that the system itself gives', async () => {
    const root = path.join(folder, 'root');
    write('root/etc/os-release', 'ID=debian\nVERSION_ID="12"\n');
    write(
      'root/var/lib/dpkg/status',
      'Package: libssl3\nStatus: install ok installed\nArchitecture: amd64\nSource: openssl\nVersion: 3.0.11-1\n',
    );
    const system = await judged({ reference: root, kind: 'rootfs' });
    const sbom = await judged({ reference: write('bom.json', documentOf(OPENSSL)) });
    expect(rowsOf(system)).toHaveLength(1);
    expect(sbom.results[0]?.findings).toEqual(system.results[0]?.findings);
  });

  it('is incomplete for a gate where it lists what nobody can match', async () => {
    const reference = write('bom.json', documentOf(OPENSSL, 'pkg:unheard-of/a@1'));
    const report = await judged(
      { reference },
      { failOn: [{ text: 'critical', atLeast: 'critical' }] },
    );
    expect([report.verdict.status, report.verdict.exitCode]).toEqual(['incomplete', 6]);
  });

  it('ends the run where nothing of it can be matched', async () => {
    const reference = write('bom.json', documentOf('pkg:unheard-of/a@1'));
    await expect(judged({ reference })).rejects.toMatchObject({ code: 'ADVISORY_DATA_MISSING' });
  });

  it('is refused in UTF-16, with the encoding and the cure', async () => {
    const file = path.join(folder, 'wide.json');
    writeFileSync(file, Buffer.from('\ufeff{"bomFormat":"CycloneDX"}', 'utf16le'));
    await expect(scan({ targets: [{ reference: file, kind: 'sbom' }] })).rejects.toMatchObject({
      code: 'DAMAGED',
      message: expect.stringContaining('UTF-16') as unknown,
      hint: expect.stringContaining('UTF-8') as unknown,
    });
  });

  it.each(['4.17.20', '4.17.21'])('is asked about as both of two versions: %s', async (stated) => {
    const inUrl = stated === '4.17.20' ? '4.17.21' : '4.17.20';
    const component = { type: 'library', name: 'lodash', version: stated };
    const body = JSON.stringify({
      bomFormat: 'CycloneDX',
      specVersion: '1.5',
      components: [{ ...component, purl: `pkg:npm/lodash@${inUrl}` }],
    });
    const reference = write('a.cdx.json', body);
    const report = await judged({ reference, kind: 'sbom' });
    expect(rowsOf(report)).toEqual([`CVE-2024-0002 pkg:npm/lodash@${inUrl}`]);
  });

  it('is nothing to scan without components', async () => {
    const body = JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.5' });
    const reference = write('bom.json', body);
    await expect(judged({ reference })).rejects.toMatchObject({ code: 'NOTHING_TO_SCAN' });
  });

  it('is not a package source inside other artifacts', async () => {
    write('app/bom.cdx.json', documentOf('pkg:npm/lodash@4.17.20'));
    const app = { reference: path.join(folder, 'app'), kind: 'directory' } as const;
    await expect(judged(app)).rejects.toMatchObject({ code: 'NOTHING_TO_SCAN' });
  });
});

describe('what is not a bill of materials', () => {
  it.each([
    ['a lockfile', '{"lockfileVersion":3}', /cannot be read as an SBOM: .*not a bill of materials/],
    ['half a document', documentOf(OPENSSL).slice(0, 120), /cannot be read as an SBOM/],
    [
      'an SPDX document of lists that are none',
      '{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":{}}',
      /cannot be read as an SBOM/,
    ],
    ['a text', 'hello', /no known form.*, which is not an SBOM/],
    ['nothing', '', /an empty file, which is not an SBOM/],
  ])('%s is refused', async (_, body, message) => {
    const reference = write('x.json', body);
    const refusal = judged({ reference, kind: 'sbom' });
    await expect(refusal).rejects.toMatchObject({ code: 'DAMAGED' });
    await expect(refusal).rejects.toThrow(message);
  });

  it.each([
    ['a folder', '.', 'DAMAGED'],
    ['no file', 'nowhere.json', 'NOT_FOUND'],
  ])('%s is refused', async (_, name, code) => {
    const reference = path.join(folder, name);
    await expect(judged({ reference, kind: 'sbom' })).rejects.toMatchObject({ code });
  });
});
