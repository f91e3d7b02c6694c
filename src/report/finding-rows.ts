/** Vulnerability findings as rows of the table: sorted, grouped by package, one row for each package x vulnerability. */

import { createColors } from 'picocolors';

import type { AffectedStatus, Severity } from '../model/advisory.ts';
import type { VulnerabilityFinding } from '../model/finding.ts';
import { isMalicious } from '../model/malicious.ts';
import type { Package } from '../model/package.ts';
import type { ArtifactResult, Report } from '../model/report.ts';
import { severityRank } from '../model/severity.ts';
import { STATUS_NAMES } from '../model/status.ts';
import type { GridColumn, GridRow } from './grid.ts';
import { originText } from './origin.ts';
import { titleOf } from './title.ts';
import { plain } from './words.ts';

export const FINDING_COLUMNS: readonly GridColumn[] = [
  { head: 'Library', minWidth: 9 },
  // Ids stay whole, so that they can be copied.
  { head: 'Vulnerability', minWidth: 19 },
  { head: 'Severity', minWidth: 8 },
  { head: 'Evidence', minWidth: 8, dropRank: 2 },
  { head: 'Installed', minWidth: 9 },
  { head: 'Fixed', minWidth: 8 },
  { head: 'Origin', minWidth: 16, dropRank: 1 },
  { head: 'Title', minWidth: 16, dropRank: 0 },
];

/** As trivy cuts titles. */
const MAX_TITLE_WORDS = 12;
const MAX_NAME = 120;
const MAX_VERSION = 60;
const MAX_FIXED = 80;

/** Findings of an artifact that nobody set aside, each with its package, by package and then from worst to least. */
export interface PackageFindings {
  readonly pkg: Package;
  readonly findings: readonly VulnerabilityFinding[];
}

/** Groups in order of name, version and id, known malicious packages first; findings that refer to no package of the inventory cannot occur. */
export function groupFindings(result: ArtifactResult): readonly PackageFindings[] {
  const suppressed = new Set(result.suppressed.map((one) => one.findingId));
  const byPackage = new Map<string, VulnerabilityFinding[]>();
  for (const finding of result.findings) {
    if (finding.kind !== 'vulnerability' || suppressed.has(finding.id)) continue;
    const group = byPackage.get(finding.packageId);
    if (group === undefined) byPackage.set(finding.packageId, [finding]);
    else group.push(finding);
  }
  return result.inventory.packages
    .flatMap((pkg) => {
      const findings = byPackage.get(pkg.id);
      return findings === undefined ? [] : [{ pkg, findings: findings.toSorted(byWorst) }];
    })
    .toSorted((a, b) => malicious(b) - malicious(a) || comparePackages(a.pkg, b.pkg));
}

/** 1 for a known malicious package, which stands before all others, else 0. */
function malicious({ findings }: PackageFindings): number {
  return findings.some(isMalicious) ? 1 : 0;
}

/** Order of packages in all tables. */
export function comparePackages(a: Package, b: Package): number {
  return compare(a.name, b.name) || compare(a.version, b.version) || compare(a.id, b.id);
}

function byWorst(a: VulnerabilityFinding, b: VulnerabilityFinding): number {
  if (isMalicious(a) !== isMalicious(b)) return isMalicious(a) ? -1 : 1;
  return severityRank(b.severity) - severityRank(a.severity) || compare(a.advisoryId, b.advisoryId);
}

/** By code units: the same on every machine. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** The rows of one package: what is the same in all of them stands in the first. */
export function findingRows(
  { pkg, findings }: PackageFindings,
  result: ArtifactResult,
  report: Report,
  paints: SeverityPaints,
): readonly GridRow[] {
  return findings.map((finding, index) => {
    const isFirst = index === 0;
    const installed = versionText(finding, pkg);
    const isRepeated = !isFirst && finding.matchedVersion === findings[index - 1]?.matchedVersion;
    return [
      { text: isFirst ? libraryText(pkg, findings) : '' },
      { text: plain(finding.advisoryId, MAX_NAME) },
      { text: severityName(finding.severity), paint: paints[finding.severity] },
      { text: isFirst ? pkg.evidence.level : '' },
      { text: isRepeated ? '' : installed },
      { text: fixedText(finding) },
      { text: isFirst ? originText(pkg, result.artifact) : '' },
      { text: titleText(finding, report) },
    ];
  });
}

