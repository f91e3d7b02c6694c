/**
 * Generated reports that hold together: findings are of packages that are there and of advisories that are there, and what
 * was set aside is one of them. Texts of other people are odd, names by which formats are compared are plain.
 */

import fc from 'fast-check';

import type { Advisory } from '../../src/model/advisory.ts';
import type { Location } from '../../src/model/artifact.ts';
import type { Finding, IntegrityFinding, VulnerabilityFinding } from '../../src/model/finding.ts';
import type { Package } from '../../src/model/package.ts';
import type { ArtifactResult, Report, Suppressed } from '../../src/model/report.ts';
import { NO_FINDINGS, SEVERITIES } from '../../src/model/severity.ts';
import { testAdvisory, testFinding, testImage, testPackage } from './reports.ts';

/** What readers of formats obey, each in its own way. */
const ODD = [
  '=cmd|1!A1',
  '@sum(1)',
  'a|b `c` <b>d</b>',
  ']]>&amp;\u0000',
  '::error::x%0Ay',
  '"a","b"\r\nc',
  '\u001b[31mred',
  '\u202Eright',
  '\ud800',
  '__proto__',
];
/** Without a feed there would be no findings. */
const COVERAGE = {
  feed: 'osv',
  recordCount: 1,
  dataAt: '2025-05-30T00:00:00Z',
  fetchedAt: '2025-05-31T00:00:00Z',
};
const text = fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom(...ODD));
const severity = fc.constantFrom(...SEVERITIES);
const NAMES = ['alpha', 'beta', 'gamma', 'delta'] as const;
const IDS = ['CVE-2024-10001', 'CVE-2024-10002', 'CVE-2023-20003', 'GHSA-aaaa-bbbb-cccc'];
const PATHS = {
  npm: ['/app/package-lock.json', '/app/node_modules/x/package.json', '/b/yarn.lock'],
  pypi: ['/lib/python3/x-1.dist-info/METADATA', '/requirements.txt'],
  go: ['/bin/tool', '/go.mod'],
  debian: ['/var/lib/dpkg/status'],
} as const;

const location = (path: string): fc.Arbitrary<Location> =>
  fc.record({ layer: fc.nat({ max: 2 }), line: fc.integer({ min: 1, max: 99 }) }).map((place) => ({
    path,
    ...place,
  }));

/** Packages of one artifact, by ecosystem and name. */
const packages: fc.Arbitrary<readonly Package[]> = fc
  .uniqueArray(
    fc.tuple(fc.constantFrom('npm', 'pypi', 'go', 'debian'), fc.constantFrom(...NAMES)),
    { maxLength: 5, selector: ([ecosystem, name]) => `${ecosystem} ${name}` },
  )
  .chain((pairs) => fc.tuple(...pairs.map(([ecosystem, name]) => packageOf(ecosystem, name))));

function packageOf(ecosystem: keyof typeof PATHS, name: string): fc.Arbitrary<Package> {
  const paths: readonly string[] = PATHS[ecosystem];
  return fc
    .record({
      version: fc.constantFrom('1.0', '2.0-1', '1:3.2-4'),
      places: fc
        .subarray([...paths], { minLength: 1 })
        .chain((some) => fc.tuple(...some.map(location))),
      presence: fc.constantFrom('installed', 'declared', 'embedded'),
      level: fc.constantFrom('claimed', 'verified', 'contradicted'),
      licenses: fc.array(text, { maxLength: 1 }),
      introducedIn: fc.nat({ max: 2 }),
    })
    .map(({ version, places, presence, level, licenses, introducedIn }) => {
      const locations = places as unknown as [Location, ...Location[]];
      const base = testPackage(name, version);
      return {
        ...base,
        ...{ id: `pkg:${ecosystem}/${name}@${version}`, ecosystem, locations, presence, licenses },
        introducedIn,
        evidence: { ...base.evidence, level },
      };
    });
}

const advisory = (id: string): fc.Arbitrary<Advisory> =>
  fc
    .record({
      summary: text,
      details: text,
      references: fc.array(text, { maxLength: 2 }),
      cwes: fc.constantFrom([], ['CWE-79'], ['CWE-79', 'odd']),
      rated: severity,
    })
    .map(({ rated, ...facts }) => ({
      ...testAdvisory(id, ''),
      ...facts,
      ratings: [{ by: 'nvd', severity: rated, vector: 'CVSS:3.1/AV:N', score: 5 }],
    }));

