/**
 * npm versions and ranges.
 *
 * Source: the documentation of node-semver ("Versions", "Ranges"). The order is that of Semantic
 * Versioning; what counts as valid is stricter or looser than there: a leading `v` is allowed,
 * numbers above 2^53 - 1 and texts above 256 characters are not.
 */

import { npmRanges } from './npm-range.ts';
import { semanticScheme, parseSemantic, type SemanticVersion } from './semantic-version.ts';

/** node-semver's bound on the length of a version. */
const MAX_LENGTH = 256;

export const npm = semanticScheme({
  id: 'npm',
  isValid: (_parsed, version, { loose = false }) => readNpmVersion(version, loose) !== undefined,
  ranges: () => npmRanges(readNpmVersion),
});

/**
 * Reads a version as node-semver does, strictly or loosely; without a choice also what only Assay
 * reads (`1.2`, `1.2.3.4`).
 */
function readNpmVersion(version: string, loose: boolean | undefined): SemanticVersion | undefined {
  const parsed = parseSemantic(version);
  if (parsed === undefined || loose === undefined) return parsed;
  if (version.length > MAX_LENGTH || !parsed.isComplete) return undefined;
  if (!parsed.numbers.every(Number.isSafeInteger)) return undefined;
  if (loose) return parsed.prefix.includes('V') ? undefined : parsed;
  return parsed.isStrict && (parsed.prefix === '' || parsed.prefix === 'v') ? parsed : undefined;
}
