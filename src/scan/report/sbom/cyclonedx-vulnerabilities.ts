/**
 * Findings in the form of CycloneDX: each vulnerability once with all the components that it
 * affects. Suppressed findings are separate, with the reason in `analysis`.
 *
 * Source: CycloneDX 1.6, "vulnerability". An ignore file states that the finding is accepted, which
 * is a response; only a VEX statement states that a component is not affected.
 */

import type { Advisory, Rating } from '../../../core/model/advisory/advisory.ts';
import type { VulnerabilityFinding } from '../../../core/model/finding/finding.ts';
import {
  StreamedList,
  StreamedObject,
  type Json,
  type StreamedJson,
} from '../../../core/codec/streamed-json.ts';
import type { Report, Suppressed } from '../../../core/model/report/report.ts';
import { reasonText } from '../table/table-sections.ts';
import type { AffectedComponent, VulnerabilityGroup } from '../findings/vulnerability-groups.ts';

const CWE = /^CWE-(?<number>[1-9]\d{0,6})$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
const METHODS: readonly (readonly [string, string])[] = [
  ['CVSS:4', 'CVSSv4'],
  ['CVSS:3.1', 'CVSSv31'],
  ['CVSS:3.0', 'CVSSv3'],
  ['AV:', 'CVSSv2'],
];

/** Yields all vulnerabilities of the report, in the order of their first findings. */
export function* cyclonedxVulnerabilities(
  groups: Iterable<VulnerabilityGroup>,
  { advisories }: Pick<Report, 'advisories'>,
): Generator<StreamedJson> {
  for (const group of groups) {
    yield vulnerabilityOf(group, advisories.get(group.finding.advisoryId));
  }
}

/** An advisory may affect every package of an artifact: then its components are made one by one. */
const MAX_AT_ONCE = 1000;

function vulnerabilityOf(group: VulnerabilityGroup, advisory: Advisory | undefined): StreamedJson {
  const { finding, suppressed, affected } = group;
  const texts = advisory && textsOf(advisory);
  const isLong = affected.length > MAX_AT_ONCE;
  const fields = {
    id: finding.advisoryId,
    source: advisory && { name: advisory.feed },
    references: advisory && aliasesOf(advisory),
    ratings: ratingsOf(finding, advisory?.ratings ?? []),
    cwes: advisory && weaknessesOf(advisory.cwes),
    description: texts?.description,
    detail: advisory?.details,
    advisories: texts?.advisories,
    published: texts?.published,
    updated: texts?.updated,
    recommendation: recommendationOf(group),
    analysis: suppressed && analysisOf(suppressed),
    affects: isLong ? [] : affectsOf(affected),
    properties: propertiesOf(group, advisory),
  };
  if (!isLong) return fields;
  const affects = new StreamedList(componentsOf(affected));
  return new StreamedObject(Object.entries({ ...fields, affects }));
}

function affectsOf(affected: readonly AffectedComponent[]): readonly Json[] {
  const [only] = affected;
  if (only === undefined || affected.length > 1) return [...componentsOf(affected)];
  const { matchedVersion } = only.finding;
  return [componentOf(only.artifact.refOf(only.pkg), [matchedVersion])];
}

/** Yields one entry a component, with the versions for which it was matched. */
function* componentsOf(affected: readonly AffectedComponent[]): Generator<Json> {
  const versionsByRef = new Map<string, string[]>();
  for (const { finding, pkg, artifact } of affected) {
    const ref = artifact.refOf(pkg);
    const versions = versionsByRef.get(ref);
    const { matchedVersion } = finding;
    if (versions === undefined) versionsByRef.set(ref, [matchedVersion]);
    else if (!versions.includes(matchedVersion)) versions.push(matchedVersion);
  }
  for (const [ref, versions] of versionsByRef) yield componentOf(ref, versions);
}

