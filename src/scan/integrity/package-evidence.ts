/** The evidence of a package, from the results of all checks and the counts of its files. */

import { directoryOf } from '../../core/base/artifact-path.ts';
import { pluralize } from '../../core/base/pluralize.ts';
import { evidenceRank } from '../../core/model/report/evidence-level.ts';
import type { Evidence, EvidenceLevel, Package } from '../../core/model/package/package.ts';
import type { FileCounts } from './file-counts.ts';
import type { CheckResults } from './fold.ts';
import type { Subject } from './input.ts';
import { packageLabel } from './package-label.ts';
import { hasFileList } from './subjects.ts';

/** Returns the evidence of a package by itself. */
export function evidenceOf(subject: Subject, results: CheckResults, files: FileCounts): Evidence {
  const { pkg } = subject;
  const { matchedCount, mismatchedCount, missingCount, excludedCount } = files;
  const evidencedVersion = results.otherVersions.find((version) => version !== pkg.version);
  return {
    level: results.isContradicted ? 'contradicted' : levelOf(subject, results, files),
    reasons: [...fileReasons(subject, files), ...checkReasons(subject), ...results.reasons],
    contradictions: results.contradictions,
    files: { matchedCount, mismatchedCount, missingCount, excludedCount },
    ...(evidencedVersion !== undefined && { evidencedVersion }),
  };
}

/** Returns the evidence of a package of a language that a package of the system ships. */
export function ownedEvidence(own: Evidence, owner: Package, { level }: Evidence): Evidence {
  return {
    ...own,
    level: level === 'contradicted' ? own.level : higher(own.level, level),
    reasons: [`shipped by ${packageLabel(owner)}`, ...own.reasons],
  };
}

function higher(a: EvidenceLevel, b: EvidenceLevel): EvidenceLevel {
  return evidenceRank(a) > evidenceRank(b) ? a : b;
}

function levelOf(
  subject: Subject,
  { agreementCount, isDoubted }: CheckResults,
  { matchedCount, missingCount, uncheckedCount, bareCodeCount }: FileCounts,
): EvidenceLevel {
  const { checks } = subject;
  const isRecordGood = checks.some(({ outcome }) => outcome !== 'mismatch');
  const hasManifest = (matchedCount > 0 && hasFileList(subject)) || isRecordGood;
  // A line whose digest was removed may hide a changed file.
  const isWhole = missingCount === 0 && bareCodeCount === 0 && isEveryCopyCovered(subject);
  // A record that is right by itself proves nothing about files that could not be compared.
  const isCompared = matchedCount > 0 || uncheckedCount === 0;
  if (hasManifest && isWhole && isCompared) {
    return checks.some(({ outcome }) => outcome === 'proven') ? 'proven' : 'verified';
  }
  if (isRecordGood || (agreementCount > 0 && !isDoubted)) return 'consistent';
  return 'claimed';
}

/** A copy without a manifest of its own is not verified by that of another. */
function isEveryCopyCovered({ entries, manifests, checks, isSystem }: Subject): boolean {
  if (isSystem || entries.length < 2) return true;
  const folders = [...manifests, ...checks].map(({ at }) => directoryOf(at.path));
  return entries.every(({ location }) => folders.includes(directoryOf(location.path)));
}

function fileReasons(
  { manifests }: Subject,
  { matchedCount, mismatchedCount, missingCount, excludedCount, uncheckedCount }: FileCounts,
): readonly string[] {
  if (manifests.length === 0) return [];
  const total = matchedCount + mismatchedCount + missingCount;
  const reasons = [`files: ${matchedCount} of ${total} match the manifest`];
  if (excludedCount > 0) reasons.push(`${pluralize(excludedCount, 'more file')} may be left out`);
  if (uncheckedCount > 0) reasons.push(`${uncheckedCount} more could not be compared`);
  return reasons;
}

function checkReasons({ checks }: Subject): readonly string[] {
  return [
    ...new Set(
      checks.filter(({ outcome }) => outcome !== 'mismatch').map(({ by }) => `${by} is right`),
    ),
  ];
}
