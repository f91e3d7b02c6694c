/**
 * Findings as trivy's JSON has them: vulnerabilities of one result, and those that were set aside.
 *
 * Source: reports that trivy 0.44 wrote; documentation of trivy, "Vulnerability" and "Filtering",
 * for `VendorSeverity` and `ExperimentalModifiedFindings`. Readers written in Go refuse the whole
 * document for one bad instant, so instants that are none are left out. What only Assay knows is
 * under `Assay`.
 */

import { cacheResults } from '../../../core/base/cache-results.ts';
import { compareText } from '../../../core/base/compare.ts';
import { indexBy } from '../../../core/base/maps.ts';
import type { Advisory, Rating, Severity } from '../../../core/model/advisory/advisory.ts';
import type { VulnerabilityFinding } from '../../../core/model/finding/finding.ts';
import { JsonText, type Json } from '../../../core/codec/streamed-json.ts';
import type { ArtifactResult, Report, Suppressed } from '../../../core/model/report/report.ts';
import { severityRank } from '../../../core/model/severity/severity.ts';
import { severityName } from '../findings/finding-rows.ts';
import { jsonOf, members, quoted } from '../json/json-parts.ts';
import { findingsByPackage } from '../findings/package-findings.ts';
import type { BomArtifact } from '../sbom/sbom-contents.ts';
import { suppressionSourceText } from '../table/table-sections.ts';
import { titleOf } from '../findings/vulnerability-title.ts';
import { primaryUrl, trivyDataSource, trivySource, trivyStatus } from './trivy-names.ts';
import { trivyId, trivyIdentifier, trivyLayer } from './trivy-packages.ts';
import type { TrivyTargetPackage, TrivyTarget } from './trivy-targets.ts';

/**
 * Fields without a value are not written; an object of one form is made faster than one that is
 * spread from parts.
 */
type Fields = Readonly<Record<string, Json | undefined>>;

/** The data for the findings of one artifact. */
export interface TrivyFindings {
  readonly contents: BomArtifact;
  readonly advisories: Report['advisories'];
  /** Returns the findings of the package with an id, worst first. */
  readonly ofPackage: (id: string) => readonly VulnerabilityFinding[];
  /** By the id of the finding. */
  readonly suppressed: ReadonlyMap<string, Suppressed>;
  /** Ids of findings that the baseline has not. */
  readonly newIds: ReadonlySet<string>;
  /** Ids of findings that decide the verdict. */
  readonly decidingIds: ReadonlySet<string>;
  /** Returns the texts of an advisory by its id. */
  readonly advisoryTexts: (id: string) => AdvisoryTexts;
}

/** Gathers the findings of packages that the artifact has. */
export function trivyFindings(
  { findings, suppressed }: ArtifactResult,
  { advisories, baseline, verdict }: Report,
  contents: BomArtifact,
): TrivyFindings {
  const numbers = findingsByPackage(findings);
  return {
    contents,
    advisories,
    ofPackage: (id) => {
      const list: VulnerabilityFinding[] = [];
      for (const number of numbers.of(id)) {
        const finding = findings[number];
        if (finding?.kind === 'vulnerability') list.push(finding);
      }
      return list.length > 1 ? list.sort(byWorst) : list;
    },
    suppressed: indexBy(suppressed, 'findingId'),
    newIds: new Set(baseline?.newIds),
    decidingIds: new Set(verdict.causes.flatMap(({ findingIds }) => findingIds)),
    advisoryTexts: cacheResults(
      (id: string) => advisoryTexts(id, advisories.get(id)),
      MAX_CACHED_ADVISORIES,
    ),
  };
}

function byWorst(a: VulnerabilityFinding, b: VulnerabilityFinding): number {
  return (
    severityRank(b.severity) - severityRank(a.severity) || compareText(a.advisoryId, b.advisoryId)
  );
}

/**
 * Yields the vulnerabilities of a result, or what was set aside of them. They are put together as
 * texts, because an object for each of many thousands takes twice the time.
 */
