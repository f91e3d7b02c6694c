/** Names that other tools have for all vulnerabilities of a kind of package. */

import type { Package } from '../package/package.ts';

/** The name of zizmor's audit for actions of GitHub with an advisory. */
export const VULNERABLE_ACTIONS = 'known-vulnerable-actions';

/**
 * Returns the names of the group that the vulnerabilities of a package belong to; none for most
 * packages. Such a name chooses findings, as a category does. It does not name a single advisory,
 * so it clears no malicious package.
 */
export function groupNames(pkg: Pick<Package, 'ecosystem'> | undefined): readonly string[] {
  return pkg?.ecosystem === 'githubactions' ? [VULNERABLE_ACTIONS] : [];
}
