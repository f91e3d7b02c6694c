/**
 * The tampering matrix: scripts that know nothing of Assay make small roots and edit them. Each
 * edit is found with its kind and its place, or stands here as what nobody can find without a
 * reference. The untouched twin stays clean.
 */

import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EvidenceLevel } from '../../src/core/model/package/package.ts';
import type { ArtifactResult, Report } from '../../src/core/model/report/report.ts';
import { quietContext, scan } from '../../src/scan/pipeline/index.ts';
import { missingTool, needs } from '../support/tools.ts';

const SCRIPTS = fileURLToPath(new URL('../tampering/', import.meta.url));

/** Compilers and JDKs take their time on a busy machine. */
const MAKING_MS = 120_000;

/** All systems of the matrix were maintained then. */
const AS_OF = '2025-09-01';

interface Row {
  /** Script that edits the root. */
  readonly edit: string;
  /**
   * `kind package path` of each severe contradiction; empty for what cannot be found, or is no
   * tampering.
   */
  readonly severe: readonly string[];
  /** The same of what is shown and is no tampering. */
  readonly slight?: readonly string[];
  /** Programs that no package explains. */
  readonly unexplained?: readonly string[];
  /** Of the package that comes first. */
  readonly level?: EvidenceLevel;
  /** Version that advisories are matched for besides the claimed one. */
  readonly evidenced?: string;
}

/** How a root is made and looked at. */
interface Packaging {
  readonly tools: readonly string[];
  /** Absent: `rootfs`. */
  readonly kind?: 'directory';
  /** Of the packages of the untouched root, in the order of the alphabet. */
  readonly levels: readonly EvidenceLevel[];
  readonly rows: readonly Row[];
}