function vulnerability(pkg: Package, id: string): fc.Arbitrary<VulnerabilityFinding> {
  return fc
    .record({
      level: severity,
      status: fc.constantFrom('affected', 'fixed', 'willNotFix', 'unimportant'),
      fixedVersions: fc.subarray(['4.0', '5.0']),
      severityBy: fc.constantFrom('nvd', 'none', 'debian-tracker'),
    })
    .map(({ level, ...facts }) => testFinding(pkg, id, level, facts));
}

function contradiction(path: string): fc.Arbitrary<IntegrityFinding> {
  return fc.record({ level: severity, claimed: text, found: text }).map(({ level, ...texts }) => ({
    kind: 'integrity',
    id: `content ${path}`,
    severity: level,
    contradiction: { kind: 'content', ...texts, location: { path, layer: 0 }, isSevere: true },
  }));
}

const aside: fc.Arbitrary<Omit<Suppressed, 'findingId'>> = fc.record({
  by: fc.constantFrom('unfixed', 'status', 'ignore', 'override', 'vex', 'baseline'),
  reason: text,
  from: text,
  owner: text,
});

function resultOf(kind: 'image' | 'directory', index: number): fc.Arbitrary<ArtifactResult> {
  const distro = { id: 'debian', versionId: '12.5' };
  return packages.chain((list) =>
    fc
      .subarray(list.flatMap((pkg) => IDS.map((id) => [pkg, id] as const)))
      .chain((pairs) =>
        fc.record({
          found: fc.tuple(...pairs.map(([pkg, id]) => vulnerability(pkg, id))),
          contradictions: fc
            .subarray(['/bin/ls', '/bin/cat'])
            .chain((paths) => fc.tuple(...paths.map(contradiction))),
          asides: fc.array(fc.option(aside, { nil: undefined }), { maxLength: 8 }),
          message: text,
        }),
      )
      .map(({ found, contradictions, asides, message }) => {
        const findings: readonly Finding[] = [...found, ...contradictions].map((finding) => ({
          ...finding,
          id: `${index} ${finding.id}`,
        }));
        return {
          artifact: testImage({ kind, reference: `artifact-${index}` }),
          inventory: { inventoryVersion: 1, distro, packages: list },
          findings,
          suppressed: findings.flatMap(({ id }, at) => {
            const one = asides[at];
            return one === undefined ? [] : [{ findingId: id, ...one }];
          }),
          diagnostics: [{ stage: 'catalog', message, gap: 'unreadable' }],
          notShown: NO_FINDINGS,
        };
      }),
  );
}

/** Decided reports of one or two artifacts. */
export const coherentReports: fc.Arbitrary<Report> = fc
  .array(fc.constantFrom('image', 'directory'), { minLength: 1, maxLength: 2 })
  .chain((kinds) =>
    fc.record({
      results: fc.tuple(...kinds.map(resultOf)),
      advisories: fc.tuple(...IDS.map(advisory)),
      shownSeverities: fc.subarray([...SEVERITIES]),
      shownOrigin: fc.constantFrom(undefined, 'app', 'base'),
      decides: fc.array(fc.boolean(), { maxLength: 8 }),
      hasBaseline: fc.boolean(),
      command: text,
    }),
  )
  .map(({ results, advisories, shownSeverities, shownOrigin, decides, hasBaseline, command }) => {
    const asides = new Set(results.flatMap((one) => one.suppressed.map((row) => row.findingId)));
    const ids = results
      .flatMap(({ findings }) => findings.map(({ id }) => id))
      .filter((id) => !asides.has(id));
    const findingIds = ids.filter((_id, index) => decides[index] === true);
    const failed = findingIds.length > 0;
    return {
      schemaVersion: 1,
      tool: { name: 'assay', version: '0.1.0' },
      results,
      advisories: new Map(advisories.map((one) => [one.id, one])),
      coverage: [COVERAGE],
      shownSeverities,
      ...(shownOrigin !== undefined && { shownOrigin }),
      ...(hasBaseline && { baseline: baselineOf(ids) }),
      verdict: {
        status: failed ? 'fail' : 'pass',
        exitCode: failed ? 1 : 0,
        causes: failed ? [{ rule: command, findingIds, message: command, exitCode: 1 }] : [],
      },
      startedAt: '2025-06-01T00:00:00.000Z',
      durationMs: 1000,
    };
  });

function baselineOf(ids: readonly string[]): NonNullable<Report['baseline']> {
  return {
    name: 'before.json',
    reference: 'artifact-0',
    judgedAt: '2025-05-01T00:00:00.000Z',
    newIds: ids.filter((_id, index) => index % 2 === 0),
    unchangedCount: ids.filter((_id, index) => index % 2 === 1).length,
    fixed: [],
  };
}
