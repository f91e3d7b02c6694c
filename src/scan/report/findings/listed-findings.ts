/**
 * Findings with the data that every machine-readable format needs beside them: package, advisory,
 * exception, part in the verdict.
 */

import { indexBy } from '../../../core/base/maps.ts';
import type { Advisory, Severity } from '../../../core/model/advisory/advisory.ts';
import type { Location } from '../../../core/model/artifact/artifact.ts';
import type { Finding, VulnerabilityFinding } from '../../../core/model/finding/finding.ts';
import { isMalicious } from '../../../core/model/advisory/malicious.ts';
import type { Package } from '../../../core/model/package/package.ts';
import type { ArtifactResult, Report, Suppressed } from '../../../core/model/report/report.ts';
import { SEVERITIES } from '../../../core/model/severity/severity.ts';
import { terminalText } from '../text/terminal-text.ts';

/** One finding of an artifact. */
export interface ListedFinding {
  readonly finding: Finding;
  /** The affected package; absent for findings about a file. */
  readonly pkg: Package | undefined;
  /** The advisory of a vulnerability. */
  readonly advisory: Advisory | undefined;
  /** The exception that set the finding aside. */
  readonly suppressed: Suppressed | undefined;
}

/** The findings of one artifact. */
export interface ListedFindings {
  /** Yields them in the order of the report. */
  readonly all: () => Generator<ListedFinding>;
  /** Returns the finding at a position of the report. */
  readonly at: (index: number) => ListedFinding | undefined;
}

/**
 * Returns the findings of an artifact with their advisories and packages, for formats that list
 * them one by one.
 */
export function listingOf(
  { findings, inventory, suppressed }: ArtifactResult,
  { advisories }: Pick<Report, 'advisories'>,
): ListedFindings {
  const packages = indexBy(inventory.packages, 'id');
  const exceptions = indexBy(suppressed, 'findingId');
  const listed = (finding: Finding): ListedFinding => {
    const packageId = finding.kind === 'rule' ? undefined : finding.packageId;
    return {
      finding,
      pkg: packageId === undefined ? undefined : packages.get(packageId),
      advisory: finding.kind === 'vulnerability' ? advisories.get(finding.advisoryId) : undefined,
      suppressed: exceptions.get(finding.id),
    };
  };
  return {
    *all() {
      for (const finding of findings) yield listed(finding);
    },
    at: (index) => {
      const finding = findings[index];
      return finding && listed(finding);
    },
  };
}

/**
 * Returns the findings of one artifact in the order of the report. Each call of the result starts
 * anew.
 */
export function listedFindings(
  result: ArtifactResult,
  report: Pick<Report, 'advisories'>,
): () => Generator<ListedFinding> {
  return listingOf(result, report).all;
}

/**
 * Returns a test for the findings that a reader must act on: those that decide the verdict or,
 * without a gate, all that are shown. A finding that was set aside is never one of them. The
 * verdict can name its id all the same, because the same package in another artifact has the same
 * id.
 */
export function actionFilter({ verdict }: Report): (listed: ListedFinding) => boolean {
  if (verdict.status === 'notAsked') return ({ suppressed }) => suppressed === undefined;
  // The causes of a pass are rules that nothing met.
  if (verdict.status === 'pass') return () => false;
  const ids = new Set(verdict.causes.flatMap(({ findingIds }) => findingIds));
  return ({ finding, suppressed }) => suppressed === undefined && ids.has(finding.id);
}

/**
 * The importance of a finding for a reader: its severity, and above all of them known malicious
 * packages.
 */
export type Rank = Severity | 'malicious';

/** Worst first. */
export const RANKS: readonly Rank[] = ['malicious', ...SEVERITIES.toReversed()];

/** Returns the rank of a finding. Known malicious packages come before every severity. */
export function rankOf(finding: Finding): Rank {
  return isMalicious(finding) ? 'malicious' : finding.severity;
}

/** Returns the name that a rule or an advisory gives a finding; never empty. */
export function findingName(finding: Finding): string {
  switch (finding.kind) {
    case 'vulnerability':
      return terminalText(finding.advisoryId, MAX_NAME) || 'unnamed';
    case 'integrity':
      return `contradiction/${finding.contradiction.kind}`;
    case 'rule':
      return terminalText(finding.rule, MAX_NAME) || 'unnamed';
  }
}

/** Longest name of a rule that code scanning shows. */
const MAX_NAME = 255;

/** Returns the places of a finding: those of its package, or the file that it is about. */
export function findingPlaces({ finding, pkg }: ListedFinding): readonly Location[] {
  switch (finding.kind) {
    case 'vulnerability':
      return pkg?.locations ?? [];
    case 'integrity':
      return [finding.contradiction.location];
    case 'rule':
      return [finding.location];
  }
}

/** Returns the version that a finding is about: the one that matched, else that of its package. */
export function findingVersion({ finding, pkg }: ListedFinding): string {
  return finding.kind === 'vulnerability' ? finding.matchedVersion : (pkg?.version ?? '');
}

/** Returns the versions that fix a vulnerability; empty for other findings. */
export function fixedVersions(finding: Finding): VulnerabilityFinding['fixedVersions'] {
  return finding.kind === 'vulnerability' ? finding.fixedVersions : [];
}
