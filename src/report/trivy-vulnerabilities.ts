/**
 * Findings as trivy's JSON has them: vulnerabilities of one result, and those that were set aside.
 *
 * Source: reports that trivy 0.44 wrote; documentation of trivy, "Vulnerability" and "Filtering", for `VendorSeverity` and
 * `ExperimentalModifiedFindings`. Readers written in Go refuse the whole document for one bad instant, so instants that are
 * none are left out. What only Assay knows is under `Assay`.
 */

import type { Advisory, Rating, Severity } from '../model/advisory.ts';
import type { Artifact } from '../model/artifact.ts';
import type { VulnerabilityFinding } from '../model/finding.ts';
import { JsonText, type Json } from '../model/json-pieces.ts';
import type { ArtifactResult, Report, Suppressed } from '../model/report.ts';
import { severityRank } from '../model/severity.ts';
import { severityName } from './finding-rows.ts';
import { members, quoted } from './json-members.ts';
import { suppressedBy } from './sections.ts';
import { titleOf } from './title.ts';
import { primaryUrl, trivyDataSource, trivySource, trivyStatus } from './trivy-names.ts';
import { trivyId, trivyIdentifier, trivyLayer } from './trivy-packages.ts';
import type { TrivyRow, TrivyTarget } from './trivy-targets.ts';

type Fields = Readonly<Record<string, Json>>;

/** What the findings of one artifact are written from. */
export interface TrivyFindings {
  readonly artifact: Artifact;
  readonly advisories: Report['advisories'];
  /** By the id of the package, worst first. */
  readonly byPackage: ReadonlyMap<string, readonly VulnerabilityFinding[]>;
  /** By the id of the finding. */
  readonly suppressed: ReadonlyMap<string, Suppressed>;
  /** Ids of findings that the baseline has not. */
  readonly newIds: ReadonlySet<string>;
  /** Ids of findings that decide the verdict. */
  readonly decidingIds: ReadonlySet<string>;
  /** Texts of advisories that were written last. */
  readonly texts: Map<string, AdvisoryTexts>;
}

/** Gathers the findings of packages that the artifact has. */
export function trivyFindings(
  { artifact, findings, suppressed }: ArtifactResult,
  { advisories, baseline, verdict }: Report,
): TrivyFindings {
  const byPackage = new Map<string, VulnerabilityFinding[]>();
  for (const finding of findings) {
    if (finding.kind !== 'vulnerability') continue;
    const known = byPackage.get(finding.packageId);
    if (known === undefined) byPackage.set(finding.packageId, [finding]);
    else known.push(finding);
  }
  for (const list of byPackage.values()) list.sort(byWorst);
  return {
    artifact,
    advisories,
    byPackage,
    suppressed: new Map(suppressed.map((row) => [row.findingId, row])),
    newIds: new Set(baseline?.newIds),
    decidingIds: new Set(verdict.causes.flatMap(({ findingIds }) => findingIds)),
    texts: new Map(),
  };
}

function byWorst(a: VulnerabilityFinding, b: VulnerabilityFinding): number {
  const order = severityRank(b.severity) - severityRank(a.severity);
  if (order !== 0 || a.advisoryId === b.advisoryId) return order;
  return a.advisoryId < b.advisoryId ? -1 : 1;
}

/**
 * The vulnerabilities of a result, or what was set aside of them. They are put together as texts, because an object for
 * each of many thousands takes twice the time.
 */
export function* trivyVulnerabilities(
  target: TrivyTarget,
  findings: TrivyFindings,
  isAside: boolean,
): Generator<JsonText> {
  for (const row of target.rows) {
    const list = findings.byPackage.get(row.listed.pkg.id) ?? [];
    let place: string | undefined;
    for (const finding of list) {
      const aside = findings.suppressed.get(finding.id);
      if ((aside !== undefined) !== isAside) continue;
      place ??= members(placeOf(row, target, findings.artifact));
      const text = vulnerabilityText(finding, { row, place }, findings);
      yield new JsonText(aside === undefined ? text : modifiedText(text, aside));
    }
  }
}

