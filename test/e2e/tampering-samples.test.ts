/** Tampered samples and their untouched twins: each has the verdict that is written down for it. */

import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAdvisoryBase } from '../../src/advisories/store/open-advisory-base.ts';
import { importIntoBase } from '../../src/advisories/base/index.ts';
import type { ArtifactResult, Report } from '../../src/core/model/report/report.ts';
import { quietContext, scan, type ScanRequest } from '../../src/scan/pipeline/index.ts';
import { sharedPath } from '../support/shared.ts';
import { missingTool, needs } from '../support/tools.ts';

const SAMPLES = sharedPath('samples') ?? '';
const MAVEN = sharedPath('feeds/osv/Maven') ?? '';
const CHANGELOG = '/usr/share/doc/zlib1g/changelog.Debian.gz';
const ZLIB = '/usr/lib/x86_64-linux-gnu/libz.so.1.3.1';
const METADATA = 'lib/python3.11/site-packages/assay_sample_dist-1.4.2.dist-info/METADATA';
const PROPERTIES = 'META-INF/maven/commons-fileupload/commons-fileupload/pom.properties';
const FILEUPLOAD_POM = 'META-INF/maven/commons-fileupload/commons-fileupload/pom.xml';
const TEXT_POM = 'META-INF/maven/org.apache.commons/commons-text/pom.xml';

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'assay-samples-'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const missing = SAMPLES === '' ? '../shared' : missingTool('tar');
describe.skipIf(missing !== undefined)(`samples of dpkg${needs(missing)}`, () => {
  it.each<readonly [string, readonly string[], readonly string[]]>([
    ['deb13-clean', [], []],
    ['deb13-slim', [], []],
    ['deb12-slim', [], []],
    ['deb13-conffile-edited', [], []],
    ['deb13-tampered-file', ['content tar /usr/bin/tar'], []],
    // Needs the list as the distribution signed it.
    ['deb13-tampered-file-and-md5sums', [], []],
    ['deb13-tampered-version', [`version zlib1g ${ZLIB}`, `version zlib1g ${CHANGELOG}`], []],
    ['deb13-hidden-stanza', ['hidden - /var/lib/dpkg/info/zlib1g:amd64.md5sums'], [ZLIB]],
    ['deb13-hidden-all', [], [ZLIB]],
    ['deb13-planted-ownership', ['ownership lodash /app/node_modules/lodash/package.json'], []],
  ])('%s', async (name, severe, unexplained) => {
    execFileSync('tar', ['xzf', path.join(SAMPLES, `dpkg/mini-rootfs/${name}.tar.gz`), '-C', root]);
    const { report, result } = await look();
    expect(severeIn(result)).toEqual(severe);
    expect(report.verdict.exitCode).toBe(severe.length > 0 ? 5 : 0);
    const stray = result.inventory.accountability?.unexplained ?? [];
    expect(stray.map(({ location }) => location.path)).toEqual(unexplained);
  });
});

describe.skipIf(SAMPLES === '')('samples of Python (needs ../shared)', () => {
  it.each<readonly [string, readonly string[]]>([
    ['pip-clean', []],
    [
      'pip-tampered-content',
      ['content assay-sample-dist /lib/python3.11/site-packages/assay_sample/__init__.py'],
    ],
    [
      'pip-tampered-metadata',
      [`content assay-sample-dist /${METADATA}`, `version assay-sample-dist /${METADATA}`],
    ],
    ['pip-tampered-consistent', [`version assay-sample-dist /${METADATA}`]],
    ['debian-dist-packages', []],
  ])('%s', async (name, severe) => {
    cpSync(path.join(SAMPLES, 'python', name), root, { recursive: true });
    const { result } = await look();
    expect(severeIn(result)).toEqual(severe);
  });
});

