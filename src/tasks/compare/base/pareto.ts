/**
 * The Pareto set of images: those that no other image is better than. One image is better than
 * another if no quantity of it is larger and one is smaller.
 *
 * A quantity decides if it is known of all images; findings decide if any image has them. An image
 * with gaps has lower bounds in place of counts, and one whose findings are unknown has no counts:
 * neither is better than another image. `docs/base-images.md` describes the rules.
 */

import {
  PARETO_DIMENSIONS,
  type ImageFactSheet,
  type ParetoDimension,
  type ParetoStanding,
} from '../../../core/model/report/base-comparison.ts';

/** The standing of images in their order, and the quantities that decided. */
export interface ParetoResult {
  readonly dimensions: readonly ParetoDimension[];
  readonly standings: readonly ParetoStanding[];
}

/** Compares images. */
export function paretoSet(images: readonly ImageFactSheet[]): ParetoResult {
  const matched = images.filter(({ findings }) => findings !== undefined);
  const dimensions = PARETO_DIMENSIONS.filter((dimension) => {
    const asked = OF_FINDINGS.has(dimension) ? matched : images;
    return asked.length > 0 && asked.every((image) => quantity(image, dimension) !== undefined);
  });
  const isCounted = ({ findings, gaps }: ImageFactSheet): boolean =>
    gaps.length === 0 && (findings !== undefined || matched.length === 0);
  const isBetter = (a: ImageFactSheet, b: ImageFactSheet): boolean => {
    if (!isCounted(a) || (b.findings === undefined && matched.length > 0)) return false;
    const differences = dimensions.map(
      (dimension) => (quantity(a, dimension) ?? 0) - (quantity(b, dimension) ?? 0),
    );
    return differences.every((one) => one <= 0) && differences.some((one) => one < 0);
  };
  const standings = images.map((image): ParetoStanding => {
    const dominatedBy = images.filter((other) => isBetter(other, image)).map(({ name }) => name);
    if (dominatedBy.length > 0) return { isMember: 'no', dominatedBy };
    return { isMember: isCounted(image) ? 'yes' : 'unknown', dominatedBy };
  });
  return { dimensions, standings };
}

const OF_FINDINGS: ReadonlySet<ParetoDimension> = new Set([
  'critical',
  'high',
  'findings',
  'exploited',
]);

function quantity(image: ImageFactSheet, dimension: ParetoDimension): number | undefined {
  const { findings, packageCount, compressedBytes, unpackedBytes } = image;
  switch (dimension) {
    case 'critical':
    case 'high':
      return findings?.bySeverity[dimension];
    case 'findings':
      return findings?.total;
    case 'exploited':
      return findings?.exploited;
    case 'packages':
      return packageCount;
    case 'compressedBytes':
      return compressedBytes;
    case 'unpackedBytes':
      return unpackedBytes;
  }
}
