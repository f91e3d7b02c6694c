/** Real Alpine roots as real images: every expected package, and findings that trivy confirms. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAdvisoryBase } from '../../src/advisories/store/open-advisory-base.ts';
import { quietContext } from '../../src/core/base/context.ts';
import { importIntoBase } from '../../src/advisories/base/index.ts';
import type { Report } from '../../src/core/model/report/report.ts';
import { scan } from '../../src/scan/pipeline/index.ts';
import { imageFromTar, type ImageForms } from '../support/images.ts';
import { missingForInterop } from '../support/interop.ts';
import { sharedPath } from '../support/shared.ts';
import { needs } from '../support/tools.ts';

const SAMPLES = sharedPath('samples/alpine');
const FEED = sharedPath('feeds/alpine-secdb');
const missing =
  SAMPLES === undefined || FEED === undefined
    ? '../shared'
    : missingForInterop('umoci', 'skopeo', 'tar', 'gzip');

/** The releases of the samples, each with a day on which it was still maintained. */
const RELEASES = [
  ['3.9.6', '2020-06-08'],
  ['3.12.12', '2022-04-01'],
  ['3.16.9', '2024-05-01'],
  ['3.19.4', '2025-06-01'],
  ['3.20.3', '2025-06-01'],
] as const;

interface ExpectedPackage {
  readonly name: string;
  readonly version: string;
  readonly arch: string;
  readonly origin: string;
}

describe.skipIf(missing !== undefined)(`Alpine images${needs(missing)}`, () => {
  let folder: string;
  const images = new Map<string, ImageForms>();

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'assay-alpine-'));
    await importIntoBase(
      { folder: path.join(folder, 'advisories'), paths: [FEED ?? ''] },
      quietContext(),
    );
    for (const [version] of RELEASES)
      images.set(version, imageFromTar(folder, version, tarball(version)));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(RELEASES)('%s: exactly the expected packages, in both forms', async (version) => {
    const { ociFolder, dockerArchive } = images.get(version) ?? never();
    for (const reference of [dockerArchive, ociFolder]) {
      const report = await scan({ targets: [{ reference, kind: 'image' }] });
      const found = report.results.flatMap(({ inventory }) =>
        inventory.packages.map(({ name, version: installed, source, qualifiers }) => ({
          name,
          version: installed,
          arch: qualifiers.get('arch'),
          origin: source?.name ?? name,
        })),
      );
      const expected = expectedPackages(version).map(
        ({ name, version: installed, arch, origin }) => ({
          name,
          version: installed,
          arch,
          origin,
        }),
      );
      expect(sorted(found)).toEqual(sorted(expected));
      expect(report.results[0]?.inventory.distro).toMatchObject({
        id: 'alpine',
        versionId: version,
      });
    }
  });

  it('3.9.6 untouched has every fix that its feed knows', async () => {
    const report = await judged(images.get('3.9.6')?.dockerArchive ?? '', '2020-06-08');
    expect(rows(report)).toEqual([]);
    expect(report.verdict.status).toBe('pass');
  });

  it('3.9.6 with an older openssl and musl in its database has ten findings', async () => {
    const aged = imageFromTar(folder, 'aged', agedRoot(folder));
    for (const reference of [aged.dockerArchive, aged.ociFolder]) {
      const report = await judged(reference, '2020-06-08');
      expect(rows(report)).toEqual([
        'CVE-2019-14697 musl',
        'CVE-2019-14697 musl-utils',
        'CVE-2019-1543 libcrypto1.1',
        'CVE-2019-1543 libssl1.1',
        'CVE-2019-1547 libcrypto1.1',
        'CVE-2019-1547 libssl1.1',
        'CVE-2019-1549 libcrypto1.1',
        'CVE-2019-1549 libssl1.1',
        'CVE-2019-1563 libcrypto1.1',
        'CVE-2019-1563 libssl1.1',
      ]);
      expect(report.verdict).toMatchObject({ status: 'fail', exitCode: 1 });
    }
  });

  it('3.9.6 after its end of life is incomplete', async () => {
    const report = await judged(images.get('3.9.6')?.dockerArchive ?? '', '2026-01-01', 'fail-on');
    expect(report.verdict).toMatchObject({ status: 'incomplete', exitCode: 6 });
    const gaps = report.results.flatMap(({ diagnostics }) => diagnostics.map(({ gap }) => gap));
    expect(gaps).toContain('endOfLife');
  });

  it('3.20.3 has no advisory data loaded, and that is an error and no zero', async () => {
    const reference = images.get('3.20.3')?.dockerArchive ?? '';
    await expect(judged(reference, '2025-06-01')).rejects.toMatchObject({
      code: 'ADVISORY_DATA_MISSING',
      message: expect.stringContaining('Alpine 3.20') as string,
    });
  });

  async function judged(
    reference: string,
    day: string,
    gate: 'exit-code' | 'fail-on' = 'exit-code',
  ): Promise<Report> {
    return scan(
      {
        targets: [{ reference, kind: 'image' }],
        advisories: openAdvisoryBase(path.join(folder, 'advisories')),
        policy:
          gate === 'exit-code'
            ? { exitCode: 1 }
            : { failOn: [{ text: 'critical', atLeast: 'critical' }] },
      },
      quietContext({ now: () => Date.parse(day) }),
    );
  }
});

function tarball(version: string): string {
  return path.join(SAMPLES ?? '', `alpine-minirootfs-${version}-x86_64.tar.gz`);
}

function expectedPackages(version: string): readonly ExpectedPackage[] {
  const name = readdirSync(SAMPLES ?? '').find(
    (file) => file.includes(`-${version}-`) && file.endsWith('expected.json'),
  );
  return JSON.parse(
    readFileSync(path.join(SAMPLES ?? '', name ?? ''), 'utf8'),
  ) as ExpectedPackage[];
}

/** The tree of 3.9.6 whose database claims openssl 1.1.1a-r0 and musl 1.1.20-r2. */
function agedRoot(folder: string): string {
  const root = path.join(folder, 'aged-root');
  mkdirSync(root);
  execFileSync('tar', ['-xzf', tarball('3.9.6'), '-C', root, '--exclude=./dev/*']);
  const database = path.join(root, 'lib/apk/db/installed');
  const aged = readFileSync(database, 'utf8')
    .replace(/^V:1\.1\.1[a-z]+-r\d+$/gm, 'V:1.1.1a-r0')
    .replace(/^V:1\.1\.20-r\d+$/gm, 'V:1.1.20-r2');
  writeFileSync(database, aged);
  const tar = path.join(folder, 'aged-root.tar');
  execFileSync('tar', ['-cf', tar, '-C', root, '.']);
  return tar;
}

/** `id package` of each finding, sorted. */
function rows(report: Report): readonly string[] {
  return report.results
    .flatMap(({ findings }) =>
      findings.flatMap((finding) =>
        finding.kind === 'vulnerability'
          ? [`${finding.advisoryId} ${nameOf(report, finding.packageId)}`]
          : [],
      ),
    )
    .sort();
}

function nameOf(report: Report, packageId: string): string {
  for (const { inventory } of report.results) {
    const found = inventory.packages.find(({ id }) => id === packageId);
    if (found !== undefined) return found.name;
  }
  return never();
}

function sorted<T>(items: readonly T[]): readonly T[] {
  return [...items].sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}

function never(): never {
  throw new Error('the test asked for something that it did not make');
}