describe.skipIf(SAMPLES === '')('samples of Java (needs ../shared)', () => {
  const FILEUPLOAD = 'commons-fileupload:commons-fileupload';

  it.each<readonly [string, readonly string[]]>([
    ['commons-text-1.9.jar', []],
    ['springboot-style-fat.jar', []],
    ['sample.war', []],
    ['signed-commons-fileupload.jar', []],
    [
      'signed-tampered.jar',
      [
        `content ${FILEUPLOAD} /a.jar!/${PROPERTIES}`,
        `version ${FILEUPLOAD} /a.jar!/${FILEUPLOAD_POM}`,
      ],
    ],
    [
      'tampered-commons-text-pomprops-only.jar',
      [`version org.apache.commons:commons-text /a.jar!/${TEXT_POM}`],
    ],
    // Needs the set of classes of each release.
    ['tampered-commons-text-all-metadata.jar', []],
  ])('%s', async (name, severe) => {
    copyFileSync(path.join(SAMPLES, 'java', name), path.join(root, 'a.jar'));
    const { result } = await look();
    expect(severeIn(result)).toEqual(severe);
  });

  it.skipIf(MAVEN === '')(
    'an edited pom.properties hides no finding (needs ../shared)',
    async () => {
      copyFileSync(
        path.join(SAMPLES, 'java/tampered-commons-text-pomprops-only.jar'),
        path.join(root, 'a.jar'),
      );
      const folder = mkdtempSync(path.join(tmpdir(), 'assay-maven-'));
      try {
        await importIntoBase({ folder, paths: [MAVEN] }, quietContext());
        const { report, result } = await look({ advisories: openAdvisoryBase(folder) });
        expect(report.verdict.exitCode).toBe(5);
        const [pkg] = result.inventory.packages;
        expect(pkg).toMatchObject({ version: '1.10.0', evidence: { evidencedVersion: '1.9' } });
        const found = result.findings.filter(({ kind }) => kind === 'vulnerability');
        expect(found).toMatchObject([
          { packageId: pkg?.id, matchedVersion: '1.9', fixedVersions: ['1.10.0'] },
        ]);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    60_000,
  );
});

describe.skipIf(SAMPLES === '')('samples of rpm and Go (needs ../shared)', () => {
  it.each([
    ['sqlite-own', 0],
    ['sqlite-tampered', 2],
  ])('%s: %i packages with a wrong header', async (name, count) => {
    mkdirSync(path.join(root, 'var/lib/rpm'), { recursive: true });
    const database = path.join(SAMPLES, 'rpm', name, 'rpmdb.sqlite');
    copyFileSync(database, path.join(root, 'var/lib/rpm/rpmdb.sqlite'));
    const { result } = await look();
    const wrong = result.inventory.packages.filter(({ evidence }) =>
      evidence.contradictions.some(({ kind }) => kind === 'header'),
    );
    expect(wrong).toHaveLength(count);
    expect(new Set(severeIn(result)).size).toBe(count);
  });

  it('a Go program against the go.sum that it was built with, and against the public one', async () => {
    const go = path.join(SAMPLES, 'binaries/go');
    writeFileSync(
      path.join(root, 'tiny'),
      gunzipSync(readFileSync(path.join(go, 'tiny-plain.gz'))),
      {
        mode: 0o755,
      },
    );
    copyFileSync(path.join(go, 'go.mod'), path.join(root, 'go.mod'));
    const sums = readFileSync(path.join(go, 'go.sum'), 'utf8');
    writeFileSync(path.join(root, 'go.sum'), sums);
    expect(severeIn((await look({}, 'directory')).result)).toEqual([]);
    const { publicSum } = JSON.parse(readFileSync(path.join(go, 'expected.json'), 'utf8')) as {
      readonly publicSum: Readonly<Record<string, string>>;
    };
    const [sum = ''] = Object.values(publicSum);
    writeFileSync(
      path.join(root, 'go.sum'),
      sums.replace(/^(gopkg\.in\/yaml\.v3 v3\.0\.1) h1:.*$/m, `$1 ${sum}`),
    );
    expect(severeIn((await look({}, 'directory')).result)).toEqual([
      'reference gopkg.in/yaml.v3 /tiny',
    ]);
  });
});

async function look(
  more: Partial<ScanRequest> = {},
  kind: 'rootfs' | 'directory' = 'rootfs',
): Promise<{ readonly report: Report; readonly result: ArtifactResult }> {
  const report = await scan(
    { targets: [{ reference: root, kind }], policy: { failOnTamper: true }, ...more },
    quietContext(),
  );
  const [result] = report.results;
  if (result === undefined) throw new Error('no result');
  return { report, result };
}

function severeIn({ findings, inventory }: ArtifactResult): readonly string[] {
  const lines = findings.flatMap((finding) => {
    if (finding.kind !== 'integrity' || !finding.contradiction.isSevere) return [];
    const pkg = inventory.packages.find(({ id }) => id === finding.packageId);
    const { kind, location } = finding.contradiction;
    return [`${kind} ${pkg?.name ?? '-'} ${location.path}`];
  });
  return [...new Set(lines)].sort();
}
