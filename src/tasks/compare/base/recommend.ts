/**
 * Recommends bases in place of the one that an image or a Dockerfile has, from images that were
 * compared. Pure. Candidates are what was compared and nothing else: there is no catalog.
 *
 * Never recommended: the image that one has, an image past its end of life, one with more severe
 * findings, one whose counts are lower bounds because of a gap, and one that a gate does not pass.
 * Past its end of life an image gets no advisories any more, so a supported one is better whatever
 * the counts are.
 */

import type {
  ComparedImage,
  FindingCounts,
  ImageFactSheet,
  LeftCandidate,
  Recommendation,
  RecommendationKind,
} from '../../../core/model/report/base-comparison.ts';
import { distroRelease } from '../../../core/model/distro/distro.ts';
import type { Distro } from '../../../core/model/package/package.ts';
import { SEVERITIES } from '../../../core/model/severity/severity.ts';
import { compareTagVersions, parseTag, variantKey, type ParsedTag } from './tag-grammar.ts';

/** The facts of an image that recommendations use. */
export type RecommendedSheet = Pick<
  ImageFactSheet,
  | 'name'
  | 'pinned'
  | 'configDigest'
  | 'system'
  | 'endOfLife'
  | 'findings'
  | 'packageCount'
  | 'compressedBytes'
  | 'unpackedBytes'
  | 'tools'
  | 'gaps'
> &
  Pick<ComparedImage, 'verdict'>;

/** An image that was compared, and the name that it was asked for by. */
export interface NamedSheet {
  readonly sheet: RecommendedSheet;
  /** In full, as in `docker.io/library/python`; absent for what has no name. */
  readonly repository?: string;
  readonly tag?: string;
  /** Whether the trust file does not accept it as a base; absent: it does. */
  readonly isRefused?: boolean;
}

/** The outcome for one base. */
export interface Recommended {
  /** In the order of {@link KINDS}, of one kind the one with the fewest findings first. */
  readonly recommendations: readonly Recommendation[];
  readonly left: readonly LeftCandidate[];
}

/** From the smallest change to the largest. */
const KINDS: readonly RecommendationKind[] = [
  'rebuilt',
  'patch',
  'minor',
  'slimmer',
  'distroless',
  'other-distribution',
];

/** Recommends among candidates. `current` is the base that one has. */
export function recommend(current: NamedSheet, candidates: readonly NamedSheet[]): Recommended {
  const recommendations: Recommendation[] = [];
  const left: LeftCandidate[] = [];
  for (const candidate of candidates) {
    const isRefused = candidate.isRefused === true;
    const reason = isRefused ? 'not-accepted' : reasonAgainst(current.sheet, candidate.sheet);
    const kind = reason === undefined ? kindOf(current, candidate) : undefined;
    const { name } = candidate.sheet;
    if (reason !== undefined) left.push({ name, reason });
    else if (kind === undefined) left.push({ name, reason: 'no-kind' });
    else if (!isWorth(kind, current.sheet, candidate.sheet)) left.push({ name, reason: 'no-gain' });
    else recommendations.push(recommendation(kind, current.sheet, candidate.sheet));
  }
  recommendations.sort(
    (a, b) =>
      KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) ||
      compareFindings(a.findings, b.findings) ||
      a.packageCount - b.packageCount,
  );
  return { recommendations, left };
}

/**
 * Returns the recommendation with the fewest severe findings; of equal ones the smallest change.
 */
export function bestRecommendation(all: readonly Recommendation[]): Recommendation | undefined {
  return all.toSorted(
    (a, b) => compareFindings(a.findings, b.findings) || a.packageCount - b.packageCount,
  )[0];
}

function reasonAgainst(
  current: RecommendedSheet,
  candidate: RecommendedSheet,
): LeftCandidate['reason'] | undefined {
  if (isSameImage(current, candidate)) return 'same-image';
  if (candidate.endOfLife?.isOver === true) return 'end-of-life';
  if (candidate.findings === undefined) return 'no-findings-known';
  if (candidate.gaps.length > 0) return 'incomplete';
  if (candidate.verdict !== undefined && !PASSES.has(candidate.verdict.status)) return 'gate';
  if (current.findings === undefined || leavesUnsupported(current, candidate)) return undefined;
  return compareFindings(candidate.findings, current.findings) > 0 ? 'more-findings' : undefined;
}

/** `notAsked`: the gate asks for nothing but the end of life, which is not over. */
const PASSES: ReadonlySet<string> = new Set(['pass', 'notAsked']);

/**
 * Returns whether the image that one has is past its end of life, and the other one is known not to
 * be.
 */
function leavesUnsupported(current: RecommendedSheet, candidate: RecommendedSheet): boolean {
  return current.endOfLife?.isOver === true && candidate.endOfLife?.isOver === false;
}