const MATRIX: Readonly<Record<string, Packaging>> = {
  dpkg: {
    tools: ['openssl'],
    levels: ['claimed', 'verified'],
    rows: [
      { edit: 'dpkg-program', severe: ['content tar /usr/bin/tar'] },
      // Needs the list as the distribution signed it.
      { edit: 'dpkg-program-and-list', severe: [] },
      {
        edit: 'dpkg-version',
        severe: ['version libssl3t64 /usr/share/doc/libssl3t64/changelog.Debian.gz'],
        evidenced: '3.5.9-1',
      },
      {
        edit: 'dpkg-stanza',
        severe: ['hidden - /var/lib/dpkg/info/zlib1g.md5sums'],
        unexplained: ['/usr/lib/libz.so.1.3.1'],
      },
      {
        edit: 'dpkg-stanza-and-info',
        severe: [],
        unexplained: ['/usr/lib/libz.so.1.3.1'],
      },
      { edit: 'dpkg-conffile', severe: [], slight: [] },
      {
        edit: 'dpkg-planted-line',
        severe: ['ownership lodash /app/node_modules/lodash/package.json'],
        slight: ['content tar /app/node_modules/lodash/package.json'],
      },
      {
        edit: 'dpkg-release',
        severe: ['content base-files /usr/lib/os-release', 'version - /usr/lib/os-release'],
      },
      // What follows is meant to blind.
      { edit: 'dpkg-link-elsewhere', severe: ['content libssl3t64 /usr/lib/libssl.so.3'] },
      { edit: 'dpkg-folder-elsewhere', severe: ['content libssl3t64 /srv/lib/libssl.so.3'] },
      { edit: 'dpkg-hard-link', severe: ['content tar /usr/bin/tar'] },
      { edit: 'dpkg-diversion', severe: [], unexplained: ['/usr/bin/tar'] },
      { edit: 'dpkg-configured-program', severe: ['content tar /usr/bin/tar'] },
      { edit: 'dpkg-excused-by-python', severe: ['content tar /usr/bin/tar'] },
      { edit: 'dpkg-named-by-python', severe: [], unexplained: ['/usr/bin/evil'] },
      { edit: 'dpkg-program-called-text', severe: [], unexplained: ['/usr/bin/evil.txt'] },
      { edit: 'dpkg-release-elsewhere', severe: ['version - /etc/os-release'] },
      { edit: 'dpkg-release-beside', severe: ['version - /etc/os-release'] },
      {
        edit: 'dpkg-source',
        severe: ['version zlib1g /usr/share/doc/zlib1g/changelog.Debian.gz'],
      },
      { edit: 'dpkg-renamed', severe: ['content harmless /var/lib/dpkg/info/harmless.md5sums'] },
      { edit: 'dpkg-second-line', severe: ['content tar /usr/bin/tar'] },
      { edit: 'dpkg-planted-package', severe: ['content tar /usr/bin/tar'] },
      { edit: 'dpkg-no-list', severe: [], unexplained: ['/usr/bin/tar'] },
      { edit: 'dpkg-line-removed', severe: [], unexplained: ['/usr/bin/tar'] },
    ],
  },
  apk: {
    tools: ['openssl'],
    levels: ['verified'],
    rows: [
      { edit: 'apk-program', severe: ['content busybox /bin/busybox'] },
      {
        edit: 'apk-version',
        severe: [
          'version libcrypto3 /lib/apk/db/installed',
          'version libssl3 /lib/apk/db/installed',
        ],
        evidenced: '3.3.2-r0',
      },
      // Administrators give /bin/sh to other shells; where it leads to is accounted for.
      { edit: 'apk-link', severe: [], unexplained: ['/bin/evil'] },
      { edit: 'apk-named', severe: [], unexplained: ['/bin/evil'] },
      { edit: 'apk-no-digest', severe: [], unexplained: ['/lib/libssl.so.3'] },
      { edit: 'apk-release-elsewhere', severe: ['version - /etc/os-release'] },
      { edit: 'apk-release-newer', severe: ['version - /etc/os-release'] },
      // Need the signed index of the repository; layers below tell as well.
      { edit: 'apk-origin', severe: [] },
      { edit: 'apk-renamed', severe: [] },
      { edit: 'apk-adopted', severe: [] },
    ],
  },
  rpm: {
    tools: ['rpm', 'rpmbuild'],
    levels: ['verified'],
    rows: [
      { edit: 'rpm-version', severe: ['header alpha /var/lib/rpm/rpmdb.sqlite'] },
      { edit: 'rpm-program', severe: ['content alpha /usr/bin/alpha'] },
      { edit: 'rpm-link', severe: [], slight: ['missing alpha /usr/bin/alpha-link'] },
      { edit: 'rpm-config', severe: [], slight: [] },
    ],
  },
  python: {
    tools: ['openssl'],
    levels: ['verified'],
    rows: [
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
        severe: [
          'version six /usr/local/lib/python3.12/site-packages/six-1.17.0.dist-info/METADATA',
        ],
        evidenced: '1.17.0',
      },
      {
        edit: 'python-name',
        severe: [
          'version harmless /usr/local/lib/python3.12/site-packages/six-1.17.0.dist-info/METADATA',
        ],
      },
      {
        edit: 'python-second-line',
        severe: ['content six /usr/local/lib/python3.12/site-packages/six.py'],
      },
      // Need the wheel; layers below tell as well.
      { edit: 'python-module-and-record', severe: [] },
      { edit: 'python-version-and-folder', severe: [] },
      { edit: 'python-no-record', severe: [], level: 'consistent' },
      // Not a difference, but the package is not verified any more.
      { edit: 'python-no-digest', severe: [], level: 'consistent' },
    ],
  },
  npm: {
    tools: [],
    levels: ['claimed', 'consistent'],
    rows: [
      {
        edit: 'npm-version',
        severe: ['version lodash /app/node_modules/.package-lock.json'],
        evidenced: '4.17.15',
      },
      { edit: 'npm-archive', severe: ['reference lodash /app/node_modules/.package-lock.json'] },
      // The project's lockfile has the same archive under another version or name.
      {
        edit: 'npm-hidden-lockfile',
        severe: ['version lodash /app/node_modules/.package-lock.json'],
        evidenced: '4.17.15',
      },
      { edit: 'npm-renamed', severe: ['version harmless /app/node_modules/.package-lock.json'] },
      { edit: 'npm-name', severe: ['version harmless /app/node_modules/.package-lock.json'] },
      // The package is listed by its directory, in its version: nothing is hidden.
      { edit: 'npm-nameless', severe: [] },
      {
        edit: 'npm-no-version',
        severe: ['version lodash /app/node_modules/.package-lock.json'],
        evidenced: '4.17.15',
      },
      // Needs the tarball: only the project's lockfile has the old version, and lockfiles are
      // changed without installing.
      { edit: 'npm-no-hidden-lockfile', severe: [] },
    ],
  },
  gem: {
    tools: ['gem'],
    levels: ['verified'],
    rows: [
      {
        edit: 'gem-code',
        severe: ['content alpha /usr/local/bundle/gems/alpha-1.2.3/lib/alpha.rb'],
      },
      {
        edit: 'gem-version',
        severe: [
          'version alpha /usr/local/bundle/cache/alpha-1.2.3.gem',
          'version alpha /usr/local/bundle/specifications/alpha-1.2.3.gemspec',
        ],
        evidenced: '1.2.3',
      },
      {
        edit: 'gem-name',
        severe: ['version harmless /usr/local/bundle/specifications/alpha-1.2.3.gemspec'],
      },
      // Needs the gem: the one that RubyGems kept speaks of another version, which may have been
      // removed.
      { edit: 'gem-version-and-names', severe: [] },
    ],
  },
  conda: {
    tools: ['sha256sum'],
    levels: ['verified'],
    rows: [
      { edit: 'conda-program', severe: ['content alpha /opt/conda/bin/alpha'] },
      {
        edit: 'conda-version',
        severe: ['version alpha /opt/conda/conda-meta/alpha-1.2.3-h1234_0.json'],
        evidenced: '1.2.3',
      },
      {
        edit: 'conda-name',
        severe: ['version harmless /opt/conda/conda-meta/alpha-1.2.3-h1234_0.json'],
      },
      { edit: 'conda-in-prefix', severe: ['content alpha /opt/conda/bin/alpha'] },
      // Needs the channel's index.
      { edit: 'conda-version-and-names', severe: [] },
    ],
  },
  jar: {
    tools: ['jar', 'keytool', 'jarsigner'],
    levels: ['consistent', 'verified'],
    rows: [
      {
        edit: 'jar-properties',
        severe: [
          'version org.example:alpha /app/lib/alpha.jar!/META-INF/maven/org.example/alpha/pom.xml',
        ],
        evidenced: '1.9',
      },
      {
        edit: 'jar-upper-case',
        severe: [
          'version org.example:alpha /app/lib/alpha.JAR!/META-INF/maven/org.example/alpha/pom.xml',
        ],
        evidenced: '1.9',
      },
      // Needs the set of classes of each release.
      { edit: 'jar-properties-and-pom', severe: [] },
      {
        edit: 'jar-signed',
        severe: ['pom.properties', 'pom.xml'].map(
          (name) =>
            `content org.example:signed /app/lib/signed.jar!/META-INF/maven/org.example/signed/${name}`,
        ),
      },
    ],
  },
  go: {
    tools: ['go', 'python3'],
    kind: 'directory',
    levels: ['claimed', 'consistent'],
    rows: [
      { edit: 'go-module', severe: ['reference example.org/alpha /app/program'] },
      // The project's sums have the sum under another version.
      {
        edit: 'go-build-info',
        severe: ['version example.org/alpha /app/program'],
        evidenced: 'v1.2.3',
      },
    ],
  },
};

