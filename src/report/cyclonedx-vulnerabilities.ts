/**
 * Findings as CycloneDX has them: a vulnerability once with all the components that it affects. Findings that were set
 * aside are apart, with the reason in `analysis`.
 *
 * Source: CycloneDX 1.6, "vulnerability". An ignore file says that nobody will act, which is a response; only a VEX
 * statement says that a component is not affected.
 */

import type { Advisory, Rating } from '../model/advisory.ts';
import type { Json } from '../model/codec-shapes.ts';
import type { VulnerabilityFinding } from '../model/finding.ts';
import type { Report, Suppressed } from '../model/report.ts';
import type { BomArtifact } from './sbom-contents.ts';
import { reasonText } from './sections.ts';

const CWE = /^CWE-(?<number>[1-9]\d{0,6})$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
const METHODS: readonly (readonly [string, string])[] = [
  ['CVSS:4', 'CVSSv4'],
  ['CVSS:3.1', 'CVSSv31'],
  ['CVSS:3.0', 'CVSSv3'],
  ['AV:', 'CVSSv2'],
];

interface Group {
  readonly finding: VulnerabilityFinding;
  readonly suppressed: Suppressed | undefined;
  readonly affects: Map<string, Set<string>>;
  /** As in `openssl 1.1.1b-r1`. */
  readonly fixes: Set<string>;
}

/** All vulnerabilities of the report, in the order of their first findings. */
export function* cyclonedxVulnerabilities(
  report: Report,
  contents: readonly BomArtifact[],
): Generator<Json> {
  const groups = new Map<string, Group>();
  for (const [index, { findings, suppressed }] of report.results.entries()) {
    const byId = new Map((contents[index]?.packages ?? []).map((row) => [row.pkg.id, row]));
    const asides = new Map(suppressed.map((row) => [row.findingId, row]));
    for (const finding of findings) {
      if (finding.kind !== 'vulnerability') continue;
      const target = byId.get(finding.packageId);
      if (target === undefined) continue;
      const group = groupOf(groups, finding, asides.get(finding.id));
      const versions = group.affects.get(target.ref) ?? new Set();
      group.affects.set(target.ref, versions.add(finding.matchedVersion));
      const [fixed] = finding.fixedVersions;
      if (fixed !== undefined) group.fixes.add(`${target.pkg.name} ${fixed}`);
    }
  }
  for (const group of groups.values()) {
    yield vulnerabilityOf(group, report.advisories.get(group.finding.advisoryId));
  }
}

function groupOf(
  groups: Map<string, Group>,
  finding: VulnerabilityFinding,
  suppressed: Suppressed | undefined,
): Group {
  const { advisoryId, severity, severityBy, malicious } = finding;
  const why = suppressed && [suppressed.by, reasonText(suppressed), suppressed.until];
  const key = JSON.stringify([advisoryId, severity, severityBy, malicious?.by, why]);
  const known = groups.get(key);
  if (known !== undefined) return known;
  const group = { finding, suppressed, affects: new Map(), fixes: new Set<string>() };
  groups.set(key, group);
  return group;
}

function vulnerabilityOf(group: Group, advisory: Advisory | undefined): Json {
  const { finding, suppressed, affects } = group;
  return {
    id: finding.advisoryId,
    ...(advisory !== undefined && { source: { name: advisory.feed } }),
    ...(advisory !== undefined && aliasesOf(advisory)),
    ratings: ratingsOf(finding, advisory?.ratings ?? []),
    ...(advisory !== undefined && textsOf(advisory)),
    ...recommendationOf(group),
    ...(suppressed !== undefined && { analysis: analysisOf(suppressed) }),
    affects: [...affects].map(([ref, versions]) => ({
      ref,
      versions: [...versions]
        .filter((version) => version !== '')
        .map((version) => ({ version, status: 'affected' })),
    })),
    properties: [...propertiesOf(group, advisory)].map(([name, value]) => ({ name, value })),
  };
}

function recommendationOf({ finding, fixes }: Group): Readonly<Record<string, Json>> {
  const update = fixes.size === 0 ? [] : [`Update to: ${[...fixes].join(', ')}`];
  const removal = finding.malicious === undefined ? [] : ['Remove the malicious version'];
  const parts = [...removal, ...update];
  return parts.length === 0 ? {} : { recommendation: parts.join('. ') };
}

function aliasesOf({ aliases, feed }: Advisory): Readonly<Record<string, Json>> {
  if (aliases.length === 0) return {};
  return { references: aliases.map((id) => ({ id, source: { name: feed } })) };
}

function textsOf(advisory: Advisory): Readonly<Record<string, Json>> {
  const { summary, details, references, cwes, publishedAt, modifiedAt } = advisory;
  const numbers = cwes.flatMap((cwe) => {
    const number = CWE.exec(cwe)?.groups?.['number'];
    return number === undefined ? [] : [Number(number)];
  });
  return {
    ...(numbers.length > 0 && { cwes: [...new Set(numbers)] }),
    ...(summary !== '' && { description: summary }),
    ...(details !== undefined && { detail: details }),
    ...(references.length > 0 && { advisories: references.map((url) => ({ url })) }),
    ...(publishedAt !== undefined && INSTANT.test(publishedAt) && { published: publishedAt }),
    ...(INSTANT.test(modifiedAt) && { updated: modifiedAt }),
  };
}

/** The rating that decided comes first, then what others said. */
function ratingsOf(finding: VulnerabilityFinding, ratings: readonly Rating[]): readonly Json[] {
  const { severity, severityBy } = finding;
  const isDeciding = (rating: Rating): boolean =>
    rating.by === severityBy && rating.severity === severity;
  const deciding = ratings.find(isDeciding) ?? { by: severityBy, severity };
  return [deciding, ...ratings.filter((rating) => rating !== deciding)].map(ratingOf);
}

function ratingOf({ by, severity, vector, score }: Rating): Json {
  const method = vector && (METHODS.find(([start]) => vector.startsWith(start))?.[1] ?? 'other');
  return {
    source: { name: by },
    ...(score !== undefined && { score }),
    severity,
    ...(method !== undefined && method !== '' && { method, vector }),
  };
}

function analysisOf(suppressed: Suppressed): Json {
  const { by, until } = suppressed;
  const reason = reasonText(suppressed);
  const detail = until === undefined ? reason : `${reason} (until ${until})`;
  switch (by) {
    case 'vex':
      return { state: 'not_affected', detail };
    case 'ignore':
      return { response: ['will_not_fix'], detail };
    case 'unfixed':
      return { response: ['can_not_fix'], detail };
    case 'override':
    case 'status':
    case 'baseline':
      return { detail };
  }
}

function* propertiesOf(
  { finding, suppressed }: Group,
  advisory: Advisory | undefined,
): Generator<readonly [string, string]> {
  yield ['assay:status', finding.status];
  if (finding.malicious !== undefined) yield ['assay:malicious', finding.malicious.by.join(' ')];
  if (suppressed !== undefined) yield ['assay:suppressedBy', suppressed.by];
  if (advisory?.exploited !== undefined) yield ['assay:exploitedSince', advisory.exploited.since];
  if (advisory?.epss !== undefined) yield ['assay:epss', String(advisory.epss)];
}
