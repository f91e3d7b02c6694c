/**
 * CVSS scores of a vector, versions 2.0, 3.0, 3.1 and 4.0.
 * Source: FIRST, the specification documents named in `cvss-v2.ts`, `cvss-v3.ts` and `cvss-v4.ts`.
 */

import type { Severity } from '../advisory/advisory.ts';
import { CvssError } from './cvss-vector.ts';
import { scoreV2 } from './cvss-v2.ts';
import { scoreV3 } from './cvss-v3.ts';
import { scoreV4 } from './cvss-v4.ts';
import { severityOfScore } from './severity.ts';

export { CvssError } from './cvss-vector.ts';

/** Scores from 0 to 10 in steps of a tenth. */
export interface CvssScores {
  readonly version: '2.0' | '3.0' | '3.1' | '4.0';
  /** From the base metrics alone. */
  readonly base: number;
  /** With the temporal metrics (4.0: the threat metric); those not given count as "not defined". */
  readonly temporal: number;
  /** With the environmental metrics as well: the score of the whole vector. */
  readonly environmental: number;
}

const VERSION = /^CVSS:(?<version>3\.0|3\.1|4\.0)\//;

/**
 * Returns the scores of a vector such as `CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H`; one
 * without a prefix is of version 2.0.
 * @throws {@link CvssError} when it is malformed: unknown, doubled or missing metrics, wrong
 * values, another prefix, and in version 4.0 another order than the specification's.
 */
export function cvssScores(vector: string): CvssScores {
  const version = VERSION.exec(vector)?.groups?.['version'];
  switch (version) {
    case '3.0':
    case '3.1':
      return named(version, scoreV3(vector, version));
    case '4.0':
      return named(version, scoreV4(vector));
    default:
      if (vector.startsWith('CVSS:')) {
        throw new CvssError(`"${vector}" is no CVSS vector: versions are 2.0, 3.0, 3.1 and 4.0`);
      }
      return named('2.0', scoreV2(vector));
  }
}

/**
 * Returns the severity of a base score. Version 2.0 has no critical severity: high is its highest
 * (NVD, "Vulnerability Metrics").
 */
export function severityOfScores({
  version,
  base,
}: Pick<CvssScores, 'version' | 'base'>): Severity {
  const severity = severityOfScore(base);
  return version === '2.0' && severity === 'critical' ? 'high' : severity;
}

/**
 * Returns {@link severityOfScores} of a vector, and `unknown` for a malformed vector, because a
 * rating that cannot be read proves nothing.
 */
export function severityOfVector(vector: string): Severity {
  try {
    return severityOfScores(cvssScores(vector));
  } catch (error) {
    if (error instanceof CvssError) return 'unknown';
    throw error;
  }
}

function named(
  version: CvssScores['version'],
  [base, temporal, environmental]: readonly [number, number, number],
): CvssScores {
  return { version, base, temporal, environmental };
}
