/**
 * The same edits in a layer of their own, as somebody makes them who can push to a registry: what
 * no single root tells, the layers below do. Images of the untouched root, in one layer or with
 * each file once more, stay clean.
 */

import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ArtifactResult, Report } from '../../src/core/model/report/report.ts';
import { quietContext, scan } from '../../src/scan/pipeline/index.ts';
import { layerOf } from '../support/layer-of.ts';
import { makeImage, ociFiles, writeFiles } from '../support/stored-images.ts';
import { missingTool, needs } from '../support/tools.ts';

const SCRIPTS = fileURLToPath(new URL('../tampering/', import.meta.url));
const MAKING_MS = 120_000;
/** All systems below were maintained then. */
const AS_OF = '2025-09-01';
const SITE = '/usr/local/lib/python3.12/site-packages';

interface Row {
  readonly edit: string;
  /** `kind package path` of each severe contradiction; all are in the upper layer. */
  readonly severe: readonly string[];
  readonly evidenced?: string;
}

interface Packaging {
  /** Script that makes the root. */
  readonly make: string;
  readonly tools: readonly string[];
  /** Without documentation, whose changelogs would tell a version. */
  readonly isSlim?: true;
  readonly rows: readonly Row[];
}

const MATRIX: Readonly<Record<string, Packaging>> = {
  dpkg: {
    make: 'make-dpkg',
    tools: ['openssl'],
    rows: [
      {
        edit: 'dpkg-program-and-list',
        severe: ['content tar /var/lib/dpkg/info/tar.md5sums'],
      },
      { edit: 'dpkg-line-removed', severe: ['content tar /var/lib/dpkg/info/tar.md5sums'] },
      { edit: 'dpkg-no-list', severe: ['content tar /usr/bin/tar'] },
      { edit: 'dpkg-stanza-and-info', severe: ['hidden - /var/lib/dpkg/status'] },
      { edit: 'dpkg-database', severe: ['hidden - /var/lib/dpkg/status'] },
    ],
  },
  'dpkg without documentation': {
    make: 'make-dpkg',
    tools: ['openssl'],
    isSlim: true,
    rows: [
      {
        edit: 'dpkg-version-and-files',
        severe: ['version tar /var/lib/dpkg/status'],
        evidenced: '1.35-1',
      },
      { edit: 'dpkg-source', severe: ['version zlib1g /var/lib/dpkg/status'] },
      {
        edit: 'dpkg-renamed',
        severe: [
          'content harmless /var/lib/dpkg/info/harmless.md5sums',
          'hidden - /var/lib/dpkg/status',
        ],
      },
    ],
  },
  apk: {
    make: 'make-apk',
    tools: ['openssl'],
    rows: [
      { edit: 'apk-origin', severe: ['version busybox /lib/apk/db/installed'] },
      { edit: 'apk-renamed', severe: ['hidden - /lib/apk/db/installed'] },
      { edit: 'apk-adopted', severe: ['content libcrypto3 /lib/apk/db/installed'] },
      {
        edit: 'apk-version-and-files',
        severe: ['version busybox /lib/apk/db/installed'],
        evidenced: '1.36.1-r29',
      },
    ],
  },
  rpm: {
    make: 'make-rpm',
    tools: ['rpm', 'rpmbuild', 'python3'],
    rows: [
      {
        edit: 'rpm-moved',
        severe: ['version alpha /usr/lib/sysimage/rpm/rpmdb.sqlite'],
        evidenced: '7.7.7-4.el9',
      },
    ],
  },
  python: {
    make: 'make-python',
    tools: ['openssl'],
    rows: [
      {
        edit: 'python-version-and-folder',
        severe: [`hidden - ${SITE}/six-1.17.0.dist-info/METADATA`],
      },
      { edit: 'python-no-record', severe: [`content six ${SITE}/six.py`] },
    ],
  },
};

describe.each(Object.entries(MATRIX))('layers of %s', (_name, { make, tools, isSlim, rows }) => {
  const missing = missingTool('mkdir', 'sed', ...tools);
  describe.skipIf(missing !== undefined)(`here${needs(missing)}`, () => {
    let folder: string;
    let clean: string;

    beforeAll(() => {
      folder = mkdtempSync(path.join(tmpdir(), 'assay-layers-'));
      clean = path.join(folder, 'clean');
      run(make, clean);
      if (isSlim === true) rmSync(path.join(clean, 'usr/share/doc'), { recursive: true });
    }, MAKING_MS);

    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it('are clean where each of them is', async () => {
      const once = await look(path.join(folder, 'once'), [layerOf(clean)]);
      expect(severeIn(once.result)).toEqual([]);
      const twice = await look(path.join(folder, 'twice'), [layerOf(clean), layerOf(clean)]);
      expect(severeIn(twice.result)).toEqual([]);
      expect(twice.report.verdict.exitCode).toBe(0);
    });

    it.each(rows)(
      'after $edit',
      async ({ edit, severe, evidenced }) => {
        const root = path.join(folder, edit);
        cpSync(clean, root, {
          recursive: true,
          verbatimSymlinks: true,
          preserveTimestamps: true,
        });
        run(edit, root);
        const layers = [layerOf(clean), layerOf(root, clean)];
        const { report, result } = await look(path.join(folder, `${edit}.oci`), layers);
        expect(severeIn(result)).toEqual([...severe].sort());
        expect(report.verdict.exitCode).toBe(5);
        if (evidenced !== undefined) {
          const versions = result.inventory.packages.map((pkg) => pkg.evidence.evidencedVersion);
          expect(versions).toContain(evidenced);
        }
      },
      MAKING_MS,
    );
  });
});

function run(script: string, root: string): void {
  execFileSync('sh', [path.join(SCRIPTS, `${script}.sh`), root], { stdio: 'pipe' });
}

async function look(
  layout: string,
  layers: Parameters<typeof makeImage>[0],
): Promise<{ readonly report: Report; readonly result: ArtifactResult }> {
  writeFiles(layout, ociFiles([{ image: makeImage(layers, { forms: ['plain'] }) }]));
  const report = await scan(
    {
      targets: [{ reference: layout, kind: 'image' }],
      policy: { failOnTamper: true },
    },
    { ...quietContext(), now: () => Date.parse(AS_OF) },
  );
  const [result] = report.results;
  if (result === undefined) throw new Error('no result');
  return { report, result };
}

/** `kind package path` of what was found, each once. */
function severeIn({ findings, inventory }: ArtifactResult): readonly string[] {
  const lines = findings.flatMap((finding) => {
    if (finding.kind !== 'integrity' || !finding.contradiction.isSevere) return [];
    const pkg = inventory.packages.find(({ id }) => id === finding.packageId);
    const { kind, location } = finding.contradiction;
    expect(location.layer).toBe(1);
    return [`${kind} ${pkg?.name ?? '-'} ${location.path}`];
  });
  return [...new Set(lines)].sort();
}
