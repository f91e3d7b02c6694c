/**
 * Generated reports that hold together: findings are about packages and advisories of the report,
 * and what was set aside is one of them. Texts from publishers and exceptions are odd; names by
 * which formats are compared are plain.
 */

import fc from 'fast-check';

import { findingId } from '../../src/scan/match/finding-id.ts';
import type { Advisory, Severity } from '../../src/core/model/advisory/advisory.ts';
import type { Artifact, Location } from '../../src/core/model/artifact/artifact.ts';
import type { Finding, VulnerabilityFinding } from '../../src/core/model/finding/finding.ts';
import { MALICIOUS_RATING_SOURCE } from '../../src/core/model/advisory/malicious.ts';
import type { Package } from '../../src/core/model/package/package.ts';
import { purlOf } from '../../src/core/model/purl/purl.ts';
import type {
  ArtifactResult,
  Report,
  Suppressed,
  Verdict,
} from '../../src/core/model/report/report.ts';
import { NO_FINDINGS, SEVERITIES } from '../../src/core/model/severity/severity.ts';
import { aRuleFinding } from './model.ts';
import { testAdvisory, testFinding, testImage, testPackage } from './reports.ts';

/** Texts that readers of formats obey, each in its own way. */
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
const DISTRO = { id: 'debian', versionId: '12.5' };
const text = fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom(...ODD));
const severity = fc.constantFrom(...SEVERITIES);
const NAMES = ['alpha', 'beta', 'gamma', 'delta'] as const;
const MALICIOUS_ID = 'MAL-2024-4004';
const IDS = [
  ...['CVE-2024-10001', 'CVE-2024-10002', 'CVE-2023-20003', 'GHSA-aaaa-bbbb-cccc'],
  MALICIOUS_ID,
];
const PATHS = {
  npm: ['/app/package-lock.json', '/app/node_modules/x/package.json', '/b/yarn.lock'],
  pypi: ['/lib/python3/x-1.dist-info/METADATA', '/requirements.txt'],
  go: ['/bin/tool', '/go.mod'],
  debian: ['/var/lib/dpkg/status'],
} as const;

/** An image has three layers, and a directory one. */
type Kind = 'image' | 'directory';
const artifactOf = (kind: Kind, reference: string): Artifact =>
  kind === 'image' ? testImage({ reference }) : { kind, reference, layers: [{}] };
const layerOf = (kind: Kind): fc.Arbitrary<number> =>
  kind === 'image' ? fc.nat({ max: 2 }) : fc.constant(0);

/** Packages of one artifact, by ecosystem and name. */
function packages(kind: Kind): fc.Arbitrary<readonly Package[]> {
  return fc
    .uniqueArray(
      fc.tuple(fc.constantFrom('npm', 'pypi', 'go', 'debian'), fc.constantFrom(...NAMES)),
      { maxLength: 5, selector: ([ecosystem, name]) => `${ecosystem} ${name}` },
    )
    .chain((pairs) =>
      fc.tuple(...pairs.map(([ecosystem, name]) => packageOf(kind, ecosystem, name))),
    );
}

function packageOf(kind: Kind, ecosystem: keyof typeof PATHS, name: string): fc.Arbitrary<Package> {
  const paths: readonly string[] = PATHS[ecosystem];
  const location = (path: string): fc.Arbitrary<Location> =>
    fc
      .record({ layer: layerOf(kind), line: fc.integer({ min: 1, max: 99 }) })
      .map((place) => ({ path, ...place }));
  return fc
    .record({
      version: fc.constantFrom('1.0', '2.0-1', '1:3.2-4'),
      places: fc
        .subarray([...paths], { minLength: 1 })
        .chain((some) => fc.tuple(...some.map(location))),
      presence: fc.constantFrom('installed', 'declared', 'embedded'),
      level: fc.constantFrom('claimed', 'verified', 'contradicted'),
      licenses: fc.array(text, { maxLength: 1 }),
      introducedIn: layerOf(kind),
    })
    .map(({ places, level, ...facts }) => {
      const locations = places as unknown as [Location, ...Location[]];
      const { evidence, ...base } = testPackage(name, facts.version);
      const pkg = { ...base, ...facts, ecosystem, locations, evidence: { ...evidence, level } };
      return { ...pkg, id: purlOf(pkg, DISTRO) };
    });
}

/** Each is rated by NVD and by Debian; how each of them rates it is the same in all findings. */
const advisory = (id: string): fc.Arbitrary<Advisory> =>
  fc
    .record({
      summary: text,
      details: text,
      references: fc.array(text, { maxLength: 2 }),
      cwes: fc.constantFrom([], ['CWE-79'], ['CWE-79', 'odd']),
      byNvd: severity,
      byDebian: severity,
    })
    .map(({ byNvd, byDebian, ...facts }) => ({
      ...testAdvisory(id, ''),
      ...facts,
      ratings: [
        { by: 'nvd', severity: byNvd, vector: 'CVSS:3.1/AV:N', score: 5 },
        { by: 'debian-tracker', severity: byDebian },
      ],
    }));