function componentOf(ref: string, versions: readonly string[]): Json {
  return {
    ref,
    versions: versions
      .filter((version) => version !== '')
      .map((version) => ({ version, status: 'affected' })),
  };
}

/** Returns the fixes, as in `openssl 1.1.1b-r1, zlib 1.3`. */
function fixesOf(affected: readonly AffectedComponent[]): string {
  let text = '';
  // Each is named once, which only a second one makes a question.
  const named = affected.length > 1 ? new Set<string>() : undefined;
  for (const { finding, pkg } of affected) {
    const [fixed] = finding.fixedVersions;
    if (fixed === undefined) continue;
    const fix = `${pkg.name} ${fixed}`;
    if (named?.has(fix) === true) continue;
    named?.add(fix);
    text = text === '' ? fix : `${text}, ${fix}`;
  }
  return text;
}

function recommendationOf({ finding, affected }: VulnerabilityGroup): string | undefined {
  const fixes = fixesOf(affected);
  const update = fixes === '' ? undefined : `Update to: ${fixes}`;
  if (finding.malicious === undefined) return update;
  const removal = 'Remove the malicious version';
  return update === undefined ? removal : `${removal}. ${update}`;
}

function aliasesOf({ aliases, feed }: Advisory): Json | undefined {
  if (aliases.length === 0) return undefined;
  return aliases.map((id) => ({ id, source: { name: feed } }));
}

interface Texts {
  readonly description: string | undefined;
  readonly advisories: Json | undefined;
  readonly published: string | undefined;
  readonly updated: string | undefined;
}

function textsOf({ summary, references, publishedAt, modifiedAt }: Advisory): Texts {
  const isPublished = publishedAt !== undefined && INSTANT.test(publishedAt);
  return {
    description: summary === '' ? undefined : summary,
    advisories: references.length === 0 ? undefined : references.map((url) => ({ url })),
    published: isPublished ? publishedAt : undefined,
    updated: INSTANT.test(modifiedAt) ? modifiedAt : undefined,
  };
}

function weaknessesOf(cwes: readonly string[]): Json | undefined {
  const numbers = new Set<number>();
  for (const cwe of cwes) {
    const number = CWE.exec(cwe)?.groups?.['number'];
    if (number !== undefined) numbers.add(Number(number));
  }
  return numbers.size === 0 ? undefined : [...numbers];
}

/** Returns the ratings: the deciding one, then those of others. */
function ratingsOf(finding: VulnerabilityFinding, ratings: readonly Rating[]): readonly Json[] {
  const { severity, severityBy } = finding;
  const at = ratings.findIndex((one) => one.by === severityBy && one.severity === severity);
  const deciding = ratings[at] ?? { by: severityBy, severity };
  const list = [ratingOf(deciding)];
  for (const rating of ratings) if (rating !== deciding) list.push(ratingOf(rating));
  return list;
}

function ratingOf({ by, severity, vector, score }: Rating): Json {
  const method = vector === undefined || vector === '' ? undefined : methodOf(vector);
  return {
    source: { name: by },
    score,
    severity,
    method,
    vector: method === undefined ? undefined : vector,
  };
}

function methodOf(vector: string): string {
  for (const [start, method] of METHODS) if (vector.startsWith(start)) return method;
  return 'other';
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
    case 'comment':
    case 'status':
    case 'baseline':
      return { detail };
  }
}

function propertiesOf(
  { finding, suppressed }: VulnerabilityGroup,
  advisory: Advisory | undefined,
): Json {
  const properties = [{ name: 'assay:status', value: finding.status as string }];
  const add = (name: string, value: string | undefined): void => {
    if (value !== undefined) properties.push({ name, value });
  };
  add('assay:malicious', finding.malicious?.by.join(' '));
  add('assay:suppressedBy', suppressed?.by);
  add('assay:exploitedSince', advisory?.exploited?.since);
  add('assay:epss', advisory?.epss === undefined ? undefined : String(advisory.epss));
  return properties;
}
