/** Recommended bases for people: what each changes, and by how much. */

import { pluralize } from '../../../core/base/pluralize.ts';
import type {
  BaseComparison,
  LeftCandidate,
  Recommendation,
  RecommendationKind,
} from '../../../core/model/report/base-comparison.ts';
import { SEVERITIES } from '../../../core/model/severity/severity.ts';

/** One recommendation as plain texts. */
export interface RecommendationText {
  readonly kind: string;
  readonly name: string;
  /** Totals and differences. */
  readonly text: string;
  readonly pinned: string;
}

const KINDS: Readonly<Record<RecommendationKind, string>> = {
  rebuilt: 'same tag, built again',
  patch: 'newer patch',
  minor: 'newer minor version',
  slimmer: 'slimmer',
  distroless: 'without shell and package manager',
  'other-distribution': 'other distribution',
};

const REASONS: Readonly<Record<LeftCandidate['reason'], string>> = {
  'same-image': 'the same image',
  'end-of-life': 'past its end of life',
  'no-findings-known': 'its findings are not known',
  incomplete: 'gaps may hide findings',
  'more-findings': 'more severe findings',
  'no-gain': 'as many findings, and not smaller',
  'no-kind': 'neither an update nor another variant of the same version',
  gate: 'the gate does not pass it',
  'not-accepted': 'the trust file does not accept it',
};

/** Returns the recommendations as texts; empty where there are none. */
export function recommendationTexts({
  recommendations = [],
}: BaseComparison): readonly RecommendationText[] {
  return recommendations.map((one) => ({
    kind: KINDS[one.kind],
    name: one.name,
    text: differenceText(one),
    pinned: one.pinned ?? 'no digest is known',
  }));
}

/**
 * Returns a sentence on candidates that are not recommended; empty where nothing was compared or
 * all are.
 */
export function notRecommendedText({
  recommendations,
  notRecommended = [],
}: BaseComparison): string {
  const reasons = notRecommended.map(({ name, reason }) => `${name} (${REASONS[reason]})`);
  if (reasons.length === 0) return '';
  const head = recommendations?.length === 0 ? 'Nothing is recommended' : 'Not recommended';
  return `${head}: ${reasons.join(', ')}.`;
}

function differenceText({
  findings,
  packageCount,
  difference,
  isEndOfLifeKnown,
}: Recommendation): string {
  const { total, bySeverity } = difference;
  const severities = SEVERITIES.toReversed().flatMap((one) => {
    const by = bySeverity?.[one] ?? 0;
    return by === 0 ? [] : [`${one} ${signed(by)}`];
  });
  const changes = [...(total === undefined ? [] : [signed(total)]), ...severities].join(', ');
  const parts = [
    `${pluralize(findings.total, 'finding')}${changes === '' ? '' : ` (${changes})`}`,
    `${pluralize(packageCount, 'package')} (${signed(difference.packageCount)})`,
    ...sizeText(difference),
    ...(isEndOfLifeKnown ? [] : ['end of life unknown']),
  ];
  return parts.join(', ');
}

function sizeText({
  compressedBytes,
  unpackedBytes,
}: Recommendation['difference']): readonly string[] {
  const bytes = unpackedBytes ?? compressedBytes;
  if (bytes === undefined) return [];
  return [
    `${signed(Number((bytes / 1_000_000).toFixed(1)))} MB ${unpackedBytes === undefined ? 'compressed' : 'unpacked'}`,
  ];
}

/** Formats a number with its sign; zero has none. */
function signed(number: number): string {
  return number > 0 ? `+${number}` : String(number);
}