/** Whether a result has findings, or such that were set aside. */
export function hasVulnerabilities(
  { rows }: TrivyTarget,
  { byPackage, suppressed }: TrivyFindings,
  isAside: boolean,
): boolean {
  return rows.some(({ listed }) =>
    byPackage.get(listed.pkg.id)?.some(({ id }) => suppressed.has(id) === isAside),
  );
}

/** What all findings of a package at one place share. */
function placeOf(row: TrivyRow, target: TrivyTarget, artifact: Artifact): Fields {
  const { pkg } = row.listed;
  return {
    PkgID: trivyId(pkg),
    PkgName: pkg.name,
    ...(row.filePath !== undefined && { PkgPath: row.filePath }),
    PkgIdentifier: trivyIdentifier(row, target),
    ...(artifact.kind === 'image' && { Layer: trivyLayer(row, artifact) }),
  };
}

function vulnerabilityText(
  finding: VulnerabilityFinding,
  { row, place }: { readonly row: TrivyRow; readonly place: string },
  findings: TrivyFindings,
): string {
  const { advisoryId, matchedVersion, fixedVersions, status, severity, severityBy } = finding;
  const source = trivySource(severityBy);
  const advisory = advisoryTexts(advisoryId, findings);
  const fixed =
    fixedVersions.length === 0 ? '' : `"FixedVersion":${quoted(fixedVersions.join(', '))},`;
  const by = source === undefined ? '' : `"SeveritySource":${quoted(source)},`;
  return (
    `{"VulnerabilityID":${quoted(advisoryId)},${place}"InstalledVersion":${quoted(matchedVersion)}` +
    `,${fixed}"Status":"${trivyStatus(status)}","Severity":"${severityName(severity)}",${by}` +
    `${advisory.members}${vendorText(source, severity, advisory)}` +
    `"Assay":{${ownMembers(finding, findings)}"evidence":"${row.listed.pkg.evidence.level}"}}`
  );
}

/** What only Assay knows of a finding. */
function ownMembers(
  finding: VulnerabilityFinding,
  { advisories, newIds, decidingIds, suppressed }: TrivyFindings,
): string {
  const { id, status, advisoryId, malicious, ownedBy, pulledInBy } = finding;
  const { exploited, epss } = advisories.get(advisoryId) ?? {};
  const rare = {
    ...(status === 'unimportant' && { status }),
    ...(malicious !== undefined && { malicious: malicious.by }),
    ...(ownedBy !== undefined && { ownedBy }),
    ...(pulledInBy !== undefined && { pulledInBy }),
    ...(exploited !== undefined && { exploitedSince: exploited.since }),
    ...(epss !== undefined && { epss }),
    ...(newIds.has(id) && { isNew: true }),
    // The same package in another artifact has the same id.
    ...(decidingIds.has(id) && !suppressed.has(id) && { decides: true }),
  };
  return `"id":${quoted(id)},${members(rare)}`;
}

/** What is written of an advisory wherever it was found. */
interface AdvisoryTexts {
  readonly members: string;
  /** Severities by source, from 0 (unknown) to 4 (critical). */
  readonly ranks: ReadonlyMap<string, number>;
  readonly vendorText: string;
}

/** Neighbours in a report have advisories in common; more of them are not kept. */
const MAX_KEPT = 512;

function advisoryTexts(id: string, { advisories, texts }: TrivyFindings): AdvisoryTexts {
  const known = texts.get(id);
  if (known !== undefined) return known;
  const advisory = advisories.get(id);
  const ranks = ranksOf(advisory?.ratings ?? []);
  const made = {
    members: advisory === undefined ? '' : members(advisoryFields(advisory)),
    ranks,
    vendorText: vendorMember(ranks),
  };
  if (texts.size >= MAX_KEPT) texts.clear();
  texts.set(id, made);
  return made;
}

