/**
 * Gaps that are only notes because of the kind or the location of the file. The rule is in
 * `docs/fixtures.md`.
 */

import type { Artifact } from '../../core/model/artifact/artifact.ts';
import type { CatalogResult } from '../../core/model/catalog/catalog.ts';
import type { Diagnostic } from '../../core/model/finding/finding.ts';
import { isUnresolvedFixture } from '../../core/model/finding/fixture-path.ts';
import type { CatalogerRow } from './cataloger.ts';

/**
 * Documentation and examples of packages. Nothing may depend on them (Debian Policy 12.3), and
 * requirements or lockfiles there pin nothing.
 */
const DOCUMENTATION = '/usr/share/doc/';

/** The location of a result. */
export interface ReadLocation {
  readonly path: string;
  readonly kind: Artifact['kind'];
}

/**
 * Returns the result with those gaps turned into notes that hide no package: of readers that only
 * add to what others find, of fixtures that nothing resolves, and of projects among the system's
 * documentation. A limit that was reached and an archive that could not be read stay gaps wherever
 * the file lies.
 */
export function downgradeGaps(
  result: CatalogResult,
  row: CatalogerRow,
  { path, kind }: ReadLocation,
): CatalogResult {
  if (result.diagnostics?.some(({ gap }) => gap !== undefined) !== true) return result;
  if (row.isSupplement === true) return withoutGaps(result, '', () => true);
  if (row.isArchive === true) return result;
  if (isUnresolvedFixture(path, { kind, ...row })) {
    return withoutGaps(result, 'below a test or fixture folder: ', isNoLimit);
  }
  if (path.startsWith(DOCUMENTATION) && row.presence === 'declared') {
    return withoutGaps(result, 'documentation: ', isNoLimit);
  }
  return result;
}

function isNoLimit({ gap }: Diagnostic): boolean {
  return gap !== 'limit' && gap !== 'timeout';
}

function withoutGaps(
  result: CatalogResult,
  prefix: string,
  isLowered: (diagnostic: Diagnostic) => boolean,
): CatalogResult {
  const diagnostics = result.diagnostics?.map((diagnostic): Diagnostic => {
    if (!isLowered(diagnostic)) return diagnostic;
    const { stage, message, location } = diagnostic;
    return { stage, message: prefix + message, ...(location !== undefined && { location }) };
  });
  return { ...result, ...(diagnostics !== undefined && { diagnostics }) };
}
