/** Decides whether a version satisfies a request of a manifest. */

import type { RequestedPackage } from '../../../core/model/package/dependency-manifest.ts';
import {
  ECOSYSTEMS,
  type Ecosystem,
  type SchemeId,
} from '../../../core/model/package/ecosystem.ts';
import { satisfies, semanticRange, type RequirementNotation } from '../../../core/version/index.ts';

/** Ecosystems whose manifests use the range notation of a version scheme. */
const READABLE: ReadonlySet<Ecosystem> = new Set([
  ...(['npm', 'packagist', 'pypi', 'rubygems', 'cocoapods', 'pub'] as const),
]);
/** Ecosystems whose manifests have a notation of their own for semantic versions. */
const NOTATIONS: ReadonlyMap<Ecosystem, RequirementNotation> = new Map([
  ['cargo', 'cargo'],
  ['hex', 'hex'],
]);
const SEMANTIC: SchemeId = 'npm';

/**
 * Returns whether a version may satisfy a request; false if the version is outside of the range. A
 * range that is not a list of versions (a tag, an address, a branch) is answered by any version of
 * the name.
 */
export function maySatisfyRequest(
  ecosystem: Ecosystem,
  { range }: RequestedPackage,
  version: string,
): boolean {
  if (range === '' || version === '') return true;
  const notation = NOTATIONS.get(ecosystem);
  if (notation !== undefined) {
    const translated = semanticRange(notation, range);
    if (translated === undefined) return true;
    return satisfies(SEMANTIC, version, translated, { includePrerelease: true }) !== false;
  }
  if (!READABLE.has(ecosystem)) return true;
  return satisfies(ECOSYSTEMS[ecosystem].scheme, version, range) !== false;
}
