/** Recommendations for the first of several compared images, among the others. */

import { AssayError } from '../../../core/base/errors.ts';
import type {
  BaseComparison,
  ComparedImage,
  Recommendation,
  RecommendationKind,
} from '../../../core/model/report/base-comparison.ts';
import { parseTarget } from '../../../clients/oci/parse-target.ts';
import { parseImageReference } from '../../../clients/oci/index.ts';
import type { BaseRules } from '../../../scan/pipeline/bases/base-question.ts';
import { bestRecommendation, recommend, type NamedSheet } from './recommend.ts';

/**
 * Adds recommendations where the first image could be had and there are others. An image whose name
 * `rules` refuse is not recommended.
 */
export function withRecommendations(
  comparison: BaseComparison,
  rules?: Pick<BaseRules, 'refusal'>,
): BaseComparison {
  const [first, ...others] = comparison.images;
  if (first?.kind !== 'image' || others.length === 0) return comparison;
  const candidates = others
    .filter((one) => one.kind === 'image')
    .map((one) => ({
      ...named(one),
      isRefused: rules?.refusal({ name: one.reference }) !== undefined,
    }));
  const { recommendations, left } = recommend(named(first), candidates);
  return { ...comparison, recommendations, notRecommended: left };
}

function named(sheet: ComparedImage): NamedSheet {
  const { reference } = sheet;
  if (parseTarget(reference).kind !== 'name') return { sheet };
  try {
    const { domain, path, tag, digest } = parseImageReference(reference);
    const version = tag ?? (digest === undefined ? 'latest' : undefined);
    return {
      sheet,
      repository: `${domain}/${path}`,
      ...(version !== undefined && { tag: version }),
    };
  } catch (error) {
    if (error instanceof AssayError) return { sheet };
    throw error;
  }
}

/** Changes that keep the distribution, which programs were built for. */
const KEEPS_SYSTEM: ReadonlySet<RecommendationKind> = new Set([
  'rebuilt',
  'patch',
  'minor',
  'slimmer',
]);

/**
 * Returns the recommendation that a Dockerfile is changed to: of those that keep the distribution
 * the one with the fewest severe findings, and one that does not only if there is no other.
 */
export function chosenRecommendation({
  recommendations = [],
}: Pick<BaseComparison, 'recommendations'>): Recommendation | undefined {
  const keeping = recommendations.filter(({ kind }) => KEEPS_SYSTEM.has(kind));
  return bestRecommendation(keeping.length > 0 ? keeping : recommendations);
}