function isSameImage(a: RecommendedSheet, b: RecommendedSheet): boolean {
  const digestOf = ({ pinned }: RecommendedSheet): string | undefined => pinned?.split('@')[1];
  const isOneConfig = a.configDigest !== undefined && a.configDigest === b.configDigest;
  return isOneConfig || (digestOf(a) !== undefined && digestOf(a) === digestOf(b));
}

/** Orders findings: the worst severity decides; if it has as many, the next one. */
function compareFindings(a: FindingCounts, b: FindingCounts): number {
  for (const severity of SEVERITIES.toReversed()) {
    const difference = a.bySeverity[severity] - b.bySeverity[severity];
    if (difference !== 0) return difference;
  }
  return 0;
}

function kindOf(current: NamedSheet, candidate: NamedSheet): RecommendationKind | undefined {
  const isSameRepository =
    current.repository !== undefined && current.repository === candidate.repository;
  if (isSameRepository && current.tag !== undefined && candidate.tag !== undefined) {
    if (current.tag === candidate.tag) return 'rebuilt';
    const newer = kindOfNewer(parseTag(current.tag), parseTag(candidate.tag));
    if (newer !== 'variant') return newer;
  }
  return kindOfVariant(current.sheet, candidate.sheet);
}

/**
 * Returns the kind of a newer tag. `variant`: the tags are of one version. `undefined`: the
 * candidate is older, or of another major version.
 */
function kindOfNewer(own: ParsedTag, other: ParsedTag): RecommendationKind | 'variant' | undefined {
  if (own.kind !== 'release' || other.kind !== 'release') return 'variant';
  const isLine = (count: number): boolean =>
    own.version.slice(0, count).every((number, index) => other.version[index] === number);
  if (variantKey(own) !== variantKey(other)) return isLine(2) ? 'variant' : undefined;
  if (compareTagVersions(other, own) <= 0) return undefined;
  if (isLine(2)) return 'patch';
  return isLine(1) ? 'minor' : undefined;
}

function kindOfVariant(
  current: RecommendedSheet,
  candidate: RecommendedSheet,
): RecommendationKind | undefined {
  if (isDistroless(candidate) && !isDistroless(current)) return 'distroless';
  const [own, other] = [current.system, candidate.system];
  if (own === undefined || other === undefined) return undefined;
  if (own.id !== other.id || releaseOf(own) !== releaseOf(other)) {
    return 'other-distribution';
  }
  return isSmaller(candidate, current) ? 'slimmer' : undefined;
}

/** Returns the release: Debian 12.5 and 12.6 are one release, Alpine 3.19 and 3.20 are two. */
function releaseOf(system: Distro): string {
  return distroRelease(system)?.release ?? system.versionId;
}

/** Returns whether there is neither a shell nor a package manager, and both are known. */
function isDistroless({ tools }: RecommendedSheet): boolean {
  return tools.shells?.length === 0 && tools.packageManagers?.length === 0;
}

function isSmaller(a: RecommendedSheet, b: RecommendedSheet): boolean {
  for (const size of ['unpackedBytes', 'compressedBytes'] as const) {
    const [own, other] = [a[size], b[size]];
    if (own !== undefined && other !== undefined) return own < other;
  }
  return a.packageCount < b.packageCount;
}

/**
 * Returns whether a candidate is worth it: a newer build of the same with as many findings; another
 * image must have fewer, or be smaller.
 */
function isWorth(
  kind: RecommendationKind,
  current: RecommendedSheet,
  candidate: RecommendedSheet,
): boolean {
  if (kind === 'rebuilt' || kind === 'patch' || leavesUnsupported(current, candidate)) return true;
  const { findings } = candidate;
  const isBetter =
    current.findings === undefined ||
    (findings !== undefined && compareFindings(findings, current.findings) < 0);
  return isBetter || isSmaller(candidate, current);
}

function recommendation(
  kind: RecommendationKind,
  current: RecommendedSheet,
  candidate: RecommendedSheet,
): Recommendation {
  const { name, pinned, findings, packageCount } = candidate;
  if (findings === undefined) throw new RangeError(`no findings of "${name}"`);
  const before = current.findings;
  const bytes = (size: 'unpackedBytes' | 'compressedBytes'): number | undefined => {
    const [from, to] = [current[size], candidate[size]];
    return from === undefined || to === undefined ? undefined : to - from;
  };
  const unpacked = bytes('unpackedBytes');
  const compressed = bytes('compressedBytes');
  return {
    kind,
    name,
    ...(pinned !== undefined && { pinned }),
    findings,
    packageCount,
    difference: {
      ...(before !== undefined && {
        total: findings.total - before.total,
        bySeverity: Object.fromEntries(
          SEVERITIES.map((one) => [one, findings.bySeverity[one] - before.bySeverity[one]]),
        ) as FindingCounts['bySeverity'],
      }),
      packageCount: packageCount - current.packageCount,
      ...(unpacked !== undefined && { unpackedBytes: unpacked }),
      ...(compressed !== undefined && { compressedBytes: compressed }),
    },
    isEndOfLifeKnown: candidate.endOfLife !== undefined,
  };
}