function vulnerability(
  pkg: Package,
  { id, ratings }: Advisory,
): fc.Arbitrary<VulnerabilityFinding> {
  const ratedBy = ratings.map((rating): [Severity, string] => [rating.severity, rating.by]);
  return fc
    .record({
      rated: fc.constantFrom(...ratedBy, ['unknown', 'none'] as [Severity, string]),
      status: fc.constantFrom('affected', 'fixed', 'willNotFix', 'unimportant'),
      fixedVersions: fc.subarray(['4.0', '5.0']),
      isOwned: fc.boolean(),
    })
    .map(({ rated: [level, severityBy], isOwned, ...facts }) => {
      const owner = isOwned ? { ownedBy: 'pkg:deb/debian/owner@1.0' } : {};
      const finding = testFinding(pkg, id, level, { ...facts, ...owner, severityBy });
      return {
        ...finding,
        id: findingId(pkg.id, id),
        ...(id === MALICIOUS_ID && {
          ...{ severity: 'critical', severityBy: MALICIOUS_RATING_SOURCE },
          malicious: { by: [id] },
        }),
      };
    });
}

/** A file that is not what its package has, and a rule that is broken. */
function aboutFiles(kind: Kind, known: readonly Package[]): fc.Arbitrary<readonly Finding[]> {
  const packageIds = [undefined, ...known.map(({ id }) => id)];
  const contradiction = (path: string): fc.Arbitrary<Finding> =>
    fc
      .record({ severity, claimed: text, found: text, layer: layerOf(kind) })
      .chain(({ layer, severity: level, ...texts }) =>
        fc.constantFrom(...packageIds).map((packageId) => ({
          ...{ kind: 'integrity', id: `content ${path}`, severity: level },
          ...(packageId !== undefined && { packageId }),
          contradiction: { kind: 'content', ...texts, location: { path, layer }, isSevere: true },
        })),
      );
  const broken = (path: string): fc.Arbitrary<Finding> =>
    fc.record({ severity, message: text, layer: layerOf(kind) }).map(({ layer, ...facts }) =>
      aRuleFinding(`rule ${path}`, {
        ...{ category: 'secret', rule: 'secret/token' },
        ...facts,
        location: { path, layer, line: 3 },
      }),
    );
  return fc
    .tuple(fc.subarray(['/bin/ls', '/bin/cat']), fc.subarray(['/app/.env']))
    .chain(([changed, leaking]) => fc.tuple(...changed.map(contradiction), ...leaking.map(broken)));
}

const aside: fc.Arbitrary<Omit<Suppressed, 'findingId'>> = fc.record({
  by: fc.constantFrom('unfixed', 'status', 'ignore', 'override', 'vex', 'baseline'),
  reason: text,
  from: text,
  owner: text,
});

function resultOf(
  kind: Kind,
  index: number,
  advisories: readonly Advisory[],
): fc.Arbitrary<ArtifactResult> {
  return packages(kind).chain((list) =>
    fc
      .subarray(list.flatMap((pkg) => advisories.map((one) => [pkg, one] as const)))
      .chain((pairs) =>
        fc.record({
          found: fc.tuple(...pairs.map(([pkg, one]) => vulnerability(pkg, one))),
          others: aboutFiles(kind, list),
          asides: fc.array(fc.option(aside, { nil: undefined }), { maxLength: 8 }),
          message: text,
        }),
      )
      .map(({ found, others, asides, message }) => {
        const findings: readonly Finding[] = [...found, ...others];
        return {
          artifact: artifactOf(kind, `artifact-${index}`),
          inventory: { inventoryVersion: 1, distro: DISTRO, packages: list },
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

/** Decided reports of one or two artifacts, whose decisions are any that a report can hold. */
export const coherentReports: fc.Arbitrary<Report> = fc
  .tuple(
    fc.array(fc.constantFrom<Kind>('image', 'directory'), { minLength: 1, maxLength: 2 }),
    fc.tuple(...IDS.map(advisory)),
  )
  .chain(([kinds, advisories]) =>
    fc.record({
      results: fc.tuple(...kinds.map((kind, index) => resultOf(kind, index, advisories))),
      advisories: fc.constant(advisories),
      shownSeverities: fc.subarray([...SEVERITIES]),
      shownOrigin: fc.constantFrom(undefined, 'app', 'base'),
      decides: fc.option(fc.array(fc.boolean(), { maxLength: 8 }), { nil: undefined, freq: 3 }),
      hasBaseline: fc.boolean(),
      command: text,
    }),
  )
  .map(({ results, advisories, shownSeverities, shownOrigin, decides, hasBaseline, command }) => {
    const ids = openIds(results);
    return {
      schemaVersion: 1,
      tool: { name: 'assay', version: '0.1.0' },
      results,
      advisories: new Map(advisories.map((one) => [one.id, one])),
      coverage: [COVERAGE],
      shownSeverities,
      ...(shownOrigin !== undefined && { shownOrigin }),
      ...(hasBaseline && { baseline: baselineOf(ids) }),
      verdict: verdictOf(
        ids.filter((_id, index) => decides?.[index] === true),
        decides !== undefined,
        command,
      ),
      startedAt: '2025-06-01T00:00:00.000Z',
      durationMs: 1000,
    };
  });

/**
 * Ids of findings that some artifact has and did not set aside. The same package in two artifacts
 * has one id.
 */
function openIds(results: readonly ArtifactResult[]): readonly string[] {
  const ids = results.flatMap(({ findings, suppressed }) => {
    const asides = new Set(suppressed.map(({ findingId: id }) => id));
    return findings.map(({ id }) => id).filter((id) => !asides.has(id));
  });
  return [...new Set(ids)];
}

function verdictOf(findingIds: readonly string[], isAsked: boolean, command: string): Verdict {
  if (!isAsked) return { status: 'notAsked', exitCode: 0, causes: [] };
  if (findingIds.length === 0) return { status: 'pass', exitCode: 0, causes: [] };
  const cause = { rule: command, findingIds, message: command, exitCode: 1 };
  return { status: 'fail', exitCode: 1, causes: [cause] };
}

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