export function* trivyVulnerabilities(
  target: TrivyTarget,
  findings: TrivyFindings,
  isAside: boolean,
): Generator<JsonText> {
  for (const row of target.rows) {
    let place: string | undefined;
    for (const finding of findings.ofPackage(row.pkg.id)) {
      const aside = findings.suppressed.get(finding.id);
      if ((aside !== undefined) !== isAside) continue;
      place ??= members(placeOf(row, target, findings.contents));
      const text = vulnerabilityText(finding, { row, place }, findings);
      yield new JsonText(aside === undefined ? text : modifiedText('vulnerability', text, aside));
    }
  }
}

/** Returns whether a result has findings, or such that were set aside. */
export function hasVulnerabilities(
  { rows }: TrivyTarget,
  { ofPackage, suppressed }: TrivyFindings,
  isAside: boolean,
): boolean {
  if (isAside && suppressed.size === 0) return false;
  return rows.some(({ pkg }) => ofPackage(pkg.id).some(({ id }) => suppressed.has(id) === isAside));
}

/** Returns the fields that all findings of a package at one place share. */
function placeOf(row: TrivyTargetPackage, target: TrivyTarget, contents: BomArtifact): Fields {
  const { pkg, filePath } = row;
  const { artifact } = contents;
  return {
    PkgID: trivyId(pkg),
    PkgName: pkg.name,
    PkgPath: filePath,
    PkgIdentifier: trivyIdentifier(contents.identityOf(pkg), row, target),
    Layer: artifact.kind === 'image' ? trivyLayer(row, artifact) : undefined,
  };
}

function vulnerabilityText(
  finding: VulnerabilityFinding,
  { row, place }: { readonly row: TrivyTargetPackage; readonly place: string },
  findings: TrivyFindings,
): string {
  const { advisoryId, matchedVersion, fixedVersions, status, severity, severityBy } = finding;
  const source = trivySource(severityBy);
  const advisory = findings.advisoryTexts(advisoryId);
  const fixed =
    fixedVersions.length === 0 ? '' : `"FixedVersion":${quoted(fixedVersions.join(', '))},`;
  const by = source === undefined ? '' : `"SeveritySource":${quoted(source)},`;
  return (
    `{"VulnerabilityID":${advisory.id},${place}"InstalledVersion":${quoted(matchedVersion)}` +
    `,${fixed}"Status":"${trivyStatus(status)}","Severity":"${severityName(severity)}",${by}` +
    `${advisory.members}${vendorText(source, severity, advisory)}` +
    `"Assay":{${ownMembers(finding, advisory, findings)}"evidence":"${row.pkg.evidence.level}"}}`
  );
}

/** Returns Assay's own members of a finding. */
function ownMembers(
  { id, status, malicious, ownedBy, pulledInBy }: VulnerabilityFinding,
  { threat }: AdvisoryTexts,
  { newIds, decidingIds, suppressed }: TrivyFindings,
): string {
  return (
    `"id":${quoted(id)},` +
    (status === 'unimportant' ? `"status":"${status}",` : '') +
    (malicious === undefined ? '' : members({ malicious: malicious.by })) +
    (ownedBy === undefined ? '' : members({ ownedBy })) +
    (pulledInBy === undefined ? '' : members({ pulledInBy })) +
    threat +
    (newIds.has(id) ? '"isNew":true,' : '') +
    // The same package in another artifact has the same id.
    (decidingIds.has(id) && !suppressed.has(id) ? '"decides":true,' : '')
  );
}

/** The texts of an advisory that are the same for all findings. */
interface AdvisoryTexts {
  /** Its id as a text of JSON. */
  readonly id: string;
  readonly members: string;
  /** Severities by source, from 0 (unknown) to 4 (critical). */
  readonly ranks: ReadonlyMap<string, number>;
  readonly vendorText: string;
  /** Members about its exploitation. */
  readonly threat: string;
}

/** Enough, because only neighboring findings of a report share advisories. */
const MAX_CACHED_ADVISORIES = 512;

function advisoryTexts(id: string, advisory: Advisory | undefined): AdvisoryTexts {
  const ranks = ranksOf(advisory?.ratings ?? []);
  return {
    id: quoted(id),
    members: advisory === undefined ? '' : members(advisoryFields(advisory)),
    ranks,
    vendorText: vendorMember(ranks),
    threat: members({ exploitedSince: advisory?.exploited?.since, epss: advisory?.epss }),
  };
}

