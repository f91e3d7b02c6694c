/**
 * All detectors: one row for each, cheap and always loaded with this list, which only runs with a
 * scanner of rules load. The code behind a row is loaded when the detector runs.
 */

import type { Artifact } from '../../core/model/artifact/artifact.ts';
import { RULE_SCANNERS, type RuleScanner } from '../../core/model/rule/rule-scanner.ts';
import type { DetectorRow } from './detector.ts';
import { CODE_ROWS } from './rows/code.ts';
import { DOCKERFILE_ROWS } from './rows/dockerfile.ts';
import { IMAGE_ROWS } from './rows/image.ts';
import { ORIGIN_ROWS } from './rows/origin.ts';
import { PIPELINE_ROWS } from './rows/pipeline.ts';
import { REPOSITORY_ROWS } from './rows/repository.ts';
import { SECRET_ROWS } from './rows/secret.ts';

/** All detectors, in the order in which they look at a file or an image. */
export const DETECTORS: readonly DetectorRow[] = [
  ...CODE_ROWS,
  ...DOCKERFILE_ROWS,
  ...PIPELINE_ROWS,
  ...REPOSITORY_ROWS,
  ...IMAGE_ROWS,
  ...SECRET_ROWS,
  ...ORIGIN_ROWS,
];

/** The scanners that have a detector. Runs that request another one are refused. */
export const BUILT_SCANNERS: ReadonlySet<RuleScanner> = new Set(
  DETECTORS.map(({ scanner }) => scanner),
);

/**
 * The groups of ids of rules that no rule of the user may have: those of Assay's rules, and of
 * scanners.
 */
export const BUILT_GROUPS: ReadonlySet<string> = new Set([
  ...DETECTORS.map(({ id }) => id.split('/')[0] ?? ''),
  ...RULE_SCANNERS,
  'assay',
]);

/** Returns the detectors of some scanners that look at artifacts of a kind. */
export function detectorsOf(
  scanners: readonly RuleScanner[],
  kind: Artifact['kind'],
): readonly DetectorRow[] {
  return DETECTORS.filter(
    ({ scanner, artifacts }) =>
      scanners.includes(scanner) &&
      (artifacts === undefined ? kind !== 'sbom' : artifacts.includes(kind)),
  );
}
