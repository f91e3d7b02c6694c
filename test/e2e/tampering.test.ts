/**
 * The tampering matrix: scripts that know nothing of Assay make small roots and edit them. Each edit is found with its
 * kind and its place, or stands here as what nobody can find without a reference. The untouched twin stays clean.
 */

import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ArtifactResult, Report } from '../../src/model/report.ts';
import { quietContext, scan } from '../../src/scan/index.ts';
import { missingTool } from '../support/tools.ts';

const SCRIPTS = fileURLToPath(new URL('../tampering/', import.meta.url));

/** All systems of the matrix were maintained then. */
const AS_OF = '2025-09-01';

interface Row {
  /** Script that edits the root. */
  readonly edit: string;
  /** `kind package path` of each severe contradiction; empty for what cannot be found, or is no tampering. */
  readonly severe: readonly string[];
  /** Version that advisories are matched for besides the claimed one. */
  readonly evidenced?: string;
}

const MATRIX: Readonly<Record<string, readonly Row[]>> = {
  dpkg: [
    { edit: 'dpkg-program', severe: ['content tar /usr/bin/tar'] },
    // Needs the list as the distribution signed it.
    { edit: 'dpkg-program-and-list', severe: [] },
    {
      edit: 'dpkg-version',
      severe: ['version libssl3t64 /usr/share/doc/libssl3t64/changelog.Debian.gz'],
      evidenced: '3.5.9-1',
    },
    { edit: 'dpkg-stanza', severe: ['hidden - /var/lib/dpkg/info/zlib1g.md5sums'] },
    // The library stands among the files that no package explains, see below.
    { edit: 'dpkg-stanza-and-info', severe: [] },
    { edit: 'dpkg-conffile', severe: [] },
    {
      edit: 'dpkg-planted-line',
      severe: ['ownership lodash /app/node_modules/lodash/package.json'],
    },
    {
      edit: 'dpkg-release',
      severe: ['content base-files /usr/lib/os-release', 'version - /usr/lib/os-release'],
    },
  ],
  apk: [
    { edit: 'apk-program', severe: ['content busybox /bin/busybox'] },
    {
      edit: 'apk-version',
      severe: ['version libcrypto3 /lib/apk/db/installed', 'version libssl3 /lib/apk/db/installed'],
      evidenced: '3.3.2-r0',
    },
  ],
  python: [
    {
      edit: 'python-module',
      severe: ['content six /usr/local/lib/python3.12/site-packages/six.py'],
    },
    {
      edit: 'python-metadata',
      severe: [
        'content six /usr/local/lib/python3.12/site-packages/six-1.17.0.dist-info/METADATA',
        'version six /usr/local/lib/python3.12/site-packages/six-1.17.0.dist-info/METADATA',
      ],
      evidenced: '1.17.0',
    },
    {
      edit: 'python-metadata-and-record',
      severe: ['version six /usr/local/lib/python3.12/site-packages/six-1.17.0.dist-info/METADATA'],
      evidenced: '1.17.0',
    },
  ],
  npm: [
    {
      edit: 'npm-version',
      severe: ['version lodash /app/node_modules/.package-lock.json'],
      evidenced: '4.17.15',
    },
    { edit: 'npm-archive', severe: ['reference lodash /app/node_modules/.package-lock.json'] },
  ],
};

const missing = missingTool('openssl');
const reason = missing === undefined ? '' : ` (skipped: needs ${missing})`;

describe.skipIf(reason !== '').each(Object.entries(MATRIX))(
  `a root of %s${reason}`,
  (packaging, matrix) => {
    let folder: string;
    let clean: string;

    beforeAll(() => {
      folder = mkdtempSync(path.join(tmpdir(), 'assay-tampering-'));
      clean = path.join(folder, 'clean');
      run(`make-${packaging}`, clean);
    });

    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it('is clean where nobody touched it', async () => {
      const { report, result } = await look(clean);
      expect(result.findings).toEqual([]);
      expect(result.diagnostics.filter(({ gap }) => gap !== undefined)).toEqual([]);
      expect(report.verdict).toMatchObject({ status: 'pass', exitCode: 0 });
      expect(result.inventory.accountability?.unexplained ?? []).toEqual([]);
    });

    it.each(matrix)('after $edit', async ({ edit, severe, evidenced }) => {
      const root = path.join(folder, edit);
      cpSync(clean, root, { recursive: true, verbatimSymlinks: true });
      run(edit, root);
      const { report, result } = await look(root);
      expect([...new Set(severeIn(result))].sort()).toEqual([...severe].sort());
      expect(report.verdict.exitCode).toBe(severe.length > 0 ? 5 : 0);
      if (evidenced !== undefined) {
        const versions = result.inventory.packages.map((pkg) => pkg.evidence.evidencedVersion);
        expect(versions).toContain(evidenced);
      }
    });
  },
);

describe.skipIf(reason !== '')(`a package that was removed with all its records${reason}`, () => {
  it('leaves a library that no package explains', async () => {
    const root = mkdtempSync(path.join(tmpdir(), 'assay-tampering-'));
    try {
      run('make-dpkg', root);
      run('dpkg-stanza-and-info', root);
      const { result } = await look(root);
      const names = result.inventory.accountability?.unexplained.map(({ location }) => location);
      expect(names).toEqual([{ path: '/usr/lib/libz.so.1.3.1', layer: 0 }]);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});

function run(script: string, root: string): void {
  execFileSync('sh', [path.join(SCRIPTS, `${script}.sh`), root]);
}

async function look(
  root: string,
): Promise<{ readonly report: Report; readonly result: ArtifactResult }> {
  const report = await scan(
    { targets: [{ reference: root, kind: 'rootfs' }], policy: { failOnTamper: true } },
    { ...quietContext(), now: () => Date.parse(AS_OF) },
  );
  const [result] = report.results;
  if (result === undefined) throw new Error('no result');
  return { report, result };
}

function severeIn({ findings, inventory }: ArtifactResult): readonly string[] {
  return findings.flatMap((finding) => {
    if (finding.kind !== 'integrity' || !finding.contradiction.isSevere) return [];
    const pkg = inventory.packages.find(({ id }) => id === finding.packageId);
    const { kind, location } = finding.contradiction;
    return [`${kind} ${pkg?.name ?? '-'} ${location.path}`];
  });
}
