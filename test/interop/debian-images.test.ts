/**
 * Real Debian roots made by mmdebstrap: every package that dpkg lists, findings of the tracker,
 * layers told apart.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAdvisoryBase } from '../../src/advisories/store/open-advisory-base.ts';
import { quietContext } from '../../src/core/base/context.ts';
import { importIntoBase } from '../../src/advisories/base/index.ts';
import type { Package } from '../../src/core/model/package/package.ts';
import type { Report } from '../../src/core/model/report/report.ts';
import { scan } from '../../src/scan/pipeline/index.ts';
import {
  addLayer,
  aptInstall,
  debianRoot,
  dockerArchive,
  imageFromTar,
} from '../support/images.ts';
import { missingForInterop } from '../support/interop.ts';
import { sharedPath } from '../support/shared.ts';
import { missingRoot, needs, run } from '../support/tools.ts';

const FEED = sharedPath('feeds/debian-tracker/tracker/data/json');
const missing =
  FEED === undefined
    ? '../shared'
    : (missingRoot() ??
      missingForInterop('mmdebstrap', 'umoci', 'skopeo', 'chroot', 'dpkg-query', 'cp', 'tar'));

const RELEASES = [
  ['12', 'bookworm'],
  ['13', 'trixie'],
] as const;

/** Inside the support of both releases. */
const DAY = '2026-11-01';

describe.skipIf(missing !== undefined)(`Debian images${needs(missing)}`, () => {
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'assay-debian-'));
    await importIntoBase(
      { folder: path.join(folder, 'advisories'), paths: [FEED ?? ''] },
      quietContext(),
    );
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  describe.each(RELEASES)('Debian %s (%s)', (release, suite) => {
    let ociFolder: string;
    let listed: readonly string[];

    beforeAll(() => {
      const tar = debianRoot(suite);
      ociFolder = imageFromTar(folder, suite, tar).ociFolder;
      listed = dpkgList(tar);
    });

    it('holds every package that dpkg lists, and no other', async () => {
      const report = await judged(path.join(folder, `${suite}.tar`));
      expect(packagesOf(report).map(nameVersionArchitecture).sort()).toEqual(listed);
      const distro = report.results[0]?.inventory.distro;
      expect(distro).toMatchObject({ id: 'debian', codename: suite });
      expect(distro?.versionId).toMatch(new RegExp(`^${release}\\.\\d+$`));
    });

    it('has findings with status, severity and source', async () => {
      const report = await judged(ociFolder);
      const findings = report.results.flatMap((result) => result.findings);
      expect(findings.length).toBeGreaterThan(0);
      for (const finding of findings) {
        if (finding.kind !== 'vulnerability') throw new Error(`unexpected ${finding.kind}`);
        expect(finding.status).not.toBe('notAffected');
        expect(finding.severityBy).not.toBe('');
        expect(report.advisories.get(finding.advisoryId)?.feed).toBe('debian-tracker');
      }
      expect(report.verdict.status).toBe('notAsked');
    });

    it('attributes the packages of an apt layer to that layer', async () => {
      const layered = path.join(folder, `${suite}-layered`);
      run('cp', ['-a', ociFolder, layered]);
      addLayer(folder, layered, (root) => aptInstall(root, ['hello', 'jq']));
      const archive = dockerArchive(folder, `${suite}-layered`, layered);
      for (const reference of [layered, archive]) {
        const report = await judged(reference);
        const upper = packagesOf(report).filter(({ introducedIn }) => introducedIn === 1);
        const names = upper.map(({ name }) => name);
        expect(names).toEqual(expect.arrayContaining(['hello', 'jq', 'libjq1']));
        const base = new Set(listed);
        expect(upper.map(nameVersionArchitecture).filter((key) => base.has(key))).toEqual([]);
        expect(packagesOf(report).length).toBe(listed.length + upper.length);
        expect(report.results[0]?.artifact.layers[1]?.createdBy).toContain('apt-get install');
      }
    });
  });

  async function judged(reference: string): Promise<Report> {
    return scan(
      {
        targets: [{ reference, kind: 'image' }],
        advisories: openAdvisoryBase(path.join(folder, 'advisories')),
      },
      quietContext({ now: () => Date.parse(DAY) }),
    );
  }

  /** What dpkg itself says is installed, read from the root's own database. */
  function dpkgList(tar: string): readonly string[] {
    const root = mkdtempSync(path.join(folder, 'dpkg-'));
    run('tar', ['-xf', tar, '-C', root, './var/lib/dpkg']);
    const format = '${Package} ${Version} ${Architecture}\\n';
    const output = run('dpkg-query', [
      '--admindir',
      path.join(root, 'var/lib/dpkg'),
      '-W',
      '-f',
      format,
    ]);
    return output.trim().split('\n').sort();
  }
});

function packagesOf(report: Report): readonly Package[] {
  return report.results.flatMap(({ inventory }) => inventory.packages);
}

function nameVersionArchitecture({ name, version, qualifiers }: Package): string {
  return `${name} ${version} ${qualifiers.get('arch') ?? ''}`;
}
