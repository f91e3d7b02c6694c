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
import { StreamedList, StreamedObject, type StreamedJson } from '../model/json-pieces.ts';
import type { Package } from '../model/package.ts';
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

/** Findings of one vulnerability that were decided alike. */
interface Group {
  readonly finding: VulnerabilityFinding;
  readonly suppressed: Suppressed | undefined;
  readonly affected: Affected[];
}

/** A finding and its component. */
interface Affected {
  readonly finding: VulnerabilityFinding;
  readonly pkg: Package;
  readonly artifact: BomArtifact;
}

/** All vulnerabilities of the report, in the order of their first findings. */
export function* cyclonedxVulnerabilities(
  report: Report,
  contents: readonly BomArtifact[],
): Generator<StreamedJson> {
  const groups = new Map<string, Group>();
  for (const [index, { inventory, findings, suppressed }] of report.results.entries()) {
    const artifact = contents[index];
    if (artifact === undefined) continue;
    const byId = new Map(inventory.packages.map((pkg) => [pkg.id, pkg]));
    const asides = new Map(suppressed.map((row) => [row.findingId, row]));
    for (const finding of findings) {
      if (finding.kind !== 'vulnerability') continue;
      const pkg = byId.get(finding.packageId);
      if (pkg === undefined) continue;
      groupOf(groups, finding, asides.get(finding.id)).affected.push({ finding, pkg, artifact });
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
  const group: Group = { finding, suppressed, affected: [] };
  groups.set(key, group);
  return group;
}

/** An advisory may affect every package of an artifact, so its components are made one by one. */
function vulnerabilityOf(group: Group, advisory: Advisory | undefined): StreamedJson {
  const { finding, suppressed, affected } = group;
  const head: Readonly<Record<string, Json>> = {
    id: finding.advisoryId,
    ...(advisory !== undefined && { source: { name: advisory.feed } }),
    ...(advisory !== undefined && aliasesOf(advisory)),
    ratings: ratingsOf(finding, advisory?.ratings ?? []),
    ...(advisory !== undefined && textsOf(advisory)),
    ...recommendationOf(group),
    ...(suppressed !== undefined && { analysis: analysisOf(suppressed) }),
  };
  const properties = [...propertiesOf(group, advisory)].map(([name, value]) => ({ name, value }));
  return new StreamedObject([
    ...Object.entries(head),
    ['affects', new StreamedList(affectsOf(affected))],
    ['properties', properties],
  ]);
}

/** One entry a component, with the versions for which it was matched. */
function* affectsOf(affected: readonly Affected[]): Generator<Json> {
  const versionsByRef = new Map<string, string[]>();
  for (const { finding, pkg, artifact } of affected) {
    const ref = artifact.refOf(pkg);
    const versions = versionsByRef.get(ref);
    const { matchedVersion } = finding;
    if (versions === undefined) versionsByRef.set(ref, [matchedVersion]);
    else if (!versions.includes(matchedVersion)) versions.push(matchedVersion);
  }
  for (const [ref, versions] of versionsByRef) {
    yield {
      ref,
      versions: versions
        .filter((version) => version !== '')
        .map((version) => ({ version, status: 'affected' })),
    };
  }
}

/** As in `openssl 1.1.1b-r1, zlib 1.3`. */
function fixesOf(affected: readonly Affected[]): string {
  const fixes = new Set<string>();
  for (const { finding, pkg } of affected) {
    const [fixed] = finding.fixedVersions;
    if (fixed !== undefined) fixes.add(`${pkg.name} ${fixed}`);
  }
  return [...fixes].join(', ');
}

function recommendationOf({ finding, affected }: Group): Readonly<Record<string, Json>> {
  const fixes = fixesOf(affected);
  const update = fixes === '' ? [] : [`Update to: ${fixes}`];
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
