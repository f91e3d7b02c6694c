/** From what was found about a package to its evidence. */

import { directoryOf } from '../base/artifact-path.ts';
import { pluralize } from '../base/pluralize.ts';
import { evidenceRank } from '../model/evidence-level.ts';
import type { Evidence, EvidenceLevel } from '../model/package.ts';
import type { Subject } from './input.ts';
import { packageLabel } from './package-label.ts';
import { hasFileList } from './subjects.ts';

/** The evidence of a package by itself. */
export function evidenceOf(subject: Subject): Evidence {
  const { findings, pkg } = subject;
  const { matchedCount, mismatchedCount, missingCount, excludedCount } = findings.files;
  const evidencedVersion = findings.evidenced.find((version) => version !== pkg.version);
  return {
    level: findings.isContradicted ? 'contradicted' : levelOf(subject),
    reasons: [...fileReasons(subject), ...checkReasons(subject), ...findings.reasons],
    contradictions: findings.contradictions,
    files: { matchedCount, mismatchedCount, missingCount, excludedCount },
    ...(evidencedVersion !== undefined && { evidencedVersion }),
  };
}

/** The evidence of a package of a language that a package of the system ships: what is known of that. */
export function ownedEvidence(own: Evidence, owner: Subject): Evidence {
  const { level } = evidenceOf(owner);
  return {
    ...own,
    level: level === 'contradicted' ? own.level : higher(own.level, level),
    reasons: [`shipped by ${packageLabel(owner.pkg)}`, ...own.reasons],
  };
}

function higher(a: EvidenceLevel, b: EvidenceLevel): EvidenceLevel {
  return evidenceRank(a) > evidenceRank(b) ? a : b;
}

function levelOf(subject: Subject): EvidenceLevel {
  const { checks, findings } = subject;
  const { matchedCount, missingCount, uncheckedCount, bareCodeCount } = findings.files;
  const isRecordGood = checks.some(({ outcome }) => outcome !== 'mismatch');
  const hasManifest = (matchedCount > 0 && hasFileList(subject)) || isRecordGood;
  // Whoever takes the digest out of a line could change the file.
  const isWhole = missingCount === 0 && bareCodeCount === 0 && isEveryCopyCovered(subject);
  // A record that is right by itself says nothing of files that nobody could compare.
  const isCompared = matchedCount > 0 || uncheckedCount === 0;
  if (hasManifest && isWhole && isCompared) {
    return checks.some(({ outcome }) => outcome === 'proven') ? 'proven' : 'verified';
  }
  if (isRecordGood || (findings.agreeing > 0 && !findings.isDoubted)) return 'consistent';
  return 'claimed';
}

/** A copy without a manifest of its own is not verified by that of another. */
function isEveryCopyCovered({ entries, manifests, checks, isSystem }: Subject): boolean {
  if (isSystem || entries.length < 2) return true;
  const folders = [...manifests, ...checks].map(({ at }) => directoryOf(at.path));
  return entries.every(({ location }) => folders.includes(directoryOf(location.path)));
}

function fileReasons({ findings, manifests }: Subject): readonly string[] {
  if (manifests.length === 0) return [];
  const { matchedCount, mismatchedCount, missingCount, excludedCount } = findings.files;
  const total = matchedCount + mismatchedCount + missingCount;
  const reasons = [`files: ${matchedCount} of ${total} match the manifest`];
  if (excludedCount > 0) reasons.push(`${pluralize(excludedCount, 'more file')} may be left out`);
  if (findings.files.uncheckedCount > 0) {
    reasons.push(`${findings.files.uncheckedCount} more could not be compared`);
  }
  return reasons;
}

function checkReasons({ checks }: Subject): readonly string[] {
  return [
    ...new Set(
      checks.filter(({ outcome }) => outcome !== 'mismatch').map(({ by }) => `${by} is right`),
    ),
  ];
}