/** `urllib3 (3)`, and `urllib3 (3), owned by python3-pip` of what counts only as that. */
function libraryText(pkg: Package, findings: readonly VulnerabilityFinding[]): string {
  const name = plain(pkg.name, MAX_NAME);
  const counted = findings.length > 1 ? `${name} (${findings.length})` : name;
  const owner = findings.find(({ ownedBy }) => ownedBy !== undefined)?.ownedBy;
  return owner === undefined ? counted : `${counted}, owned by ${nameInId(owner)}`;
}

/** `python3-pip` of `pkg:deb/debian/python3-pip@23.0.1?arch=all`. */
function nameInId(id: string): string {
  const [path = ''] = id.split('@', 1);
  return plain(path.slice(path.lastIndexOf('/') + 1), MAX_NAME);
}

/** The version that matched; one that is not the claimed one is marked, because no package manager shows it. */
function versionText({ matchedVersion }: VulnerabilityFinding, pkg: Package): string {
  const version = plain(matchedVersion, MAX_VERSION);
  return matchedVersion === pkg.version ? version : `${version} (by content)`;
}

/** The fixing versions, or why there are none. */
export function fixedText(finding: VulnerabilityFinding): string {
  const versions = finding.fixedVersions.map((version) => plain(version, MAX_VERSION)).join(', ');
  if (versions !== '') return plain(versions, MAX_FIXED);
  return finding.malicious === undefined ? whyNotFixed(finding.status) : goodReleaseText(finding);
}

/** What to install in place of a malicious version, where no fix is known. */
function goodReleaseText({
  malicious: { lastGood, goodBelow } = { by: [] },
}: VulnerabilityFinding): string {
  if (lastGood !== undefined) return plain(`(remove it, or go back to ${lastGood})`, MAX_FIXED);
  if (goodBelow === undefined) return '(remove it)';
  return plain(`(remove it, or go below ${goodBelow})`, MAX_FIXED);
}

function whyNotFixed(status: AffectedStatus): string {
  switch (status) {
    case 'affected':
      return '(none yet)';
    case 'fixed':
      return '(see advisory)';
    case 'notAffected':
    case 'willNotFix':
    case 'deferred':
    case 'endOfLife':
    case 'unimportant':
    case 'underInvestigation':
      return `(${STATUS_NAMES[status]})`;
  }
}

function titleText(finding: VulnerabilityFinding, report: Report): string {
  const advisory = report.advisories.get(finding.advisoryId);
  if (advisory === undefined) return '';
  const whole = titleOf(advisory);
  const words = whole.includes('  ') ? whole.split(/ +/u) : whole.split(' ');
  const title =
    words.length > MAX_TITLE_WORDS
      ? `${words.slice(0, MAX_TITLE_WORDS).join(' ')}...`
      : words.join(' ');
  const marks = [
    ...(isMalicious(finding) ? ['[malicious] '] : []),
    ...(advisory.exploited === undefined ? [] : ['[exploited] ']),
  ];
  return plain(`${marks.join('')}${title}`);
}

/** As in trivy's tables. */
export function severityName(severity: Severity): string {
  return severity.toUpperCase();
}

/** How a severity is painted. */
export type SeverityPaints = Readonly<Record<Severity, (line: string) => string>>;

/** For a terminal with colours, or for none. */
export function severityPaints(color: boolean): SeverityPaints {
  const { bold, red, yellow, blue, cyan } = createColors(color);
  return {
    critical: (line) => bold(red(line)),
    high: red,
    medium: yellow,
    low: blue,
    unknown: cyan,
  };
}