describe.each(Object.entries(MATRIX))(
  'a root of %s',
  (packaging, { tools, kind, levels, rows }) => {
    const missing = missingTool('mkdir', 'sed', ...tools);
    describe.skipIf(missing !== undefined)(`here${needs(missing)}`, () => {
      let folder: string;
      let clean: string;

      beforeAll(() => {
        folder = mkdtempSync(path.join(tmpdir(), 'assay-tampering-'));
        clean = path.join(folder, 'clean');
        run(`make-${packaging}`, clean);
      }, MAKING_MS);

      afterAll(() => rmSync(folder, { recursive: true, force: true }));

      it('is clean where nobody touched it', async () => {
        const { report, result } = await look(clean, kind);
        expect(result.findings).toEqual([]);
        expect(result.diagnostics.filter(({ gap }) => gap !== undefined)).toEqual([]);
        expect(report.verdict).toMatchObject({ status: 'pass', exitCode: 0 });
        expect(result.inventory.accountability?.unexplained ?? []).toEqual([]);
        const found = new Set(result.inventory.packages.map(({ evidence }) => evidence.level));
        expect([...found].sort()).toEqual(levels);
      });

      it.each(rows)(
        'after $edit',
        async ({ edit, severe, slight, unexplained = [], level, evidenced }) => {
          const root = path.join(folder, edit);
          cpSync(clean, root, { recursive: true, verbatimSymlinks: true });
          run(edit, root);
          const { report, result } = await look(root, kind);
          expect(contradictionsIn(result, true)).toEqual([...severe].sort());
          const stray = result.inventory.accountability?.unexplained ?? [];
          expect(stray.map(({ location }) => location.path)).toEqual(unexplained);
          if (slight !== undefined) expect(contradictionsIn(result, false)).toEqual(slight);
          expect(report.verdict.exitCode).toBe(severe.length > 0 ? 5 : 0);
          const [first] = result.inventory.packages;
          if (level !== undefined) expect(first?.evidence.level).toBe(level);
          if (evidenced !== undefined) {
            const versions = result.inventory.packages.map((pkg) => pkg.evidence.evidencedVersion);
            expect(versions).toContain(evidenced);
          }
        },
        MAKING_MS,
      );
    });
  },
);

function run(script: string, root: string): void {
  execFileSync('sh', [path.join(SCRIPTS, `${script}.sh`), root], { stdio: 'pipe' });
}

async function look(
  root: string,
  kind: 'rootfs' | 'directory' = 'rootfs',
): Promise<{ readonly report: Report; readonly result: ArtifactResult }> {
  const report = await scan(
    { targets: [{ reference: root, kind }], policy: { failOnTamper: true } },
    { ...quietContext(), now: () => Date.parse(AS_OF) },
  );
  const [result] = report.results;
  if (result === undefined) throw new Error('no result');
  return { report, result };
}

/** `kind package path` of what was found, each once. */
function contradictionsIn(
  { findings, inventory }: ArtifactResult,
  isSevere: boolean,
): readonly string[] {
  const lines = findings.flatMap((finding) => {
    if (finding.kind !== 'integrity' || finding.contradiction.isSevere !== isSevere) return [];
    const pkg = inventory.packages.find(({ id }) => id === finding.packageId);
    const { kind, location } = finding.contradiction;
    return [`${kind} ${pkg?.name ?? '-'} ${location.path}`];
  });
  return [...new Set(lines)].sort();
}
