/** Vulnerability findings sorted and grouped by package, and the texts that tables have of them. */

import { createColors } from 'picocolors';

import { baseName } from '../../../core/base/artifact-path.ts';
import { compareText } from '../../../core/base/compare.ts';
import { appendTo } from '../../../core/base/maps.ts';
import type { AffectedStatus, Severity } from '../../../core/model/advisory/advisory.ts';
import type { VulnerabilityFinding } from '../../../core/model/finding/finding.ts';
import { isMalicious } from '../../../core/model/advisory/malicious.ts';
import type { Package } from '../../../core/model/package/package.ts';
import type { ArtifactResult, Report } from '../../../core/model/report/report.ts';
import { SEVERITIES, severityRank } from '../../../core/model/severity/severity.ts';
import { STATUS_NAMES } from '../../../core/model/finding/status-names.ts';
import { titleOf } from './vulnerability-title.ts';
import { terminalText } from '../text/terminal-text.ts';

const MAX_NAME = 120;
const MAX_VERSION = 60;
const MAX_FIXED = 80;

/** The findings of one package, without those that were set aside, from most to least severe. */
export interface PackageFindings {
  readonly pkg: Package;
  readonly findings: readonly VulnerabilityFinding[];
}

/**
 * Groups from most to least severe: known malicious packages, then those with most critical
 * findings, most high ones, and so on, then by name. Findings that refer to no package of the
 * inventory cannot occur.
 */
export function groupFindings(result: ArtifactResult): readonly PackageFindings[] {
  const suppressed = new Set(result.suppressed.map((one) => one.findingId));
  const byPackage = new Map<string, VulnerabilityFinding[]>();
  for (const finding of result.findings) {
    if (finding.kind !== 'vulnerability' || suppressed.has(finding.id)) continue;
    appendTo(byPackage, finding.packageId, finding);
  }
  return result.inventory.packages
    .flatMap((pkg) => {
      const findings = byPackage.get(pkg.id);
      if (findings === undefined) return [];
      return [{ pkg, findings: findings.toSorted(byWorst), weight: severityWeight(findings) }];
    })
    .toSorted((a, b) => compareWeights(a.weight, b.weight) || comparePackages(a.pkg, b.pkg));
}

/** Numbers of malicious, critical, high, medium, low and unknown findings. */
type Weight = readonly number[];

/** Counts findings by severity, malicious ones first, as a key for ordering groups. */
export function severityWeight(findings: readonly VulnerabilityFinding[]): Weight {
  const weight = new Array<number>(SEVERITIES.length + 1).fill(0);
  for (const finding of findings) {
    const at = isMalicious(finding) ? 0 : SEVERITIES.length - severityRank(finding.severity);
    weight[at] = (weight[at] ?? 0) + 1;
  }
  return weight;
}

/** Orders weights: the heavier comes first. */
export function compareWeights(a: Weight, b: Weight): number {
  for (const [at, count] of a.entries()) {
    const difference = (b[at] ?? 0) - count;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Orders packages in all tables. */
export function comparePackages(a: Package, b: Package): number {
  return (
    compareText(a.name, b.name) || compareText(a.version, b.version) || compareText(a.id, b.id)
  );
}

/** Orders findings. */
export function byWorst(a: VulnerabilityFinding, b: VulnerabilityFinding): number {
  if (isMalicious(a) !== isMalicious(b)) return isMalicious(a) ? -1 : 1;
  return (
    severityRank(b.severity) - severityRank(a.severity) || compareText(a.advisoryId, b.advisoryId)
  );
}

/**
 * Names a library, as in `urllib3 (3)`, and `urllib3 (3), owned by python3-pip` for findings that
 * count only with `owned`.
 */
export function libraryText(pkg: Package, findings: readonly VulnerabilityFinding[]): string {
  const name = terminalText(pkg.name, MAX_NAME);
  const counted = findings.length > 1 ? `${name} (${findings.length})` : name;
  const owner = findings.find(({ ownedBy }) => ownedBy !== undefined)?.ownedBy;
  return owner === undefined ? counted : `${counted}, owned by ${nameInId(owner)}`;
}

/**
 * Returns the name in an id, as in `python3-pip` of `pkg:deb/debian/python3-pip@23.0.1?arch=all`.
 */
function nameInId(id: string): string {
  const [path = ''] = id.split('@', 1);
  return terminalText(baseName(path), MAX_NAME);
}

/**
 * Returns the version that matched; one that is not the claimed one is marked, because no package
 * manager shows it.
 */
export function versionText({ matchedVersion }: VulnerabilityFinding, pkg: Package): string {
  const version = terminalText(matchedVersion, MAX_VERSION);
  return matchedVersion === pkg.version ? version : `${version} (by content)`;
}

/** Returns the fixing versions, or the reason why there are none. */
export function fixedText(finding: VulnerabilityFinding): string {
  const versions = finding.fixedVersions
    .map((version) => terminalText(version, MAX_VERSION))
    .join(', ');
  return versions === '' ? unfixedText(finding) : terminalText(versions, MAX_FIXED);
}

/** Returns the lowest version that fixes the installed line, or the reason why there is none. */
export function nearestFixText(finding: VulnerabilityFinding): string {
  const [nearest = ''] = finding.fixedVersions;
  return nearest === '' ? unfixedText(finding) : terminalText(nearest, MAX_VERSION);
}

function unfixedText(finding: VulnerabilityFinding): string {
  return finding.malicious === undefined ? whyNotFixed(finding.status) : goodReleaseText(finding);
}

/** Returns the version to install in place of a malicious one, if no fix is known. */
function goodReleaseText({
  malicious: { lastGood, goodBelow } = { by: [] },
}: VulnerabilityFinding): string {
  if (lastGood !== undefined)
    return terminalText(`(remove it, or go back to ${lastGood})`, MAX_FIXED);
  if (goodBelow === undefined) return '(remove it)';
  return terminalText(`(remove it, or go below ${goodBelow})`, MAX_FIXED);
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

/**
 * Returns the title of the advisory, behind marks for malicious packages and exploited
 * vulnerabilities.
 */
export function findingTitleText(
  finding: VulnerabilityFinding,
  { advisories }: Pick<Report, 'advisories'>,
): string {
  const advisory = advisories.get(finding.advisoryId);
  if (advisory === undefined) return '';
  const marks = [
    ...(isMalicious(finding) ? ['[malicious] '] : []),
    ...(advisory.exploited === undefined ? [] : ['[exploited] ']),
  ];
  return `${marks.join('')}${titleOf(advisory)}`;
}

/** Returns the severity's name in trivy's tables. */
export function severityName(severity: Severity): string {
  return severity.toUpperCase();
}

/** The colors of severities. */
export type SeverityPaints = Readonly<Record<Severity, (line: string) => string>>;

/** Returns the paints for a terminal with colors, or for none. */
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