/** Returns the fields of an advisory that do not depend on the affected package. */
function advisoryFields(advisory: Advisory): Fields {
  const { id, aliases, summary, details, references, cwes, ratings } = advisory;
  const title = titleOf(advisory);
  const description = details ?? summary;
  return {
    VendorIDs: aliases.length > 0 ? aliases : undefined,
    PrimaryURL: primaryUrl(id, references),
    DataSource: trivyDataSource(advisory),
    Title: title === '' ? undefined : title,
    Description: description === '' ? undefined : description,
    CweIDs: cwes.length > 0 ? cwes : undefined,
    CVSS: cvssOf(ratings),
    References: references.length > 0 ? references : undefined,
    PublishedDate: trivyInstant(advisory.publishedAt),
    LastModifiedDate: trivyInstant(advisory.modifiedAt),
  };
}

/** Returns the highest severity that each source gives. */
function ranksOf(ratings: readonly Rating[]): ReadonlyMap<string, number> {
  const ranks = new Map<string, number>();
  for (const { by, severity } of ratings) {
    const source = trivySource(by);
    if (source === undefined) continue;
    ranks.set(source, Math.max(ranks.get(source) ?? 0, severityRank(severity)));
  }
  return ranks;
}

/** Returns the severities by source; the one that counts is as the finding has it. */
function vendorText(
  source: string | undefined,
  severity: Severity,
  { ranks, vendorText: text }: AdvisoryTexts,
): string {
  const rank = severityRank(severity);
  if (source === undefined || ranks.get(source) === rank) return text;
  return vendorMember(new Map(ranks).set(source, rank));
}

/** Names that objects list before others. */
const INDEX = /^\d/;

function vendorMember(ranks: ReadonlyMap<string, number>): string {
  let text = '';
  for (const [source, rank] of ranks) {
    if (INDEX.test(source)) return members({ VendorSeverity: plainObject(ranks) });
    text += `${text === '' ? '' : ','}${quoted(source)}:${rank}`;
  }
  return text === '' ? '' : `"VendorSeverity":{${text}},`;
}

const VECTORS: readonly (readonly [start: string, name: string])[] = [
  ['AV:', 'V2'],
  ['CVSS:3', 'V3'],
  ['CVSS:4', 'V40'],
];

/** Returns the vectors and scores by source; `undefined` if there are none. */
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

/** Returns a plain object. Names of sources come from files; `__proto__` is one like others. */
function plainObject<T extends Json>(pairs: Iterable<readonly [string, T]>): Json {
  return Object.fromEntries(pairs);
}

const INSTANT =
  /^(?!0000)\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:[0-5]\d)$/;

/**
 * Instants to the second or millisecond, in UTC and on a day that every month has: they need no
 * calendar.
 */
const ORDINARY =
  /^[12]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{3})?Z$/;

/** Returns an instant as RFC 3339 has it, in UTC; `undefined` for what is none. */
export function trivyInstant(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (ORDINARY.test(text)) return text.replace('.000Z', 'Z');
  if (!INSTANT.test(text)) return undefined;
  const timeMs = Date.parse(text);
  if (Number.isNaN(timeMs)) return undefined;
  const instant = new Date(timeMs).toISOString();
  // Years of other than four digits are not instants there.
  return instant.length === 24 ? instant.replace('.000Z', 'Z') : undefined;
}

/**
 * Returns the text of a suppression. A VEX statement declares that a finding does not apply; every
 * other exception is a decision to ignore it.
 */
export function modifiedText(type: string, finding: string, aside: Suppressed): string {
  const { by, reason, from, owner, until, justification } = aside;
  const own = {
    by,
    reason,
    ...(owner !== undefined && { owner }),
    ...(until !== undefined && { until }),
  };
  const head = {
    Type: type,
    Status: by === 'vex' ? 'not_affected' : 'ignored',
    Statement: justification ?? reason,
    Source: from ?? suppressionSourceText(by),
  };
  return `{${members(head)}"Finding":${finding},"Assay":${jsonOf(own)}}`;
}
