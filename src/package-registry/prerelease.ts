/** Whether a version is a prerelease. */

import type { ServedEcosystem } from './settings.ts';

/**
 * Returns whether a version is a prerelease. Sources: Semantic Versioning 2.0.0, section 9 (a
 * hyphen in front of build data); PEP 440, "Pre-releases" and "Developmental releases".
 */
export function isPrerelease(ecosystem: ServedEcosystem, version: string): boolean {
  if (ecosystem === 'npm') return version.split('+', 1)[0]?.includes('-') === true;
  return /\d[-_.]?(?:a|b|c|rc|alpha|beta|pre|preview|dev)[-_.]?\d*/iu.test(
    version.split('+', 1)[0] ?? '',
  );
}