/** What an advisory says, whatever it was found in. */
function advisoryFields(advisory: Advisory): Fields {
  const { id, aliases, summary, details, references, cwes, ratings } = advisory;
  const url = primaryUrl(id, references);
  const title = titleOf(advisory);
  const description = details ?? summary;
  const published = instantOf(advisory.publishedAt);
  const modifiedAt = instantOf(advisory.modifiedAt);
  const scores = cvssOf(ratings);
  return {
    ...(aliases.length > 0 && { VendorIDs: aliases }),
    ...(url !== undefined && { PrimaryURL: url }),
    DataSource: trivyDataSource(advisory),
    ...(title !== '' && { Title: title }),
    ...(description !== '' && { Description: description }),
    ...(cwes.length > 0 && { CweIDs: cwes }),
    ...(scores !== undefined && { CVSS: scores }),
    ...(references.length > 0 && { References: references }),
    ...(published !== undefined && { PublishedDate: published }),
    ...(modifiedAt !== undefined && { LastModifiedDate: modifiedAt }),
  };
}

/** The highest severity that each source gives. */
function ranksOf(ratings: readonly Rating[]): ReadonlyMap<string, number> {
  const ranks = new Map<string, number>();
  for (const { by, severity } of ratings) {
    const source = trivySource(by);
    if (source === undefined) continue;
    ranks.set(source, Math.max(ranks.get(source) ?? 0, severityRank(severity)));
  }
  return ranks;
}

/** Severities by source; the one that counts is as the finding has it. */
function vendorText(
  source: string | undefined,
  severity: Severity,
  { ranks, vendorText: text }: AdvisoryTexts,
): string {
  const rank = severityRank(severity);
  if (source === undefined || ranks.get(source) === rank) return text;
  return vendorMember(new Map([...ranks, [source, rank]]));
}

function vendorMember(ranks: ReadonlyMap<string, number>): string {
  return ranks.size === 0 ? '' : members({ VendorSeverity: plainObject(ranks) });
}

const VECTORS: readonly (readonly [start: string, name: string])[] = [
  ['AV:', 'V2'],
  ['CVSS:3', 'V3'],
  ['CVSS:4', 'V40'],
];

/** Vectors and scores by source; `undefined` where there are none. */
function cvssOf(ratings: readonly Rating[]): Json | undefined {
  const bySource = new Map<string, Record<string, Json>>();
  for (const { by, vector = '', score } of ratings) {
    const source = trivySource(by);
    const [, name] = VECTORS.find(([start]) => vector.startsWith(start)) ?? [];
    if (source === undefined || name === undefined) continue;
    const fields = bySource.get(source) ?? {};
    if (fields[`${name}Vector`] !== undefined) continue;
    bySource.set(source, fields);
    fields[`${name}Vector`] = vector;
    if (score !== undefined) fields[`${name}Score`] = score;
  }
  return bySource.size === 0 ? undefined : plainObject(bySource);
}

/** Names of sources come from files; `__proto__` is one like others. */
function plainObject<T extends Json>(pairs: Iterable<readonly [string, T]>): Json {
  return Object.fromEntries(pairs);
}

const INSTANT =
  /^(?!0000)\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:[0-5]\d)$/;

/** Instants to the second, in UTC and on a day that every month has: they stay as they are. */
const ORDINARY =
  /^[12]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;

/** An instant as RFC 3339 has it, in UTC; `undefined` for what is none. */
export function instantOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (ORDINARY.test(text)) return text;
  if (!INSTANT.test(text)) return undefined;
  const timeMs = Date.parse(text);
  if (Number.isNaN(timeMs)) return undefined;
  const instant = new Date(timeMs).toISOString();
  // Years of other than four digits are no instants there.
  return instant.length === 24 ? instant.replace('.000Z', 'Z') : undefined;
}

/** VEX says of a finding that it does not apply; every other exception is a decision to ignore it. */
function modifiedText(vulnerability: string, aside: Suppressed): string {
  const { by, reason, from, owner, until, justification } = aside;
  const own = {
    by,
    reason,
    ...(owner !== undefined && { owner }),
    ...(until !== undefined && { until }),
  };
  const head = {
    Type: 'vulnerability',
    Status: by === 'vex' ? 'not_affected' : 'ignored',
    Statement: justification ?? reason,
    Source: from ?? suppressedBy(by),
  };
  return `{${members(head)}"Finding":${vulnerability},"Assay":${JSON.stringify(own)}}`;
}
